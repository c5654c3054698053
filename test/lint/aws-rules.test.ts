import { found, lintOf, type Resources } from './lint-of';

/** One instance and one database in a subnet, with a security group that lets the Internet in. */
function vpc({
  gateway = true,
  port = 22,
  from = '0.0.0.0/0',
  publicDatabase = false,
}: {
  readonly gateway?: boolean;
  readonly port?: number;
  readonly from?: string;
  readonly publicDatabase?: boolean;
} = {}): Resources {
  const rule = { protocol: 'tcp', from_port: port, to_port: port, cidr_blocks: [from] };
  return {
    aws_vpc: { main: { cidr_block: '10.0.0.0/16' } },
    aws_subnet: {
      a: { vpc_id: '${aws_vpc.main.id}', cidr_block: '10.0.1.0/24', availability_zone: 'eu-central-1a' },
      b: { vpc_id: '${aws_vpc.main.id}', cidr_block: '10.0.2.0/24', availability_zone: 'eu-central-1b' },
    },
    aws_internet_gateway: { igw: { vpc_id: '${aws_vpc.main.id}' } },
    aws_default_route_table: {
      main: {
        default_route_table_id: '${aws_vpc.main.default_route_table_id}',
        route: gateway ? [{ cidr_block: '0.0.0.0/0', gateway_id: '${aws_internet_gateway.igw.id}' }] : [],
      },
    },
    aws_security_group: {
      open: {
        vpc_id: '${aws_vpc.main.id}',
        ingress: [rule],
        egress: [{ protocol: '-1', from_port: 0, to_port: 0, cidr_blocks: ['0.0.0.0/0'] }],
      },
    },
    aws_instance: {
      web: {
        ami: 'ami-1',
        instance_type: 't3.micro',
        subnet_id: '${aws_subnet.a.id}',
        associate_public_ip_address: true,
        vpc_security_group_ids: ['${aws_security_group.open.id}'],
      },
    },
    aws_db_subnet_group: { db: { name: 'db', subnet_ids: ['${aws_subnet.a.id}', '${aws_subnet.b.id}'] } },
    aws_db_instance: {
      db: {
        engine: 'postgres',
        instance_class: 'db.t4g.micro',
        db_subnet_group_name: '${aws_db_subnet_group.db.name}',
        vpc_security_group_ids: ['${aws_security_group.open.id}'],
        publicly_accessible: publicDatabase,
      },
    },
  };
}

describe('aws-admin-port-from-internet', () => {
  const id = 'aws-admin-port-from-internet';

  test.each([22, 3389])('is broken by port %d that the Internet reaches', (port) => {
    expect(found(lintOf(vpc({ port })), id)).toEqual([
      `fail the Internet reaches aws_instance.web on tcp/${port}`,
    ]);
  });

  test.each([
    ['a subnet without a way in', vpc({ gateway: false })],
    ['another port', vpc({ port: 443 })],
    ['an address inside', vpc({ from: '10.0.0.0/16' })],
  ])('holds for %s', (_what, resources) => {
    expect(found(lintOf(resources), id)).toEqual([]);
  });
});

describe('aws-database-from-internet', () => {
  const id = 'aws-database-from-internet';

  test('is broken by a database with a public address and an open group', () => {
    expect(found(lintOf(vpc({ port: 5432, publicDatabase: true })), id)).toEqual([
      'fail the Internet reaches aws_db_instance.db on tcp/5432',
    ]);
  });

  test.each([
    ['one without a public address', vpc({ port: 5432 })],
    [
      'one whose group lets nobody in from there',
      vpc({ port: 5432, publicDatabase: true, from: '10.0.0.0/16' }),
    ],
  ])('holds for %s', (_what, resources) => {
    expect(found(lintOf(resources), id)).toEqual([]);
  });
});
