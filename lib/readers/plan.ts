import type { Value } from '../topology/value';
import { AssumedValues } from './assumed-values';
import { providerSource } from './configuration/provider-names';
import { termOfJson } from './configuration/value-term';
import { valueOf } from './expressions/term';
import { refuseForeignJson } from './json/foreign-json';
import { invalidTerraform, readPlainObject, type TerraformText } from './json/terraform-text';
import {
  configurationOf,
  instanceOf,
  moduleAddressesIn,
  resourcesIn,
  type PlannedInstance,
} from './plan/planned-instance';
import { OwnParts } from './plan/own-parts';
import { planModules } from './plan/plan-module';
import { PlanReader } from './plan/plan-reader';
import { rawEntries, rawObject, rawObjects, rawText, rawTexts, type RawObject } from './plan/raw-plan';
import { ResourceIdentities } from './resource-identity';
import { concealed, concealedSettings } from './sensitive';
import type { ReadOptions } from './synth';
import type { ProviderConfiguration, Resource, TerraformDocument } from './terraform-document';

/**
 * Reads what `terraform show -json` prints of a plan, of Terraform or OpenTofu, format 1.x and before.
 *
 * What is known is what the plan says. What is not keeps its identity: a plan made from JSON has its templates, which
 * are evaluated; one made from HCL has only the names of what an expression refers to, followed through modules. Where
 * these leave a choice (`element(aws_subnet.a[*].id, count.index)`, several blocks that each name a group), the value
 * is one of them. Optional arguments that nobody wrote are absent, although a plan lists them as unknown.
 *
 * Throws `InvalidTerraform` for anything else, and for a plan of a newer format.
 * @see https://developer.hashicorp.com/terraform/internals/json-format
 */
export function readPlan(given: string | TerraformText, options: ReadOptions = {}): TerraformDocument {
  const source = typeof given === 'string' ? { text: given } : given;
  const plan = readPlainObject(source);
  refuseForeignJson(source, new Set(Object.keys(plan)), 'plan');
  refuseNewer(source, plan);
  const stack = options.stack ?? '';
  const assumed = options.assumed ?? new AssumedValues();
  const { instances, deleted, changed } = instancesIn(plan);
  const modules = planModules(plan.configuration, [
    ...moduleAddressesIn(rawObject(plan.planned_values).root_module),
    ...instances.map(({ module }) => module),
  ]);
  const identities = new ResourceIdentities([...instances, ...deleted].map(identified));
  const variables = rawObject(plan.variables);
  const ownParts = new OwnParts(plan.resource_changes);
  const reader = new PlanReader({ stack, modules, instances, variables, identities, assumed, ownParts });
  const aliases = aliasesIn(plan.configuration);
  return {
    kind: 'plan',
    stack,
    file: source.file,
    resources: instances.map((instance) => {
      const configuration = configurationOf(modules.get(instance.module), instance);
      const providerAlias = aliases.get(rawText(configuration.provider_config_key)) ?? '';
      return resourceOf(instance, stack, providerAlias, reader.attributesOf(instance));
    }),
    deleted: deleted.map((instance) => priorResource(instance, stack, identities)),
    changed: changed.map((instance) => priorResource(instance, stack, identities)),
    providers: providersOf(plan.configuration, reader, stack),
    outputs: outputsOf(plan, reader),
    variables: variablesOf(plan),
    netproof: undefined,
  };
}

function refuseNewer(source: TerraformText, plan: RawObject): void {
  const version = rawText(plan.format_version);
  if (!/^[01]\./.test(version)) {
    const problem = `is a plan of format ${version === '' ? 'unknown' : version}, and up to 1.x is read`;
    throw invalidTerraform(
      source,
      problem,
      'Use a newer netproof, or the Terraform that made earlier plans.',
    );
  }
  if (plan.errored === true) {
    throw invalidTerraform(
      source,
      'is a plan that failed, and tells a part only',
      'Plan again, and give that.',
    );
  }
}

