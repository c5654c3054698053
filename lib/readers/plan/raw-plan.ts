/**
 * The parts of `terraform show -json` that are read, as Terraform writes them (format 1.x). Nothing is taken for
 * granted: every access goes through the guards below, so that a damaged file gives less, never a crash.
 * @see https://developer.hashicorp.com/terraform/internals/json-format
 */
export type RawObject = Readonly<Record<string, unknown>>;

const none: RawObject = {};

/** The object, or an empty one for anything else. */
export function rawObject(value: unknown): RawObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as RawObject) : none;
}

export function rawObjects(value: unknown): readonly RawObject[] {
  return Array.isArray(value) ? value.map(rawObject) : [];
}

export function rawEntries(value: unknown): readonly (readonly [string, unknown])[] {
  return Object.entries(rawObject(value));
}

export function rawText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function rawTexts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

/** Whether a mask of `after_unknown` or `after_sensitive` says so of the whole. */
export const isMarked = (mask: unknown): boolean => mask === true;

/** The mask of one attribute or item, where the mask has one. */
export function maskAt(mask: unknown, key: string | number): unknown {
  if (mask === true) return true;
  if (typeof mask !== 'object' || mask === null) return undefined;
  return (mask as Readonly<Record<string | number, unknown>>)[key];
}
