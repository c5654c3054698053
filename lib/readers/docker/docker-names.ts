import { Address } from '../../addressing/address';
import { NetproofError } from '../../addressing/netproof-error';
import type { BeyondTables, NameOwner, NameRecord, Resolver } from '../../topology/name-table';
import type { Origin } from '../../topology/origin';
import type { TopologyBuilder } from '../../topology/topology-builder';
import { known, type Known, type Ref, unknown, type Unknown, type Value } from '../../topology/value';
import { type Attributes, isUnknown } from '../attributes';
import type { DockerAssumptions } from './docker-assumptions';
import type { DockerNetwork } from './docker-network';
import type { DockerResource } from './docker-resource';
import { isBefore, readEngineVersion } from './engine-version';
import type { Attachment, PlacedContainer } from './placed-container';

/** What names rest on: the parts of one host, and ids that it was compiled under. */
export interface NamedParts {
  readonly networks: readonly DockerNetwork[];
  readonly containers: readonly PlacedContainer[];
  /** Services, of which only the names are known. */
  readonly services: readonly DockerResource[];
  /** Id of the endpoint that is the host. */
  readonly host: string;
  readonly loopback: readonly Address[];
}

/**
 * Names as the containers of one Docker host know them: the hosts file of each, and the engine's name service of every
 * network but the default bridge. What it answers was measured on 20.10.24 and 28.5.2.
 *
 * @see https://docs.docker.com/engine/network/#dns-services
 */
export class DockerNames {
  private readonly builder: TopologyBuilder;
  private readonly assumed: DockerAssumptions;
  private readonly parts: NamedParts;
  private readonly byId: ReadonlyMap<string, PlacedContainer>;
  /** The address of the host that `host-gateway` stands for: that of the default bridge. */
  private readonly hostGateway: Address | Unknown;

  constructor(builder: TopologyBuilder, assumed: DockerAssumptions, parts: NamedParts) {
    this.builder = builder;
    this.assumed = assumed;
    this.parts = parts;
    this.byId = new Map(parts.containers.map((container) => [container.resource.id, container]));
    const bridge = parts.networks.find(({ name }) => name === 'bridge');
    this.hostGateway = bridge?.standIn ?? bridge?.gateways[0] ?? assumed.defaultBridgeSubnet.at(1);
  }

  /** Adds the tables; the endpoints that they name are added by whoever compiles the host. */
  add(): void {
    const { builder, parts } = this;
    this.addNetworks();
    for (const container of parts.containers) {
      if (container.stackOf !== container.resource.id || container.unknown !== undefined) continue;
      const { resource } = container;
      const origin = resource.origin();
      const extra = this.extraHosts(resource);
      if (extra.length > 0) {
        const id = extraHostsOf(resource.id);
        builder.addNameTable({ id, records: extra, local: true, origin: resource.origin('host') });
      }
      builder.addNameTable({
        id: hostsOf(resource.id),
        records: this.ownNames(container),
        local: true,
        origin,
      });
    }
    const local: NameOwner = { kind: 'addresses', addresses: parts.loopback, endpoint: parts.host };
    const origin = { address: parts.host };
    const records = [{ name: 'localhost', what: 'loopback', owner: local, origin }];
    builder.addNameTable({ id: hostsOf(parts.host), records, local: true, origin });
  }

  /** How a container finds out what names mean; that of the container whose network it shares. */
  resolverOf(container: PlacedContainer): Resolver | undefined {
    if (container.unknown !== undefined) return undefined;
    const owner = this.byId.get(container.stackOf);
    if (owner === undefined || owner.unknown !== undefined) return undefined;
    const { resource, place, attachments } = owner;
    const own = [
      ...(resource.blocks('host').items.length > 0 || resource.blocks('host').unknowns.length > 0
        ? [[extraHostsOf(resource.id)]]
        : []),
      [hostsOf(resource.id)],
    ];
    if (place === 'host') {
      const servers = `what the Docker host itself asks: its own /etc/hosts and its resolvers`;
      return { tables: [...own, [hostsOf(this.parts.host)]], beyond: { kind: 'upstream', servers } };
    }
    if (place === 'none') return { tables: own, beyond: { kind: 'nobody', reason: 'it is on no network' } };
    const networks = attachments.map(({ network }) => network);
    const { items, unknowns } = resource.items('dns_search');
    const search = items.flatMap((item) => textOf(item) ?? []);
    const unsure =
      unknowns[0] ??
      (search.length < items.length ? resource.unknownOf('dns_search', items.find(isOpen)) : undefined);
    const beyond: BeyondTables =
      unsure === undefined ? this.beyond(resource, networks) : { kind: 'unknown', unknown: unsure };
    return {
      tables: [...own, ...ordered(networks.filter(isNamed)).map((group) => group.map(namesOf))],
      ...(search.length > 0 && { search: search.map(plain) }),
      beyond,
    };
  }

  /** The resolver of a process on the host. */
  hostResolver(): Resolver {
    const servers = 'its own /etc/hosts and its resolvers';
    return { tables: [[hostsOf(this.parts.host)]], beyond: { kind: 'upstream', servers } };
  }

