import { entry, group, instance, type Resources, route, rule, together } from './configuration';
import { network } from './network-under-test';

/** Networks that the user guide of VPC works through, with its numbers. */

const everywhere = { cidr_blocks: ['0.0.0.0/0'] };
const home = { cidr_blocks: ['192.0.2.0/24'] };
const toInternet = route('0.0.0.0/0', { gateway_id: '${aws_internet_gateway.main.id}' });

const acl = (subnet: string, ingress: readonly string[], egress: readonly string[]) => ({
  vpc_id: '${aws_vpc.main.id}',
  subnet_ids: [`\${aws_subnet.${subnet}.id}`],
  ingress: ingress.map(entry),
  egress: egress.map(entry),
});

const subnet = (cidr_block: string) => ({ vpc_id: '${aws_vpc.main.id}', cidr_block });

const wears = (subnetName: string, groupName: string, more: Record<string, unknown> = {}) =>
  instance({
    subnet_id: `\${aws_subnet.${subnetName}.id}`,
    vpc_security_group_ids: [`\${aws_security_group.${groupName}.id}`],
    ...more,
  });

const webRules = [
  rule('tcp/80', everywhere),
  rule('tcp/443', everywhere),
  rule('tcp/22', home),
  rule('tcp/3389', home),
];

/** @see https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Scenario1.html */
describe('scenario 1: a VPC with a single public subnet', () => {
  const one: Resources = {
    aws_vpc: { main: { cidr_block: '10.0.0.0/16' } },
    aws_subnet: { public: subnet('10.0.0.0/24') },
    aws_internet_gateway: { main: { vpc_id: '${aws_vpc.main.id}' } },
    aws_route_table: { custom: { vpc_id: '${aws_vpc.main.id}', route: [toInternet] } },
    aws_route_table_association: {
      public: { subnet_id: '${aws_subnet.public.id}', route_table_id: '${aws_route_table.custom.id}' },
    },
    aws_security_group: { web: group({ ingress: webRules, egress: [rule('-1', everywhere)] }) },
    aws_instance: { web: wears('public', 'web') },
    aws_eip: { web: { domain: 'vpc', instance: '${aws_instance.web.id}' } },
  };
  const acls: Resources = {
    aws_network_acl: {
      public: acl(
        'public',
        [
          '100 allow tcp/80 0.0.0.0/0',
          '110 allow tcp/443 0.0.0.0/0',
          '120 allow tcp/22 192.0.2.0/24',
          '130 allow tcp/3389 192.0.2.0/24',
          '140 allow tcp/32768-65535 0.0.0.0/0',
        ],
        ['100 allow tcp/80 0.0.0.0/0', '110 allow tcp/443 0.0.0.0/0', '120 allow tcp/32768-65535 0.0.0.0/0'],
      ),
    },
  };

  describe.each([
    ['with security groups only', network(one)],
    ['with the recommended network ACL too', network(one, acls)],
  ])('%s', (_, net) => {
    test.each([
      ['internet', 'tcp/80', 'reachable'],
      ['internet', 'tcp/443', 'reachable'],
      ['192.0.2.5', 'tcp/22', 'reachable'],
      ['203.0.113.5', 'tcp/22', 'blocked'],
      ['203.0.113.5', 'tcp/3389', 'blocked'],
    ])('%s reaches the web server on %s: %s', (from, on, verdict) => {
      expect(net.reach(from, 'aws_instance.web', on)).toBe(verdict);
    });

    test('the web server fetches updates', () => {
      expect(net.reach('aws_instance.web', 'internet', 'tcp/443')).toBe('reachable');
    });
  });

  test('the ACL keeps it from what the group lets out', () => {
    expect(network(one).reach('aws_instance.web', 'internet', 'tcp/25')).toBe('reachable');
    expect(network(one, acls).reach('aws_instance.web', 'internet', 'tcp/25')).toBe('blocked');
  });
});

