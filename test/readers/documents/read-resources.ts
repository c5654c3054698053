import { AssumedValues } from '../../../lib/readers/assumed-values';
import { readSynth } from '../../../lib/readers/synth';
import type { Resource, TerraformDocument } from '../../../lib/readers/terraform-document';
import type { Value } from '../../../lib/topology/value';

/** The document of plain JSON, as a cdk.tf.json of the stack `shop`. */
export function synthOf(root: object, assumed: Readonly<Record<string, unknown>> = {}): TerraformDocument {
  const text = JSON.stringify(root);
  return readSynth([{ text, file: 'cdk.tf.json' }], { stack: 'shop', assumed: new AssumedValues(assumed) });
}

/** The resource at an address; throws when there is none. */
export function at(document: TerraformDocument, address: string): Resource {
  const found = document.resources.find((resource) => resource.address === address);
  if (found === undefined) throw new Error(`no ${address} in ${addressesOf(document).join(', ')}`);
  return found;
}

export const addressesOf = (document: TerraformDocument): string[] =>
  document.resources.map(({ address }) => address);

/** The value of one argument of one resource, declared beside other things: `${...}` where the argument stands. */
export function valueOf(
  argument: unknown,
  rest: object = {},
  assumed: Readonly<Record<string, unknown>> = {},
): Value | undefined {
  const { resource = {}, ...others } = rest as { resource?: object };
  const document = synthOf({ ...others, resource: { ...resource, test: { it: { argument } } } }, assumed);
  return at(document, 'test.it').attributes.get('argument');
}
