import { NetproofError } from '../../lib/addressing/netproof-error';
import { Traffic } from '../../lib/addressing/traffic';
import { readTopology } from '../../lib/inputs/topology-input';
import { reach } from '../../lib/reachability/solver';
import type { Verdict } from '../../lib/reachability/verdict';
import { planText } from '../readers/aws/plan-text';
import { recorded } from '../readers/plans/recorded-plan';
import { CommandLine } from './command-line';
import { shopTerraform } from './shop-terraform';

const cli = new CommandLine();
afterAll(() => cli.remove());

interface Asked {
  readonly from: string;
  readonly to: string;
  readonly on: string;
}

function verdict(inputs: readonly string[], { from, to, on }: Asked, values?: object): Verdict {
  const assume = values === undefined ? undefined : cli.write('assume.json', { values });
  return reach(readTopology(inputs, { assume }), { from, to, on: Traffic.parse(on) });
}

/** Gives every key that the answer names a value, once more for what these uncover, until nothing is asked for. */
function settled(
  inputs: readonly string[],
  asked: Asked,
  valueOf: (key: string) => unknown,
): { readonly kind: string; readonly keys: readonly string[] } {
  const values: Record<string, unknown> = {};
  for (let round = 0; round < 5; round++) {
    const { kind, unknowns } = verdict(inputs, asked, round === 0 ? undefined : values);
    if (unknowns.length === 0) return { kind, keys: Object.keys(values) };
    for (const { key } of unknowns) {
      expect(Object.keys(values)).not.toContain(key);
      values[key] = valueOf(key);
    }
  }
  throw new Error('it is never settled');
}

const addressed =
  (address: string) =>
  (key: string): unknown => {
    if (/\.(public_ip|private_ip)$/.test(key)) return address;
    if (/cidr_blocks$/.test(key)) return [`${address}/32`];
    if (/cidr|ip_address|\.value$/.test(key)) return `${address}/32`;
    throw new Error(`what would ${key} be?`);
  };

/** The database is entered on ssh from an address that only apply tells, written in many ways. */
const shopWith = (source: string, more: object = {}, rest: object = {}): object => ({
  ...shopTerraform,
  ...rest,
  resource: {
    ...shopTerraform.resource,
    ...more,
    aws_security_group: {
      ...shopTerraform.resource.aws_security_group,
      db: {
        name: 'db',
        vpc_id: '${aws_vpc.net.id}',
        ingress: [{ protocol: 'tcp', from_port: 22, to_port: 22, cidr_blocks: [source] }],
      },
    },
  },
});

const ssh: Asked = { from: 'aws_instance.web', to: 'aws_instance.db', on: 'tcp/22' };

const written: readonly [string, object, string][] = [
  ['a variable', shopWith('${var.office_cidr}'), 'var.office_cidr'],
  ['an object of a variable', shopWith('${var.office.cidr}', {}, { variable: { office: {} } }), 'var.office'],
  ['an address', shopWith('${aws_eip.e.public_ip}/32', { aws_eip: { e: {} } }), 'aws_eip.e.public_ip'],
  [
    'an instance of count',
    shopWith('${aws_eip.e[1].public_ip}/32', { aws_eip: { e: { count: 2 } } }),
    'aws_eip.e[1].public_ip',
  ],
  [
    'an instance of for_each',
    shopWith('${aws_eip.e["a.b"].public_ip}/32', { aws_eip: { e: { for_each: ['a.b', 'c'] } } }),
    'aws_eip.e["a.b"].public_ip',
  ],
  [
    'a local made of it',
    shopWith('${local.office}', { aws_eip: { e: {} } }, { locals: { office: '${aws_eip.e.public_ip}/32' } }),
    'aws_eip.e.public_ip',
  ],
  [
    'the output of a module',
    shopWith('${module.office.cidr}', {}, { module: { office: {} } }),
    'module.office.cidr',
  ],
  [
    'a data source',
    shopWith('${data.aws_ip_ranges.x.cidr_blocks[0]}', {}, { data: { aws_ip_ranges: { x: {} } } }),
    'data.aws_ip_ranges.x.cidr_blocks[0]',
  ],
  [
    'the state of a stack that is not given',
    shopWith(
      '${data.terraform_remote_state.net.outputs.cidr}',
      {},
      { data: { terraform_remote_state: { net: {} } } },
    ),
    'data.terraform_remote_state.net.outputs.cidr',
  ],
  [
    'what no evaluator knows',
    shopWith('${provider::net::office()}'),
    'aws_security_group.db.ingress[0].cidr_blocks[0]',
  ],
];

describe.each(written)('an unknown answer names %s', (_, root, key) => {
  const input = cli.write(`${Math.random()}/shop.tf.json`, root);
  const value = (address: string) => (asked: string) => {
    if (asked.endsWith('var.office')) return { cidr: `${address}/32` };
    return asked.endsWith('public_ip') ? address : `${address}/32`;
  };

  test('by the key that settles it, to either side', () => {
    expect(settled([input], ssh, value('10.0.1.10'))).toEqual({ kind: 'reachable', keys: [key] });
    expect(settled([input], ssh, value('203.0.113.7'))).toEqual({ kind: 'blocked', keys: [key] });
  });

  test('with its stack, when there are several', () => {
    const stacks = cli.writeCdktfOut(`${Math.random()}`, { shop: root, lab: shopWith('10.0.0.0/8') });
    const asked = { from: 'shop:aws_instance.web', to: 'shop:aws_instance.db', on: 'tcp/22' };
    expect(settled([stacks], asked, value('10.0.1.10'))).toEqual({
      kind: 'reachable',
      keys: [`shop:${key}`],
    });
  });
});

