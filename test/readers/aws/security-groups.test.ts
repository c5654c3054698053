import { group, instance, open, rule, twoSubnets } from './configuration';
import { network } from './network-under-test';

const everywhere = { cidr_blocks: ['0.0.0.0/0'] };
const allOut = [rule('-1', everywhere)];

/** `web` in subnet a and `db` in subnet b, each with its own group. */
function webAndDb(web: Record<string, unknown>, db: Record<string, unknown>, more = {}) {
  return network(
    twoSubnets,
    {
      aws_security_group: { web: group(web), db: group(db) },
      aws_instance: {
        web: instance({
          subnet_id: '${aws_subnet.a.id}',
          vpc_security_group_ids: ['${aws_security_group.web.id}'],
        }),
        db: instance({
          subnet_id: '${aws_subnet.b.id}',
          vpc_security_group_ids: ['${aws_security_group.db.id}'],
        }),
      },
    },
    more,
  );
}

describe('A1: groups and addresses belong to interfaces, not to instances', () => {
  const net = network(twoSubnets, {
    aws_security_group: { open: group(open), closed: group({ egress: [] }) },
    aws_network_interface: {
      front: { subnet_id: '${aws_subnet.a.id}', security_groups: ['${aws_security_group.closed.id}'] },
      back: { subnet_id: '${aws_subnet.b.id}', security_groups: ['${aws_security_group.open.id}'] },
    },
    aws_network_interface_attachment: {
      back: {
        instance_id: '${aws_instance.two.id}',
        network_interface_id: '${aws_network_interface.back.id}',
        device_index: 1,
      },
    },
    aws_instance: {
      two: instance({
        primary_network_interface: { network_interface_id: '${aws_network_interface.front.id}' },
      }),
      one: instance({
        subnet_id: '${aws_subnet.b.id}',
        vpc_security_group_ids: ['${aws_security_group.open.id}'],
      }),
    },
  });

  test('an instance is reached on the interface whose group admits it', () => {
    expect(net.reach('aws_instance.one', 'aws_instance.two', 'tcp/22', 'aws_subnet.b')).toBe('reachable');
  });

  test('and not on the other', () => {
    expect(net.reach('aws_instance.one', 'aws_instance.two', 'tcp/22', 'aws_subnet.a')).toBe('blocked');
  });
});

describe('A2: several groups together admit what any of them admits', () => {
  const net = network(twoSubnets, {
    aws_security_group: {
      ssh: group({ ingress: [rule('tcp/22', everywhere)] }),
      web: group({ ingress: [rule('tcp/80', everywhere)] }),
      none: group({ ingress: [], egress: [] }),
      out: group({ egress: allOut }),
    },
    aws_instance: {
      client: instance({
        subnet_id: '${aws_subnet.a.id}',
        vpc_security_group_ids: ['${aws_security_group.out.id}'],
      }),
      both: instance({
        subnet_id: '${aws_subnet.b.id}',
        vpc_security_group_ids: ['${aws_security_group.ssh.id}', '${aws_security_group.web.id}'],
      }),
      neither: instance({
        subnet_id: '${aws_subnet.b.id}',
        vpc_security_group_ids: ['${aws_security_group.none.id}'],
      }),
    },
  });

  test('each on its port', () => {
    expect(net.reach('aws_instance.client', 'aws_instance.both', 'tcp/22')).toBe('reachable');
    expect(net.reach('aws_instance.client', 'aws_instance.both', 'tcp/80')).toBe('reachable');
  });

  test('and nothing that none of them admits', () => {
    expect(net.reach('aws_instance.client', 'aws_instance.both', 'tcp/81')).toBe('blocked');
  });

  test('a group without rules admits nothing', () => {
    expect(net.reach('aws_instance.client', 'aws_instance.neither', 'tcp/22')).toBe('blocked');
  });
});

describe('A3: groups are stateful', () => {
  const net = webAndDb(
    { egress: [rule('tcp/5432', everywhere)] },
    { ingress: [rule('tcp/5432', { cidr_blocks: ['10.0.1.0/24'] })] },
  );

  test('replies need no rule of their own', () => {
    expect(net.reach('aws_instance.web', 'aws_instance.db', 'tcp/5432')).toBe('reachable');
  });

  test('the other direction does', () => {
    expect(net.reach('aws_instance.db', 'aws_instance.web', 'tcp/5432')).toBe('blocked');
  });
});

