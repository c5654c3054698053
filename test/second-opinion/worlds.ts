import type { Address } from '../../lib/addressing/address';
import type { AddressRange } from '../../lib/addressing/address-range';
import { AddressSet } from '../../lib/addressing/address-set';
import type { Cidr } from '../../lib/addressing/cidr';
import { type Bounds, exactly } from '../../lib/topology/bounds';
import type { Endpoint, Interface, InterfaceAddress } from '../../lib/topology/endpoint';
import type { Filter, Rule } from '../../lib/topology/filter';
import type { Leg, Router, StaticTranslation, Translation } from '../../lib/topology/router';
import type { NextHop, Route, RouteTable } from '../../lib/topology/route-table';
import { brandTopology, type Topology } from '../../lib/topology/topology';
import type { Unknown } from '../../lib/topology/value';
import { type Choose, everyChoice, Impossible } from './choices';
import { addressSamples, freeAddress } from './samples';

export interface Worlds {
  /** Topologies without unknowns, each of which the given one may turn out to be. */
  readonly worlds: readonly Topology[];
  /** Whether they stand for all that may be; false when there were too many, or a next hop is not modelled. */
  readonly complete: boolean;
}

/**
 * What a topology may turn out to be, at most `most` worlds:
 *
 * - a set between bounds is the least, the most, or with few things in between each selection of them;
 * - of options one holds; choices with the same options and unknown keys are made together, and sets with the same
 *   bounds and unknown keys likewise;
 * - an address is each of the possible ones that the topology tells apart, and nobody else's;
 * - a machine with several placements has one of its interfaces, and what names the others is gone;
 * - a translation that is not certain is there or not; an outside address that is not known is some free one;
 * - a route to somewhere unknown leads to nothing that matters, or to any block that is written elsewhere;
 * - a next hop that is not known drops, or is any hop that another route has.
 *
 * A topology without unknowns is its own and only world.
 */
export function worldsOf(topology: Topology, most = 64): Worlds {
  let chosen = false;
  const settler = new Settler(topology);
  const { results, complete } = everyChoice((choose) => {
    return settler.settle((key, options) => {
      chosen ||= options.length > 1;
      return choose(key, options);
    });
  }, most);
  const settledAlready = !chosen && !settler.sawUnknown;
  return {
    worlds: settledAlready ? [topology] : results,
    complete: complete && !settler.sawUnmodelled,
  };
}

class Settler {
  sawUnknown = false;
  sawUnmodelled = false;
  private readonly topology: Topology;
  /** Addresses that somebody has for certain, by segment. */
  private readonly taken = new Map<string, AddressSet>();
  /** How many addresses are not known, by segment. */
  private readonly open = new Map<string, number>();
  private choose: Choose = (_, options) => options[0]!;

  constructor(topology: Topology) {
    this.topology = topology;
    for (const { spread, interfaces } of topology.endpoints.values()) {
      const exists = spread !== 'placements' || interfaces.length === 1;
      for (const { segment, addresses } of interfaces)
        for (const { possible } of addresses) this.note(segment, possible, exists && possible.size === 1n);
    }
    for (const { legs } of topology.routers.values())
      for (const leg of legs)
        if (leg.kind === 'segment')
          this.note(leg.segment, leg.address.most, leg.address.unknowns.length === 0);
  }

  settle(choose: Choose): Topology {
    this.choose = choose;
    const endpoints = mapped(this.topology.endpoints, (endpoint) => this.endpoint(endpoint));
    const existing = new Set<string>();
    for (const endpoint of endpoints.values()) for (const one of endpoint.interfaces) existing.add(one.id);
    const routers = mapped(this.topology.routers, (router) => this.router(router, existing));
    refuseSharedAddresses(endpoints, routers);
    return brandTopology({
      ...this.topology,
      endpoints,
      routers,
      segments: mapped(this.topology.segments, (segment) => ({
        ...segment,
        crossing: this.oneOf('crossing', segment.id, segment.crossing),
        table: this.oneOf('table', segment.id, segment.table),
      })),
      filters: mapped(this.topology.filters, (filter) => this.filter(filter)),
      tables: mapped(this.topology.tables, (table) => this.table(table, existing)),
      relays: mapped(this.topology.relays, (relay) => ({
        ...relay,
        listeners: relay.listeners.map((listener, index) => ({
          ...listener,
          targets: this.list(`${relay.id} ${index}`, listener.targets, (target) => JSON.stringify(target)),
        })),
      })),
    });
  }

