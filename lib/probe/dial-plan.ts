import { AddressSet } from '../addressing/address-set';
import { Cidr } from '../addressing/cidr';
import { literalAddress } from '../addressing/literal-address';
import type { Endpoint, Interface } from '../topology/endpoint';
import type { Relay } from '../topology/relay';
import type { Topology } from '../topology/topology';
import type { Deployment } from './deployment';
import {
  dialable,
  isLoopback,
  type PacketQuestion,
  type PacketTraffic,
  portsOf,
  trafficOf,
} from './packet-question';
import { hostPlace, type Place, type Places } from './place';

/** How one question becomes packets. */
export interface DialPlan {
  readonly from: Place | undefined;
  /** What is dialled, one after the other meaning the same: any answer will do. */
  readonly dials: readonly Dial[];
  /** Where something has to answer, and on what. */
  readonly answers: readonly { readonly place: Place; readonly on: PacketTraffic }[];
  /** Who may answer: the places of `answers`, and for ports of the host the host. */
  readonly accepts: readonly string[];
  /**
   * Whether silence says nothing: no responder is put on the host, and the kernel tells only now and then that a datagram
   * found nobody there.
   */
  readonly silenceIsNothing?: boolean;
  /** Why no packet can be sent; `nothing to dial` is an answer too: nobody gets there. */
  readonly cannot: string | undefined;
}

export interface Dial {
  readonly address: string;
  readonly on: PacketTraffic;
  /** Whether it is a port of the host, who refuses what nobody publishes; a container refuses what has come to it. */
  readonly atHost: boolean;
}

/** Finds the addresses of targets on the engine as it runs. */
export class Dialling {
  private readonly topology: Topology;
  private readonly deployment: Deployment;
  private readonly places: Places;

  constructor(topology: Topology, deployment: Deployment, places: Places) {
    this.topology = topology;
    this.deployment = deployment;
    this.places = places;
  }

  plan(question: PacketQuestion): DialPlan {
    const { from, to, on, via } = question;
    const [, hostId, port] = /^(.+):(\d+)$/.exec(to) ?? [];
    const target = this.topology.endpoints.get(hostId !== undefined && port !== undefined ? hostId : to);
    const source = this.places.of(from);
    const nowhere = { from: source, dials: [], answers: [], accepts: [] };
    if (source === undefined) return { ...nowhere, cannot: this.missing(from) };
    if (target === undefined) return this.outside(nowhere, question);
    if (target.type === 'host') {
      const published = [...this.topology.relays.values()].filter(({ endpoint }) => endpoint === target.id);
      const answers = published.flatMap((relay) => this.behind(relay, on));
      return {
        from: source,
        dials: this.addressesOfHost(from, target, via).map((address) => ({ address, on, atHost: true })),
        answers,
        // A port that is published is not the host's own.
        accepts: answers.length === 0 ? [hostPlace.name] : namesOf(answers),
        cannot: undefined,
      };
    }
    const there = this.places.of(target.id);
    if (there === undefined) return { ...nowhere, cannot: this.missing(target.id) };
    const own = this.isHost(there)
      ? this.addressesOfHost(from, target, via)
      : this.ownAddresses(from, target, via);
    const published = via === undefined ? this.publishedFor(from, target, on) : [];
    const answers = on.protocol === 'icmp' ? [] : [{ place: there, on }];
    return {
      from: source,
      // What a container on the host's stack refuses has come to it, whatever listens there.
      dials: [...own.map((address) => ({ address, on, atHost: false })), ...published],
      answers,
      accepts: namesOf(answers),
      silenceIsNothing: on.protocol === 'udp' && this.isHost(there),
      cannot: undefined,
    };
  }

  private outside(nowhere: Omit<DialPlan, 'cannot'>, { to, on }: PacketQuestion): DialPlan {
    const there = this.places.of(to);
    const known = this.topology.zones.get(to)?.addresses;
    const literal = literalAddress(to)?.toString();
    const address = literal ?? (known?.size === 1n ? known.toString() : undefined);
    if (address === undefined) {
      return { ...nowhere, cannot: `${to} has many addresses: ask about one, for example --to 203.0.113.9` };
    }
    const answers = there === undefined || on.protocol === 'icmp' ? [] : [{ place: there, on }];
    return {
      ...nowhere,
      dials: [{ address, on, atHost: false }],
      answers,
      accepts: namesOf(answers),
      cannot: undefined,
    };
  }

