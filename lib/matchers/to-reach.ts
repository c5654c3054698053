import { NetproofError } from '../addressing/netproof-error';
import { Traffic } from '../addressing/traffic';
import { explanation } from '../reachability/explanation';
import type { Question } from '../reachability/question';
import { reach } from '../reachability/solver';
import type { Verdict } from '../reachability/verdict';
import { printableLines } from '../report/printable';
import { isTopology } from '../topology/topology';
import { isSubject, type Subject } from '../topology/subject';

/** What jest gives a matcher as `this`, as far as it is used here. */
export interface MatcherContext {
  readonly isNot?: boolean;
  readonly promise?: string;
}

export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

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
  const call = isNot ? '.not.toReach' : '.toReach';
  if (this.promise !== undefined && this.promise !== '') {
    throw misuse(call, `endpoints are there at once, so .${this.promise} has no meaning here. Leave it out.`);
  }
  const from = subjectOf(source, call, 'expect(...)');
  const to = subjectOf(target, call, 'the target');
  if (more.length > 0) throw misuse(call, 'it takes a target and traffic, and more was given.');
  if (from.topology !== to.topology) {
    throw misuse(
      call,
      `${from.name} and ${to.name} come from two different topologies. Take both from the same one.`,
    );
  }
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

function subjectOf(given: unknown, call: string, where: string): Subject {
  if (isSubject(given)) return given;
  throw misuse(call, `${where} is ${described(given)}, and not an endpoint. ${remedyFor(given)}`);
}

function trafficOf(given: unknown, call: string): Traffic {
  if (given instanceof Traffic) return given;
  if (typeof given === 'string') return Traffic.parse(given);
  // Another copy of this package has a class of its own, which prints the same notation.
  if (typeof given === 'object' && given?.constructor.name === 'Traffic') {
    return Traffic.parse((given as Traffic).toString());
  }
  const what = given === undefined ? 'no traffic was given' : `the traffic is ${described(given)}`;
  throw misuse(call, `${what}. Write tcp(5432), icmp() or "tcp/5432".`);
}

function described(given: unknown): string {
  if (given === undefined || given === null) return String(given);
  if (isThenable(given)) return 'a promise';
  if (isTopology(given)) return 'a topology';
  if (given instanceof Traffic) return `traffic (${given.toString()})`;
  if (typeof given === 'string') return `the text ${JSON.stringify(given)}`;
  return typeof given === 'object' ? `an object of class ${given.constructor.name}` : `a ${typeof given}`;
}

function remedyFor(given: unknown): string {
  if (isThenable(given)) return 'Await it first, then ask its topology: topology.endpoint("...").';
  const name = typeof given === 'string' ? JSON.stringify(given) : '"..."';
  return `Take one from a topology: topology.endpoint(${name}).`;
}

function isThenable(value: unknown): boolean {
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function';
}

function misuse(call: string, problem: string): NetproofError {
  return new NetproofError('MatcherMisuse', `${call}: ${problem}`);
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
