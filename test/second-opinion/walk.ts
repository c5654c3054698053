import type { Address } from '../../lib/addressing/address';
import type { PortRange } from '../../lib/addressing/port-set';
import { hasPorts, type Protocol, protocolNumber } from '../../lib/addressing/protocol';
import type { Endpoint, Interface } from '../../lib/topology/endpoint';
import type { Filter } from '../../lib/topology/filter';
import type { Leg, Router } from '../../lib/topology/router';
import type { Segment } from '../../lib/topology/segment';
import type { Topology } from '../../lib/topology/topology';
import { allows, type Direction } from './filtering';
import { isIn, type Packet, printPacket, replyTo, tupleOf } from './packet';
import { entryFor, forwards, hopFor, legOutOf, onlyTranslated, type SettledHop } from './routing';
import { addressesOf, type Holder, SettledNetwork, settled } from './settled-network';
import { translatedIn, translatedOut } from './translating';

/** The first packet of a flow. */
export interface Flow {
  readonly from: Sender;
  readonly to: Address;
  readonly protocol: Protocol;
  /** @default 0, for protocols without ports */
  readonly sourcePort?: number;
  /** The port, or type * 256 + code of ICMP. @default 0, for protocols that have neither */
  readonly destinationPort?: number;
}

/** Who sends: an interface from one of its addresses, or a zone from any of its own. */
export type Sender =
  | { readonly interface: string; readonly address: Address }
  /** `leg` is the leg of a router by which it comes in. @default - the best of all that face the zone */
  | { readonly zone: string; readonly address: Address; readonly leg?: string };

/** What a run of the walk leaves open: the port a source translation picks. @default - its lowest */
export interface Choice {
  readonly translatedPort?: number;
}

export interface Walk {
  /** Whether the first packet is delivered to whoever has the address, at an interface or in a zone. */
  readonly arrives: boolean;
  readonly where?: Place;
  /** Whether its answer comes back to the sender, as the answer to what was sent. */
  readonly replyArrives: boolean;
  readonly reason: Reason | `reply: ${Reason}`;
  /** The ports among which a source translation picked one, of all that did. */
  readonly pickedFrom: readonly PortRange[];
  /** Every hop in words, there and back. */
  readonly steps: readonly string[];
}

export type Place =
  | { readonly kind: 'interface'; readonly interface: string }
  | { readonly kind: 'zone'; readonly zone: string; readonly router: string; readonly leg: string }
  /** What the platform serves to the interfaces of a domain. */
  | { readonly kind: 'service'; readonly domain: string; readonly service: string };

/** Why a walk ended where it did. */
export const reasons = [
  'arrived',
  'interface filter',
  'crossing filter',
  'no route',
  'route drops',
  'not a forwarder',
  'nobody has the address',
  'accepts nothing',
  'addressed to a router',
  'no leg out',
  'forwarding rule',
  'untranslated',
  'traffic not translated',
  'loop',
  'no leg in',
  'never answered',
  'not recognised',
] as const;
export type Reason = (typeof reasons)[number];

/**
 * Follows one flow hop by hop through a topology without unknowns: its first packet, and if that arrives the reply.
 * Written to be read beside the docstrings of lib/topology, not to be fast; what they leave open is decided in the
 * README here. Throws for a topology that is not settled, and for a hop to an interface that forwards.
 */
export function walk(topology: Topology, flow: Flow, choice: Choice = {}): Walk {
  const network = networkOf(topology);
  const packet = firstPacketOf(flow);
  const starts = startsOf(network, flow.from);
  const walks = starts.map((start) => walkFrom(network, start, packet, choice));
  return (
    walks.find((one) => one.replyArrives) ??
    walks.find((one) => one.arrives) ??
    walks[0] ?? {
      arrives: false,
      replyArrives: false,
      reason: 'no leg in',
      pickedFrom: [],
      steps: [`no router faces the zone that sends ${printPacket(packet)}`],
    }
  );
}

function walkFrom(network: SettledNetwork, start: Start, packet: Packet, choice: Choice): Walk {
  const trip = new Trip(network, choice);
  const there = trip.send(start, packet);
  const common = {
    pickedFrom: trip.pickedFrom,
    get steps() {
      return trip.steps.map((step) => step());
    },
  };
  const ended = (walk: Omit<Walk, 'pickedFrom' | 'steps'>): Walk => Object.assign(common, walk);
  if (there.kind === 'dropped') return ended({ arrives: false, replyArrives: false, reason: there.reason });

  const where = placeOf(there);
  const answer = replyTo(there.packet);
  if (answer === undefined)
    return ended({ arrives: true, where, replyArrives: false, reason: 'reply: never answered' });
  if (there.kind === 'service') return ended({ arrives: true, where, replyArrives: true, reason: 'arrived' });
  trip.steps.push(() => `the reply is ${printPacket(answer)}`);
  const back = trip.send(there, answer, true);
  if (back.kind === 'dropped')
    return ended({ arrives: true, where, replyArrives: false, reason: `reply: ${back.reason}` });
  const expected = tupleOf(replyTo(packet)!);
  if (!isBackAt(start, back) || tupleOf(back.packet) !== expected) {
    trip.steps.push(() => 'the sender did not ask that: it is no answer to what was sent');
    return ended({ arrives: true, where, replyArrives: false, reason: 'reply: not recognised' });
  }
  return ended({ arrives: true, where, replyArrives: true, reason: 'arrived' });
}

