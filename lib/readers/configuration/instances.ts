import { NetproofError } from '../../addressing/netproof-error';
import type { Value } from '../../topology/value';
import { Beyond, Fault } from '../expressions/fault';
import { causeOf, isNull, mapOf, missing, scalar, tuple, valueOf, type Term } from '../expressions/term';
import { convert } from '../expressions/type';
import type { ResourceDeclaration } from './declarations';

/** One instance of a resource, or the one that stands for an unknown number of them. */
export interface InstancePlace {
  readonly address: string;
  readonly index: number | string | undefined;
  /** What `count.index`, `each.key` and `each.value` stand for. */
  readonly iteration: ReadonlyMap<string, Term>;
}

export interface Instances {
  readonly places: readonly InstancePlace[];
  /** What would settle how many there are; undefined when that is known. */
  readonly existence: Value | undefined;
  /** The value of `aws_subnet.public` in an expression. */
  readonly term: Term;
}

/** Most instances that one count or for_each is expanded to. */
export const mostInstances = 100_000;

/** The instances of a resource. `evaluate` reads one of its arguments; undefined when it is not there. */
export function instancesOf(
  { address }: Pick<ResourceDeclaration, 'address'>,
  evaluate: (argument: 'count' | 'for_each') => { readonly term: Term; readonly text: string } | undefined,
): Instances {
  const count = evaluate('count');
  if (count !== undefined) return expanded(address, 'count', count, countKeys(count.term));
  const forEach = evaluate('for_each');
  if (forEach !== undefined) return expanded(address, 'for_each', forEach, eachKeys(forEach.term));
  const place: InstancePlace = { address, index: undefined, iteration: noIteration };
  return { places: [place], existence: undefined, term: { kind: 'instance', address } };
}

const noIteration: ReadonlyMap<string, Term> = new Map();

interface Key {
  readonly index: number | string;
  readonly iteration: ReadonlyMap<string, Term>;
}

function expanded(
  address: string,
  argument: 'count' | 'for_each',
  { term, text }: { readonly term: Term; readonly text: string },
  keys: readonly Key[] | { readonly cause: string },
): Instances {
  if ('cause' in keys) return uncertain(address, argument, term, text, keys.cause);
  if (keys.length > mostInstances) {
    throw new NetproofError(
      'InvalidTerraform',
      `${address} has ${keys.length} instances, and up to ${mostInstances} are read. Lower its ${argument}.`,
    );
  }
  const places = keys.map(({ index, iteration }) => ({
    address: `${address}[${JSON.stringify(index)}]`,
    index,
    iteration,
  }));
  const terms = places.map((place): Term => ({ kind: 'instance', address: place.address }));
  const all =
    argument === 'count' ? tuple(terms) : mapOf(keys.map(({ index }, at) => [String(index), terms[at]!]));
  return { places, existence: undefined, term: all };
}

function uncertain(
  address: string,
  argument: 'count' | 'for_each',
  term: Term,
  text: string,
  cause: string,
): Instances {
  const key = cause === '' ? `${address}.${argument}` : cause;
  const names = argument === 'count' ? ['count.index'] : ['each.key', 'each.value'];
  const iteration = new Map(names.map((name) => [name, missing(key)]));
  const unsettled = causeOf(term) === undefined ? missing(key) : term;
  return {
    places: [{ address, index: undefined, iteration }],
    existence: valueOf(unsettled, key, text),
    term: { ...missing(key), instance: address },
  };
}

function countKeys(term: Term): readonly Key[] | { readonly cause: string } {
  const number = settled(() => convert(term, 'number'));
  if (number.kind !== 'known') return { cause: causeOf(number) ?? '' };
  const { value } = number;
  // What Terraform refuses (a negative count, null) is no number of instances that we could tell.
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) return { cause: '' };
  if (value > mostInstances) return Array.from({ length: mostInstances + 1 }, countKey);
  return Array.from({ length: value }, countKey);
}

const countKey = (_: unknown, index: number): Key => ({
  index,
  iteration: new Map([['count.index', scalar(index)]]),
});

function eachKeys(term: Term): readonly Key[] | { readonly cause: string } {
  const key = (index: string, value: Term): Key => ({
    index,
    iteration: new Map<string, Term>([
      ['each.key', scalar(index)],
      ['each.value', value],
    ]),
  });
  if (term.kind === 'object') return [...term.entries].map(([name, value]) => key(name, value));
  if (term.kind !== 'list') return { cause: causeOf(term) ?? '' };
  // Terraform takes sets of strings here; of what else is written out, the strings are meant.
  const names = term.items.map((item) => settled(() => convert(item, 'string')));
  const open = names.find((name) => name.kind !== 'known' || isNull(name));
  if (open !== undefined) return { cause: causeOf(open) ?? '' };
  const texts = new Set(names.map((name) => (name.kind === 'known' ? String(name.value) : '')));
  return [...texts].sort().map((text) => key(text, scalar(text)));
}

function settled(convertTerm: () => Term): Term {
  try {
    return convertTerm();
  } catch (error) {
    if (error instanceof Fault) return missing('');
    if (error instanceof Beyond) return missing(error.key);
    throw error;
  }
}
