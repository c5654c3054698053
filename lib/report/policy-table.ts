import type { Finding } from '../policy/finding';
import type { NetworkResult, PolicyResult, RuleResult, RuleStatus } from '../policy/evaluation';
import { counted } from './count';
import { namesText } from './matrix-table';
import { printable, printableLines } from './printable';
import type { Paint, Style } from './terminal-style';
import { type Cell, textTable } from './text-table';

/** Findings of one rule that are shown with their path; of more it says how many there are. */
const shownFindings = 3;

const styles: Readonly<Record<RuleStatus, Style>> = {
  pass: 'good',
  fail: 'bad',
  unknown: 'warning',
  waived: 'warning',
};

/** How a policy fares: a table of its rules per network, then every rule that does not hold, with the paths. */
export function policyText(result: PolicyResult, paint: Paint): string {
  return result.networks.map((network) => networkText(network, paint)).join('\n\n');
}

function networkText({ network, rules }: NetworkResult, paint: Paint): string {
  const rows = rules.map((rule): readonly Cell[] => [
    { text: rule.status, style: styles[rule.status] },
    { text: rule.rule },
    { text: counted(rule.pairs, 'pair') },
    { text: rule.place, style: 'faint' },
    { text: noteOf(rule), style: 'faint' },
  ]);
  const title = network === undefined ? [] : [paint('strong', printable(network))];
  const indent = network === undefined ? '' : '  ';
  const told = new Set<string>();
  return [
    ...title,
    ...textTable(rows, paint, indent),
    ...rules
      .filter(({ status }) => status !== 'pass')
      .flatMap((rule) => ['', troubleText(rule, told, paint)]),
    ...rules.flatMap((rule) => (rule.status === 'pass' ? listedText(rule) : [])),
    '',
    `${network === undefined ? '' : `${printable(network)}: `}${summary(rules)}`,
  ].join('\n');
}

/** `8 of 9 hold, 1 is broken`. */
export function summary(rules: readonly RuleResult[]): string {
  const number = (status: RuleStatus): number => rules.filter((rule) => rule.status === status).length;
  const parts = [
    [number('fail'), 'is broken', 'are broken'],
    [number('unknown'), 'cannot be told', 'cannot be told'],
    [number('waived'), 'is waived', 'are waived'],
  ] as const;
  const others = parts
    .filter(([count]) => count > 0)
    .map(([count, one, many]) => `${count} ${count === 1 ? one : many}`);
  return [`${number('pass')} of ${rules.length} hold`, ...others].join(', ');
}

function noteOf({ status, waiver, findings }: RuleResult): string {
  if (waiver !== undefined) {
    return status === 'waived' ? `until ${waiver.until}: ${waiver.reason}` : 'its waiver is not needed';
  }
  const listed = findings.filter((finding) => finding.status === 'listed').length;
  return listed === 0 ? '' : `${listed} listed below`;
}

/** Everything that breaks a rule or cannot be told of it. */
function troubleText(
  { status, rule, place, findings, waiver }: RuleResult,
  told: Set<string>,
  paint: Paint,
): string {
  const troubles = findings.filter((finding) => finding.status !== 'listed');
  const shown = troubles.slice(0, shownFindings).map((finding) => findingText(finding, told));
  const more = troubles.length - shown.length;
  return [
    `${paint(styles[status], status)}   ${printable(rule)}   ${paint('faint', printable(place))}`,
    ...(status === 'waived' ? [`  waived until ${waiver!.until}: ${printable(waiver!.reason)}`] : []),
    ...shown.map((text) => `\n${text}`),
    ...(more > 0 ? [`\n  ${counted(more, 'more finding')} like these: see --format json`] : []),
  ].join('\n');
}

/** What was found, and the path of it, indented, unless it has been told already. */
export function findingText(
  { claim, from, to, unknowns, explain }: Finding,
  told: Set<string> = new Set(),
): string {
  const alike = [from, to].some(({ length }) => length > 1)
    ? [`  the same from ${namesText(from)} to ${namesText(to)}`]
    : [];
  const keys = unknowns.map(
    ({ key, text }) => `  settles it   ${printable(key === text ? key : `${key}   (${text})`)}`,
  );
  const text = printableLines(explain());
  if (told.has(text))
    return [`  ${printable(claim)}`, ...alike, ...keys, '  the path stands above'].join('\n');
  told.add(text);
  const path = text.split('\n').map((line) => (line === '' ? '' : `    ${line}`));
  return [`  ${printable(claim)}`, ...alike, ...keys, '', ...path].join('\n');
}

function listedText({ rule, findings }: RuleResult): readonly string[] {
  const listed = findings.filter(({ status }) => status === 'listed');
  return listed.length === 0
    ? []
    : ['', `listed   ${printable(rule)}`, ...listed.map(({ claim }) => `  ${printable(claim)}`)];
}

/** The same as JSON, with every name. Paths are worked out for as many findings as the text shows. */
export function policyJson({ status, networks }: PolicyResult): object {
  return {
    format: 1,
    status,
    networks: networks.map(({ network, rules }) => ({
      ...(network !== undefined && { network }),
      rules: rules.map(({ kind, rule, place, status: own, pairs, findings, waiver }) => ({
        kind,
        rule,
        place,
        status: own,
        pairs,
        ...(waiver !== undefined && { waiver }),
        findings: findings.map(({ status: what, claim, from, to, on, unknowns, explain }, index) => ({
          status: what,
          claim,
          from,
          to,
          on,
          ...(unknowns.length > 0 && { unknowns: unknowns.map(({ key, text }) => ({ key, text })) }),
          ...(index < shownFindings && what !== 'listed' && { text: explain() }),
        })),
      })),
    })),
  };
}
