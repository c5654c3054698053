import { Testing, TerraformStack } from 'cdktf';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { NetproofError } from '../../lib/addressing/netproof-error';
import { tcp } from '../../lib/addressing/traffic';
import {
  type DerivedGroupsProps,
  SecurityGroups,
  ThreeSubnetVpc,
  type ThreeSubnetVpcProps,
} from '../../lib/aws';
import { recordedRules } from '../../lib/policy/rule';
import type { Policy } from '../../lib/policy/policy';
import { resourcesOf } from './synthesized';

const tiers = { web: 'public', api: 'private', db: 'db' } as const;
const policy: Policy = {
  version: 1,
  allow: [
    { from: 'clients', to: 'web', on: 'http' },
    { from: 'web', to: 'api', on: 'tcp/8080' },
    { from: 'api', to: 'db', on: 'tcp/5432' },
  ],
  permit: [
    { from: 'api', to: 'internet', on: 'tcp/443' },
    { from: 'api', to: 'web', on: 'tcp/443' },
  ],
  networks: { shop: { clients: 'internet', ports: { http: 'tcp/80' } } },
};

function vpc(props: ThreeSubnetVpcProps = {}): {
  readonly stack: TerraformStack;
  readonly net: ThreeSubnetVpc;
} {
  const stack = new TerraformStack(Testing.app(), 'shop');
  new AwsProvider(stack, 'aws', { region: 'eu-central-1' });
  return { stack, net: new ThreeSubnetVpc(stack, 'net', { region: 'eu-central-1', ...props }) };
}

/** Every rule as `web egress tcp/8080-8080 api`, sorted. */
function rules(stack: TerraformStack): readonly string[] {
  const resources = [...resourcesOf(stack)];
  const groupAt = new Map(
    resources
      .filter(([, { address }]) => address.startsWith('aws_security_group.'))
      .map(([path, { address }]) => [`\${${address}.id}`, path.split('/').at(-2)!]),
  );
  return resources
    .filter(([, { address }]) => /^aws_vpc_security_group_(?:in|e)gress_rule\./.test(address))
    .map(([, { address, body }]) => {
      const other = body['cidr_ipv4'] ?? groupAt.get(String(body['referenced_security_group_id']));
      const ports =
        body['from_port'] === undefined ? '' : `/${body['from_port'] as number}-${body['to_port'] as number}`;
      const direction = /_(ingress|egress)_/.exec(address)![1]!;
      const group = groupAt.get(String(body['security_group_id']))!;
      return `${group} ${direction} ${String(body['ip_protocol'])}${ports} ${other as string}`;
    })
    .sort();
}

const derived = (net: ThreeSubnetVpc, props: Partial<DerivedGroupsProps> = {}) =>
  SecurityGroups.fromPolicy(net, 'groups', { policy, tiers, ...props });

/** What is refused, one text per problem. */
function refused(make: () => unknown): readonly string[] {
  try {
    make();
    return [];
  } catch (error) {
    if (!NetproofError.is(error)) throw error;
    expect(error.code).toBe('InvalidProps');
    return error.problems;
  }
}

