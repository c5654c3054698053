import type { Value } from '../../topology/value';
import type { AssumedValues } from '../assumed-values';
import { termOfAssumption, termOfJson } from '../configuration/value-term';
import { stepText, valueOf } from '../expressions/term';
import type { ResourceIdentities } from '../resource-identity';
import { concealed } from '../sensitive';
import {
  candidatesIn,
  candidatesOfReference,
  listValue,
  singleValue,
  type Candidates,
  type Consumer,
  type PlanLookup,
} from './candidates';
import { matched, referencesOf, sourceAt, statedItems, type PlanSource } from './plan-source';
import { planReferences } from './reference';
import { maskAt, rawObject } from './raw-plan';

/** Whose values are read. */
export interface ValuePlace {
  readonly consumer: Consumer;
  /** Address of the resource, whose own id is no reference to another. */
  readonly owner: string;
  readonly stack: string;
}

/** What a plan says of one value: what is known, what is not, and what must not be shown. */
export interface Planned {
  readonly known: unknown;
  readonly unknown: unknown;
  readonly sensitive: unknown;
  /** Whether `sensitive` tells the shape: a list where a list is unknown, nothing for a single value. */
  readonly shaped: boolean;
}

/** How a value that is unknown as a whole will look. */
type Shape = 'single' | 'list' | 'map' | 'untold';

/** Puts together the values of a plan: what is known, and for the rest what the configuration says. */
export class PlanValues {
  private readonly lookup: PlanLookup;
  private readonly identities: ResourceIdentities;
  private readonly assumed: AssumedValues;

  constructor(lookup: PlanLookup, identities: ResourceIdentities, assumed: AssumedValues) {
    this.lookup = lookup;
    this.identities = identities;
    this.assumed = assumed;
  }

  /** The value at an address; undefined for none, and for one that the provider alone will tell. */
  value(planned: Planned, source: PlanSource | undefined, key: string, place: ValuePlace): Value | undefined {
    const assumed = isOpen(planned) ? this.assumed.of(place.stack, key) : undefined;
    if (assumed !== undefined) return valueOf(termOfAssumption(assumed.value), key, key);
    const value =
      planned.unknown === true
        ? this.unknownValue(planned, source, key, place)
        : this.knownValue(planned, source, key, place);
    return value !== undefined && planned.sensitive === true ? concealed(value, key) : value;
  }

  private knownValue(planned: Planned, source: PlanSource | undefined, key: string, place: ValuePlace) {
    const { known } = planned;
    if (Array.isArray(known)) return this.list(known, planned, source, key, place);
    if (typeof known === 'object' && known !== null) return this.object(planned, source, key, place);
    // Of an object or list of which nothing is known yet there is only a mask.
    if (typeof planned.unknown === 'object' && planned.unknown !== null && known === undefined) {
      return Array.isArray(planned.unknown) ? undefined : this.object(planned, source, key, place);
    }
    if (known === null || known === undefined) return undefined;
    const value = valueOf(termOfJson(known), key, '');
    // What identifies a resource stays a text, by which others find it.
    return key === `${place.owner}.id` || key === `${place.owner}.arn`
      ? value
      : this.identities.told(value, place.owner);
  }

  private object(planned: Planned, source: PlanSource | undefined, key: string, place: ValuePlace): Value {
    const [known, unknown] = [rawObject(planned.known), rawObject(planned.unknown)];
    const entries = new Map<string, Value>();
    for (const name of new Set([...Object.keys(known), ...Object.keys(unknown)])) {
      const inner = partOf(planned, name);
      const at = { ...place, consumer: { ...place.consumer, argument: name } };
      const value = this.value(inner, sourceAt(source, name), `${key}${stepText(name)}`, at);
      if (value !== undefined) entries.set(name, value);
    }
    return { kind: 'object', entries };
  }

  private list(
    known: readonly unknown[],
    planned: Planned,
    source: PlanSource | undefined,
    key: string,
    place: ValuePlace,
  ): Value {
    const parts = known.map((_, at) => partOf(planned, at));
    const sources = this.itemSources(parts, source, place);
    const told = parts.every(({ unknown }) => unknown === true)
      ? this.inOrder(parts.length, source, place)
      : undefined;
    const items = parts.map((part, at) => {
      const value = told?.[at] ?? this.value(part, sources[at], `${key}[${at}]`, place);
      return (
        value ??
        (part.unknown === true ? unknownAt(`${key}[${at}]`, source) : { kind: 'known' as const, value: null })
      );
    });
    return { kind: 'list', items };
  }

  /** What is stated for each item: by place for single values, by what is known of them for blocks. */
  private itemSources(
    parts: readonly Planned[],
    source: PlanSource | undefined,
    place: ValuePlace,
  ): readonly (PlanSource | undefined)[] {
    const single = parts.every(
      ({ known, unknown }) => unknown === true || typeof known !== 'object' || known === null,
    );
    const dynamic: PlanSource = { kind: 'dynamic', name: place.consumer.argument };
    if (source?.kind === 'references') {
      const shared = single ? source : (this.sharedReferences(parts, source, place) ?? dynamic);
      return parts.map(() => shared);
    }
    const stated = statedItems(source);
    // Blocks that no expression states come of dynamic blocks; or the provider lists them, and nobody wrote them.
    if (stated === undefined) return parts.map(() => (single ? source : dynamic));
    if (single && stated.length === parts.length) return stated;
    return matched(parts, stated).map((item) => item ?? dynamic);
  }

