import type { AddressSet } from '../addressing/address-set';
import type { PortSet } from '../addressing/port-set';
import { Traffic } from '../addressing/traffic';

/** Values numbered in the order in which they are first met; values with the same key are one. */
export class Distinct<T> {
  readonly items: T[] = [];
  private readonly keyOf: (item: T) => string | number;
  private readonly byIdentity = new Map<T, number>();
  private readonly byKey = new Map<string | number, number>();

  constructor(keyOf: (item: T) => string | number) {
    this.keyOf = keyOf;
  }

  add(item: T): number {
    let id = this.byIdentity.get(item);
    if (id !== undefined) return id;
    const key = this.keyOf(item);
    id = this.byKey.get(key);
    if (id === undefined) {
      id = this.items.push(item) - 1;
      this.byKey.set(key, id);
      // What is met often is mostly one and the same value; what is made anew each time is not kept.
      this.byIdentity.set(item, id);
    }
    return id;
  }
}

// Keys are made for tens of thousands of rules: what most rules have, one block or one range of ports, is a number.

export const distinctTraffic = (): Distinct<Traffic> =>
  new Distinct((traffic) => {
    if (traffic === Traffic.everything) return 'everything';
    const only = traffic.only();
    if (only !== undefined) {
      const places = only.ports.boundaries();
      if (places.length === 2) return (only.protocol * 65536 + places[0]!) * 65536 + places[1]! - 1;
    }
    let key = '';
    for (const protocol of traffic.protocols()) key += `${protocol}:${portsKey(traffic.ports(protocol))};`;
    return key;
  });

export const distinctPorts = (): Distinct<PortSet> => new Distinct(portsKey);

export const distinctAddresses = (): Distinct<AddressSet> =>
  new Distinct((set) => {
    const [v4, v6] = [set.boundaries(4) as readonly number[], set.boundaries(6)];
    if (v6.length === 0 && v4.length === 2) {
      const size = v4[1]! - v4[0]!;
      // The size of all of IPv4 is 0 in 32 bits, and stands as one bit fewer than none.
      if ((size & (size - 1)) === 0) return v4[0]! * 64 + 32 - Math.clz32(size);
    }
    return addressesKey(set);
  });

/** A text that equal sets have in common, cheaper than the one that people read. */
export function addressesKey(set: AddressSet): string {
  return `${set.boundaries(4).join()} ${set
    .boundaries(6)
    .map((place) => place.toString(16))
    .join()}`;
}

function portsKey(ports: PortSet): string {
  let key = '';
  for (const { from, to } of ports.ranges()) key += `${from}-${to},`;
  return key;
}
