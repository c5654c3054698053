import { NetproofError } from '../addressing/netproof-error';
import { evaluatePolicy } from '../policy/evaluation';
import type { PolicyDocument } from '../policy/policy';
import { readPolicy } from '../policy/policy-reader';
import { policyText } from '../report/policy-table';
import { plainPaint } from '../report/terminal-style';
import { callOf, described, type MatcherContext, type MatcherResult, misuse, topologyOf } from './argument';

export interface SatisfyOptions {
  /** Which network of the policy the topology is. @default - by the names of its stacks */
  readonly network?: string;
  /** The day on which waivers are judged, as `2027-01-31`. @default - today, in UTC */
  readonly today?: string;
}

/**
 * `expect(topology).toSatisfyPolicy(policy)`: passes when every rule holds or is waived. `.not.toSatisfyPolicy` passes when one is
 * broken. When none is broken and one cannot be told it throws, which fails both; so does a policy that has mistakes.
 */
export function toSatisfyPolicy(
  this: MatcherContext,
  given: unknown,
  policy: unknown,
  options: unknown = {},
): MatcherResult {
  const call = callOf(this, 'toSatisfyPolicy');
  const topology = topologyOf(given, call, 'expect(...)');
  const result = evaluatePolicy(documentOf(policy, call), topology, optionsOf(options, call));
  const message = (): string => `expect(topology)${call}(policy)\n\n${policyText(result, plainPaint)}`;
  if (result.status === 'unknown') throw new NetproofError('PolicyUnknown', message());
  return { pass: result.status === 'pass', message };
}

function documentOf(given: unknown, call: string): PolicyDocument {
  if (typeof given === 'string') {
    throw misuse(
      call,
      `the policy is ${described(given)}. Read the file first: policyOfFile(${JSON.stringify(given)}).`,
    );
  }
  const document = given as Partial<PolicyDocument> | null | undefined;
  return typeof document?.place === 'function' ? (document as PolicyDocument) : readPolicy(given);
}

function optionsOf(given: unknown, call: string): { readonly today: string; readonly network?: string } {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw misuse(call, `the options are ${described(given)}. Write { network: "..." }.`);
  }
  const { network, today = new Date().toISOString().slice(0, 10), ...others } = given as SatisfyOptions;
  const [other] = Object.keys(others);
  if (other !== undefined)
    throw misuse(call, `there is no option ${JSON.stringify(other)}. There are network and today.`);
  return { today, ...(network !== undefined && { network }) };
}
