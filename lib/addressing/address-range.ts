import { Address, bitsOf, type Family } from './address';
import { Cidr } from './cidr';
import { NetproofError } from './netproof-error';

/**
 * The addresses of one family from `first` to `last`, both included; never empty, immutable. What is left of it
 * after a union or a subtraction may be several ranges: `AddressSet.of(range)` has those operations.
 */
export class AddressRange {
  readonly first: Address;
  readonly last: Address;

  private constructor(first: Address, last: Address) {
    this.first = first;
    this.last = last;
  }

  /** Throws InvalidRange when the two are of different families or the wrong way round. */
  static of(first: Address, last: Address): AddressRange {
    if (first.family !== last.family) {
      throw new NetproofError(
        'InvalidRange',
        `${first.toString()} to ${last.toString()} is not a range: one end is IPv4 and the other IPv6.`,
      );
    }
    if (first.value > last.value) {
      throw new NetproofError(
        'InvalidRange',
        `${first.toString()} to ${last.toString()} is not a range: it ends before it begins. ` +
          `The other way round it is ${last.toString()} to ${first.toString()}.`,
      );
    }
    return new AddressRange(first, last);
  }

  get family(): Family {
    return this.first.family;
  }

  /** Number of addresses, at least 1n. */
  get size(): bigint {
    return this.last.value - this.first.value + 1n;
  }

  contains(other: Address | Cidr | AddressRange): boolean {
    const [first, last] = 'value' in other ? [other, other] : [other.first, other.last];
    return this.family === first.family && this.first.value <= first.value && last.value <= this.last.value;
  }

  overlaps(other: Cidr | AddressRange): boolean {
    return this.intersect(other) !== undefined;
  }

  /** The addresses in both, or undefined when there are none. */
  intersect(other: Cidr | AddressRange): AddressRange | undefined {
    if (this.family !== other.family) return undefined;
    const first = this.first.compare(other.first) >= 0 ? this.first : other.first;
    const last = this.last.compare(other.last) <= 0 ? this.last : other.last;
    return first.compare(last) <= 0 ? new AddressRange(first, last) : undefined;
  }

  equals(other: AddressRange): boolean {
    return this.first.equals(other.first) && this.last.equals(other.last);
  }

  /** Negative, 0 or positive, for sorting: IPv4 before IPv6, then by first address, then by last. */
  compare(other: AddressRange): number {
    return this.first.compare(other.first) || this.last.compare(other.last);
  }

  /** The fewest blocks that together are this range, in order. At most two for every bit of the family, less two. */
  blocks(): readonly Cidr[] {
    const blocks: Cidr[] = [];
    const bits = bitsOf(this.family);
    const after = this.last.value + 1n;
    let from = this.first.value;
    while (from < after) {
      // The largest block that may begin here, halved until it ends inside the range.
      let hostBits = from === 0n ? bits : Math.min(bits, trailingZeros(from));
      while (from + (1n << BigInt(hostBits)) > after) hostBits--;
      blocks.push(Cidr.of(Address.of(this.family, from), bits - hostBits));
      from += 1n << BigInt(hostBits);
    }
    return blocks;
  }

  /** One address as itself, a block as one, everything else as `10.0.3.4 to 10.0.3.14`. */
  toString(): string {
    if (this.first.equals(this.last)) return this.first.toString();
    const [block, ...more] = this.blocks();
    return block !== undefined && more.length === 0
      ? block.toString()
      : `${this.first.toString()} to ${this.last.toString()}`;
  }

  toJSON(): string {
    return this.toString();
  }
}

function trailingZeros(value: bigint): number {
  let zeros = 0;
  let rest = value;
  while ((rest & 0xffff_ffffn) === 0n) {
    rest >>= 32n;
    zeros += 32;
  }
  const word = Number(rest & 0xffff_ffffn);
  return zeros + 31 - Math.clz32(word & -word);
}
