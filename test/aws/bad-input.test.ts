import { TerraformStack, TerraformVariable, Testing } from 'cdktf';
import { NetproofError } from '../../lib/addressing/netproof-error';
import { ThreeSubnetVpc, type ThreeSubnetVpcProps } from '../../lib/aws';

beforeEach(() => void delete process.env.AWS_REGION);

const zones = { a: 'eu-central-1a', b: 'eu-central-1b' };

/** What a VPC with these props is refused for, or an empty list when it is not. */
function problemsOf(
  props: unknown,
  id = 'net',
  stack = new TerraformStack(Testing.app(), 'shop'),
): readonly string[] {
  try {
    new ThreeSubnetVpc(stack, id, props as ThreeSubnetVpcProps);
    return [];
  } catch (error) {
    if (NetproofError.is(error) && error.code === 'InvalidProps') return error.problems;
    throw error;
  }
}

/** Each row: what is wrong, props that have it, the whole of what is said, and the nearest props that are right. */
const refused: readonly (readonly [string, unknown, string | RegExp, unknown])[] = [
  [
    'host bits in the VPC block',
    { cidr: '10.0.0.1/16' },
    'cidr: "10.0.0.1/16" is not a block: host bits are set after bit 16. The block holding it is "10.0.0.0/16".',
    { cidr: '10.0.0.0/16' },
  ],
  [
    'host bits in a tier block',
    { db: { block: '10.0.3.1/28' } },
    'db.block: "10.0.3.1/28" is not a block: host bits are set after bit 28. The block holding it is "10.0.3.0/28".',
    { db: { block: '10.0.3.0/28' } },
  ],
  [
    'host bits in an explicit block',
    { slots: zones, public: { blocks: { b: '10.0.99.9/24' } } },
    'public.blocks.b: "10.0.99.9/24" is not a block: host bits are set after bit 24. The block holding it is "10.0.99.0/24".',
    { slots: zones, public: { blocks: { b: '10.0.99.0/24' } } },
  ],
  [
    'a subnet outside the VPC',
    { cidr: '10.0.0.0/22', db: { block: '10.0.4.0/28' } },
    'db subnet 10.0.4.0/28 lies outside the VPC block 10.0.0.0/22 (10.0.0.0 to 10.0.3.255). ' +
      'Widen the VPC block, or give the subnet a block inside it, for example 10.0.3.0/28.',
    { cidr: '10.0.0.0/22', db: { block: '10.0.3.0/28' } },
  ],
  [
    'two tiers that overlap',
    { db: { block: '10.0.2.0/28' } },
    /^db subnet 10\.0\.2\.0\/28 overlaps private subnet 10\.0\.2\.0\/24\. .* for example 10\.0\.3\.0\/28\.$/,
    { db: { block: '10.0.3.0/28' } },
  ],
  [
    'a VPC block larger than AWS takes',
    { cidr: '10.0.0.0/15' },
    'cidr: 10.0.0.0/15 is too large, AWS takes /16 to /28. The nearest block is 10.0.0.0/16.',
    { cidr: '10.0.0.0/16' },
  ],
  [
    'a subnet smaller than AWS takes',
    { db: { block: '10.0.3.16/29' } },
    'db.block: 10.0.3.16/29 is too small, AWS takes /16 to /28. The nearest block is 10.0.3.16/28.',
    { db: { block: '10.0.3.16/28' } },
  ],
  [
    'an IPv6 block as VPC block',
    { cidr: '2001:db8::/56' },
    'cidr: 2001:db8::/56 is IPv6. A VPC and its subnets begin with an IPv4 block, for example 10.0.0.0/16.',
    { cidr: '10.0.0.0/16' },
  ],
  [
    'a number token in a block',
    { cidr: '10.-8.1095e+298.0.0/16' },
    'cidr: "10.-8.1095e+298.0.0/16" is not a block: a number token was put into text; use a string token ' +
      '(the number token is -8.1095e+298).',
    { cidr: '10.8.0.0/16' },
  ],
  [
    'a stride that is no prefix length',
    { stride: 4096 },
    'stride: 4096 (a number) is not a stride: give the prefix length, 1 to 32, of a block as large as the distance from slot to slot.',
    { stride: 20 },
  ],
  [
    'a natSlot without a public subnet',
    { slots: zones, public: { slots: ['a'] }, natSlot: 'b' },
    'nat: there is no public subnet in slot b to hold the NAT gateway. Add one by public.slots, set natSlot to one of a, ' +
      'or set nat to "none".',
    { slots: zones, public: { slots: ['a'] }, natSlot: 'a' },
  ],
  [
    'a natSlot without a NAT gateway',
    { nat: 'none', natSlot: 'a' },
    'natSlot is a, and nat is "none". Leave one of them out.',
    { nat: 'none' },
  ],
  [
    'a kind of NAT that does not exist',
    { nat: 'double' },
    'nat: "double" is not a choice. Give "single" or "none".',
    { nat: 'single' },
  ],
  [
    'two slots in one zone',
    { slots: { a: 'eu-central-1a', b: 'eu-central-1a' } },
    'slots a and b are both in zone eu-central-1a. A slot is a zone: give slot b another one, or leave it out.',
    { slots: zones },
  ],
  [
    'two slots in the zone of one token',
    { slots: { a: '${var.zone}', b: '${var.zone}' } },
    'slots a and b are both in the zone of one token. A slot is a zone: give slot b another one, or leave it out.',
    { slots: { a: '${var.zone}', b: '${var.other}' } },
  ],
  [
    'a letter beyond p',
    { slots: { a: 'eu-central-1a', q: 'eu-central-1b' } },
    'slots: "q" is not a slot. A slot is one small letter from a to p, for example "b".',
    { slots: { a: 'eu-central-1a', p: 'eu-central-1b' } },
  ],
  [
    'a capital letter',
    { slots: { B: 'eu-central-1b' } },
    'slots: "B" is not a slot. A slot is one small letter from a to p, for example "b".',
    { slots: { b: 'eu-central-1b' } },
  ],
  [
    'no slot at all',
    { slots: {} },
    'slots is empty, and a VPC has at least one. Leave it out, or name a zone, for example { a: "eu-central-1a" }.',
    { slots: { a: 'eu-central-1a' } },
  ],
  [
    'a tier in a slot that is not declared',
    { slots: zones, db: { slots: ['a', 'c'] } },
    'db.slots: slot c is not declared. The VPC has slots a, b; add c to its slots, or leave it out here.',
    { slots: zones, db: { slots: ['a', 'b'] } },
  ],
  [
    'a block for a slot that is not declared',
    { private: { blocks: { b: '10.0.50.0/24' } } },
    'private.blocks: slot b is not declared. The VPC has slot a; add b to its slots, or leave it out here.',
    { slots: zones, private: { blocks: { b: '10.0.50.0/24' } } },
  ],
  [
    'a block for a slot that the tier leaves out',
    { slots: zones, private: { slots: ['a'], blocks: { b: '10.0.50.0/24' } } },
    'private.blocks: the tier has no subnet in slot b. Add b to private.slots, or leave its block out.',
    { slots: zones, private: { slots: ['a', 'b'], blocks: { b: '10.0.50.0/24' } } },
  ],
  [
    'a tier in no slot',
    { db: { slots: [] } },
    'db.slots is empty: the tier would have no subnet. Leave it out for a subnet in every slot.',
    { db: { slots: ['a'] } },
  ],
  [
    'a zone of another region',
    { region: 'eu-central-1', slots: { a: 'eu-central-1a', b: 'us-east-1b' } },
    'slot b: zone us-east-1b is in region us-east-1, and the VPC is in eu-central-1. ' +
      'Take a zone of that region, for example "eu-central-1b", or set region to "us-east-1".',
    { region: 'eu-central-1', slots: zones },
  ],
  [
    'zones of two regions',
    { slots: { a: 'us-east-1a', b: 'us-east-2a' } },
    'slot b: zone us-east-2a is in region us-east-2, and the VPC is in us-east-1. ' +
      'Take a zone of that region, for example "us-east-1b", or set region to "us-east-2".',
    { slots: { a: 'us-east-1a', b: 'us-east-1b' } },
  ],
  [
    'the id of a zone in place of its name',
    { slots: { a: 'euc1-az2' } },
    'slot a: "euc1-az2" is not the name of an availability zone. Give the name, not the id, for example "eu-central-1a".',
    { slots: { a: 'eu-central-1a' } },
  ],
  [
    'a zone as region',
    { region: 'eu-central-1a' },
    'region "eu-central-1a" is a zone. Its region is "eu-central-1".',
    { region: 'eu-central-1' },
  ],
  [
    'a text that is no region',
    { region: 'Frankfurt' },
    'region "Frankfurt" is not an AWS region; they are written like "eu-central-1".',
    { region: 'us-gov-west-1' },
  ],
  [
    'no ports',
    { db: { ports: [] } },
    'db.ports is empty: nobody could reach the tier. Name a port, for example tcp/5432.',
    { db: { ports: ['tcp/5432'] } },
  ],
  [
    'a port beyond 65535',
    { db: { ports: ['tcp/70000'] } },
    'db.ports: "tcp/70000" is not traffic: ports go from 0 to 65535.',
    { db: { ports: ['tcp/65535'] } },
  ],
  [
    'traffic that has no ports',
    { db: { ports: ['icmp'] } },
    'db.ports: icmp is neither tcp nor udp. Give ports of these, for example tcp/5432.',
    { db: { ports: ['udp/5432'] } },
  ],
  [
    'more ranges than rule numbers',
    { db: { ports: Array.from({ length: 101 }, (_, index) => `tcp/${5000 + 2 * index}`) } },
    'db.ports has 101 separate ranges, more than a network ACL has room for. Join some, for example tcp/5000-5999.',
    { db: { ports: ['tcp/5000-5200'] } },
  ],
  [
    'a slot of which a tier block is a token',
    { slots: zones, private: { block: '${var.block}' } },
    'private subnet b has no block: private.block is a token, known only at deploy time, and no other slot can be computed ' +
      'from it. Give private.blocks.b.',
    { slots: zones, private: { block: '${var.block}', blocks: { b: '10.0.18.0/24' } } },
  ],
];

