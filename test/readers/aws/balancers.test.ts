import { entry, group, instance, open, type Resources, route, rule, twoSubnets } from './configuration';
import { network } from './network-under-test';

const everywhere = { cidr_blocks: ['0.0.0.0/0'] };
const allOut = [rule('-1', everywhere)];
const lbGroup = ['${aws_security_group.lb.id}'];

/**
 * Public subnets `a` and `b` in two zones, a private subnet `p` in the zone of `b` with a server that takes tcp/8080
 * from `source`.
 */
function withServer(source: Record<string, unknown>): Resources {
  return {
    ...twoSubnets,
    aws_subnet: {
      ...twoSubnets.aws_subnet,
      p: { vpc_id: '${aws_vpc.main.id}', cidr_block: '10.0.8.0/24', availability_zone: 'eu-central-1b' },
    },
    aws_route_table: {
      ...twoSubnets.aws_route_table,
      b: {
        vpc_id: '${aws_vpc.main.id}',
        route: [route('0.0.0.0/0', { gateway_id: '${aws_internet_gateway.main.id}' })],
      },
    },
    aws_security_group: {
      lb: group({ ingress: [rule('tcp/443', everywhere)], egress: allOut }),
      server: group({ ingress: [rule('tcp/8080', source)], egress: allOut }),
      client: group(open),
    },
    aws_instance: {
      server: instance({
        subnet_id: '${aws_subnet.p.id}',
        vpc_security_group_ids: ['${aws_security_group.server.id}'],
      }),
      client: instance({
        subnet_id: '${aws_subnet.p.id}',
        vpc_security_group_ids: ['${aws_security_group.client.id}'],
      }),
    },
  };
}

/** A load balancer in subnets a and b that listens on 443 and sends to the server on 8080. */
function balancer(
  attributes: Record<string, unknown>,
  groupAttributes: Record<string, unknown> = {},
  protocol = 'HTTP',
): Resources {
  return {
    aws_lb: { lb: { subnets: ['${aws_subnet.a.id}', '${aws_subnet.b.id}'], ...attributes } },
    aws_lb_target_group: {
      web: { port: 8080, protocol, vpc_id: '${aws_vpc.main.id}', ...groupAttributes },
    },
    aws_lb_target_group_attachment: {
      server: {
        target_group_arn: '${aws_lb_target_group.web.arn}',
        target_id: '${aws_instance.server.id}',
        port: 8080,
      },
    },
    aws_lb_listener: {
      https: {
        load_balancer_arn: '${aws_lb.lb.arn}',
        port: 443,
        protocol: protocol === 'HTTP' ? 'HTTPS' : protocol,
        default_action: [{ type: 'forward', target_group_arn: '${aws_lb_target_group.web.arn}' }],
      },
    },
  };
}

const alb = { load_balancer_type: 'application', security_groups: lbGroup };
const nlb = { load_balancer_type: 'network' };
const fromLb = { security_groups: lbGroup };

describe('A49: an application load balancer', () => {
  const net = network(withServer(fromLb), balancer(alb));

  test('is reached on its listener, and on no other port', () => {
    expect(net.reach('internet', 'aws_lb.lb', 'tcp/443')).toBe('reachable');
    expect(net.reach('internet', 'aws_lb.lb', 'tcp/80')).toBe('blocked');
  });

  test('shows its own address to its targets: they have to admit its group', () => {
    expect(net.reach('internet', 'aws_instance.server', 'tcp/443', 'aws_lb.lb')).toBe('reachable');
    const fromClients = network(withServer({ cidr_blocks: ['203.0.113.0/24'] }), balancer(alb));
    expect(fromClients.reach('203.0.113.9', 'aws_instance.server', 'tcp/443', 'aws_lb.lb')).toBe('blocked');
  });

  test('needs an egress rule to its targets', () => {
    const closed = network(withServer(fromLb), balancer(alb), { aws_security_group: { lb: { egress: [] } } });
    expect(closed.reach('internet', 'aws_instance.server', 'tcp/443', 'aws_lb.lb')).toBe('blocked');
    expect(closed.reach('internet', 'aws_lb.lb', 'tcp/443')).toBe('reachable');
  });

  test('wears the default group when it names none', () => {
    const bare = network(withServer(fromLb), balancer({ load_balancer_type: 'application' }));
    expect(bare.reach('internet', 'aws_lb.lb', 'tcp/443')).toBe('blocked');
  });

  test('sends with source ports from 1024', () => {
    const answering = (ports: string) =>
      network(withServer(fromLb), balancer(alb), {
        aws_network_acl: {
          p: {
            vpc_id: '${aws_vpc.main.id}',
            subnet_ids: ['${aws_subnet.p.id}'],
            ingress: [entry('100 allow tcp/8080 0.0.0.0/0')],
            egress: [entry(`100 allow tcp/${ports} 0.0.0.0/0`)],
          },
        },
      }).reach('internet', 'aws_instance.server', 'tcp/443', 'aws_lb.lb');
    expect(answering('1024-65535')).toBe('reachable');
    expect(answering('32768-60999')).toBe('blocked');
  });

  test('a listener rule adds targets; a redirect has none', () => {
    const ruled = (action: Record<string, unknown>) =>
      network(withServer(fromLb), balancer(alb), {
        aws_lb_listener: {
          https: { default_action: [{ type: 'redirect', redirect: [{ status_code: 'HTTP_301' }] }] },
        },
        aws_lb_listener_rule: {
          r: {
            listener_arn: '${aws_lb_listener.https.arn}',
            action: [action],
            condition: [{ path_pattern: [{ values: ['/'] }] }],
          },
        },
      }).anyWay('internet', 'aws_instance.server', 'tcp/8080');
    expect(ruled({ type: 'forward', target_group_arn: '${aws_lb_target_group.web.arn}' })).toBe('reachable');
    expect(
      ruled({
        type: 'forward',
        forward: [{ target_group: [{ arn: '${aws_lb_target_group.web.arn}', weight: 1 }] }],
      }),
    ).toBe('reachable');
    expect(ruled({ type: 'fixed-response', fixed_response: [{ content_type: 'text/plain' }] })).toBe(
      'blocked',
    );
  });
});

