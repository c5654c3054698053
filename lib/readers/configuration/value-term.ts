import { numberTerm, readNumber } from '../expressions/number';
import { missing, objectOf, ref, scalar, stepText, tuple, type Ref, type Term } from '../expressions/term';
import { parseAddress } from '../terraform-address';
import type { Value } from '../../topology/value';

/**
 * The term of a value that a resource states, for expressions that refer to it. `origin` is where it is stated:
 * what is not stated there, the provider may add.
 */
export function termOfAttribute(value: Value, origin: Ref): Term {
  const inside = (step: string): Ref => ({ ...origin, attribute: `${origin.attribute}${step}` });
  switch (value.kind) {
    case 'known':
      return { ...value, from: value.from ?? origin };
    case 'ref':
      return value.attribute === '' ? { kind: 'instance', address: value.address } : value;
    case 'unknown':
      return value.parts === undefined ? missing(value.key) : { ...missing(value.key), parts: value.parts };
    case 'one-of': {
      const options = value.options.map((option) => termOfAttribute(option, origin));
      return { kind: 'one-of', options, key: value.key ?? '' };
    }
    case 'list': {
      const items = value.items.map((item, at) => termOfAttribute(item, inside(`[${at}]`)));
      return { kind: 'list', shape: 'attribute', items, origin };
    }
    case 'object': {
      const entries = [...value.entries].map(
        ([name, entry]) => [name, termOfAttribute(entry, inside(stepText(name)))] as const,
      );
      return { ...objectOf(entries), shape: 'attribute', origin };
    }
  }
}

/**
 * The term of plain JSON, as an assumption or a plan states it. `textTerm` reads the strings: a plan's are
 * plain text, an assumption's may be references.
 */
export function termOfJson(value: unknown, textTerm: (text: string) => Term = scalar): Term {
  if (Array.isArray(value)) return tuple(value.map((item) => termOfJson(item, textTerm)));
  if (typeof value === 'object' && value !== null) {
    return objectOf(Object.entries(value).map(([name, entry]) => [name, termOfJson(entry, textTerm)]));
  }
  if (typeof value === 'string') return textTerm(value.normalize());
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value)) return scalar(value);
    const number = readNumber(String(value));
    return number === undefined ? missing('') : numberTerm(number);
  }
  return scalar(typeof value === 'boolean' ? value : null);
}

/** The term of an assumed value. A text may say which resource is meant: `${aws_subnet.public[0].id}`. */
export function termOfAssumption(value: unknown): Term {
  return termOfJson(value, (text) => {
    const address = parseAddress(/^\$\{(.*)\}$/s.exec(text)?.[1] ?? '');
    if (address === undefined || !address.instance.includes('.')) return scalar(text);
    return ref(address.instance, address.attribute);
  });
}
