import { AddressSet } from '../addressing/address-set';
import type { PortSet } from '../addressing/port-set';
import type { Traffic } from '../addressing/traffic';
import { ordinaryClientPorts } from '../topology/client-ports';
import type { Endpoint } from '../topology/endpoint';
import type { Party } from '../topology/lookup';
import type { Segment } from '../topology/segment';
import type { Unknown } from '../topology/value';
import type { Zone } from '../topology/zone';
import type { End, PlacedInterface } from './end';
import type { Packet } from './journey';
import type { Network } from './network';
import type { Walk } from './walk';

/** One machine, zone or segment of a party: any of its addresses will do. */
export interface Unit {
  /** What a person calls it: an endpoint or interface id, a segment, a zone. */
  readonly id: string;
  readonly ends: readonly End[];
}

/** The units of a party, and what several mean. */
export interface Side {
  readonly units: readonly Unit[];
  /** `all`: they exist side by side. `one`: only one of them exists, and apply tells which. */
  readonly spread: 'all' | 'one';
  /** What would settle which one exists. @default - nothing but the party itself */
  readonly placement?: Unknown;
  readonly id: string;
  /** Set when the party is not modelled: the units are then the segments that it may stand in. */
  readonly notModelled: Unknown | undefined;
}

/** A question made ready for the solver. */
export interface Inquiry {
  /** By the port that is dialled. */
  readonly asked: Traffic;
  readonly source: Side;
  readonly target: Side;
  /** Source ports of the client. */
  readonly clientPorts: PortSet;
  /** The addresses that the source may dial to come to this address of the target: any will do. */
  readonly dial: (source: End, target: End) => readonly End[];
  /** Shown to everybody in place of the source: the clients of a relay. */
  readonly shows: readonly End[] | undefined;
}

/**
 * The units of a party that faces another. An interface that could be placed in a segment has none of the addresses that
 * the other one has there; and of a segment that faces itself, `another` is the second of two interfaces.
 */
export function sideOf(network: Network, party: Party, facing?: Party, another = false): Side {
  switch (party.kind) {
    case 'endpoint':
      return sideOfEndpoint(network, party.endpoint);
    case 'segment':
      return oneUnit(
        party.segment.id,
        placesIn(network, party.segment, takenBy(facing, party.segment), another),
      );
    case 'zone':
      return oneUnit(party.zone.id, zoneEnds(network, party.zone));
  }
}

export function clientPortsOf(party: Party): PortSet {
  if (party.kind === 'endpoint') return party.endpoint.clientPorts;
  if (party.kind === 'zone') return party.zone.clientPorts;
  return party.segment.clientPorts ?? ordinaryClientPorts;
}

/** Interfaces of an endpoint as a side; only those given when there is a choice among them. */
export function sideOfEndpoint(
  network: Network,
  endpoint: Endpoint,
  interfaces: readonly PlacedInterface[] = network.interfacesOf(endpoint),
): Side {
  const { id, notModelled, spread, placement } = endpoint;
  if (notModelled !== undefined) {
    const segments = [...new Set(interfaces.map(({ segment }) => segment))];
    // One unit per segment: addresses of two segments have nothing in common that a flow could pass between.
    const units = segments.map((segment) => ({ id: segment.id, ends: placesIn(network, segment) }));
    return { ...oneUnit(id, []), ...(units.length === 0 ? {} : { units }), notModelled };
  }
  if (spread === 'own')
    return oneUnit(
      id,
      interfaces.flatMap(({ ends }) => ends),
    );
  return {
    id,
    units: interfaces.map((at) => ({ id: at.interface.id, ends: at.ends })),
    spread: spread === 'replicas' ? 'all' : 'one',
    ...(placement !== undefined && { placement }),
    notModelled: undefined,
  };
}

/** Sends a packet on its way from an address. */
export function setOut(network: Network, { owner }: End, packet: Packet, walk: Walk): void {
  if (owner.kind === 'interface') return walk.fromInterface(owner.at, packet);
  if (owner.kind === 'place') return walk.fromPlace(owner.segment, packet);
  if (owner.kind !== 'zone') throw new Error(`no flow starts from ${owner.kind}`);
  const entries = network.entriesTo(packet.destination, owner.zone);
  for (const entry of entries) walk.fromZone(entry, packet);
  if (entries.length === 0) walk.fromNowhere(packet, owner.zone.id);
}

function oneUnit(id: string, ends: readonly End[]): Side {
  return { id, units: [{ id, ends }], spread: 'all', notModelled: undefined };
}

function placesIn(network: Network, segment: Segment, taken?: AddressSet, another?: boolean): readonly End[] {
  return present([
    network.placeEnd(segment, 4, taken, another),
    network.placeEnd(segment, 6, taken, another),
  ]);
}

/** Addresses that a party has in a segment for certain. */
function takenBy(party: Party | undefined, segment: Segment): AddressSet {
  if (party?.kind !== 'endpoint' || party.endpoint.notModelled !== undefined) return AddressSet.empty;
  const addresses = party.endpoint.interfaces
    .filter((one) => one.segment === segment.id)
    .flatMap((one) => one.addresses.filter(({ unknown }) => unknown === undefined))
    .map(({ possible }) => possible);
  return AddressSet.from(addresses);
}

function zoneEnds(network: Network, zone: Zone): readonly End[] {
  return present([network.zoneEnd(zone, 4), network.zoneEnd(zone, 6)]);
}

function present<T>(items: readonly (T | undefined)[]): readonly T[] {
  return items.filter((item) => item !== undefined);
}
