import { AddressSet } from '../../addressing/address-set';
import { Traffic } from '../../addressing/traffic';
import { type Bounds, between, exactly } from '../../topology/bounds';
import type { Remote, Rule } from '../../topology/filter';
import type { GivenFilter } from '../../topology/topology-builder';
import { unknown, type Unknown } from '../../topology/value';
import { type Attributes, isUnknown } from '../attributes';
import { type BlockReader, unite } from './block-reader';
import type { AwsResource, Estate, Thing, Things } from './estate';
import type { PrefixLists } from './prefix-list';
import { groupTraffic, ruleResourceTraffic, ruleTraffic, type TrafficAttributes } from './rule-traffic';
import { type Vpc, type Vpcs, vpcTypes } from './vpc';

const groupTypes = [
  'aws_security_group',
  'aws_default_security_group',
  'aws_vpc',
  'aws_default_vpc',
] as const;

type Direction = 'ingress' | 'egress';

interface Group {
  readonly id: string;
  readonly filter: GivenFilter;
  readonly ingress: Rule[];
  readonly egress: Rule[];
}

/**
 * Security groups of an input with their rules, wherever these are written: inside the group, as
 * `aws_security_group_rule`, or as `aws_vpc_security_group_ingress_rule` and its twin. All of them count together.
 *
 * A group has no egress unless it is written: AWS gives a new group an egress rule for everything, and Terraform takes
 * it away. The group that a VPC comes with admits its own members and lets everything out, until
 * `aws_default_security_group` adopts it, which removes both.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html
 */
export class SecurityGroups {
  private readonly estate: Estate;
  private readonly vpcs: Vpcs;
  private readonly blocks: BlockReader;
  private readonly lists: PrefixLists;
  private readonly groups = new Map<string, Group>();
  private readonly vpcIds = new Map<string, string>();
  /** Ids of adopted default groups, by VPC. */
  private readonly adopted = new Map<string, string>();

  constructor(estate: Estate, vpcs: Vpcs, blocks: BlockReader, lists: PrefixLists) {
    this.estate = estate;
    this.vpcs = vpcs;
    this.blocks = blocks;
    this.lists = lists;
    for (const resource of estate.of('aws_default_security_group')) {
      this.adopted.set(vpcs.named(estate.named(resource, 'vpc_id', vpcTypes)).id, resource.id);
    }
    const written = estate.of('aws_security_group', 'aws_default_security_group');
    for (const resource of written) this.add(resource);
    for (const resource of written) this.readInline(resource);
    for (const resource of estate.of('aws_security_group_rule')) this.readRule(resource);
    for (const direction of ['ingress', 'egress'] as const) {
      for (const resource of estate.of(`aws_vpc_security_group_${direction}_rule`)) {
        this.readOwnRule(resource, direction, ruleResourceTraffic);
      }
    }
    for (const resource of written) this.readListed(resource);
  }

  /** Every group that something named, as a filter. */
  filters(): readonly GivenFilter[] {
    return [...this.groups.values()].map(({ filter, ingress, egress }) => ({ ...filter, ingress, egress }));
  }

  /**
   * The groups that an interface wears: those that these attributes list, and the default group of its VPC when they
   * list none. An interface that wears none at all for certain does not exist in AWS.
   */
  worn(at: Attributes, attributes: readonly string[], vpc: Vpc): Bounds<readonly string[]> {
    return this.wornByAll([at], attributes, vpc);
  }

  /** As `worn`, where several resources say it together. */
  wornByAll(
    places: readonly Attributes[],
    attributes: readonly string[],
    vpc: Vpc,
  ): Bounds<readonly string[]> {
    const named = places.flatMap((at) =>
      attributes.map((attribute) => this.estate.namedAll(at, attribute, groupTypes)),
    );
    const each = named.flatMap((one) => one.each);
    const unknowns = named.flatMap((one) => one.unknowns);
    if (each.length === 0 && unknowns.length === 0) return exactly([this.defaultOf(vpc)]);
    return this.wornOf(each, unknowns, vpc);
  }

  /** As `worn`, for groups that are named one by one. */
  wornOf(each: readonly Things[], unknowns: readonly Unknown[], vpc: Vpc): Bounds<readonly string[]> {
    const members = this.membersOf(each);
    if (unknowns.length === 0 && members.unknowns.length === 0) return members;
    // Which groups it wears is open: in the most restrictive world a group without rules, in the most permissive
    // one any, so that a rule that names a group may mean this interface.
    const closed = this.unknownGroup('closed', undefined);
    if (unknowns.length === 0) {
      return between([closed, ...members.least], [closed, ...members.most], members.unknowns);
    }
    const open = this.unknownGroup(unknowns[0]!.key, unknowns[0]);
    const any = [...this.groups.keys()].filter((id) => this.vpcOf(id) === vpc.id);
    const most = new Set([closed, ...members.most, open, ...any]);
    return between([closed, ...members.least], [...most], [...members.unknowns, ...unknowns]);
  }

