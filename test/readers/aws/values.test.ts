import { AssumedValues } from '../../../lib/readers/assumed-values';
import { readPlan } from '../../../lib/readers/plan';
import { readState } from '../../../lib/readers/state';
import { readSynth } from '../../../lib/readers/synth';
import { topologyOfDocument } from '../../../lib/readers/topology-of-documents';
import type { Topology } from '../../../lib/topology/topology';
import {
  group,
  instance,
  open,
  portsOf,
  type Resources,
  route,
  rule,
  synthText,
  together,
  twoSubnets,
} from './configuration';
import { network, NetworkUnderTest } from './network-under-test';
import { planText } from './plan-text';
import { recordedPlan } from '../plans/recorded-plan';

const allOut = [rule('-1', { cidr_blocks: ['0.0.0.0/0'] })];
const everywhere = { cidr_blocks: ['0.0.0.0/0'] };

const of = (topology: Topology) => new NetworkUnderTest(new Map([['one', topology]]));
const synth = (text: string, values: Record<string, unknown> = {}) => {
  const assumed = new AssumedValues(values);
  return of(topologyOfDocument(readSynth(text, { assumed }), assumed));
};
const plan = (text: string) => of(topologyOfDocument(readPlan(text)));

/** Terraform JSON with more than resources. */
const written = (resources: Resources, more: Record<string, unknown>) =>
  JSON.stringify({ ...(JSON.parse(synthText(resources)) as object), ...more });

const wears = (subnet: string, groups: unknown) =>
  instance({ subnet_id: `\${aws_subnet.${subnet}.id}`, vpc_security_group_ids: groups });

/** `web` in a group of its own, `db` that admits that group on 5432. */
const webAndDb: Resources = together(twoSubnets, {
  aws_security_group: {
    web: group({ egress: allOut }),
    db: group({ ingress: [rule('tcp/5432', { security_groups: ['${aws_security_group.web.id}'] })] }),
    other: group({ egress: allOut }),
  },
  aws_instance: {
    web: wears('a', ['${aws_security_group.web.id}']),
    db: wears('b', ['${aws_security_group.db.id}']),
    other: wears('a', ['${aws_security_group.other.id}']),
  },
});

const [web, db, other] = ['aws_instance.web', 'aws_instance.db', 'aws_instance.other'] as const;

describe('A57: a reference has a certain identity, although its text is unknown before apply', () => {
  test('a group that is named by its id is that group and no other', () => {
    const net = network(webAndDb);
    expect(net.reach(web, db, 'tcp/5432')).toBe('reachable');
    expect(net.reach(other, db, 'tcp/5432')).toBe('blocked');
  });

  test('also by way of a local', () => {
    const text = written(
      together(webAndDb, { aws_instance: { web: { vpc_security_group_ids: '${local.groups}' } } }),
      { locals: { groups: ['${aws_security_group.web.id}'] } },
    );
    expect(synth(text).reach(web, db, 'tcp/5432')).toBe('reachable');
    expect(synth(text).reach(other, db, 'tcp/5432')).toBe('blocked');
  });

  test('a rule for the private address of an instance means that instance, whatever address it gets', () => {
    const net = network(webAndDb, {
      aws_security_group: {
        db: { ingress: [rule('tcp/5432', { cidr_blocks: ['${aws_instance.web.private_ip}/32'] })] },
      },
    });
    expect(net.reach(web, db, 'tcp/5432')).toBe('reachable');
    expect(net.reach(other, db, 'tcp/5432')).toBe('blocked');
  });

  test('what is truly computed is unknown, and its key says what would settle it', () => {
    const net = network(webAndDb, {
      aws_eip: { office: { domain: 'vpc' } },
      aws_security_group: {
        db: { ingress: [rule('tcp/5432', { cidr_blocks: ['${aws_eip.office.public_ip}/32'] })] },
      },
    });
    expect(net.reach(web, db, 'tcp/5432')).toBe('unknown');
    expect(net.keys(web, db, 'tcp/5432')).toEqual(['aws_eip.office.public_ip']);
  });

  test("the VPC's own IPv6 block is told from others before Amazon picks it", () => {
    const dual = (block: string) =>
      network(webAndDb, {
        aws_vpc: { main: { assign_generated_ipv6_cidr_block: true } },
        aws_subnet: {
          a: {
            ipv6_cidr_block: '${cidrsubnet(aws_vpc.main.ipv6_cidr_block, 8, 1)}',
            cidr_block: null,
            assign_ipv6_address_on_creation: true,
          },
          b: {
            ipv6_cidr_block: '${cidrsubnet(aws_vpc.main.ipv6_cidr_block, 8, 2)}',
            cidr_block: null,
            assign_ipv6_address_on_creation: true,
          },
        },
        aws_security_group: {
          web: { egress: [rule('-1', { ipv6_cidr_blocks: ['::/0'] })] },
          db: { ingress: [rule('tcp/5432', { ipv6_cidr_blocks: [block] })] },
        },
      }).reach(web, db, 'tcp/5432');
    expect(dual('${aws_vpc.main.ipv6_cidr_block}')).toBe('reachable');
    expect(dual('${aws_subnet.a.ipv6_cidr_block}')).toBe('reachable');
    expect(dual('${aws_subnet.b.ipv6_cidr_block}')).toBe('blocked');
    // Whether Amazon picks a block inside a written one, nobody knows before.
    expect(dual('2600:1f00::/24')).toBe('unknown');
  });
});

