import { Beyond, Fault } from '../fault';
import { fractionOf, numberText, wholeNumber, type Fraction } from '../number';
import { isNull, type Term } from '../term';
import { convert } from '../type';
import { jsonText } from './json-text';
import { settled } from './signature';

/**
 * `format`: verbs %s %d %q %v %t %f %x %X %b %o %% with flags, width, precision and argument numbers. Others are
 * beyond us.
 * @see https://developer.hashicorp.com/terraform/language/functions/format
 */
export function formatText(format: string, given: readonly Term[]): string {
  let next = 0;
  let used = 0;
  const text = format.replace(
    verb,
    (_, flags: string, width: string, dot: string, number: string, letter: string) => {
      if (letter === '%') return '%';
      const place = number === '' ? next : Number(number.slice(1, -1)) - 1;
      const argument = given[place];
      if (argument === undefined) throw new Fault('an argument for every verb is required');
      next = place + 1;
      used = Math.max(used, next);
      const precision = dot === '' ? undefined : Number(dot.slice(1));
      return padded(verbText(letter, settled(argument), flags, precision), flags, Number(width), letter);
    },
  );
  if (/%/.test(format.replace(verb, ''))) throw new Beyond();
  if (used < given.length) throw new Fault('a verb for every argument is required');
  return text.normalize();
}

const verb = /%([-+ 0#]*)(\d*)(\.\d*|)(\[\d+\]|)([a-zA-Z%])/g;

function verbText(letter: string, argument: Term, flags: string, precision: number | undefined): string {
  if (flags.includes('#')) throw new Beyond();
  if (letter !== 'v' && isNull(argument)) throw new Fault('null is no value for a verb');
  switch (letter) {
    case 's':
      return shortened(textOf(argument), precision);
    case 'q':
      return jsonText(convert(argument, 'string')).replace(/\\u00(3c|3e|26)/g, (_, code: string) =>
        String.fromCharCode(parseInt(code, 16)),
      );
    case 'v':
      return shortened(
        isScalar(argument) && !isNull(argument) ? textOf(argument) : jsonText(argument),
        precision,
      );
    case 't':
      return textOf(convert(argument, 'bool'));
    case 'd':
      return signed(wholeNumber(numberOf(argument)).toString(), flags);
    case 'b':
      return signed(wholeNumber(numberOf(argument)).toString(2), flags);
    case 'o':
      return signed(wholeNumber(numberOf(argument)).toString(8), flags);
    case 'x':
      return signed(wholeNumber(numberOf(argument)).toString(16), flags);
    case 'X':
      return signed(wholeNumber(numberOf(argument)).toString(16).toUpperCase(), flags);
    case 'f':
      return signed(fixed(numberOf(argument), precision ?? 6), flags);
    default:
      throw new Beyond();
  }
}

const isScalar = (term: Term): boolean => term.kind === 'known' || term.kind === 'number';

function textOf(term: Term): string {
  const text = convert(term, 'string');
  if (text.kind !== 'known') throw new Fault('a string is required');
  return String(text.value);
}

function numberOf(term: Term): Fraction {
  const fraction = fractionOf(convert(term, 'number'));
  if (fraction === undefined) throw new Fault('a number is required');
  numberText(fraction);
  return fraction;
}

function signed(text: string, flags: string): string {
  if (text.startsWith('-')) return text;
  return flags.includes('+') ? `+${text}` : flags.includes(' ') ? ` ${text}` : text;
}

/** So many digits after the point, rounded half to even as the exact decimal says. */
function fixed({ numerator, denominator }: Fraction, precision: number): string {
  const scaled = (numerator < 0n ? -numerator : numerator) * 10n ** BigInt(precision);
  const [whole, rest] = [scaled / denominator, (scaled % denominator) * 2n];
  const up = rest > denominator || (rest === denominator && whole % 2n === 1n);
  const digits = String(up ? whole + 1n : whole).padStart(precision + 1, '0');
  const sign = numerator < 0n ? '-' : '';
  return precision === 0
    ? sign + digits
    : `${sign}${digits.slice(0, -precision)}.${digits.slice(-precision)}`;
}

const shortened = (text: string, precision: number | undefined): string =>
  precision === undefined ? text : [...text].slice(0, precision).join('');

function padded(text: string, flags: string, width: number, letter: string): string {
  const missing = width - [...text].length;
  if (missing <= 0 || letter === 't') return text;
  if (flags.includes('-')) return text + ' '.repeat(missing);
  if (!flags.includes('0')) return ' '.repeat(missing) + text;
  const [, sign = '', digits = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  return 'sqv'.includes(letter) ? '0'.repeat(missing) + text : sign + '0'.repeat(missing) + digits;
}
