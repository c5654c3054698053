/** A string, number, boolean or null as Terraform holds it. */
export type Scalar = string | number | boolean | null;

/**
 * What is known, before apply, of one attribute.
 *
 * - `known`: the value itself.
 * - `ref`: an attribute of another resource whose identity is certain although its text is not
 *   (`${aws_security_group.web.id}`). Not an unknown: two refs to one resource are equal.
 * - `one-of`: one of several refs or values, and the input cannot tell which.
 * - `unknown`: only the value named by `key` would settle it. `key` is Terraform's own address down to
 *   the leaf (`module.m["k"].aws_eip.e[0].public_ip`, `var.office_cidr`), `text` is the expression as written.
 * - `list` and `object`: the shape is certain, the leaves are values again.
 */
export type Value = Known | Ref | OneOf | Unknown | ValueList | ValueObject;

export interface Known {
  readonly kind: 'known';
  readonly value: Scalar;
}

export interface Ref {
  readonly kind: 'ref';
  /** Terraform address of the resource instance, module and index included. */
  readonly address: string;
  /** Attribute path inside it: `id`, `public_ip`, `network_interface[0].device_index`. */
  readonly attribute: string;
}

export interface OneOf {
  readonly kind: 'one-of';
  readonly options: readonly Value[];
}

export interface Unknown {
  readonly kind: 'unknown';
  readonly key: string;
  readonly text: string;
}

export interface ValueList {
  readonly kind: 'list';
  readonly items: readonly Value[];
}

export interface ValueObject {
  readonly kind: 'object';
  readonly entries: ReadonlyMap<string, Value>;
}

export const known = (value: Scalar): Known => ({ kind: 'known', value });
export const ref = (address: string, attribute: string): Ref => ({ kind: 'ref', address, attribute });
export const unknown = (key: string, text: string): Unknown => ({ kind: 'unknown', key, text });
export const list = (items: readonly Value[]): ValueList => ({ kind: 'list', items });
export const object = (entries: Iterable<readonly [string, Value]>): ValueObject => ({
  kind: 'object',
  entries: new Map(entries),
});
export const nothing: Known = known(null);

/** One of the options; options that are equal count once, and a single one is just itself. */
export function oneOf(options: readonly Value[]): Value {
  const distinct = new Map(options.map((option) => [JSON.stringify(option), option]));
  const [first, ...others] = distinct.values();
  if (first !== undefined && others.length === 0) return first;
  return { kind: 'one-of', options: [...distinct.values()] };
}
