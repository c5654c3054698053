import { tcp, Traffic, udp } from '../../lib/addressing/traffic';
import type { ThreeSubnetVpcProps } from '../../lib/aws';
import { answerOnly } from '../../lib/aws/network-acl';
import { type Body, synthesized } from './synthesized';

/** `100 allow tcp/5432 10.0.2.0/24`, and whatever else a rule says. */
function texts(rules: unknown): readonly string[] {
  return (rules as Body[]).map(
    ({
      rule_no,
      action,
      protocol,
      from_port,
      to_port,
      cidr_block,
      icmp_code,
      icmp_type,
      ipv6_cidr_block,
    }) => {
      const more = [icmp_code, icmp_type, ipv6_cidr_block].filter((value) => value !== null).map(String);
      const ports = from_port === to_port ? String(from_port) : `${String(from_port)}-${String(to_port)}`;
      return [rule_no, action, `${String(protocol)}/${ports}`, cidr_block, ...more].map(String).join(' ');
    },
  );
}

const aclOf = (props?: ThreeSubnetVpcProps) => synthesized(props).at('db/network-acl');

const zones = (letters: string) =>
  Object.fromEntries([...letters].map((letter) => [letter, `eu-central-1${letter}`]));

test('by default private may open PostgreSQL and Redis, the replies go back, and there is no other rule', () => {
  const acl = aclOf();
  expect(texts(acl.ingress)).toEqual(['100 allow tcp/5432 10.0.2.0/24', '101 allow tcp/6379 10.0.2.0/24']);
  expect(texts(acl.egress)).toEqual(['100 allow tcp/1024-65535 10.0.2.0/24']);
});

test('it stands before every db subnet and before no other', () => {
  const { at, idOf } = synthesized({ slots: zones('ab') });
  expect(at('db/network-acl')).toMatchObject({
    vpc_id: idOf('vpc'),
    subnet_ids: [idOf('db/a/subnet'), idOf('db/b/subnet')],
  });
});

test('its rules stand inline and nowhere else: two sources would fight', () => {
  const { stack } = synthesized();
  const { resource } = stack.toTerraform() as { resource: object };
  expect(Object.keys(resource).filter((type) => type.includes('network_acl'))).toEqual(['aws_network_acl']);
});

test('the private blocks of all slots are admitted, also those of slots without a db subnet', () => {
  const acl = aclOf({ slots: zones('abc'), db: { slots: ['a', 'b'], ports: ['tcp/5432'] } });
  expect(texts(acl.ingress)).toEqual([
    '100 allow tcp/5432 10.0.2.0/24',
    '200 allow tcp/5432 10.0.18.0/24',
    '300 allow tcp/5432 10.0.34.0/24',
  ]);
  expect(texts(acl.egress)).toEqual([
    '100 allow tcp/1024-65535 10.0.2.0/24',
    '200 allow tcp/1024-65535 10.0.18.0/24',
    '300 allow tcp/1024-65535 10.0.34.0/24',
  ]);
});

test('a slot without a private subnet is admitted nothing', () => {
  const acl = aclOf({ slots: zones('ab'), private: { slots: ['b'] }, db: { ports: ['tcp/5432'] } });
  expect(texts(acl.ingress)).toEqual(['200 allow tcp/5432 10.0.18.0/24']);
});

test('another slot renumbers no rule', () => {
  const before = texts(aclOf({ slots: zones('bd') }).ingress);
  const after = texts(aclOf({ slots: zones('abcd') }).ingress);
  expect(after).toEqual(expect.arrayContaining([...before]));
});

test('ports that touch are one rule, and the order of the list is no matter', () => {
  const rules = (ports: readonly (Traffic | string)[]) => texts(aclOf({ db: { ports } }).ingress);
  expect(rules([tcp(5433), 'tcp/5432'])).toEqual(['100 allow tcp/5432-5433 10.0.2.0/24']);
  expect(rules(['tcp/6379', 'tcp/5432'])).toEqual(rules(['tcp/5432, tcp/6379']));
});

test('udp is answered by udp, and tcp is not answered where only udp is served', () => {
  const acl = aclOf({ db: { ports: [udp(53)] } });
  expect(texts(acl.ingress)).toEqual(['100 allow udp/53 10.0.2.0/24']);
  expect(texts(acl.egress)).toEqual(['100 allow udp/1024-65535 10.0.2.0/24']);
  expect(texts(aclOf({ db: { ports: ['udp/53', 'tcp/53'] } }).egress)).toEqual([
    '100 allow tcp/1024-65535 10.0.2.0/24',
    '101 allow udp/1024-65535 10.0.2.0/24',
  ]);
});

test('nobody is admitted when there is nobody', () => {
  expect(answerOnly([], Traffic.parse('tcp/5432'))).toEqual({ ingress: [], egress: [] });
});

describe('the quota of rules', () => {
  const warnings = (props: ThreeSubnetVpcProps): readonly unknown[] =>
    synthesized(props)
      .net.db.node.metadata.filter(({ type }) => type === '@cdktf/warn')
      .map(({ data }) => data as unknown);

  test('is kept by nine slots with two ports', () => {
    expect(warnings({ slots: zones('abcdefghi') })).toEqual([]);
  });

  test("is passed by ten, with AWS's own last denial as number 21, and that is a warning", () => {
    expect(warnings({ slots: zones('abcdefghij') })).toEqual([
      "the network ACL of the db tier has 21 rules in one direction, AWS's own last denial among them, and the default " +
        'quota is 20. Ask AWS for a higher one, join ports into ranges, or leave out slots of private.',
    ]);
  });
});
