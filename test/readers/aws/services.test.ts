import { group, instance, open, type Resources, route, rule, twoSubnets } from './configuration';
import { network } from './network-under-test';

const everywhere = { cidr_blocks: ['0.0.0.0/0'] };
const openGroups = ['${aws_security_group.open.id}'];
const bothSubnets = ['${aws_subnet.a.id}', '${aws_subnet.b.id}'];

/** A client in a subnet of its own. */
const client: Resources = {
  aws_subnet: {
    c: { vpc_id: '${aws_vpc.main.id}', cidr_block: '10.0.3.0/24', availability_zone: 'eu-central-1c' },
  },
  aws_security_group: { open: group(open) },
  aws_instance: {
    client: instance({ subnet_id: '${aws_subnet.c.id}', vpc_security_group_ids: openGroups }),
  },
};

/** An ACL that closes subnet b. */
const closedB: Resources = {
  aws_network_acl: { b: { vpc_id: '${aws_vpc.main.id}', subnet_ids: ['${aws_subnet.b.id}'] } },
};

const database = (attributes: Record<string, unknown> = {}): Resources => ({
  aws_db_subnet_group: { g: { name: 'shop', subnet_ids: bothSubnets } },
  aws_security_group: {
    db: group({ ingress: [rule('tcp/5432', { security_groups: openGroups })] }),
  },
  aws_db_instance: {
    db: {
      engine: 'postgres',
      instance_class: 'db.t4g.micro',
      db_subnet_group_name: '${aws_db_subnet_group.g.name}',
      vpc_security_group_ids: ['${aws_security_group.db.id}'],
      ...attributes,
    },
  },
});

describe('A53: a function in a VPC opens flows and takes none', () => {
  const fn = (more: Resources = {}): Resources => ({
    aws_lambda_function: {
      f: {
        function_name: 'f',
        role: 'arn:aws:iam::123456789012:role/f',
        vpc_config: [{ subnet_ids: ['${aws_subnet.a.id}'], security_group_ids: openGroups }],
      },
    },
    ...more,
  });

  test('it reaches what its groups let it', () => {
    const net = network(twoSubnets, client, fn());
    expect(net.reach('aws_lambda_function.f', 'aws_instance.client', 'tcp/443')).toBe('reachable');
  });

  test('nobody reaches it', () => {
    const net = network(twoSubnets, client, fn());
    expect(net.reach('aws_instance.client', 'aws_lambda_function.f', 'tcp/443')).toBe('blocked');
  });

  test('it never has a public address, also where the subnet maps one, and needs a NAT gateway', () => {
    const mapping: Resources = { aws_subnet: { a: { map_public_ip_on_launch: true } } };
    const net = network(twoSubnets, client, mapping, fn());
    expect(net.reach('aws_lambda_function.f', 'internet', 'tcp/443')).toBe('blocked');
    const behind = network(twoSubnets, client, mapping, fn(), {
      aws_lambda_function: {
        f: { vpc_config: [{ subnet_ids: ['${aws_subnet.b.id}'], security_group_ids: openGroups }] },
      },
      aws_eip: { nat: { domain: 'vpc' } },
      aws_nat_gateway: { nat: { subnet_id: '${aws_subnet.a.id}', allocation_id: '${aws_eip.nat.id}' } },
      aws_route_table: {
        b: { route: [route('0.0.0.0/0', { nat_gateway_id: '${aws_nat_gateway.nat.id}' })] },
      },
    });
    expect(behind.reach('aws_lambda_function.f', 'internet', 'tcp/443')).toBe('reachable');
  });

  test('without vpc_config it stands in no network', () => {
    const net = network(twoSubnets, client, {
      aws_lambda_function: { f: { function_name: 'f', role: 'arn:aws:iam::123456789012:role/f' } },
    });
    expect(net.each((topology) => [...topology.endpoints.keys()].join())).toBe('aws_instance.client');
  });
});

