import { Address } from '../../lib/addressing/address';
import { AddressSet } from '../../lib/addressing/address-set';
import { Cidr } from '../../lib/addressing/cidr';
import { PortSet } from '../../lib/addressing/port-set';
import { Traffic } from '../../lib/addressing/traffic';
import { exactly } from '../../lib/topology/bounds';
import type { Filter } from '../../lib/topology/filter';
import type { ForwardRule, Leg, Router, Translation } from '../../lib/topology/router';
import type { NextHop, Route } from '../../lib/topology/route-table';
import type { Topology } from '../../lib/topology/topology';
import { type GivenRule, TopologyBuilder } from '../../lib/topology/topology-builder';
import { type Flow, walk } from './walk';

/** A network small enough to argue about: one domain `net`, 10.0.0.0/24 and fd00::/64, unless `domains` says more. */
export interface Sketch {
  readonly domains?: Readonly<Record<string, readonly string[]>>;
  /** By id. `routes` are of the table of the segment, `DESTINATION: HOP`. @default - everything local */
  readonly segments: Readonly<Record<string, SegmentSketch>>;
  /** By id, each with one interface that has the same id. */
  readonly machines: Readonly<Record<string, MachineSketch>>;
  readonly filters?: Readonly<Record<string, FilterSketch>>;
  readonly zones?: Readonly<Record<string, readonly string[]>>;
  readonly routers?: Readonly<Record<string, RouterSketch>>;
}

/** web and shop in `front`, db in `back`, both segments of one domain, nothing filtered. */
export const plain = {
  segments: { front: { block: '10.0.0.0/28' }, back: { block: '10.0.0.16/28' } },
  machines: {
    web: { in: 'front', at: '10.0.0.4' },
    shop: { in: 'front', at: '10.0.0.5' },
    db: { in: 'back', at: '10.0.0.20' },
  },
} as const satisfies Sketch;

export interface SegmentSketch {
  readonly domain?: string;
  readonly block: string | readonly string[];
  readonly peers?: boolean;
  readonly crossing?: string;
  readonly routes?: Routes;
}

export interface MachineSketch {
  readonly in: string;
  readonly at: string | readonly string[];
  readonly filters?: readonly string[];
  readonly accepts?: boolean;
  readonly forwards?: boolean;
}

export interface FilterSketch extends Partial<Pick<Filter, 'matching' | 'stateful'>> {
  readonly ingress?: readonly GivenRule[];
  readonly egress?: readonly GivenRule[];
}

export interface RouterSketch {
  readonly legs: readonly Leg[];
  readonly forward?: readonly ForwardRule[];
  readonly translations?: readonly Translation[];
  readonly tracks?: boolean;
}

/** `local`, `drop`, `@interface`, or `router:leg`. An array is tried as equal prefixes with preferences 0, 1, ... */
export type Routes = Readonly<Record<string, string | readonly string[]>>;

/** Stateful union filters and machines that accept, unless the sketch says otherwise. */
export function network(sketch: Sketch): Topology {
  const builder = new TopologyBuilder();
  for (const [id, texts] of Object.entries(sketch.domains ?? { net: ['10.0.0.0/24', 'fd00::/64'] })) {
    builder.addDomain({ id, blocks: blocks(texts) });
  }
  for (const [id, segment] of Object.entries(sketch.segments)) {
    const { block, domain = 'net', peers = true, crossing = null } = segment;
    const routes = segment.routes ?? { '0.0.0.0/0': 'local', '::/0': 'local' };
    builder.addTable({ id: `${id}.table`, routes: routesOf(routes) });
    builder.addSegment({
      id,
      domain,
      peers,
      blocks: blocks(block),
      crossing: { options: [crossing], unknowns: [] },
      table: { options: [`${id}.table`], unknowns: [] },
    });
  }
  for (const [id, machine] of Object.entries(sketch.machines)) {
    const addresses = [machine.at].flat().map((text) => {
      const own = Address.parse(text);
      return { family: own.family, possible: AddressSet.of(own), unknown: undefined };
    });
    const filters = exactly(machine.filters ?? []);
    builder.addEndpoint({
      id,
      type: 'machine',
      accepts: machine.accepts ?? true,
      interfaces: [{ id, segment: machine.in, addresses, filters, forwards: machine.forwards ?? false }],
    });
  }
  for (const [id, filter] of Object.entries(sketch.filters ?? {})) {
    builder.addFilter({ id, matching: 'union', stateful: true, ...filter });
  }
  for (const [id, texts] of Object.entries(sketch.zones ?? {})) {
    builder.addZone({ id, addresses: addresses(...texts) });
  }
  for (const [id, router] of Object.entries(sketch.routers ?? {})) {
    builder.addRouter({ id, forward: [anyway], ...router });
  }
  return builder.build();
}

const origin = { address: 'sketch' };

/** Forwards everything: what a router does unless the sketch says otherwise. */
export const anyway: ForwardRule = { action: 'allow', origin };

export function forward(rule: Omit<ForwardRule, 'origin'>): ForwardRule {
  return { ...rule, origin };
}

/** `remote` is `any`, blocks and addresses, or `members of FILTER`. */
export function allow(traffic: string, remote = 'any', sourcePorts?: string): GivenRule {
  return rule('allow', traffic, remote, sourcePorts);
}

export function deny(traffic: string, remote = 'any', sourcePorts?: string): GivenRule {
  return rule('deny', traffic, remote, sourcePorts);
}

