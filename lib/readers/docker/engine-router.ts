import { AddressSet } from '../../addressing/address-set';
import { Traffic } from '../../addressing/traffic';
import { exactly } from '../../topology/bounds';
import { translatorPorts } from '../../topology/client-ports';
import type { ForwardRule, Leg, Translation } from '../../topology/router';
import { apartRule, internalInRule, internalOutRule, masqueradeRule, outsideRule } from './bridge-rules';
import { loopbacks, publicAddresses } from './docker-address';
import { legOf, segmentLeg } from './docker-leg';
import type { HostFrame } from './host-frame';
import { entrance } from './machine-entrance';
import { sightOf } from './written-rule';

/** What the host forwards between its bridges, its own addresses and everybody else. */
export function addEngineRouter(host: HostFrame): void {
  const { builder, engine, bridges } = host;
  const outer = host.id('host addresses');
  const { zones } = host;
  const blocks = AddressSet.of(...bridges.flatMap((network) => network.blocks));
  const loopback = host.reachesLoopback ? [segmentLeg(host.id('host loopback'), loopbacks)] : [];
  const legs: Leg[] = [
    ...bridges.map(({ id, gateways }) => segmentLeg(id, gateways)),
    segmentLeg(outer, host.outer),
    ...(host.ways.length > 0 ? [segmentLeg(host.id(entrance), [])] : []),
    ...loopback,
    ...zones.map((zone) => zoneLeg(host, zone, blocks)),
  ];
  const outside = [
    ...zones.map((zone) => host.id(`leg to ${zone}`)),
    ...(host.ways.length > 0 ? [legOf(host.id(entrance))] : []),
  ];
  builder.addRouter({
    id: host.id('docker engine'),
    name: host.named('packet filter of the Docker host'),
    legs,
    forward: engine.filters
      ? forwarding(host, outside)
      : [...firewallRules(host), ...offBridge(host), { action: 'allow', origin: host.origin }],
    translations: engine.filters ? masquerading(host, zones) : [],
    origin: host.origin,
  });
}

function zoneLeg(host: HostFrame, zone: string, blocks: AddressSet): Leg {
  const isLan = zone === 'lan';
  const { lan } = host.assumed;
  const own = AddressSet.of(...host.outer).subtract(host.behindNat);
  const reached = isLan ? own : own.intersect(publicAddresses);
  const known = isLan
    ? reached
        .union(lan.routesToContainers ? blocks : AddressSet.empty)
        .union(host.reachesLoopback ? AddressSet.of(...loopbacks) : AddressSet.empty)
    : reached.union(publicAddresses.subtract(blocks));
  const shown = isLan ? AddressSet.of(host.outer[0]!) : reached;
  return {
    id: host.id(`leg to ${zone}`),
    kind: 'zone',
    zone,
    ...(shown.isEmpty() ? {} : { address: exactly(shown) }),
    routed: known,
  };
}

/** The rules of the engine about what the host forwards, in the order in which a packet meets them. */
function forwarding(host: HostFrame, outside: readonly string[]): readonly ForwardRule[] {
  const { engine, bridges, origin, assumed } = host;
  const rules: ForwardRule[] = [];
  for (const network of bridges) {
    const guarded = network.mode === 'nat' && !network.internal && !network.trusts;
    // Whose packets are masqueraded gets replies to an address of the host, which is dropped nowhere.
    const others = network.masquerade
      ? []
      : bridges.filter((one) => one !== network).map(({ id }) => legOf(id));
    const from = [...(assumed.lan.routesToContainers ? outside : []), ...others];
    if (!guarded || from.length === 0 || !engine.dropsRepliesFromOutside) continue;
    rules.push({
      action: 'deny',
      everyPacket: true,
      from,
      to: [legOf(network.id)],
      // What the host itself answers comes from none of its interfaces.
      source: AddressSet.everything().subtract(host.own),
      destination: AddressSet.of(...network.blocks).subtract(host.own),
      sight: sightOf(assumed, apartRule(host, network)),
      origin: network.origin,
    });
  }
  rules.push(...firewallRules(host));
  const ipv6 = AddressSet.everything(6);
  const hasIpv6 = bridges.some(({ blocks }) => blocks.some(({ family }) => family === 6));
  if (hasIpv6 && !engine.filtersIpv6) rules.push({ action: 'allow', source: ipv6, origin });
  rules.push(...offBridge(host));
  for (const network of bridges) {
    if (!network.internal) continue;
    const { origin: place } = network;
    const out = sightOf(assumed, internalOutRule(network));
    rules.push({ action: 'deny', from: [legOf(network.id)], sight: out, origin: place });
    const into = sightOf(assumed, internalInRule(network));
    rules.push({ action: 'deny', to: [legOf(network.id)], sight: into, origin: place });
  }
  for (const network of bridges) {
    if (network.internal) continue;
    const others = bridges.filter((one) => one !== network).map(({ id }) => legOf(id));
    const open =
      (network.mode === 'routed' && engine.routedIsOpenToBridges) ||
      (network.mode === 'nat-unprotected' && engine.unprotectedIsOpenToBridges);
    if (others.length > 0 && !open) {
      const sight = sightOf(assumed, apartRule(host, network));
      rules.push({ action: 'deny', from: others, to: [legOf(network.id)], sight, origin: network.origin });
    }
    if (host.fromOutside(network) === 'nothing') {
      const sight = sightOf(assumed, outsideRule(host, network));
      rules.push({ action: 'deny', from: outside, to: [legOf(network.id)], sight, origin: network.origin });
    }
  }
  return [...rules, { action: 'allow', origin }];
}