describe('A54: a database is in some subnet of its group', () => {
  test('what holds in each of them is certain', () => {
    const net = network(twoSubnets, client, database());
    expect(net.reach('aws_instance.client', 'aws_db_instance.db', 'tcp/5432')).toBe('reachable');
    expect(net.reach('aws_instance.client', 'aws_db_instance.db', 'tcp/22')).toBe('blocked');
  });

  test('what holds in one of them only is unknown', () => {
    const net = network(twoSubnets, client, database(), closedB);
    expect(net.reach('aws_instance.client', 'aws_db_instance.db', 'tcp/5432')).toBe('unknown');
  });

  test('one that names its zone is in a subnet of that zone', () => {
    const asked = (zone: string) =>
      network(twoSubnets, client, database({ availability_zone: zone }), closedB).reach(
        'aws_instance.client',
        'aws_db_instance.db',
        'tcp/5432',
      );
    expect(asked('eu-central-1a')).toBe('reachable');
    expect(asked('eu-central-1b')).toBe('blocked');
  });

  test('it wears the default group when it names none', () => {
    const net = network(twoSubnets, client, database({ vpc_security_group_ids: null }));
    expect(net.reach('aws_instance.client', 'aws_db_instance.db', 'tcp/5432')).toBe('blocked');
  });

  test('publicly_accessible is of use only with a route to the Internet', () => {
    const asked = (more: Record<string, unknown>, subnets = ['${aws_subnet.a.id}']) =>
      network(twoSubnets, client, database(more), {
        aws_db_subnet_group: { g: { subnet_ids: subnets } },
        aws_security_group: { db: { ingress: [rule('tcp/5432', everywhere)] } },
      }).reach('internet', 'aws_db_instance.db', 'tcp/5432');
    expect(asked({ publicly_accessible: true })).toBe('reachable');
    expect(asked({})).toBe('blocked');
    expect(asked({ publicly_accessible: true }, ['${aws_subnet.b.id}'])).toBe('blocked');
  });

  test.each([
    ['postgres', 5432],
    ['aurora-mysql', 3306],
    ['mariadb', 3306],
    ['oracle-se2', 1521],
    ['sqlserver-ex', 1433],
    ['db2-se', 50000],
  ])('the port of a %s database is %d when none is written', (engine, port) => {
    const net = network(twoSubnets, client, database({ engine }), {
      aws_security_group: { db: { ingress: null } },
      aws_security_group_rule: {
        db: {
          type: 'ingress',
          security_group_id: '${aws_security_group.db.id}',
          protocol: 'tcp',
          from_port: '${aws_db_instance.db.port}',
          to_port: '${aws_db_instance.db.port}',
          source_security_group_id: '${aws_security_group.open.id}',
        },
      },
    });
    expect(net.passes('aws_instance.client', 'aws_db_instance.db', 'tcp')).toBe(`tcp/${port}`);
  });

  test('an Aurora cluster and its instances wear the groups of the cluster', () => {
    const cluster: Resources = {
      ...database(),
      aws_db_instance: {},
      aws_rds_cluster: {
        c: {
          engine: 'aurora-postgresql',
          db_subnet_group_name: '${aws_db_subnet_group.g.name}',
          vpc_security_group_ids: ['${aws_security_group.db.id}'],
        },
      },
      aws_rds_cluster_instance: {
        i: {
          cluster_identifier: '${aws_rds_cluster.c.id}',
          engine: 'aurora-postgresql',
          instance_class: 'db.r6g.large',
        },
      },
    };
    const net = network(twoSubnets, client, cluster);
    for (const target of ['aws_rds_cluster.c', 'aws_rds_cluster_instance.i']) {
      expect(net.reach('aws_instance.client', target, 'tcp/5432')).toBe('reachable');
      expect(net.reach('aws_instance.client', target, 'tcp/22')).toBe('blocked');
    }
  });

  test('a subnet group that is not part of the input leaves it open', () => {
    const net = network(twoSubnets, client, database({ db_subnet_group_name: 'elsewhere' }));
    expect(net.reach('aws_instance.client', 'aws_db_instance.db', 'tcp/5432')).toBe('unknown');
  });
});

