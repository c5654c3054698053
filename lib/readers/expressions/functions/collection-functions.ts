import { indexOf, keyText, pick, truth } from '../access';
import { choiceOf } from '../choice';
import { Beyond, Fault } from '../fault';
import { isEqual } from '../operators';
import type { Scope } from '../scope';
import {
  causeOf,
  isNull,
  listOf,
  mapOf,
  missing,
  objectOf,
  scalar,
  tuple,
  type Mapping,
  type Sequence,
  type Term,
} from '../term';
import { convert, identity, isCountable, isIdentity, itemsOf, setOf, typeOf, unify } from '../type';
import {
  arity,
  asList,
  asSet,
  itemsInOrder,
  mappingArgument,
  required,
  sequenceArgument,
  settled,
  wholeArgument,
  type TerraformFunction,
} from './signature';
import { lengthOfText, sortTexts } from './text-functions';

/** @see https://developer.hashicorp.com/terraform/language/functions, "Collection Functions" */
export const collectionFunctions: Readonly<Record<string, TerraformFunction>> = {
  alltrue: (given) => decided(given, false),
  anytrue: (given) => decided(given, true),
  chunklist: (given) => {
    arity(given, 2, 2);
    const items = itemsInOrder(asList(required(given, 0)));
    const size = wholeArgument(given, 1);
    if (size < 0) throw new Fault('a size of 0 or more is required');
    if (size === 0) return listOf(items.length === 0 ? [] : [listOf(items)]);
    const chunks = Array.from({ length: Math.ceil(items.length / size) }, (_, at) =>
      listOf(items.slice(at * size, (at + 1) * size)),
    );
    return listOf(chunks);
  },
  coalesce: (given) => coalesce(given),
  coalescelist: (given) => {
    arity(given, 1);
    for (let place = 0; place < given.length; place++) {
      const sequence = sequenceArgument(given, place, 'no sets');
      if (sequence.items.length > 0) return sequence;
    }
    throw new Fault('no list has an item');
  },
  compact: (given) => {
    arity(given, 1, 1);
    const list = asList(required(given, 0));
    const kept = list.items
      .map((item) => convert(item, 'string'))
      .filter((item) => {
        if (item.kind === 'known') return item.value !== null && item.value !== '';
        if (isIdentity(item)) return true;
        throw new Beyond(causeOf(item));
      });
    return alike(list, listOf(kept));
  },
  concat: (given) => {
    arity(given, 1);
    const sequences = given.map((_, place) => sequenceArgument(given, place, 'no sets'));
    const items = sequences.flatMap((sequence) => sequence.items);
    const all = sequences.every(({ shape }) => shape === 'list') ? listOf(unified(items)) : tuple(items);
    return sequences.some(({ unordered }) => unordered === true) ? { ...all, unordered: true } : all;
  },
  contains: (given) => {
    arity(given, 2, 2);
    const wanted = required(given, 1);
    return truth(sequenceArgument(given, 0, 'sets').items.some(matcher(wanted)));
  },
  distinct: (given) => {
    arity(given, 1, 1);
    const list = asList(required(given, 0));
    refuseUnclear(list.items);
    return alike(list, listOf([...new Map(list.items.map((item) => [identity(item), item])).values()]));
  },
  element: (given, scope) => {
    arity(given, 2, 2);
    return element(required(given, 0), required(given, 1), scope);
  },
  flatten: (given) => {
    arity(given, 1, 1);
    return flatten(sequenceArgument(given, 0, 'sets'));
  },
  index: (given) => {
    arity(given, 2, 2);
    const items = itemsInOrder(sequenceArgument(given, 0, 'no sets'));
    const wanted = required(given, 1);
    const place = items.findIndex((item) => isEqual(item, wanted));
    if (place === -1) throw new Fault('the list does not hold it');
    return scalar(place);
  },
  keys: (given) => {
    arity(given, 1, 1);
    const mapping = mappingArgument(given, 0);
    const names = [...mapping.entries.keys()].map(scalar);
    return mapping.shape === 'map' ? listOf(names) : tuple(names);
  },
  length: (given) => {
    arity(given, 1, 1);
    return length(required(given, 0));
  },
  lookup: (given, scope) => {
    arity(given, 2, 3);
    return lookup(mappingArgument(given, 0), required(given, 1), given[2], scope);
  },
  matchkeys: (given) => matchKeys(given),
  merge: (given) => merge(given),
  one: (given) => {
    arity(given, 1, 1);
    const sequence = sequenceArgument(given, 0, 'sets');
    if (sequence.items.length > 1 && isCountable(sequence)) throw new Fault('more than one item');
    if (sequence.items.length > 1) throw new Beyond(causeOf(sequence));
    return sequence.items[0] ?? scalar(null);
  },
  reverse: (given) => {
    arity(given, 1, 1);
    const given0 = required(given, 0);
    const sequence = given0.kind === 'list' && given0.shape === 'set' ? asList(given0) : asSequence(given0);
    return { ...sequence, items: [...sequence.items].reverse() };
  },
  setintersection: (given) =>
    sets(given, (first, others) =>
      first.filter((item) => others.every((other) => other.some(matcher(item)))),
    ),
  setproduct: (given) => setProduct(given),
  setsubtract: (given) => {
    arity(given, 2, 2);
    return sets(given, (first, others) =>
      first.filter((item) => !others.some((other) => other.some(matcher(item)))),
    );
  },
  setunion: (given) => sets(given, (first, others) => [...first, ...others.flat()]),
  slice: (given, scope) => {
    arity(given, 3, 3);
    return slice(required(given, 0), wholeArgument(given, 1), wholeArgument(given, 2), scope);
  },
  sort: (given) => {
    arity(given, 1, 1);
    const list = asList(required(given, 0));
    if (causeOf(list) === undefined || list.items.every((item) => causeOf(item) === undefined)) {
      return sortTexts(list.items);
    }
    // All items are there, in an order that only their texts decide.
    return list.items.length < 2 ? list : { ...list, unordered: true };
  },
  transpose: (given) => {
    arity(given, 1, 1);
    const turned = new Map<string, Term[]>();
    for (const [name, values] of mappingArgument(given, 0).entries) {
      for (const value of itemsInOrder(asList(values)).map(keyText)) {
        turned.set(value, [...(turned.get(value) ?? []), scalar(name)]);
      }
    }
    return mapOf([...turned].map(([name, values]) => [name, listOf(values)]));
  },
  values: (given) => {
    arity(given, 1, 1);
    const mapping = mappingArgument(given, 0);
    if (mapping.origin !== undefined && mapping.shape === 'attribute') throw new Beyond();
    const values = [...mapping.entries.values()];
    return mapping.shape === 'map' ? listOf(values) : tuple(values);
  },
  zipmap: (given) => {
    arity(given, 2, 2);
    const keys = itemsInOrder(asList(required(given, 0))).map(keyText);
    const values = sequenceArgument(given, 1, 'no sets');
    if (keys.length !== values.items.length) throw new Fault('as many keys as values are required');
    const entries = keys.map((key, at) => [key, pick(values, at)] as const);
    return values.shape === 'list' ? mapOf(entries) : objectOf(entries);
  },
  tolist: (given) => converted(given, (term) => asList(term)),
  toset: (given) => converted(given, (term) => asSet(term)),
  tomap: (given) =>
    converted(given, (term) => {
      const mapping = mappingArgument([term], 0);
      if (mapping.shape === 'map') return mapping;
      const names = [...mapping.entries.keys()];
      const values = unified([...mapping.entries.values()]);
      return mapOf(names.map((name, at) => [name, values[at]!]));
    }),
  tostring: (given) => converted(given, (term) => convert(term, 'string')),
  tonumber: (given) => converted(given, (term) => convert(term, 'number')),
  tobool: (given) => converted(given, (term) => convert(term, 'bool')),
  sensitive: (given) => converted(given, (term) => term),
  nonsensitive: (given) => converted(given, (term) => term),
};

