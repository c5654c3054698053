import { type Spread, spreadOf } from './spread';

/**
 * One gated figure: a subject against a baseline, both measured in every round, so that whatever else the machine does
 * falls on both. The figure is the median over the rounds, not a quotient of medians.
 */
export interface Comparison {
  readonly name: string;
  /** What the figure means, for the table. */
  readonly meaning: string;
  /** The figure of one round from its measurements by label. */
  readonly figure: (round: Round) => number;
  /** Greatest figure that holds. @default - reported, and gates nothing */
  readonly limit?: number;
  /** Measures one round: milliseconds by label. `turn` counts from 0 and decides who goes first. */
  readonly rounds: () => Iterable<Round>;
  /** Peak memory by label in MB, measured in runs of their own; absent where it means nothing. */
  readonly megabytes?: () => Readonly<Record<string, number>>;
}

export type Round = Readonly<Record<string, number>>;

export interface Outcome {
  readonly name: string;
  readonly meaning: string;
  readonly rounds: number;
  /** Milliseconds by label. */
  readonly milliseconds: Readonly<Record<string, Spread>>;
  readonly megabytes: Readonly<Record<string, number>>;
  readonly figure: Spread;
  readonly limit: number | undefined;
  readonly holds: boolean;
}

export function measure(comparison: Comparison): Outcome {
  const { name, meaning, limit } = comparison;
  const rounds = [...comparison.rounds()];
  const labels = Object.keys(rounds[0]!);
  const figure = spreadOf(rounds.map(comparison.figure));
  return {
    name,
    meaning,
    rounds: rounds.length,
    milliseconds: Object.fromEntries(
      labels.map((label) => [label, spreadOf(rounds.map((round) => round[label]!))]),
    ),
    megabytes: comparison.megabytes?.() ?? {},
    figure,
    limit,
    holds: limit === undefined || figure.median <= limit,
  };
}