describe('A50: a network load balancer', () => {
  const through = (
    source: Record<string, unknown>,
    attributes: Record<string, unknown> = {},
    groupAttributes: Record<string, unknown> = {},
    from = '203.0.113.9',
  ) =>
    network(
      withServer(source),
      balancer({ ...nlb, enable_cross_zone_load_balancing: true, ...attributes }, groupAttributes, 'TCP'),
    ).reach(from, 'aws_instance.server', 'tcp/443', 'aws_lb.lb');

  test('without groups lets every client to its listener', () => {
    const net = network(withServer(everywhere), balancer(nlb, {}, 'TCP'));
    expect(net.reach('internet', 'aws_lb.lb', 'tcp/443')).toBe('reachable');
    expect(net.reach('internet', 'aws_lb.lb', 'tcp/80')).toBe('blocked');
  });

  test('with groups asks them', () => {
    const net = network(withServer(everywhere), balancer({ ...nlb, security_groups: lbGroup }, {}, 'TCP'), {
      aws_security_group: { lb: { ingress: [rule('tcp/443', { cidr_blocks: ['203.0.113.0/24'] })] } },
    });
    expect(net.reach('203.0.113.9', 'aws_lb.lb', 'tcp/443')).toBe('reachable');
    expect(net.reach('198.51.100.9', 'aws_lb.lb', 'tcp/443')).toBe('blocked');
  });

  test('keeps the address of the client for targets that are instances', () => {
    expect(through({ cidr_blocks: ['203.0.113.0/24'] })).toBe('reachable');
    expect(through({ cidr_blocks: ['10.0.0.0/16'] })).toBe('blocked');
  });

  test('does not for targets that are addresses, unless it is told to', () => {
    const byAddress = { target_type: 'ip' };
    expect(through({ cidr_blocks: ['10.0.0.0/16'] }, {}, byAddress)).toBe('reachable');
    expect(through({ cidr_blocks: ['203.0.113.0/24'] }, {}, byAddress)).toBe('blocked');
    const told = { ...byAddress, preserve_client_ip: 'true' };
    expect(through({ cidr_blocks: ['203.0.113.0/24'] }, {}, told)).toBe('reachable');
  });

  test('may be told not to', () => {
    const told = { preserve_client_ip: 'false' };
    expect(through({ cidr_blocks: ['10.0.0.0/16'] }, {}, told)).toBe('reachable');
    expect(through({ cidr_blocks: ['203.0.113.0/24'] }, {}, told)).toBe('blocked');
  });

  test('a rule that names its group admits what it sends, also under the address of the client', () => {
    expect(through(fromLb, { security_groups: lbGroup })).toBe('reachable');
    expect(through(fromLb)).toBe('blocked');
  });

  test('by UDP always keeps it', () => {
    const udp = (source: Record<string, unknown>) =>
      network(
        withServer({}),
        balancer({ ...nlb, enable_cross_zone_load_balancing: true }, { target_type: 'ip' }, 'UDP'),
        {
          aws_security_group: {
            server: { ingress: [rule('udp/8080', source)] },
          },
        },
      ).reach('203.0.113.9', 'aws_instance.server', 'udp/443', 'aws_lb.lb');
    expect(udp({ cidr_blocks: ['203.0.113.0/24'] })).toBe('reachable');
    expect(udp({ cidr_blocks: ['10.0.0.0/16'] })).toBe('blocked');
  });
});

describe('A51: an Internet-facing balancer makes private targets reachable through it', () => {
  const asked = (attributes: Record<string, unknown>) =>
    network(withServer(fromLb), balancer({ ...alb, ...attributes }));

  test('though they cannot be dialled directly', () => {
    expect(asked({}).reach('internet', 'aws_instance.server', 'tcp/8080')).toBe('blocked');
    expect(asked({}).anyWay('internet', 'aws_instance.server', 'tcp/8080')).toBe('reachable');
  });

  test('an internal one does not', () => {
    expect(asked({ internal: true }).anyWay('internet', 'aws_instance.server', 'tcp/8080')).toBe('blocked');
    expect(asked({ internal: true }).anyWay('aws_instance.client', 'aws_instance.server', 'tcp/8080')).toBe(
      'reachable',
    );
  });
});

