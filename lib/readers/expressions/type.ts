import { Beyond, Fault } from './fault';
import { compareNumbers, fractionOf, numberTerm, numberText, readNumber } from './number';
import {
  causeOf,
  compareText,
  isNull,
  listOf,
  mapOf,
  objectOf,
  scalar,
  tuple,
  type Mapping,
  type Sequence,
  type Term,
} from './term';

/**
 * A type of Terraform's language. `any` is a type that is not known, or null's.
 * @see https://developer.hashicorp.com/terraform/language/expressions/type-constraints
 */
export type Type =
  | 'string'
  | 'number'
  | 'bool'
  | 'any'
  | { readonly kind: 'list' | 'set' | 'map'; readonly of: Type }
  | { readonly kind: 'tuple'; readonly items: readonly Type[] }
  | {
      readonly kind: 'object';
      readonly attributes: ReadonlyMap<string, Type>;
      /** Attributes that may be left out, with their defaults. @default - none may */
      readonly optional?: ReadonlyMap<string, Term>;
    };

export function typeOf(term: Term): Type {
  switch (term.kind) {
    case 'known':
      if (term.value === null) return 'any';
      return typeof term.value === 'boolean' ? 'bool' : (typeof term.value as 'string' | 'number');
    case 'number':
      return 'number';
    case 'ref':
    case 'unknown':
    case 'instance':
      return 'any';
    case 'one-of':
      return unify(term.options.map(typeOf)) ?? 'any';
    case 'list':
      if (term.shape === 'tuple') return { kind: 'tuple', items: term.items.map(typeOf) };
      return { kind: term.shape === 'set' ? 'set' : 'list', of: unify(term.items.map(typeOf)) ?? 'any' };
    case 'object':
      if (term.shape === 'map')
        return { kind: 'map', of: unify([...term.entries.values()].map(typeOf)) ?? 'any' };
      return {
        kind: 'object',
        attributes: new Map([...term.entries].map(([name, entry]) => [name, typeOf(entry)])),
      };
  }
}

/**
 * The one type that values of all these types are converted to where Terraform wants one, as in a conditional
 * or a list; undefined when there is none.
 */
export function unify(types: readonly Type[]): Type | undefined {
  const told = types.filter((type) => type !== 'any');
  // With a type that is not known among them, there may be one yet.
  return unifyTold(told) ?? (told.length < types.length ? 'any' : undefined);
}

function unifyTold(told: readonly Type[]): Type | undefined {
  const [first, ...others] = told;
  if (first === undefined) return 'any';
  if (others.length === 0) return first;
  if (told.every((type) => typeof type === 'string')) return unifyPrimitives(told);
  const compound = told.filter((type) => typeof type !== 'string');
  if (compound.length < told.length) return undefined;
  if (compound.every(({ kind }) => kind === 'object' || kind === 'map')) return unifyMappings(compound);
  if (compound.every(({ kind }) => kind !== 'object' && kind !== 'map')) return unifySequences(compound);
  return undefined;
}

type Compound = Exclude<Type, string>;

function unifyPrimitives(types: readonly Type[]): Type | undefined {
  if (types.every((type) => type === types[0])) return types[0];
  return types.includes('string') ? 'string' : undefined;
}

function unifySequences(types: readonly Compound[]): Type | undefined {
  const tuples = types.flatMap((type) => (type.kind === 'tuple' ? [type.items] : []));
  const [first] = tuples;
  if (first !== undefined && tuples.length === types.length) {
    if (tuples.every((items) => items.length === first.length)) {
      const items = first.map((_, at) => unify(tuples.map((tupleItems) => tupleItems[at]!)));
      if (items.every((item) => item !== undefined)) return { kind: 'tuple', items };
    }
  }
  const of = unify(types.flatMap(elementTypes));
  if (of === undefined) return undefined;
  const set = types.every(({ kind }) => kind !== 'list') && types.some(({ kind }) => kind === 'set');
  return { kind: set ? 'set' : 'list', of };
}