describe('A58: count, for_each and functions are evaluated', () => {
  const counted: Resources = {
    aws_vpc: { main: { cidr_block: '10.0.0.0/16' } },
    aws_subnet: {
      s: {
        count: 2,
        vpc_id: '${aws_vpc.main.id}',
        cidr_block: '${cidrsubnet(aws_vpc.main.cidr_block, 8, count.index)}',
      },
    },
    aws_security_group: {
      web: group({ egress: allOut }),
      db: group({ ingress: [rule('tcp/5432', { cidr_blocks: ['10.0.0.0/24'] })] }),
    },
    aws_instance: {
      web: instance({
        for_each: { first: 0, second: 1 },
        subnet_id: '${aws_subnet.s[each.value].id}',
        vpc_security_group_ids: ['${aws_security_group.web.id}'],
      }),
      db: instance({
        subnet_id: '${element(aws_subnet.s[*].id, 1)}',
        vpc_security_group_ids: ['${aws_security_group.db.id}'],
      }),
    },
  };
  const net = () => synth(synthText(counted));

  test('rules open the ports that their index names, and no other', () => {
    const port = '${5432 + count.index}';
    const rules = synth(
      synthText(
        together(webAndDb, {
          aws_security_group: { db: { ingress: [] } },
          aws_security_group_rule: {
            db: {
              count: 2,
              type: 'ingress',
              security_group_id: '${aws_security_group.db.id}',
              ...{ protocol: 'tcp', from_port: port, to_port: port, cidr_blocks: ['10.0.1.0/24'] },
            },
          },
        }),
      ),
    );
    const answers = [5432, 5433, 5434].map((asked) => rules.reach(web, db, `tcp/${asked}`));
    expect(answers).toEqual(['reachable', 'reachable', 'blocked']);
  });

  test('instances stand in the subnets that their index names', () => {
    expect(net().reach('aws_instance.web["first"]', db, 'tcp/5432')).toBe('reachable');
  });

  test('and in no other', () => {
    expect(net().reach('aws_instance.web["second"]', db, 'tcp/5432')).toBe('blocked');
  });

  describe.each([
    ['an index', '${aws_subnet.s[count.index].id}', '${aws_route_table.t[count.index].id}'],
    [
      'element',
      '${element(aws_subnet.s[*].id, count.index)}',
      '${element(aws_route_table.t[*].id, count.index)}',
    ],
  ])('associations one to one by %s', (_, subnet_id, route_table_id) => {
    const associated = () =>
      synth(
        synthText(
          together(counted, {
            aws_internet_gateway: { g: { vpc_id: '${aws_vpc.main.id}' } },
            aws_route_table: { t: { count: 2, vpc_id: '${aws_vpc.main.id}' } },
            aws_route: {
              out: {
                route_table_id: '${aws_route_table.t[0].id}',
                destination_cidr_block: '0.0.0.0/0',
                gateway_id: '${aws_internet_gateway.g.id}',
              },
            },
            aws_route_table_association: { t: { count: 2, subnet_id, route_table_id } },
            aws_instance: { web: { associate_public_ip_address: true } },
          }),
        ),
      );

    test('give the first subnet the first table', () => {
      expect(associated().reach('aws_instance.web["first"]', 'internet', 'tcp/443')).toBe('reachable');
    });

    test('and no other', () => {
      expect(associated().reach('aws_instance.web["second"]', 'internet', 'tcp/443')).toBe('blocked');
    });
  });

  test('a plan tells the instances, and for_each over a module names the one with the same key', () => {
    const estate = of(topologyOfDocument(recordedPlan('estate')));
    const api = 'module.service["api"].aws_autoscaling_group.this';
    expect(estate.reach(api, 'aws_db_instance.main', 'tcp/5432')).toBe('reachable');
    expect(estate.reach('aws_instance.bastion', 'aws_db_instance.main', 'tcp/5432')).toBe('blocked');
    expect(estate.keys(api, 'aws_db_instance.main', 'tcp/5432')).toEqual([]);
  });

  test('a number of instances that is unknown leaves rules open', () => {
    const perhaps = synth(
      written(
        together(webAndDb, {
          aws_security_group: { db: { ingress: [] } },
          aws_security_group_rule: {
            db: {
              count: '${var.open ? 1 : 0}',
              type: 'ingress',
              security_group_id: '${aws_security_group.db.id}',
              protocol: 'tcp',
              from_port: 5432,
              to_port: 5432,
              cidr_blocks: ['0.0.0.0/0'],
            },
          },
        }),
        { variable: { open: {} } },
      ),
    );
    expect(perhaps.reach(web, db, 'tcp/5432')).toBe('unknown');
    expect(perhaps.reach(web, db, 'tcp/22')).toBe('blocked');
  });
});

