import { Traffic } from '../addressing/traffic';
import type { NextHop, RouteTable } from '../topology/route-table';
import type {
  DestinationTranslation,
  Leg,
  Router,
  SourceTranslation,
  StaticTranslation,
  Translation,
} from '../topology/router';
import type { OneTable, Segment } from '../topology/segment';
import type { Unknown } from '../topology/value';
import type { End, PlacedInterface, RouterLeg } from './end';
import type { Direction } from './filter-passing';
import { FlowSpace, shiftedTraffic } from './flow-space';
import { type Ending, type Outcome, type Packet, type RouterStep, seen, type Step } from './journey';
import type { Network } from './network';
import type { ReasonCode } from './reason-code';
import type { Scenario } from './scenario';

/**
 * Follows packets from where they are sent to where they end, by routes, routers and translations; which of their
 * ports the filters on the way let pass is judged afterwards, when it is known whether the walk altered them.
 *
 * A walk of a reply knows the routers that the first packet passed: they send the reply back the way the flow came.
 * To any other router it is a packet like any other, only that one which rewrites it makes it worthless.
 */
export class Walk {
  readonly outcomes: Outcome[] = [];
  private readonly network: Network;
  private readonly scenario: Scenario;
  /** Routers that the first packet passed; undefined when this is the first packet. */
  private readonly memory: readonly RouterStep[] | undefined;

  constructor(network: Network, scenario: Scenario, memory?: readonly RouterStep[]) {
    this.network = network;
    this.scenario = scenario;
    this.memory = memory;
  }

  fromInterface(at: PlacedInterface, packet: Packet): void {
    this.intoSegment(
      at.segment,
      packet,
      [{ kind: 'interface', direction: 'egress', at, packet }],
      'interface',
      at.interface.table,
    );
  }

  /** From an interface that could be placed in the segment, without filters of its own. */
  fromPlace(segment: Segment, packet: Packet): void {
    this.intoSegment(segment, packet, [], 'interface');
  }

  /** From outside, through a router on the edge. */
  fromZone(entry: RouterLeg, packet: Packet): void {
    this.comeIn(entry, packet, []);
  }

  /** Nobody on the edge of the zone leads to the destination. */
  fromNowhere(packet: Packet, subject: string): void {
    this.end(packet, [], { kind: 'cut', reason: 'no-entry', subject });
  }

  /** Something in the segment, an interface or a router's leg, sends the packet. */
  private intoSegment(
    segment: Segment,
    packet: Packet,
    steps: Step[],
    sender: 'interface' | 'leg',
    own?: OneTable,
  ): void {
    const { owner } = packet.destination;
    const direct = segment.peers || sender === 'leg';
    if (owner.kind === 'interface' && owner.at.segment === segment && direct) {
      return this.deliver(packet, steps);
    }
    if (owner.kind === 'place' && owner.segment === segment && direct) return this.deliver(packet, steps);
    const leg = this.legHolding(packet.destination, (one) => one.segment === segment.id);
    if (leg !== undefined) return this.enter(leg.router, leg.leg, packet, steps);
    const { options, unknowns } = own ?? segment.table;
    const table = this.network.table(this.choose(`table of ${segment.id}`, options, unknowns));
    this.route(table.table, segment, segment.domain, packet, steps);
  }

  private route(
    table: RouteTable,
    from: Segment | undefined,
    domain: string,
    packet: Packet,
    steps: Step[],
  ): void {
    const lookup = this.network.prepared(table).lookup(packet.destination.address, this.scenario);
    const hop = this.settled(lookup.hop);
    steps.push({ kind: 'route', table, lookup, hop, packet });
    this.follow(hop, table, from, domain, packet, steps);
  }

  private settled(hop: NextHop | undefined): NextHop | undefined {
    if (hop?.kind !== 'one-of') return hop;
    const texts = hop.options.map((option) => JSON.stringify(option));
    const text = this.choose('', texts, [hop.unknown]);
    return this.settled(hop.options[texts.indexOf(text)]);
  }