function unifyMappings(types: readonly Compound[]): Type | undefined {
  const objects = types.flatMap((type) => (type.kind === 'object' ? [type.attributes] : []));
  const [first] = objects;
  const names = (attributes: ReadonlyMap<string, Type>) => [...attributes.keys()].sort().join('\n');
  if (first !== undefined && objects.length === types.length) {
    if (objects.every((attributes) => names(attributes) === names(first))) {
      const unified = [...first.keys()].map(
        (name) => [name, unify(objects.map((attributes) => attributes.get(name)!))] as const,
      );
      const attributes = unified.flatMap(([name, type]) =>
        type === undefined ? [] : [[name, type] as const],
      );
      if (attributes.length === unified.length) return { kind: 'object', attributes: new Map(attributes) };
    }
  }
  const of = unify(types.flatMap(elementTypes));
  return of === undefined ? undefined : { kind: 'map', of };
}

function elementTypes(type: Compound): readonly Type[] {
  if (type.kind === 'tuple') return type.items;
  return type.kind === 'object' ? [...type.attributes.values()] : [type.of];
}

/** Converts as Terraform does for an argument, a variable or one arm of a conditional; throws a {@link Fault}. */
export function convert(term: Term, type: Type): Term {
  if (type === 'any') return term;
  if (term.kind === 'one-of') {
    return { ...term, options: term.options.map((option) => convert(option, type)) };
  }
  if (term.kind === 'ref' || term.kind === 'unknown' || isNull(term)) return term;
  if (term.kind === 'instance') {
    if (typeof type === 'string') throw new Fault('a resource is no scalar value');
    return term;
  }
  if (typeof type === 'string') return convertScalar(term, type);
  switch (type.kind) {
    case 'list':
    case 'set': {
      const items = itemsOf(term).map((item) => convert(item, type.of));
      return type.kind === 'set' ? setOf(items) : ordered(term, items);
    }
    case 'tuple': {
      const items = itemsOf(term);
      if (items.length !== type.items.length) throw new Fault('a tuple of another length is required');
      return tuple(items.map((item, at) => convert(item, type.items[at]!)));
    }
    case 'map':
      return mapOf([...entriesOf(term)].map(([name, entry]) => [name, convert(entry, type.of)]));
    case 'object':
      return convertObject(entriesOf(term), type);
  }
}

function convertObject(
  entries: ReadonlyMap<string, Term>,
  { attributes, optional }: Extract<Type, { kind: 'object' }>,
): Mapping {
  return objectOf(
    [...attributes].map(([name, type]) => {
      const entry = entries.get(name);
      if (entry !== undefined && !(isNull(entry) && optional?.has(name))) return [name, convert(entry, type)];
      const fallback = optional?.get(name);
      if (fallback === undefined) throw new Fault(`attribute "${name}" is required`);
      return [name, convert(fallback, type)];
    }),
  );
}

/** A list from what a term holds, the order of a set being that of its values. */
function ordered(term: Term, items: readonly Term[]): Sequence {
  if (term.kind === 'list' && (term.unordered === true || term.shape === 'attribute')) {
    return inUnknownOrder(listOf(items));
  }
  return listOf(items);
}

/** A sequence whose items stand in an order that is not known, unless there is only one order. */
export function inUnknownOrder(sequence: Sequence): Sequence {
  const { items } = sequence;
  const same = items.length < 2 || isSorted(items);
  return same ? sequence : { ...sequence, unordered: true };
}

/** Whether a list of strings or numbers would stay the same as a set. */
function isSorted(items: readonly Term[]): boolean {
  return items.every((item, at) => {
    const next = items[at + 1];
    if (next === undefined) return true;
    const order = orderOf(item, next);
    return order !== undefined && order < 0;
  });
}

function orderOf(one: Term, other: Term): number | undefined {
  if (one.kind === 'known' && other.kind === 'known') {
    if (typeof one.value === 'string' && typeof other.value === 'string') {
      return compareText(one.value, other.value);
    }
    if (typeof one.value === 'boolean' && typeof other.value === 'boolean') {
      return Number(one.value) - Number(other.value);
    }
  }
  const [left, right] = [fractionOf(one), fractionOf(other)];
  return left === undefined || right === undefined ? undefined : compareNumbers(left, right);
}

