import { entry, group, instance, open, type Resources, route, rule, twoSubnets } from './configuration';
import { network } from './network-under-test';

const openGroup = { vpc_security_group_ids: ['${aws_security_group.open.id}'] };
const toInternet = route('0.0.0.0/0', { gateway_id: '${aws_internet_gateway.main.id}' });

/** Open instances without public addresses: `front` in subnet a, `back` in subnet b. */
const machines: Resources = {
  aws_security_group: { open: group(open) },
  aws_instance: {
    front: instance({ subnet_id: '${aws_subnet.a.id}', ...openGroup }),
    back: instance({ subnet_id: '${aws_subnet.b.id}', ...openGroup }),
  },
};

const publicFront: Resources = { aws_instance: { front: { associate_public_ip_address: true } } };

const routeOut = (target: Record<string, string>): Resources => ({
  aws_route: {
    out: { route_table_id: '${aws_route_table.b.id}', destination_cidr_block: '0.0.0.0/0', ...target },
  },
});

describe('A31: from the Internet by IPv4 everything is needed at once', () => {
  const missing = (name: string, ...parts: readonly Resources[]) =>
    [name, network(twoSubnets, machines, publicFront, ...parts)] as const;

  test('gateway, route, public address, group and ACL', () => {
    const net = network(twoSubnets, machines, publicFront);
    expect(net.reach('internet', 'aws_instance.front', 'tcp/443')).toBe('reachable');
  });

  test.each([
    missing('the gateway', { aws_internet_gateway: { main: { vpc_id: null } } }),
    missing('the route', { aws_route_table: { a: { route: [] } } }),
    missing('the public address', { aws_instance: { front: { associate_public_ip_address: false } } }),
    missing('a rule of the group', { aws_security_group: { open: { ingress: [] } } }),
    missing('a rule of the ACL', {
      aws_network_acl: { a: { vpc_id: '${aws_vpc.main.id}', subnet_ids: ['${aws_subnet.a.id}'] } },
    }),
  ])('without %s nothing comes in', (_, net) => {
    expect(net.reach('internet', 'aws_instance.front', 'tcp/443')).toBe('blocked');
  });
});

describe('A32: an Internet gateway drops what has no public address, in both directions', () => {
  const net = network(twoSubnets, machines, { aws_route_table: { b: { route: [toInternet] } } });

  test('out', () => {
    expect(net.reach('aws_instance.back', 'internet', 'tcp/443')).toBe('blocked');
    expect(String(net.verdict('aws_instance.back', 'internet', 'tcp/443').firstPacket.mayPass)).toBe(
      'nothing',
    );
  });

  test('and in', () => {
    expect(net.reach('internet', 'aws_instance.back', 'tcp/443')).toBe('blocked');
    expect(String(net.verdict('internet', 'aws_instance.back', 'tcp/443').firstPacket.mayPass)).toBe(
      'nothing',
    );
  });

  test('with one it gets out', () => {
    const mapped = network(twoSubnets, machines, publicFront);
    expect(mapped.reach('aws_instance.front', 'internet', 'tcp/443')).toBe('reachable');
  });
});

