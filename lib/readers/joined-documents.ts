import { NetproofError } from '../addressing/netproof-error';
import type { Known, Ref, Value } from '../topology/value';
import { remoteSources } from './remote-sources';
import { reread } from './reread';
import { ResourceIdentities } from './resource-identity';
import type { ProviderConfiguration, Resource, TerraformDocument } from './terraform-document';

/**
 * Several stacks as one document: every address, ref and key begins with `stack:`. What one stack takes from another is
 * followed: references to its outputs through `terraform_remote_state`, and known ids to the resource that has them.
 * One document alone is itself, unless `prefix` is `always`. Throws `SameStack` for two documents of one name, which
 * addresses could not tell apart.
 */
export function joinDocuments(
  documents: readonly TerraformDocument[],
  { prefix = 'several' }: { readonly prefix?: 'several' | 'always' } = {},
): TerraformDocument {
  const [only, ...others] = documents;
  if (only !== undefined && others.length === 0 && prefix === 'several') return only;
  const parts = resolveDocuments(documents);
  const prefixed = parts.map(withPrefix);
  const identities = new ResourceIdentities(
    prefixed.flatMap(({ resources }) =>
      resources.map(({ address, mode, attributes }) => ({
        address,
        mode,
        id: textOf(attributes.get('id')),
        arn: textOf(attributes.get('arn')),
      })),
    ),
  );
  const kinds = new Set(parts.map(({ kind }) => kind));
  return {
    kind: kinds.size === 1 ? parts[0]!.kind : 'plan',
    stack: '',
    file: undefined,
    resources: prefixed.flatMap(({ resources }) =>
      resources.map((resource) => identified(resource, identities)),
    ),
    deleted: prefixed.flatMap(({ deleted }) => deleted.map((resource) => identified(resource, identities))),
    changed: prefixed.flatMap(({ changed = [] }) =>
      changed.map((resource) => identified(resource, identities)),
    ),
    providers: prefixed.flatMap(({ providers }) => providers),
    outputs: new Map(
      prefixed.flatMap(({ stack, outputs }) =>
        [...outputs].map(([name, value]) => [`${stack}:${name}`, identities.told(value, '')] as const),
      ),
    ),
    netproof: undefined,
    moduleCalls: parts.flatMap(({ moduleCalls }) => moduleCalls ?? []),
    parts,
  };
}

/**
 * Every document with the outputs of the others in it, in whatever order they need each other. Addresses are as they were;
 * what is taken from another stack begins with its name. Throws `SameStack` for two documents of one name.
 */
export function resolveDocuments(documents: readonly TerraformDocument[]): readonly TerraformDocument[] {
  refuseSameNames(documents);
  const done = new Map<string, TerraformDocument>();
  const resolve = (document: TerraformDocument): TerraformDocument => {
    const known = done.get(document.stack);
    if (known !== undefined) return known;
    // Stacks that need each other in a ring see each other as they are alone.
    done.set(document.stack, document);
    const sources = remoteSources(document, documents);
    if (sources.size === 0) return document;
    const whole = reread(document, (dataSource) => {
      const other = sources.get(dataSource);
      return other === undefined ? undefined : outputsOf(resolve(other));
    });
    done.set(document.stack, whole);
    return whole;
  };
  return documents.length < 2 ? documents : documents.map(resolve);
}

function refuseSameNames(documents: readonly TerraformDocument[]): void {
  const seen = new Map<string, TerraformDocument>();
  for (const document of documents) {
    const other = seen.get(document.stack);
    if (other !== undefined) {
      const files = [other, document].map(({ file }) => file ?? 'a text').join(' and ');
      throw new NetproofError(
        'SameStack',
        `Two inputs are called ${JSON.stringify(document.stack)}: ${files}. Addresses could not tell them apart: rename one, or give one of them.`,
      );
    }
    seen.set(document.stack, document);
  }
}

const outputsOf = ({ outputs, stack }: TerraformDocument): ReadonlyMap<string, Value> =>
  prefixedValues(outputs, stack);

function withPrefix(document: TerraformDocument): TerraformDocument {
  const { stack } = document;
  const resource = (one: Resource): Resource => ({
    ...one,
    address: prefixedAddress(one.address, stack),
    existence: one.existence === undefined ? undefined : prefixedValue(one.existence, stack),
    attributes: prefixedValues(one.attributes, stack),
  });
  return {
    ...document,
    resources: document.resources.map(resource),
    deleted: document.deleted.map(resource),
    changed: (document.changed ?? []).map(resource),
    providers: document.providers.map((provider): ProviderConfiguration => ({
      ...provider,
      attributes: prefixedValues(provider.attributes, stack),
    })),
    outputs: prefixedValues(document.outputs, stack),
  };
}

/** An address that has a stack already is that of another one. */
const prefixedAddress = (address: string, stack: string): string =>
  /^[^:"[\]]+:/.test(address) ? address : `${stack}:${address}`;

const prefixedValues = (values: ReadonlyMap<string, Value>, stack: string): Map<string, Value> =>
  new Map([...values].map(([name, value]) => [name, prefixedValue(value, stack)]));

function prefixedValue(value: Value, stack: string): Value {
  switch (value.kind) {
    case 'known':
    case 'ref':
      return prefixedLeaf(value, stack);
    case 'unknown': {
      const key = prefixedAddress(value.key, stack);
      if (value.parts === undefined) return { ...value, key };
      return { ...value, key, parts: value.parts.map((part) => prefixedLeaf(part, stack)) };
    }
    case 'one-of': {
      const options = value.options.map((option) => prefixedValue(option, stack));
      return value.key === undefined
        ? { ...value, options }
        : { ...value, options, key: prefixedAddress(value.key, stack) };
    }
    case 'list':
      return { kind: 'list', items: value.items.map((item) => prefixedValue(item, stack)) };
    case 'object':
      return { kind: 'object', entries: prefixedValues(value.entries, stack) };
  }
}

function prefixedLeaf(value: Known | Ref, stack: string): Known | Ref {
  if (value.kind === 'ref') return { ...value, address: prefixedAddress(value.address, stack) };
  if (value.from === undefined) return value;
  return { ...value, from: { ...value.from, address: prefixedAddress(value.from.address, stack) } };
}

function identified(resource: Resource, identities: ResourceIdentities): Resource {
  const attributes = [...resource.attributes].map(
    ([name, value]) =>
      [name, name === 'id' || name === 'arn' ? value : identities.told(value, resource.address)] as const,
  );
  return { ...resource, attributes: new Map(attributes) };
}

const textOf = (value: Value | undefined): unknown => (value?.kind === 'known' ? value.value : undefined);
