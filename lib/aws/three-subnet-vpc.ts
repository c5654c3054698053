import { DefaultSecurityGroup } from '@cdktf/provider-aws/lib/default-security-group';
import { InternetGateway } from '@cdktf/provider-aws/lib/internet-gateway';
import type { NatGateway } from '@cdktf/provider-aws/lib/nat-gateway';
import { Route } from '@cdktf/provider-aws/lib/route';
import { Vpc } from '@cdktf/provider-aws/lib/vpc';
import { TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import type { Slot } from '../addressing/address-plan';
import { NetproofError } from '../addressing/netproof-error';
import { Traffic } from '../addressing/traffic';
import { recordRules } from '../policy/rule';
import { DbTier } from './db-tier';
import { guarantees } from './guarantees';
import { childPath, reservedIdProblems } from './invalid-props';
import { providerRegionProblems } from './provider-region';
import { PublicTier } from './public-tier';
import { regionOf } from './region';
import { SubnetTier } from './subnet-tier';
import { type TagMaker, tagMaker } from './tag-maker';
import { vpcLayout } from './vpc-layout';
import type { ThreeSubnetVpcProps } from './vpc-props';
import { ZonalNat } from './zonal-nat';

/**
 * A VPC of three tiers. Public subnets have the Internet gateway as way out and in; private ones leave by a NAT gateway
 * that stands in a public one; db subnets have no way out and answer private ones only, on the ports of the tier.
 *
 * Without props it is exactly three subnets in one zone: 10.0.1.0/24, 10.0.2.0/24 and 10.0.3.0/28 in 10.0.0.0/16. Each
 * further slot adds one subnet per tier and touches none of the others.
 *
 * All problems of the props are thrown as one InvalidProps error before anything is created.
 *
 * ```ts
 * const net = new ThreeSubnetVpc(this, 'net', { slots: { a: 'eu-central-1a', b: 'eu-central-1b' } });
 * net.private.subnetIds; // for a load balancer or a cluster
 * net.db.a.subnet;       // the aws_subnet of the tier in one zone
 * ```
 */
export class ThreeSubnetVpc extends Construct {
  /** IPv4 block of the VPC as text; a token when the props gave one. */
  readonly cidr: string;
  /** The region that the zones belong to; a token when the props gave one. */
  readonly region: string;
  /** The availability zone of each slot, in the order of the letters. */
  readonly zones: ReadonlyMap<Slot, string>;
  readonly vpc: Vpc;
  readonly internetGateway: InternetGateway;
  /** The group that AWS gives to what names no other, without a rule: it lets nothing in or out. */
  readonly defaultSecurityGroup: DefaultSecurityGroup;
  readonly public: PublicTier;
  readonly private: SubnetTier;
  readonly db: DbTier;
  /** The NAT gateways, none or one. */
  readonly natGateways: readonly NatGateway[];
  /** Begins the Name tag of everything. */
  readonly name: string;
  /** Tags as everything of this VPC has them: of `web` in the public tier, Name is `shop-web`. */
  readonly tagsOf: TagMaker;
  /** Whether the props say where the db tier answers; else the first rule of a group does. */
  private readonly dbPortsGiven: boolean;
  private dbTraffic: Traffic;
  private dbFollows = false;

  constructor(scope: Construct, id: string, props: ThreeSubnetVpcProps = {}) {
    const layout = vpcLayout(props, {
      path: childPath(scope, id),
      region: () => regionOf(scope),
      problems: reservedIdProblems(scope, id),
    });
    super(scope, id);
    this.name = props.name ?? id;
    const tagsOf = tagMaker(this.name, props.tags, {
      public: props.public?.tags,
      private: props.private?.tags,
      db: props.db?.tags,
    });
    this.tagsOf = tagsOf;
    this.dbPortsGiven = props.db?.ports !== undefined;
    this.dbTraffic = layout.dbTraffic;
    this.cidr = layout.cidr;
    this.region = layout.region;
    this.zones = layout.zones;
    this.vpc = new Vpc(this, 'vpc', {
      cidrBlock: layout.cidr,
      enableDnsSupport: true,
      enableDnsHostnames: true,
      tags: tagsOf(''),
    });
    const vpcId = this.vpc.id;
    this.defaultSecurityGroup = new DefaultSecurityGroup(this, 'default-security-group', {
      vpcId,
      // Written out: left out, Terraform would leave alone whatever rules the group has.
      ingress: [],
      egress: [],
      tags: tagsOf('default-closed'),
    });
    this.internetGateway = new InternetGateway(this, 'internet-gateway', {
      vpcId,
      tags: tagsOf('internet-gateway'),
    });
    const { tiers, natSlot, dbTraffic } = layout;
    const { internetGateway } = this;
    this.public = new PublicTier(this, { vpcId, layout: tiers.public, tagsOf, internetGateway });
    this.private = new SubnetTier(this, { vpcId, layout: tiers.private, tagsOf, routeTables: 'per-slot' });
    this.db = new DbTier(this, {
      vpcId,
      layout: tiers.db,
      tagsOf,
      sources: tiers.private.subnets,
      traffic: dbTraffic,
    });
    this.natGateways = natSlot === undefined ? [] : [this.leaveBy(natSlot, tagsOf)];
    this.recordGuarantees();
    this.node.addValidation({ validate: () => this.regionProblems() });
  }

  /** Id of the VPC, as AWS gives it. */
  get vpcId(): string {
    return this.vpc.id;
  }

  /** Letters of all slots of the VPC in alphabetical order, also of those that a tier leaves out. */
  get slots(): readonly Slot[] {
    return [...this.zones.keys()];
  }

  /** The NAT gateway by which the private subnets leave; throws NoNatGateway when `nat` is "none". */
  get natGateway(): NatGateway {
    const [gateway] = this.natGateways;
    if (gateway !== undefined) return gateway;
    throw new NetproofError(
      'NoNatGateway',
      `${this.node.path}: there is no NAT gateway, because nat is "none". Set it to "single", or ask natGateways, which is then empty.`,
    );
  }

  /**
   * Where the db tier answers, as the rules of groups ask for it: without `db.ports` that and nothing else.
   * @internal
   */
  answerFromDb(traffic: Traffic): void {
    if (this.dbPortsGiven) return;
    this.dbTraffic = this.dbFollows ? this.dbTraffic.union(traffic) : traffic;
    this.dbFollows = true;
    this.db.answer(this.dbTraffic);
    this.recordGuarantees();
  }

  /**
   * What keeps the db tier from answering traffic.
   * @internal
   */
  dbProblems(traffic: Traffic): readonly string[] {
    const portless = traffic.subtract(Traffic.of('tcp')).subtract(Traffic.of('udp'));
    if (!portless.isEmpty()) {
      return [
        `${portless.toString()} is neither tcp nor udp, and the db tier answers on ports of these only.`,
      ];
    }
    if (!this.dbPortsGiven || this.dbTraffic.contains(traffic)) return [];
    return [
      `db.ports is ${this.dbTraffic.toString()}, and this needs ${traffic.subtract(this.dbTraffic).toString()} too. ` +
        'Add it there, or leave db.ports out: the network ACL then follows the rules.',
    ];
  }

  private recordGuarantees(): void {
    recordRules(this, guarantees({ private: this.private.subnets, db: this.db.subnets }, this.dbTraffic));
  }

  /** Puts a NAT gateway into the public subnet of `slot` and sends all private subnets there. */
  private leaveBy(slot: Slot, tagsOf: TagMaker): NatGateway {
    const {
      internetGateway,
      public: { internetRoute },
    } = this;
    const nat = new ZonalNat(this.public.inSlot(slot), { after: { internetGateway, internetRoute }, tagsOf });
    for (const place of this.private.subnets) {
      new Route(place, 'nat-route', {
        routeTableId: place.routeTable.id,
        destinationCidrBlock: '0.0.0.0/0',
        natGatewayId: nat.gateway.id,
      });
    }
    return nat.gateway;
  }

  private regionProblems(): string[] {
    const zones = [...this.zones.values()];
    return providerRegionProblems(TerraformStack.of(this), this.vpc.provider, this.region, zones);
  }
}
