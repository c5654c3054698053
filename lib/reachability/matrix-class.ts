import { AddressSet } from '../addressing/address-set';
import type { PortSet } from '../addressing/port-set';
import type { Endpoint, Interface } from '../topology/endpoint';
import type { Rule } from '../topology/filter';
import type { NextHop } from '../topology/route-table';
import type { Segment } from '../topology/segment';
import type { Topology } from '../topology/topology';
import type { Distinct } from './distinct';
import { distinctPorts } from './matrix-keys';
import { AddressOrder, type Span, spanOf } from './matrix-order';

/** Endpoints that nothing in the topology tells apart: each reaches, and is reached by, what the others do. */
export interface EndpointClass {
  readonly index: number;
  readonly members: readonly Endpoint[];
  /** The places of the first member, by what exists side by side or instead of each other. */
  readonly units: readonly (readonly Node[])[];
  /** At most one address of a family: what passes is then what passes between these. */
  readonly simple: boolean;
  /** Never answered in bulk. */
  readonly exact: boolean;
}

/** One address of a class of endpoints. */
export interface Node extends Span {
  /** Its bit: the index of its class, or one after those of all classes when the class has others of the family. */
  readonly position: number;
  readonly family: 4 | 6;
  readonly owner: number;
  readonly policy: Policy;
  readonly segment: Segment;
  readonly interface: Interface;
  /** Which of the interface's addresses. */
  readonly address: number;
  readonly possible: AddressSet;
  readonly clientPorts: PortSet;
  readonly accepts: boolean;
  /** Set when something in the topology speaks of this very interface. */
  readonly named: string | undefined;
}

/** The filters of an interface. */
export interface Policy {
  readonly index: number;
  readonly least: readonly string[];
  readonly most: readonly string[];
  /** Whether its filters are of the kind whose rules can be joined in bulk: unions with memory. */
  readonly bulk: boolean;
}

export interface Classes {
  readonly list: readonly EndpointClass[];
  readonly classOf: ReadonlyMap<string, EndpointClass>;
  readonly policies: readonly Policy[];
  /** One more than the highest position. */
  readonly positions: number;
  /** Sorted by address. */
  readonly nodes: Readonly<Record<4 | 6, readonly Node[]>>;
  /** Class of each position. */
  readonly owners: Int32Array;
  /** Indices of the classes that are never answered in bulk. */
  readonly exact: readonly number[];
  /** Indices of the classes of which one place of several is chosen at apply. */
  readonly worlds: readonly number[];
  /** Indices of the classes with more than one member. */
  readonly shared: readonly number[];
}

interface Spot extends Span {
  readonly family: 4 | 6;
  readonly possible: AddressSet;
  readonly interface: Interface;
  readonly address: number;
  signature: string;
}

/** More places than this of which one is chosen at apply are looked at one by one. */
const placementLimit = 8;

