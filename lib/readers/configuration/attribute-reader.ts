import type { Value } from '../../topology/value';
import { evaluate, roundsOf, withNames, type Names } from '../expressions/evaluate';
import { Beyond, Fault } from '../expressions/fault';
import type { Scope } from '../expressions/scope';
import { causeOf, missing, objectOf, scalar, stepText, tuple, valueOf, type Term } from '../expressions/term';
import { keyText } from '../expressions/access';
import { JsonArray, JsonObject, type Json, type JsonMember } from '../json/json-value';
import { invalidTerraform, type TerraformText } from '../json/terraform-text';
import { concealed } from '../sensitive';
import { membersOf, objectsOf } from './declarations';
import { metaArguments } from './meta-arguments';
import type { Templates } from './templates';

/** Where a body stands: what its names mean, what is assumed there, and whether what it uses is sensitive. */
export interface BodyPlace {
  readonly source: TerraformText;
  readonly scope: Scope;
  readonly templates: Templates;
  /** The value that the user assumes for an address, if any. @default - nothing is assumed here */
  readonly assumed: ((address: string) => Term | undefined) | undefined;
  /** Runs an evaluation and says whether it used anything sensitive. */
  readonly watched: <T>(action: () => T) => { readonly result: T; readonly sensitive: boolean };
}

/** Reads the bodies of JSON blocks into values, every leaf under its own address. */
export class AttributeReader {
  private readonly place: BodyPlace;

  constructor(place: BodyPlace) {
    this.place = place;
  }

  /** The arguments and nested blocks of a resource or provider, those without value left out. */
  attributes(body: JsonObject, address: string, names: Names): Map<string, Value> {
    const members = body.members.filter(({ name }) => !metaArguments.has(name));
    return this.entries(members, body, address, names);
  }

  /** The value of any JSON, its leaf addresses beginning with `key`. */
  value(json: Json, key: string, names: Names): Value {
    const stated = this.stated(json, key, names);
    // What Terraform says is not assumed.
    if (this.place.assumed === undefined || isSettled(stated)) return stated;
    const assumed = this.place.assumed(key);
    return assumed === undefined ? stated : valueOf(assumed, key, key);
  }

  private stated(json: Json, key: string, names: Names): Value {
    if (typeof json === 'string') return this.text(json, key, names);
    if (json instanceof JsonArray) {
      return { kind: 'list', items: json.items.map((item, at) => this.value(item, `${key}[${at}]`, names)) };
    }
    if (!(json instanceof JsonObject)) return { kind: 'known', value: json };
    const members = json.members.filter(
      ({ name }) => name !== '//' && !(name === 'dynamic' && isDynamic(json)),
    );
    return { kind: 'object', entries: this.entries(members, json, key, names) };
  }

  /** The same as a term, for what expressions refer to: locals, counts, the elements of a dynamic block. */
  term(json: Json, names: Names): Term {
    if (typeof json === 'string') return this.textTerm(json, names);
    if (json instanceof JsonArray) return tuple(json.items.map((item) => this.term(item, names)));
    if (!(json instanceof JsonObject)) return scalar(json);
    const entries = json.members
      .filter(({ name }) => name !== '//')
      .map(({ name, value }) => [this.textTerm(name, names), this.term(value, names)] as const);
    try {
      return objectOf(entries.map(([name, value]) => [keyText(name), value]));
    } catch (error) {
      return unsettled(error);
    }
  }

  private text(text: string, key: string, names: Names): Value {
    if (this.place.templates.of(text) === undefined) return { kind: 'known', value: text };
    const { result, sensitive } = this.place.watched(() => this.textTerm(text, names));
    const value = valueOf(result, key, text);
    return sensitive ? concealed(value, key) : value;
  }

  private textTerm(text: string, names: Names): Term {
    const expression = this.place.templates.of(text);
    if (expression === undefined) return scalar(text.normalize());
    if (expression instanceof Error) return missing('');
    try {
      return evaluate(expression, this.place.scope, names);
    } catch (error) {
      return unsettled(error);
    }
  }

