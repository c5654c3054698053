import { NetproofError } from '../addressing/netproof-error';
import type { Topology } from '../topology/topology';
import type { Daemon } from './daemon';
import type { DeployedContainer, Deployment } from './deployment';
import { namespaceStation } from './namespace-station';
import type { Station } from './station';

/** Where packets start and end: a network stack, which several containers may share. */
export interface Place {
  /** Who answers there says this name: `host`, a container, a zone. */
  readonly name: string;
  /** Undefined for the host and for zones. */
  readonly container: DeployedContainer | undefined;
  /** Path of the namespace, where it was given. */
  readonly namespace: string | undefined;
}

/** Opens a place; what it needs of the machine differs. */
export interface StationOpener {
  open(place: Place, lifeMs: number): Promise<Station>;
}

/**
 * Enters namespaces of this machine. Throws NoPermission unless it is Linux and root: a helper container does the same
 * elsewhere.
 */
export function namespaceOpener(daemon: Daemon | undefined): StationOpener {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw new NetproofError(
      'NoPermission',
      'opening the network namespaces of containers needs root on Linux. Run netproof probe as root, or let a container ' +
        'do it: --helper node:22-alpine, or any image that has Node.',
    );
  }
  return {
    open: ({ name, container, namespace }, lifeMs) => {
      const path =
        namespace ??
        (container === undefined
          ? (daemon?.namespace ?? '/proc/self/ns/net')
          : `${daemon?.processes ?? '/proc'}/${container.pid}/ns/net`);
      return Promise.resolve(namespaceStation(name, path, lifeMs));
    },
  };
}

/** Which place each party of a topology is in, on the engine as it runs. */
export class Places {
  private readonly topology: Topology;
  private readonly deployment: Deployment;
  private readonly given: ReadonlyMap<string, string>;

  /** `given` are namespaces of zones and others that are no containers, by the name of the party. */
  constructor(topology: Topology, deployment: Deployment, given: ReadonlyMap<string, string> = new Map()) {
    this.topology = topology;
    this.deployment = deployment;
    this.given = given;
  }

  /** Undefined where no packet can be sent from or answered: a container that does not run, a zone. */
  of(id: string): Place | undefined {
    const namespace = this.given.get(id);
    if (namespace !== undefined) return { name: id, container: undefined, namespace };
    const endpoint = this.topology.endpoints.get(id);
    if (endpoint === undefined) return undefined;
    if (endpoint.type === 'host') return hostPlace;
    const container = this.containerOf(id);
    return container?.running === true ? this.placeOf(container) : undefined;
  }

  /** The container that runs as an endpoint; undefined when there is none of its name. */
  containerOf(id: string): DeployedContainer | undefined {
    const endpoint = this.topology.endpoints.get(id);
    return endpoint?.names
      .map((name) => this.deployment.containers.get(name))
      .find((one) => one !== undefined);
  }

  /** The container whose stack a container has: its own unless it shares another's. */
  ownerOf(container: DeployedContainer): DeployedContainer {
    const [, id] = /^container:(.+)$/.exec(container.mode) ?? [];
    if (id === undefined) return container;
    const owner = [...this.deployment.containers.values()].find((one) => one.id === id || one.name === id);
    return owner === undefined || owner === container ? container : this.ownerOf(owner);
  }

  private placeOf(container: DeployedContainer): Place {
    const owner = this.ownerOf(container);
    if (owner.mode === 'host') return hostPlace;
    return { name: owner.name, container: owner.running ? owner : container, namespace: undefined };
  }
}

/** The stack of the Docker host. */
export const hostPlace: Place = { name: 'host', container: undefined, namespace: undefined };
