import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group';
import { VpcSecurityGroupEgressRule } from '@cdktf/provider-aws/lib/vpc-security-group-egress-rule';
import { VpcSecurityGroupIngressRule } from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule';
import { Construct } from 'constructs';
import type { TagMaker } from './tag-maker';
import type { TierName } from './tier-name';
import { rulePorts } from './rule-ports';
import type { Traffic } from '../addressing/traffic';

export interface TierGroupProps {
  readonly vpcId: string;
  readonly tier: TierName;
  readonly tagsOf: TagMaker;
  /** Begins the name of the security group. */
  readonly prefix: string;
}

/** The other end of a rule: another group, or an IPv4 block with the name that people have for it. */
export type GroupPeer = TierGroup | { readonly name: string; readonly block: string };

/**
 * A security group for machines of one tier. It begins without any rule and so lets nothing in or out; every rule is a
 * resource of its own, because rules inside the group would fight with them.
 * @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/security_group
 */
export class TierGroup extends Construct {
  readonly tier: TierName;
  readonly group: SecurityGroup;

  constructor(scope: Construct, id: string, { vpcId, tier, tagsOf, prefix }: TierGroupProps) {
    super(scope, id);
    this.tier = tier;
    this.group = new SecurityGroup(this, 'group', {
      vpcId,
      name: `${prefix}-${id}`,
      // AWS wants one, and another one is another group: it says what cannot change.
      description: `${id}, in the ${tier} subnets`,
      tags: tagsOf(id, tier),
    });
  }

  /** Id of the security group, as AWS gives it. */
  get id(): string {
    return this.group.id;
  }

  get name(): string {
    return this.node.id;
  }

  /** Lets machines of the group open `traffic` on the peer. A rule that is there already stays the only one. */
  opens(peer: GroupPeer, traffic: Traffic, because: string): void {
    for (const { id, ...ports } of rulePorts(traffic)) {
      const ruleId = `to-${peer.name}-${id}`;
      if (this.node.tryFindChild(ruleId) !== undefined) continue;
      new VpcSecurityGroupEgressRule(this, ruleId, {
        securityGroupId: this.id,
        ...ports,
        ...endOf(peer),
        description: described(`to ${peer.name}: ${because}`),
      });
    }
  }

  /** Lets the peer open `traffic` on machines of the group. */
  admits(peer: GroupPeer, traffic: Traffic, because: string): void {
    for (const { id, ...ports } of rulePorts(traffic)) {
      const ruleId = `from-${peer.name}-${id}`;
      if (this.node.tryFindChild(ruleId) !== undefined) continue;
      new VpcSecurityGroupIngressRule(this, ruleId, {
        securityGroupId: this.id,
        ...ports,
        ...endOf(peer),
        description: described(`from ${peer.name}: ${because}`),
      });
    }
  }
}

function endOf(
  peer: GroupPeer,
): { readonly referencedSecurityGroupId: string } | { readonly cidrIpv4: string } {
  return 'block' in peer ? { cidrIpv4: peer.block } : { referencedSecurityGroupId: peer.id };
}

/**
 * A description as AWS takes it: up to 255 letters of a set that it names.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpRange.html
 */
function described(text: string): string {
  return text.replace(/[^a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]/g, ' ').slice(0, 255);
}