/** @see https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Scenario2.html */
describe('scenario 2: public and private subnets with a NAT gateway', () => {
  const two: Resources = {
    aws_vpc: { main: { cidr_block: '10.0.0.0/16' } },
    aws_subnet: { public: subnet('10.0.0.0/24'), private: subnet('10.0.1.0/24') },
    aws_internet_gateway: { main: { vpc_id: '${aws_vpc.main.id}' } },
    aws_eip: { nat: { domain: 'vpc' }, web: { domain: 'vpc', instance: '${aws_instance.web.id}' } },
    aws_nat_gateway: {
      nat: { subnet_id: '${aws_subnet.public.id}', allocation_id: '${aws_eip.nat.id}' },
    },
    aws_route_table: { custom: { vpc_id: '${aws_vpc.main.id}', route: [toInternet] } },
    // The private subnet has no association: it uses the main table.
    aws_default_route_table: {
      main: {
        default_route_table_id: '${aws_vpc.main.default_route_table_id}',
        route: [route('0.0.0.0/0', { nat_gateway_id: '${aws_nat_gateway.nat.id}' })],
      },
    },
    aws_route_table_association: {
      public: { subnet_id: '${aws_subnet.public.id}', route_table_id: '${aws_route_table.custom.id}' },
    },
    aws_security_group: { web: group({ ingress: webRules }), db: group() },
    aws_vpc_security_group_egress_rule: {
      ...Object.fromEntries(
        [1433, 3306].map((port) => [
          `web_${port}`,
          {
            security_group_id: '${aws_security_group.web.id}',
            ip_protocol: 'tcp',
            from_port: port,
            to_port: port,
            referenced_security_group_id: '${aws_security_group.db.id}',
          },
        ]),
      ),
      ...Object.fromEntries(
        ['web', 'db'].flatMap((name) =>
          [80, 443].map((port) => [
            `${name}_${port}`,
            {
              security_group_id: `\${aws_security_group.${name}.id}`,
              ip_protocol: 'tcp',
              from_port: port,
              to_port: port,
              cidr_ipv4: '0.0.0.0/0',
            },
          ]),
        ),
      ),
    },
    aws_vpc_security_group_ingress_rule: Object.fromEntries(
      [1433, 3306].map((port) => [
        `db_${port}`,
        {
          security_group_id: '${aws_security_group.db.id}',
          ip_protocol: 'tcp',
          from_port: port,
          to_port: port,
          referenced_security_group_id: '${aws_security_group.web.id}',
        },
      ]),
    ),
    aws_instance: {
      web: wears('public', 'web', { private_ip: '10.0.0.5' }),
      db: wears('private', 'db', { private_ip: '10.0.1.5' }),
    },
  };
  const acls: Resources = {
    aws_network_acl: {
      public: acl(
        'public',
        [
          '100 allow tcp/80 0.0.0.0/0',
          '110 allow tcp/443 0.0.0.0/0',
          '120 allow tcp/22 192.0.2.0/24',
          '130 allow tcp/3389 192.0.2.0/24',
          '140 allow tcp/1024-65535 0.0.0.0/0',
        ],
        [
          '100 allow tcp/80 0.0.0.0/0',
          '110 allow tcp/443 0.0.0.0/0',
          '120 allow tcp/1433 10.0.1.0/24',
          '140 allow tcp/32768-65535 0.0.0.0/0',
          '150 allow tcp/22 10.0.1.0/24',
        ],
      ),
      private: acl(
        'private',
        [
          '100 allow tcp/1433 10.0.0.0/24',
          '120 allow tcp/22 10.0.0.0/24',
          '130 allow tcp/3389 10.0.0.0/24',
          '140 allow tcp/1024-65535 0.0.0.0/0',
        ],
        [
          '100 allow tcp/80 0.0.0.0/0',
          '110 allow tcp/443 0.0.0.0/0',
          '120 allow tcp/32768-65535 10.0.0.0/24',
        ],
      ),
    },
  };
  const plain = network(two);
  const withAcls = network(two, acls);

  describe.each([
    ['with security groups only', plain],
    ['with the recommended network ACLs too', withAcls],
  ])('%s', (_, net) => {
    test.each([
      ['internet', 'aws_instance.web', 'tcp/443', 'reachable'],
      ['192.0.2.5', 'aws_instance.web', 'tcp/22', 'reachable'],
      ['203.0.113.5', 'aws_instance.web', 'tcp/22', 'blocked'],
      ['internet', 'aws_instance.db', 'tcp/1433', 'blocked'],
      ['internet', 'aws_instance.db', 'tcp/443', 'blocked'],
      ['aws_instance.web', 'aws_instance.db', 'tcp/1433', 'reachable'],
      ['aws_instance.web', 'aws_instance.db', 'tcp/22', 'blocked'],
      ['aws_instance.db', 'aws_instance.web', 'tcp/22', 'blocked'],
      ['aws_instance.web', 'internet', 'tcp/443', 'reachable'],
      ['aws_instance.db', 'internet', 'tcp/443', 'reachable'],
      ['aws_instance.db', 'internet', 'tcp/25', 'blocked'],
    ])('%s reaches %s on %s: %s', (from, to, on, verdict) => {
      expect(net.reach(from, to, on)).toBe(verdict);
    });
  });

  test('the ACLs are written for 1433 alone: they close 3306, which the groups admit', () => {
    expect(plain.reach('aws_instance.web', 'aws_instance.db', 'tcp/3306')).toBe('reachable');
    expect(withAcls.reach('aws_instance.web', 'aws_instance.db', 'tcp/3306')).toBe('blocked');
  });

  test('IPv6 goes out by the egress-only gateway and does not come in', () => {
    const dual = network(two, {
      aws_vpc: { main: { assign_generated_ipv6_cidr_block: true } },
      aws_subnet: {
        public: {
          ipv6_cidr_block: '${cidrsubnet(aws_vpc.main.ipv6_cidr_block, 8, 0)}',
          assign_ipv6_address_on_creation: true,
        },
        private: {
          ipv6_cidr_block: '${cidrsubnet(aws_vpc.main.ipv6_cidr_block, 8, 1)}',
          assign_ipv6_address_on_creation: true,
        },
      },
      aws_egress_only_internet_gateway: { e: { vpc_id: '${aws_vpc.main.id}' } },
      aws_route_table: {
        custom: { route: [toInternet, route('::/0', { gateway_id: '${aws_internet_gateway.main.id}' })] },
      },
      aws_default_route_table: {
        main: {
          route: [
            route('0.0.0.0/0', { nat_gateway_id: '${aws_nat_gateway.nat.id}' }),
            route('::/0', { egress_only_gateway_id: '${aws_egress_only_internet_gateway.e.id}' }),
          ],
        },
      },
      aws_vpc_security_group_egress_rule: {
        db_6: {
          security_group_id: '${aws_security_group.db.id}',
          ip_protocol: 'tcp',
          from_port: 443,
          to_port: 443,
          cidr_ipv6: '::/0',
        },
      },
      aws_vpc_security_group_ingress_rule: {
        web_6: {
          security_group_id: '${aws_security_group.web.id}',
          ip_protocol: 'tcp',
          from_port: 443,
          to_port: 443,
          cidr_ipv6: '::/0',
        },
        db_6: {
          security_group_id: '${aws_security_group.db.id}',
          ip_protocol: 'tcp',
          from_port: 443,
          to_port: 443,
          cidr_ipv6: '::/0',
        },
      },
    });
    expect(dual.reach('internet6', 'aws_instance.web', 'tcp/443')).toBe('reachable');
    expect(dual.reach('aws_instance.db', 'internet6', 'tcp/443')).toBe('reachable');
    expect(dual.reach('internet6', 'aws_instance.db', 'tcp/443')).toBe('blocked');
  });
});

