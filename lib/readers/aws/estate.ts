import { identityOf, known, nothing, unknown, type Unknown, type Value } from '../../topology/value';
import type { Resource, TerraformDocument } from '../terraform-document';
import { Attributes, isUnknown } from '../attributes';
import { databasePort } from './engine-port';
import { OneEach } from './one-each';

/** One resource instance or data source of AWS. */
export class AwsResource extends Attributes {
  readonly type: string;
  readonly name: string;
  readonly managed: boolean;
  /** Set when the instance stands for none or any number of them. */
  readonly existence: Unknown | undefined;
  private readonly authored: ReadonlySet<string>;

  constructor(resource: Resource, settle: (value: Value) => Value) {
    const { address, constructPath, attributes } = resource;
    super({ id: address, path: '', constructPath, settle }, attributes);
    this.type = resource.type;
    this.name = resource.name;
    this.managed = resource.mode === 'managed';
    this.authored = resource.authored;
    this.existence = resource.certain ? undefined : existenceOf(resource);
  }

  /** Whether the configuration states the attribute. A plan lists computed ones as unknown although nobody wrote them. */
  states(name: string): boolean {
    return this.authored.has(name);
  }
}

/** What a value names: a resource of the input, or something that is not part of it. */
export type Thing =
  | { readonly kind: 'resource'; readonly resource: AwsResource; readonly attribute: string }
  /** Two values with the same id mean the same thing, whatever it is. */
  | { readonly kind: 'outside'; readonly id: string; readonly unknown: Unknown };

/** The things that a value may name: one when it is certain, none when nothing is named. */
export interface Things {
  readonly options: readonly Thing[];
  /** What would tell which; empty when it is certain. */
  readonly unknowns: readonly Unknown[];
}

/** The AWS resources of a document, by type and by everything that names them. */
export class Estate {
  readonly resources: readonly AwsResource[];
  /** What a plan takes away or changes, as it was. */
  readonly before: readonly AwsResource[];
  private readonly byAddress = new Map<string, AwsResource>();
  private readonly byType = new Map<string, AwsResource[]>();
  /** What ids and ARNs mean, as a state or a plan of existing things knows them. */
  private readonly byId = new Map<string, Thing>();
  private readonly oneEach: OneEach;

  constructor(document: TerraformDocument) {
    const settle = (value: Value) => this.settle(value, 0);
    this.resources = document.resources
      .filter(({ provider, type }) => provider === 'hashicorp/aws' || type.startsWith('aws_'))
      .map((resource) => new AwsResource(resource, settle));
    this.before = [...document.deleted, ...(document.changed ?? [])].map(
      (resource) => new AwsResource(resource, settle),
    );
    this.oneEach = new OneEach(this.resources);
    for (const resource of this.resources) {
      this.byAddress.set(resource.id, resource);
      if (!resource.managed) continue;
      const others = this.byType.get(resource.type);
      if (others === undefined) this.byType.set(resource.type, [resource]);
      else others.push(resource);
    }
    // The most telling last: what a VPC comes with may be adopted, and a data source may have found what is managed.
    const managed = this.resources.filter((resource) => resource.managed);
    for (const attribute of inheritedIds) managed.forEach((resource) => this.index(resource, attribute));
    for (const attribute of ['id', 'arn']) {
      this.resources.forEach((resource) => this.index(resource, attribute));
      managed.forEach((resource) => this.index(resource, attribute));
    }
  }

  /** Managed resources of these types, in the order of the document within a type. */
  of(...types: readonly string[]): readonly AwsResource[] {
    return types.flatMap((type) => this.byType.get(type) ?? []);
  }

  get types(): Iterable<string> {
    return this.byType.keys();
  }

  find(address: string): AwsResource | undefined {
    return this.byAddress.get(address);
  }

  /**
   * What a value names. `types` are the resource types that can stand there: a plan of HCL names everything that a
   * block refers to, and the type tells which of it is meant. A literal that is no id is looked up as a name.
   */
  things(value: Value, types: readonly string[], at: Attributes, attribute: string): Things {
    switch (value.kind) {
      case 'known':
        if (value === nothing || value.value === null) return { options: [], unknowns: [] };
        if (value.from !== undefined) {
          return { options: [this.referred(value.from.address, value.from.attribute)], unknowns: [] };
        }
        return { options: [this.literal(String(value.value), types)], unknowns: [] };
      case 'ref':
        return { options: [this.referred(value.address, value.attribute)], unknowns: [] };
      case 'one-of': {
        const own = at instanceof AwsResource ? this.oneEach.takenBy(at, attribute) : undefined;
        if (own !== undefined) return this.things(own, types, at, attribute);
        const options = value.options.flatMap((option) => this.things(option, types, at, attribute).options);
        const fitting = options.filter(
          (option) => option.kind === 'resource' && fits(option.resource, types),
        );
        const distinct = [
          ...new Map((fitting.length > 0 ? fitting : options).map((o) => [idOf(o), o])).values(),
        ];
        const cause = unknown(
          value.key ?? at.key(attribute),
          value.text ?? at.unknownOf(attribute, value).text,
        );
        const mayBeAbsent = value.options.some((option) => option.kind === 'known' && option.value === null);
        return { options: distinct, unknowns: distinct.length > 1 || mayBeAbsent ? [cause] : [] };
      }
      case 'unknown':
        return this.mentioned(value, types, at, attribute);
      case 'list':
      case 'object':
        return { options: [], unknowns: [] };
    }
  }