describe('an adoption that may not be', () => {
  /** Instances in default groups, subnets with default tables and ACLs; the VPC adopts one of these, or does not. */
  const adopted = (resources: Resources) =>
    synth(
      written(
        together(
          {
            aws_vpc: { main: { cidr_block: '10.0.0.0/16' } },
            aws_internet_gateway: { main: { vpc_id: '${aws_vpc.main.id}' } },
            aws_subnet: {
              a: { vpc_id: '${aws_vpc.main.id}', cidr_block: '10.0.1.0/24' },
              b: { vpc_id: '${aws_vpc.main.id}', cidr_block: '10.0.2.0/24' },
            },
            aws_instance: {
              web: instance({ subnet_id: '${aws_subnet.a.id}', associate_public_ip_address: true }),
              db: instance({ subnet_id: '${aws_subnet.b.id}' }),
            },
          },
          resources,
        ),
        { variable: { adopt: {} } },
      ),
    );
  const count = '${var.adopt ? 1 : 0}';

  test('without one, members of the default group reach each other', () => {
    expect(adopted({}).reach(web, db, 'tcp/22')).toBe('reachable');
    expect(adopted({}).reach(web, 'internet', 'tcp/443')).toBe('blocked');
  });

  test.each([
    ['group', { aws_default_security_group: { d: { count, vpc_id: '${aws_vpc.main.id}' } } }],
    [
      'ACL',
      {
        aws_default_network_acl: {
          d: { count, default_network_acl_id: '${aws_vpc.main.default_network_acl_id}' },
        },
      },
    ],
  ])('of the %s leaves them open', (_, resources: Resources) => {
    expect(adopted(resources).reach(web, db, 'tcp/22')).toBe('unknown');
    expect(adopted(resources).keys(web, db, 'tcp/22')).toEqual(['var.adopt']);
  });

  test('of the table leaves its routes open', () => {
    const net = adopted({
      aws_default_route_table: {
        d: {
          count,
          default_route_table_id: '${aws_vpc.main.default_route_table_id}',
          route: [route('0.0.0.0/0', { gateway_id: '${aws_internet_gateway.main.id}' })],
        },
      },
    });
    expect(net.reach(web, 'internet', 'tcp/443')).toBe('unknown');
    expect(net.reach(web, db, 'tcp/22')).toBe('reachable');
  });
});