describe('A4: Terraform takes the egress rule away that AWS gives a new group', () => {
  const admits = { ingress: [rule('tcp/5432', everywhere)] };

  test('a group without egress lets nothing out', () => {
    expect(webAndDb({}, admits).reach('aws_instance.web', 'aws_instance.db', 'tcp/5432')).toBe('blocked');
  });

  test.each([
    ['inside the group', { web: { egress: allOut } }, {}],
    [
      'as aws_security_group_rule',
      { web: {} },
      {
        aws_security_group_rule: {
          out: {
            type: 'egress',
            security_group_id: '${aws_security_group.web.id}',
            protocol: '-1',
            from_port: 0,
            to_port: 0,
            cidr_blocks: ['0.0.0.0/0'],
          },
        },
      },
    ],
    [
      'as aws_vpc_security_group_egress_rule',
      { web: {} },
      {
        aws_vpc_security_group_egress_rule: {
          out: {
            security_group_id: '${aws_security_group.web.id}',
            ip_protocol: '-1',
            cidr_ipv4: '0.0.0.0/0',
          },
        },
      },
    ],
  ])('one written %s does', (_, groups, more) => {
    const net = webAndDb(groups.web, admits, more);
    expect(net.reach('aws_instance.web', 'aws_instance.db', 'tcp/5432')).toBe('reachable');
  });

  test('rules of all three styles count together on one group', () => {
    const net = webAndDb(
      { egress: allOut },
      { ingress: [rule('tcp/1', everywhere)] },
      {
        aws_security_group_rule: {
          two: {
            type: 'ingress',
            security_group_id: '${aws_security_group.db.id}',
            protocol: 'tcp',
            from_port: 2,
            to_port: 2,
            source_security_group_id: '${aws_security_group.web.id}',
          },
        },
        aws_vpc_security_group_ingress_rule: {
          three: {
            security_group_id: '${aws_security_group.db.id}',
            ip_protocol: 'tcp',
            from_port: 3,
            to_port: 3,
            referenced_security_group_id: '${aws_security_group.web.id}',
          },
        },
      },
    );
    expect(net.passes('aws_instance.web', 'aws_instance.db', 'tcp/1-4')).toBe('tcp/1-3');
  });
});

describe('A5: a rule that names a group means private addresses', () => {
  const net = webAndDb(
    { egress: allOut },
    { ingress: [rule('tcp/5432', { security_groups: ['${aws_security_group.web.id}'] })] },
    {
      aws_instance: {
        web: { associate_public_ip_address: true },
        db: { subnet_id: '${aws_subnet.a.id}', associate_public_ip_address: true },
      },
    },
  );

  test('members reach each other by their private addresses', () => {
    expect(net.reach('aws_instance.web', 'aws_instance.db', 'tcp/5432')).toBe('reachable');
  });

  test('and not by a public one: there the source is public too', () => {
    const ways = net.verdict('aws_instance.web', 'aws_instance.db', 'tcp/5432').otherWays;
    expect(ways.map((way) => [way.kind, String(way.mayPass)])).toEqual([['public-address', 'nothing']]);
  });
});

