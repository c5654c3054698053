import type { Expression, TemplatePart } from './syntax';

/**
 * The names that an expression begins from, each with the attributes that follow it: `["data", "aws_vpc", "main", "id"]`.
 * Names that the expression itself gives (of a for expression, or those in `given`) are left out.
 */
export function referencesIn(
  expression: Expression,
  given: ReadonlySet<string> = new Set(),
): readonly (readonly string[])[] {
  const found: string[][] = [];
  visit(expression, given, found);
  return found;
}

function visit(expression: Expression, given: ReadonlySet<string>, found: string[][]): void {
  const all = (parts: readonly Expression[]) => parts.forEach((part) => visit(part, given, found));
  switch (expression.kind) {
    case 'literal':
    case 'splat-item':
      return;
    case 'template':
      expression.parts.forEach((part) => visitPart(part, given, found));
      return;
    case 'name':
      if (!given.has(expression.name)) found.push([expression.name]);
      return;
    case 'attribute': {
      const path: string[] = [];
      let root: Expression = expression;
      for (; root.kind === 'attribute'; root = root.of) path.unshift(root.name);
      if (root.kind !== 'name') visit(root, given, found);
      else if (!given.has(root.name)) found.push([root.name, ...path]);
      return;
    }
    case 'index':
      all([expression.of, expression.index]);
      return;
    case 'splat':
      all([expression.of, expression.each]);
      return;
    case 'call':
      all(expression.arguments);
      return;
    case 'unary':
      visit(expression.operand, given, found);
      return;
    case 'binary':
      all([expression.left, expression.right]);
      return;
    case 'conditional':
      all([expression.condition, expression.yes, expression.no]);
      return;
    case 'tuple':
      all(expression.items);
      return;
    case 'object':
      all(expression.entries.flatMap(({ key, value }) => [key, value]));
      return;
    case 'for': {
      visit(expression.collection, given, found);
      const inside = withNames(given, expression.keyName, expression.valueName);
      for (const part of [expression.key, expression.value, expression.condition]) {
        if (part !== undefined) visit(part, inside, found);
      }
      return;
    }
  }
}

function visitPart(part: TemplatePart, given: ReadonlySet<string>, found: string[][]): void {
  if (typeof part === 'string') return;
  if (part.kind === 'template-if') {
    visit(part.condition, given, found);
    [...part.yes, ...part.no].forEach((inner) => visitPart(inner, given, found));
  } else if (part.kind === 'template-for') {
    visit(part.collection, given, found);
    const inside = withNames(given, part.keyName, part.valueName);
    part.body.forEach((inner) => visitPart(inner, inside, found));
  } else {
    visit(part, given, found);
  }
}

const withNames = (given: ReadonlySet<string>, ...names: (string | undefined)[]): ReadonlySet<string> =>
  new Set([...given, ...names.filter((name) => name !== undefined)]);
