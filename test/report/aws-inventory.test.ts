import { inventoryOf, linesOf, type Resources } from './inventory-of';

const vpc = { aws_vpc: { main: { cidr_block: '10.0.0.0/16' } } };
const subnet = (block: string, more: object = {}): object => ({
  vpc_id: '${aws_vpc.main.id}',
  cidr_block: block,
  ...more,
});
const named = (name: string): object => ({ tags: { Name: name } });

/** A VPC whose subnet `web` follows a table with these routes. */
const withRoutes = (routes?: Readonly<Record<string, object>>): Resources => ({
  ...vpc,
  aws_subnet: { web: subnet('10.0.1.0/24') },
  aws_internet_gateway: { igw: { vpc_id: '${aws_vpc.main.id}' } },
  aws_route_table: { t: { vpc_id: '${aws_vpc.main.id}' }, other: { vpc_id: '${aws_vpc.main.id}' } },
  aws_route_table_association: {
    a: { subnet_id: '${aws_subnet.web.id}', route_table_id: '${aws_route_table.t.id}' },
  },
  ...(routes && { aws_route: routes }),
});
const firstSubnet = (resources: Resources) => inventoryOf(resources).aws!.vpcs[0]!.subnets[0]!;
const wayOut = (resources: Resources): string => firstSubnet(resources).wayOut.text;

test.each([
  ['10.0.1.0/24', 251],
  ['10.0.3.0/28', 11],
  ['10.0.0.0/16', 65_531],
  ['10.0.3.7/28', 11],
  ['10.0.3.0/30', 0],
  ['${var.block}', null],
  ['not a block', null],
])('a subnet of %s has %s usable addresses', (block, usable) => {
  expect(firstSubnet({ ...vpc, aws_subnet: { s: subnet(block) } })).toMatchObject({ block, usable });
});

test('a default route to an Internet gateway is a way out, and the same route of another table is not', () => {
  const route = { destination_cidr_block: '0.0.0.0/0', gateway_id: '${aws_internet_gateway.igw.id}' };
  expect(wayOut(withRoutes({ r: { route_table_id: '${aws_route_table.t.id}', ...route } }))).toBe(
    'internet via igw',
  );
  expect(wayOut(withRoutes({ r: { route_table_id: '${aws_route_table.other.id}', ...route } }))).toBe(
    'no way out',
  );
});

test('a route through a NAT gateway names the subnet that it stands in', () => {
  const resources = withRoutes({
    r: {
      route_table_id: '${aws_route_table.t.id}',
      destination_cidr_block: '0.0.0.0/0',
      nat_gateway_id: '${aws_nat_gateway.n.id}',
    },
  });
  const complete = {
    ...resources,
    aws_subnet: { ...resources['aws_subnet'], front: subnet('10.0.9.0/24', named('front')) },
    aws_nat_gateway: { n: { subnet_id: '${aws_subnet.front.id}', allocation_id: '${aws_eip.e.id}' } },
    aws_eip: { e: { domain: 'vpc' } },
  };
  expect(firstSubnet(complete).wayOut).toMatchObject({
    kind: 'nat gateway',
    text: 'internet via nat (front)',
  });
});

test('a table without routes is no way out, and a route to somewhere is named with its block', () => {
  expect(wayOut(withRoutes())).toBe('no way out');
  const peering = {
    route_table_id: '${aws_route_table.t.id}',
    destination_cidr_block: '10.9.0.0/16',
    vpc_peering_connection_id: '${aws_vpc_peering_connection.p.id}',
  };
  expect(wayOut(withRoutes({ p: peering }))).toBe('10.9.0.0/16 via peering aws_vpc_peering_connection.p');
});

test('routes written inside the table count, the local one does not', () => {
  const inline = (route: object): Resources => {
    const resources = withRoutes();
    return { ...resources, aws_route_table: { t: { vpc_id: '${aws_vpc.main.id}', route: [route] } } };
  };
  const local = { cidr_block: '10.0.0.0/16', gateway_id: 'local', nat_gateway_id: null };
  expect(wayOut(inline(local))).toBe('no way out');
  const out = { cidr_block: '0.0.0.0/0', gateway_id: '${aws_internet_gateway.igw.id}', nat_gateway_id: null };
  expect(wayOut(inline(out))).toBe('internet via igw');
});

