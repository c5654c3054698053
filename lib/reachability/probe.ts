import type { AddressSet } from '../addressing/address-set';
import { PortSet } from '../addressing/port-set';
import { Traffic } from '../addressing/traffic';
import type { Service } from '../topology/segment';
import type { Unknown } from '../topology/value';
import type { End } from './end';
import { answerable, FlowSpace } from './flow-space';
import { type Inquiry, setOut } from './inquiry';
import type { Ending, Outcome, Packet, RouterStep } from './journey';
import { Judgement } from './judgement';
import type { Network } from './network';
import { either, merged, nothing, overlay, type Part, type Passage } from './part';
import { Decisions, Scenario, type World } from './scenario';
import type { ClientPorts } from './verdict';
import { Walk } from './walk';

/** One address dialled from another, in one world. */
export interface Attempt {
  readonly inquiry: Inquiry;
  readonly start: End;
  readonly dialled: End;
  /** The own address of the target. */
  readonly end: End;
  readonly asked: Traffic;
  readonly world: World;
}

/** What a probe saw of one way of a first packet, and of one way of its reply. */
export interface Sighting {
  readonly attempt: Attempt;
  readonly scenario: Scenario;
  readonly first: Outcome;
  readonly reply: Outcome | undefined;
  readonly flow: Passage;
}

/** Dials one address from another and follows packets and replies, for every part of their addresses. */
export class Probe {
  readonly unknowns: Unknown[] = [];
  clientPorts: ClientPorts | undefined;
  private readonly network: Network;
  private readonly attempt: Attempt;
  private readonly witness: ((sighting: Sighting) => void) | undefined;
  /** What the walk under way has seen. */
  private readonly seen: Sighting[] = [];

  constructor(network: Network, attempt: Attempt, witness?: (sighting: Sighting) => void) {
    this.network = network;
    this.attempt = attempt;
    this.witness = witness;
  }

  parts(): readonly Part[] {
    const { start, end, inquiry } = this.attempt;
    if (start.owner.kind === 'interface' && isSelf(start, end)) return [this.itself()];
    const service = this.service();
    if (service !== undefined) return [this.served(service)];
    const [first, ...more] = (inquiry.shows ?? [undefined])
      .filter((shown) => shown === undefined || shown.family === start.family)
      .map((shown) => this.partsOf(shown));
    return more.reduce((all, parts) => overlay(all, parts, either), first ?? []);
  }

  private partsOf(shown: End | undefined): readonly Part[] {
    const { start, end, dialled, world } = this.attempt;
    const parts: Part[] = [];
    const decisions = new Decisions();
    do {
      const scenario = new Scenario(world, decisions);
      const before = this.unknowns.length;
      const passing = this.walk(scenario, shown);
      const sightings = this.seen.splice(0);
      if (this.areOne(scenario)) {
        this.unknowns.length = before;
        continue;
      }
      sightings.forEach((sighting) => this.witness?.(sighting));
      parts.push({ from: coexisting(shown ?? start, scenario), to: coexisting(end, scenario), ...passing });
    } while (decisions.advance());
    // A published port is dialled at whichever of its addresses works.
    if (dialled.owner.kind === 'published') return [anyOf(parts)];
    return parts.length === 1 ? parts : merged(parts);
  }

  private tell(sighting: Sighting): void {
    if (this.witness !== undefined) this.seen.push(sighting);
  }

  /** Of two interfaces of one segment, no two have the same address. */
  private areOne(scenario: Scenario): boolean {
    const { start, end } = this.attempt;
    if (start.owner.kind !== 'place' || end.owner.kind !== 'place') return false;
    const [from, to] = [scenario.addressesOf(start.address), scenario.addressesOf(end.address)];
    return start.owner.segment === end.owner.segment && from.size === 1n && from.equals(to);
  }

  private itself(): Part {
    return answered(this.attempt.asked);
  }

