import { NetproofError } from '../addressing/netproof-error';
import { Traffic } from '../addressing/traffic';
import { isTopology, type Topology } from '../topology/topology';
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

/** `.not.toReach`: the matcher as it was called. Throws behind .resolves and .rejects, where it has no meaning. */
export function callOf({ isNot, promise }: MatcherContext, name: string): string {
  const call = isNot === true ? `.not.${name}` : `.${name}`;
  if (promise !== undefined && promise !== '') {
    throw misuse(call, `endpoints are there at once, so .${promise} has no meaning here. Leave it out.`);
  }
  return call;
}

export function subjectOf(given: unknown, call: string, where: string): Subject {
  if (isSubject(given)) return given;
  throw misuse(call, `${where} is ${described(given)}, and not an endpoint. ${remedyFor(given)}`);
}

export function topologyOf(given: unknown, call: string, where: string): Topology {
  if (isTopology(given)) return given;
  const way = isThenable(given)
    ? 'Await it first.'
    : 'Give what topologyOfStack(stack) or topologyOfSynth(json) returns.';
  throw misuse(call, `${where} is ${described(given)}, and not a topology. ${way}`);
}

/** Throws for two that were not taken from one topology. */
export function sameTopology(a: Subject, b: Subject, call: string): void {
  if (a.topology === b.topology) return;
  throw misuse(
    call,
    `${a.name} and ${b.name} come from two different topologies. Take both from the same one.`,
  );
}

export function trafficOf(given: unknown, call: string): Traffic {
  if (given instanceof Traffic) return given;
  if (typeof given === 'string') return Traffic.parse(given);
  // Another copy of this package has a class of its own, which prints the same notation.
  if (typeof given === 'object' && given?.constructor.name === 'Traffic') {
    return Traffic.parse((given as Traffic).toString());
  }
  const what = given === undefined ? 'no traffic was given' : `the traffic is ${described(given)}`;
  throw misuse(call, `${what}. Write tcp(5432), icmp() or "tcp/5432".`);
}

/** What was given, for a message. */
export function described(given: unknown): string {
  if (given === undefined || given === null) return String(given);
  if (isThenable(given)) return 'a promise';
  if (isTopology(given)) return 'a topology';
  if (isSubject(given)) return `the endpoint ${given.name}`;
  if (given instanceof Traffic) return `traffic (${given.toString()})`;
  if (typeof given === 'string') return `the text ${JSON.stringify(given)}`;
  if (typeof given !== 'object') return `a ${typeof given}`;
  return Array.isArray(given) ? 'a list' : `an object of class ${given.constructor.name}`;
}

export function misuse(call: string, problem: string): NetproofError {
  return new NetproofError('MatcherMisuse', `${call}: ${problem}`);
}

function remedyFor(given: unknown): string {
  if (isThenable(given)) return 'Await it first, then ask its topology: topology.endpoint("...").';
  const name = typeof given === 'string' ? JSON.stringify(given) : '"..."';
  return `Take one from a topology: topology.endpoint(${name}).`;
}

function isThenable(value: unknown): boolean {
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function';
}
