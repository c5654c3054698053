import type { AddressSet } from '../addressing/address-set';
import type { PortSet } from '../addressing/port-set';
import { Traffic } from '../addressing/traffic';
import { Distinct } from './distinct';

// Texts for telling equal values, made for tens of thousands of rules: cheaper than those for people.

export const distinctTraffic = (): Distinct<Traffic> =>
  new Distinct((traffic) => {
    if (traffic === Traffic.everything) return 'everything';
    let key = '';
    for (const protocol of traffic.protocols()) key += `${protocol}:${portsKey(traffic.ports(protocol))};`;
    return key;
  });

export const distinctPorts = (): Distinct<PortSet> => new Distinct(portsKey);

export const distinctAddresses = (): Distinct<AddressSet> =>
  new Distinct((set) => {
    let key = '';
    for (const { first, last } of set.ranges()) {
      // Numbers print faster than big integers; IPv6 has other lengths, and is marked besides.
      key +=
        first.family === 4
          ? `${Number(first.value)}-${Number(last.value)};`
          : `${first.value.toString(16)}_${last.value.toString(16)};`;
    }
    return key;
  });

function portsKey(ports: PortSet): string {
  let key = '';
  for (const { from, to } of ports.ranges()) key += `${from}-${to},`;
  return key;
}