test('a subnet without association follows the main table of its VPC', () => {
  const route = { destination_cidr_block: '0.0.0.0/0', gateway_id: '${aws_internet_gateway.igw.id}' };
  const plain = {
    ...vpc,
    aws_subnet: { s: subnet('10.0.1.0/24') },
    aws_internet_gateway: { igw: { vpc_id: '${aws_vpc.main.id}' } },
  };
  expect(wayOut(plain)).toBe('no way out');
  const byName = { r: { route_table_id: '${aws_vpc.main.main_route_table_id}', ...route } };
  expect(wayOut({ ...plain, aws_route: byName })).toBe('internet via igw');
  const adopted = {
    ...plain,
    aws_default_route_table: { d: { default_route_table_id: '${aws_vpc.main.default_route_table_id}' } },
    aws_route: { r: { route_table_id: '${aws_default_route_table.d.id}', ...route } },
  };
  expect(wayOut(adopted)).toBe('internet via igw');
});

test.each([
  [
    'an association of an unknown subnet',
    { aws_route_table_association: { a: { subnet_id: '${var.subnet}', route_table_id: 'rtb-1' } } },
  ],
  [
    'a table that is not declared',
    {
      aws_route_table_association: { a: { subnet_id: '${aws_subnet.s.id}', route_table_id: '${var.table}' } },
    },
  ],
  [
    'a route of an unknown table',
    {
      aws_route: {
        r: { route_table_id: '${var.table}', destination_cidr_block: '0.0.0.0/0', gateway_id: 'igw-1' },
      },
    },
  ],
  [
    'a number of routes that only apply tells',
    {
      aws_route: {
        r: { count: '${var.n}', route_table_id: '${aws_vpc.main.main_route_table_id}', gateway_id: 'igw-1' },
      },
    },
  ],
  [
    'a table that was read and not made',
    {
      aws_route_table_association: {
        a: { subnet_id: '${aws_subnet.s.id}', route_table_id: '${data.aws_route_table.t.id}' },
      },
    },
  ],
  [
    'a table with routes that only apply tells',
    {
      aws_route_table: { t: { dynamic: { route: { for_each: '${var.routes}', content: {} } } } },
      aws_route_table_association: {
        a: { subnet_id: '${aws_subnet.s.id}', route_table_id: '${aws_route_table.t.id}' },
      },
    },
  ],
])('%s leaves the way out open instead of guessing', (_, more) => {
  expect(firstSubnet({ ...vpc, aws_subnet: { s: subnet('10.0.1.0/24') }, ...more }).wayOut.kind).toBe(
    'not known',
  );
});

test('an endpoint of a service and a VPN gateway are ways out that no route names', () => {
  const table = '${aws_route_table.t.id}';
  const endpoint = { vpc_id: '${aws_vpc.main.id}', service_name: 's3' };
  const other = { e: { ...endpoint, route_table_ids: ['${aws_route_table.other.id}'] } };
  expect(wayOut({ ...withRoutes(), aws_vpc_endpoint: other })).toBe('no way out');
  const own = { e: { ...endpoint, route_table_ids: [table] } };
  expect(wayOut({ ...withRoutes(), aws_vpc_endpoint: own })).toBe('its service via s3');
  const learnt = { p: { route_table_id: table, vpn_gateway_id: 'vgw-1' } };
  expect(wayOut({ ...withRoutes(), aws_vpn_gateway_route_propagation: learnt })).toBe(
    'what it learns via vgw-1',
  );
});

test('the VPC of another stack may hold any routes', () => {
  const subnets = { s: { vpc_id: '${data.aws_vpc.theirs.id}', cidr_block: '10.0.1.0/24' } };
  const lines = linesOf({ aws_subnet: subnets }, { data: { aws_vpc: { theirs: { id: 'vpc-1' } } } });
  expect(lines).toEqual([
    's   VPC made elsewhere   region from AWS_REGION or the profile',
    '  aws_subnet.s   10.0.1.0/24   251 usable   way out not known: the main route table of its VPC is not declared here',
    '  1 resource and 1 data source -> cdk.tf.json',
  ]);
});