const vpn: Resources = {
  aws_vpn_gateway: { v: { vpc_id: '${aws_vpc.main.id}' } },
  aws_customer_gateway: { c: { bgp_asn: '65000', ip_address: '192.0.2.1', type: 'ipsec.1' } },
  aws_vpn_connection: {
    v: {
      vpn_gateway_id: '${aws_vpn_gateway.v.id}',
      customer_gateway_id: '${aws_customer_gateway.c.id}',
      type: 'ipsec.1',
    },
  },
};

const toOffice = route('0.0.0.0/0', { gateway_id: '${aws_vpn_gateway.v.id}' });

/** @see https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Scenario3.html */
describe('scenario 3: public and private subnets, and the office by VPN', () => {
  const net = network(vpn, {
    aws_vpc: { main: { cidr_block: '10.0.0.0/16' } },
    aws_subnet: { public: subnet('10.0.0.0/24'), private: subnet('10.0.1.0/24') },
    aws_internet_gateway: { main: { vpc_id: '${aws_vpc.main.id}' } },
    aws_route_table: { custom: { vpc_id: '${aws_vpc.main.id}', route: [toInternet] } },
    aws_default_route_table: {
      main: {
        default_route_table_id: '${aws_vpc.main.default_route_table_id}',
        route: [toOffice],
      },
    },
    aws_route_table_association: {
      public: { subnet_id: '${aws_subnet.public.id}', route_table_id: '${aws_route_table.custom.id}' },
    },
    aws_security_group: {
      web: group({ ingress: webRules, egress: [rule('-1', everywhere)] }),
      db: group({
        ingress: [rule('tcp/3306', { security_groups: ['${aws_security_group.web.id}'] })],
        egress: [rule('tcp/80', everywhere), rule('tcp/443', everywhere)],
      }),
    },
    aws_instance: {
      web: wears('public', 'web', { associate_public_ip_address: true }),
      db: wears('private', 'db'),
    },
  });

  test('the web servers are reached from the Internet, the databases are not', () => {
    expect(net.reach('internet', 'aws_instance.web', 'tcp/443')).toBe('reachable');
    expect(net.reach('internet', 'aws_instance.db', 'tcp/3306')).toBe('blocked');
  });

  test('the web servers reach the databases, by the local route', () => {
    expect(net.reach('aws_instance.web', 'aws_instance.db', 'tcp/3306')).toBe('reachable');
    expect(net.reach('aws_instance.web', 'aws_instance.db', 'tcp/22')).toBe('blocked');
  });

  test('what the databases reach lies behind the VPN, which is not modelled', () => {
    expect(net.reach('aws_instance.db', 'internet', 'tcp/443')).toBe('unknown');
    expect(net.keys('aws_instance.db', 'internet', 'tcp/443')).toEqual(['aws_vpn_gateway.v']);
    expect(net.reach('aws_instance.db', 'internet', 'tcp/25')).toBe('blocked');
  });
});

