import { group, instance, open, type Resources, route, twoSubnets } from './configuration';
import { network } from './network-under-test';

const openGroup = { vpc_security_group_ids: ['${aws_security_group.open.id}'] };
const toInternet = route('0.0.0.0/0', { gateway_id: '${aws_internet_gateway.main.id}' });

/** Open instances: `client` in subnet a, `server` in subnet b, both with public addresses. */
const machines: Resources = {
  aws_security_group: { open: group(open) },
  aws_instance: {
    client: instance({ subnet_id: '${aws_subnet.a.id}', associate_public_ip_address: true, ...openGroup }),
    server: instance({ subnet_id: '${aws_subnet.b.id}', associate_public_ip_address: true, ...openGroup }),
  },
};

/** A machine between the two, with an interface that forwards unless its check is on. */
const box = (check: boolean): Resources => ({
  aws_subnet: { box: { vpc_id: '${aws_vpc.main.id}', cidr_block: '10.0.9.0/24' } },
  aws_instance: {
    box: instance({ subnet_id: '${aws_subnet.box.id}', source_dest_check: check, ...openGroup }),
  },
});

const viaBox = (table: string, to: string): Resources => ({
  aws_route: {
    box: {
      route_table_id: `\${aws_route_table.${table}.id}`,
      destination_cidr_block: to,
      network_interface_id: '${aws_instance.box.primary_network_interface_id}',
    },
  },
});

describe('A21: a subnet uses its associated table, else the main table of its VPC', () => {
  const unassociated: Resources = {
    ...twoSubnets,
    aws_route_table_association: { a: twoSubnets.aws_route_table_association!.a! },
  };

  test('the main table that a VPC comes with has no way out', () => {
    expect(network(unassociated, machines).reach('aws_instance.server', 'internet', 'tcp/443')).toBe(
      'blocked',
    );
    expect(network(unassociated, machines).reach('aws_instance.client', 'internet', 'tcp/443')).toBe(
      'reachable',
    );
  });

  test('a forgotten association leaves the subnet with the routes of a replaced main table', () => {
    const net = network(unassociated, machines, {
      aws_main_route_table_association: {
        m: { vpc_id: '${aws_vpc.main.id}', route_table_id: '${aws_route_table.a.id}' },
      },
    });
    expect(net.reach('aws_instance.server', 'internet', 'tcp/443')).toBe('reachable');
  });

  test('and an association keeps it out of them', () => {
    const net = network(twoSubnets, machines, {
      aws_main_route_table_association: {
        m: { vpc_id: '${aws_vpc.main.id}', route_table_id: '${aws_route_table.a.id}' },
      },
    });
    expect(net.reach('aws_instance.server', 'internet', 'tcp/443')).toBe('blocked');
  });

  test('A9: adopting the main table replaces its routes', () => {
    const adopted = (routes: readonly Record<string, unknown>[]) =>
      network(unassociated, machines, {
        aws_default_route_table: {
          d: { default_route_table_id: '${aws_vpc.main.default_route_table_id}', route: routes },
        },
      }).reach('aws_instance.server', 'internet', 'tcp/443');
    expect(adopted([toInternet])).toBe('reachable');
    expect(adopted([])).toBe('blocked');
  });

  test('a route may be added to the main table without adopting it', () => {
    const net = network(unassociated, machines, {
      aws_route: {
        out: {
          route_table_id: '${aws_vpc.main.main_route_table_id}',
          destination_cidr_block: '0.0.0.0/0',
          gateway_id: '${aws_internet_gateway.main.id}',
        },
      },
    });
    expect(net.reach('aws_instance.server', 'internet', 'tcp/443')).toBe('reachable');
  });
});

