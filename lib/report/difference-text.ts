import type { Cause, Difference, DifferenceRow } from '../reachability/difference';
import { placeText } from '../reachability/explanation-rule';
import { namesText } from './matrix-table';
import { printable } from './printable';
import type { Paint } from './terminal-style';
import { textTable } from './text-table';

/** What a change opens and closes, as a table under a sentence. */
export function differenceText(difference: Difference, paint: Paint): string {
  const { rows } = difference;
  if (rows.length === 0) return [`${summary(difference)}.`, ...doubtTexts(difference)].join('\n');
  const head = ['', 'FROM', 'TO', 'ON', 'BECAUSE'].map((text) => ({ text }));
  const body = rows.map((row) => cells(row).map((text) => ({ text })));
  const table = [`${summary(difference)}:`, '', ...textTable([head, ...body], paint)].join('\n');
  return [table, ...doubtTexts(difference)].join('\n\n');
}

/** The same for a comment on a pull request. */
export function differenceMarkdown(difference: Difference): string {
  const { rows } = difference;
  const title = `### ${summary(difference)}`;
  const doubts = doubtTexts(difference).map((text) => `\n${inCell(text)}`);
  if (rows.length === 0) return [title, ...doubts].join('\n');
  const table = rows.map((row) => `| ${cells(row).map(inCell).join(' | ')} |`);
  return [title, '', '| | from | to | on | because |', '|-|-|-|-|-|', ...table, ...doubts].join('\n');
}

export function differenceJson({ rows, opens, closes, doubts }: Difference): object {
  return { format: 1, opens, closes, rows, doubts };
}

/** What may pass flows on, which nobody can compare. */
function doubtTexts({ doubts }: Difference): readonly string[] {
  return doubts.map(({ change, origin }) =>
    change === 'new'
      ? `OPENS? ${placeText(origin)} (new) is not modelled and may pass flows on: unknown whose.`
      : `CLOSES? ${placeText(origin)} (removed) is not modelled and may have passed flows on.`,
  );
}

function summary({ opens, closes }: Difference): string {
  if (opens + closes === 0) return 'This change opens nothing and closes nothing';
  const paths = (count: number): string => `${count} ${count === 1 ? 'path' : 'paths'}`;
  if (closes === 0) return `This change opens ${paths(opens)} and closes none`;
  return opens === 0
    ? `This change closes ${paths(closes)} and opens none`
    : `This change opens ${paths(opens)} and closes ${closes}`;
}

function cells(row: DifferenceRow): readonly string[] {
  const { change, from, to, certain, causes } = row;
  const word = change === 'opens' ? 'OPENS' : 'CLOSES';
  return [certain ? word : `${word}?`, namesText(from), namesText(to), onText(row), becauseText(causes)];
}

/** The traffic, and the ways other than the own address of the target by which it passes. */
function onText({ on, ways, still }: DifferenceRow): string {
  const by = ways.length === 0 ? '' : ` through ${namesText(ways)}`;
  return `${on.toString()}${by}${still.length === 0 ? '' : ` (still through ${namesText(still)})`}`;
}

const shownCauses = 3;

function becauseText(causes: readonly Cause[]): string {
  if (causes.length === 0) return 'several things together';
  const shown = causes
    .slice(0, shownCauses)
    .map(({ origin, change, text }) => `${placeText(origin)} (${change}) ${text}`);
  const joint = causes.length > 1 && !causes[0]!.confirmed ? 'together: ' : '';
  const more = causes.length - shown.length;
  return `${joint}${shown.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

/** Names come from documents: nothing in one may end the cell, begin markup or make a link. */
function inCell(text: string): string {
  return printable(text)
    .replace(/[&<>@]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/[\\`*_[\]|~]/g, '\\$&');
}
