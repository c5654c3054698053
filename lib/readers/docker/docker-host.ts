import type { TopologyBuilder } from '../../topology/topology-builder';
import { addContainerEndpoint } from './container-endpoint';
import { hostBlock } from './docker-address';
import type { DockerAssumptions } from './docker-assumptions';
import { addDoorRelay } from './door-relay';
import type { Engine } from './engine';
import { addEngineRouter } from './engine-router';
import { addGatewayTables } from './gateway-table';
import { addHost } from './host-endpoint';
import { HostFrame, type HostName, type HostParts } from './host-frame';
import { addHostSegments, addNetworkSegment } from './host-segments';
import { addEntrances } from './machine-entrance';
import { addMacvlanLan, addUnseenLan } from './lan-router';
import { refuseOverlaps } from './overlapping-networks';

/** Compiles one Docker host into a topology: lib/readers/docker/README.md says which thing becomes which word. */
export class DockerHost {
  private readonly frame: HostFrame;

  constructor(
    builder: TopologyBuilder,
    engine: Engine,
    assumed: DockerAssumptions,
    parts: HostParts,
    called: HostName,
  ) {
    this.frame = new HostFrame(builder, engine, assumed, parts, called);
    refuseOverlaps(parts.networks);
  }

  add(): void {
    const { frame } = this;
    const { builder, parts, desktop } = frame;
    const blocks = parts.networks.filter(({ driver }) => driver !== 'macvlan').flatMap((one) => one.blocks);
    builder.addDomain({
      id: frame.domain,
      name: frame.named('the Docker host'),
      blocks: [...blocks, ...frame.outer.map(hostBlock)],
      origin: frame.origin,
    });
    addGatewayTables(frame);
    for (const network of parts.networks) addNetworkSegment(frame, network);
    addHostSegments(frame);
    for (const container of parts.containers) addContainerEndpoint(frame, container);
    addHost(frame);
    frame.names.add();
    addEngineRouter(frame);
    for (const network of parts.networks) if (network.driver === 'macvlan') addMacvlanLan(frame, network);
    addEntrances(frame);
    if (desktop !== undefined) addUnseenLan(frame, desktop);
    for (const door of frame.doors) addDoorRelay(frame, door);
  }
}