  private endpoint(endpoint: Endpoint): Endpoint {
    const several = endpoint.spread === 'placements' && endpoint.interfaces.length > 1;
    this.sawUnknown ||= several;
    const interfaces = several
      ? [this.choose(`placement ${endpoint.id}`, endpoint.interfaces)]
      : endpoint.interfaces;
    return { ...endpoint, interfaces: interfaces.map((one) => this.interface(one)) };
  }

  private interface(one: Interface): Interface {
    const worn = this.list(`filters of ${one.id}`, one.filters, (id) => id, one.filters.most.length > 0);
    const addresses = one.addresses.map((address, index) => this.address(one, address, index));
    return { ...one, filters: worn, addresses };
  }

  private address(one: Interface, { family, possible }: InterfaceAddress, index: number): InterfaceAddress {
    if (possible.size === 1n) return { family, possible, unknown: undefined };
    const chosen = this.freeOne(`address ${index} of ${one.id}`, one.segment, possible);
    return { family, possible: AddressSet.of(chosen), unknown: undefined };
  }

  private freeOne(where: string, segment: string, possible: AddressSet): Address {
    this.sawUnknown = true;
    const free = possible.subtract(this.taken.get(segment) ?? AddressSet.empty);
    // Another one whose address is not known may have the first of a kind, and so on.
    return this.choose(where, addressSamples(this.topology, free, this.open.get(segment)));
  }

  private filter(filter: Filter): Filter {
    const rules = (direction: string, given: readonly Rule[]): Rule[] =>
      given.map((rule, index) => {
        const where = `${filter.id} ${direction} ${index}`;
        return {
          ...rule,
          traffic: this.extremes(`traffic ${where}`, rule.traffic),
          remote: {
            addresses: this.addresses(`remote ${where}`, rule.remote.addresses),
            members: this.list(`members ${where}`, rule.remote.members, (id) => id),
          },
        };
      });
    return {
      ...filter,
      ingress: rules('ingress', filter.ingress),
      egress: rules('egress', filter.egress),
    };
  }

  private router(router: Router, existing: ReadonlySet<string>): Router {
    const legs = router.legs.map((leg) => this.leg(leg, existing));
    const used: Address[] = [];
    const translations = router.translations
      .filter((one) => one.kind === 'source' || existing.has(one.interface) || this.isLeg(one.interface))
      .flatMap((one): Translation[] => (one.kind === 'static' ? this.static(router, one, used) : [one]));
    return { ...router, legs, translations };
  }

  private leg(leg: Leg, existing: ReadonlySet<string>): Leg {
    if (leg.kind === 'domain' && leg.table !== undefined)
      return { ...leg, table: this.table(leg.table, existing) };
    if (leg.kind === 'domain' || leg.address === undefined || leg.address.unknowns.length === 0) return leg;
    const { least, most } = leg.address;
    const families = ([4, 6] as const).filter((family) => !most.inFamily(family).isEmpty());
    const own = families.map((family) => {
      const known = least.inFamily(family);
      if (!known.isEmpty()) return known;
      const where = `address of ${leg.id} ${family}`;
      return AddressSet.of(
        this.freeOne(where, leg.kind === 'segment' ? leg.segment : '', most.inFamily(family)),
      );
    });
    return { ...leg, address: exactly(AddressSet.from(own)) };
  }

