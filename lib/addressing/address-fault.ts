import { readIpv4, readIpv6 } from './address-text';
import { quote } from './quote';

/** Why a text is not an address or a block. */
export interface Fault {
  /** The part that is wrong, as the end of "... is not an address: ". */
  readonly because: string;
  /** The nearest text that is right, where one can be named without guessing at the meaning. */
  readonly nearest?: string;
}

/** The message for a value that was to be an address. */
export function notAnAddress(value: unknown, fault: Fault): string {
  const wayOut = fault.nearest === undefined ? '' : ` The nearest address is "${fault.nearest}".`;
  return `${quote(value)} is not an address: ${fault.because}.${wayOut}`;
}

/** The message for a value that was to be a block. */
export function notABlock(value: unknown, fault: Fault): string {
  const wayOut = fault.nearest === undefined ? '' : ` The nearest block is "${fault.nearest}".`;
  return `${quote(value)} is not a block: ${fault.because}.${wayOut}`;
}

/**
 * What keeps a value from being looked at as an address at all: not a text, empty, or made by a template before its
 * values were known. `example` is what would be right in its place.
 */
export function textFault(value: unknown, example: string): Fault | undefined {
  if (typeof value === 'number' && /e\+/.test(String(value))) {
    return {
      because: `it is a number token, whose value is known only at deploy time; give a text such as "${example}"`,
    };
  }
  if (typeof value !== 'string') return { because: `it is not a text; give one such as "${example}"` };
  if (value === '') return { because: `it is empty; give a text such as "${example}"` };
  if (value.includes('TfToken[')) {
    return {
      because: `it holds an unresolved token, whose value is known only at deploy time; give a literal such as "${example}"`,
    };
  }
  const numberToken = /-?\d+(?:\.\d+)?e\+\d+/i.exec(value);
  if (numberToken !== null) {
    return {
      because: `a number token was put into text; use a string token (the number token is ${numberToken[0]})`,
    };
  }
  if (value.includes('${')) {
    return {
      because: `it holds a Terraform expression, whose value is known only at deploy time; give a literal such as "${example}"`,
    };
  }
  return undefined;
}

/** Why a value is not an address; only asked for values that are none. */
export function addressFault(value: unknown): Fault {
  const fault = textFault(value, '10.0.0.1');
  if (fault !== undefined) return fault;
  const text = value as string;
  const slash = text.indexOf('/');
  if (slash >= 0) {
    const nearest = nearestAddress(text.slice(0, slash));
    return withNearest('it has a prefix length, as a block has', nearest);
  }
  return withNearest(addressPartFault(text).because, nearestAddress(text));
}

/** Why the part of a block before its slash is not an address, with the nearest one. */
export function addressPartFault(text: string): Fault {
  const nearest = nearestAddress(text);
  return withNearest(shapeFault(text) ?? (isIpv6Like(text) ? ipv6Fault(text) : ipv4Fault(text)), nearest);
}

/** The text itself when it is an address, else the address it was most likely meant to be. */
export function nearestAddress(text: string): string | undefined {
  const bare = text
    .replace(/\s+/g, '')
    .replace(/%.*$/, '')
    .replace(/^\[(.*)\](?::\d+)?$/, '$1')
    .replace(/^([\d.]+):\d+$/, '$1');
  if (isAddress(bare)) return bare;
  if (isIpv6Like(bare)) {
    const tail = bare.lastIndexOf(':') + 1;
    const mended = bare
      .slice(0, tail)
      .replace(/\b0+(?=[0-9a-f]{4}\b)/gi, '')
      .concat(
        bare.includes('.', tail)
          ? (nearestIpv4(bare.slice(tail)) ?? '')
          : bare.slice(tail).replace(/^0+(?=[0-9a-f]{4}$)/i, ''),
      );
    return isAddress(mended) ? mended : undefined;
  }
  return nearestIpv4(bare);
}

