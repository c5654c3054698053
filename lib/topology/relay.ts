import type { AddressSet } from '../addressing/address-set';
import type { PortSet } from '../addressing/port-set';
import type { Traffic } from '../addressing/traffic';
import type { Bounds } from './bounds';
import type { Origin } from './origin';

/**
 * Ends one flow and opens another: a load balancer, a proxy. Who reaches a listener reaches, by way of the
 * relay, what the relay itself reaches of the listener's targets.
 */
export interface Relay {
  readonly id: string;
  readonly name: string;
  /** Id of the endpoint that is the relay: its interfaces take the first flow and open the second. */
  readonly endpoint: string;
  readonly listeners: readonly Listener[];
  /**
   * Ids of the zones and endpoints for which it stands for its targets: they have no nearer address to dial, so that a
   * question about a target from there is answered by the way through the relay too.
   * @default - for nobody
   */
  readonly naturalFrom?: readonly string[];
  readonly origin: Origin;
}

export interface Listener {
  /** Protocol and port it takes. */
  readonly traffic: Traffic;
  /** Ids of the relay's interfaces at whose addresses it listens. @default - at all of them */
  readonly at?: readonly string[];
  readonly targets: Bounds<readonly RelayTarget[]>;
  readonly origin: Origin;
}

export interface RelayTarget {
  /** Id of an endpoint; or literal addresses when the target is one. */
  readonly to: { readonly endpoint: string } | { readonly addresses: AddressSet };
  /** Protocol and port dialled on the target. */
  readonly traffic: Traffic;
  /**
   * `relay`: the target sees an address of the relay. `client`: it sees the address of the first flow's source;
   * rules that name the relay's filters as members match all the same.
   */
  readonly sourceSeen: 'relay' | 'client';
  /** Source ports of the second flow when the target sees the relay. */
  readonly ports: PortSet;
  /** Interface ids of the relay that may open flows to this target; absent means any. */
  readonly from?: readonly string[];
  readonly origin: Origin;
}
