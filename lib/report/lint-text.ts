import type { LintedRule, LintFinding, LintResult, LintStatus } from '../lint/lint';
import { counted } from './count';
import { lintReport, lintSummary } from './findings-report';
import { printable } from './printable';
import type { Paint, Style } from './terminal-style';
import { type Cell, textTable } from './text-table';

const styles: Readonly<Record<LintStatus, Style>> = {
  pass: 'good',
  fail: 'bad',
  unknown: 'warning',
  waived: 'faint',
};

/** What rules found: those that are broken with what to do, then what is waived and why. */
export function lintText(result: LintResult, paint: Paint): string {
  const troubled = result.rules.filter(({ status }) => status === 'fail' || status === 'unknown');
  const waived = result.rules.flatMap(({ rule, findings }) =>
    findings.filter(({ status }) => status === 'waived').map((finding) => ({ rule, finding })),
  );
  const waivedRows = waived.map(({ rule, finding: { claim, waiver } }): readonly Cell[] => [
    { text: 'waived', style: 'faint' },
    { text: rule.id },
    { text: claim },
    {
      text: `${waiver!.until === undefined ? '' : `until ${waiver!.until}: `}${waiver!.reason}`,
      style: 'faint',
    },
  ]);
  const idle = result.idleWaivers.map(
    ({ rule, place }) => `the waiver of ${rule} at ${printable(place)} is not needed`,
  );
  return [
    ...troubled.map((rule) => troubleText(rule, paint)),
    ...(waivedRows.length === 0 ? [] : [textTable(waivedRows, paint).join('\n')]),
    ...(idle.length === 0 ? [] : [idle.join('\n')]),
    summaryText(result),
  ].join('\n\n');
}

function troubleText({ rule, status, findings }: LintedRule, paint: Paint): string {
  const { id, severity, title, fix, cis } = rule;
  const number = cis === undefined ? '' : `   CIS ${cis.number}`;
  const open = findings.filter((finding) => finding.status !== 'waived');
  const head = `${paint(styles[status], status === 'unknown' ? 'unknown' : severity)}   ${paint('strong', id)}${paint('faint', number)}   ${title}`;
  return [head, ...open.flatMap((finding) => findingLines(finding, paint)), `  fix   ${fix}`].join('\n');
}

function findingLines({ claim, origin, file, unknowns }: LintFinding, paint: Paint): readonly string[] {
  const { address, attribute } = origin;
  const name = attribute === undefined ? address : `${address}.${attribute}`;
  return [
    `  ${printable(claim)}   ${paint('faint', printable([name, ...(file === undefined ? [] : [file])].join('   ')))}`,
    ...unknowns.map(
      ({ key, text }) => `    settles it   ${printable(key === text ? key : `${key}   (${text})`)}`,
    ),
  ];
}

function summaryText({ rules, failOn }: LintResult): string {
  const notes = rules.filter(
    ({ rule, status }) => status !== 'pass' && status !== 'waived' && isMilder(rule.severity, failOn),
  );
  const kind = failOn === 'warning' ? 'note' : failOn === 'error' ? 'warning or note' : '';
  const plural = kind === 'note' ? 'notes' : 'warnings and notes';
  return `${lintSummary(rules)}${notes.length === 0 ? '' : ` (${counted(notes.length, kind, plural)} counted, which ${notes.length === 1 ? 'fails' : 'fail'} nothing)`}`;
}

function isMilder(severity: string, failOn: string): boolean {
  const order = ['error', 'warning', 'note'];
  return order.indexOf(severity) > order.indexOf(failOn);
}

/** The same as JSON, in the shape of `check`: networks of rules with findings. */
export function lintJson(result: LintResult): object {
  const { status, sections } = lintReport(result);
  return {
    format: 1,
    status,
    networks: sections.map(({ rules }) => ({
      rules: rules.map(({ kind, id, status: own, severity, title, why, fix, cis, findings }) => ({
        kind,
        rule: id,
        status: own,
        severity,
        title,
        why,
        fix,
        ...(cis !== undefined && { cis }),
        findings: findings.map(({ status: what, claim, places, unknowns, waiver }) => ({
          status: what,
          claim,
          at: places[0]!.name,
          ...(places[0]!.constructPath !== undefined && { constructPath: places[0]!.constructPath }),
          ...(places[0]!.file !== undefined && { file: places[0]!.file }),
          ...(unknowns.length > 0 && { unknowns: unknowns.map(({ key, text }) => ({ key, text })) }),
          ...(waiver !== undefined && { waiver }),
        })),
      })),
    })),
    ...(result.idleWaivers.length > 0 && {
      idleWaivers: result.idleWaivers.map(({ rule, place }) => ({ rule, place })),
    }),
  };
}
