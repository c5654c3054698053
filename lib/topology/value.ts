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
 * - `list` and `object`: the shape is certain, the leaves are values again. A list of nested blocks may hold an
 *   `unknown`, which then stands for any number of blocks with any content.
 */
export type Value = Known | Ref | OneOf | Unknown | ValueList | ValueObject;

export interface Known {
  readonly kind: 'known';
  readonly value: Scalar;
  /** Terraform holds the value sensitive: it may decide a verdict, and is never printed. See {@link printable}. */
  readonly sensitive?: true;
  /**
   * The attribute of another resource that the value was taken from, unchanged: `${docker_network.back.name}` is the
   * known text of a certain network.
   * @default - written out, or made of several
   */
  readonly from?: Ref;
}

export interface Ref {
  readonly kind: 'ref';
  /** Terraform address of the resource instance, module and index included. */
  readonly address: string;
  /** Attribute path inside it: `id`, `public_ip`, `network_interface[0].device_index`. Empty: the whole resource. */
  readonly attribute: string;
}

export interface OneOf {
  readonly kind: 'one-of';
  readonly options: readonly Value[];
  /** What would settle the choice, as in {@link Unknown}. @default - nothing in the input names it */
  readonly key?: string;
  /** The expression as written. */
  readonly text?: string;
}

export interface Unknown {
  readonly kind: 'unknown';
  readonly key: string;
  readonly text: string;
  /**
   * The pieces of a text that is put together, in order: `${aws_eip.nat.public_ip}/32` is a ref and `/32`.
   * @default - not a text made of pieces, or a piece is unknown itself
   */
  readonly parts?: readonly (Known | Ref)[];
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

/**
 * One of the options; options that are equal count once, and a single one is just itself. `cause` says what would
 * settle the choice and how it was written.
 */
export function oneOf(
  options: readonly Value[],
  cause?: { readonly key: string; readonly text: string },
): Value {
  const distinct = new Map(options.map((option) => [identityOf(option), option]));
  const [first, ...others] = distinct.values();
  if (first !== undefined && others.length === 0) return first;
  const named = cause === undefined ? {} : { key: cause.key, text: cause.text };
  return { kind: 'one-of', options: [...distinct.values()], ...named };
}

/** A text that two values share exactly when they are the same; for comparing, never for printing. */
export function identityOf(value: Value): string {
  switch (value.kind) {
    case 'known':
      return JSON.stringify(value.value);
    case 'ref':
      return `<${JSON.stringify([value.address, value.attribute])}>`;
    case 'one-of':
      return `<one of ${value.options.map(identityOf).sort().join(' ')}>`;
    case 'unknown':
      return `<unknown ${JSON.stringify([value.key, value.text])}>`;
    case 'list':
      return `[${value.items.map(identityOf).join()}]`;
    case 'object':
      return `{${[...value.entries]
        .map(([name, entry]) => `${JSON.stringify(name)}:${identityOf(entry)}`)
        .sort()
        .join()}}`;
  }
}

/** A value as it may be shown to a person: refs as Terraform writes them, sensitive values as `(sensitive)`. */
export function printable(value: Value): string {
  switch (value.kind) {
    case 'known':
      return value.sensitive === true ? '(sensitive)' : JSON.stringify(value.value);
    case 'ref':
      return value.attribute === '' ? value.address : `${value.address}.${value.attribute}`;
    case 'one-of':
      return value.options.map(printable).join(' or ');
    case 'unknown':
      return value.text;
    case 'list':
      return `[${value.items.map(printable).join(', ')}]`;
    case 'object':
      return `{${[...value.entries].map(([name, entry]) => `${name} = ${printable(entry)}`).join(', ')}}`;
  }
}
