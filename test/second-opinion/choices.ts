/** Thrown by a run whose choices cannot all be so: the run then counts as none. */
export class Impossible extends Error {}

/** What a run asks: which of the options holds. The same key gets the same answer throughout a run. */
export type Choose = <T>(key: string, options: readonly T[]) => T;

export interface Runs<T> {
  readonly results: readonly T[];
  /** Whether every combination of choices was run; otherwise the extremes and a fixed random selection were. */
  readonly complete: boolean;
}

/**
 * Runs a function once for every combination of what it chooses, at most `most` times. When there are more, the runs
 * are those that always choose the first or always the last option, and others picked evenly.
 */
export function everyChoice<T>(run: (choose: Choose) => T, most: number): Runs<T> {
  const results: T[] = [];
  let next: number[] | undefined = [];
  for (let runs = 0; next !== undefined && runs < most; runs++) {
    const trail: Trail = new Trail(next, () => 0);
    collect(results, run, trail);
    next = trail.following();
  }
  if (next === undefined) return { results, complete: true };

  const picked: T[] = [];
  const seen = new Set<string>();
  const random = randomNumbers(most);
  const policies = [
    () => 0,
    (count: number) => count - 1,
    ...Array.from({ length: most - 2 }, () => (count: number) => Math.floor(random() * count)),
  ];
  for (const policy of policies) {
    const trail = new Trail([], policy);
    const before = picked.length;
    collect(picked, run, trail);
    if (seen.has(trail.toString())) picked.length = before;
    seen.add(trail.toString());
  }
  return { results: picked, complete: false };
}

function collect<T>(results: T[], run: (choose: Choose) => T, trail: Trail): void {
  try {
    results.push(run((key, options) => options[trail.choose(key, options.length)]!));
  } catch (error) {
    if (!(error instanceof Impossible)) throw error;
  }
}

/** The choices of one run in order; those beyond the given beginning are made by the policy. */
class Trail {
  private readonly given: readonly number[];
  private readonly policy: (count: number) => number;
  private readonly made: { readonly index: number; readonly count: number }[] = [];
  private readonly byKey = new Map<string, number>();

  constructor(given: readonly number[], policy: (count: number) => number) {
    this.given = given;
    this.policy = policy;
  }

  choose(key: string, count: number): number {
    const known = this.byKey.get(key);
    if (known !== undefined) return known;
    if (count === 0) throw new Impossible();
    const index = count === 1 ? 0 : (this.given[this.made.length] ?? this.policy(count));
    if (count > 1) this.made.push({ index, count });
    this.byKey.set(key, index);
    return index;
  }

  /** The beginning of the run after this one, counting the last choice up; undefined after the last run. */
  following(): number[] | undefined {
    const last = this.made.findLastIndex(({ index, count }) => index + 1 < count);
    if (last < 0) return undefined;
    return [...this.made.slice(0, last).map(({ index }) => index), this.made[last]!.index + 1];
  }

  toString(): string {
    return this.made.map(({ index }) => index).join();
  }
}

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