  /** The group of a VPC that interfaces wear when nothing else is said. */
  defaultOf(vpc: Vpc): string {
    const adopted = this.adopted.get(vpc.id);
    if (adopted !== undefined) return adopted;
    const id = `${vpc.id}.default_security_group_id`;
    if (this.groups.has(id)) return id;
    if (vpc.outside !== undefined) return this.unknownGroup(id, vpc.outside);
    const origin = { ...vpc.origin, attribute: 'default_security_group_id' };
    const name = `default security group of ${vpc.name}`;
    const { ingress, egress } = asAwsMadeIt(id, origin);
    this.put({ id, name, matching: 'union', stateful: true, origin }, [ingress], [egress]);
    return id;
  }

  private vpcOf(group: string): string | undefined {
    return this.vpcIds.get(group);
  }

  private add(resource: AwsResource): void {
    const { id } = resource;
    const called = resource.block('tags')?.label('Name') ?? resource.label('name') ?? id;
    const name = `security group ${called}`;
    this.vpcIds.set(id, this.vpcs.named(this.estate.named(resource, 'vpc_id', vpcTypes)).id);
    const filter = { id, name, matching: 'union', stateful: true, origin: resource.origin() } as const;
    const doubt = adoptionDoubt(resource);
    if (doubt.length === 0) {
      this.put(filter, [], []);
      return;
    }
    const { ingress, egress } = asAwsMadeIt(id, resource.origin());
    this.put(filter, [perhaps(ingress, doubt)], [perhaps(egress, doubt)]);
  }

  private put(filter: GivenFilter, ingress: Rule[], egress: Rule[]): Group {
    const group = { id: filter.id, filter, ingress, egress };
    this.groups.set(filter.id, group);
    return group;
  }

  /** A group of which nothing is known but its identity; without a cause, one that has no rules. */
  private unknownGroup(id: string, cause: Unknown | undefined): string {
    if (this.groups.has(id)) return id;
    const name = cause === undefined ? 'no security group for certain' : `security group ${cause.text}`;
    const rules = cause === undefined ? [] : [anyRule(cause, { address: id })];
    this.put({ id, name, matching: 'union', stateful: true, origin: { address: id } }, rules, [...rules]);
    return id;
  }

  /** The filter ids that things mean, each only possible when it is not certain which. */
  private membersOf(each: readonly Things[]): Bounds<readonly string[]> {
    const least: string[] = [];
    const most: string[] = [];
    const unknowns: Unknown[] = [];
    for (const { options, unknowns: causes } of each) {
      const ids = options.map((option) => this.idOfGroup(option));
      most.push(...ids);
      if (causes.length === 0) least.push(...ids);
      unknowns.push(...causes);
    }
    return between([...new Set(least)], [...new Set(most)], unknowns);
  }

  private idOfGroup(thing: Thing): string {
    if (thing.kind === 'outside') return this.unknownGroup(thing.id, thing.unknown);
    const { resource, attribute } = thing;
    if (this.groups.has(resource.id)) return resource.id;
    const vpc = this.vpcs.get(resource.id);
    if (vpc !== undefined && attribute === 'default_security_group_id') return this.defaultOf(vpc);
    const id = resource.type === 'aws_security_group' ? resource.id : `${resource.id}.${attribute}`;
    return this.unknownGroup(id, { kind: 'unknown', key: id, text: id });
  }

  private readInline(resource: AwsResource): void {
    for (const direction of ['ingress', 'egress'] as const) {
      if (!resource.states(direction)) continue;
      const { items, unknowns } = resource.blocks(direction);
      const rules = this.groups.get(resource.id)![direction];
      const causes = adoptionDoubt(resource);
      for (const block of items) {
        const rule = this.rule(block, resource.id, groupTraffic);
        rules.push(causes.length === 0 ? rule : perhaps(rule, causes));
      }
      for (const cause of unknowns) rules.push(anyRule(cause, resource.origin(direction)));
    }
  }

  private readRule(resource: AwsResource): void {
    const direction = resource.text('type');
    if (direction === 'ingress' || direction === 'egress')
      this.readOwnRule(resource, direction, groupTraffic);
  }

  private readOwnRule(resource: AwsResource, direction: Direction, names: TrafficAttributes): void {
    const { options, unknowns } = this.estate.named(resource, 'security_group_id', groupTypes);
    const causes = [...unknowns, ...(resource.existence === undefined ? [] : [resource.existence])];
    for (const option of options) {
      const id = this.idOfGroup(option);
      const rule = this.rule(resource, id, names);
      this.groups.get(id)![direction].push(causes.length === 0 ? rule : perhaps(rule, causes));
    }
  }