/** Bridges on which the host has no address: it has no route to them either. */
function offBridge({ bridges }: HostFrame): readonly ForwardRule[] {
  return bridges
    .filter(({ gateways, internal }) => gateways.length === 0 && !internal)
    .map(({ id, origin }) => ({ action: 'deny', to: [legOf(id)], origin }));
}

/** What the host forwards at all before the engine's rules are asked: packets to itself are not forwarded. */
function firewallRules(host: HostFrame): readonly ForwardRule[] {
  const own: ForwardRule = { action: 'allow', destination: host.own, origin: host.origin };
  const rules = host.assumed.hostFirewall?.forward ?? [];
  if (rules.length === 0) return host.engine.filters ? [own] : [];
  // The legs by which packets of the host itself come are not asked: what it sends is no forwarding.
  return [own, { action: 'allow', source: host.own, origin: host.origin }, ...denied(host)];
}

/** The complement of what passes, as rules that deny: what is left goes on to the engine's. */
function denied({ forward, origin }: HostFrame): readonly ForwardRule[] {
  const sources = forward.map((region) => region.sources);
  const cuts = distinctPieces(sources);
  return cuts.flatMap((piece): readonly ForwardRule[] => {
    const open = Traffic.from(
      forward.filter((region) => region.sources.contains(piece)).map(({ traffic }) => traffic),
    );
    const closed = Traffic.everything.subtract(open);
    return closed.isEmpty()
      ? []
      : [
          {
            action: 'deny',
            source: piece,
            traffic: closed,
            origin: { ...origin, attribute: 'docker.hostFirewall' },
          },
        ];
  });
}

/** All addresses, cut where any of some sets begins or ends. */
function distinctPieces(sets: readonly AddressSet[]): readonly AddressSet[] {
  return sets.reduce<readonly AddressSet[]>(
    (pieces, set) =>
      pieces
        .flatMap((piece) => [piece.intersect(set), piece.subtract(set)])
        .filter((piece) => !piece.isEmpty()),
    [AddressSet.everything()],
  );
}

/** Packets that leave the host get its address, unless a network says otherwise. */
function masquerading(host: HostFrame, zones: readonly string[]): readonly Translation[] {
  const networks = host.bridges.filter(
    ({ internal, masquerade, mode }) => !internal && masquerade && mode !== 'routed',
  );
  return zones.flatMap((zone): readonly Translation[] => {
    const leg = host.id(`leg to ${zone}`);
    const source = (
      id: string,
      addresses: AddressSet,
      origin: Translation['origin'],
    ): Translation & { readonly kind: 'source' } => ({
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
      const translated = hasIpv6 && !host.engine.filtersIpv6 ? blocks.inFamily(4) : blocks;
      const sight = sightOf(host.assumed, masqueradeRule(network));
      return [{ ...source(network.id, translated, network.origin), sight }];
    });
    const own = AddressSet.of(...host.outer).subtract(publicAddresses);
    // What stands between the host and the Internet translates the host's own address.
    if (zone === 'lan' || own.isEmpty()) return inside;
    return [...inside, source(host.id('host addresses'), own, host.origin)];
  });
}