  private static(router: Router, one: StaticTranslation, used: Address[]): StaticTranslation[] {
    const where = `translation of ${one.interface} ${one.inside} on ${one.leg}`;
    if (!one.certain) {
      this.sawUnknown = true;
      const key = `${where} to ${String(one.outside.address ?? one.outside.unknown?.key)}`;
      if (!this.choose(key, [false, true])) return [];
    }
    let { address } = one.outside;
    if (address === undefined) {
      this.sawUnknown = true;
      const leg = router.legs.find(({ id }) => id === one.leg);
      if (leg?.kind !== 'zone') throw new Error(`${where}: no zone to take an outside address from`);
      const known = router.translations.flatMap((other) =>
        other.kind === 'static' ? (other.outside.address ?? []) : [],
      );
      const zone = this.topology.zones.get(leg.zone)!;
      address = freeAddress(zone.addresses, this.familyOf(one), [...known, ...used]);
      if (address === undefined) throw new Impossible();
    }
    used.push(address);
    return [{ ...one, outside: { address, unknown: undefined }, certain: true, unknowns: [] }];
  }

  private familyOf(one: StaticTranslation): 4 | 6 {
    for (const endpoint of this.topology.endpoints.values())
      for (const { id, addresses } of endpoint.interfaces)
        if (id === one.interface) return addresses[one.inside]!.family;
    const legs = [...this.topology.routers.values()].flatMap((router) => router.legs);
    const leg = legs.find(({ id }) => id === one.interface);
    if (leg?.kind !== 'segment') throw new Error(`${one.interface} has no address`);
    return leg.address.most.inFamily(4).isEmpty() || one.inside > 0 ? 6 : 4;
  }

  private table(table: RouteTable, existing: ReadonlySet<string>): RouteTable {
    const routes = table.routes.map((route): Route => ({ ...route, via: this.hop(route.via, existing) }));
    const surprises = table.unknownRoutes.flatMap(({ via, possible, origin }, index): Route[] => {
      this.sawUnknown = true;
      const blocks = this.writtenBlocks().filter((block) => possible?.contains(block) ?? true);
      const to = this.choose<Cidr | undefined>(`route ${table.id} ${index}`, [
        undefined,
        ...blocks,
        ...(blocks.length === 0 ? (possible?.blocks() ?? []) : []),
      ]);
      return to === undefined ? [] : [{ to, via: this.hop(via, existing), preference: 0, origin }];
    });
    // First, so that between equal prefixes it is the unknown route that wins.
    return { ...table, routes: [...surprises, ...routes], unknownRoutes: [] };
  }

  private hop(hop: NextHop, existing: ReadonlySet<string>): Exclude<NextHop, { kind: 'one-of' | 'unknown' }> {
    if (hop.kind === 'one-of') {
      this.sawUnknown = true;
      return this.hop(
        this.choose(`hop ${hop.unknown.key} ${JSON.stringify(hop.options)}`, hop.options),
        existing,
      );
    }
    if (hop.kind === 'unknown') {
      this.sawUnknown = true;
      this.sawUnmodelled = true;
      const hops = this.writtenHops(hop.outside ?? false);
      return this.hop(this.choose(`hop ${hop.unknown.key} ${hop.outside}`, hops), existing);
    }
    if (hop.kind === 'interface' && !existing.has(hop.interface)) return { kind: 'drop', reason: 'nobody' };
    return hop;
  }

  /** `outside` leaves out what may stand in the segment of the sender: interfaces, and legs in segments. */
  private writtenHops(outside: boolean): readonly NextHop[] {
    const hops = new Map<string, NextHop>();
    hops.set('drop', { kind: 'drop', reason: 'unknown' });
    for (const { via } of [...this.topology.tables.values()].flatMap(({ routes }) => routes))
      if (via.kind !== 'one-of' && via.kind !== 'unknown' && !(outside && this.standsInSegment(via)))
        hops.set(JSON.stringify(via), via);
    return [...hops.values()];
  }

  private standsInSegment(hop: NextHop): boolean {
    if (hop.kind !== 'router') return hop.kind === 'interface';
    const router = this.topology.routers.get(hop.router)!;
    return router.legs.find(({ id }) => id === hop.leg)?.kind === 'segment';
  }

  private writtenBlocks(): readonly Cidr[] {
    const segments = [...this.topology.segments.values()].flatMap(({ blocks }) => blocks);
    const zones = [...this.topology.zones.values()].flatMap(({ addresses }) =>
      addresses.blocks().slice(0, 2),
    );
    const families = new Set(segments.map(({ family }) => family));
    const everything = [...families].flatMap((family) => AddressSet.everything(family).blocks());
    return [...everything, ...segments, ...zones];
  }