describe('A22: the longest prefix wins, and every block of the VPC is local', () => {
  test('subnets reach each other without a route of their own', () => {
    expect(network(twoSubnets, machines).reach('aws_instance.client', 'aws_instance.server', 'tcp/22')).toBe(
      'reachable',
    );
  });

  test('also in a further block of the VPC, which must be one', () => {
    const second = (association: Resources) =>
      network(twoSubnets, machines, { aws_subnet: { b: { cidr_block: '10.9.2.0/24' } } }, association).reach(
        'aws_instance.client',
        'aws_instance.server',
        'tcp/22',
      );
    expect(
      second({
        aws_vpc_ipv4_cidr_block_association: {
          s: { vpc_id: '${aws_vpc.main.id}', cidr_block: '10.9.0.0/16' },
        },
      }),
    ).toBe('reachable');
    expect(second({})).toBe('blocked');
  });

  test('a longer prefix goes before the default route', () => {
    const net = network(twoSubnets, machines, {
      aws_vpn_gateway: { v: { vpc_id: '${aws_vpc.main.id}' } },
      aws_route: {
        office: {
          route_table_id: '${aws_route_table.a.id}',
          destination_cidr_block: '203.0.113.0/24',
          gateway_id: '${aws_vpn_gateway.v.id}',
        },
      },
    });
    expect(net.reach('aws_instance.client', '203.0.113.9', 'tcp/443')).toBe('unknown');
    expect(net.reach('aws_instance.client', '198.51.100.9', 'tcp/443')).toBe('reachable');
  });
});

describe('A23: inside the VPC a route may be more specific than the local one only for a whole subnet', () => {
  test('for the block of a subnet it steers: a machine that does not forward drops', () => {
    const net = network(twoSubnets, machines, box(true), viaBox('a', '10.0.2.0/24'));
    expect(net.reach('aws_instance.client', 'aws_instance.server', 'tcp/22')).toBe('blocked');
  });

  test('for any other block AWS refuses it, and the local route stays', () => {
    const net = network(twoSubnets, machines, box(true), viaBox('a', '10.0.2.0/25'));
    expect(net.reach('aws_instance.client', 'aws_instance.server', 'tcp/22')).toBe('reachable');
  });

  test('nor may it lead to a gateway', () => {
    const net = network(twoSubnets, machines, {
      aws_route: {
        odd: {
          route_table_id: '${aws_route_table.a.id}',
          destination_cidr_block: '10.0.2.0/24',
          gateway_id: '${aws_internet_gateway.main.id}',
        },
      },
    });
    expect(net.reach('aws_instance.client', 'aws_instance.server', 'tcp/22')).toBe('reachable');
  });

  test('the local route itself may be replaced', () => {
    const net = network(twoSubnets, machines, box(true), viaBox('a', '10.0.0.0/16'));
    expect(net.reach('aws_instance.client', 'aws_instance.server', 'tcp/22')).toBe('blocked');
  });

  test('a route to local is the local route', () => {
    const net = network(twoSubnets, machines, {
      aws_route_table: { a: { route: [toInternet, route('10.0.0.0/16', { gateway_id: 'local' })] } },
    });
    expect(net.reach('aws_instance.client', 'aws_instance.server', 'tcp/22')).toBe('reachable');
  });
});

