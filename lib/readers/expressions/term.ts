import type { Known, Ref, Scalar, Unknown, Value } from '../../topology/value';

export type { Ref };

/**
 * A value inside the evaluator: what {@link Value} tells, and beside it what Terraform's own functions look at: whether
 * a collection is a list, a set or a tuple, numbers beyond those of JavaScript, and whole resources.
 */
export type Term =
  Known | BigNumber | Ref | Choice | Unknown | UnknownInstances | Sequence | Mapping | Instance;

/**
 * A number that no JavaScript number holds exactly: an integer beyond 2 ** 53, or a fraction. Terraform counts with
 * 512 bits; `rounded` says that it had to round, so that only comparing and rounding it further are safe.
 */
export interface BigNumber {
  readonly kind: 'number';
  readonly numerator: bigint;
  /** Positive, without common divisor. */
  readonly denominator: bigint;
  readonly rounded: boolean;
}

/** One of several terms, and what would settle which. */
export interface Choice {
  readonly kind: 'one-of';
  readonly options: readonly Term[];
  readonly key: string;
}

export interface Sequence {
  readonly kind: 'list';
  /** `attribute`: a list or a set, which only the schema of its resource could tell. */
  readonly shape: 'tuple' | 'list' | 'set' | 'attribute';
  readonly items: readonly Term[];
  /** Terraform sorts what a set holds, and these cannot be sorted: all items are there, in an order not known. */
  readonly unordered?: true;
  /** Where it is stated, when it is an attribute of a resource. */
  readonly origin?: Ref;
}

export interface Mapping {
  readonly kind: 'object';
  /** `attribute`: a map, an object or a block, which only the schema of its resource could tell. */
  readonly shape: 'object' | 'map' | 'attribute';
  readonly entries: ReadonlyMap<string, Term>;
  /** Where it is stated, when it is an attribute of a resource: the provider may add to it what is not stated. */
  readonly origin?: Ref;
}

/** A resource with an unknown number of instances: one of them is what every index means. */
export interface UnknownInstances extends Unknown {
  readonly instance: string;
}

/** A resource as a whole: the value of `aws_vpc.main`, or of one element of `aws_subnet.public`. */
export interface Instance {
  readonly kind: 'instance';
  readonly address: string;
}

export const ref = (address: string, attribute: string): Ref => ({ kind: 'ref', address, attribute });
export const scalar = (value: Scalar): Known => ({ kind: 'known', value });
export const tuple = (items: readonly Term[]): Sequence => ({ kind: 'list', shape: 'tuple', items });
export const listOf = (items: readonly Term[]): Sequence => ({ kind: 'list', shape: 'list', items });
export const objectOf = (entries: Iterable<readonly [string, Term]>): Mapping => ({
  kind: 'object',
  shape: 'object',
  entries: sortedEntries(entries),
});
export const mapOf = (entries: Iterable<readonly [string, Term]>): Mapping => ({
  kind: 'object',
  shape: 'map',
  entries: sortedEntries(entries),
});

/** Unknown for the reason that `key` names; an empty key stands for the attribute that is being evaluated. */
export const missing = (key: string): Unknown => ({ kind: 'unknown', key, text: '' });

export const isNull = (term: Term): boolean => term.kind === 'known' && term.value === null;

/** Terraform iterates maps and objects in the order of their keys, by code point. */
function sortedEntries(entries: Iterable<readonly [string, Term]>): ReadonlyMap<string, Term> {
  return new Map([...entries].sort(([one], [other]) => compareText(one, other)));
}

/** Order by code point, as Go compares strings; JavaScript's own order differs beyond U+FFFF. */
export function compareText(one: string, other: string): number {
  if (one === other) return 0;
  if (!surrogate.test(one) && !surrogate.test(other)) return one < other ? -1 : 1;
  const [left, right] = [[...one], [...other]];
  for (let at = 0; at < left.length && at < right.length; at++) {
    const difference = left[at]!.codePointAt(0)! - right[at]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

const surrogate = /[\ud800-\udfff]/;

/**
 * What first keeps a term from being known through and through: the key that would settle it (empty for the
 * attribute that is being evaluated), or undefined when nothing does.
 */
export function causeOf(term: Term): string | undefined {
  switch (term.kind) {
    case 'known':
    case 'number':
      return undefined;
    case 'unknown':
    case 'one-of':
      return term.key;
    case 'ref':
      return keyOf(term);
    case 'instance':
      return term.address;
    case 'list':
      if (term.unordered === true && term.items.every((item) => causeOf(item) === undefined)) return '';
      return firstCause(term.items);
    case 'object':
      return firstCause(term.entries.values());
  }
}

function firstCause(terms: Iterable<Term>): string | undefined {
  let own: string | undefined;
  for (const term of terms) {
    const cause = causeOf(term);
    if (cause !== undefined && cause !== '') return cause;
    own ??= cause;
  }
  return own;
}

/** Terraform's address of what a ref stands for: the key that gives it a value. */
export const keyOf = ({ address, attribute }: Ref): string =>
  attribute === '' || attribute.startsWith('[') ? `${address}${attribute}` : `${address}.${attribute}`;

const plainName = /^[\p{ID_Start}_][\p{ID_Continue}-]*$/u;

/** The path step of a name or index as Terraform writes it: `.name`, `[0]`, `["a b"]`. */
export function stepText(key: string | number | bigint): string {
  if (typeof key !== 'string') return `[${key}]`;
  return plainName.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

/** The value that a term is, for everyone outside; `key` and `text` are those of the attribute that states it. */
export function valueOf(term: Term, key: string, text: string): Value {
  switch (term.kind) {
    case 'known':
    case 'ref':
      return term;
    case 'number':
      // A number that JavaScript cannot hold would be printed wrong; nothing in a network needs it.
      return { kind: 'unknown', key, text };
    case 'instance':
      return { kind: 'ref', address: term.address, attribute: '' };
    case 'unknown': {
      const plain: Unknown = { kind: 'unknown', key: term.key === '' ? key : term.key, text };
      return term.parts === undefined ? plain : { ...plain, parts: term.parts };
    }
    case 'one-of': {
      const options = term.options.map((option) => valueOf(option, key, text));
      return { kind: 'one-of', options, key: term.key === '' ? key : term.key, text };
    }
    case 'list':
      return { kind: 'list', items: term.items.map((item, at) => valueOf(item, `${key}[${at}]`, text)) };
    case 'object':
      return {
        kind: 'object',
        entries: new Map(
          [...term.entries].map(([name, entry]) => [name, valueOf(entry, `${key}${stepText(name)}`, text)]),
        ),
      };
  }
}
