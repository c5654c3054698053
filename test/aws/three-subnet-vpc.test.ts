import {
  Aspects,
  TerraformOutput,
  TerraformResource,
  type TerraformStack,
  TerraformVariable,
  Testing,
} from 'cdktf';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { tcp } from '../../lib/addressing/traffic';
import { ThreeSubnetVpc, type ThreeSubnetVpcProps } from '../../lib/aws';
import { type Body, synthesized } from './synthesized';

const twoZones = { slots: { a: 'eu-central-1a', b: 'eu-central-1b' } } as const;

beforeEach(() => void delete process.env.AWS_REGION);

describe('without props', () => {
  const { paths, at, has, idOf, addressOf } = synthesized();

  test('it is exactly these resources', () => {
    expect(paths).toEqual([
      'db/a/route-table-association',
      'db/a/subnet',
      'db/network-acl',
      'db/route-table',
      'default-security-group',
      'internet-gateway',
      'private/a/nat-route',
      'private/a/route-table',
      'private/a/route-table-association',
      'private/a/subnet',
      'public/a/nat/address',
      'public/a/nat/gateway',
      'public/a/route-table-association',
      'public/a/subnet',
      'public/internet-route',
      'public/route-table',
      'vpc',
    ]);
  });

  test.each([
    ['public', '10.0.1.0/24'],
    ['private', '10.0.2.0/24'],
    ['db', '10.0.3.0/28'],
  ])('the %s subnet is %s, in the VPC, in zone a, without automatic public addresses', (tier, block) => {
    expect(at(`${tier}/a/subnet`)).toMatchObject({
      cidr_block: block,
      vpc_id: idOf('vpc'),
      availability_zone: 'eu-central-1a',
      map_public_ip_on_launch: false,
    });
  });

  test('the VPC is 10.0.0.0/16 and resolves names', () => {
    expect(at('vpc')).toMatchObject({
      cidr_block: '10.0.0.0/16',
      enable_dns_support: true,
      enable_dns_hostnames: true,
    });
  });

  test.each([
    ['public', 'public/route-table'],
    ['private', 'private/a/route-table'],
    ['db', 'db/route-table'],
  ])("the %s subnet is tied to its own tier's table in so many words", (tier, table) => {
    expect(at(`${tier}/a/route-table-association`)).toEqual({
      subnet_id: idOf(`${tier}/a/subnet`),
      route_table_id: idOf(table),
    });
  });

  test('public leaves by the Internet gateway', () => {
    expect(at('internet-gateway')).toMatchObject({ vpc_id: idOf('vpc') });
    expect(at('public/internet-route')).toEqual({
      route_table_id: idOf('public/route-table'),
      destination_cidr_block: '0.0.0.0/0',
      gateway_id: idOf('internet-gateway'),
    });
  });

  test('private leaves by the NAT gateway in the public subnet', () => {
    expect(at('private/a/nat-route')).toEqual({
      route_table_id: idOf('private/a/route-table'),
      destination_cidr_block: '0.0.0.0/0',
      nat_gateway_id: idOf('public/a/nat/gateway'),
    });
    expect(at('public/a/nat/gateway')).toMatchObject({
      subnet_id: idOf('public/a/subnet'),
      allocation_id: idOf('public/a/nat/address'),
    });
    expect(at('public/a/nat/address')).toMatchObject({ domain: 'vpc' });
  });

  test('the NAT gateway waits for the whole way to the Internet, its address for the Internet gateway', () => {
    expect(at('public/a/nat/gateway').depends_on).toEqual(
      ['internet-gateway', 'public/internet-route', 'public/a/route-table-association'].map(addressOf),
    );
    expect(at('public/a/nat/address').depends_on).toEqual([addressOf('internet-gateway')]);
  });

  test('no route leads out of the db table, inline or beside it', () => {
    const routes = paths.filter((path) => path.endsWith('-route'));
    expect(routes.map((path) => at(path).route_table_id)).not.toContain(idOf('db/route-table'));
    expect(
      paths.filter((path) => path.endsWith('route-table')).flatMap((path) => at(path).route ?? []),
    ).toEqual([]);
  });

  test('the default security group is taken over without a rule', () => {
    expect(at('default-security-group')).toMatchObject({ vpc_id: idOf('vpc'), ingress: [], egress: [] });
  });

  test('what takes tags says its name, its tier and who manages it', () => {
    expect(at('private/a/subnet').tags).toEqual({
      Name: 'net-private-a',
      Tier: 'private',
      ManagedBy: 'netproof',
    });
    expect(at('vpc').tags).toEqual({ Name: 'net', ManagedBy: 'netproof' });
    const untaggable = paths.filter((path) => /-(route|association)$/.test(path));
    const names = paths
      .filter((path) => !untaggable.includes(path))
      .map((path) => (at(path).tags as Body).Name);
    expect(new Set(names).size).toBe(paths.length - untaggable.length);
  });

  test('nothing names a region by itself: AWS provider 5 has no such argument', () => {
    expect(paths.filter((path) => 'region' in at(path))).toEqual([]);
    expect(has('vpc')).toBe(true);
  });
});

