import type { Slot } from '../addressing/address-plan';
import type { Traffic } from '../addressing/traffic';
import type { Tags } from './tag-maker';

export interface ThreeSubnetVpcProps {
  /**
   * IPv4 block of the VPC, /16 to /28. A token is passed on unread; every tier then states its blocks.
   * @default '10.0.0.0/16'
   * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
   */
  readonly cidr?: string;
  /**
   * The region that the zones belong to. It is checked against `slots` and against the stack's AWS provider, and
   * names the default zone; what deploys there is the provider's own region.
   * @default - the region of the zones in `slots`; without slots the CDKTF context value `region`, then the
   * environment variable AWS_REGION, then eu-central-1
   */
  readonly region?: string;
  /**
   * The availability zone behind each slot, by name: `{ a: 'eu-central-1a', c: 'eu-central-1b' }`. The letter decides
   * the blocks and the construct ids, so a slot that is added or taken away leaves the others alone. Two slots may
   * not share a zone.
   * @default - slot a, in the zone named by the region and the letter a
   */
  readonly slots?: Readonly<Partial<Record<Slot, string>>>;
  /**
   * Distance from the block of one slot to that of the next, as the prefix length of a block of that size: 20 is 4096
   * addresses, so that sixteen slots fill a /16. Another stride moves every subnet but those of slot a.
   * @default 20
   */
  readonly stride?: number;
  /** Subnets whose default route leads to the Internet gateway. @default - block 10.0.1.0/24, in every slot */
  readonly public?: TierProps;
  /** Subnets that leave by the NAT gateway and are entered from inside. @default - block 10.0.2.0/24, in every slot */
  readonly private?: TierProps;
  /** Subnets without a way out, entered from private only. @default - block 10.0.3.0/28, in every slot */
  readonly db?: DbTierProps;
  /**
   * `single`: one NAT gateway with one public address, both billed by the hour, for the private subnets of all slots.
   * `none`: the private subnets have no way out.
   * @default 'single'
   * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html
   */
  readonly nat?: 'single' | 'none';
  /** Slot whose public subnet holds the NAT gateway. @default - the first letter with a public subnet */
  readonly natSlot?: Slot;
  /** Begins the Name tag of everything: `shop` gives `shop-private-a`. @default - the construct id */
  readonly name?: string;
  /** Tags for everything that takes tags, beside Name, Tier and ManagedBy. @default - none */
  readonly tags?: Tags;
}

/** What may be said about one tier. Blocks are IPv4, /16 to /28, inside the VPC; tokens are passed on unread. */
export interface TierProps {
  /**
   * The tier's block in slot a, from which those of the other slots follow.
   * @default - as in the default plan, counted from the first address of the VPC: public its second /24, private its
   * third, db the first /28 of its fourth
   * @see https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
   */
  readonly block?: string;
  /** Blocks that stand in place of the computed ones, by slot. They move nothing else. @default - none */
  readonly blocks?: Readonly<Partial<Record<Slot, string>>>;
  /** Slots that the tier has a subnet in. @default - every slot of the VPC */
  readonly slots?: readonly Slot[];
  /** Tags for the tier's own resources; they win over those of the VPC. @default - none */
  readonly tags?: Tags;
}

export interface DbTierProps extends TierProps {
  /**
   * Where the tier answers the private subnets: tcp and udp ports, as `tcp(5432)` or in text (`tcp/8000-8100`). Its
   * network ACL lets nothing else in.
   * @default - tcp/5432 (PostgreSQL) and tcp/6379 (Redis)
   */
  readonly ports?: readonly (Traffic | string)[];
}
