import { Address, type Family } from './address';
import { AddressRange } from './address-range';
import {
  type Boundaries,
  combine,
  gather,
  holdsAll,
  holdsSpan,
  meet,
  meetsSpan,
  sameBoundaries,
} from './boundaries';
import type { Cidr } from './cidr';

/** What an AddressSet can be made of, and asked about. */
export type Addresses = Address | Cidr | AddressRange | AddressSet;

/**
 * Any set of addresses, of both families at once, immutable. Equal sets are equal in structure, whatever they were
 * made of. Operations take time linear in the number of ranges; asking about one address, block or range takes the
 * logarithm of it.
 */
export class AddressSet {
  static readonly empty = new AddressSet([], []);

  private readonly v4: Boundaries<number>;
  private readonly v6: Boundaries<bigint>;

  private constructor(v4: Boundaries<number>, v6: Boundaries<bigint>) {
    this.v4 = v4;
    this.v6 = v6;
  }

  /** The union of the items. */
  static of(...items: readonly Addresses[]): AddressSet {
    return AddressSet.from(items);
  }

  /** The union of the items, of which there may be very many. */
  static from(items: Iterable<Addresses>): AddressSet {
    const v4: Span<number>[] = [];
    const v6: Span<bigint>[] = [];
    for (const item of items) {
      if ('v4' in item) {
        v4.push(...spansOf(item.v4));
        v6.push(...spansOf(item.v6));
      } else {
        const [first, last] = ends(item);
        if (first.family === 4) v4.push([Number(first.value), Number(last.value) + 1]);
        else v6.push([first.value, last.value + 1n]);
      }
    }
    return v4.length + v6.length === 0 ? AddressSet.empty : new AddressSet(gather(v4), gather(v6));
  }

  /** Every address of a family, or of both. */
  static everything(family?: Family): AddressSet {
    return family === undefined ? everything : family === 4 ? everyIpv4 : everyIpv6;
  }

  union(other: AddressSet): AddressSet {
    if (this.isEmpty()) return other;
    if (other.isEmpty()) return this;
    return new AddressSet(combine(this.v4, other.v4, 'union'), combine(this.v6, other.v6, 'union'));
  }

  intersect(other: AddressSet): AddressSet {
    return new AddressSet(combine(this.v4, other.v4, 'intersect'), combine(this.v6, other.v6, 'intersect'));
  }

  /** What is in this set and not in the other. */
  subtract(other: AddressSet): AddressSet {
    return new AddressSet(combine(this.v4, other.v4, 'subtract'), combine(this.v6, other.v6, 'subtract'));
  }

  /** Whether every address of the other is in this set; true for the empty set. */
  contains(other: Addresses): boolean {
    if ('v4' in other) return holdsAll(this.v4, other.v4) && holdsAll(this.v6, other.v6);
    const [first, last] = ends(other);
    return first.family === 4
      ? holdsSpan(this.v4, Number(first.value), Number(last.value) + 1)
      : holdsSpan(this.v6, first.value, last.value + 1n);
  }

  /** Whether the two share an address. */
  overlaps(other: Addresses): boolean {
    if ('v4' in other) return meet(this.v4, other.v4) || meet(this.v6, other.v6);
    const [first, last] = ends(other);
    return first.family === 4
      ? meetsSpan(this.v4, Number(first.value), Number(last.value) + 1)
      : meetsSpan(this.v6, first.value, last.value + 1n);
  }

  isEmpty(): boolean {
    return this.v4.length === 0 && this.v6.length === 0;
  }

  equals(other: AddressSet): boolean {
    return sameBoundaries(this.v4, other.v4) && sameBoundaries(this.v6, other.v6);
  }

  /** The part of the set that is of one family. */
  inFamily(family: Family): AddressSet {
    return family === 4 ? new AddressSet(this.v4, []) : new AddressSet([], this.v6);
  }

  /** Number of addresses. */
  get size(): bigint {
    return this.ranges().reduce((sum, range) => sum + range.size, 0n);
  }

  /** The fewest ranges that together are the set: sorted, IPv4 first, with gaps between them. */
  ranges(): readonly AddressRange[] {
    return [
      ...spansOf(this.v4).map(([from, after]) => range(4, BigInt(from), BigInt(after))),
      ...spansOf(this.v6).map(([from, after]) => range(6, from, after)),
    ];
  }

  /**
   * The places where membership of a family changes: members from the first up to and without the second, from the
   * third up to and without the fourth, and so on. Numbers for IPv4, big integers for IPv6.
   */
  boundaries(family: Family): readonly (number | bigint)[] {
    return family === 4 ? this.v4 : this.v6;
  }

  /** The fewest blocks that together are the set, sorted, IPv4 first. */
  blocks(): readonly Cidr[] {
    return this.ranges().flatMap((range) => range.blocks());
  }

  /** Its ranges, each as an address, a block or `first to last`: `10.0.0.0/16, 10.2.0.4 to 10.2.0.9`; or `nothing`. */
  toString(): string {
    return this.isEmpty() ? 'nothing' : this.ranges().join(', ');
  }

  toJSON(): string {
    return this.toString();
  }
}

type Span<T extends number | bigint> = readonly [from: T, after: T];

const everyIpv4 = AddressSet.of(AddressRange.of(Address.first(4), Address.last(4)));
const everyIpv6 = AddressSet.of(AddressRange.of(Address.first(6), Address.last(6)));
const everything = everyIpv4.union(everyIpv6);

function ends(item: Address | Cidr | AddressRange): readonly [first: Address, last: Address] {
  return 'value' in item ? [item, item] : [item.first, item.last];
}

function range(family: Family, from: bigint, after: bigint): AddressRange {
  return AddressRange.of(Address.of(family, from), Address.of(family, after - 1n));
}

function spansOf<T extends number | bigint>(boundaries: Boundaries<T>): Span<T>[] {
  const spans: Span<T>[] = [];
  for (let i = 0; i < boundaries.length; i += 2) spans.push([boundaries[i]!, boundaries[i + 1]!]);
  return spans;
}
