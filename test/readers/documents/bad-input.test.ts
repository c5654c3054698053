import { NetproofError } from '../../../lib/addressing/netproof-error';
import { readSynth } from '../../../lib/readers/synth';

const failure = (text: string): { code: string; message: string } => {
  try {
    readSynth([{ text, file: 'a.tf.json' }]);
  } catch (error) {
    if (NetproofError.is(error)) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('it was read');
};

const instead =
  'Give a cdktf.out folder, a *.tf.json file, or what "terraform show -json" prints of a plan or state.';

test.each([
  [
    'a package.json',
    { name: 'x', version: '1', dependencies: {} },
    `a.tf.json is a package.json, no Terraform. ${instead}`,
  ],
  [
    'a CloudFormation template',
    { AWSTemplateFormatVersion: '2010-09-09', Resources: {} },
    `a.tf.json is a CloudFormation template, no Terraform. ${instead}`,
  ],
  [
    'one without its version',
    { Resources: {} },
    `a.tf.json looks like a CloudFormation template, no Terraform. ${instead}`,
  ],
  [
    'a state file',
    { version: 4, terraform_version: '1.11.4', serial: 1, lineage: 'x', resources: [] },
    'a.tf.json is a state file as Terraform stores it. Ask for it as JSON: terraform show -json',
  ],
  [
    'a manifest',
    { version: '0.21.0', stacks: {} },
    'a.tf.json is the manifest of a cdktf.out folder. Give the folder that it is in.',
  ],
  [
    'a cdktf.json',
    { language: 'typescript', app: 'x' },
    'a.tf.json is the cdktf.json of a project. Synthesize (npx cdktf synth) and give the folder cdktf.out.',
  ],
  [
    'a plan',
    { format_version: '1.2', planned_values: {}, configuration: {} },
    'a.tf.json is the JSON of a plan. It is read as Terraform as it is written (cdk.tf.json, *.tf.json) here.',
  ],
  [
    'something else',
    { a: 1, b: 2, c: 3, d: 4, e: 5 },
    `a.tf.json is JSON, but no Terraform: it holds "a", "b", "c", "d" and more. ${instead}`,
  ],
])('%s is named as what it is', (_, value, message) =>
  expect(failure(JSON.stringify(value))).toEqual({ code: 'InvalidTerraform', message }),
);

test.each([{}, { '//': {} }, { resource: {} }, { terraform: {} }, { output: { x: { value: 1 } } }])(
  '%j is Terraform',
  (value) => expect(() => readSynth(JSON.stringify(value))).not.toThrow(),
);

test('two declarations of one name are refused with their place', () => {
  expect(failure('{"resource": {"aws_vpc": {"a": {}}},\n "resource": {"aws_vpc": {"a": {}}}}')).toEqual({
    code: 'InvalidTerraform',
    message: 'a.tf.json declares aws_vpc.a twice (line 2, column 27). Rename or remove one of them.',
  });
  expect(failure('{"locals": {"x": 1}, "locals": {"x": 2}}').message).toContain('declares local.x twice');
  expect(failure('{"variable": {"x": {}, "x": {}}}').message).toContain('declares var.x twice');
});

describe('references in a ring', () => {
  const remedy =
    'Terraform refuses that too: take one reference out of the ring, for example by a rule or route of its own.';
  test.each([
    [
      'of locals',
      { locals: { a: '${local.b}', b: ['${upper(local.c)}'], c: { x: '${local.a}' } } },
      `a.tf.json: these refer to each other in a ring: local.a -> local.b -> local.c -> local.a. ${remedy}`,
    ],
    [
      'of security groups',
      { resource: { g: { a: { ingress: [{ s: ['${g.b.id}'] }] }, b: { ingress: [{ s: ['${g.a.id}'] }] } } } },
      `a.tf.json: these refer to each other in a ring: g.a -> g.b -> g.a. ${remedy}`,
    ],
    [
      'by depends_on',
      { resource: { g: { a: { depends_on: ['g.b'] }, b: { x: '${g.a.id}' } } } },
      `a.tf.json: these refer to each other in a ring: g.a -> g.b -> g.a. ${remedy}`,
    ],
    [
      'of one',
      { resource: { g: { a: { count: 2, x: '${g.a[0].id}' } } } },
      `a.tf.json: g.a refers to itself. ${remedy}`,
    ],
  ])('%s are one error that names the ring', (_, value, message) =>
    expect(failure(JSON.stringify(value))).toEqual({ code: 'CyclicReference', message }),
  );

  test.each([
    ['a name that the expression gives', { locals: { g: '${[for local in [1] : local.g]}' } }],
    [
      'a provisioner that speaks of its own resource',
      { resource: { g: { a: { provisioner: [{ x: '${g.a.id}' }] } } } },
    ],
    ['a comment', { resource: { g: { a: { '//': '${g.a.id}' } } } }],
    [
      'two ways to one resource',
      { resource: { g: { a: {}, b: { x: '${g.a.id}' }, c: { x: '${g.a.id}', y: '${g.b.id}' } } } },
    ],
  ])('%s is none', (_, value) => expect(() => readSynth(JSON.stringify(value))).not.toThrow());
});

test('a million elements are read in bounded memory', () => {
  const text = `{"resource": {"a": {"b": {"list": [${'"10.0.0.0/8",'.repeat(999_999)}"10.0.0.0/8"]}}}}`;
  const before = process.memoryUsage().heapUsed;
  const document = readSynth(text);
  expect(document.resources[0]?.attributes.get('list')).toMatchObject({ kind: 'list' });
  expect((process.memoryUsage().heapUsed - before) / 1e6).toBeLessThan(500);
});
