const at = (path: string): object => ({ '//': { metadata: { path: `${path}/Resource`, uniqueId: path } } });

/** A VPC with `web`, shown outside, and `database` behind a network ACL: what docs/explain.md asks about. */
export const explainedShop = {
  terraform: { required_providers: { aws: { source: 'hashicorp/aws', version: '6.25.0' } } },
  provider: { aws: { region: 'eu-central-1' } },
  variable: { office_cidr: { type: 'string' } },
  resource: {
    aws_vpc: { net: { ...at('shop/net'), cidr_block: '10.0.0.0/16' } },
    aws_internet_gateway: { net: { ...at('shop/net/gateway'), vpc_id: '${aws_vpc.net.id}' } },
    aws_subnet: {
      public: { ...at('shop/net/public'), vpc_id: '${aws_vpc.net.id}', cidr_block: '10.0.1.0/24' },
      data: { ...at('shop/net/data'), vpc_id: '${aws_vpc.net.id}', cidr_block: '10.0.3.0/28' },
    },
    aws_route_table: {
      public: { ...at('shop/net/public/routes'), vpc_id: '${aws_vpc.net.id}' },
      data: { ...at('shop/net/data/routes'), vpc_id: '${aws_vpc.net.id}' },
    },
    aws_route: {
      out: {
        ...at('shop/net/public/out'),
        route_table_id: '${aws_route_table.public.id}',
        destination_cidr_block: '0.0.0.0/0',
        gateway_id: '${aws_internet_gateway.net.id}',
      },
    },
    aws_route_table_association: {
      public: {
        ...at('shop/net/public/association'),
        subnet_id: '${aws_subnet.public.id}',
        route_table_id: '${aws_route_table.public.id}',
      },
      data: {
        ...at('shop/net/data/association'),
        subnet_id: '${aws_subnet.data.id}',
        route_table_id: '${aws_route_table.data.id}',
      },
    },
    aws_network_acl: {
      data: {
        ...at('shop/net/data/acl'),
        vpc_id: '${aws_vpc.net.id}',
        subnet_ids: ['${aws_subnet.data.id}'],
        ingress: [entry(100, 5432, 5432), entry(110, 8443, 8443)],
        egress: [entry(100, 1024, 49151)],
      },
    },
    aws_security_group: {
      web: {
        ...at('shop/web/group'),
        name: 'web',
        vpc_id: '${aws_vpc.net.id}',
        ingress: [
          rule({ from_port: 443, to_port: 443, cidr_blocks: ['0.0.0.0/0'] }),
          rule({ from_port: 22, to_port: 22, cidr_blocks: ['${var.office_cidr}'] }),
        ],
        egress: [rule({ protocol: '-1', from_port: 0, to_port: 0, cidr_blocks: ['0.0.0.0/0'] })],
      },
      database: {
        ...at('shop/database/group'),
        name: 'database',
        vpc_id: '${aws_vpc.net.id}',
        ingress: [
          rule({ from_port: 5432, to_port: 5432, security_groups: ['${aws_security_group.web.id}'] }),
        ],
      },
    },
    aws_instance: {
      web: instance('shop/web', 'web', 'public', '10.0.1.10'),
      database: instance('shop/database', 'database', 'data', '10.0.3.10'),
    },
    aws_eip: {
      web: { ...at('shop/web/address'), instance: '${aws_instance.web.id}', domain: 'vpc' },
    },
  },
};

function rule(given: object): object {
  const empty = { cidr_blocks: null, ipv6_cidr_blocks: null, prefix_list_ids: null, security_groups: null };
  return { description: '', protocol: 'tcp', self: false, ...empty, ...given };
}

function entry(number: number, from: number, to: number): object {
  return {
    rule_no: number,
    action: 'allow',
    protocol: 'tcp',
    from_port: from,
    to_port: to,
    cidr_block: '10.0.1.0/24',
    ipv6_cidr_block: null,
    icmp_code: null,
    icmp_type: null,
  };
}

function instance(path: string, group: string, subnet: string, address: string): object {
  return {
    ...at(path),
    ami: 'ami-1',
    instance_type: 't3.micro',
    subnet_id: `\${aws_subnet.${subnet}.id}`,
    private_ip: address,
    vpc_security_group_ids: [`\${aws_security_group.${group}.id}`],
    tags: { Name: group },
  };
}
