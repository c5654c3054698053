import { Address } from '../../addressing/address';
import { AddressSet } from '../../addressing/address-set';
import { Cidr } from '../../addressing/cidr';
import type { InterfaceAddress } from '../../topology/endpoint';
import { publicIpv4, publicIpv6 } from '../public-addresses';

export const families = [4, 6] as const;

/** The addresses at which a machine speaks with itself. */
export const loopbacks = [Address.parse('127.0.0.1'), Address.parse('::1')];

export const publicAddresses = publicIpv4.union(publicIpv6);

/** Addresses of private networks: what a LAN may have. @see https://www.rfc-editor.org/rfc/rfc1918 */
export const privateBlocks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'].map((text) =>
  Cidr.parse(text),
);

/** The block that is one address. */
export function hostBlock(address: Address): Cidr {
  return Cidr.of(address, address.family === 4 ? 32 : 128);
}

export function isLoopback(address: Address): boolean {
  return Cidr.parse('127.0.0.0/8').contains(address) || loopbacks.some((one) => one.equals(address));
}

export function certainAddress(address: Address): InterfaceAddress {
  return { family: address.family, possible: AddressSet.of(address), unknown: undefined };
}

export function distinctAddresses(addresses: readonly Address[]): readonly Address[] {
  return [...new Map(addresses.map((address) => [address.toString(), address])).values()];
}
