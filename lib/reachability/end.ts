import type { Endpoint, Interface } from '../topology/endpoint';
import type { DestinationTranslation, Leg, Router, StaticTranslation } from '../topology/router';
import type { Segment } from '../topology/segment';
import type { Zone } from '../topology/zone';
import type { AddressVariable } from './scenario';

/** One end of a packet as it is at some place of its way: its address, and whose address that is. */
export interface End {
  readonly address: AddressVariable;
  readonly family: 4 | 6;
  readonly owner: Owner;
}

/** Whose address it is: where a packet to it belongs, and what translations apply to a packet from it. */
export type Owner =
  /** The own address of an interface. */
  | { readonly kind: 'interface'; readonly at: PlacedInterface }
  /** Any interface that could be placed in the segment, with an address of its own there. */
  | { readonly kind: 'place'; readonly segment: Segment }
  /** The own address of a router on one of its legs. */
  | { readonly kind: 'leg'; readonly router: Router; readonly leg: Leg }
  /** What a static translation shows of an interface or a leg on its other side. */
  | {
      readonly kind: 'outside';
      readonly router: Router;
      readonly translation: StaticTranslation;
      readonly inside: End;
    }
  /** What a static translation would show of an interface that could be placed in the segment. */
  | { readonly kind: 'mapping'; readonly router: Router; readonly leg: Leg; readonly inside: End }
  /** An address at which a destination translation takes packets. */
  | {
      readonly kind: 'published';
      readonly router: Router;
      readonly translation: DestinationTranslation;
      readonly inside: End;
    }
  /** Somebody outside. */
  | { readonly kind: 'zone'; readonly zone: Zone };

/** An interface together with where it is. */
export interface PlacedInterface {
  readonly endpoint: Endpoint;
  readonly interface: Interface;
  readonly segment: Segment;
  /** Its own addresses, in their order. */
  readonly ends: readonly End[];
}

/** Router and leg by which it is entered or left. */
export interface RouterLeg {
  readonly router: Router;
  readonly leg: Leg;
}
