import * as fc from 'fast-check';
import { SyntaxFault } from '../../../lib/readers/expressions/cursor';
import { parseExpression, parseTemplate } from '../../../lib/readers/expressions/parser';

test.each([
  ['10.0.0.0/16', '10.0.0.0/16'],
  ['costs $5 and 10%', 'costs $5 and 10%'],
  ['$${var.x} %%{if}', '${var.x} %{if}'],
  ['a\\nb "quoted"', 'a\\nb "quoted"'],
  ['10.-8.1095e+298.0.0/16', '10.-8.1095e+298.0.0/16'],
  ['', ''],
])('%j has no expression in it', (text, value) =>
  expect(parseTemplate(text)).toEqual({ kind: 'literal', value }),
);

test('one interpolation alone is the expression, not a text', () => {
  expect(parseTemplate('${[1]}')).toMatchObject({ kind: 'tuple' });
  expect(parseTemplate('${[1]} ')).toMatchObject({ kind: 'template' });
});

test('a name may hold dashes, so that a difference needs blanks', () => {
  expect(parseExpression('count.index-1')).toMatchObject({ kind: 'attribute', name: 'index-1' });
  expect(parseExpression('count.index - 1')).toMatchObject({ kind: 'binary', operator: '-' });
});

test('an index after .* belongs to the list, after [*] to each item', () => {
  expect(parseExpression('a.*.b[0]')).toMatchObject({ kind: 'index', of: { kind: 'splat' } });
  expect(parseExpression('a[*].b[0]')).toMatchObject({ kind: 'splat', each: { kind: 'index' } });
});

test.each([
  ['1 + 2 * 3', '+'],
  ['1 * 2 + 3', '+'],
  ['1 < 2 == true', '=='],
  ['a && b || c', '||'],
  ['a || b && c', '||'],
  ['1 - 2 - 3', '-'],
])('%s is a %s of the rest', (text, operator) =>
  expect(parseExpression(text)).toMatchObject({ kind: 'binary', operator }),
);

test.each([
  'a ? b : c',
  '{\n  a = 1\n  b = 2\n}',
  'f(a, b...)',
  'f(\n  1, # one\n  2 /* two */\n)',
  'data.a.b[0].c',
  '{ for = 1 }',
  '[for x in y : x]',
  'a::b::c(1)',
])('%j is read to its end', (text) => expect(() => parseExpression(text)).not.toThrow());

test.each([
  ['${', 2, 'the end stands where a value should'],
  ['${a', 3, 'the end stands where "}" should'],
  ['${a b}', 4, '"b" stands where "}" should'],
  ['${1 +}', 5, '"}" stands where a value should'],
  ['${f(1}', 5, '"}" stands where ")" should'],
  ['${"a}', 5, 'the end stands where """ should'],
  ['${a.}', 4, '"}" stands where a name should'],
  ['%{ while x }', 8, '%{ while } is no directive'],
  ['%{ if x }a', 10, '%{ endif } is missing'],
  ['%{ endif }', 10, '%{ endif } has no beginning'],
  ['${{ a 1 }}', 6, '"1" stands where "=" should'],
  ['${"\\q"}', 3, 'a backslash is followed by no escape'],
])('%j is refused at %i', (text, at, message) => {
  const fault = faultOf(text);
  expect(fault).toMatchObject({ at, message });
});

test('brackets without end are refused, however many', () => {
  expect(faultOf(`\${${'['.repeat(100_000)}`).message).toBe('expressions stand more than 100 deep');
  expect(faultOf(`\${${'-'.repeat(100_000)}1}`).message).toBe('expressions stand more than 100 deep');
  expect(faultOf(`\${${'f("${'.repeat(10_000)}`).message).toBe('expressions stand more than 100 deep');
  expect(faultOf(`\${a${'[*].b'.repeat(10_000)}}`).message).toBe('expressions stand more than 100 deep');
  expect(faultOf(`\${a${'.b'.repeat(10_000)}}`).message).toBe('more than 1000 steps follow each other');
  expect(faultOf(`\${1${' + 1'.repeat(10_000)}}`).message).toBe('more than 1000 steps follow each other');
});

test('any text is read or refused, in good time', () =>
  fc.assert(
    fc.property(
      fc.array(
        fc.constantFrom(
          '${',
          '%{',
          '}',
          '{',
          '[',
          ']',
          '(',
          ')',
          '"',
          'a',
          '.',
          '*',
          '1',
          ' ',
          'if',
          'for',
          '?',
          ':',
          '=',
          '=>',
          '-',
          '~',
          '\\',
          '$',
          '#',
          '/',
        ),
        { maxLength: 40 },
      ),
      (pieces) => {
        try {
          parseTemplate(pieces.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(SyntaxFault);
        }
      },
    ),
    { numRuns: 3000 },
  ));

function faultOf(text: string): SyntaxFault {
  try {
    parseTemplate(text);
  } catch (error) {
    if (error instanceof SyntaxFault) return error;
    throw error;
  }
  throw new Error(`${text} was read`);
}
