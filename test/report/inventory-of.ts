import { readSynth } from '../../lib/readers/synth';
import { stackInventory, type StackInventory } from '../../lib/report/inventory';
import { inventoryText } from '../../lib/report/inventory-text';
import { plainPaint } from '../../lib/report/terminal-style';

/** The inventory of a stack `s` that declares these resources: type to name to body, as in Terraform JSON. */
export function inventoryOf(
  resource: Resources,
  rest: Readonly<Record<string, unknown>> = {},
): StackInventory {
  const text = JSON.stringify({ resource, ...rest });
  const document = readSynth([{ text, file: 'cdk.tf.json' }], { stack: 's' });
  return stackInventory(document, { files: ['cdk.tf.json'], annotations: [] });
}

/** The same as it is printed, one line each. */
export function linesOf(resource: Resources, rest?: Readonly<Record<string, unknown>>): string[] {
  return inventoryText([inventoryOf(resource, rest)], plainPaint).split('\n');
}

export type Resources = Readonly<Record<string, Readonly<Record<string, object>>>>;
