import { rawEntries, rawObject, rawObjects, rawText, type RawObject } from './raw-plan';

/** One instance of a module in a plan, with what its configuration says. */
export interface PlanModule {
  /** `module.m["k"]`, or empty at the root. */
  readonly address: string;
  /** `["k"]`, `[0]`, or empty. */
  readonly index: string;
  readonly parent: PlanModule | undefined;
  /** The call in the parent's configuration; empty at the root. */
  readonly call: RawObject;
  /** Resource configurations by their address inside the module. */
  readonly resources: ReadonlyMap<string, RawObject>;
  readonly outputs: ReadonlyMap<string, RawObject>;
  readonly variables: ReadonlyMap<string, RawObject>;
  /** Instances of called modules, by the name of the call. */
  readonly children: ReadonlyMap<string, readonly PlanModule[]>;
}

/**
 * All instances of all modules, by address. `instances` are the addresses at which the plan has resources: a module
 * whose every instance creates nothing is nowhere else to be seen.
 */
export function planModules(configuration: unknown, instances: Iterable<string>): Map<string, PlanModule> {
  const known = [...new Set(instances)].flatMap(withParents);
  const modules = new Map<string, PlanModule>();
  const add = (
    raw: RawObject,
    address: string,
    index: string,
    parent: PlanModule | undefined,
    call: RawObject,
  ) => {
    const children = new Map<string, PlanModule[]>();
    const module: PlanModule = {
      address,
      index,
      parent,
      call,
      resources: new Map(rawObjects(raw.resources).map((resource) => [rawText(resource.address), resource])),
      outputs: new Map(rawEntries(raw.outputs).map(([name, output]) => [name, rawObject(output)])),
      variables: new Map(rawEntries(raw.variables).map(([name, variable]) => [name, rawObject(variable)])),
      children,
    };
    modules.set(address, module);
    for (const [name, called] of rawEntries(raw.module_calls)) {
      const inner = rawObject(called);
      const base = `${address === '' ? '' : `${address}.`}module.${name}`;
      children.set(
        name,
        indexesOf(base, known).map((step) =>
          add(rawObject(inner.module), `${base}${step}`, step, module, inner),
        ),
      );
    }
    return module;
  };
  add(rawObject(rawObject(configuration).root_module), '', '', undefined, {});
  return modules;
}

/** `module.a.module.b[0]` stands in `module.a`, which then exists as well. */
function withParents(address: string): string[] {
  const chain: string[] = [];
  for (const step of address.match(/module\.[^.[\]]+(?:\[(?:\d+|"(?:[^"\\]|\\.)*")\])?/g) ?? []) {
    chain.push(chain.length === 0 ? step : `${chain.at(-1)}.${step}`);
  }
  return chain;
}

/** Indexes of the instances of a call; one without index when none is known. */
function indexesOf(base: string, known: readonly string[]): string[] {
  const steps = known
    .filter((address) => address.startsWith(base))
    .map((address) => address.slice(base.length));
  const distinct = [...new Set(steps.filter((step) => /^(?:\[(?:\d+|"(?:[^"\\]|\\.)*")\])?$/.test(step)))];
  return distinct.length === 0 ? [''] : distinct.sort(byIndex);
}

/** `[2]` before `[10]`, texts by their letters. */
function byIndex(one: string, other: string): number {
  const [left, right] = [one, other].map((step) => Number(step.slice(1, -1)));
  return Number.isNaN(left) || Number.isNaN(right) ? (one < other ? -1 : 1) : left! - right!;
}