/** What will be there once the plan is applied, and what it takes away. */
function instancesIn(plan: RawObject): Record<'instances' | 'deleted' | 'changed', PlannedInstance[]> {
  const changes = rawObjects(plan.resource_changes).filter(({ deposed }) => deposed === undefined);
  const byAddress = new Map(changes.map((change) => [rawText(change.address), change]));
  const planned = resourcesIn(rawObject(plan.planned_values).root_module);
  const prior = resourcesIn(rawObject(rawObject(plan.prior_state).values).root_module);
  const listed = new Set(planned.map(({ address }) => address));
  const instances = [
    ...planned.map((raw) =>
      plannedInstance(raw, rawObject(rawObject(byAddress.get(rawText(raw.address))).change)),
    ),
    // Data sources that were read already stand in the prior state, and what a plan forgets stays there.
    ...prior
      .filter(
        ({ address, mode }) =>
          !listed.has(address) && (mode === 'data' || isForgotten(byAddress.get(rawText(address)))),
      )
      .map((raw) => instanceOf(raw)),
  ];
  const before = (...actions: readonly string[]) =>
    changes
      .filter((change) => actions.includes(actionsOf(change).join()))
      .map((change) => {
        const { before: values, before_sensitive: sensitive } = rawObject(change.change);
        return instanceOf(change, { values, sensitive });
      });
  return {
    instances,
    deleted: before('delete'),
    changed: before('update', 'delete,create', 'create,delete'),
  };
}

function plannedInstance(raw: RawObject, change: RawObject): PlannedInstance {
  const { after, after_unknown: unknown, after_sensitive: sensitive } = change;
  const created = rawTexts(change.actions).includes('create');
  return instanceOf(raw, {
    created,
    ...(after === undefined || after === null ? {} : { values: after }),
    ...(unknown === undefined ? {} : { unknown }),
    ...(sensitive === undefined ? {} : { sensitive }),
  });
}

const actionsOf = (change: RawObject): readonly string[] => rawTexts(rawObject(change.change).actions);
const isForgotten = (change: RawObject | undefined): boolean =>
  change !== undefined && actionsOf(change).includes('forget');

/** What a resource is known by, for texts that name it. */
export const identified = ({ address, mode, values }: PlannedInstance) => ({
  address,
  mode,
  id: values.id,
  arn: values.arn,
});

/** A resource as it was before the plan: every value known. */
function priorResource(instance: PlannedInstance, stack: string, identities: ResourceIdentities): Resource {
  const modules = planModules({}, []);
  const reader = new PlanReader({
    stack,
    modules,
    instances: [instance],
    variables: {},
    identities,
    assumed: new AssumedValues(),
    ownParts: new OwnParts([]),
  });
  const { attributes } = reader.attributesOf(instance);
  return resourceOf(instance, stack, '', { attributes, authored: new Set(attributes.keys()) });
}

export function resourceOf(
  { address, mode, type, name, index, module, provider }: PlannedInstance,
  stack: string,
  providerAlias: string,
  { attributes, authored }: Pick<Resource, 'attributes' | 'authored'>,
): Resource {
  return {
    address,
    stack,
    mode,
    type,
    name,
    index,
    module,
    provider,
    providerAlias,
    constructPath: undefined,
    certain: true,
    existence: undefined,
    attributes,
    authored,
  };
}

/** Aliases by the key that resources name their provider configuration with. */
function aliasesIn(configuration: unknown): Map<string, string> {
  const entries = rawEntries(rawObject(configuration).provider_config);
  return new Map(entries.map(([key, raw]) => [key, rawText(rawObject(raw).alias)]));
}

function providersOf(configuration: unknown, reader: PlanReader, stack: string): ProviderConfiguration[] {
  return rawEntries(rawObject(configuration).provider_config).map(([key, raw]) => {
    const { full_name: fullName, name, alias, expressions } = rawObject(raw);
    return {
      provider: providerSource(rawText(fullName) || rawText(name)),
      alias: rawText(alias),
      stack,
      attributes: concealedSettings(
        reader.providerAttributes(expressions, `provider.${key}`),
        `provider.${key}`,
      ),
    };
  });
}

function variablesOf(plan: RawObject): Map<string, Value> {
  const declared = rawObject(rawObject(rawObject(plan.configuration).root_module).variables);
  return new Map(
    rawEntries(plan.variables).map(([name, raw]) => {
      const key = `var.${name}`;
      const value = valueOf(termOfJson(rawObject(raw).value), key, key);
      return [key, rawObject(declared[name]).sensitive === true ? concealed(value, key) : value];
    }),
  );
}

function outputsOf(plan: RawObject, reader: PlanReader): Map<string, Value> {
  const changes = rawObject(plan.output_changes);
  const outputs = new Map<string, Value>();
  for (const [name] of rawEntries(rawObject(rawObject(plan.configuration).root_module).outputs)) {
    const { after, after_unknown: unknown, after_sensitive: sensitive } = rawObject(changes[name]);
    const known = after ?? rawObject(rawObject(rawObject(plan.planned_values).outputs)[name]).value;
    const planned = { known, unknown, sensitive, shaped: sensitive !== undefined };
    const value = reader.output(name, planned);
    if (value !== undefined) outputs.set(name, value);
  }
  return outputs;
}
