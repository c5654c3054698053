import { entry, group, instance, open, type Resources, route, twoSubnets } from './configuration';
import { network } from './network-under-test';

const openGroup = { vpc_security_group_ids: ['${aws_security_group.open.id}'] };

/** Open instances: `client` in subnet a, `server` and `peer` in subnet b. */
const machines: Resources = {
  aws_security_group: { open: group(open) },
  aws_instance: {
    client: instance({ subnet_id: '${aws_subnet.a.id}', ...openGroup }),
    server: instance({ subnet_id: '${aws_subnet.b.id}', ...openGroup }),
    peer: instance({ subnet_id: '${aws_subnet.b.id}', ...openGroup }),
  },
};

const acl = (subnets: readonly string[], ingress: readonly string[], egress: readonly string[]) => ({
  vpc_id: '${aws_vpc.main.id}',
  subnet_ids: subnets.map((name) => `\${aws_subnet.${name}.id}`),
  ingress: ingress.map(entry),
  egress: egress.map(entry),
});

const everything = '-1 0.0.0.0/0';

/** With a network ACL on subnet b. */
const onServer = (ingress: readonly string[], egress: readonly string[]) =>
  network(twoSubnets, machines, { aws_network_acl: { b: acl(['b'], ingress, egress) } });

describe('A15: a subnet has exactly one ACL', () => {
  test('one without an association has the default ACL, which lets everything through', () => {
    expect(network(twoSubnets, machines).reach('aws_instance.client', 'aws_instance.server', 'tcp/22')).toBe(
      'reachable',
    );
  });

  test('a new ACL denies everything until it has rules', () => {
    expect(onServer([], []).reach('aws_instance.client', 'aws_instance.server', 'tcp/22')).toBe('blocked');
  });

  test('an ACL that no subnet has changes nothing', () => {
    const net = network(twoSubnets, machines, { aws_network_acl: { none: acl([], [], []) } });
    expect(net.reach('aws_instance.client', 'aws_instance.server', 'tcp/22')).toBe('reachable');
  });

  test('aws_network_acl_association gives a subnet its ACL', () => {
    const net = network(twoSubnets, machines, {
      aws_network_acl: { b: { vpc_id: '${aws_vpc.main.id}' } },
      aws_network_acl_association: {
        b: { network_acl_id: '${aws_network_acl.b.id}', subnet_id: '${aws_subnet.b.id}' },
      },
    });
    expect(net.reach('aws_instance.client', 'aws_instance.server', 'tcp/22')).toBe('blocked');
    expect(net.reach('aws_instance.peer', 'aws_instance.server', 'tcp/22')).toBe('reachable');
  });

  test('adopting the default ACL takes its rules away from every subnet that has no other', () => {
    const adopted = (rules: Record<string, unknown>) =>
      network(twoSubnets, machines, {
        aws_default_network_acl: {
          it: { default_network_acl_id: '${aws_vpc.main.default_network_acl_id}', ...rules },
        },
      });
    const all = {
      ingress: [entry(`100 allow ${everything}`)],
      egress: [entry(`100 allow ${everything}`)],
    };
    expect(adopted({}).reach('aws_instance.client', 'aws_instance.server', 'tcp/22')).toBe('blocked');
    expect(adopted(all).reach('aws_instance.client', 'aws_instance.server', 'tcp/22')).toBe('reachable');
  });

  test('and of one that has another it does not', () => {
    const net = network(twoSubnets, machines, {
      aws_default_network_acl: { it: { default_network_acl_id: '${aws_vpc.main.default_network_acl_id}' } },
      aws_network_acl: {
        both: acl(['a', 'b'], [`100 allow ${everything}`], [`100 allow ${everything}`]),
      },
    });
    expect(net.reach('aws_instance.client', 'aws_instance.server', 'tcp/22')).toBe('reachable');
  });
});

