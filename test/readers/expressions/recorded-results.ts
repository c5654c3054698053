import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(__dirname, '../fixtures/expressions');

/** What Terraform made of the recorded expressions. */
export interface RecordedResults {
  /** `Terraform v1.11.4` */
  readonly terraform: string;
  /** Result by expression, as `terraformResults` gives it. */
  readonly results: Readonly<Record<string, string>>;
}

export const resultsFile = join(folder, 'results.json');

export const recordedResults = (): RecordedResults =>
  JSON.parse(readFileSync(resultsFile, 'utf8')) as RecordedResults;

/** The expressions to record, one on a line. */
export const recordedExpressions = (): string[] =>
  readFileSync(join(folder, 'cases.txt'), 'utf8').split('\n').filter(Boolean);