/** @see https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Scenario4.html */
describe('scenario 4: a private subnet only, and the office by VPN', () => {
  const net = network(vpn, {
    aws_vpc: { main: { cidr_block: '10.0.0.0/16' } },
    aws_subnet: { only: subnet('10.0.0.0/24') },
    aws_default_route_table: {
      main: { default_route_table_id: '${aws_vpc.main.default_route_table_id}', route: [toOffice] },
    },
    aws_security_group: {
      db: group({
        ingress: [rule('tcp/22', { cidr_blocks: ['172.16.0.0/12'] })],
        egress: [rule('-1', everywhere)],
      }),
    },
    aws_instance: {
      first: wears('only', 'db', { associate_public_ip_address: true }),
      second: wears('only', 'db'),
    },
  });

  test('nothing comes in from the Internet, a public address or not', () => {
    expect(net.reach('internet', 'aws_instance.first', 'tcp/22')).toBe('blocked');
  });

  test('what goes out goes to the VPN, which is not modelled', () => {
    expect(net.reach('aws_instance.first', 'internet', 'tcp/443')).toBe('unknown');
  });

  test('a group that admits the office admits nobody inside', () => {
    expect(net.reach('aws_instance.first', 'aws_instance.second', 'tcp/22')).toBe('blocked');
  });
});

/** Two zones, each with a public and a private subnet, and a NAT gateway for each private one. */
const twoZones: Resources = {
  aws_vpc: { main: { cidr_block: '10.0.0.0/16' } },
  aws_internet_gateway: { main: { vpc_id: '${aws_vpc.main.id}' } },
  aws_subnet: {
    public_a: { ...subnet('10.0.0.0/24'), availability_zone: 'us-east-2a' },
    public_b: { ...subnet('10.0.1.0/24'), availability_zone: 'us-east-2b' },
    private_a: { ...subnet('10.0.2.0/24'), availability_zone: 'us-east-2a' },
    private_b: { ...subnet('10.0.3.0/24'), availability_zone: 'us-east-2b' },
  },
  aws_eip: { a: { domain: 'vpc' }, b: { domain: 'vpc' } },
  aws_nat_gateway: {
    a: { subnet_id: '${aws_subnet.public_a.id}', allocation_id: '${aws_eip.a.id}' },
    b: { subnet_id: '${aws_subnet.public_b.id}', allocation_id: '${aws_eip.b.id}' },
  },
  aws_route_table: {
    public: { vpc_id: '${aws_vpc.main.id}', route: [toInternet] },
    private_a: {
      vpc_id: '${aws_vpc.main.id}',
      route: [route('0.0.0.0/0', { nat_gateway_id: '${aws_nat_gateway.a.id}' })],
    },
    private_b: {
      vpc_id: '${aws_vpc.main.id}',
      route: [route('0.0.0.0/0', { nat_gateway_id: '${aws_nat_gateway.b.id}' })],
    },
  },
  aws_route_table_association: Object.fromEntries(
    ['public_a', 'public_b', 'private_a', 'private_b'].map((name) => [
      name,
      {
        subnet_id: `\${aws_subnet.${name}.id}`,
        route_table_id: `\${aws_route_table.${name.startsWith('public') ? 'public' : name}.id}`,
      },
    ]),
  ),
  aws_security_group: {
    server: group({
      ingress: [rule('tcp/443', everywhere), rule('icmp/-1/-1', everywhere)],
      egress: [rule('-1', everywhere)],
    }),
  },
  aws_instance: { a: wears('private_a', 'server'), b: wears('private_b', 'server') },
};

