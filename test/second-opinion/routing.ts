import type { Address, Family } from '../../lib/addressing/address';
import type { ForwardRule, Leg, Router } from '../../lib/topology/router';
import type { NextHop, RouteTable } from '../../lib/topology/route-table';
import { isIn, type Packet } from './packet';
import { longestAround, type SettledNetwork } from './settled-network';

export type SettledHop = Exclude<NextHop, { kind: 'one-of' | 'unknown' }>;

/** Where a table sends an address: by the longest prefix, then the lowest preference, then the first listed. */
export function hopFor(table: RouteTable, destination: Address): SettledHop | undefined {
  if (table.unknownRoutes.length > 0) throw new Error(`route table ${table.id} is not settled`);
  const [best] = table.routes
    .filter((route) => route.to.contains(destination))
    .sort((a, b) => b.to.prefixLength - a.to.prefixLength || a.preference - b.preference);
  if (best === undefined) return undefined;
  if (best.via.kind === 'one-of' || best.via.kind === 'unknown') {
    throw new Error(`a next hop of route table ${table.id} is not settled`);
  }
  return best.via;
}

/**
 * The leg a packet leaves a router by. `translated` says that its destination was changed as it came in, so that it
 * may go back out by the leg it came in by.
 */
export function legOutOf(
  network: SettledNetwork,
  router: Router,
  cameBy: Leg,
  destination: Address,
  translated: boolean,
): Leg | undefined {
  const segments = router.legs.filter((leg) => leg.kind === 'segment');
  const inSegment = longestAround(segments, (leg) => network.segment(leg.segment).blocks, destination);
  if (inSegment !== undefined) return inSegment;

  const elsewhere = router.legs.filter((leg) => translated || leg !== cameBy);
  const domains = elsewhere.filter((leg) => leg.kind === 'domain');
  const domainBlocks = (leg: Leg & { kind: 'domain' }) => network.topology.domains.get(leg.domain)!.blocks;
  const inDomain = longestAround(domains, domainBlocks, destination);
  if (inDomain !== undefined) return inDomain;

  const zones = elsewhere.filter((leg) => leg.kind === 'zone');
  const inZone = zones.find((leg) => network.topology.zones.get(leg.zone)!.addresses.contains(destination));
  if (inZone !== undefined) return inZone;

  if (cameBy.kind === 'segment') return cameBy;
  return segments.length === 1 ? segments[0] : undefined;
}

/** Whether the forwarding rules let a packet through: the first that matches decides, and none means no. */
export function forwards(router: Router, from: Leg, to: Leg, packet: Packet): boolean {
  return router.forward.find((rule) => isAbout(rule, from, to, packet))?.action === 'allow';
}

function isAbout(rule: ForwardRule, from: Leg, to: Leg, packet: Packet): boolean {
  return (
    (rule.from === undefined || rule.from.includes(from.id)) &&
    (rule.to === undefined || rule.to.includes(to.id)) &&
    (rule.source === undefined || rule.source.contains(packet.source)) &&
    (rule.destination === undefined || rule.destination.contains(packet.destination)) &&
    (rule.traffic === undefined || isIn(rule.traffic, packet))
  );
}

/** Whether packets of a family pass a leg only under a translation. */
export function onlyTranslated(network: SettledNetwork, router: Router, leg: Leg, family: Family): boolean {
  if (leg.kind === 'zone' && leg.onlyTranslated?.includes(family) === true) return true;
  return router.translations.some(
    (one) =>
      one.kind === 'static' &&
      one.leg === leg.id &&
      network.ownAddress(one.interface, one.inside)?.family === family,
  );
}

/** The first router that faces a zone and answers for an address: shows, publishes, or stands before it. */
export function entryFor(
  network: SettledNetwork,
  zone: string,
  address: Address,
): { readonly router: Router; readonly leg: Leg } | undefined {
  for (const router of network.topology.routers.values()) {
    for (const leg of router.legs) {
      if (leg.kind === 'zone' && leg.zone === zone && answersFor(network, router, leg, address))
        return { router, leg };
    }
  }
  return undefined;
}

function answersFor(network: SettledNetwork, router: Router, leg: Leg, address: Address): boolean {
  const translated = router.translations.some((one) => {
    if (one.kind === 'static') return one.leg === leg.id && one.outside.address?.equals(address) === true;
    if (one.kind === 'source') return false;
    return one.from?.includes(leg.id) !== false && one.destination.contains(address);
  });
  const behind = router.legs.flatMap((other) => {
    if (other.kind === 'domain') return network.topology.domains.get(other.domain)!.blocks;
    return other.kind === 'segment' ? network.segment(other.segment).blocks : [];
  });
  return translated || behind.some((block) => block.contains(address));
}