describe('A59: a private address is one that AWS hands out in the subnet', () => {
  const from = (block: string) =>
    network(webAndDb, {
      aws_subnet: { a: { cidr_block: '10.0.3.0/28' } },
      aws_security_group: { db: { ingress: [rule('tcp/5432', { cidr_blocks: [block] })] } },
    }).reach(web, db, 'tcp/5432');

  test('a rule for all of them matches', () => {
    expect(from('10.0.3.0/28')).toBe('reachable');
  });

  test.each(['10.0.3.0/30', '10.0.3.15/32'])('none is in %s, which AWS keeps', (block) => {
    expect(from(block)).toBe('blocked');
  });

  test('a rule for some of them leaves it open', () => {
    expect(from('10.0.3.0/29')).toBe('unknown');
  });

  test('what another interface is given, it does not get', () => {
    const net = network(webAndDb, {
      aws_subnet: { a: { cidr_block: '10.0.3.0/28' } },
      aws_instance: { other: { private_ip: '10.0.3.9' } },
      aws_security_group: { db: { ingress: [rule('tcp/5432', { cidr_blocks: ['10.0.3.9/32'] })] } },
    });
    expect(net.reach(other, db, 'tcp/5432')).toBe('reachable');
    expect(net.reach(web, db, 'tcp/5432')).toBe('blocked');
  });
});

