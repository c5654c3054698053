import * as fs from 'node:fs';
import * as path from 'node:path';
import type { ProbeRow } from '../../../lib/probe/prober';
import { modelStamp } from './model-stamp';

const page = path.join(__dirname, '..', '..', '..', 'docs', 'conformance.md');

/** One engine under one setting: how many cells came out how. */
export interface Measured {
  /** `28.5` */
  readonly engine: string;
  /** As it says itself: `28.5.2`. */
  readonly version: string;
  readonly setting: string;
  readonly rows: readonly ProbeRow[];
}

const titles = [
  'engine',
  'version',
  'setting',
  'cells',
  'reachable',
  'blocked',
  'unknown',
  'disagree',
] as const;

/** A line of the table. */
export function cellsOf({ engine, version, setting, rows }: Measured): readonly string[] {
  const count = (test: (row: ProbeRow) => boolean): string => String(rows.filter(test).length);
  return [
    engine,
    version,
    setting,
    String(rows.length),
    count(({ verdict }) => verdict.kind === 'reachable'),
    count(({ verdict }) => verdict.kind === 'blocked'),
    count(({ verdict }) => verdict.kind !== 'reachable' && verdict.kind !== 'blocked'),
    count(({ agreement }) => agreement !== 'agrees'),
  ];
}

/** The line that the page has for an engine and a setting, without the version. */
export function committedCells(engine: string, setting: string): readonly string[] | undefined {
  const lines = fs.existsSync(page) ? fs.readFileSync(page, 'utf8').split('\n') : [];
  return lines
    .filter((line) => line.startsWith('| '))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .find(([first, , third]) => first === engine && third === setting);
}

/** The stamp of the model with which the page was written. */
export function committedStamp(): string | undefined {
  const text = fs.existsSync(page) ? fs.readFileSync(page, 'utf8') : '';
  return /Stamp of the Docker model: `([0-9a-f]+)`/.exec(text)?.[1];
}

/** Writes the page: what was measured now, in its order. */
export function writePage(measured: readonly Measured[], missing: readonly string[]): void {
  const body = measured.map(cellsOf);
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...body.map((cells) => cells[column]!.length)),
  );
  const numbers = (column: number): boolean => column > 2;
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => (numbers(at) ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!))).join(' | ')} |`;
  const rule = `| ${widths.map((width, at) => (numbers(at) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width))).join(' | ')} |`;
  const total = measured.reduce((sum, { rows }) => sum + rows.length, 0);
  fs.writeFileSync(
    page,
    `# Conformance

Verdicts held against packets. \`npm run conformance\` starts each Docker Engine in a network namespace of its own, deploys a
fixture of 12 networks and 36 containers on it, and lets [\`netproof probe\`](probe.md) ask every pair: containers, the host,
its loopback and a LAN neighbour ask containers on each of their networks (TCP on an unpublished port and on those that they
publish, UDP, ping) and published ports at each kind of address of the host; containers ask services of the host, the LAN
and what lies behind it. The verdict is that of the engine's own profile. A cell is one question; unknown counts as a
disagreement, and the suite fails when there is any. This page is written by it.

${[line(titles), rule, ...body.map(line)].join('\n')}

${total.toLocaleString('en')} cells in all. ${missing.length === 0 ? 'Every engine was there.' : `Not there: ${missing.join('; ')}.`}
Engine 29 is built from the module github.com/moby/moby/v2 v2.0.0-beta.24, the others are Debian's. All ran on one Linux
kernel, which has no ipvlan and no IPVS: those and networks across several hosts are not in the fixture. UDP is not asked of
containers on the host's own stack: the kernel tells only now and then that a datagram found nobody there.

The same suite draws 24 small topologies (\`NETPROOF_SEED\`) and asks all pairs of them on 28.5. One thing they found is not
modelled, and left out there: from a neighbour that routes to the containers' blocks, a container on several networks is
called blocked at its address on a network that is not its gateway's. On a network that lets direct packets in, such as a
nat-unprotected one, it answers all the same: its reply leaves by the gateway.

Stamp of the Docker model: \`${modelStamp()}\`. A unit test compares it with the code of \`lib/readers/docker\`: whoever changes
the model runs the suite again.
`,
  );
}
