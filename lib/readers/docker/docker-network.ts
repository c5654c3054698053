import { Address, type Family } from '../../addressing/address';
import { AddressSet } from '../../addressing/address-set';
import { Cidr } from '../../addressing/cidr';
import { NetproofError } from '../../addressing/netproof-error';
import type { Origin } from '../../topology/origin';
import { unknown, type Unknown } from '../../topology/value';
import { type Attributes, isUnknown } from '../attributes';
import type { DockerAssumptions } from './docker-assumptions';
import type { DockerResource } from './docker-resource';
import type { Engine } from './engine';

/** How a bridge treats what crosses it. @see https://docs.docker.com/engine/network/drivers/bridge/ */
export type GatewayMode = 'nat' | 'routed' | 'isolated' | 'nat-unprotected';

/** A network of one Docker host, as far as this reader knows it. */
export interface DockerNetwork {
  /** Terraform address, or `bridge` and `docker_gwbridge` for what the engine makes itself. */
  readonly id: string;
  /** Undefined when only apply tells. */
  readonly name: string | undefined;
  readonly driver: 'bridge' | 'macvlan' | 'overlay';
  readonly internal: boolean;
  readonly blocks: readonly Cidr[];
  /** Addresses that a container may get. */
  readonly placeable: AddressSet;
  /** The host's own addresses on it, one per block. */
  readonly gateways: readonly Address[];
  /** Set when the block only stands for one that apply picks. */
  readonly standIn: Unknown | undefined;
  /** The host's own address on a macvlan network, by an interface that somebody is told to make. */
  readonly shim: Address | undefined;
  /** Whether its containers may talk to each other. */
  readonly icc: boolean;
  readonly masquerade: boolean;
  readonly mode: GatewayMode;
  /** Names host interfaces from which published ports are reached directly. */
  readonly trusts: boolean;
  /** The host's interface that is the network: `docker0`, `br-0123456789ab`, `br-<name>` as long as only apply tells the id. */
  readonly bridge: string;
  /** Interface of the host that a macvlan network stands on. */
  readonly parent: string | undefined;
  readonly origin: Origin;
}

/** A network that is not modelled: everything about who is on it is unknown. */
export interface UnmodelledNetwork {
  readonly unknown: Unknown;
}

/** Blocks that stand for those that apply picks: nobody has 241.0.0.0/8. */
export class StandIns {
  private count = 0;

  next(family: Family): Cidr {
    const first = family === 4 ? Cidr.parse('241.0.0.0/24') : Cidr.parse('3fff:1::/64');
    return first.shift(this.count++);
  }
}

const optionPrefix = 'com.docker.network.bridge.';

/** Reads a docker_network, as it is on an engine. */
export function readDockerNetwork(
  resource: DockerResource,
  engine: Engine,
  standIns: StandIns,
): DockerNetwork | UnmodelledNetwork {
  if (resource.existence !== undefined) return { unknown: resource.existence };
  const driver = resource.scalar('driver') ?? 'bridge';
  if (isUnknown(driver)) return { unknown: driver };
  if (driver !== 'bridge' && driver !== 'macvlan' && driver !== 'overlay') {
    const what =
      driver === 'ipvlan' ? 'ipvlan, which has not been measured' : `the driver ${JSON.stringify(driver)}`;
    return { unknown: unknown(resource.key('driver'), `how packets pass ${what}`) };
  }
  const internal = resource.flag('internal') ?? false;
  if (isUnknown(internal)) return { unknown: internal };
  const options = optionsOf(resource);
  if (isUnknown(options)) return { unknown: options };
  const blocks = blocksOf(resource, standIns, options.get(`${optionPrefix}enable_ipv4`) !== 'false');
  if ('unknown' in blocks) return blocks;
  const mode = modeOf(options, engine, internal);
  const hostStands =
    driver === 'bridge' &&
    mode !== 'isolated' &&
    options.get(`${optionPrefix}inhibit_ipv4`) !== 'true' &&
    (!internal || engine.hostIsOnInternalBridges);
  return {
    id: resource.id,
    name: resource.label('name'),
    driver,
    internal,
    ...blocks,
    gateways: hostStands || driver === 'macvlan' ? blocks.gateways : [],
    shim: driver === 'macvlan' ? shimOf(resource) : undefined,
    icc: options.get(`${optionPrefix}enable_icc`) !== 'false',
    masquerade: options.get(`${optionPrefix}enable_ip_masquerade`) !== 'false',
    mode,
    trusts: (options.get(`${optionPrefix}trusted_host_interfaces`) ?? '') !== '',
    bridge: bridgeOf(resource),
    parent: options.get('parent'),
    origin: resource.origin(),
  };
}

/** The bridge that the engine makes itself, for containers that name no network. */
export function defaultBridge(assumed: DockerAssumptions, block: Cidr, id: string): DockerNetwork {
  return {
    id,
    name: 'bridge',
    driver: 'bridge',
    internal: false,
    ...placed([{ block, gateway: block.at(1), range: block, taken: AddressSet.empty }]),
    standIn: undefined,
    shim: undefined,
    icc: assumed.icc,
    masquerade: true,
    mode: 'nat',
    trusts: false,
    bridge: 'docker0',
    parent: undefined,
    origin: { address: id },
  };
}

/** The bridge by which containers on overlays leave; its containers do not see each other. */
export function gatewayBridge(standIns: StandIns, id: string): DockerNetwork {
  const block = standIns.next(4);
  return {
    ...defaultBridge({ icc: false } as DockerAssumptions, block, id),
    name: 'docker_gwbridge',
    bridge: 'docker_gwbridge',
    standIn: unknown(id, 'the block of docker_gwbridge'),
  };
}