describe('nat', () => {
  test('"none" leaves out gateway, address and private route, and nothing else', () => {
    const all = synthesized().paths;
    expect(synthesized({ nat: 'none' }).paths).toEqual(all.filter((path) => !path.includes('nat')));
  });

  test('one gateway serves the private subnets of all slots', () => {
    const { at, idOf, paths } = synthesized(twoZones);
    expect(paths.filter((path) => path.endsWith('nat/gateway'))).toEqual(['public/a/nat/gateway']);
    for (const slot of ['a', 'b']) {
      expect(at(`private/${slot}/nat-route`)).toMatchObject({
        route_table_id: idOf(`private/${slot}/route-table`),
        nat_gateway_id: idOf('public/a/nat/gateway'),
      });
    }
  });

  test('natSlot puts it into the public subnet of that slot', () => {
    const { at, idOf, has } = synthesized({ ...twoZones, natSlot: 'b' });
    expect(at('public/b/nat/gateway')).toMatchObject({ subnet_id: idOf('public/b/subnet') });
    expect(has('public/a/nat/gateway')).toBe(false);
  });

  test('it stands in the first letter that has a public subnet, whatever the order of the slots', () => {
    const slots = { c: 'eu-central-1c', b: 'eu-central-1b', a: 'eu-central-1a' };
    expect(synthesized({ slots }).has('public/a/nat/gateway')).toBe(true);
    expect(synthesized({ slots, public: { slots: ['c', 'b'] } }).has('public/b/nat/gateway')).toBe(true);
  });
});

describe('slots', () => {
  test('slot b lies sixteen /24s on, in its own zone', () => {
    const { at } = synthesized(twoZones);
    expect(at('public/b/subnet')).toMatchObject({
      cidr_block: '10.0.17.0/24',
      availability_zone: 'eu-central-1b',
    });
    expect(at('private/b/subnet')).toMatchObject({
      cidr_block: '10.0.18.0/24',
      availability_zone: 'eu-central-1b',
    });
    expect(at('db/b/subnet')).toMatchObject({
      cidr_block: '10.0.19.0/28',
      availability_zone: 'eu-central-1b',
    });
  });

  test('a tier may leave slots out', () => {
    const { net, has } = synthesized({ ...twoZones, public: { slots: ['a'] } });
    expect(net.public.slots).toEqual(['a']);
    expect(net.db.slots).toEqual(['a', 'b']);
    expect(has('public/b/subnet')).toBe(false);
  });

  test('without slots the zone is the letter a of the region, by prop, context or environment', () => {
    const zone = (net: ThreeSubnetVpc) => net.db.a.zone;
    expect(zone(synthesized({ region: 'ap-southeast-1' }).net)).toBe('ap-southeast-1a');
    expect(zone(synthesized({}, Testing.app({ context: { region: 'us-west-2' } })).net)).toBe('us-west-2a');
    process.env.AWS_REGION = 'ca-central-1';
    expect(zone(synthesized().net)).toBe('ca-central-1a');
  });

  test('zones name the region when nobody else does, and the environment does not contradict them', () => {
    process.env.AWS_REGION = 'ca-central-1';
    const { net } = synthesized({ slots: { a: 'us-east-1a', b: 'us-east-1-bos-1a' } });
    expect(net.region).toBe('us-east-1');
  });
});

