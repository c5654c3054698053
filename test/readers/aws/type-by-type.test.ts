import { readdirSync, readFileSync } from 'node:fs';
import { modelled } from '../../../lib/readers/aws/coverage';
import { notModelled } from '../../../lib/readers/aws/not-modelled';
import { group, instance, open, type Resources, route, rule, twoSubnets } from './configuration';
import { network } from './network-under-test';

const everywhere = { cidr_blocks: ['0.0.0.0/0'] };
const openGroups = ['${aws_security_group.open.id}'];
const [client, server] = ['aws_instance.client', 'aws_instance.server'] as const;

/** `client` in subnet a, open; `server` in subnet b, closed to everybody. */
const machines: Resources = {
  aws_security_group: { open: group(open), closed: group() },
  aws_instance: {
    client: instance({ subnet_id: '${aws_subnet.a.id}', vpc_security_group_ids: openGroups }),
    server: instance({
      subnet_id: '${aws_subnet.b.id}',
      vpc_security_group_ids: ['${aws_security_group.closed.id}'],
    }),
  },
};

const ask = (from: string, to: string, on: string, ...parts: readonly Resources[]) =>
  network(twoSubnets, machines, ...parts).reach(from, to, on);

test('every type that is modelled stands in a test of this folder', () => {
  const text = readdirSync(__dirname)
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => readFileSync(`${__dirname}/${name}`, 'utf8'))
    .join('\n');
  expect(Object.keys(modelled).filter((type) => !new RegExp(`\\b${type}\\b`).test(text))).toEqual([]);
});

test('aws_network_interface_sg_attachment adds a group to an interface', () => {
  const attached = (name: string): Resources => ({
    aws_network_interface_sg_attachment: {
      s: {
        security_group_id: `\${aws_security_group.${name}.id}`,
        network_interface_id: '${aws_instance.server.primary_network_interface_id}',
      },
    },
  });
  expect(ask(client, server, 'tcp/22', attached('open'))).toBe('reachable');
  expect(ask(client, server, 'tcp/22', attached('closed'))).toBe('blocked');
  expect(ask(client, server, 'tcp/22')).toBe('blocked');
});

test('aws_vpc_security_group_vpc_association lets a group be worn in another VPC, and opens nothing by itself', () => {
  const association: Resources = {
    aws_vpc: { other: { cidr_block: '10.9.0.0/16' } },
    aws_vpc_security_group_vpc_association: {
      s: { security_group_id: '${aws_security_group.open.id}', vpc_id: '${aws_vpc.other.id}' },
    },
    aws_subnet: {
      far: { vpc_id: '${aws_vpc.other.id}', cidr_block: '10.9.1.0/24' },
    },
    aws_instance: {
      far: instance({ subnet_id: '${aws_subnet.far.id}', vpc_security_group_ids: openGroups }),
      near: instance({ subnet_id: '${aws_subnet.far.id}', vpc_security_group_ids: openGroups }),
    },
  };
  expect(ask('aws_instance.far', 'aws_instance.near', 'tcp/22', association)).toBe('reachable');
  expect(ask(client, 'aws_instance.far', 'tcp/22', association)).toBe('blocked');
});

test('aws_spot_instance_request is an instance', () => {
  const spot = (name: string): Resources => ({
    aws_spot_instance_request: {
      s: instance({
        subnet_id: '${aws_subnet.b.id}',
        vpc_security_group_ids: [`\${aws_security_group.${name}.id}`],
      }),
    },
  });
  expect(ask(client, 'aws_spot_instance_request.s', 'tcp/22', spot('open'))).toBe('reachable');
  expect(ask(client, 'aws_spot_instance_request.s', 'tcp/22', spot('closed'))).toBe('blocked');
});

test('aws_vpc_ipv6_cidr_block_association makes a further block local', () => {
  const native = { cidr_block: null, ipv6_native: true, assign_ipv6_address_on_creation: true };
  const dual = (association: Resources) =>
    ask(
      client,
      'aws_instance.peer',
      'tcp/22',
      {
        aws_subnet: {
          a: { ...native, ipv6_cidr_block: '2600:1f18:1:1::/64' },
          b: { ...native, ipv6_cidr_block: '2600:1f18:1:2::/64' },
        },
        aws_instance: {
          peer: instance({ subnet_id: '${aws_subnet.b.id}', vpc_security_group_ids: openGroups }),
        },
      },
      association,
    );
  expect(
    dual({
      aws_vpc_ipv6_cidr_block_association: {
        s: { vpc_id: '${aws_vpc.main.id}', ipv6_cidr_block: '2600:1f18:1::/56' },
      },
    }),
  ).toBe('reachable');
  expect(dual({})).toBe('blocked');
});

