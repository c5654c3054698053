import type { Address } from '../addressing/address';
import type { AddressSet } from '../addressing/address-set';
import type { PortSet } from '../addressing/port-set';
import type { Traffic } from '../addressing/traffic';
import type { Bounds } from './bounds';
import type { Origin } from './origin';
import type { RouteTable } from './route-table';
import type { Sight } from './sight';
import type { Unknown } from './value';

/**
 * Forwards packets between its legs: an Internet gateway, a NAT gateway, a Docker host. In the order of a Linux
 * router: destination translation on the leg a packet enters by, routing, forwarding rules, source translation
 * on the leg it leaves by. Replies of a flow that it let pass go back the same way and are rewritten back; a reply
 * of a flow that it never saw is a packet like any other.
 *
 * Which leg a packet leaves by, the first that fits the destination as it is after translation:
 *
 * 1. a segment leg whose segment has a block that holds it (the longest such block);
 * 2. a domain leg whose domain has a block that holds it (the longest such block), unless the packet came in by that leg
 *    untranslated;
 * 3. a zone leg whose zone holds it, in the order of `legs`, unless the packet came in by that leg untranslated;
 * 4. the segment leg it came in by, or else the only segment leg: by the route table of that segment.
 *
 * None fits: the packet is dropped.
 */
export interface Router {
  readonly id: string;
  /** What a person calls it: `Internet gateway main`. */
  readonly name: string;
  readonly legs: readonly Leg[];
  /** First match decides; what no rule names is dropped. */
  readonly forward: readonly ForwardRule[];
  readonly translations: readonly Translation[];
  /**
   * Whether it lets a reply pass only when it let the flow pass: then nobody begins a flow from its far side, by
   * whatever way the first packet came.
   * @default false
   */
  readonly tracks?: boolean;
  readonly origin: Origin;
}

/** Where a router stands with one foot. */
export type Leg =
  /**
   * In a segment, with an interface of its own there: what it sends out by this leg leaves by the segment's
   * route table, and crosses the edge of the segment as any interface's packets do.
   */
  | {
      readonly id: string;
      readonly kind: 'segment';
      readonly segment: string;
      readonly address: Bounds<AddressSet>;
    }
  /**
   * On the edge of a domain: what it sends out by this leg is delivered inside the domain, steered by `table`
   * first when there is one.
   */
  | { readonly id: string; readonly kind: 'domain'; readonly domain: string; readonly table?: RouteTable }
  /**
   * Towards a zone. What it sends out by this leg to somebody outside has arrived. For a destination that a router which
   * faces the zone answers for (with an outside address, by a destination translation, or because it lies behind it),
   * the zone leads the packet on to that router, this one included; what nobody answers for ends there.
   */
  | {
      readonly id: string;
      readonly kind: 'zone';
      readonly zone: string;
      /**
       * Families that pass this leg only under a translation: out when one applies to the source, in when the
       * destination is an outside address. A leg with static translations of a family is such a leg for it, stated
       * or not; a leg that could have them and has none yet needs it stated.
       */
      readonly onlyTranslated?: readonly (4 | 6)[];
      /** Its own addresses there; absent means that each is one of the zone's, unknown which. */
      readonly address?: Bounds<AddressSet>;
      /**
       * Addresses to which those in the zone send by this leg, first packets and replies; to others they have no route.
       * @default - to any
       */
      readonly routed?: AddressSet;
    };

export interface ForwardRule {
  readonly action: 'allow' | 'deny';
  /** Leg ids the packet enters and leaves by; absent means any. */
  readonly from?: readonly string[];
  readonly to?: readonly string[];
  readonly source?: AddressSet;
  readonly destination?: AddressSet;
  readonly traffic?: Traffic;
  /**
   * Whether it is asked before flows are remembered, and so of replies too. A reply that no such rule denies passes.
   * @default false
   */
  readonly everyPacket?: boolean;
  readonly sight?: Sight;
  readonly origin: Origin;
}

export type Translation = StaticTranslation | SourceTranslation | DestinationTranslation;

/**
 * One to one, in both directions: on its way out by `leg` the source becomes `outside`, on its way in by
 * `leg` the destination `outside` becomes the inside address. On a leg that has static translations of a
 * family, a source of that family without one does not leave.
 */
export interface StaticTranslation {
  readonly kind: 'static';
  readonly leg: string;
  /** The interface (or the leg of another router, by its id) whose own address is translated. */
  readonly interface: string;
  /** Which of the interface's addresses. */
  readonly inside: number;
  readonly outside: OutsideAddress;
  /** False when it cannot be told before apply whether the translation exists. */
  readonly certain: boolean;
  readonly unknowns: readonly Unknown[];
  readonly sight?: Sight;
  readonly origin: Origin;
}

/** An outside address: its text where it is known, and otherwise only that it is one of the zone's. */
export interface OutsideAddress {
  readonly address: Address | undefined;
  /** The unknown that would give the address. */
  readonly unknown: Unknown | undefined;
}

/** On its way out by `leg` the source becomes an address of `to` and the source port one of `ports`. */
export interface SourceTranslation {
  readonly kind: 'source';
  readonly leg: string;
  /** Leg ids it entered by; absent means any. */
  readonly from?: readonly string[];
  readonly source: AddressSet;
  /** Only this traffic is translated and forwarded at all; absent means any. */
  readonly traffic?: Traffic;
  /** The leg whose own address the source becomes. */
  readonly to: string;
  readonly ports: PortSet;
  readonly sight?: Sight;
  readonly origin: Origin;
}

/** On its way in by `leg` a packet to `destination` with `traffic` goes to `to`, ports shifted by `shift`. */
export interface DestinationTranslation {
  readonly kind: 'destination';
  /** Leg ids it enters by; absent means any. */
  readonly from?: readonly string[];
  readonly destination: AddressSet;
  readonly traffic: Traffic;
  /** Interface whose address it goes to, and which of its addresses. */
  readonly interface: string;
  readonly inside: number;
  /** Added to the destination port. */
  readonly shift: number;
  readonly sight?: Sight;
  readonly origin: Origin;
}
