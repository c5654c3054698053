type Schema = Readonly<Record<string, unknown>>;

/**
 * Where a value breaks a JSON Schema (draft 4), each with its place; empty when it is valid. Throws for a word of JSON
 * Schema that it does not know: it would prove nothing then.
 */
export function schemaFaults(value: unknown, root: Schema): readonly string[] {
  return new Validator(root).faults(value, root, '');
}

type Check = (argument: never, value: unknown, at: string, schema: Schema) => readonly string[];

class Validator {
  private readonly root: Schema;
  private readonly words: Readonly<Record<string, Check>> = {
    $schema: () => [],
    id: () => [],
    title: () => [],
    description: () => [],
    default: () => [],
    definitions: () => [],
    $ref: (ref: string, value, at) => this.faults(value, this.resolved(ref), at),
    type: (type: string | readonly string[], value, at) =>
      told(
        [type].flat().some((one) => isOfType(value, one)),
        at,
        `is no ${[type].flat().join(' or ')}`,
      ),
    enum: (allowed: readonly unknown[], value, at) =>
      told(allowed.includes(value), at, `is ${JSON.stringify(value)}, not one of ${JSON.stringify(allowed)}`),
    anyOf: (options: readonly Schema[], value, at) =>
      told(
        options.some((one) => this.isValid(value, one)),
        at,
        'is none of anyOf',
      ),
    oneOf: (options: readonly Schema[], value, at) =>
      told(options.filter((one) => this.isValid(value, one)).length === 1, at, 'is not one of oneOf'),
    required: (names: readonly string[], value, at) =>
      names.flatMap((name) => told(!isObject(value) || Object.hasOwn(value, name), at, `lacks ${name}`)),
    properties: (parts: Readonly<Record<string, Schema>>, value, at) =>
      Object.entries(isObject(value) ? value : {}).flatMap(([name, part]) =>
        Object.hasOwn(parts, name) ? this.faults(part, parts[name]!, `${at}/${name}`) : [],
      ),
    additionalProperties: (of: Schema | boolean, value, at, { properties = {} }) =>
      Object.entries(isObject(value) ? value : {})
        .filter(([name]) => !Object.hasOwn(properties as Schema, name))
        .flatMap(([name, part]) => {
          if (typeof of !== 'boolean') return this.faults(part, of, `${at}/${name}`);
          return told(of, at, `has ${name}, which is not in the schema`);
        }),
    items: (of: Schema, value, at) =>
      Array.isArray(value)
        ? value.flatMap((item: unknown, index) => this.faults(item, of, `${at}/${index}`))
        : [],
    minItems: (least: number, value, at) =>
      told(!Array.isArray(value) || value.length >= least, at, `has fewer than ${least} items`),
    uniqueItems: (unique: boolean, value, at) => {
      const texts = Array.isArray(value) ? value.map((item) => JSON.stringify(item)) : [];
      return told(!unique || new Set(texts).size === texts.length, at, 'has an item twice');
    },
    minimum: (least: number, value, at) =>
      told(typeof value !== 'number' || value >= least, at, `is less than ${least}`),
    maximum: (most: number, value, at) =>
      told(typeof value !== 'number' || value <= most, at, `is more than ${most}`),
    pattern: (text: string, value, at) =>
      told(typeof value !== 'string' || new RegExp(text, 'u').test(value), at, `does not match ${text}`),
    format: (format: string, value, at) => {
      const form = formats[format];
      if (form === undefined) throw new Error(`the validator does not know the format ${format}`);
      return told(
        typeof value !== 'string' || form.test(value),
        at,
        `${JSON.stringify(value)} is no ${format}`,
      );
    },
  };

  constructor(root: Schema) {
    this.root = root;
  }

  faults(value: unknown, schema: Schema, at: string): readonly string[] {
    return Object.entries(schema).flatMap(([word, argument]) => {
      const check = this.words[word];
      if (check === undefined) throw new Error(`the validator does not know ${word}`);
      return check(argument as never, value, at, schema);
    });
  }

  private isValid(value: unknown, schema: Schema): boolean {
    return this.faults(value, schema, '').length === 0;
  }

  private resolved(ref: string): Schema {
    return ref
      .replace(/^#\//, '')
      .split('/')
      .reduce((part: Schema, step) => part[step] as Schema, this.root);
  }
}

// Of a URI only what it may not hold: spaces, quotes, brackets, backslashes and what is not ASCII.
const formats: Readonly<Record<string, RegExp>> = {
  uri: /^[a-z][a-z0-9+.-]*:[!#-;=?-[\]_a-z~]+$/i,
  'uri-reference': /^[!#-;=?-[\]_a-z~]*$/i,
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/,
};

function told(holds: boolean, at: string, fault: string): readonly string[] {
  return holds ? [] : [`${at || '/'}: ${fault}`];
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'object') return isObject(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
