import type { Topology } from '../topology/topology';
import { Cidr } from '../addressing/cidr';
import type { DeployedContainer, DeployedNetwork, Deployment } from './deployment';
import { isContainer } from './packet-question';

/** A network as it is written: what a topology has no word for. */
export interface WrittenNetwork {
  /** Terraform address. */
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly internal: boolean;
  /** Options as written; the engine may add its own. */
  readonly options: ReadonlyMap<string, string>;
}

/** A difference between what was written and what runs, which a plan may not see. */
export interface Drift {
  readonly kind:
    | 'container-missing'
    | 'container-stopped'
    | 'joined-network'
    | 'left-network'
    | 'address-differs'
    | 'stranger-on-network'
    | 'network-missing'
    | 'network-differs';
  /** Id of the container or network. */
  readonly subject: string;
  readonly text: string;
}

/** Everything in which a deployment is not what was written. */
export function driftOf(
  topology: Topology,
  deployment: Deployment,
  networks: readonly WrittenNetwork[] = [],
): readonly Drift[] {
  return [
    ...networks.flatMap((network) => networkDrift(network, topology, deployment)),
    ...[...topology.endpoints.values()].filter(isContainer).flatMap((endpoint) => {
      const [name = endpoint.id] = endpoint.names;
      const container = deployment.containers.get(name);
      if (container === undefined) {
        return [drift('container-missing', endpoint.id, `${name} is not on this engine`)];
      }
      const stopped = container.running
        ? []
        : [drift('container-stopped', endpoint.id, `${name} does not run`)];
      if (endpoint.notModelled !== undefined) return stopped;
      return [...stopped, ...containerDrift(endpoint.id, container, topology)];
    }),
    ...strangers(topology, deployment),
  ];
}

function containerDrift(id: string, container: DeployedContainer, topology: Topology): readonly Drift[] {
  const { name, mode, networks } = container;
  const endpoint = topology.endpoints.get(id)!;
  // On another's stack it has no networks of its own.
  if (mode === 'host' || mode.startsWith('container:') || endpoint.stack !== endpoint.id) return [];
  const written = new Map(
    endpoint.interfaces.map((one) => [topology.segments.get(one.segment)?.name ?? one.segment, one] as const),
  );
  const joined = [...networks.keys()].filter((network) => !written.has(network));
  const left = [...written.keys()].filter(
    (network) => !networks.has(network) && network !== 'docker_gwbridge',
  );
  const moved = [...written].flatMap(([network, { addresses }]) => {
    const has = networks.get(network);
    return addresses.flatMap(({ family, possible, unknown }) => {
      const now = family === 4 ? has?.ipv4 : has?.ipv6;
      if (unknown !== undefined || now === undefined || possible.toString() === now) return [];
      return [
        drift(
          'address-differs',
          id,
          `${name} has ${now} on ${network}, and ${possible.toString()} is written`,
        ),
      ];
    });
  });
  return [
    ...joined.map((network) =>
      drift(
        'joined-network',
        id,
        `${name} has joined ${network}, which is not written: docker network disconnect ${network} ${name}`,
      ),
    ),
    ...left.map((network) =>
      drift(
        'left-network',
        id,
        `${name} is not on ${network}, where it is written to be: docker network connect ${network} ${name}`,
      ),
    ),
    ...moved,
  ];
}

/** Containers that the input does not know, on networks that it makes. */
function strangers(topology: Topology, { networks, containers }: Deployment): readonly Drift[] {
  return [...topology.segments.values()].flatMap(({ id, name, origin }) => {
    // The default bridge and what the engine makes itself are everybody's.
    if (origin.address === name || !/docker_network\./.test(origin.address)) return [];
    const members = networks.get(name)?.members ?? [];
    return members
      .filter((member) => !containers.has(member))
      .map((member) =>
        drift('stranger-on-network', id, `${member} stands on ${name} and is in none of the inputs`),
      );
  });
}

function networkDrift(
  { id, name, driver, internal, options }: WrittenNetwork,
  topology: Topology,
  { networks }: Deployment,
): readonly Drift[] {
  const network = networks.get(name);
  if (network === undefined) return [drift('network-missing', id, `${name} is not on this engine`)];
  const differs = [
    ...(network.driver === driver ? [] : [`its driver is ${network.driver}, and ${driver} is written`]),
    ...(network.internal === internal
      ? []
      : [
          `it is ${network.internal ? '' : 'not '}internal, and ${internal ? '' : 'not '}internal is written`,
        ]),
    ...[...options].flatMap(([option, written]) => {
      const now = network.options.get(option);
      return now === written ? [] : [`${option} is ${now ?? 'not set'}, and ${written} is written`];
    }),
    ...blockDrift(id, network, topology),
  ];
  return differs.map((text) => drift('network-differs', id, `${name}: ${text}`));
}

function blockDrift(id: string, network: DeployedNetwork, topology: Topology): readonly string[] {
  const segment = topology.segments.get(id);
  // A block that only the engine picks is a stand-in out of a range that nobody has.
  const written = (segment?.blocks ?? []).filter((block) => !standIns.some((one) => one.contains(block)));
  const now = network.blocks.map(({ subnet }) => String(Cidr.containing(subnet)));
  const missing = written.map(String).filter((block) => !now.includes(block));
  return missing.length === 0 ? [] : [`its block is ${now.join(', ')}, and ${missing.join(', ')} is written`];
}

const standIns = [Cidr.parse('240.0.0.0/4'), Cidr.parse('3fff::/16')];

function drift(kind: Drift['kind'], subject: string, text: string): Drift {
  return { kind, subject, text };
}