describe('A6: a reference to a group of another VPC needs a way between the two', () => {
  const peered = (route: Record<string, unknown>) =>
    webAndDb(
      { egress: allOut },
      { ingress: [rule('tcp/5432', { security_groups: ['${aws_security_group.web.id}'] })] },
      {
        aws_vpc: { other: { cidr_block: '10.1.0.0/16' } },
        aws_subnet: { b: { vpc_id: '${aws_vpc.other.id}', cidr_block: '10.1.2.0/24' } },
        aws_security_group: { db: { vpc_id: '${aws_vpc.other.id}' } },
        aws_route_table: { b: { vpc_id: '${aws_vpc.other.id}' } },
        ...route,
      },
    );

  test('without one nothing passes', () => {
    expect(peered({}).reach('aws_instance.web', 'aws_instance.db', 'tcp/5432')).toBe('blocked');
  });

  test('by a peering connection, which is not modelled, the answer is unknown', () => {
    const net = peered({
      aws_vpc_peering_connection: {
        p: { vpc_id: '${aws_vpc.main.id}', peer_vpc_id: '${aws_vpc.other.id}', auto_accept: true },
      },
      aws_route: {
        there: {
          route_table_id: '${aws_route_table.a.id}',
          destination_cidr_block: '10.1.0.0/16',
          vpc_peering_connection_id: '${aws_vpc_peering_connection.p.id}',
        },
        back: {
          route_table_id: '${aws_route_table.b.id}',
          destination_cidr_block: '10.0.0.0/16',
          vpc_peering_connection_id: '${aws_vpc_peering_connection.p.id}',
        },
      },
    });
    expect(net.reach('aws_instance.web', 'aws_instance.db', 'tcp/5432')).toBe('unknown');
    expect(net.keys('aws_instance.web', 'aws_instance.db', 'tcp/5432')).toEqual([
      'aws_vpc_peering_connection.p',
    ]);
  });
});

describe('A7: behind a middlebox a rule that names the group of the client matches no more', () => {
  const direct = webAndDb(
    { egress: allOut },
    { ingress: [rule('tcp/5432', { security_groups: ['${aws_security_group.web.id}'] })] },
  );

  /** A flow from web to db goes through `box`, because of a route for the whole block of subnet b. */
  const through = (source: Record<string, unknown>) =>
    webAndDb(
      { egress: allOut },
      { ingress: [rule('tcp/5432', source)] },
      {
        aws_subnet: { box: { vpc_id: '${aws_vpc.main.id}', cidr_block: '10.0.9.0/24' } },
        aws_security_group: { box: group(open) },
        aws_instance: {
          box: instance({
            subnet_id: '${aws_subnet.box.id}',
            source_dest_check: false,
            vpc_security_group_ids: ['${aws_security_group.box.id}'],
          }),
        },
        aws_route: {
          box: {
            route_table_id: '${aws_route_table.a.id}',
            destination_cidr_block: '10.0.2.0/24',
            network_interface_id: '${aws_instance.box.primary_network_interface_id}',
          },
        },
      },
    );

  test('so nothing is certain to arrive by the reference', () => {
    const net = through({ security_groups: ['${aws_security_group.web.id}'] });
    expect(net.passes('aws_instance.web', 'aws_instance.db', 'tcp/5432')).toBe('nothing');
    expect(direct.reach('aws_instance.web', 'aws_instance.db', 'tcp/5432')).toBe('reachable');
  });

  test('and with a rule for its block, what the software of the middlebox does decides', () => {
    const net = through({ cidr_blocks: ['10.0.0.0/16'] });
    expect(net.reach('aws_instance.web', 'aws_instance.db', 'tcp/5432')).toBe('unknown');
  });
});

describe('A8: the default group of a VPC admits its own members and lets everything out', () => {
  const net = network(twoSubnets, {
    aws_security_group: { open: group(open) },
    aws_instance: {
      first: instance({ subnet_id: '${aws_subnet.a.id}' }),
      second: instance({ subnet_id: '${aws_subnet.b.id}' }),
      stranger: instance({
        subnet_id: '${aws_subnet.b.id}',
        vpc_security_group_ids: ['${aws_security_group.open.id}'],
      }),
    },
  });

  test('an instance without a group wears it', () => {
    expect(net.reach('aws_instance.first', 'aws_instance.second', 'tcp/22')).toBe('reachable');
    expect(net.reach('aws_instance.first', 'aws_instance.stranger', 'tcp/22')).toBe('reachable');
  });

  test('and takes nothing from others', () => {
    expect(net.reach('aws_instance.stranger', 'aws_instance.first', 'tcp/22')).toBe('blocked');
  });

  test('a rule with self is the same for any group', () => {
    const own = (self: boolean) =>
      network(twoSubnets, {
        aws_security_group: { own: group({ ingress: [rule('tcp/22', { self })], egress: allOut }) },
        aws_instance: {
          first: instance({
            subnet_id: '${aws_subnet.a.id}',
            vpc_security_group_ids: ['${aws_security_group.own.id}'],
          }),
          second: instance({
            subnet_id: '${aws_subnet.b.id}',
            vpc_security_group_ids: ['${aws_security_group.own.id}'],
          }),
        },
      });
    expect(own(true).reach('aws_instance.first', 'aws_instance.second', 'tcp/22')).toBe('reachable');
    expect(own(false).reach('aws_instance.first', 'aws_instance.second', 'tcp/22')).toBe('blocked');
  });
});

