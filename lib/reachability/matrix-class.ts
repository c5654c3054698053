import { AddressSet } from '../addressing/address-set';
import type { PortSet } from '../addressing/port-set';
import type { Endpoint, Interface } from '../topology/endpoint';
import type { Rule } from '../topology/filter';
import type { NextHop } from '../topology/route-table';
import type { Segment } from '../topology/segment';
import type { Topology } from '../topology/topology';
import { distinctAddresses, distinctPorts } from './distinct';
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
  /** Their positions, as bits, and each one's number among them. */
  readonly chosen: Int32Array;
  readonly chosenNumber: Int32Array;
  readonly chosenCount: number;
  /** Of these classes, by index, each place: twice the number of each address, one more for IPv6. */
  readonly choices: readonly (readonly Int32Array[] | undefined)[];
  /** Indices of the classes with more than one member. */
  readonly shared: readonly number[];
}

/** A place while classes are made: numbers are given when its class has its own. */
interface Spot extends Span {
  position: number;
  owner: number;
  readonly family: 4 | 6;
  readonly policy: Policy;
  readonly segment: Segment;
  readonly interface: Interface;
  readonly address: number;
  readonly possible: AddressSet;
  readonly clientPorts: PortSet;
  readonly accepts: boolean;
  named: string | undefined;
  readonly endpoint: Draft;
  signature: number;
}

/** An endpoint, and once it is known the class that it stands for. */
interface Draft {
  readonly endpoint: Endpoint;
  readonly ports: number;
  readonly named: boolean;
  /** Whether it has rules of its own: what it takes, where it sends, whose network stack it shares. */
  readonly special: boolean;
  /** The relays that it is, or is a target of: as whom, and of which listeners. */
  readonly role: string;
  units: readonly (readonly Spot[])[];
  index: number;
  members: Endpoint[] | undefined;
}

/** More places than this of which one is chosen at apply are looked at one by one. */
const placementLimit = 8;

/** Whether only one of its places will exist, and apply tells which. */
export function isChosen({ members: [first], units }: Pick<EndpointClass, 'members' | 'units'>): boolean {
  return first!.spread === 'placements' && units.length > 1;
}

export function classify(topology: Topology, sets: readonly AddressSet[]): Classes {
  const named = namedInterfaces(topology);
  const roles = rolesIn(topology);
  const stoodFor = new Set([...topology.relays.values()].flatMap(({ naturalFrom = [] }) => naturalFrom));
  const policies = new Policies(topology);
  const ports = distinctPorts();
  const spots: Readonly<Record<4 | 6, Spot[]>> = { 4: [], 6: [] };
  const drafts: Draft[] = [];
  for (const endpoint of topology.endpoints.values()) {
    const { clientPorts, interfaces } = endpoint;
    const isNamed = named.size > 0 && interfaces.some(({ id }) => named.has(id));
    const draft: Draft = {
      endpoint,
      ports: ports.add(clientPorts),
      named: isNamed,
      special: isSpecial(endpoint, stoodFor),
      role: roles.get(endpoint.id) ?? '',
      units: [],
      index: -1,
      members: undefined,
    };
    draft.units = unitsOf(topology, draft, policies, named, spots);
    drafts.push(draft);
  }
  for (const family of [4, 6] as const) sign(spots[family], family, sets);
  const groups = new Map<string, Draft>();
  for (const draft of drafts) {
    const key = keyOf(draft);
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, draft);
      draft.members = [draft.endpoint];
    } else group.members!.push(draft.endpoint);
  }
  const ordered = inOrder(spots, groups.values());
  const list = ordered.map((draft): EndpointClass => {
    const { endpoint, units } = draft;
    return {
      index: draft.index,
      members: draft.members!,
      units,
      simple: isSimple(units) && (units.length < 2 || endpoint.spread === 'own'),
      exact:
        endpoint.notModelled !== undefined ||
        draft.special ||
        (endpoint.spread === 'placements' && units.length > placementLimit) ||
        endpoint.interfaces.some((one) => one.addresses.some(({ possible }) => possible.isEmpty())),
    };
  });
  const classOf = new Map<string, EndpointClass>();
  for (const one of list) for (const { id } of one.members) classOf.set(id, one);
  const isFirst = ({ endpoint }: Spot): boolean => endpoint.index >= 0;
  const nodes = { 4: spots[4].filter(isFirst), 6: spots[6].filter(isFirst) };
  const positions = number(ordered);
  const owners = new Int32Array(positions);
  for (const { index } of ordered) owners[index] = index;
  for (const family of [4, 6] as const) {
    for (const { position, owner } of nodes[family]) owners[position] = owner;
  }
  const worlds = list.filter(isChosen).map(({ index }) => index);
  const chosen = new Int32Array((positions + 31) >>> 5);
  const chosenNumber = new Int32Array(positions);
  const isInWorlds = new Set(worlds);
  let numbered = 0;
  owners.forEach((owner, position) => {
    if (!isInWorlds.has(owner)) return;
    chosen[position >>> 5]! |= 1 << (position & 31);
    chosenNumber[position] = numbered++;
  });
  return {
    list,
    classOf,
    policies: policies.list,
    positions,
    nodes,
    owners,
    exact: list.filter((one) => one.exact).map(({ index }) => index),
    worlds,
    chosen,
    chosenNumber,
    chosenCount: numbered,
    choices: list.map((one) =>
      isChosen(one) ? one.units.map((unit) => numbersOf(unit, chosenNumber)) : undefined,
    ),
    shared: list.filter(({ members }) => members.length > 1).map(({ index }) => index),
  };
}

