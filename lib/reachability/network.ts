import { AddressSet } from '../addressing/address-set';
import type { Endpoint, Interface } from '../topology/endpoint';
import type { DestinationTranslation, Leg, Router, StaticTranslation } from '../topology/router';
import type { Segment } from '../topology/segment';
import type { Topology } from '../topology/topology';
import type { Unknown } from '../topology/value';
import type { Zone } from '../topology/zone';
import type { End, PlacedInterface, RouterLeg } from './end';
import { type Direction, FilterPassing } from './filter-passing';
import { PreparedRouter } from './prepared-router';
import { PreparedTable } from './prepared-table';
import type { AddressVariable } from './scenario';
import type { RouteTable } from '../topology/route-table';

/** A static or destination translation, and the router that makes it. */
export interface Made<T> {
  readonly router: Router;
  readonly translation: T;
}

/**
 * A topology made ready to be asked: who has which interface, which routers stand before a zone, what each filter
 * lets pass. Everything that a question may not need is prepared when the first question needs it.
 */
export class Network {
  readonly topology: Topology;
  private placed: ReadonlyMap<string, PlacedInterface> | undefined;
  private readonly legs = new Map<string, RouterLeg>();
  private readonly statics = new Map<string, Made<StaticTranslation>[]>();
  private readonly published = new Map<string, Made<DestinationTranslation>[]>();
  private readonly entries = new Map<string, RouterLeg[]>();
  private readonly filters = new Map<string, Record<Direction, FilterPassing>>();
  private readonly tables = new WeakMap<RouteTable, PreparedTable>();
  private readonly legEnds = new Map<string, End>();
  private readonly outsideEnds = new Map<StaticTranslation, End>();
  private readonly placeEnds = new Map<string, End>();
  private readonly routers = new Map<Router, PreparedRouter>();
  private readonly mappers = new Map<string, readonly RouterLeg[]>();
  private readonly strangers = new Map<string, AddressSet>();

  constructor(topology: Topology) {
    this.topology = topology;
    for (const router of topology.routers.values()) this.placeRouter(router);
  }

  interface(id: string): PlacedInterface {
    return this.interfaces.get(id)!;
  }

  interfacesOf(endpoint: Endpoint): readonly PlacedInterface[] {
    return endpoint.interfaces.map(({ id }) => this.interface(id));
  }

  segment(id: string): Segment {
    return this.topology.segments.get(id)!;
  }

  router(id: string): Router {
    return this.topology.routers.get(id)!;
  }

  filter(id: string, direction: Direction): FilterPassing {
    let passing = this.filters.get(id);
    if (passing === undefined) {
      const filter = this.topology.filters.get(id)!;
      passing = {
        ingress: new FilterPassing(filter, 'ingress'),
        egress: new FilterPassing(filter, 'egress'),
      };
      this.filters.set(id, passing);
    }
    return passing[direction];
  }

  table(id: string): PreparedTable {
    return this.prepared(this.topology.tables.get(id)!);
  }

  prepared(table: RouteTable): PreparedTable {
    let prepared = this.tables.get(table);
    if (prepared === undefined) this.tables.set(table, (prepared = new PreparedTable(table)));
    return prepared;
  }

  /** Static translations of an interface, or of a leg by its id. */
  staticsOf(id: string): readonly Made<StaticTranslation>[] {
    return this.statics.get(id) ?? [];
  }

  /** Destination translations that lead to an interface. */
  publishedOf(id: string): readonly Made<DestinationTranslation>[] {
    return this.published.get(id) ?? [];
  }

  /** Legs by which packets come in from the zone, or, for a literal address, from the zones that hold it. */
  entriesFrom(zone: Zone): readonly RouterLeg[] {
    if (this.topology.zones.has(zone.id)) return this.entries.get(zone.id) ?? [];
    return [...this.topology.zones.values()]
      .filter(({ addresses }) => addresses.contains(zone.addresses))
      .flatMap(({ id }) => this.entries.get(id) ?? []);
  }

  /** Whether a packet that has arrived at the zone has reached `zone`, which may be a literal address in it. */
  isWithin(zone: Zone, arrivedAt: string): boolean {
    return (
      zone.id === arrivedAt ||
      (!this.topology.zones.has(zone.id) &&
        this.topology.zones.get(arrivedAt)!.addresses.contains(zone.addresses))
    );
  }

  /**
   * The addresses of a zone that are somebody's outside: without those that the topology's own routers have there or
   * answer for, or which lie in a domain behind them.
   */
  strangersOf(zone: Zone): AddressSet {
    let strangers = this.strangers.get(zone.id);
    if (strangers === undefined) {
      strangers = zone.addresses.subtract(AddressSet.from(this.answeredFor(zone)));
      this.strangers.set(zone.id, strangers);
    }
    return strangers;
  }

  /** The whole zone as one end, in one family. */
  zoneEnd(zone: Zone, family: 4 | 6): End | undefined {
    const addresses = this.strangersOf(zone).inFamily(family);
    if (addresses.isEmpty()) return undefined;
    return {
      address: variable(`zone ${zone.id} ${family}`, addresses, 'every'),
      family,
      owner: { kind: 'zone', zone },
    };
  }

