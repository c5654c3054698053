import { attributeOf, indexOf, isTrue, keyText } from './access';
import { choiceOf, forEachOption } from './choice';
import { Beyond, Fault } from './fault';
import { callFunction } from './functions/function-table';
import { numberTerm, readNumber } from './number';
import { inverse, logical, negative, operate } from './operators';
import type { Scope } from './scope';
import type { Call, Conditional, Expression, ForOf, Template, TemplateFor, TemplatePart } from './syntax';
import { textOf } from './template-text';
import { causeOf, isNull, missing, objectOf, scalar, tuple, type Sequence, type Term } from './term';
import { convert, isCountable, itemsOf, typeOf, unify } from './type';

/**
 * What an expression is, with as much as is known. What cannot be told is an unknown inside the term. Throws a
 * `Fault` where Terraform would refuse the expression.
 */
export function evaluate(expression: Expression, scope: Scope, names: Names = noNames): Term {
  try {
    return evaluated(expression, scope, names);
  } catch (error) {
    if (error instanceof Beyond) return missing(error.key);
    throw error;
  }
}

/** Values of names that the expression itself or a dynamic block gives: `k` and `v` of a for expression. */
export type Names = ReadonlyMap<string, Term>;

const noNames: Names = new Map();

/** The item of a splat; no name of Terraform has a blank in it. */
const splatItem = 'splat item';

function evaluated(expression: Expression, scope: Scope, names: Names): Term {
  const at = (inner: Expression, more: Names = names) => evaluate(inner, scope, more);
  switch (expression.kind) {
    case 'literal':
      return literal(expression.value);
    case 'template':
      return template(expression, scope, names);
    case 'name':
    case 'attribute':
    case 'index':
      return traversal(expression, scope, names);
    case 'splat':
      return splat(at(expression.of), (item) => at(expression.each, withNames(names, [[splatItem, item]])));
    case 'splat-item':
      return names.get(splatItem)!;
    case 'call':
      return call(expression, scope, names);
    case 'unary':
      return expression.operator === '-' ? negative(at(expression.operand)) : inverse(at(expression.operand));
    case 'binary': {
      const { operator, left, right } = expression;
      if (operator === '&&' || operator === '||')
        return logical(
          operator,
          () => at(left),
          () => at(right),
        );
      return operate(operator, at(left), at(right));
    }
    case 'conditional':
      return conditional(expression, at);
    case 'tuple':
      return tuple(expression.items.map((item) => at(item)));
    case 'object':
      return objectOf(expression.entries.map(({ key, value }) => [keyText(at(key)), at(value)]));
    case 'for':
      return forEachOption([at(expression.collection)], ([collection]) =>
        forExpression(expression, collection!, at, names),
      );
  }
}

function literal(value: string | boolean | null | { readonly number: string }): Term {
  if (value === null || typeof value !== 'object') return scalar(value);
  const read = readNumber(value.number);
  if (read === undefined) throw new Fault('no number');
  return numberTerm(read);
}

/** Names, attributes and indexes, from the root outwards: `data.aws_vpc.main[0].id` begins with three names. */
function traversal(expression: Expression, scope: Scope, names: Names): Term {
  const path: string[] = [];
  let root = expression;
  for (; root.kind === 'attribute'; root = root.of) path.unshift(root.name);
  if (root.kind === 'name' && !names.has(root.name)) {
    const named = global(root.name, path, scope);
    return path.reduce((term, name) => attributeOf(term, name, scope), named);
  }
  if (root.kind === 'name') {
    return path.reduce((term, name) => attributeOf(term, name, scope), names.get(root.name)!);
  }
  if (expression.kind === 'attribute') {
    return attributeOf(evaluate(expression.of, scope, names), expression.name, scope);
  }
  if (expression.kind !== 'index') return evaluate(expression, scope, names);
  return indexOf(evaluate(expression.of, scope, names), evaluate(expression.index, scope, names), scope);
}