  private missing(id: string): string {
    const endpoint = this.topology.endpoints.get(id);
    if (endpoint === undefined) return `no packet can be sent from ${id}: it lies outside`;
    const container = this.places.containerOf(id);
    const name = endpoint.names[0] ?? id;
    return container === undefined
      ? `${name} is not on this engine`
      : `${name} does not run (docker start ${name})`;
  }

  /** What a container is dialled by: the addresses that it has now, not those that were written. */
  private ownAddresses(from: string, target: Endpoint, via: string | undefined): readonly string[] {
    const container = this.places.containerOf(target.id);
    if (container === undefined || isLoopback(this.topology, from)) return [];
    const owner = this.places.ownerOf(container);
    const wanted = via === undefined ? undefined : this.networkCalled(via);
    return [...owner.networks].flatMap(([network, { ipv4, ipv6 }]) => {
      const addresses = [ipv4, ipv6].filter((one) => one !== undefined);
      if (via === undefined || network === wanted) return addresses;
      return addresses.filter((one) => one === via);
    });
  }

  private addressesOfHost(from: string, target: Endpoint, via: string | undefined): readonly string[] {
    if (isLoopback(this.topology, from)) {
      const own = this.topology.endpoints.get(from)?.interfaces[0];
      return via === undefined || via === own?.segment || via === '127.0.0.1' ? ['127.0.0.1'] : [];
    }
    const network = via === undefined ? undefined : this.networkCalled(via);
    const addresses = dialable(this.topology, from, target).flatMap((one) => {
      const here = this.addressesAt(one);
      if (via === undefined || one.segment === via) return here;
      const name = this.topology.segments.get(one.segment)?.name;
      return network !== undefined && name === network ? here : here.filter((address) => address === via);
    });
    return [...new Set(addresses)];
  }

  /** The host's address on a network is the network's gateway as the engine says it. */
  private addressesAt({ segment, addresses }: Interface): readonly string[] {
    const name = this.topology.segments.get(segment)?.name ?? segment;
    const gateways = this.deployment.networks.get(name)?.blocks.flatMap(({ gateway }) => gateway ?? []) ?? [];
    if (gateways.length > 0) return gateways;
    return addresses
      .filter(({ unknown, possible }) => unknown === undefined && !possible.overlaps(nobodys))
      .map(({ possible }) => possible.toString());
  }

  /** Ports of the host that stand for a container to who has no nearer address of it. */
  private publishedFor(from: string, target: Endpoint, on: PacketTraffic): readonly Dial[] {
    return [...this.topology.relays.values()]
      .filter(({ naturalFrom = [] }) => naturalFrom.includes(from))
      .flatMap(({ endpoint, listeners }) =>
        listeners
          .filter(({ targets }) =>
            targets.most.some(
              ({ to, traffic }) =>
                'endpoint' in to && to.endpoint === target.id && traffic.contains(trafficOf(on)),
            ),
          )
          .flatMap(({ traffic }) =>
            this.addressesOfHost(from, this.topology.endpoints.get(endpoint)!, undefined).flatMap((address) =>
              portsOf(traffic).map((dialled) => ({ address, on: dialled, atHost: true })),
            ),
          ),
      );
  }

  /** Where a port of the host ends, when it is dialled. */
  private behind(relay: Relay, on: PacketTraffic): DialPlan['answers'] {
    return relay.listeners
      .filter(({ traffic }) => traffic.contains(trafficOf(on)))
      .flatMap(({ targets }) =>
        targets.most.flatMap(({ to, traffic }) => {
          const place = 'endpoint' in to ? this.places.of(to.endpoint) : undefined;
          return place === undefined ? [] : portsOf(traffic).map((inside) => ({ place, on: inside }));
        }),
      );
  }

  private networkCalled(via: string): string | undefined {
    const { segments } = this.topology;
    const segment = segments.get(via) ?? [...segments.values()].find(({ name }) => name === via);
    return segment?.name;
  }

  private isHost({ name }: Place): boolean {
    return name === hostPlace.name;
  }
}

function namesOf(answers: DialPlan['answers']): readonly string[] {
  return answers.map(({ place }) => place.name);
}

/** A reader gives these to what has no address yet. @see https://www.rfc-editor.org/rfc/rfc1112 (class E) */
const nobodys = AddressSet.of(Cidr.parse('240.0.0.0/4'));
