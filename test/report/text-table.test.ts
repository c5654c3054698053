import { plainPaint, wantsColour } from '../../lib/report/terminal-style';
import { displayWidth, textTable } from '../../lib/report/text-table';
import { printable, printableJson } from '../../lib/report/printable';

const rows = (...texts: string[][]) => texts.map((row) => row.map((text) => ({ text })));

test('columns align, empty columns vanish, and no line ends in space', () => {
  expect(textTable(rows(['a', '', 'xx', ''], ['bbb', '', 'y', 'z'], ['c']), plainPaint)).toEqual([
    'a     xx',
    'bbb   y    z',
    'c',
  ]);
});

test('numbers align on the right when asked', () => {
  const cell = (text: string) => [{ text: 'n' }, { text, align: 'right' as const }, { text: '|' }];
  expect(textTable([cell('7'), cell('1,000')], plainPaint)).toEqual(['n       7   |', 'n   1,000   |']);
});

test.each([
  ['web', 3],
  ['데이터', 6],
  ['ＤＢ', 4],
  ['é', 1],
  ['e\u0301', 1],
  ['🚀', 2],
])('%s takes %d columns', (text, width) => expect(displayWidth(text)).toBe(width));

test('Korean names align with Latin ones', () => {
  const [first, second] = textTable(rows(['데이터', '|'], ['db', '|']), plainPaint);
  expect(displayWidth(first!)).toBe(displayWidth(second!));
});

test.each([
  ['\u001b[31mred', '\\u{1b}[31mred'],
  ['tab\there', 'tab\\u{9}here'],
  ['\u202eright to left', '\\u{202e}right to left'],
  ['zero\u200bwidth', 'zero\\u{200b}width'],
  ['\ud800alone', '\\u{d800}alone'],
])('%j is shown as %s', (text, shown) => expect(printable(text)).toBe(shown));

test('letters of any language and ordinary signs stay as they are', () => {
  const text = 'wéb-데이터_01 (${aws_vpc.x.id}) 🚀';
  expect(printable(text)).toBe(text);
});

test('JSON for the terminal holds no control character and reads back the same', () => {
  const value = { 'n\u009bame': ['\u001b[2J', '\u202e', 'line\nbreak', '데이터'] };
  const text = printableJson(value);
  expect(text).not.toMatch(/[^\P{C}\n]/u);
  expect(JSON.parse(text)).toEqual(value);
});

test.each([
  [{ isTTY: true }, {}, true],
  [{ isTTY: true }, { NO_COLOR: '1' }, false],
  [{ isTTY: true }, { NO_COLOR: '' }, true],
  [{ isTTY: true }, { TERM: 'dumb' }, false],
  [{}, {}, false],
  [{}, { FORCE_COLOR: '1' }, true],
  [{ isTTY: true }, { FORCE_COLOR: '0' }, false],
  [{}, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
])('a stream %j with %j wants colour: %s', (stream, environment, wanted) =>
  expect(wantsColour(stream, environment)).toBe(wanted),
);
