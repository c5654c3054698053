import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssumedValues } from '../../../lib/readers/assumed-values';
import { readPlan } from '../../../lib/readers/plan';
import { readState } from '../../../lib/readers/state';
import type { TerraformDocument } from '../../../lib/readers/terraform-document';
import type { Value } from '../../../lib/topology/value';

const folder = join(__dirname, '../fixtures/plans');

/** The text of a recorded file: `first-apply/plan.json`. */
export const recorded = (file: string): string => readFileSync(join(folder, file), 'utf8');

export const recordedPlan = (
  name: string,
  assumed: Readonly<Record<string, unknown>> = {},
): TerraformDocument =>
  readPlan(
    { text: recorded(`${name}/plan.json`), file: 'plan.json' },
    { assumed: new AssumedValues(assumed) },
  );

export const recordedState = (): TerraformDocument => readState(recorded('change-before/state.json'));

/** What a document says of `address` and the path of an attribute in it: `ingress[0].security_groups`. */
export function attributeAt(document: TerraformDocument, address: string, path: string): Value | undefined {
  const resource = document.resources.find((one) => one.address === address);
  if (resource === undefined) throw new Error(`there is no ${address}`);
  let value: Value | undefined = { kind: 'object', entries: resource.attributes };
  for (const [, index, name] of path.matchAll(/\[(\d+)\]|([^.[\]]+)/g)) {
    if (index !== undefined) value = value?.kind === 'list' ? value.items[Number(index)] : undefined;
    else value = value?.kind === 'object' ? value.entries.get(name!) : undefined;
  }
  return value;
}
