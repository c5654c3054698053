import { Address } from '../../addressing/address';
import { unknown, type Unknown } from '../../topology/value';
import { isUnknown } from '../attributes';
import type { DockerAssumptions } from './docker-assumptions';
import { type Alias, type PublishedPort, publishedBy, type Stack, stackOf } from './docker-container';
import {
  defaultBridge,
  type DockerNetwork,
  gatewayBridge,
  readDockerNetwork,
  StandIns,
  type UnmodelledNetwork,
} from './docker-network';
import type { DockerEstate, DockerResource, Named } from './docker-resource';
import type { Engine } from './engine';
import { type HostName, ownId } from './host-frame';

/** A container on a network, with the addresses that are known of it. */
export interface Attachment {
  readonly network: DockerNetwork;
  readonly addresses: readonly Address[];
  /** Names of it there, beside its own. */
  readonly aliases: readonly Alias[];
}

/** A container with its place: on networks, in the host's stack, or nowhere. */
export interface PlacedContainer {
  readonly resource: DockerResource;
  /** Id of the container whose stack it has; its own unless it shares another's. */
  readonly stackOf: string;
  readonly place: 'networks' | 'host' | 'none';
  readonly attachments: readonly Attachment[];
  /** The network by which it sends what is for none of its own. */
  readonly gateway: DockerNetwork | undefined;
  /** What it publishes and the engine binds. */
  readonly ports: readonly PublishedPort[];
  /** Set when its place is not known or not modelled. */
  readonly unknown: Unknown | undefined;
}

/** Finds the networks of one Docker host and the place of each container on them. */
export class Placement {
  readonly networks = new Map<string, DockerNetwork>();
  private readonly unmodelled = new Map<string, UnmodelledNetwork>();
  private readonly estate: DockerEstate;
  private readonly engine: Engine;
  private readonly assumed: DockerAssumptions;
  private readonly called: HostName;
  private readonly standIns = new StandIns();

  /** `called` keeps the ids of several hosts apart. */
  constructor(
    estate: DockerEstate,
    isHere: (resource: DockerResource) => boolean,
    called: HostName,
    engine: Engine,
    assumed: DockerAssumptions,
  ) {
    this.estate = estate;
    this.engine = engine;
    this.assumed = assumed;
    this.called = called;
    for (const resource of estate.of('docker_network')) {
      if (isHere(resource)) this.network({ kind: 'resource', resource });
    }
  }

  place(resource: DockerResource): PlacedContainer {
    const stack = stackOf(resource, this.estate);
    const ports = publishedBy(resource);
    const own = { resource, stackOf: resource.id };
    switch (stack.kind) {
      case 'unknown':
        return { ...own, ...nowhere, unknown: stack.unknown };
      case 'host':
      case 'none':
        // The engine discards what they publish.
        return { ...own, ...nowhere, place: stack.kind };
      case 'container': {
        const shared = this.sharedWith(stack, [resource.id]);
        return { ...shared, resource };
      }
      case 'networks':
        if (isUnknown(ports)) return { ...own, ...nowhere, unknown: ports };
        return this.onNetworks(resource, stack, ports);
    }
  }

  private sharedWith(
    stack: Extract<Stack, { kind: 'container' }>,
    before: readonly string[],
  ): PlacedContainer {
    const { resource } = stack;
    if (before.includes(resource.id)) {
      const cause = unknown(resource.key('network_mode'), 'containers that share each other’s network');
      return { resource, stackOf: resource.id, ...nowhere, unknown: cause };
    }
    const next = stackOf(resource, this.estate);
    if (next.kind === 'container') return this.sharedWith(next, [...before, resource.id]);
    return { ...this.place(resource), ports: [] };
  }

  private onNetworks(
    resource: DockerResource,
    { attachments: written }: Extract<Stack, { kind: 'networks' }>,
    ports: readonly PublishedPort[],
  ): PlacedContainer {
    const own = { resource, stackOf: resource.id, place: 'networks' as const, ports };
    const attachments: Attachment[] = [];
    let cause: Unknown | undefined;
    for (const { network: named, addresses, aliases } of written) {
      const network = this.network(named);
      if ('unknown' in network) cause ??= network.unknown;
      else {
        const known = [...addresses, ...reportedAddresses(resource, network)];
        const first = [4, 6].flatMap((family) => known.find((one) => one.family === family) ?? []);
        attachments.push({ network, addresses: first, aliases });
      }
    }
    if (cause !== undefined) return { ...own, attachments, gateway: undefined, unknown: cause };
    const gateway = this.gatewayOf(attachments);
    if (gateway !== undefined && 'unknown' in gateway) {
      return { ...own, attachments, gateway: undefined, unknown: gateway.unknown };
    }
    const leaves = gateway ?? this.overlayGateway(attachments);
    if (leaves?.name === 'docker_gwbridge') attachments.push({ network: leaves, addresses: [], aliases: [] });
    return { ...own, attachments, gateway: leaves, unknown: undefined };
  }

