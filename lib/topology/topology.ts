import type { Endpoint } from './endpoint';
import type { Filter } from './filter';
import type { NameTable } from './name-table';
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
  /** Names of the stacks that it was read from; with several, every id begins with the name of its stack and a colon. */
  readonly stacks: readonly string[];
  readonly domains: ReadonlyMap<string, Domain>;
  readonly segments: ReadonlyMap<string, Segment>;
  readonly endpoints: ReadonlyMap<string, Endpoint>;
  readonly filters: ReadonlyMap<string, Filter>;
  readonly tables: ReadonlyMap<string, RouteTable>;
  readonly routers: ReadonlyMap<string, Router>;
  readonly relays: ReadonlyMap<string, Relay>;
  readonly zones: ReadonlyMap<string, Zone>;
  readonly nameTables: ReadonlyMap<string, NameTable>;
  /** What the input holds and the model leaves out, per resource type. */
  readonly gaps: readonly Gap[];
  /** Keys of given values that were used while reading. */
  readonly usedValues: ReadonlySet<string>;
  /** What is taken for granted, stated or not, as sentences for people. @default - nothing */
  readonly premises?: readonly Premise[];
  /**
   * The same parts, by id, as they behave under each of several settings that the input leaves open and of which one
   * holds. A question is answered under each, and the answers are compared: no order of the settings is presumed. This
   * topology itself is as the first of them.
   * @default - nothing is left open
   */
  readonly variants?: Variants;
}

export interface Premise {
  /** Key of the assumption. */
  readonly key: string;
  readonly text: string;
}

export interface Variants {
  /** The settings that differ between profiles, with their values in the order in which ranges of them are told. */
  readonly settings: readonly { readonly key: string; readonly values: readonly string[] }[];
  readonly options: readonly Variant[];
}

export interface Variant {
  /** The profiles under which the network is like this: a value per setting. */
  readonly profiles: readonly ReadonlyMap<string, string>[];
  readonly topology: Topology;
}

/** The topology and each of its variants, changed alike. */
export function changedAlike(topology: Topology, change: (one: Topology) => Topology): Topology {
  const changed = change(topology);
  if (topology.variants === undefined) return brandTopology({ ...changed });
  const { settings, options } = topology.variants;
  const made = options.map((variant) => ({
    ...variant,
    topology: brandTopology({ ...change(variant.topology) }),
  }));
  return brandTopology({ ...changed, variants: { settings, options: made } });
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