test('aws_vpc_route_server_propagation leaves open what lies outside of the VPC, and nothing inside', () => {
  const server6: Resources = {
    aws_vpc_route_server: { r: { amazon_side_asn: 65001 } },
    aws_vpc_route_server_propagation: {
      b: { route_server_id: '${aws_vpc_route_server.r.id}', route_table_id: '${aws_route_table.b.id}' },
    },
  };
  const opened: Resources = { aws_security_group: { closed: open } };
  expect(ask(server, '203.0.113.9', 'tcp/443', opened, server6)).toBe('unknown');
  expect(ask(server, '203.0.113.9', 'tcp/443', opened)).toBe('blocked');
  expect(ask(server, client, 'tcp/22', opened, server6)).toBe('reachable');
});

describe('an interface endpoint', () => {
  const endpoint: Resources = {
    aws_vpc_endpoint: {
      e: {
        vpc_id: '${aws_vpc.main.id}',
        service_name: 'com.amazonaws.eu-central-1.ecr.api',
        vpc_endpoint_type: 'Interface',
        security_group_ids: ['${aws_security_group.closed.id}'],
      },
    },
    aws_vpc_endpoint_subnet_association: {
      b: { vpc_endpoint_id: '${aws_vpc_endpoint.e.id}', subnet_id: '${aws_subnet.b.id}' },
    },
  };

  test('has the subnets of aws_vpc_endpoint_subnet_association and the groups of its twin', () => {
    const grouped: Resources = {
      aws_vpc_endpoint_security_group_association: {
        open: {
          vpc_endpoint_id: '${aws_vpc_endpoint.e.id}',
          security_group_id: '${aws_security_group.open.id}',
        },
      },
    };
    expect(ask(client, 'aws_vpc_endpoint.e', 'tcp/443', endpoint, grouped)).toBe('reachable');
    expect(ask(client, 'aws_vpc_endpoint.e', 'tcp/443', endpoint)).toBe('blocked');
  });
});

describe('load balancers under their older name', () => {
  const balanced = (port: number): Resources => ({
    aws_route_table: {
      b: { route: [route('0.0.0.0/0', { gateway_id: '${aws_internet_gateway.main.id}' })] },
    },
    aws_security_group: {
      lb: group(open),
      closed: { ingress: [rule('tcp/8080', { security_groups: ['${aws_security_group.lb.id}'] })] },
    },
    aws_alb: {
      lb: {
        subnets: ['${aws_subnet.a.id}', '${aws_subnet.b.id}'],
        security_groups: ['${aws_security_group.lb.id}'],
      },
    },
    aws_alb_target_group: { web: { port, protocol: 'HTTP', vpc_id: '${aws_vpc.main.id}' } },
    aws_alb_target_group_attachment: {
      web: { target_group_arn: '${aws_alb_target_group.web.arn}', target_id: '${aws_instance.server.id}' },
    },
    aws_alb_listener: {
      http: {
        load_balancer_arn: '${aws_alb.lb.arn}',
        port: 80,
        protocol: 'HTTP',
        default_action: [{ type: 'fixed-response', fixed_response: [{ content_type: 'text/plain' }] }],
      },
    },
  });
  const forwarding: Resources = {
    aws_alb_listener_rule: {
      web: {
        listener_arn: '${aws_alb_listener.http.arn}',
        action: [{ type: 'forward', target_group_arn: '${aws_alb_target_group.web.arn}' }],
        condition: [{ path_pattern: [{ values: ['/shop/*'] }] }],
      },
    },
  };
  const asked = (...parts: readonly Resources[]) =>
    network(twoSubnets, machines, ...parts).anyWay('internet', server, 'tcp/8080');

  test('pass on what a rule of the listener forwards', () => {
    expect(asked(balanced(8080), forwarding)).toBe('reachable');
    expect(asked(balanced(8080))).toBe('blocked');
    expect(asked(balanced(9090), forwarding)).toBe('blocked');
  });

  test('register a fleet by aws_autoscaling_traffic_source_attachment', () => {
    const fleet: Resources = {
      aws_launch_template: { t: { vpc_security_group_ids: ['${aws_security_group.closed.id}'] } },
      aws_autoscaling_group: {
        g: {
          min_size: 1,
          max_size: 2,
          vpc_zone_identifier: ['${aws_subnet.b.id}'],
          launch_template: [{ id: '${aws_launch_template.t.id}' }],
        },
      },
    };
    const attached: Resources = {
      aws_autoscaling_traffic_source_attachment: {
        a: {
          autoscaling_group_name: '${aws_autoscaling_group.g.name}',
          traffic_source: [{ identifier: '${aws_alb_target_group.web.arn}', type: 'elbv2' }],
        },
      },
    };
    const reached = (...parts: readonly Resources[]) =>
      network(twoSubnets, machines, balanced(8080), forwarding, fleet, ...parts).anyWay(
        'internet',
        'aws_autoscaling_group.g',
        'tcp/8080',
      );
    expect(reached(attached)).toBe('reachable');
    expect(reached()).toBe('blocked');
  });
});

