import type { Value } from '../topology/value';
import { AssumedValues } from './assumed-values';
import { refuseForeignJson } from './json/foreign-json';
import { invalidTerraform, readPlainObject, type TerraformText } from './json/terraform-text';
import { identified, resourceOf } from './plan';
import { instanceOf, resourcesIn } from './plan/planned-instance';
import { OwnParts } from './plan/own-parts';
import { planModules } from './plan/plan-module';
import { PlanReader } from './plan/plan-reader';
import { partOf } from './plan/plan-values';
import { rawEntries, rawObject, rawText } from './plan/raw-plan';
import { ResourceIdentities } from './resource-identity';
import type { ReadOptions } from './synth';
import type { TerraformDocument } from './terraform-document';

/**
 * Reads what `terraform show -json` prints of a state: everything is known, and an id or ARN of another resource is
 * told as that resource. Which arguments were written is not part of a state, so every attribute with a value counts
 * as authored; neither are provider configurations.
 *
 * Throws `InvalidTerraform` for anything else; a terraform.tfstate as it is stored among them.
 */
export function readState(given: string | TerraformText, options: ReadOptions = {}): TerraformDocument {
  const source = typeof given === 'string' ? { text: given } : given;
  const state = readPlainObject(source);
  refuseForeignJson(source, new Set(Object.keys(state)), 'state');
  const version = rawText(state.format_version);
  if (!/^[01]\./.test(version)) {
    const problem = `is a state of format ${version === '' ? 'unknown' : version}, and up to 1.x is read`;
    throw invalidTerraform(source, problem, 'Use a newer netproof, or an earlier Terraform.');
  }
  const stack = options.stack ?? '';
  const values = rawObject(state.values);
  const instances = resourcesIn(values.root_module).map((raw) => instanceOf(raw));
  const reader = new PlanReader({
    stack,
    modules: planModules({ root_module: { outputs: values.outputs } }, []),
    instances,
    variables: {},
    identities: new ResourceIdentities(instances.map(identified)),
    assumed: options.assumed ?? new AssumedValues(),
    ownParts: new OwnParts([]),
  });
  const outputs = new Map<string, Value>();
  for (const [name, raw] of rawEntries(values.outputs)) {
    const value = reader.output(
      name,
      partOf({ known: raw, unknown: undefined, sensitive: undefined, shaped: false }, 'value'),
    );
    if (value !== undefined) outputs.set(name, value);
  }
  return {
    kind: 'state',
    stack,
    file: source.file,
    resources: instances.map((instance) => {
      const { attributes } = reader.attributesOf(instance);
      return resourceOf(instance, stack, '', { attributes, authored: new Set(attributes.keys()) });
    }),
    deleted: [],
    providers: [],
    outputs,
    netproof: undefined,
  };
}
