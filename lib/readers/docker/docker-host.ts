import { Address, type Family } from '../../addressing/address';
import { AddressSet } from '../../addressing/address-set';
import { Cidr } from '../../addressing/cidr';
import { NetproofError } from '../../addressing/netproof-error';
import { Traffic } from '../../addressing/traffic';
import { between, type Bounds, exactly } from '../../topology/bounds';
import { ordinaryClientPorts, translatorPorts } from '../../topology/client-ports';
import type { InterfaceAddress } from '../../topology/endpoint';
import type { NextHop } from '../../topology/route-table';
import type { ForwardRule, Leg, Translation } from '../../topology/router';
import type { GivenInterface, GivenRule, TopologyBuilder } from '../../topology/topology-builder';
import { unknown, type Unknown } from '../../topology/value';
import { publicIpv4, publicIpv6 } from '../aws/public-addresses';
import type { DockerAssumptions } from './docker-assumptions';
import type { DockerNetwork } from './docker-network';
import type { Engine } from './engine';
import type { PlacedContainer } from './placed-container';
import { clientsOf, type Door, doorsOf } from './published-door';

/** What one host is made of before it is compiled. */
export interface HostParts {
  readonly networks: readonly DockerNetwork[];
  readonly containers: readonly PlacedContainer[];
}

/** Compiles one Docker host into a topology: lib/readers/docker/README.md says which thing becomes which word. */
export class DockerHost {
  private readonly builder: TopologyBuilder;
  private readonly engine: Engine;
  private readonly assumed: DockerAssumptions;
  private readonly parts: HostParts;
  private readonly suffix: string;
  private readonly bridges: readonly DockerNetwork[];
  private readonly doors: readonly Door[];
  /** The host's addresses beside gateways and loopback. */
  private readonly outer: readonly Address[];
  private readonly own: AddressSet;
  private readonly origin: { readonly address: string };

  constructor(
    builder: TopologyBuilder,
    engine: Engine,
    assumed: DockerAssumptions,
    parts: HostParts,
    suffix: string,
  ) {
    this.builder = builder;
    this.engine = engine;
    this.assumed = assumed;
    this.parts = parts;
    this.suffix = suffix;
    this.origin = { address: this.id('host') };
    this.bridges = parts.networks.filter(({ driver }) => driver === 'bridge');
    this.doors = parts.containers.flatMap(doorsOf);
    const gateways = this.bridges.flatMap((network) => network.gateways);
    const bound = this.doors.flatMap((door) => door.bound ?? []);
    const stated = assumed.hostAddresses.length > 0 ? assumed.hostAddresses : [unnamed];
    this.outer = distinct([
      ...stated,
      ...bound.filter((one) => !isLoopback(one) && !gateways.some((gateway) => gateway.equals(one))),
    ]);
    this.own = AddressSet.of(...gateways, ...this.outer, ...loopbacks);
    refuseOverlaps(parts.networks);
  }

  add(): void {
    const { builder, parts } = this;
    const blocks = parts.networks.filter(({ driver }) => driver !== 'macvlan').flatMap((one) => one.blocks);
    builder.addDomain({
      id: this.domain,
      name: `the Docker host${this.suffix === '' ? '' : ` ${this.suffix.slice(1)}`}`,
      blocks: [...blocks, ...this.outer.map(hostBlock)],
      origin: this.origin,
    });
    this.addTables();
    for (const network of parts.networks) this.addSegment(network);
    this.addOwnSegments();
    for (const container of parts.containers) this.addContainer(container);
    this.addHost();
    this.addRouter();
    for (const network of parts.networks) if (network.driver === 'macvlan') this.addLan(network);
    if (this.desktop !== undefined) this.addUnseenLan(this.desktop);
    for (const door of this.doors) this.addDoor(door);
  }

  private get domain(): string {
    return this.id('docker host');
  }

  private id(name: string): string {
    return `${name}${this.suffix}`;
  }

  /** What only a machine of its own decides: with Docker Desktop the host is not the one that a person sees. */
  private get desktop(): Unknown | undefined {
    return this.assumed.platform === 'desktop'
      ? unknown('docker.platform', 'what Docker Desktop does between its own machine and the host')
      : undefined;
  }

