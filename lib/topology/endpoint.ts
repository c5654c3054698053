import type { Address } from '../addressing/address';
import type { AddressSet } from '../addressing/address-set';
import type { PortSet } from '../addressing/port-set';
import type { Traffic } from '../addressing/traffic';
import type { Bounds } from './bounds';
import type { Resolver } from './name-table';
import type { Origin } from './origin';
import type { OneTable } from './segment';
import type { Unknown } from './value';

/** A thing that sends or listens: an instance, a container, a database, a balancer. */
export interface Endpoint {
  /** Terraform address, with `stack:` in front when several stacks are joined. */
  readonly id: string;
  /** Unique names it may be called by besides: container name, Name tag. */
  readonly names: readonly string[];
  /** Resource type, for selectors and reports. */
  readonly type: string;
  /** Tier or other group that its author named, for selectors. */
  readonly tags: ReadonlyMap<string, string>;
  readonly interfaces: readonly Interface[];
  /**
   * What several interfaces mean.
   *
   * - `own`: they all belong to one machine: it sends from any of them and is reached on any of them.
   * - `replicas`: each is a machine of its own and all exist: a promise must hold for all.
   * - `placements`: the machine has one of them, and which is decided at apply.
   */
  readonly spread: 'own' | 'replicas' | 'placements';
  /** What would settle which of the `placements` it has. @default - nothing in the input names it: the endpoint as a whole */
  readonly placement?: Unknown;
  /** Source ports it opens flows from. */
  readonly clientPorts: PortSet;
  /** False for what never accepts a flow (a function), whatever the filters say. */
  readonly accepts: boolean;
  /**
   * What it takes of flows at all, where that is not everything: the listeners of a balancer.
   * @default - whatever its filters let in
   */
  readonly takes?: Traffic;
  /**
   * What something is said to listen on, at one address or at all of its own. It decides no verdict: packets are delivered
   * or not; it says whether anybody answers.
   * @default - nobody has said
   */
  readonly listens?: readonly Listening[];
  /**
   * Set alike for endpoints that share one network stack: its addresses are theirs, and they reach each other over its
   * loopback whatever is filtered outside.
   * @default - a stack of its own
   */
  readonly stack?: string;
  /**
   * Names of the stacks that it stands in without being a resource of one: the machine that they are deployed on.
   * @default - the stack that its id begins with, if any
   */
  readonly stands?: readonly string[];
  /** How it finds out what names mean. @default - not modelled: what it makes of a name is unknown */
  readonly resolver?: Resolver;
  /** Set when the type is known to carry interfaces but is not modelled: every verdict about it is unknown. */
  readonly notModelled: Unknown | undefined;
  readonly origin: Origin;
}

/** Whether an endpoint is in a stack: its id begins with it, or it stands there. */
export function isInStack({ id, stands }: Pick<Endpoint, 'id' | 'stands'>, stack: string): boolean {
  return stands?.includes(stack) ?? id.startsWith(`${stack}:`);
}

/** Traffic at which something listens. */
export interface Listening {
  readonly traffic: Traffic;
  /** @default - at every address */
  readonly at: Address | undefined;
}

/** One attachment of an endpoint to a segment. */
export interface Interface {
  readonly id: string;
  readonly segment: string;
  readonly addresses: readonly InterfaceAddress[];
  /**
   * Ids of the filters on it; a packet passes when one of them lets it pass. No filters at all means that
   * nothing is filtered; a filter without rules means that nothing passes. When `least` is empty and `most` is not,
   * at least one of `most` is there: an interface that may be bare says so with a filter that lets all pass.
   */
  readonly filters: Bounds<readonly string[]>;
  /**
   * Where it sends what is not for its own segment, when it has a route table of its own.
   * @default - as the segment says
   */
  readonly table?: OneTable;
  /**
   * What it takes of flows to its own addresses, where that is not everything: ports at which something listens.
   * @default - what its endpoint takes
   */
  readonly takes?: Traffic;
  /** Whether it takes packets that are not addressed to it, to forward them. */
  readonly forwards: boolean;
  readonly origin: Origin;
}

/** An address of an interface: one, or one of the addresses of its segment when only apply tells which. */
export interface InterfaceAddress {
  readonly family: 4 | 6;
  /** The possible addresses; a single one when it is known. */
  readonly possible: AddressSet;
  /** Absent when the address is known. */
  readonly unknown: Unknown | undefined;
}
