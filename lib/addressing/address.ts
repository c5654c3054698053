import { addressFault, notAnAddress } from './address-fault';
import { printIpv4, printIpv6, readIpv4, readIpv6 } from './address-text';
import { NetproofError } from './netproof-error';

/** 4 for IPv4 (32 bits), 6 for IPv6 (128 bits). */
export type Family = 4 | 6;

const highest: Readonly<Record<Family, bigint>> = { 4: (1n << 32n) - 1n, 6: (1n << 128n) - 1n };

/** Bits of an address, and so the longest prefix, of a family: 32 or 128. */
export function bitsOf(family: Family): 32 | 128 {
  return family === 4 ? 32 : 128;
}

/**
 * One IPv4 or IPv6 address, immutable. An IPv4-mapped IPv6 address (`::ffff:10.0.0.1`) stays IPv6 and is not equal
 * to the IPv4 address it maps: on the wire and in every firewall they are two things.
 */
export class Address {
  readonly family: Family;
  /** The address as an unsigned number of 32 or 128 bits. */
  readonly value: bigint;

  private constructor(family: Family, value: bigint) {
    this.family = family;
    this.value = value;
  }

  /**
   * Reads `10.0.0.1` or `2001:db8::1`, strictly: four decimal octets without leading zeros, or a text of RFC 4291
   * without a zone id. Throws InvalidAddress naming the part that is wrong and the nearest address where there is one.
   */
  static parse(text: string): Address {
    if (typeof text === 'string') {
      const bits = readIpv4(text, 0, text.length);
      if (bits >= 0) return new Address(4, BigInt(bits));
      const value = readIpv6(text, 0, text.length);
      if (value !== undefined) return new Address(6, value);
    }
    const { because, nearest } = addressFault(text);
    const fault =
      nearest === undefined ? { because } : { because, nearest: Address.parse(nearest).toString() };
    throw new NetproofError('InvalidAddress', notAnAddress(text, fault));
  }

  /** The address with this number; throws InvalidAddress when the number does not fit the family. */
  static of(family: Family, value: bigint): Address {
    if (value < 0n || value > highest[family]) {
      const [edge, which] = value < 0n ? [0n, 'first'] : [highest[family], 'last'];
      throw new NetproofError(
        'InvalidAddress',
        `${value} is not an IPv${family} address: it lies ${value < 0n ? 'before the first' : 'after the last'} one. ` +
          `The ${which} IPv${family} address is "${new Address(family, edge).toString()}".`,
      );
    }
    return new Address(family, value);
  }

  /** The lowest address of a family: `0.0.0.0` or `::`. */
  static first(family: Family): Address {
    return new Address(family, 0n);
  }

  /** The highest address of a family: `255.255.255.255` or `ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff`. */
  static last(family: Family): Address {
    return new Address(family, highest[family]);
  }

  /** The address `n` further on (back, when negative); throws InvalidAddress beyond either end of the family. */
  plus(n: bigint | number): Address {
    return Address.of(this.family, this.value + BigInt(n));
  }

  equals(other: Address): boolean {
    return this.value === other.value && this.family === other.family;
  }

  /** Negative, 0 or positive, for sorting: IPv4 before IPv6, then by number. */
  compare(other: Address): number {
    if (this.family !== other.family) return this.family - other.family;
    return this.value < other.value ? -1 : this.value > other.value ? 1 : 0;
  }

  /** The canonical text: dotted decimal, or RFC 5952. */
  toString(): string {
    return this.family === 4 ? printIpv4(this.value) : printIpv6(this.value);
  }

  toJSON(): string {
    return this.toString();
  }
}