describe('A24: a static route goes before a learned one, and a block before a prefix list', () => {
  const listed = (blocks: readonly string[]): Resources => ({
    aws_ec2_managed_prefix_list: {
      l: { name: 'l', address_family: 'IPv4', max_entries: 5, entry: blocks.map((cidr) => ({ cidr })) },
    },
    aws_vpn_gateway: { v: { vpc_id: '${aws_vpc.main.id}' } },
    aws_route: {
      list: {
        route_table_id: '${aws_route_table.a.id}',
        destination_prefix_list_id: '${aws_ec2_managed_prefix_list.l.id}',
        gateway_id: '${aws_vpn_gateway.v.id}',
      },
    },
  });

  test('an equal block of a prefix list yields', () => {
    const net = network(twoSubnets, machines, listed(['0.0.0.0/0']));
    expect(net.reach('aws_instance.client', '203.0.113.9', 'tcp/443')).toBe('reachable');
  });

  test('a longer one does not', () => {
    const net = network(twoSubnets, machines, listed(['203.0.113.0/24']));
    expect(net.reach('aws_instance.client', '203.0.113.9', 'tcp/443')).toBe('unknown');
  });

  test('what a VPN gateway learns never goes before the local route', () => {
    const net = network(twoSubnets, machines, {
      aws_vpn_gateway: { v: { vpc_id: '${aws_vpc.main.id}' } },
      aws_vpn_gateway_route_propagation: {
        a: { vpn_gateway_id: '${aws_vpn_gateway.v.id}', route_table_id: '${aws_route_table.a.id}' },
      },
    });
    expect(net.reach('aws_instance.client', 'aws_instance.server', 'tcp/22')).toBe('reachable');
    // It may be longer than the default route.
    expect(net.reach('aws_instance.client', '203.0.113.9', 'tcp/443')).toBe('unknown');
    expect(net.keys('aws_instance.client', '203.0.113.9', 'tcp/443')).toEqual([
      'aws_vpn_gateway_route_propagation.a',
    ]);
  });

  test('a table names what propagates into it itself, too', () => {
    const net = network(twoSubnets, machines, {
      aws_vpn_gateway: { v: { vpc_id: '${aws_vpc.main.id}' } },
      aws_route_table: { b: { propagating_vgws: ['${aws_vpn_gateway.v.id}'] } },
    });
    expect(net.reach('aws_instance.server', '203.0.113.9', 'tcp/443')).toBe('unknown');
    expect(net.reach('aws_instance.server', 'aws_instance.client', 'tcp/22')).toBe('reachable');
  });
});

describe('A25: a target that is gone or not attached is a blackhole', () => {
  const gateway = (vpc: string): Resources => ({
    aws_vpc: { other: { cidr_block: '10.7.0.0/16' } },
    aws_internet_gateway: { main: { vpc_id: vpc } },
  });

  test('an Internet gateway of another VPC carries nothing', () => {
    const net = network(twoSubnets, machines, gateway('${aws_vpc.other.id}'));
    expect(net.reach('aws_instance.client', 'internet', 'tcp/443')).toBe('blocked');
  });

  test('nor one that is attached to none', () => {
    const { vpc_id: _, ...free } = twoSubnets.aws_internet_gateway!.main!;
    const detached = { ...twoSubnets, aws_internet_gateway: { main: free } };
    expect(network(detached, machines).reach('aws_instance.client', 'internet', 'tcp/443')).toBe('blocked');
    const attached = network(detached, machines, {
      aws_internet_gateway_attachment: {
        m: { internet_gateway_id: '${aws_internet_gateway.main.id}', vpc_id: '${aws_vpc.main.id}' },
      },
    });
    expect(attached.reach('aws_instance.client', 'internet', 'tcp/443')).toBe('reachable');
  });

  test('nor does a route that AWS calls a blackhole', () => {
    const out = (state: string) =>
      network(twoSubnets, machines, {
        aws_route: {
          out: {
            route_table_id: '${aws_route_table.b.id}',
            destination_cidr_block: '0.0.0.0/0',
            gateway_id: '${aws_internet_gateway.main.id}',
            state,
          },
        },
      }).reach('aws_instance.server', 'internet', 'tcp/443');
    expect(out('active')).toBe('reachable');
    expect(out('blackhole')).toBe('blocked');
  });

  test('nor an interface of no instance', () => {
    const net = network(twoSubnets, machines, {
      aws_network_interface: {
        spare: {
          subnet_id: '${aws_subnet.b.id}',
          source_dest_check: false,
          security_groups: ['${aws_security_group.open.id}'],
        },
      },
      aws_route: {
        spare: {
          route_table_id: '${aws_route_table.b.id}',
          destination_cidr_block: '0.0.0.0/0',
          network_interface_id: '${aws_network_interface.spare.id}',
        },
      },
    });
    expect(net.reach('aws_instance.server', 'internet', 'tcp/443')).toBe('blocked');
  });
});

