import { Address, type Family } from '../../lib/addressing/address';
import { AddressSet } from '../../lib/addressing/address-set';
import { PortSet } from '../../lib/addressing/port-set';
import { hasPorts } from '../../lib/addressing/protocol';
import type { Traffic } from '../../lib/addressing/traffic';
import type { RouteTable } from '../../lib/topology/route-table';
import type { Topology } from '../../lib/topology/topology';

/**
 * Addresses of a set such that every other one is treated like one of them: for each selection of rules, routes,
 * blocks and translations that some address is in and no other, the first `perKind` addresses of that kind. Who has
 * an address does not count.
 */
export function addressSamples(topology: Topology, set: AddressSet, perKind = 1): readonly Address[] {
  const mentioned = distinctMentions(topology);
  const found = new Map<string, number>();
  return set.ranges().flatMap(({ family, first, last }) => {
    const cuts = new Set<bigint>([first.value]);
    for (const range of mentioned.flatMap((one) => one.inFamily(family).ranges()))
      cuts.add(range.first.value).add(range.last.value + 1n);
    const starts = [...cuts]
      .filter((cut) => first.value <= cut && cut <= last.value)
      .sort((a, b) => (a < b ? -1 : 1));
    return starts.flatMap((start, index) => {
      const after = starts[index + 1] ?? last.value + 1n;
      const kind = mentioned.map((one) => Number(one.contains(Address.of(family, start)))).join('');
      const samples: Address[] = [];
      for (let value = start; value < after && (found.get(kind) ?? 0) < perKind; value++) {
        samples.push(Address.of(family, value));
        found.set(kind, (found.get(kind) ?? 0) + 1);
      }
      return samples;
    });
  });
}

const mentions = new WeakMap<Topology, readonly AddressSet[]>();

/** What {@link addressesMentioned} gives, each set once; kept, as the same topology is sampled many times. */
function distinctMentions(topology: Topology): readonly AddressSet[] {
  let known = mentions.get(topology);
  if (known === undefined) {
    known = [...new Map(addressesMentioned(topology).map((set) => [set.toString(), set])).values()];
    mentions.set(topology, known);
  }
  return known;
}

/** One address of the set that nothing else in the topology has a name for; the last one that is free. */
export function freeAddress(set: AddressSet, family: Family, taken: Iterable<Address>): Address | undefined {
  return set.inFamily(family).subtract(AddressSet.from(taken)).ranges().at(-1)?.last;
}

/** Every set of addresses that is written somewhere in a topology, those of interfaces left out. */
export function addressesMentioned(topology: Topology): readonly AddressSet[] {
  const sets: AddressSet[] = [];
  const table = ({ routes, unknownRoutes }: RouteTable) => {
    for (const route of routes) sets.push(AddressSet.of(route.to));
    for (const { possible } of unknownRoutes) if (possible !== undefined) sets.push(possible);
  };
  for (const { blocks, services = [] } of topology.domains.values())
    sets.push(AddressSet.of(...blocks), ...services.map(({ addresses }) => addresses));
  for (const segment of topology.segments.values())
    sets.push(...segment.blocks.map((block) => AddressSet.of(block)), segment.placeable);
  for (const zone of topology.zones.values()) sets.push(zone.addresses);
  for (const filter of topology.filters.values()) {
    for (const { remote } of [...filter.ingress, ...filter.egress])
      sets.push(remote.addresses.least, remote.addresses.most);
  }
  for (const one of topology.tables.values()) table(one);
  for (const router of topology.routers.values()) {
    for (const leg of router.legs) {
      if (leg.kind !== 'domain' && leg.address !== undefined) sets.push(leg.address.least, leg.address.most);
      if (leg.kind === 'domain' && leg.table !== undefined) table(leg.table);
    }
    for (const { source, destination } of router.forward)
      sets.push(source ?? AddressSet.empty, destination ?? AddressSet.empty);
    for (const one of router.translations) {
      if (one.kind === 'source') sets.push(one.source);
      if (one.kind === 'destination') sets.push(one.destination);
      if (one.kind === 'static' && one.outside.address !== undefined)
        sets.push(AddressSet.of(one.outside.address));
    }
  }
  return sets;
}

/** Ports (types and codes of ICMP) of which every other one is treated like one of them, as with addresses. */
export function portSamples(topology: Topology, protocol: number, ports: PortSet): readonly number[] {
  const known = cutsKnown.get(topology) ?? new Map<number, readonly number[]>();
  cutsKnown.set(topology, known);
  const cuts = known.get(protocol) ?? portCuts(topology, protocol);
  known.set(protocol, cuts);
  return ports.ranges().flatMap(({ from, to }) => {
    const inside = cuts.filter((cut) => from < cut && cut <= to);
    return [from, ...inside];
  });
}

const cutsKnown = new WeakMap<Topology, Map<number, readonly number[]>>();

/** Where the treatment of ports may change, in rising order: starts and ends of all ports that are written. */
function portCuts(topology: Topology, protocol: number): readonly number[] {
  const cuts = new Set<number>();
  const shifts = new Set([0]);
  const add = (ports: PortSet | undefined) => {
    for (const { from, to } of ports?.ranges() ?? []) cuts.add(from).add(to + 1);
  };
  const addTraffic = (traffic: Traffic | undefined) => add(traffic?.ports(protocol));
  for (const filter of topology.filters.values()) {
    for (const rule of [...filter.ingress, ...filter.egress]) {
      addTraffic(rule.traffic.least);
      addTraffic(rule.traffic.most);
      add(rule.sourcePorts);
    }
  }
  for (const { takes } of topology.endpoints.values()) addTraffic(takes);
  for (const { services = [] } of topology.domains.values()) {
    for (const service of services) addTraffic(service.traffic);
  }
  for (const { services = [] } of topology.domains.values())
    for (const { traffic } of services) addTraffic(traffic);
  for (const router of topology.routers.values()) {
    for (const rule of router.forward) addTraffic(rule.traffic);
    for (const one of router.translations) {
      if (one.kind === 'source') {
        addTraffic(one.traffic);
        add(one.ports);
      }
      if (one.kind === 'destination') {
        addTraffic(one.traffic);
        shifts.add(one.shift);
      }
    }
  }
  for (const { clientPorts } of [...topology.endpoints.values(), ...topology.zones.values()])
    if (hasPorts(protocol)) add(clientPorts);
  const shifted = [...cuts].flatMap((cut) => [...shifts].map((shift) => cut - shift));
  return [...new Set([...cuts, ...shifted])].sort((a, b) => a - b);
}

/** Ports that source translations may pick, all of the topology together. */
export function translatorPorts(topology: Topology): PortSet {
  const sources = [...topology.routers.values()]
    .flatMap(({ translations }) => translations)
    .filter((one) => one.kind === 'source');
  return sources.reduce((all, { ports }) => all.union(ports), PortSet.empty);
}
