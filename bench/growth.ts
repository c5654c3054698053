import { compiled } from './compiled';
import { nodeRun } from './process-run';

/** All pairs of a company network of one size: milliseconds of processor time, and the peak of memory. */
export interface Solved {
  readonly endpoints: number;
  readonly classes: number;
  readonly pairs: number;
  readonly built: { readonly processor: number };
  readonly prepared: { readonly processor: number };
  readonly solved: { readonly processor: number };
  readonly peakMegabytes: number;
}

/** One run per size, in a process of its own. Gates nothing. */
export function growth(sizes: readonly number[]): readonly Solved[] {
  return sizes.map(
    (size) => JSON.parse(nodeRun([compiled('bench/reach/solve.js'), String(size), '4', '0']).out) as Solved,
  );
}