describe.each(refused)('%s', (_, wrong, said, right) => {
  test('is refused with a way out', () => {
    expect(problemsOf(wrong)).toEqual([typeof said === 'string' ? said : expect.stringMatching(said)]);
  });
  test('beside which the nearest good props are taken', () => expect(problemsOf(right)).toEqual([]));
});

test.each([
  ['10.0.0.0/23', ['10.0.0.0/25', '10.0.0.128/25', '10.0.1.0/25']],
  ['10.0.0.128/26', ['10.0.0.128/28', '10.0.0.144/28', '10.0.0.160/28']],
])(
  'a VPC of %s has no room for the default blocks, and those proposed fit',
  (cidr, [first, second, third]) => {
    const said = (tier: string, example?: string) =>
      `${tier} has no block: the default one lies in the first /22 of the VPC, and ${cidr} is smaller. ` +
      `Give ${tier}.block, for example ${example}, or a larger VPC block.`;
    expect(problemsOf({ cidr })).toEqual([said('public', first), said('private', second), said('db', third)]);
    expect(
      problemsOf({ cidr, public: { block: first }, private: { block: second }, db: { block: third } }),
    ).toEqual([]);
  },
);

test('with a VPC block that is a token every tier states its blocks', () => {
  const stack = new TerraformStack(Testing.app(), 'shop');
  const cidr = new TerraformVariable(stack, 'block', {}).stringValue;
  const because =
    'the VPC block is a token, known only at deploy time, and no subnet can be computed from it.';
  const blocks = { public: { block: '10.1.1.0/24' }, private: { block: '10.1.2.0/24' } };
  expect(problemsOf({ cidr, ...blocks }, 'net', stack)).toEqual([
    `db has no block: ${because} Give db.block.`,
  ]);
  expect(problemsOf({ cidr, ...blocks, slots: zones, db: { slots: ['b'] } }, 'net', stack)).toEqual([
    `db has no block: ${because} Give db.blocks.b.`,
  ]);
  expect(problemsOf({ cidr, ...blocks, db: { block: '10.1.3.0/28' } }, 'net', stack)).toEqual([]);
});

