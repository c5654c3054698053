import { textFault } from './address-fault';
import { echoRequest, icmpTypes } from './icmp-type';
import { NetproofError } from './netproof-error';
import { PortSet, printRange } from './port-set';
import { hasPorts, hasTypes, protocolName, protocolNames, protocolNumber } from './protocol';
import { quote } from './quote';

/** What a Traffic holds of one protocol; never empty. */
export interface TrafficPart {
  readonly protocol: number;
  /** Destination ports; types and codes (see icmp-type.ts) for ICMP; all for a protocol that has neither. */
  readonly ports: PortSet;
}

/** The ports that `tcp` without a number means: 0 is reserved and nothing listens there. */
const realPorts = PortSet.range(1, 65535);

const words: Readonly<Record<string, readonly TrafficPart[]>> = {
  tcp: [part('tcp', realPorts)],
  udp: [part('udp', realPorts)],
  sctp: [part('sctp', realPorts)],
  icmp: [part('icmp', echoRequest.icmp), part('icmpv6', echoRequest.icmpv6)],
  all: [
    part('tcp', realPorts),
    part('udp', realPorts),
    part('icmp', echoRequest.icmp),
    part('icmpv6', echoRequest.icmpv6),
  ],
  'any protocol': protocols(0, 255),
};

/** Reads a comma-separated list in the notation that Traffic documents; parts may repeat a protocol. */
export function readTraffic(text: string): readonly TrafficPart[] {
  const fault = textFault(text, 'tcp/5432');
  if (fault !== undefined) throw invalid(`${quote(text)} is not traffic: ${fault.because}.`);
  return text.split(',').flatMap((piece) => {
    const item = piece.trim();
    const parts = readItem(item);
    if (parts !== undefined) return parts;
    const where = item === text ? '' : ` (in ${quote(text)})`;
    const mended = mend(item);
    const wayOut = mended === undefined ? '' : ` Write "${mended}".`;
    throw invalid(`${quote(item)} is not traffic${where}: ${itemFault(item)}.${wayOut}`);
  });
}

/** The text that `readTraffic` reads back; parts are sorted by protocol, one per protocol. */
export function printTraffic(parts: readonly TrafficPart[]): string {
  if (parts.length === 0) return 'nothing';
  if (parts.length === 256 && parts.every(isWhole)) return 'any protocol';
  const of = (name: 'icmp' | 'icmpv6') =>
    parts.find((one) => one.protocol === protocolNumber(name))?.ports ?? PortSet.empty;
  const isEcho = of('icmp').equals(echoRequest.icmp) && of('icmpv6').equals(echoRequest.icmpv6);
  const pieces = protocolNames.flatMap((name) => {
    const ports = parts.find((one) => protocolName(one.protocol) === name)?.ports;
    if (ports === undefined) return [];
    if (hasPorts(name))
      return ports.equals(realPorts) ? [name] : ports.ranges().map((range) => `${name}/${printRange(range)}`);
    return isEcho ? (name === 'icmp' ? [name] : []) : printTypes(ports).map((types) => `${name}/${types}`);
  });
  const nameless = parts.filter((one) => protocolName(one.protocol) === undefined).map((one) => one.protocol);
  const isAll = ['tcp', 'udp', 'icmp'].every((name) => pieces.includes(name));
  return [
    ...(isAll ? ['all', ...pieces.filter((piece) => !['tcp', 'udp', 'icmp'].includes(piece))] : pieces),
    ...PortSet.of(...nameless)
      .ranges()
      .map((range) => `protocol/${printRange(range)}`),
  ].join(', ');
}

function readItem(item: string): readonly TrafficPart[] | undefined {
  if (Object.hasOwn(words, item)) return words[item];
  const match = /^([a-z0-9]+)\/(\d+)(?:-(\d+))?(?:\/(\d+)(?:-(\d+))?)?$/.exec(item);
  if (match === null || /\b0\d/.test(item)) return undefined;
  const [, name, ...ends] = match;
  const [from, to, code, toCode] = ends.map((end) => (end === undefined ? undefined : Number(end)));
  if (from === undefined || (to ?? from) < from || (toCode ?? code ?? 0) < (code ?? 0)) return undefined;
  const last = to ?? from;
  if (name === 'protocol') return last <= 255 && code === undefined ? protocols(from, last) : undefined;
  const protocol = protocolNames.find((one) => one === name);
  if (protocol === undefined) return undefined;
  if (hasPorts(protocol)) {
    return last <= 65535 && code === undefined ? [part(protocol, PortSet.range(from, last))] : undefined;
  }
  // A code belongs to one type: a range of types has all their codes.
  if (last > 255 || (toCode ?? code ?? 0) > 255 || (code !== undefined && to !== undefined)) return undefined;
  return [part(protocol, icmpTypes(from, last, code, toCode))];
}

