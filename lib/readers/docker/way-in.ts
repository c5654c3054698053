import { Address } from '../../addressing/address';
import { NetproofError } from '../../addressing/netproof-error';
import { Traffic } from '../../addressing/traffic';
import { PortSet } from '../../addressing/port-set';
import { unknown, type Unknown } from '../../topology/value';
import type { TerraformDocument } from '../terraform-document';

/** Address and port. */
export interface Socket {
  readonly address: Address;
  readonly port: number;
}

/** A way into the machine whose engine runs a stack, as `//.netproof.hops` records it: no Terraform resource carries it. */
export interface WayIn {
  /** Construct path of what made it. */
  readonly chain: string;
  readonly name: string;
  readonly stack: string;
  readonly protocol: 'tcp' | 'udp';
  readonly machine: { readonly name: string; readonly network: 'nat' | 'bridged'; readonly address: Address };
  /** What a browser opens. */
  readonly dial: Socket;
  /** What the hypervisor passes on; undefined where the machine itself is dialled. */
  readonly forward: { readonly at: Socket; readonly to: Socket; readonly source: Address } | undefined;
  /** Where it comes to the machine. */
  readonly arrives: Socket;
  /** Address of the container that publishes that port; undefined for a service of the machine. */
  readonly then: string | undefined;
}

/** A way that cannot be told from what is written. */
export interface UnreadableWay {
  readonly stack: string;
  readonly then: string | undefined;
  readonly unknown: Unknown;
}

/** The ways in that the stacks of a document record; several of one name and machine are as they stand there. */
export function waysInto(document: TerraformDocument): {
  readonly ways: readonly WayIn[];
  readonly unreadable: readonly UnreadableWay[];
} {
  const ways: WayIn[] = [];
  const unreadable: UnreadableWay[] = [];
  const several = document.parts !== undefined;
  for (const { netproof, stack } of document.parts ?? [document]) {
    const hops = member(netproof, 'hops');
    if (hops === undefined) continue;
    const key = `${several ? `${stack}:` : ''}//.netproof.hops`;
    const format = member(hops, 'format');
    const list = member(hops, 'ways');
    if (format !== 1 || !Array.isArray(list)) {
      const cause = unknown(
        key,
        `ways in of format ${JSON.stringify(format)}, which this version does not know`,
      );
      unreadable.push({ stack, then: undefined, unknown: cause });
      continue;
    }
    list.forEach((one: unknown, index) => {
      const then = member(one, 'then');
      const address = typeof then !== 'string' ? undefined : several ? `${stack}:${then}` : then;
      const read = readWay(one, stack, address);
      if (read !== undefined) ways.push(read);
      else {
        const cause = unknown(`${key}.ways[${index}]`, 'a way in whose addresses or ports only apply tells');
        unreadable.push({ stack, then: address, unknown: cause });
      }
    });
  }
  return { ways, unreadable };
}

/** Protocol and port at which a way is dialled, forwarded or arrives. */
export function trafficAt({ protocol }: Pick<WayIn, 'protocol'>, { port }: Socket): Traffic {
  return Traffic.of(protocol, PortSet.of(port));
}

function readWay(value: unknown, stack: string, then: string | undefined): WayIn | undefined {
  const machine = member(value, 'machine');
  const network = member(machine, 'network');
  const protocol = member(value, 'protocol');
  const address = readAddress(member(machine, 'address'));
  const arrives = readSocket(member(value, 'arrives'));
  const hops = member(value, 'hops');
  if (!Array.isArray(hops) || address === undefined || arrives === undefined) return undefined;
  if ((network !== 'nat' && network !== 'bridged') || (protocol !== 'tcp' && protocol !== 'udp'))
    return undefined;
  const hop = (kind: string): unknown => hops.find((one: unknown) => member(one, 'kind') === kind);
  const dial = readSocket(hop('dial'));
  const written = hop('forward');
  const at = readSocket(member(written, 'at'));
  const to = readSocket(member(written, 'to'));
  const source = readAddress(member(written, 'source'));
  const forward =
    at === undefined || to === undefined || source === undefined ? undefined : { at, to, source };
  if (dial === undefined || (written !== undefined && forward === undefined)) return undefined;
  return {
    chain: String(member(value, 'chain')),
    name: String(member(value, 'name')),
    stack,
    protocol,
    machine: { name: String(member(machine, 'name')), network, address },
    dial,
    forward,
    arrives,
    then,
  };
}

function readSocket(value: unknown): Socket | undefined {
  const address = readAddress(member(value, 'address'));
  const port = member(value, 'port');
  const isPort = typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= 65535;
  return address === undefined || !isPort ? undefined : { address, port };
}

function readAddress(value: unknown): Address | undefined {
  if (typeof value !== 'string') return undefined;
  try {
    return Address.parse(value);
  } catch (error) {
    if (NetproofError.is(error)) return undefined;
    throw error;
  }
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}
