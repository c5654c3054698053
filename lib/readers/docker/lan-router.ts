import { AddressSet } from '../../addressing/address-set';
import { translatorPorts } from '../../topology/client-ports';
import type { Leg } from '../../topology/router';
import type { Unknown } from '../../topology/value';
import { families, publicAddresses } from './docker-address';
import { segmentLeg } from './docker-leg';
import type { DockerNetwork } from './docker-network';
import { everywhere, routeTo } from './gateway-table';
import type { HostFrame } from './host-frame';

/** Whoever comes from the LAN meets what Docker Desktop does, and nobody knows what that is. */
export function addUnseenLan(host: HostFrame, unseen: Unknown): void {
  const { origin } = host;
  const legs: Leg[] = [
    { id: host.id('leg from lan'), kind: 'zone', zone: 'lan' },
    {
      id: host.id('leg to Docker Desktop'),
      kind: 'domain',
      domain: host.domain,
      table: {
        id: host.id('routes of Docker Desktop'),
        name: 'Docker Desktop',
        unknownRoutes: [],
        origin,
        routes: families.map((family) => ({
          ...routeTo(everywhere[family], { kind: 'unknown', unknown: unseen }),
          preference: 0,
          origin,
        })),
      },
    },
  ];
  host.builder.addRouter({
    id: host.id('Docker Desktop'),
    legs,
    forward: [{ action: 'allow', origin }],
    origin,
  });
}

/** The LAN on which the containers of a macvlan network stand: they and the host do not see each other there. */
export function addMacvlanLan(host: HostFrame, network: DockerNetwork): void {
  if (network.internal) {
    // Nothing leads out of it, and so nobody stands on its edge.
    host.builder.addRouter({
      id: `lan of ${network.id}`,
      legs: [segmentLeg(network.id, network.gateways)],
      origin: network.origin,
    });
    return;
  }
  const { zones } = host;
  const legs = zones.map((zone): Leg => ({
    id: `leg of ${network.id} to ${zone}`,
    kind: 'zone',
    zone,
    ...(zone === 'lan' ? {} : { routed: publicAddresses.subtract(AddressSet.of(...network.blocks)) }),
  }));
  host.builder.addRouter({
    id: `lan of ${network.id}`,
    name: `the LAN of ${network.name ?? network.id}`,
    legs: [segmentLeg(network.id, network.gateways), ...legs],
    forward: [{ action: 'allow', origin: network.origin }],
    translations: zones
      .filter((zone) => zone !== 'lan')
      .map((zone) => ({
        kind: 'source',
        leg: `leg of ${network.id} to ${zone}`,
        source: AddressSet.of(...network.blocks),
        to: `leg of ${network.id} to ${zone}`,
        ports: translatorPorts,
        origin: network.origin,
      })),
    origin: network.origin,
  });
}