/** Where a packet is put on its way. */
type Start =
  | { readonly kind: 'interface'; readonly holder: Holder & { kind: 'interface' } }
  | { readonly kind: 'zone'; readonly router: Router; readonly leg: Leg & { kind: 'zone' } };

type Served = { readonly kind: 'service'; readonly domain: string; readonly service: string };
type Delivered = (Start | Served) & { readonly packet: Packet };
type Dropped = { readonly kind: 'dropped'; readonly reason: Reason };
type End = Delivered | Dropped;

/** As many routers as no sensible path has: whoever passes more goes in circles. */
const mostRouters = 8;

/** The way of a flow, there and back, with what filters and routers remember of it. */
class Trip {
  readonly steps: (() => string)[] = [];
  readonly pickedFrom: PortRange[] = [];
  private readonly network: SettledNetwork;
  private readonly choice: Choice;
  /** Replies that whoever keeps state waits for: place and tuple. */
  private readonly awaited = new Set<string>();
  /** Flows that a router let pass, by router and the tuple of their reply as it will come in. */
  private readonly flows = new Map<string, { readonly packet: Packet; readonly cameBy: Leg }>();
  private routersPassed = 0;
  private answering = false;

  constructor(network: SettledNetwork, choice: Choice) {
    this.network = network;
    this.choice = choice;
  }

  send(start: Start, packet: Packet, answering = false): End {
    this.routersPassed = 0;
    this.answering = answering;
    if (start.kind === 'zone') {
      this.say(() => `zone ${start.leg.zone} sends ${printPacket(packet)}`);
      return this.enterRouter(start.router, start.leg, packet);
    }
    const { interface: sender } = start.holder;
    this.say(() => `${sender.id} sends ${printPacket(packet)}`);
    const segment = this.network.segment(sender.segment);
    const { id: domain, services = [] } = this.network.topology.domains.get(segment.domain)!;
    const service = services.find(
      (one) => one.addresses.contains(packet.destination) && isIn(one.traffic, packet),
    );
    if (service !== undefined) return { kind: 'service', domain, service: service.name, packet };
    const receiver = this.network.holderIn(segment, packet.destination);
    if (receiver?.kind === 'interface' && receiver.interface === sender) return { ...start, packet };
    if (!this.passesInterface(sender, 'egress', packet)) return this.drop('interface filter', sender.id);
    return this.sendFrom(segment, packet, 'interface');
  }

  /** From an interface or a leg that stands in a segment. */
  private sendFrom(segment: Segment, packet: Packet, sender: 'interface' | 'leg'): End {
    if (segment.blocks.some((block) => block.contains(packet.destination))) {
      const receiver = this.network.holderIn(segment, packet.destination);
      if (segment.peers || sender === 'leg' || receiver?.kind === 'leg') {
        this.say(() => `directly inside ${segment.id}`);
        return this.handOver(segment, packet);
      }
    }
    const table = this.network.tableOf(segment);
    const hop = hopFor(table, packet.destination);
    if (hop === undefined) return this.drop('no route', table.id);
    this.say(() => `${table.id}: ${printHop(hop)}`);
    const leg = hop.kind === 'router' ? legOf(this.network.router(hop.router), hop.leg) : undefined;
    const staysInside = leg?.kind === 'segment' && leg.segment === segment.id;
    if (!staysInside && !this.crosses(segment, 'egress', packet)) {
      return this.drop('crossing filter', segment.id);
    }
    return this.follow(hop, packet, segment.domain, staysInside ? segment : undefined);
  }