describe('blocks', () => {
  test('the default blocks move along with the VPC', () => {
    const { net } = synthesized({ ...twoZones, cidr: '172.20.0.0/16' });
    expect(net.public.blocks).toEqual(['172.20.1.0/24', '172.20.17.0/24']);
    expect(net.db.blocks).toEqual(['172.20.3.0/28', '172.20.19.0/28']);
  });

  test("a tier's own block carries its other slots along, and no other tier", () => {
    const { net } = synthesized({ ...twoZones, db: { block: '10.0.8.0/26' } });
    expect(net.db.blocks).toEqual(['10.0.8.0/26', '10.0.24.0/26']);
    expect(net.private.blocks).toEqual(['10.0.2.0/24', '10.0.18.0/24']);
  });

  test('an explicit block stands for one slot and moves nothing', () => {
    const { net } = synthesized({ ...twoZones, db: { blocks: { a: '10.0.200.0/28' } } });
    expect(net.db.blocks).toEqual(['10.0.200.0/28', '10.0.19.0/28']);
  });

  test('a smaller stride fits two zones into a small VPC', () => {
    const { net } = synthesized({ ...twoZones, cidr: '10.9.0.0/21', stride: 22 });
    expect(net.private.blocks).toEqual(['10.9.2.0/24', '10.9.6.0/24']);
  });

  test("two VPCs are separate networks: equal blocks are nobody's business", () => {
    const { stack } = synthesized();
    expect(() => new ThreeSubnetVpc(stack, 'other')).not.toThrow();
  });
});

describe('tokens', () => {
  const cidr = (stack: TerraformStack) => new TerraformVariable(stack, 'block', {}).stringValue;
  const blocks = {
    public: { block: '10.7.1.0/24' },
    private: { block: '10.7.2.0/24' },
    db: { block: '10.7.3.0/28' },
  };

  test('a VPC block that is a token is passed on, and literal tier blocks are reckoned with', () => {
    const { at, net } = synthesized((stack) => ({ ...twoZones, cidr: cidr(stack), ...blocks }));
    expect(at('vpc').cidr_block).toBe('${var.block}');
    expect(net.private.blocks).toEqual(['10.7.2.0/24', '10.7.18.0/24']);
  });

  test('a subnet block that is a token is passed on, also to the network ACL', () => {
    const { at } = synthesized((stack) => ({ private: { block: cidr(stack) } }));
    expect(at('private/a/subnet').cidr_block).toBe('${var.block}');
    expect(at('db/network-acl').ingress).toMatchObject([
      { cidr_block: '${var.block}' },
      { cidr_block: '${var.block}' },
    ]);
  });

  test('a written-out Terraform expression counts as a token', () => {
    expect(synthesized({ private: { block: '${local.apps}' } }).at('private/a/subnet').cidr_block).toBe(
      '${local.apps}',
    );
  });

  test('region and zones may be tokens', () => {
    const variable = (stack: TerraformStack) => new TerraformVariable(stack, 'where', {}).stringValue;
    const zone = (props: Parameters<typeof synthesized>[0]) =>
      synthesized(props).at('db/a/subnet').availability_zone;
    expect(zone((stack) => ({ region: variable(stack) }))).toBe('${var.where}a');
    expect(zone((stack) => ({ slots: { a: variable(stack) } }))).toBe('${var.where}');
  });
});

describe('tags', () => {
  test('those for all reach everything, and those of a tier win in it', () => {
    const { at } = synthesized({ name: 'shop', tags: { Team: 'core' }, db: { tags: { Team: 'data' } } });
    expect(at('vpc').tags).toMatchObject({ Name: 'shop', Team: 'core' });
    expect(at('public/a/nat/gateway').tags).toMatchObject({ Name: 'shop-nat-a', Team: 'core' });
    expect(at('db/network-acl').tags).toMatchObject({ Name: 'shop-db-acl', Tier: 'db', Team: 'data' });
  });
});

