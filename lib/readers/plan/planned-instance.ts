import { providerSource } from '../configuration/provider-names';
import { parseAddress } from '../terraform-address';
import type { PlanModule } from './plan-module';
import { rawObject, rawObjects, rawText, type RawObject } from './raw-plan';

/** One resource instance of a plan, before its values are read. */
export interface PlannedInstance {
  readonly address: string;
  readonly mode: 'managed' | 'data';
  readonly type: string;
  readonly name: string;
  readonly index: number | string | undefined;
  /** `module.m["k"]`, or empty. */
  readonly module: string;
  /** Last two parts of the provider's source. */
  readonly provider: string;
  /** What is known of its attributes. */
  readonly values: RawObject;
  /** `after_unknown`: what only the apply will tell. */
  readonly unknown: unknown;
  /** `after_sensitive`: what must not be shown; and its shape tells lists from single values. */
  readonly sensitive: unknown;
  /** Whether the plan makes it, at first or again. */
  readonly created: boolean;
}

/** `aws_subnet.a`: what the configuration calls a resource, without module and index. */
export const baseOf = ({ mode, type, name }: Pick<PlannedInstance, 'mode' | 'type' | 'name'>): string =>
  mode === 'data' ? `data.${type}.${name}` : `${type}.${name}`;

/** The resources of one module of planned or prior values and of all modules in it. */
export function resourcesIn(rootModule: unknown): RawObject[] {
  const found: RawObject[] = [];
  const open = [rawObject(rootModule)];
  for (let module = open.pop(); module !== undefined; module = open.pop()) {
    found.push(...rawObjects(module.resources));
    open.push(...[...rawObjects(module.child_modules)].reverse());
  }
  return found;
}

/** Addresses of all modules of planned or prior values. */
export function moduleAddressesIn(rootModule: unknown): string[] {
  const found: string[] = [];
  const open = [rawObject(rootModule)];
  for (let module = open.pop(); module !== undefined; module = open.pop()) {
    if (rawText(module.address) !== '') found.push(rawText(module.address));
    open.push(...rawObjects(module.child_modules));
  }
  return found;
}

/** An instance of planned, prior or state values. */
export function instanceOf(
  raw: RawObject,
  masks: {
    readonly values?: unknown;
    readonly unknown?: unknown;
    readonly sensitive?: unknown;
    readonly created?: boolean;
  } = {},
): PlannedInstance {
  const address = rawText(raw.address);
  const { index } = raw;
  return {
    address,
    mode: raw.mode === 'data' ? 'data' : 'managed',
    type: rawText(raw.type),
    name: rawText(raw.name),
    index: typeof index === 'number' || typeof index === 'string' ? index : undefined,
    module: rawText(raw.module_address) || (parseAddress(address)?.module ?? ''),
    provider: providerSource(rawText(raw.provider_name)),
    values: rawObject(masks.values ?? raw.values),
    unknown: masks.unknown,
    sensitive: masks.sensitive ?? raw.sensitive_values,
    created: masks.created ?? false,
  };
}

/** The configuration of the resource that an instance is of. */
export const configurationOf = (module: PlanModule | undefined, instance: PlannedInstance): RawObject =>
  module?.resources.get(baseOf(instance)) ?? {};