describe('A33: who has a public address', () => {
  const asked = (...parts: readonly Resources[]) =>
    network(twoSubnets, machines, ...parts).reach('internet', 'aws_instance.front', 'tcp/443');
  const mapping: Resources = { aws_subnet: { a: { map_public_ip_on_launch: true } } };

  test('an instance in a subnet that maps one', () => {
    expect(asked(mapping)).toBe('reachable');
    expect(asked()).toBe('blocked');
  });

  test('what the instance says goes before the subnet', () => {
    expect(asked(mapping, { aws_instance: { front: { associate_public_ip_address: false } } })).toBe(
      'blocked',
    );
    expect(asked({ aws_instance: { front: { associate_public_ip_address: true } } })).toBe('reachable');
  });

  test.each([
    ['aws_eip with instance', { aws_eip: { e: { domain: 'vpc', instance: '${aws_instance.front.id}' } } }],
    [
      'aws_eip_association',
      {
        aws_eip: { e: { domain: 'vpc' } },
        aws_eip_association: {
          e: { allocation_id: '${aws_eip.e.id}', instance_id: '${aws_instance.front.id}' },
        },
      },
    ],
    [
      'aws_eip with network_interface',
      {
        aws_eip: {
          e: {
            domain: 'vpc',
            network_interface: '${aws_instance.front.primary_network_interface_id}',
          },
        },
      },
    ],
  ])('an Elastic IP by %s', (_, resources: Resources) => {
    expect(asked(resources)).toBe('reachable');
  });

  test('an interface that is made on its own gets none from the subnet', () => {
    const own = (more: Resources) =>
      network(
        twoSubnets,
        machines,
        mapping,
        {
          aws_network_interface: {
            n: { subnet_id: '${aws_subnet.a.id}', security_groups: ['${aws_security_group.open.id}'] },
          },
          aws_instance: {
            own: instance({
              primary_network_interface: { network_interface_id: '${aws_network_interface.n.id}' },
            }),
          },
        },
        more,
      ).reach('internet', 'aws_instance.own', 'tcp/443');
    expect(own({})).toBe('blocked');
    expect(own({ aws_eip: { e: { network_interface: '${aws_network_interface.n.id}' } } })).toBe('reachable');
  });

  test('instances of a group have what its launch template says', () => {
    const launched = (associate: string | null) =>
      network(twoSubnets, machines, {
        aws_launch_template: {
          t: {
            network_interfaces: [
              {
                associate_public_ip_address: associate,
                security_groups: ['${aws_security_group.open.id}'],
              },
            ],
          },
        },
        aws_autoscaling_group: {
          g: {
            max_size: 2,
            min_size: 1,
            vpc_zone_identifier: ['${aws_subnet.a.id}'],
            launch_template: [{ id: '${aws_launch_template.t.id}' }],
          },
        },
      }).reach('internet', 'aws_autoscaling_group.g', 'tcp/443');
    expect(launched('true')).toBe('reachable');
    expect(launched(null)).toBe('blocked');
  });
});

describe('A34: a public address and a route to the gateway are of no use alone', () => {
  test('a public address in a subnet without the route', () => {
    const net = network(twoSubnets, machines, {
      aws_instance: { back: { associate_public_ip_address: true } },
    });
    expect(net.reach('internet', 'aws_instance.back', 'tcp/443')).toBe('blocked');
    expect(net.reach('aws_instance.back', 'internet', 'tcp/443')).toBe('blocked');
  });

  test('a subnet with the route, without a public address', () => {
    const net = network(twoSubnets, machines);
    expect(net.reach('internet', 'aws_instance.front', 'tcp/443')).toBe('blocked');
  });

  test('both together are', () => {
    expect(
      network(twoSubnets, machines, publicFront).reach('internet', 'aws_instance.front', 'tcp/443'),
    ).toBe('reachable');
  });
});

const nat = (attributes: Record<string, unknown> = {}): Resources => ({
  aws_eip: { nat: { domain: 'vpc' } },
  aws_nat_gateway: {
    nat: { subnet_id: '${aws_subnet.a.id}', allocation_id: '${aws_eip.nat.id}', ...attributes },
  },
});

const viaNat = routeOut({ nat_gateway_id: '${aws_nat_gateway.nat.id}' });

