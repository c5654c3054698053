import { lookup, type Party } from './lookup';
import type { Topology } from './topology';

/** A party together with the topology that it is asked in, and the name that it was asked for by. */
export interface Subject {
  readonly topology: Topology;
  readonly name: string;
  readonly party: Party;
}

/** A topology that gives its parties by name, for tests and other code. */
export interface NamedTopology extends Topology {
  /**
   * The endpoint, segment or zone called `name`: a Terraform address, a construct path or a run of it that is unique, a
   * container name or Name tag, `segment:NAME`, `internet`, a literal address outside. Throws UnknownEndpoint with the
   * nearest names, or AmbiguousName with all that share it.
   */
  endpoint(name: string): Subject;
}

const brand = Symbol.for('netproof/subject');

/** The same topology, with the method that gives its parties. */
export function named(topology: Topology): NamedTopology {
  const endpoint = (name: string): Subject => {
    const subject: Subject = { topology, name, party: lookup(topology, name) };
    return Object.defineProperty(subject, brand, { value: true });
  };
  // Not a member that is listed: a topology stays plain data to whoever prints or copies it.
  return Object.defineProperty(topology, 'endpoint', {
    value: endpoint,
    configurable: true,
  }) as NamedTopology;
}

/** Also true of a subject that another copy of this package made. */
export function isSubject(value: unknown): value is Subject {
  return typeof value === 'object' && value !== null && brand in value;
}
