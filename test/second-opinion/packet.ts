import type { Address } from '../../lib/addressing/address';
import { hasPorts, protocolName } from '../../lib/addressing/protocol';
import type { Traffic } from '../../lib/addressing/traffic';

/** One packet, with everything that a filter, a router or a route table can look at. */
export interface Packet {
  readonly source: Address;
  readonly destination: Address;
  /** IANA number. */
  readonly protocol: number;
  /** 0 when the protocol has no ports. */
  readonly sourcePort: number;
  /** As Traffic counts: the port; type * 256 + code of ICMP; 0 for a protocol that has neither. */
  readonly destinationPort: number;
  /**
   * Whether both addresses are still the ones that were written first, and no route has led the packet aside: only
   * then do rules that name members match it.
   */
  readonly untouched: boolean;
}

const echo: Readonly<Record<string, readonly [request: number, reply: number]>> = {
  icmp: [8, 0],
  icmpv6: [128, 129],
};

/**
 * What the receiver answers: the ends change places, an echo request becomes an echo reply. Undefined for a message
 * of ICMP that nobody answers.
 */
export function replyTo(packet: Packet): Packet | undefined {
  const turned = { ...packet, source: packet.destination, destination: packet.source };
  const types = echo[protocolName(packet.protocol) ?? ''];
  if (types === undefined) {
    return { ...turned, sourcePort: packet.destinationPort, destinationPort: packet.sourcePort };
  }
  const [request, reply] = types;
  const isRequest = packet.destinationPort >> 8 === request;
  return isRequest ? { ...turned, destinationPort: reply * 256 } : undefined;
}

/** What tells one flow from another for whoever remembers flows: protocol, both addresses, both ports. */
export function tupleOf(packet: Packet): string {
  const { source, destination, protocol, sourcePort, destinationPort } = packet;
  const ends = `${source.family}/${source.value}:${sourcePort}>${destination.value}:${destinationPort}`;
  return `${protocol} ${ends}`;
}

export function isIn(traffic: Traffic, packet: Packet): boolean {
  return traffic.ports(packet.protocol).contains(packet.destinationPort);
}

export function carriesPorts(packet: Packet): boolean {
  return hasPorts(packet.protocol);
}

/** `tcp 10.0.0.4:40000 > 10.0.0.20:443`. */
export function printPacket(packet: Packet): string {
  const name = protocolName(packet.protocol) ?? `protocol ${packet.protocol}`;
  const [source, destination] = [packet.source.toString(), packet.destination.toString()];
  if (carriesPorts(packet))
    return `${name} ${source}:${packet.sourcePort} > ${destination}:${packet.destinationPort}`;
  const message =
    name in echo ? ` type ${packet.destinationPort >> 8} code ${packet.destinationPort & 255}` : '';
  return `${name}${message} ${source} > ${destination}`;
}
