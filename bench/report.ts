import { cpus } from 'node:os';
import { plainPaint } from '../lib/report/terminal-style';
import { textTable, type Cell } from '../lib/report/text-table';
import type { Outcome } from './comparison';
import type { Solved } from './growth';

/** The machine that the figures are from. */
export const machine = (): { readonly node: string; readonly processors: string } => {
  const processors = cpus();
  return {
    node: process.version,
    processors: `${processors.length} x ${processors[0]?.model.trim() ?? 'unknown'}`,
  };
};

/** The outcomes as a table: milliseconds and MB of each run, and under them the gated figure. */
export function outcomeTable(outcomes: readonly Outcome[]): string {
  const right = (text: string): Cell => ({ text, align: 'right' });
  const head = ['min ms', 'median', 'max', 'MB', 'limit'].map(right);
  const rows = outcomes.flatMap((outcome) => [
    [{ text: outcome.name }],
    ...Object.entries(outcome.milliseconds).map(([label, { min, median, max }]) => [
      { text: `  ${label}` },
      ...[min, median, max].map((value) => right(value.toFixed(1))),
      right(String(outcome.megabytes[label] ?? '')),
    ]),
    [
      { text: `  ${outcome.meaning}` },
      ...[outcome.figure.min, outcome.figure.median, outcome.figure.max].map((value) =>
        right(`${value.toFixed(2)} x`),
      ),
      { text: '' },
      right(outcome.limit === undefined ? '' : `${outcome.limit} x`),
      { text: outcome.limit === undefined ? 'reported' : outcome.holds ? 'holds' : 'BROKEN' },
    ],
  ]);
  return textTable([[{ text: '' }, ...head], ...rows], plainPaint).join('\n');
}

/** All pairs by size: processor time in milliseconds, and the peak of memory. */
export function growthTable(rows: readonly Solved[]): string {
  const head = ['endpoints', 'classes', 'pairs', 'building ms', 'preparing', 'solving', 'MB'];
  const body = rows.map(({ endpoints, classes, pairs, built, prepared, solved, peakMegabytes }) => [
    endpoints,
    classes,
    pairs,
    built.processor,
    prepared.processor,
    solved.processor,
    peakMegabytes,
  ]);
  const cells = (texts: readonly (string | number)[]): readonly Cell[] =>
    texts.map((text) => ({ text: String(text), align: 'right' }));
  return textTable([head, ...body].map(cells), plainPaint).join('\n');
}
