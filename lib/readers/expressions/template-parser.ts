import { type Cursor, SyntaxFault } from './cursor';
import { expressionAt, forHead } from './parser';
import type { Expression, TemplatePart } from './syntax';

/** A template that takes the rest of the text: a string of Terraform JSON, without escapes of its own. */
export function wholeTemplate(cursor: Cursor, depth: number): Expression {
  return assembled(sequences(cursor, depth, undefined), cursor);
}

/** A template in double quotes inside an expression, its opening quote already passed. */
export function quotedTemplate(cursor: Cursor, depth: number): Expression {
  return assembled(sequences(cursor, depth, '"'), cursor);
}

/** A piece of a template before `if` and `for` are paired with their ends. */
type Sequence =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'interpolation'; readonly expression: Expression }
  | { readonly kind: 'if'; readonly condition: Expression }
  | { readonly kind: 'for'; readonly head: ReturnType<typeof forHead> }
  | { readonly kind: 'else' | 'endif' | 'endfor' };

function sequences(cursor: Cursor, depth: number, quote: string | undefined): Sequence[] {
  const found: Sequence[] = [];
  let trimNext = false;
  for (;;) {
    const literal = literalText(cursor, quote);
    const text = trimNext ? literal.trimStart() : literal;
    trimNext = false;
    if (cursor.ended || (quote !== undefined && cursor.sees(quote))) {
      if (text !== '') found.push({ kind: 'text', text });
      if (quote !== undefined) cursor.expect(quote);
      return found;
    }
    const directive = cursor.sees('%');
    cursor.at += 2;
    const trimmed = cursor.sees('~') ? text.trimEnd() : text;
    if (cursor.sees('~')) cursor.at++;
    if (trimmed !== '') found.push({ kind: 'text', text: trimmed });
    found.push(directive ? directiveAt(cursor, depth) : interpolationAt(cursor, depth));
    trimNext = cursor.skip('~');
    cursor.expect('}');
  }
}

function interpolationAt(cursor: Cursor, depth: number): Sequence {
  return { kind: 'interpolation', expression: expressionAt(cursor, depth + 1) };
}

function directiveAt(cursor: Cursor, depth: number): Sequence {
  const word = cursor.word();
  switch (word) {
    case 'if':
      return { kind: 'if', condition: expressionAt(cursor, depth + 1) };
    case 'for':
      return { kind: 'for', head: forHead(cursor, depth + 1) };
    case 'else':
    case 'endif':
    case 'endfor':
      return { kind: word };
    default:
      throw new SyntaxFault(`%{ ${word ?? ''} } is no directive`, cursor.at);
  }
}

/** Text up to the next `${`, `%{` or the closing quote; `$${` and `%%{` stand for `${` and `%{`. */
function literalText(cursor: Cursor, quote: string | undefined): string {
  let text = '';
  while (!cursor.ended && !(quote !== undefined && cursor.sees(quote))) {
    const plain = cursor.match(quote === undefined ? /[^$%]+/y : /[^$%"\\\n]+/y);
    if (plain !== undefined) {
      text += plain;
    } else if (cursor.sees('${') || cursor.sees('%{')) {
      break;
    } else if (cursor.sees('$${') || cursor.sees('%%{')) {
      text += cursor.text.slice(cursor.at + 1, cursor.at + 3);
      cursor.at += 3;
    } else if (cursor.sees('\\') && quote !== undefined) {
      text += escaped(cursor);
    } else if (cursor.sees('\n') && quote !== undefined) {
      throw new SyntaxFault('a line ends inside a string', cursor.at);
    } else {
      text += cursor.text[cursor.at++];
    }
  }
  return text;
}

function escaped(cursor: Cursor): string {
  const sequence = cursor.match(/\\(?:[nrt"\\]|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})/y);
  const letter = sequence?.[1];
  if (sequence === undefined || letter === undefined) {
    throw new SyntaxFault('a backslash is followed by no escape', cursor.at);
  }
  if (letter !== 'u' && letter !== 'U') {
    return { n: '\n', r: '\r', t: '\t' }[letter] ?? letter;
  }
  const codePoint = parseInt(sequence.slice(2), 16);
  if (codePoint > 0x10ffff) throw new SyntaxFault(`${sequence} is no character`, cursor.at);
  return String.fromCodePoint(codePoint);
}

function assembled(pieces: readonly Sequence[], cursor: Cursor): Expression {
  const [only, ...others] = pieces;
  if (only === undefined) return { kind: 'literal', value: '' };
  if (only.kind === 'text' && others.length === 0) {
    return { kind: 'literal', value: only.text.normalize() };
  }
  // One interpolation alone keeps its type: "${[1, 2]}" is a list.
  if (only.kind === 'interpolation' && others.length === 0) return only.expression;
  const rest = [...pieces].reverse();
  const parts = partsUntil(rest, [], cursor);
  return { kind: 'template', parts };
}

/** Parts up to one of the ends, which is taken from the pieces too; without ends, up to the last piece. */
function partsUntil(rest: Sequence[], ends: readonly Sequence['kind'][], cursor: Cursor): TemplatePart[] {
  const parts: TemplatePart[] = [];
  for (let piece = rest.at(-1); piece !== undefined; piece = rest.at(-1)) {
    if (ends.includes(piece.kind)) return parts;
    rest.pop();
    switch (piece.kind) {
      case 'text':
        parts.push(piece.text);
        break;
      case 'interpolation':
        parts.push(piece.expression);
        break;
      case 'if': {
        const yes = partsUntil(rest, ['else', 'endif'], cursor);
        const no = rest.pop()?.kind === 'else' ? partsUntil(rest, ['endif'], cursor) : undefined;
        if (no !== undefined) rest.pop();
        parts.push({ kind: 'template-if', condition: piece.condition, yes, no: no ?? [] });
        break;
      }
      case 'for': {
        const body = partsUntil(rest, ['endfor'], cursor);
        rest.pop();
        parts.push({ kind: 'template-for', ...piece.head, body });
        break;
      }
      case 'else':
      case 'endif':
      case 'endfor':
        throw new SyntaxFault(`%{ ${piece.kind} } has no beginning`, cursor.at);
    }
  }
  if (ends.length > 0) throw new SyntaxFault(`%{ ${ends.at(-1)} } is missing`, cursor.at);
  return parts;
}
