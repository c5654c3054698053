import { NetproofError } from '../addressing/netproof-error';
import { Traffic } from '../addressing/traffic';
import { readSourceText, shownFile } from './source-text';

/** One question of a list, as it was written. */
export interface Query {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly via?: string;
  readonly on: string;
}

/** A question of a list, or what is wrong with it; the others are answered all the same. */
export type ReadQuery =
  | { readonly query: Query; readonly on: Traffic }
  | { readonly id: string | number | null; readonly error: NetproofError };

/**
 * Reads a list of questions: a bare array of `{ "id", "from", "to", "via"?, "on" }`. Throws InvalidQueries for a file that
 * is no such array or names one id twice; a single question that is wrong is told as its own error.
 */
export function readQueries(file: string): readonly ReadQuery[] {
  const shown = shownFile(file);
  const list = parsed(readSourceText(file), shown);
  if (!Array.isArray(list)) {
    throw invalid(
      `${shown} is no list of questions. It takes [{ "id": "1", "from": "A", "to": "B", "on": "tcp/443" }].`,
    );
  }
  const queries = list.map((item: unknown, index) => readQuery(item, index, shown));
  const seen = new Set<unknown>();
  for (const read of queries) {
    const id = 'query' in read ? read.query.id : read.id;
    if (id !== null && seen.has(id)) {
      throw invalid(
        `${shown} has two questions with the id ${JSON.stringify(id)}. Give each an id of its own.`,
      );
    }
    seen.add(id);
  }
  return queries;
}

function parsed(text: string, shown: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    throw invalid(`${shown} is not JSON. Write the list of questions again, whole.`);
  }
}

const fields = ['id', 'from', 'to', 'via', 'on'];

function readQuery(item: unknown, index: number, shown: string): ReadQuery {
  const record = typeof item === 'object' && item !== null ? (item as Record<string, unknown>) : {};
  const { id } = record;
  const known = typeof id === 'string' || typeof id === 'number' ? id : null;
  const where = `${shown}, question ${index + 1}`;
  const wrong = (problem: string): ReadQuery => ({ id: known, error: invalid(`${where}: ${problem}`) });
  if (typeof id !== 'string') return wrong('"id" must be a text.');
  const extra = Object.keys(record).find((name) => !fields.includes(name));
  if (extra !== undefined)
    return wrong(`there is no field ${JSON.stringify(extra)}. There are ${fields.join(', ')}.`);
  const { from, to, via, on } = record;
  if (typeof from !== 'string' || typeof to !== 'string' || typeof on !== 'string') {
    return wrong('"from", "to" and "on" are needed, each as a text.');
  }
  if (via !== undefined && typeof via !== 'string') return wrong('"via" must be a text.');
  try {
    return { query: { id, from, to, ...(via !== undefined && { via }), on }, on: Traffic.parse(on) };
  } catch (error) {
    if (!NetproofError.is(error)) throw error;
    return { id, error };
  }
}

function invalid(message: string): NetproofError {
  return new NetproofError('InvalidQueries', message);
}
