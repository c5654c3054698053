import { Beyond, Fault } from '../fault';
import { causeOf, compareText, listOf, objectOf, scalar, tuple, type Term } from '../term';
import { convert, isCountable } from '../type';
import { formatText } from './format';
import { portableRegex } from './regex';
import {
  arity,
  asList,
  itemsInOrder,
  required,
  settled,
  textArgument,
  wholeArgument,
  type TerraformFunction,
} from './signature';

/** @see https://developer.hashicorp.com/terraform/language/functions, "String Functions" */
export const textFunctions: Readonly<Record<string, TerraformFunction>> = {
  chomp: texts(1, (text) => text.replace(/[\r\n]+$/, '')),
  endswith: texts(2, (text, end) => text.endsWith(end)),
  format: (given) => {
    arity(given, 1);
    return scalar(formatText(textArgument(given, 0), given.slice(1)));
  },
  formatlist: (given) => formatList(given),
  indent: (given) => {
    arity(given, 2, 2);
    const blanks = ' '.repeat(Math.max(0, wholeArgument(given, 0)));
    return scalar(textArgument(given, 1).replaceAll('\n', `\n${blanks}`));
  },
  join: (given) => {
    arity(given, 2);
    const separator = textArgument(given, 0);
    const items = given.slice(1).flatMap((_, place) => textsIn(required(given, place + 1)));
    return scalar(items.join(separator).normalize());
  },
  lower: texts(1, (text) => eachCharacter(text, (character) => character.toLowerCase())),
  regex: (given) => {
    arity(given, 2, 2);
    const match = portableRegex(textArgument(given, 0), textArgument(given, 1), '').exec(
      textArgument(given, 1),
    );
    if (match === null) throw new Fault('no match');
    return matchTerm(match);
  },
  regexall: (given) => {
    arity(given, 2, 2);
    const matches = textArgument(given, 1).matchAll(
      portableRegex(textArgument(given, 0), textArgument(given, 1), 'g'),
    );
    return listOf([...matches].map(matchTerm));
  },
  replace: texts(3, (text, wanted, replacement) => replace(text, wanted, replacement)),
  split: (given) => {
    arity(given, 2, 2);
    const [separator, text] = [textArgument(given, 0), textArgument(given, 1)];
    const parts = separator === '' ? [...text] : text.split(separator);
    return listOf(parts.map(scalar));
  },
  startswith: texts(2, (text, start) => text.startsWith(start)),
  strcontains: texts(2, (text, part) => text.includes(part)),
  strrev: texts(1, (text) => graphemes(text).reverse().join('').normalize()),
  substr: (given) => {
    arity(given, 3, 3);
    return scalar(substring(textArgument(given, 0), wholeArgument(given, 1), wholeArgument(given, 2)));
  },
  title: texts(1, (text) => title(text)),
  trim: texts(2, (text, unwanted) => trim(text, unwanted)),
  trimprefix: texts(2, (text, start) => (text.startsWith(start) ? text.slice(start.length) : text)),
  trimspace: texts(1, (text) => text.replace(outerSpace, '')),
  trimsuffix: texts(2, (text, end) => (end !== '' && text.endsWith(end) ? text.slice(0, -end.length) : text)),
  upper: texts(1, (text) => eachCharacter(text, (character) => character.toUpperCase())),
};

/** A function of so many texts. */
function texts(count: number, action: (...given: string[]) => string | boolean): TerraformFunction {
  return (given) => {
    arity(given, count, count);
    const made = action(...given.map((_, place) => textArgument(given, place)));
    return scalar(typeof made === 'string' ? made.normalize() : made);
  };
}

/** Number of characters as people count them, which is how Terraform counts. */
export const lengthOfText = (text: string): number =>
  isAscii(text) && !text.includes('\r') ? text.length : graphemes(text).length;

const isAscii = (text: string): boolean => /^[\u0000-\u007f]*$/.test(text);

function graphemes(text: string): string[] {
  if (isAscii(text) && !text.includes('\r')) return [...text];
  return [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)].map(
    ({ segment }) => segment,
  );
}