/** The address of the interface by which its host reaches a macvlan network, as the construct says it. */
function shimOf({ netproof }: DockerResource): Address | undefined {
  const access = (netproof as { readonly hostAccess?: { readonly address?: unknown } } | undefined)
    ?.hostAccess;
  try {
    return typeof access?.address === 'string' ? Address.parse(access.address) : undefined;
  } catch (error) {
    // A token: which address it is, only apply tells, and nobody then says that the host is there.
    if (NetproofError.is(error)) return undefined;
    throw error;
  }
}

/** An engine calls a bridge after the first twelve digits of the network's id, unless an option says otherwise. */
function bridgeOf(resource: DockerResource): string {
  const options = resource.written('options');
  const stated = options.kind === 'object' ? options.entries.get(`${optionPrefix}name`) : undefined;
  if (stated?.kind === 'known' && stated.value !== null && stated.sensitive !== true)
    return String(stated.value);
  const id = resource.text('id') ?? '';
  if (/^[0-9a-f]{64}$/.test(id)) return `br-${id.slice(0, 12)}`;
  return `br-<${resource.label('name') ?? resource.id}>`;
}

function optionsOf(resource: DockerResource): ReadonlyMap<string, string> | Unknown {
  const value = resource.written('options');
  if (isUnknown(value)) return value;
  const options = new Map<string, string>();
  if (value.kind !== 'object') return options;
  for (const [name, held] of value.entries) {
    if (held.kind !== 'known') return resource.unknownOf('options', held);
    if (held.value !== null) options.set(name, String(held.value).toLowerCase());
  }
  return options;
}

function modeOf(options: ReadonlyMap<string, string>, engine: Engine, internal: boolean): GatewayMode {
  const stated =
    options.get(`${optionPrefix}gateway_mode_ipv4`) ?? options.get(`${optionPrefix}gateway_mode_ipv6`);
  if (stated !== 'routed' && stated !== 'isolated' && stated !== 'nat-unprotected') return 'nat';
  if (stated === 'isolated' && !internal) return 'nat';
  return engine.knowsGatewayMode(stated) ? stated : 'nat';
}

interface ReadBlock {
  readonly block: Cidr;
  readonly gateway: Address;
  readonly range: Cidr;
  readonly taken: AddressSet;
}

type Blocks = Pick<DockerNetwork, 'blocks' | 'placeable' | 'gateways' | 'standIn'>;

/** Blocks of both families, or stand-ins where the engine picks them. */
function blocksOf(
  resource: DockerResource,
  standIns: StandIns,
  hasIpv4: boolean,
): Blocks | UnmodelledNetwork {
  const { items, unknowns } = resource.blocks('ipam_config');
  if (unknowns.length > 0) return { unknown: unknowns[0]! };
  const ipv6 = resource.flag('ipv6') ?? false;
  if (isUnknown(ipv6)) return { unknown: ipv6 };
  const read: ReadBlock[] = [];
  let standIn: Unknown | undefined;
  for (const item of items) {
    const one = blockOf(item);
    if (one === undefined) continue;
    if (isUnknown(one)) standIn = one;
    else if (one.block.family === 4 || ipv6) read.push(one);
  }
  for (const family of [4, 6] as const) {
    if (read.some(({ block }) => block.family === family) || (family === 4 ? !hasIpv4 : !ipv6)) continue;
    const block = standIns.next(family);
    standIn ??= unknown(`${resource.id}.ipam_config`, 'the block that the engine picks');
    read.push({ block, gateway: block.at(1), range: block, taken: AddressSet.empty });
  }
  return { ...placed(read), standIn };
}

function blockOf(item: Attributes): ReadBlock | Unknown | undefined {
  const subnet = item.scalar('subnet');
  if (subnet === undefined || isUnknown(subnet)) return subnet;
  const block = read(item, 'subnet', (text) => Cidr.containing(text));
  const ipRange = item.scalar('ip_range');
  const gateway = item.scalar('gateway');
  if (isUnknown(ipRange)) return ipRange;
  const range = ipRange === undefined ? block : read(item, 'ip_range', (text) => Cidr.containing(text));
  const first = range.prefixLength === block.prefixLength ? block.at(block.size > 2n ? 1 : 0) : range.first;
  const aux = item.written('aux_address');
  const taken = aux.kind === 'object' ? [...aux.entries.values()] : [];
  return {
    block,
    gateway:
      gateway === undefined || isUnknown(gateway)
        ? first
        : read(item, 'gateway', (text) => Address.parse(text)),
    range,
    taken: AddressSet.from(
      taken.flatMap((one) =>
        one.kind === 'known' && one.value !== null ? [Address.parse(String(one.value))] : [],
      ),
    ),
  };
}

function read<T>(item: Attributes, attribute: string, parse: (text: string) => T): T {
  try {
    return parse(item.text(attribute) ?? '');
  } catch (error) {
    if (!NetproofError.is(error)) throw error;
    throw new NetproofError('InvalidTerraform', `${item.key(attribute)}: ${error.message}`);
  }
}

/** Containers get addresses of the range, less the first and last of the block, the gateway and what is kept. */
function placed(blocks: readonly ReadBlock[]): Pick<DockerNetwork, 'blocks' | 'placeable' | 'gateways'> {
  return {
    blocks: blocks.map(({ block }) => block),
    placeable: AddressSet.from(
      blocks.map(({ block, gateway, range, taken }) => {
        const edges = block.size > 2n ? AddressSet.of(block.first, block.last) : AddressSet.empty;
        return AddressSet.of(range).subtract(AddressSet.of(gateway).union(taken).union(edges));
      }),
    ),
    gateways: blocks.map(({ gateway }) => gateway),
  };
}
