import { AddressSet } from '../addressing/address-set';
import { Cidr } from '../addressing/cidr';
import { NetproofError } from '../addressing/netproof-error';
import { PortSet } from '../addressing/port-set';
import { Traffic } from '../addressing/traffic';
import type { Endpoint, Interface } from '../topology/endpoint';
import type { Relay } from '../topology/relay';
import type { Topology } from '../topology/topology';

/** A question that one packet answers. Names are ids of endpoints, of zones, or `host:PORT`. */
export interface PacketQuestion {
  readonly from: string;
  readonly to: string;
  readonly on: PacketTraffic;
  /** The segment, or the literal address, on which the target is dialled. @default - on any of its addresses */
  readonly via?: string;
}

/** One port of one protocol; icmp has none. */
export interface PacketTraffic {
  readonly protocol: 'tcp' | 'udp' | 'icmp';
  readonly port: number;
}

/** The one port that a text such as `tcp/5432` means. Throws InvalidTraffic for more than one. */
export function packetTraffic(on: Traffic): PacketTraffic {
  if (on.equals(Traffic.parse('icmp'))) return { protocol: 'icmp', port: 0 };
  for (const protocol of ['tcp', 'udp'] as const) {
    const ports = on.ports(protocol);
    const port = ports.ranges()[0]?.from;
    if (port !== undefined && on.equals(Traffic.of(protocol, PortSet.of(port)))) return { protocol, port };
  }
  throw new NetproofError(
    'InvalidTraffic',
    `${on.toString()} is more than one packet can ask. netproof probe takes one port or a ping: tcp/5432, udp/53, icmp.`,
  );
}

export function trafficOf({ protocol, port }: PacketTraffic): Traffic {
  return protocol === 'icmp' ? Traffic.parse('icmp') : Traffic.of(protocol, PortSet.of(port));
}

export function textOfTraffic({ protocol, port }: PacketTraffic): string {
  return protocol === 'icmp' ? 'icmp' : `${protocol}/${port}`;
}

export interface MatrixChoice {
  /** Only this, at the targets' own addresses. @default - `free` by TCP, and what each target publishes */
  readonly on?: PacketTraffic | undefined;
  /** A port that nobody publishes. */
  readonly free: number;
  /** Beside TCP, at the free port. @default - neither */
  readonly also?: readonly ('udp' | 'icmp')[];
  /**
   * Ask about addresses one by one, where a target has several: of the host its LAN address, those on networks of who asks
   * and of who answers, and one more. @default - about any of them
   */
  readonly eachAddress?: boolean;
  /** Zones that can send, beside containers and host. @default - none */
  readonly zones?: readonly string[];
}

/** All pairs: containers, the host and its loopback ask containers and published ports. */
export function allPairs(topology: Topology, choice: MatrixChoice): readonly PacketQuestion[] {
  const containers = [...topology.endpoints.values()].filter(isContainer);
  const relays = [...topology.relays.values()];
  const sources = [...containers.map(({ id }) => id), ...hostsOf(topology), ...(choice.zones ?? [])];
  return sources.flatMap((from) => [
    ...containers
      .filter(({ id }) => id !== from)
      .flatMap((to) => aboutContainer(topology, from, to, relays, choice)),
    ...(choice.on === undefined
      ? relays.flatMap((relay) => aboutPublished(topology, from, relay, choice))
      : []),
  ]);
}

/** Whether packets can be sent from it and answered in it: a container that the input makes. */
export function isContainer({ type }: Endpoint): boolean {
  return type === 'docker_container';
}

/** Ids of the host and of who dials its loopback alone; probe asks one engine. */
export function hostsOf(topology: Topology): readonly string[] {
  return [...topology.endpoints.values()].filter(({ type }) => type === 'host').map(({ id }) => id);
}