describe('a network ACL', () => {
  const rule = (number: number, port: number, block: string, more: object = {}): object => ({
    network_acl_id: '${aws_network_acl.db.id}',
    rule_number: number,
    rule_action: 'allow',
    protocol: 'tcp',
    from_port: port,
    to_port: port,
    cidr_block: block,
    egress: false,
    ...more,
  });
  const guarded = (rules: Record<string, object>): Resources => ({
    ...vpc,
    aws_subnet: { db: subnet('10.0.3.0/28'), free: subnet('10.0.4.0/24') },
    aws_network_acl: { db: { vpc_id: '${aws_vpc.main.id}', subnet_ids: ['${aws_subnet.db.id}'] } },
    aws_network_acl_rule: rules,
  });

  test('says what its rules let in, from where, and nothing about a subnet that it does not guard', () => {
    const lines = linesOf(
      guarded({
        b: rule(110, 6379, '10.0.2.0/24'),
        a: rule(100, 5432, '10.0.2.0/24'),
        out: rule(100, 1024, '10.0.2.0/24', { to_port: 65_535, egress: true }),
      }),
    );
    expect(lines.filter((line) => line.includes('usable'))).toEqual([
      '  aws_subnet.db     10.0.3.0/28    11 usable   no way out   network ACL lets in tcp/5432, tcp/6379 from 10.0.2.0/24',
      '  aws_subnet.free   10.0.4.0/24   251 usable   no way out',
    ]);
  });

  test('without rules lets nothing in', () => {
    expect(linesOf(guarded({})).join('\n')).toContain('network ACL lets nothing in');
  });

  test('with rules that only apply tells makes no promise', () => {
    const said = (resources: Resources) => linesOf(resources).join('\n');
    const promise = 'network ACL with rules that are not known before apply';
    expect(said(guarded({ r: rule(100, 5432, '10.0.2.0/24', { count: '${var.n}' }) }))).toContain(promise);
    expect(said(guarded({ r: rule(100, 5432, '10.0.2.0/24', { network_acl_id: '${var.acl}' }) }))).toContain(
      promise,
    );
    const dynamic = { ingress: { for_each: '${var.rules}', content: { protocol: 'tcp' } } };
    const acl = { db: { subnet_ids: ['${aws_subnet.db.id}'], dynamic } };
    expect(said({ ...guarded({}), aws_network_acl: acl })).toContain(promise);
  });

  test('with a denying rule makes no promise', () => {
    const rules = {
      a: rule(90, 5432, '10.0.2.9/32', { rule_action: 'deny' }),
      b: rule(100, 5432, '10.0.2.0/24'),
    };
    expect(linesOf(guarded(rules)).join('\n')).toContain('network ACL with 2 rules for what comes in');
  });

  test.each([
    ['-1', 0, 0, 'all'],
    ['6', 443, 443, 'tcp/443'],
    ['udp', 0, 65_535, 'udp'],
    ['1', -1, -1, 'icmp'],
    ['47', 0, 0, '47'],
    ['300', 0, 0, '300'],
    ['${var.protocol}', 1, 2, '${var.protocol}'],
  ])('names protocol %s from %d to %d as %s', (protocol, from, to, traffic) => {
    const [read] = firstSubnet(guarded({ r: rule(1, from, '10.0.2.0/24', { protocol, to_port: to }) }))
      .networkAcl!.ingress;
    expect(read!.traffic).toBe(traffic);
  });

  test('is found through an association of its own, and reads rules inside it', () => {
    const resources: Resources = {
      ...vpc,
      aws_subnet: { db: subnet('10.0.3.0/28') },
      aws_network_acl: {
        db: {
          vpc_id: '${aws_vpc.main.id}',
          ingress: [
            {
              rule_no: 1,
              action: 'allow',
              protocol: '-1',
              from_port: 0,
              to_port: 0,
              cidr_block: '10.0.0.0/16',
            },
          ],
        },
      },
      aws_network_acl_association: {
        a: { network_acl_id: '${aws_network_acl.db.id}', subnet_id: '${aws_subnet.db.id}' },
      },
    };
    expect(firstSubnet(resources).networkAcl?.ingress).toEqual([
      { number: '1', action: 'allow', traffic: 'all', block: '10.0.0.0/16' },
    ]);
  });
});

