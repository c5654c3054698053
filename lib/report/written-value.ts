import type { Resource, TerraformDocument } from '../readers/terraform-document';
import type { Ref, Scalar, Value } from '../topology/value';

/** What is written for an attribute; undefined when it is absent or null, which Terraform treats alike. */
export function written(from: Resource | ReadonlyMap<string, Value>, name: string): Value | undefined {
  const value = ('attributes' in from ? from.attributes : from).get(name);
  return value?.kind === 'known' && value.value === null ? undefined : value;
}

/** The value itself, when it is known before apply; numbers and booleans as text. Print `shown` rather than this. */
export function textOf(value: Value | undefined): string | undefined {
  return value?.kind === 'known' && value.value !== null ? String(value.value) : undefined;
}

export function scalarOf(value: Value | undefined): Scalar | undefined {
  return value?.kind === 'known' ? value.value : undefined;
}

/** The resource that a value points at, whatever attribute of it. */
export function targetOf(value: Value | undefined): Ref | undefined {
  return value?.kind === 'ref' ? value : undefined;
}

/** For people: the value, the reference as `aws_vpc.main.id`, or the expression that nobody can evaluate yet. */
export function shown(value: Value | undefined): string {
  switch (value?.kind) {
    case undefined:
      return '';
    case 'known':
      if (value.sensitive === true) return '(sensitive)';
      return value.value === null ? '' : String(value.value);
    case 'ref':
      return value.attribute === '' ? value.address : `${value.address}.${value.attribute}`;
    case 'one-of':
      return value.options.map(shown).join(' or ');
    case 'unknown':
      return value.text;
    case 'list':
      return value.items.map(shown).join(', ');
    case 'object':
      return [...value.entries].map(([key, item]) => `${key}: ${shown(item)}`).join(', ');
  }
}

/** The items of a list or set, or the value alone. */
export function itemsOf(value: Value | undefined): readonly Value[] {
  if (value === undefined) return [];
  return value.kind === 'list' ? value.items : [value];
}

/** Nested blocks, one map of attributes each: written as a list of objects, or as one object. */
export function blocksOf(
  from: Resource | ReadonlyMap<string, Value>,
  name: string,
): ReadonlyMap<string, Value>[] {
  return itemsOf(written(from, name)).flatMap((item) => (item.kind === 'object' ? [item.entries] : []));
}

/** Managed resources of these types, in document order. */
export function managed(document: TerraformDocument, ...types: readonly string[]): Resource[] {
  return document.resources.filter(({ mode, type }) => mode === 'managed' && types.includes(type));
}

/**
 * What a person calls a resource: its `Name` tag, else where its construct stands inside the stack, else
 * Terraform's own address.
 */
export function labelOf(resource: Resource): string {
  const tags = written(resource, 'tags');
  const tag = tags?.kind === 'object' ? tags.entries.get('Name') : undefined;
  const name = tag?.kind === 'known' ? shown(tag) : '';
  if (name !== '') return name;
  return resource.constructPath?.split('/').slice(1).join('/') || resource.address;
}
