import { TerraformStack } from 'cdktf';
import { Cidr } from '../addressing/cidr';
import { problemOf } from './invalid-props';
import { type Binding, collide, socketText } from './published-port';

const marked = Symbol.for('netproof/docker/host-check');

/**
 * Has the stack check at synth, once and over everything in it, what no single construct can see: that its Docker
 * networks and containers fit on one host together. It reads what is synthesized, so it sees plain docker_network and
 * docker_container resources and overrides as well.
 */
export function checkDockerHost(stack: TerraformStack): void {
  if (marked in stack) return;
  Object.defineProperty(stack, marked, { value: true });
  stack.node.addValidation({
    validate: () => [...dockerHostProblems(stack.toTerraform() as DockerDocument)],
  });
}

/** The part of a synthesized stack that the check reads. */
export interface DockerDocument {
  readonly resource?: {
    readonly docker_network?: Readonly<Record<string, DockerNetwork>>;
    readonly docker_container?: Readonly<Record<string, DockerContainer>>;
  };
}

interface DockerElement {
  readonly '//'?: { readonly metadata?: { readonly path?: string } };
  readonly provider?: string;
  readonly name: string;
}

interface DockerNetwork extends DockerElement {
  readonly ipam_config?: readonly { readonly subnet?: string }[];
}

interface DockerContainer extends DockerElement {
  readonly networks_advanced?: readonly {
    readonly name: string;
    readonly aliases?: readonly string[];
    readonly ipv4_address?: string;
  }[];
  readonly ports?: readonly {
    readonly internal: number;
    readonly external?: number;
    readonly ip?: string;
    readonly protocol?: 'tcp' | 'udp';
  }[];
}

/** Clashes between the Docker networks and containers of one stack, per Docker host. */
export function dockerHostProblems({ resource = {} }: DockerDocument): readonly string[] {
  const networks = Object.entries(resource.docker_network ?? {});
  const containers = Object.entries(resource.docker_container ?? {});
  const hosts = new Set([...networks, ...containers].map(([, element]) => element.provider ?? ''));
  return [...hosts].flatMap((host) => {
    const here = <T extends DockerElement>(all: readonly [string, T][]) =>
      all.filter(([, element]) => (element.provider ?? '') === host);
    return [
      ...networkProblems(here(networks).map(([, network]) => network)),
      ...containerProblems(here(containers).map(([, container]) => container)),
      ...placeProblems(here(networks), here(containers)),
    ];
  });
}

function networkProblems(networks: readonly DockerNetwork[]): readonly string[] {
  const blocks = networks.flatMap((network) =>
    (network.ipam_config ?? []).flatMap(({ subnet }) =>
      subnet !== undefined && problemOf(() => Cidr.containing(subnet)) === undefined
        ? [{ network, block: Cidr.containing(subnet) }]
        : [],
    ),
  );
  return [
    ...sharedNames('network', networks),
    ...pairs(blocks)
      .filter(([a, b]) => a.network !== b.network && a.block.overlaps(b.block))
      .map(
        ([a, b]) =>
          `${where(b.network)}: network ${b.network.name} ${b.block.toString()} overlaps network ${a.network.name} ` +
          `${a.block.toString()} (${where(a.network)}) on the same Docker host. Give one of them another block.`,
      ),
  ];
}

function containerProblems(containers: readonly DockerContainer[]): readonly string[] {
  const sockets = containers.flatMap((container) =>
    (container.ports ?? []).flatMap((port) =>
      typeof port.external === 'number'
        ? [
            {
              container,
              binding: {
                host: port.external,
                container: port.internal,
                address: port.ip ?? '0.0.0.0',
                protocol: port.protocol ?? 'tcp',
              } satisfies Binding,
            },
          ]
        : [],
    ),
  );
  return [
    ...sharedNames('container', containers),
    ...pairs(sockets)
      .filter(([a, b]) => a.container !== b.container && collide(a.binding, b.binding))
      .map(
        ([a, b]) =>
          `${where(b.container)}: container ${b.container.name} publishes ${socketText(b.binding)}, and container ` +
          `${a.container.name} (${where(a.container)}) publishes ${socketText(a.binding)}, which is one socket of the ` +
          'host. Give each a host port of its own.',
      ),
  ];
}

/** Names and fixed addresses that two containers claim on one network. */
function placeProblems(
  networks: readonly (readonly [string, DockerNetwork])[],
  containers: readonly (readonly [string, DockerContainer])[],
): readonly string[] {
  const places = containers.flatMap(([, container]) =>
    (container.networks_advanced ?? []).map((place) => ({
      container,
      place,
      network: networkName(place.name, networks),
    })),
  );
  return pairs(places)
    .filter(([a, b]) => a.container !== b.container && a.network === b.network)
    .flatMap(([a, b]) => {
      const namesOf = ({ container, place }: (typeof places)[number]) =>
        new Set([container.name, ...(place.aliases ?? [])].map((name) => name.toLowerCase()));
      const shared = [...namesOf(a)].filter(
        (name) => namesOf(b).has(name) && a.container.name !== b.container.name,
      );
      const both = `container ${b.container.name} and container ${a.container.name} (${where(a.container)})`;
      return [
        ...shared.map(
          (name) =>
            `${where(b.container)}: ${both} both answer to the name "${name}" on network ${a.network}, so that it ` +
            'resolves to either. Give each a name of its own.',
        ),
        ...(a.place.ipv4_address !== undefined && a.place.ipv4_address === b.place.ipv4_address
          ? [
              `${where(b.container)}: ${both} both have the address ${a.place.ipv4_address} on network ${a.network}. ` +
                'Give each an address of its own.',
            ]
          : []),
      ];
    });
}

function sharedNames(kind: string, elements: readonly DockerElement[]): readonly string[] {
  return pairs(elements)
    .filter(([a, b]) => a.name === b.name)
    .map(
      ([a, b]) =>
        `${where(b)}: ${kind} ${JSON.stringify(b.name)} is also the name of ${where(a)}. ` +
        `A Docker host has each ${kind} name once: rename one of them.`,
    );
}

/** The name behind `${docker_network.x.id}`, or the reference or name as written. */
function networkName(text: string, networks: readonly (readonly [string, DockerNetwork])[]): string {
  const reference = /^\$\{docker_network\.([^.}]+)\.(?:id|name)\}$/.exec(text)?.[1];
  return networks.find(([id]) => id === reference)?.[1].name ?? text;
}

function where(element: DockerElement): string {
  return element['//']?.metadata?.path?.replace(/\/(Resource|Default)$/, '') ?? element.name;
}

function pairs<T>(items: readonly T[]): readonly (readonly [T, T])[] {
  return items.flatMap((b, index) => items.slice(0, index).map((a) => [a, b] as const));
}
