import { AddressSet } from '../../addressing/address-set';
import { Traffic } from '../../addressing/traffic';
import { between, exactly } from '../../topology/bounds';
import type { NextHop } from '../../topology/route-table';
import type { ForwardRule, SourceTranslation, StaticTranslation } from '../../topology/router';
import { translatorPorts } from '../../topology/client-ports';
import { unknown, type Unknown } from '../../topology/value';
import { type ElasticIp, type ElasticIps, translation } from './elastic-ip';
import { type AwsResource, idOf } from './estate';
import { internetLeg, type InternetGateways, vpcLeg } from './internet-gateway';
import type { Network } from './network';
import { sameIndexFirst } from './one-each';
import { sameZone, type Subnet } from './subnet';
import { nameOf, type Vpc, vpcTypes } from './vpc';

const subnetLeg = (gateway: string) => `${gateway}/subnet`;

/** What a NAT gateway carries. @see https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html */
const carried = Traffic.from([Traffic.of('tcp'), Traffic.of('udp'), Traffic.of('icmp')]);

/**
 * NAT gateways. A zonal one stands in a subnet: what it sends on crosses the network ACL of that subnet and follows its
 * route table, so a public one needs a route to an Internet gateway there, where its own address becomes its Elastic
 * IP. A private one has none, and what it sends to an Internet gateway is dropped. A regional one stands in no subnet
 * and reaches the Internet by a route of its own. Nobody can begin a flow from outside, and none has security groups.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html
 */
export class NatGateways {
  private readonly network: Network;
  private readonly internet: InternetGateways;
  private readonly addresses: ElasticIps;
  private likenessOf: ((subnet: Subnet) => string) | undefined;

  constructor(network: Network, internet: InternetGateways, addresses: ElasticIps) {
    this.network = network;
    this.internet = internet;
    this.addresses = addresses;
  }

  /** Where a route of this VPC to a NAT gateway leads. */
  hop(gateway: AwsResource, vpc: Vpc): NextHop {
    const place = this.placeIn(gateway);
    if ('unknown' in place) return { kind: 'unknown', unknown: place.unknown };
    if (place.vpc.id !== vpc.id) {
      return { kind: 'drop', reason: `blackhole: ${gateway.id} is not in ${vpc.name}` };
    }
    const leg = place.subnet === undefined ? vpcLeg(gateway.id) : subnetLeg(gateway.id);
    const hop: NextHop = { kind: 'router', router: gateway.id, leg };
    const cause = gateway.existence ?? this.zoneDoubt(gateway, vpc);
    const drop: NextHop = { kind: 'drop', reason: `${gateway.id} may not serve this` };
    return cause === undefined ? hop : { kind: 'one-of', options: [hop, drop], unknown: cause };
  }

  /** Tells the routes and ACLs of a subnet as a text that alike subnets share, once these are read. */
  compareSubnets(likenessOf: (subnet: Subnet) => string): void {
    this.likenessOf = likenessOf;
  }

  /** The hop to a gateway, or what keeps it from being told: that it may stand in subnets that are not alike. */
  settled(hop: NextHop & { kind: 'router' }): NextHop {
    const gateway = this.gateway(hop.router);
    const place = gateway === undefined ? undefined : this.placeOf(gateway);
    return place !== undefined && 'unknown' in place ? { kind: 'unknown', unknown: place.unknown } : hop;
  }

  /**
   * A text that two gateways share when it makes no difference to the outside which of them a packet goes by; a private
   * one shows the block of its subnet.
   */
  likeness(id: string): string {
    const gateway = this.gateway(id);
    if (gateway === undefined || this.likenessOf === undefined) return id;
    const place = this.placeOf(gateway);
    if ('unknown' in place || place.subnet === undefined || isPrivate(gateway)) return id;
    if (gateway.has('private_ip') || gateway.existence !== undefined) return id;
    const ip = this.addressOf(gateway);
    return JSON.stringify([
      ip !== undefined,
      String(ip?.address),
      place.vpc.id,
      this.likenessOf(place.subnet),
    ]);
  }

  addRouters(): void {
    for (const gateway of this.network.estate.of('aws_nat_gateway')) {
      const place = this.placeOf(gateway);
      if ('unknown' in place) continue;
      if (place.subnet === undefined) this.addRegional(gateway, place.vpc);
      else this.addZonal(gateway, place.subnet);
    }
  }

  /** Elastic IPs of the NAT gateways of a VPC, where its Internet gateway translates them. */
  translations(vpc: Vpc, leg: string): readonly StaticTranslation[] {
    return this.network.estate.of('aws_nat_gateway').flatMap((gateway) => {
      const place = this.placeOf(gateway);
      if ('unknown' in place || place.subnet === undefined || place.vpc.id !== vpc.id) return [];
      if (isPrivate(gateway)) return [];
      const ip = this.addressOf(gateway);
      return ip === undefined ? [] : [translation({ id: subnetLeg(gateway.id) }, leg, 0, ip, [])];
    });
  }

  private addZonal(gateway: AwsResource, subnet: Subnet): void {
    const { id } = gateway;
    const leg = subnetLeg(id);
    const written = this.network.interfaces.literal(gateway.written('private_ip'));
    const key = gateway.key('private_ip');
    const address =
      written === undefined
        ? between(AddressSet.empty, subnet.placeable.inFamily(4), [unknown(key, `\${${key}}`)])
        : exactly(AddressSet.of(written));
    this.network.builder.addRouter({
      id,
      name: `NAT gateway ${nameOf(gateway, id)}`,
      legs: [{ id: leg, kind: 'segment', segment: subnet.id, address }],
      forward: [allowed(gateway, leg, leg)],
      translations: [masked(gateway, leg, leg)],
      origin: gateway.origin(),
    });
  }