  private follow(
    hop: NextHop | undefined,
    table: RouteTable,
    from: Segment | undefined,
    domain: string,
    packet: Packet,
    steps: Step[],
  ): void {
    if (hop === undefined) {
      // The table on the edge of a domain only steers: what it has no route for is delivered in the domain.
      if (from === undefined) return this.deliverInDomain(domain, undefined, packet, steps);
      return this.cut('no-route', table.id, packet, steps);
    }
    switch (hop.kind) {
      case 'local':
        return this.deliverInDomain(domain, from, packet, steps);
      case 'router': {
        const router = this.network.router(hop.router);
        const leg = router.legs.find(({ id }) => id === hop.leg)!;
        // Led through a third party, although its destination lies in the same domain.
        const aside = this.domainOf(packet.destination) === domain;
        return this.handOver(router, leg, from, aside ? { ...packet, altered: true } : packet, steps);
      }
      case 'interface':
        return this.handToInterface(this.network.interface(hop.interface), from, packet, steps);
      case 'drop':
        return this.cut('route-drops', table.id, packet, steps);
      case 'unknown':
        // It may stand in the segment itself, whose edge is then not crossed.
        if (hop.outside === true) this.leave(from, packet, steps);
        return this.end(packet, steps, { kind: 'unknown', reason: 'unknown-hop', unknown: hop.unknown });
      case 'one-of':
        throw new Error('a choice of next hops is settled before it is followed');
    }
  }

  private handOver(router: Router, leg: Leg, from: Segment | undefined, packet: Packet, steps: Step[]): void {
    if (leg.kind !== 'segment') {
      this.leave(from, packet, steps);
    } else if (leg.segment !== from?.id) {
      this.leave(from, packet, steps);
      this.arriveIn(this.network.segment(leg.segment), packet, steps);
    }
    this.enter(router, leg, packet, steps);
  }

  private handToInterface(
    at: PlacedInterface,
    from: Segment | undefined,
    packet: Packet,
    steps: Step[],
  ): void {
    if (at.segment !== from) {
      this.leave(from, packet, steps);
      this.arriveIn(at.segment, packet, steps);
    }
    const { owner } = packet.destination;
    if (owner.kind === 'interface' && owner.at === at) return this.deliver(packet, steps);
    const steered = { ...packet, altered: true };
    steps.push({ kind: 'interface', direction: 'ingress', at, packet: steered });
    if (!at.interface.forwards) return this.cut('not-forwarding', at.interface.id, steered, steps);
    const unknown: Unknown = {
      kind: 'unknown',
      key: at.interface.id,
      text: `what ${at.endpoint.id} does with packets that it is handed to forward`,
    };
    this.end(steered, steps, { kind: 'unknown', reason: 'forwarding-software', unknown });
  }

  /** The domain's own routing delivers to the segment that holds the address. */
  private deliverInDomain(domain: string, from: Segment | undefined, packet: Packet, steps: Step[]): void {
    const { owner } = packet.destination;
    if (owner.kind === 'interface' || owner.kind === 'place') {
      const segment = owner.kind === 'interface' ? owner.at.segment : owner.segment;
      if (segment.domain === domain) {
        this.leave(from, packet, steps);
        this.arriveIn(segment, packet, steps);
        return this.deliver(packet, steps);
      }
    }
    const leg = this.legHolding(
      packet.destination,
      (one) => this.network.segment(one.segment).domain === domain,
    );
    if (leg !== undefined) return this.handOver(leg.router, leg.leg, from, packet, steps);
    this.cut('no-such-address', domain, packet, steps);
  }

  /** The segment leg of a router that has the destination as its own address, or takes packets to it there. */
  private legHolding(
    { owner, address }: End,
    fits: (leg: Extract<Leg, { kind: 'segment' }>) => boolean,
  ): RouterLeg | undefined {
    if (owner.kind === 'leg') {
      return owner.leg.kind === 'segment' && fits(owner.leg) ? owner : undefined;
    }
    if (owner.kind !== 'published') return undefined;
    const leg = owner.router.legs.find(
      (one) =>
        one.kind === 'segment' &&
        fits(one) &&
        this.scenario.addressesOf(address).overlaps(one.address.most) &&
        this.scenario.within(address, one.address.most),
    );
    return leg === undefined ? undefined : { router: owner.router, leg };
  }

  private deliver(packet: Packet, steps: Step[]): void {
    const { owner } = packet.destination;
    if (owner.kind === 'place') {
      return this.end(packet, steps, { kind: 'arrived', at: { kind: 'place', segment: owner.segment } });
    }
    if (owner.kind !== 'interface')
      throw new Error(`a packet to ${owner.kind} is not delivered to an interface`);
    const { at } = owner;
    steps.push({ kind: 'interface', direction: 'ingress', at, packet });
    const taken = this.memory === undefined ? this.takenOf(at, packet) : packet.region;
    const refused = packet.region.subtract(taken);
    if (!refused.isEmpty()) {
      this.cut('takes-no-flows', at.endpoint.id, { ...packet, region: refused }, [...steps]);
    }
    if (taken.isEmpty()) return;
    this.end({ ...packet, region: taken }, steps, { kind: 'arrived', at: { kind: 'interface', at } });
  }

