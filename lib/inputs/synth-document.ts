import { NetproofError } from '../addressing/netproof-error';
import { known, list, object, type Scalar, unknown, type Value } from '../topology/value';
import { JsonArray, JsonObject, plainJson, type Json } from '../readers/json/json-value';
import {
  givenInstead,
  invalidTerraform,
  readJsonObject,
  type TerraformText,
} from '../readers/json/terraform-text';
import { templateValue } from './template';
import type { ProviderConfiguration, Resource, TerraformDocument } from '../readers/terraform-document';

/**
 * Reads Terraform JSON as it is written before any plan: a cdk.tf.json, or all `*.tf.json` of one folder. Repeated
 * members and array bodies count, as they do for Terraform. Throws `InvalidTerraform` for a text that is none,
 * and `DuplicateResource` where Terraform would refuse too.
 *
 * References to attributes of resources keep their identity; other expressions are unknown, with their text.
 * Module calls are not followed: `moduleCalls` names them.
 */
export function readSynth(
  files: readonly TerraformText[],
  options: { readonly stack?: string } = {},
): TerraformDocument {
  const roots = files.map((file) => ({ file, root: rootOf(file) }));
  const bodies = roots.map(({ root }) => root);
  const providers = new ProviderNames(bodies);
  const metadata = bodies.flatMap((root) => objectsOf(root.all('//')));
  const resources = bodies.flatMap((root) => [
    ...declared(root, 'resource').flatMap((block) => instancesOf(block, 'managed', providers)),
    ...declared(root, 'data').flatMap((block) => instancesOf(block, 'data', providers)),
  ]);
  refuseDuplicates(resources);
  return {
    kind: 'synth',
    stack: options.stack ?? stackNameIn(metadata) ?? '',
    file: files.length === 1 ? files[0]?.file : undefined,
    resources: resources.map((r) => ({ ...r, stack: options.stack ?? '' })),
    deleted: [],
    providers: bodies.flatMap((root) => configurationsOf(root, providers)),
    outputs: new Map(bodies.flatMap(outputsOf)),
    netproof: metadata.map((entry) => entry.get('netproof')).map((entry) => entry && plainJson(entry))[0],
  };
}

/** Names of the modules that a root module calls; what they create stands in files of their own. */
export function moduleCalls(files: readonly TerraformText[]): string[] {
  return files.flatMap((file) => membersOf(rootOf(file).all('module')).map(({ name }) => name));
}

function rootOf(source: TerraformText): JsonObject {
  const root = readJsonObject(source);
  if (root.has('format_version')) {
    throw invalidTerraform(
      source,
      'is the JSON of a plan or a state, not the Terraform that was written',
      givenWritten,
    );
  }
  if (!root.members.some(({ name }) => blockTypes.has(name)) && root.members.length > 0) {
    throw invalidTerraform(source, 'is JSON, but no Terraform: it has no "resource"', givenInstead);
  }
  return root;
}

const givenWritten = 'Give a cdktf.out folder or a *.tf.json file.';

const blockTypes = new Set(
  'resource data provider terraform output variable locals module moved import removed check ephemeral'.split(
    ' ',
  ),
);

/** Objects at a place where Terraform takes one object or an array of them. */
function objectsOf(values: readonly Json[]): JsonObject[] {
  return values.flatMap((value) => {
    if (value instanceof JsonObject) return [value];
    return value instanceof JsonArray ? objectsOf(value.items) : [];
  });
}

const membersOf = (values: readonly Json[]) =>
  objectsOf(values)
    .flatMap(({ members }) => members)
    .filter(({ name }) => name !== '//');

interface Block {
  readonly type: string;
  readonly name: string;
  readonly body: JsonObject;
}

function declared(root: JsonObject, kind: 'resource' | 'data'): Block[] {
  return membersOf(root.all(kind)).flatMap(({ name: type, value }) =>
    membersOf([value]).flatMap(({ name, value: inner }) =>
      objectsOf([inner]).map((body) => ({ type, name, body })),
    ),
  );
}

function instancesOf(
  { type, name, body }: Block,
  mode: Resource['mode'],
  providers: ProviderNames,
): Omit<Resource, 'stack'>[] {
  const base = mode === 'data' ? `data.${type}.${name}` : `${type}.${name}`;
  const meta = {
    type,
    name,
    mode,
    module: '',
    ...providers.of(type, body),
    constructPath: constructPathOf(body),
  };
  return indicesOf(body, base).map(({ index, scope, existence }) => {
    const address = index === undefined ? base : `${base}[${JSON.stringify(index)}]`;
    const attributes = attributesOf(body, address, scope);
    return {
      ...meta,
      address,
      index,
      certain: existence === undefined,
      existence,
      attributes,
      authored: new Set(attributes.keys()),
    };
  });
}

interface Index {
  readonly index: number | string | undefined;
  /** What `count.index`, `each.key` and `each.value` stand for. */
  readonly scope: ReadonlyMap<string, Scalar>;
  readonly existence: Value | undefined;
}

function indicesOf(body: JsonObject, address: string): Index[] {
  const [count, forEach] = [body.get('count') ?? null, body.get('for_each') ?? null];
  if (typeof count === 'number') {
    return Array.from({ length: count }, (_, index) => ({
      index,
      scope: new Map([['count.index', index]]),
      existence: undefined,
    }));
  }
  if (count !== null) return [unsure(valueOf(count, `${address}.count`, new Map()))];
  const entries = entriesOf(forEach);
  if (entries !== undefined) {
    return entries.map(([key, value]) => ({
      index: key,
      scope: new Map<string, Scalar>([
        ['each.key', key],
        ...(isScalar(value) ? [['each.value', value] as const] : []),
      ]),
      existence: undefined,
    }));
  }
  if (forEach !== null) return [unsure(valueOf(forEach, `${address}.for_each`, new Map()))];
  return [{ index: undefined, scope: new Map(), existence: undefined }];
}