/**
 * A set: equal items once, in Terraform's order. What cannot be put in order (refs, compound values) is
 * marked so; that two unknown items may turn out equal is for those who count them.
 */
export function setOf(given: readonly Term[]): Sequence {
  const type = unify(given.map(typeOf));
  if (type === undefined) throw new Fault('the items of a set must have one type');
  const distinct = new Map(given.map((item) => [identity(convert(item, type)), convert(item, type)]));
  const items = [...distinct.values()];
  const sortable = items.every((item) => orderOf(item, item) !== undefined);
  if (!sortable && items.length > 1) return { kind: 'list', shape: 'set', items, unordered: true };
  return { kind: 'list', shape: 'set', items: items.sort((one, other) => orderOf(one, other) ?? 0) };
}

/** Whether all items of a set are certainly different, so that they can be counted. */
export function isCountable(sequence: Sequence): boolean {
  if (sequence.shape !== 'set' && sequence.shape !== 'attribute') return true;
  if (sequence.items.length < 2) return true;
  const distinct = new Set(sequence.items.map(identity)).size === sequence.items.length;
  return distinct && sequence.items.every((item) => causeOf(item) === undefined || isIdentity(item));
}

/** Whether a ref is what tells its resource from every other: two of them differ. */
export const isIdentity = (term: Term): boolean =>
  term.kind === 'ref' && (term.attribute === 'id' || term.attribute === 'arn');

/** A text that two terms share exactly when they are the same value. */
export function identity(term: Term): string {
  switch (term.kind) {
    case 'known':
      return JSON.stringify(term.value);
    case 'number':
      return `${term.numerator}/${term.denominator}`;
    case 'ref':
      return `<${term.address} ${term.attribute}>`;
    case 'instance':
      return `<${term.address}>`;
    case 'unknown':
      return `<unknown ${term.key}>`;
    case 'one-of':
      return `<one of ${term.options.map(identity).join(' ')}>`;
    case 'list':
      return `[${term.items.map(identity).join()}]`;
    case 'object':
      return `{${[...term.entries].map(([name, entry]) => `${JSON.stringify(name)}:${identity(entry)}`).join()}}`;
  }
}

/** The items of a list, set or tuple; throws where Terraform does or the term is not known. */
export function itemsOf(term: Term): readonly Term[] {
  if (term.kind === 'list') return term.items;
  throw notThere(term) ?? new Fault('a list is required');
}

/** The entries of a map or object; throws where Terraform does or the term is not known. */
export function entriesOf(term: Term): ReadonlyMap<string, Term> {
  if (term.kind === 'object') return term.entries;
  throw notThere(term) ?? new Fault('a map is required');
}

/** {@link Beyond} for a term that is not known itself. */
export function notThere(term: Term): Beyond | undefined {
  if (term.kind === 'list' || term.kind === 'object') return undefined;
  const cause = causeOf(term);
  return cause === undefined ? undefined : new Beyond(cause);
}

function convertScalar(term: Term, type: 'string' | 'number' | 'bool'): Term {
  if (term.kind === 'number') {
    if (type === 'number') return term;
    if (type === 'string') return scalar(numberText(term));
  }
  if (term.kind !== 'known') throw new Fault(`a ${type} is required`);
  const { value } = term;
  switch (type) {
    case 'string':
      return typeof value === 'number' ? scalar(numberText(fractionOf(term)!)) : scalar(String(value));
    case 'number': {
      if (typeof value === 'number') return term;
      const read = typeof value === 'string' ? readNumber(value) : undefined;
      if (read === undefined) throw new Fault('a number is required');
      return numberTerm(read);
    }
    case 'bool':
      if (typeof value === 'boolean') return term;
      if (value === 'true' || value === '1') return scalar(true);
      if (value === 'false' || value === '0') return scalar(false);
      throw new Fault('true or false is required');
  }
}