describe('A26: a prefix list as a destination is each of its entries', () => {
  const net = network(twoSubnets, machines, {
    aws_ec2_managed_prefix_list: {
      l: { name: 'l', address_family: 'IPv4', max_entries: 5, entry: [{ cidr: '203.0.113.0/24' }] },
    },
    aws_route: {
      list: {
        route_table_id: '${aws_route_table.b.id}',
        destination_prefix_list_id: '${aws_ec2_managed_prefix_list.l.id}',
        gateway_id: '${aws_internet_gateway.main.id}',
      },
    },
  });

  test('its entries have the route', () => {
    expect(net.reach('aws_instance.server', '203.0.113.9', 'tcp/443')).toBe('reachable');
  });

  test('other addresses do not', () => {
    expect(net.reach('aws_instance.server', '198.51.100.9', 'tcp/443')).toBe('blocked');
  });

  test('a gateway endpoint puts its route into the tables it lists, without any aws_route', () => {
    const endpoint = (tables: readonly string[]) =>
      network(twoSubnets, machines, {
        aws_vpc_endpoint: {
          s3: {
            vpc_id: '${aws_vpc.main.id}',
            service_name: 'com.amazonaws.eu-central-1.s3',
            route_table_ids: tables.map((name) => `\${aws_route_table.${name}.id}`),
          },
        },
      }).reach('aws_instance.server', '198.51.100.9', 'tcp/443');
    // Whether the address is one of the service, only apply tells.
    expect(endpoint(['b'])).toBe('unknown');
    expect(endpoint(['a'])).toBe('blocked');
  });

  test('an association does the same', () => {
    const associated = network(twoSubnets, machines, {
      aws_vpc_endpoint: {
        s3: { vpc_id: '${aws_vpc.main.id}', service_name: 'com.amazonaws.eu-central-1.s3' },
      },
      aws_vpc_endpoint_route_table_association: {
        b: { route_table_id: '${aws_route_table.b.id}', vpc_endpoint_id: '${aws_vpc_endpoint.s3.id}' },
      },
    });
    expect(associated.reach('aws_instance.server', '198.51.100.9', 'tcp/443')).toBe('unknown');
    expect(associated.keys('aws_instance.server', '198.51.100.9', 'tcp/443')).toEqual([
      'aws_vpc_endpoint.s3.cidr_blocks',
    ]);
  });
});

describe('A27: addresses of AWS itself take no route', () => {
  test('a route to one of them is not there', () => {
    const net = network(twoSubnets, machines, {
      aws_route: {
        odd: {
          route_table_id: '${aws_route_table.a.id}',
          destination_cidr_block: '169.254.169.0/24',
          gateway_id: '${aws_internet_gateway.main.id}',
        },
      },
    });
    const routes = net.each((topology) =>
      topology.tables
        .get('aws_route_table.a')!
        .routes.map((one) => String(one.to))
        .join(' '),
    );
    expect(routes).toBe('10.0.0.0/16 0.0.0.0/0');
  });

  test('one next to them is', () => {
    const net = network(twoSubnets, machines, {
      aws_route: {
        fine: {
          route_table_id: '${aws_route_table.a.id}',
          destination_cidr_block: '169.254.172.0/24',
          gateway_id: '${aws_internet_gateway.main.id}',
        },
      },
    });
    const routes = net.each((topology) =>
      topology.tables
        .get('aws_route_table.a')!
        .routes.map((one) => String(one.to))
        .join(' '),
    );
    expect(routes).toBe('10.0.0.0/16 0.0.0.0/0 169.254.172.0/24');
  });
});

