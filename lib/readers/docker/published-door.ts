import { Address } from '../../addressing/address';
import { AddressSet } from '../../addressing/address-set';
import { Traffic } from '../../addressing/traffic';
import { type Bounds, exactly } from '../../topology/bounds';
import type { DockerNetwork } from './docker-network';
import type { PublishedPort } from './docker-container';
import type { Engine } from './engine';
import type { PlacedContainer } from './placed-container';

/** A port of the host that the engine binds for a container. */
export interface Door {
  /** `docker_container.web.ports[0]` */
  readonly id: string;
  readonly container: PlacedContainer;
  /** The bridge on which the container is dialled. */
  readonly network: DockerNetwork;
  readonly port: PublishedPort;
  /** The one address of the host that is bound; undefined for all of a family. */
  readonly bound: Address | undefined;
  readonly family: 4 | 6;
}

/** The doors of a container: none where the engine binds nothing, which it does not say. */
export function doorsOf(container: PlacedContainer): readonly Door[] {
  const { gateway: network, resource } = container;
  const binds = network?.driver === 'bridge' && !network.internal && network.mode !== 'routed';
  // Without an address of the host on the bridge nothing comes back from it.
  if (!binds || network.gateways.length === 0 || container.unknown !== undefined) return [];
  return container.ports.flatMap((port): readonly Door[] => {
    const everywhere = port.at === '0.0.0.0' || port.at === '::';
    const address = Address.parse(port.at);
    const id = `${resource.id}.${port.origin.attribute ?? 'ports'}`;
    return [
      { id, container, network, port, bound: everywhere ? undefined : address, family: address.family },
    ];
  });
}

/**
 * Who gets through a door, by source address: everybody but containers on bridges whose packets the engine translates and
 * then drops. It is the bridge by which a packet leaves that decides, and so the source address.
 */
export function clientsOf(
  door: Door,
  networks: Iterable<DockerNetwork>,
  hostAddresses: AddressSet,
  engine: Engine,
  dialledOn: string,
): Bounds<AddressSet> {
  let admitted = AddressSet.everything(door.family);
  for (const network of networks) {
    const passes =
      isAnsweredFromElsewhere(door, network, engine) && network.id !== dialledOn
        ? false
        : passesFrom(network, door.network, engine);
    if (passes) continue;
    admitted = admitted.subtract(AddressSet.of(...network.blocks).subtract(hostAddresses));
  }
  return exactly(admitted);
}

/**
 * Up to 27 the proxy lets the kernel choose the address from which a datagram is answered: that of the host on the bridge
 * of who asked. A client that dialled another one does not take it for an answer.
 * @see https://github.com/moby/moby/pull/48571
 */
function isAnsweredFromElsewhere({ port, bound }: Door, from: DockerNetwork, engine: Engine): boolean {
  const datagrams = port.dialled.overlaps(udp) && !port.dialled.overlaps(tcp);
  if (!datagrams || bound !== undefined || !engine.proxies || from.driver !== 'bridge') return false;
  return !engine.proxyAnswersAsDialled;
}

const [tcp, udp] = [Traffic.of('tcp'), Traffic.of('udp')];

function passesFrom(from: DockerNetwork, to: DockerNetwork, engine: Engine): boolean {
  if (from.driver !== 'bridge') return false;
  if (!engine.filters) return engine.proxies;
  if (from.internal) return engine.internalReachesPublished;
  const peers = from === to;
  if (engine.proxies) return from.masquerade || peers || from.mode === 'routed';
  if (from.mode === 'routed' && peers) return true;
  if (peers) return from.icc || !engine.filtersBridged;
  if (!engine.translatedCrossesBridges) return false;
  return from.masquerade || from.mode === 'routed';
}
