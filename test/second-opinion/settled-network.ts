import type { Address } from '../../lib/addressing/address';
import type { AddressSet } from '../../lib/addressing/address-set';
import type { Bounds } from '../../lib/topology/bounds';
import type { Endpoint, Interface } from '../../lib/topology/endpoint';
import type { Filter } from '../../lib/topology/filter';
import type { Leg, Router } from '../../lib/topology/router';
import type { RouteTable } from '../../lib/topology/route-table';
import type { Segment } from '../../lib/topology/segment';
import type { Topology } from '../../lib/topology/topology';

export type SegmentLeg = Extract<Leg, { kind: 'segment' }>;

/** Who has an address in a segment: an interface, or a router with one of its legs. */
export type Holder =
  | { readonly kind: 'interface'; readonly interface: Interface; readonly endpoint: Endpoint }
  | { readonly kind: 'leg'; readonly router: Router; readonly leg: SegmentLeg };

/**
 * A topology without unknowns, with the look-ups a walk needs. Slow and plain: every look-up goes through the lists.
 * What is not settled throws as soon as it is looked at.
 */
export class SettledNetwork {
  readonly topology: Topology;
  private readonly interfaces = new Map<string, Holder & { kind: 'interface' }>();
  private readonly holders = new Map<string, Holder>();

  constructor(topology: Topology) {
    this.topology = topology;
    for (const endpoint of topology.endpoints.values()) {
      for (const one of endpoint.interfaces) {
        const holder = { kind: 'interface', interface: one, endpoint } as const;
        this.interfaces.set(one.id, holder);
        for (const address of addressesOf(one)) this.hold(one.segment, address, holder);
      }
    }
    for (const router of topology.routers.values()) {
      for (const leg of router.legs) {
        if (leg.kind !== 'segment') continue;
        for (const address of this.addressesOfLeg(leg))
          this.hold(leg.segment, address, { kind: 'leg', router, leg });
      }
    }
  }

  interface(id: string): Holder & { kind: 'interface' } {
    return found(this.interfaces.get(id), `interface ${id}`);
  }

  segment(id: string): Segment {
    return found(this.topology.segments.get(id), `segment ${id}`);
  }

  router(id: string): Router {
    return found(this.topology.routers.get(id), `router ${id}`);
  }

  filters(ids: readonly string[]): readonly Filter[] {
    return ids.map((id) => found(this.topology.filters.get(id), `filter ${id}`));
  }

  crossingOf(segment: Segment): readonly Filter[] {
    const id = only(segment.crossing.options, `the crossing filter of ${segment.id}`);
    return id === null ? [] : this.filters([id]);
  }

  tableOf(segment: Segment): RouteTable {
    const id = only(segment.table.options, `the route table of ${segment.id}`);
    return found(this.topology.tables.get(id), `route table ${id}`);
  }

  /** The segment of a domain that an address belongs to: the one with the longest block around it. */
  segmentAround(domain: string, address: Address): Segment | undefined {
    const around = [...this.topology.segments.values()].filter((segment) => segment.domain === domain);
    return longestAround(around, (segment) => segment.blocks, address);
  }

  holderIn(segment: Segment, address: Address): Holder | undefined {
    return this.holders.get(place(segment.id, address));
  }

  /** Whether an interface that carries the filter has the address as its own. */
  isMember(filter: string, address: Address): boolean {
    return [...this.interfaces.values()].some(
      (one) =>
        settled(one.interface.filters).includes(filter) &&
        addressesOf(one.interface).some((own) => own.equals(address)),
    );
  }

  /** Own address that a static translation translates: of an interface, or of a leg of a router. */
  ownAddress(id: string, inside: number): Address | undefined {
    const one = this.interfaces.get(id);
    if (one !== undefined) return addressesOf(one.interface)[inside];
    const legs = [...this.topology.routers.values()].flatMap((router) => router.legs);
    const leg = legs.find((one) => one.id === id);
    return leg === undefined ? undefined : this.addressesOfLeg(leg)[inside];
  }

  /** Own addresses of a leg, as far as it states them: at most one of each family, IPv4 first. */
  addressesOfLeg(leg: Leg): readonly Address[] {
    return leg.kind === 'domain' || leg.address === undefined ? [] : singles(settled(leg.address));
  }

  private hold(segment: string, address: Address, holder: Holder): void {
    const key = place(segment, address);
    if (this.holders.has(key)) throw new Error(`${key} belongs to two at once`);
    this.holders.set(key, holder);
  }
}

/** The thing with the longest block around an address; of equals the first. */
export function longestAround<T>(
  things: readonly T[],
  blocksOf: (thing: T) => readonly { contains(address: Address): boolean; readonly prefixLength: number }[],
  address: Address,
): T | undefined {
  let best: { thing: T; length: number } | undefined;
  for (const thing of things) {
    for (const block of blocksOf(thing)) {
      if (!block.contains(address)) continue;
      if (best === undefined || block.prefixLength > best.length)
        best = { thing, length: block.prefixLength };
    }
  }
  return best?.thing;
}

/** The addresses of an interface, in its order. */
export function addressesOf(one: Interface): readonly Address[] {
  return one.addresses.map(({ possible }) => {
    if (possible.size !== 1n)
      throw new Error(`an address of ${one.id} is not settled: ${possible.toString()}`);
    return possible.ranges()[0]!.first;
  });
}

export function settled<T>(bounds: Bounds<T>): T {
  if (bounds.unknowns.length > 0)
    throw new Error(`not settled: ${bounds.unknowns.map(({ key }) => key).join(', ')}`);
  return bounds.least;
}

export function singles(addresses: AddressSet): readonly Address[] {
  return addresses.ranges().map((range) => {
    if (range.size !== 1n) throw new Error(`not single addresses: ${addresses.toString()}`);
    return range.first;
  });
}

function only<T>(options: readonly T[], what: string): T {
  if (options.length !== 1) throw new Error(`${what} is not settled`);
  return options[0]!;
}

function found<T>(thing: T | undefined, what: string): T {
  if (thing === undefined) throw new Error(`${what} does not exist`);
  return thing;
}

function place(segment: string, address: Address): string {
  return `${segment} ${address.family}/${address.value}`;
}
