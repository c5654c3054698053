import * as fc from 'fast-check';
import { JsonFault } from '../../../lib/readers/json/json-fault';
import { JsonArray, JsonObject, plainJson } from '../../../lib/readers/json/json-value';
import { deepestJson, parseJson } from '../../../lib/readers/json/strict-json';

test('a repeated member keeps both values, in the order of the text', () => {
  const value = parseJson('{"resource": {"a": 1}, "resource": {"b": 2}, "data": 3}') as JsonObject;
  expect(value.all('resource').map(plainJson)).toEqual([{ a: 1 }, { b: 2 }]);
  expect(value.members.map(({ name }) => name)).toEqual(['resource', 'resource', 'data']);
});

test('members, objects and arrays know where they begin', () => {
  const text = '{\n  "a": [1, {"b": 2}]\n}';
  const value = parseJson(text) as JsonObject;
  const array = value.get('a') as JsonArray;
  const places = [value, ...value.members, array, array.items[1] as JsonObject].map(({ at }) => text[at]);
  expect(places).toEqual(['{', '"', '[', '{']);
});

test('what JSON.parse reads is read the same', () =>
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      expect(plainJson(parseJson(text))).toEqual(JSON.parse(text));
    }),
  ));

test('what JSON.parse refuses is refused: one character changed, dropped or put in', () =>
  fc.assert(
    fc.property(
      fc.jsonValue({ maxDepth: 3 }),
      fc.nat(),
      fc.constantFrom('', '"', '{', '}', ',', ':', '\\', '\n', '\u0001', '0', '-', 'e', ' ', 'x'),
      fc.boolean(),
      (value, position, replacement, insert) => {
        const whole = JSON.stringify(value);
        const at = position % whole.length;
        const text = whole.slice(0, at) + replacement + whole.slice(insert ? at : at + 1);
        expect(outcome(() => plainJson(parseJson(text)))).toEqual(outcome(() => JSON.parse(text) as unknown));
      },
    ),
    { numRuns: 2000 },
  ));

test('every beginning of a document is called cut short, and of nothing else', () => {
  const text = '{"a": [true, null, -1.5e3, "x\\u00e9y"], "b": {"c": "d"}}';
  for (let end = 1; end < text.length; end++) {
    expect(faultOf(text.slice(0, end))).toMatchObject({ kind: 'truncated' });
  }
  expect(() => parseJson(text)).not.toThrow();
});

test.each([
  ['{"a": 01}', 6, 'malformed', '"0" stands where a value should'],
  ["{'a': 1}", 1, 'malformed', '"\'" stands where a name in double quotes should'],
  ['{"a": 1,}', 8, 'malformed', '"}" stands where a name in double quotes should'],
  ['[1 2]', 3, 'malformed', '"2" stands where "," or "]" should'],
  ['{"a" 1}', 5, 'malformed', '"1" stands where ":" should'],
  ['{} {}', 3, 'malformed', '"{" stands where the end should'],
  ['["a\nb"]', 3, 'malformed', '"\\n" stands where the end of a string should'],
  ['["a\\x"]', 3, 'malformed', '"\\\\" stands where the end of a string should'],
  ['[undefined]', 1, 'malformed', '"u" stands where a value should'],
])('%j is refused at %i', (text, at, kind, message) =>
  expect(faultOf(text)).toMatchObject({ at, kind, message }),
);

test(`${deepestJson} levels are read, one more is not`, () => {
  const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
  expect(() => parseJson(nested(deepestJson))).not.toThrow();
  expect(faultOf(nested(deepestJson + 2))).toMatchObject({ kind: 'too-deep' });
  expect(faultOf('['.repeat(1_000_000))).toMatchObject({ kind: 'too-deep' });
});

test('a byte order mark is passed over at the beginning, and only there', () => {
  expect(plainJson(parseJson('\ufeff{"a": 1}'))).toEqual({ a: 1 });
  expect(faultOf('{\ufeff}')).toMatchObject({ kind: 'malformed' });
});

test('a member named __proto__ is a member', () => {
  const plain = plainJson(parseJson('{"__proto__": {"a": 1}}')) as object;
  expect(Object.keys(plain)).toEqual(['__proto__']);
  expect(Object.getPrototypeOf(plain)).toBe(Object.prototype);
});

test('a million members are read in bounded memory', () => {
  const text = `{"resource": {"x": {${Array.from({ length: 1_000_000 }, (_, n) => `"r${n}":{}`).join()}}}}`;
  const before = process.memoryUsage().heapUsed;
  const value = parseJson(text) as JsonObject;
  const used = process.memoryUsage().heapUsed - before;
  expect(((value.get('resource') as JsonObject).get('x') as JsonObject).members).toHaveLength(1_000_000);
  expect(used / 1e6).toBeLessThan(400);
});

function faultOf(text: string): JsonFault {
  try {
    parseJson(text);
  } catch (error) {
    if (error instanceof JsonFault) return error;
    throw error;
  }
  throw new Error(`${text} was read`);
}

function outcome(read: () => unknown): unknown {
  try {
    return { value: read() };
  } catch {
    return 'refused';
  }
}