describe('A16: the first rule that matches decides', () => {
  const replies = [`100 allow ${everything}`];

  test('a deny before an allow denies', () => {
    const net = onServer(['90 deny tcp/22 10.0.1.0/24', `100 allow ${everything}`], replies);
    expect(net.passes('aws_instance.client', 'aws_instance.server', 'tcp/22-23')).toBe('tcp/23');
  });

  test('a deny after an allow does not', () => {
    const net = onServer([`100 allow ${everything}`, '110 deny tcp/22 10.0.1.0/24'], replies);
    expect(net.passes('aws_instance.client', 'aws_instance.server', 'tcp/22-23')).toBe('tcp/22-23');
  });

  test('the number counts, not the order in the file', () => {
    const net = onServer([`100 allow ${everything}`, '90 deny tcp/22 10.0.1.0/24'], replies);
    expect(net.reach('aws_instance.client', 'aws_instance.server', 'tcp/22')).toBe('blocked');
  });

  test('what no rule names is denied', () => {
    const net = onServer(['100 allow tcp/22 0.0.0.0/0'], replies);
    expect(net.reach('aws_instance.client', 'aws_instance.server', 'tcp/23')).toBe('blocked');
  });

  test('rules that are resources of their own take their turn among the others', () => {
    const net = network(twoSubnets, machines, {
      aws_network_acl: { b: acl(['b'], [`100 allow ${everything}`], replies) },
      aws_network_acl_rule: {
        deny: {
          network_acl_id: '${aws_network_acl.b.id}',
          egress: false,
          rule_number: 90,
          rule_action: 'deny',
          protocol: '6',
          from_port: 22,
          to_port: 22,
          cidr_block: '10.0.1.0/24',
        },
      },
    });
    expect(net.passes('aws_instance.client', 'aws_instance.server', 'tcp/22-23')).toBe('tcp/23');
  });

  test('host bits of a block do not count', () => {
    const net = onServer(['100 allow tcp/22 10.0.1.77/24'], replies);
    expect(net.reach('aws_instance.client', 'aws_instance.server', 'tcp/22')).toBe('reachable');
  });
});

describe('A17: an ACL is asked on the edge of a subnet, four times for a flow between two', () => {
  test('inside a subnet it is not asked', () => {
    expect(onServer([], []).reach('aws_instance.peer', 'aws_instance.server', 'tcp/22')).toBe('reachable');
  });

  const [all, none] = [[`100 allow ${everything}`], []] as const;

  test.each([
    ['out of the subnet of the client', { a: acl(['a'], all, none) }],
    ['into the subnet of the server', { b: acl(['b'], none, all) }],
    ['out of the subnet of the server, for the reply', { b: acl(['b'], all, none) }],
    ['into the subnet of the client, for the reply', { a: acl(['a'], none, all) }],
  ])('%s', (_, acls) => {
    const net = network(twoSubnets, machines, { aws_network_acl: acls });
    expect(net.reach('aws_instance.client', 'aws_instance.server', 'tcp/22')).toBe('blocked');
  });

  test('and it passes when all four let it', () => {
    const net = network(twoSubnets, machines, {
      aws_network_acl: { a: acl(['a'], all, all), b: acl(['b'], all, all) },
    });
    expect(net.reach('aws_instance.client', 'aws_instance.server', 'tcp/22')).toBe('reachable');
  });
});

describe('A18: replies need the ports that the client may have', () => {
  const answering = (ports: string) =>
    onServer(['100 allow tcp/443 0.0.0.0/0'], [`100 allow tcp/${ports} 0.0.0.0/0`]);

  test('the whole range of an ordinary client passes', () => {
    expect(answering('32768-60999').reach('aws_instance.client', 'aws_instance.server', 'tcp/443')).toBe(
      'reachable',
    );
  });

  test('with a part of it the answer is blocked, and says which part gets through', () => {
    const net = answering('49152-65535');
    expect(net.reach('aws_instance.client', 'aws_instance.server', 'tcp/443')).toBe('blocked');
    const { clientPorts } = net.verdict('aws_instance.client', 'aws_instance.server', 'tcp/443');
    expect([String(clientPorts?.passes), String(clientPorts?.of)]).toEqual(['49152-60999', '32768-60999']);
  });

  test('a function uses the ports from 1024', () => {
    const asked = (ports: string) =>
      network(twoSubnets, machines, {
        aws_network_acl: {
          b: acl(['b'], ['100 allow tcp/443 0.0.0.0/0'], [`100 allow tcp/${ports} 0.0.0.0/0`]),
        },
        aws_lambda_function: {
          f: {
            function_name: 'f',
            role: 'arn:aws:iam::123456789012:role/f',
            vpc_config: [
              { subnet_ids: ['${aws_subnet.a.id}'], security_group_ids: ['${aws_security_group.open.id}'] },
            ],
          },
        },
      }).reach('aws_lambda_function.f', 'aws_instance.server', 'tcp/443');
    expect(asked('1024-65535')).toBe('reachable');
    expect(asked('32768-60999')).toBe('blocked');
  });
});