function numbersOf(unit: readonly Node[], chosenNumber: Int32Array): Int32Array {
  return Int32Array.from(unit, ({ family, position }) => chosenNumber[position]! * 2 + Number(family === 6));
}

/** Of every relay which it is, and of every target of relays what they open to it. */
function rolesIn({ relays }: Topology): ReadonlyMap<string, string> {
  const roles = new Map<string, string>();
  for (const { id, endpoint: own, listeners } of relays.values()) {
    roles.set(own, `${roles.get(own) ?? ''}${id}`);
    listeners.forEach(({ targets }, number) => {
      for (const target of targets.most) {
        if (!('endpoint' in target.to)) continue;
        const { endpoint } = target.to;
        const { traffic, sourceSeen, ports, from } = target;
        const sure = targets.least.includes(target);
        const role = JSON.stringify([id, number, traffic, sourceSeen, ports, from, sure]);
        roles.set(endpoint, `${roles.get(endpoint) ?? ''}${role}`);
      }
    });
  }
  return roles;
}

function isSpecial({ id, takes, stack, interfaces }: Endpoint, stoodFor: ReadonlySet<string>): boolean {
  if (takes !== undefined || stack !== undefined || stoodFor.has(id)) return true;
  return interfaces.some((one) => one.takes !== undefined || one.table !== undefined);
}

/** Addresses by what exists side by side or instead of each other; none of what is not modelled. */
function unitsOf(
  topology: Topology,
  draft: Draft,
  policies: Policies,
  named: ReadonlySet<string>,
  spots: Readonly<Record<4 | 6, Spot[]>>,
): readonly (readonly Spot[])[] {
  const { interfaces, spread, notModelled } = draft.endpoint;
  if (notModelled !== undefined) return [];
  const units: Spot[][] = [];
  for (const one of interfaces) {
    const policy = policies.of(one);
    const segment = topology.segments.get(one.segment)!;
    const unit: Spot[] = spread === 'own' && units.length > 0 ? units[0]! : [];
    if (unit !== units[0]) units.push(unit);
    for (let address = 0; address < one.addresses.length; address++) {
      const { family, possible } = one.addresses[address]!;
      const span = spanOf(possible, family);
      if (span === undefined) continue;
      const spot = spotOf(draft, one, policy, segment, address, span);
      if (draft.named && named.has(one.id)) spot.named = one.id;
      unit.push(spot);
      spots[family].push(spot);
    }
  }
  return units;
}

function spotOf(
  draft: Draft,
  one: Interface,
  policy: Policy,
  segment: Segment,
  address: number,
  { first, last }: Span,
): Spot {
  const { family, possible } = one.addresses[address]!;
  const { clientPorts, accepts } = draft.endpoint;
  return {
    position: -1,
    owner: -1,
    family,
    policy,
    segment,
    interface: one,
    address,
    possible,
    first,
    last,
    clientPorts,
    accepts,
    named: undefined,
    endpoint: draft,
    signature: 0,
  };
}

