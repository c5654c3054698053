import { Beyond, Fault } from '../fault';
import {
  add,
  ceil,
  compareNumbers,
  fractionOf,
  floor,
  integer,
  negate,
  numberTerm,
  wholeNumber,
  type Fraction,
} from '../number';
import { scalar, type Term } from '../term';
import { convert } from '../type';
import {
  arity,
  itemsInOrder,
  numberArgument,
  required,
  sequenceArgument,
  settled,
  textArgument,
  wholeArgument,
  type TerraformFunction,
} from './signature';

/** @see https://developer.hashicorp.com/terraform/language/functions, "Numeric Functions" */
export const numericFunctions: Readonly<Record<string, TerraformFunction>> = {
  abs: one((value) => (value.numerator < 0n ? negate(value) : value)),
  ceil: one((value) => integer(ceil(value))),
  floor: one((value) => integer(floor(value))),
  signum: one((value) => {
    wholeNumber(value);
    return integer(value.numerator < 0n ? -1n : value.numerator > 0n ? 1n : 0n);
  }),
  max: (given) => extreme(given, 1),
  min: (given) => extreme(given, -1),
  sum: (given) => {
    arity(given, 1, 1);
    const items = sequenceArgument(given, 0, 'sets').items;
    if (items.length === 0) throw new Fault('sum of nothing');
    return numberTerm(items.map((_, place) => numberArgument(items, place)).reduce(add));
  },
  parseint: (given) => {
    arity(given, 2, 2);
    if (required(given, 0).kind === 'known' && typeof (given[0] as { value: unknown }).value !== 'string') {
      throw new Fault('a string is required');
    }
    return parseInteger(textArgument(given, 0), wholeArgument(given, 1));
  },
  pow: (given) => {
    arity(given, 2, 2);
    return floating(numberArgument(given, 0), numberArgument(given, 1), Math.pow);
  },
  log: (given) => {
    arity(given, 2, 2);
    return floating(
      numberArgument(given, 0),
      numberArgument(given, 1),
      (n, base) => Math.log(n) / Math.log(base),
    );
  },
  range: (given) => {
    arity(given, 1, 3);
    return range(given);
  },
};

function one(count: (value: Fraction) => Fraction): TerraformFunction {
  return (given) => {
    arity(given, 1, 1);
    return numberTerm(count(numberArgument(given, 0)));
  };
}

function extreme(given: readonly Term[], sign: 1 | -1): Term {
  arity(given, 1);
  const values = given.map((_, place) => numberArgument(given, place));
  return numberTerm(values.reduce((best, value) => (compareNumbers(value, best) * sign > 0 ? value : best)));
}

/**
 * What Terraform counts in floating point. The last digit differs between machines, so only results that are
 * whole numbers, and clearly so, are taken.
 */
function floating(left: Fraction, right: Fraction, count: (left: number, right: number) => number): Term {
  const [a, b] = [left, right].map((value) => Number(value.numerator) / Number(value.denominator));
  const result = count(a!, b!);
  if (!Number.isSafeInteger(result) || Object.is(result, -0)) throw new Beyond();
  return scalar(result);
}

function range(given: readonly Term[]): Term {
  const values = given.map((_, place) => numberArgument(given, place));
  const start = values.length === 1 ? integer(0n) : values[0]!;
  const end = values.length === 1 ? values[0]! : values[1]!;
  const up = compareNumbers(start, end) <= 0;
  const step = values[2] ?? integer(up ? 1n : -1n);
  if (compareNumbers(start, end) === 0) return { kind: 'list', shape: 'list', items: [] };
  if (step.numerator === 0n) throw new Fault('a step of zero');
  if (step.numerator > 0n !== up) throw new Fault('a step the wrong way');
  const items: Term[] = [];
  for (let at = start; compareNumbers(at, end) * (up ? 1 : -1) < 0; at = add(at, step)) {
    if (items.length === 1024) throw new Fault('more than 1024 values');
    items.push(numberTerm(at));
  }
  return { kind: 'list', shape: 'list', items };
}

const digits = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

function parseInteger(text: string, base: number): Term {
  if (base < 2 || base > 62) throw new Fault('a base from 2 to 62 is required');
  const [, sign, figures = ''] = /^([+-]?)([0-9a-zA-Z]+)$/.exec(text) ?? [];
  if (figures === '') throw new Fault('no integer');
  let value = 0n;
  for (const figure of figures) {
    // Up to base 36 both cases mean the same.
    const digit = digits.indexOf(base <= 36 ? figure.toLowerCase() : figure);
    if (digit >= base) throw new Fault('no integer of this base');
    value = value * BigInt(base) + BigInt(digit);
  }
  return numberTerm(integer(sign === '-' ? -value : value));
}

/** The numbers of a list in order, for functions that take lists of numbers. */
export function numbersIn(term: Term): Fraction[] {
  if (term.kind !== 'list') throw new Fault('a list is required');
  return itemsInOrder(term).map((item) => fractionOf(settled(convert(item, 'number')))!);
}