  /** `inside` is the segment that the packet has not left. */
  private follow(hop: SettledHop, packet: Packet, domain: string, inside?: Segment): End {
    if (hop.kind === 'drop') return this.drop('route drops', hop.reason);
    if (hop.kind === 'local') return this.deliver(domain, packet);
    if (hop.kind === 'interface') {
      const { interface: taker } = this.network.interface(hop.interface);
      if (addressesOf(taker).some((own) => own.equals(packet.destination))) {
        return this.deliver(domain, packet);
      }
      if (taker.forwards) throw new Error(`${hop.interface} forwards, and where to is not known`);
      return this.drop('not a forwarder', hop.interface);
    }
    const router = this.network.router(hop.router);
    const leg = legOf(router, hop.leg);
    const blocks = this.network.topology.domains.get(domain)!.blocks;
    const aside = blocks.some((block) => block.contains(packet.destination));
    const led = aside ? { ...packet, untouched: false } : packet;
    if (leg.kind === 'segment' && inside === undefined) {
      const segment = this.network.segment(leg.segment);
      if (!this.crosses(segment, 'ingress', led)) return this.drop('crossing filter', segment.id);
    }
    return this.enterRouter(router, leg, led);
  }

  /** Delivery by a domain's own routing: into the segment that holds the address, over its edge. */
  private deliver(domain: string, packet: Packet): End {
    const segment = this.network.segmentAround(domain, packet.destination);
    if (segment === undefined) return this.drop('nobody has the address', domain);
    this.say(() => `${domain} delivers to ${segment.id}`);
    if (!this.crosses(segment, 'ingress', packet)) return this.drop('crossing filter', segment.id);
    return this.handOver(segment, packet);
  }

  /** To whoever has the address inside a segment. */
  private handOver(segment: Segment, packet: Packet): End {
    const holder = this.network.holderIn(segment, packet.destination);
    if (holder === undefined) return this.drop('nobody has the address', segment.id);
    if (holder.kind === 'leg') return this.enterRouter(holder.router, holder.leg, packet);
    const { interface: receiver, endpoint } = holder;
    const isReply = this.isAwaited(receiver.id, packet);
    if (!this.passesInterface(receiver, 'ingress', packet)) return this.drop('interface filter', receiver.id);
    if (!isReply && !takes(endpoint, packet)) return this.drop('accepts nothing', endpoint.id);
    this.say(() => `${receiver.id} receives ${printPacket(packet)}`);
    return { kind: 'interface', holder, packet };
  }

  private enterRouter(router: Router, leg: Leg, packet: Packet): End {
    if (++this.routersPassed > mostRouters) return this.drop('loop', router.id);
    this.say(() => `${router.id} takes it in by ${leg.id}`);
    const flow = this.flows.get(`${router.id} ${tupleOf(packet)}`);
    if (flow !== undefined) {
      const answer = replyTo(flow.packet)!;
      const same = tupleOf(answer) === tupleOf(packet);
      this.say(() => `known flow, back by ${flow.cameBy.id}${same ? '' : ` as ${printPacket(answer)}`}`);
      return this.leaveRouter(router, flow.cameBy, {
        ...answer,
        untouched: same && packet.untouched,
      });
    }

    if (router.tracks === true && this.answering) return this.drop('not recognised', router.id);

    const changed = translatedIn(this.network, router, leg, packet);
    const inbound = changed ?? packet;
    const { family } = inbound.destination;
    if (changed !== undefined) this.say(() => `destination translated: ${printPacket(inbound)}`);
    else if (leg.kind === 'zone' && onlyTranslated(this.network, router, leg, family)) {
      return this.drop('untranslated', leg.id);
    } else if (this.hasItself(router, inbound.destination)) {
      return this.drop('addressed to a router', router.id);
    }

    const out = legOutOf(this.network, router, leg, inbound.destination, changed !== undefined);
    if (out === undefined) return this.drop('no leg out', router.id);
    if (!forwards(router, leg, out, inbound)) return this.drop('forwarding rule', router.id);

    const translated = translatedOut(this.network, router, leg, out, inbound, (ports) => {
      this.pickedFrom.push(...ports);
      const wanted = this.choice.translatedPort ?? -1;
      return ports.some(({ from, to }) => from <= wanted && wanted <= to) ? wanted : ports[0]!.from;
    });
    if (translated === 'refused') return this.drop('traffic not translated', router.id);
    if (translated === 'none' && onlyTranslated(this.network, router, out, family)) {
      return this.drop('untranslated', out.id);
    }
    const outbound = translated === 'none' ? inbound : translated;
    if (translated !== 'none') this.say(() => `source translated: ${printPacket(outbound)}`);
    const reply = replyTo(outbound);
    if (reply !== undefined) this.flows.set(`${router.id} ${tupleOf(reply)}`, { packet, cameBy: leg });
    return this.leaveRouter(router, out, outbound);
  }

  private leaveRouter(router: Router, leg: Leg, packet: Packet): End {
    this.say(() => `${router.id} sends it out by ${leg.id}`);
    if (leg.kind === 'zone') return this.outside(router, leg, packet);
    if (leg.kind === 'segment') return this.sendFrom(this.network.segment(leg.segment), packet, 'leg');
    const hop = leg.table === undefined ? undefined : hopFor(leg.table, packet.destination);
    return hop === undefined ? this.deliver(leg.domain, packet) : this.follow(hop, packet, leg.domain);
  }

