import { Address } from '../../addressing/address';
import { AddressSet } from '../../addressing/address-set';
import { tcp, udp } from '../../addressing/traffic';
import type { Service } from '../../topology/segment';
import type { Vpc } from './vpc';

const at = (...addresses: readonly string[]) => AddressSet.from(addresses.map((text) => Address.parse(text)));

const dns = tcp(53).union(udp(53));

/**
 * What AWS serves to every interface, on addresses of its own: security groups, network ACLs and routes do not concern
 * it. The metadata service speaks IPv6 only where an instance asks for it, so only its IPv4 address is here.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/RouteTables.html#subnet-route-tables
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html
 */
const everywhere: readonly Service[] = [
  { name: 'instance metadata', addresses: at('169.254.169.254'), traffic: tcp(80) },
  { name: 'names', addresses: at('169.254.169.253', 'fd00:ec2::253'), traffic: dns },
  { name: 'time', addresses: at('169.254.169.123', 'fd00:ec2::123'), traffic: udp(123) },
];

/** The services of a VPC: those of AWS, and the resolver on the third address of its first block. */
export function servicesOf(vpc: Vpc): readonly Service[] {
  const first = vpc.blocks.find((block) => block.family === 4);
  if (first === undefined || vpc.outside !== undefined) return everywhere;
  return [...everywhere, { name: 'names', addresses: AddressSet.of(first.at(2)), traffic: dns }];
}
