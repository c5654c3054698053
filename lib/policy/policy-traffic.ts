import { NetproofError } from '../addressing/netproof-error';
import { Traffic } from '../addressing/traffic';

/** What a port may be called. */
export const namedPort = /^[A-Za-z][A-Za-z0-9-]*$/;

/** Words of traffic, which no port can be called. */
export const trafficWords: ReadonlySet<string> = new Set([
  'tcp',
  'udp',
  'sctp',
  'icmp',
  'icmpv6',
  'all',
  'protocol',
  'any',
]);

const pieces = (text: string): readonly string[] => text.split(',').map((piece) => piece.trim());

const isName = (piece: string): boolean => namedPort.test(piece) && !trafficWords.has(piece);

/** Names of ports that a text of traffic uses. */
export const portNames = (on: string): readonly string[] => pieces(on).filter(isName);

/** What is wrong with traffic that may name ports; the names themselves are looked up by network. */
export function portFault(on: string): string | undefined {
  for (const piece of pieces(on)) {
    const fault = isName(piece) ? undefined : unnamedTraffic(piece);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** What is wrong with traffic that names no ports. */
export function unnamedTraffic(text: string): string | undefined {
  try {
    Traffic.parse(text);
    return undefined;
  } catch (error) {
    if (!NetproofError.is(error)) throw error;
    return error.message;
  }
}

/**
 * The traffic of a rule, its ports by their names. Where something is permitted or denied, `all` is every protocol
 * there is; where it must pass it is TCP, UDP and ping, which can be tried.
 */
export function trafficOf(
  on: string | undefined,
  ports: ReadonlyMap<string, Traffic>,
  kind: 'allow' | 'permit' | 'deny',
): Traffic {
  if (on === undefined) return Traffic.everything;
  return Traffic.from(
    pieces(on).map((piece) => {
      if (piece === 'all' && kind !== 'allow') return Traffic.everything;
      return isName(piece) ? ports.get(piece)! : Traffic.parse(piece);
    }),
  );
}
