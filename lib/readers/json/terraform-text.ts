import { NetproofError } from '../../addressing/netproof-error';
import { foreignText } from './foreign-text';
import { JsonFault } from './json-fault';
import { JsonObject } from './json-value';
import { mostJsonValues, parseJson } from './strict-json';
import { placeOf } from './text-place';

/** Longest text that is read, in UTF-16 units: 256 Mi. */
export const longestText = 256 * 1024 * 1024;

/** A text and how the user named it. */
export interface TerraformText {
  readonly text: string;
  /** @default - a text given in code */
  readonly file?: string;
  /** What `readPlainObject` reads of the text, where that is at hand. @default - it is read when it is needed */
  readonly plain?: Readonly<Record<string, unknown>>;
}

/**
 * Reads the JSON object of a Terraform file and keeps repeated members. Throws one `InvalidTerraform` that says
 * what is wrong, at which line and column, and what to do: for a text that is cut short, HCL, a saved plan in its
 * binary form, UTF-16 or anything else that is no JSON object.
 */
export function readJsonObject(source: TerraformText): JsonObject {
  refuseForeign(source);
  let value;
  try {
    value = parseJson(source.text);
  } catch (error) {
    throw error instanceof JsonFault ? faulty(source, error) : error;
  }
  if (value instanceof JsonObject) return value;
  throw notAnObject(source);
}

/**
 * The same for what Terraform itself wrote (`terraform show -json`), which repeats no member: plain objects by the
 * platform's parser, ten times as fast. The place of a fault is looked for only when there is one.
 */
export function readPlainObject(source: TerraformText): Readonly<Record<string, unknown>> {
  if (source.plain !== undefined) return source.plain;
  refuseForeign(source);
  const { text } = source;
  if (hasTooManyValues(text)) {
    throw invalidTerraform(source, `is not read: it holds more than ${mostJsonValues} values`, splitIt);
  }
  let value: unknown;
  try {
    value = JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch {
    // The platform words a fault differently in every version and gives no line: ours says where.
    readJsonObject(source);
    throw invalidTerraform(source, 'is not JSON', writeAgain);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw notAnObject(source);
}

/**
 * An `InvalidTerraform` about this file. `problem` begins with a verb and has no full stop; `remedy` is a sentence.
 * `at` is an offset into the text.
 */
export function invalidTerraform(
  source: TerraformText,
  problem: string,
  remedy: string,
  at?: number,
): NetproofError {
  const shown = source.file ?? 'The text';
  const place = at === undefined ? undefined : placeOf(source.text, at);
  const where = place === undefined ? '' : ` (line ${place.line}, column ${place.column})`;
  return new NetproofError('InvalidTerraform', `${shown} ${problem}${where}. ${remedy}`);
}

function refuseForeign(source: TerraformText): void {
  if (source.text.length > longestText) {
    const megabytes = (length: number) => Math.ceil(length / 1024 / 1024);
    const problem = `is ${megabytes(source.text.length)} MB long, and up to ${megabytes(longestText)} MB are read`;
    throw invalidTerraform(source, problem, splitIt);
  }
  const foreign = foreignText(source.text);
  if (foreign !== undefined) throw invalidTerraform(source, foreign.problem, foreign.remedy);
}

function faulty(source: TerraformText, fault: JsonFault): NetproofError {
  switch (fault.kind) {
    case 'truncated':
      return invalidTerraform(source, `is cut short: ${fault.message}`, writeAgain, fault.at);
    case 'malformed':
      return invalidTerraform(source, `is not JSON: ${fault.message}`, writeAgain, fault.at);
    case 'too-deep':
    case 'too-large':
      return invalidTerraform(source, `is not read: ${fault.message}`, splitIt, fault.at);
  }
}

function notAnObject(source: TerraformText): NetproofError {
  return invalidTerraform(source, 'is JSON, but no Terraform: that is an object, { ... }', givenInstead);
}

const writeAgain = 'Write it again, whole and unedited.';
const splitIt = 'Split the stack, or give its parts one by one.';

/** What may be given instead of something that is no Terraform JSON. */
export const givenInstead =
  'Give a cdktf.out folder, a *.tf.json file, or what "terraform show -json" prints of a plan or state.';

/** Each value but the first of its array or object follows a comma; a short text is not worth the count. */
function hasTooManyValues(text: string): boolean {
  if (text.length < 2 * mostJsonValues) return false;
  let commas = 0;
  for (let at = text.indexOf(','); at !== -1; at = text.indexOf(',', at + 1)) {
    commas++;
    if (commas > mostJsonValues) return true;
  }
  return false;
}
