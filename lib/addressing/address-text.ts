/**
 * Reading and printing addresses as text. Reading works on character codes and answers a plain "no" for a text
 * that is no address: documents hold many thousands of blocks. Why a text is no address is told by address-fault.ts,
 * which only runs when an error is about to be thrown.
 */

const colon = 58;
const dot = 46;

/** The 32 bits that `text` from `start` up to `end` writes in dotted decimal, or -1. Octets take no leading zero. */
export function readIpv4(text: string, start: number, end: number): number {
  let value = 0;
  let octets = 0;
  let octet = -1;
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code === dot) {
      if (octet < 0 || octets === 3) return -1;
      value = value * 256 + octet;
      octets++;
      octet = -1;
      continue;
    }
    const digit = code - 48;
    // octet is 0 only after a first digit 0: one more digit would make that a leading zero.
    if (digit < 0 || digit > 9 || octet === 0) return -1;
    octet = octet < 0 ? digit : octet * 10 + digit;
    if (octet > 255) return -1;
  }
  return octets === 3 && octet >= 0 ? value * 256 + octet : -1;
}

/**
 * The 128 bits that `text` from `start` up to `end` writes, or undefined. All three forms of RFC 4291 section 2.2:
 * eight groups, `::` for one or more groups of zeros, and a dotted decimal tail. No zone id.
 * @see https://www.rfc-editor.org/rfc/rfc4291#section-2.2
 */
export function readIpv6(text: string, start: number, end: number): bigint | undefined {
  const groups: number[] = [];
  let gap = -1;
  let i = start;
  if (text.charCodeAt(i) === colon) {
    if (end - start < 2 || text.charCodeAt(i + 1) !== colon) return undefined;
    gap = 0;
    i += 2;
  }
  while (i < end) {
    let group = 0;
    let j = i;
    for (; j < end; j++) {
      const digit = hexDigit(text.charCodeAt(j));
      if (digit < 0) break;
      group = group * 16 + digit;
    }
    if (j === i || j - i > 4) return undefined;
    if (j < end && text.charCodeAt(j) === dot) {
      const tail = readIpv4(text, i, end);
      if (tail < 0) return undefined;
      groups.push(tail >>> 16, tail & 0xffff);
      break;
    }
    groups.push(group);
    if (groups.length > 8) return undefined;
    i = j;
    if (i === end) break;
    if (text.charCodeAt(i) !== colon || ++i === end) return undefined;
    if (text.charCodeAt(i) === colon) {
      if (gap >= 0) return undefined;
      gap = groups.length;
      i++;
    }
  }
  if (gap < 0 ? groups.length !== 8 : groups.length > 7) return undefined;
  const words = [0, 0, 0, 0];
  const skipped = 8 - groups.length;
  for (let k = 0; k < groups.length; k++) {
    const place = gap >= 0 && k >= gap ? k + skipped : k;
    words[place >> 1]! += place % 2 === 0 ? groups[k]! * 65536 : groups[k]!;
  }
  const [a, b, c, d] = words as [number, number, number, number];
  return (BigInt(a) << 96n) | (BigInt(b) << 64n) | (BigInt(c) << 32n) | BigInt(d);
}

/** 32 bits in dotted decimal. */
export function printIpv4(value: bigint): string {
  const bits = Number(value);
  return `${bits >>> 24}.${(bits >>> 16) & 255}.${(bits >>> 8) & 255}.${bits & 255}`;
}

/**
 * 128 bits in the one canonical text of RFC 5952: lower case, no leading zeros, `::` for the first longest run of
 * two or more zero groups, and a dotted tail for IPv4-mapped addresses (`::ffff:10.0.0.1`, section 5).
 * @see https://www.rfc-editor.org/rfc/rfc5952#section-4
 */
export function printIpv6(value: bigint): string {
  if (value >> 32n === 0xffffn) return `::ffff:${printIpv4(value & 0xffff_ffffn)}`;
  const hex = value.toString(16).padStart(32, '0');
  const groups: number[] = [];
  for (let i = 0; i < 32; i += 4) groups.push(parseInt(hex.slice(i, i + 4), 16));
  let gap = -1;
  let gapLength = 1;
  for (let i = 0; i < 8; i++) {
    let length = 0;
    while (groups[i + length] === 0) length++;
    if (length > gapLength) [gap, gapLength] = [i, length];
    i += length;
  }
  const print = (some: number[]) => some.map((group) => group.toString(16)).join(':');
  return gap < 0 ? print(groups) : `${print(groups.slice(0, gap))}::${print(groups.slice(gap + gapLength))}`;
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = (code | 32) - 87;
  return letter >= 10 && letter <= 15 ? letter : -1;
}