describe('A9: adopting the default group removes its rules first', () => {
  const adopted = (rules: Record<string, unknown>) =>
    network(twoSubnets, {
      aws_default_security_group: { it: { vpc_id: '${aws_vpc.main.id}', ...rules } },
      aws_instance: {
        first: instance({ subnet_id: '${aws_subnet.a.id}' }),
        second: instance({ subnet_id: '${aws_subnet.b.id}' }),
      },
    });

  test.each([
    ['without blocks', {}],
    ['with empty lists', { ingress: [], egress: [] }],
  ])('%s it stops everything', (_, rules) => {
    expect(adopted(rules).reach('aws_instance.first', 'aws_instance.second', 'tcp/22')).toBe('blocked');
  });

  test('what is written is what holds', () => {
    const net = adopted({ ingress: [rule('tcp/22', { self: true })], egress: allOut });
    expect(net.passes('aws_instance.first', 'aws_instance.second', 'tcp/22-23')).toBe('tcp/22');
  });
});

describe('A10: protocols by name and by number', () => {
  const admitting = (ports: string) => webAndDb({ egress: allOut }, { ingress: [rule(ports, everywhere)] });
  // Messages of ICMP that nobody answers count as well.
  const admitted = (ports: string, on: string) =>
    admitting(ports).arrives('aws_instance.web', 'aws_instance.db', on);

  test.each([
    ['-1', 'tcp/0-65535, udp/53, protocol/47', 'tcp/0-65535, udp/53, protocol/47'],
    ['6/443', 'tcp/442-444', 'tcp/443'],
    ['tcp/0-0', 'tcp/0-1', 'tcp/0'],
    ['17/53', 'udp/53, tcp/53', 'udp/53'],
    ['50/0', 'protocol/50-51', 'protocol/50'],
    ['icmp/8/-1', 'icmp/8/0, icmp/3/1', 'icmp/8/0'],
    ['icmp/-1/-1', 'icmp/8/0, icmp/3/1', 'icmp/3/1, icmp/8/0'],
    ['icmp/3/4', 'icmp/3/4, icmp/3/1', 'icmp/3/4'],
  ])('%s admits of %s only %s', (ports, on, expected) => {
    expect(admitted(ports, on)).toBe(expected);
  });
});

describe('A11: IPv4 and IPv6 blocks are two lists', () => {
  const dual = (rules: Record<string, unknown>) =>
    webAndDb(
      { egress: [rule('-1', { cidr_blocks: ['0.0.0.0/0'], ipv6_cidr_blocks: ['::/0'] })] },
      { ingress: [rules] },
      {
        aws_vpc: { main: { assign_generated_ipv6_cidr_block: true } },
        aws_subnet: {
          a: {
            cidr_block: null,
            ipv6_native: true,
            assign_ipv6_address_on_creation: true,
            ipv6_cidr_block: '${cidrsubnet(aws_vpc.main.ipv6_cidr_block, 8, 1)}',
          },
          b: {
            cidr_block: null,
            ipv6_native: true,
            assign_ipv6_address_on_creation: true,
            ipv6_cidr_block: '${cidrsubnet(aws_vpc.main.ipv6_cidr_block, 8, 2)}',
          },
        },
      },
    );

  test('::/0 admits IPv6', () => {
    const net = dual(rule('tcp/443', { ipv6_cidr_blocks: ['::/0'] }));
    expect(net.reach('aws_instance.web', 'aws_instance.db', 'tcp/443')).toBe('reachable');
  });

  test('0.0.0.0/0 never does', () => {
    const net = dual(rule('tcp/443', everywhere));
    expect(net.reach('aws_instance.web', 'aws_instance.db', 'tcp/443')).toBe('blocked');
  });
});

