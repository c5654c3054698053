import type { Origin } from '../topology/origin';
import { nothing, printable, type Scalar, unknown, type Unknown, type Value } from '../topology/value';

/** Where attributes stand: a resource, or a block inside one. */
export interface AttributePlace {
  /** Terraform address of the resource. */
  readonly id: string;
  /** Path inside the resource: empty, or `ingress[0].`. */
  readonly path: string;
  readonly constructPath: string | undefined;
  /** Follows a reference to what it holds, where that is known. */
  readonly settle: (value: Value) => Value;
}

/** Items of a list or set. Each is one item, known or not; `unknowns` is not empty when there may be others besides. */
export interface Items<T> {
  readonly items: readonly T[];
  readonly unknowns: readonly Unknown[];
}

/**
 * Attributes of a resource, or of one of its nested blocks, read by what they should hold. Terraform's ways to leave
 * one out (absent, null, the empty text in a plan's blocks) are one.
 */
export class Attributes {
  readonly id: string;
  private readonly place: AttributePlace;
  private readonly entries: ReadonlyMap<string, Value>;

  constructor(place: AttributePlace, entries: ReadonlyMap<string, Value>) {
    this.id = place.id;
    this.place = place;
    this.entries = entries;
  }

  /** What was written, references kept: their identity counts even where their text is known. */
  written(name: string): Value {
    return present(this.entries.get(name) ?? nothing);
  }

  /** Names of everything that is written here. */
  names(): Iterable<string> {
    return this.entries.keys();
  }

  /** Whether anything stands there, known or not. */
  has(name: string): boolean {
    return this.written(name) !== nothing;
  }

  /** The value of an attribute that holds one, undefined when it is left out. */
  scalar(name: string): Scalar | Unknown | undefined {
    const value = present(this.place.settle(this.written(name)));
    if (value.kind === 'known') return value.value ?? undefined;
    return this.unknownOf(name, value);
  }

  /** The text, or undefined when it is left out or not known. */
  text(name: string): string | undefined {
    const value = this.scalar(name);
    return value === undefined || isUnknown(value) ? undefined : String(value);
  }

  /** A text to show to a person: as `text`, but nothing that Terraform holds sensitive. */
  label(name: string): string | undefined {
    const value = present(this.place.settle(this.written(name)));
    return value.kind === 'known' && value.sensitive !== true && value.value !== null
      ? String(value.value)
      : undefined;
  }

  /** Terraform writes some numbers as text; both are read. */
  number(name: string): number | Unknown | undefined {
    const value = this.scalar(name);
    if (value === undefined || isUnknown(value)) return value;
    const number = Number(value);
    return Number.isNaN(number) ? undefined : number;
  }

  flag(name: string): boolean | Unknown | undefined {
    const value = this.scalar(name);
    return value === undefined || isUnknown(value) ? value : value === true || value === 'true';
  }

  /** Items of a list or set, references kept. A single value counts as a list of one. */
  items(name: string): Items<Value> {
    return itemsOf(this.written(name), this.place.settle);
  }

  /** Nested blocks; one object counts as a list of one. */
  blocks(name: string): Items<Attributes> {
    const { items, unknowns } = this.items(name);
    const blocks: Attributes[] = [];
    const missing: Unknown[] = [...unknowns];
    items.forEach((item, index) => {
      if (item.kind === 'object') {
        const place = { ...this.place, path: `${this.place.path}${name}[${index}].` };
        blocks.push(new Attributes(place, item.entries));
      } else if (item.kind !== 'known') missing.push(this.unknownOf(name, item));
    });
    return { items: blocks, unknowns: missing };
  }

  /** The only block of a name, or undefined when there is none. */
  block(name: string): Attributes | undefined {
    return this.blocks(name).items[0];
  }

  /** What an attribute comes down to when its value is not known. */
  unknownOf(name: string, value: Value = this.written(name)): Unknown {
    if (value.kind === 'unknown') return value;
    if (value.kind === 'ref') return unknown(`${value.address}.${value.attribute}`, printable(value));
    const cause = value.kind === 'one-of' ? value : undefined;
    return unknown(cause?.key ?? this.key(name), cause?.text ?? printable(value));
  }

  /** Terraform's address of an attribute: `aws_security_group.web.ingress[0].from_port`. */
  key(name: string): string {
    return `${this.id}.${this.place.path}${name}`;
  }

  /** Where an explanation points: this resource or block, or one attribute of it. */
  origin(name?: string): Origin {
    const { path, constructPath } = this.place;
    const attribute = name === undefined ? path.replace(/\.$/, '') : `${path}${name}`;
    return {
      address: this.id,
      ...(attribute === '' ? {} : { attribute }),
      ...(constructPath === undefined ? {} : { constructPath }),
    };
  }
}

export function isUnknown(value: unknown): value is Unknown {
  return typeof value === 'object' && value !== null && (value as Unknown).kind === 'unknown';
}

function present(value: Value): Value {
  return value.kind === 'known' && (value.value === '' || value.value === null) ? nothing : value;
}

function itemsOf(value: Value, settle: AttributePlace['settle']): Items<Value> {
  switch (value.kind) {
    case 'known':
      return { items: value.value === null ? [] : [value], unknowns: [] };
    case 'list':
      return { items: value.items.map(present).filter((item) => item !== nothing), unknowns: [] };
    case 'ref': {
      const settled = settle(value);
      if (settled.kind === 'list') return itemsOf(settled, settle);
      // An attribute that holds a list (`data.aws_subnets.private.ids`) has any number of items.
      if (!/s$/.test(value.attribute)) return { items: [value], unknowns: [] };
      return {
        items: [],
        unknowns: [unknown(`${value.address}.${value.attribute}`, `\${${printable(value)}}`)],
      };
    }
    case 'unknown':
      return { items: [], unknowns: [value] };
    case 'object':
    case 'one-of':
      return { items: [value], unknowns: [] };
  }
}