  /**
   * A plan of what exists lists all rules of a group, wherever these were written, and has no expression for dynamic
   * blocks. What no rule of its own tells, neither as it was nor as it will be, may be such a block.
   */
  private readListed(resource: AwsResource): void {
    for (const direction of ['ingress', 'egress'] as const) {
      if (resource.states(direction)) continue;
      const told = [
        ...this.groups.get(resource.id)![direction],
        ...this.ownRulesBefore(resource.id, direction),
      ];
      for (const block of resource.blocks(direction).items) {
        const listed = this.rule(block, resource.id, groupTraffic);
        if (isTold(listed, told)) continue;
        const cause = unknown(resource.key(direction), `who made the rules that ${resource.id} has`);
        this.groups.get(resource.id)![direction].push(perhaps(listed, [cause]));
      }
    }
  }

  private ownRulesBefore(group: string, direction: Direction): readonly Rule[] {
    return this.estate.before
      .filter(
        (one) =>
          one.type === `aws_vpc_security_group_${direction}_rule` ||
          (one.type === 'aws_security_group_rule' && one.text('type') === direction),
      )
      .filter((one) => {
        const { options } = this.estate.named(one, 'security_group_id', groupTypes);
        return options.some((option) => this.idOfGroup(option) === group);
      })
      .map((one) =>
        this.rule(one, group, one.type === 'aws_security_group_rule' ? groupTraffic : ruleResourceTraffic),
      );
  }

  private rule(at: Attributes, group: string, names: TrafficAttributes): Rule {
    return {
      action: 'allow',
      traffic: ruleTraffic(at, names),
      remote: this.remote(at, group),
      origin: at.origin(),
    };
  }

  private remote(at: Attributes, group: string): Remote {
    const read = this.blocks.remote(at, ['cidr_blocks', 'ipv6_cidr_blocks', 'cidr_ipv4', 'cidr_ipv6']);
    const there = (name: string) => at.has(name);
    const lists = ['prefix_list_ids', 'prefix_list_id']
      .filter(there)
      .map((name) => this.lists.addresses(at, name));
    const named = ['security_groups', 'source_security_group_id', 'referenced_security_group_id']
      .filter(there)
      .map((name) => this.estate.namedAll(at, name, groupTypes));
    const members = this.membersOf(named.flatMap((one) => one.each));
    const least = [...read.members.least, ...members.least];
    const most = [...read.members.most, ...members.most];
    const unknowns = [...members.unknowns, ...named.flatMap((one) => one.unknowns)];
    if (named.some((one) => one.unknowns.length > 0)) most.push(...this.groups.keys());
    const self = at.flag('self');
    if (self === true) least.push(group);
    if (self === true || isUnknown(self)) most.push(group);
    if (isUnknown(self)) unknowns.push(self);
    return {
      addresses: lists.reduce(unite, read.addresses),
      members: between([...new Set(least)], [...new Set(most)], unknowns),
    };
  }
}

/** Whether rules of the same traffic together name everybody whom a rule names. */
function isTold({ traffic, remote }: Rule, told: readonly Rule[]): boolean {
  const same = told.filter((one) => one.traffic.most.equals(traffic.most));
  const addresses = same
    .map((one) => one.remote.addresses.most)
    .reduce((a, b) => a.union(b), AddressSet.empty);
  const members = new Set(same.flatMap((one) => one.remote.members.most));
  return (
    addresses.contains(remote.addresses.most) && remote.members.most.every((member) => members.has(member))
  );
}

/** Where it is open whether a default group is adopted at all: if not, it is as AWS made it. */
function adoptionDoubt({ type, existence }: AwsResource): readonly Unknown[] {
  return type === 'aws_default_security_group' && existence !== undefined ? [existence] : [];
}

/** The rules of the group that a VPC comes with: in from its own members, out to everywhere. */
function asAwsMadeIt(id: string, origin: Rule['origin']): { readonly ingress: Rule; readonly egress: Rule } {
  const rule = (addresses: AddressSet, members: readonly string[]): Rule => ({
    action: 'allow',
    traffic: exactly(Traffic.everything),
    remote: { addresses: exactly(addresses), members: exactly(members) },
    origin,
  });
  return { ingress: rule(AddressSet.empty, [id]), egress: rule(AddressSet.everything(), []) };
}

/** A rule about which nothing is known: it may let everything through, or nothing. */
export function anyRule(cause: Unknown, origin: Rule['origin']): Rule {
  return {
    action: 'allow',
    traffic: between(Traffic.empty, Traffic.everything, [cause]),
    remote: { addresses: between(AddressSet.empty, AddressSet.everything(), [cause]), members: exactly([]) },
    origin,
  };
}

/** The rule, if it is there at all. */
export function perhaps(rule: Rule, causes: readonly Unknown[]): Rule {
  const { most, unknowns } = rule.traffic;
  return { ...rule, traffic: between(Traffic.empty, most, [...unknowns, ...causes]) };
}