describe('A60: what is not part of the input is unknown unless somebody tells', () => {
  const outside: Resources = together(webAndDb, {
    'data.aws_security_group': { shared: { name: 'shared' } },
    aws_instance: { web: { vpc_security_group_ids: ['${data.aws_security_group.shared.id}'] } },
  });

  test('rules of a group that a data source found', () => {
    expect(network(outside).reach(other, web, 'tcp/22')).toBe('unknown');
  });

  test('but its identity counts: a rule that names it admits it, and no other', () => {
    const named = together(outside, {
      aws_security_group: {
        db: {
          ingress: [rule('tcp/5432', { security_groups: ['${data.aws_security_group.shared.id}'] })],
          egress: allOut,
        },
      },
      aws_instance: {
        web: {
          vpc_security_group_ids: ['${data.aws_security_group.shared.id}', '${aws_security_group.web.id}'],
        },
      },
    });
    expect(network(named).reach(web, db, 'tcp/5432')).toBe('reachable');
    expect(network(named).reach(other, db, 'tcp/5432')).toBe('blocked');
  });

  test('a rule that is added to such a group is certain, in its own direction', () => {
    const net = network(
      together(outside, {
        aws_security_group_rule: {
          in: {
            type: 'ingress',
            security_group_id: '${data.aws_security_group.shared.id}',
            protocol: 'tcp',
            from_port: 443,
            to_port: 443,
            cidr_blocks: ['0.0.0.0/0'],
          },
          out: {
            type: 'egress',
            security_group_id: '${data.aws_security_group.shared.id}',
            protocol: 'tcp',
            from_port: 22,
            to_port: 22,
            cidr_blocks: ['0.0.0.0/0'],
          },
        },
      }),
    );
    expect(net.reach(other, web, 'tcp/443')).toBe('reachable');
    expect(net.reach(other, web, 'tcp/22')).toBe('unknown');
  });

  test('two instances in one subnet of a variable are neighbours, and in two they are not known to be', () => {
    const placed = (a: string, b: string) =>
      synth(
        written(
          {
            aws_security_group: { open: open },
            aws_instance: {
              first: instance({ subnet_id: a, vpc_security_group_ids: ['${aws_security_group.open.id}'] }),
              second: instance({ subnet_id: b, vpc_security_group_ids: ['${aws_security_group.open.id}'] }),
            },
          },
          { variable: { one: {}, two: {} } },
        ),
      ).reach('aws_instance.first', 'aws_instance.second', 'tcp/22');
    expect(placed('${var.one}', '${var.one}')).toBe('reachable');
    expect(placed('${var.one}', '${var.two}')).toBe('unknown');
  });

  describe.each<[string, Resources, Record<string, unknown>]>([
    [
      'a data source found',
      {
        'data.aws_vpc': { v: { default: true } },
        aws_subnet: { a: { vpc_id: '${data.aws_vpc.v.id}', cidr_block: '10.0.1.0/24' } },
      },
      { subnet_id: '${aws_subnet.a.id}' },
    ],
    [
      'a subnet stands in that a data source found',
      { 'data.aws_subnet': { a: { availability_zone: 'eu-central-1a' } } },
      { subnet_id: '${data.aws_subnet.a.id}' },
    ],
    [
      'is the default one',
      { aws_default_subnet: { a: { availability_zone: 'eu-central-1a' } } },
      { subnet_id: '${aws_default_subnet.a.id}' },
    ],
    ['is the default one, because nothing is said', {}, {}],
  ])('a VPC that %s may have an Internet gateway', (_, place, placed) => {
    const net = (isPublic: boolean) =>
      network(place, {
        aws_security_group: { open: open },
        aws_instance: {
          web: instance({
            ...placed,
            associate_public_ip_address: isPublic,
            vpc_security_group_ids: ['${aws_security_group.open.id}'],
          }),
        },
      });

    test('by which the Internet may reach what has a public address', () => {
      expect(net(true).reach('internet', web, 'tcp/22')).toBe('unknown');
      expect(String(net(true).verdict('internet', web, 'tcp/22').firstPacket.passes)).toBe('nothing');
    });

    test('and nothing else', () => {
      expect(net(false).reach('internet', web, 'tcp/22')).toBe('blocked');
    });
  });

  test('the routes of a VPC that is not part of the input, but not those among its own subnets', () => {
    const vpc = { vpc_id: '${var.vpc}' };
    const net = synth(
      written(
        {
          aws_subnet: { a: { ...vpc, cidr_block: '10.0.1.0/24' }, b: { ...vpc, cidr_block: '10.0.2.0/24' } },
          aws_network_acl: {
            all: {
              ...vpc,
              subnet_ids: ['${aws_subnet.a.id}', '${aws_subnet.b.id}'],
              ingress: [
                {
                  rule_no: 1,
                  action: 'allow',
                  protocol: '-1',
                  from_port: 0,
                  to_port: 0,
                  cidr_block: '0.0.0.0/0',
                },
              ],
              egress: [
                {
                  rule_no: 1,
                  action: 'allow',
                  protocol: '-1',
                  from_port: 0,
                  to_port: 0,
                  cidr_block: '0.0.0.0/0',
                },
              ],
            },
          },
          aws_route_table: { t: vpc },
          aws_route_table_association: {
            a: { subnet_id: '${aws_subnet.a.id}', route_table_id: '${aws_route_table.t.id}' },
            b: { subnet_id: '${aws_subnet.b.id}', route_table_id: '${aws_route_table.t.id}' },
          },
          aws_security_group: { open: { ...vpc, ...open } },
          aws_instance: {
            first: wears('a', ['${aws_security_group.open.id}']),
            second: wears('b', ['${aws_security_group.open.id}']),
          },
        },
        { variable: { vpc: {} } },
      ),
    );
    expect(net.reach('aws_instance.first', 'aws_instance.second', 'tcp/22')).toBe('reachable');
    expect(net.reach('aws_instance.first', 'internet', 'tcp/443')).toBe('blocked');
  });

  test('a value that is given settles it', () => {
    const text = written(
      together(webAndDb, {
        aws_security_group: { db: { ingress: [rule('tcp/5432', { cidr_blocks: ['${var.office}'] })] } },
      }),
      { variable: { office: {} } },
    );
    expect(synth(text).reach(web, db, 'tcp/5432')).toBe('unknown');
    expect(synth(text, { 'var.office': '10.0.1.0/24' }).reach(web, db, 'tcp/5432')).toBe('reachable');
    expect(synth(text, { 'var.office': '10.9.0.0/24' }).reach(web, db, 'tcp/5432')).toBe('blocked');
  });
});

