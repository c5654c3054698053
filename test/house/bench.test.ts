import { Testing, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { bareVpc } from '../../bench/apps/bare-vpc';
import { ThreeSubnetVpc } from '../../lib/aws/three-subnet-vpc';

/** Bodies by type, with references by the type that they lead to: what is created, whatever it is called. */
function created(make: (scope: Construct) => void): Record<string, string[]> {
  const stack = new TerraformStack(Testing.app(), 'bench');
  make(stack);
  const { resource } = JSON.parse(Testing.synth(stack)) as {
    resource: Record<string, Record<string, object>>;
  };
  return Object.fromEntries(
    Object.entries(resource).map(([type, bodies]) => [
      type,
      Object.values(bodies)
        .map((body) => JSON.stringify({ ...body, '//': undefined }).replace(/(aws_\w+)\.[\w-]+/g, '$1'))
        .sort(),
    ]),
  );
}

test('the benchmark compares ThreeSubnetVpc with the same resources, written by hand', () => {
  const region = 'eu-central-1';
  const ours = created((scope) => void new ThreeSubnetVpc(scope, 'net', { region }));
  expect(Object.values(ours).flat()).toHaveLength(17);
  expect(created((scope) => bareVpc(scope, 'net', region))).toEqual(ours);
});