test('literal blocks overlap under a VPC block that is a token, too', () => {
  const props = { cidr: '${var.block}', public: { block: '10.1.1.0/24' }, private: { block: '10.1.2.0/24' } };
  expect(problemsOf({ ...props, db: { block: '10.1.2.0/28' } })[0]).toMatch(
    /^db subnet 10\.1\.2\.0\/28 overlaps private subnet 10\.1\.2\.0\/24\./,
  );
});

test('a number token that CDKTF wrote into a block is told by its cause', () => {
  const stack = new TerraformStack(Testing.app(), 'shop');
  const octet = new TerraformVariable(stack, 'octet', {}).numberValue;
  expect(problemsOf({ cidr: `10.${octet}.0.0/16` }, 'net', stack)[0]).toContain(
    'a number token was put into text',
  );
});

describe('a construct id "backend"', () => {
  test('is refused directly under a stack, where CDKTF would fail at synth', () => {
    expect(problemsOf({}, 'backend')).toEqual([
      'the construct id "backend" is taken directly under a stack: CDKTF puts its state backend there. ' +
        'Use another id, for example "backend-network".',
    ]);
  });

  test('is taken further down', () => {
    const stack = new TerraformStack(Testing.app(), 'shop');
    const above = new ThreeSubnetVpc(stack, 'net');
    new ThreeSubnetVpc(above, 'backend');
    expect(() => Testing.synth(stack)).not.toThrow();
  });
});

describe('all problems of one VPC', () => {
  const stack = new TerraformStack(Testing.app(), 'shop');
  const props = {
    slots: { a: 'eu-central-1a', b: 'eu-central-1a' },
    db: { block: '10.0.3.1/28' },
    natSlot: 'c',
  };

  test('are one error that begins with the construct path', () => {
    expect(() => new ThreeSubnetVpc(stack, 'net', props as ThreeSubnetVpcProps)).toThrow(
      [
        'shop/net: 3 problems:',
        '  - slots a and b are both in zone eu-central-1a. A slot is a zone: give slot b another one, or leave it out.',
        '  - db.block: "10.0.3.1/28" is not a block: host bits are set after bit 28. The block holding it is "10.0.3.0/28".',
        '  - nat: there is no public subnet in slot c to hold the NAT gateway. Add one by public.slots, ' +
          'set natSlot to one of a, b, or set nat to "none".',
      ].join('\n'),
    );
  });

  test('leave nothing behind, not even the id', () => {
    expect(stack.node.children).toEqual([]);
    expect(() => new ThreeSubnetVpc(stack, 'net')).not.toThrow();
  });
});

test('a NAT gateway without any public subnet is said beside the empty tier', () => {
  expect(problemsOf({ public: { slots: [] } })).toEqual([
    'public.slots is empty: the tier would have no subnet. Leave it out for a subnet in every slot.',
    'nat: there is no public subnet to hold the NAT gateway. Add one by public.slots, or set nat to "none".',
  ]);
});
