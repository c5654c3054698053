import { isTrue, truth } from './access';
import { forEachOption } from './choice';
import { Beyond, Fault } from './fault';
import {
  add,
  compareNumbers,
  divide,
  fractionOf,
  multiply,
  negate,
  numberTerm,
  remainder,
  subtract,
} from './number';
import type { BinaryOperator } from './syntax';
import { causeOf, isNull, type Mapping, type Sequence, type Term } from './term';
import { convert, identity, isIdentity } from './type';

/** What an operator other than `&&` and `||` makes of two values. */
export function operate(operator: Exclude<BinaryOperator, '&&' | '||'>, left: Term, right: Term): Term {
  return forEachOption([left, right], ([one, other]) => {
    if (operator === '==') return truth(isEqual(one!, other!));
    if (operator === '!=') return truth(!isEqual(one!, other!));
    const [a, b] = [numberOf(one!), numberOf(other!)];
    switch (operator) {
      case '<':
        return truth(compareNumbers(a, b) < 0);
      case '>':
        return truth(compareNumbers(a, b) > 0);
      case '<=':
        return truth(compareNumbers(a, b) <= 0);
      case '>=':
        return truth(compareNumbers(a, b) >= 0);
      case '+':
        return numberTerm(add(a, b));
      case '-':
        return numberTerm(subtract(a, b));
      case '*':
        return numberTerm(multiply(a, b));
      case '/':
        return numberTerm(divide(a, b));
      case '%':
        return numberTerm(remainder(a, b));
    }
  });
}

export function negative(term: Term): Term {
  return forEachOption([term], ([value]) => numberTerm(negate(numberOf(value!))));
}

export function inverse(term: Term): Term {
  return forEachOption([term], ([value]) => {
    const flag = isTrue(value!);
    if (flag === undefined) throw new Beyond(causeOf(value!));
    return truth(!flag);
  });
}

/**
 * `&&` and `||`. The side that decides alone decides also when the other is unknown: Terraform comes to the same
 * once it knows.
 */
export function logical(operator: '&&' | '||', left: () => Term, right: () => Term): Term {
  const decisive = operator === '||';
  const first = left();
  const one = isTrue(first);
  if (one === decisive) return truth(decisive);
  const second = right();
  const other = isTrue(second);
  if (other === decisive) return truth(decisive);
  if (one === undefined) throw new Beyond(causeOf(first));
  if (other === undefined) throw new Beyond(causeOf(second));
  return truth(!decisive);
}

/** Whether two terms are the same value; throws {@link Beyond} where that is not known. */
export function isEqual(left: Term, right: Term): boolean {
  if (isNull(left) || isNull(right)) return isNull(left) ? isNullFor(right) : isNullFor(left);
  if (identity(left) === identity(right) && isSettled(left) && isSettled(right)) return sameType(left, right);
  if (left.kind === 'list' && right.kind === 'list') return sequencesEqual(left, right);
  if (left.kind === 'object' && right.kind === 'object') return mappingsEqual(left, right);
  // An id is never empty, and never the text of something else that is written out here.
  if (isIdentity(left) || isIdentity(right)) {
    const written = isIdentity(left) ? right : left;
    if (written.kind === 'known' && written.value === '') return false;
  }
  const cause = causeOf(left) ?? causeOf(right);
  if (cause !== undefined) throw new Beyond(cause);
  const [a, b] = [fractionOf(left), fractionOf(right)];
  return a !== undefined && b !== undefined && compareNumbers(a, b) === 0;
}

function isNullFor(term: Term): boolean {
  if (isNull(term)) return true;
  if (term.kind === 'list' || term.kind === 'object' || term.kind === 'instance') return false;
  if (isIdentity(term)) return false;
  const cause = causeOf(term);
  if (cause !== undefined) throw new Beyond(cause);
  return false;
}

/** Whether a term is known, or has an identity that settles equality. */
function isSettled(term: Term): boolean {
  if (term.kind === 'list') return term.unordered === true || term.items.every(isSettled);
  if (term.kind === 'object') return [...term.entries.values()].every(isSettled);
  return term.kind !== 'unknown' && term.kind !== 'one-of';
}

/** Equal contents are equal values only in one type: `tolist([1]) == [1]` is false. */
function sameType(left: Term, right: Term): boolean {
  if (left.kind === 'list' && right.kind === 'list') {
    if (left.shape === 'attribute' || right.shape === 'attribute') throw new Beyond();
    return left.shape === right.shape && left.items.every((item, at) => sameType(item, right.items[at]!));
  }
  if (left.kind === 'object' && right.kind === 'object') {
    if (left.shape === 'attribute' || right.shape === 'attribute') throw new Beyond();
    if (left.shape !== right.shape) return false;
    return [...left.entries].every(([name, entry]) => sameType(entry, right.entries.get(name)!));
  }
  return true;
}

function sequencesEqual(left: Sequence, right: Sequence): boolean {
  if (left.unordered === true || right.unordered === true) throw new Beyond(causeOf(left) ?? causeOf(right));
  if (left.shape === 'set' || right.shape === 'set') {
    const cause = causeOf(left) ?? causeOf(right);
    if (cause !== undefined) throw new Beyond(cause);
  }
  if (left.items.length !== right.items.length) return false;
  return allEqual(left.items.map((item, at) => [item, right.items[at]!])) && sameType(left, right);
}

function mappingsEqual(left: Mapping, right: Mapping): boolean {
  if (left.origin !== undefined || right.origin !== undefined)
    throw new Beyond(causeOf(left) ?? causeOf(right));
  if (left.entries.size !== right.entries.size) return false;
  const pairs: [Term, Term][] = [];
  for (const [name, entry] of left.entries) {
    const other = right.entries.get(name);
    if (other === undefined) return false;
    pairs.push([entry, other]);
  }
  return allEqual(pairs) && sameType(left, right);
}

/** One pair that certainly differs decides, whatever else is unknown. */
function allEqual(pairs: readonly (readonly [Term, Term])[]): boolean {
  let beyond: Beyond | undefined;
  for (const [one, other] of pairs) {
    try {
      if (!isEqual(one, other)) return false;
    } catch (error) {
      if (!(error instanceof Beyond)) throw error;
      beyond ??= error;
    }
  }
  if (beyond !== undefined) throw beyond;
  return true;
}

function numberOf(term: Term) {
  const value = convert(term, 'number');
  const cause = causeOf(value);
  if (cause !== undefined) throw new Beyond(cause);
  const fraction = fractionOf(value);
  if (fraction === undefined) throw new Fault('a number is required');
  return fraction;
}
