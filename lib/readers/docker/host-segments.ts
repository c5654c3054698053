import { AddressSet } from '../../addressing/address-set';
import type { Cidr } from '../../addressing/cidr';
import type { NextHop } from '../../topology/route-table';
import { networkSight } from './bridge-rules';
import { families, hostBlock, loopbacks } from './docker-address';
import { legOf } from './docker-leg';
import type { DockerNetwork } from './docker-network';
import { everywhere, tableOf } from './gateway-table';
import type { HostFrame } from './host-frame';

/** The segment of a network; a macvlan network has a domain of its own. */
export function addNetworkSegment(host: HostFrame, network: DockerNetwork): void {
  const { id, name, blocks, placeable, origin, driver } = network;
  host.builder.addSegment({
    id,
    name: name ?? id,
    domain: driver === 'macvlan' ? `lan of ${id}` : host.domain,
    blocks,
    placeable: placeable.isEmpty() ? AddressSet.of(...blocks) : placeable,
    table: { options: [tableOf(host, network)], unknowns: [] },
    sight: networkSight(host, network),
    origin,
  });
  if (driver === 'macvlan') {
    host.builder.addDomain({ id: `lan of ${id}`, name: `the LAN of ${name ?? id}`, blocks, origin });
  }
}

/** Where the host has addresses that belong to no network. */
export function addHostSegments(host: HostFrame): void {
  const { builder, origin } = host;
  const out: NextHop = {
    kind: 'router',
    router: host.id('docker engine'),
    leg: legOf(host.id('host addresses')),
  };
  builder.addTable({
    id: host.id('host routes'),
    routes: families.map((family) => ({ to: everywhere[family], via: out })),
    sight: { shown: [], look: ['ip route'] },
    origin,
  });
  const segment = (name: string, blocks: readonly Cidr[], table: string): void => {
    builder.addSegment({
      id: host.id(name),
      domain: host.domain,
      blocks,
      table: { options: [host.id(table)], unknowns: [] },
      origin,
    });
  };
  segment('host addresses', host.outer.map(hostBlock), 'host routes');
  segment('host loopback', loopbacks.map(hostBlock), 'on link');
}
