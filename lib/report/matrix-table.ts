import type { Traffic } from '../addressing/traffic';
import type { WhoReachesWhom, MatrixEntry, MatrixGroup } from '../reachability/matrix';
import { printable } from './printable';
import type { Paint } from './terminal-style';
import { type Cell, textTable } from './text-table';

/** Who reaches whom on what: every of `from` every of `to`, but nobody itself. */
export interface MatrixRow {
  readonly from: readonly string[];
  readonly to: readonly string[];
  /** Whether somebody of `from` or `to` lies outside. */
  readonly outside: boolean;
  /** In every world. */
  readonly passes: Traffic;
  /** In some world. */
  readonly mayPass: Traffic;
}

/** The matrix in as few rows as equal sources and targets allow; what takes part from outside first. */
export function matrixRows(matrix: WhoReachesWhom): readonly MatrixRow[] {
  const numbers = new Map<MatrixGroup, number>();
  const numberOf = (group: MatrixGroup): number => {
    let number = numbers.get(group);
    if (number === undefined) numbers.set(group, (number = numbers.size));
    return number;
  };
  // First those who reach one target on the same, then the targets whom the same parties reach on it.
  const bySources = new Map<string, { readonly entry: MatrixEntry; readonly from: MatrixGroup[] }>();
  for (const entry of matrix.entries()) {
    const own = entry.from === entry.to && entry.from.members.length > 1;
    const key = `${numberOf(entry.to)} ${own} ${trafficKey(entry)}`;
    const known = bySources.get(key);
    if (known === undefined) bySources.set(key, { entry, from: [entry.from] });
    else known.from.push(entry.from);
  }
  const rows = new Map<
    string,
    { readonly entry: MatrixEntry; readonly from: MatrixGroup[]; readonly to: MatrixGroup[] }
  >();
  for (const { entry, from } of bySources.values()) {
    const own = from.includes(entry.to) ? `own ${numberOf(entry.to)}` : '';
    const key = `${from
      .map(numberOf)
      .sort((a, b) => a - b)
      .join()} ${own} ${trafficKey(entry)}`;
    const known = rows.get(key);
    if (known === undefined) rows.set(key, { entry, from, to: [entry.to] });
    else known.to.push(entry.to);
  }
  return [...rows.values()]
    .map(({ entry, from, to }): MatrixRow => {
      const { passes, mayPass } = entry;
      const outside = [...from, ...to].some(({ kind }) => kind === 'zone');
      return { from: membersOf(from), to: membersOf(to), outside, passes, mayPass };
    })
    .sort(
      (a, b) =>
        Number(b.outside) - Number(a.outside) ||
        compare(a.to[0]!, b.to[0]!) ||
        compare(a.from[0]!, b.from[0]!),
    );
}

/** The rows as a table; long lists of names are cut short, which JSON never is. */
export function matrixText(rows: readonly MatrixRow[], paint: Paint): string {
  if (rows.length === 0) return 'nobody reaches anybody';
  const unclear = rows.some(({ passes, mayPass }) => !mayPass.subtract(passes).isEmpty());
  const head: readonly Cell[] = ['FROM', 'TO', 'ON', unclear ? 'UNKNOWN' : ''].map((text) => ({ text }));
  const body = rows.map(({ from, to, passes, mayPass }): readonly Cell[] => {
    const perhaps = mayPass.subtract(passes);
    return [
      { text: namesText(from) },
      { text: sameNames(from, to) ? 'each other' : namesText(to) },
      { text: passes.isEmpty() ? '' : passes.toString() },
      { text: perhaps.isEmpty() ? '' : perhaps.toString() },
    ];
  });
  return textTable([head, ...body], paint).join('\n');
}

/** The rows as JSON, with the names of all. */
export function matrixJson(rows: readonly MatrixRow[]): object {
  return {
    format: 1,
    rows: rows.map(({ from, to, passes, mayPass }) => ({ from, to, passes, mayPass })),
  };
}

const shownNames = 4;

/** `a, b, c and 12 more`. */
export function namesText(names: readonly string[]): string {
  if (names.length <= shownNames) return names.map(printable).join(', ');
  const shown = names.slice(0, shownNames - 1).map(printable);
  return `${shown.join(', ')} and ${names.length - shown.length} more`;
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length > 1 && a.length === b.length && a.every((name, index) => name === b[index]);
}

function trafficKey({ passes, mayPass }: MatrixEntry): string {
  return `${passes.toString()} | ${mayPass.toString()}`;
}

function membersOf(groups: readonly MatrixGroup[]): readonly string[] {
  return groups.flatMap(({ members }) => members).sort(compare);
}

/** By number where names count: `web[2]` comes before `web[10]`. */
function compare(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
