import type { Value } from '../../topology/value';
import type { AssumedValues } from '../assumed-values';
import { Templates } from '../configuration/templates';
import { termOfAssumption, termOfAttribute, termOfJson } from '../configuration/value-term';
import { evaluate } from '../expressions/evaluate';
import { Beyond, Fault } from '../expressions/fault';
import { missing, ref, stepText, valueOf, type Term } from '../expressions/term';
import type { ResourceIdentities } from '../resource-identity';
import { concealed } from '../sensitive';
import { joinPath } from '../terraform-address';
import {
  callerOf,
  candidatesIn,
  resourceKey,
  singleValue,
  type Consumer,
  type PlanLookup,
} from './candidates';
import type { OwnParts } from './own-parts';
import { configurationOf, type PlannedInstance } from './planned-instance';
import { planScope, type PlanNames } from './plan-scope';
import { isStated, planSource, type PlanSource } from './plan-source';
import { partOf, PlanValues, type Planned } from './plan-values';
import type { PlanModule } from './plan-module';
import { isMarked, rawObject } from './raw-plan';

export interface PlanContext {
  readonly stack: string;
  readonly modules: ReadonlyMap<string, PlanModule>;
  readonly instances: readonly PlannedInstance[];
  /** Values of the root's variables. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly identities: ResourceIdentities;
  readonly assumed: AssumedValues;
  readonly ownParts: OwnParts;
}

/** Reads the attributes of a plan's resources, each once, when it is asked for. */
export class PlanReader {
  private readonly context: PlanContext;
  private readonly values: PlanValues;
  private readonly templates = new Templates();
  private readonly byAddress: ReadonlyMap<string, PlannedInstance>;
  private readonly byResource = new Map<string, PlannedInstance[]>();
  private readonly sources = new Map<string, ReadonlyMap<string, PlanSource>>();
  private readonly attributes = new Map<string, Value | undefined>();
  private readonly open = new Set<string>();

  constructor(context: PlanContext) {
    this.context = context;
    this.byAddress = new Map(context.instances.map((instance) => [instance.address, instance]));
    for (const instance of context.instances) {
      const key = resourceKey(instance.module, instance);
      const others = this.byResource.get(key);
      if (others === undefined) this.byResource.set(key, [instance]);
      else others.push(instance);
    }
    const lookup: PlanLookup = {
      instances: (module, resource) => this.instancesOf(module, resource),
      attribute: (instance, name) => this.attribute(instance, name),
      source: (raw, consumer) => this.source(raw, consumer),
    };
    this.values = new PlanValues(lookup, context.identities, context.assumed);
    this.lookup = lookup;
  }

  private readonly lookup: PlanLookup;

  /** Attributes with a value, and the names of those that the configuration states. */
  attributesOf(instance: PlannedInstance): { attributes: Map<string, Value>; authored: Set<string> } {
    const attributes = new Map<string, Value>();
    const authored = new Set<string>();
    const stated = this.stated(instance);
    const names = new Set([
      ...Object.keys(instance.values),
      ...Object.keys(rawObject(instance.unknown)),
      ...this.context.assumed
        .pathsIn(this.context.stack, instance.address)
        .filter((path) => /^[\w-]+$/.test(path)),
    ]);
    for (const name of names) {
      const value = this.attribute(instance, name);
      if (value === undefined) continue;
      attributes.set(name, value);
      const source = stated.get(name);
      if (source === undefined ? this.isMade(instance, name, value) : isStated(source)) authored.add(name);
    }
    return { attributes, authored };
  }

  /** The value of an attribute; undefined when only the provider will tell. */
  attribute(instance: PlannedInstance, name: string): Value | undefined {
    const key = `${instance.address}${stepText(name)}`;
    if (this.attributes.has(key)) return this.attributes.get(key);
    // A module may hand a value around in a ring that Terraform sees through; identity is then that of the start.
    if (this.open.has(key)) return ref(instance.address, name);
    this.open.add(key);
    const planned: Planned = partOf(
      { known: instance.values, unknown: instance.unknown, sensitive: instance.sensitive, shaped: true },
      name,
    );
    const consumer = { ...this.consumer(instance), argument: name };
    const place = { consumer, owner: instance.address, stack: this.context.stack };
    const value = this.values.value(planned, this.stated(instance).get(name), key, place);
    this.open.delete(key);
    this.attributes.set(key, value);
    return value;
  }

  /** The value of an output of the root. */
  output(name: string, planned: Planned): Value | undefined {
    const root = this.context.modules.get('');
    const raw = rawObject(root?.outputs.get(name));
    if (root === undefined) return undefined;
    const consumer = outsideResources(root, name);
    const place = { consumer, owner: '', stack: this.context.stack };
    const value = this.values.value(planned, this.source(raw.expression, consumer), `output.${name}`, place);
    return value !== undefined && isMarked(raw.sensitive) ? concealed(value, `output.${name}`) : value;
  }

  /** The arguments of a provider configuration. */
  providerAttributes(expressions: unknown, key: string): Map<string, Value> {
    const root = this.context.modules.get('');
    const attributes = new Map<string, Value>();
    if (root === undefined) return attributes;
    for (const [name, raw] of Object.entries(rawObject(expressions))) {
      const consumer = outsideResources(root, name);
      const place = { consumer, owner: '', stack: this.context.stack };
      const open: Planned = { known: undefined, unknown: true, sensitive: undefined, shaped: false };
      const value = this.values.value(open, this.source(raw, consumer), `${key}.${name}`, place);
      if (value !== undefined) attributes.set(name, value);
    }
    return attributes;
  }