describe('of what is not modelled', () => {
  const value = (attribute: string): unknown => {
    if (/_group_name$|subnet_group/.test(attribute)) return '${aws_elasticache_subnet_group.g.name}';
    if (attribute === 'subnet_mapping') return [{ subnet_id: '${aws_subnet.b.id}' }];
    return /s$/.test(attribute) ? ['${aws_subnet.b.id}'] : '${aws_subnet.b.id}';
  };
  const groups = (attribute: string): unknown => (/s$/.test(attribute) ? openGroups : openGroups[0]);

  /** A resource of a type that names a subnet and a group by the first of its attributes for these. */
  const thing = (type: string): Resources => {
    const [subnets, wears] = notModelled[type]!;
    return {
      aws_elasticache_subnet_group: { g: { name: 'g', subnet_ids: ['${aws_subnet.b.id}'] } },
      aws_default_security_group: { d: { vpc_id: '${aws_vpc.main.id}', ...open } },
      [type]: {
        it: Object.fromEntries<unknown>([
          ...subnets.slice(0, 1).map((name) => [name, value(name)] as const),
          ...wears.slice(0, 1).map((name) => [name, groups(name)] as const),
        ]),
      },
    };
  };

  test.each(Object.keys(notModelled))('%s is unknown, and named', (type) => {
    const net = network(twoSubnets, machines, thing(type));
    expect(net.reach(client, `${type}.it`, 'tcp/443')).toBe('unknown');
    expect(net.keys(client, `${type}.it`, 'tcp/443')).toEqual([`${type}.it`]);
  });

  test.each(['aws_msk_cluster', 'aws_efs_mount_target', 'aws_redshift_cluster', 'aws_eks_cluster'])(
    '%s leaves alone who else reaches whom',
    (type) => {
      expect(ask(client, server, 'tcp/22', thing(type))).toBe('blocked');
      const opened: Resources = { aws_security_group: { closed: open } };
      expect(ask(client, server, 'tcp/22', thing(type), opened)).toBe('reachable');
    },
  );

  test.each([
    ['vpc_peering_connection_id', 'aws_vpc_peering_connection'],
    ['transit_gateway_id', 'aws_ec2_transit_gateway'],
    ['gateway_id', 'aws_vpn_gateway'],
    ['core_network_arn', 'aws_networkmanager_core_network'],
    ['local_gateway_id', 'aws_ec2_local_gateway'],
    ['carrier_gateway_id', 'aws_ec2_carrier_gateway'],
  ])('a route by %s leaves open what lies behind, and nothing else', (attribute, type) => {
    const net = network(twoSubnets, machines, {
      aws_security_group: { closed: open },
      [type]: { x: { vpc_id: '${aws_vpc.main.id}' } },
      aws_route: {
        away: {
          route_table_id: '${aws_route_table.b.id}',
          destination_cidr_block: '198.51.100.0/24',
          [attribute]: `\${${type}.x.${attribute.endsWith('arn') ? 'arn' : 'id'}}`,
        },
      },
    });
    expect(net.reach(server, '198.51.100.9', 'tcp/443')).toBe('unknown');
    expect(net.reach(server, '203.0.113.9', 'tcp/443')).toBe('blocked');
    expect(net.reach(server, client, 'tcp/443')).toBe('reachable');
  });

  test('a rule for every port of a type that is not modelled closes nothing either', () => {
    const cut: Resources = {
      aws_network_acl: { b: { vpc_id: '${aws_vpc.main.id}', subnet_ids: ['${aws_subnet.b.id}'] } },
    };
    expect(ask(client, 'aws_msk_cluster.it', 'tcp/9092', thing('aws_msk_cluster'), cut)).toBe('blocked');
    expect(ask(client, 'aws_msk_cluster.it', 'tcp/9092', thing('aws_msk_cluster'))).toBe('unknown');
  });
});

test('aws_default_vpc and aws_default_subnet are outside of the input: neighbours in one subnet reach each other', () => {
  const place = (subnet: string) =>
    instance({ subnet_id: subnet, vpc_security_group_ids: ['${aws_security_group.anyone.id}'] });
  const net = network({
    aws_default_vpc: { d: {} },
    aws_default_subnet: { a: { availability_zone: 'eu-central-1a' } },
    aws_security_group: {
      anyone: {
        vpc_id: '${aws_default_vpc.d.id}',
        ingress: [rule('tcp/22', everywhere)],
        egress: [rule('-1', everywhere)],
      },
    },
    aws_instance: {
      client: place('${aws_default_subnet.a.id}'),
      server: place('${aws_default_subnet.a.id}'),
    },
  });
  expect(net.reach(client, server, 'tcp/22')).toBe('reachable');
  expect(net.reach(client, server, 'tcp/23')).toBe('blocked');
  expect(net.reach('internet', server, 'tcp/22')).toBe('unknown');
});
