import type { Value } from '../../topology/value';
import { termOfAttribute, termOfJson } from '../configuration/value-term';
import type { Scope } from '../expressions/scope';
import { keyOf, missing, objectOf, ref, scalar, tuple, type Term } from '../expressions/term';
import { joinPath } from '../terraform-address';
import type { Consumer } from './candidates';
import type { PlannedInstance } from './planned-instance';
import type { PlanModule } from './plan-module';

/** What the names in the templates of a plan's configuration are looked up in. */
export interface PlanNames {
  variable(module: PlanModule, name: string): Term;
  instances(module: PlanModule, resource: string): readonly PlannedInstance[];
  find(address: string): PlannedInstance | undefined;
  attribute(instance: PlannedInstance, name: string): Value | undefined;
  output(module: PlanModule, name: string): Value | undefined;
  assumed(address: string): Term | undefined;
}

/** The scope of the templates that a plan made from JSON keeps. A plan does not tell what locals hold. */
export function planScope(names: PlanNames, consumer: Consumer): Scope {
  const { module } = consumer;
  const inModule = (address: string) => joinPath(module.address, address);
  return {
    variable: (name) => names.variable(module, name),
    local: (name) => names.assumed(inModule(`local.${name}`)) ?? missing(''),
    module: (name) => ref(`module.${name}`, ''),
    resource: (mode, type, name) => {
      const base = mode === 'data' ? `data.${type}.${name}` : `${type}.${name}`;
      return instancesTerm(names.instances(module, base), inModule(base));
    },
    attribute: ({ address }, name) => {
      const instance = names.find(address);
      const value = instance === undefined ? undefined : names.attribute(instance, name);
      const origin = ref(address, name);
      if (value !== undefined) return termOfAttribute(value, origin);
      return names.assumed(keyOf(origin)) ?? origin;
    },
    ref: (address, attribute) => {
      const [, called] = /^module\.([^.[\]]+)$/.exec(address) ?? [];
      if (called !== undefined) return moduleTerm(names, module, called, attribute);
      return names.assumed(keyOf(ref(address, attribute))) ?? ref(address, attribute);
    },
    exists: () => true,
    special: (root, name) => special(root, name, consumer),
  };
}

function instancesTerm(instances: readonly PlannedInstance[], base: string): Term {
  const [first] = instances;
  const term = ({ address }: PlannedInstance): Term => ({ kind: 'instance', address });
  if (first === undefined) return { kind: 'instance', address: base };
  if (first.index === undefined) return term(first);
  if (typeof first.index === 'string') {
    return objectOf(instances.map((instance) => [String(instance.index), term(instance)]));
  }
  const byIndex = [...instances].sort((one, other) => Number(one.index) - Number(other.index));
  return tuple(byIndex.map(term));
}

/** `module.net.vpc_id`: the output of the instance that the path names. */
function moduleTerm(names: PlanNames, module: PlanModule, called: string, path: string): Term {
  const [, index = '', output] = /^(\[(?:\d+|"(?:[^"\\]|\\.)*")\])?\.?([^.[]+)?$/.exec(path) ?? [];
  if (output === undefined) return ref(`module.${called}`, path);
  const child = module.children.get(called)?.find((one) => one.index === index);
  const address = joinPath(module.address, `module.${called}${index}`);
  const value = child === undefined ? undefined : names.output(child, output);
  const assumed = names.assumed(`${address}.${output}`);
  return assumed ?? (value === undefined ? missing('') : termOfAttribute(value, ref(address, output)));
}

function special(root: string, name: string, { index, forEach }: Consumer): Term | undefined {
  switch (root) {
    case 'count':
    case 'each':
      if (name !== 'value') return index === undefined ? missing('') : scalar(index);
      if (forEach?.kind === 'value') {
        const { value } = forEach;
        if (value.kind === 'list' && index !== undefined) return scalar(index);
        const own = value.kind === 'object' ? value.entries.get(String(index)) : undefined;
        return own === undefined ? missing('') : termOfAttribute(own, ref('', ''));
      }
      return missing('');
    case 'path':
    case 'terraform':
    case 'self':
      return missing('');
    default:
      return undefined;
  }
}

/** A variable of the root, as the plan tells it. */
export const plainTerm = (value: unknown): Term => termOfJson(value);
