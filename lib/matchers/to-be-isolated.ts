import { isolationFindings } from '../policy/subject-rules';
import { callOf, type MatcherContext, type MatcherResult, misuse, subjectOf } from './argument';
import { exceptionsOf, exceptionText } from './exception';
import { findingsResult } from './findings-result';

/**
 * `expect(db).toBeIsolated({ except: [{ from: api, on: tcp(5432) }] })`: passes when nothing gets out, replies or not, and
 * nobody gets in but who is excepted; of zones the Internet and the LAN count, and a Docker host that is excepted. What
 * cannot be told throws, which fails `.not` as well.
 */
export function toBeIsolated(this: MatcherContext, given: unknown, options: unknown = {}): MatcherResult {
  const call = callOf(this, 'toBeIsolated');
  const subject = subjectOf(given, call, 'expect(...)');
  if (subject.party.kind === 'zone')
    throw misuse(call, `${subject.name} lies outside, and cannot be isolated.`);
  const except = exceptionsOf(options, 'except', 'from', subject, call);
  const findings = isolationFindings(subject.topology, subject.party, except);
  const title = `expect(${subject.name})${call}(${except.length === 0 ? '' : `{ except: [${except.map((one) => exceptionText(one, 'from')).join(', ')}] }`})`;
  return findingsResult(title, findings, `${subject.name} is isolated`);
}