/** What a root name and the names that belong to it stand for; takes those names from the path. */
function global(root: string, path: string[], scope: Scope): Term {
  const name = path.shift();
  if (name === undefined) throw new Fault(`${root} alone is no value`);
  switch (root) {
    case 'var':
      return scope.variable(name);
    case 'local':
      return scope.local(name);
    case 'module':
      return scope.module(name);
    case 'data': {
      const second = path.shift();
      if (second === undefined) throw new Fault(`data.${name} alone is no value`);
      return scope.resource('data', name, second);
    }
    default:
      return scope.special(root, name) ?? scope.resource('managed', root, name);
  }
}

function call(expression: Call, scope: Scope, names: Names): Term {
  const lazily = expression.arguments.map((argument) => () => evaluate(argument, scope, names));
  if (expression.name === 'try') return tryEach(lazily, scope);
  if (expression.name === 'can') return can(lazily, scope);
  const given = lazily.map((argument) => argument());
  if (!expression.expanded) return callFunction(expression.name, given, scope);
  const last = given.pop();
  return forEachOption([last ?? tuple([])], ([items]) => {
    const sequence = items!;
    if (sequence.kind === 'list' && sequence.unordered === true) throw new Beyond(causeOf(sequence));
    return callFunction(expression.name, [...given, ...itemsOf(sequence)], scope);
  });
}

/** The first argument that Terraform does not refuse; one that is not known yet may still be refused. */
function tryEach(candidates: readonly (() => Term)[], scope: Scope): Term {
  for (const candidate of candidates) {
    try {
      const term = candidate();
      const cause = causeOf(term);
      if (cause !== undefined && !isThere(term, scope)) return missing(cause);
      return term;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
    }
  }
  throw new Fault('no argument of try succeeds');
}

function can([candidate]: readonly (() => Term)[], scope: Scope): Term {
  if (candidate === undefined) throw new Fault('can takes one argument');
  try {
    const term = candidate();
    const cause = causeOf(term);
    return cause !== undefined && !isThere(term, scope) ? missing(cause) : scalar(true);
  } catch (error) {
    if (error instanceof Fault) return scalar(false);
    throw error;
  }
}

/** Whether a term certainly exists: an attribute of a resource does, an item of a list of it may not. */
function isThere(term: Term, scope: Scope): boolean {
  const areThere = (terms: Iterable<Term>) => [...terms].every((inner) => isThere(inner, scope));
  switch (term.kind) {
    case 'ref':
      return !term.attribute.includes('[') && scope.exists(term.address);
    case 'instance':
      return scope.exists(term.address);
    case 'list':
      return areThere(term.items);
    case 'object':
      return areThere(term.entries.values());
    case 'one-of':
      return areThere(term.options);
    default:
      return term.kind !== 'unknown';
  }
}

function conditional({ condition, yes, no }: Conditional, at: (inner: Expression) => Term): Term {
  const decision = at(condition);
  const arms = [yes, no].map((arm) => {
    try {
      return at(arm);
    } catch (error) {
      if (error instanceof Fault) return error;
      throw error;
    }
  });
  const possible = arms.filter((arm): arm is Term => !(arm instanceof Fault));
  const type = unify(possible.map(typeOf));
  if (type === undefined) throw new Fault('the arms of a conditional must have one type');
  const chosen = (arm: Term | Fault | undefined): Term => {
    if (arm === undefined || arm instanceof Fault) throw arm ?? new Fault('no such arm');
    return convert(arm, type);
  };
  const flag = decision.kind === 'one-of' ? undefined : isTrue(decision);
  if (flag !== undefined) return chosen(arms[flag ? 0 : 1]);
  if (possible.length === 0) return chosen(arms[0]);
  return choiceOf(possible.map(chosen), causeOf(decision) ?? '');
}

function splat(of: Term, each: (item: Term) => Term): Term {
  return forEachOption([of], ([term]) => {
    if (isNull(term!)) return tuple([]);
    if (term!.kind === 'list') {
      const sequence = term as Sequence;
      const items = sequence.items.map(each);
      return isLoose(sequence) ? { ...tuple(items), unordered: true as const } : tuple(items);
    }
    // A block or a list of another resource: how many items it has is not known.
    if (term!.kind === 'ref' || term!.kind === 'unknown') throw new Beyond(causeOf(term!));
    return tuple([each(term!)]);
  });
}

