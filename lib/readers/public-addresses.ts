import { AddressSet } from '../addressing/address-set';
import { Cidr } from '../addressing/cidr';

/**
 * IPv4 blocks that no route of the Internet holds: private, shared, loopback, link-local, benchmark,
 * multicast and reserved ones.
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 */
const notPublic = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/4',
  '240.0.0.0/4',
] as const;

/**
 * Public IPv4 addresses. Documentation blocks such as 203.0.113.0/24 stay in: examples and tests use them as public.
 */
export const publicIpv4 = AddressSet.everything(4).subtract(
  AddressSet.from(notPublic.map((block) => Cidr.parse(block))),
);

/** Global unicast IPv6. @see https://www.iana.org/assignments/ipv6-address-space */
export const publicIpv6 = AddressSet.of(Cidr.parse('2000::/3'));

export const publicAddresses = publicIpv4.union(publicIpv6);
