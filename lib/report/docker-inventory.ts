import type { Resource, TerraformDocument } from '../readers/terraform-document';
import type { Value } from '../topology/value';
import { blockOf, byBlock } from './block-order';
import { countOf, type Count } from './count';
import { blocksOf, flagOf, itemsOf, managed, shown, targetOf, textOf, written } from './written-value';

/** Docker networks, who stands on them, and what is published. */
export interface DockerInventory {
  /** Engines named in provider configurations; empty when Terraform asks DOCKER_HOST or the local socket. */
  readonly hosts: readonly string[];
  readonly networks: readonly DockerNetworkInventory[];
  readonly containers: readonly ContainerInventory[];
}

export interface DockerNetworkInventory {
  /** Undefined for a network that this stack only uses. */
  readonly address?: string;
  readonly name: string;
  /** `bridge` unless stated. */
  readonly driver: string;
  /** Whether Docker leaves it without a way out; null when that is not known before apply. */
  readonly internal: boolean | null;
  /** Blocks as written, or the expression that will give them; empty when Docker picks one from its pools. */
  readonly blocks: readonly string[];
  /** Addresses that the host has on it; none where options of the bridge give it none. */
  readonly gateways: readonly string[];
  /** IPv4 addresses that containers can take: less network, broadcast, gateway and reserved ones. */
  readonly usable: Count;
  readonly members: readonly DockerMember[];
}

export interface DockerMember {
  readonly container: string;
  /** Fixed addresses; without them Docker hands out the next free one. */
  readonly addresses: readonly string[];
}

export interface ContainerInventory {
  readonly address: string;
  readonly name: string;
  readonly image: string;
  /** Networks in the order they are joined; empty for `none`, `host` and a shared namespace: see `mode`. */
  readonly networks: readonly string[];
  /** network_mode as written, where it is: `host`, `none`, `container:...`. */
  readonly mode?: string;
  readonly published: readonly PublishedPort[];
  /** Expressions that stand for further networks or ports, and are not known before apply. */
  readonly unsure: readonly string[];
}

export interface PublishedPort {
  /** Address of the host; 0.0.0.0 is every one of them. */
  readonly ip: string;
  /** Port of the host; null when Docker picks one. */
  readonly hostPort: string | null;
  readonly containerPort: string;
  readonly protocol: string;
}

const describes = ['docker_network', 'docker_container', 'docker_image'] as const;

/** Undefined when the document declares no network and no container of Docker. */
export function dockerInventory(
  document: TerraformDocument,
): { readonly inventory: DockerInventory; readonly describes: readonly string[] } | undefined {
  if (managed(document, 'docker_network', 'docker_container').length === 0) return undefined;
  const joined = managed(document, 'docker_container').map((container) => ({
    container: containerInventory(container, document),
    memberships: membershipsOf(container, document),
  }));
  const made = managed(document, 'docker_network').map((network) => madeNetwork(network));
  const used = joined.flatMap(({ memberships }) => memberships.map(({ network }) => network));
  const elsewhere = [...new Set(used)]
    .filter((name) => !made.some((network) => network.name === name))
    .map(otherNetwork);
  const networks = byBlock([...made, ...elsewhere], ({ blocks }) => blocks[0]).map((network) => ({
    ...network,
    members: joined.flatMap(({ container, memberships }) =>
      memberships
        .filter((membership) => membership.network === network.name)
        .map(({ addresses }) => ({ container: container.name, addresses })),
    ),
  }));
  const hosts = document.providers
    .filter(({ provider }) => provider.endsWith('/docker'))
    .map(({ attributes }) => shown(written(attributes, 'host')));
  const containers = joined.map(({ container }) => container);
  return { inventory: { hosts: hosts.filter((host) => host !== ''), networks, containers }, describes };
}

type Network = Omit<DockerNetworkInventory, 'members'>;

function madeNetwork(network: Resource): Network {
  const { blocks: pools, unsure } = blocksOf(network, 'ipam_config');
  const first = pools.find((pool) => isIpv4(textOf(written(pool, 'subnet'))));
  return {
    address: network.address,
    name: nameOf(network),
    driver: shown(written(network, 'driver')) || 'bridge',
    internal: flagOf(written(network, 'internal')),
    blocks: [...pools.map((pool) => shown(written(pool, 'subnet'))), unsure ?? ''].filter(
      (block) => block !== '',
    ),
    gateways: isWithoutHost(network)
      ? []
      : pools.map((pool) => shown(written(pool, 'gateway'))).filter((gateway) => gateway !== ''),
    usable: first === undefined ? null : usableInPool(first),
  };
}

