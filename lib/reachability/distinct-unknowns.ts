import type { Unknown } from '../topology/value';

/** Unknowns in their order, one per key. */
export function distinctUnknowns(unknowns: readonly Unknown[]): readonly Unknown[] {
  return [...new Map(unknowns.map((one) => [one.key, one])).values()];
}