  private addTables(): void {
    const { builder, origin } = this;
    builder.addTable({ id: this.id('on link'), name: 'on link only', routes: loopbackRoutes, origin });
    for (const network of this.parts.networks) {
      if (network.driver !== 'overlay') this.addGatewayTable(`gateway of ${network.id}`, network, []);
    }
  }

  /** What an interface sends by the gateway of its network; `elsewhere` are blocks that its owner has interfaces in. */
  private addGatewayTable(id: string, network: DockerNetwork, elsewhere: readonly Cidr[]): string {
    const out: NextHop =
      network.driver === 'macvlan'
        ? { kind: 'router', router: `lan of ${network.id}`, leg: legOf(network.id) }
        : { kind: 'router', router: this.id('docker engine'), leg: legOf(network.id) };
    const unseen = this.desktop;
    const inside = this.bridges.flatMap(({ blocks }) => blocks).map((to) => routeTo(to, out));
    const lan =
      unseen === undefined
        ? []
        : [...inside, ...privateBlocks.map((to) => routeTo(to, { kind: 'unknown', unknown: unseen }))];
    const between = unknown(
      'docker.lan',
      'whether the router of the LAN leads from one of its blocks to another',
    );
    const neighbours = this.parts.networks
      .filter(
        (one) => one !== network && one.driver === 'macvlan' && !one.internal && network.driver === 'macvlan',
      )
      .flatMap((one) => one.blocks)
      .map((to) => routeTo(to, { kind: 'unknown', unknown: between }));
    this.builder.addTable({
      id,
      name: `by the gateway of ${network.name ?? network.id}`,
      origin: network.origin,
      routes: [
        ...loopbackRoutes,
        ...lan,
        ...neighbours,
        ...elsewhere.map((to) =>
          routeTo(to, { kind: 'drop', reason: 'another interface of its own leads there' }),
        ),
        ...families.map((family) => routeTo(everywhere[family], out)),
      ],
    });
    return id;
  }

  private addSegment(network: DockerNetwork): void {
    const { id, name, blocks, placeable, origin, driver } = network;
    this.builder.addSegment({
      id,
      name: name ?? id,
      domain: driver === 'macvlan' ? `lan of ${id}` : this.domain,
      blocks,
      placeable: placeable.isEmpty() ? AddressSet.of(...blocks) : placeable,
      table: { options: [this.tableOf(network, this.leads(network))], unknowns: [] },
      origin,
    });
    if (driver === 'macvlan') {
      this.builder.addDomain({ id: `lan of ${id}`, name: `the LAN of ${name ?? id}`, blocks, origin });
    }
  }

  private leads({ driver, internal, mode }: DockerNetwork): boolean {
    if (driver === 'overlay') return false;
    if (driver === 'macvlan') return !internal;
    return mode !== 'isolated' && (!internal || this.engine.internalHasDefaultRoute);
  }

  private tableOf(network: DockerNetwork, leads: boolean): string {
    return leads ? `gateway of ${network.id}` : this.id('on link');
  }

  private addOwnSegments(): void {
    const { builder, origin } = this;
    const out: NextHop = {
      kind: 'router',
      router: this.id('docker engine'),
      leg: legOf(this.id('host addresses')),
    };
    builder.addTable({
      id: this.id('host routes'),
      routes: families.map((family) => ({ to: everywhere[family], via: out })),
      origin,
    });
    const segment = (name: string, blocks: readonly Cidr[], table: string): void => {
      builder.addSegment({
        id: this.id(name),
        domain: this.domain,
        blocks,
        table: { options: [this.id(table)], unknowns: [] },
        origin,
      });
    };
    segment('host addresses', this.outer.map(hostBlock), 'host routes');
    segment('host loopback', loopbacks.map(hostBlock), 'on link');
  }