  /** What the platform serves the sender at the address that is asked about. */
  private service(): Service | undefined {
    const { start, end } = this.attempt;
    if (end.owner.kind !== 'zone') return undefined;
    const segment =
      start.owner.kind === 'interface'
        ? start.owner.at.segment
        : start.owner.kind === 'place'
          ? start.owner.segment
          : undefined;
    const domain = segment && this.network.topology.domains.get(segment.domain);
    return domain?.services?.find(({ addresses }) => addresses.contains(end.address.addresses));
  }

  private served({ traffic }: Service): Part {
    return answered(this.attempt.asked.intersect(traffic));
  }

  private walk(scenario: Scenario, shown: End | undefined): { flow: Passage; firstPacket: Passage } {
    const { start, dialled, asked, inquiry } = this.attempt;
    const packet: Packet = {
      source: start,
      destination: dialled,
      region: asked,
      shift: 0,
      sources: [inquiry.clientPorts],
      altered: false,
      guise: shown === undefined ? undefined : { of: start, shows: shown },
    };
    const walk = new Walk(this.network, scenario);
    setOut(this.network, start, packet, walk);
    let flow = nothing;
    let firstPacket = nothing;
    for (const outcome of walk.outcomes) {
      const first = this.redirected(outcome);
      const judgement = new Judgement(this.network, scenario, first.packet.region, inquiry.clientPorts);
      judgement.forward(first);
      const came = this.comeAcross(scenario, first, judgement);
      flow = either(flow, came.flow);
      firstPacket = either(firstPacket, came.firstPacket);
    }
    return { flow, firstPacket };
  }

  /** An arrival at somebody else is a cut for this target. */
  private redirected(outcome: Outcome): Outcome {
    const { ending } = outcome;
    if (ending.kind !== 'arrived' || this.isTarget(ending)) return outcome;
    const subject = ending.at.kind === 'interface' ? ending.at.at.endpoint.id : 'somebody else';
    return { ...outcome, ending: { kind: 'cut', reason: 'redirected', subject } };
  }

  private isTarget({ at }: Extract<Ending, { kind: 'arrived' }>): boolean {
    const { owner } = this.attempt.end;
    if (owner.kind === 'interface') return at.kind === 'interface' && at.at === owner.at;
    if (owner.kind === 'place') return at.kind === 'place' && at.segment === owner.segment;
    return owner.kind === 'zone' && at.kind === 'zone' && at.zone === owner.zone;
  }

  private comeAcross(
    scenario: Scenario,
    first: Outcome,
    judgement: Judgement,
  ): { flow: Passage; firstPacket: Passage } {
    const { asked } = this.attempt;
    if (first.ending.kind === 'cut') {
      this.tell({ attempt: this.attempt, scenario, first, reply: undefined, flow: nothing });
      return { flow: nothing, firstPacket: nothing };
    }
    const firstPacket = judgement.withSomePort(asked);
    if (first.ending.kind === 'unknown') {
      const may = this.mayTake(firstPacket.may);
      if (!may.isEmpty()) this.unknowns.push(first.ending.unknown, ...judgement.unknowns);
      const flow = { must: Traffic.empty, may: answerable(may) };
      this.tell({ attempt: this.attempt, scenario, first, reply: undefined, flow });
      return { flow, firstPacket: { must: Traffic.empty, may } };
    }
    if (firstPacket.may.isEmpty() && this.witness === undefined) {
      this.unknowns.push(...judgement.unknowns);
      return { flow: nothing, firstPacket };
    }
    if (answerable(asked).isEmpty()) {
      this.tell({ attempt: this.attempt, scenario, first, reply: undefined, flow: nothing });
      return { flow: nothing, firstPacket };
    }
    return { flow: this.reply(scenario, first, judgement), firstPacket };
  }

