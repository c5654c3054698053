import { RouteTable } from '@cdktf/provider-aws/lib/route-table';
import { RouteTableAssociation } from '@cdktf/provider-aws/lib/route-table-association';
import { Subnet } from '@cdktf/provider-aws/lib/subnet';
import { Construct } from 'constructs';
import type { Slot } from '../addressing/address-plan';
import type { TagMaker } from './tag-maker';
import type { TierName } from './tier-name';

export interface TierSubnetProps {
  readonly vpcId: string;
  readonly tier: TierName;
  readonly slot: Slot;
  readonly zone: string;
  readonly block: string;
  readonly tagsOf: TagMaker;
  /** @default - a route table of its own, with the local route only until a route is added */
  readonly routeTable?: RouteTable;
}

/**
 * One subnet with its place in the routing: tied to its route table by an association of its own, because a subnet
 * without one silently follows the main table of the VPC. It never gives out public addresses by itself.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html
 */
export class TierSubnet extends Construct {
  readonly tier: TierName;
  /** The letter that the subnet keeps for life; with the tier it decides the block. */
  readonly slot: Slot;
  /** Name of the availability zone, for example `eu-central-1a`. */
  readonly zone: string;
  /** IPv4 block as text; a token when the props gave one. */
  readonly block: string;
  readonly subnet: Subnet;
  /** Shared by the tier in public and db, the subnet's own in private. */
  readonly routeTable: RouteTable;
  readonly association: RouteTableAssociation;

  constructor(scope: Construct, props: TierSubnetProps) {
    const { vpcId, tier, slot, zone, block, tagsOf } = props;
    super(scope, slot);
    this.tier = tier;
    this.slot = slot;
    this.zone = zone;
    this.block = block;
    this.subnet = new Subnet(this, 'subnet', {
      vpcId,
      availabilityZone: zone,
      cidrBlock: block,
      mapPublicIpOnLaunch: false,
      tags: tagsOf(`${tier}-${slot}`, tier),
    });
    this.routeTable =
      props.routeTable ??
      new RouteTable(this, 'route-table', { vpcId, tags: tagsOf(`${tier}-${slot}-routes`, tier) });
    this.association = new RouteTableAssociation(this, 'route-table-association', {
      subnetId: this.subnet.id,
      routeTableId: this.routeTable.id,
    });
  }

  /** Id of the subnet, as AWS gives it. */
  get subnetId(): string {
    return this.subnet.id;
  }
}
