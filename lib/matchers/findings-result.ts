import { NetproofError } from '../addressing/netproof-error';
import type { Finding } from '../policy/finding';
import { findingText } from '../report/policy-table';
import type { MatcherResult } from './argument';

/** Findings whose path a failure prints; of more it says how many there are. */
const shownFindings = 3;

/** Passes without findings, throws when there are only such as cannot be told. `holds` is what a failing `.not` says. */
export function findingsResult(title: string, all: readonly Finding[], holds: string): MatcherResult {
  const findings = all.filter(({ status }) => status !== 'listed');
  const listed = all.filter(({ status }) => status === 'listed').map(({ claim }) => `  ${claim}`);
  const message = (): string => {
    if (findings.length === 0) return [title, '', holds, ...listed].join('\n');
    const told = new Set<string>();
    const more = findings.length - shownFindings;
    return [
      title,
      ...findings.slice(0, shownFindings).map((finding) => `\n${findingText(finding, told)}`),
      ...(more > 0 ? [`\n  and ${more} more like these`] : []),
    ].join('\n');
  };
  if (findings.length > 0 && findings.every(({ status }) => status === 'unknown')) {
    throw new NetproofError('VerdictUnknown', message());
  }
  return { pass: findings.length === 0, message };
}