describe('A19: an ACL knows blocks only, and those after translation', () => {
  /** The client has a public address; the server listens in a public subnet of its own. */
  const net = (ingress: string) =>
    network(twoSubnets, machines, {
      aws_route_table: {
        b: { route: [route('0.0.0.0/0', { gateway_id: '${aws_internet_gateway.main.id}' })] },
      },
      aws_instance: { server: { associate_public_ip_address: true } },
      aws_network_acl: { b: acl(['b'], [ingress], [`100 allow ${everything}`]) },
    });

  test('what comes from the Internet has a public source there', () => {
    expect(
      net('100 allow tcp/443 203.0.113.0/24').reach('203.0.113.9', 'aws_instance.server', 'tcp/443'),
    ).toBe('reachable');
  });

  test('and goes to the private address of the interface, whatever the client dialled', () => {
    const inside = network(twoSubnets, machines, {
      aws_route_table: {
        b: { route: [route('0.0.0.0/0', { gateway_id: '${aws_internet_gateway.main.id}' })] },
      },
      aws_instance: { server: { associate_public_ip_address: true } },
      aws_network_acl: { b: acl(['b'], [`100 allow ${everything}`], ['100 allow -1 10.0.0.0/16']) },
    });
    expect(inside.reach('203.0.113.9', 'aws_instance.server', 'tcp/443')).toBe('blocked');
    expect(inside.reach('aws_instance.client', 'aws_instance.server', 'tcp/443')).toBe('reachable');
  });

  test('a rule for private sources does not admit the Internet', () => {
    expect(net('100 allow tcp/443 10.0.0.0/16').reach('203.0.113.9', 'aws_instance.server', 'tcp/443')).toBe(
      'blocked',
    );
  });
});

describe('A20: rules for IPv4 and for IPv6 never match each other', () => {
  const native = { cidr_block: null, ipv6_native: true, assign_ipv6_address_on_creation: true };
  const dual: Resources = {
    aws_vpc: { main: { assign_generated_ipv6_cidr_block: true } },
    aws_subnet: {
      a: { ...native, ipv6_cidr_block: '${cidrsubnet(aws_vpc.main.ipv6_cidr_block, 8, 1)}' },
      b: { ...native, ipv6_cidr_block: '${cidrsubnet(aws_vpc.main.ipv6_cidr_block, 8, 2)}' },
    },
  };
  const asked = (rules: readonly string[]) =>
    network(twoSubnets, machines, dual, { aws_network_acl: { b: acl(['b'], rules, rules) } }).reach(
      'aws_instance.client',
      'aws_instance.server',
      'tcp/443',
    );

  test('::/0 lets IPv6 through', () => {
    expect(asked(['100 allow -1 ::/0'])).toBe('reachable');
  });

  test('0.0.0.0/0 does not', () => {
    expect(asked([`100 allow ${everything}`])).toBe('blocked');
  });

  test('the default ACL has both while nobody changes it, and what is written once it is adopted', () => {
    expect(
      network(twoSubnets, machines, dual).reach('aws_instance.client', 'aws_instance.server', 'tcp/443'),
    ).toBe('reachable');
    const adopted = network(twoSubnets, machines, dual, {
      aws_default_network_acl: {
        it: {
          default_network_acl_id: '${aws_vpc.main.default_network_acl_id}',
          ingress: [entry(`100 allow ${everything}`)],
          egress: [entry(`100 allow ${everything}`)],
        },
      },
    });
    expect(adopted.reach('aws_instance.client', 'aws_instance.server', 'tcp/443')).toBe('blocked');
  });
});

/** The custom ACL that the user guide shows. @see https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html */
describe('the custom ACL of the user guide', () => {
  const net = network(twoSubnets, machines, {
    aws_instance: { client: { associate_public_ip_address: true } },
    aws_network_acl: {
      a: acl(
        ['a'],
        [
          '100 allow tcp/80 0.0.0.0/0',
          '110 allow tcp/443 0.0.0.0/0',
          '120 allow tcp/22 192.0.2.0/24',
          '130 allow tcp/3389 192.0.2.0/24',
          '140 allow tcp/32768-65535 0.0.0.0/0',
        ],
        [
          '100 allow tcp/80 0.0.0.0/0',
          '110 allow tcp/443 0.0.0.0/0',
          '120 allow tcp/1024-65535 192.0.2.0/24',
          '140 allow tcp/32768-65535 0.0.0.0/0',
        ],
      ),
    },
  });
  const server = 'aws_instance.client';

  test.each([
    ['internet', 'tcp/80', 'reachable'],
    ['internet', 'tcp/443', 'reachable'],
    ['192.0.2.7', 'tcp/22', 'reachable'],
    ['192.0.2.7', 'tcp/3389', 'reachable'],
    ['198.51.100.7', 'tcp/22', 'blocked'],
    ['internet', 'tcp/22', 'partial'],
    ['internet', 'tcp/139', 'blocked'],
    ['internet', 'udp/443', 'blocked'],
  ])('from %s on %s: %s', (from, on, verdict) => {
    expect(net.reach(from, server, on)).toBe(verdict);
  });

  test.each([
    ['tcp/443', 'reachable'],
    ['tcp/25', 'blocked'],
    ['udp/53', 'blocked'],
  ])('out to the Internet on %s: %s', (on, verdict) => {
    expect(net.reach(server, 'internet', on)).toBe(verdict);
  });
});