describe('V1: a plan made from HCL names what all blocks of a name refer to in one list', () => {
  const twoBlocks = together(webAndDb, {
    aws_security_group: {
      db: {
        ingress: [
          rule('tcp/5432', { security_groups: ['${aws_security_group.web.id}'] }),
          rule('tcp/22', { security_groups: ['${aws_security_group.other.id}'] }),
        ],
      },
    },
  });

  test('which of two groups a block names is open', () => {
    const net = plan(planText(twoBlocks, 'hcl'));
    expect(net.reach(web, db, 'tcp/5432')).toBe('unknown');
    expect(net.reach(web, db, 'tcp/3306')).toBe('blocked');
  });

  test('a plan made from JSON has the expressions themselves', () => {
    const net = plan(planText(twoBlocks, 'json'));
    expect(net.reach(web, db, 'tcp/5432')).toBe('reachable');
    expect(net.reach(web, db, 'tcp/22')).toBe('blocked');
  });

  test('one group leaves nothing open', () => {
    const net = plan(planText(webAndDb, 'hcl'));
    expect(net.reach(web, db, 'tcp/5432')).toBe('reachable');
    expect(net.reach(other, db, 'tcp/5432')).toBe('blocked');
  });

  test('of two routes, the type of a gateway tells which attribute names it', () => {
    const routes = together(webAndDb, {
      aws_vpc: { main: { assign_generated_ipv6_cidr_block: true } },
      aws_egress_only_internet_gateway: { e: { vpc_id: '${aws_vpc.main.id}' } },
      aws_route_table: {
        a: {
          route: [
            route('0.0.0.0/0', { gateway_id: '${aws_internet_gateway.main.id}' }),
            route('::/0', { egress_only_gateway_id: '${aws_egress_only_internet_gateway.e.id}' }),
          ],
        },
      },
      aws_instance: { web: { associate_public_ip_address: true } },
    });
    expect(plan(planText(routes, 'hcl')).reach(web, 'internet', 'tcp/443')).toBe('reachable');
    expect(plan(planText(routes, 'hcl')).reach(db, 'internet', 'tcp/443')).toBe('blocked');
  });
});

describe('V2: what the provider computes is not what somebody wrote', () => {
  test('a group without rules of its own has those of its rule resources alone, also in a plan', () => {
    const net = network(
      together(webAndDb, {
        aws_security_group: { db: { ingress: null } },
        aws_vpc_security_group_ingress_rule: {
          db: {
            security_group_id: '${aws_security_group.db.id}',
            ip_protocol: 'tcp',
            from_port: 5432,
            to_port: 5432,
            referenced_security_group_id: '${aws_security_group.web.id}',
          },
        },
      }),
    );
    expect(net.reach(web, db, 'tcp/5432')).toBe('reachable');
    expect(net.reach(web, db, 'tcp/22')).toBe('blocked');
  });

  test('an instance that says nothing of public addresses has what its subnet says', () => {
    const net = network(
      together(webAndDb, {
        aws_security_group: { web: { ingress: [rule('tcp/443', everywhere)] } },
      }),
    );
    expect(net.reach('internet', web, 'tcp/443')).toBe('blocked');
  });
});