  private addRegional(gateway: AwsResource, vpc: Vpc): void {
    const { id } = gateway;
    const [inner, outer] = [vpcLeg(id), internetLeg(id)];
    const open = this.internet.of(vpc) !== undefined;
    const unserved = this.zones(gateway, vpc)
      .filter((one) => one.served === false)
      .map(({ subnet }): ForwardRule => {
        const source = AddressSet.from(subnet.blocks).inFamily(4);
        return { action: 'deny', from: [inner], source, origin: gateway.origin('availability_zone_address') };
      });
    this.network.builder.addRouter({
      id,
      name: `regional NAT gateway ${nameOf(gateway, id)}`,
      legs: [
        { id: inner, kind: 'domain', domain: vpc.id },
        { id: outer, kind: 'zone', zone: 'internet' },
      ],
      forward: open ? [...unserved, allowed(gateway, inner, outer)] : [],
      translations: [masked(gateway, inner, outer)],
      origin: gateway.origin(),
    });
  }

  private gateway(id: string): AwsResource | undefined {
    const found = this.network.estate.find(id);
    return found?.type === 'aws_nat_gateway' ? found : undefined;
  }

  /** Where it stands: in a subnet, or in a VPC as a whole; in one of several subnets only when these are alike. */
  private placeOf(gateway: AwsResource): NatPlace | { readonly unknown: Unknown } {
    const place = this.placeIn(gateway);
    if ('unknown' in place || place.others.length === 0) return place;
    const alike = new Set([place.subnet!, ...place.others].map((subnet) => this.likenessOf?.(subnet)));
    return alike.size === 1 && !isPrivate(gateway) ? place : { unknown: gateway.unknownOf('subnet_id') };
  }

  private placeIn(gateway: AwsResource): NatPlace | { readonly unknown: Unknown } {
    const mode = gateway.scalar('availability_mode');
    if (mode !== undefined && typeof mode === 'object')
      return { unknown: mode ?? gateway.unknownOf('subnet_id') };
    if (mode === 'regional') {
      const vpc = this.network.vpcs.named(this.network.estate.named(gateway, 'vpc_id', vpcTypes));
      return { vpc, subnet: undefined, others: [] };
    }
    const { options, unknowns } = this.network.subnets.at(gateway, 'subnet_id');
    const [subnet, ...others] = [...options].sort(sameIndexFirst(gateway.id, (one) => one.id));
    const vpcs = new Set(options.map((one) => one.vpc.id));
    const open = unknowns.length > 0 && (vpcs.size > 1 || others.length === 0);
    if (subnet === undefined || open) return { unknown: unknowns[0] ?? gateway.unknownOf('subnet_id') };
    return { vpc: subnet.vpc, subnet, others };
  }

  private addressOf(gateway: AwsResource): ElasticIp | undefined {
    const first = this.addresses.named(gateway, 'allocation_id');
    const more =
      gateway.has('secondary_allocation_ids') ||
      this.network.estate.of('aws_nat_gateway_eip_association').some((association) => {
        const { options } = this.network.estate.named(association, 'nat_gateway_id', ['aws_nat_gateway']);
        return options.some((option) => idOf(option) === gateway.id);
      });
    if (first === undefined || !more) return first;
    // With several addresses, which one a flow leaves from is not to be told.
    const key = gateway.key('public_ip');
    return { ...first, address: undefined, unknown: unknown(key, `\${${key}}`) };
  }

  /**
   * In manual mode a regional gateway serves the zones it lists; undefined where only apply tells whether a subnet is
   * in one of them.
   * @see https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html
   */
  private zones(gateway: AwsResource, vpc: Vpc) {
    const listed = gateway.blocks('availability_zone_address').items;
    if (listed.length === 0) return [];
    return this.network.subnets.of(vpc).map((subnet) => {
      const same = listed.map((block) => {
        const name = block.has('availability_zone') ? 'availability_zone' : 'availability_zone_id';
        return sameZone({ ...subnet, id: '', zone: block.written(name) }, subnet);
      });
      const served = same.includes(true) ? true : same.includes(undefined) ? undefined : false;
      return { subnet, served };
    });
  }

  private zoneDoubt(gateway: AwsResource, vpc: Vpc): Unknown | undefined {
    const open = this.zones(gateway, vpc).some((one) => one.served === undefined);
    return open ? gateway.unknownOf('availability_zone_address') : undefined;
  }
}

/** Where a gateway stands, and where it may stand instead. */
interface NatPlace {
  readonly vpc: Vpc;
  readonly subnet: Subnet | undefined;
  readonly others: readonly Subnet[];
}

const isPrivate = (gateway: AwsResource): boolean => gateway.text('connectivity_type') === 'private';

function allowed(gateway: AwsResource, from: string, to: string): ForwardRule {
  return {
    action: 'allow',
    from: [from],
    to: [to],
    source: AddressSet.everything(4),
    traffic: carried,
    origin: gateway.origin(),
  };
}

function masked(gateway: AwsResource, from: string, to: string): SourceTranslation {
  return {
    kind: 'source',
    leg: to,
    from: [from],
    source: AddressSet.everything(4),
    traffic: carried,
    to,
    ports: translatorPorts,
    origin: gateway.origin(),
  };
}
