import type { Address } from '../../lib/addressing/address';
import { AddressSet } from '../../lib/addressing/address-set';
import { PortSet } from '../../lib/addressing/port-set';
import { hasPorts, protocolName } from '../../lib/addressing/protocol';
import type { Traffic } from '../../lib/addressing/traffic';
import { ordinaryClientPorts } from '../../lib/topology/client-ports';
import type { Party } from '../../lib/topology/lookup';
import type { Leg } from '../../lib/topology/router';
import type { Topology } from '../../lib/topology/topology';
import { probeIn } from './probe';
import { addressSamples, portSamples, translatorPorts } from './samples';
import { type Place, type Sender, walk } from './walk';
import { worldsOf } from './worlds';

export interface Question {
  readonly from: Party;
  readonly to: Party;
  readonly traffic: Traffic;
  /** Addresses at which the target is dialled. @default - its own, and from a zone those that stand for it there */
  readonly dial?: AddressSet;
}

export interface Asked {
  readonly answers: readonly Answer[];
  /** How many worlds were asked, and whether they are all there are. */
  readonly worlds: number;
  readonly complete: boolean;
}

/** What becomes of one destination port between one unit of the source and one of the target. */
export interface Answer {
  /** IANA number. */
  readonly protocol: number;
  /** As Traffic counts: the port, or type * 256 + code of ICMP. */
  readonly destinationPort: number;
  /**
   * What a promise must hold for, one by one: an endpoint (whichever of its interfaces), a replica, one address of a
   * zone or of a segment.
   */
  readonly source: string;
  readonly target: string;
  /** First packet and reply, by one path for all client ports that were tried. */
  readonly passes: InWorlds;
  /** The first packet alone, likewise. */
  readonly firstPacket: InWorlds;
  readonly clientPorts: readonly {
    readonly port: number;
    readonly passes: InWorlds;
    readonly firstPacket: InWorlds;
  }[];
}

export interface InWorlds {
  readonly every: boolean;
  readonly some: boolean;
}

/** What a question leaves open, and bounds on the work. */
export interface Limits {
  /** Worlds at most. @default 64 */
  readonly worlds?: number;
  /**
   * Whether an interface that could be placed in a segment is taken to have an outside address wherever a router
   * translates one to one. @default false
   */
  readonly mapped?: boolean;
}

/**
 * Answers a question by walking every sampled flow in every world. The samples are such that everything else is
 * treated like one of them. A source with several interfaces sends from any of them, a target is dialled at any of
 * its own addresses, from a zone also at its outside addresses; whatever port a source translation picks must do.
 */
export function ask(topology: Topology, question: Question, limits: Limits = {}): Asked {
  const { from, to, traffic, dial } = question;
  const { worlds, complete } = worldsOf(topology, limits.worlds);
  const points = pointsOf(topology, clientPortsOf(from), traffic);
  const answers = unitsOf(topology, from, to).flatMap((source) =>
    unitsOf(topology, to, from)
      .filter((target) => canMeet(source, target))
      .flatMap((target) => {
        const settings = worlds.flatMap(
          (world) => settingOf(world, source, target, limits.mapped ?? false, dial) ?? [],
        );
        const carried = points.filter(({ protocol }) => canCarry(settings, protocol));
        return carried.map((point) => answerOf(settings, point, printUnit(source), printUnit(target)));
      }),
  );
  const unmodelled = [from, to].some(
    (one) => one.kind === 'endpoint' && one.endpoint.notModelled !== undefined,
  );
  return { answers: unmodelled ? answers.map(undecided) : answers, worlds: worlds.length, complete };
}

/** The one word for the answers: `blocked` also when nothing could be asked. */
export function verdictOf({ answers }: Asked): 'reachable' | 'blocked' | 'partial' | 'unknown' {
  if (!answers.some(({ passes }) => passes.some)) return 'blocked';
  if (answers.every(({ passes }) => passes.every)) return 'reachable';
  return answers.every(({ passes }) => passes.every === passes.some) ? 'partial' : 'unknown';
}

