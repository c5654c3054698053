import { AddressSet } from '../../addressing/address-set';
import { Traffic } from '../../addressing/traffic';
import { type Bounds, between } from '../../topology/bounds';
import type { Rule } from '../../topology/filter';
import type { OneFilter } from '../../topology/segment';
import type { GivenFilter } from '../../topology/topology-builder';
import type { Unknown } from '../../topology/value';
import { type Attributes, isUnknown } from '../attributes';
import type { BlockReader } from './block-reader';
import { type AwsResource, type Estate, idOf, type Thing } from './estate';
import { aclTraffic, ruleTraffic } from './rule-traffic';
import { anyRule } from './security-group';
import { type Subnet, subnetTypes } from './subnet';
import { nameOf, type Vpc, type Vpcs, vpcTypes } from './vpc';

const aclTypes = ['aws_network_acl', 'aws_default_network_acl', 'aws_vpc'] as const;

/** An ACL that a subnet may have, because an association says so. */
interface Claim {
  readonly acl: string;
  readonly unknowns: readonly Unknown[];
}

/**
 * Network ACLs of an input. A subnet has exactly one: an associated one, else the default ACL of its VPC, which lets
 * everything through until `aws_default_network_acl` adopts it and with that removes every rule. Rules inside the ACL
 * and `aws_network_acl_rule` count together.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
 */
export class NetworkAcls {
  private readonly estate: Estate;
  private readonly vpcs: Vpcs;
  private readonly blocks: BlockReader;
  private readonly acls = new Map<
    string,
    GivenFilter & { readonly ingress: Rule[]; readonly egress: Rule[] }
  >();
  /** By subnet id. */
  private readonly claims = new Map<string, Claim[]>();
  /** Associations whose subnets are not known at all: any subnet of the VPC may have them. */
  private readonly loose: (Claim & { readonly vpc: string })[] = [];
  /** Ids of adopted default ACLs, by VPC. */
  private readonly adopted = new Map<string, string>();
  /** What would tell whether a default ACL is adopted at all, by VPC. */
  private readonly doubts = new Map<string, Unknown>();

  constructor(estate: Estate, vpcs: Vpcs, blocks: BlockReader) {
    this.estate = estate;
    this.vpcs = vpcs;
    this.blocks = blocks;
    for (const resource of estate.of('aws_network_acl', 'aws_default_network_acl')) this.read(resource);
    for (const rule of estate.of('aws_network_acl_rule')) this.readRule(rule);
    for (const association of estate.of('aws_network_acl_association')) {
      const { options, unknowns } = estate.named(association, 'network_acl_id', aclTypes);
      for (const acl of options) {
        const id = this.idOfAcl(acl);
        if (id !== undefined) this.claim(association, 'subnet_id', id, unknowns, '');
      }
    }
  }

  filters(): readonly GivenFilter[] {
    return [...this.acls.values()].map((acl) => ({
      ...acl,
      ingress: acl.ingress.sort(byNumber),
      egress: acl.egress.sort(byNumber),
    }));
  }

  /** The ACL that packets meet on the edge of a subnet; null stands for the default ACL that nobody changed. */
  of(subnet: Subnet): OneFilter {
    const claims = [
      ...(this.claims.get(subnet.id) ?? []),
      ...this.loose.filter((one) => one.vpc === subnet.vpc.id),
    ];
    const certain = claims.filter((claim) => claim.unknowns.length === 0);
    const possible = claims.filter((claim) => claim.unknowns.length > 0);
    const sure = certain.at(-1)?.acl ?? this.defaultOf(subnet.vpc);
    const options = new Set<string | null>([sure, ...possible.map((claim) => claim.acl)]);
    const unknowns = possible.flatMap((claim) => claim.unknowns);
    const doubt = certain.length === 0 ? this.doubts.get(subnet.vpc.id) : undefined;
    if (doubt === undefined) return { options: [...options], unknowns };
    return { options: [...options.add(null)], unknowns: [...unknowns, doubt] };
  }

  private defaultOf(vpc: Vpc): string | null {
    const adopted = this.adopted.get(vpc.id);
    if (adopted !== undefined) return adopted;
    return vpc.outside === undefined
      ? null
      : this.unknownAcl(`${vpc.id}.default_network_acl_id`, vpc.outside);
  }

  private read(resource: AwsResource): void {
    const isDefault = resource.type === 'aws_default_network_acl';
    const { id } = resource;
    const ingress: Rule[] = [];
    const egress: Rule[] = [];
    const vpc = isDefault ? this.adoptedVpc(resource) : this.named(resource);
    this.acls.set(id, {
      id,
      name: `network ACL ${nameOf(resource, id)}`,
      matching: 'first-match',
      stateful: false,
      ingress,
      egress,
      origin: resource.origin(),
    });
    if (isDefault && vpc !== undefined) {
      this.adopted.set(vpc.id, id);
      if (resource.existence !== undefined) this.doubts.set(vpc.id, resource.existence);
    }
    for (const direction of ['ingress', 'egress'] as const) {
      if (!resource.states(direction)) continue;
      const { items, unknowns } = resource.blocks(direction);
      const rules = direction === 'ingress' ? ingress : egress;
      for (const block of items) rules.push(...this.rules(block, 'rule_no', 'action', []));
      for (const cause of unknowns) rules.push(...this.anywhere(anyRule(cause, resource.origin(direction))));
    }
    if (resource.states('subnet_ids')) this.claim(resource, 'subnet_ids', id, [], vpc?.id ?? '');
  }

