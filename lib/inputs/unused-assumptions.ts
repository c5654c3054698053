import { NetproofError } from '../addressing/netproof-error';
import { splitKey, type AssumedValues } from '../readers/assumed-values';
import { canonicalAddress, parseAddress } from '../readers/terraform-address';
import type { TerraformDocument } from '../readers/terraform-document';
import { printable, type Value } from '../topology/value';
import { didYouMean } from './did-you-mean';

/** What assumptions were made for. */
export interface AssumedFor {
  readonly assumed: AssumedValues;
  /** One per stack, addresses without stack. */
  readonly documents: readonly TerraformDocument[];
}

/**
 * Refuses assumptions that none of `sides` used: UnusedAssumption for a key that nothing asks for, with the nearest that
 * is there, and ContradictoryAssumption, with both values, for one that Terraform states already. `source` is the file
 * of assumptions, or what they are called in code.
 */
export function refuseUnused(sides: readonly AssumedFor[], source: string): void {
  const [first, ...others] = sides.map(({ assumed }) => assumed.unused);
  const unused = (first ?? []).filter((key) => others.every((other) => other.includes(key)));
  if (unused.length === 0) return;
  const documents = sides.flatMap((side) => side.documents);
  const given = sides[0]!.assumed;
  const stated = unused.flatMap((key) => {
    const found = statedFor(key, documents);
    return found === undefined ? [] : [{ key, ...found }];
  });
  const [one] = stated;
  if (one !== undefined) {
    const { key, value, document } = one;
    const where = document.file ?? `the ${document.kind}`;
    throw new NetproofError(
      'ContradictoryAssumption',
      `${source} gives ${key} the value ${JSON.stringify(given.valueOf(key))}, and ${where} states it already: ${printable(value)}. ` +
        'Take it out: what Terraform says is not assumed.',
    );
  }
  const keys = unused.map((key) => JSON.stringify(key)).join(', ');
  const near = unused.length === 1 ? nearest(unused[0]!, given, documents) : '';
  throw new NetproofError(
    'UnusedAssumption',
    `${source} gives a value that nothing asks for: ${keys}.${near} Take it out, or name what is not known: the answer without it prints the key.`,
  );
}

/** What a document states at an address, if it is settled there. */
function statedFor(
  key: string,
  documents: readonly TerraformDocument[],
): { readonly value: Value; readonly document: TerraformDocument } | undefined {
  const { stack, address } = splitKey(key);
  for (const document of documents) {
    if (stack !== '' && document.stack !== stack) continue;
    const canonical = canonicalAddress(address);
    const parsed = parseAddress(address);
    const resource = document.resources.find((one) => one.address === parsed?.instance);
    const value =
      document.variables?.get(canonical) ??
      (resource === undefined || parsed === undefined
        ? undefined
        : valueAt({ kind: 'object', entries: resource.attributes }, parsed.attribute));
    if (value !== undefined && (value.kind === 'known' || value.kind === 'ref')) return { value, document };
  }
  return undefined;
}

function valueAt(value: Value, path: string): Value | undefined {
  let found: Value | undefined = value;
  for (const [, index, quoted, name] of path.matchAll(/\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|([^.[\]]+)/g)) {
    if (index !== undefined) found = found?.kind === 'list' ? found.items[Number(index)] : undefined;
    else found = found?.kind === 'object' ? found.entries.get(quoted ?? name!) : undefined;
  }
  return found;
}

/** ` Did you mean ...?`: of what was asked for, and of what the same resources would be called. */
function nearest(key: string, { asked }: AssumedValues, documents: readonly TerraformDocument[]): string {
  const { stack, address } = splitKey(key);
  const parsed = parseAddress(address);
  const rest = parsed === undefined ? '' : address.slice(parsed.instance.length);
  const prefix = stack === '' ? '' : `${stack}:`;
  const known = documents.flatMap(({ resources }) =>
    resources.map((one) => `${prefix}${one.address}${rest}`),
  );
  const variables = [...asked].filter((one) => one !== address).map((one) => `${prefix}${one}`);
  return didYouMean(key, [...variables, ...known.filter((one) => one !== key)]);
}
