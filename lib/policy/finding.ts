import type { Traffic } from '../addressing/traffic';
import { NetproofError } from '../addressing/netproof-error';
import { explanation } from '../reachability/explanation';
import { reach } from '../reachability/solver';
import { lookup, type Party } from '../topology/lookup';
import type { Topology } from '../topology/topology';
import type { Unknown } from '../topology/value';

/** Something that breaks a rule, or that keeps it from being told, or that is worth saying. */
export interface Finding {
  /** `listed` breaks nothing: what a filter without memory leaves open for replies. */
  readonly status: 'fail' | 'unknown' | 'listed';
  /** One sentence, without a full stop. */
  readonly claim: string;
  /** Ids of all for whom it is the same. */
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly on: Traffic;
  /** What would settle it. */
  readonly unknowns: readonly Unknown[];
  /** The answer to the question behind it, hop by hop, for the first of each side. Worked out when called. */
  readonly explain: () => string;
}

/** The path of one pair, for people. */
export function explained(topology: Topology, from: Party, to: Party, on: Traffic): () => string {
  return () => {
    const verdict = reach(topology, { from, to, on });
    return explanation(topology, { from: labelOf(topology, from), to: labelOf(topology, to), on }, verdict);
  };
}

/** What to call a party: by its construct path where it has one that means it, else by its id. */
export function labelOf(topology: Topology, party: Party): string {
  if (party.kind === 'zone') return party.zone.id;
  const { id, origin } = party.kind === 'endpoint' ? party.endpoint : party.segment;
  const path = origin.constructPath?.replace(/\/(Resource|Default)$/, '');
  if (path === undefined) return id;
  try {
    const found = lookup(topology, path);
    if (found.kind === 'zone') return id;
    return (found.kind === 'endpoint' ? found.endpoint : found.segment).id === id ? path : id;
  } catch (error) {
    if (!NetproofError.is(error)) throw error;
    return id;
  }
}