  private addContainer(container: PlacedContainer): void {
    const { resource, place, attachments, unknown: cause } = container;
    const name = resource.label('name');
    const stack = place === 'host' ? this.id('host') : container.stackOf;
    this.builder.addEndpoint({
      id: resource.id,
      names: name === undefined ? [] : [name],
      type: resource.type,
      origin: resource.origin(),
      notModelled: cause,
      stack,
      interfaces:
        cause !== undefined
          ? []
          : place === 'host'
            ? this.hostInterfaces((segment) => `${resource.id} at ${segment}`, false)
            : attachments.map((attachment): GivenInterface => {
                const { network, addresses } = attachment;
                const id = `${resource.id} at ${network.id}`;
                const filter = this.addContainerFilter(id, container, network);
                return {
                  id,
                  segment: network.id,
                  addresses: addressesOn(resource.id, network, addresses),
                  table: { options: [this.tableFor(container, network)], unknowns: [] },
                  filters: exactly(filter === undefined ? [] : [filter]),
                };
              }),
    });
  }

  /** A container sends by one gateway, and never by it what one of its other interfaces leads to. */
  private tableFor({ resource, attachments, gateway }: PlacedContainer, network: DockerNetwork): string {
    if (network !== gateway) return this.id('on link');
    const elsewhere = attachments
      .filter((one) => one.network !== network)
      .flatMap((one) => one.network.blocks);
    const table = `gateway of ${network.id}`;
    return elsewhere.length === 0
      ? table
      : this.addGatewayTable(`${table} for ${resource.id}`, network, elsewhere);
  }

  /** What an engine filters on the way to one container, and not between bridges: its peers, and its published ports. */
  private addContainerFilter(
    id: string,
    container: PlacedContainer,
    network: DockerNetwork,
  ): string | undefined {
    const { engine } = this;
    const icc = network.icc || !engine.filtersBridged;
    const routed = network.mode === 'routed' && engine.filters;
    const fromOutside = this.fromOutside(network) === 'published';
    if (network.driver !== 'bridge' || (icc && !routed && !fromOutside)) return undefined;
    const blocks = AddressSet.of(...network.blocks);
    const host = AddressSet.of(...network.gateways);
    const bridges = AddressSet.of(...this.bridges.flatMap((one) => one.blocks));
    const others = routed ? AddressSet.empty : bridges.subtract(blocks);
    const outside = AddressSet.everything().subtract(bridges);
    const open = Traffic.from(container.ports.map(({ traffic }) => traffic));
    const published = routed ? open.union(icmp) : open;
    const allow = (traffic: Traffic, addresses: AddressSet): GivenRule => ({
      action: 'allow',
      traffic: exactly(traffic),
      remote: { addresses: exactly(addresses), members: exactly([]) },
      origin: network.origin,
    });
    this.builder.addFilter({
      id: `filter of ${id}`,
      name: `rules of bridge ${network.name ?? network.id}`,
      matching: 'union',
      stateful: true,
      origin: network.origin,
      ingress: [
        allow(Traffic.everything, icc ? blocks : host),
        ...(others.isEmpty() ? [] : [allow(Traffic.everything, others)]),
        allow(
          routed || fromOutside ? published : Traffic.everything,
          routed ? AddressSet.everything().subtract(blocks) : outside,
        ),
      ],
      egress: [allow(Traffic.everything, AddressSet.everything())],
    });
    return `filter of ${id}`;
  }

  /** What outsiders reach of a bridge's containers at their own addresses, if they route there at all. */
  private fromOutside(network: DockerNetwork): 'all' | 'published' | 'nothing' {
    const { engine, assumed } = this;
    if (!assumed.lan.routesToContainers) return 'nothing';
    if (!engine.filters) return 'all';
    if (network.internal) return 'nothing';
    if (network.mode === 'routed') return 'published';
    if (network.mode === 'nat-unprotected') return 'all';
    const found = engine.fromOutside;
    return found === 'nothing' && network.trusts ? 'published' : found;
  }

  private addHost(): void {
    const { builder, origin } = this;
    const desktop = this.desktop;
    const host = this.id('host');
    const loopback = this.id('host-loopback');
    builder.addEndpoint({
      id: host,
      names: [],
      type: 'host',
      notModelled: desktop,
      stack: host,
      origin,
      interfaces: this.hostInterfaces((segment) => `${host} at ${segment}`, true),
    });
    builder.addEndpoint({
      id: loopback,
      type: 'host',
      notModelled: desktop,
      origin,
      interfaces: this.hostInterfaces((segment) => `${loopback} at ${segment}`, true).filter(
        ({ segment }) => segment === this.id('host loopback'),
      ),
    });
  }