function rule(action: 'allow' | 'deny', traffic: string, remote: string, sourcePorts?: string): GivenRule {
  const [, filter] = /^members of (.*)$/.exec(remote) ?? [];
  const from =
    filter !== undefined
      ? AddressSet.empty
      : remote === 'any'
        ? AddressSet.everything()
        : addresses(...remote.split(', '));
  return {
    action,
    traffic: exactly(traffic === 'any' ? Traffic.everything : Traffic.parse(traffic)),
    remote: { addresses: exactly(from), members: exactly(filter === undefined ? [] : [filter]) },
    ...(sourcePorts === undefined ? {} : { sourcePorts: PortSet.parse(sourcePorts) }),
  };
}

/** One to one between a machine (or the leg of a router) and an outside address. */
export function mapped(leg: string, one: string, outside: string, inside = 0): Translation {
  const address = Address.parse(outside);
  return {
    kind: 'static',
    leg,
    interface: one,
    inside,
    outside: { address, unknown: undefined },
    certain: true,
    unknowns: [],
    origin,
  };
}

/** What leaves by `leg` gets the address of the leg `to`. */
export function masquerade(
  leg: string,
  to: string,
  more: { source?: string; traffic?: string; ports?: string; from?: readonly string[] } = {},
): Translation {
  return {
    kind: 'source',
    leg,
    to,
    source: more.source === undefined ? AddressSet.everything() : addresses(more.source),
    ports: PortSet.parse(more.ports ?? '1024-65535'),
    ...(more.traffic === undefined ? {} : { traffic: Traffic.parse(more.traffic) }),
    ...(more.from === undefined ? {} : { from: more.from }),
    origin,
  };
}

/** What comes for `destination` with `traffic` goes to a machine, its port shifted. */
export function published(
  destination: string,
  traffic: string,
  machine: string,
  shift = 0,
  from?: readonly string[],
): Translation {
  return {
    kind: 'destination',
    destination: addresses(destination),
    traffic: Traffic.parse(traffic),
    interface: machine,
    inside: 0,
    shift,
    ...(from === undefined ? {} : { from }),
    origin,
  };
}

export function segmentLeg(id: string, segment: string, ...own: readonly string[]): Leg {
  return { id, kind: 'segment', segment, address: exactly(addresses(...own)) };
}

export function domainLeg(id: string, domain: string, routes?: Routes): Leg {
  if (routes === undefined) return { id, kind: 'domain', domain };
  const table = {
    id: `${id}.table`,
    name: `${id}.table`,
    routes: routesOf(routes),
    unknownRoutes: [],
    origin,
  };
  return { id, kind: 'domain', domain, table };
}

export function zoneLeg(id: string, zone: string, onlyTranslated?: readonly (4 | 6)[]): Leg {
  return { id, kind: 'zone', zone, ...(onlyTranslated === undefined ? {} : { onlyTranslated }) };
}

/** A router between two domains, as a peering is. */
export function between(a: string, b: string): Pick<Router, 'legs'> {
  return { legs: [domainLeg(a, a), domainLeg(b, b)] };
}

/** `tcp(from, to, port)`: from a machine or zone (`zone internet`), its address where it is not the machine's first. */
export function tcp(from: string, to: string, port: number, sourcePort = 40000): Sent {
  return { from, to, protocol: 'tcp', destinationPort: port, sourcePort };
}

export function udp(from: string, to: string, port: number, sourcePort = 40000): Sent {
  return { from, to, protocol: 'udp', destinationPort: port, sourcePort };
}

export function ping(from: string, to: string): Sent {
  return to.includes(':')
    ? { from, to, protocol: 'icmpv6', destinationPort: 128 * 256 }
    : { from, to, protocol: 'icmp', destinationPort: 8 * 256 };
}

export interface Sent extends Omit<Flow, 'from' | 'to'> {
  /** A machine, or `zone ADDRESS` with the id of the zone. */
  readonly from: string;
  readonly to: string;
}

/** `passes`; `arrives` with what stops the reply; or what stops the first packet. */
export function fate(topology: Topology, sent: Sent, translatedPort?: number): string {
  const flow = flowOf(topology, sent);
  const { arrives, replyArrives, reason } = walk(
    topology,
    flow,
    translatedPort === undefined ? {} : { translatedPort },
  );
  return replyArrives ? 'passes' : arrives ? `arrives, ${reason}` : `stops: ${reason}`;
}

export function flowOf(topology: Topology, { from, to, ...rest }: Sent): Flow {
  const destination = Address.parse(to);
  const machine = topology.endpoints.get(from)?.interfaces[0];
  if (machine !== undefined) {
    const own = machine.addresses.find(({ family }) => family === destination.family)!;
    const address = own.possible.ranges()[0]!.first;
    return { from: { interface: machine.id, address }, to: destination, ...rest };
  }
  const [zone, text] = from.split(' ');
  return { from: { zone: zone!, address: Address.parse(text!) }, to: destination, ...rest };
}

export function addresses(...texts: readonly string[]): AddressSet {
  return AddressSet.from(texts.map((text) => (text.includes('/') ? Cidr.parse(text) : Address.parse(text))));
}

function blocks(texts: string | readonly string[]): readonly Cidr[] {
  return [texts].flat().map((text) => Cidr.parse(text));
}

function routesOf(routes: Routes): Route[] {
  return Object.entries(routes).flatMap(([to, hops]) =>
    [hops].flat().map((hop, preference) => ({ to: Cidr.parse(to), via: hopOf(hop), preference, origin })),
  );
}

function hopOf(text: string): NextHop {
  if (text === 'local') return { kind: 'local' };
  if (text === 'drop') return { kind: 'drop', reason: 'blackhole' };
  if (text.startsWith('@')) return { kind: 'interface', interface: text.slice(1) };
  const [router, leg] = text.split(':');
  return { kind: 'router', router: router!, leg: leg! };
}
