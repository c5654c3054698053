import { DefaultSecurityGroup } from '@cdktf/provider-aws/lib/default-security-group';
import { Eip } from '@cdktf/provider-aws/lib/eip';
import { InternetGateway } from '@cdktf/provider-aws/lib/internet-gateway';
import { NatGateway } from '@cdktf/provider-aws/lib/nat-gateway';
import { NetworkAcl } from '@cdktf/provider-aws/lib/network-acl';
import { Route } from '@cdktf/provider-aws/lib/route';
import { RouteTable } from '@cdktf/provider-aws/lib/route-table';
import { RouteTableAssociation } from '@cdktf/provider-aws/lib/route-table-association';
import { Subnet } from '@cdktf/provider-aws/lib/subnet';
import { Vpc } from '@cdktf/provider-aws/lib/vpc';
import { Construct } from 'constructs';

/**
 * What ThreeSubnetVpc makes without props, written out with the provider's classes and nothing else: what somebody
 * would write who knows it by heart. A test holds the two to the same resources.
 */
export function bareVpc(parent: Construct, id: string, region: string): void {
  const scope = new Construct(parent, id);
  const tagged = (name: string, tier?: string): Record<string, string> => ({
    Name: name === '' ? id : `${id}-${name}`,
    ...(tier !== undefined && { Tier: tier }),
    ManagedBy: 'netproof',
  });
  const vpc = new Vpc(scope, 'vpc', {
    cidrBlock: '10.0.0.0/16',
    enableDnsSupport: true,
    enableDnsHostnames: true,
    tags: tagged(''),
  });
  const vpcId = vpc.id;
  new DefaultSecurityGroup(scope, 'default-security-group', {
    vpcId,
    ingress: [],
    egress: [],
    tags: tagged('default-closed'),
  });
  const internetGateway = new InternetGateway(scope, 'internet-gateway', {
    vpcId,
    tags: tagged('internet-gateway'),
  });

  const subnet = (tier: string, cidrBlock: string, routeTableId: string) => {
    const made = new Subnet(scope, `${tier}-subnet`, {
      vpcId,
      cidrBlock,
      availabilityZone: `${region}a`,
      mapPublicIpOnLaunch: false,
      tags: tagged(`${tier}-a`, tier),
    });
    const association = new RouteTableAssociation(scope, `${tier}-association`, {
      subnetId: made.id,
      routeTableId,
    });
    return { id: made.id, association };
  };
  const routeTable = (tier: string, name: string) =>
    new RouteTable(scope, `${tier}-routes`, { vpcId, tags: tagged(name, tier) });

  const publicRoutes = routeTable('public', 'public-routes');
  const internetRoute = new Route(scope, 'internet-route', {
    routeTableId: publicRoutes.id,
    destinationCidrBlock: '0.0.0.0/0',
    gatewayId: internetGateway.id,
  });
  const publicSubnet = subnet('public', '10.0.1.0/24', publicRoutes.id);
  const privateRoutes = routeTable('private', 'private-a-routes');
  subnet('private', '10.0.2.0/24', privateRoutes.id);
  const dbSubnet = subnet('db', '10.0.3.0/28', routeTable('db', 'db-routes').id);

  const allow = (ruleNo: number, fromPort: number, toPort: number) => ({
    ruleNo,
    action: 'allow',
    protocol: 'tcp',
    fromPort,
    toPort,
    cidrBlock: '10.0.2.0/24',
  });
  new NetworkAcl(scope, 'db-acl', {
    vpcId,
    subnetIds: [dbSubnet.id],
    ingress: [allow(100, 5432, 5432), allow(101, 6379, 6379)],
    egress: [allow(100, 1024, 65535)],
    tags: tagged('db-acl', 'db'),
  });

  const address = new Eip(scope, 'nat-address', {
    domain: 'vpc',
    tags: tagged('nat-a-address', 'public'),
    dependsOn: [internetGateway],
  });
  const nat = new NatGateway(scope, 'nat', {
    allocationId: address.id,
    subnetId: publicSubnet.id,
    tags: tagged('nat-a', 'public'),
    dependsOn: [internetGateway, internetRoute, publicSubnet.association],
  });
  new Route(scope, 'nat-route', {
    routeTableId: privateRoutes.id,
    destinationCidrBlock: '0.0.0.0/0',
    natGatewayId: nat.id,
  });
}
