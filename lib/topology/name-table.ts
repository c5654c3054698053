import type { Address } from '../addressing/address';
import type { Origin } from './origin';
import type { Unknown } from './value';

/** Names that one place knows: a hosts file, the name service of a segment. Who asks it gets every record of a name. */
export interface NameTable {
  readonly id: string;
  /** What a person calls it: `names of network backend`. */
  readonly name: string;
  readonly records: readonly NameRecord[];
  /**
   * What a name may have behind it and a dot, and mean the same: with `backend`, `db.backend` is `db`. In lower case.
   * @default - nothing
   */
  readonly suffixes?: readonly string[];
  /** Whether one endpoint alone can ask it: a hosts file. @default false */
  readonly local?: boolean;
  readonly origin: Origin;
}

/** One name of one owner. */
export interface NameRecord {
  /** In lower case, without a dot at its end. An unknown stands for any name that its pieces allow. */
  readonly name: string | Unknown;
  /** What kind of name it is, for people: `alias`. */
  readonly what: string;
  readonly owner: NameOwner;
  /** Set when only apply tells whether there is such a record at all. */
  readonly doubt?: Unknown;
  readonly origin: Origin;
}

export type NameOwner =
  /** All addresses of one interface. */
  | { readonly kind: 'interface'; readonly endpoint: string; readonly interface: string }
  /** Addresses that are written out; `endpoint` is theirs for certain. */
  | { readonly kind: 'addresses'; readonly addresses: readonly Address[]; readonly endpoint?: string }
  /** An address that only apply tells. */
  | { readonly kind: 'unknown'; readonly unknown: Unknown; readonly endpoint?: string };

/** How an endpoint finds out what a name means. */
export interface Resolver {
  /**
   * Ids of the name tables that are asked, in order: the first that has the name answers. Several in one place are asked
   * in an order that nobody tells: any of them that has the name may be the one that answers.
   */
  readonly tables: readonly (readonly string[])[];
  /** What is put behind a name that no table has, and a dot, before it is asked again. @default - nothing */
  readonly search?: readonly string[];
  /** Who is asked when no table has the name. */
  readonly beyond: BeyondTables;
}

export type BeyondTables =
  /** Somebody outside of the input. `servers` is for people: `the resolvers of the host`. */
  | { readonly kind: 'upstream'; readonly servers: string }
  /** Nobody: the name is not found. `reason` is for people. */
  | { readonly kind: 'nobody'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly unknown: Unknown };