/** A protocol and destination port, with the client ports to try and the ports that translators may pick. */
interface Point {
  readonly protocol: number;
  readonly destinationPort: number;
  readonly clientPorts: readonly number[];
  readonly pickedPorts: readonly number[];
}

function pointsOf(topology: Topology, clientPorts: PortSet, traffic: Traffic): readonly Point[] {
  return traffic.protocols().flatMap((protocol) => {
    const ofClients = hasPorts(protocol) ? portSamples(topology, protocol, clientPorts) : [0];
    const picked = hasPorts(protocol) ? portSamples(topology, protocol, translatorPorts(topology)) : [];
    return portSamples(topology, protocol, traffic.ports(protocol)).map((destinationPort) => ({
      protocol,
      destinationPort,
      clientPorts: ofClients,
      pickedPorts: picked,
    }));
  });
}

function answerOf(settings: readonly Setting[], point: Point, source: string, target: string): Answer {
  const byWorld = settings.map((setting) =>
    setting.paths
      .filter((path) => fits(path, point.protocol))
      .map((path) => point.clientPorts.map((port) => attempt(setting, path, point, port))),
  );
  const inWorlds = (holds: (paths: readonly (readonly Attempt[])[]) => boolean): InWorlds => ({
    every: byWorld.every(holds),
    some: byWorld.some(holds),
  });
  return {
    protocol: point.protocol,
    destinationPort: point.destinationPort,
    source,
    target,
    passes: inWorlds((paths) => paths.some((path) => path.every(({ passes }) => passes))),
    firstPacket: inWorlds((paths) => paths.some((path) => path.every(({ arrives }) => arrives))),
    clientPorts: point.clientPorts.map((port, index) => ({
      port,
      passes: inWorlds((paths) => paths.some((path) => path[index]!.passes)),
      firstPacket: inWorlds((paths) => paths.some((path) => path[index]!.arrives)),
    })),
  };
}

/** A resource that is not modelled may do anything. */
function undecided(answer: Answer): Answer {
  const open = { passes: { every: false, some: true }, firstPacket: { every: false, some: true } };
  return { ...answer, ...open, clientPorts: answer.clientPorts.map(({ port }) => ({ port, ...open })) };
}

/** What a promise about a party must hold for, each by itself. */
type Unit =
  | { readonly kind: 'endpoint'; readonly endpoint: string; readonly interface?: string }
  | { readonly kind: 'segment'; readonly segment: string; readonly address: Address }
  | { readonly kind: 'zone'; readonly zone: string; readonly address: Address };

function unitsOf(topology: Topology, party: Party, other: Party): readonly Unit[] {
  if (party.kind === 'endpoint') {
    const { id, spread, interfaces } = party.endpoint;
    if (spread !== 'replicas') return [{ kind: 'endpoint', endpoint: id }];
    return interfaces.map((one) => ({ kind: 'endpoint', endpoint: id, interface: one.id }));
  }
  if (party.kind === 'zone') {
    const { id, addresses } = party.zone;
    const zones = topology.zones.has(id) ? [id] : zonesAround(topology, addresses);
    const others = addresses.subtract(answeredFor(topology, zones));
    return addressSamples(topology, others).map((address) => ({ kind: 'zone', zone: id, address }));
  }
  const { id, placeable } = party.segment;
  const legs = [...topology.routers.values()].flatMap((router) => router.legs);
  const ofRouters = legs.flatMap((leg) =>
    leg.kind === 'segment' && leg.segment === id ? [leg.address.least] : [],
  );
  const ofOther =
    other.kind !== 'endpoint'
      ? []
      : other.endpoint.interfaces
          .filter((one) => one.segment === id)
          .flatMap(({ addresses }) => addresses.map(({ possible }) => possible))
          .filter((possible) => possible.size === 1n);
  const free = placeable.subtract(AddressSet.from([...ofRouters, ...ofOther]));
  const perKind = other.kind === 'segment' ? 2 : 1;
  return addressSamples(topology, free, perKind).map((address) => ({
    kind: 'segment',
    segment: id,
    address,
  }));
}

