import { AssumedValues } from '../../../lib/readers/assumed-values';
import { withSynth } from '../../../lib/readers/plan-and-synth';
import { joinDocuments } from '../../../lib/readers/joined-documents';
import { readState } from '../../../lib/readers/state';
import { readSynth } from '../../../lib/readers/synth';
import type { TerraformDocument } from '../../../lib/readers/terraform-document';
import { known, list, ref, unknown } from '../../../lib/topology/value';
import { recorded, recordedPlan } from '../plans/recorded-plan';
import { addressesOf, at } from './read-resources';

const stack = (name: string, root: object, assumed = {}): TerraformDocument =>
  readSynth(JSON.stringify(root), { stack: name, assumed: new AssumedValues(assumed) });

const output = (name: string) => `cross-stack-output-${name}`;
const remote = (of: string, name: string) =>
  `data.terraform_remote_state.cross-stack-reference-input-${of}.outputs.${output(name)}`;
const remoteState = (of: string) => ({
  data: { terraform_remote_state: { [`cross-stack-reference-input-${of}`]: {} } },
});

const network = stack('network', {
  resource: {
    aws_vpc: { main: { cidr_block: '10.0.0.0/16' } },
    aws_subnet: { a: { count: 2, vpc_id: '${aws_vpc.main.id}' } },
  },
  output: {
    [output('vpc')]: { value: '${aws_vpc.main.id}', sensitive: true },
    [output('block')]: { value: '${aws_vpc.main.cidr_block}', sensitive: true },
    [output('subnets')]: { value: '${aws_subnet.a[*].id}', sensitive: true },
    [output('open')]: { value: '${var.open}', sensitive: true },
  },
});

const shop = stack('shop', {
  ...remoteState('network'),
  resource: {
    aws_security_group: {
      web: {
        vpc_id: `\${${remote('network', 'vpc')}}`,
        block: `\${cidrsubnet(${remote('network', 'block')}, 8, 1)}`,
        subnet: `\${element(${remote('network', 'subnets')}, 3)}`,
        open: `\${${remote('network', 'open')}}`,
        own: '${aws_eip.e.id}',
      },
    },
    aws_eip: { e: {} },
  },
});

describe('stacks joined', () => {
  const joined = joinDocuments([shop, network]);
  const web = at(joined, 'shop:aws_security_group.web').attributes;

  test('keep their resources apart by name', () => {
    expect(addressesOf(joined)).toEqual([
      'shop:aws_security_group.web',
      'shop:aws_eip.e',
      'shop:data.terraform_remote_state.cross-stack-reference-input-network',
      'network:aws_vpc.main',
      'network:aws_subnet.a[0]',
      'network:aws_subnet.a[1]',
    ]);
    expect(joined.resources.map((resource) => resource.stack)).toEqual([
      'shop',
      'shop',
      'shop',
      'network',
      'network',
      'network',
    ]);
    expect(web.get('own')).toEqual(ref('shop:aws_eip.e', 'id'));
  });

  test('follow a reference to the resource of the other stack', () => {
    expect(web.get('vpc_id')).toEqual(ref('network:aws_vpc.main', 'id'));
  });

  test('evaluate what is made of the output of another stack', () => {
    expect(web.get('block')).toEqual(known('10.0.1.0/24'));
    expect(web.get('subnet')).toEqual(ref('network:aws_subnet.a[1]', 'id'));
  });

  test('keep what is unknown under the address that it has there', () => {
    expect(web.get('open')).toEqual(unknown('network:var.open', `\${${remote('network', 'open')}}`));
    expect(joined.outputs.get(`network:${output('subnets')}`)).toEqual(
      list([ref('network:aws_subnet.a[0]', 'id'), ref('network:aws_subnet.a[1]', 'id')]),
    );
  });

  test('leave their parts as they are alone', () => {
    expect(joined.parts?.map((part) => part.stack)).toEqual(['shop', 'network']);
    expect(joined.parts?.[1]?.resources[0]?.address).toBe('aws_vpc.main');
  });
});

test('alone, a stack knows the other by name only', () => {
  expect(joinDocuments([shop])).toBe(shop);
  const address = 'data.terraform_remote_state.cross-stack-reference-input-network';
  expect(at(shop, 'aws_security_group.web').attributes.get('vpc_id')).toEqual(
    ref(address, `outputs.${output('vpc')}`),
  );
});

test('an output is followed through a stack in between', () => {
  const between = stack('between', {
    ...remoteState('network'),
    output: { [output('handed')]: { value: `\${${remote('network', 'vpc')}}` } },
  });
  const last = stack('last', {
    ...remoteState('between'),
    resource: { x: { y: { vpc: `\${${remote('between', 'handed')}}` } } },
  });
  const joined = joinDocuments([last, between, network]);
  expect(at(joined, 'last:x.y').attributes.get('vpc')).toEqual(ref('network:aws_vpc.main', 'id'));
});

test('stacks that need each other in a ring are read all the same', () => {
  const ring = (name: string, other: string) =>
    stack(name, {
      ...remoteState(other),
      resource: { x: { y: { z: `\${${remote(other, 'z')}}` } } },
      output: { [output('z')]: { value: '${x.y.id}' } },
    });
  const joined = joinDocuments([ring('a', 'b'), ring('b', 'a')]);
  expect(at(joined, 'a:x.y').attributes.get('z')).toEqual(ref('b:x.y', 'id'));
  expect(at(joined, 'b:x.y').attributes.get('z')).toEqual(ref('a:x.y', 'id'));
});

test('an assumed value is for the stack that its key names', () => {
  const assumed = { 'shop:var.x': 'a' };
  const root = { resource: { x: { y: { z: '${var.x}' } } } };
  const joined = joinDocuments([stack('shop', root, assumed), stack('lab', root, assumed)]);
  expect(at(joined, 'shop:x.y').attributes.get('z')).toEqual(known('a'));
  expect(at(joined, 'lab:x.y').attributes.get('z')).toEqual(unknown('lab:var.x', '${var.x}'));
});

test('a known id is the resource of another stack that has it', () => {
  const before = readState(recorded('change-before/state.json'), { stack: 'network' });
  const id = at(before, 'aws_vpc.main').attributes.get('id');
  const vpc = id?.kind === 'known' ? id.value : '';
  const joined = joinDocuments([before, stack('shop', { resource: { aws_subnet: { s: { vpc_id: vpc } } } })]);
  expect(at(joined, 'shop:aws_subnet.s').attributes.get('vpc_id')).toEqual(ref('network:aws_vpc.main', 'id'));
  expect(at(joined, 'network:aws_vpc.main').attributes.get('id')).toEqual(id);
});

test('two stacks of one name are refused', () => {
  expect(() => joinDocuments([network, network])).toThrow(
    'Two inputs are called "network": a text and a text. Addresses could not tell them apart: rename one, or give one of them.',
  );
});

test('a plan takes its construct paths from the Terraform that it was made from', () => {
  const synth = readSynth(recorded('from-json/cdk.tf.json'));
  const plan = withSynth(recordedPlan('from-json'), synth);
  expect(at(plan, 'aws_vpc.main').constructPath).toBe('from-json/net/vpc');
  expect(at(plan, 'aws_subnet.public[1]').constructPath).toBe('from-json/net/public');
  expect(at(plan, 'aws_eip.nat').constructPath).toBeUndefined();
});
