import { NetproofError } from './netproof-error';
import { PortSet } from './port-set';
import { quote } from './quote';

/**
 * Types and codes of ICMP as a set of the numbers type * 256 + code, 0 to 65535. As many as there are ports, and so
 * one kind of set serves both.
 */
export type TypeSet = PortSet;

/** Types and codes from the first to the last given, each 0 to 255; every code when `code` is left out. */
export function icmpTypes(
  type: number,
  toType: number = type,
  code?: number,
  toCode: number | undefined = code,
): TypeSet {
  for (const part of [type, toType, code ?? 0, toCode ?? 255]) {
    if (!Number.isInteger(part) || part < 0 || part > 255) {
      throw new NetproofError(
        'InvalidTraffic',
        `${quote(part)} is not an ICMP type or code: both are whole numbers from 0 to 255.`,
      );
    }
  }
  return PortSet.range(type * 256 + (code ?? 0), toType * 256 + (toCode ?? 255));
}

/**
 * What ping sends, by protocol: the type differs between the two, the code is 0 in both.
 * @see https://www.iana.org/assignments/icmp-parameters
 * @see https://www.iana.org/assignments/icmpv6-parameters
 */
export const echoRequest = { icmp: icmpTypes(8, 8, 0), icmpv6: icmpTypes(128, 128, 0) } as const;
