import type { AddressSet } from '../addressing/address-set';
import type { Cidr } from '../addressing/cidr';
import type { Origin } from './origin';
import type { Sight } from './sight';
import type { Unknown } from './value';

/** Decides where a packet goes next: the longest matching prefix, then the lowest preference. */
export interface RouteTable {
  readonly id: string;
  readonly name: string;
  readonly routes: readonly Route[];
  /** Routes that exist but whose destination cannot be known: any address may or may not follow them. */
  readonly unknownRoutes: readonly UnknownRoute[];
  readonly sight?: Sight;
  readonly origin: Origin;
}

export interface Route {
  readonly to: Cidr;
  readonly via: NextHop;
  /** Ties between equal prefixes: the lower wins. 0 static, higher for learned ones. */
  readonly preference: number;
  readonly origin: Origin;
}

export interface UnknownRoute {
  readonly via: NextHop;
  /** Addresses that may follow it; absent means any. */
  readonly possible?: AddressSet;
  readonly unknown: Unknown;
  readonly origin: Origin;
}

export type NextHop =
  /** Delivered inside the domain, to the segment that holds the address. */
  | { readonly kind: 'local' }
  /** Handed to a router, on one of its legs. */
  | { readonly kind: 'router'; readonly router: string; readonly leg: string }
  /** Handed to an interface that is not a router's: only one that forwards takes it. */
  | { readonly kind: 'interface'; readonly interface: string }
  /** Thrown away. `reason` is for people: `blackhole`. */
  | { readonly kind: 'drop'; readonly reason: string }
  /** One of these, and the input cannot tell which. Choices with equal options and one key are made together. */
  | { readonly kind: 'one-of'; readonly options: readonly NextHop[]; readonly unknown: Unknown }
  /** Something that is not modelled, or that only apply tells. */
  | {
      readonly kind: 'unknown';
      readonly unknown: Unknown;
      /** Whether it certainly lies outside the segment, so that the edge is crossed towards it. @default false */
      readonly outside?: boolean;
    };
