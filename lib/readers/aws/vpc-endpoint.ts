import { AddressSet } from '../../addressing/address-set';
import { between } from '../../topology/bounds';
import type { NextHop } from '../../topology/route-table';
import type { ForwardRule } from '../../topology/router';
import { translatorPorts } from '../../topology/client-ports';
import { isUnknown } from '../attributes';
import { type AwsResource, idOf } from './estate';
import { internetLeg, vpcLeg } from './internet-gateway';
import { leftOut, type Network } from './network';
import { publicIpv4 } from '../public-addresses';
import { nameOf, type Vpc, vpcTypes } from './vpc';

/** A route that a gateway endpoint puts into a table by itself. */
export interface EndpointRoute {
  readonly endpoint: AwsResource;
  /** Id of the table, as the endpoint names it. */
  readonly at: AwsResource;
  readonly attribute: string;
}

/**
 * VPC endpoints. A gateway endpoint is the target of a route that AWS adds to the tables it lists, towards the public
 * addresses of its service; packets keep their private source. An interface endpoint is an interface in each of its
 * subnets. Endpoint policies are not about packets and are left out.
 * @see https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
 * @see https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
 */
export class VpcEndpoints {
  private readonly network: Network;
  private readonly gateways: readonly AwsResource[];

  constructor(network: Network) {
    this.network = network;
    const endpoints = network.estate.of('aws_vpc_endpoint');
    this.gateways = endpoints.filter((one) => typeOf(one) === 'Gateway');
    for (const endpoint of endpoints) {
      if (typeOf(endpoint) !== 'Gateway') this.addInterfaces(endpoint);
    }
  }

  /** The routes that gateway endpoints put into tables. */
  routes(): readonly EndpointRoute[] {
    const { estate } = this.network;
    const associations = estate.of('aws_vpc_endpoint_route_table_association').flatMap((at) => {
      const [only] = estate.named(at, 'vpc_endpoint_id', ['aws_vpc_endpoint']).options;
      const endpoint = this.gateways.find((gateway) => only !== undefined && gateway.id === idOf(only));
      return endpoint === undefined ? [] : [{ endpoint, at, attribute: 'route_table_id' }];
    });
    return [
      ...this.gateways.map((endpoint) => ({ endpoint, at: endpoint, attribute: 'route_table_ids' })),
      ...associations,
    ];
  }

  hop(endpoint: AwsResource): NextHop {
    return { kind: 'router', router: endpoint.id, leg: vpcLeg(endpoint.id) };
  }

  addRouters(): void {
    for (const endpoint of this.gateways) {
      const { id } = endpoint;
      const vpc = this.vpcOf(endpoint);
      const rule: ForwardRule = {
        action: 'allow',
        from: [vpcLeg(id)],
        to: [internetLeg(id)],
        source: AddressSet.everything(4),
        origin: endpoint.origin(),
      };
      this.network.builder.addRouter({
        id,
        name: `gateway endpoint ${nameOf(endpoint, id)}`,
        legs: [
          { id: vpcLeg(id), kind: 'domain', domain: vpc.id },
          { id: internetLeg(id), kind: 'zone', zone: 'internet' },
        ],
        forward: [rule],
        origin: endpoint.origin(),
      });
    }
  }

  /** Addresses of its service: public, and known only once AWS tells them. */
  addressesOf(endpoint: AwsResource) {
    if (endpoint.has('cidr_blocks')) return this.network.blocks.remote(endpoint, ['cidr_blocks']).addresses;
    const value = { kind: 'ref', address: endpoint.id, attribute: 'cidr_blocks' } as const;
    return between(AddressSet.empty, publicIpv4, [endpoint.unknownOf('cidr_blocks', value)]);
  }

  private vpcOf(endpoint: AwsResource): Vpc {
    return this.network.vpcs.named(this.network.estate.named(endpoint, 'vpc_id', vpcTypes));
  }

  private addInterfaces(endpoint: AwsResource): void {
    const { network } = this;
    const type = typeOf(endpoint);
    const placement = network.subnetsListed(endpoint, 'subnet_ids');
    const groups = network.estate.of('aws_vpc_endpoint_security_group_association').filter((one) => {
      const named = network.estate.named(one, 'vpc_endpoint_id', ['aws_vpc_endpoint']);
      return named.options.some((option) => idOf(option) === endpoint.id);
    });
    const more = network.estate.of('aws_vpc_endpoint_subnet_association').flatMap((one) => {
      const named = network.estate.named(one, 'vpc_endpoint_id', ['aws_vpc_endpoint']);
      if (!named.options.some((option) => idOf(option) === endpoint.id)) return [];
      return network.subnets.at(one, 'subnet_id').options;
    });
    const subnets = [...new Map([...placement.subnets, ...more].map((one) => [one.id, one])).values()];
    const interfaces = subnets.map((subnet) =>
      network.interfaces.add({
        id: `${endpoint.id} in ${subnet.id}`,
        subnet,
        addresses: network.interfaces.addresses(endpoint, { ipv4: [], key: 'subnet_configuration' }, subnet),
        filters: network.groups.wornByAll(
          [endpoint, ...groups],
          ['security_group_ids', 'security_group_id'],
          subnet.vpc,
        ),
        forwards: false,
        mapped: false,
        publicKey: endpoint.key('id'),
        inUse: true,
        origin: endpoint.origin(),
      }),
    );
    const unmodelled =
      type !== 'Interface' ? leftOut(endpoint.id, `a VPC endpoint of type ${type}`) : undefined;
    network.addEndpoint(endpoint, interfaces, {
      spread: 'replicas',
      clientPorts: translatorPorts,
      notModelled: unmodelled ?? network.doubt({ ...placement, subnets }),
    });
  }
}

function typeOf(endpoint: AwsResource): string {
  const type = endpoint.scalar('vpc_endpoint_type');
  return isUnknown(type) ? 'unknown' : String(type ?? 'Gateway');
}
