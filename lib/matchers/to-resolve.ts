import { NetproofError } from '../addressing/netproof-error';
import { meansEndpoint, resolve } from '../reachability/name-resolution';
import { printableLines } from '../report/printable';
import { resolutionText } from '../report/resolution-text';
import {
  callOf,
  described,
  type MatcherContext,
  type MatcherResult,
  misuse,
  sameTopology,
  subjectOf,
} from './argument';

/**
 * `expect(api).toResolve('postgres', db)`: passes when the name means `db` to `api`, and nobody else. `.not.toResolve` passes
 * when it means somebody else, goes outside or is not found. A name that stands for several, or that cannot be told, and
 * every mistake in the question throws, which fails both.
 */
export function toResolve(
  this: MatcherContext,
  source: unknown,
  name: unknown,
  target: unknown,
  ...more: readonly unknown[]
): MatcherResult {
  const call = callOf(this, 'toResolve');
  const from = subjectOf(source, call, 'expect(...)');
  if (typeof name !== 'string') {
    throw misuse(call, `the name is ${described(name)}. Write a text: ${call}("db", net.endpoint("db")).`);
  }
  const to = subjectOf(target, call, 'the target');
  if (more.length > 0) throw misuse(call, 'it takes a name and a target, and more was given.');
  sameTopology(from, to, call);
  if (from.party.kind !== 'endpoint') {
    throw misuse(call, `${from.name} is a ${from.party.kind}, and only an endpoint asks for names.`);
  }
  if (to.party.kind !== 'endpoint') {
    throw misuse(call, `${to.name} is a ${to.party.kind}, and names are told of endpoints only.`);
  }
  const { topology } = from;
  const resolution = resolve(topology, from.party, name);
  const means = meansEndpoint(topology, resolution, to.party.endpoint);
  const message = (): string => {
    const title = `expect(${from.name})${call}(${JSON.stringify(name)}, ${to.name})`;
    return printableLines(`${title}\n\n${resolutionText(topology, resolution)}`);
  };
  if (means === 'partly') throw new NetproofError('NameOfSeveral', message());
  if (means === 'unknown') throw new NetproofError('NameUnknown', message());
  return { pass: means === 'yes', message };
}