  private entries(
    members: readonly JsonMember[],
    body: JsonObject,
    key: string,
    names: Names,
  ): Map<string, Value> {
    const entries = new Map<string, Value>();
    for (const [given, same] of grouped(members)) {
      const name = this.name(given, names);
      const value = this.value(this.together(name, same), `${key}${stepText(name)}`, names);
      if (!(value.kind === 'known' && value.value === null)) entries.set(name, value);
    }
    if (!isDynamic(body)) return entries;
    for (const { name, value } of membersOf(body.all('dynamic'))) {
      const before = entries.get(name);
      const items = before === undefined ? [] : before.kind === 'list' ? before.items : [before];
      const made = objectsOf([value]).flatMap((block) =>
        this.dynamicBlocks(name, block, `${key}${stepText(name)}`, items.length, names),
      );
      entries.set(name, { kind: 'list', items: [...items, ...made] });
    }
    return entries;
  }

  /** The name of a member may be a template as well. One that is not known is kept as it is written. */
  private name(text: string, names: Names): string {
    const term = this.textTerm(text, names);
    return term.kind === 'known' && typeof term.value === 'string' ? term.value : text;
  }

  /** A repeated nested block is several blocks; a repeated argument is refused, as by Terraform. */
  private together(name: string, members: readonly JsonMember[]): Json {
    const [first, second] = members;
    if (second === undefined) return first!.value;
    const items = members.flatMap(({ value }): Json[] => {
      if (value instanceof JsonObject) return [value];
      if (value instanceof JsonArray) return [...value.items];
      throw invalidTerraform(this.place.source, `states ${name} twice`, 'Remove one of them.', second.at);
    });
    return new JsonArray(items, first!.at);
  }

  /** What a dynamic block makes: one object per element, or an unknown for an unknown number of them. */
  private dynamicBlocks(name: string, block: JsonObject, key: string, before: number, names: Names): Value[] {
    const forEach = block.get('for_each') ?? null;
    const iterator = block.get('iterator');
    const variable = typeof iterator === 'string' ? iterator.replace(/^\$\{(.*)\}$/, '$1') : name;
    const collection = this.term(forEach, names);
    let rounds;
    try {
      rounds = roundsOf(collection);
    } catch (error) {
      const cause = causeOf(unsettled(error)) ?? '';
      const text = typeof forEach === 'string' ? forEach : `dynamic "${name}"`;
      return [{ kind: 'unknown', key: cause === '' ? key : cause, text }];
    }
    const contents = objectsOf(block.all('content'));
    return rounds.flatMap(({ key: eachKey, value: eachValue }, round) => {
      const element = objectOf([
        ['key', eachKey],
        ['value', eachValue],
      ]);
      const inside = withNames(names, [[variable, element]]);
      return contents.map((content) => this.value(content, `${key}[${before + round}]`, inside));
    });
  }
}

function isSettled(value: Value): boolean {
  switch (value.kind) {
    case 'known':
      return value.value !== null;
    // Which resource of the configuration is meant is certain, although its id is not.
    case 'ref':
      return /^(?:id|arn)$/.test(value.attribute) && !value.address.startsWith('data.');
    case 'one-of':
    case 'unknown':
      return false;
    case 'list':
      return value.items.every(isSettled);
    case 'object':
      return [...value.entries.values()].every(isSettled);
  }
}

/** Whether a member named `dynamic` is a dynamic block, and not an argument of that name. */
function isDynamic(body: JsonObject): boolean {
  return membersOf(body.all('dynamic')).some(({ value }) =>
    objectsOf([value]).some((block) => block.has('content')),
  );
}

function grouped(members: readonly JsonMember[]): Map<string, JsonMember[]> {
  const groups = new Map<string, JsonMember[]>();
  for (const member of members) {
    const group = groups.get(member.name);
    if (group === undefined) groups.set(member.name, [member]);
    else group.push(member);
  }
  return groups;
}

/** An expression that Terraform would refuse is unknown, like one that needs more than is known. */
function unsettled(error: unknown): Term {
  if (error instanceof Fault) return missing('');
  if (error instanceof Beyond) return missing(error.key);
  throw error;
}