  /** Out in a zone: it has arrived, unless a router that faces the zone answers for the destination. */
  private outside(router: Router, leg: Leg & { kind: 'zone' }, packet: Packet): End {
    const entry = entryFor(this.network, leg.zone, packet.destination);
    if (entry === undefined) return { kind: 'zone', router, leg, packet };
    this.say(() => `${leg.zone} leads it to ${entry.router.id}`);
    return this.enterRouter(entry.router, entry.leg, { ...packet, untouched: false });
  }

  private hasItself(router: Router, address: Address): boolean {
    return router.legs.some((leg) => this.network.addressesOfLeg(leg).some((own) => own.equals(address)));
  }

  private passesInterface(one: Interface, direction: Direction, packet: Packet): boolean {
    return this.passes(one.id, this.network.filters(settled(one.filters)), direction, packet);
  }

  private crosses(segment: Segment, direction: Direction, packet: Packet): boolean {
    return this.passes(segment.id, this.network.crossingOf(segment), direction, packet);
  }

  /** One of the filters has to let the packet pass; a stateful one does so with the reply of what passed here. */
  private passes(where: string, filters: readonly Filter[], direction: Direction, packet: Packet): boolean {
    const isReply = this.isAwaited(where, packet);
    const open =
      filters.length === 0 ||
      filters.some(
        (filter) => (filter.stateful && isReply) || allows(this.network, filter, direction, packet),
      );
    const names = filters.map(({ id }) => id).join(', ');
    if (names !== '') this.say(() => `${where} ${direction} (${names}): ${open ? 'passes' : 'stops'}`);
    const reply = replyTo(packet);
    if (open && reply !== undefined) this.awaited.add(`${where} ${tupleOf(reply)}`);
    return open;
  }

  private isAwaited(where: string, packet: Packet): boolean {
    return this.awaited.has(`${where} ${tupleOf(packet)}`);
  }

  private drop(reason: Reason, where: string): Dropped {
    this.say(() => `dropped: ${reason} (${where})`);
    return { kind: 'dropped', reason };
  }

  private say(step: () => string): void {
    this.steps.push(step);
  }
}

function takes({ accepts, takes: taken }: Endpoint, { protocol, destinationPort }: Packet): boolean {
  return accepts && (taken === undefined || taken.ports(protocol).contains(destinationPort));
}

function firstPacketOf(flow: Flow): Packet {
  const { sourcePort = 0, destinationPort = 0, protocol } = flow;
  if (!hasPorts(protocol) && sourcePort !== 0) throw new Error(`${protocol} has no source port`);
  const source = flow.from.address;
  if (source.family !== flow.to.family) throw new Error('a packet has two addresses of one family');
  return {
    source,
    destination: flow.to,
    protocol: protocolNumber(protocol),
    sourcePort,
    destinationPort,
    untouched: true,
  };
}

function startsOf(network: SettledNetwork, from: Sender): readonly Start[] {
  if ('interface' in from) return [{ kind: 'interface', holder: network.interface(from.interface) }];
  return [...network.topology.routers.values()].flatMap((router) =>
    router.legs
      .filter((leg) => leg.kind === 'zone')
      .filter((leg) => leg.zone === from.zone && (from.leg === undefined || from.leg === leg.id))
      .map((leg) => ({ kind: 'zone', router, leg }) as const),
  );
}

function placeOf(end: Delivered): Place {
  if (end.kind === 'service') return { kind: 'service', domain: end.domain, service: end.service };
  return end.kind === 'interface'
    ? { kind: 'interface', interface: end.holder.interface.id }
    : { kind: 'zone', zone: end.leg.zone, router: end.router.id, leg: end.leg.id };
}

function isBackAt(start: Start, end: Delivered): boolean {
  if (start.kind === 'zone') return end.kind === 'zone' && end.leg.zone === start.leg.zone;
  return end.kind === 'interface' && end.holder.interface === start.holder.interface;
}

function legOf(router: Router, id: string): Leg {
  const leg = router.legs.find((one) => one.id === id);
  if (leg === undefined) throw new Error(`router ${router.id} has no leg ${id}`);
  return leg;
}

function printHop(hop: SettledHop): string {
  if (hop.kind === 'router') return `to ${hop.router}, leg ${hop.leg}`;
  if (hop.kind === 'interface') return `to ${hop.interface}`;
  return hop.kind;
}

const networks = new WeakMap<Topology, SettledNetwork>();

function networkOf(topology: Topology): SettledNetwork {
  const known = networks.get(topology) ?? new SettledNetwork(topology);
  networks.set(topology, known);
  return known;
}