  /**
   * Whether an attribute that no expression states is the configuration's all the same: a plan has no expression for
   * dynamic blocks. On creation nothing else makes blocks with known content; later, resources of their own may.
   */
  private isMade(instance: PlannedInstance, name: string, value: Value): boolean {
    const { values, unknown, created } = instance;
    const isAssumed = !(name in values) || rawObject(unknown)[name] === true;
    if (isAssumed) return true;
    const hasBlocks = value.kind === 'list' && value.items.length > 0 && value.items.every(isBlock);
    return hasBlocks && (created || !this.context.ownParts.has(instance, name));
  }

  private consumer(instance: PlannedInstance): Consumer {
    const module = this.context.modules.get(instance.module) ?? this.context.modules.get('')!;
    const outside: Consumer = { module, index: instance.index, forEach: undefined, argument: '' };
    const raw = configurationOf(module, instance).for_each_expression;
    return raw === undefined ? outside : { ...outside, forEach: this.source(raw, outside) };
  }

  private stated(instance: PlannedInstance): ReadonlyMap<string, PlanSource> {
    const known = this.sources.get(instance.address);
    if (known !== undefined) return known;
    const consumer = this.consumer(instance);
    const { expressions } = configurationOf(this.context.modules.get(instance.module), instance);
    const stated = new Map(
      Object.entries(rawObject(expressions)).map(([name, raw]) => [
        name,
        this.source(raw, { ...consumer, argument: name }, `${instance.address}${stepText(name)}`),
      ]),
    );
    this.sources.set(instance.address, stated);
    return stated;
  }

  private source(raw: unknown, consumer: Consumer, key = ''): PlanSource {
    return planSource(raw, (constant) => this.constant(constant, consumer, key));
  }

  /** The value of a constant, in whose texts a plan made from JSON keeps its templates. */
  private constant(constant: unknown, consumer: Consumer, key: string): Value {
    if (Array.isArray(constant)) {
      return {
        kind: 'list',
        items: constant.map((item, at) => this.constant(item, consumer, `${key}[${at}]`)),
      };
    }
    if (typeof constant === 'object' && constant !== null) {
      const entries = Object.entries(constant).map(
        ([name, inner]) => [name, this.constant(inner, consumer, `${key}${stepText(name)}`)] as const,
      );
      return { kind: 'object', entries: new Map(entries) };
    }
    if (typeof constant !== 'string') return valueOf(termOfJson(constant), key, '');
    const expression = this.templates.of(constant);
    if (expression === undefined) return { kind: 'known', value: constant };
    if (expression instanceof Error) return { kind: 'unknown', key, text: constant };
    try {
      return valueOf(evaluate(expression, planScope(this.names, consumer)), key, constant);
    } catch (error) {
      if (error instanceof Fault || error instanceof Beyond) return { kind: 'unknown', key, text: constant };
      throw error;
    }
  }

  private readonly names: PlanNames = {
    variable: (module, name) => this.variable(module, name),
    instances: (module, resource) => this.instancesOf(module, resource),
    find: (address) => this.byAddress.get(address),
    attribute: (instance, name) => this.attribute(instance, name),
    output: (module, name) => this.moduleOutput(module, name),
    assumed: (address) => {
      const found = this.context.assumed.of(this.context.stack, address);
      return found === undefined ? undefined : termOfAssumption(found.value);
    },
  };

  private instancesOf(module: PlanModule, resource: string): readonly PlannedInstance[] {
    return this.byResource.get(`${module.address}|${resource}`) ?? [];
  }

  private variable(module: PlanModule, name: string): Term {
    const { parent } = module;
    if (parent === undefined) {
      const value = rawObject(this.context.variables[name]).value;
      return value === undefined ? missing(`var.${name}`) : termOfJson(value);
    }
    const raw = rawObject(module.call.expressions)[name];
    if (raw === undefined) return termOfJson(rawObject(module.variables.get(name)).default ?? null);
    const caller = callerOf(module, parent, name, this.lookup);
    const key = joinPath(module.address, `var.${name}`);
    return this.sourceTerm(this.source(raw, caller), caller, key);
  }

  private moduleOutput(module: PlanModule, name: string): Value | undefined {
    const raw = module.outputs.get(name);
    if (raw === undefined) return undefined;
    const consumer = outsideResources(module, name);
    const source = this.source(raw.expression, consumer);
    if (source.kind === 'value') return source.value;
    const cause = { key: `${module.address}.${name}`, text: '' };
    return singleValue(candidatesIn(source, consumer, this.lookup), cause);
  }

  private sourceTerm(source: PlanSource, consumer: Consumer, key: string): Term {
    if (source.kind === 'value') return termOfAttribute(source.value, ref('', ''));
    const value = singleValue(candidatesIn(source, consumer, this.lookup), { key, text: '' });
    // Nothing unknown goes into it, but a plan tells values of resources and not of variables.
    return value === undefined ? missing('') : termOfAttribute(value, ref('', ''));
  }
}

const outsideResources = (module: PlanModule, argument: string): Consumer => ({
  module,
  index: undefined,
  forEach: undefined,
  argument,
});

const isBlock = (value: Value): boolean => value.kind === 'object';
