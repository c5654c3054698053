import { identityOf, oneOf, ref, type Ref, type Value } from '../../topology/value';
import { rawObject } from './raw-plan';
import { baseOf, type PlannedInstance } from './planned-instance';
import type { PlanModule } from './plan-module';
import { planReferences, type PlanReference } from './reference';
import type { PlanSource } from './plan-source';

/** What an argument that is not known may be, told by the references that it is made of. */
export interface Candidates {
  /** What it may be, or as a list, what may be in it: in the order of the references. */
  readonly values: readonly Candidate[];
  /** False when something selects among the values: a variable, an index, a condition. */
  readonly all: boolean;
  /** Locals that take part: a plan does not tell their values. */
  readonly locals: readonly string[];
}

export interface Candidate {
  readonly value: Value;
  /** False for an id that is known already: it is no reason for the whole to be unknown, but may stand in a list. */
  readonly open: boolean;
}

/** Whose expression it is: which instance of which resource or module, for `each` and `count`. */
export interface Consumer {
  readonly module: PlanModule;
  /** Key of the instance: `count.index` or `each.key`. */
  readonly index: number | string | undefined;
  /** What its for_each goes through. */
  readonly forEach: PlanSource | undefined;
  /** Name of the argument, which tells whether an id or an ARN is meant. */
  readonly argument: string;
}

/** What candidates are looked up in. */
export interface PlanLookup {
  instances(module: PlanModule, resource: string): readonly PlannedInstance[];
  /** The value of an attribute; undefined when only the provider knows it. */
  attribute(instance: PlannedInstance, name: string): Value | undefined;
  /** An expression of a module's configuration: an output, the argument of a call. */
  source(raw: unknown, consumer: Consumer): PlanSource;
}

const none: Candidates = { values: [], all: true, locals: [] };

const certainly = (value: Value, open = true): Candidates => ({
  values: [{ value, open }],
  all: true,
  locals: [],
});

/** Nothing that could be unknown, but something that may select. */
const selector: Candidates = { values: [], all: false, locals: [] };

/** The candidates of a list of references. Only what is not known before apply counts, and ids beside such. */
export function candidatesOf(
  references: readonly string[],
  consumer: Consumer,
  lookup: PlanLookup,
): Candidates {
  return together(
    planReferences(references).map((reference) => candidatesOfReference(reference, consumer, lookup)),
  );
}

/** The candidates of anything that the configuration states. */
export function candidatesIn(source: PlanSource, consumer: Consumer, lookup: PlanLookup): Candidates {
  switch (source.kind) {
    case 'references': {
      const found = candidatesOf(source.references, consumer, lookup);
      return source.merged === true ? { ...found, all: false } : found;
    }
    case 'dynamic':
      return selector;
    case 'value':
      return candidatesOfValue(source.value);
    case 'block':
      return together([...source.entries.values()].map((entry) => candidatesIn(entry, consumer, lookup)));
    case 'blocks':
      return together(source.items.map((item) => candidatesIn(item, consumer, lookup)));
  }
}

function together(parts: readonly Candidates[]): Candidates {
  const values = parts.flatMap((part) => part.values);
  return {
    values: [...new Map(values.map((one) => [identityOf(one.value), one])).values()],
    all: parts.every((part) => part.all),
    locals: [...new Set(parts.flatMap((part) => part.locals))],
  };
}

function candidatesOfValue(value: Value): Candidates {
  switch (value.kind) {
    case 'known':
      return selector;
    case 'list':
      return together(value.items.map(candidatesOfValue));
    case 'object':
      return together([...value.entries.values()].map(candidatesOfValue));
    case 'one-of':
      return { ...together(value.options.map(candidatesOfValue)), all: false };
    case 'ref':
    case 'unknown':
      return certainly(value);
  }
}

/** The candidates of one reference. */
export function candidatesOfReference(
  reference: PlanReference,
  consumer: Consumer,
  lookup: PlanLookup,
): Candidates {
  switch (reference.kind) {
    case 'resource':
      return ofResource(reference, consumer, lookup);
    case 'module':
      return ofModule(reference, consumer, lookup);
    case 'variable':
      return ofVariable(reference.name, consumer, lookup);
    case 'local':
      return { values: [], all: false, locals: [reference.name] };
    case 'each value':
      return ofEachValue(reference.path, consumer, lookup);
    case 'position':
    case 'other':
      return selector;
  }
}

