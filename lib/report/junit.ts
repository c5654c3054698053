import type { FindingsReport, ReportedFinding, ReportedRule } from './findings-report';
import { xmlText } from './xml-text';

/** Findings of one rule that are shown with their path. */
const shownPaths = 3;

/**
 * A report as JUnit XML: a suite per network, a case per rule. A rule that is broken is a failure, one that cannot be told
 * an error, and one that is waived is skipped with its reason.
 */
export function junitOf({ command, sections }: FindingsReport): string {
  const suites = sections.map(({ name, rules }) => {
    const suite = name ?? `netproof ${command}`;
    const cases = rules.map((rule) => caseOf(rule, suite));
    return [
      `  <testsuite name="${xmlText(suite)}" ${counts(rules)}>`,
      ...cases.map((one) => `    ${one}`),
      '  </testsuite>',
    ].join('\n');
  });
  const all = sections.flatMap(({ rules }) => rules);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="netproof ${command}" ${counts(all)}>`,
    ...suites,
    '</testsuites>',
  ].join('\n');
}

function counts(rules: readonly ReportedRule[]): string {
  const number = (status: string): number => rules.filter((rule) => rule.status === status).length;
  return `tests="${rules.length}" failures="${number('fail')}" errors="${number('unknown')}" skipped="${number('waived')}" time="0"`;
}

function caseOf(rule: ReportedRule, suite: string): string {
  const { id, place, status, findings } = rule;
  const [file, line] = place === undefined ? [] : placeParts(place);
  const at =
    file === undefined ? '' : ` file="${xmlText(file)}"${line === undefined ? '' : ` line="${line}"`}`;
  const head = `<testcase name="${xmlText(id)}" classname="${xmlText(suite)}"${at} time="0"`;
  if (status === 'pass') return `${head}/>`;
  const troubles = findings.filter((finding) => finding.status !== 'listed');
  const message = xmlText(troubles[0]?.claim ?? '');
  if (status === 'waived') {
    const reasons = [...new Set(troubles.map(({ waiver }) => waiver?.reason ?? ''))].join(' ');
    return `${head}><skipped message="${xmlText(`waived: ${reasons}`)}"/></testcase>`;
  }
  const element = status === 'fail' ? 'failure' : 'error';
  const body = troubles.map((finding, index) => findingText(finding, index)).join('\n\n');
  const text = rule.fix === undefined ? body : `${body}\n\nfix: ${rule.fix}`;
  return `${head}><${element} message="${message}" type="${xmlText(rule.kind)}">${xmlText(text)}</${element}></testcase>`;
}

function findingText({ claim, places, unknowns, explain, waiver }: ReportedFinding, index: number): string {
  return [
    claim,
    `at ${places.map(({ name, file }) => (file === undefined ? name : `${name} (${file})`)).join(', ')}`,
    ...unknowns.map(({ key, text }) => `settles it: ${key}${key === text ? '' : ` (${text})`}`),
    ...(waiver === undefined ? [] : [`waived: ${waiver.reason}`]),
    ...(explain !== undefined && index < shownPaths ? ['', explain()] : []),
  ].join('\n');
}

function placeParts(place: string): readonly [string, string | undefined] {
  const [, file = place, line] = /^([^]*?)(?::(\d+):\d+)?$/.exec(place) ?? [];
  return [file, line];
}