  /** An interface per address of the host. `services`: whether what it takes is what listens on the host. */
  private hostInterfaces(nameOf: (segment: string) => string, services: boolean): readonly GivenInterface[] {
    const places = [
      ...this.bridges.map(({ id, gateways }) => ({
        segment: id,
        addresses: gateways,
        table: `gateway of ${id}`,
      })),
      { segment: this.id('host addresses'), addresses: this.outer, table: this.id('host routes') },
      { segment: this.id('host loopback'), addresses: loopbacks, table: this.id('on link') },
    ];
    return places
      .filter(({ addresses }) => addresses.length > 0)
      .map(({ segment, addresses, table }): GivenInterface => {
        const id = nameOf(segment);
        const published = this.doors.filter((door) => this.bindsIn(door, segment));
        const elsewhere = Traffic.from(this.doors.map(({ port }) => port.dialled)).subtract(
          Traffic.from(published.map(({ port }) => port.dialled)),
        );
        return {
          id,
          segment,
          addresses: addresses.map(certainAddress),
          table: { options: [table], unknowns: [] },
          takes: services
            ? this.taken(addresses, published, elsewhere)
            : Traffic.everything.subtract(Traffic.from(published.map(({ port }) => port.dialled))),
          filters: exactly(services ? [this.addHostFilter(id, addresses, published, elsewhere)] : []),
        };
      });
  }

  private taken(addresses: readonly Address[], published: readonly Door[], elsewhere: Traffic): Traffic {
    const doors = Traffic.from(published.map(({ port }) => port.dialled));
    const services = this.services(addresses, elsewhere).most;
    return doors.union(services);
  }

  /** What listens on the host itself at these addresses; whatever no container publishes, as long as nobody says. */
  private services(addresses: readonly Address[], elsewhere: Traffic): Bounds<Traffic> {
    const { hostListens } = this.assumed;
    // Ping is answered by the kernel.
    if (hostListens === undefined) {
      const cause = unknown('listens.host', 'what listens on the host');
      return between(icmp, Traffic.everything.subtract(elsewhere), [cause]);
    }
    const here = hostListens.filter(({ at }) => at === undefined || addresses.some((one) => one.equals(at)));
    return exactly(icmp.union(Traffic.from(here.map(({ traffic }) => traffic))));
  }

  private addHostFilter(
    id: string,
    addresses: readonly Address[],
    published: readonly Door[],
    elsewhere: Traffic,
  ): string {
    const all = exactly(AddressSet.everything());
    const doors = Traffic.from(published.map(({ port }) => port.dialled));
    const { least, most, unknowns } = this.services(addresses, elsewhere);
    // What nothing listens on is refused by the host, and not filtered.
    const rest = Traffic.everything.subtract(doors);
    const services = { least: rest.subtract(most.subtract(least)), most: rest, unknowns };
    const anything: GivenRule = {
      action: 'allow',
      traffic: exactly(Traffic.everything),
      remote: { addresses: all, members: exactly([]) },
    };
    this.builder.addFilter({
      id: `filter of ${id}`,
      name: 'what listens on the host',
      matching: 'union',
      stateful: true,
      origin: this.origin,
      ingress: [
        { action: 'allow', traffic: services, remote: { addresses: all, members: exactly([]) } },
        ...published.map((door): GivenRule => ({
          action: 'allow',
          traffic:
            door.port.unknown === undefined
              ? exactly(door.port.dialled)
              : between(Traffic.empty, door.port.dialled, [door.port.unknown]),
          remote: {
            addresses: clientsOf(door, this.bridges, this.own, this.engine),
            members: exactly([]),
          },
          origin: door.port.origin,
        })),
      ],
      egress: [anything],
    });
    return `filter of ${id}`;
  }

  /** Whether a door is bound to an address that the host has in a segment. */
  private bindsIn({ bound, family }: Door, segment: string): boolean {
    const addresses =
      segment === this.id('host addresses')
        ? this.outer
        : segment === this.id('host loopback')
          ? loopbacks
          : (this.bridges.find(({ id }) => id === segment)?.gateways ?? []);
    return addresses.some((one) => (bound === undefined ? one.family === family : one.equals(bound)));
  }

