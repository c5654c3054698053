import { choiceOf, forEachOption } from './choice';
import { Beyond, Fault } from './fault';
import { wholeNumber } from './number';
import type { Scope } from './scope';
import { causeOf, isNull, scalar, stepText, type Mapping, type Ref, type Sequence, type Term } from './term';
import { convert } from './type';

/** `of.name` */
export function attributeOf(of: Term, name: string, scope: Scope): Term {
  return forEachOption([of], ([given]) => {
    const term = given!;
    switch (term.kind) {
      case 'object':
        return entryOf(term, name, scope);
      case 'instance':
        return scope.attribute(term, name);
      case 'ref':
        return further(term, stepText(name), scope);
      case 'unknown':
        throw new Beyond(term.key);
      default:
        throw new Fault(`there is no attribute "${name}"`);
    }
  });
}

/** `of[index]` */
export function indexOf(of: Term, index: Term, scope: Scope): Term {
  return forEachOption([of, index], ([given, givenKey]) => {
    const [term, key] = [given!, givenKey!];
    switch (term.kind) {
      case 'list':
        return itemAt(term, key);
      case 'object':
        return entryAt(term, key, scope);
      case 'instance':
        return scope.attribute(term, keyText(key));
      case 'ref': {
        if (key.kind !== 'known' || key.value === null) throw new Beyond(causeOf(key));
        return further(term, stepText(typeof key.value === 'number' ? key.value : String(key.value)), scope);
      }
      case 'unknown':
        if ('instance' in term) return { kind: 'instance', address: term.instance };
        throw new Beyond(term.key);
      default:
        throw new Fault('there is nothing to index');
    }
  });
}

function itemAt(sequence: Sequence, key: Term): Term {
  if (sequence.shape === 'set') throw new Fault('the items of a set have no index');
  const index = convert(key, 'number');
  const cause = causeOf(index);
  if (cause !== undefined) return choiceOf(sequence.items, cause);
  return pick(sequence, positionIn(index));
}

/** The item at a place; one of all where their order is not known. */
export function pick(sequence: Sequence, position: number): Term {
  const item = sequence.items[position];
  if (item === undefined) throw new Fault(`there is no item ${position}`);
  return sequence.unordered === true ? choiceOf(sequence.items, causeOf(sequence) ?? '') : item;
}

/** A whole number that may stand for a place in a list; -1 for one that cannot. */
export function positionIn(term: Term): number {
  if (isNull(term)) throw new Fault('null is no index');
  const value = term.kind === 'known' && typeof term.value === 'number' ? term.value : undefined;
  if (value === undefined) {
    if (term.kind === 'number') wholeNumber(term);
    return -1;
  }
  if (!Number.isInteger(value)) throw new Fault('a whole number is required');
  return value;
}

function entryAt(mapping: Mapping, key: Term, scope: Scope): Term {
  // A single block stands as one object in JSON, while expressions speak of a list of blocks.
  if (mapping.shape === 'attribute' && key.kind === 'known' && key.value === 0) return mapping;
  const name = convert(key, 'string');
  if (name.kind === 'known' && typeof name.value === 'string') return entryOf(mapping, name.value, scope);
  const cause = causeOf(name);
  if (cause === undefined) throw new Fault('null is no key');
  if (mapping.origin !== undefined) throw new Beyond(cause);
  return choiceOf([...mapping.entries.values()], cause);
}

function entryOf(mapping: Mapping, name: string, scope: Scope): Term {
  const entry = mapping.entries.get(name);
  if (entry !== undefined && !(mapping.origin !== undefined && isNull(entry))) return entry;
  if (mapping.origin === undefined) throw new Fault(`there is no attribute "${name}"`);
  return further(mapping.origin, stepText(name), scope);
}

const further = ({ address, attribute }: Ref, step: string, scope: Scope): Term =>
  scope.ref(address, attribute === '' ? step.replace(/^\./, '') : `${attribute}${step}`);

/** The text of a key of an object: strings, numbers and booleans may be keys. */
export function keyText(term: Term): string {
  const text = convert(term, 'string');
  if (text.kind === 'known' && typeof text.value === 'string') return text.value;
  const cause = causeOf(text);
  if (cause === undefined) throw new Fault('null is no key');
  throw new Beyond(cause);
}

export const isTrue = (term: Term): boolean | undefined => {
  const flag = convert(term, 'bool');
  if (flag.kind === 'known' && typeof flag.value === 'boolean') return flag.value;
  if (causeOf(flag) === undefined) throw new Fault('true or false is required');
  return undefined;
};

export const truth = (value: boolean): Term => scalar(value);