  /**
   * The references of several blocks, which a plan has in one list: each unknown value may be made of any of them.
   * Undefined when there are more unknown values than references: a dynamic block has a part in it.
   */
  private sharedReferences(
    parts: readonly Planned[],
    source: PlanSource & { kind: 'references' },
    { consumer }: ValuePlace,
  ): PlanSource | undefined {
    const open = parts.reduce((sum, { unknown }) => sum + unknownsIn(unknown), 0);
    if (open < 2) return source;
    const telling = planReferences(source.references).filter((reference) => {
      const found = candidatesOfReference(reference, consumer, this.lookup);
      return found.values.length > 0 || found.locals.length > 0;
    });
    return open > telling.length ? undefined : { ...source, merged: true };
  }

  /** Items that are all unknown, when the references name exactly as many and nothing selects among them. */
  private inOrder(
    count: number,
    source: PlanSource | undefined,
    place: ValuePlace,
  ): readonly Value[] | undefined {
    if (source?.kind !== 'references' || count === 0) return undefined;
    const found = candidatesIn(source, place.consumer, this.lookup);
    return found.all && found.values.length === count ? found.values.map(({ value }) => value) : undefined;
  }

  private unknownValue(planned: Planned, source: PlanSource | undefined, key: string, place: ValuePlace) {
    if (source === undefined) return undefined;
    if (source.kind === 'dynamic') {
      return { kind: 'unknown', key, text: `dynamic "${source.name}"` } satisfies Value;
    }
    if (source.kind === 'value') {
      const { value } = source;
      return value.kind === 'known' && value.value === null ? undefined : value;
    }
    if (source.kind === 'references') {
      // An expression without references that is not known calls a function that tells something new each time.
      if (source.references.length === 0) return { kind: 'unknown', key, text: key } satisfies Value;
      const found = candidatesIn(source, place.consumer, this.lookup);
      return this.chosen(found, shapeOf(planned), { key, text: textOf(source) }, place.consumer.argument);
    }
    // Blocks of which nothing is known yet.
    const items = statedItems(source) ?? [];
    const blocks = items.map((item, at) => this.block(item, `${key}[${at}]`, place));
    return { kind: 'list', items: blocks } satisfies Value;
  }

  private block(source: PlanSource, key: string, place: ValuePlace): Value {
    const entries = new Map<string, Value>();
    for (const [name, entry] of source.kind === 'block' ? source.entries : []) {
      const at = { ...place, consumer: { ...place.consumer, argument: name } };
      const open: Planned = { known: undefined, unknown: true, sensitive: undefined, shaped: false };
      const value = this.value(open, entry, `${key}${stepText(name)}`, at);
      if (value !== undefined) entries.set(name, value);
    }
    return { kind: 'object', entries };
  }

  private chosen(
    found: Candidates,
    shape: Shape,
    cause: { readonly key: string; readonly text: string },
    argument: string,
  ): Value | undefined {
    if (shape === 'list') return listValue(found, cause);
    if (shape === 'map')
      return found.values.length === 0 && found.locals.length === 0
        ? undefined
        : { kind: 'unknown', ...cause };
    // Plans of old versions do not tell lists from single values; names of lists end in s.
    const several = found.values.length > 1 && /s$/.test(argument) && !/(?:ss|us)$/.test(argument);
    return shape === 'untold' && several ? listValue(found, cause) : singleValue(found, cause);
  }
}

/** What a plan says of an entry or item. */
export function partOf({ known, unknown, sensitive, shaped }: Planned, key: string | number): Planned {
  const value =
    typeof known === 'object' && known !== null
      ? (known as Record<string | number, unknown>)[key]
      : undefined;
  return {
    known: value,
    unknown: maskAt(unknown, key),
    sensitive: maskAt(sensitive, key),
    shaped: shaped && typeof sensitive === 'object' && sensitive !== null,
  };
}

function shapeOf({ sensitive, shaped }: Planned): Shape {
  if (Array.isArray(sensitive)) return 'list';
  if (typeof sensitive === 'object' && sensitive !== null) return 'map';
  return shaped && sensitive !== true ? 'single' : 'untold';
}

/** Whether anything of a value is open, so that an assumption may settle it. */
function isOpen({ known, unknown }: Planned): boolean {
  return unknown === true || known === undefined || known === null;
}

/** How many values a mask marks. */
function unknownsIn(mask: unknown): number {
  if (mask === true) return 1;
  if (typeof mask !== 'object' || mask === null) return 0;
  return Object.values(mask).reduce((sum: number, inner: unknown) => sum + unknownsIn(inner), 0);
}

const unknownAt = (key: string, source: PlanSource | undefined): Value => ({
  kind: 'unknown',
  key,
  text: source === undefined ? key : textOf(source),
});

/** The references of an expression, for a person: its text is not part of a plan. */
function textOf(source: PlanSource): string {
  const written = planReferences(referencesOf(source)).length;
  const listed = [...new Set(referencesOf(source))];
  const whole = listed.filter(
    (one) =>
      !listed.some(
        (other) => other !== one && other.startsWith(one) && /^[.[]/.test(other.slice(one.length)),
      ),
  );
  return written === 0 ? '' : whole.join(', ');
}
