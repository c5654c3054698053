import type { PortSet } from '../addressing/port-set';
import type { Traffic } from '../addressing/traffic';
import type { Interface } from '../topology/endpoint';
import type { NextHop, RouteTable } from '../topology/route-table';
import type {
  DestinationTranslation,
  ForwardRule,
  Leg,
  Router,
  SourceTranslation,
  StaticTranslation,
} from '../topology/router';
import type { Segment } from '../topology/segment';
import type { Unknown } from '../topology/value';
import type { Zone } from '../topology/zone';
import type { End, PlacedInterface } from './end';
import type { Direction } from './filter-passing';
import type { FlowSpace } from './flow-space';
import type { Lookup } from './prepared-table';
import type { ReasonCode } from './reason-code';

/** The packets of a walk at some place of their way: alike in everything but their ports. */
export interface Packet {
  readonly source: End;
  readonly destination: End;
  /** What of the asked traffic goes this way, by the destination port that was dialled. */
  readonly region: Traffic;
  /** Added to the dialled port so far. */
  readonly shift: number;
  /** Source ports before the first source translation, and after each. */
  readonly sources: readonly PortSet[];
  /** Whether it was translated, or led through a third party of its own domain, or outside. */
  readonly altered: boolean;
  /** Shown in place of one of the ends: a relay that sends with the address of its client. */
  readonly guise: Guise | undefined;
}

export interface Guise {
  readonly of: End;
  readonly shows: End;
}

/** What an address translation and everybody on the way sees of an end. */
export function seen({ guise }: Packet, end: End): End {
  return guise !== undefined && guise.of === end ? guise.shows : end;
}

/** The interface whose filters a rule may name when it judges a packet from or to `end`. */
export function memberOf({ owner }: End): Interface | undefined {
  return owner.kind === 'interface' ? owner.at.interface : undefined;
}

/** One thing that happens to a packet on its way. */
export type Step = InterfaceStep | CrossingStep | RouteStep | RouterStep | ZoneStep;

/** Filters of an interface. */
export interface InterfaceStep {
  readonly kind: 'interface';
  readonly direction: Direction;
  readonly at: PlacedInterface;
  readonly packet: Packet;
}

/** The filter on the edge of a segment; null when there is none. */
export interface CrossingStep {
  readonly kind: 'crossing';
  readonly direction: Direction;
  readonly segment: Segment;
  readonly filter: string | null;
  readonly packet: Packet;
}

export interface RouteStep {
  readonly kind: 'route';
  readonly table: RouteTable;
  readonly lookup: Lookup;
  /** The next hop itself, once a choice is made. */
  readonly hop: NextHop | undefined;
  readonly packet: Packet;
}

/** A packet went into a router by one leg and out by another. */
export interface RouterStep {
  readonly kind: 'router';
  readonly router: Router;
  readonly in: Leg;
  readonly out: Leg;
  readonly before: Packet;
  readonly after: Packet;
  /** What of the packets, with the ports they have after destination translation, it forwards. */
  readonly forwards: FlowSpace;
  /** Rules that were tried, in order. */
  readonly rules: readonly ForwardRule[];
  readonly translations: readonly (StaticTranslation | SourceTranslation | DestinationTranslation)[];
  /** Whether it is the reply of a flow that the router remembers. */
  readonly remembered: boolean;
}

export interface ZoneStep {
  readonly kind: 'zone';
  readonly zone: Zone;
  readonly packet: Packet;
}

/** How a walk ends. */
export type Ending =
  | { readonly kind: 'arrived'; readonly at: Place }
  /** It ends here for certain. */
  | { readonly kind: 'cut'; readonly reason: ReasonCode; readonly subject: string }
  /** What comes here may go anywhere. */
  | { readonly kind: 'unknown'; readonly reason: ReasonCode; readonly unknown: Unknown };

export type Place =
  | { readonly kind: 'interface'; readonly at: PlacedInterface }
  | { readonly kind: 'place'; readonly segment: Segment }
  | { readonly kind: 'zone'; readonly zone: Zone };

export interface Outcome {
  readonly steps: readonly Step[];
  /** The packet as it is where the walk ends. */
  readonly packet: Packet;
  readonly ending: Ending;
}
