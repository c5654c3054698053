import { Address } from '../../lib/addressing/address';
import { AddressSet } from '../../lib/addressing/address-set';
import { Cidr } from '../../lib/addressing/cidr';
import { PortSet } from '../../lib/addressing/port-set';
import { Traffic } from '../../lib/addressing/traffic';
import { ordinaryClientPorts, translatorPorts } from '../../lib/topology/client-ports';

/**
 * What random networks are made of: few values, so that rules, routes and questions meet often. What lets most
 * through comes more than once, and first where it is the simplest.
 */
export function pick<T>(options: readonly T[], number: number): T {
  return options[number % options.length]!;
}

const traffic = (...texts: readonly string[]) => texts.map((text) => Traffic.parse(text));

export const ruleTraffic: readonly Traffic[] = [
  Traffic.everything,
  Traffic.everything,
  ...traffic('tcp', 'tcp/443', 'tcp/80-443', 'tcp/1024-65535', 'tcp/32768-60999', 'tcp/40000-65535'),
  ...traffic('udp', 'udp/53, tcp/443', 'icmp', 'all', 'icmp/0, icmpv6/129', 'protocol/47'),
];

export const askedTraffic: readonly Traffic[] = [
  ...traffic('tcp/443', 'tcp/80', 'udp/53', 'icmp', 'tcp/80-443', 'tcp/443, udp/53, icmp', 'tcp', 'all'),
  ...traffic('tcp/40000, udp/5000', 'protocol/47', 'icmp/3, icmpv6/1', 'icmp, icmp/0, icmpv6/129'),
];

export const publishedTraffic: readonly Traffic[] = traffic('tcp/443', 'tcp/80', 'udp/53', 'tcp/80-443');

/** What a stateless filter lets in of the services behind it, and back of the replies to those before it. */
export const servedTraffic: readonly Traffic[] = traffic(
  'tcp/443, udp/53, icmp',
  'tcp/80-443, icmp',
  'all',
  'tcp, udp',
);
export const replyTraffic: readonly Traffic[] = traffic(
  'tcp/1024-65535, udp/1024-65535, icmp/0, icmpv6/129',
  'tcp/32768-60999, udp/32768-60999, icmp/0/0, icmpv6/129/0',
  'tcp/1024-65535, udp/1024-65535',
  'tcp/40000-65535, udp/32768-65535, icmp/0, icmpv6/129',
);

/** What a source translation takes; undefined is everything. */
export const translatedTraffic: readonly (Traffic | undefined)[] = [
  undefined,
  ...traffic('tcp, udp, icmp', 'tcp, udp, icmp', 'tcp'),
];

/** What is denied: never everything, which would hide whatever follows. */
export const deniedTraffic: readonly Traffic[] = traffic(
  ...[
    'tcp/443',
    'udp',
    'icmp',
    'tcp/80-443',
    'tcp/40000-65535',
    'tcp/32768-49999',
    'icmp/0, icmpv6/129',
    'tcp',
  ],
);

/** Traffic of packets with ports, for rules that also look at the source port. */
export const portedTraffic: readonly Traffic[] = traffic('tcp', 'tcp, udp', 'tcp/443', 'udp/53');

export const sourcePortSets: readonly PortSet[] = [
  PortSet.range(1024, 65535),
  ordinaryClientPorts,
  PortSet.range(32768, 49999),
  PortSet.of(443),
];

export const clientPortSets: readonly PortSet[] = [
  ordinaryClientPorts,
  ordinaryClientPorts,
  translatorPorts,
  PortSet.range(40000, 50000),
];

export const pickedPortSets: readonly PortSet[] = [
  translatorPorts,
  translatorPorts,
  PortSet.range(32768, 65535),
  PortSet.range(50000, 50009),
];

export const internet = AddressSet.of(Cidr.parse('198.51.100.0/24'), Cidr.parse('203.0.113.0/24'));
export const internet6 = AddressSet.of(Cidr.parse('2001:db8::/64'));
export const lan = AddressSet.of(Cidr.parse('192.0.2.0/24'));

/** What the platform serves, when it does. */
export const platformServices = [
  {
    name: 'metadata',
    addresses: AddressSet.of(Address.parse('169.254.169.254')),
    traffic: Traffic.parse('tcp/80'),
  },
  {
    name: 'names',
    addresses: AddressSet.of(Address.parse('169.254.169.253')),
    traffic: Traffic.parse('tcp/53, udp/53'),
  },
] as const;

/** Blocks outside, for rules and routes. */
export const outsideBlocks: readonly Cidr[] = [
  '198.51.100.0/24',
  '203.0.113.0/25',
  '203.0.113.8/29',
  '192.0.2.0/24',
  '192.0.2.128/25',
  '2001:db8::/65',
].map((text) => Cidr.parse(text));
