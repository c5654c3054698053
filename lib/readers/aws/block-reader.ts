import { Address, type Family } from '../../addressing/address';
import { AddressSet } from '../../addressing/address-set';
import { Cidr } from '../../addressing/cidr';
import { NetproofError } from '../../addressing/netproof-error';
import { type Bounds, between, exactly } from '../../topology/bounds';
import type { Remote } from '../../topology/filter';
import { type Unknown, unknown, type Value } from '../../topology/value';
import type { Attributes } from '../attributes';
import type { Estate } from './estate';

/** A block; `unknown` is set when it stands in for one that only apply tells. */
export interface ReadBlock {
  readonly block: Cidr;
  readonly unknown: Unknown | undefined;
}

/**
 * Reads blocks where only apply tells some of them (an IPv6 block that Amazon picks, an IPAM pool's). Such a block
 * gets a stand-in out of a range that nobody has, so that what is known of it (that it is the VPC's, which subnet
 * has which part) is told apart without its digits. Whether a block that somebody wrote holds the real one cannot be
 * told: rules with such blocks match the stand-in in some worlds and not in others.
 */
export class BlockReader {
  private readonly estate: Estate;
  /** Stand-ins and parts of them, by the addresses of the attributes that hold them. */
  private readonly standIns = new Map<string, ReadBlock>();
  private readonly whole: ReadBlock[] = [];
  private readonly pins = new Map<string, string>();

  constructor(estate: Estate) {
    this.estate = estate;
  }

  /** The block that an attribute holds. An unknown is one that cannot be placed, undefined that none is given. */
  block(at: Attributes, attribute: string): ReadBlock | Unknown | undefined {
    const standIn = this.standInFor(at.written(attribute), at);
    if (standIn !== undefined) return standIn;
    const scalar = at.scalar(attribute);
    if (scalar === undefined || typeof scalar === 'object') return scalar ?? undefined;
    return { block: readBlock(String(scalar), at, attribute), unknown: undefined };
  }

  /** As `block`, with a stand-in of its own when only apply tells. */
  blockOrStandIn(at: Attributes, attribute: string, family: Family): ReadBlock | undefined {
    const read = this.block(at, attribute);
    if (read === undefined || 'block' in read) return read;
    return this.standIn(family, read, [
      at.key(attribute),
      ...(bareName(read) === undefined ? [] : [read.key]),
    ]);
  }

  /** A stand-in for the block that an attribute will hold although nobody wrote it. */
  computed(at: Attributes, attribute: string, family: Family): ReadBlock {
    const read = this.block(at, attribute);
    if (read !== undefined && 'block' in read) return read;
    const key = at.key(attribute);
    return this.standIn(family, unknown(key, `\${${key}}`), [key]);
  }

  /** Names a block that is (part of) a stand-in, so that references to the attribute find it. */
  name(key: string, block: ReadBlock): void {
    if (block.unknown !== undefined) this.standIns.set(key, block);
  }

  /** The other ends that a rule names by blocks and by addresses of resources. */
  remote(at: Attributes, attributes: readonly string[]): Remote {
    let addresses = exactly(AddressSet.empty);
    const members: string[] = [];
    for (const attribute of attributes) {
      const { items, unknowns } = at.items(attribute);
      const family = attribute.includes('ipv6') ? 6 : 4;
      if (unknowns.length > 0) {
        addresses = unite(addresses, between(AddressSet.empty, AddressSet.everything(family), unknowns));
      }
      for (const item of items) {
        const pin = this.pinFor(item);
        if (pin !== undefined) members.push(pin);
        else addresses = unite(addresses, this.addresses(item, at, attribute, family));
      }
    }
    return { addresses, members: exactly(members) };
  }

  /** The addresses of a written block, or of one of several, or of one that only apply tells. */
  addresses(value: Value, at: Attributes, attribute: string, family: Family): Bounds<AddressSet> {
    if (value.kind === 'one-of') {
      const options = value.options.map((option) => this.addresses(option, at, attribute, family));
      const least = options.map((one) => one.least).reduce((a, b) => a.intersect(b), AddressSet.everything());
      const most = options.map((one) => one.most).reduce((a, b) => a.union(b), AddressSet.empty);
      return between(least, most, [at.unknownOf(attribute, value)]);
    }
    const standIn = this.standInFor(value, at);
    if (standIn !== undefined) return exactly(AddressSet.of(standIn.block));
    const settled = this.estate.settled(value);
    if (settled.kind === 'known') {
      if (settled.value === null) return exactly(AddressSet.empty);
      return this.literal(readBlock(String(settled.value), at, attribute));
    }
    // A plan of HCL offers everything that a block refers to; an id is no block.
    if (settled.kind === 'ref' && /^(?:id|arn)$/.test(settled.attribute)) return exactly(AddressSet.empty);
    return between(AddressSet.empty, AddressSet.everything(family), [at.unknownOf(attribute, value)]);
  }

