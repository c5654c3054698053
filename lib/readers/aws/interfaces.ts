import { Address } from '../../addressing/address';
import { AddressSet } from '../../addressing/address-set';
import type { Family } from '../../addressing/address';
import type { Bounds } from '../../topology/bounds';
import type { InterfaceAddress } from '../../topology/endpoint';
import type { Origin } from '../../topology/origin';
import type { GivenInterface } from '../../topology/topology-builder';
import { unknown, type Unknown, type Value } from '../../topology/value';
import { type Attributes, isUnknown } from '../attributes';
import type { Estate } from './estate';
import type { Subnet } from './subnet';

/** A network interface of AWS on its way into the topology. */
export interface NetworkInterface {
  readonly id: string;
  readonly subnet: Subnet;
  readonly addresses: readonly InterfaceAddress[];
  readonly filters: Bounds<readonly string[]>;
  readonly forwards: boolean | Unknown;
  /** Whether AWS gives its first IPv4 address a public one; Elastic IPs aside. */
  readonly mapped: boolean | Unknown;
  /** What would tell the public address. */
  readonly publicKey: string;
  readonly publicAddress?: Address | undefined;
  /** Whether something is there that takes the packets: a route to an interface of no instance leads nowhere. */
  readonly inUse: boolean;
  readonly origin: Origin;
}

/** How the addresses of an interface are written, by the kind of resource. */
export interface AddressAttributes {
  /** Attributes that list or hold private IPv4 addresses, the first one first. */
  readonly ipv4: readonly string[];
  readonly ipv6?: readonly string[];
  /** Attribute with the number of IPv6 addresses that AWS picks. */
  readonly ipv6Count?: string;
  /** The attribute that would tell the first IPv4 address, for the key of an unknown. */
  readonly key: string;
}

/** All network interfaces of an input, and what names them. */
export class Interfaces {
  private readonly estate: Estate;
  private readonly interfaces = new Map<string, NetworkInterface>();
  /** By the id of a resource that stands for the interface: an instance for its first one. */
  private readonly byName = new Map<string, NetworkInterface>();
  private readonly taken = new Map<string, AddressSet>();
  private readonly free = new Map<string, AddressSet>();

  constructor(estate: Estate) {
    this.estate = estate;
  }

  all(): Iterable<NetworkInterface> {
    return this.interfaces.values();
  }

  add(one: NetworkInterface, ...names: readonly string[]): NetworkInterface {
    this.interfaces.set(one.id, one);
    for (const name of names) if (!this.byName.has(name)) this.byName.set(name, one);
    return one;
  }

  get(idOrName: string): NetworkInterface | undefined {
    return this.interfaces.get(idOrName) ?? this.byName.get(idOrName);
  }

  /** Notes addresses that somebody has, so that nobody else is thought to have them. */
  take(subnet: string, addresses: AddressSet): void {
    this.taken.set(subnet, (this.taken.get(subnet) ?? AddressSet.empty).union(addresses));
  }

  /**
   * Addresses of an interface in a subnet. One that only apply tells is any that AWS hands out there and that no
   * other interface is given.
   */
  addresses(at: Attributes, names: AddressAttributes, subnet: Subnet): readonly InterfaceAddress[] {
    const ipv4 = distinct(names.ipv4.flatMap((name) => this.written(at, name, 4, subnet)));
    const ipv6 = distinct((names.ipv6 ?? []).flatMap((name) => this.written(at, name, 6, subnet)));
    if (ipv4.length === 0 && subnet.families.includes(4)) {
      const key = at.key(names.key);
      ipv4.push(this.any(4, subnet, unknown(key, `any address of ${subnet.name}`)));
    }
    if (ipv6.length === 0 && subnet.families.includes(6) && this.hasIpv6(at, names, subnet)) {
      const key = at.key(`${names.ipv6?.[0] ?? 'ipv6_addresses'}[0]`);
      ipv6.push(this.any(6, subnet, unknown(key, `any address of ${subnet.name}`)));
    }
    return [...ipv4, ...ipv6];
  }

  /** Any address of a family that AWS hands out in a subnet. */
  any(family: Family, subnet: Subnet, cause: Unknown): InterfaceAddress {
    const key = `${family} ${subnet.id}`;
    let possible = this.free.get(key);
    if (possible === undefined) {
      possible = subnet.placeable.inFamily(family).subtract(this.taken.get(subnet.id) ?? AddressSet.empty);
      this.free.set(key, possible);
    }
    return { family, possible, unknown: cause };
  }

  private written(at: Attributes, name: string, family: Family, subnet: Subnet): InterfaceAddress[] {
    const { items } = at.items(name);
    return items.map((item, index) => {
      const address = this.literal(item);
      if (address !== undefined) return { family, possible: AddressSet.of(address), unknown: undefined };
      const cause = isUnknown(item)
        ? item
        : unknown(`${at.key(name)}[${index}]`, at.unknownOf(name, item).text);
      return this.any(family, subnet, cause);
    });
  }

  /** The address that a value is, when it is known. */
  literal(value: Value): Address | undefined {
    const settled = this.estate.settled(value);
    if (settled.kind !== 'known' || typeof settled.value !== 'string' || settled.value === '')
      return undefined;
    return Address.parse(settled.value);
  }

  private hasIpv6(at: Attributes, names: AddressAttributes, subnet: Subnet): boolean {
    const count = names.ipv6Count === undefined ? undefined : at.number(names.ipv6Count);
    if (count !== undefined) return isUnknown(count) || count > 0;
    return subnet.assignsIpv6 !== false;
  }
}

/** Addresses that a state lists under several names count once. */
function distinct(addresses: readonly InterfaceAddress[]): InterfaceAddress[] {
  return [
    ...new Map(
      addresses.map((one, index) => [one.unknown === undefined ? String(one.possible) : index, one]),
    ).values(),
  ];
}

/** The interface as the topology has it. */
export function givenInterface(one: NetworkInterface): GivenInterface {
  const { id, addresses, filters, forwards, origin } = one;
  return { id, segment: one.subnet.id, addresses, filters, forwards: forwards !== false, origin };
}
