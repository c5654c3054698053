import type { PortRange } from '../../lib/addressing/port-set';
import type { Leg, Router } from '../../lib/topology/router';
import { carriesPorts, isIn, type Packet } from './packet';
import type { SettledNetwork } from './settled-network';

/** Chooses the source port that a translator gives a flow, among those it may give. */
export type ChoosePort = (ports: readonly PortRange[]) => number;

/** The packet after destination translation on the leg it comes in by; undefined when none applies. */
export function translatedIn(
  network: SettledNetwork,
  router: Router,
  leg: Leg,
  packet: Packet,
): Packet | undefined {
  for (const one of router.translations) {
    if (one.kind === 'static') {
      const own = network.ownAddress(one.interface, one.inside);
      if (own === undefined || one.leg !== leg.id || !outsideOf(one).equals(packet.destination)) continue;
      return { ...packet, destination: own, untouched: false };
    }
    if (one.kind === 'destination') {
      const own = network.ownAddress(one.interface, one.inside);
      if (own === undefined || own.family !== packet.destination.family) continue;
      if (one.from !== undefined && !one.from.includes(leg.id)) continue;
      if (!one.destination.contains(packet.destination) || !isIn(one.traffic, packet)) continue;
      const destinationPort = packet.destinationPort + (carriesPorts(packet) ? one.shift : 0);
      return { ...packet, destination: own, destinationPort, untouched: false };
    }
  }
  return undefined;
}

/**
 * The packet after source translation on the leg it leaves by; `none` when no translation applies, `refused` when
 * the one for its source takes other traffic only.
 */
export function translatedOut(
  network: SettledNetwork,
  router: Router,
  from: Leg,
  to: Leg,
  packet: Packet,
  choosePort: ChoosePort,
): Packet | 'none' | 'refused' {
  let refused = false;
  for (const one of router.translations) {
    if (one.kind === 'destination' || one.leg !== to.id) continue;
    if (one.kind === 'static') {
      if (network.ownAddress(one.interface, one.inside)?.equals(packet.source) !== true) continue;
      return { ...packet, source: outsideOf(one), untouched: false };
    }
    if (one.from !== undefined && !one.from.includes(from.id)) continue;
    if (!one.source.contains(packet.source)) continue;
    const source = ownAddressOf(network, router, one.to, packet);
    if (source === undefined) continue;
    if (one.traffic !== undefined && !isIn(one.traffic, packet)) {
      refused = true;
      continue;
    }
    const sourcePort = carriesPorts(packet) ? choosePort(one.ports.ranges()) : 0;
    return { ...packet, source, sourcePort, untouched: false };
  }
  return refused ? 'refused' : 'none';
}

/**
 * The address, of the packet's family, that a leg has itself. A zone leg that does not state it has one of the zone's,
 * one as good as another: the last.
 */
function ownAddressOf(network: SettledNetwork, router: Router, id: string, { source: { family } }: Packet) {
  const leg = router.legs.find((one) => one.id === id)!;
  const stated = network.addressesOfLeg(leg).find((address) => address.family === family);
  if (stated !== undefined || leg.kind !== 'zone' || leg.address !== undefined) return stated;
  const { addresses } = network.topology.zones.get(leg.zone)!;
  return addresses.inFamily(family).ranges().at(-1)?.last;
}

function outsideOf(translation: Router['translations'][number] & { kind: 'static' }) {
  const { address } = translation.outside;
  if (address === undefined || !translation.certain)
    throw new Error(`${translation.interface} has a translation that is not settled`);
  return address;
}
