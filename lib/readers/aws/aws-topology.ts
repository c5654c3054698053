import type { TopologyBuilder } from '../../topology/topology-builder';
import type { TerraformDocument } from '../terraform-document';
import { addAutoscalingGroups } from './autoscaling-group';
import { addDatabases } from './database';
import { addEcsServices } from './ecs-service';
import { ElasticIps } from './elastic-ip';
import { Estate } from './estate';
import { addInstances } from './instance';
import { InternetGateways } from './internet-gateway';
import { addFunctions } from './lambda-function';
import { LoadBalancers } from './load-balancer';
import { NatGateways } from './nat-gateway';
import { Network } from './network';
import { NextHops } from './next-hop';
import { addNotModelled } from './unmodelled-endpoint';
import { publicIpv4, publicIpv6 } from '../public-addresses';
import { RouteTables } from './route-table';
import { VpcEndpoints } from './vpc-endpoint';
import { AddressSet } from '../../addressing/address-set';

/** Whether a document holds anything that this reader compiles. */
export function hasAws(document: TerraformDocument): boolean {
  return document.resources.some(({ provider }) => provider === 'hashicorp/aws');
}

/**
 * Compiles the AWS resources of a document into a topology: VPCs are domains, subnets segments, security groups
 * stateful filters on interfaces, network ACLs stateless ones on the edge of a subnet, gateways routers, load
 * balancers relays. What is not modelled is added as such, never left out.
 */
export function addAws(document: TerraformDocument, builder: TopologyBuilder): void {
  const network = new Network(new Estate(document), builder);
  // Whatever has interfaces comes first: routes, addresses and balancers name them.
  addInstances(network);
  addAutoscalingGroups(network);
  addDatabases(network);
  addEcsServices(network);
  addFunctions(network);
  const endpoints = new VpcEndpoints(network);
  const balancers = new LoadBalancers(network);
  addNotModelled(network);
  const internet = new InternetGateways(network);
  const addresses = new ElasticIps(network);
  const nats = new NatGateways(network, internet, addresses);
  const tables = new RouteTables(network, new NextHops(network, internet, nats), endpoints);
  nats.compareSubnets((subnet) =>
    JSON.stringify([tables.likenessIn(subnet), network.acls.of(subnet).options]),
  );
  internet.addRouters(
    (vpc, leg) => [
      ...[...network.interfaces.all()]
        .filter((one) => one.subnet.vpc.id === vpc.id)
        .flatMap((one) => addresses.translations(one, leg)),
      ...nats.translations(vpc, leg),
    ],
    (gateway) => tables.edge(gateway),
  );
  nats.addRouters();
  endpoints.addRouters();
  balancers.addRelays();
  network.addSegments((subnet) => tables.of(subnet));
  tables.addTables();
  addZones(network);
}

/** The Internet: every public address that is not one of the input's own. */
function addZones(network: Network): void {
  const own = AddressSet.from([...network.vpcs.all()].flatMap((vpc) => vpc.blocks));
  for (const [id, name, addresses] of [
    ['internet', 'the Internet', publicIpv4],
    ['internet6', 'the Internet by IPv6', publicIpv6],
  ] as const) {
    if (!network.builder.has('zones', id)) {
      network.builder.addZone({ id, name, addresses: addresses.subtract(own) });
    }
  }
}
