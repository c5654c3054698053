import { nestedBlocks } from '../readers/nested-blocks';
import type { Resource, TerraformDocument } from '../readers/terraform-document';
import type { Ref, Value } from '../topology/value';

/** What is written for an attribute; undefined when it is absent or null, which Terraform treats alike. */
export function written(from: Resource | ReadonlyMap<string, Value>, name: string): Value | undefined {
  const value = ('attributes' in from ? from.attributes : from).get(name);
  return value?.kind === 'known' && value.value === null ? undefined : value;
}

/** The value itself, when it is known before apply; numbers and booleans as text. Print `shown` rather than this. */
export function textOf(value: Value | undefined): string | undefined {
  return value?.kind === 'known' && value.value !== null ? String(value.value) : undefined;
}

/** An argument that is false unless written; null when it is not known before apply. */
export function flagOf(value: Value | undefined): boolean | null {
  if (value === undefined) return false;
  return value.kind === 'known' ? String(value.value) === 'true' : null;
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

/** Nested blocks of one name. */
export interface WrittenBlocks {
  /** Those that are written out, one map of attributes each. */
  readonly blocks: readonly ReadonlyMap<string, Value>[];
  /** What stands for any number of further blocks, as an expression; undefined when all are written out. */
  readonly unsure: string | undefined;
}

export function blocksOf(from: Resource | ReadonlyMap<string, Value>, name: string): WrittenBlocks {
  const found = nestedBlocks(written(from, name));
  return {
    blocks: found.flatMap((block) => (block.kind === 'object' ? [block.entries] : [])),
    unsure: found.flatMap((block) => (block.kind === 'unknown' ? [shown(block) || name] : []))[0],
  };
}

/** Whether a value may turn out to be any resource's. */
export const isUnsure = (value: Value | undefined): boolean =>
  value?.kind === 'unknown' || value?.kind === 'one-of';

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
