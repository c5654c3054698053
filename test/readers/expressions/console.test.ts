import * as fc from 'fast-check';
import { anyExpression } from './any-expression';
import { ourResult } from './our-result';
import { recordedResults } from './recorded-results';
import { terraformResults, terraformVersion } from './terraform-console';

const version = terraformVersion();
if (version === undefined)
  console.info('terraform is not on the PATH: the recorded results are not checked again');

(version === undefined ? describe.skip : describe)(`${version ?? 'Terraform'}, asked now`, () => {
  test('gives the recorded results', () => {
    const { results, terraform } = recordedResults();
    const expressions = Object.keys(results);
    const answers = terraformResults(expressions);
    const told = expressions.map((expression, at) => ({
      expression,
      now: answers[at],
      then: results[expression],
    }));
    // Another version may know more functions and refuse less; only what both settle must be the same.
    const comparable = told.filter(
      ({ now, then }) => version === terraform || (now !== 'ERROR' && then !== 'ERROR'),
    );
    expect(comparable.filter(({ now, then }) => now !== then)).toEqual([]);
  });

  test('says of random expressions what is evaluated here', () => {
    const expressions = [...new Set(fc.sample(anyExpression(), { numRuns: 1500, seed: 7 }))];
    const answers = terraformResults(expressions);
    const told = expressions.map((expression, at) => ({
      expression,
      expected: answers[at],
      ours: ourResult(expression),
    }));
    // What Terraform refuses is never planned: an answer of ours misleads nobody.
    const settled = told.filter(({ expected, ours }) => expected !== 'ERROR' && ours !== 'unknown');
    expect(settled.filter(({ expected, ours }) => ours !== expected)).toEqual([]);
    expect(settled.length / told.length).toBeGreaterThan(0.4);
  });
});
