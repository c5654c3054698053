import { Beyond, Fault } from './fault';
import { scalar, type BigNumber, type Term } from './term';

/** An exact fraction in lowest terms, its denominator positive. */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
  /** Terraform counts with 512 bits and had to round: its number is this one but for the last digits. */
  readonly rounded: boolean;
}

/** The number that a text states, as Terraform reads it: decimal, with an exponent perhaps. */
export function readNumber(text: string): Fraction | undefined {
  const [, sign, whole = '', decimals = '', exponent = '0'] =
    /^([+-]?)(?=\.?\d)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/.exec(text) ?? [];
  if (sign === undefined) return undefined;
  const shift = Number(exponent) - decimals.length;
  if (Math.abs(shift) > 400) throw new Beyond();
  const digits = BigInt(whole + decimals || '0') * (sign === '-' ? -1n : 1n);
  const scale = 10n ** BigInt(Math.abs(shift));
  return shift < 0 ? fraction(digits, scale) : fraction(digits * scale, 1n);
}

/** The fraction that a known number or a {@link BigNumber} is. */
export function fractionOf(term: Term): Fraction | undefined {
  if (term.kind === 'number') return term;
  if (term.kind !== 'known' || typeof term.value !== 'number') return undefined;
  return Number.isSafeInteger(term.value) ? integer(BigInt(term.value)) : readNumber(String(term.value));
}

/** The term of a fraction: a plain number where JavaScript holds it exactly or as the same short decimal. */
export function numberTerm(value: Fraction): Term {
  if (value.rounded) return { kind: 'number', ...value };
  if (value.denominator === 1n && isSafe(value.numerator)) return scalar(Number(value.numerator));
  if (bitLength(value.numerator) > 500) throw new Beyond();
  const text = decimalText(value);
  if (value.denominator !== 1n && text !== undefined && text.replace(/\D/g, '').length <= 15) {
    return scalar(Number(text));
  }
  return { kind: 'number', ...value } satisfies BigNumber;
}

export const integer = (value: bigint): Fraction => ({ numerator: value, denominator: 1n, rounded: false });

/** How Terraform prints a number: never with an exponent. What it had to round is beyond us. */
export function numberText(value: Fraction): string {
  const text = value.rounded ? undefined : decimalText(value);
  if (text === undefined) throw new Beyond();
  return text;
}

export function add(left: Fraction, right: Fraction): Fraction {
  const numerator = left.numerator * right.denominator + right.numerator * left.denominator;
  return counted(numerator, left.denominator * right.denominator, left, right);
}

/** The opposite. Terraform knows a negative zero and prints it so, which is beyond us. */
export function negate(value: Fraction): Fraction {
  if (value.numerator === 0n) throw new Beyond();
  return { ...value, numerator: -value.numerator };
}

export function subtract(left: Fraction, right: Fraction): Fraction {
  return right.numerator === 0n ? left : add(left, negate(right));
}

export function multiply(left: Fraction, right: Fraction): Fraction {
  const product = counted(
    left.numerator * right.numerator,
    left.denominator * right.denominator,
    left,
    right,
  );
  refuseNegativeZero(product, left, right);
  return product;
}

export function divide(left: Fraction, right: Fraction): Fraction {
  // Terraform divides by zero to infinity, which no attribute takes.
  if (right.numerator === 0n) throw new Beyond();
  const quotient = counted(
    left.numerator * right.denominator,
    left.denominator * right.numerator,
    left,
    right,
  );
  refuseNegativeZero(quotient, left, right);
  return quotient;
}

function refuseNegativeZero(result: Fraction, left: Fraction, right: Fraction): void {
  if (result.numerator === 0n && (left.numerator < 0n || right.numerator < 0n)) throw new Beyond();
}

/** The remainder as Terraform takes it: with the sign of the dividend, and the dividend itself for zero. */
export function remainder(left: Fraction, right: Fraction): Fraction {
  if (right.numerator === 0n) return left;
  const whole = truncated(divide(left, right));
  const rest = whole === 0n ? left : subtract(left, multiply(right, integer(whole)));
  if (rest.numerator === 0n && left.numerator < 0n) throw new Beyond();
  return rest;
}

/** Negative, 0 or positive. Numbers that differ by less than Terraform's rounding are beyond us. */
export function compareNumbers(left: Fraction, right: Fraction): number {
  const difference = left.numerator * right.denominator - right.numerator * left.denominator;
  if ((left.rounded || right.rounded) && isTiny(difference, left, right)) throw new Beyond();
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The largest integer that is not above. */
export function floor(value: Fraction): bigint {
  const down = truncated(value);
  const below = value.numerator < 0n && down * value.denominator !== value.numerator ? down - 1n : down;
  if (value.rounded) {
    // Beside an integer, the digits that Terraform rounded decide which one it is.
    compareNumbers(value, integer(below));
    compareNumbers(value, integer(below + 1n));
  }
  return below;
}

/** The smallest integer that is not below. */
export function ceil(value: Fraction): bigint {
  const below = floor(value);
  return value.denominator === 1n ? below : below + 1n;
}

/** The integer, or a fault: what Terraform says of an index or a count with a fraction. */
export function wholeNumber(value: Fraction): bigint {
  if (value.denominator !== 1n) throw new Fault('a whole number is required');
  return value.numerator;
}

export function fraction(numerator: bigint, denominator: bigint, rounded = false): Fraction {
  const divisor = commonDivisor(numerator, denominator) * (denominator < 0n ? -1n : 1n);
  return { numerator: numerator / divisor, denominator: denominator / divisor, rounded };
}

/** A result that Terraform holds exactly only if it, and what it is made of, is a binary fraction of few digits. */
function counted(numerator: bigint, denominator: bigint, left: Fraction, right: Fraction): Fraction {
  const exact = fraction(numerator, denominator);
  const rounded = left.rounded || right.rounded || ![left, right, exact].every(isBinary);
  return { ...exact, rounded };
}

const isBinary = ({ numerator, denominator }: Fraction): boolean =>
  (denominator & (denominator - 1n)) === 0n && bitLength(numerator) + bitLength(denominator) < 500;

const truncated = (value: Fraction): bigint => value.numerator / value.denominator;

/** The decimal text, or undefined when there is none of up to 100 digits. */
function decimalText({ numerator, denominator }: Fraction): string | undefined {
  if (denominator === 1n) return String(numerator);
  let digits = 0;
  let scaled = numerator;
  while (scaled % denominator !== 0n) {
    scaled *= 10n;
    digits++;
    if (digits > 100) return undefined;
  }
  const text = String(scaled / denominator < 0n ? -scaled / denominator : scaled / denominator);
  const padded = text.padStart(digits + 1, '0');
  return `${numerator < 0n ? '-' : ''}${padded.slice(0, -digits)}.${padded.slice(-digits)}`;
}

function isTiny(difference: bigint, left: Fraction, right: Fraction): boolean {
  const magnitude = abs(left.numerator) * right.denominator + abs(right.numerator) * left.denominator;
  return abs(difference) * 10n ** 100n <= magnitude;
}

const abs = (value: bigint): bigint => (value < 0n ? -value : value);
const isSafe = (value: bigint): boolean => BigInt(Number.MAX_SAFE_INTEGER) >= abs(value);
const bitLength = (value: bigint): number => abs(value).toString(16).length * 4;

function commonDivisor(left: bigint, right: bigint): bigint {
  let [a, b] = [abs(left), abs(right)];
  while (b !== 0n) [a, b] = [b, a % b];
  return a === 0n ? 1n : a;
}
