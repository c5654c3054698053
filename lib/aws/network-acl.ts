import type { NetworkAclEgress, NetworkAclIngress } from '@cdktf/provider-aws/lib/network-acl';
import { type Slot, slots } from '../addressing/address-plan';
import type { PortRange } from '../addressing/port-set';
import { protocolName } from '../addressing/protocol';
import type { Traffic } from '../addressing/traffic';

/** A subnet whose machines may open connections to the guarded tier. */
export interface AclSource {
  readonly slot: Slot;
  /** IPv4 block as text, possibly a token. */
  readonly block: string;
}

/** What the network ACL of a tier lets through; everything else meets AWS's own denial at the end. */
export interface AclRules {
  readonly ingress: readonly NetworkAclIngress[];
  readonly egress: readonly NetworkAclEgress[];
}

/**
 * Ports that replies go back to. Clients on Linux take 32768 to 60999, but Lambda functions and load balancers take
 * any from 1024.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html#nacl-ephemeral-ports
 */
const replyPorts = { from: 1024, to: 65535 } as const;

/** Rule numbers that belong to one slot: those of slot a begin at 100, those of slot b at 200. */
export const numbersPerSlot = 100;

/**
 * Rules of a network ACL per direction that AWS allows before one asks for more, its own last denial counted.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-nacls
 */
export const aclRuleQuota = 20;

/**
 * Rules for a tier that answers `sources` on `traffic` (tcp and udp ports) and does nothing else. A network ACL has no
 * memory of flows, so the replies need rules of their own. A rule's number depends on its slot and port alone:
 * another slot renumbers nothing.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
 */
export function answerOnly(sources: readonly AclSource[], traffic: Traffic): AclRules {
  const served = traffic.protocols().flatMap((protocol) =>
    traffic
      .ports(protocol)
      .ranges()
      .map((range) => ({ protocol: nameOf(protocol), range })),
  );
  const answered = traffic.protocols().map((protocol) => ({ protocol: nameOf(protocol), range: replyPorts }));
  return { ingress: rules(sources, served), egress: rules(sources, answered) };
}

type Admitted = readonly { readonly protocol: string; readonly range: PortRange }[];

function rules(sources: readonly AclSource[], admitted: Admitted): (NetworkAclIngress & NetworkAclEgress)[] {
  return sources.flatMap(({ slot, block }) =>
    admitted.map(({ protocol, range }, index) => ({
      ruleNo: (slots.indexOf(slot) + 1) * numbersPerSlot + index,
      action: 'allow',
      protocol,
      cidrBlock: block,
      fromPort: range.from,
      toPort: range.to,
    })),
  );
}

function nameOf(protocol: number): string {
  return protocolName(protocol) ?? String(protocol);
}
