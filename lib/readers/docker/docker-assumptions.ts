import { Address } from '../../addressing/address';
import { Cidr } from '../../addressing/cidr';
import { NetproofError } from '../../addressing/netproof-error';
import type { Listening } from '../../topology/endpoint';
import { nearestNames } from '../../topology/nearest-names';
import { readListening } from '../listening';
import { readEngineVersion } from './engine-version';
import { type HostFirewall, readHostFirewall } from './host-firewall';

/** What Terraform does not say of a Docker host. @see https://docs.docker.com/reference/cli/dockerd/ */
export interface DockerAssumptions {
  /** `desktop`: the engine runs in a machine of its own, and questions about host and lan are unknown. @default "linux" */
  readonly platform: 'linux' | 'desktop';
  /** `28.5.2`. @default - any of 20.10 to 29 */
  readonly version: string | undefined;
  /** The oldest engine that a construct says its networks are for, with the address that says it. @default - unsaid */
  readonly oldest?: { readonly version: string; readonly by: string } | undefined;
  /** Daemon flag. @default true */
  readonly userlandProxy: boolean;
  /** Daemon flag. @default true */
  readonly iptables: boolean;
  /** Daemon flag, from 29 on. @default "iptables" */
  readonly firewallBackend: 'iptables' | 'nftables';
  /** Daemon flag, about the default bridge only. @default true */
  readonly icc: boolean;
  /** Whether net.ipv4.ip_forward was 1 before the daemon started; matters up to 27. @default "either" */
  readonly ipForwardBefore: boolean | 'either';
  /** Daemon flag, from 28.2 on. @default false */
  readonly allowDirectRouting: boolean;
  /** Whether the kernel module br_netfilter is loaded. @default true */
  readonly brNetfilter: boolean;
  /** @default 172.17.0.0/16 */
  readonly defaultBridgeSubnet: Cidr;
  /** Addresses of the host beside gateways and loopback; the first is on the LAN side. @default - one that has no name */
  readonly hostAddresses: readonly Address[];
  /** Rules of the host's own firewall. @default - none */
  readonly hostFirewall: HostFirewall | undefined;
  readonly lan: LanAssumptions;
  /** What listens on the host itself: traffic, and the one address where it listens if not on all. @default - unsaid */
  readonly hostListens: readonly Listening[] | undefined;
  /** Keys that the user stated, with the value as given. */
  readonly stated: ReadonlyMap<string, unknown>;
}

export interface LanAssumptions {
  /** Whether other machines send packets for the containers' blocks to the host. @default false */
  readonly routesToContainers: boolean;
  /** Whether other machines send packets for 127.0.0.0/8 to the host. @default false */
  readonly routesToHostLoopback: boolean;
  /** The machine that is meant by `lan`. @default - any private address that is nobody's here */
  readonly address: Address | undefined;
}

/** The members of an assumptions file that this reader takes, as plain JSON. */
export interface GivenSettings {
  readonly docker?: unknown;
  readonly listens?: unknown;
}

const defaults = {
  platform: 'linux',
  version: undefined,
  userlandProxy: true,
  iptables: true,
  firewallBackend: 'iptables',
  icc: true,
  ipForwardBefore: 'either',
  allowDirectRouting: false,
  brNetfilter: true,
  defaultBridgeSubnet: '172.17.0.0/16',
  hostAddresses: [],
  hostFirewall: undefined,
  lan: {},
} as const;

const lanDefaults = { routesToContainers: false, routesToHostLoopback: false, address: undefined } as const;