  private oneOf<T extends { options: readonly (string | null)[]; unknowns: readonly Unknown[] }>(
    what: string,
    where: string,
    { options, unknowns }: T,
  ) {
    this.sawUnknown ||= options.length > 1;
    const key = this.keyOf(what, where, unknowns, JSON.stringify(options));
    return { options: [this.choose<T['options'][number]>(key, options)], unknowns: [] } as unknown as T;
  }

  private extremes<T extends { equals(other: T): boolean }>(where: string, bounds: Bounds<T>): Bounds<T> {
    return this.between(where, bounds, ({ least, most }) => (least.equals(most) ? [least] : [least, most]));
  }

  private addresses(where: string, bounds: Bounds<AddressSet>): Bounds<AddressSet> {
    return this.between(where, bounds, ({ least, most }) => {
      const extra = most.subtract(least);
      const pieces = extra.size <= 1024n && extra.ranges().length <= 3 ? extra.ranges() : [extra];
      return extra.isEmpty()
        ? [least]
        : subsets<AddressSet | AddressRange>(pieces).map((some) => AddressSet.of(least, ...some));
    });
  }

  /** `some` demands at least one item. */
  private list<T>(
    where: string,
    bounds: Bounds<readonly T[]>,
    print: (item: T) => string,
    some = false,
  ): Bounds<readonly T[]> {
    return this.between(where, bounds, ({ least, most }) => {
      const known = new Set(least.map(print));
      const extra = most.filter((item) => !known.has(print(item)));
      const selections = extra.length <= 3 ? subsets(extra) : [[], ...extra.map((item) => [item]), extra];
      const options = selections.map((selection) => [...least, ...selection]);
      return some ? options.filter(({ length }) => length > 0) : options;
    });
  }

  private between<T>(
    where: string,
    bounds: Bounds<T>,
    optionsOf: (bounds: Bounds<T>) => readonly T[],
  ): Bounds<T> {
    if (bounds.unknowns.length === 0) return bounds;
    this.sawUnknown = true;
    const written = `${JSON.stringify(bounds.least)} ${JSON.stringify(bounds.most)}`;
    return exactly(this.choose(this.keyOf('between', where, bounds.unknowns, written), optionsOf(bounds)));
  }

  private keyOf(what: string, where: string, unknowns: readonly Unknown[], written: string): string {
    const keys = unknowns.map(({ key }) => key).sort();
    return keys.length === 0 ? `${what} ${where}` : `${what} ${written} ${keys.join()}`;
  }

  private isLeg(id: string): boolean {
    return [...this.topology.routers.values()].some(({ legs }) => legs.some((leg) => leg.id === id));
  }

  private note(segment: string, possible: AddressSet, known: boolean): void {
    if (known) this.taken.set(segment, (this.taken.get(segment) ?? AddressSet.empty).union(possible));
    else this.open.set(segment, (this.open.get(segment) ?? 0) + 1);
  }
}

function refuseSharedAddresses(
  endpoints: ReadonlyMap<string, Endpoint>,
  routers: ReadonlyMap<string, Router>,
): void {
  const seen = new Set<string>();
  const see = (segment: string, addresses: AddressSet) => {
    for (const range of addresses.ranges()) {
      const key = `${segment} ${range.toString()}`;
      if (seen.has(key)) throw new Impossible();
      seen.add(key);
    }
  };
  for (const { interfaces } of endpoints.values())
    for (const { segment, addresses } of interfaces)
      for (const { possible } of addresses) see(segment, possible);
  for (const { legs } of routers.values())
    for (const leg of legs) if (leg.kind === 'segment') see(leg.segment, leg.address.least);
}

function subsets<T>(items: readonly T[]): readonly (readonly T[])[] {
  return items.reduce<readonly (readonly T[])[]>(
    (all, item) => [...all, ...all.map((one) => [...one, item])],
    [[]],
  );
}

function mapped<T>(map: ReadonlyMap<string, T>, change: (value: T) => T): ReadonlyMap<string, T> {
  return new Map([...map].map(([id, value]) => [id, change(value)]));
}