  private addRouter(): void {
    const { builder, engine, bridges } = this;
    const outer = this.id('host addresses');
    const zones = this.desktop === undefined ? ['lan', 'internet', 'internet6'] : ['internet', 'internet6'];
    const blocks = AddressSet.of(...bridges.flatMap((network) => network.blocks));
    const loopback = this.reachesLoopback ? [segmentLeg(this.id('host loopback'), loopbacks)] : [];
    const legs: Leg[] = [
      ...bridges.map(({ id, gateways }) => segmentLeg(id, gateways)),
      segmentLeg(outer, this.outer),
      ...loopback,
      ...zones.map((zone) => this.zoneLeg(zone, blocks)),
    ];
    const outside = zones.map((zone) => this.id(`leg to ${zone}`));
    builder.addRouter({
      id: this.id('docker engine'),
      name: `packet filter of the Docker host${this.suffix === '' ? '' : ` ${this.suffix.slice(1)}`}`,
      legs,
      forward: engine.filters ? this.forwarding(outside) : [{ action: 'allow', origin: this.origin }],
      translations: engine.filters ? this.masquerading(zones) : [],
      origin: this.origin,
    });
  }

  /** Whoever comes from the LAN meets what Docker Desktop does, and nobody knows what that is. */
  private addUnseenLan(unseen: Unknown): void {
    const { origin } = this;
    const legs: Leg[] = [
      { id: this.id('leg from lan'), kind: 'zone', zone: 'lan' },
      {
        id: this.id('leg to Docker Desktop'),
        kind: 'domain',
        domain: this.domain,
        table: {
          id: this.id('routes of Docker Desktop'),
          name: 'Docker Desktop',
          unknownRoutes: [],
          origin,
          routes: families.map((family) => ({
            ...routeTo(everywhere[family], { kind: 'unknown', unknown: unseen }),
            preference: 0,
            origin,
          })),
        },
      },
    ];
    this.builder.addRouter({
      id: this.id('Docker Desktop'),
      legs,
      forward: [{ action: 'allow', origin }],
      origin,
    });
  }

  private get reachesLoopback(): boolean {
    return this.assumed.lan.routesToHostLoopback && this.engine.loopbackFromOutside;
  }

  private zoneLeg(zone: string, blocks: AddressSet): Leg {
    const isLan = zone === 'lan';
    const { lan } = this.assumed;
    const own = AddressSet.of(...this.outer);
    const reached = isLan ? own : own.intersect(publicAddresses);
    const known = isLan
      ? reached
          .union(lan.routesToContainers ? blocks : AddressSet.empty)
          .union(this.reachesLoopback ? AddressSet.of(...loopbacks) : AddressSet.empty)
      : reached.union(publicAddresses.subtract(blocks));
    const shown = isLan ? AddressSet.of(this.outer[0]!) : reached;
    return {
      id: this.id(`leg to ${zone}`),
      kind: 'zone',
      zone,
      ...(shown.isEmpty() ? {} : { address: exactly(shown) }),
      routed: known,
    };
  }

  /** The rules of the engine about what the host forwards, in the order in which a packet meets them. */
  private forwarding(outside: readonly string[]): readonly ForwardRule[] {
    const { engine, bridges, origin, assumed } = this;
    const rules: ForwardRule[] = [];
    if (assumed.lan.routesToContainers) {
      for (const network of bridges) {
        const guarded = network.mode === 'nat' && !network.internal && !network.trusts;
        if (!guarded || !engine.dropsRepliesFromOutside) continue;
        rules.push({
          action: 'deny',
          everyPacket: true,
          from: outside,
          to: [legOf(network.id)],
          destination: AddressSet.of(...network.blocks).subtract(this.own),
          origin: network.origin,
        });
      }
    }
    rules.push({ action: 'allow', destination: this.own, origin });
    const ipv6 = AddressSet.everything(6);
    const hasIpv6 = bridges.some(({ blocks }) => blocks.some(({ family }) => family === 6));
    if (hasIpv6 && !engine.filtersIpv6) rules.push({ action: 'allow', source: ipv6, origin });
    for (const network of bridges) {
      if (!network.internal) continue;
      rules.push({ action: 'deny', from: [legOf(network.id)], origin: network.origin });
      rules.push({ action: 'deny', to: [legOf(network.id)], origin: network.origin });
    }
    for (const network of bridges) {
      if (network.internal) continue;
      const others = bridges.filter((one) => one !== network).map(({ id }) => legOf(id));
      const open =
        (network.mode === 'routed' && engine.routedIsOpenToBridges) ||
        (network.mode === 'nat-unprotected' && engine.unprotectedIsOpenToBridges);
      if (others.length > 0 && !open) {
        rules.push({ action: 'deny', from: others, to: [legOf(network.id)], origin: network.origin });
      }
      if (this.fromOutside(network) === 'nothing') {
        rules.push({ action: 'deny', from: outside, to: [legOf(network.id)], origin: network.origin });
      }
    }
    return [...rules, { action: 'allow', origin }];
  }