describe('A28: a reply is routed by the table of its own subnet', () => {
  test('without a route back nothing comes of a public address', () => {
    expect(network(twoSubnets, machines).reach('internet', 'aws_instance.server', 'tcp/443')).toBe('blocked');
  });

  test('the first packet arrives all the same', () => {
    const { firstPacket } = network(twoSubnets, machines).verdict(
      'internet',
      'aws_instance.server',
      'udp/53',
    );
    expect(String(firstPacket.passes)).toBe('udp/53');
  });

  test('with one it is a connection', () => {
    const net = network(twoSubnets, machines, { aws_route_table: { b: { route: [toInternet] } } });
    expect(net.reach('internet', 'aws_instance.server', 'tcp/443')).toBe('reachable');
  });
});

describe('A29: an edge table steers what comes in by the gateway', () => {
  const steered = (check: boolean, to: string) =>
    network(twoSubnets, machines, box(check), {
      aws_route_table: {
        edge: {
          vpc_id: '${aws_vpc.main.id}',
          route: [route(to, { network_interface_id: '${aws_instance.box.primary_network_interface_id}' })],
        },
      },
      aws_route_table_association: {
        edge: {
          gateway_id: '${aws_internet_gateway.main.id}',
          route_table_id: '${aws_route_table.edge.id}',
        },
      },
    }).reach('internet', 'aws_instance.client', 'tcp/443');

  test('through a machine that does not forward nothing comes in', () => {
    expect(steered(true, '10.0.1.0/24')).toBe('blocked');
  });

  test('through one that does, its software decides', () => {
    expect(steered(false, '10.0.1.0/24')).toBe('unknown');
  });

  test('what goes to other subnets is not steered', () => {
    expect(steered(true, '10.0.2.0/24')).toBe('reachable');
  });
});

describe('A30: the ways to write a route', () => {
  const nat: Resources = {
    aws_eip: { nat: { domain: 'vpc' } },
    aws_nat_gateway: {
      nat: { subnet_id: '${aws_subnet.a.id}', allocation_id: '${aws_eip.nat.id}' },
    },
    aws_instance: { server: { associate_public_ip_address: false } },
  };

  test.each(['nat_gateway_id', 'gateway_id'])('a NAT gateway may stand in %s', (attribute) => {
    const net = network(twoSubnets, machines, nat, {
      aws_route: {
        out: {
          route_table_id: '${aws_route_table.b.id}',
          destination_cidr_block: '0.0.0.0/0',
          [attribute]: '${aws_nat_gateway.nat.id}',
        },
      },
    });
    expect(net.reach('aws_instance.server', 'internet', 'tcp/443')).toBe('reachable');
  });

  test('routes inside the table and routes of their own count together', () => {
    const net = network(twoSubnets, machines, {
      aws_route_table: {
        b: { route: [route('203.0.113.0/24', { gateway_id: '${aws_internet_gateway.main.id}' })] },
      },
      aws_route: {
        other: {
          route_table_id: '${aws_route_table.b.id}',
          destination_cidr_block: '198.51.100.0/24',
          gateway_id: '${aws_internet_gateway.main.id}',
        },
      },
    });
    expect(net.reach('aws_instance.server', '203.0.113.9', 'tcp/443')).toBe('reachable');
    expect(net.reach('aws_instance.server', '198.51.100.9', 'tcp/443')).toBe('reachable');
    expect(net.reach('aws_instance.server', '192.0.2.9', 'tcp/443')).toBe('blocked');
  });

  test('a route to an instance leads nowhere while its check of source and destination is on', () => {
    const out = (check: boolean) =>
      network(twoSubnets, machines, box(check), viaBox('b', '0.0.0.0/0')).reach(
        'aws_instance.server',
        'internet',
        'tcp/443',
      );
    expect(out(true)).toBe('blocked');
    // What the machine does with what it forwards is its software's matter.
    expect(out(false)).toBe('unknown');
  });

  test('a route without a target is a blackhole', () => {
    const net = network(twoSubnets, machines, {
      aws_route: { odd: { route_table_id: '${aws_route_table.b.id}', destination_cidr_block: '0.0.0.0/0' } },
    });
    expect(net.reach('aws_instance.server', 'internet', 'tcp/443')).toBe('blocked');
  });
});