/** Why a piece of text is no traffic; only asked for pieces that are none. */
function itemFault(item: string): string {
  if (item === '') return 'it is empty';
  if (item === '-1' || item === '*') return "it is another tool's word for every protocol";
  if (item === 'icmpv6')
    return '"icmp" means ICMPv6 on IPv6, and a type of ICMPv6 is written like "icmpv6/128"';
  if (/^\d+(-\d+)?$/.test(item)) return 'it names no protocol';
  if (/^\d+(-\d+)?\/[a-z]+$/i.test(item)) return 'the protocol comes first';
  const [name = ''] = item.toLowerCase().split(/[/:\s]+/);
  const known = protocolNames.find((one) => one === name);
  if (known === undefined && name !== 'protocol') {
    return `${quote(name)} is no protocol known by name; those are ${protocolNames.join(', ')}, and others are written like "protocol/47"`;
  }
  if (name !== item.slice(0, name.length)) return 'protocols are written in lower case';
  const numbers = item.slice(name.length + 1);
  if (!item.startsWith(`${name}/`) || !/^\d+(-\d+)?(\/\d+(-\d+)?)?$/.test(numbers)) {
    return `after the protocol it takes a slash and a number, or two joined by "-"`;
  }
  if (/\b0\d/.test(numbers)) return 'numbers are written without leading zeros';
  const backwards = /(\d+)-(\d+)/g;
  for (const [, from, to] of numbers.matchAll(backwards)) {
    if (Number(from) > Number(to)) return `${from} to ${to} is the wrong way round`;
  }
  if (known !== undefined && hasTypes(known)) {
    return /-\d+\//.test(numbers) ? 'codes belong to one type' : 'ICMP types and codes go from 0 to 255';
  }
  if (numbers.includes('/')) return `${name} takes one number or range`;
  return known === undefined ? 'protocols go from 0 to 255' : 'ports go from 0 to 65535';
}

/** What a piece of text was most likely meant to be, or undefined. */
function mend(item: string): string | undefined {
  const guess = item
    .toLowerCase()
    .replace(/^(-1|\*)$/, 'any protocol')
    .replace(/^icmpv6$/, 'icmp')
    .replace(/^(\d+(?:-\d+)?)$/, 'tcp/$1')
    .replace(/^(\d+(?:-\d+)?)\/([a-z]+)$/, '$2/$1')
    .replace(/^([a-z]+[a-z0-9]*)(?:\s*[:/]\s*|\s+)(?=\d)/, '$1/')
    .replace(/\s*-\s*/g, '-')
    .replace(/\b0+(?=\d)/g, '')
    .replace(/(\d+)-(\d+)/g, (range, from: string, to: string) =>
      Number(from) > Number(to) ? `${to}-${from}` : range,
    );
  return readItem(guess) === undefined ? undefined : guess;
}

/** `8`, `8-10`, `3/4`, `3/1-4`: types with all their codes, and codes of one type. */
function printTypes(types: PortSet): string[] {
  return types.ranges().flatMap(({ from, to }) => {
    const pieces: string[] = [];
    for (let next = from; next <= to;) {
      const type = next >> 8;
      const code = next & 255;
      const wholeTypes = code === 0 ? ((to + 1) >> 8) - type : 0;
      if (wholeTypes > 0) {
        pieces.push(printRange({ from: type, to: type + wholeTypes - 1 }));
        next = (type + wholeTypes) << 8;
      } else {
        const lastCode = to >> 8 === type ? to & 255 : 255;
        pieces.push(`${type}/${printRange({ from: code, to: lastCode })}`);
        next = (type << 8) + lastCode + 1;
      }
    }
    return pieces;
  });
}

function isWhole({ ports }: TrafficPart): boolean {
  return ports.contains(PortSet.all);
}

function part(protocol: Parameters<typeof protocolNumber>[0], ports: PortSet): TrafficPart {
  return { protocol: protocolNumber(protocol), ports };
}

function protocols(from: number, to: number): TrafficPart[] {
  return Array.from({ length: to - from + 1 }, (_, index) => part(from + index, PortSet.all));
}

function invalid(message: string): NetproofError {
  return new NetproofError('InvalidTraffic', message);
}
