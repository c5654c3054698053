import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Opened } from './browser';
import type { Outcome } from './packet';

/** One packet that a suite sent: from whom, to whom, by what address or name, on which port, and what became of it. */
export interface Sent {
  readonly from: string;
  readonly to: string;
  readonly at: string;
  readonly port: number;
  readonly outcome: Outcome | Opened['outcome'];
}

const page = path.join(__dirname, '..', '..', '..', 'docs', 'packets.md');

/** Writes what was measured into docs/packets.md instead of comparing with it. */
export const writesPackets = process.env['NETPROOF_WRITE_PACKETS'] === '1';

/**
 * The section of docs/packets.md that a suite has measured on one engine, as it stands there. With
 * `NETPROOF_WRITE_PACKETS=1` it is written first.
 * @param heading - of the section, the engine's release included: `network-modes on Docker Engine 20.10`
 */
export function committedPackets(heading: string, measured: readonly Sent[]): string {
  const text = fs.readFileSync(page, 'utf8');
  const before = sectionOf(text, heading);
  if (!writesPackets) return before ?? `docs/packets.md has no section "${heading}"`;
  const section = packetTable(measured);
  const written =
    before === undefined
      ? `${text.trimEnd()}\n\n## ${heading}\n\n${section}\n`
      : text.replace(`## ${heading}\n\n${before}\n`, () => `## ${heading}\n\n${section}\n`);
  fs.writeFileSync(page, written);
  return section;
}

/** The table of a section: one row for each packet, in the order in which they were sent. */
export function packetTable(sent: readonly Sent[]): string {
  const rows = [
    ['from', 'to', 'dialled', 'what happens'],
    ...sent.map(({ from, to, at, port, outcome }) => [from, to, `${at}:${port}`, outcome]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(3, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(rows[0]!), rule, ...rows.slice(1).map(line)].join('\n');
}

function sectionOf(text: string, heading: string): string | undefined {
  const [, rest] = text.split(`## ${heading}\n\n`);
  return rest?.split(/\n(?=\n## |$)/)[0]?.trimEnd();
}
