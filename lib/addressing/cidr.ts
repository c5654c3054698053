import { Address, bitsOf, type Family } from './address';
import { addressPartFault, type Fault, nearestAddress, notABlock, textFault } from './address-fault';
import { readIpv4, readIpv6 } from './address-text';
import { NetproofError } from './netproof-error';

/** Sizes of blocks by number of host bits, so that asking for one does not compute it. */
const sizes: readonly bigint[] = Array.from({ length: 129 }, (_, hostBits) => 1n << BigInt(hostBits));

/**
 * A block of addresses in CIDR notation, immutable: all addresses that agree with `network` in their first
 * `prefixLength` bits. IPv4 and IPv6 alike.
 */
export class Cidr {
  /** The first address of the block, the one in its text. */
  readonly network: Address;
  /** Bits that all addresses of the block share: 0 to 32 in IPv4, 0 to 128 in IPv6. */
  readonly prefixLength: number;

  private constructor(network: Address, prefixLength: number) {
    this.network = network;
    this.prefixLength = prefixLength;
  }

  /**
   * Reads a block strictly, as constructs do: `10.0.3.0/28`, `2001:db8::/32`. Throws InvalidCidr for anything else,
   * host bits included, naming the part that is wrong and the nearest block where there is one.
   */
  static parse(text: string): Cidr {
    const block = read(text);
    if (block.hostBits) {
      throw new NetproofError(
        'InvalidCidr',
        `${JSON.stringify(text)} is not a block: host bits are set after bit ${block.prefixLength}. ` +
          `The block holding it is "${Cidr.masked(block).toString()}".`,
      );
    }
    return new Cidr(Address.of(block.family, block.value), block.prefixLength);
  }

  /**
   * The block that holds an address: `10.0.3.1/28` is read as `10.0.3.0/28`, as providers do. Everything else is as
   * strict as `parse`: a bare address has no prefix length and is an error.
   */
  static containing(text: string): Cidr {
    return Cidr.masked(read(text));
  }

  /** The block that begins at `network`; throws InvalidCidr when host bits are set or the length is out of range. */
  static of(network: Address, prefixLength: number): Cidr {
    const bits = bitsOf(network.family);
    const text = `${network.toString()}/${prefixLength}`;
    if (!Number.isInteger(prefixLength) || prefixLength < 0 || prefixLength > bits) {
      throw new NetproofError(
        'InvalidCidr',
        notABlock(text, prefixFault(String(prefixLength), network.toString())),
      );
    }
    return network.value % sizes[bits - prefixLength]! === 0n
      ? new Cidr(network, prefixLength)
      : Cidr.parse(text);
  }

  private static masked({ family, value, prefixLength }: ReadBlock): Cidr {
    const size = sizes[bitsOf(family) - prefixLength]!;
    return new Cidr(Address.of(family, value - (value % size)), prefixLength);
  }

  get family(): Family {
    return this.network.family;
  }

  get first(): Address {
    return this.network;
  }

  get last(): Address {
    return Address.of(this.family, this.network.value + this.size - 1n);
  }

  /** Number of addresses, from 1n to 2n ** 128n. */
  get size(): bigint {
    return sizes[bitsOf(this.family) - this.prefixLength]!;
  }

  /** Whether every address of `other` is in this block; never across families. */
  contains(other: Cidr | Address): boolean {
    if (!('prefixLength' in other)) return this.family === other.family && this.holds(other.value);
    return (
      this.family === other.family &&
      this.prefixLength <= other.prefixLength &&
      this.holds(other.network.value)
    );
  }

  /** Whether the two share an address. Blocks never overlap in part: one then contains the other. */
  overlaps(other: Cidr): boolean {
    return this.contains(other) || other.contains(this);
  }

  equals(other: Cidr): boolean {
    return this.prefixLength === other.prefixLength && this.network.equals(other.network);
  }

  /** Negative, 0 or positive, for sorting: IPv4 before IPv6, then by first address, then the larger block. */
  compare(other: Cidr): number {
    return this.network.compare(other.network) || this.prefixLength - other.prefixLength;
  }

  /** The address at `offset` from the first; a negative one counts from the end, -1 being the last. Throws outside. */
  at(offset: bigint | number): Address {
    const wanted = BigInt(offset);
    const place = wanted < 0n ? this.size + wanted : wanted;
    if (place < 0n || place >= this.size) {
      throw new NetproofError(
        'InvalidAddress',
        `${this.toString()} has no address ${wanted}: it holds ${this.size}, numbered from 0 to ${this.size - 1n}.`,
      );
    }
    return Address.of(this.family, this.network.value + place);
  }