/** Whether the bridge has no address, and the host so no way in: an option of old, or a gateway mode of engine 28. */
function isWithoutHost(network: Resource): boolean {
  const options = written(network, 'options');
  if (options?.kind !== 'object') return false;
  const option = (name: string) => textOf(options.entries.get(`com.docker.network.bridge.${name}`));
  return option('inhibit_ipv4') === 'true' || option('gateway_mode_ipv4') === 'isolated';
}

/** A network that a container joins and this document does not make; `bridge` is the one Docker always has. */
function otherNetwork(name: string): Network {
  return { name, driver: 'bridge', internal: false, blocks: [], gateways: [], usable: null };
}

function containerInventory(container: Resource, document: TerraformDocument): ContainerInventory {
  const ports = blocksOf(container, 'ports');
  const mode =
    textOf(written(container, 'network_mode')) ??
    (ownerNamed(shown(written(container, 'network_mode')), document) || undefined);
  return {
    address: container.address,
    name: nameOf(container),
    image: imageOf(written(container, 'image'), document),
    networks: membershipsOf(container, document).map(({ network }) => network),
    ...(mode !== undefined && { mode }),
    unsure: [blocksOf(container, 'networks_advanced').unsure, ports.unsure].filter(
      (text) => text !== undefined,
    ),
    published: ports.blocks.map((port) => ({
      ip: shown(written(port, 'ip')) || '0.0.0.0',
      hostPort: portOf(written(port, 'external')),
      containerPort: shown(written(port, 'internal')),
      protocol: shown(written(port, 'protocol')) || 'tcp',
    })),
  };
}

/** `container:${docker_container.web.id}` with the name of that container in place of the reference. */
function ownerNamed(mode: string, document: TerraformDocument): string {
  const address = /^container:\$\{(.+)\.(?:id|name)\}$/.exec(mode)?.[1];
  const owner = managed(document, 'docker_container').find((other) => other.address === address);
  return owner === undefined ? mode : `container:${nameOf(owner)}`;
}

/** Terraform's 0 and an absent port both leave the choice to Docker. */
function portOf(value: Value | undefined): string | null {
  const port = shown(value);
  return port === '' || port === '0' ? null : port;
}

function membershipsOf(
  container: Resource,
  document: TerraformDocument,
): { readonly network: string; readonly addresses: readonly string[] }[] {
  const { blocks, unsure } = blocksOf(container, 'networks_advanced');
  const joined = blocks.map((entry) => ({
    network: networkName(written(entry, 'name'), document),
    addresses: ['ipv4_address', 'ipv6_address']
      .map((name) => shown(written(entry, name)))
      .filter((text) => text !== ''),
  }));
  const mode = written(container, 'network_mode');
  const alone = /^(host|none|container:.*)$/.test(textOf(mode) ?? '') || shown(mode).startsWith('container:');
  if (alone) return [];
  // A network_mode that names a user network is joined besides networks_advanced; the default bridge is left.
  const named =
    mode === undefined || /^(bridge|default)$/.test(textOf(mode) ?? '') ? [] : [networkName(mode, document)];
  const fromMode = named.filter((name) => !joined.some(({ network }) => network === name));
  const all = [...fromMode.map((network) => ({ network, addresses: [] })), ...joined];
  // Without any the container is on the default bridge; with some that only apply will tell, it may be anywhere.
  return all.length > 0 || unsure !== undefined ? all : [{ network: 'bridge', addresses: [] }];
}

function networkName(value: Value | undefined, document: TerraformDocument): string {
  const target = targetOf(value);
  const network =
    target && managed(document, 'docker_network').find(({ address }) => address === target.address);
  return network === undefined ? shown(value) : nameOf(network);
}

function imageOf(value: Value | undefined, document: TerraformDocument): string {
  const target = targetOf(value);
  const image = target && managed(document, 'docker_image').find(({ address }) => address === target.address);
  return image === undefined ? shown(value) : shown(written(image, 'name'));
}

const nameOf = (resource: Resource): string => shown(written(resource, 'name')) || resource.address;

/** Docker keeps the network address, the broadcast address and the gateway of a block from its containers. */
function usableInPool(pool: ReadonlyMap<string, Value>): Count {
  const block = blockOf(textOf(written(pool, 'subnet')));
  if (block === undefined) return null;
  const reserved = written(pool, 'aux_address');
  const taken = reserved?.kind === 'object' ? reserved.entries.size : itemsOf(reserved).length;
  const left = block.size - 3n - BigInt(taken);
  return countOf(left > 0n ? left : 0n);
}

const isIpv4 = (block: string | undefined): boolean => block !== undefined && !block.includes(':');