describe('A52: without cross-zone balancing a node sends to targets in its own zone only', () => {
  /** The server is in the zone of subnet b; the balancer stands in these subnets. */
  const asked = (subnets: readonly string[], cross: boolean) =>
    network(
      withServer({ cidr_blocks: ['0.0.0.0/0'] }),
      balancer(
        {
          ...nlb,
          subnets: subnets.map((name) => `\${aws_subnet.${name}.id}`),
          enable_cross_zone_load_balancing: cross,
        },
        {},
        'TCP',
      ),
    ).anyWay('internet', 'aws_instance.server', 'tcp/8080');

  test('a node in the zone of the target sends', () => {
    expect(asked(['b'], false)).toBe('reachable');
  });

  test('one in another zone does not', () => {
    expect(asked(['a'], false)).toBe('blocked');
  });

  test('with cross-zone balancing it does', () => {
    expect(asked(['a'], true)).toBe('reachable');
  });

  test('an application load balancer always does, unless a target group turns it off', () => {
    const one = (crosses: string | null) =>
      network(
        withServer(fromLb),
        balancer({ ...alb, subnets: ['${aws_subnet.a.id}'] }, { load_balancing_cross_zone_enabled: crosses }),
      ).anyWay('internet', 'aws_instance.server', 'tcp/8080');
    expect(one(null)).toBe('reachable');
    expect(one('false')).toBe('blocked');
  });
});

describe('targets', () => {
  test('an address that an instance is known to have is that instance', () => {
    const net = network(withServer(fromLb), balancer(alb, { target_type: 'ip' }), {
      aws_instance: { server: { private_ip: '10.0.8.20' } },
      aws_lb_target_group_attachment: { server: { target_id: '10.0.8.20' } },
    });
    expect(net.reach('internet', 'aws_instance.server', 'tcp/443', 'aws_lb.lb')).toBe('reachable');
  });

  test('so is a reference to its private address', () => {
    const net = network(withServer(fromLb), balancer(alb, { target_type: 'ip' }), {
      aws_lb_target_group_attachment: { server: { target_id: '${aws_instance.server.private_ip}' } },
    });
    expect(net.reach('internet', 'aws_instance.server', 'tcp/443', 'aws_lb.lb')).toBe('reachable');
  });

  test('a target group that nothing is registered with leads nowhere', () => {
    const { aws_lb_target_group_attachment: _, ...rest } = balancer(alb);
    const net = network(withServer(fromLb), rest);
    expect(net.anyWay('internet', 'aws_instance.server', 'tcp/8080')).toBe('blocked');
  });

  test('a balancer behind a balancer', () => {
    const net = network(withServer(fromLb), balancer({ ...alb, internal: true }), {
      aws_lb: {
        front: {
          load_balancer_type: 'network',
          subnets: ['${aws_subnet.a.id}', '${aws_subnet.b.id}'],
          enable_cross_zone_load_balancing: true,
        },
      },
      aws_lb_target_group: {
        alb: { port: 443, protocol: 'TCP', target_type: 'alb', vpc_id: '${aws_vpc.main.id}' },
      },
      aws_lb_target_group_attachment: {
        alb: { target_group_arn: '${aws_lb_target_group.alb.arn}', target_id: '${aws_lb.lb.arn}', port: 443 },
      },
      aws_lb_listener: {
        front: {
          load_balancer_arn: '${aws_lb.front.arn}',
          port: 443,
          protocol: 'TCP',
          default_action: [{ type: 'forward', target_group_arn: '${aws_lb_target_group.alb.arn}' }],
        },
      },
    });
    expect(net.anyWay('internet', 'aws_instance.server', 'tcp/8080')).toBe('reachable');
    expect(net.reach('internet', 'aws_instance.server', 'tcp/8080')).toBe('blocked');
  });
});

describe('a target that is given by the id of AWS', () => {
  const target = (id: string) => {
    const net = network({
      ...withServer({ security_groups: lbGroup }),
      ...balancer({ security_groups: lbGroup }),
      aws_lb_target_group_attachment: {
        server: { target_group_arn: '${aws_lb_target_group.web.arn}', target_id: id, port: 8080 },
      },
      aws_lb_listener: {
        https: {
          load_balancer_arn: '${aws_lb.lb.arn}',
          port: 443,
          protocol: 'HTTP',
          default_action: [{ type: 'forward', target_group_arn: '${aws_lb_target_group.web.arn}' }],
        },
      },
    });
    return net.anyWay('internet', 'aws_instance.server', 'tcp/8080');
  };

  test('is read, and what the input does not hold may be anything', () => {
    expect(target('i-0123456789abcdef0')).toBe('unknown');
  });

  test('beside one that is there for certain', () => {
    expect(target('${aws_instance.server.id}')).toBe('reachable');
  });
});