/** Go maps each character to one; where JavaScript's mapping makes several of one, the result is not ours to tell. */
function eachCharacter(text: string, map: (character: string) => string): string {
  return [...text]
    .map((character) => {
      const mapped = map(character);
      if ([...mapped].length === 1) return mapped;
      if (/^[\u00df\u0149]$/.test(character)) return character;
      throw new Beyond();
    })
    .join('');
}

/** What Go's unicode.IsSpace holds for white space, at both ends. */
const outerSpace =
  /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+|[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/g;

function trim(text: string, unwanted: string): string {
  const characters = [...text];
  const set = new Set(unwanted);
  let [start, end] = [0, characters.length];
  while (start < end && set.has(characters[start]!)) start++;
  while (end > start && set.has(characters[end - 1]!)) end--;
  return characters.slice(start, end).join('');
}

/** A letter is raised when what stands before it is neither letter, digit nor underscore. */
function title(text: string): string {
  let before = ' ';
  return [...text]
    .map((character) => {
      const raised = /[\p{L}\p{N}_]/u.test(before)
        ? character
        : eachCharacter(character, (c) => c.toUpperCase());
      before = character;
      return raised;
    })
    .join('');
}

function substring(text: string, offset: number, length: number): string {
  if (offset >= 0 && length === 0) return '';
  const characters = graphemes(text);
  const start = offset < 0 ? Math.max(0, characters.length + offset) : offset;
  // From the end, Terraform takes a length of 0 for everything that follows.
  return characters.slice(start, length <= 0 ? undefined : start + length).join('');
}

/** A text between slashes is a regular expression. */
function replace(text: string, wanted: string, replacement: string): string {
  if (wanted.length > 1 && wanted.startsWith('/') && wanted.endsWith('/')) {
    const pattern = portableRegex(wanted.slice(1, -1), text, 'g');
    return text.replace(pattern, (...match: unknown[]) => expanded(replacement, match));
  }
  if (wanted === '') {
    const characters = [...text];
    return [replacement, ...characters.flatMap((character) => [character, replacement])].join('');
  }
  return text.split(wanted).join(replacement);
}

/** `$1`, `${1}`, `$name` in a replacement, as Go reads them: the longest name, and nothing for an unknown one. */
function expanded(replacement: string, match: readonly unknown[]): string {
  const last = match.at(-1);
  const named = typeof last === 'object' && last !== null ? (last as Readonly<Record<string, unknown>>) : {};
  const numbered = match.slice(
    0,
    match.findIndex((part) => typeof part === 'number'),
  );
  return replacement.replace(/\$(?:\$|(\w+)|\{(\w+)\})/g, (_, bare?: string, braced?: string) => {
    const name = bare ?? braced;
    if (name === undefined) return '$';
    const group = /^\d+$/.test(name) ? numbered[Number(name)] : named[name];
    return typeof group === 'string' ? group : '';
  });
}

function matchTerm(match: RegExpMatchArray): Term {
  const groups = match.slice(1).map((group) => scalar(group ?? null));
  if (match.groups !== undefined) {
    return objectOf(Object.entries(match.groups).map(([name, group]) => [name, scalar(group ?? null)]));
  }
  return groups.length === 0 ? scalar(match[0]) : tuple(groups);
}

function textsIn(term: Term): string[] {
  const list = asList(term);
  if (!isCountable(list)) throw new Beyond(causeOf(list));
  const items = itemsInOrder(list);
  return items.map((_, place) => textArgument(items, place));
}

function formatList(given: readonly Term[]): Term {
  arity(given, 1);
  const format = textArgument(given, 0);
  const rows = given.slice(1).map((term) => {
    settled(term);
    return term.kind === 'list' ? itemsInOrder(asList(term)) : undefined;
  });
  const lengths = new Set(rows.flatMap((row) => (row === undefined ? [] : [row.length])));
  if (lengths.size > 1) throw new Fault('lists of different lengths');
  const [length = 1] = lengths;
  return listOf(
    Array.from({ length }, (_, at) =>
      scalar(
        formatText(
          format,
          given.slice(1).map((term, n) => rows[n]?.[at] ?? term),
        ),
      ),
    ),
  );
}

/** Texts in Terraform's order, by code point. */
export function sortTexts(terms: readonly Term[]): Term {
  const items = terms.map((term) => textArgument([convert(term, 'string')], 0));
  return listOf(items.sort(compareText).map(scalar));
}
