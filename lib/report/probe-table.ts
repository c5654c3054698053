import { headline } from '../reachability/explanation';
import type { Delivery } from '../probe/comparison';
import type { Drift } from '../probe/drift';
import { textOfTraffic, trafficOf } from '../probe/packet-question';
import type { ProbeRow } from '../probe/prober';
import { dataWithoutConcealed, withoutConcealed } from '../topology/concealed';
import type { Topology } from '../topology/topology';
import { printableLines } from './printable';
import type { Paint, Style } from './terminal-style';
import { type Cell, textTable } from './text-table';
import { answerJson } from './verdict-json';

/** What a probe found, and on which engine. */
export interface ProbeReport {
  readonly topology: Topology;
  /** `Docker Engine 28.5.2 at unix:///var/run/docker.sock` */
  readonly engine: string;
  readonly rows: readonly ProbeRow[];
  readonly drift: readonly Drift[];
  /** How the engine was asked, where that leaves something open. */
  readonly notes: readonly string[];
}

/** `disagrees` when anything does or has drifted, else `unknown` when something cannot be told, else `agrees`. */
export function probeStatus({ rows, drift }: ProbeReport): 'agrees' | 'disagrees' | 'unknown' {
  if (drift.length > 0 || rows.some(({ agreement }) => agreement === 'disagrees')) return 'disagrees';
  return rows.length === 0 || rows.some(({ agreement }) => agreement === 'cannot tell')
    ? 'unknown'
    : 'agrees';
}

/** The report for people. Of many rows that agree only their number is told, unless `all`. */
export function probeText(report: ProbeReport, paint: Paint, all: boolean): string {
  const { rows, drift, topology, engine, notes } = report;
  const shown = all || rows.length === 1 ? rows : rows.filter(({ agreement }) => agreement !== 'agrees');
  const agreeing = rows.filter(({ agreement }) => agreement === 'agrees').length;
  const sections = [
    rows.length === 1 ? single(rows[0]!) : table(shown, paint),
    drift.length === 0
      ? ''
      : ['drift: what runs is not what is written', ...drift.map(({ text }) => `  ${text}`)].join('\n'),
    [
      totals(rows, agreeing),
      `  asked        ${engine}`,
      ...(topology.premises ?? []).map(({ text }) => `  assumes      ${text}`),
      ...notes.map((note) => `  note         ${note}`),
    ].join('\n'),
  ];
  const text = sections
    .filter((section) => section !== '')
    .map((section) => (section === sections[0] && rows.length !== 1 ? section : printableLines(section)))
    .join('\n\n');
  return withoutConcealed(topology, text);
}

function single(row: ProbeRow): string {
  const { question, verdict, agreement, note } = row;
  return [
    headline({ ...question, on: trafficOf(question.on) }, verdict),
    `  packet       ${deliveryText(row.delivery)}`,
    `  together     ${agreement}${note === undefined ? '' : `: ${note}`}`,
  ].join('\n');
}

function totals(rows: readonly ProbeRow[], agreeing: number): string {
  const count = (agreement: ProbeRow['agreement']): number =>
    rows.filter((row) => row.agreement === agreement).length;
  return `${rows.length} ${rows.length === 1 ? 'question' : 'questions'}: ${agreeing} agree, ${count('disagrees')} disagree, ${count('cannot tell')} cannot be told`;
}

const styles: Readonly<Record<ProbeRow['agreement'], Style>> = {
  agrees: 'good',
  disagrees: 'bad',
  'cannot tell': 'warning',
};

function table(rows: readonly ProbeRow[], paint: Paint): string {
  if (rows.length === 0) return '';
  const titles: readonly Cell[] = ['FROM', 'TO', 'ON', 'VIA', 'VERDICT', 'PACKET', '', 'NOTE'].map(
    (text) => ({ text }),
  );
  const body = rows.map(({ question, verdict, delivery, agreement, note }): readonly Cell[] => [
    { text: question.from },
    { text: question.to },
    { text: textOfTraffic(question.on) },
    { text: question.via ?? '' },
    { text: verdict.kind },
    { text: deliveryText(delivery) },
    { text: agreement, style: styles[agreement] },
    { text: note ?? '' },
  ]);
  return textTable([titles, ...body], paint).join('\n');
}

function deliveryText({ is, dialled, by }: Delivery): string {
  return [
    is,
    ...(dialled === undefined ? [] : [`at ${dialled}`]),
    ...(by === undefined ? [] : [`by ${by}`]),
  ].join(' ');
}

/** The report as `--json` prints it. */
export function probeJson(report: ProbeReport): object {
  const { topology, engine, rows, drift, notes } = report;
  return dataWithoutConcealed(topology, {
    format: 1,
    status: probeStatus(report),
    engine,
    assumptions: (topology.premises ?? []).map(({ text }) => text),
    notes,
    rows: rows.map(({ question, verdict, delivery, agreement, delivered, note }) => {
      const { passes, mayPass, unknowns, verdict: kind } = answerJson(topology, verdict);
      return {
        from: question.from,
        to: question.to,
        on: textOfTraffic(question.on),
        ...(question.via !== undefined && { via: question.via }),
        verdict: kind,
        passes,
        mayPass,
        unknowns,
        packet: { outcome: delivery.is, dialled: delivery.dialled, by: delivery.by, delivered },
        agreement,
        ...(note !== undefined && { note }),
      };
    }),
    drift,
  });
}
