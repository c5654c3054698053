import { functionNames } from '../../../lib/readers/expressions/functions/function-table';
import { ourResult } from './our-result';
import { recordedExpressions, recordedResults } from './recorded-results';

const { terraform, results } = recordedResults();

test(`what is evaluated is what ${terraform} says`, () => {
  const differing = Object.entries(results)
    .map(([expression, expected]) => ({ expression, expected, ours: ourResult(expression) }))
    .filter(
      ({ expression, expected, ours }) => ours !== expected && ours !== 'unknown' && !later.has(expression),
    );
  expect(differing).toEqual([]);
});

test('every expression has a recorded result, and every result an expression', () => {
  expect(Object.keys(results)).toEqual([...new Set(recordedExpressions())]);
});

test('few expressions are unknown', () => {
  const unknown = Object.keys(results).filter((expression) => ourResult(expression) === 'unknown');
  expect(unknown.length / Object.keys(results).length).toBeLessThan(0.07);
});

test('every function that is evaluated has a recorded call', () => {
  const called = (name: string) =>
    Object.keys(results).some((expression) => new RegExp(`\\b${name}\\(`).test(expression));
  expect(functionNames.filter((name) => !called(name) && name !== 'sensitive')).toEqual([]);
});

test.each(['md5("a")', 'yamldecode("a: 1")', 'timeadd("2020-01-01T00:00:00Z","1h")', '1/3', 'lower("İ")'])(
  '%s is unknown rather than wrong',
  (expression) => expect(ourResult(expression)).toBe('unknown'),
);

/** What newer versions of Terraform answer where the recorded one refused. */
const later: ReadonlySet<string> = new Set(['element(["a","b"],-1)']);
