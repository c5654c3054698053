import type { Value } from '../../topology/value';
import { rawObject, rawTexts, type RawObject } from './raw-plan';

/**
 * What the configuration of a plan says about an argument: the value that its expression evaluates to (from JSON,
 * where the templates are kept), the references that it is made of (from HCL, where only these are), or
 * nested blocks of either.
 */
export type PlanSource =
  | { readonly kind: 'value'; readonly value: Value }
  | {
      readonly kind: 'references';
      readonly references: readonly string[];
      /** Several unknown values share the references, and which is made of which is not told. */
      readonly merged?: true;
    }
  /** Made by a dynamic block: a plan has no expressions for these. */
  | { readonly kind: 'dynamic'; readonly name: string }
  | { readonly kind: 'block'; readonly entries: ReadonlyMap<string, PlanSource> }
  | { readonly kind: 'blocks'; readonly items: readonly PlanSource[] };

/** Reads an expression of the configuration. `evaluate` gives the value of a constant, templates evaluated. */
export function planSource(raw: unknown, evaluate: (constant: unknown) => Value): PlanSource {
  if (Array.isArray(raw)) return { kind: 'blocks', items: raw.map((item) => planSource(item, evaluate)) };
  const expression = rawObject(raw);
  if (isExpression(expression)) {
    if ('constant_value' in expression) return { kind: 'value', value: evaluate(expression.constant_value) };
    return { kind: 'references', references: rawTexts(expression.references) };
  }
  const entries = Object.entries(expression).map(
    ([name, inner]) => [name, planSource(inner, evaluate)] as const,
  );
  return { kind: 'block', entries: new Map(entries) };
}

function isExpression(raw: RawObject): boolean {
  return Object.keys(raw).every((key) => key === 'constant_value' || key === 'references');
}

/** What is said about an entry of a block, or of an object that is known as a value. */
export function sourceAt(source: PlanSource | undefined, name: string): PlanSource | undefined {
  switch (source?.kind) {
    case undefined:
      return undefined;
    case 'references':
    case 'dynamic':
      return source;
    case 'block':
      return source.entries.get(name);
    case 'blocks':
      return source.items.length === 1 ? sourceAt(source.items[0], name) : undefined;
    case 'value': {
      const { value } = source;
      if (value.kind === 'object') {
        const entry = value.entries.get(name);
        return entry === undefined ? undefined : { kind: 'value', value: entry };
      }
      if (value.kind === 'list' && value.items.length === 1) {
        return sourceAt({ kind: 'value', value: value.items[0]! }, name);
      }
      return value.kind === 'known' || value.kind === 'list' ? undefined : source;
    }
  }
}

/** The items that are stated one by one; undefined when the configuration does not tell them apart. */
export function statedItems(source: PlanSource | undefined): readonly PlanSource[] | undefined {
  switch (source?.kind) {
    case 'blocks':
      return source.items;
    case 'block':
      return [source];
    case 'value':
      if (source.value.kind === 'list') return source.value.items.map((value) => ({ kind: 'value', value }));
      return source.value.kind === 'object' ? [source] : undefined;
    default:
      return undefined;
  }
}

/** Whether the configuration states anything; `null` is as if it were left out. */
export function isStated(source: PlanSource): boolean {
  return !(source.kind === 'value' && source.value.kind === 'known' && source.value.value === null);
}

/** All references anywhere in what is stated. */
export function referencesOf(source: PlanSource | undefined): readonly string[] {
  switch (source?.kind) {
    case 'references':
      return source.references;
    case 'block':
      return [...source.entries.values()].flatMap(referencesOf);
    case 'blocks':
      return source.items.flatMap(referencesOf);
    default:
      return [];
  }
}

/**
 * Which stated item each planned one is: Terraform sorts the items of a set, so that place says nothing, but what is
 * known of them does. More planned than stated ones come of dynamic blocks, which a plan does not tell; then only
 * what fits a single planned item is taken. Undefined for an item whose origin is not certain.
 */
