import { NetproofError } from '../addressing/netproof-error';
import type { AssumedValues } from '../readers/assumed-values';
import { canonicalAddress } from '../readers/terraform-address';
import { JsonArray, JsonObject, plainJson, type Json } from '../readers/json/json-value';
import { readJsonObject } from '../readers/json/terraform-text';
import { didYouMean } from './did-you-mean';
import { readSourceText, shownFile } from './source-text';

/** What this version takes of a file of assumptions. */
const members = ['values'];

/**
 * Reads a file of assumptions: JSON, `{ "values": { "var.office_cidr": "203.0.113.0/24" } }`. Throws InvalidAssumptions for
 * anything else in it, and for a key that is given two values, in whatever spelling.
 */
export function readAssumptions(file: string): Readonly<Record<string, unknown>> {
  const shown = shownFile(file);
  const root = readJsonObject({ text: readSourceText(file), file: shown });
  for (const { name } of root.members) {
    if (members.includes(name)) continue;
    throw invalid(
      `${shown}: there is no assumption ${JSON.stringify(name)}.${didYouMean(name, members)} There is "values".`,
    );
  }
  const given = new Map<string, { readonly key: string; readonly value: unknown }>();
  for (const values of root.all('values')) {
    if (!(values instanceof JsonObject))
      throw invalid(`${shown}: "values" is an object of addresses and their values.`);
    for (const { name, value } of values.members) {
      const known = given.get(canonical(name));
      const plain = plainOf(value);
      if (known !== undefined && JSON.stringify(known.value) !== JSON.stringify(plain)) {
        const both =
          known.key === name
            ? JSON.stringify(name)
            : `${JSON.stringify(known.key)} and ${JSON.stringify(name)}, which are one,`;
        throw invalid(
          `${shown}: ${both} ${known.key === name ? 'is' : 'are'} given two different values. Leave one out.`,
        );
      }
      given.set(canonical(name), { key: name, value: plain });
    }
  }
  return Object.fromEntries([...given.values()].map(({ key, value }) => [key, value]));
}

/** Throws UnusedAssumption for keys that settled nothing: misspelt, or about what is not there. */
export function refuseUnused(sides: readonly AssumedValues[], file: string): void {
  const [first, ...others] = sides.map(({ unused }) => unused);
  const unused = (first ?? []).filter((key) => others.every((other) => other.includes(key)));
  if (unused.length === 0) return;
  const keys = unused.map((key) => JSON.stringify(key)).join(', ');
  throw new NetproofError(
    'UnusedAssumption',
    `${shownFile(file)} gives a value that nothing asks for: ${keys}. Take it out, or name what is not known: the answer without it prints the key.`,
  );
}

/** One spelling of a key, its stack in front as it is. */
function canonical(key: string): string {
  const [, stack = '', address = key] = /^([^:"[\]]+:)(.*)$/s.exec(key) ?? [];
  return `${stack}${canonicalAddress(address)}`;
}

function plainOf(value: Json): unknown {
  return value instanceof JsonObject || value instanceof JsonArray ? plainJson(value) : value;
}

function invalid(message: string): NetproofError {
  return new NetproofError('InvalidAssumptions', message);
}
