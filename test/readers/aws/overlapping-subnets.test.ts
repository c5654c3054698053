import { NetproofError } from '../../../lib/addressing/netproof-error';
import { AssumedValues } from '../../../lib/readers/assumed-values';
import { readPlan } from '../../../lib/readers/plan';
import { readSynth } from '../../../lib/readers/synth';
import type { TerraformDocument } from '../../../lib/readers/terraform-document';
import { topologyOfDocument } from '../../../lib/readers/topology-of-documents';
import { type Resources, synthText } from './configuration';
import { planText } from './plan-text';

type Subnet = Record<string, unknown>;

/** Subnets `a`, `b`, ... of the VPC `main`, by their blocks or in full. */
function subnets(...written: readonly (string | Subnet)[]): Resources {
  const main = { vpc_id: '${aws_vpc.main.id}' };
  return {
    aws_vpc: { main: { cidr_block: '10.0.0.0/16' }, other: { cidr_block: '10.0.0.0/16' } },
    aws_subnet: Object.fromEntries(
      written.map((one, at) => [
        'abcdefghijklmnop'[at]!,
        { ...main, ...(typeof one === 'string' ? { cidr_block: one } : one) },
      ]),
    ),
  };
}

/** What is refused, one problem per pair; nothing when it is accepted. */
function refused(document: TerraformDocument, assumed = new AssumedValues()): readonly string[] {
  try {
    topologyOfDocument(document, assumed);
    return [];
  } catch (error) {
    if (!NetproofError.is(error)) throw error;
    expect(error.code).toBe('OverlappingSubnets');
    return error.problems;
  }
}

const forms = [
  ['a synth', (resources: Resources) => readSynth(synthText(resources))],
  ['a plan', (resources: Resources) => readPlan(planText(resources))],
] as const;

describe.each(forms)('in %s', (_, read) => {
  test('a block inside that of another subnet of the VPC is refused', () => {
    expect(refused(read(subnets('10.0.1.0/24', '10.0.1.128/28')))).toEqual([
      'aws_subnet.a (10.0.1.0/24) and aws_subnet.b (10.0.1.128/28) overlap in aws_vpc.main.',
    ]);
  });

  test('blocks that touch are accepted', () => {
    expect(refused(read(subnets('10.0.1.0/25', '10.0.1.128/25', '10.0.2.0/24')))).toEqual([]);
  });

  test('the same block in two VPCs is accepted', () => {
    const there = { vpc_id: '${aws_vpc.other.id}', cidr_block: '10.0.1.0/24' };
    expect(refused(read(subnets('10.0.1.0/24', there)))).toEqual([]);
  });

  test('the same block of IPv6 is refused, and its neighbour is not', () => {
    const six = (ipv4: string, ipv6: string) => ({ cidr_block: ipv4, ipv6_cidr_block: ipv6 });
    const one = six('10.0.1.0/24', '2600:1f14:0:1::/64');
    expect(refused(read(subnets(one, six('10.0.2.0/24', '2600:1f14:0:2::/64'))))).toEqual([]);
    expect(refused(read(subnets(one, six('10.0.2.0/24', '2600:1f14:0:1::/64'))))).toEqual([
      'aws_subnet.a (2600:1f14:0:1::/64) and aws_subnet.b (2600:1f14:0:1::/64) overlap in aws_vpc.main.',
    ]);
  });

  test('all pairs are told in one error, those around a block before those inside it', () => {
    expect(refused(read(subnets('10.0.1.0/28', '10.0.0.0/22', '10.0.1.0/24', '10.0.9.0/24')))).toEqual([
      'aws_subnet.b (10.0.0.0/22) and aws_subnet.c (10.0.1.0/24) overlap in aws_vpc.main.',
      'aws_subnet.b (10.0.0.0/22) and aws_subnet.a (10.0.1.0/28) overlap in aws_vpc.main.',
      'aws_subnet.c (10.0.1.0/24) and aws_subnet.a (10.0.1.0/28) overlap in aws_vpc.main.',
    ]);
  });
});

describe('what only apply tells is not refused', () => {
  const synth = (resources: Resources, more: object = {}) =>
    JSON.stringify({ ...(JSON.parse(synthText(resources)) as object), ...more });
  const variable = { variable: { blue: { type: 'bool' }, block: { type: 'string' } } };

  test.each([
    ['one of two subnets that a switch chooses', { count: '${var.blue ? 1 : 0}', cidr_block: '10.0.1.0/24' }],
    ['a block that a variable gives', { cidr_block: '${var.block}' }],
    [
      'a VPC that a switch chooses',
      { vpc_id: '${var.blue ? aws_vpc.main.id : aws_vpc.other.id}', cidr_block: '10.0.1.0/24' },
    ],
  ])('%s', (_, subnet) => {
    expect(refused(readSynth(synth(subnets('10.0.1.0/24', subnet), variable)))).toEqual([]);
  });

  test('and is, once it is stated', () => {
    const assumed = new AssumedValues({ 'var.block': '10.0.1.0/26' });
    const text = synth(subnets('10.0.1.0/24', { cidr_block: '${var.block}' }), variable);
    expect(refused(readSynth(text, { assumed }), assumed)).toHaveLength(1);
  });
});

test('a block that Terraform holds sensitive is not in the error', () => {
  const plan = JSON.parse(planText(subnets('10.0.1.0/24', '10.0.1.64/26'))) as {
    planned_values: { root_module: { resources: { address: string; sensitive_values: object }[] } };
  };
  for (const resource of plan.planned_values.root_module.resources) {
    if (resource.address === 'aws_subnet.b') resource.sensitive_values = { cidr_block: true };
  }
  expect(refused(readPlan(JSON.stringify(plan)))).toEqual([
    'aws_subnet.a (10.0.1.0/24) and aws_subnet.b ((sensitive)) overlap in aws_vpc.main.',
  ]);
});