  /** The block of the same size that lies `blocks` sizes further on (back, when negative). Throws past the ends. */
  shift(blocks: bigint | number): Cidr {
    const value = this.network.value + BigInt(blocks) * this.size;
    if (value < 0n || value > Address.last(this.family).value) {
      throw new NetproofError(
        'InvalidCidr',
        `there is no block ${blocks} times ${this.size} addresses ${value < 0n ? 'before' : 'after'} ${this.toString()}: ` +
          `IPv${this.family} ends at ${(value < 0n ? Address.first(this.family) : Address.last(this.family)).toString()}.`,
      );
    }
    return new Cidr(Address.of(this.family, value), this.prefixLength);
  }

  /** The text that `parse` reads back, canonical: `10.0.3.0/28`, `2001:db8::/32`. */
  toString(): string {
    return `${this.network.toString()}/${this.prefixLength}`;
  }

  toJSON(): string {
    return this.toString();
  }

  private holds(value: bigint): boolean {
    const offset = value - this.network.value;
    return offset >= 0n && offset < this.size;
  }
}

interface ReadBlock {
  readonly family: Family;
  readonly value: bigint;
  readonly prefixLength: number;
  readonly hostBits: boolean;
}

function read(text: string): ReadBlock {
  if (typeof text === 'string') {
    const slash = text.lastIndexOf('/');
    const prefixLength = slash < 0 ? -1 : readPrefixLength(text, slash + 1);
    if (prefixLength >= 0) {
      const bits = readIpv4(text, 0, slash);
      if (bits >= 0) {
        if (prefixLength <= 32) {
          return {
            family: 4,
            value: BigInt(bits),
            prefixLength,
            hostBits: bits % 2 ** (32 - prefixLength) !== 0,
          };
        }
      } else {
        const value = readIpv6(text, 0, slash);
        if (value !== undefined) {
          return { family: 6, value, prefixLength, hostBits: value % sizes[128 - prefixLength]! !== 0n };
        }
      }
    }
  }
  throw new NetproofError('InvalidCidr', notABlock(text, blockFault(text)));
}

/** 0 to 128 in plain decimal from `start` to the end of the text, or -1. */
function readPrefixLength(text: string, start: number): number {
  const digits = text.length - start;
  if (digits < 1 || digits > 3) return -1;
  let length = 0;
  for (let i = start; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return -1;
    length = length * 10 + digit;
  }
  if (length > 128 || (digits > 1 && text.charCodeAt(start) === 48)) return -1;
  return length;
}

/** Why a value is not a block; only asked for values that are none. */
function blockFault(value: unknown): Fault {
  const fault = textFault(value, '10.0.0.0/16');
  if (fault !== undefined) return fault;
  const text = value as string;
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const prefix = slash < 0 ? undefined : text.slice(slash + 1);
  const nearest = nearestAddress(address);
  const prefixPart = prefix === undefined ? missingPrefix(nearest) : prefixFault(prefix, nearest);
  const { because } =
    /\s/.test(text) || nearest !== address ? addressPartFault(/\s/.test(text) ? text : address) : prefixPart;
  const block = prefixPart.nearest === undefined ? undefined : Cidr.containing(prefixPart.nearest).toString();
  return block === undefined ? { because } : { because, nearest: block };
}

function missingPrefix(address: string | undefined): Fault {
  const because = 'it has no prefix length';
  return address === undefined
    ? { because }
    : { because, nearest: `${address}/${bitsOf(address.includes(':') ? 6 : 4)}` };
}

/** Why the part of a block after its slash is no prefix length. */
function prefixFault(written: string, address: string | undefined): Fault {
  const family = address?.includes(':') === true ? 6 : 4;
  const bits = bitsOf(family);
  const nearest = (length: number, because: string): Fault =>
    address === undefined ? { because } : { because, nearest: `${address}/${length}` };
  const prefix = written.replace(/\s+/g, '');
  const plain = /^\+?0*(\d+)$/.exec(prefix);
  if (plain !== null) {
    const length = Number(plain[1]);
    if (length > bits) {
      return nearest(bits, `an IPv${family} prefix length goes from 0 to ${bits}, and this one is ${length}`);
    }
    return nearest(
      length,
      `the prefix length is ${JSON.stringify(written)}, and it is written in digits only, without leading zeros`,
    );
  }
  if (prefix === '') return { because: 'nothing follows the slash' };
  if (prefix.includes('/')) return { because: 'it has more than one slash' };
  const mask = readIpv4(prefix, 0, prefix.length);
  const maskLength = mask < 0 ? -1 : Math.clz32(~mask);
  if (family === 4 && maskLength >= 0 && mask === 2 ** 32 - 2 ** (32 - maskLength)) {
    return nearest(maskLength, `it has a netmask instead of a prefix length`);
  }
  return {
    because: `the prefix length is ${JSON.stringify(written)}, and it is a whole number from 0 to ${bits}`,
  };
}