describe('A12: prefix lists', () => {
  const listed = (entries: readonly string[], more = {}) =>
    webAndDb(
      { egress: allOut },
      { ingress: [rule('tcp/5432', { prefix_list_ids: ['${aws_ec2_managed_prefix_list.l.id}'] })] },
      {
        aws_ec2_managed_prefix_list: {
          l: { name: 'l', address_family: 'IPv4', max_entries: 5, entry: entries.map((cidr) => ({ cidr })) },
        },
        ...more,
      },
    );

  test('a list admits what its entries hold', () => {
    expect(listed(['10.0.1.0/24']).reach('aws_instance.web', 'aws_instance.db', 'tcp/5432')).toBe(
      'reachable',
    );
  });

  test('and nothing else', () => {
    expect(listed(['10.0.7.0/24']).reach('aws_instance.web', 'aws_instance.db', 'tcp/5432')).toBe('blocked');
  });

  test('entries that are resources of their own count too', () => {
    const net = listed([], {
      aws_ec2_managed_prefix_list_entry: {
        e: { prefix_list_id: '${aws_ec2_managed_prefix_list.l.id}', cidr: '10.0.1.0/24' },
      },
    });
    expect(net.reach('aws_instance.web', 'aws_instance.db', 'tcp/5432')).toBe('reachable');
  });

  test('of a list that AWS keeps only apply tells the entries, and it holds no private address', () => {
    const net = webAndDb(
      { egress: [rule('tcp/443', { prefix_list_ids: ['${data.aws_ec2_managed_prefix_list.s3.id}'] })] },
      open,
      {
        'data.aws_ec2_managed_prefix_list': { s3: { name: 'com.amazonaws.eu-central-1.s3' } },
        aws_instance: { web: { associate_public_ip_address: true } },
      },
    );
    expect(net.reach('aws_instance.web', 'internet', 'tcp/443')).toBe('unknown');
    expect(net.reach('aws_instance.web', 'aws_instance.db', 'tcp/443')).toBe('blocked');
  });
});

describe('A13: rules of groups know no source port', () => {
  test('every source port of a client passes, and its replies are tracked', () => {
    const net = webAndDb(
      { egress: [rule('tcp/5432', everywhere)] },
      { ingress: [rule('tcp/5432', everywhere)] },
    );
    expect(net.reach('aws_instance.web', 'aws_instance.db', 'tcp/5432')).toBe('reachable');
    expect(net.verdict('aws_instance.web', 'aws_instance.db', 'tcp/5432').clientPorts).toBeUndefined();
  });

  test('a rule for the client ports does not open what the client listens on for others', () => {
    const net = webAndDb(
      { egress: [rule('tcp/5432', everywhere)] },
      { ingress: [rule('tcp/5432', everywhere)] },
    );
    expect(net.reach('aws_instance.db', 'aws_instance.web', 'tcp/40000')).toBe('blocked');
  });
});

describe('A14: nothing stops what AWS serves to every interface itself', () => {
  const net = network(twoSubnets, {
    aws_security_group: { closed: group({ ingress: [], egress: [] }) },
    aws_network_acl: { b: { vpc_id: '${aws_vpc.main.id}', subnet_ids: ['${aws_subnet.b.id}'] } },
    aws_instance: {
      closed: instance({
        subnet_id: '${aws_subnet.b.id}',
        vpc_security_group_ids: ['${aws_security_group.closed.id}'],
      }),
    },
  });

  test.each([
    ['169.254.169.254', 'tcp/80'],
    ['169.254.169.253', 'udp/53'],
    ['169.254.169.123', 'udp/123'],
    ['10.0.0.2', 'udp/53'],
  ])('%s answers on %s through a closed group, a closed ACL and no route', (address, on) => {
    expect(net.reach('aws_instance.closed', address, on)).toBe('reachable');
  });

  test.each([
    ['169.254.169.254', 'tcp/22'],
    ['198.51.100.9', 'udp/53'],
  ])('%s on %s is none of that', (address, on) => {
    expect(net.reach('aws_instance.closed', address, on)).toBe('blocked');
  });
});
