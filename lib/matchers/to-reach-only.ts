import { reachOnlyFindings } from '../policy/subject-rules';
import { callOf, described, type MatcherContext, type MatcherResult, misuse, subjectOf } from './argument';
import { exceptionsOf, exceptionText } from './exception';
import { findingsResult } from './findings-result';

/**
 * `expect(api).toReachOnly([{ to: db, on: tcp(5432) }])`: passes when it reaches all of that and, by any way, nothing else: no other
 * endpoint, not the Internet, not the LAN. What a balancer in the list leads to is part of it. `.not.toReachOnly` passes when something is missing or too much. What cannot
 * be told throws, which fails both.
 */
export function toReachOnly(this: MatcherContext, given: unknown, targets: unknown): MatcherResult {
  const call = callOf(this, 'toReachOnly');
  const subject = subjectOf(given, call, 'expect(...)');
  if (!Array.isArray(targets)) {
    throw misuse(
      call,
      `it takes a list, and was given ${described(targets)}. Write [{ to: net.endpoint("db"), on: tcp(5432) }].`,
    );
  }
  const wanted = exceptionsOf({ targets }, 'targets', 'to', subject, call);
  const findings = reachOnlyFindings(subject.topology, subject.party, wanted);
  const title = `expect(${subject.name})${call}([${wanted.map((one) => exceptionText(one, 'to')).join(', ')}])`;
  return findingsResult(title, findings, `${subject.name} reaches exactly that`);
}