/** A conversion lets null through. */
function converted(given: readonly Term[], convertTerm: (term: Term) => Term): Term {
  arity(given, 1, 1);
  const term = given[0]!;
  return isNull(term) ? term : convertTerm(term);
}

function unified(items: readonly Term[]): Term[] {
  const type = unify(items.map(typeOf));
  if (type === undefined) throw new Fault('the items must have one type');
  return items.map((item) => convert(item, type));
}

const asSequence = (term: Term): Sequence => sequenceArgument([term], 0, 'sets');

/** The new sequence, in an order not known when that of the old one is not. */
const alike = (old: Sequence, made: Sequence): Sequence =>
  old.unordered === true && made.items.length > 1 ? { ...made, unordered: true } : made;

/** Tells equal items; one that may or may not be equal counts only when no other one certainly is. */
function matcher(wanted: Term): (item: Term, at: number, items: readonly Term[]) => boolean {
  let unclear: Beyond | undefined;
  return (item, at, items) => {
    try {
      if (isEqual(item, wanted)) return true;
    } catch (error) {
      if (!(error instanceof Beyond)) throw error;
      unclear ??= error;
    }
    if (at === items.length - 1 && unclear !== undefined) throw unclear;
    return false;
  };
}

/** Refuses items that may turn out equal or not. */
function refuseUnclear(items: readonly Term[]): void {
  for (const item of items) {
    const cause = causeOf(item);
    if (cause !== undefined && !isIdentity(item) && items.length > 1) throw new Beyond(cause);
  }
}

