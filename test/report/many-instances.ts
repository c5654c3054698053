/** Terraform of a VPC with many instances in four subnets, in groups that let in their neighbours. */
export function manyInstances(count: number, name = (index: number) => `machine-${index}`): object {
  const roles = ['web', 'api', 'cache', 'data', 'batch'] as const;
  const subnets = ['a', 'b', 'c', 'd'] as const;
  const rule = (port: number, from: object) => ({ protocol: 'tcp', from_port: port, to_port: port, ...from });
  const anywhere = { cidr_blocks: ['0.0.0.0/0'] };
  const all = { protocol: '-1', from_port: 0, to_port: 0, ...anywhere };
  return {
    resource: {
      aws_vpc: { main: { cidr_block: '10.0.0.0/16' } },
      aws_internet_gateway: { main: { vpc_id: '${aws_vpc.main.id}' } },
      aws_default_route_table: {
        main: {
          default_route_table_id: '${aws_vpc.main.default_route_table_id}',
          route: [{ cidr_block: '0.0.0.0/0', gateway_id: '${aws_internet_gateway.main.id}' }],
        },
      },
      aws_subnet: Object.fromEntries(
        subnets.map((subnet, index) => [
          subnet,
          {
            vpc_id: '${aws_vpc.main.id}',
            cidr_block: `10.0.${index * 16}.0/20`,
            availability_zone: `eu-central-1${index < 2 ? 'a' : 'b'}`,
            tags: { Name: `net-${subnet}`, Tier: index % 2 === 0 ? 'front' : 'back' },
          },
        ]),
      ),
      aws_security_group: Object.fromEntries(
        roles.map((role, index) => [
          role,
          {
            vpc_id: '${aws_vpc.main.id}',
            egress: [all],
            ingress: [
              index === 0
                ? rule(443, anywhere)
                : rule(8000 + index, { security_groups: [`\${aws_security_group.${roles[index - 1]}.id}`] }),
            ],
          },
        ]),
      ),
      aws_instance: Object.fromEntries(
        Array.from({ length: count }, (_, index) => [
          `m${index}`,
          {
            ami: 'ami-1',
            instance_type: 't3.micro',
            subnet_id: `\${aws_subnet.${subnets[index % 4]}.id}`,
            associate_public_ip_address: index % 200 === 0,
            vpc_security_group_ids: [`\${aws_security_group.${roles[index % roles.length]}.id}`],
            tags: { Name: name(index) },
          },
        ]),
      ),
    },
  };
}