function ofResource(
  { resource, index, attribute }: PlanReference & { kind: 'resource' },
  consumer: Consumer,
  lookup: PlanLookup,
): Candidates {
  const instances = lookup
    .instances(consumer.module, resource)
    .filter(({ index: own }) => index === '' || index === `[${JSON.stringify(own)}]`);
  // Without a path the expression goes on from the whole resource: to its id, for an argument that takes ids.
  const path = attribute === '' ? identityNamed(consumer.argument) : attribute;
  return together(instances.map((instance) => ofAttribute(instance, path, lookup)));
}

/** `arn` for an argument that takes ARNs, else `id`. */
const identityNamed = (argument: string): string => (/arns?$/.test(argument) ? 'arn' : 'id');

function ofAttribute(instance: PlannedInstance, path: string, lookup: PlanLookup): Candidates {
  const [name = path, rest = ''] = split(path);
  const value = lookup.attribute(instance, name);
  const inner = value === undefined || rest === '' ? value : inside(value, rest);
  if (inner === undefined) return certainly(ref(instance.address, path));
  if (inner.kind !== 'known') return candidatesOfValue(inner);
  return isIdentity(path) ? certainly(ref(instance.address, path), false) : selector;
}

/** First name of a path, and what follows. */
const split = (path: string): readonly [string?, string?] => {
  const [, name, rest] = /^([^.[]+)\.?(.*)$/s.exec(path) ?? [];
  return [name, rest];
};

function inside(value: Value, path: string): Value | undefined {
  if (path === '') return value;
  const [, index, name, rest = ''] = /^(?:\[(\d+|"(?:[^"\\]|\\.)*")\]|([^.[]+))\.?(.*)$/s.exec(path) ?? [];
  if (value.kind === 'list' && index !== undefined) {
    const item = value.items[Number(index)];
    return item === undefined ? undefined : inside(item, rest);
  }
  if (value.kind === 'object') {
    const key = name ?? (index?.startsWith('"') ? (JSON.parse(index) as string) : index);
    const entry = key === undefined ? undefined : value.entries.get(key);
    return entry === undefined ? undefined : inside(entry, rest);
  }
  return undefined;
}

function ofModule(
  { name, index, output, path }: PlanReference & { kind: 'module' },
  consumer: Consumer,
  lookup: PlanLookup,
): Candidates {
  const children = (consumer.module.children.get(name) ?? []).filter(
    (child) => index === '' || child.index === index,
  );
  const each = children.map((child) => {
    const inner = insideModule(child, consumer.argument);
    const outputs = output === '' ? [...child.outputs.values()] : [child.outputs.get(output)];
    return together(
      outputs.map((given) =>
        given === undefined ? none : candidatesIn(lookup.source(given.expression, inner), inner, lookup),
      ),
    );
  });
  const found = together(each);
  // Which output it is, or which part of one, is not told.
  return output === '' || path !== '' ? { ...found, all: false } : found;
}

/** Expressions inside a module that belong to no resource: its outputs. */
const insideModule = (module: PlanModule, argument: string): Consumer => ({
  module,
  index: undefined,
  forEach: undefined,
  argument,
});

function ofVariable(name: string, { module, argument }: Consumer, lookup: PlanLookup): Candidates {
  const { parent, call } = module;
  const raw = rawObject(call.expressions)[name];
  // The root's variables are known, and so are defaults.
  if (parent === undefined || raw === undefined) return selector;
  const caller = callerOf(module, parent, argument, lookup);
  const found = candidatesIn(lookup.source(raw, caller), caller, lookup);
  return found.values.length === 0 && found.locals.length === 0 ? selector : found;
}

/** The call of a module as a consumer: its arguments may use the `each` of the call. */
export function callerOf(
  module: PlanModule,
  parent: PlanModule,
  argument: string,
  lookup: PlanLookup,
): Consumer {
  const index = module.index === '' ? undefined : (JSON.parse(module.index.slice(1, -1)) as string | number);
  const outside: Consumer = { module: parent, index, forEach: undefined, argument };
  const raw = module.call.for_each_expression;
  return raw === undefined ? outside : { ...outside, forEach: lookup.source(raw, outside) };
}

function ofEachValue(path: string, consumer: Consumer, lookup: PlanLookup): Candidates {
  const { forEach, index } = consumer;
  if (forEach === undefined || index === undefined) return selector;
  if (forEach.kind === 'value') {
    const own = inside(forEach.value, `[${JSON.stringify(String(index))}]`);
    const value = own === undefined || path === '' ? own : inside(own, path);
    return value === undefined ? selector : candidatesOfValue(value);
  }
  if (forEach.kind !== 'references') return selector;
  const references = planReferences(forEach.references);
  const [only] = references;
  if (references.length === 1 && only?.kind === 'resource' && only.attribute === '' && path !== '') {
    // for_each = aws_subnet.a: the instances have the keys of those that they are made for.
    const instances = lookup.instances(consumer.module, only.resource);
    const same = instances.find((instance) => instance.index === index);
    if (same !== undefined && instances.every((instance) => typeof instance.index === 'string')) {
      return ofAttribute(same, path, lookup);
    }
  }
  if (references.length === 1 && only?.kind === 'module' && only.output === '' && path !== '') {
    // for_each = module.service: as with a resource, each instance is made for the module with its key.
    const children = consumer.module.children.get(only.name) ?? [];
    const same = children.find((child) => child.index === `[${JSON.stringify(index)}]`);
    const [output, rest] = split(path);
    if (same !== undefined && output !== undefined) {
      return ofModule({ ...only, index: same.index, output, path: rest ?? '' }, consumer, lookup);
    }
  }
  // What an element holds is made of what the whole is made of.
  const inner = path === '' ? consumer.argument : path;
  const found = together(
    references.map((one) =>
      candidatesOfReference(one, { ...consumer, argument: inner, forEach: undefined }, lookup),
    ),
  );
  return found.values.length > 1 ? { ...found, all: false } : found;
}

/** Whether a path ends in what tells one resource from every other, so that it is handed on unchanged. */
export function isIdentity(path: string): boolean {
  return /(?:^|[._])(?:id|arn|name|identifier)s?(?:\[\d+\])?$/.test(path);
}

/** The value of a single argument: one candidate is it, of several it is one. */
export function singleValue(
  { values, locals }: Candidates,
  cause: { readonly key: string; readonly text: string },
): Value | undefined {
  const possible = values.filter(({ open }) => open).map(({ value }) => value);
  return undecided(possible, locals, cause) ?? (possible.length === 0 ? undefined : oneOf(possible, cause));
}

/**
 * The value of a list or set: everything there is. Where something selects, as many items as there are candidates, and
 * each of them any: as a set that is every choice of one or more of them.
 */
export function listValue(
  { values, locals, all }: Candidates,
  cause: { readonly key: string; readonly text: string },
): Value | undefined {
  const possible = values.some(({ open }) => open) ? values.map(({ value }) => value) : [];
  const [only, ...others] = possible;
  const settled = undecided(possible, locals, cause);
  if (settled !== undefined || only === undefined) return settled;
  // The attribute of another resource may itself be a list.
  if (only.kind === 'ref' && others.length === 0 && /s(?:\[\d+\])?$/.test(only.attribute)) return only;
  if (all || others.length === 0) return { kind: 'list', items: possible };
  return { kind: 'list', items: possible.map(() => oneOf(possible, cause)) };
}

/** Unknown, where the candidates do not tell what it is made of; undefined where they do. */
function undecided(
  possible: readonly Value[],
  locals: readonly string[],
  cause: { readonly key: string; readonly text: string },
): Value | undefined {
  const [only, ...others] = possible;
  if (only === undefined) return locals.length === 0 ? undefined : { kind: 'unknown', ...cause };
  if (possible.every(isHandedOn)) return undefined;
  return others.length === 0 && only.kind === 'unknown' ? only : { kind: 'unknown', ...cause };
}

const isHandedOn = (value: Value): value is Ref => value.kind === 'ref' && isIdentity(value.attribute);

/** The address of the resource that an instance is of, `module.m.aws_subnet.a`. */
export const resourceKey = (
  module: string,
  instance: Pick<PlannedInstance, 'mode' | 'type' | 'name'>,
): string => `${module}|${baseOf(instance)}`;