/** Keys and values of a for_each that is written out; undefined when a key or the whole is a template. */
function entriesOf(forEach: Json): (readonly [string, Json])[] | undefined {
  const entries =
    forEach instanceof JsonObject
      ? forEach.members.map(({ name, value }) => [name, value] as const)
      : forEach instanceof JsonArray
        ? forEach.items.map((item) => [item, item] as const)
        : undefined;
  const written = (entry: readonly [Json, Json]): entry is readonly [string, Json] =>
    typeof entry[0] === 'string' && !/[$%]\{/.test(entry[0]);
  return entries?.every(written) ? entries : undefined;
}

const unsure = (existence: Value): Index => ({ index: undefined, scope: new Map(), existence });

const isScalar = (value: Json): value is Scalar => value === null || typeof value !== 'object';

/** Arguments that speak to Terraform and not to the provider. */
const metaArguments = new Set([
  'count',
  'for_each',
  'provider',
  'depends_on',
  'lifecycle',
  'provisioner',
  'connection',
]);

function attributesOf(body: JsonObject, address: string, scope: Index['scope']): Map<string, Value> {
  const attributes = new Map<string, Value>();
  for (const { name, value } of body.members) {
    if (name === '//' || name === 'dynamic' || metaArguments.has(name)) continue;
    const read = valueOf(value, `${address}.${name}`, scope);
    const before = attributes.get(name);
    // A nested block may be written twice, like any other.
    attributes.set(name, before === undefined ? read : list([...itemsOf(before), ...itemsOf(read)]));
  }
  for (const { name } of membersOf(body.all('dynamic'))) {
    attributes.set(name, unknown(`${address}.${name}`, `dynamic "${name}"`));
  }
  return attributes;
}

const itemsOf = (value: Value): readonly Value[] => (value.kind === 'list' ? value.items : [value]);

function valueOf(value: Json, at: string, scope: Index['scope']): Value {
  if (typeof value === 'string') return templateValue(value, at, scope);
  if (isScalar(value)) return known(value);
  if (value instanceof JsonObject) {
    const members = value.members.filter(({ name }) => name !== '//');
    return object(members.map(({ name, value: member }) => [name, valueOf(member, `${at}.${name}`, scope)]));
  }
  return list(value.items.map((item, index) => valueOf(item, `${at}[${index}]`, scope)));
}

function constructPathOf(body: JsonObject): string | undefined {
  const metadata = objectsOf(body.all('//')).flatMap((comment) => objectsOf(comment.all('metadata')));
  const path = metadata.map((entry) => entry.get('path')).find((entry) => typeof entry === 'string');
  return typeof path === 'string' ? path.replace(/\/(Resource|Default)$/, '') : undefined;
}

function stackNameIn(comments: readonly JsonObject[]): string | undefined {
  const metadata = comments.flatMap((comment) => objectsOf(comment.all('metadata')));
  const name = metadata.map((entry) => entry.get('stackName')).find((entry) => typeof entry === 'string');
  return typeof name === 'string' ? name : undefined;
}

function configurationsOf(root: JsonObject, providers: ProviderNames): ProviderConfiguration[] {
  return membersOf(root.all('provider')).flatMap(({ name, value }) =>
    objectsOf([value]).map((body) => {
      const alias = body.get('alias');
      const attributes = attributesOf(body, `provider.${name}`, new Map());
      attributes.delete('alias');
      return {
        provider: providers.sourceOf(name),
        alias: typeof alias === 'string' ? alias : '',
        stack: '',
        attributes,
      };
    }),
  );
}

function outputsOf(root: JsonObject): (readonly [string, Value])[] {
  return membersOf(root.all('output')).flatMap(({ name, value }) =>
    objectsOf([value]).map((body) => {
      return [name, valueOf(body.get('value') ?? null, `output.${name}`, new Map())] as const;
    }),
  );
}

/** Local names of providers to the last two parts of their source, as `required_providers` states them. */
class ProviderNames {
  private readonly sources = new Map<string, string>();

  constructor(roots: readonly JsonObject[]) {
    const settings = roots.flatMap((root) => objectsOf(root.all('terraform')));
    for (const { name, value } of settings.flatMap((body) => membersOf(body.all('required_providers')))) {
      const source = value instanceof JsonObject ? value.get('source') : undefined;
      if (typeof source === 'string') this.sources.set(name, qualified(source));
    }
  }

  sourceOf(localName: string): string {
    return this.sources.get(localName) ?? qualified(localName);
  }

  /** `aws.west` in the `provider` argument, else the first word of the type. */
  of(type: string, body: JsonObject): { readonly provider: string; readonly providerAlias: string } {
    const argument = body.get('provider');
    const text = typeof argument === 'string' ? argument.replace(/^\$\{(.*)\}$/, '$1') : type.split('_')[0]!;
    const [localName = '', alias = ''] = text.split('.');
    return { provider: this.sourceOf(localName), providerAlias: alias };
  }
}

/** `kreuzwerker/docker` of any host; a bare name is one of HashiCorp's. */
function qualified(source: string): string {
  const parts = source.toLowerCase().split('/');
  return parts.length === 1 ? `hashicorp/${parts[0]}` : parts.slice(-2).join('/');
}

function refuseDuplicates(resources: readonly { address: string }[]): void {
  const seen = new Set<string>();
  for (const { address } of resources) {
    if (seen.has(address)) {
      throw new NetproofError(
        'DuplicateResource',
        `${address} is declared twice, which Terraform refuses too. Rename one of them.`,
      );
    }
    seen.add(address);
  }
}