/** Reads `docker` and `listens` of the assumptions; throws InvalidAssumptions with all that is wrong at once. */
export function readDockerAssumptions({ docker, listens }: GivenSettings = {}): DockerAssumptions {
  const problems: string[] = [];
  const given = membersOf('docker', docker, Object.keys(defaults), problems);
  const lan = membersOf('docker.lan', given.get('lan'), Object.keys(lanDefaults), problems);
  const taken = <T>(key: string, value: unknown, otherwise: T, read: (value: unknown) => T): T => {
    if (value === undefined) return otherwise;
    try {
      return read(value);
    } catch (error) {
      if (!NetproofError.is(error)) throw error;
      problems.push(error.message.startsWith(key) ? error.message : `${key}: ${error.message}`);
      return otherwise;
    }
  };
  const flag = (key: 'userlandProxy' | 'iptables' | 'icc' | 'allowDirectRouting' | 'brNetfilter'): boolean =>
    taken(`docker.${key}`, given.get(key), defaults[key], readFlag);
  const lanFlag = (key: 'routesToContainers' | 'routesToHostLoopback'): boolean =>
    taken(`docker.lan.${key}`, lan.get(key), lanDefaults[key], readFlag);
  const assumed: DockerAssumptions = {
    platform: taken('docker.platform', given.get('platform'), 'linux', oneOf('linux', 'desktop')),
    version: taken('docker.version', given.get('version'), undefined, readVersion),
    userlandProxy: flag('userlandProxy'),
    iptables: flag('iptables'),
    firewallBackend: taken(
      'docker.firewallBackend',
      given.get('firewallBackend'),
      'iptables',
      oneOf('iptables', 'nftables'),
    ),
    icc: flag('icc'),
    ipForwardBefore: taken('docker.ipForwardBefore', given.get('ipForwardBefore'), 'either', (value) =>
      value === 'either' ? value : readFlag(value),
    ),
    allowDirectRouting: flag('allowDirectRouting'),
    brNetfilter: flag('brNetfilter'),
    defaultBridgeSubnet: taken(
      'docker.defaultBridgeSubnet',
      given.get('defaultBridgeSubnet'),
      Cidr.parse(defaults.defaultBridgeSubnet),
      (value) => Cidr.parse(readText(value)),
    ),
    hostAddresses: taken('docker.hostAddresses', given.get('hostAddresses'), [], (value) =>
      readList(value).map((one) => Address.parse(readText(one))),
    ),
    hostFirewall: readHostFirewall(given.get('hostFirewall'), problems),
    lan: {
      routesToContainers: lanFlag('routesToContainers'),
      routesToHostLoopback: lanFlag('routesToHostLoopback'),
      address: taken('docker.lan.address', lan.get('address'), undefined, (value) =>
        Address.parse(readText(value)),
      ),
    },
    hostListens: taken('listens.host', hostOf(listens), undefined, (value) =>
      readList(value).map((one) => readListening(readText(one))),
    ),
    stated: statedOf(given, hostOf(listens)),
  };
  if (problems.length > 0) throw new NetproofError('InvalidAssumptions', problems.join('\n'), problems);
  return assumed;
}

function membersOf(
  place: string,
  value: unknown,
  known: readonly string[],
  problems: string[],
): ReadonlyMap<string, unknown> {
  if (value === undefined) return new Map();
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    problems.push(`${place} is an object of settings, for example { "${known[0]!}": ... }.`);
    return new Map();
  }
  const members = new Map(Object.entries(value));
  for (const name of members.keys()) {
    if (known.includes(name)) continue;
    const near = nearestNames(name, known).map((one) => JSON.stringify(`${place}.${one}`));
    const hint = near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : '';
    problems.push(
      `there is no assumption ${JSON.stringify(`${place}.${name}`)}.${hint} There are ${known.join(', ')}.`,
    );
  }
  return members;
}

function statedOf(given: ReadonlyMap<string, unknown>, listens: unknown): ReadonlyMap<string, unknown> {
  const stated = new Map([...given].map(([name, value]) => [`docker.${name}`, value]));
  if (listens !== undefined) stated.set('listens.host', listens);
  return stated;
}

function hostOf(listens: unknown): unknown {
  if (typeof listens !== 'object' || listens === null) return undefined;
  return (listens as Readonly<Record<string, unknown>>)['host'];
}

function readVersion(value: unknown): string {
  if (typeof value === 'number')
    throw invalid(`${value} is a number, and 20.10 would be 20.1: write the version as a text.`);
  const text = readText(value);
  readEngineVersion(text);
  return text;
}

function readFlag(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw invalid(`${JSON.stringify(value)} is neither true nor false.`);
}

function readText(value: unknown): string {
  if (typeof value === 'string') return value;
  throw invalid(`${JSON.stringify(value)} is no text.`);
}

function readList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value as readonly unknown[];
  throw invalid(`${JSON.stringify(value)} is no list.`);
}

function oneOf<T extends string>(...values: readonly T[]): (value: unknown) => T {
  return (value) => {
    const found = values.find((one) => one === value);
    if (found !== undefined) return found;
    const near = nearestNames(String(value), values).map((one) => JSON.stringify(one));
    const hint = near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : '';
    throw invalid(
      `${JSON.stringify(value)} is none of ${values.map((one) => JSON.stringify(one)).join(', ')}.${hint}`,
    );
  };
}

function invalid(message: string): NetproofError {
  return new NetproofError('InvalidAssumptions', message);
}