describe('an unknown answer about a plan', () => {
  const resources = (root: object) => (root as { resource: Parameters<typeof planText>[0] }).resource;
  const eip = resources(shopWith('${aws_eip.e.public_ip}/32', { aws_eip: { e: {} } }));

  test.each(['json', 'hcl'] as const)('made from %s is settled by the key that it names', (language) => {
    const plan = cli.write(`${language}.json`, planText(eip, language));
    const reachable = settled([plan], ssh, addressed('10.0.1.10'));
    expect(reachable.kind).toBe('reachable');
    expect(settled([plan], ssh, addressed('203.0.113.7'))).toEqual({ kind: 'blocked', keys: reachable.keys });
    const other = cli.write('other.json', planText(resources(shopWith('10.0.0.0/8'))));
    const asked = { from: `${language}:aws_instance.web`, to: `${language}:aws_instance.db`, on: 'tcp/22' };
    expect(settled([plan, other], asked, addressed('10.0.1.10'))).toEqual({
      kind: 'reachable',
      keys: reachable.keys.map((key) => `${language}:${key}`),
    });
  });

  test('made of modules, count and for_each by Terraform itself is settled too', () => {
    const plan = cli.write('modules.json', recorded('first-apply/plan.json'));
    const value = (key: string): unknown => {
      if (key.endsWith('vpc_security_group_ids')) return ['${aws_security_group.database.id}'];
      if (key.endsWith('cidr_ipv4')) return '203.0.113.7/32';
      return '${module.network.aws_subnet.public[1].id}';
    };
    const worker = {
      from: 'aws_instance.worker',
      to: 'segment:module.network.aws_subnet.database["eu-central-1b"]',
      on: 'tcp/22',
    };
    const { keys } = settled([plan], worker, value);
    expect(keys).toContain('aws_instance.worker.vpc_security_group_ids');
    expect(keys).toContain('aws_vpc_security_group_egress_rule.database["http"].cidr_ipv4');
    const placed = {
      from: 'aws_instance.web[0]',
      to: 'segment:module.network.aws_subnet.public[1]',
      on: 'tcp/22',
    };
    expect(settled([plan], placed, value)).toEqual({
      kind: 'reachable',
      keys: ['aws_instance.web[0].subnet_id'],
    });
  });
});

test('where a database is placed is settled by the zone that it gets', () => {
  const root = {
    ...shopTerraform,
    resource: {
      ...shopTerraform.resource,
      aws_subnet: {
        a: { vpc_id: '${aws_vpc.net.id}', cidr_block: '10.0.1.0/24', availability_zone: 'eu-central-1a' },
        b: { vpc_id: '${aws_vpc.net.id}', cidr_block: '10.0.2.0/24', availability_zone: 'eu-central-1b' },
      },
      aws_network_acl: { b: { vpc_id: '${aws_vpc.net.id}', subnet_ids: ['${aws_subnet.b.id}'] } },
      aws_db_subnet_group: { g: { subnet_ids: ['${aws_subnet.a.id}', '${aws_subnet.b.id}'] } },
      aws_db_instance: {
        main: {
          engine: 'postgres',
          db_subnet_group_name: '${aws_db_subnet_group.g.name}',
          vpc_security_group_ids: ['${aws_security_group.db.id}'],
        },
      },
    },
  };
  const input = cli.write('placed/shop.tf.json', root);
  const asked = { from: 'aws_instance.web', to: 'aws_db_instance.main', on: 'tcp/5432' };
  const keys = ['aws_db_instance.main.availability_zone'];
  expect(settled([input], asked, () => 'eu-central-1a')).toEqual({ kind: 'reachable', keys });
  expect(settled([input], asked, () => 'eu-central-1b')).toEqual({ kind: 'blocked', keys });
});

test('a key of one stack settles nothing in another', () => {
  const stacks = cli.writeCdktfOut('two', {
    shop: shopWith('${var.office_cidr}'),
    lab: shopWith('${var.office_cidr}'),
  });
  const asked = { from: 'lab:aws_instance.web', to: 'lab:aws_instance.db', on: 'tcp/22' };
  expect(verdict([stacks], asked, { 'shop:var.office_cidr': '10.0.0.0/8' }).kind).toBe('unknown');
  expect(verdict([stacks], asked, { 'lab:var.office_cidr': '10.0.0.0/8' }).kind).toBe('reachable');
  expect(verdict([stacks], asked, { 'var.office_cidr': '10.0.0.0/8' }).kind).toBe('reachable');
  expect(() => verdict([stacks], asked, { 'lap:var.office_cidr': '10.0.0.0/8' })).toThrow(NetproofError);
});