  private reply(scenario: Scenario, first: Outcome, judgement: Judgement): Passage {
    const asked = answerable(this.attempt.asked);
    const { packet } = first;
    const routers = first.steps.filter((step): step is RouterStep => step.kind === 'router');
    const walk = new Walk(this.network, scenario, routers);
    // What the first packet lost of its standing with rules that name members, its reply does not have either.
    const back: Packet = { ...packet, source: packet.destination, destination: packet.source };
    this.setOutBack(walk, back, routers);
    let flow = nothing;
    for (const outcome of walk.outcomes) {
      const reply = this.unrecognised(outcome);
      const whole = judgement.fork();
      whole.reply(reply);
      let passage = nothing;
      if (reply.ending.kind !== 'cut') {
        const must = reply.ending.kind === 'arrived' ? whole.must(asked) : Traffic.empty;
        passage = { must, may: whole.may(asked) };
        this.unknowns.push(...whole.unknowns);
        if (reply.ending.kind === 'unknown') this.unknowns.push(reply.ending.unknown);
        if (passage.may.isEmpty()) this.clientPorts ??= whole.portsInPart(whole.withSomePort(asked).may);
      }
      this.tell({ attempt: this.attempt, scenario, first, reply, flow: passage });
      flow = either(flow, passage);
    }
    return flow;
  }

  /** The reply of somebody outside comes back by the router that let the packet out. */
  private setOutBack(walk: Walk, back: Packet, routers: readonly RouterStep[]): void {
    const last = routers[routers.length - 1];
    if (back.source.owner.kind !== 'zone') return setOut(this.network, back.source, back, walk);
    walk.fromZone({ router: last!.router, leg: last!.out }, back);
  }

  /** The client takes for a reply only what comes from the address it dialled to the address it dialled from. */
  private unrecognised(outcome: Outcome): Outcome {
    const { packet, ending } = outcome;
    const { start, dialled } = this.attempt;
    if (ending.kind !== 'arrived' || (packet.source === dialled && packet.destination === start))
      return outcome;
    const subject = start.owner.kind === 'interface' ? start.owner.at.endpoint.id : start.address.id;
    return { ...outcome, ending: { kind: 'cut', reason: 'asymmetric', subject } };
  }

  /**
   * What the target may take of packets that something unknown may lead to it. What is not modelled may give them
   * another source, and leaves their protocol and destination port.
   */
  private mayTake(asked: Traffic): Traffic {
    const { owner } = this.attempt.end;
    if (owner.kind !== 'interface') return asked;
    const { endpoint, interface: one } = owner.at;
    if (!endpoint.accepts) return Traffic.empty;
    const takes = one.takes ?? endpoint.takes;
    if (takes !== undefined) asked = asked.intersect(takes);
    if (one.filters.most.length === 0) return asked;
    return one.filters.most
      .map((id) => this.network.filter(id, 'ingress').fromAnyone())
      .reduce((space, filter) => space.union(filter), FlowSpace.empty)
      .fromSome(PortSet.all, asked);
  }
}

/** Everything of it arrives, and is answered where there is an answer. */
function answered(traffic: Traffic): Part {
  const replied = answerable(traffic);
  return {
    from: undefined,
    to: undefined,
    flow: { must: replied, may: replied },
    firstPacket: { must: traffic, may: traffic },
  };
}

function isSelf(start: End, end: End): boolean {
  if (start.owner.kind !== 'interface' || end.owner.kind !== 'interface') return false;
  const [a, b] = [start.owner.at, end.owner.at];
  // Where it is known what listens, that decides of itself too.
  if (b.interface.takes !== undefined) return false;
  if (a === b || (a.endpoint === b.endpoint && a.endpoint.spread === 'own')) return true;
  return a.endpoint.stack !== undefined && a.endpoint.stack === b.endpoint.stack;
}

/** The addresses that a part stands for, of what has more than one or could have another. */
function coexisting({ address, owner }: End, scenario: Scenario): AddressSet | undefined {
  const one = address.kind !== 'every' && owner.kind !== 'zone' && owner.kind !== 'place';
  return one ? undefined : scenario.addressesOf(address);
}

function anyOf(parts: readonly Part[]): Part {
  return parts.reduce((a, b) => ({
    ...a,
    flow: either(a.flow, b.flow),
    firstPacket: either(a.firstPacket, b.firstPacket),
  }));
}