  /** Packets that leave the host get its address, unless a network says otherwise. */
  private masquerading(zones: readonly string[]): readonly Translation[] {
    const networks = this.bridges.filter(
      ({ internal, masquerade, mode }) => !internal && masquerade && mode !== 'routed',
    );
    return zones.flatMap((zone): readonly Translation[] => {
      const leg = this.id(`leg to ${zone}`);
      const source = (id: string, addresses: AddressSet, origin: Translation['origin']): Translation => ({
        kind: 'source',
        leg,
        from: [legOf(id)],
        source: addresses,
        to: leg,
        ports: translatorPorts,
        origin,
      });
      const inside = networks.flatMap((network) => {
        const blocks = AddressSet.of(...network.blocks);
        const hasIpv6 = network.blocks.some(({ family }) => family === 6);
        const translated = hasIpv6 && !this.engine.filtersIpv6 ? blocks.inFamily(4) : blocks;
        return [source(network.id, translated, network.origin)];
      });
      const own = AddressSet.of(...this.outer).subtract(publicAddresses);
      // What stands between the host and the Internet translates the host's own address.
      if (zone === 'lan' || own.isEmpty()) return inside;
      return [...inside, source(this.id('host addresses'), own, this.origin)];
    });
  }

  /** The LAN on which the containers of a macvlan network stand: they and the host do not see each other there. */
  private addLan(network: DockerNetwork): void {
    if (network.internal) {
      // Nothing leads out of it, and so nobody stands on its edge.
      this.builder.addRouter({
        id: `lan of ${network.id}`,
        legs: [segmentLeg(network.id, network.gateways)],
        origin: network.origin,
      });
      return;
    }
    const zones = this.desktop === undefined ? ['lan', 'internet', 'internet6'] : ['internet', 'internet6'];
    const legs = zones.map((zone): Leg => ({
      id: `leg of ${network.id} to ${zone}`,
      kind: 'zone',
      zone,
      ...(zone === 'lan' ? {} : { routed: publicAddresses.subtract(AddressSet.of(...network.blocks)) }),
    }));
    this.builder.addRouter({
      id: `lan of ${network.id}`,
      name: `the LAN of ${network.name ?? network.id}`,
      legs: [segmentLeg(network.id, network.gateways), ...legs],
      forward: [{ action: 'allow', origin: network.origin }],
      translations: zones
        .filter((zone) => zone !== 'lan')
        .map((zone) => ({
          kind: 'source',
          leg: `leg of ${network.id} to ${zone}`,
          source: AddressSet.of(...network.blocks),
          to: `leg of ${network.id} to ${zone}`,
          ports: translatorPorts,
          origin: network.origin,
        })),
      origin: network.origin,
    });
  }

