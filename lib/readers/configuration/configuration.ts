import type { Value } from '../../topology/value';
import type { AssumedValues } from '../assumed-values';
import { Beyond, Fault } from '../expressions/fault';
import type { Scope } from '../expressions/scope';
import { causeOf, keyOf, missing, ref, scalar, type Instance, type Term } from '../expressions/term';
import { convert } from '../expressions/type';
import { parseType } from '../expressions/type-constraint';
import { isConcealed } from '../sensitive';
import { AttributeReader } from './attribute-reader';
import type { Argument, Declarations, NamedDeclaration, ResourceDeclaration } from './declarations';
import { instancesOf, type InstancePlace, type Instances } from './instances';
import type { Templates } from './templates';
import { termOfAssumption, termOfAttribute, termOfJson } from './value-term';
import { plainJson } from '../json/json-value';

/** Looks up an output of another stack: `outputs.NAME` of a `data.terraform_remote_state`, by its data source's name. */
export type RemoteOutputs = (dataSource: string) => ReadonlyMap<string, Value> | undefined;

/** A term, and whether anything sensitive went into it. */
interface Remembered {
  readonly term: Term;
  readonly sensitive: boolean;
}

/**
 * One module as it is declared in JSON, evaluated with what is known before any plan: locals, variables by their
 * defaults, every resource instance with its attributes. Everything is evaluated once, when it is asked for.
 */
export class Configuration {
  private readonly declarations: Declarations;
  private readonly templates: Templates;
  private readonly stack: string;
  private readonly assumed: AssumedValues;
  private readonly remote: RemoteOutputs;
  private readonly given: ReadonlyMap<string, unknown>;
  private readonly remembered = new Map<string, Remembered>();
  private readonly instances = new Map<string, Instances>();
  /** Instance addresses to where they are declared. */
  private readonly places = new Map<string, { declaration: ResourceDeclaration; place: InstancePlace }>();
  private readonly attributes = new Map<string, ReadonlyMap<string, Value>>();
  private usedSensitive = false;
  /** That of everything without count and for_each: most of what a large stack declares. */
  private readonly plainScope = this.scope(new Map());

  constructor(
    declarations: Declarations,
    templates: Templates,
    context: {
      readonly stack: string;
      readonly assumed: AssumedValues;
      readonly remote: RemoteOutputs;
      /** Values of variables that are known from elsewhere. */
      readonly variables: ReadonlyMap<string, unknown>;
    },
  ) {
    this.declarations = declarations;
    this.templates = templates;
    this.stack = context.stack;
    this.assumed = context.assumed;
    this.remote = context.remote;
    this.given = context.variables;
  }

  /** Evaluates a local or all instances of a resource, by the name that `evaluationOrder` gives them. */
  prepare(node: string): void {
    if (node.startsWith('local.')) this.local(node.slice('local.'.length));
    else for (const { address } of this.instancesOf(node).places) this.attributesOf(address);
  }

  instancesOf(address: string): Instances {
    const known = this.instances.get(address);
    if (known !== undefined) return known;
    const declaration = this.declarations.resources.get(address)!;
    const made = instancesOf(declaration, (argument) => {
      const json = declaration.body.get(argument) ?? null;
      if (json === null) return undefined;
      const stated = this.reader(declaration, undefined).term(json, new Map());
      const term =
        causeOf(stated) === undefined ? stated : (this.assumedTerm(`${address}.${argument}`) ?? stated);
      return { term, text: typeof json === 'string' ? json : '' };
    });
    this.instances.set(address, made);
    for (const place of made.places) this.places.set(place.address, { declaration, place });
    return made;
  }