  /** What an attribute names: see `things`. */
  named(at: Attributes, attribute: string, types: readonly string[]): Things {
    return this.things(at.written(attribute), types, at, attribute);
  }

  /** What the items of a list name, and whether there may be others. */
  namedAll(
    at: Attributes,
    attribute: string,
    types: readonly string[],
  ): { readonly each: readonly Things[]; readonly unknowns: readonly Unknown[] } {
    const { items, unknowns } = at.items(attribute);
    return { each: items.map((item) => this.things(item, types, at, attribute)), unknowns };
  }

  /** What a reference holds, where that is known; any other value as it is. */
  settled(value: Value): Value {
    return this.settle(value, 0);
  }

  private index(resource: AwsResource, attribute: string): void {
    const value = resource.written(attribute);
    if (value.kind !== 'known' || value === nothing) return;
    this.byId.set(String(value.value), { kind: 'resource', resource, attribute });
  }

  private literal(text: string, types: readonly string[]): Thing {
    const found = this.byId.get(text);
    if (found !== undefined) return found;
    const named = this.of(...types).find((one) => one.text('name') === text);
    if (named !== undefined) return { kind: 'resource', resource: named, attribute: 'id' };
    return { kind: 'outside', id: text, unknown: unknown(text, `${text}, which is not in this input`) };
  }

  private referred(address: string, attribute: string): Thing {
    const resource = this.find(address);
    if (resource === undefined) {
      const key = attribute === '' ? address : `${address}.${attribute}`;
      return { kind: 'outside', id: key, unknown: unknown(key, `\${${key}}`) };
    }
    // A data source that found a managed resource of the same input is that one.
    const id = resource.managed ? undefined : resource.text('id');
    const same = id === undefined ? undefined : this.byId.get(id);
    return { kind: 'resource', resource: same?.kind === 'resource' ? same.resource : resource, attribute };
  }

  /**
   * What an expression may name: the resources of a fitting type that it mentions; something outside of the input when
   * it is made of variables and data alone; else any resource of these types, or something outside.
   */
  private mentioned(value: Unknown, types: readonly string[], at: Attributes, attribute: string): Things {
    const words = new Set(value.text.match(/(?:data\.)?\baws_\w+\.[\w-]+/g));
    const mentioned = words.size === 0 ? [] : this.of(...types).filter((one) => mentions(words, one));
    if (mentioned.length > 0) {
      const options = mentioned.map((resource) => ({ kind: 'resource', resource, attribute: 'id' }) as const);
      return { options, unknowns: options.length > 1 ? [value] : [] };
    }
    // The same variable is the same thing everywhere; an expression about its own instance is not.
    const own = /\b(each|count|self)\./.test(value.text);
    const id = own ? at.key(attribute) : identityOf(value);
    const outside: Thing = { kind: 'outside', id, unknown: value };
    if (/^\$\{/.test(value.text) && !/\b(?:local|module|each|self)\.|\baws_/.test(value.text)) {
      return { options: [outside], unknowns: [] };
    }
    const any = this.of(...types).map((resource): Thing => ({ kind: 'resource', resource, attribute: 'id' }));
    return { options: [outside, ...any], unknowns: any.length === 0 ? [] : [value] };
  }

  private settle(value: Value, depth: number): Value {
    if (value.kind !== 'ref' || depth > 20) return value;
    const resource = this.find(value.address);
    const held = resource?.written(value.attribute) ?? nothing;
    if (held !== nothing) return this.settle(held, depth + 1);
    // AWS fills the port of a database in; which one it will be is known from the engine.
    const port =
      value.attribute === 'port' && resource !== undefined && databaseTypes.has(resource.type)
        ? databasePort(resource)
        : undefined;
    return port === undefined ? value : known(port);
  }
}

const databaseTypes = new Set(['aws_db_instance', 'aws_rds_cluster']);

/** Ids that a resource has of things that come with it. */
const inheritedIds = [
  'default_security_group_id',
  'default_network_acl_id',
  'default_route_table_id',
  'main_route_table_id',
  'primary_network_interface_id',
];

/** Identity of a thing: two with the same id are the same. */
export function idOf(thing: Thing): string {
  return thing.kind === 'resource' ? thing.resource.id : thing.id;
}

/** The one resource that is named for certain, of one of these types. */
export function certainly(
  { options, unknowns }: Things,
  ...types: readonly string[]
): AwsResource | undefined {
  const [only, ...others] = options;
  if (others.length > 0 || unknowns.length > 0 || only?.kind !== 'resource') return undefined;
  return fits(only.resource, types) ? only.resource : undefined;
}

function fits(resource: AwsResource, types: readonly string[]): boolean {
  return types.includes(resource.type);
}

/** Whether the words of an expression name a resource, any instance of it. */
function mentions(words: ReadonlySet<string>, { id }: AwsResource): boolean {
  const bare = id.replace(/^.*?(?=(?:data\.)?aws_)/, '').replace(/\[[^\]]*\]$/, '');
  return words.has(bare);
}

function existenceOf({ existence, address }: Resource): Unknown {
  if (isUnknown(existence)) return existence;
  const key = `${address.replace(/\[[^\]]*\]$/, '')}.count`;
  const choice = existence?.kind === 'one-of' ? existence : undefined;
  return unknown(choice?.key ?? key, choice?.text ?? 'the number of instances');
}
