import { TerraformStack } from 'cdktf';
import { Cidr } from '../addressing/cidr';
import { atLeast } from './engine-release';
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
  readonly '//'?: {
    readonly metadata?: { readonly path?: string };
    readonly netproof?: { readonly listens?: readonly string[]; readonly oldestEngine?: string };
  };
  readonly provider?: string;
  readonly name: string;
}

interface DockerNetwork extends DockerElement {
  readonly driver?: string;
  readonly options?: Readonly<Record<string, string>>;
  readonly ipam_config?: readonly { readonly subnet?: string }[];
}

interface DockerContainer extends DockerElement {
  readonly network_mode?: string;
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
    ...parentProblems(networks),
  ];
}

/** Two macvlan networks on one interface, which engines up to 27 refuse at apply. */
function parentProblems(networks: readonly DockerNetwork[]): readonly string[] {
  const bridged = networks.filter(
    ({ driver, options }) => driver === 'macvlan' && options?.['parent'] !== undefined,
  );
  return pairs(bridged)
    .filter(([a, b]) => a.options!['parent'] === b.options!['parent'])
    .filter((both) => !both.every((network) => atLeast(network['//']?.netproof?.oldestEngine, 28)))
    .map(
      ([a, b]) =>
        `${where(b)}: network ${b.name} and network ${a.name} (${where(a)}) are both bridged to ` +
        `${a.options!['parent']!}, and engines up to 27 take one network for each interface. Put all guests on one of ` +
        'them, or say oldestEngine: "28.0" on both where that is what runs.',
    );
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
    ...listenerProblems(containers, sockets),
  ];
}

/** Ports that two containers of one network namespace, the host's for instance, were said to listen on. */
function listenerProblems(
  containers: readonly DockerContainer[],
  published: readonly { readonly container: DockerContainer; readonly binding: Binding }[],
): readonly string[] {
  const listening = containers.flatMap((container) =>
    (container['//']?.netproof?.listens ?? []).flatMap((text) => {
      const [, protocol, port] = /^(tcp|udp)\/(\d+)$/.exec(text) ?? [];
      return protocol === undefined ? [] : [{ container, text, protocol, port: Number(port) }];
    }),
  );
  const onHost = listening.filter(({ container }) => container.network_mode === 'host');
  const together = pairs(listening).filter(
    ([a, b]) =>
      a.container !== b.container &&
      a.text === b.text &&
      a.container.network_mode === b.container.network_mode &&
      /^(host$|container:)/.test(a.container.network_mode ?? ''),
  );
  return [
    ...together.map(
      ([a, b]) =>
        `${where(b.container)}: container ${b.container.name} and container ${a.container.name} ` +
        `(${where(a.container)}) both listen on ${a.text} in one network, which has each port once. Give one of them ` +
        'another port.',
    ),
    ...onHost.flatMap(({ container, text, protocol, port }) =>
      published
        .filter(({ binding }) => binding.host === port && binding.protocol === protocol)
        .map(
          (other) =>
            `${where(container)}: container ${container.name} listens on ${text} of the host, and container ` +
            `${other.container.name} (${where(other.container)}) publishes ${socketText(other.binding)} there. Give ` +
            'one of them another port.',
        ),
    ),
  ];
}

/** Names and fixed addresses that two containers claim on one network; the default bridge has neither. */
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
    .filter(([a, b]) => a.container !== b.container && a.network === b.network && a.network !== 'bridge')
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
