import type { Address } from '../../addressing/address';
import { AddressSet } from '../../addressing/address-set';
import { Traffic } from '../../addressing/traffic';
import { exactly } from '../../topology/bounds';
import type { InterfaceAddress, Listening } from '../../topology/endpoint';
import type { GivenInterface, GivenRule } from '../../topology/topology-builder';
import { unknown } from '../../topology/value';
import { readListening } from '../listening';
import { outsideRule, peersRule } from './bridge-rules';
import { certainAddress, families } from './docker-address';
import type { DockerNetwork } from './docker-network';
import { addGatewayTable, leads } from './gateway-table';
import type { Region } from './host-firewall';
import { hostInterfaces } from './host-endpoint';
import type { HostFrame } from './host-frame';
import type { PlacedContainer } from './placed-container';
import { pings } from './pings';
import { sightOf } from './written-rule';

/** A container: an endpoint with an interface per network, or whoever's stack it shares. */
export function addContainerEndpoint(host: HostFrame, container: PlacedContainer): void {
  const { resource, place, attachments, unknown: cause } = container;
  const name = resource.label('name');
  const resolver = host.names.resolverOf(container);
  const stack = place === 'host' ? host.id('host') : container.stackOf;
  host.builder.addEndpoint({
    id: resource.id,
    names: name === undefined ? [] : [name],
    type: resource.type,
    origin: resource.origin(),
    ...listeningOf(resource.netproof),
    notModelled: cause,
    stack,
    ...(resolver !== undefined && { resolver }),
    interfaces:
      cause !== undefined
        ? []
        : place === 'host'
          ? hostInterfaces(host, (segment) => `${resource.id} at ${segment}`, false)
          : attachments.map((attachment): GivenInterface => {
              const { network, addresses } = attachment;
              const id = `${resource.id} at ${network.id}`;
              const filter = addContainerFilter(host, id, container, network);
              return {
                id,
                segment: network.id,
                addresses: addressesOn(resource.id, network, addresses),
                table: { options: [tableFor(host, container, network)], unknowns: [] },
                filters: exactly(filter === undefined ? [] : [filter]),
              };
            }),
  });
}

/** What the construct of a container says that it listens on. */
function listeningOf(netproof: unknown): { readonly listens?: readonly Listening[] } {
  const written = (netproof as { readonly listens?: unknown } | undefined)?.listens;
  if (!Array.isArray(written) || written.length === 0) return {};
  return { listens: written.map((text) => readListening(String(text))) };
}

/** A container sends by one gateway, and never by it what one of its other interfaces leads to. */
function tableFor(
  host: HostFrame,
  { resource, attachments, gateway }: PlacedContainer,
  network: DockerNetwork,
): string {
  if (network !== gateway || !leads(host, network)) return host.id('on link');
  const elsewhere = attachments.filter((one) => one.network !== network).flatMap((one) => one.network.blocks);
  const table = `gateway of ${network.id}`;
  return elsewhere.length === 0
    ? table
    : addGatewayTable(host, `${table} for ${resource.id}`, network, elsewhere);
}

/** What an engine filters on the way to one container, and not between bridges: its peers, and its published ports. */
function addContainerFilter(
  host: HostFrame,
  id: string,
  container: PlacedContainer,
  network: DockerNetwork,
): string | undefined {
  const { engine } = host;
  const icc = network.icc || !engine.filtersBridged;
  const routed = network.mode === 'routed' && engine.filters;
  const fromOutside = host.fromOutside(network) === 'published';
  const walled = host.wallsPeers;
  if (network.driver !== 'bridge' || (icc && !routed && !fromOutside && !walled)) return undefined;
  const blocks = AddressSet.of(...network.blocks);
  const gateways = AddressSet.of(...network.gateways);
  const bridges = AddressSet.of(...host.bridges.flatMap((one) => one.blocks));
  const others = routed ? AddressSet.empty : bridges.subtract(blocks);
  const outside = AddressSet.everything().subtract(bridges);
  const beyond = AddressSet.everything().subtract(blocks);
  const open = Traffic.from(container.ports.map(({ traffic }) => traffic));
  const published = routed ? open.union(pings) : open;
  const allow = (traffic: Traffic, addresses: AddressSet): GivenRule => ({
    action: 'allow',
    traffic: exactly(traffic),
    remote: { addresses: exactly(addresses), members: exactly([]) },
    origin: network.origin,
  });
  host.builder.addFilter({
    id: `filter of ${id}`,
    name: `rules of bridge ${network.name ?? network.id}`,
    matching: 'union',
    stateful: true,
    sight: sightOf(
      host.assumed,
      ...(icc ? [] : [{ ...peersRule(network), from: blocks }]),
      ...(routed || fromOutside ? [{ ...outsideRule(host, network), from: routed ? beyond : outside }] : []),
    ),
    origin: network.origin,
    ingress: [
      allow(Traffic.everything, icc && !walled ? blocks : gateways),
      ...(icc && walled ? peersThrough(host.forward, blocks.subtract(gateways), allow) : []),
      ...(others.isEmpty() ? [] : [allow(Traffic.everything, others)]),
      allow(routed || fromOutside ? published : Traffic.everything, routed ? beyond : outside),
    ],
    egress: [allow(Traffic.everything, AddressSet.everything())],
  });
  return `filter of ${id}`;
}

/** What containers of one bridge send each other is filtered as what the host passes on, where the kernel shows it. */
function peersThrough(
  regions: readonly Region[],
  peers: AddressSet,
  allow: (traffic: Traffic, addresses: AddressSet) => GivenRule,
): readonly GivenRule[] {
  return regions
    .map(({ traffic, sources }) => ({ traffic, sources: sources.intersect(peers) }))
    .filter(({ sources }) => !sources.isEmpty())
    .map(({ traffic, sources }) => allow(traffic, sources));
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