export function classify(topology: Topology, sets: readonly AddressSet[]): Classes {
  const named = namedInterfaces(topology);
  const policies = new Map<string, Policy>();
  const joinable = new Map<string, boolean>();
  const isJoinable = (id: string): boolean => {
    let known = joinable.get(id);
    if (known === undefined) {
      const { matching, stateful, ingress, egress } = topology.filters.get(id)!;
      const free = (rules: readonly Rule[]): boolean => rules.every((rule) => rule.sourcePorts === undefined);
      known = matching === 'union' && stateful && free(ingress) && free(egress);
      joinable.set(id, known);
    }
    return known;
  };
  const byInterface = new Map<Interface, Policy>();
  const policyOf = (one: Interface): Policy => {
    const known = byInterface.get(one);
    if (known !== undefined) return known;
    const { least, most } = one.filters;
    const key = least === most ? most.join('\n') : `${least.join('\n')}\n\n${most.join('\n')}`;
    let policy = policies.get(key);
    if (policy === undefined) {
      policies.set(key, (policy = makePolicy(isJoinable, policies.size, least, most)));
    }
    byInterface.set(one, policy);
    return policy;
  };
  const endpoints = [...topology.endpoints.values()];
  const spots = endpoints.map((endpoint) => spotsOf(endpoint));
  for (const family of [4, 6] as const) {
    sign(
      spots.flat(2).filter((spot) => spot.family === family),
      family,
      sets,
    );
  }
  const ports = distinctPorts();
  const groups = new Map<
    string,
    { readonly members: Endpoint[]; readonly units: readonly (readonly Spot[])[] }
  >();
  endpoints.forEach((endpoint, index) => {
    const units = spots[index]!;
    const key = keyOf(endpoint, units, policyOf, ports, named);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { members: [endpoint], units });
    else group.members.push(endpoint);
  });
  const sorted = [...groups.values()].sort((a, b) => compareSpots(lowest(a.units), lowest(b.units)));
  let extra = sorted.length;
  const list = sorted.map(({ members, units }, index): EndpointClass => {
    const first = members[0]!;
    const taken = new Set<4 | 6>();
    const nodesOf = units.map((unit) =>
      unit.map((spot): Node => {
        const position = taken.has(spot.family) ? extra++ : index;
        taken.add(spot.family);
        return {
          position,
          family: spot.family,
          owner: index,
          policy: policyOf(spot.interface),
          segment: topology.segments.get(spot.interface.segment)!,
          interface: spot.interface,
          address: spot.address,
          possible: spot.possible,
          first: spot.first,
          last: spot.last,
          clientPorts: first.clientPorts,
          accepts: first.accepts,
          named: named.has(spot.interface.id) ? spot.interface.id : undefined,
        };
      }),
    );
    const count = nodesOf.flat().length;
    return {
      index,
      members,
      units: nodesOf,
      simple: count === taken.size && (units.length < 2 || first.spread === 'own'),
      exact:
        first.notModelled !== undefined ||
        first.takes !== undefined ||
        (first.spread === 'placements' && units.length > placementLimit) ||
        first.interfaces.some((one) => one.addresses.some(({ possible }) => possible.isEmpty())),
    };
  });
  const classOf = new Map<string, EndpointClass>();
  for (const one of list) for (const { id } of one.members) classOf.set(id, one);
  const owners = new Int32Array(extra);
  const all = list.flatMap(({ units }) => units.flat());
  list.forEach((_one, index) => (owners[index] = index));
  for (const { position, owner } of all) owners[position] = owner;
  const inFamily = (family: 4 | 6): readonly Node[] =>
    all
      .filter((node) => node.family === family)
      .sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : a.position - b.position));
  return {
    list,
    classOf,
    policies: [...policies.values()],
    positions: extra,
    nodes: { 4: inFamily(4), 6: inFamily(6) },
    owners,
    exact: list.filter((one) => one.exact).map(({ index }) => index),
    worlds: list
      .filter(({ members, units }) => members[0]!.spread === 'placements' && units.length > 1)
      .map(({ index }) => index),
    shared: list.filter(({ members }) => members.length > 1).map(({ index }) => index),
  };
}

/** Addresses by what exists side by side or instead of each other; none of what is not modelled. */
function spotsOf({ interfaces, spread, notModelled }: Endpoint): readonly (readonly Spot[])[] {
  if (notModelled !== undefined) return [];
  const units = interfaces.map((one) => {
    const spots: Spot[] = [];
    one.addresses.forEach(({ family, possible }, address) => {
      if (possible.isEmpty()) return;
      const { first, last } = spanOf(possible, family);
      spots.push({ family, first, last, possible, interface: one, address, signature: '' });
    });
    return spots;
  });
  if (spread !== 'own') return units;
  return units.length === 1 ? units : [units.flat()];
}

function sign(spots: readonly Spot[], family: 4 | 6, sets: readonly AddressSet[]): void {
  const sorted = [...spots].sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
  const order = new AddressOrder(family, sorted);
  const { of, list } = order.signatures(sets.filter((set) => !order.holdsAll(set)));
  sorted.forEach((spot, place) => {
    const single = spot.first === spot.last;
    const split = list[of[place]!]!.splits.length > 0 ? spot.possible.toString() : '';
    spot.signature = `${family}.${of[place]}.${single ? 1 : 2}.${split}`;
  });
}

function keyOf(
  endpoint: Endpoint,
  units: readonly (readonly Spot[])[],
  policyOf: (one: Interface) => Policy,
  ports: Distinct<PortSet>,
  named: ReadonlySet<string>,
): string {
  const { id, spread, accepts, takes, clientPorts, notModelled, interfaces } = endpoint;
  if (notModelled !== undefined || takes !== undefined || interfaces.some((one) => named.has(one.id))) {
    return `= ${id}`;
  }
  const places = units.map((unit) =>
    unit
      .map((spot) => `${spot.interface.segment} ${policyOf(spot.interface).index} ${spot.signature}`)
      .join(';'),
  );
  return `${spread} ${accepts} ${ports.add(clientPorts)} ${interfaces.length} ${places.join('|')}`;
}

