import { Eip } from '@cdktf/provider-aws/lib/eip';
import { NatGateway } from '@cdktf/provider-aws/lib/nat-gateway';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { TagMaker } from './tag-maker';
import type { TierSubnet } from './tier-subnet';

export interface ZonalNatProps {
  /** What the way to the Internet consists of besides the subnet's own association: the gateway and the route. */
  readonly after: {
    readonly internetGateway: ITerraformDependable;
    readonly internetRoute: ITerraformDependable;
  };
  readonly tagsOf: TagMaker;
}

/**
 * A NAT gateway with its public address, in a public subnet and so in one zone. AWS refuses to create it in a subnet
 * whose way to the Internet is not there yet, and nothing in its arguments tells Terraform to wait.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html
 */
export class ZonalNat extends Construct {
  readonly address: Eip;
  readonly gateway: NatGateway;

  constructor(place: TierSubnet, { after, tagsOf }: ZonalNatProps) {
    super(place, 'nat');
    const { internetGateway, internetRoute } = after;
    const name = `nat-${place.slot}`;
    this.address = new Eip(this, 'address', {
      domain: 'vpc',
      tags: tagsOf(`${name}-address`, place.tier),
      dependsOn: [internetGateway],
    });
    this.gateway = new NatGateway(this, 'gateway', {
      allocationId: this.address.id,
      subnetId: place.subnetId,
      tags: tagsOf(name, place.tier),
      dependsOn: [internetGateway, internetRoute, place.association],
    });
  }
}
