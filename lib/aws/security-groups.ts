import { Construct } from 'constructs';
import { Cidr } from '../addressing/cidr';
import { NetproofError } from '../addressing/netproof-error';
import { Traffic } from '../addressing/traffic';
import { recordRules } from '../policy/rule';
import { childPath, refuseInvalid } from './invalid-props';
import { type Flow, type FlowEnd, isGroup, policyFlows, type PolicyRules } from './policy-flows';
import { type GroupPeer, TierGroup } from './tier-group';
import type { ThreeSubnetVpc } from './three-subnet-vpc';
import { type TierName, tierNames } from './tier-name';

/** What a policy is turned into security groups by. */
export interface DerivedGroupsProps {
  /** The policy as plain data, for example of `policyOfFile('policies/shop.yaml').policy`. */
  readonly policy: PolicyRules;
  /** In which tier the machines of each group of the policy stand: `{ web: 'public', api: 'private', db: 'db' }`. */
  readonly tiers: Readonly<Record<string, TierName>>;
  /** Name under `networks` of the policy whose clients and ports hold. @default - the id of the stack */
  readonly network?: string;
  /**
   * Whether what the policy permits to and from outside is opened too; what it demands is `allow`, what may be `permit`.
   * @default false
   */
  readonly permits?: boolean;
}

/** Another group, `internet`, or an IPv4 block. */
export type AllowedPeer = TierGroup | string;

/**
 * Security groups of a three-subnet VPC, one per kind of machine, and what they may open on each other. A rule stands on
 * both sides, the one that opens and the one that is opened, each a resource of its own with a description; nothing else
 * gets out or in. What the db tier is opened on, its network ACL follows.
 *
 * ```ts
 * const groups = SecurityGroups.fromPolicy(net, 'groups', { policy, tiers: { web: 'public', api: 'private', db: 'db' } });
 * new Instance(this, 'api', { vpcSecurityGroupIds: [groups.get('api').id], ... });
 * ```
 */
export class SecurityGroups extends Construct {
  private readonly net: ThreeSubnetVpc;
  private readonly groups = new Map<string, TierGroup>();

  constructor(net: ThreeSubnetVpc, id: string) {
    super(net, id);
    this.net = net;
  }

  /**
   * Groups and rules that a policy asks for, no more and no less. `prove(app)` then judges the policy itself on the
   * Terraform that is written. Throws InvalidProps with everything in the policy that cannot be made in this VPC.
   */
  static fromPolicy(net: ThreeSubnetVpc, id: string, props: DerivedGroupsProps): SecurityGroups {
    const { policy, tiers, permits = false } = props;
    const network = props.network ?? stackIdOf(net);
    const { flows, problems } = policyFlows(policy, { network, groups: Object.keys(tiers), permits });
    const misplaced = Object.entries(tiers)
      .filter(([, tier]) => !tierNames.includes(tier))
      .map(
        ([name, tier]) => `tiers.${name}: ${JSON.stringify(tier)} is no tier. Give ${tierNames.join(', ')}.`,
      );
    refuseInvalid(childPath(net, id), [
      ...misplaced,
      ...(Object.keys(tiers).length === 0 ? ['tiers is empty: name the groups that there are.'] : []),
      ...problems,
      ...(misplaced.length > 0 ? [] : flows.flatMap((flow) => flowProblems(net, flow, tiers))),
    ]);
    const made = new SecurityGroups(net, id);
    for (const [name, tier] of Object.entries(tiers)) made.add(name, tier);
    for (const { from, to, on, rule } of flows) made.open(made.peer(from), made.peer(to), on, rule);
    recordRules(made, [{ kind: 'policy', policy, network }]);
    return made;
  }

