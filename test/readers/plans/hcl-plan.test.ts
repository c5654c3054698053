import { known, list, oneOf, ref, unknown } from '../../../lib/topology/value';
import { attributeAt, recordedPlan, recorded } from './recorded-plan';

const plan = recordedPlan('first-apply');
const at = (address: string, path: string) => attributeAt(plan, address, path);
const publicSubnets = [0, 1].map((index) => ref(`module.network.aws_subnet.public[${index}]`, 'id'));
const group = (name: string) => ref(`aws_security_group.${name}`, 'id');

test('every instance of every module is there, with its index and provider', () => {
  const told = plan.resources.map(({ address, module, index }) => [address, module, index]);
  expect(told).toContainEqual(['aws_instance.web[1]', '', 1]);
  expect(told).toContainEqual([
    'module.network.aws_subnet.database["eu-central-1b"]',
    'module.network',
    'eu-central-1b',
  ]);
  expect(told).toContainEqual(['module.cells["blue"].aws_vpc.this', 'module.cells["blue"]', undefined]);
  expect(plan.resources).toHaveLength(42);
  expect(plan.resources.every(({ provider, certain }) => provider === 'hashicorp/aws' && certain)).toBe(true);
  const aliases = plan.resources.filter(({ providerAlias }) => providerAlias === 'west');
  expect(aliases.map(({ address }) => address)).toEqual(['aws_vpc.west']);
});

test('what a function makes is known from the plan', () => {
  expect(at('module.network.aws_subnet.public[1]', 'cidr_block')).toEqual(known('10.20.1.0/24'));
  expect(at('module.cells["green"].aws_subnet.database["eu-central-1a"]', 'cidr_block')).toEqual(
    known('10.31.100.0/24'),
  );
});

describe('identity', () => {
  test.each([
    [
      'in a module',
      'module.network.aws_subnet.database["eu-central-1a"]',
      'vpc_id',
      ref('module.network.aws_vpc.this', 'id'),
    ],
    ['through an output', 'aws_security_group.balancer', 'vpc_id', ref('module.network.aws_vpc.this', 'id')],
    [
      'of one instance of a module',
      'aws_vpc_peering_connection.cells',
      'peer_vpc_id',
      ref('module.cells["green"].aws_vpc.this', 'id'),
    ],
    [
      'inside each instance of a module',
      'module.cells["blue"].aws_internet_gateway.this',
      'vpc_id',
      ref('module.cells["blue"].aws_vpc.this', 'id'),
    ],
    ['of a list of one', 'aws_instance.web[0]', 'vpc_security_group_ids', list([group('web')])],
    [
      'of the only block with a group',
      'aws_security_group.web',
      'ingress[1].security_groups',
      list([group('balancer')]),
    ],
    [
      'of a route',
      'module.network.aws_route_table.public',
      'route[0].gateway_id',
      ref('module.network.aws_internet_gateway.this', 'id'),
    ],
    [
      'of the instance with the same key',
      'module.network.aws_route_table_association.database["eu-central-1b"]',
      'subnet_id',
      ref('module.network.aws_subnet.database["eu-central-1b"]', 'id'),
    ],
    ['of everything that a splat lists', 'aws_lb.public', 'subnets', list(publicSubnets)],
    [
      'of the only instance',
      'module.cells["blue"].aws_route_table_association.public[0]',
      'subnet_id',
      ref('module.cells["blue"].aws_subnet.public[0]', 'id'),
    ],
  ])('%s is certain', (_, address, path, value) => expect(at(address, path)).toEqual(value));
});

describe('V1: what the references leave open is a choice', () => {
  test('an index that is computed', () => {
    expect(at('module.network.aws_route_table_association.public[1]', 'subnet_id')).toEqual(
      oneOf(publicSubnets, {
        key: 'module.network.aws_route_table_association.public[1].subnet_id',
        text: 'aws_subnet.public, count.index',
      }),
    );
    expect(at('aws_instance.web[0]', 'subnet_id')).toMatchObject({ kind: 'one-of', options: publicSubnets });
  });

  test('a key of an output', () => {
    const zones = ['a', 'b'].map((zone) =>
      ref(`module.network.aws_subnet.database["eu-central-1${zone}"]`, 'id'),
    );
    expect(at('aws_instance.worker', 'subnet_id')).toMatchObject({ kind: 'one-of', options: zones });
  });

  test('several blocks that each name a group', () => {
    for (const block of [0, 1]) {
      const path = `ingress[${block}].security_groups`;
      const cause = {
        key: `aws_security_group.two_sources.${path}`,
        text: 'aws_security_group.web.id, aws_security_group.balancer.id',
      };
      expect(at('aws_security_group.two_sources', path)).toEqual(
        list([
          oneOf([group('web'), group('balancer')], cause),
          oneOf([group('web'), group('balancer')], cause),
        ]),
      );
    }
  });

  test('a variable that may take part', () => {
    const options = [group('web'), group('database')];
    expect(at('aws_instance.worker', 'vpc_security_group_ids')).toMatchObject({
      kind: 'list',
      items: [{ options }, { options }],
    });
  });
});

