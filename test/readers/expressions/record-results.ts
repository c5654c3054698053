/**
 * Asks Terraform for the results of test/readers/fixtures/expressions/cases.txt and writes results.json beside it:
 *
 *     npx ts-node test/readers/expressions/record-results.ts
 */
import { writeFileSync } from 'node:fs';
import { recordedExpressions, resultsFile } from './recorded-results';
import { terraformResults, terraformVersion } from './terraform-console';

const expressions = recordedExpressions();
const answers = terraformResults(expressions);
const results = Object.fromEntries(expressions.map((expression, at) => [expression, answers[at]]));
writeFileSync(resultsFile, `${JSON.stringify({ terraform: terraformVersion(), results }, null, 1)}\n`);