describe('groups made of a policy', () => {
  test('hold exactly what it allows, on both sides', () => {
    const { stack, net } = vpc();
    derived(net);
    expect(rules(stack)).toEqual([
      'api egress tcp/5432-5432 db',
      'api ingress tcp/8080-8080 web',
      'db ingress tcp/5432-5432 api',
      'web egress tcp/8080-8080 api',
      'web ingress tcp/80-80 0.0.0.0/0',
    ]);
  });

  test('hold what it permits towards outside too where that is asked for, and nothing else more', () => {
    const { stack, net } = vpc();
    const before = vpc();
    derived(net, { permits: true });
    derived(before.net);
    const more = rules(stack).filter((rule) => !rules(before.stack).includes(rule));
    expect(more).toEqual(['api egress tcp/443-443 0.0.0.0/0']);
  });

  test('have a description of each rule, with the words of the policy', () => {
    const { stack, net } = vpc();
    derived(net);
    const described = [...resourcesOf(stack)]
      .filter(([path]) => path.startsWith('net/groups/api/'))
      .map(([path, { body }]) => [path.slice('net/groups/api/'.length), body['description']]);
    expect(described).toEqual([
      ['group', 'api, in the private subnets'],
      ['from-web-tcp-8080', 'from web: allow web api tcp/8080'],
      ['to-db-tcp-5432', 'to db: allow api db tcp/5432'],
    ]);
  });

  test('are named and tagged as everything of the VPC', () => {
    const { stack, net } = vpc({ name: 'store', tags: { Team: 'shop' } });
    derived(net);
    expect(resourcesOf(stack).get('net/groups/web/group')!.body).toMatchObject({
      name: 'store-web',
      tags: { Name: 'store-web', Tier: 'public', ManagedBy: 'netproof', Team: 'shop' },
    });
  });

  test('have rules for ICMP, ranges and whole protocols, with type and code as AWS wants them', () => {
    const { stack, net } = vpc();
    const groups = new SecurityGroups(net, 'groups');
    const [web, api] = [groups.add('web', 'public'), groups.add('api', 'private')];
    groups.allow(web, api, 'icmp, icmp/3, udp/8000-8100, protocol/47');
    expect(rules(stack).filter((rule) => rule.startsWith('api'))).toEqual([
      'api ingress 47 web',
      'api ingress icmp/3--1 web',
      'api ingress icmp/8-0 web',
      'api ingress udp/8000-8100 web',
    ]);
  });

  test('a rule that is there already is not made twice, and another port is', () => {
    const { stack, net } = vpc();
    const groups = new SecurityGroups(net, 'groups');
    const [web, api] = [groups.add('web', 'public'), groups.add('api', 'private')];
    groups.allow(web, api, tcp(8080));
    groups.allow(web, api, 'tcp/8080');
    expect(rules(stack)).toHaveLength(2);
    groups.allow(web, api, 'tcp/8081');
    expect(rules(stack)).toHaveLength(4);
  });

  test('may talk among themselves, to a block and from one', () => {
    const { stack, net } = vpc();
    const groups = new SecurityGroups(net, 'groups');
    const web = groups.add('web', 'public');
    groups.allow(web, web, 'tcp/7946');
    groups.allow('198.51.100.0/24', web, 'tcp/22');
    groups.allow(web, '198.51.100.7/32', 'tcp/25');
    expect(rules(stack)).toEqual([
      'web egress tcp/25-25 198.51.100.7/32',
      'web egress tcp/7946-7946 web',
      'web ingress tcp/22-22 198.51.100.0/24',
      'web ingress tcp/7946-7946 web',
    ]);
  });
});

describe('the network ACL of the db tier', () => {
  const opened = (stack: TerraformStack) =>
    (resourcesOf(stack).get('net/db/network-acl')!.body['ingress'] as { from_port: number }[]).map(
      ({ from_port }) => from_port,
    );

  test('follows the rules, where the VPC does not say its ports', () => {
    const { stack, net } = vpc();
    expect(opened(stack)).toEqual([5432, 6379]);
    const groups = derived(net);
    expect(opened(stack)).toEqual([5432]);
    groups.allow(groups.get('api'), groups.get('db'), 'tcp/6380');
    expect(opened(stack)).toEqual([5432, 6380]);
  });

  test('and what the VPC guarantees follows with it', () => {
    const { net } = vpc();
    const entries = () => recordedRules(net).flatMap((rule) => (rule.kind === 'reaches' ? [rule.on] : []));
    expect(entries()).toEqual(['tcp/5432, tcp/6379']);
    derived(net);
    expect(entries()).toEqual(['tcp/5432']);
  });

  test('stays as the VPC says, and a rule beyond that is refused', () => {
    const { stack, net } = vpc({ db: { ports: ['tcp/5432', 'tcp/9000'] } });
    const groups = derived(net);
    expect(opened(stack)).toEqual([5432, 9000]);
    expect(refused(() => groups.allow(groups.get('api'), groups.get('db'), 'tcp/6379'))).toEqual([
      'allow api db tcp/6379: db.ports is tcp/5432, tcp/9000, and this needs tcp/6379 too. Add it there, or leave db.ports out: the network ACL then follows the rules.',
    ]);
    expect(opened(stack)).toEqual([5432, 9000]);
  });
});

