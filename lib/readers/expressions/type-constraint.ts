import { Fault } from './fault';
import { evaluate } from './evaluate';
import { SyntaxFault } from './cursor';
import { parseExpression } from './parser';
import type { Scope } from './scope';
import type { Expression } from './syntax';
import type { Term } from './term';
import type { Type } from './type';

/**
 * The type that a variable declares: `string`, `list(object({ a = optional(number, 1) }))`. A text that is none,
 * and no text at all, is any type.
 * @see https://developer.hashicorp.com/terraform/language/expressions/type-constraints
 */
export function parseType(text: string): Type {
  try {
    return typeIn(parseExpression(text));
  } catch (error) {
    if (error instanceof SyntaxFault || error instanceof Fault) return 'any';
    throw error;
  }
}

function typeIn(expression: Expression): Type {
  if (expression.kind === 'name') return primitive(expression.name);
  if (expression.kind !== 'call') throw new Fault('no type');
  const [inner] = expression.arguments;
  switch (expression.name) {
    case 'list':
    case 'set':
    case 'map':
      return { kind: expression.name, of: inner === undefined ? 'any' : typeIn(inner) };
    case 'tuple':
      if (inner?.kind !== 'tuple') throw new Fault('no type');
      return { kind: 'tuple', items: inner.items.map(typeIn) };
    case 'object':
      return objectType(inner);
    default:
      throw new Fault('no type');
  }
}

function primitive(name: string): Type {
  if (name === 'string' || name === 'number' || name === 'bool') return name;
  // The short forms of early versions.
  if (name === 'list' || name === 'map' || name === 'set') return { kind: name, of: 'any' };
  return 'any';
}

function objectType(inner: Expression | undefined): Type {
  if (inner?.kind !== 'object') throw new Fault('no type');
  const attributes = new Map<string, Type>();
  const optional = new Map<string, Term>();
  for (const { key, value } of inner.entries) {
    if (key.kind !== 'literal' || typeof key.value !== 'string') throw new Fault('no type');
    if (value.kind === 'call' && value.name === 'optional') {
      const [type, fallback] = value.arguments;
      attributes.set(key.value, type === undefined ? 'any' : typeIn(type));
      optional.set(
        key.value,
        fallback === undefined ? { kind: 'known', value: null } : evaluate(fallback, nowhere),
      );
    } else {
      attributes.set(key.value, typeIn(value));
    }
  }
  return { kind: 'object', attributes, optional };
}

function refuse(): never {
  throw new Fault('a default refers to nothing');
}

const nowhere: Scope = {
  variable: refuse,
  local: refuse,
  module: refuse,
  resource: refuse,
  attribute: refuse,
  ref: refuse,
  exists: refuse,
  special: refuse,
};
