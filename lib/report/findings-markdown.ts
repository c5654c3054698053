import type { FindingsReport, ReportedFinding, ReportedRule, ReportSection } from './findings-report';
import { markdownBlock, markdownCode, markdownText } from './markdown-text';
import { printable, printableLines } from './printable';

/** Findings of one rule that are shown with their path; of more it says how many there are. */
const shownFindings = 3;

const words = { pass: 'pass', fail: '**fail**', unknown: '**unknown**', waived: 'waived' } as const;

/** A report as Markdown, for a comment on a pull request: a table of the rules, and under it what does not hold. */
export function findingsMarkdown({ command, status, sections }: FindingsReport): string {
  const verdict = {
    pass: command === 'check' ? 'The policy holds' : 'The rules hold',
    fail: command === 'check' ? 'The policy is broken' : 'Rules are broken',
    unknown: 'It cannot be told yet',
  }[status];
  return [`### ${verdict}`, ...sections.map((section) => sectionText(section, command))].join('\n\n');
}

function sectionText({ name, rules, summary }: ReportSection, command: FindingsReport['command']): string {
  // What holds fills a policy's table, and would bury the few rules of lint that do not.
  const shown = command === 'check' ? rules : rules.filter(({ status }) => status !== 'pass');
  const title = name === undefined ? `${summary}.` : `**${markdownText(name)}**: ${summary}.`;
  const rows = shown.map(
    (rule) =>
      `| ${words[rule.status]} | ${markdownCode(rule.id)} | ${command === 'lint' ? rule.severity : markdownText(rule.place ?? '')} | ${noteOf(rule)} |`,
  );
  const head =
    command === 'lint'
      ? ['| | rule | severity | |', '| --- | --- | --- | --- |']
      : ['| | rule | where | |', '| --- | --- | --- | --- |'];
  const table = rows.length === 0 ? [] : [[...head, ...rows].join('\n')];
  const details = shown.filter(({ status }) => status === 'fail' || status === 'unknown').map(detailsOf);
  return [title, ...table, ...details].join('\n\n');
}

function noteOf({ status, findings, title }: ReportedRule): string {
  const [first] = findings.filter((finding) => finding.status !== 'listed');
  if (status === 'pass' || first === undefined) return '';
  if (status !== 'waived') return markdownText(first.places.length > 1 ? first.claim : title);
  const reasons = findings.flatMap(({ waiver }) =>
    waiver === undefined
      ? []
      : [`${waiver.until === undefined ? '' : `until ${waiver.until}: `}${waiver.reason}`],
  );
  return markdownText([...new Set(reasons)].join(' '));
}

function detailsOf(rule: ReportedRule): string {
  const troubles = rule.findings.filter(({ status }) => status === 'fail' || status === 'unknown');
  const shown = troubles.slice(0, shownFindings);
  const more = troubles.length - shown.length;
  return [
    `<details><summary>${rule.status}: <code>${htmlCode(rule.id)}</code></summary>`,
    ...shown.map(findingText),
    ...(more > 0 ? [`and ${more} more like ${more === 1 ? 'it' : 'these'}`] : []),
    ...(rule.fix === undefined ? [] : [`Fix: ${markdownText(rule.fix)}`]),
    '</details>',
  ].join('\n\n');
}

function findingText({ claim, places, unknowns, explain }: ReportedFinding): string {
  const at = places.map(
    ({ name, file }) => `${markdownCode(name)}${file === undefined ? '' : ` in ${markdownCode(file)}`}`,
  );
  const settles = unknowns.map(({ key }) => `settles it: ${markdownCode(key)}`);
  const path = explain === undefined ? [] : [markdownBlock(printableLines(explain()))];
  return [[`${markdownText(claim)} (${at.join(', ')})`, ...settles].join('  \n'), ...path].join('\n\n');
}

/** Inside an element that Markdown passes on, where a backslash would be seen: every sign of either language an entity. */
function htmlCode(text: string): string {
  return printable(text).replace(/[^\p{L}\p{N} ,./()-]/gu, (sign) => `&#${sign.codePointAt(0)!};`);
}