function decided(given: readonly Term[], decisive: boolean): Term {
  arity(given, 1, 1);
  const items = sequenceArgument(given, 0, 'sets').items.map((item) => convert(item, 'bool'));
  if (items.some((item) => item.kind === 'known' && item.value === decisive)) return scalar(decisive);
  const cause = items.map(causeOf).find((found) => found !== undefined);
  if (cause !== undefined) throw new Beyond(cause);
  // Null is not true.
  return scalar(decisive ? false : items.every((item) => !isNull(item)));
}

function coalesce(given: readonly Term[]): Term {
  arity(given, 1);
  const values = unified(given);
  for (const value of values) {
    if (isNull(value) || (value.kind === 'known' && value.value === '')) continue;
    if (value.kind === 'list' || value.kind === 'object' || value.kind === 'instance' || isIdentity(value))
      return value;
    settled(value);
    return value;
  }
  throw new Fault('every argument is null or empty');
}

/** `element`: the place counts on from the start again, so that the length must be known. */
function element(term: Term, place: Term, scope: Scope): Term {
  if (term.kind !== 'list') {
    if (term.kind === 'ref' && place.kind === 'known' && place.value === 0)
      return indexOf(term, place, scope);
    throw new Beyond(causeOf(term));
  }
  if (term.shape === 'set') throw new Fault('the items of a set have no place');
  if (term.items.length === 0) throw new Fault('an empty list has no element');
  const position = convert(place, 'number');
  const cause = causeOf(position);
  if (cause !== undefined) return choiceOf(term.items, cause);
  // A negative place counts from the end; before Terraform 1.12 it is an error.
  const { length: count } = term.items;
  return pick(term, ((wholeArgument([position], 0) % count) + count) % count);
}

function slice(term: Term, start: number, end: number, scope: Scope): Term {
  if (term.kind === 'ref') {
    if (start < 0 || end < start || end - start > 1000) throw new Beyond(causeOf(term));
    // Terraform refuses a slice past the end, so that these items are there.
    return listOf(Array.from({ length: end - start }, (_, at) => indexOf(term, scalar(start + at), scope)));
  }
  const sequence = sequenceArgument([term], 0, 'no sets');
  if (start < 0 || end < start || end > sequence.items.length) throw new Fault('no such part of the list');
  const { shape } = sequence;
  return { kind: 'list', shape, items: itemsInOrder(sequence).slice(start, end) };
}

function length(term: Term): Term {
  switch (term.kind) {
    case 'list':
      if (!isCountable(term)) throw new Beyond(causeOf(term));
      return scalar(term.items.length);
    case 'object':
      if (term.origin !== undefined && term.shape === 'attribute') throw new Beyond();
      return scalar(term.entries.size);
    case 'known':
      if (typeof term.value === 'string') return scalar(lengthOfText(term.value));
      throw new Fault('there is nothing to count');
    default:
      throw new Beyond(causeOf(term));
  }
}