describe('what the plan does not tell is unknown, never left out', () => {
  test('a local, of which only the name is there', () => {
    expect(at('aws_security_group.web', 'vpc_id')).toEqual(
      unknown('aws_security_group.web.vpc_id', 'local.vpc_id'),
    );
  });

  test('the group of a dynamic block, for which there is no expression', () => {
    expect(at('aws_security_group.dynamic_source', 'ingress[0].security_groups')).toEqual(
      unknown('aws_security_group.dynamic_source.ingress[0].security_groups', 'dynamic "ingress"'),
    );
  });

  test('which blocks are dynamic and which are not', () => {
    for (const block of [0, 1]) {
      expect(at('aws_security_group.mixed', `ingress[${block}].security_groups`)).toMatchObject({
        kind: 'unknown',
        text: 'dynamic "ingress"',
      });
    }
  });

  test('a text that is made of an address', () => {
    const key = 'aws_vpc_security_group_egress_rule.database["http"].cidr_ipv4';
    expect(at('aws_vpc_security_group_egress_rule.database["http"]', 'cidr_ipv4')).toEqual(
      unknown(key, 'aws_eip.nat.public_ip'),
    );
  });
});

describe('V2: optional arguments that nobody wrote are absent', () => {
  const authored = (address: string) => plan.resources.find((one) => one.address === address)!.authored;

  test('a group without blocks states none, although the plan lists them as unknown', () => {
    expect(at('aws_security_group.database', 'ingress')).toBeUndefined();
    expect(authored('aws_security_group.database')).toEqual(new Set(['name', 'vpc_id']));
  });

  test('a group with blocks states them', () => {
    expect(authored('aws_security_group.web')).toEqual(new Set(['name', 'vpc_id', 'ingress', 'egress']));
  });

  test('a group with dynamic blocks states them too', () => {
    expect(authored('aws_security_group.balancer')).toContain('ingress');
    expect(authored('aws_security_group.balancer')).not.toContain('egress');
  });

  test('an instance without a public address says nothing of one', () => {
    expect(at('aws_instance.web[0]', 'associate_public_ip_address')).toBeUndefined();
  });

  test('what the provider fills into a block is absent, what is written there is not', () => {
    expect(at('aws_instance.worker', 'root_block_device[0].volume_size')).toEqual(known(9));
    expect(at('aws_instance.worker', 'root_block_device[0].device_name')).toBeUndefined();
  });
});

describe('sensitive values', () => {
  test('a block of addresses is used and marked, a text is dropped', () => {
    const address = 'aws_security_group.secret_source';
    expect(at(address, 'ingress[0].cidr_blocks')).toEqual(
      list([{ ...known('198.51.100.0/24'), sensitive: true }]),
    );
    expect(at(address, 'ingress[0].from_port')).toEqual({ ...known(22), sensitive: true });
    expect(at(address, 'ingress[0].description')).toMatchObject({ kind: 'unknown', text: '(sensitive)' });
    expect(at('aws_security_group.web', 'ingress[0].cidr_blocks')).toEqual(list([known('203.0.113.0/24')]));
  });

  test('a password is nowhere in the document, although it is in the plan', () => {
    const everything = JSON.stringify(plan, (_, value: unknown) =>
      value instanceof Map ? [...value] : value,
    );
    expect(recorded('first-apply/plan.json')).toContain('hunter2-never-shown');
    expect(everything).not.toContain('hunter2');
    expect(everything).not.toContain('not-a-secret');
    expect(plan.outputs.get('password')).toEqual(unknown('output.password', '(sensitive)'));
  });
});

test('outputs and providers are told', () => {
  expect(plan.outputs.get('vpc_id')).toEqual(ref('module.network.aws_vpc.this', 'id'));
  expect(plan.outputs.get('public_ids')).toEqual(list(publicSubnets));
  expect(
    plan.providers.map(({ provider, alias, attributes }) => [provider, alias, attributes.get('region')]),
  ).toEqual([
    ['hashicorp/aws', '', known('eu-central-1')],
    ['hashicorp/aws', 'west', known('eu-west-1')],
  ]);
});

describe('assumed values settle', () => {
  test('a choice, by a reference', () => {
    const key = 'module.network.aws_route_table_association.public[1].subnet_id';
    const settled = recordedPlan('first-apply', { [key]: '${module.network.aws_subnet.public[1].id}' });
    expect(attributeAt(settled, 'module.network.aws_route_table_association.public[1]', 'subnet_id')).toEqual(
      publicSubnets[1],
    );
    expect(
      attributeAt(settled, 'module.network.aws_route_table_association.public[0]', 'subnet_id'),
    ).toMatchObject({ kind: 'one-of' });
  });

  test('an address that only the provider knows, which then is stated', () => {
    const settled = recordedPlan('first-apply', { 'aws_eip.nat.public_ip': '203.0.113.9' });
    const nat = settled.resources.find(({ address }) => address === 'aws_eip.nat')!;
    expect(nat.attributes.get('public_ip')).toEqual(known('203.0.113.9'));
    expect(nat.authored).toContain('public_ip');
  });

  test('a leaf inside a block', () => {
    const key = 'aws_security_group.dynamic_source.ingress[0].security_groups';
    const settled = recordedPlan('first-apply', { [key]: ['${aws_security_group.web.id}'] });
    expect(attributeAt(settled, 'aws_security_group.dynamic_source', 'ingress[0].security_groups')).toEqual(
      list([group('web')]),
    );
  });
});
