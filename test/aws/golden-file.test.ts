import { changes, expectGolden } from './golden-file';

test.each([
  [
    'a value that changed',
    { vpc: { block: '10.0.0.0/16' } },
    { vpc: { block: '10.1.0.0/16' } },
    'vpc.block: "10.0.0.0/16" -> "10.1.0.0/16"',
  ],
  ['one that came', { vpc: {} }, { vpc: { tags: { Tier: 'db' } } }, 'vpc.tags: nothing -> {"Tier":"db"}'],
  ['one that went', { rules: [100, 101] }, { rules: [100] }, 'rules.1: 101 -> nothing'],
  ['one of another shape', { rules: [] }, { rules: {} }, 'rules: [] -> {}'],
])('%s is named with its place', (_, before, after, change) =>
  expect(changes(before, after)).toEqual([change]),
);

test('equal values have no changes, whatever the order of their keys', () => {
  expect(changes({ a: [1, { b: null }], c: 2 }, { c: 2, a: [1, { b: null }] })).toEqual([]);
});

test('a file that is not there is said', () => {
  const update = process.env.UPDATE_GOLDEN;
  delete process.env.UPDATE_GOLDEN;
  expect(() => expectGolden('no-such-file.json', {})).toThrow('there is no golden file no-such-file.json');
  if (update !== undefined) process.env.UPDATE_GOLDEN = update;
});
