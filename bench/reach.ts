import type { Comparison, Round } from './comparison';
import { compiled } from './compiled';
import type { Solved } from './growth';
import { processRounds, type ProcessRun } from './process-run';

/** Processor time of one solve, the topology given: building it is not part of the figure. */
function solving(families: string, doubts: number): ProcessRun {
  const args = [compiled('bench/reach/solve.js'), '10000', families, String(doubts)];
  return {
    args,
    time: (printed) => {
      const { prepared, solved } = JSON.parse(printed) as Solved;
      return prepared.processor + solved.processor;
    },
  };
}

/** One empty process is short and its time uneven: the figure is about three of them. */
export const nothing = Object.fromEntries(
  [1, 2, 3].map((turn) => [`node -e 0, ${turn}`, { args: ['-e', '0'], time: 'processor' } as const]),
);

export const emptyProcess = (round: Round): number =>
  Object.keys(nothing).reduce((sum, label) => sum + round[label]! / 3, 0);

/** All pairs of a company network of 10,000 endpoints. */
export const reach: readonly Comparison[] = [
  {
    name: 'all pairs, 10,000 endpoints, one family',
    meaning: 'processor time / node -e 0',
    limit: 15,
    figure: (round) => round['one family']! / emptyProcess(round),
    rounds: () => processRounds({ ...nothing, 'one family': solving('4', 0) }, 7),
  },
  {
    name: 'all pairs, both families, 1 % in doubt',
    meaning: 'processor time / one family',
    figure: (round) => round['both, in doubt']! / round['one family']!,
    rounds: () => processRounds({ 'one family': solving('4', 0), 'both, in doubt': solving('46', 1) }, 5),
  },
];
