import type { Unknown, Value, ValueObject } from '../topology/value';

/** A block with its arguments, or an unknown that stands for any number of blocks with any content. */
export type NestedBlock = ValueObject | Unknown;

/**
 * The blocks of one name (`ingress`, `route`, `networks_advanced`) in the order of the document. Terraform JSON
 * may write a single block as an object and several as a list; a plan always writes a list. An absent attribute
 * has none. What cannot be evaluated is one {@link Unknown}; of a choice, too, only its key and text remain.
 */
export function nestedBlocks(value: Value | undefined): readonly NestedBlock[] {
  if (value === undefined) return [];
  switch (value.kind) {
    case 'list':
      return value.items.flatMap(nestedBlocks);
    case 'object':
    case 'unknown':
      return [value];
    case 'known':
      return [];
    case 'ref': {
      const key = `${value.address}.${value.attribute}`;
      return [{ kind: 'unknown', key, text: `\${${key}}` }];
    }
    case 'one-of':
      return [{ kind: 'unknown', key: value.key ?? '', text: value.text ?? '' }];
  }
}