/** @see https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-scenarios.html#public-nat-internet-access */
describe('NAT gateways: the Internet from private subnets', () => {
  const net = network(twoZones);

  test.each([
    ['aws_instance.a', 'internet', 'tcp/443', 'reachable'],
    ['aws_instance.b', 'internet', 'tcp/443', 'reachable'],
    // The page has the user send a ping from a private instance.
    ['aws_instance.a', 'internet', 'icmp', 'reachable'],
    ['internet', 'aws_instance.a', 'tcp/443', 'blocked'],
    ['internet', 'aws_instance.b', 'icmp', 'blocked'],
    ['aws_instance.a', 'aws_instance.b', 'tcp/443', 'reachable'],
    ['aws_instance.a', 'aws_instance.b', 'tcp/22', 'blocked'],
  ])('%s reaches %s on %s: %s', (from, to, on, verdict) => {
    expect(net.reach(from, to, on)).toBe(verdict);
  });

  test('a NAT gateway in a private subnet carries nothing to the Internet', () => {
    const alone = network(twoZones, {
      aws_nat_gateway: { b: { subnet_id: '${aws_subnet.private_b.id}' } },
    });
    expect(alone.reach('aws_instance.b', 'internet', 'tcp/443')).toBe('blocked');
    expect(alone.reach('aws_instance.a', 'internet', 'tcp/443')).toBe('reachable');
  });
});

/** @see https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-scenarios.html#private-nat-allowed-range */
describe('NAT gateways: a network that admits the addresses of a private one', () => {
  /** The instance shows the office an address of 100.64.1.0/28, which the office admits. */
  const admitted: Resources = together(vpn, {
    aws_vpc: { main: { cidr_block: '10.0.0.0/16' } },
    aws_vpc_ipv4_cidr_block_association: {
      admitted: { vpc_id: '${aws_vpc.main.id}', cidr_block: '100.64.1.0/24' },
    },
    aws_subnet: {
      nat: {
        vpc_id: '${aws_vpc_ipv4_cidr_block_association.admitted.vpc_id}',
        cidr_block: '100.64.1.0/28',
      },
      private: subnet('10.0.1.0/24'),
    },
    aws_nat_gateway: { nat: { subnet_id: '${aws_subnet.nat.id}', connectivity_type: 'private' } },
    aws_route_table: {
      private: {
        vpc_id: '${aws_vpc.main.id}',
        route: [route('192.168.0.0/16', { nat_gateway_id: '${aws_nat_gateway.nat.id}' })],
      },
      nat: {
        vpc_id: '${aws_vpc.main.id}',
        route: [route('192.168.0.0/16', { gateway_id: '${aws_vpn_gateway.v.id}' })],
      },
    },
    aws_route_table_association: {
      private: { subnet_id: '${aws_subnet.private.id}', route_table_id: '${aws_route_table.private.id}' },
      nat: { subnet_id: '${aws_subnet.nat.id}', route_table_id: '${aws_route_table.nat.id}' },
    },
    aws_security_group: { server: group({ egress: [rule('-1', everywhere)] }) },
    aws_instance: { a: wears('private', 'server') },
  });

  test('what lies behind the VPN is not modelled, and nothing else is reached by it', () => {
    const net = network(admitted);
    expect(net.reach('aws_instance.a', '192.168.7.7', 'tcp/443')).toBe('unknown');
    expect(net.keys('aws_instance.a', '192.168.7.7', 'tcp/443')).toEqual(['aws_vpn_gateway.v']);
    expect(net.reach('aws_instance.a', 'internet', 'tcp/443')).toBe('blocked');
  });

  test('a network ACL of the subnet of the gateway that has no rules stops it before', () => {
    const closed = network(admitted, {
      aws_network_acl: { nat: { vpc_id: '${aws_vpc.main.id}', subnet_ids: ['${aws_subnet.nat.id}'] } },
    });
    expect(closed.reach('aws_instance.a', '192.168.7.7', 'tcp/443')).toBe('blocked');
  });
});