export function matched(
  planned: readonly { readonly known: unknown; readonly unknown: unknown }[],
  stated: readonly PlanSource[],
): readonly (PlanSource | undefined)[] {
  if (planned.length * stated.length > 250_000) return planned.map(() => undefined);
  const fitting = planned.map(({ known, unknown }) =>
    stated.flatMap((source, at) => (fits(known, unknown, source) ? [at] : [])),
  );
  const owners = planned.length > stated.length ? onlyFits(fitting) : paired(fitting);
  return planned.map((_, item) => {
    const at = owners.get(item);
    return at === undefined ? undefined : stated[at];
  });
}

/** Planned items that alone fit what is stated. */
function onlyFits(fitting: readonly (readonly number[])[]): Map<number, number> {
  const claims = new Map<number, number[]>();
  fitting.forEach((places, item) => {
    for (const at of places) claims.set(at, [...(claims.get(at) ?? []), item]);
  });
  const owners = new Map<number, number>();
  for (const [at, items] of claims) {
    const [only, ...others] = items;
    if (only !== undefined && others.length === 0 && fitting[only]!.length === 1) owners.set(only, at);
  }
  return owners;
}

/** One stated item for each planned one, by augmenting paths. */
function paired(fitting: readonly (readonly number[])[]): Map<number, number> {
  const taken = new Map<number, number>();
  const assign = (item: number, tried: Set<number>): boolean => {
    for (const at of fitting[item]!) {
      if (tried.has(at)) continue;
      tried.add(at);
      const holder = taken.get(at);
      if (holder === undefined || assign(holder, tried)) {
        taken.set(at, item);
        return true;
      }
    }
    return false;
  };
  // The choosiest first keeps the chains of reassignment short.
  const order = fitting.map((_, item) => item).sort((a, b) => fitting[a]!.length - fitting[b]!.length);
  for (const item of order) assign(item, new Set());
  return new Map([...taken].map(([at, item]) => [item, at]));
}

/** Whether a planned item may be what a stated one became; the provider fills in what is not stated. */
function fits(known: unknown, unknown: unknown, source: PlanSource): boolean {
  if (unknown === true) return true;
  switch (source.kind) {
    case 'references':
    case 'dynamic':
      return true;
    case 'blocks': {
      // A plan lists nested blocks also where there is only one.
      const parts: readonly unknown[] = Array.isArray(known) ? known : [known];
      const masks: readonly unknown[] = Array.isArray(unknown) ? unknown : parts.map(() => unknown);
      const [only, ...others] = source.items;
      return (
        only === undefined || others.length > 0 || parts.every((part, at) => fits(part, masks[at], only))
      );
    }
    case 'block':
      return [...source.entries].every(([name, entry]) =>
        fits(rawObject(known)[name], rawObject(unknown)[name], entry),
      );
    case 'value':
      return fitsValue(known, unknown, source.value);
  }
}

function fitsValue(known: unknown, unknown: unknown, value: Value): boolean {
  if (unknown === true) return true;
  switch (value.kind) {
    case 'known': {
      // What is left out the provider may fill in, but it makes no list of nothing.
      if (value.value === null) return !Array.isArray(known) || known.length === 0;
      if (isEmpty(value.value)) return isEmpty(known);
      return String(known).toLowerCase() === String(value.value).toLowerCase();
    }
    case 'object':
      return [...value.entries].every(([name, entry]) =>
        fitsValue(rawObject(known)[name], rawObject(unknown)[name], entry),
      );
    case 'list':
      return Array.isArray(known) && fitsItems(known, unknown, value.items);
    default:
      return true;
  }
}

function fitsItems(known: readonly unknown[], unknown: unknown, items: readonly Value[]): boolean {
  // A set holds equal items once.
  if (known.length > items.length || (known.length === 0 && items.length > 0)) return false;
  const masked = unknown === true || (Array.isArray(unknown) && unknown.includes(true));
  if (masked || !items.every((item) => item.kind === 'known')) return true;
  const texts = items.map((item) => String(item.value).toLowerCase());
  const given = new Set(known.map((item) => String(item).toLowerCase()));
  return new Set(texts).size === given.size && texts.every((text) => given.has(text));
}

/** What a provider makes of an argument that is left out: null, the empty text, the empty list, no, zero. */
function isEmpty(value: unknown): boolean {
  return (
    value === null ||
    value === undefined ||
    value === '' ||
    value === false ||
    value === 0 ||
    (Array.isArray(value) && value.length === 0)
  );
}