  /** A group for machines in one tier. Throws InvalidProps for a name that is taken. */
  add(name: string, tier: TierName): TierGroup {
    const taken = this.node.tryFindChild(name) !== undefined;
    refuseInvalid(childPath(this, name), [
      ...(taken ? [`there is a group ${JSON.stringify(name)} already. Ask for it by get().`] : []),
      ...(tierNames.includes(tier)
        ? []
        : [`${JSON.stringify(tier)} is no tier. Give ${tierNames.join(', ')}.`]),
    ]);
    const { vpcId, name: prefix, tagsOf } = this.net;
    const group = new TierGroup(this, name, { vpcId, tier, prefix, tagsOf });
    this.groups.set(name, group);
    return group;
  }

  /** The group of that name; throws UnknownGroup, which lists those there are. */
  get(name: string): TierGroup {
    const found = this.groups.get(name);
    if (found !== undefined) return found;
    throw new NetproofError(
      'UnknownGroup',
      `${this.node.path}: there is no group ${JSON.stringify(name)}. There are ${[...this.groups.keys()].join(', ')}.`,
    );
  }

  /**
   * Lets machines of `from` open `traffic` on `to`: one of them is a group, the other a group, `internet` or an IPv4
   * block. Throws InvalidProps for what this VPC cannot carry.
   */
  allow(from: AllowedPeer, to: AllowedPeer, traffic: Traffic | string, because?: string): void {
    const [source, target] = [this.named(from), this.named(to)];
    // By way of its text, because a Traffic of another copy of this package is not one of ours.
    const on = Traffic.parse(String(traffic));
    const rule = because ?? `allow ${source.name} ${target.name} ${on.toString()}`;
    const tierOf = (peer: GroupPeer) => ('block' in peer ? [] : [[peer.name, peer.tier] as const]);
    const ends = [source, target].map((peer): FlowEnd => ('block' in peer ? peer : { group: peer.name }));
    refuseInvalid(
      this.node.path,
      flowProblems(
        this.net,
        { from: ends[0]!, to: ends[1]!, on, rule },
        Object.fromEntries([...tierOf(source), ...tierOf(target)]),
      ),
    );
    this.open(source, target, on, rule);
  }

  private open(source: GroupPeer, target: GroupPeer, on: Traffic, rule: string): void {
    if (!('block' in source)) source.opens(target, on, rule);
    if ('block' in target) return;
    target.admits(source, on, rule);
    if (target.tier === 'db') this.net.answerFromDb(on);
  }

  private peer(end: FlowEnd): GroupPeer {
    if (isGroup(end)) return this.get(end.group);
    return { name: end.block === '0.0.0.0/0' ? 'internet' : end.block.replace('/', '-'), block: end.block };
  }

  private named(peer: AllowedPeer): GroupPeer {
    if (typeof peer !== 'string') return peer;
    if (peer === 'internet') return this.peer({ block: '0.0.0.0/0' });
    return this.peer({ block: Cidr.parse(peer).toString() });
  }
}

/** What of a flow this VPC cannot carry, whatever groups say. */
function flowProblems(
  net: ThreeSubnetVpc,
  { from, to, on, rule }: Flow,
  tiers: Readonly<Record<string, TierName>>,
): readonly string[] {
  const tierOf = (end: FlowEnd): TierName | undefined => (isGroup(end) ? tiers[end.group] : undefined);
  const [source, target] = [tierOf(from), tierOf(to)];
  if (source === undefined && target === undefined) {
    return [`${rule}: neither side is a group, so there is nothing to open.`];
  }
  if (source === 'db') return [`${rule}: machines of the db tier open nothing, the tier has no way out.`];
  if (source === undefined && target !== 'public') {
    return [`${rule}: from outside only the public tier is entered, and ${text(to)} stands in ${target!}.`];
  }
  if (target !== 'db') return [];
  if (source !== 'private') {
    return [`${rule}: the db tier answers the private tier only, and ${text(from)} stands in ${source!}.`];
  }
  return net.dbProblems(on).map((problem) => `${rule}: ${problem}`);
}

const text = (end: FlowEnd): string => (isGroup(end) ? end.group : end.block);

function stackIdOf(net: ThreeSubnetVpc): string {
  return net.node.path.split('/')[0]!;
}
