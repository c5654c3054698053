/** AWS resources as Terraform JSON writes them: `{ aws_vpc: { main: { cidr_block: '10.0.0.0/16' } } }`. */
export type Resources = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

/** All resources of all parts; of one that stands in several, the attributes of the later ones win. */
export function together(...parts: readonly Resources[]): Resources {
  const all: Record<string, Record<string, Record<string, unknown>>> = {};
  for (const part of parts) {
    for (const [type, named] of Object.entries(part)) {
      const known = (all[type] ??= {});
      for (const [name, body] of Object.entries(named)) known[name] = { ...known[name], ...body };
    }
  }
  return all;
}

/** The text of a cdk.tf.json: what is to be created, before any plan. Types that begin with `data.` are data sources. */
export function synthText(resources: Resources): string {
  const managed = Object.entries(resources).filter(([type]) => !type.startsWith('data.'));
  const data = Object.entries(resources).filter(([type]) => type.startsWith('data.'));
  return JSON.stringify({
    terraform: { required_providers: { aws: { source: 'aws' } } },
    provider: { aws: [{ region: 'eu-central-1' }] },
    resource: Object.fromEntries(managed),
    ...(data.length === 0
      ? {}
      : { data: Object.fromEntries(data.map(([type, named]) => [type.slice(5), named])) }),
  });
}

const routeAttributes = [
  'carrier_gateway_id',
  'cidr_block',
  'core_network_arn',
  'destination_prefix_list_id',
  'egress_only_gateway_id',
  'gateway_id',
  'ipv6_cidr_block',
  'local_gateway_id',
  'nat_gateway_id',
  'network_interface_id',
  'transit_gateway_id',
  'vpc_endpoint_id',
  'vpc_peering_connection_id',
];

/** A VPC with an Internet gateway and two subnets in two zones: `a` with a route to the gateway, `b` without. */
export const twoSubnets: Resources = {
  aws_vpc: { main: { cidr_block: '10.0.0.0/16' } },
  aws_internet_gateway: { main: { vpc_id: '${aws_vpc.main.id}' } },
  aws_subnet: {
    a: { vpc_id: '${aws_vpc.main.id}', cidr_block: '10.0.1.0/24', availability_zone: 'eu-central-1a' },
    b: { vpc_id: '${aws_vpc.main.id}', cidr_block: '10.0.2.0/24', availability_zone: 'eu-central-1b' },
  },
  aws_route_table: {
    a: {
      vpc_id: '${aws_vpc.main.id}',
      route: [route('0.0.0.0/0', { gateway_id: '${aws_internet_gateway.main.id}' })],
    },
    b: { vpc_id: '${aws_vpc.main.id}' },
  },
  aws_route_table_association: {
    a: { subnet_id: '${aws_subnet.a.id}', route_table_id: '${aws_route_table.a.id}' },
    b: { subnet_id: '${aws_subnet.b.id}', route_table_id: '${aws_route_table.b.id}' },
  },
};

/** A route inside a table, with every attribute that the provider asks for there. */
export function route(to: string, target: Record<string, string>): Record<string, unknown> {
  const empty = Object.fromEntries(routeAttributes.map((name) => [name, null]));
  return { ...empty, [to.includes(':') ? 'ipv6_cidr_block' : 'cidr_block']: to, ...target };
}

/** A rule inside a security group, with every attribute that the provider asks for there. */
export function rule(ports: string, others: Record<string, unknown>): Record<string, unknown> {
  const empty = [
    'cidr_blocks',
    'description',
    'ipv6_cidr_blocks',
    'prefix_list_ids',
    'security_groups',
    'self',
  ];
  return { ...Object.fromEntries(empty.map((name) => [name, null])), ...portsOf(ports), ...others };
}

/** A rule inside a network ACL: `100 allow tcp/443 0.0.0.0/0`. */
export function entry(text: string): Record<string, unknown> {
  const [number, action, ports, block] = text.split(' ');
  const { protocol, from_port, to_port } = portsOf(ports!);
  const icmp = protocol === 'icmp' || protocol === '58';
  return {
    rule_no: Number(number),
    action,
    protocol,
    from_port: icmp ? 0 : from_port,
    to_port: icmp ? 0 : to_port,
    cidr_block: block!.includes(':') ? null : block,
    ipv6_cidr_block: block!.includes(':') ? block : null,
    icmp_type: icmp ? from_port : null,
    icmp_code: icmp ? to_port : null,
  };
}

/** `tcp/443`, `tcp/1024-65535`, `icmp/8/-1`, `-1` as protocol and ports. */
export function portsOf(text: string): { protocol: string; from_port: number; to_port: number } {
  if (text === '-1') return { protocol: '-1', from_port: 0, to_port: 0 };
  const [protocol, range, code] = text.split('/');
  if (code !== undefined) return { protocol: protocol!, from_port: Number(range), to_port: Number(code) };
  const [from, to] = (range ?? '0').split('-');
  return { protocol: protocol!, from_port: Number(from), to_port: Number(to ?? from) };
}

/** A security group that lets everything in and out, of every family. */
export const open = {
  ingress: [rule('-1', { cidr_blocks: ['0.0.0.0/0'], ipv6_cidr_blocks: ['::/0'] })],
  egress: [rule('-1', { cidr_blocks: ['0.0.0.0/0'], ipv6_cidr_blocks: ['::/0'] })],
} as const;

/** A security group of the VPC `main`. */
export const group = (rules: Record<string, unknown> = {}) => ({ vpc_id: '${aws_vpc.main.id}', ...rules });

/** An instance with what a provider asks for. */
export const instance = (attributes: Record<string, unknown>) => ({
  ami: 'ami-0123456789abcdef0',
  instance_type: 't3.micro',
  ...attributes,
});
