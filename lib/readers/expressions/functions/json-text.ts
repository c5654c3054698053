import { Fault } from '../fault';
import { fractionOf, numberTerm, numberText, readNumber } from '../number';
import { compareText, objectOf, scalar, tuple, type Term } from '../term';
import { Beyond } from '../fault';

/** `jsonencode`: members in the order of their names, and `<`, `>` and `&` escaped, as Go writes JSON. */
export function jsonText(term: Term): string {
  switch (term.kind) {
    case 'known':
      if (typeof term.value === 'number') return numberText(fractionOf(term)!);
      return term.value === null || typeof term.value === 'boolean' ? String(term.value) : quoted(term.value);
    case 'number':
      return numberText(term);
    case 'list':
      if (term.unordered === true) throw new Beyond();
      return `[${term.items.map(jsonText).join()}]`;
    case 'object':
      return `{${[...term.entries]
        .sort(([one], [other]) => compareText(one, other))
        .map(([name, entry]) => `${quoted(name)}:${jsonText(entry)}`)
        .join()}}`;
    default:
      throw new Beyond();
  }
}

function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[<>&\u2028\u2029]|\\[bf]/g,
    (character) =>
      `\\u${(character === '\\b' ? 8 : character === '\\f' ? 12 : character.charCodeAt(0)).toString(16).padStart(4, '0')}`,
  );
}

/** `jsondecode`: arrays are tuples and objects objects. A number keeps all its digits. */
export function termOfJson(text: string): Term {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Fault('no JSON');
  }
  if (/[\d.]{16}/.test(text)) throw new Beyond();
  return termOfPlain(value);
}

/** The term that a plain JavaScript value is, as JSON.parse gives it. */
export function termOfPlain(value: unknown): Term {
  if (Array.isArray(value)) return tuple(value.map(termOfPlain));
  if (typeof value === 'object' && value !== null) {
    return objectOf(Object.entries(value).map(([name, entry]) => [name, termOfPlain(entry)]));
  }
  if (typeof value === 'number') return numberTerm(readNumber(String(value)) ?? beyond());
  if (typeof value === 'string') return scalar(value.normalize());
  return scalar(typeof value === 'boolean' ? value : null);
}

function beyond(): never {
  throw new Beyond();
}
