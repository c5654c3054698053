import type { AddressSet } from '../addressing/address-set';
import type { Cidr } from '../addressing/cidr';
import type { PortSet } from '../addressing/port-set';
import type { Traffic } from '../addressing/traffic';
import type { Origin } from './origin';
import type { Sight } from './sight';
import type { Unknown } from './value';

/** One subnet or broadcast domain: its interfaces reach each other without a router. */
export interface Segment {
  readonly id: string;
  readonly name: string;
  /** The address space it is part of. */
  readonly domain: string;
  readonly blocks: readonly Cidr[];
  /** Addresses that an interface of the segment can have: the blocks less what the platform keeps. */
  readonly placeable: AddressSet;
  /** Source ports of whatever could be placed in it. @default - those of an ordinary client */
  readonly clientPorts?: PortSet;
  /** Whether its own interfaces may talk to each other directly. */
  readonly peers: boolean;
  /**
   * The filter that every packet crossing the edge of the segment meets, in either direction; never met inside
   * it. Ingress is into the segment.
   */
  readonly crossing: OneFilter;
  /** Route table of what leaves the segment. */
  readonly table: OneTable;
  /** What hands packets on between its own interfaces. */
  readonly sight?: Sight;
  readonly origin: Origin;
}

/**
 * Exactly one of `options` (filter ids; null is no filter) is in force; several when the input cannot tell. Choices
 * with equal options and the same unknown keys are made together: a reader gives each a key of its own when they
 * may come out differently.
 */
export interface OneFilter {
  readonly options: readonly (string | null)[];
  readonly unknowns: readonly Unknown[];
}

/** Exactly one of `options` (route table ids) is in force; several when the input cannot tell, as with filters. */
export interface OneTable {
  readonly options: readonly string[];
  readonly unknowns: readonly Unknown[];
}

/**
 * An address space in which an address means one interface: a VPC, a Docker host. Packets between its segments
 * are delivered by its own routing.
 */
export interface Domain {
  readonly id: string;
  readonly name: string;
  readonly blocks: readonly Cidr[];
  /**
   * What the platform itself serves to every interface of the domain (metadata, time, names): no route leads there
   * and no filter is asked.
   * @default - nothing
   */
  readonly services?: readonly Service[];
  readonly origin: Origin;
}

/** Something that a platform serves on addresses of its own. */
export interface Service {
  /** What a person calls it: `instance metadata`. */
  readonly name: string;
  readonly addresses: AddressSet;
  readonly traffic: Traffic;
}