describe('A35: a public NAT gateway', () => {
  const net = network(twoSubnets, machines, nat(), viaNat);

  test('lets flows out', () => {
    expect(net.reach('aws_instance.back', 'internet', 'tcp/443')).toBe('reachable');
  });

  test('and none in', () => {
    expect(net.reach('internet', 'aws_instance.back', 'tcp/443')).toBe('blocked');
  });

  test('shows its Elastic IP outside, and one of several when it has more', () => {
    // A server in another VPC admits the address of the gateway alone.
    const server = (more: Resources = {}, address = '198.51.100.7') =>
      network(twoSubnets, machines, nat(), viaNat, more, {
        aws_eip: { nat: { public_ip: address } },
        aws_vpc: { far: { cidr_block: '10.9.0.0/16' } },
        aws_internet_gateway: { far: { vpc_id: '${aws_vpc.far.id}' } },
        aws_subnet: { far: { vpc_id: '${aws_vpc.far.id}', cidr_block: '10.9.1.0/24' } },
        aws_route_table: {
          far: {
            vpc_id: '${aws_vpc.far.id}',
            route: [route('0.0.0.0/0', { gateway_id: '${aws_internet_gateway.far.id}' })],
          },
        },
        aws_route_table_association: {
          far: { subnet_id: '${aws_subnet.far.id}', route_table_id: '${aws_route_table.far.id}' },
        },
        aws_security_group: {
          far: {
            vpc_id: '${aws_vpc.far.id}',
            ingress: [rule('tcp/443', { cidr_blocks: ['198.51.100.7/32'] })],
          },
        },
        aws_instance: {
          far: instance({
            subnet_id: '${aws_subnet.far.id}',
            associate_public_ip_address: true,
            vpc_security_group_ids: ['${aws_security_group.far.id}'],
          }),
        },
      }).anyWay('aws_instance.back', 'aws_instance.far', 'tcp/443');
    expect(server()).toBe('reachable');
    expect(server({}, '198.51.100.8')).toBe('blocked');
    expect(
      server({
        aws_eip: { second: { domain: 'vpc' } },
        aws_nat_gateway_eip_association: {
          second: { nat_gateway_id: '${aws_nat_gateway.nat.id}', allocation_id: '${aws_eip.second.id}' },
        },
      }),
    ).toBe('unknown');
  });

  test('carries TCP, UDP and ICMP only', () => {
    expect(net.reach('aws_instance.back', 'internet', 'udp/53')).toBe('reachable');
    expect(net.reach('aws_instance.back', 'internet', 'icmp')).toBe('reachable');
    expect(net.reach('aws_instance.back', 'internet', 'protocol/50')).toBe('blocked');
  });

  test('needs the route of its own subnet to the Internet', () => {
    const inside = network(twoSubnets, machines, nat({ subnet_id: '${aws_subnet.b.id}' }), {
      aws_route: {
        out: {
          route_table_id: '${aws_route_table.b.id}',
          destination_cidr_block: '0.0.0.0/0',
          nat_gateway_id: '${aws_nat_gateway.nat.id}',
        },
      },
    });
    expect(inside.reach('aws_instance.back', 'internet', 'tcp/443')).toBe('blocked');
  });

  test('needs its Elastic IP', () => {
    const without = network(twoSubnets, machines, nat({ allocation_id: null }), viaNat);
    expect(without.reach('aws_instance.back', 'internet', 'tcp/443')).toBe('blocked');
  });

  test('crosses the ACL of its subnet on both legs, with source ports from 1024', () => {
    const acl = (ingress: readonly string[], egress: readonly string[]): Resources => ({
      aws_network_acl: {
        a: {
          vpc_id: '${aws_vpc.main.id}',
          subnet_ids: ['${aws_subnet.a.id}'],
          ingress: ingress.map(entry),
          egress: egress.map(entry),
        },
      },
    });
    const asked = (ingress: readonly string[], egress: readonly string[]) =>
      network(twoSubnets, machines, nat(), viaNat, acl(ingress, egress)).reach(
        'aws_instance.back',
        'internet',
        'tcp/443',
      );
    const inwards = ['100 allow tcp/443 10.0.2.0/24', '110 allow tcp/1024-65535 0.0.0.0/0'];
    const outwards = ['100 allow tcp/443 0.0.0.0/0', '110 allow tcp/32768-60999 10.0.2.0/24'];
    expect(asked(inwards, outwards)).toBe('reachable');
    expect(asked(inwards.slice(1), outwards)).toBe('blocked');
    expect(asked(inwards, outwards.slice(1))).toBe('blocked');
    expect(asked(inwards, outwards.slice(0, 1))).toBe('blocked');
    expect(asked([inwards[0]!, '110 allow tcp/32768-60999 0.0.0.0/0'], outwards)).toBe('blocked');
  });

  test('shows its own address: a group that lets the client in does not let the gateway in', () => {
    const server = network(twoSubnets, machines, nat(), viaNat, {
      aws_security_group: { known: group({ ingress: open.ingress, egress: open.egress }) },
      aws_instance: { front: { associate_public_ip_address: true } },
    });
    const ways = server.verdict('aws_instance.back', 'aws_instance.front', 'tcp/443').otherWays;
    expect(ways.map((way) => [way.kind, String(way.passes)])).toEqual([['public-address', 'tcp/443']]);
  });
});

