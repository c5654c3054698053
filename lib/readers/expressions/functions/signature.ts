import { Beyond, Fault } from '../fault';
import { fractionOf, wholeNumber, type Fraction } from '../number';
import type { Scope } from '../scope';
import { causeOf, isNull, listOf, type Mapping, type Sequence, type Term } from '../term';
import { convert, setOf, unify, typeOf, inUnknownOrder } from '../type';

/** A function of Terraform's language over terms that may be known in part. */
export type TerraformFunction = (given: readonly Term[], scope: Scope) => Term;

/** Refuses a wrong number of arguments. `most` is without limit when left out. */
export function arity(given: readonly Term[], least: number, most = Infinity): void {
  if (given.length < least || given.length > most) throw new Fault('a wrong number of arguments');
}

/** The argument, which must be there and not null. */
export function required(given: readonly Term[], place: number): Term {
  const term = given[place];
  if (term === undefined) throw new Fault('a wrong number of arguments');
  if (isNull(term)) throw new Fault('null is no value for an argument');
  return term;
}

export function textArgument(given: readonly Term[], place: number): string {
  const text = settled(convert(required(given, place), 'string'));
  return (text as { value: string }).value;
}

export function numberArgument(given: readonly Term[], place: number): Fraction {
  const fraction = fractionOf(settled(convert(required(given, place), 'number')));
  if (fraction === undefined) throw new Fault('a number is required');
  return fraction;
}

/** A whole number that JavaScript holds: sizes, places, widths. */
export function wholeArgument(given: readonly Term[], place: number): number {
  const value = Number(wholeNumber(numberArgument(given, place)));
  if (!Number.isSafeInteger(value)) throw new Beyond();
  return value;
}

/** A list or tuple, its order and number known; a set only where `sets` says so. */
export function sequenceArgument(given: readonly Term[], place: number, sets: 'sets' | 'no sets'): Sequence {
  const term = required(given, place);
  if (term.kind === 'list') {
    if (sets === 'no sets' && term.shape === 'set') throw new Fault('a set is no list');
    return term;
  }
  throw absent(term, 'a list is required');
}

export function mappingArgument(given: readonly Term[], place: number): Mapping {
  const term = required(given, place);
  if (term.kind === 'object') return term;
  throw absent(term, 'a map is required');
}

/** What Terraform makes of an argument that is declared as a list of anything: one type for all items. */
export function asList(term: Term): Sequence {
  if (term.kind !== 'list') throw absent(term, 'a list is required');
  if (term.shape === 'list') return term;
  const type = unify(term.items.map(typeOf));
  if (type === undefined) throw new Fault('the items of a list must have one type');
  const items = term.items.map((item) => convert(item, type));
  if (term.unordered === true) return { ...listOf(items), unordered: true };
  return term.shape === 'attribute' ? inUnknownOrder(listOf(items)) : listOf(items);
}

/** The same for a set. */
export function asSet(term: Term): Sequence {
  if (term.kind !== 'list') throw absent(term, 'a set is required');
  return term.shape === 'set' ? term : setOf(term.items);
}

/** The items where their order matters. */
export function itemsInOrder(sequence: Sequence): readonly Term[] {
  if (sequence.unordered === true) throw new Beyond(causeOf(sequence));
  return sequence.items;
}

/** The term when it is known through and through; throws {@link Beyond} with what is missing. */
export function settled(term: Term): Term {
  const cause = causeOf(term);
  if (cause !== undefined) throw new Beyond(cause);
  return term;
}

function absent(term: Term, problem: string): Error {
  const cause = causeOf(term);
  return cause === undefined || term.kind === 'instance' ? new Fault(problem) : new Beyond(cause);
}