describe('what this VPC cannot carry is refused, and nothing is made', () => {
  const asking = (flow: NonNullable<Policy['allow']>[number], more: Partial<DerivedGroupsProps> = {}) => {
    const { stack, net } = vpc();
    const asked: Policy = { version: 1, allow: [flow] };
    const problems = refused(() => derived(net, { policy: asked, ...more }));
    expect([...resourcesOf(stack).keys()].filter((path) => path.startsWith('net/groups'))).toEqual([]);
    return problems;
  };

  test.each([
    [
      'the database calling out',
      { from: 'db', to: 'internet', on: 'tcp/443' },
      'allow db internet tcp/443: machines of the db tier open nothing, the tier has no way out.',
    ],
    [
      'the web tier at the database',
      { from: 'web', to: 'db', on: 'tcp/5432' },
      'allow web db tcp/5432: the db tier answers the private tier only, and web stands in public.',
    ],
    [
      'the Internet at a private machine',
      { from: 'internet', to: 'api', on: 'tcp/443' },
      'allow internet api tcp/443: from outside only the public tier is entered, and api stands in private.',
    ],
    [
      'ping to the database',
      { from: 'api', to: 'db', on: 'icmp' },
      'allow api db icmp: icmp is neither tcp nor udp, and the db tier answers on ports of these only.',
    ],
    [
      'IPv6',
      { from: 'internet6', to: 'web', on: 'tcp/443' },
      'allow internet6 web tcp/443: internet6 is IPv6, which this VPC has none of.',
    ],
    [
      'a party without a tier',
      { from: 'cache', to: 'api', on: 'tcp/8080' },
      'allow cache api tcp/8080: "cache" is neither a group here (web, api, db), nor internet, nor an IPv4 block. Say in "tiers" where its machines stand.',
    ],
    [
      'clients whom nobody names',
      { from: 'clients', to: 'web', on: 'tcp/80' },
      'allow clients web tcp/80: "clients" is neither a group here (web, api, db), nor internet, nor an IPv4 block. Say in "tiers" where its machines stand.',
    ],
  ])('%s', (_, flow, problem) => expect(asking(flow)).toEqual([problem]));

  test('ports that nobody names', () => {
    const [problem] = asking({ from: 'web', to: 'api', on: 'https-port' });
    expect(problem).toMatch(/^allow web api https-port: .*https-port/);
  });

  test('a network that the policy does not speak about', () => {
    expect(asking({ from: 'web', to: 'api', on: 'tcp/1' }, { policy, network: 'shopp' })).toContain(
      'the policy has no terms for a network "shopp"; it has shop. Name one by "network".',
    );
  });

  test('a tier that there is not, and no group at all', () => {
    const wrong = { tiers: { web: 'dmz' } } as unknown as DerivedGroupsProps;
    expect(asking({ from: 'internet', to: 'web', on: 'tcp/1' }, wrong)).toEqual([
      'tiers.web: "dmz" is no tier. Give public, private, db.',
    ]);
    expect(asking({ from: 'web', to: 'api', on: 'tcp/1' }, { tiers: {} })).toEqual([
      'tiers is empty: name the groups that there are.',
    ]);
  });

  test('a group twice, and one that is not there', () => {
    const { net } = vpc();
    const groups = derived(net);
    expect(refused(() => groups.add('web', 'public'))).toEqual([
      'there is a group "web" already. Ask for it by get().',
    ]);
    expect(() => groups.get('cache')).toThrow('there is no group "cache". There are web, api, db.');
  });
});