function lookup(mapping: Mapping, key: Term, fallback: Term | undefined, scope: Scope): Term {
  const name = convert(key, 'string');
  if (name.kind !== 'known') {
    const possible = [...mapping.entries.values(), ...(fallback === undefined ? [] : [fallback])];
    if (mapping.origin !== undefined) throw new Beyond(causeOf(name));
    return choiceOf(possible, causeOf(name) ?? '');
  }
  const entry = mapping.entries.get(String(name.value));
  if (mapping.shape === 'map' && fallback !== undefined) {
    const type = unify([...mapping.entries.values()].map(typeOf));
    const converted = convert(fallback, type ?? 'any');
    return entry ?? converted;
  }
  if (entry !== undefined) return entry;
  if (mapping.origin !== undefined) return indexOf(mapping, name, scope);
  if (fallback === undefined) throw new Fault('there is no such key');
  return fallback;
}

function matchKeys(given: readonly Term[]): Term {
  arity(given, 3, 3);
  const [values, keys, wanted] = [0, 1, 2].map((place) => asList(required(given, place)));
  const type = unify([...keys!.items, ...wanted!.items].map(typeOf));
  if (type === undefined) throw new Fault('keys of one type are required');
  if (values!.items.length !== keys!.items.length) throw new Fault('as many keys as values are required');
  const searched = wanted!.items.map((item) => convert(item, type));
  const kept = itemsInOrder(values!).filter((_, at) =>
    searched.some(matcher(convert(itemsInOrder(keys!)[at]!, type))),
  );
  return listOf(kept);
}

function merge(given: readonly Term[]): Term {
  const mappings = given.flatMap((term) => (isNull(term) ? [] : [mappingArgument([term], 0)]));
  const entries = new Map(mappings.flatMap((mapping) => [...mapping.entries]));
  if (mappings.length > 0 && mappings.every(({ shape }) => shape === 'map')) {
    const values = unified([...entries.values()]);
    return mapOf([...entries.keys()].map((name, at) => [name, values[at]!]));
  }
  return objectOf(entries);
}

function flatten(sequence: Sequence): Term {
  const items: Term[] = [];
  let unordered = sequence.unordered === true;
  let cause: string | undefined;
  const gather = (term: Term): void => {
    if (term.kind === 'list') {
      unordered ||= term.unordered === true || (term.shape === 'attribute' && term.items.length > 1);
      term.items.forEach(gather);
      return;
    }
    // An unknown may be a list of any length; a ref to an id is one value.
    if (causeOf(term) !== undefined && !isSingle(term)) cause ??= causeOf(term);
    items.push(term);
  };
  gather(sequence);
  if (cause !== undefined) return missing(cause);
  return unordered && items.length > 1 ? { ...tuple(items), unordered: true } : tuple(items);
}

/** Whether a term that is not known is one value and no list. */
function isSingle(term: Term): boolean {
  if (term.kind === 'unknown') return term.parts !== undefined;
  if (term.kind === 'one-of')
    return term.options.every((option) => causeOf(option) === undefined || isSingle(option));
  return term.kind === 'object' || term.kind === 'instance' || isIdentity(term);
}

function sets(
  given: readonly Term[],
  combine: (first: readonly Term[], others: readonly (readonly Term[])[]) => readonly Term[],
): Term {
  arity(given, 1);
  const all = given.map((_, place) => asSet(required(given, place)));
  const type = unify(all.flatMap(({ items }) => items.map(typeOf)));
  if (type === undefined) throw new Fault('sets of one type are required');
  const [first, ...others] = all.map(({ items }) => items.map((item) => convert(item, type)));
  return setOf(combine(first!, others));
}

function setProduct(given: readonly Term[]): Term {
  arity(given, 2);
  const sequences = given.map((_, place) => asSequence(required(given, place)));
  const rows = sequences.map((sequence) => itemsInOrder(sequence));
  const count = rows.reduce((product, row) => product * row.length, 1);
  if (count > 100_000) throw new Beyond();
  const products = rows.reduce<Term[][]>(
    (made, row) => made.flatMap((start) => row.map((item) => [...start, item])),
    [[]],
  );
  const items = count === 0 ? [] : products.map(tuple);
  if (sequences.some(({ shape }) => shape !== 'set')) return listOf(unified(items));
  // A set of tuples has an order of its own in Terraform.
  return setOf(itemsOf(listOf(items)));
}