function makePolicy(
  isJoinable: (filter: string) => boolean,
  index: number,
  least: readonly string[],
  most: readonly string[],
): Policy {
  const joinable = most.every((id) => isJoinable(id));
  // With an empty lower bound any one of several may be the only one there, which no union of rules says.
  return {
    index,
    least: most.length === 1 ? most : least,
    most,
    bulk: joinable && (most.length < 2 || least.length > 0),
  };
}

/** Ids of interfaces that a route or a translation names. */
function namedInterfaces(topology: Topology): ReadonlySet<string> {
  const named = new Set<string>();
  const hop = (one: NextHop): void => {
    if (one.kind === 'interface') named.add(one.interface);
    if (one.kind === 'one-of') one.options.forEach(hop);
  };
  for (const table of topology.tables.values()) {
    for (const { via } of [...table.routes, ...table.unknownRoutes]) hop(via);
  }
  for (const router of topology.routers.values()) {
    for (const translation of router.translations) {
      if (translation.kind !== 'source') named.add(translation.interface);
    }
    for (const leg of router.legs) {
      if (leg.kind !== 'domain' || leg.table === undefined) continue;
      for (const { via } of [...leg.table.routes, ...leg.table.unknownRoutes]) hop(via);
    }
  }
  return named;
}

function lowest(units: readonly (readonly Spot[])[]): Spot | undefined {
  let low: Spot | undefined;
  for (const unit of units) for (const spot of unit) if (compareSpots(spot, low) < 0) low = spot;
  return low;
}

/** By family and address; what has no address comes last. */
function compareSpots(a: Spot | undefined, b: Spot | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  if (a.family !== b.family) return a.family - b.family;
  return a.first < b.first ? -1 : a.first > b.first ? 1 : 0;
}

/** Every set of addresses by which the topology may tell addresses apart, each distinct one once. */
export function addressSetsOf(topology: Topology, distinct: Distinct<AddressSet>): void {
  for (const filter of topology.filters.values()) {
    for (const { remote } of [...filter.ingress, ...filter.egress]) {
      const { least, most } = remote.addresses;
      distinct.add(least);
      if (most !== least) distinct.add(most);
    }
  }
  pathSetsOf(topology, distinct);
}

/** The sets that decide where packets go and what crosses the edges of segments. */
export function pathSetsOf(topology: Topology, distinct: Distinct<AddressSet>): void {
  const crossing = new Set([...topology.segments.values()].flatMap((one) => one.crossing.options));
  for (const id of crossing) {
    if (id === null) continue;
    const filter = topology.filters.get(id)!;
    for (const { remote } of [...filter.ingress, ...filter.egress]) {
      const { least, most } = remote.addresses;
      distinct.add(least);
      if (most !== least) distinct.add(most);
    }
  }
  const legTables = [...topology.routers.values()].flatMap(({ legs }) =>
    legs.flatMap((leg) => (leg.kind === 'domain' && leg.table !== undefined ? [leg.table] : [])),
  );
  for (const table of [...topology.tables.values(), ...legTables]) {
    for (const { to } of table.routes) distinct.add(AddressSet.of(to));
    for (const { possible } of table.unknownRoutes) if (possible !== undefined) distinct.add(possible);
  }
  for (const router of topology.routers.values()) {
    for (const leg of router.legs) {
      if (leg.kind === 'segment') {
        distinct.add(AddressSet.of(...topology.segments.get(leg.segment)!.blocks));
        for (const block of topology.segments.get(leg.segment)!.blocks) distinct.add(AddressSet.of(block));
        distinct.add(leg.address.most);
      } else if (leg.kind === 'domain')
        distinct.add(AddressSet.of(...topology.domains.get(leg.domain)!.blocks));
      else distinct.add(topology.zones.get(leg.zone)!.addresses);
    }
    for (const { source, destination } of router.forward) {
      if (source !== undefined) distinct.add(source);
      if (destination !== undefined) distinct.add(destination);
    }
    for (const translation of router.translations) {
      if (translation.kind === 'source') distinct.add(translation.source);
      if (translation.kind === 'destination') distinct.add(translation.destination);
    }
  }
}
