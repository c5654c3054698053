import { Address } from '../../addressing/address';
import { AddressSet } from '../../addressing/address-set';
import { Traffic } from '../../addressing/traffic';
import type { TopologyBuilder } from '../../topology/topology-builder';
import type { Sight } from '../../topology/sight';
import { unknown, type Unknown } from '../../topology/value';
import { distinctAddresses, isLoopback, loopbacks } from './docker-address';
import type { DockerAssumptions } from './docker-assumptions';
import { DockerNames } from './docker-names';
import type { DockerNetwork } from './docker-network';
import type { DockerResource } from './docker-resource';
import type { Engine } from './engine';
import { acceptedBy, type Region } from './host-firewall';
import type { PlacedContainer } from './placed-container';
import { type Door, doorsOf } from './published-door';
import type { WayIn } from './way-in';

/** What one host is made of before it is compiled. */
export interface HostParts {
  readonly networks: readonly DockerNetwork[];
  readonly containers: readonly PlacedContainer[];
  /** How others come to the machine. @default - nothing is recorded */
  readonly ways?: readonly WayIn[];
  /** Services, of which only the names are known. */
  readonly services: readonly DockerResource[];
}

/** What tells a Docker host from the others of the input. */
export interface HostName {
  /** Alias of its provider where there are several. */
  readonly alias: string | undefined;
  /** The stack that it is called after, where not all stacks of its provider are on one host. */
  readonly stack: string | undefined;
  /** Stacks whose containers are on it; empty where stacks have no names. */
  readonly stacks: readonly string[];
  /** Whether the input has other hosts. */
  readonly among: boolean;
}

/** Id of something that the host has by itself: `host`, `host.lab`, `shop:host`. */
export function ownId({ alias, stack }: HostName, name: string): string {
  return `${stack === undefined ? '' : `${stack}:`}${name}${alias === undefined ? '' : `.${alias}`}`;
}

/** One Docker host while it is compiled: what every part of it is made from, and how its things are called. */
export class HostFrame {
  readonly builder: TopologyBuilder;
  readonly engine: Engine;
  readonly assumed: DockerAssumptions;
  readonly parts: HostParts;
  readonly called: HostName;
  readonly bridges: readonly DockerNetwork[];
  readonly ways: readonly WayIn[];
  readonly doors: readonly Door[];
  readonly names: DockerNames;
  /** What is seen of each door, made once. */
  readonly doorSights = new Map<Door, Sight>();
  /** The host's addresses beside gateways and loopback. */
  readonly outer: readonly Address[];
  /** All of the host's addresses. */
  readonly own: AddressSet;
  readonly origin: { readonly address: string };

  constructor(
    builder: TopologyBuilder,
    engine: Engine,
    assumed: DockerAssumptions,
    parts: HostParts,
    called: HostName,
  ) {
    this.builder = builder;
    this.engine = engine;
    this.assumed = assumed;
    this.parts = parts;
    this.called = called;
    this.origin = { address: this.id('host') };
    this.ways = parts.ways ?? [];
    this.bridges = parts.networks.filter(({ driver }) => driver === 'bridge');
    this.doors = parts.containers.flatMap(doorsOf);
    const gateways = this.bridges.flatMap((network) => network.gateways);
    const bound = this.doors.flatMap((door) => door.bound ?? []);
    const arrives = this.ways.map((way) => way.arrives.address);
    const stated =
      assumed.hostAddresses.length > 0 ? assumed.hostAddresses : arrives.length > 0 ? [] : [unnamed];
    this.outer = distinctAddresses([
      ...stated,
      ...arrives,
      ...bound.filter((one) => !isLoopback(one) && !gateways.some((gateway) => gateway.equals(one))),
    ]);
    this.own = AddressSet.of(
      ...gateways,
      ...this.shims.flatMap(({ addresses }) => addresses),
      ...this.outer,
      ...loopbacks,
    );
    this.names = new DockerNames(builder, assumed, { ...parts, host: this.id('host'), loopback: loopbacks });
  }

  get domain(): string {
    return this.id('docker host');
  }

