import type { Endpoint } from './endpoint';
import type { Filter } from './filter';
import type { Origin } from './origin';
import type { Relay } from './relay';
import type { RouteTable } from './route-table';
import type { Router } from './router';
import type { Domain, Segment } from './segment';
import type { Unknown } from './value';
import type { Zone } from './zone';

/**
 * Networks as the solver sees them, without a provider's words. Immutable; made by readers, asked by
 * reachability. Ids are unique per kind. What a reader could not model is said, never left out: as an endpoint
 * that is not modelled, an unknown next hop, or a note in `gaps`.
 */
export interface Topology {
  readonly format: 1;
  readonly domains: ReadonlyMap<string, Domain>;
  readonly segments: ReadonlyMap<string, Segment>;
  readonly endpoints: ReadonlyMap<string, Endpoint>;
  readonly filters: ReadonlyMap<string, Filter>;
  readonly tables: ReadonlyMap<string, RouteTable>;
  readonly routers: ReadonlyMap<string, Router>;
  readonly relays: ReadonlyMap<string, Relay>;
  readonly zones: ReadonlyMap<string, Zone>;
  /** What the input holds and the model leaves out, per resource type. */
  readonly gaps: readonly Gap[];
  /** Keys of given values that were used while reading. */
  readonly usedValues: ReadonlySet<string>;
}

/** Something of the input that is not modelled. */
export interface Gap {
  readonly type: string;
  readonly origin: Origin;
  /** Segments that it may reach or be reached in; empty when it stands outside all of them. */
  readonly segments: readonly string[];
  /**
   * Whether it may pass flows on to what stands in its segments (a balancer, a proxy); then nobody is cut off from
   * there for certain. @default false
   */
  readonly relays?: boolean;
  readonly unknown: Unknown;
}

const brand = Symbol.for('netproof/topology');

/** Marks an object as a topology of this package: two copies of it may meet in one process. */
export function brandTopology(topology: Topology): Topology {
  return Object.defineProperty(topology, brand, { value: true });
}

export function isTopology(value: unknown): value is Topology {
  return typeof value === 'object' && value !== null && brand in value;
}