describe('A55: services and groups stand for all their machines', () => {
  const service = (network_configuration: Record<string, unknown>): Resources => ({
    aws_ecs_service: {
      api: {
        name: 'api',
        launch_type: 'FARGATE',
        network_configuration: [
          { subnets: bothSubnets, security_groups: openGroups, ...network_configuration },
        ],
      },
    },
  });

  test('an ECS service is reached when a task in every subnet is', () => {
    expect(
      network(twoSubnets, client, service({})).reach('aws_instance.client', 'aws_ecs_service.api', 'tcp/80'),
    ).toBe('reachable');
  });

  test('and in part when only some are', () => {
    const net = network(twoSubnets, client, service({}), closedB);
    expect(net.reach('aws_instance.client', 'aws_ecs_service.api', 'tcp/80')).toBe('partial');
  });

  test('assign_public_ip gives its tasks public addresses', () => {
    const asked = (assign: boolean) =>
      network(
        twoSubnets,
        client,
        service({ subnets: ['${aws_subnet.a.id}'], assign_public_ip: assign }),
      ).reach('internet', 'aws_ecs_service.api', 'tcp/80');
    expect(asked(true)).toBe('reachable');
    expect(asked(false)).toBe('blocked');
  });

  test('a service is a target of its load balancer on the port of its container', () => {
    const net = network(twoSubnets, client, service({ subnets: ['${aws_subnet.a.id}'] }), {
      aws_security_group: { lb: group(open) },
      aws_lb: {
        lb: { subnets: ['${aws_subnet.a.id}'], security_groups: ['${aws_security_group.lb.id}'] },
      },
      aws_lb_target_group: {
        api: { port: 80, protocol: 'HTTP', target_type: 'ip', vpc_id: '${aws_vpc.main.id}' },
      },
      aws_lb_listener: {
        http: {
          load_balancer_arn: '${aws_lb.lb.arn}',
          port: 80,
          protocol: 'HTTP',
          default_action: [{ type: 'forward', target_group_arn: '${aws_lb_target_group.api.arn}' }],
        },
      },
      aws_ecs_service: {
        api: {
          load_balancer: [
            {
              target_group_arn: '${aws_lb_target_group.api.arn}',
              container_name: 'api',
              container_port: 3000,
            },
          ],
        },
      },
    });
    expect(net.anyWay('internet', 'aws_ecs_service.api', 'tcp/3000')).toBe('reachable');
    expect(net.anyWay('internet', 'aws_ecs_service.api', 'tcp/80')).toBe('blocked');
  });

  test('tasks without interfaces of their own are not modelled', () => {
    const net = network(twoSubnets, client, { aws_ecs_service: { old: { name: 'old' } } });
    expect(net.reach('aws_instance.client', 'aws_ecs_service.old', 'tcp/80')).toBe('unknown');
  });

  const fleet = (more: Resources = {}): Resources => ({
    aws_launch_template: { t: { vpc_security_group_ids: openGroups } },
    aws_autoscaling_group: {
      g: {
        min_size: 1,
        max_size: 4,
        vpc_zone_identifier: bothSubnets,
        launch_template: [{ id: '${aws_launch_template.t.id}', version: '$Latest' }],
      },
    },
    ...more,
  });

  test('an auto scaling group launches into each of its subnets what its template says', () => {
    const net = network(twoSubnets, client, fleet());
    expect(net.reach('aws_instance.client', 'aws_autoscaling_group.g', 'tcp/22')).toBe('reachable');
    const partly = network(twoSubnets, client, fleet(), closedB);
    expect(partly.reach('aws_instance.client', 'aws_autoscaling_group.g', 'tcp/22')).toBe('partial');
  });

  test('by the older launch configuration too', () => {
    const net = network(twoSubnets, client, {
      aws_launch_configuration: {
        c: { image_id: 'ami-0123456789abcdef0', instance_type: 't3.micro', security_groups: openGroups },
      },
      aws_autoscaling_group: {
        g: {
          min_size: 1,
          max_size: 4,
          vpc_zone_identifier: bothSubnets,
          launch_configuration: '${aws_launch_configuration.c.name}',
        },
      },
    });
    expect(net.reach('aws_instance.client', 'aws_autoscaling_group.g', 'tcp/22')).toBe('reachable');
  });

  test('with a template that is not part of the input it is unknown', () => {
    const net = network(twoSubnets, client, fleet(), {
      aws_autoscaling_group: { g: { launch_template: [{ id: 'lt-0123456789abcdef0' }] } },
    });
    expect(net.reach('aws_instance.client', 'aws_autoscaling_group.g', 'tcp/22')).toBe('unknown');
  });

  test.each([
    [
      'target_group_arns',
      { aws_autoscaling_group: { g: { target_group_arns: ['${aws_lb_target_group.t.arn}'] } } },
    ],
    [
      'aws_autoscaling_attachment',
      {
        aws_autoscaling_attachment: {
          a: {
            autoscaling_group_name: '${aws_autoscaling_group.g.name}',
            lb_target_group_arn: '${aws_lb_target_group.t.arn}',
          },
        },
      },
    ],
    [
      'traffic_source',
      {
        aws_autoscaling_group: {
          g: { traffic_source: [{ identifier: '${aws_lb_target_group.t.arn}', type: 'elbv2' }] },
        },
      },
    ],
  ])('a group registers its instances with a target group by %s', (_, registration: Resources) => {
    const balanced: Resources = {
      aws_security_group: { lb: group(open) },
      aws_lb: { lb: { subnets: ['${aws_subnet.a.id}'], security_groups: ['${aws_security_group.lb.id}'] } },
      aws_lb_target_group: { t: { port: 80, protocol: 'HTTP', vpc_id: '${aws_vpc.main.id}' } },
      aws_lb_listener: {
        http: {
          load_balancer_arn: '${aws_lb.lb.arn}',
          port: 80,
          protocol: 'HTTP',
          default_action: [{ type: 'forward', target_group_arn: '${aws_lb_target_group.t.arn}' }],
        },
      },
    };
    const asked = (...more: Resources[]) =>
      network(twoSubnets, client, fleet(), balanced, ...more).anyWay(
        'internet',
        'aws_autoscaling_group.g',
        'tcp/80',
      );
    expect(asked(registration)).toBe('reachable');
    expect(asked()).toBe('blocked');
  });
});

