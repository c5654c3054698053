import type { Unknown } from './value';

/**
 * A set of which part may be unknown before apply: at least `least`, at most `most`. Equal when all is known.
 * Monotone: a solver that takes `least` of everything that lets packets pass (and `most` of everything that stops
 * them) finds what passes in every world; the other way round, what passes in some world.
 */
export interface Bounds<T> {
  readonly least: T;
  readonly most: T;
  /** What would settle the difference; empty when least and most are equal. */
  readonly unknowns: readonly Unknown[];
}

export function exactly<T>(value: T): Bounds<T> {
  return { least: value, most: value, unknowns: [] };
}

export function between<T>(least: T, most: T, unknowns: readonly Unknown[]): Bounds<T> {
  return { least, most, unknowns };
}