  /** A block that somebody wrote: whether it holds what a stand-in stands for, only apply tells. */
  literal(block: Cidr): Bounds<AddressSet> {
    const written = AddressSet.of(block);
    const maybe = this.whole.filter(
      (one) => one.block.family === block.family && !block.contains(one.block) && block.prefixLength > 0,
    );
    if (maybe.length === 0) return exactly(written);
    const most = written.union(AddressSet.of(...maybe.map((one) => one.block)));
    const unknowns = new Map(maybe.flatMap((one) => (one.unknown ? [[one.unknown.key, one.unknown]] : [])));
    return between(written, most, [...unknowns.values()]);
  }

  /** Filter ids that mark an interface as the one whose address a rule names, by the id of the resource. */
  get pinned(): ReadonlyMap<string, string> {
    return this.pins;
  }

  /**
   * `${aws_instance.web.private_ip}/32` names one interface for certain, whatever its address will be: the rule then
   * matches a mark that the interface carries.
   */
  private pinFor(value: Value): string | undefined {
    if (value.kind !== 'unknown' || value.parts === undefined) return undefined;
    const [ref, rest, ...more] = value.parts;
    if (ref?.kind !== 'ref' || rest?.kind !== 'known' || more.length > 0) return undefined;
    if (ref.attribute !== 'private_ip' || rest.value !== '/32') return undefined;
    const type = this.estate.find(ref.address)?.type;
    if (type !== 'aws_instance' && type !== 'aws_network_interface') return undefined;
    const mark = `${ref.address}.private_ip`;
    this.pins.set(ref.address, mark);
    return mark;
  }

  private standIn(family: Family, cause: Unknown, keys: readonly string[]): ReadBlock {
    let read = keys.map((key) => this.standIns.get(key)).find((one) => one !== undefined);
    if (read === undefined) {
      read = { block: standInRange[family].shift(this.whole.length), unknown: cause };
      this.whole.push(read);
    }
    for (const key of keys) this.standIns.set(key, read);
    return read;
  }

  /** The stand-in that a value names, or the part of one that `cidrsubnet` takes. */
  private standInFor(value: Value, at: Attributes): ReadBlock | undefined {
    if (value.kind === 'ref') return this.standIns.get(`${value.address}.${value.attribute}`);
    if (value.kind !== 'unknown' || this.whole.length === 0) return undefined;
    const name = bareName(value);
    if (name !== undefined) {
      return this.standIns.get(name === ownName ? value.key : `${moduleOf(at.id)}${name}`);
    }
    const whole = this.standIns.get(value.key);
    const [, bits, number] = subnetCall.exec(value.text) ?? [];
    if (whole === undefined || bits === undefined || number === undefined) return undefined;
    const prefixLength = whole.block.prefixLength + Number(bits);
    const longest = whole.block.family === 4 ? 32 : 128;
    if (prefixLength > longest || BigInt(number) >> BigInt(bits) !== 0n) return undefined;
    const size = 1n << BigInt(longest - prefixLength);
    const block = Cidr.of(whole.block.network.plus(BigInt(number) * size), prefixLength);
    return { block, unknown: whole.unknown };
  }
}

/**
 * 240.0.0.0/4 is reserved and 3fff::/20 kept for documentation: no VPC has them, and ::/0 and 0.0.0.0/0 hold them.
 * @see https://www.rfc-editor.org/rfc/rfc9637
 */
const standInRange = {
  4: Cidr.of(Address.parse('240.0.0.0'), 16),
  6: Cidr.of(Address.parse('3fff::'), 56),
} as const;

const subnetCall = /^\$\{\s*cidrsubnet\(\s*[^(),]+,\s*(\d+)\s*,\s*(\d+)\s*\)\s*\}$/;

/** Stands for the name that the key of an unknown has. */
const ownName = '';

/**
 * The name that an expression consists of: `ownName` where it is the one that the key names, and undefined where it
 * is more than a name.
 */
function bareName({ key, text }: Unknown): string | undefined {
  const inner = /^\$\{\s*([\w.[\]"-]+)\s*\}$/.exec(text)?.[1];
  return inner !== undefined && (inner === key || key.endsWith(`.${inner}`)) ? ownName : inner;
}

/** Stack and module of an address, as they stand before the name of a resource: `shop:module.network.`. */
function moduleOf(id: string): string {
  return id.slice(0, Math.max(0, id.search(/(?:data\.)?aws_\w+\./)));
}

function readBlock(text: string, at: Attributes, attribute: string): Cidr {
  try {
    return text.includes('/') ? Cidr.containing(text) : hostBlock(Address.parse(text));
  } catch (error) {
    if (!NetproofError.is(error)) throw error;
    const { constructPath } = at.origin();
    const place = constructPath === undefined ? at.key(attribute) : `${constructPath}: ${at.key(attribute)}`;
    throw new NetproofError(error.code, `${place}: ${error.message}`);
  }
}

function hostBlock(address: Address): Cidr {
  return Cidr.of(address, address.family === 4 ? 32 : 128);
}

export function unite(a: Bounds<AddressSet>, b: Bounds<AddressSet>): Bounds<AddressSet> {
  const unknowns = [...a.unknowns, ...b.unknowns.filter((one) => !a.unknowns.includes(one))];
  return between(a.least.union(b.least), a.most.union(b.most), unknowns);
}