  /**
   * Any interface of the segment as one end, in one family: with any address but those that are taken. `another` is one
   * beside the first, with an address of its own.
   */
  placeEnd(
    segment: Segment,
    family: 4 | 6,
    taken: AddressSet = AddressSet.empty,
    another = false,
  ): End | undefined {
    const key = `${segment.id} ${family}${another ? ' another' : ''}${taken.isEmpty() ? '' : ` not ${taken.toString()}`}`;
    const known = this.placeEnds.get(key);
    if (known !== undefined) return known;
    const addresses = segment.placeable.inFamily(family).subtract(taken);
    if (addresses.isEmpty()) return undefined;
    const end: End = {
      address: variable(`segment ${key}`, addresses, 'every'),
      family,
      owner: { kind: 'place', segment },
    };
    this.placeEnds.set(key, end);
    return end;
  }

  /** A router's own address on a leg: the leg's where it is stated, and otherwise one of the zone or domain. */
  legEnd(router: Router, leg: Leg, family: 4 | 6): End | undefined {
    const key = `${leg.id} ${family}`;
    const known = this.legEnds.get(key);
    if (known !== undefined) return known;
    const address = this.legAddress(leg, family);
    if (address === undefined) return undefined;
    const end: End = { address, family, owner: { kind: 'leg', router, leg } };
    this.legEnds.set(key, end);
    return end;
  }

  /** What a static translation shows on its other side; undefined when it has no inside address. */
  outsideEnd({ router, translation }: Made<StaticTranslation>): End | undefined {
    const known = this.outsideEnds.get(translation);
    if (known !== undefined) return known;
    const inside = this.insideOf(translation);
    if (inside === undefined) return undefined;
    const { address, unknown } = translation.outside;
    const addresses =
      address === undefined
        ? this.beyond(this.legs.get(translation.leg)!.leg).inFamily(inside.family)
        : AddressSet.of(address);
    const end: End = {
      address: variable(`outside ${router.id} ${translation.interface}`, addresses, 'unknown', unknown),
      family: inside.family,
      owner: { kind: 'outside', router, translation, inside },
    };
    this.outsideEnds.set(translation, end);
    return end;
  }

  /** What a static translation on this leg would show of an interface placed in the segment. */
  mappingEnd(router: Router, leg: Leg, inside: End): End {
    return {
      address: variable(
        `mapping ${leg.id} ${inside.address.id}`,
        this.beyond(leg).inFamily(inside.family),
        'every',
      ),
      family: inside.family,
      owner: { kind: 'mapping', router, leg, inside },
    };
  }

  /** The addresses at which a destination translation takes packets, as one end per family. */
  publishedEnd({ router, translation }: Made<DestinationTranslation>): End | undefined {
    const inside = this.interfaces.get(translation.interface)!.ends[translation.inside]!;
    const addresses = translation.destination.inFamily(inside.family);
    if (addresses.isEmpty()) return undefined;
    return {
      address: variable(
        `published ${router.id} ${router.translations.indexOf(translation)}`,
        addresses,
        'every',
      ),
      family: inside.family,
      owner: { kind: 'published', router, translation, inside },
    };
  }

  /** The interface address, or the address of a leg, behind a translation. */
  insideOf({ interface: id, inside }: StaticTranslation | DestinationTranslation): End | undefined {
    const placed = this.interfaces.get(id);
    if (placed !== undefined) return placed.ends[inside];
    const { router, leg } = this.legs.get(id)!;
    return this.legEnd(router, leg, 4) ?? this.legEnd(router, leg, 6);
  }

  /** Routers and legs by which a packet that is outside, in the zone, comes to its destination inside. */
  entriesTo({ owner }: End, zone: Zone): readonly RouterLeg[] {
    switch (owner.kind) {
      case 'zone':
        return this.entriesFrom(zone);
      case 'outside':
      case 'published': {
        const { router, translation } = owner;
        return this.entriesFrom(zone).filter(
          (entry) =>
            entry.router === router &&
            (translation.kind === 'static'
              ? translation.leg === entry.leg.id
              : translation.from?.includes(entry.leg.id) !== false),
        );
      }
      case 'mapping':
        return this.entriesFrom(zone).filter(({ leg }) => leg === owner.leg);
      case 'leg':
        if (owner.leg.kind === 'zone') return this.entriesFrom(zone).filter(({ leg }) => leg === owner.leg);
        return this.leadingInto(zone, this.domainOf(owner.leg)!);
      case 'interface':
        return this.leadingInto(zone, owner.at.segment.domain);
      case 'place':
        return this.leadingInto(zone, owner.segment.domain);
    }
  }

  /** Legs towards a zone at which an interface of the domain could be given a one-to-one translation. */
  mappersOf(domain: string, family: 4 | 6): readonly RouterLeg[] {
    const key = `${domain} ${family}`;
    let mappers = this.mappers.get(key);
    if (mappers === undefined) {
      mappers = [...this.entries.values()]
        .flat()
        .filter(({ router }) => router.legs.some((leg) => leg.kind === 'domain' && leg.domain === domain))
        .filter(({ router, leg }) => this.passesOnlyTranslated(router, leg, family));
      this.mappers.set(key, mappers);
    }
    return mappers;
  }