  /** The attributes that a resource instance states, and those that are assumed for it. */
  attributesOf(address: string): ReadonlyMap<string, Value> {
    const known = this.attributes.get(address);
    if (known !== undefined) return known;
    const { declaration, place } = this.places.get(address)!;
    const reader = this.reader(declaration, place);
    const result = reader.attributes(declaration.body, address, new Map());
    for (const path of this.assumed.pathsIn(this.stack, address)) {
      if (path === '' || /[.[]/.test(path) || result.has(path)) continue;
      const term = this.assumedTerm(`${address}.${path}`);
      if (term !== undefined) result.set(path, reader.value(null, `${address}.${path}`, new Map()));
    }
    this.attributes.set(address, result);
    return result;
  }

  /** The value of an argument outside resources: an output, a setting of a provider. */
  valueOf({ source }: { readonly source: Argument['source'] }, json: Argument['value'], key: string): Value {
    return this.reader({ source }, undefined).value(json, key, new Map());
  }

  attributesOfProvider(declaration: NamedDeclaration): Map<string, Value> {
    const reader = this.reader(declaration, undefined);
    return reader.attributes(declaration.body, `provider.${declaration.name}`, new Map());
  }

  private reader({ source }: { readonly source: Argument['source'] }, place: InstancePlace | undefined) {
    // Asked for every leaf: where nothing is assumed, the address need not even be looked up.
    const about =
      !this.assumed.isEmpty &&
      (place === undefined || this.assumed.pathsIn(this.stack, place.address).length > 0);
    return new AttributeReader({
      source,
      templates: this.templates,
      scope:
        place === undefined || place.iteration.size === 0 ? this.plainScope : this.scope(place.iteration),
      assumed: about ? (address) => this.assumedTerm(address) : undefined,
      watched: (action) => this.watched(action),
    });
  }

  private scope(iteration: ReadonlyMap<string, Term>): Scope {
    return {
      variable: (name) => this.variable(name),
      local: (name) => this.local(name),
      module: (name) => ref(`module.${name}`, ''),
      resource: (mode, type, name) => {
        const address = mode === 'data' ? `data.${type}.${name}` : `${type}.${name}`;
        if (!this.declarations.resources.has(address)) return { kind: 'instance', address };
        return this.instancesOf(address).term;
      },
      attribute: (instance, name) => this.attribute(instance, name),
      ref: (address, attribute) => this.ref(address, attribute),
      exists: (address) => this.exists(address),
      special: (root, name) => special(root, name, iteration),
    };
  }

  private variable(name: string): Term {
    const { term, sensitive } = this.remember(`var.${name}`, () => {
      const declaration = this.declarations.variables.get(name);
      const type = declaration?.body.get('type');
      const term =
        this.givenTerm(name) ??
        this.assumedTerm(`var.${name}`) ??
        this.defaultOf(declaration) ??
        missing(`var.${name}`);
      if (declaration?.body.get('sensitive') === true) this.usedSensitive = true;
      return typeof type === 'string' ? converted(term, type) : term;
    });
    this.usedSensitive ||= sensitive;
    return term;
  }

  private givenTerm(name: string): Term | undefined {
    return this.given.has(name) ? termOfJson(this.given.get(name)) : undefined;
  }

  private defaultOf(declaration: NamedDeclaration | undefined): Term | undefined {
    const json = declaration?.body.get('default');
    if (json === undefined || declaration === undefined) return undefined;
    // A default is no template: Terraform takes its text as it is.
    return termOfJson(plainJson(json));
  }

  private local(name: string): Term {
    const { term, sensitive } = this.remember(`local.${name}`, () => {
      const declaration = this.declarations.locals.get(name);
      if (declaration === undefined) return missing(`local.${name}`);
      const stated = this.reader(declaration, undefined).term(declaration.value, new Map());
      return causeOf(stated) === undefined ? stated : (this.assumedTerm(`local.${name}`) ?? stated);
    });
    this.usedSensitive ||= sensitive;
    return term;
  }

  private attribute({ address }: Instance, name: string): Term {
    const origin = ref(address, name);
    if (name === 'outputs' && address.startsWith('data.terraform_remote_state.')) {
      const outputs = this.remote(address.slice('data.terraform_remote_state.'.length));
      if (outputs !== undefined) return termOfAttribute({ kind: 'object', entries: outputs }, origin);
    }
    const value = this.places.has(address) ? this.attributesOf(address).get(name) : undefined;
    if (value === undefined) return this.assumedTerm(keyOf(origin)) ?? origin;
    this.usedSensitive ||= isConcealed(value);
    return termOfAttribute(value, origin);
  }

  private ref(address: string, attribute: string): Term {
    const made = ref(address, attribute);
    const assumed = this.assumedTerm(keyOf(made));
    if (assumed !== undefined) return assumed;
    // What a module gives is declared elsewhere, and has no identity that could be told here.
    return address.startsWith('module.') && !/^(?:\[[^\]]*\])?$/.test(attribute)
      ? missing(keyOf(made))
      : made;
  }

  private exists(address: string): boolean {
    const found = this.places.get(address);
    return found === undefined || this.instancesOf(found.declaration.address).existence === undefined;
  }

  /** What the user assumes for an address; a text may be a reference. */
  private assumedTerm(address: string): Term | undefined {
    const found = this.assumed.of(this.stack, address);
    return found === undefined ? undefined : termOfAssumption(found.value);
  }

  private remember(key: string, action: () => Term): Remembered {
    const known = this.remembered.get(key);
    if (known !== undefined) return known;
    const { result, sensitive } = this.watched(action);
    const made = { term: result, sensitive };
    this.remembered.set(key, made);
    return made;
  }

  private watched<T>(action: () => T): { readonly result: T; readonly sensitive: boolean } {
    const before = this.usedSensitive;
    this.usedSensitive = false;
    try {
      const result = action();
      return { result, sensitive: this.usedSensitive };
    } finally {
      this.usedSensitive ||= before;
    }
  }
}

/** Names that Terraform itself gives: the element of a count or for_each, and where it runs. */
function special(root: string, name: string, iteration: ReadonlyMap<string, Term>): Term | undefined {
  switch (root) {
    case 'each':
    case 'count':
      return iteration.get(`${root}.${name}`) ?? missing('');
    case 'path':
      return name === 'cwd' ? missing('') : scalar('.');
    case 'terraform':
      return missing(`terraform.${name}`);
    case 'self':
      return missing('');
    default:
      return undefined;
  }
}

function converted(term: Term, type: string): Term {
  try {
    return convert(term, parseType(type));
  } catch (error) {
    if (error instanceof Fault || error instanceof Beyond) return term;
    throw error;
  }
}