describe('A36: a private NAT gateway', () => {
  const internal = nat({ connectivity_type: 'private', allocation_id: null });

  test('is dropped by the Internet gateway', () => {
    expect(
      network(twoSubnets, machines, internal, viaNat).reach('aws_instance.back', 'internet', 'tcp/443'),
    ).toBe('blocked');
  });

  test('carries flows inside the VPC, under its own address', () => {
    const steered = (source: string) =>
      network(twoSubnets, machines, internal, {
        aws_security_group: { open: { ingress: [{ ...open.ingress[0], cidr_blocks: [source] }] } },
        aws_subnet: { c: { vpc_id: '${aws_vpc.main.id}', cidr_block: '10.0.3.0/24' } },
        aws_instance: { far: instance({ subnet_id: '${aws_subnet.c.id}', ...openGroup }) },
        aws_route: {
          far: {
            route_table_id: '${aws_route_table.b.id}',
            destination_cidr_block: '10.0.3.0/24',
            nat_gateway_id: '${aws_nat_gateway.nat.id}',
          },
        },
      }).reach('aws_instance.back', 'aws_instance.far', 'tcp/443');
    expect(steered('10.0.1.0/24')).toBe('reachable');
    expect(steered('10.0.2.0/24')).toBe('blocked');
  });

  test('no NAT gateway serves the subnet it stands in: what it sends on comes back to it', () => {
    const out = (...own: readonly Record<string, unknown>[]) =>
      network(twoSubnets, machines, nat(), viaNat, {
        aws_route_table: { a: { route: [...own, toInternet] } },
      });
    const net = out(route('198.51.100.0/24', { nat_gateway_id: '${aws_nat_gateway.nat.id}' }));
    expect(net.reach('aws_instance.front', '198.51.100.9', 'tcp/443')).toBe('blocked');
    expect(out().reach('aws_instance.back', '198.51.100.9', 'tcp/443')).toBe('reachable');
  });
});

describe('a regional NAT gateway', () => {
  const regional = (attributes: Record<string, unknown> = {}) =>
    network(
      twoSubnets,
      machines,
      {
        aws_nat_gateway: {
          nat: { availability_mode: 'regional', vpc_id: '${aws_vpc.main.id}', ...attributes },
        },
      },
      viaNat,
    );

  test('stands in no subnet and lets flows out', () => {
    expect(regional().reach('aws_instance.back', 'internet', 'tcp/443')).toBe('reachable');
  });

  test('and none in', () => {
    expect(regional().reach('internet', 'aws_instance.back', 'tcp/443')).toBe('blocked');
  });

  test('needs an Internet gateway in its VPC', () => {
    const without = network(
      { ...twoSubnets, aws_internet_gateway: { main: {} } },
      machines,
      { aws_nat_gateway: { nat: { availability_mode: 'regional', vpc_id: '${aws_vpc.main.id}' } } },
      viaNat,
    );
    expect(without.reach('aws_instance.back', 'internet', 'tcp/443')).toBe('blocked');
  });

  test('in manual mode serves the zones it lists, and no other', () => {
    const zone = (name: string) =>
      regional({ availability_zone_address: [{ availability_zone: name, allocation_ids: [] }] }).reach(
        'aws_instance.back',
        'internet',
        'tcp/443',
      );
    expect(zone('eu-central-1b')).toBe('reachable');
    expect(zone('eu-central-1a')).toBe('blocked');
  });
});

/** Both subnets with IPv6, and addresses for whoever is in them. */
const ipv6: Resources = {
  aws_vpc: { main: { assign_generated_ipv6_cidr_block: true } },
  aws_subnet: {
    a: {
      ipv6_cidr_block: '${cidrsubnet(aws_vpc.main.ipv6_cidr_block, 8, 1)}',
      assign_ipv6_address_on_creation: true,
    },
    b: {
      ipv6_cidr_block: '${cidrsubnet(aws_vpc.main.ipv6_cidr_block, 8, 2)}',
      assign_ipv6_address_on_creation: true,
    },
  },
};