describe('V3: what a deleted rule contributed is gone with it', () => {
  /** A plan of what exists: the group lists a rule that came from a resource of its own. */
  function existing(rulePlanned: boolean): string {
    const ids: Resources = {
      aws_vpc: { main: { id: 'vpc-1', cidr_block: '10.0.0.0/16' } },
      aws_subnet: { a: { id: 'subnet-1', vpc_id: 'vpc-1', cidr_block: '10.0.1.0/24' } },
      aws_security_group: {
        db: {
          id: 'sg-1',
          vpc_id: 'vpc-1',
          ingress: [rule('tcp/5432', { cidr_blocks: ['10.0.0.0/16'] })],
          egress: allOut,
        },
      },
      aws_instance: {
        web: { id: 'i-1', subnet_id: 'subnet-1', vpc_security_group_ids: ['sg-1'], private_ip: '10.0.1.4' },
        db: { id: 'i-2', subnet_id: 'subnet-1', vpc_security_group_ids: ['sg-1'], private_ip: '10.0.1.5' },
      },
    };
    const deleted = {
      type: 'ingress',
      id: 'sgrule-1',
      security_group_id: 'sg-1',
      protocol: 'tcp',
      from_port: 5432,
      to_port: 5432,
      cidr_blocks: ['10.0.0.0/16'],
    };
    const place = (type: string, name: string) => ({
      address: `${type}.${name}`,
      mode: 'managed',
      type,
      name,
      provider_name: 'registry.terraform.io/hashicorp/aws',
    });
    const all = Object.entries(ids).flatMap(([type, named]) =>
      Object.entries(named).map(([name, values]) => ({ ...place(type, name), values })),
    );
    const ruleItself = { ...place('aws_security_group_rule', 'db'), values: deleted };
    const planned = rulePlanned ? [...all, ruleItself] : all;
    const change = (values: unknown, actions: readonly string[]) => ({
      actions,
      before: values,
      after: actions[0] === 'delete' ? null : values,
      after_unknown: {},
    });
    const state = { format_version: '1.0', values: { root_module: { resources: [...all, ruleItself] } } };
    return JSON.stringify({
      format_version: '1.2',
      planned_values: { root_module: { resources: planned } },
      resource_changes: [
        ...all.map(({ values, ...where }) => ({ ...where, change: change(values, ['no-op']) })),
        {
          ...place('aws_security_group_rule', 'db'),
          change: change(deleted, [rulePlanned ? 'no-op' : 'delete']),
        },
      ],
      prior_state: state,
      configuration: {
        root_module: {
          resources: planned.map(({ values: _, ...where }) => ({
            ...where,
            expressions: where.type === 'aws_security_group' ? { egress: { constant_value: allOut } } : {},
          })),
        },
      },
    });
  }

  test('while it is there it counts', () => {
    expect(plan(existing(true)).reach(web, db, 'tcp/5432')).toBe('reachable');
  });

  test('once it goes, nothing of it stays in the group', () => {
    expect(plan(existing(false)).reach(web, db, 'tcp/5432')).toBe('blocked');
  });

  test('in a state every rule that the group lists is there', () => {
    const { prior_state: state } = JSON.parse(existing(false)) as { prior_state: object };
    const net = of(topologyOfDocument(readState(JSON.stringify(state))));
    expect(net.reach(web, db, 'tcp/5432')).toBe('reachable');
    expect(net.reach(web, db, 'tcp/22')).toBe('blocked');
  });
});

describe('dynamic blocks of a group that exists, beside rules that are resources', () => {
  const place = (type: string, name: string) => ({
    address: `${type}.${name}`,
    mode: 'managed',
    type,
    name,
    provider_name: 'registry.terraform.io/hashicorp/aws',
  });

  /** A group that lists ports which are open to the VPC, and a rule of its own: as it was, and as it will be. */
  function existing(listed: readonly string[], was: string, is = was, type = 'ingress'): NetworkUnderTest {
    const inVpc = { cidr_blocks: ['10.0.0.0/16'] };
    const things: Resources = {
      aws_vpc: { main: { id: 'vpc-1', cidr_block: '10.0.0.0/16' } },
      aws_subnet: { a: { id: 'subnet-1', vpc_id: 'vpc-1', cidr_block: '10.0.1.0/24' } },
      aws_security_group: {
        db: { id: 'sg-1', vpc_id: 'vpc-1', ingress: listed.map((ports) => rule(ports, inVpc)), egress: [] },
        web: { id: 'sg-2', vpc_id: 'vpc-1', ingress: [], egress: allOut },
      },
      aws_instance: {
        web: { id: 'i-1', subnet_id: 'subnet-1', vpc_security_group_ids: ['sg-2'], private_ip: '10.0.1.4' },
        db: { id: 'i-2', subnet_id: 'subnet-1', vpc_security_group_ids: ['sg-1'], private_ip: '10.0.1.5' },
      },
    };
    const own = (ports: string) => ({
      ...{ id: 'sgrule-1', type, security_group_id: 'sg-1', self: false },
      ...{ ...portsOf(ports), ...inVpc },
    });
    const all = Object.entries(things).flatMap(([kind, named]) =>
      Object.entries(named).map(([name, values]) => ({ ...place(kind, name), values, before: values })),
    );
    const planned = [
      ...all,
      { ...place('aws_security_group_rule', 'own'), values: own(is), before: own(was) },
    ];
    return plan(
      JSON.stringify({
        format_version: '1.2',
        planned_values: { root_module: { resources: planned.map(({ before: _, ...one }) => one) } },
        resource_changes: planned.map(({ values: after, before, ...where }) => ({
          ...where,
          change: { actions: after === before ? ['no-op'] : ['update'], before, after, after_unknown: {} },
        })),
        configuration: {
          root_module: {
            resources: planned.map(({ values: _, before: __, ...where }) => ({
              ...where,
              expressions: where.name === 'web' ? { egress: { constant_value: allOut } } : {},
            })),
          },
        },
      }),
    );
  }

  test('count, where the rules are of the other direction', () => {
    const net = existing(['tcp/5432'], '-1', '-1', 'egress');
    expect(net.reach(web, db, 'tcp/5432')).toBe('reachable');
    expect(net.reach(web, db, 'tcp/22')).toBe('blocked');
  });

  test('may count, where the rules are of the same direction and do not tell what the group lists', () => {
    const net = existing(['tcp/22', 'tcp/5432'], 'tcp/22');
    expect(net.reach(web, db, 'tcp/22')).toBe('reachable');
    expect(net.reach(web, db, 'tcp/5432')).toBe('unknown');
    expect(net.keys(web, db, 'tcp/5432')).toEqual(['aws_security_group.db.ingress']);
    expect(net.reach(web, db, 'tcp/3306')).toBe('blocked');
  });

  test('what a rule said before it is changed is gone, although the group still lists it', () => {
    const net = existing(['tcp/22'], 'tcp/22', 'tcp/23');
    expect(net.reach(web, db, 'tcp/22')).toBe('blocked');
    expect(net.reach(web, db, 'tcp/23')).toBe('reachable');
  });
});