/** Sorts the places of a family, and gives each a number that it shares with those that no set tells from it. */
function sign(spots: Spot[], family: 4 | 6, sets: readonly AddressSet[]): void {
  spots.sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
  const order = new AddressOrder(family, spots);
  const { of, list } = order.signatures(sets.filter((set) => !order.holdsAll(set)));
  const divided = new Map<string, number>();
  spots.forEach((spot, place) => {
    const state = of[place]!;
    const single = spot.first === spot.last;
    if (list[state]!.splits.length === 0) {
      spot.signature = state * 2 + Number(single);
      return;
    }
    // What a set divides is like another only when the two are possible at the same addresses.
    const key = `${state} ${spot.possible.toString()}`;
    let number = divided.get(key);
    if (number === undefined) divided.set(key, (number = -1 - divided.size));
    spot.signature = number;
  });
}

function keyOf({ endpoint, units, ports, named, special, role }: Draft): string {
  const { id, spread, accepts, notModelled, interfaces } = endpoint;
  if (notModelled !== undefined || special || named) return `= ${id}`;
  let key = `${spread} ${accepts} ${ports} ${interfaces.length} ${role}`;
  for (const unit of units) {
    key += '|';
    for (const { family, segment, policy, signature } of unit) {
      key += `${family} ${signature} ${policy.index} ${segment.id};`;
    }
  }
  return key;
}

/** Whether there is at most one place of a family. */
function isSimple(units: readonly (readonly Spot[])[]): boolean {
  const count = { 4: 0, 6: 0 };
  for (const unit of units) for (const { family } of unit) count[family]++;
  return count[4] < 2 && count[6] < 2;
}

/** First members of the classes, by their lowest addresses, IPv4 first; those without addresses come last. */
function inOrder(spots: Readonly<Record<4 | 6, readonly Spot[]>>, firsts: Iterable<Draft>): readonly Draft[] {
  const ordered: Draft[] = [];
  const place = (draft: Draft): void => {
    if (draft.members === undefined || draft.index >= 0) return;
    draft.index = ordered.push(draft) - 1;
  };
  for (const family of [4, 6] as const) for (const { endpoint } of spots[family]) place(endpoint);
  for (const draft of firsts) place(draft);
  return ordered;
}

/** Gives places their positions: the index of the class, or one after all of them; returns how many there are. */
function number(ordered: readonly Draft[]): number {
  let extra = ordered.length;
  for (const { index, units } of ordered) {
    let taken = 0;
    for (const unit of units) {
      for (const spot of unit) {
        const bit = 1 << spot.family;
        spot.position = (taken & bit) !== 0 ? extra++ : index;
        spot.owner = index;
        taken |= bit;
      }
    }
  }
  return extra;
}

/** The distinct lists of filters that interfaces carry. */
class Policies {
  readonly list: Policy[] = [];
  private readonly topology: Topology;
  private readonly byKey = new Map<string, Policy>();
  private readonly joinable = new Map<string, boolean>();

  constructor(topology: Topology) {
    this.topology = topology;
  }

  of({ filters: { least, most } }: Interface): Policy {
    const key = least === most ? most.join('\n') : `${least.join('\n')}\n\n${most.join('\n')}`;
    return this.byKey.get(key) ?? this.add(key, least, most);
  }

  private add(key: string, least: readonly string[], most: readonly string[]): Policy {
    const policy = makePolicy((id) => this.isJoinable(id), this.list.length, least, most);
    this.list.push(policy);
    this.byKey.set(key, policy);
    return policy;
  }

  private isJoinable(id: string): boolean {
    let known = this.joinable.get(id);
    if (known === undefined) {
      const { matching, stateful, ingress, egress } = this.topology.filters.get(id)!;
      const free = (rules: readonly Rule[]): boolean => rules.every((rule) => rule.sourcePorts === undefined);
      this.joinable.set(id, (known = matching === 'union' && stateful && free(ingress) && free(egress)));
    }
    return known;
  }
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

/** The sets that decide where packets go and what crosses the edges of segments. */
export function pathSetsOf(topology: Topology): readonly AddressSet[] {
  const distinct = distinctAddresses();
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
      else {
        distinct.add(topology.zones.get(leg.zone)!.addresses);
        if (leg.routed !== undefined) distinct.add(leg.routed);
      }
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
  for (const { listeners } of topology.relays.values()) {
    for (const { targets } of listeners) {
      for (const { to } of targets.most) if ('addresses' in to) distinct.add(to.addresses);
    }
  }
  return distinct.items;
}