  private named(resource: AwsResource): Vpc {
    return this.vpcs.named(this.estate.named(resource, 'vpc_id', vpcTypes));
  }

  /** The VPC whose default ACL it is: the one that `default_network_acl_id` is an attribute of. */
  private adoptedVpc(resource: AwsResource): Vpc | undefined {
    const attribute = resource.has('vpc_id') ? 'vpc_id' : 'default_network_acl_id';
    const things = this.estate.named(resource, attribute, vpcTypes);
    return things.options.length === 0 ? undefined : this.vpcs.named(things);
  }

  private claim(
    at: AwsResource,
    attribute: string,
    acl: string,
    causes: readonly Unknown[],
    vpc: string,
  ): void {
    const existence = at.existence === undefined ? [] : [at.existence];
    const { each, unknowns } = this.estate.namedAll(at, attribute, subnetTypes);
    for (const { options, unknowns: which } of each) {
      const claim = { acl, unknowns: [...causes, ...existence, ...which] };
      for (const option of options) {
        const id = idOf(option);
        this.claims.set(id, [...(this.claims.get(id) ?? []), claim]);
      }
    }
    if (unknowns.length > 0) this.loose.push({ acl, unknowns: [...causes, ...unknowns], vpc });
  }

  private readRule(resource: AwsResource): void {
    const { options, unknowns } = this.estate.named(resource, 'network_acl_id', aclTypes);
    const causes = [...unknowns, ...(resource.existence === undefined ? [] : [resource.existence])];
    const egress = resource.flag('egress');
    for (const option of options) {
      const acl = this.acls.get(this.idOfAcl(option) ?? '');
      if (acl === undefined) continue;
      const sides = isUnknown(egress)
        ? [acl.ingress, acl.egress]
        : [egress === true ? acl.egress : acl.ingress];
      const open = isUnknown(egress) ? [...causes, egress] : causes;
      for (const side of sides) side.push(...this.rules(resource, 'rule_number', 'rule_action', open));
    }
  }

  private idOfAcl(thing: Thing): string | undefined {
    const id = idOf(thing);
    if (this.acls.has(id)) return id;
    if (thing.kind === 'outside') return this.unknownAcl(id, thing.unknown);
    // An attribute of a VPC: its default ACL, once adopted. Rules for one that nobody adopted come on top of its own.
    const vpc = this.vpcs.get(id);
    return vpc === undefined ? undefined : (this.adopted.get(vpc.id) ?? this.unadopted(vpc));
  }

  /** The default ACL as AWS made it, for those who add rules to it without adopting it. */
  private unadopted(vpc: Vpc): string {
    const id = `${vpc.id}.default_network_acl_id`;
    if (vpc.outside !== undefined) return this.unknownAcl(id, vpc.outside);
    const origin = { ...vpc.origin, attribute: 'default_network_acl_id' };
    const rule: Rule = {
      action: 'allow',
      traffic: between(Traffic.everything, Traffic.everything, []),
      remote: {
        addresses: between(AddressSet.everything(), AddressSet.everything(), []),
        members: between([], [], []),
      },
      number: 100,
      origin,
    };
    this.put(id, `default network ACL of ${vpc.name}`, [rule], origin);
    this.adopted.set(vpc.id, id);
    return id;
  }

  private unknownAcl(id: string, cause: Unknown): string {
    if (!this.acls.has(id)) {
      this.put(id, `network ACL ${cause.text}`, [anyRule(cause, { address: id })], { address: id });
    }
    return id;
  }

  private put(id: string, name: string, rules: readonly Rule[], origin: Rule['origin']): void {
    this.acls.set(id, {
      id,
      name,
      matching: 'first-match',
      stateful: false,
      ingress: [...rules],
      egress: [...rules],
      origin,
    });
  }

  /**
   * A rule; two of them where only apply tells what it does or when its turn comes: the one denies at most what the
   * other allows at most, and neither does anything for certain.
   */
  private rules(at: Attributes, number: string, action: string, causes: readonly Unknown[]): readonly Rule[] {
    const [turn, does] = [at.number(number), at.scalar(action)];
    const denies = at.text(action)?.toLowerCase() === 'deny';
    const traffic = ruleTraffic(at, aclTraffic);
    const remote = this.blocks.remote(at, ['cidr_block', 'ipv6_cidr_block']);
    const open = [...causes, ...[turn, does].filter(isUnknown)];
    const base = { traffic, remote, origin: at.origin() };
    if (open.length === 0) {
      return [{ ...base, action: denies ? 'deny' : 'allow', ...numbered(turn) }];
    }
    const least: Bounds<Traffic> = between(Traffic.empty, traffic.most, [...traffic.unknowns, ...open]);
    const rule: Rule = { ...base, action: 'allow', traffic: least, ...numbered(isUnknown(turn) ? 0 : turn) };
    if (!isUnknown(turn) && !isUnknown(does)) {
      return [{ ...rule, action: denies ? 'deny' : 'allow' }];
    }
    return this.anywhere(rule);
  }

  private anywhere(rule: Rule): readonly Rule[] {
    const number = rule.number ?? 0;
    return [
      { ...rule, action: 'deny', number },
      { ...rule, action: 'allow', number },
    ];
  }
}

const byNumber = (a: Rule, b: Rule) => (a.number ?? 0) - (b.number ?? 0);

function numbered(turn: number | Unknown | undefined): { readonly number?: number } {
  return typeof turn === 'number' ? { number: turn } : {};
}
