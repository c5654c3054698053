import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import packageJson from '../../package.json';
import type { NetproofError } from '../../lib/addressing/netproof-error';
import { readPolicy } from '../../lib/policy/policy-reader';

type Schema = Readonly<Record<string, unknown>>;
const schema = JSON.parse(readFileSync(join(__dirname, '../../policy.schema.json'), 'utf8')) as Schema;

/** Whether a value is valid by the words of JSON Schema that ours uses; throws for any other word. */
function isValid(value: unknown, given: Schema): boolean {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const entries = isObject ? Object.entries(value) : [];
  const one = (part: unknown, of: unknown): boolean => isValid(part, of as Schema);
  const words: Readonly<Record<string, (word: never) => boolean>> = {
    $schema: () => true,
    $id: () => true,
    $defs: () => true,
    title: () => true,
    description: () => true,
    $ref: (ref: string) => one(value, (schema['$defs'] as Schema)[ref.replace('#/$defs/', '')]),
    type: (type: string) =>
      type === 'object' ? isObject : type === 'array' ? Array.isArray(value) : typeof value === type,
    const: (wanted: unknown) => value === wanted,
    enum: (wanted: readonly unknown[]) => wanted.includes(value),
    not: (of: Schema) => !one(value, of),
    oneOf: (list: readonly Schema[]) => list.filter((of) => one(value, of)).length === 1,
    required: (names: readonly string[]) => names.every((name) => !isObject || Object.hasOwn(value, name)),
    properties: (parts: Schema) =>
      entries.every(([name, part]) => !Object.hasOwn(parts, name) || one(part, parts[name])),
    propertyNames: (of: Schema) => entries.every(([name]) => one(name, of)),
    additionalProperties: (of: Schema | false) =>
      entries.every(
        ([name, part]) =>
          Object.hasOwn((given['properties'] ?? {}) as Schema, name) || (of !== false && one(part, of)),
      ),
    items: (of: Schema) => !Array.isArray(value) || value.every((item) => one(item, of)),
    minItems: (least: number) => !Array.isArray(value) || value.length >= least,
    minProperties: (least: number) => !isObject || entries.length >= least,
    minLength: (least: number) => typeof value !== 'string' || value.length >= least,
    pattern: (text: string) => typeof value !== 'string' || new RegExp(text, 'u').test(value),
  };
  return Object.entries(given).every(([word, argument]) => {
    const holds = words[word];
    if (holds === undefined) throw new Error(`the test does not know ${word}`);
    return holds(argument as never);
  });
}

/** What only names and networks tell, and no schema. */
const beyond =
  /no rule is called|is there twice|is not traffic|does not say who they are|are told by network/;

function isAccepted(value: unknown): boolean {
  try {
    readPolicy(value);
    return true;
  } catch (error) {
    return (error as NetproofError).problems.every((problem) => beyond.test(problem));
  }
}

const flow = { from: ['web', 'tag:Role=web'], to: 'tier:db', on: 'tcp/5432' };
const whole = {
  version: 1,
  groups: { web: ['nginx', '*/web'], db: 'segment:back' },
  allow: [flow],
  permit: [{ ...flow, on: 'all' }],
  deny: [
    { from: 'web', to: 'db' },
    { from: 'web', to: 'db', on: 'icmp' },
  ],
  isolate: ['db'],
  closed: true,
  networks: { shop: { clients: 'internet', ports: { http: 'tcp/80' }, permit: [flow] } },
  waivers: [{ rule: 'closed', reason: 'because', until: '2027-01-31' }],
};

const replacements: readonly unknown[] = [
  null,
  true,
  7,
  1,
  2,
  '',
  'x',
  ' x',
  'x ',
  'tag:x',
  'tag:x=y',
  'tier:',
  'type:x',
  'segment:',
  '2027-01-31',
  [],
  [7],
  ['x'],
  [''],
  {},
  { x: 1 },
  { x: 'y' },
];

/** Everything that one change makes of a value: each part of it replaced, left out, or given another field. */
function* changed(value: unknown): Iterable<unknown> {
  yield* replacements;
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    const list = value as readonly unknown[];
    for (const [index, item] of list.entries()) {
      for (const other of changed(item)) yield list.with(index, other);
      yield list.toSpliced(index, 1);
    }
    return;
  }
  for (const [name, part] of Object.entries(value as Schema)) {
    for (const other of changed(part)) yield { ...value, [name]: other };
    const rest: Schema = Object.fromEntries(Object.entries(value).filter(([other]) => other !== name));
    yield rest;
    for (const other of ['internet', 'clients', 'tcp', 'any', 'a b', '', '-x', '9', 'x_y', 'web.1'])
      yield { ...rest, [other]: part };
  }
  yield { ...value, more: 'x' };
}

test('the schema takes what the validator takes, and refuses what it refuses', () => {
  expect([isValid(whole, schema), isAccepted(whole)]).toEqual([true, true]);
  const all = [...changed(whole)];
  const disagreed = all.filter((value) => isValid(value, schema) !== isAccepted(value));
  expect(disagreed.map((value) => [isAccepted(value), JSON.stringify(value)])).toEqual([]);
  const accepted = all.filter(isAccepted).length;
  // Neither refuses everything, nor takes everything.
  expect([all.length > 1000, accepted > 200, accepted < all.length / 2]).toEqual([true, true, true]);
});

test('the package has a door to it', () => {
  expect(packageJson.exports['./policy.schema.json']).toBe('./policy.schema.json');
  expect(schema['$schema']).toBe('https://json-schema.org/draft/2020-12/schema');
});