describe('A37: an egress-only Internet gateway', () => {
  const net = network(twoSubnets, machines, ipv6, {
    aws_egress_only_internet_gateway: { e: { vpc_id: '${aws_vpc.main.id}' } },
    aws_route_table: {
      b: {
        route: [route('::/0', { egress_only_gateway_id: '${aws_egress_only_internet_gateway.e.id}' })],
      },
    },
  });

  test('lets IPv6 flows out', () => {
    expect(net.reach('aws_instance.back', 'internet6', 'tcp/443')).toBe('reachable');
  });

  test('and none in', () => {
    expect(net.reach('internet6', 'aws_instance.back', 'tcp/443')).toBe('blocked');
  });

  test('and no IPv4', () => {
    expect(net.reach('aws_instance.back', 'internet', 'tcp/443')).toBe('blocked');
  });
});

describe('A38: an Internet gateway with ::/0 makes IPv6 addresses public, without translation', () => {
  const net = network(twoSubnets, machines, ipv6, {
    aws_route_table: {
      a: { route: [route('::/0', { gateway_id: '${aws_internet_gateway.main.id}' })] },
    },
  });

  test('in and out', () => {
    expect(net.reach('internet6', 'aws_instance.front', 'tcp/443')).toBe('reachable');
    expect(net.reach('aws_instance.front', 'internet6', 'tcp/443')).toBe('reachable');
  });

  test('not where the route is missing', () => {
    expect(net.reach('internet6', 'aws_instance.back', 'tcp/443')).toBe('blocked');
    expect(net.reach('aws_instance.back', 'internet6', 'tcp/443')).toBe('blocked');
  });
});

describe('A39: a gateway endpoint', () => {
  const endpoint = (blocks: readonly string[] | undefined, tables = ['b']): Resources => ({
    aws_vpc_endpoint: {
      s3: {
        vpc_id: '${aws_vpc.main.id}',
        service_name: 'com.amazonaws.eu-central-1.s3',
        route_table_ids: tables.map((name) => `\${aws_route_table.${name}.id}`),
        ...(blocks === undefined ? {} : { cidr_blocks: blocks }),
      },
    },
  });

  test('carries flows to its service from a subnet without any other way out', () => {
    const net = network(twoSubnets, machines, endpoint(['52.219.0.0/16']));
    expect(net.reach('aws_instance.back', '52.219.3.4', 'tcp/443')).toBe('reachable');
  });

  test('and to nobody else, and nobody else in', () => {
    const net = network(twoSubnets, machines, endpoint(['52.219.0.0/16']));
    expect(net.reach('aws_instance.back', '198.51.100.9', 'tcp/443')).toBe('blocked');
    expect(net.reach('52.219.3.4', 'aws_instance.back', 'tcp/443')).toBe('blocked');
  });

  test('goes before the default route', () => {
    const net = network(twoSubnets, machines, endpoint(['52.219.0.0/16'], ['a']));
    // The instance has no public address, so the Internet gateway would drop it.
    expect(net.reach('aws_instance.front', '52.219.3.4', 'tcp/443')).toBe('reachable');
    expect(net.reach('aws_instance.front', '198.51.100.9', 'tcp/443')).toBe('blocked');
  });

  test('does not spoil what is certain: by it or by the NAT gateway, the Internet is reached', () => {
    const net = network(twoSubnets, machines, nat(), viaNat, endpoint(undefined));
    expect(net.reach('aws_instance.back', 'internet', 'tcp/443')).toBe('reachable');
  });

  test('in tables that only apply tells, it may be anywhere in its VPC', () => {
    const text = (tables: string) =>
      network(twoSubnets, machines, {
        'data.aws_route_tables': { all: { vpc_id: '${aws_vpc.main.id}' } },
        aws_vpc_endpoint: {
          s3: {
            vpc_id: '${aws_vpc.main.id}',
            service_name: 'com.amazonaws.eu-central-1.s3',
            route_table_ids: tables,
          },
        },
      });
    const net = text('${data.aws_route_tables.all.ids}');
    expect(net.reach('aws_instance.back', 'internet', 'tcp/443')).toBe('unknown');
    expect(net.reach('aws_instance.back', 'aws_instance.front', 'tcp/443')).toBe('reachable');
  });

  test('without any other way out, only apply tells which addresses it leads to', () => {
    const net = network(twoSubnets, machines, endpoint(undefined));
    expect(net.reach('aws_instance.back', 'internet', 'tcp/443')).toBe('unknown');
    expect(net.reach('aws_instance.back', 'aws_instance.front', 'tcp/443')).toBe('reachable');
  });
});