  /**
   * Of several networks that could be the way out, one with both families comes first, then the first by name; an internal
   * one is only taken where the engine gives it a default route and there is no other.
   */
  private gatewayOf(attachments: readonly Attachment[]): DockerNetwork | UnmodelledNetwork | undefined {
    const networks = attachments.map(({ network }) => network).filter(({ driver }) => driver !== 'overlay');
    const open = networks.filter((one) => !one.internal && this.leads(one));
    const candidates =
      open.length > 0
        ? open
        : networks.filter(
            (one) => one.driver === 'bridge' && one.internal && this.engine.internalHasDefaultRoute,
          );
    const nameless = candidates.find(({ name }) => name === undefined);
    if (candidates.length > 1 && nameless !== undefined) {
      return { unknown: unknown(`${nameless.id}.name`, 'its name, by which the way out is chosen') };
    }
    return [...candidates].sort(
      (a, b) => families(b) - families(a) || ((a.name ?? '') < (b.name ?? '') ? -1 : 1),
    )[0];
  }

  private leads({ driver, gateways, mode }: DockerNetwork): boolean {
    if (mode === 'isolated') return false;
    return driver !== 'macvlan' || gateways.length > 0;
  }

  private overlayGateway(attachments: readonly Attachment[]): DockerNetwork | undefined {
    if (!attachments.some(({ network }) => network.driver === 'overlay' && !network.internal))
      return undefined;
    const id = ownId(this.called, 'docker_gwbridge');
    const known = this.networks.get(id) ?? gatewayBridge(this.standIns, id);
    this.networks.set(id, known);
    return known;
  }

  private network(named: Named): DockerNetwork | UnmodelledNetwork {
    if (named.kind === 'unknown') return named;
    if (named.kind === 'name') return this.byName(named.name);
    const { resource } = named;
    if (!resource.managed && resource.text('name') === 'bridge') return this.byName('bridge');
    const known = this.networks.get(resource.id) ?? this.unmodelled.get(resource.id);
    if (known !== undefined) return known;
    const read =
      resource.managed || resource.has('ipam_config')
        ? readDockerNetwork(resource, this.engine, this.standIns)
        : { unknown: unknown(resource.id, 'a network that is not in this input') };
    if ('unknown' in read) this.unmodelled.set(resource.id, read);
    else this.networks.set(resource.id, read);
    return read;
  }

  private byName(name: string): DockerNetwork | UnmodelledNetwork {
    if (name !== 'bridge') {
      return { unknown: unknown(name, `the network ${name}, which is not in this input`) };
    }
    const id = ownId(this.called, 'bridge');
    const wanted = this.assumed.defaultBridgeSubnet;
    const free = [...this.networks.values()].every(({ blocks }) =>
      blocks.every((block) => !block.overlaps(wanted)),
    );
    const known =
      this.networks.get(id) ?? defaultBridge(this.assumed, free ? wanted : this.standIns.next(4), id);
    this.networks.set(id, known);
    return known;
  }
}

const nowhere = {
  place: 'none',
  attachments: [],
  gateway: undefined,
  ports: [],
  unknown: undefined,
} as const;

function families({ blocks }: DockerNetwork): number {
  return new Set(blocks.map(({ family }) => family)).size;
}

/** Addresses that a state tells of a container on a network. */
function reportedAddresses(resource: DockerResource, network: DockerNetwork): readonly Address[] {
  return resource
    .blocks('network_data')
    .items.filter((item) => network.name !== undefined && item.text('network_name') === network.name)
    .flatMap((item) =>
      ['ip_address', 'global_ipv6_address'].flatMap((attribute) => item.text(attribute) ?? []),
    )
    .map((text) => Address.parse(text));
}