describe('what is not modelled', () => {
  const cache = (groups: readonly string[]): Resources => ({
    aws_elasticache_subnet_group: { g: { name: 'cache', subnet_ids: ['${aws_subnet.b.id}'] } },
    aws_elasticache_cluster: {
      c: {
        cluster_id: 'c',
        subnet_group_name: '${aws_elasticache_subnet_group.g.name}',
        security_group_ids: groups,
      },
    },
  });

  test('is an endpoint about which the verdict is unknown', () => {
    const net = network(twoSubnets, client, cache(openGroups));
    expect(net.reach('aws_instance.client', 'aws_elasticache_cluster.c', 'tcp/6379')).toBe('unknown');
    expect(net.keys('aws_instance.client', 'aws_elasticache_cluster.c', 'tcp/6379')).toEqual([
      'aws_elasticache_cluster.c',
    ]);
  });

  test('and is listed', () => {
    const net = network(twoSubnets, client, cache(openGroups));
    expect(
      net.each((topology) => topology.gaps.map((gap) => `${gap.type} in ${gap.segments.join()}`).join()),
    ).toBe('aws_elasticache_cluster in aws_subnet.b');
  });

  test('where the network lets nothing through anyway the verdict is blocked', () => {
    const net = network(twoSubnets, client, cache(openGroups), closedB);
    expect(net.reach('aws_instance.client', 'aws_elasticache_cluster.c', 'tcp/6379')).toBe('blocked');
  });

  test('a type that is newer than the lists counts by what it names', () => {
    const net = network(twoSubnets, client, {
      aws_brand_new_thing: {
        n: { network: [{ subnet_ids: ['${aws_subnet.a.id}'], security_group_ids: openGroups }] },
      },
    });
    expect(net.reach('aws_instance.client', 'aws_brand_new_thing.n', 'tcp/443')).toBe('unknown');
  });

  test('one that names neither a subnet nor a group stands in no network', () => {
    const net = network(twoSubnets, client, { aws_codebuild_project: { p: { name: 'p' } } });
    expect(net.each((topology) => [...topology.endpoints.keys()].join())).toBe('aws_instance.client');
  });

  test('what passes flows on leaves open who reaches whom in its VPC', () => {
    const net = network(twoSubnets, client, {
      aws_security_group: { closed: group({ ingress: [], egress: [] }) },
      aws_instance: {
        server: instance({
          subnet_id: '${aws_subnet.b.id}',
          vpc_security_group_ids: ['${aws_security_group.open.id}'],
        }),
      },
      aws_elb: { old: { subnets: ['${aws_subnet.a.id}'], security_groups: openGroups, listener: [] } },
    });
    expect(net.reach('internet', 'aws_instance.server', 'tcp/80')).toBe('blocked');
    expect(net.anyWay('internet', 'aws_instance.server', 'tcp/80')).toBe('unknown');
  });
});
