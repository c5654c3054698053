import type { Traffic } from '../addressing/traffic';
import type { MatrixEntry, MatrixGroup, MatrixWay, WhoReachesWhom } from '../reachability/matrix';
import { solverOf } from '../reachability/solver';
import { lookup, type Party } from '../topology/lookup';
import type { Topology } from '../topology/topology';
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
  /** Ways other than dialling an own address of `to`. */
  readonly otherWays: readonly MatrixWay[];
  /** Keys of what would settle what is not certain, of the first of `from` and of `to`. */
  readonly unknowns: readonly string[];
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
      const { passes, mayPass, otherWays } = entry;
      const outside = [...from, ...to].some(({ kind }) => kind === 'zone');
      const unknowns = isCertain(entry) && otherWays.every(isCertain) ? [] : unknownsOf(matrix, entry);
      return { from: membersOf(from), to: membersOf(to), outside, passes, mayPass, otherWays, unknowns };
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
  const titles = ['FROM', 'TO', 'ON', 'UNKNOWN', 'OTHER WAYS', 'SETTLED BY'];
  const body = rows.map((row) => [
    namesText(row.from),
    sameNames(row.from, row.to) ? 'each other' : namesText(row.to),
    trafficText(row.passes),
    trafficText(row.mayPass.subtract(row.passes)),
    row.otherWays.map(wayText).join('; '),
    namesText(row.unknowns),
  ]);
  const used = titles.map((_, column) => column < 3 || body.some((cells) => cells[column] !== ''));
  const cells = (texts: readonly string[]): readonly Cell[] =>
    texts.filter((_, column) => used[column]).map((text) => ({ text }));
  return textTable([titles, ...body].map(cells), paint).join('\n');
}

/** The table, and under it what is not modelled and may pass flows on. */
export function matrixTextWithGaps(rows: readonly MatrixRow[], matrix: WhoReachesWhom, paint: Paint): string {
  return [matrixText(rows, paint), gapsText(matrix)].filter((part) => part !== '').join('\n\n');
}

/** Things that may pass flows on, and nobody knows which: a sentence for each, or nothing. */
export function gapsText({ gaps }: WhoReachesWhom): string {
  return gaps
    .map(({ origin }) => `${printable(origin.address)} is not modelled and may pass flows on: unknown whose.`)
    .join('\n');
}

/** The rows as JSON, with the names of all. */
export function matrixJson(rows: readonly MatrixRow[], { gaps }: WhoReachesWhom): object {
  return {
    format: 1,
    rows: rows.map(({ from, to, passes, mayPass, otherWays, unknowns }) => ({
      from,
      to,
      passes,
      mayPass,
      otherWays,
      unknowns,
    })),
    notModelled: gaps.map(({ origin, type }) => ({ address: origin.address, type })),
  };
}

/** `tcp/443 through balancer web`; a question mark for what is unknown. */
export function wayText({ kind, name, passes, mayPass }: MatrixWay): string {
  const perhaps = mayPass.subtract(passes);
  const traffic = [
    ...(passes.isEmpty() ? [] : [passes.toString()]),
    ...(perhaps.isEmpty() ? [] : [`${perhaps.toString()}?`]),
  ];
  const by = {
    relay: 'through',
    'public-address': 'by its public address at',
    'published-port': 'by a port of',
  };
  return `${traffic.join(', ')} ${by[kind]} ${printable(name)}`;
}

function isCertain({ passes, mayPass }: { readonly passes: Traffic; readonly mayPass: Traffic }): boolean {
  return mayPass === passes || passes.contains(mayPass);
}

/** Asked of one pair that stands for all of the row. */
function unknownsOf({ topology, asked }: WhoReachesWhom, { from, to }: MatrixEntry): readonly string[] {
  const source = partyOf(topology, from, 0);
  const target = partyOf(topology, to, from === to ? 1 : 0);
  const { unknowns } = solverOf(topology).ask({ from: source, to: target, on: asked }).anyWay;
  return [...new Set(unknowns.map(({ key }) => key))].sort(compare);
}

function partyOf(topology: Topology, { kind, members }: MatrixGroup, index: number): Party {
  const id = members[index]!;
  const endpoint = kind === 'endpoints' ? topology.endpoints.get(id) : undefined;
  if (endpoint !== undefined) return { kind: 'endpoint', endpoint };
  const segment = kind === 'segment' ? topology.segments.get(id) : undefined;
  return segment === undefined ? lookup(topology, id) : { kind: 'segment', segment };
}

function trafficText(traffic: Traffic): string {
  return traffic.isEmpty() ? '' : traffic.toString();
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

function trafficKey({ passes, mayPass, otherWays }: MatrixEntry): string {
  const ways = otherWays.map((way) => `${way.kind} ${way.name} ${passesKey(way)}`);
  return `${passesKey({ passes, mayPass })}${ways.length === 0 ? '' : ` / ${ways.join(' / ')}`}`;
}

const textOf = new WeakMap<Traffic, string>();

/** The same traffic comes with very many entries, and its text takes long. */
function keyOf(traffic: Traffic): string {
  let text = textOf.get(traffic);
  if (text === undefined) textOf.set(traffic, (text = traffic.toString()));
  return text;
}

function passesKey({ passes, mayPass }: Pick<MatrixWay, 'passes' | 'mayPass'>): string {
  return `${keyOf(passes)} | ${keyOf(mayPass)}`;
}

function membersOf(groups: readonly MatrixGroup[]): readonly string[] {
  return groups.flatMap(({ members }) => members).sort(compare);
}

/** By number where names count: `web[2]` comes before `web[10]`. */
function compare(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