describe('accessors', () => {
  const { net, stack, idOf, addressOf } = synthesized(twoZones);
  function resolved(value: unknown): unknown {
    const output = new TerraformOutput(stack, `output-${stack.node.children.length}`, { value });
    const { output: all } = stack.toTerraform() as { output: Record<string, { value: unknown }> };
    return all[output.friendlyUniqueId]?.value;
  }

  test('ids are references to the resources', () => {
    expect(resolved(net.vpcId)).toBe(idOf('vpc'));
    expect(resolved(net.private.subnetIds)).toEqual([idOf('private/a/subnet'), idOf('private/b/subnet')]);
    expect(resolved(net.db.a.subnet.id)).toBe(idOf('db/a/subnet'));
    expect(resolved(net.private.b.routeTable.id)).toBe(idOf('private/b/route-table'));
    expect(resolved(net.public.routeTable.id)).toBe(idOf('public/route-table'));
    expect(resolved(net.natGateway.publicIp)).toBe(`\${${addressOf('public/a/nat/gateway')}.public_ip}`);
  });

  test('blocks, slots and zones are plain texts', () => {
    expect([net.cidr, net.public.a.block, net.db.b.zone]).toEqual([
      '10.0.0.0/16',
      '10.0.1.0/24',
      'eu-central-1b',
    ]);
    expect([net.slots, net.region]).toEqual([['a', 'b'], 'eu-central-1']);
  });

  test('public and db have one table each, private one per slot', () => {
    const tables = [net.public, net.private, net.db].map((tier) => tier.routeTables.length);
    expect(tables).toEqual([1, 2, 1]);
  });

  test('an undeclared slot is an error that lists the declared ones', () => {
    expect(() => net.db.c).toThrow(
      'stack/net/db: there is no db subnet in slot c. The tier has slots a, b; declare c in "slots" of the VPC to add one.',
    );
  });

  test('a letter beyond p does not even type-check', () => {
    // @ts-expect-error q is not a slot
    expect(net.db.q).toBeUndefined();
  });

  test('without a NAT gateway asking for it is an error, and asking for all of them is not', () => {
    const without = synthesized({ nat: 'none' }).net;
    expect(() => without.natGateway).toThrow('stack/net: there is no NAT gateway, because nat is "none"');
    expect(without.natGateways).toEqual([]);
    expect(net.natGateways).toEqual([net.natGateway]);
  });
});

describe('the region of the AWS provider', () => {
  function synthWith(region: string | undefined, props: ThreeSubnetVpcProps = {}): string {
    const { stack } = synthesized(props);
    new AwsProvider(stack, 'aws', { region });
    return Testing.synth(stack, true);
  }

  /** The VPC by a provider of its own beside the stack's default one. */
  function synthBy(region: string): string {
    const { stack, net } = synthesized();
    new AwsProvider(stack, 'aws', { region: 'eu-central-1' });
    const provider = new AwsProvider(stack, 'own', { region, alias: 'own' });
    Aspects.of(net).add({
      visit: (node) => void (TerraformResource.isTerraformResource(node) && (node.provider = provider)),
    });
    return Testing.synth(stack, true);
  }

  test.each([
    ['the same', () => synthWith('eu-central-1')],
    ['taken from the environment', () => synthWith(undefined)],
    ['a token', () => synthWith('${var.region}')],
    ['beside zones that are tokens', () => synthWith('us-east-1', { slots: { a: '${var.zone}' } })],
    [
      'the same, beside another one under an alias',
      () => {
        const { stack } = synthesized();
        new AwsProvider(stack, 'other', { region: 'us-east-1', alias: 'other' });
        new AwsProvider(stack, 'aws', { region: 'eu-central-1' });
        return Testing.synth(stack, true);
      },
    ],
    ['the same by an alias that the VPC uses', () => synthBy('eu-central-1')],
  ])('may be %s', (_, synth) => {
    expect(synth()).toContain('10.0.3.0/28');
  });

  test('may not be another one by an alias that the VPC uses either', () => {
    expect(() => synthBy('us-west-2')).toThrow('the AWS provider deploys to us-west-2');
  });

  test('may not be another one than that of the zones', () => {
    expect(() => synthWith('us-east-1')).toThrow(
      '[stack/net] zone eu-central-1a is in region eu-central-1, and the AWS provider deploys to us-east-1. ' +
        'Set region to "us-east-1" (prop, CDKTF context or AWS_REGION), or give the provider region "eu-central-1".',
    );
  });
});

test('ports may be given as traffic or in text', () => {
  const ports = (given: ThreeSubnetVpcProps) =>
    (synthesized(given).at('db/network-acl').ingress as Body[]).map((rule) => rule.from_port);
  expect(ports({ db: { ports: [tcp(3306), 'tcp/9000-9010'] } })).toEqual([3306, 9000]);
});
