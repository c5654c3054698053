import { NetproofError } from './netproof-error';
import { quote } from './quote';

/**
 * IANA numbers of the protocols that are called by name here: those whose packets carry ports, or a type and a code.
 * All others are called by number.
 * @see https://www.iana.org/assignments/protocol-numbers
 */
const numbers = { tcp: 6, udp: 17, sctp: 132, icmp: 1, icmpv6: 58 } as const;

export type ProtocolName = keyof typeof numbers;

/** A protocol by name, or by its IANA number from 0 to 255. */
export type Protocol = ProtocolName | number;

/** All names, in the order in which traffic is printed. */
export const protocolNames = Object.keys(numbers) as readonly ProtocolName[];

const namesByNumber: ReadonlyMap<number, ProtocolName> = new Map(
  protocolNames.map((name) => [numbers[name], name]),
);

/** The IANA number of a protocol: `tcp` is 6. Throws InvalidProtocol for what is neither a name nor 0 to 255. */
export function protocolNumber(protocol: Protocol): number {
  if (typeof protocol === 'number' && Number.isInteger(protocol) && protocol >= 0 && protocol <= 255)
    return protocol;
  if (typeof protocol === 'string' && Object.hasOwn(numbers, protocol)) return numbers[protocol];
  throw new NetproofError(
    'InvalidProtocol',
    `${quote(protocol)} is not a protocol: give ${protocolNames.join(', ')}, or a number from 0 to 255.`,
  );
}

/** The name of a protocol, or undefined for one that is called by number. */
export function protocolName(protocol: Protocol): ProtocolName | undefined {
  return namesByNumber.get(protocolNumber(protocol));
}

/** Whether packets of the protocol carry ports. */
export function hasPorts(protocol: Protocol): boolean {
  const name = protocolName(protocol);
  return name === 'tcp' || name === 'udp' || name === 'sctp';
}

/** Whether packets of the protocol carry a type and a code, as ICMP does. */
export function hasTypes(protocol: Protocol): boolean {
  const name = protocolName(protocol);
  return name === 'icmp' || name === 'icmpv6';
}