  /** What of the packet the endpoint takes, by the port that was dialled. */
  private takenOf(
    { endpoint: { accepts, takes: all }, interface: one }: PlacedInterface,
    { region, shift }: Packet,
  ): Traffic {
    if (!accepts) return Traffic.empty;
    const takes = one.takes ?? all;
    return takes === undefined ? region : region.intersect(shiftedTraffic(takes, -shift));
  }

  private enter(router: Router, by: Leg, packet: Packet, steps: Step[]): void {
    const before = steps.filter((step): step is RouterStep => step.kind === 'router');
    const seenBefore = before.some(
      (step) =>
        step.router === router &&
        step.in === by &&
        step.before.destination === packet.destination &&
        step.before.source === packet.source,
    );
    if (seenBefore) return this.cut('loop', router.id, packet, steps);
    const remembered = this.memory?.find(
      (step) =>
        step.router === router &&
        step.after.source === packet.destination &&
        step.after.destination === packet.source,
    );
    if (remembered !== undefined) return this.passBack(remembered, by, packet, steps);
    if (this.memory !== undefined && router.tracks === true) {
      return this.cut('asymmetric', router.id, packet, steps);
    }
    this.translateIn(router, by, packet, steps);
  }

  /** The reply of a flow that the router let pass is rewritten back and leaves by the leg the flow came in by. */
  private passBack(flow: RouterStep, by: Leg, packet: Packet, steps: Step[]): void {
    const after: Packet = {
      ...packet,
      source: flow.before.destination,
      destination: flow.before.source,
      shift: flow.before.shift,
      sources: flow.before.sources,
    };
    const { space, rules } = this.network
      .preparedRouter(flow.router)
      .passesReply(by, flow.in, packet, this.scenario);
    steps.push({
      kind: 'router',
      router: flow.router,
      in: by,
      out: flow.in,
      before: packet,
      after,
      forwards: space,
      rules,
      translations: flow.translations,
      remembered: true,
    });
    this.leaveBy(flow.in, after, steps);
  }

  /** Translations of the destination on the way in; packets that go different ways part here. */
  private translateIn(router: Router, by: Leg, packet: Packet, steps: Step[]): void {
    let rest = packet;
    let lost = FlowSpace.empty;
    for (const translation of this.network.preparedRouter(router).incoming(packet.destination)) {
      const inside = this.network.insideOf(translation);
      if (inside?.family !== rest.destination.family || !this.takes(translation, by, rest)) continue;
      if (this.memory !== undefined) {
        // Rewriting the reply of a flow that the router does not remember loses it.
        lost = lost.union(
          translation.kind === 'static' ? FlowSpace.everything : FlowSpace.of(translation.traffic),
        );
        continue;
      }
      const [region, shift] =
        translation.kind === 'static'
          ? [rest.region, 0]
          : [rest.region.intersect(shiftedTraffic(translation.traffic, -rest.shift)), translation.shift];
      if (region.isEmpty()) continue;
      const before = { ...rest, region };
      const destination = this.standsThere(before.destination, inside) ? before.destination : inside;
      const after = { ...before, destination, shift: rest.shift + shift, altered: true };
      this.pass({ ...plain(router, by, before, [...steps]), after, translations: [translation] });
      rest = { ...rest, region: rest.region.subtract(region) };
      if (rest.region.isEmpty()) return;
    }
    this.enterUntranslated(router, by, rest, lost, steps);
  }

  /** Whether an interface that could be placed in a segment is placed at the address of one that is there. */
  private standsThere({ owner, address }: End, inside: End): boolean {
    return (
      owner.kind === 'place' &&
      inside.owner.kind === 'interface' &&
      inside.owner.at.segment === owner.segment &&
      inside.address.kind === 'certain' &&
      this.scenario.within(address, inside.address.addresses)
    );
  }

  private enterUntranslated(router: Router, by: Leg, packet: Packet, lost: FlowSpace, steps: Step[]): void {
    const { owner, family } = packet.destination;
    if (owner.kind === 'mapping' && owner.router === router && owner.leg === by) {
      const after = { ...packet, destination: owner.inside, altered: true };
      return this.pass({ ...plain(router, by, packet, steps), after });
    }
    if (by.kind === 'zone' && this.network.passesOnlyTranslated(router, by, family)) {
      return this.cut('untranslated', router.id, packet, steps);
    }
    if (this.legHolding(packet.destination, () => true)?.router === router) {
      return this.cut('ends-at-router', router.id, packet, steps);
    }
    this.pass({ ...plain(router, by, packet, steps), lost });
  }