  /** Who is asked next. An engine asks nobody for a container that is on internal networks alone; older ones may. */
  private beyond(resource: DockerResource, networks: readonly DockerNetwork[]): BeyondTables {
    const { items, unknowns } = resource.items('dns');
    const stated = items.map((item) => textOf(item) ?? resource.key('dns'));
    const told = unknowns.length > 0 || stated.length > 0;
    const servers = told ? stated.join(', ') || resource.key('dns') : 'the resolvers of the Docker host';
    if (networks.some(({ internal }) => !internal)) return { kind: 'upstream', servers };
    if (told) {
      const text = 'whether the engine asks these servers for a container on internal networks alone';
      return { kind: 'unknown', unknown: unknown(resource.key('dns'), text) };
    }
    const nobody = 'the engine asks nobody outside for a container that is on internal networks alone';
    const { version } = this.assumed;
    if (version === undefined) {
      const text = `${nobody}, from 26.0 on; before, the resolver of the host where that is on loopback`;
      return { kind: 'unknown', unknown: unknown('docker.version', text) };
    }
    return keepsInternalNames(version)
      ? { kind: 'nobody', reason: nobody }
      : {
          kind: 'upstream',
          servers: 'the resolver of the Docker host if that is on loopback; any other does not answer',
        };
  }

  /** The engine's name service: a table per network, of who is on it. */
  private addNetworks(): void {
    const { networks, containers } = this.parts;
    const records = new Map(networks.filter(isNamed).map((network) => [network, [] as NameRecord[]]));
    for (const container of containers) {
      // Who shares the network of another has no name of its own there.
      if (container.stackOf !== container.resource.id) continue;
      for (const attachment of container.attachments) {
        records.get(attachment.network)?.push(...recordsOf(container, attachment));
      }
      // A container of unknown place may be on any network of its host.
      if (container.unknown === undefined || container.attachments.length > 0) continue;
      for (const list of records.values()) list.push(...recordsOf(container, undefined));
    }
    for (const service of this.parts.services) {
      for (const [network, list] of records)
        if (network.driver === 'overlay') list.push(...serviceRecords(service));
    }
    for (const [network, list] of records) {
      const { name, origin, id } = network;
      const suffixes = name === undefined ? {} : { suffixes: [plain(name)] };
      const title = `names of ${name ?? id}`;
      this.builder.addNameTable({ id: namesOf(network), name: title, records: list, ...suffixes, origin });
    }
  }

  /** What `docker run --add-host` writes. */
  private extraHosts(resource: DockerResource): readonly NameRecord[] {
    const { items, unknowns } = resource.blocks('host');
    const what = 'extra host';
    const records = items.map((item): NameRecord => {
      const owner = this.extraOwner(item.scalar('ip'), item.key('ip'));
      return { name: nameOf(item, 'host'), what, owner, origin: item.origin() };
    });
    const origin = resource.origin('host');
    const open = unknowns.map((cause): NameRecord => ({
      name: cause,
      what,
      owner: { kind: 'unknown', unknown: cause },
      origin,
    }));
    return [...records, ...open];
  }

  private extraOwner(ip: ReturnType<DockerResource['scalar']>, key: string): NameOwner {
    if (isUnknown(ip)) return { kind: 'unknown', unknown: ip };
    if (ip === 'host-gateway') {
      const endpoint = this.parts.host;
      const { hostGateway } = this;
      return isUnknown(hostGateway)
        ? { kind: 'unknown', unknown: hostGateway, endpoint }
        : { kind: 'addresses', addresses: [hostGateway], endpoint };
    }
    try {
      return { kind: 'addresses', addresses: [Address.parse(String(ip))] };
    } catch (error) {
      if (!NetproofError.is(error)) throw error;
      throw new NetproofError('InvalidTerraform', `${key}: ${error.message}`);
    }
  }

  /** The hosts file that the engine writes: loopback, and the hostname at every address. */
  private ownNames({ resource, place, attachments }: PlacedContainer): readonly NameRecord[] {
    const host = place === 'host';
    const loopback: NameRecord = {
      name: 'localhost',
      what: 'loopback',
      owner: {
        kind: 'addresses',
        addresses: this.parts.loopback,
        endpoint: host ? this.parts.host : resource.id,
      },
      origin: resource.origin(),
    };
    if (place !== 'networks') return [loopback];
    const names = hostnamesOf(resource);
    return [
      loopback,
      ...sortedById(attachments.map(({ network }) => network)).flatMap((network) =>
        names.map((name): NameRecord => ({
          name,
          what: 'own hostname',
          owner: onNetwork(resource, network),
          origin: resource.origin('hostname'),
        })),
      ),
    ];
  }
}