function nearestIpv4(text: string): string | undefined {
  const octets = text.split('.').map(nearestOctet);
  if (octets.includes(undefined) || octets.length > 4) return undefined;
  // An octet beyond 255 is only clearly an octet when there are four of them.
  if (octets.length < 4 && text.split('.').some((octet) => nearestOctet(octet) !== octet)) return undefined;
  while (octets.length < 4) octets.push('0');
  return octets.join('.');
}

function nearestOctet(text: string): string | undefined {
  if (!/^(?:\d+|0x[0-9a-f]+)$/i.test(text)) return undefined;
  return String(Math.min(255, Number(text)));
}

function withNearest(because: string, nearest: string | undefined): Fault {
  return nearest === undefined ? { because } : { because, nearest };
}

function isAddress(text: string): boolean {
  return readIpv4(text, 0, text.length) >= 0 || readIpv6(text, 0, text.length) !== undefined;
}

function isIpv6Like(text: string): boolean {
  return text.includes(':');
}

/** Faults that concern the whole text, whatever its family. */
function shapeFault(text: string): string | undefined {
  if (text === '') return 'the address is missing';
  if (/\s/.test(text)) return 'it holds white space';
  if (/^\[.*\]/.test(text)) return 'brackets belong to URLs';
  if (text.includes('%'))
    return `the zone id ${quote(text.slice(text.indexOf('%')))} belongs to one machine's interfaces`;
  if (/^[\d.]+:\d+$/.test(text) && text.includes('.')) return 'it has a port';
  if (!/[.:]/.test(text) && !/^\d+$/.test(text)) return 'addresses are written like 10.0.0.1 or 2001:db8::1';
  return undefined;
}

function ipv4Fault(text: string): string {
  const octets = text.split('.');
  for (const [index, octet] of octets.entries()) {
    const because = octetFault(octet);
    if (because !== undefined) return `octet ${index + 1} ${because}`;
  }
  return `an IPv4 address has 4 octets, and this one has ${octets.length}`;
}

function octetFault(octet: string): string | undefined {
  if (octet === '') return 'is empty';
  if (/^0x[0-9a-f]*$/i.test(octet)) return `is ${quote(octet)}, and octets are decimal`;
  if (!/^[0-9]+$/.test(octet)) return `is ${quote(octet)}, and an octet is made of digits only`;
  if (/^0./.test(octet)) return `is ${quote(octet)}: with a leading zero some programs read it as octal`;
  return Number(octet) > 255 ? `is ${octet}, and an octet goes up to 255` : undefined;
}

function ipv6Fault(text: string): string {
  if (text.includes(':::')) return '":::" is one colon too many';
  if (text.split('::').length > 2) return '"::" may stand only once';
  if (/^:[^:]/.test(text) || text === ':') return 'it begins with a single colon';
  if (/[^:]:$/.test(text)) return 'it ends with a single colon';
  const groups = text.split(':').filter((group) => group !== '');
  const last = groups.length - 1;
  for (const [index, group] of groups.entries()) {
    if (group.includes('.')) {
      if (index < last || text.endsWith(':'))
        return `the dotted part ${quote(group)} may only stand at the end`;
      if (readIpv4(group, 0, group.length) < 0)
        return `its dotted part ${quote(group)} is wrong: ${ipv4Fault(group)}`;
    } else if (!/^[0-9a-f]+$/i.test(group)) {
      return `group ${index + 1} is ${quote(group)}, and a group is made of hexadecimal digits only`;
    } else if (group.length > 4)
      return `group ${index + 1} is ${quote(group)}, and a group has at most 4 digits`;
  }
  const count = groups.length + (groups[last]?.includes('.') === true ? 1 : 0);
  return text.includes('::')
    ? `"::" stands for at least one group of 8, and ${count} are written out`
    : `an IPv6 address has 8 groups, and this one has ${count}`;
}
