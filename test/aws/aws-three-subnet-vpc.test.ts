import { Testing } from 'cdktf';
import { AwsThreeSubnetVpc } from '../../stacks/aws-three-subnet-vpc';
import { readSettings } from '../../stacks/settings';
import { expectGolden } from './golden-file';
import { resourcesOf } from './synthesized';

/** The shipped stack with settings of nobody's environment beside those given. */
function shipped(env: NodeJS.ProcessEnv = {}): AwsThreeSubnetVpc {
  const settings = readSettings(() => undefined, env);
  return new AwsThreeSubnetVpc(Testing.app(), 'aws-three-subnet-vpc', settings);
}

const document = (stack: AwsThreeSubnetVpc) => stack.toTerraform() as Record<string, Record<string, unknown>>;

test('its Terraform is as written down', () =>
  expectGolden('aws-three-subnet-vpc.json', document(shipped())));

test('its logical ids are as written down: another id is another resource, and the old one is destroyed', () => {
  const addresses = [...resourcesOf(shipped())].map(([path, { address }]) => [path, address] as const);
  expectGolden('aws-three-subnet-vpc.ids.json', Object.fromEntries(addresses.sort()));
});

test('region and block are settings, and the zone follows the region', () => {
  const stack = shipped({ AWS_REGION: 'us-west-2', NETPROOF_VPC_BLOCK: '10.40.0.0/16' });
  expect(document(stack).provider).toEqual({ aws: [{ region: 'us-west-2' }] });
  expect(stack.network.db.a).toMatchObject({ zone: 'us-west-2a', block: '10.40.3.0/28' });
});

test('another version of the AWS provider is a setting; without it the one of the bindings is asked for', () => {
  const version = (stack: AwsThreeSubnetVpc) => document(stack).terraform?.required_providers;
  expect(version(shipped({ NETPROOF_AWS_PROVIDER_VERSION: '5.100.0' }))).toEqual({
    aws: { source: 'aws', version: '5.100.0' },
  });
  expect(version(shipped())).toEqual({ aws: { source: 'aws', version: '6.25.0' } });
});

test('it puts out the ids that others build on, and the address that private leaves by', () => {
  const outputs = document(shipped()).output ?? {};
  expect(Object.keys(outputs).sort()).toEqual([
    'db-subnet-ids',
    'nat-address',
    'private-subnet-ids',
    'public-subnet-ids',
    'vpc-id',
  ]);
});

test('it passes its own validations', () => {
  expect(() => Testing.synth(shipped({ AWS_REGION: 'us-west-2' }), true)).not.toThrow();
});

test('a VPC block without room is refused by name', () => {
  expect(() => shipped({ NETPROOF_VPC_BLOCK: '10.0.0.0/24' })).toThrow(
    /^aws-three-subnet-vpc\/net: 3 problems:\n/,
  );
});