  private takes(translation: StaticTranslation | DestinationTranslation, by: Leg, packet: Packet): boolean {
    if (translation.kind === 'static') return translation.leg === by.id && this.exists(translation);
    const { from, destination } = translation;
    return from?.includes(by.id) !== false && this.scenario.within(packet.destination.address, destination);
  }

  private exists({ certain, unknowns, leg, interface: id, inside }: StaticTranslation): boolean {
    if (certain) return true;
    const key = unknowns.length > 0 ? unknowns.map((one) => one.key).join() : `${leg} ${id} ${inside}`;
    return this.scenario.pick(`translation ${key}`, 2, unknowns) === 0;
  }

  /** Routing, forwarding rules and translation of the source, once the destination is translated. */
  private pass(passage: Passage): void {
    const { router, by, before, after, steps, lost, translations } = passage;
    const prepared = this.network.preparedRouter(router);
    const out = prepared.leavingLeg(
      by,
      after.destination,
      before.destination !== after.destination,
      this.scenario,
    );
    if (out === undefined) return this.cut('router-no-route', router.id, after, steps);
    const { space, rules } = prepared.forwards(by, out, after, this.scenario);
    const forwarded = space.subtract(lost);
    for (const left of this.translateOut(router, by, out, after)) {
      const { packet } = left;
      const branch = [...steps];
      if (left.lost !== undefined) {
        this.cut(left.lost, router.id, packet, branch);
        continue;
      }
      branch.push({
        kind: 'router',
        router,
        in: by,
        out,
        before: { ...before, region: packet.region },
        after: packet,
        forwards: forwarded,
        rules,
        translations: [...translations, ...left.translations],
        remembered: false,
      });
      this.leaveBy(out, packet, branch);
    }
  }

  /** Translation of the source on the way out; packets that are translated in different ways part here. */
  private translateOut(router: Router, by: Leg, out: Leg, packet: Packet): readonly Leaving[] {
    const { source } = packet;
    const left: Leaving[] = [];
    let rest = packet;
    let refused = false;
    for (const translation of this.network.preparedRouter(router).outgoing(source, out)) {
      const shown = this.shown(router, translation, by, rest);
      if (shown === undefined) continue;
      const only = translation.kind === 'static' ? undefined : translation.traffic;
      refused ||= only !== undefined;
      const region =
        only === undefined ? rest.region : rest.region.intersect(shiftedTraffic(only, -rest.shift));
      if (region.isEmpty() && this.memory === undefined) continue;
      const sources = translation.kind === 'static' ? rest.sources : [...rest.sources, translation.ports];
      const translated = { ...rest, region, source: shown, sources, altered: true, guise: undefined };
      // Rewriting the reply of a flow that the router does not remember loses it.
      const lost = this.memory === undefined ? undefined : 'asymmetric';
      left.push({ packet: translated, lost, translations: [translation] });
      if (lost !== undefined) return left;
      rest = { ...rest, region: rest.region.subtract(region) };
      if (rest.region.isEmpty()) return left;
    }
    return [...left, this.leaveUntranslated(router, out, rest, refused)];
  }

  private leaveUntranslated(router: Router, out: Leg, packet: Packet, refused: boolean): Leaving {
    const { source } = packet;
    if (refused) return { packet, lost: 'router-drops', translations: [] };
    if (out.kind !== 'zone' || !this.network.passesOnlyTranslated(router, out, source.family)) {
      return { packet, lost: undefined, translations: [] };
    }
    if (source.owner.kind !== 'place') return { packet, lost: 'untranslated', translations: [] };
    if (this.memory !== undefined) return { packet, lost: 'asymmetric', translations: [] };
    const shown = this.network.mappingEnd(router, out, source);
    return { packet: { ...packet, source: shown, altered: true }, lost: undefined, translations: [] };
  }

