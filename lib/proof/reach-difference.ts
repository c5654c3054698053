import { type Difference, difference, type DifferenceOptions } from '../reachability/difference';
import { differenceJson, differenceMarkdown, differenceText } from '../report/difference-text';
import { plainPaint } from '../report/terminal-style';
import type { Topology } from '../topology/topology';
import { withMethods } from './reach-matrix';

/** What a change opens and closes, as data. As text (`String(diff)`) it is what `netproof diff` prints. */
export interface ReachDifference extends Difference {
  toString(): string;
  /** For a comment on a pull request. */
  toMarkdown(): string;
  toJSON(): object;
}

/** See {@link ReachDifference}. */
export function reachDifference(
  before: Topology,
  after: Topology,
  options: DifferenceOptions = {},
): ReachDifference {
  const found = difference(before, after, options);
  return withMethods(
    { ...found },
    {
      toString: () => differenceText(found, plainPaint),
      toMarkdown: () => differenceMarkdown(found),
      toJSON: () => differenceJson(found),
    },
  );
}