/** What the name service of a network knows of a container: its names, and those that it has there alone. */
function recordsOf(
  { resource, unknown: cause }: PlacedContainer,
  attachment: Attachment | undefined,
): readonly NameRecord[] {
  const owner: NameOwner =
    attachment !== undefined && cause === undefined
      ? onNetwork(resource, attachment.network)
      : { kind: 'unknown', unknown: cause!, endpoint: resource.id };
  const record = (name: string | Unknown, what: string, origin: Origin): NameRecord => ({
    name,
    what,
    owner,
    ...(attachment === undefined && cause !== undefined && { doubt: cause }),
    origin,
  });
  const hostname = resource.scalar('hostname');
  const id = resource.text('id');
  return [
    record(nameOf(resource, 'name'), 'container name', resource.origin('name')),
    ...(attachment?.aliases ?? []).map(({ name, origin }) => record(name, 'alias', origin)),
    ...(hostname === undefined
      ? []
      : [record(nameOf(resource, 'hostname'), 'hostname', resource.origin('hostname'))]),
    ...(id !== undefined && /^[0-9a-f]{12,}$/.test(id)
      ? [record(id.slice(0, 12), 'container id', resource.origin('id'))]
      : []),
  ];
}

/** A service answers by an address of its own or by those of its tasks, on networks that are not looked up. */
function serviceRecords(service: DockerResource): readonly NameRecord[] {
  const name = nameOf(service, 'name');
  const cause = unknown(service.id, `${service.type} is not modelled`);
  const owner: NameOwner = { kind: 'unknown', unknown: cause, endpoint: service.id };
  const names = isUnknown(name) ? [name] : [name, `tasks.${name}`];
  const origin = service.origin('name');
  return names.map((one) => ({ name: one, what: 'service name', owner, doubt: cause, origin }));
}

/** Of several networks the first with a name answers: open ones before internal ones, both families first, then by name. */
function ordered(networks: readonly DockerNetwork[]): readonly (readonly DockerNetwork[])[] {
  const families = ({ blocks }: DockerNetwork): number => new Set(blocks.map(({ family }) => family)).size;
  const ranks = new Map<string, DockerNetwork[]>();
  const rankOf = (one: DockerNetwork): string => `${one.internal ? 1 : 0} ${9 - families(one)}`;
  for (const network of networks) {
    // Among internal networks it is the order in which they happened to be joined.
    const rank = network.internal ? '1' : rankOf(network);
    ranks.set(rank, [...(ranks.get(rank) ?? []), network]);
  }
  return [...ranks]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, group]) => {
      if (group.some(({ internal, name }) => internal || name === undefined)) return [sortedById(group)];
      return [...group].sort((a, b) => (a.name! < b.name! ? -1 : 1)).map((one) => [one]);
    });
}

/** Networks that come in no order, in one that is always the same. */
function sortedById(networks: readonly DockerNetwork[]): readonly DockerNetwork[] {
  return [...networks].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The hostname, and with a domain that too. */
function hostnamesOf(resource: DockerResource): readonly (string | Unknown)[] {
  const hostname = resource.scalar('hostname');
  if (hostname === undefined) return [];
  const name = nameOf(resource, 'hostname');
  if (resource.scalar('domainname') === undefined || isUnknown(name)) return [name];
  const domain = nameOf(resource, 'domainname');
  return [name, isUnknown(domain) ? domain : `${name}.${domain}`];
}

/** Names of the default bridge and of the one by which overlays leave are nobody's. */
function isNamed({ name }: DockerNetwork): boolean {
  return name !== 'bridge' && name !== 'docker_gwbridge';
}

function onNetwork(resource: DockerResource, network: DockerNetwork): NameOwner {
  return { kind: 'interface', endpoint: resource.id, interface: `${resource.id} at ${network.id}` };
}

const namesOf = ({ id }: DockerNetwork): string => `names of ${id}`;
const hostsOf = (id: string): string => `hosts file of ${id}`;
const extraHostsOf = (id: string): string => `extra hosts of ${id}`;

/** A name as it is compared, or what would tell it: one that Terraform holds sensitive is told to nobody. */
function nameOf(place: Attributes, attribute: string): string | Unknown {
  const value = place.scalar(attribute);
  if (isUnknown(value)) return inLowerCase(value);
  const text = place.label(attribute);
  return text === undefined ? unknown(place.key(attribute), 'a name that is not told') : plain(text);
}

function inLowerCase(value: Unknown): Unknown {
  if (value.parts === undefined) return value;
  const parts = value.parts.map((part): Known | Ref =>
    part.kind === 'known' ? known(String(part.value).toLowerCase()) : part,
  );
  return { ...value, parts };
}

function plain(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

function textOf(value: Value): string | undefined {
  return value.kind === 'known' && value.value !== null ? String(value.value) : undefined;
}

function isOpen(value: Value): boolean {
  return value.kind !== 'known';
}

/**
 * Whether the engine asks nobody outside for containers on internal networks alone. Mended in several lines at once.
 * @see https://github.com/moby/moby/security/advisories/GHSA-mq39-4gv4-mvpx
 */
function keepsInternalNames(text: string): boolean {
  const version = readEngineVersion(text);
  const [major] = version;
  if (major === 23) return !isBefore(version, '23.0.11');
  if (major === 25) return !isBefore(version, '25.0.5');
  return !isBefore(version, '26.0');
}