  /** What a translation of the source shows of it; undefined when it does not apply. */
  private shown(
    router: Router,
    translation: StaticTranslation | SourceTranslation,
    by: Leg,
    packet: Packet,
  ): End | undefined {
    const { source } = packet;
    if (translation.kind === 'static') {
      const applies = this.network.insideOf(translation) === source && this.exists(translation);
      return applies ? this.network.outsideEnd({ router, translation }) : undefined;
    }
    if (translation.from?.includes(by.id) === false) return undefined;
    if (!this.scenario.within(seen(packet, source).address, translation.source)) return undefined;
    const to = router.legs.find(({ id }) => id === translation.to)!;
    return this.network.legEnd(router, to, source.family);
  }

  private leaveBy(leg: Leg, packet: Packet, steps: Step[]): void {
    if (leg.kind === 'zone') return this.reachZone(leg.zone, packet, steps);
    if (leg.kind === 'segment')
      return this.intoSegment(this.network.segment(leg.segment), packet, steps, 'leg');
    const { table, domain } = leg;
    if (table === undefined) return this.deliverInDomain(domain, undefined, packet, steps);
    this.route(table, undefined, domain, packet, steps);
  }

  /** Outside: there it has arrived, or the outside leads it to the router that answers for the destination. */
  private reachZone(id: string, packet: Packet, steps: Step[]): void {
    const zone = this.network.topology.zones.get(id)!;
    const { owner } = packet.destination;
    steps.push({ kind: 'zone', zone, packet });
    if (owner.kind === 'zone') {
      if (!this.network.isWithin(owner.zone, id)) return this.cut('no-such-address', id, packet, steps);
      return this.end(packet, steps, { kind: 'arrived', at: { kind: 'zone', zone: owner.zone } });
    }
    const entries = this.network.entriesTo(packet.destination, zone);
    if (entries.length === 0) return this.cut('no-entry', id, packet, steps);
    for (const entry of entries) this.comeIn(entry, { ...packet, altered: true }, [...steps]);
  }

  /** From a zone into a router, if those in the zone send packets to the destination there. */
  private comeIn({ router, leg }: RouterLeg, packet: Packet, steps: Step[]): void {
    const routed = leg.kind === 'zone' ? leg.routed : undefined;
    if (routed !== undefined && !this.scenario.within(packet.destination.address, routed)) {
      return this.cut('no-entry', router.id, packet, steps);
    }
    this.enter(router, leg, packet, steps);
  }

  private domainOf({ owner }: End): string | undefined {
    if (owner.kind === 'interface') return owner.at.segment.domain;
    if (owner.kind === 'place') return owner.segment.domain;
    return owner.kind === 'leg' ? this.network.domainOf(owner.leg) : undefined;
  }

  private leave(segment: Segment | undefined, packet: Packet, steps: Step[]): void {
    if (segment !== undefined) this.cross('egress', segment, packet, steps);
  }

  private arriveIn(segment: Segment, packet: Packet, steps: Step[]): void {
    this.cross('ingress', segment, packet, steps);
  }

  private cross(direction: Direction, segment: Segment, packet: Packet, steps: Step[]): void {
    const { options, unknowns } = segment.crossing;
    const filter = this.choose(`crossing of ${segment.id}`, options, unknowns);
    steps.push({ kind: 'crossing', direction, segment, filter, packet });
  }

  /** Choices with equal options and the same keys are one choice; without a key, each is its own. */
  private choose<T extends string | null>(
    own: string,
    options: readonly T[],
    unknowns: readonly Unknown[],
  ): T {
    const keys = unknowns.map(({ key }) => key).join();
    const name = keys === '' ? own : `${keys} of ${options.join(' | ')}`;
    return options[this.scenario.pick(name, options.length, unknowns)]!;
  }

  private cut(reason: ReasonCode, subject: string, packet: Packet, steps: readonly Step[]): void {
    this.end(packet, steps, { kind: 'cut', reason, subject });
  }

  private end(packet: Packet, steps: readonly Step[], ending: Ending): void {
    this.outcomes.push({ packet, steps, ending });
  }
}

/** A packet in a router, with its destination translated. */
interface Passage {
  readonly router: Router;
  readonly by: Leg;
  readonly before: Packet;
  readonly after: Packet;
  readonly steps: Step[];
  /** Packets that a translation makes worthless. */
  readonly lost: FlowSpace;
  readonly translations: readonly Translation[];
}

/** Packets on their way out of a router, or lost there. */
interface Leaving {
  readonly packet: Packet;
  readonly lost: ReasonCode | undefined;
  readonly translations: readonly Translation[];
}

function plain(router: Router, by: Leg, packet: Packet, steps: Step[]): Passage {
  return { router, by, before: packet, after: packet, steps, lost: FlowSpace.empty, translations: [] };
}