describe('V4: repeated names in Terraform JSON all count', () => {
  /** The same resources, with the rule of db under a second "resource" or as one of an array. */
  const { db: dbGroup, ...groups } = webAndDb.aws_security_group!;
  const rest = { ...webAndDb, aws_security_group: groups };
  const body = JSON.stringify(JSON.parse(synthText(rest)) as object);

  test('of a second resource member', () => {
    const again = JSON.stringify({ aws_security_group: { db: dbGroup } });
    const net = synth(`${body.slice(0, -1)},"resource":${again}}`);
    expect(net.reach(web, db, 'tcp/5432')).toBe('reachable');
    expect(net.reach(other, db, 'tcp/5432')).toBe('blocked');
  });

  test('of an array body', () => {
    const parsed = JSON.parse(body) as { resource: Record<string, unknown> };
    const net = synth(
      JSON.stringify({ ...parsed, resource: [parsed.resource, { aws_security_group: [{ db: [dbGroup] }] }] }),
    );
    expect(net.reach(web, db, 'tcp/5432')).toBe('reachable');
    expect(net.reach(other, db, 'tcp/5432')).toBe('blocked');
  });
});

describe("V5: keys are Terraform's own addresses, down to the leaf", () => {
  const counted = together(webAndDb, {
    aws_eip: { office: { for_each: { 'east-1': 1 }, domain: 'vpc' } },
    aws_security_group: {
      db: {
        ingress: [rule('tcp/5432', { cidr_blocks: ['${aws_eip.office["east-1"].public_ip}/32'] })],
      },
    },
  });

  test('an unknown answer prints the key', () => {
    expect(synth(synthText(counted)).keys(web, db, 'tcp/5432')).toEqual([
      'aws_eip.office["east-1"].public_ip',
    ]);
  });

  test('and takes it back', () => {
    const key = 'aws_eip.office["east-1"].public_ip';
    const settled = synth(synthText(counted), { [key]: '203.0.113.4' });
    expect(settled.reach(web, db, 'tcp/5432')).toBe('blocked');
    expect(settled.each((topology) => [...topology.usedValues].join())).toBe(key);
  });

  test('a private address that is given is the one it has', () => {
    const from = (address: string) =>
      synth(
        synthText(
          together(webAndDb, {
            aws_security_group: { db: { ingress: [rule('tcp/5432', { cidr_blocks: ['10.0.1.9/32'] })] } },
          }),
        ),
        { 'aws_instance.web.private_ip': address },
      ).reach(web, db, 'tcp/5432');
    expect(from('10.0.1.9')).toBe('reachable');
    expect(from('10.0.1.10')).toBe('blocked');
  });
});
