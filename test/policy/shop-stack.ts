/** Terraform of a shop on AWS as CDKTF writes it: a web server in public, api and database in private. */
export function shopStack(change: { readonly webReachesDb?: boolean } = {}): object {
  const { webReachesDb = false } = change;
  return {
    terraform: { required_providers: { aws: { source: 'hashicorp/aws', version: '6.25.0' } } },
    provider: { aws: [{ region: 'eu-central-1' }] },
    resource: {
      aws_vpc: { net: { cidr_block: '10.0.0.0/16' } },
      aws_internet_gateway: { main: { vpc_id: '${aws_vpc.net.id}' } },
      aws_subnet: {
        public: { vpc_id: '${aws_vpc.net.id}', cidr_block: '10.0.1.0/24' },
        private: { vpc_id: '${aws_vpc.net.id}', cidr_block: '10.0.2.0/24' },
      },
      aws_route_table: {
        public: {
          vpc_id: '${aws_vpc.net.id}',
          route: [{ cidr_block: '0.0.0.0/0', gateway_id: '${aws_internet_gateway.main.id}' }],
        },
      },
      aws_route_table_association: {
        public: { subnet_id: '${aws_subnet.public.id}', route_table_id: '${aws_route_table.public.id}' },
      },
      aws_security_group: {
        web: group(
          [rule(80, { cidr_blocks: ['0.0.0.0/0'] })],
          [
            rule(8080, { cidr_blocks: ['10.0.2.0/24'] }),
            ...(webReachesDb ? [rule(5432, { cidr_blocks: ['10.0.2.0/24'] })] : []),
          ],
        ),
        api: group(
          [rule(8080, { security_groups: ['${aws_security_group.web.id}'] })],
          [rule(5432, { cidr_blocks: ['10.0.2.0/24'] })],
        ),
        db: group(
          [
            rule(5432, { security_groups: ['${aws_security_group.api.id}'] }),
            ...(webReachesDb ? [rule(5432, { security_groups: ['${aws_security_group.web.id}'] })] : []),
          ],
          [],
        ),
      },
      aws_instance: {
        web: { ...instance('web', 'public', '10.0.1.10'), associate_public_ip_address: true },
        api: instance('api', 'private', '10.0.2.10'),
        db: { ...instance('db', 'private', '10.0.2.20'), tags: { Tier: 'db' } },
      },
    },
  };
}

function group(ingress: readonly object[], egress: readonly object[]): object {
  return { vpc_id: '${aws_vpc.net.id}', ingress, egress };
}

function rule(port: number, given: object): object {
  const empty = { cidr_blocks: null, ipv6_cidr_blocks: null, prefix_list_ids: null, security_groups: null };
  return {
    description: '',
    protocol: 'tcp',
    from_port: port,
    to_port: port,
    self: false,
    ...empty,
    ...given,
  };
}

function instance(name: string, subnet: string, address: string): object {
  return {
    '//': { metadata: { path: `aws-shop/shop/${name}/Resource`, uniqueId: name } },
    ami: 'ami-1',
    instance_type: 't3.micro',
    subnet_id: `\${aws_subnet.${subnet}.id}`,
    private_ip: address,
    vpc_security_group_ids: [`\${aws_security_group.${name}.id}`],
  };
}
