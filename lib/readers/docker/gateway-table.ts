import type { Family } from '../../addressing/address';
import { Cidr } from '../../addressing/cidr';
import type { NextHop } from '../../topology/route-table';
import { unknown } from '../../topology/value';
import { families, privateBlocks } from './docker-address';
import { legOf } from './docker-leg';
import type { DockerNetwork } from './docker-network';
import type { HostFrame } from './host-frame';

/** All addresses of a family. */
export const everywhere: Readonly<Record<Family, Cidr>> = {
  4: Cidr.parse('0.0.0.0/0'),
  6: Cidr.parse('::/0'),
};

/** The tables of the host's own interfaces, and one per network that leads anywhere. */
export function addGatewayTables(host: HostFrame): void {
  const { builder, origin } = host;
  builder.addTable({
    id: host.id('on link'),
    name: 'on link only',
    routes: loopbackRoutes,
    sight: { shown: [{ text: 'no default route' }], look: ['docker exec {sender} ip route'] },
    origin,
  });
  for (const network of host.parts.networks) {
    if (network.driver !== 'overlay') addGatewayTable(host, `gateway of ${network.id}`, network, []);
  }
}

/** What an interface sends by the gateway of its network; `elsewhere` are blocks that its owner has interfaces in. */
export function addGatewayTable(
  host: HostFrame,
  id: string,
  network: DockerNetwork,
  elsewhere: readonly Cidr[],
): string {
  const out: NextHop =
    network.driver === 'macvlan'
      ? { kind: 'router', router: `lan of ${network.id}`, leg: legOf(network.id) }
      : { kind: 'router', router: host.id('docker engine'), leg: legOf(network.id) };
  const unseen = host.desktop;
  const inside = host.bridges.flatMap(({ blocks }) => blocks).map((to) => routeTo(to, out));
  const lan =
    unseen === undefined
      ? []
      : [...inside, ...privateBlocks.map((to) => routeTo(to, { kind: 'unknown', unknown: unseen }))];
  const between = unknown(
    'docker.lan',
    'whether the router of the LAN leads from one of its blocks to another',
  );
  const neighbours = host.parts.networks
    .filter(
      (one) => one !== network && one.driver === 'macvlan' && !one.internal && network.driver === 'macvlan',
    )
    .flatMap((one) => one.blocks)
    .map((to) => routeTo(to, { kind: 'unknown', unknown: between }));
  host.builder.addTable({
    id,
    name: `by the gateway of ${network.name ?? network.id}`,
    sight: {
      shown: network.gateways
        .filter(({ family }) => family === 4)
        .map((gateway) => ({ text: `default via ${gateway.toString()}` })),
      look: ['docker exec {sender} ip route'],
    },
    origin: network.origin,
    routes: [
      ...loopbackRoutes,
      ...lan,
      ...neighbours,
      ...elsewhere.map((to) =>
        routeTo(to, { kind: 'drop', reason: 'another interface of its own leads there' }),
      ),
      ...families.map((family) => routeTo(everywhere[family], out)),
    ],
  });
  return id;
}

/** The table of what stands in a network and on no other. */
export function tableOf(host: HostFrame, network: DockerNetwork): string {
  return leads(host, network) ? `gateway of ${network.id}` : host.id('on link');
}

/** Whether what a container sends by a network's gateway comes to anybody. */
export function leads(host: HostFrame, { driver, internal, mode, gateways }: DockerNetwork): boolean {
  if (driver === 'overlay') return false;
  if (driver === 'macvlan') return !internal;
  // Without the host on the bridge, nobody has the address of its gateway.
  if (mode === 'isolated' || gateways.length === 0) return false;
  return !internal || host.engine.internalHasDefaultRoute;
}

export function routeTo(to: Cidr, via: NextHop): { readonly to: Cidr; readonly via: NextHop } {
  return { to, via };
}

/** A machine's own loopback never leaves it. */
const loopbackRoutes = ['127.0.0.0/8', '::1/128'].map((text) =>
  routeTo(Cidr.parse(text), { kind: 'drop', reason: 'loopback' }),
);