function aboutContainer(
  topology: Topology,
  from: string,
  to: Endpoint,
  relays: readonly Relay[],
  { on, free, also = [], eachAddress = false }: MatrixChoice,
): readonly PacketQuestion[] {
  const published = relays.flatMap((relay) => targetPorts(relay, to.id));
  const asked: readonly PacketTraffic[] =
    on !== undefined
      ? [on]
      : distinct([
          { protocol: 'tcp', port: free },
          ...published,
          // On the host's stack no responder answers, and a refusal by UDP is seldom told.
          ...also
            .filter((protocol) => protocol !== 'udp' || !isOnHost(topology, to))
            .map((protocol): PacketTraffic => ({ protocol, port: protocol === 'icmp' ? 0 : free })),
        ]);
  const segments = telling(topology, from, to, []);
  // To a zone a published port stands for the container: its own address is another question.
  const apart = segments.length > 1 || (segments.length > 0 && topology.zones.has(from));
  const places = eachAddress && apart && !isLoopback(topology, from) ? segments : [undefined];
  return asked.flatMap((traffic) =>
    places.map((via) => ({ from, to: to.id, on: traffic, ...(via !== undefined && { via }) })),
  );
}

function aboutPublished(
  topology: Topology,
  from: string,
  relay: Relay,
  { eachAddress = false }: MatrixChoice,
): readonly PacketQuestion[] {
  const host = topology.endpoints.get(relay.endpoint);
  if (host === undefined || host.type !== 'host') return [];
  return relay.listeners.flatMap(({ traffic, targets }) => {
    const behind = targets.most.flatMap(({ to }) =>
      'endpoint' in to ? (topology.endpoints.get(to.endpoint)?.interfaces ?? []) : [],
    );
    const places =
      eachAddress && !isLoopback(topology, from) ? telling(topology, from, host, behind) : [undefined];
    return portsOf(traffic).flatMap((on) =>
      places.map((via) => ({ from, to: `${host.id}:${on.port}`, on, ...(via !== undefined && { via }) })),
    );
  });
}

function isOnHost(topology: Topology, { stack }: Endpoint): boolean {
  return stack !== undefined && topology.endpoints.get(stack)?.type === 'host';
}

/** Segments on which a target is dialled: of a container all, of the host one of each kind as seen by who asks. */
function telling(
  topology: Topology,
  from: string,
  to: Endpoint,
  behind: readonly Interface[],
): readonly string[] {
  const all = [...new Set(dialable(topology, from, to).map(({ segment }) => segment))];
  const source = topology.endpoints.get(from);
  if (!isOnHost(topology, to)) return all;
  const own = [...(source?.stack === to.stack ? [] : (source?.interfaces ?? [])), ...behind].map(
    ({ segment }) => segment,
  );
  const networks = all.filter((segment) => topology.segments.get(segment)?.origin.address === segment);
  const others = networks.filter((segment) => !own.includes(segment));
  return all.filter((segment) => !others.slice(1).includes(segment));
}

/** Whether it is who dials the host's loopback alone. */
export function isLoopback(topology: Topology, id: string): boolean {
  const endpoint = topology.endpoints.get(id);
  return endpoint?.type === 'host' && endpoint.stack === undefined;
}

/** Interfaces at whose addresses it can be dialled from there: its loopback only within its own stack. */
export function dialable(topology: Topology, from: string, to: Endpoint): readonly Interface[] {
  const stack = topology.endpoints.get(from)?.stack ?? from;
  const own = stack === (to.stack ?? to.id);
  return to.interfaces.filter(
    (one) => own || !one.addresses.every(({ possible }) => loopback.contains(possible)),
  );
}

const loopback = AddressSet.of(Cidr.parse('127.0.0.0/8'), Cidr.parse('::1/128'));

/** Ports of a container to which a relay leads. */
export function targetPorts(relay: Relay, id: string): readonly PacketTraffic[] {
  return relay.listeners.flatMap(({ targets }) =>
    targets.most
      .filter(({ to }) => 'endpoint' in to && to.endpoint === id)
      .flatMap(({ traffic }) => portsOf(traffic)),
  );
}

/** The ports of a traffic that is made of single ones; none of a range, which nobody dials as a whole. */
export function portsOf(traffic: Traffic): readonly PacketTraffic[] {
  return (['tcp', 'udp'] as const).flatMap((protocol) =>
    traffic
      .ports(protocol)
      .ranges()
      .flatMap(({ from, to }) => (from === to ? [{ protocol, port: from }] : [])),
  );
}

function distinct(list: readonly PacketTraffic[]): readonly PacketTraffic[] {
  return [...new Map(list.map((one) => [textOfTraffic(one), one])).values()];
}