/** Addresses of a zone that its routers have there, or answer for: who has them is no stranger. */
function answeredFor(topology: Topology, zones: readonly string[]): AddressSet {
  return AddressSet.from(
    [...topology.routers.values()].flatMap(({ legs, translations }) => {
      const facing = legs.filter((leg) => leg.kind === 'zone').filter(({ zone }) => zones.includes(zone));
      if (facing.length === 0) return [];
      const ids = facing.map(({ id }) => id);
      const taken = translations.flatMap((one) => {
        if (one.kind === 'source') return [];
        if (one.kind === 'static') return ids.includes(one.leg) ? (one.outside.address ?? []) : [];
        return one.from === undefined || ids.some((id) => one.from!.includes(id)) ? one.destination : [];
      });
      return [...facing.flatMap((leg) => leg.address?.least ?? []), ...legs.flatMap(blocksBehind), ...taken];
    }),
  );

  function blocksBehind(leg: Leg) {
    if (leg.kind === 'domain') return topology.domains.get(leg.domain)!.blocks;
    return leg.kind === 'segment' ? topology.segments.get(leg.segment)!.blocks : [];
  }
}

/** Two addresses have to be of one family; and nobody is asked about itself. */
function canMeet(source: Unit, target: Unit): boolean {
  if (source.kind !== 'endpoint' && target.kind !== 'endpoint')
    return source.address.family === target.address.family && !source.address.equals(target.address);
  return printUnit(source) !== printUnit(target);
}

function printUnit(unit: Unit): string {
  if (unit.kind === 'endpoint') return unit.interface ?? unit.endpoint;
  return `${unit.kind === 'zone' ? unit.zone : unit.segment} ${unit.address.toString()}`;
}

function clientPortsOf(party: Party): PortSet {
  if (party.kind === 'endpoint') return party.endpoint.clientPorts;
  return party.kind === 'zone' ? party.zone.clientPorts : ordinaryClientPorts;
}

/** A world with the two units in it, and the ways there are to dial one from the other. */
interface Setting {
  readonly topology: Topology;
  readonly paths: readonly Path[];
  readonly isThere: (place: Place, dialled: Address) => boolean;
}

interface Path {
  readonly from: Sender;
  readonly to: Address;
}

/** Undefined when one unit stands where the other has its address in this world. */
function settingOf(
  world: Topology,
  source: Unit,
  target: Unit,
  mapped: boolean,
  dial: AddressSet | undefined,
): Setting | undefined {
  if ([source, target].some((unit) => unit.kind === 'segment' && isOfRouter(world, unit))) return undefined;
  const topology = [source, target].reduce(
    (all, unit) => (unit.kind === 'segment' ? probeIn(all, unit.segment, unit.address, mapped) : all),
    world,
  );
  const isWhole = (unit: Unit) =>
    unit.kind !== 'endpoint' || interfacesOf(topology, unit).every(({ addresses }) => addresses.length > 0);
  if (topology !== world && !(isWhole(source) && isWhole(target))) return undefined;
  const senders = sendersOf(topology, source);
  const dialled =
    dial === undefined ? addressesOf(topology, target, source.kind === 'zone') : addressSamples(world, dial);
  const paths = senders.flatMap((from) =>
    dialled.filter((to) => to.family === from.address.family).map((to) => ({ from, to })),
  );
  const own = new Set(interfacesOf(topology, target).map(({ id }) => id));
  const isThere = (place: Place, to: Address): boolean => {
    if (place.kind === 'interface') return own.has(place.interface);
    // A service is asked about by its literal address.
    if (place.kind === 'service') return target.kind === 'zone' && !topology.zones.has(target.zone);
    return target.kind === 'zone' && zonesWith(topology, target.zone, to).includes(place.zone);
  };
  return { topology, paths, isThere };
}

