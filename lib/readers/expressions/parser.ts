import { Cursor, SyntaxFault } from './cursor';
import type { BinaryOperator, Call, Expression, ObjectOf } from './syntax';
import { quotedTemplate, wholeTemplate } from './template-parser';

/** How deep brackets, templates and conditions may stand in each other. */
const deepest = 100;

/** How many operators or names may follow each other; each is one more level of the tree. */
const longest = 1000;

/**
 * Parses a string of Terraform JSON, where `${...}` and `%{...}` are templates and everything else stands for itself.
 * Throws a {@link SyntaxFault} for what Terraform would not parse either.
 */
export function parseTemplate(text: string): Expression {
  return wholeTemplate(new Cursor(text), 0);
}

/** Parses a bare expression, as it stands between `${` and `}`. */
export function parseExpression(text: string): Expression {
  const cursor = new Cursor(text);
  const expression = expressionAt(cursor, 0);
  cursor.blank();
  if (!cursor.ended) throw cursor.unexpected('the end');
  return expression;
}

/** An expression from here on, as far as it goes. */
export function expressionAt(cursor: Cursor, depth: number): Expression {
  refuseDeep(cursor, depth);
  const condition = operation(cursor, 0, depth);
  if (!cursor.skip('?')) return condition;
  const yes = expressionAt(cursor, depth + 1);
  cursor.expect(':');
  return { kind: 'conditional', condition, yes, no: expressionAt(cursor, depth + 1) };
}

function refuseDeep(cursor: Cursor, depth: number): void {
  if (depth > deepest) throw new SyntaxFault(`expressions stand more than ${deepest} deep`, cursor.at);
}

function refuseLong(cursor: Cursor, length: number): void {
  if (length > longest) throw new SyntaxFault(`more than ${longest} steps follow each other`, cursor.at);
}

/** From loosest to tightest; a longer operator stands before the one it begins with. */
const precedence: readonly (readonly BinaryOperator[])[] = [
  ['||'],
  ['&&'],
  ['==', '!='],
  ['<=', '>=', '<', '>'],
  ['+', '-'],
  ['*', '/', '%'],
];

function operation(cursor: Cursor, level: number, depth: number): Expression {
  const operators = precedence[level];
  if (operators === undefined) return unary(cursor, depth);
  let left = operation(cursor, level + 1, depth);
  for (let length = 0; ; length++) {
    refuseLong(cursor, length);
    const operator = operators.find((symbol) => cursor.skip(symbol));
    if (operator === undefined) return left;
    left = { kind: 'binary', operator, left, right: operation(cursor, level + 1, depth) };
  }
}

function unary(cursor: Cursor, depth: number): Expression {
  refuseDeep(cursor, depth);
  if (cursor.skip('-')) return { kind: 'unary', operator: '-', operand: unary(cursor, depth + 1) };
  cursor.blank();
  if (cursor.sees('!') && !cursor.sees('!=')) {
    cursor.at++;
    return { kind: 'unary', operator: '!', operand: unary(cursor, depth + 1) };
  }
  return traversal(cursor, primary(cursor, depth), depth);
}

/** What follows a value: `.name`, `.0`, `[index]`, `.*` and `[*]`. */
function traversal(cursor: Cursor, start: Expression, depth: number): Expression {
  let of = start;
  refuseDeep(cursor, depth);
  for (let length = 0; ; length++) {
    refuseLong(cursor, length);
    const before = cursor.at;
    if (cursor.skip('.')) {
      if (cursor.sees('..')) {
        cursor.at = before;
        return of;
      }
      if (cursor.skip('*')) {
        of = { kind: 'splat', of, each: attributesOnly(cursor) };
        continue;
      }
      of = step(cursor, of);
    } else if (cursor.skip('[')) {
      if (cursor.skip('*')) {
        cursor.expect(']');
        // A full splat applies everything that follows to each item, indexes included.
        return { kind: 'splat', of, each: traversal(cursor, { kind: 'splat-item' }, depth + 1) };
      }
      const index = expressionAt(cursor, depth + 1);
      cursor.expect(']');
      of = { kind: 'index', of, index };
    } else {
      return of;
    }
  }
}

/** After `.*` only names and `.0` belong to each item: `a.*.id[0]` is the first of the ids. */
function attributesOnly(cursor: Cursor): Expression {
  let each: Expression = { kind: 'splat-item' };
  for (let length = 0; ; length++) {
    refuseLong(cursor, length);
    const before = cursor.at;
    if (!cursor.skip('.')) return each;
    if (cursor.sees('..')) {
      cursor.at = before;
      return each;
    }
    each = step(cursor, each);
  }
}

function step(cursor: Cursor, of: Expression): Expression {
  const digits = cursor.match(/\d+/y);
  if (digits !== undefined) {
    return { kind: 'index', of, index: { kind: 'literal', value: { number: digits } } };
  }
  const name = cursor.word();
  if (name === undefined) throw cursor.unexpected('a name');
  return { kind: 'attribute', of, name };
}

