import type { AddressSet } from '../addressing/address-set';
import type { PortSet } from '../addressing/port-set';
import type { Traffic } from '../addressing/traffic';
import type { Bounds } from './bounds';
import type { Origin } from './origin';
import type { Sight } from './sight';

/**
 * A list of rules about packets, on an interface or on the edge of a segment.
 *
 * - `union`: rules only allow, order means nothing, what no rule names is dropped.
 * - `first-match`: the first rule that matches decides, allow or deny, and what none matches is dropped.
 *
 * A stateful filter looks at the first packet of a flow only and lets its replies pass. A stateless one looks
 * at every packet, so a reply is judged with the ports the other way round.
 */
export interface Filter {
  readonly id: string;
  /** What a person calls it: `security group web`. */
  readonly name: string;
  readonly matching: 'union' | 'first-match';
  readonly stateful: boolean;
  /** Rules on packets that come in (to the interface, or into the segment). */
  readonly ingress: readonly Rule[];
  readonly egress: readonly Rule[];
  /** What is seen where it lets nothing pass and no rule of it tells more. */
  readonly sight?: Sight;
  readonly origin: Origin;
}

export interface Rule {
  readonly action: 'allow' | 'deny';
  /** Protocol and destination port of the packet itself. */
  readonly traffic: Bounds<Traffic>;
  /** Source port of the packet; absent means any. */
  readonly sourcePorts?: PortSet;
  /** The other end: source of what comes in, destination of what goes out. */
  readonly remote: Remote;
  /** Position in a first-match filter, as its author numbered it. */
  readonly number?: number;
  /** What is seen of it: of packets that it matches, and of those that it misses by their address alone. */
  readonly sight?: Sight;
  readonly origin: Origin;
}

/** Matches when the address is in `addresses`, or belongs to a member of one of `members`. */
export interface Remote {
  readonly addresses: Bounds<AddressSet>;
  /**
   * Ids of filters: the rule matches the own (never the translated) addresses of the interfaces that carry
   * one of them. It stops matching when the flow is translated or steered through a third party on its way.
   */
  readonly members: Bounds<readonly string[]>;
}
