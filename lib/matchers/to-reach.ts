import { NetproofError } from '../addressing/netproof-error';
import { explanation } from '../reachability/explanation';
import type { Question } from '../reachability/question';
import { reach } from '../reachability/solver';
import type { Verdict } from '../reachability/verdict';
import { printableLines } from '../report/printable';
import {
  callOf,
  type MatcherContext,
  type MatcherResult,
  misuse,
  sameTopology,
  subjectOf,
  trafficOf,
} from './argument';

/**
 * `expect(web).toReach(api, tcp(8080))`: passes when all of the traffic passes to the target's own addresses and back.
 * `.not.toReach` passes when nothing of it passes by any way, relays, public addresses and published ports included.
 * Every other answer, partial and unknown, and every mistake in the question throws, which fails both.
 */
export function toReach(
  this: MatcherContext,
  source: unknown,
  target: unknown,
  on: unknown,
  ...more: readonly unknown[]
): MatcherResult {
  const isNot = this.isNot === true;
  const call = callOf(this, 'toReach');
  const from = subjectOf(source, call, 'expect(...)');
  const to = subjectOf(target, call, 'the target');
  if (more.length > 0) throw misuse(call, 'it takes a target and traffic, and more was given.');
  sameTopology(from, to, call);
  const question: Question = { from: from.party, to: to.party, on: trafficOf(on, call) };
  const { topology } = from;
  const verdict = reach(topology, question);
  const message = (): string => {
    const title = `expect(${from.name})${call}(${to.name}, ${question.on.toString()})`;
    const text = explanation(topology, { ...question, from: from.name, to: to.name }, verdict);
    return printableLines(`${title}\n\n${text}`);
  };
  if (isUndecided(verdict, isNot)) throw new NetproofError(`Verdict${capital(verdict.kind)}`, message());
  return { pass: isNot ? !verdict.anyWay.mayPass.isEmpty() : verdict.kind === 'reachable', message };
}

/** Neither yes nor no: the assertion fails either way round. */
function isUndecided(verdict: Verdict, isNot: boolean): boolean {
  if (verdict.kind === 'unknown' || verdict.kind === 'partial') return true;
  if (!isNot || verdict.kind === 'reachable') return false;
  const { passes, mayPass } = verdict.anyWay;
  return passes.isEmpty() && !mayPass.isEmpty();
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
