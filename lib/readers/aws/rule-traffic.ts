import { PortSet } from '../../addressing/port-set';
import { Traffic } from '../../addressing/traffic';
import { type Bounds, between, exactly } from '../../topology/bounds';
import type { Unknown } from '../../topology/value';
import { type Attributes, isUnknown } from '../attributes';

/** Where a kind of rule writes its protocol, and where an ICMP type and code. */
export interface TrafficAttributes {
  readonly protocol: string;
  readonly icmpType: string;
  readonly icmpCode: string;
}

/** A rule of a security group writes an ICMP type where others have the first port, and the code where the last. */
export const groupTraffic: TrafficAttributes = {
  protocol: 'protocol',
  icmpType: 'from_port',
  icmpCode: 'to_port',
};

export const ruleResourceTraffic: TrafficAttributes = { ...groupTraffic, protocol: 'ip_protocol' };

export const aclTraffic: TrafficAttributes = {
  protocol: 'protocol',
  icmpType: 'icmp_type',
  icmpCode: 'icmp_code',
};

/**
 * Protocol and ports of a rule. Protocol -1 is every packet, ports aside; only tcp and udp have ports, icmp and icmpv6
 * a type and a code with -1 for any; of every other protocol a rule takes all.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html
 */
export function ruleTraffic(at: Attributes, names: TrafficAttributes): Bounds<Traffic> {
  const written = at.scalar(names.protocol);
  if (isUnknown(written)) return between(Traffic.empty, Traffic.everything, [written]);
  const protocol = protocolNumber(String(written ?? -1));
  if (protocol === undefined) {
    return between(Traffic.empty, Traffic.everything, [at.unknownOf(names.protocol)]);
  }
  if (protocol === -1) return exactly(Traffic.everything);
  if (protocol === 6 || protocol === 17) return portTraffic(at, protocol);
  if (protocol === 1 || protocol === 58) return icmpTraffic(at, protocol, names);
  return exactly(Traffic.of(protocol));
}

function portTraffic(at: Attributes, protocol: number): Bounds<Traffic> {
  const [from, to] = [at.number('from_port'), at.number('to_port')];
  const unknowns = [from, to].filter(isUnknown);
  if (unknowns.length > 0) {
    const first = isUnknown(from) ? 0 : (from ?? 0);
    const last = isUnknown(to) ? 65535 : (to ?? 65535);
    return between(Traffic.empty, Traffic.of(protocol, ports(first, last)), unknowns);
  }
  const [first, last] = [from, to] as (number | undefined)[];
  if (first === undefined && last === undefined) return exactly(Traffic.of(protocol));
  return exactly(Traffic.of(protocol, ports(first ?? last!, last ?? first!)));
}

/** Ports of a rule; a first one of -1, or none at all, means every port. */
function ports(from: number, to: number): PortSet {
  if (from < 0) return PortSet.all;
  const last = Math.min(to, 65535);
  return from > last ? PortSet.empty : PortSet.range(from, last);
}

function icmpTraffic(at: Attributes, protocol: number, names: TrafficAttributes): Bounds<Traffic> {
  const [type, code] = [at.number(names.icmpType), at.number(names.icmpCode)];
  const name = protocol === 1 ? 'icmp' : 'icmpv6';
  const unknowns: Unknown[] = [type, code].filter(isUnknown);
  const known = (value: typeof type) =>
    isUnknown(value) || value === undefined || value < 0 ? undefined : value;
  const most = Traffic.ofIcmp(name, known(type), known(type) === undefined ? undefined : known(code));
  return unknowns.length > 0 ? between(Traffic.empty, most, unknowns) : exactly(most);
}

/** -1 for all, or the IANA number; undefined for a name that AWS does not have. */
function protocolNumber(written: string): number | undefined {
  const name = written.toLowerCase();
  if (/^-?\d+$/.test(name)) return Number(name) < 0 || Number(name) > 255 ? -1 : Number(name);
  return protocols[name];
}

/** Names that the provider takes for protocols. @see https://www.iana.org/assignments/protocol-numbers */
const protocols: Readonly<Record<string, number>> = {
  all: -1,
  hopopt: 0,
  icmp: 1,
  igmp: 2,
  ggp: 3,
  ipv4: 4,
  tcp: 6,
  egp: 8,
  igp: 9,
  udp: 17,
  rdp: 27,
  dccp: 33,
  ipv6: 41,
  rsvp: 46,
  gre: 47,
  esp: 50,
  ah: 51,
  icmpv6: 58,
  'ipv6-icmp': 58,
  eigrp: 88,
  ospfigp: 89,
  ospf: 89,
  pim: 103,
  vrrp: 112,
  l2tp: 115,
  sctp: 132,
  udplite: 136,
};