describe('A40: an interface endpoint is reached like an instance', () => {
  const endpoint = (attributes: Record<string, unknown>) =>
    network(twoSubnets, machines, {
      aws_vpc_endpoint: {
        ecr: {
          vpc_id: '${aws_vpc.main.id}',
          service_name: 'com.amazonaws.eu-central-1.ecr.api',
          vpc_endpoint_type: 'Interface',
          subnet_ids: ['${aws_subnet.b.id}'],
          ...attributes,
        },
      },
    });

  test('with the groups it names', () => {
    const net = endpoint({ security_group_ids: ['${aws_security_group.open.id}'] });
    expect(net.reach('aws_instance.front', 'aws_vpc_endpoint.ecr', 'tcp/443')).toBe('reachable');
  });

  test('and with the default group when it names none', () => {
    expect(endpoint({}).reach('aws_instance.front', 'aws_vpc_endpoint.ecr', 'tcp/443')).toBe('blocked');
  });

  test('private_dns_enabled is about names, not packets', () => {
    const groups = { security_group_ids: ['${aws_security_group.open.id}'] };
    for (const private_dns_enabled of [true, false]) {
      const net = endpoint({ ...groups, private_dns_enabled });
      expect(net.reach('aws_instance.front', 'aws_vpc_endpoint.ecr', 'tcp/443')).toBe('reachable');
    }
  });
});

describe('A41: what decides about requests and names decides nothing about packets', () => {
  test('an endpoint policy that denies everything changes no verdict', () => {
    const policy = (document: string | null) =>
      network(twoSubnets, machines, {
        aws_vpc_endpoint: {
          s3: {
            vpc_id: '${aws_vpc.main.id}',
            service_name: 'com.amazonaws.eu-central-1.s3',
            route_table_ids: ['${aws_route_table.b.id}'],
            cidr_blocks: ['52.219.0.0/16'],
            policy: document,
          },
        },
        aws_route53_zone: { z: { name: 'example.com', vpc: [{ vpc_id: '${aws_vpc.main.id}' }] } },
      }).reach('aws_instance.back', '52.219.3.4', 'tcp/443');
    const denied = JSON.stringify({
      Statement: [{ Effect: 'Deny', Action: '*', Resource: '*', Principal: '*' }],
    });
    expect(policy(denied)).toBe('reachable');
    expect(policy(null)).toBe('reachable');
  });

  test('a rule of a group does', () => {
    const net = network(twoSubnets, machines, {
      aws_security_group: { open: { egress: [] } },
      aws_vpc_endpoint: {
        s3: {
          vpc_id: '${aws_vpc.main.id}',
          service_name: 'com.amazonaws.eu-central-1.s3',
          route_table_ids: ['${aws_route_table.b.id}'],
          cidr_blocks: ['52.219.0.0/16'],
        },
      },
    });
    expect(net.reach('aws_instance.back', '52.219.3.4', 'tcp/443')).toBe('blocked');
  });
});

describe('block public access', () => {
  const net = (mode: string) =>
    network(twoSubnets, machines, publicFront, {
      aws_vpc_block_public_access_options: { o: { internet_gateway_block_mode: mode } },
    });

  test('leaves open what an Internet gateway carries, unless it is off', () => {
    expect(net('block-bidirectional').reach('internet', 'aws_instance.front', 'tcp/443')).toBe('unknown');
    expect(net('block-bidirectional').reach('aws_instance.front', 'internet', 'tcp/443')).toBe('unknown');
    expect(net('off').reach('internet', 'aws_instance.front', 'tcp/443')).toBe('reachable');
  });
});