/** Whether the order of what is made of each item is not known. */
const isLoose = (sequence: Sequence): boolean =>
  sequence.items.length > 1 && (sequence.unordered === true || sequence.shape === 'attribute');

function forExpression(
  expression: ForOf,
  collection: Term,
  at: (inner: Expression, names: Names) => Term,
  names: Names,
): Term {
  const rounds = roundsOf(collection, expression.keyName !== undefined);
  const results: { key: Term | undefined; value: Term }[] = [];
  for (const { key, value } of rounds) {
    const inside = withNames(names, [
      ...(expression.keyName === undefined ? [] : [[expression.keyName, key] as const]),
      [expression.valueName, value],
    ]);
    if (expression.condition !== undefined) {
      const condition = at(expression.condition, inside);
      const kept = isTrue(condition);
      if (kept === undefined) throw new Beyond(causeOf(condition));
      if (!kept) continue;
    }
    const round = expression.key === undefined ? undefined : at(expression.key, inside);
    results.push({ key: round, value: at(expression.value, inside) });
  }
  if (expression.key === undefined) {
    const items = tuple(results.map(({ value }) => value));
    return collection.kind === 'list' && isLoose(collection) ? { ...items, unordered: true as const } : items;
  }
  return gathered(results, expression.grouped);
}

function gathered(results: readonly { key: Term | undefined; value: Term }[], grouped: boolean): Term {
  const groups = new Map<string, Term[]>();
  for (const { key, value } of results) {
    const name = keyText(key!);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [value]);
    else if (grouped) group.push(value);
    else throw new Fault(`two items have the key "${name}"`);
  }
  return objectOf([...groups].map(([name, values]) => [name, grouped ? tuple(values) : values[0]!]));
}

/** What a for expression or a dynamic block goes through, with the key of each. */
export function roundsOf(collection: Term, keysMatter = true): readonly { key: Term; value: Term }[] {
  switch (collection.kind) {
    case 'list': {
      if (!isCountable(collection)) throw new Beyond(causeOf(collection));
      const { shape } = collection;
      const unnumbered = keysMatter && shape !== 'set' && isLoose(collection);
      return collection.items.map((value, at) => ({
        key: shape === 'set' ? value : unnumbered ? missing('') : scalar(at),
        value,
      }));
    }
    case 'object':
      return [...collection.entries].map(([name, value]) => ({ key: scalar(name), value }));
    case 'ref':
    case 'unknown':
    case 'instance':
      throw new Beyond(causeOf(collection));
    default:
      throw new Fault('there is nothing to go through');
  }
}

function template({ parts }: Template, scope: Scope, names: Names): Term {
  const pieces = parts.map((part) => piece(part, scope, names));
  return forEachOption(pieces, textOf);
}

function piece(part: TemplatePart, scope: Scope, names: Names): Term {
  if (typeof part === 'string') return scalar(part);
  switch (part.kind) {
    case 'template-if': {
      const condition = evaluate(part.condition, scope, names);
      const arms = [part.yes, part.no].map(
        (arm) => () => template({ kind: 'template', parts: arm }, scope, names),
      );
      const flag = condition.kind === 'one-of' ? undefined : isTrue(condition);
      if (flag !== undefined) return arms[flag ? 0 : 1]!();
      return choiceOf(
        arms.map((arm) => arm()),
        causeOf(condition) ?? '',
      );
    }
    case 'template-for':
      return templateFor(part, scope, names);
    default:
      return evaluate(part, scope, names);
  }
}

function templateFor(part: TemplateFor, scope: Scope, names: Names): Term {
  const collection = evaluate(part.collection, scope, names);
  if (collection.kind === 'list' && isLoose(collection)) return missing(causeOf(collection) ?? '');
  const pieces = roundsOf(collection).map(({ key, value }) => {
    const inside = withNames(names, [
      ...(part.keyName === undefined ? [] : [[part.keyName, key] as const]),
      [part.valueName, value],
    ]);
    return template({ kind: 'template', parts: part.body }, scope, inside);
  });
  return forEachOption(pieces, textOf);
}

export const withNames = (names: Names, more: readonly (readonly [string, Term])[]): Names =>
  new Map([...names, ...more]);
