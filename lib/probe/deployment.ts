import { NetproofError } from '../addressing/netproof-error';
import type { DockerApi } from './docker-api';

/** What runs on an engine, as far as the question "is it what was written" goes. */
export interface Deployment {
  readonly host: string;
  readonly engine: EngineFacts;
  /** By name, whether they run or not. */
  readonly containers: ReadonlyMap<string, DeployedContainer>;
  readonly networks: ReadonlyMap<string, DeployedNetwork>;
}

export interface EngineFacts {
  /** `28.5.2` */
  readonly version: string;
  /** `desktop` when Docker Desktop says that it is one. */
  readonly platform: 'linux' | 'desktop';
  /** Undefined when the engine is too old to tell. */
  readonly firewallBackend: 'iptables' | 'nftables' | undefined;
  /** Blocks of the default bridge, and whether its containers may talk to each other. */
  readonly defaultBridge: { readonly block: string | undefined; readonly icc: boolean };
  readonly brNetfilter: boolean | undefined;
}

export interface DeployedContainer {
  readonly id: string;
  readonly name: string;
  readonly running: boolean;
  /** Process id of its first process, in the engine's own count; 0 when it does not run. */
  readonly pid: number;
  /** `bridge`, `host`, `none`, a network, or `container:` and an id. */
  readonly mode: string;
  readonly networks: ReadonlyMap<string, DeployedAddress>;
  /** What the engine has bound for it on the host. */
  readonly ports: readonly DeployedPort[];
}

export interface DeployedAddress {
  readonly ipv4: string | undefined;
  readonly ipv6: string | undefined;
}

export interface DeployedPort {
  readonly protocol: string;
  readonly address: string;
  readonly hostPort: number;
  readonly containerPort: number;
}

export interface DeployedNetwork {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly internal: boolean;
  readonly options: ReadonlyMap<string, string>;
  readonly blocks: readonly { readonly subnet: string; readonly gateway: string | undefined }[];
  /** Names of the containers that stand on it now. */
  readonly members: readonly string[];
}

/**
 * Reads the containers of these names, every network, and what the engine says of itself. Throws NoEngine or NoPermission,
 * and UnreadableEngine when what answers is no Docker Engine.
 */
export async function readDeployment(api: DockerApi, names: Iterable<string>): Promise<Deployment> {
  const [version, info, list] = await Promise.all([
    api.get('/version'),
    api.get('/info'),
    api.get('/networks'),
  ]);
  const stated = textAt(version, 'Version');
  if (stated === undefined || !Array.isArray(list)) {
    throw new NetproofError(
      'UnreadableEngine',
      `what answers at ${api.host} is no Docker Engine: it states no version.`,
    );
  }
  const networks = new Map<string, DeployedNetwork>();
  for (const one of list) {
    const id = textAt(one, 'Id');
    // The list leaves the members out.
    const whole = id === undefined ? undefined : await api.get(`/networks/${encodeURIComponent(id)}`);
    const network = networkOf(whole);
    if (network !== undefined) networks.set(network.name, network);
  }
  const containers = new Map<string, DeployedContainer>();
  for (const name of new Set(names)) {
    const found = containerOf(await api.get(`/containers/${encodeURIComponent(name)}/json`));
    if (found !== undefined && found.name === name) containers.set(name, found);
  }
  return { host: api.host, engine: engineOf(stated, info, networks), containers, networks };
}

function engineOf(
  version: string,
  info: unknown,
  networks: ReadonlyMap<string, DeployedNetwork>,
): EngineFacts {
  const bridge = networks.get('bridge');
  const backend = textAt(memberOf(info, 'FirewallBackend'), 'Driver');
  const bridged = memberOf(info, 'BridgeNfIptables');
  return {
    version,
    platform: /docker desktop/i.test(textAt(info, 'OperatingSystem') ?? '') ? 'desktop' : 'linux',
    firewallBackend:
      backend === undefined ? undefined : backend.startsWith('nftables') ? 'nftables' : 'iptables',
    defaultBridge: {
      block: bridge?.blocks.find(({ subnet }) => !subnet.includes(':'))?.subnet,
      icc: bridge?.options.get('com.docker.network.bridge.enable_icc') !== 'false',
    },
    brNetfilter: typeof bridged === 'boolean' ? bridged : undefined,
  };
}

function networkOf(given: unknown): DeployedNetwork | undefined {
  const [id, name] = [textAt(given, 'Id'), textAt(given, 'Name')];
  if (id === undefined || name === undefined) return undefined;
  const config = memberOf(memberOf(given, 'IPAM'), 'Config');
  const members = membersOf(memberOf(given, 'Containers'));
  return {
    id,
    name,
    driver: textAt(given, 'Driver') ?? '',
    internal: memberOf(given, 'Internal') === true,
    options: new Map(
      [...membersOf(memberOf(given, 'Options'))].map(([key, value]) => [key, String(value)] as const),
    ),
    blocks: (Array.isArray(config) ? config : []).flatMap((one: unknown) => {
      const subnet = textAt(one, 'Subnet');
      return subnet === undefined ? [] : [{ subnet, gateway: textAt(one, 'Gateway') }];
    }),
    members: [...members.values()].flatMap((one) => textAt(one, 'Name') ?? []).sort(),
  };
}

function containerOf(given: unknown): DeployedContainer | undefined {
  const [id, name] = [textAt(given, 'Id'), textAt(given, 'Name')];
  if (id === undefined || name === undefined) return undefined;
  const state = memberOf(given, 'State');
  const settings = memberOf(given, 'NetworkSettings');
  const pid = memberOf(state, 'Pid');
  return {
    id,
    name: name.replace(/^\//, ''),
    running: memberOf(state, 'Running') === true,
    pid: typeof pid === 'number' ? pid : 0,
    mode: textAt(memberOf(given, 'HostConfig'), 'NetworkMode') ?? 'bridge',
    networks: new Map(
      [...membersOf(memberOf(settings, 'Networks'))]
        // Not networks of their own: what `host` and `none` stand for.
        .filter(([network]) => network !== 'host' && network !== 'none')
        .map(([network, one]) => [
          network,
          { ipv4: textAt(one, 'IPAddress'), ipv6: textAt(one, 'GlobalIPv6Address') },
        ]),
    ),
    ports: [...membersOf(memberOf(settings, 'Ports'))].flatMap(([port, bindings]) => portsOf(port, bindings)),
  };
}

function portsOf(port: string, bindings: unknown): readonly DeployedPort[] {
  const [containerPort = '', protocol = 'tcp'] = port.split('/');
  return (Array.isArray(bindings) ? bindings : []).map((one: unknown) => ({
    protocol,
    address: textAt(one, 'HostIp') ?? '0.0.0.0',
    hostPort: Number(textAt(one, 'HostPort')),
    containerPort: Number(containerPort),
  }));
}

function memberOf(given: unknown, name: string): unknown {
  return typeof given === 'object' && given !== null
    ? (given as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function membersOf(given: unknown): ReadonlyMap<string, unknown> {
  return typeof given === 'object' && given !== null ? new Map(Object.entries(given)) : new Map();
}

/** A text that says something: engines write an empty one for nothing. */
function textAt(given: unknown, name: string): string | undefined {
  const value = memberOf(given, name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