/** Whether a router has the address in this world, so that nothing could be placed there. */
function isOfRouter(world: Topology, { segment, address }: Unit & { kind: 'segment' }): boolean {
  const legs = [...world.routers.values()].flatMap((router) => router.legs);
  return legs.some(
    (leg) => leg.kind === 'segment' && leg.segment === segment && leg.address.least.contains(address),
  );
}

function sendersOf(topology: Topology, unit: Unit): readonly Sender[] {
  if (unit.kind === 'zone')
    return zonesWith(topology, unit.zone, unit.address).map((zone) => ({ zone, address: unit.address }));
  return interfacesOf(topology, unit).flatMap(({ id, addresses }) =>
    addresses.map(({ possible }) => ({ interface: id, address: possible.ranges()[0]!.first })),
  );
}

/** Where a unit can be dialled: at its own addresses, and from a zone at what stands for them outside. */
function addressesOf(topology: Topology, unit: Unit, fromZone: boolean): readonly Address[] {
  if (unit.kind === 'zone') return [unit.address];
  const interfaces = interfacesOf(topology, unit);
  const own = interfaces.flatMap(({ addresses }) =>
    addresses.map(({ possible }) => possible.ranges()[0]!.first),
  );
  if (!fromZone) return own;
  const ids = new Set(interfaces.map(({ id }) => id));
  const outside = [...topology.routers.values()]
    .flatMap(({ translations }) => translations)
    .flatMap((one) => (one.kind === 'static' && ids.has(one.interface) ? (one.outside.address ?? []) : []));
  return [...own, ...outside];
}

function interfacesOf(topology: Topology, unit: Unit) {
  if (unit.kind === 'zone') return [];
  if (unit.kind === 'endpoint') {
    const { interfaces } = topology.endpoints.get(unit.endpoint)!;
    return interfaces.filter(({ id }) => unit.interface === undefined || unit.interface === id);
  }
  return [...topology.endpoints.values()]
    .flatMap(({ interfaces }) => interfaces)
    .filter(
      ({ segment, addresses }) =>
        segment === unit.segment && addresses.some(({ possible }) => possible.contains(unit.address)),
    );
}

/** A zone of the topology by its id; for a literal address, the zones that it lies in. */
function zonesWith(topology: Topology, zone: string, address: Address): readonly string[] {
  return topology.zones.has(zone) ? [zone] : zonesAround(topology, AddressSet.of(address));
}

function zonesAround(topology: Topology, addresses: AddressSet): readonly string[] {
  return [...topology.zones.values()].filter((one) => one.addresses.contains(addresses)).map(({ id }) => id);
}

/** ICMPv6 is not asked of those who only share IPv4, nor ICMP of those who only share IPv6. */
function canCarry(settings: readonly Setting[], protocol: number): boolean {
  const paths = settings.flatMap((setting) => setting.paths);
  return settings.length > 0 && (paths.length === 0 || paths.some((path) => fits(path, protocol)));
}

function fits({ to }: Path, protocol: number): boolean {
  const name = protocolName(protocol);
  return name === 'icmp' ? to.family === 4 : name === 'icmpv6' ? to.family === 6 : true;
}

interface Attempt {
  readonly arrives: boolean;
  readonly passes: boolean;
}

/** One flow on one path, whatever ports are picked on the way. */
function attempt(
  { topology, isThere }: Setting,
  { from, to }: Path,
  point: Point,
  sourcePort: number,
): Attempt {
  const { protocol, destinationPort } = point;
  const send = (choice: { translatedPort?: number }) => {
    const flow = { from, to, protocol, sourcePort, destinationPort };
    const { arrives, where, replyArrives, pickedFrom } = walk(topology, flow, choice);
    const there = arrives && isThere(where!, to);
    return { arrives: there, passes: there && replyArrives, pickedFrom };
  };
  const first = send({});
  const others = point.pickedPorts.filter((port) =>
    first.pickedFrom.some((range) => range.from < port && port <= range.to),
  );
  const all = [first, ...others.map((translatedPort) => send({ translatedPort }))];
  return { arrives: all.every(({ arrives }) => arrives), passes: all.every(({ passes }) => passes) };
}