  id(name: string): string {
    return ownId(this.called, name);
  }

  /** `packet filter of the Docker host`, and whose host it is. */
  named(text: string): string {
    const { alias, stack, stacks } = this.called;
    return [
      text,
      ...(alias === undefined ? [] : [alias]),
      ...(stack === undefined ? [] : [`of ${stacks.join(', ')}`]),
    ].join(' ');
  }

  /** What only a machine of its own decides: with Docker Desktop the host is not the one that a person sees. */
  get desktop(): Unknown | undefined {
    return this.assumed.platform === 'desktop'
      ? unknown('docker.platform', 'what Docker Desktop does between its own machine and the host')
      : undefined;
  }

  /** Interfaces that the host has beside those of containers on the LAN. */
  get shims(): readonly { readonly segment: string; readonly addresses: readonly Address[] }[] {
    return this.parts.networks.flatMap(({ id, shim }) =>
      shim === undefined ? [] : [{ segment: id, addresses: [shim] }],
    );
  }

  /** Addresses that are reached by a forward of the hypervisor alone. */
  get behindNat(): AddressSet {
    return AddressSet.of(
      ...this.ways.filter(({ forward }) => forward !== undefined).map(({ arrives }) => arrives.address),
    );
  }

  /** The zones at which the host ends. */
  get zones(): readonly string[] {
    return this.desktop === undefined ? ['lan', 'internet', 'internet6'] : ['internet', 'internet6'];
  }

  get reachesLoopback(): boolean {
    return this.assumed.lan.routesToHostLoopback && this.engine.loopbackFromOutside;
  }

  /** What the firewall of the host lets in to processes of the host; what these send each other passes none. */
  get input(): readonly Region[] {
    const accepted = acceptedBy(this.assumed.hostFirewall?.input ?? []);
    const outside = AddressSet.everything().subtract(this.own);
    return this.assumed.hostFirewall === undefined
      ? accepted
      : [
          { traffic: Traffic.everything, sources: this.own },
          ...accepted
            .map(({ traffic, sources }) => ({ traffic, sources: sources.intersect(outside) }))
            .filter(({ sources }) => !sources.isEmpty()),
        ];
  }

  /** What the firewall of the host lets it pass on. */
  get forward(): readonly Region[] {
    return acceptedBy(this.assumed.hostFirewall?.forward ?? []);
  }

  /** Whether the firewall of the host is asked about what stays on one bridge. */
  get wallsPeers(): boolean {
    return this.assumed.brNetfilter && (this.assumed.hostFirewall?.forward ?? []).length > 0;
  }

  /** Clients whose packets to a published port are answered by a process of the host, and not translated. */
  get answersItself(): AddressSet {
    if (!this.engine.filters) return AddressSet.everything();
    return this.engine.proxies
      ? AddressSet.of(...this.bridges.flatMap(({ blocks }) => blocks))
      : AddressSet.empty;
  }

  /** What outsiders reach of a bridge's containers at their own addresses, if they route there at all. */
  fromOutside(network: DockerNetwork): 'all' | 'published' | 'nothing' {
    const { engine, assumed } = this;
    if (!assumed.lan.routesToContainers) return 'nothing';
    if (!engine.filters) return 'all';
    if (network.internal) return 'nothing';
    if (network.mode === 'routed') return 'published';
    if (network.mode === 'nat-unprotected') return 'all';
    const found = engine.fromOutside;
    return found === 'nothing' && network.trusts ? 'published' : found;
  }

  /** Whether a door is bound to an address that the host has in a segment. */
  bindsIn({ bound, family }: Door, segment: string): boolean {
    const addresses =
      segment === this.id('host addresses')
        ? this.outer
        : segment === this.id('host loopback')
          ? loopbacks
          : (this.bridges.find(({ id }) => id === segment)?.gateways ??
            this.shims.find((one) => one.segment === segment)?.addresses ??
            []);
    return addresses.some((one) => (bound === undefined ? one.family === family : one.equals(bound)));
  }
}

/** Stands for the host's address on its LAN as long as nobody names it. */
const unnamed = Address.parse('241.255.255.1');