  private addDoor(door: Door): void {
    const { id, container, network, port } = door;
    const host = this.id('host');
    const segments = [
      ...this.bridges.filter(({ gateways }) => gateways.length > 0).map((one) => one.id),
      this.id('host addresses'),
      this.id('host loopback'),
    ];
    const targets = this.parts.containers
      .filter(({ stackOf, place }) => stackOf === container.resource.id && place === 'networks')
      .map(({ resource }) => ({
        to: { endpoint: resource.id },
        traffic: port.traffic,
        sourceSeen: this.engine.proxies ? ('relay' as const) : ('client' as const),
        ports: ordinaryClientPorts,
        from: [`${host} at ${network.id}`],
        origin: port.origin,
      }));
    this.builder.addRelay({
      id,
      name: `published port ${port.at}:${port.dialled.toString().replace(/^\w+\//, '')}`,
      endpoint: host,
      naturalFrom: ['lan', 'internet', 'internet6', this.id('host-loopback')],
      listeners: [
        {
          traffic: port.dialled,
          at: segments
            .filter((segment) => this.bindsIn(door, segment))
            .map((segment) => `${host} at ${segment}`),
          targets: port.unknown === undefined ? exactly(targets) : between([], targets, [port.unknown]),
          origin: port.origin,
        },
      ],
      origin: port.origin,
    });
  }
}

const families = [4, 6] as const;
const everywhere: Readonly<Record<Family, Cidr>> = { 4: Cidr.parse('0.0.0.0/0'), 6: Cidr.parse('::/0') };
const loopbacks = [Address.parse('127.0.0.1'), Address.parse('::1')];
const publicAddresses = publicIpv4.union(publicIpv6);
const icmp = Traffic.from([Traffic.ofIcmp('icmp'), Traffic.ofIcmp('icmpv6')]);

/** Stands for the host's address on its LAN as long as nobody names it. */
const unnamed = Address.parse('241.255.255.1');

/** Addresses of private networks: what a LAN may have. @see https://www.rfc-editor.org/rfc/rfc1918 */
export const privateBlocks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'].map((text) =>
  Cidr.parse(text),
);

function routeTo(to: Cidr, via: NextHop): { readonly to: Cidr; readonly via: NextHop } {
  return { to, via };
}

/** A machine's own loopback never leaves it. */
const loopbackRoutes = ['127.0.0.0/8', '::1/128'].map((text) =>
  routeTo(Cidr.parse(text), { kind: 'drop', reason: 'loopback' }),
);

function legOf(segment: string): string {
  return `leg in ${segment}`;
}

function segmentLeg(segment: string, addresses: readonly Address[]): Leg {
  return { id: legOf(segment), kind: 'segment', segment, address: exactly(AddressSet.of(...addresses)) };
}

function hostBlock(address: Address): Cidr {
  return Cidr.of(address, address.family === 4 ? 32 : 128);
}

function isLoopback(address: Address): boolean {
  return Cidr.parse('127.0.0.0/8').contains(address) || loopbacks.some((one) => one.equals(address));
}

function certainAddress(address: Address): InterfaceAddress {
  return { family: address.family, possible: AddressSet.of(address), unknown: undefined };
}

function addressesOn(
  id: string,
  network: DockerNetwork,
  known: readonly Address[],
): readonly InterfaceAddress[] {
  return families.flatMap((family): readonly InterfaceAddress[] => {
    if (!network.blocks.some((block) => block.family === family)) return [];
    const address = known.find((one) => one.family === family);
    if (address !== undefined) return [certainAddress(address)];
    const placeable = network.placeable.inFamily(family);
    const possible = placeable.isEmpty() ? AddressSet.of(...network.blocks).inFamily(family) : placeable;
    const cause = unknown(`${id}.network_data`, `its address on ${network.name ?? network.id}`);
    return [{ family, possible, unknown: network.standIn ?? cause }];
  });
}

function distinct(addresses: readonly Address[]): readonly Address[] {
  return [...new Map(addresses.map((address) => [address.toString(), address])).values()];
}

/** An engine refuses a network whose block overlaps another's. */
function refuseOverlaps(networks: readonly DockerNetwork[]): void {
  networks.forEach((network, index) => {
    for (const other of networks.slice(index + 1)) {
      for (const block of network.blocks) {
        const met = other.blocks.find((one) => one.family === block.family && one.overlaps(block));
        if (met === undefined || network.driver === 'overlay' || other.driver === 'overlay') continue;
        throw new NetproofError(
          'OverlappingNetworks',
          `${network.id} has ${block.toString()} and ${other.id} has ${met.toString()}, which overlap. ` +
            'Docker refuses the second of them: give one a block of its own.',
        );
      }
    }
  });
}
