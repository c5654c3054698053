import { planReferences } from '../../../lib/readers/plan/reference';
import { known, list, ref, unknown } from '../../../lib/topology/value';
import { attributeAt, recordedPlan } from './recorded-plan';

const plan = recordedPlan('references');
const input = (name: string) => attributeAt(plan, name, 'input');
const one = ref('terraform_data.one', 'id');
const counted = [0, 1, 2].map((index) => ref(`terraform_data.counted[${index}]`, 'id'));
const keyed = (key: string) => ref(`terraform_data.keyed["${key}"]`, 'id');
const made = (module: string) => ref(`module.${module}.terraform_data.made`, 'id');

test.each([
  ['an index', 'terraform_data.indexed', counted[1]],
  ['a key with a dot in it', 'terraform_data.by_key', keyed('y.z')],
  ['two items, in their order', 'terraform_data.two', list([counted[1]!, counted[0]!])],
  ['all items of a splat', 'terraform_data.splat', list(counted)],
  ['the same item twice', 'terraform_data.twice', list([one, one])],
  ['an output of an instance of a module', 'terraform_data.output_of_one', made('counted[1]')],
  ['an output of an instance by key', 'terraform_data.output_by_key', made('keyed["q"]')],
  ['the instance with the same key', 'terraform_data.chained["y.z"]', keyed('y.z')],
  ['what the plan knows', 'terraform_data.local_only', known('A')],
])('%s is certain', (_, address, value) => expect(input(address)).toEqual(value));

test.each([
  ['an index that is computed, in the call of a module', 'module.counted[0].terraform_data.made', counted],
  ['the element of a for_each', 'terraform_data.each_value["b"]', [one, counted[0]]],
  ['the element of the for_each of a module', 'module.keyed["q"].terraform_data.made', [one, counted[2]]],
  ['a variable that a module hands on', 'terraform_data.output_handed_on', [one, counted[2]]],
  ['the arms of a conditional', 'terraform_data.conditional', [one, ...counted]],
  [
    'any output of a module whose name is computed',
    'terraform_data.output_by_variable',
    [one, counted[2], made('keyed["p"]'), made('keyed["q"]')],
  ],
])('%s is one of all that it can be', (_, address, options) =>
  expect(input(address)).toMatchObject({ kind: 'one-of', options }),
);

test('items of a list are told each, as far as they can be', () => {
  const items = input('terraform_data.output_of_all');
  const options = [...counted, made('counted[0]'), made('counted[1]')];
  expect(items).toMatchObject({ kind: 'list', items: [{ options }, { options }] });
});

test('what stands beside a reference is known', () => {
  expect(attributeAt(plan, 'terraform_data.nested', 'input.plain')).toEqual(known('text'));
  expect(attributeAt(plan, 'terraform_data.nested', 'input.list')).toEqual(list([one, known('text')]));
});

test('an argument that is null is left out, one that only the apply can tell is not', () => {
  expect(input('terraform_data.left_out')).toBeUndefined();
  expect(input('terraform_data.left_out_by_variable')).toBeUndefined();
  expect(input('terraform_data.time')).toEqual(
    unknown('terraform_data.time.input', 'terraform_data.time.input'),
  );
});

describe('a list of references', () => {
  const resource = (name: string, index = '', attribute = '') => ({
    kind: 'resource',
    resource: name,
    index,
    attribute,
  });

  test('holds each one once for every time that it is written', () => {
    expect(
      planReferences(['a.b[0].id', 'a.b[0]', 'a.b', 'a.b[1].id', 'a.b[1]', 'a.b', 'a.b', 'a.b.id', 'a.b']),
    ).toEqual([
      resource('a.b', '[0]', 'id'),
      resource('a.b', '[1]', 'id'),
      resource('a.b'),
      resource('a.b', '', 'id'),
    ]);
  });

  test('of names that begin alike keeps them apart', () => {
    expect(planReferences(['a.bc.id', 'a.bc', 'a.b'])).toEqual([resource('a.bc', '', 'id'), resource('a.b')]);
  });

  test.each([
    ['data.a.b["k"].id', resource('data.a.b', '["k"]', 'id')],
    ['module.m["k"].out', { kind: 'module', name: 'm', index: '["k"]', output: 'out', path: '' }],
    ['module.m.out[0].id', { kind: 'module', name: 'm', index: '', output: 'out', path: '[0].id' }],
    ['module.m', { kind: 'module', name: 'm', index: '', output: '', path: '' }],
    ['var.x.y', { kind: 'variable', name: 'x' }],
    ['local.x["y"]', { kind: 'local', name: 'x' }],
    ['each.value.a.b', { kind: 'each value', path: 'a.b' }],
    ['each.value["a"]', { kind: 'each value', path: '["a"]' }],
    ['each.key', { kind: 'position' }],
    ['count.index', { kind: 'position' }],
    ['path.module', { kind: 'other' }],
    ['not an address', { kind: 'other' }],
  ])('%s is told', (text, reference) => expect(planReferences([text])).toEqual([reference]));
});
