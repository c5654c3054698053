import { NetworkAcl } from '@cdktf/provider-aws/lib/network-acl';
import type { RouteTable } from '@cdktf/provider-aws/lib/route-table';
import { Annotations } from 'cdktf';
import type { Construct } from 'constructs';
import type { Traffic } from '../addressing/traffic';
import { aclRuleQuota, answerOnly } from './network-acl';
import { SubnetTier, type SubnetTierProps } from './subnet-tier';
import type { SubnetPlace } from './vpc-layout';

export interface GuardedTierProps extends Omit<SubnetTierProps, 'routeTables'> {
  /** The subnets that may open connections to the tier. */
  readonly sources: readonly SubnetPlace[];
  /** What they may open: tcp and udp ports. */
  readonly traffic: Traffic;
}

/**
 * Subnets that answer `sources` and nobody else, and start nothing themselves. Their route table holds the local route
 * only, which keeps the Internet away but not the rest of the VPC: every subnet reaches every other by it. The network
 * ACL is what says "from private only".
 */
export class DbTier extends SubnetTier {
  /**
   * Rules stand inline, so that the set is complete: Terraform takes away what somebody adds beside it. Rule
   * resources for this ACL would fight with it.
   */
  readonly networkAcl: NetworkAcl;
  private readonly sources: readonly SubnetPlace[];
  private warned = false;

  constructor(scope: Construct, { sources, traffic, ...props }: GuardedTierProps) {
    super(scope, { ...props, routeTables: 'shared' });
    this.sources = sources;
    const { ingress, egress } = answerOnly(sources, traffic);
    this.networkAcl = new NetworkAcl(this, 'network-acl', {
      vpcId: props.vpcId,
      subnetIds: this.subnetIds,
      ingress: [...ingress],
      egress: [...egress],
      tags: props.tagsOf('db-acl', 'db'),
    });
    this.warnOfQuota(ingress.length, egress.length);
  }

  /**
   * Changes what the sources may open, and nothing else.
   * @internal
   */
  answer(traffic: Traffic): void {
    const { ingress, egress } = answerOnly(this.sources, traffic);
    this.networkAcl.putIngress([...ingress]);
    this.networkAcl.putEgress([...egress]);
    this.warnOfQuota(ingress.length, egress.length);
  }

  private warnOfQuota(...directions: readonly number[]): void {
    const rules = Math.max(...directions) + 1;
    if (rules <= aclRuleQuota || this.warned) return;
    this.warned = true;
    Annotations.of(this).addWarning(
      `the network ACL of the db tier has ${rules} rules in one direction, AWS's own last denial among them, and the ` +
        `default quota is ${aclRuleQuota}. Ask AWS for a higher one, join ports into ranges, or leave out slots of private.`,
    );
  }

  /** The table that all subnets of the tier follow: the local route only. */
  get routeTable(): RouteTable {
    return this.routeTables[0]!;
  }
}