/** @see https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-scenarios.html#private-nat-overlapping-networks */
describe('NAT gateways: two VPCs with one and the same block', () => {
  const side = (name: string, routable: string) => ({
    vpc: { cidr_block: '10.0.0.0/16' },
    association: { vpc_id: `\${aws_vpc.${name}.id}`, cidr_block: routable },
  });
  const [a, b] = [side('a', '100.64.0.0/26'), side('b', '100.65.0.0/26')];
  const net = network({
    aws_vpc: { a: a.vpc, b: b.vpc },
    aws_vpc_ipv4_cidr_block_association: { a: a.association, b: b.association },
    aws_subnet: {
      a: { vpc_id: '${aws_vpc.a.id}', cidr_block: '10.0.0.0/24' },
      nat: { vpc_id: '${aws_vpc.a.id}', cidr_block: '100.64.0.0/28' },
      b: { vpc_id: '${aws_vpc.b.id}', cidr_block: '10.0.0.0/24' },
      far: { vpc_id: '${aws_vpc.b.id}', cidr_block: '100.65.0.0/28' },
    },
    aws_nat_gateway: { nat: { subnet_id: '${aws_subnet.nat.id}', connectivity_type: 'private' } },
    aws_ec2_transit_gateway: { t: { description: 'between the two' } },
    aws_route_table: {
      a: {
        vpc_id: '${aws_vpc.a.id}',
        route: [route('100.65.0.0/26', { nat_gateway_id: '${aws_nat_gateway.nat.id}' })],
      },
      nat: {
        vpc_id: '${aws_vpc.a.id}',
        route: [route('100.65.0.0/26', { transit_gateway_id: '${aws_ec2_transit_gateway.t.id}' })],
      },
    },
    aws_route_table_association: {
      a: { subnet_id: '${aws_subnet.a.id}', route_table_id: '${aws_route_table.a.id}' },
      nat: { subnet_id: '${aws_subnet.nat.id}', route_table_id: '${aws_route_table.nat.id}' },
    },
    aws_security_group: {
      a: { vpc_id: '${aws_vpc.a.id}', egress: [rule('-1', everywhere)] },
      b: { vpc_id: '${aws_vpc.b.id}', ingress: [rule('tcp/80', everywhere)], egress: [] },
    },
    aws_instance: { a: wears('a', 'a'), b: wears('b', 'b'), far: wears('far', 'b') },
  });

  test('an address of the block that both have means the own VPC', () => {
    expect(net.reach('aws_instance.a', 'aws_instance.b', 'tcp/80')).toBe('blocked');
  });

  test('the routable block lies behind the transit gateway, which is not modelled', () => {
    expect(net.reach('aws_instance.a', 'aws_instance.far', 'tcp/80')).toBe('unknown');
    expect(net.keys('aws_instance.a', 'aws_instance.far', 'tcp/80')).toEqual(['aws_ec2_transit_gateway.t']);
    expect(net.reach('aws_instance.a', 'aws_instance.far', 'tcp/22')).toBe('blocked');
  });
});

/** @see https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html */
describe('a regional NAT gateway: no public subnet at all', () => {
  const { public_a: _, public_b: __, ...privateSubnets } = twoZones.aws_subnet!;
  const regional = (...parts: readonly Resources[]) =>
    network(
      {
        ...twoZones,
        aws_subnet: privateSubnets,
        aws_eip: {},
        aws_nat_gateway: { r: { availability_mode: 'regional', vpc_id: '${aws_vpc.main.id}' } },
        aws_route_table: {
          all: {
            vpc_id: '${aws_vpc.main.id}',
            route: [route('0.0.0.0/0', { nat_gateway_id: '${aws_nat_gateway.r.id}' })],
          },
        },
        aws_route_table_association: Object.fromEntries(
          ['private_a', 'private_b'].map((name) => [
            name,
            { subnet_id: `\${aws_subnet.${name}.id}`, route_table_id: '${aws_route_table.all.id}' },
          ]),
        ),
      },
      ...parts,
    );

  test.each(['aws_instance.a', 'aws_instance.b'])('%s goes out from its zone, and nobody comes in', (one) => {
    expect(regional().reach(one, 'internet', 'tcp/443')).toBe('reachable');
    expect(regional().reach('internet', one, 'tcp/443')).toBe('blocked');
  });

  test('without the Internet gateway of the VPC nothing goes out', () => {
    const detached = regional({ aws_internet_gateway: { main: { vpc_id: null } } });
    expect(detached.reach('aws_instance.a', 'internet', 'tcp/443')).toBe('blocked');
  });
});