  /** Whether packets of the family pass a leg only under a translation. */
  passesOnlyTranslated(router: Router, leg: Leg, family: 4 | 6): boolean {
    return this.preparedRouter(router).onlyTranslated(leg).includes(family);
  }

  preparedRouter(router: Router): PreparedRouter {
    let prepared = this.routers.get(router);
    if (prepared === undefined) this.routers.set(router, (prepared = new PreparedRouter(router, this)));
    return prepared;
  }

  /** The domain that a leg stands in; none for a leg towards a zone. */
  domainOf(leg: Leg): string | undefined {
    if (leg.kind === 'zone') return undefined;
    return leg.kind === 'domain' ? leg.domain : this.segment(leg.segment).domain;
  }

  /** Entries whose router has a foot in the domain, or one in a segment, from where anything may be routed. */
  private leadingInto(zone: Zone, domain: string): readonly RouterLeg[] {
    return this.entriesFrom(zone).filter(({ router }) =>
      router.legs.some((leg) => leg.kind === 'segment' || (leg.kind === 'domain' && leg.domain === domain)),
    );
  }

  /** Every interface by its id. */
  private get interfaces(): ReadonlyMap<string, PlacedInterface> {
    if (this.placed !== undefined) return this.placed;
    const placed = new Map<string, PlacedInterface>();
    for (const endpoint of this.topology.endpoints.values()) {
      for (const one of endpoint.interfaces) {
        placed.set(one.id, new Placed(endpoint, one, this.segment(one.segment)));
      }
    }
    return (this.placed = placed);
  }

  private placeRouter(router: Router): void {
    for (const leg of router.legs) {
      this.legs.set(leg.id, { router, leg });
      if (leg.kind === 'zone') push(this.entries, leg.zone, { router, leg });
    }
    for (const translation of router.translations) {
      if (translation.kind === 'static') push(this.statics, translation.interface, { router, translation });
      if (translation.kind === 'destination')
        push(this.published, translation.interface, { router, translation });
    }
  }

  private legAddress(leg: Leg, family: 4 | 6): AddressVariable | undefined {
    const id = `leg ${leg.id} ${family}`;
    if (leg.kind === 'domain' || leg.address === undefined) {
      const beyond = this.beyond(leg).inFamily(family);
      return beyond.isEmpty() ? undefined : variable(id, beyond, 'unknown');
    }
    const { least, most, unknowns } = leg.address;
    const addresses = most.inFamily(family);
    if (addresses.isEmpty()) return undefined;
    // Several addresses that it has for certain are taken in turn: a flow must pass with each.
    return variable(id, addresses, least.equals(most) ? 'every' : 'unknown', unknowns[0]);
  }

  /** What can be addressed on the other side of a leg. */
  beyond(leg: Leg): AddressSet {
    if (leg.kind === 'zone') return this.topology.zones.get(leg.zone)!.addresses;
    if (leg.kind === 'segment') return this.segment(leg.segment).placeable;
    return AddressSet.of(...this.topology.domains.get(leg.domain)!.blocks);
  }

  private *answeredFor(zone: Zone) {
    for (const { router, leg } of this.entriesFrom(zone)) {
      if (leg.kind === 'zone' && leg.address !== undefined) yield leg.address.least;
      for (const other of router.legs) {
        if (other.kind === 'domain') yield* this.topology.domains.get(other.domain)!.blocks;
        if (other.kind === 'segment') yield* this.segment(other.segment).blocks;
      }
      for (const translation of router.translations) {
        if (translation.kind === 'static' && translation.leg === leg.id) {
          if (translation.outside.address !== undefined) yield translation.outside.address;
        } else if (translation.kind === 'destination' && translation.from?.includes(leg.id) !== false) {
          yield translation.destination;
        }
      }
    }
  }
}

/** An interface in its place; its ends are made when they are first asked for. */
class Placed implements PlacedInterface {
  readonly endpoint: Endpoint;
  readonly interface: Interface;
  readonly segment: Segment;
  private made: readonly End[] | undefined;

  constructor(endpoint: Endpoint, one: Interface, segment: Segment) {
    this.endpoint = endpoint;
    this.interface = one;
    this.segment = segment;
  }

  get ends(): readonly End[] {
    this.made ??= this.interface.addresses.map(({ family, possible, unknown }, index) => ({
      address: variable(`interface ${this.interface.id} ${index}`, possible, 'unknown', unknown),
      family,
      owner: { kind: 'interface', at: this },
    }));
    return this.made;
  }
}

function variable(
  id: string,
  addresses: AddressSet,
  kind: 'unknown' | 'every',
  unknown?: Unknown,
): AddressVariable {
  return { id, addresses, kind: isSingle(addresses) ? 'certain' : kind, unknown };
}

function isSingle(addresses: AddressSet): boolean {
  const [range, more] = addresses.ranges();
  return range !== undefined && more === undefined && range.first.equals(range.last);
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}
