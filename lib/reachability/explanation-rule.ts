import { AddressSet } from '../addressing/address-set';
import { Traffic } from '../addressing/traffic';
import type { Rule } from '../topology/filter';
import type { Origin } from '../topology/origin';
import type { NextHop } from '../topology/route-table';
import type { Topology } from '../topology/topology';
import type { HopEnd } from './trace';

/** Pieces of a set that are written out; of more it says how many there are. */
const mostPieces = 4;

const everyPort = Traffic.parse('tcp, udp');

/** `rule 100 allows tcp/5432 from 10.0.2.0/24`; `number` is there when its author numbered it. */
export function ruleText(topology: Topology, rule: Rule, side: 'ingress' | 'egress'): string {
  const { action, number, sourcePorts } = rule;
  const named = number === undefined ? 'rule' : `rule ${number}`;
  const word = side === 'ingress' ? 'from' : 'to';
  const ports = sourcePorts === undefined ? '' : ` with source port ${sourcePorts.toString()}`;
  return `${named} ${action === 'allow' ? 'allows' : 'denies'} ${trafficOf(rule)}${ports} ${word} ${remoteText(topology, rule)}`;
}

function trafficOf({ traffic: { least, most, unknowns } }: Rule): string {
  if (least.equals(most)) return trafficText(most);
  const keys = unknowns.map(({ key }) => key).join(', ');
  return least.isEmpty()
    ? `traffic that is unknown (${keys})`
    : `${trafficText(least)} and what is unknown (${keys})`;
}

function remoteText(topology: Topology, { remote: { addresses, members } }: Rule): string {
  const pieces = [
    ...(addresses.least.isEmpty() ? [] : [addressesText(addresses.least)]),
    ...members.least.map((id) => `members of ${topology.filters.get(id)?.name ?? id}`),
  ];
  const known = addresses.least.equals(addresses.most) && members.least.length === members.most.length;
  const keys = [...addresses.unknowns, ...members.unknowns].map(({ key }) => key);
  if (!known) pieces.push(`what is unknown (${[...new Set(keys)].join(', ')})`);
  return pieces.length === 0 ? 'nobody' : listed(pieces);
}

/** Traffic in few words. */
export function trafficText(traffic: Traffic): string {
  // What one family has is missing in the other: ICMP in IPv6, and ICMPv6 in IPv4.
  if (traffic.protocols().length > 250 && traffic.contains(everyPort)) return 'any protocol';
  return listed(traffic.toString().split(', '));
}

/** `anywhere`, or its blocks and ranges, as many as a person reads. */
export function addressesText(addresses: AddressSet): string {
  const [four, six] = [4 as const, 6 as const].map((family) => addresses.inFamily(family));
  const whole = [four!.equals(AddressSet.everything(4)), six!.equals(AddressSet.everything(6))];
  if (whole[0] && whole[1]) return 'anywhere';
  const pieces = addresses.isEmpty() ? [] : addresses.toString().split(', ');
  const missing = AddressSet.everything(4).subtract(addresses);
  if (pieces.length > 2 && (whole[1] || six!.isEmpty()) && missing.ranges().length < pieces.length) {
    return `${whole[1] ? 'anywhere' : 'anywhere in IPv4'} but ${listed(missing.toString().split(', '))}`;
  }
  return pieces.length === 0 ? 'nobody' : listed(pieces);
}

/** The addresses of an end: of a segment its blocks, of a zone its name, unless it is one address or block. */
export function endText(topology: Topology, { addresses, of }: HopEnd): string {
  const segment = topology.segments.get(of);
  if (segment?.placeable.equals(addresses)) return listed(segment.blocks.map(String));
  if (addresses.ranges().length < 2) return addressesText(addresses);
  const zone = [...topology.zones.values()].find((one) => one.addresses.contains(addresses));
  if (zone === undefined) return addressesText(addresses);
  return zone.id === of ? zone.name : `an address of ${zone.name}`;
}

/** `aws_security_group.db ingress[0]`, with the construct path in front where there is one. */
export function placeText({ address, attribute, constructPath }: Origin): string {
  const at = attribute === undefined ? address : `${address} ${attribute}`;
  return constructPath === undefined ? at : `${constructPath} (${at})`;
}

/** Where a route leads. */
export function hopText(topology: Topology, hop: NextHop): string {
  switch (hop.kind) {
    case 'local':
      return 'local';
    case 'router':
      return topology.routers.get(hop.router)?.name ?? hop.router;
    case 'interface':
      return hop.interface;
    case 'drop':
      return hop.reason;
    case 'one-of':
      return hop.options.map((option) => hopText(topology, option)).join(' or ');
    case 'unknown':
      return `unknown (${hop.unknown.key})`;
  }
}

/** `a, b and 3 more`, in the order given. */
export function listed(pieces: readonly string[]): string {
  if (pieces.length <= mostPieces) return pieces.join(', ');
  return `${pieces.slice(0, mostPieces - 1).join(', ')} and ${pieces.length - mostPieces + 1} more`;
}
