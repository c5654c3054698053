/** A VPC with `web` and `db`, each with a security group; `db` is entered on 5432 from the group of `web`. */
export const shopTerraform = {
  terraform: { required_providers: { aws: { source: 'hashicorp/aws', version: '6.25.0' } } },
  provider: { aws: { region: 'eu-central-1' } },
  variable: { office_cidr: { type: 'string' } },
  resource: {
    aws_vpc: { net: { cidr_block: '10.0.0.0/16' } },
    aws_subnet: { a: { vpc_id: '${aws_vpc.net.id}', cidr_block: '10.0.1.0/24' } },
    aws_security_group: {
      web: {
        name: 'web',
        vpc_id: '${aws_vpc.net.id}',
        egress: [rule({ protocol: '-1', from_port: 0, to_port: 0, cidr_blocks: ['0.0.0.0/0'] })],
      },
      db: {
        name: 'db',
        vpc_id: '${aws_vpc.net.id}',
        ingress: [
          rule({ from_port: 5432, to_port: 5432, security_groups: ['${aws_security_group.web.id}'] }),
          rule({ from_port: 22, to_port: 22, cidr_blocks: ['${var.office_cidr}'] }),
        ],
      },
    },
    aws_instance: {
      web: instance('web', '10.0.1.10', 'web'),
      db: instance('database', '10.0.1.20', 'db'),
    },
  },
};

function rule(given: object): object {
  const empty = { cidr_blocks: null, ipv6_cidr_blocks: null, prefix_list_ids: null, security_groups: null };
  return { description: '', protocol: 'tcp', self: false, ...empty, ...given };
}

function instance(name: string, address: string, group: string): object {
  return {
    ami: 'ami-1',
    instance_type: 't3.micro',
    subnet_id: '${aws_subnet.a.id}',
    private_ip: address,
    vpc_security_group_ids: [`\${aws_security_group.${group}.id}`],
    tags: { Name: name },
  };
}