function primary(cursor: Cursor, depth: number): Expression {
  cursor.blank();
  if (cursor.skip('(')) {
    const inner = expressionAt(cursor, depth + 1);
    cursor.expect(')');
    return inner;
  }
  if (cursor.skip('[')) return tuple(cursor, depth + 1);
  if (cursor.skip('{')) return object(cursor, depth + 1);
  if (cursor.skip('"')) return quotedTemplate(cursor, depth + 1);
  const number = cursor.match(/\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
  if (number !== undefined) return { kind: 'literal', value: { number } };
  const name = cursor.word();
  if (name === undefined) throw cursor.unexpected('a value');
  if (name === 'true' || name === 'false') return { kind: 'literal', value: name === 'true' };
  if (name === 'null') return { kind: 'literal', value: null };
  return call(cursor, name, depth + 1) ?? { kind: 'name', name };
}

function call(cursor: Cursor, first: string, depth: number): Call | undefined {
  let name = first;
  while (cursor.skip('::')) {
    const next = cursor.word();
    if (next === undefined) throw cursor.unexpected('the name of a function');
    name += `::${next}`;
  }
  if (!cursor.skip('(')) {
    if (name !== first) throw cursor.unexpected('"("');
    return undefined;
  }
  const given: Expression[] = [];
  let expanded = false;
  while (!cursor.skip(')')) {
    given.push(expressionAt(cursor, depth));
    expanded = cursor.skip('...');
    if (expanded || !cursor.skip(',')) {
      cursor.expect(')');
      break;
    }
  }
  return { kind: 'call', name: name.replace(/^core::/, ''), arguments: given, expanded };
}

function tuple(cursor: Cursor, depth: number): Expression {
  if (startsFor(cursor)) return forOf(cursor, ']', depth);
  const items: Expression[] = [];
  while (!cursor.skip(']')) {
    items.push(expressionAt(cursor, depth));
    if (!cursor.skip(',')) {
      cursor.expect(']');
      break;
    }
  }
  return { kind: 'tuple', items };
}

function object(cursor: Cursor, depth: number): Expression {
  if (startsFor(cursor)) return forOf(cursor, '}', depth);
  const entries: ObjectOf['entries'][number][] = [];
  while (!cursor.skip('}')) {
    const key = objectKey(cursor, depth);
    if (!cursor.skip('=') && !cursor.skip(':')) throw cursor.unexpected('"="');
    entries.push({ key, value: expressionAt(cursor, depth) });
    const lineEnded = cursor.blank();
    if (!cursor.skip(',') && !lineEnded && !cursor.sees('}')) throw cursor.unexpected('"," or "}"');
  }
  return { kind: 'object', entries };
}

/** A bare word is the key itself; every other expression is evaluated. */
function objectKey(cursor: Cursor, depth: number): Expression {
  const start = cursor.at;
  const word = cursor.word();
  if (word !== undefined) {
    cursor.blank();
    if (cursor.sees(':') || (cursor.sees('=') && !cursor.sees('=='))) return { kind: 'literal', value: word };
    cursor.at = start;
  }
  return operation(cursor, 0, depth);
}

function startsFor(cursor: Cursor): boolean {
  const start = cursor.at;
  if (!cursor.skipWord('for')) return false;
  cursor.blank();
  // `{ for = 1 }` is an object with a key of that name.
  if (!/[=:,\]}.[(]/.test(cursor.text[cursor.at] ?? '}')) return true;
  cursor.at = start;
  return false;
}

function forOf(cursor: Cursor, end: ']' | '}', depth: number): Expression {
  const { keyName, valueName, collection } = forHead(cursor, depth);
  cursor.expect(':');
  let value = expressionAt(cursor, depth);
  let key: Expression | undefined;
  if (end === '}') {
    cursor.expect('=>');
    key = value;
    value = expressionAt(cursor, depth);
  }
  const grouped = key !== undefined && cursor.skip('...');
  const condition = cursor.skipWord('if') ? expressionAt(cursor, depth) : undefined;
  cursor.expect(end);
  return { kind: 'for', keyName, valueName, collection, key, value, grouped, condition };
}

/** `k, v in collection`, after the word `for`. */
export function forHead(
  cursor: Cursor,
  depth: number,
): { keyName: string | undefined; valueName: string; collection: Expression } {
  const first = cursor.word();
  if (first === undefined) throw cursor.unexpected('a name');
  const second = cursor.skip(',') ? cursor.word() : undefined;
  if (!cursor.skipWord('in')) throw cursor.unexpected('"in"');
  const collection = expressionAt(cursor, depth + 1);
  return { keyName: second === undefined ? undefined : first, valueName: second ?? first, collection };
}
