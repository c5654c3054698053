import { TerraformStack, Testing } from 'cdktf';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { allTraffic } from '../../lib/addressing/traffic';
import { ThreeSubnetVpc, type ThreeSubnetVpcProps } from '../../lib/aws';
import { topologyOfSynth } from '../../lib/inputs/topology-of-text';
import { topologyOfStack } from '../../lib/proof/topology-of-stack';
import { reach } from '../../lib/reachability/solver';
import type { Party } from '../../lib/topology/lookup';
import type { Topology } from '../../lib/topology/topology';

const twoZones = { a: 'eu-central-1a', b: 'eu-central-1b' } as const;
const forms: readonly (readonly [string, ThreeSubnetVpcProps])[] = [
  ['as it comes', {}],
  ['without a NAT gateway', { nat: 'none' }],
  ['in two zones', { slots: twoZones }],
  [
    'in two zones, with tiers in some of them',
    { slots: twoZones, public: { slots: ['a'] }, db: { slots: ['b'] } },
  ],
  ['with another port for the database', { db: { ports: ['tcp/3306'] } }],
];

function vpc(props: ThreeSubnetVpcProps): TerraformStack {
  const stack = new TerraformStack(Testing.app(), 'shop');
  new AwsProvider(stack, 'aws', { region: 'eu-central-1' });
  new ThreeSubnetVpc(stack, 'net', { region: 'eu-central-1', ...props });
  return stack;
}

/** Whoever can be asked about, with the name of each. */
function parties({ endpoints, segments, zones }: Topology): readonly (readonly [string, Party])[] {
  return [
    ...[...endpoints].map(([id, endpoint]) => [id, { kind: 'endpoint', endpoint }] as const),
    ...[...segments].map(([id, segment]) => [id, { kind: 'segment', segment }] as const),
    ...[...zones].map(([id, zone]) => [id, { kind: 'zone', zone }] as const),
  ];
}

/** What is asked of all pairs in which somebody of the network takes part: how many, and which are not decided. */
function asked(topology: Topology): { readonly questions: number; readonly undecided: readonly string[] } {
  const undecided: string[] = [];
  let questions = 0;
  for (const [source, from] of parties(topology)) {
    for (const [target, to] of parties(topology)) {
      if (from.kind === 'zone' && to.kind === 'zone') continue;
      questions++;
      const { firstPacket, anyWay, unknowns } = reach(topology, { from, to, on: allTraffic() });
      const decided = [firstPacket, anyWay].every(({ passes, mayPass }) => passes.equals(mayPass));
      if (!decided) undecided.push(`${source} -> ${target}: ${unknowns.map(({ key }) => key).join(', ')}`);
    }
  }
  return { questions, undecided };
}

describe('of the VPC as it ships nothing is unknown', () => {
  test.each(forms)('%s', (_, props) => {
    const { questions, undecided } = asked(topologyOfStack(vpc(props)));
    expect(undecided).toEqual([]);
    expect(questions).toBeGreaterThan(20);
  });
});

test('and what only apply tells is noticed: a group that admits a block nobody states', () => {
  const stack = vpc({});
  const text = JSON.stringify(stack.toTerraform());
  const [, network] = /"vpc_id":"(\$\{aws_vpc\.[^"]+)"/.exec(text)!;
  const [, subnet] = /"subnet_id":"(\$\{aws_subnet\.[^"]+)"/.exec(text)!;
  const { resource, ...more } = JSON.parse(text) as { resource: object };
  const office = { protocol: 'tcp', from_port: 22, to_port: 22, cidr_blocks: ['${var.office}'] };
  const { undecided } = asked(
    topologyOfSynth({
      ...more,
      variable: { office: {} },
      resource: {
        ...resource,
        aws_security_group: { office: { vpc_id: network, ingress: [office] } },
        aws_instance: {
          door: { subnet_id: subnet, vpc_security_group_ids: ['${aws_security_group.office.id}'] },
        },
      },
    }),
  );
  expect(undecided).not.toEqual([]);
  expect(undecided.every((one) => one.endsWith('-> aws_instance.door: var.office'))).toBe(true);
});