test('what is billed by the hour is counted, and nothing is said where nothing is', () => {
  const billed = (resources: Resources) =>
    linesOf({ ...vpc, ...resources }).filter((line) => line.includes('billed'));
  expect(billed({})).toEqual([]);
  expect(billed({ aws_nat_gateway: { n: {} }, aws_eip: { a: {}, b: {} } })).toEqual([
    '  billed hourly: 1 NAT gateway, 2 public IPv4 addresses',
  ]);
});

test('a bill that the ThreeSubnetVpc caused names the prop that saves it, any other does not', () => {
  const bill = (gateway: object, address: object) =>
    linesOf({ ...vpc, aws_nat_gateway: { n: gateway }, aws_eip: { a: address } }).at(-1);
  const ours = { tags: { ManagedBy: 'netproof' } };
  const text = '  billed hourly: 1 NAT gateway, 1 public IPv4 address';
  expect(bill(ours, ours)).toBe(`${text} (nat: 'none' leaves them out)`);
  expect(bill(ours, {})).toBe(text);
});

test('only a default security group without any rule counts as emptied', () => {
  const group = (body: object, more: Resources = {}) =>
    inventoryOf({
      ...vpc,
      aws_default_security_group: { d: { vpc_id: '${aws_vpc.main.id}', ...body } },
      ...more,
    }).aws!.vpcs[0]!.defaultSecurityGroupEmptied;
  expect(group({})).toBe(true);
  expect(group({ ingress: [], egress: [] })).toBe(true);
  expect(group({ egress: [{ protocol: '-1', from_port: 0, to_port: 0, cidr_blocks: ['0.0.0.0/0'] }] })).toBe(
    false,
  );
  expect(group({ ingress: '${var.rules}' })).toBe(false);
  const added = {
    aws_security_group_rule: { r: { security_group_id: '${aws_default_security_group.d.id}' } },
  };
  expect(group({}, added)).toBe(false);
});

test('subnets go by what tells their names apart, and one by its whole name', () => {
  const labels = (...names: string[]) => {
    const subnets = names.map((name, at) => [`s${at}`, subnet(`10.0.${at}.0/24`, named(name))]);
    const { vpcs } = inventoryOf({
      ...vpc,
      aws_subnet: Object.fromEntries(subnets) as Record<string, object>,
    }).aws!;
    return vpcs[0]!.subnets.map(({ label }) => label);
  };
  expect(labels('net-public-a', 'net-private-a', 'net-db-a')).toEqual(['public-a', 'private-a', 'db-a']);
  expect(labels('net-public-a')).toEqual(['net-public-a']);
  expect(labels('net', 'net-db')).toEqual(['net', 'net-db']);
  expect(labels('same', 'same')).toEqual(['same', 'same']);
});

test('subnets stand in the order of their blocks, several VPCs apart, with regions as written', () => {
  const lines = linesOf(
    {
      aws_vpc: { a: { cidr_block: '10.0.0.0/16' }, b: { cidr_block: '10.1.0.0/16', ...named('second') } },
      aws_subnet: {
        z: { vpc_id: '${aws_vpc.a.id}', cidr_block: '10.0.9.0/24', availability_zone: 'eu-central-1a' },
        y: { vpc_id: '${aws_vpc.a.id}', cidr_block: '10.0.10.0/24', map_public_ip_on_launch: true },
        x: { vpc_id: '${aws_vpc.b.id}', cidr_block: '${cidrsubnet(var.block, 8, 1)}' },
      },
    },
    { provider: { aws: [{ region: 'eu-central-1' }, { alias: 'w', region: '${var.west}' }] } },
  );
  expect(lines).toEqual([
    's   eu-central-1, ${var.west}',
    '  aws_vpc.a   10.0.0.0/16',
    '    aws_subnet.z   eu-central-1a   10.0.9.0/24    251 usable   no way out',
    '    aws_subnet.y                   10.0.10.0/24   251 usable   no way out   gives out public addresses',
    '  second   10.1.0.0/16',
    '    aws_subnet.x   ${cidrsubnet(var.block, 8, 1)}   no way out',
    '  5 resources -> cdk.tf.json',
  ]);
});
