import { Construct } from 'constructs';
import type { Container } from './container';
import type { ContainerNetwork } from './segment-facts';

export interface SharedNetworkProps {
  /** The container whose network it is; it starts first, and the others are replaced with it. */
  readonly of: Container;
}

/**
 * The network of another container (`--network container:ID`): the same addresses and ports, and each is 127.0.0.1 to
 * the other. Ports are published on the owner, and a port has room for one of them. Nothing is created for it.
 * @see https://docs.docker.com/engine/network/#container-networks
 */
export class SharedNetwork extends Construct implements ContainerNetwork {
  readonly kind = 'shared';
  readonly internal: boolean;
  readonly picksAddresses = true;
  /** The name of the owner. */
  readonly name: string;
  readonly owner: Container;

  constructor(scope: Construct, id: string, { of }: SharedNetworkProps) {
    super(scope, id);
    this.owner = of;
    this.name = of.name;
    this.internal = of.defaultRoute === undefined;
  }

  /** By id: the engine answers with the id, whatever was asked for. */
  get networkMode(): string {
    return `container:${this.owner.containerId}`;
  }
}
