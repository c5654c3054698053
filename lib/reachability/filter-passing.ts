import type { AddressSet } from '../addressing/address-set';
import { PortSet } from '../addressing/port-set';
import type { Traffic } from '../addressing/traffic';
import type { Bounds } from '../topology/bounds';
import type { Interface } from '../topology/endpoint';
import type { Filter, Rule } from '../topology/filter';
import type { Unknown } from '../topology/value';
import { FlowSpace } from './flow-space';
import type { AddressVariable, Scenario } from './scenario';

export type Direction = 'ingress' | 'egress';

/** What passes for certain and what may pass, with what would settle the difference. */
export interface Passing {
  readonly must: FlowSpace;
  readonly may: FlowSpace;
  readonly unknowns: readonly Unknown[];
}

export const everythingPasses: Passing = {
  must: FlowSpace.everything,
  may: FlowSpace.everything,
  unknowns: [],
};

/** The other end of a packet, as a filter sees it. */
export interface Remote {
  readonly address: AddressVariable;
  /** The interface whose own address it is, when it came unchanged: rules may then name the filters it carries. */
  readonly member: Interface | undefined;
}

/** What one filter lets pass in one direction, by the address of the other end. */
export class FilterPassing {
  private readonly matching: Filter['matching'];
  private readonly rules: readonly PreparedRule[];
  private anyRemote: FlowSpace | undefined;
  /** Groups of addresses that the filter treats alike, for sets that are asked about again and again. */
  private readonly groups = new WeakMap<AddressSet, Map<string, readonly Group[]>>();
  /** What passes from certain addresses, which every world asks about anew. */
  private readonly certain = new WeakMap<AddressSet, Map<string, Passing>>();

  constructor(filter: Filter, direction: Direction) {
    this.matching = filter.matching;
    this.rules = filter[direction].map((rule) => new PreparedRule(rule));
  }

  /** What passes when the other end is `remote`; addresses that are treated differently are told apart. */
  passing(remote: Remote, scenario: Scenario): Passing {
    const { address, member } = remote;
    if (this.rules.length === 0) return nothingPasses;
    if (address.kind === 'certain') return this.certainly(address.addresses, member);
    const current = scenario.addressesOf(address);
    const groups = this.groupsOf(current, member);
    if (groups.length === 1) return groups[0]!.passing;
    return groups[
      scenario.select(
        address,
        groups.map((group) => group.addresses),
      )
    ]!.passing;
  }

  /** What it may let pass whoever the other end is. */
  fromAnyone(): FlowSpace {
    this.anyRemote ??= this.rules
      .filter(({ rule }) => rule.action === 'allow')
      .reduce((space, rule) => space.union(rule.most), FlowSpace.empty);
    return this.anyRemote;
  }

  private certainly(addresses: AddressSet, member: Interface | undefined): Passing {
    const key = member === undefined ? '' : carriedKey(member);
    let known = this.certain.get(addresses);
    if (known === undefined) this.certain.set(addresses, (known = new Map<string, Passing>()));
    let passing = known.get(key);
    if (passing === undefined) known.set(key, (passing = this.judge(addresses, member)));
    return passing;
  }

  private groupsOf(addresses: AddressSet, member: Interface | undefined): readonly Group[] {
    const key = member === undefined ? '' : carriedKey(member);
    let known = this.groups.get(addresses);
    if (known === undefined) this.groups.set(addresses, (known = new Map<string, readonly Group[]>()));
    let groups = known.get(key);
    if (groups === undefined) known.set(key, (groups = this.divide(addresses, member)));
    return groups;
  }

  private divide(addresses: AddressSet, member: Interface | undefined): readonly Group[] {
    let pieces: readonly AddressSet[] = [addresses];
    for (const { rule } of this.rules) {
      const { least, most } = rule.remote.addresses;
      pieces = split(pieces, least);
      if (most !== least) pieces = split(pieces, most);
    }
    const groups: { addresses: AddressSet; readonly passing: Passing }[] = [];
    for (const piece of pieces) {
      const passing = this.judge(piece, member);
      const alike = groups.find((group) => samePassing(group.passing, passing));
      if (alike === undefined) groups.push({ addresses: piece, passing });
      else alike.addresses = alike.addresses.union(piece);
    }
    return groups;
  }

  /** `addresses` lie on one side of every rule. */
  private judge(addresses: AddressSet, member: Interface | undefined): Passing {
    return this.matching === 'union' ? this.anyRule(addresses, member) : this.firstRule(addresses, member);
  }

  private anyRule(addresses: AddressSet, member: Interface | undefined): Passing {
    const matched = this.matched(addresses, member);
    if (isDecided(matched)) {
      const passes = matched.reduce((space, { rule }) => space.union(rule.least), FlowSpace.empty);
      return { must: passes, may: passes, unknowns: [] };
    }
    let must = FlowSpace.empty;
    let may = FlowSpace.empty;
    const unknowns: Unknown[] = [];
    for (const { rule, certain } of matched) {
      may = may.union(rule.most);
      if (certain) must = must.union(rule.least);
      if (!certain || rule.least !== rule.most) unknowns.push(...rule.unknowns);
    }
    return { must, may, unknowns };
  }

  /**
   * A packet passes for certain when the first rule that may match it, and each after it up to one that matches for
   * certain, allows it. It may pass when a rule that may match allows it and none before matches for certain.
   */
  private firstRule(addresses: AddressSet, member: Interface | undefined): Passing {
    const matched = this.matched(addresses, member);
    if (isDecided(matched)) return firstDecided(matched);
    let must = FlowSpace.empty;
    let may = FlowSpace.empty;
    let openForMust = FlowSpace.everything;
    let openForMay = FlowSpace.everything;
    const unknowns: Unknown[] = [];
    for (const { rule, certain: isCertain } of matched) {
      const certain = isCertain ? rule.least : FlowSpace.empty;
      if (rule.rule.action === 'allow') {
        must = must.union(openForMust.intersect(certain));
        may = may.union(openForMay.intersect(rule.most));
        openForMust = openForMust.subtract(certain);
      } else {
        openForMust = openForMust.subtract(rule.most);
      }
      openForMay = openForMay.subtract(certain);
      if (!isCertain || rule.least !== rule.most) unknowns.push(...rule.unknowns);
    }
    return { must, may, unknowns };
  }

  /** The rules that may match, in their order. */
  private matched(addresses: AddressSet, member: Interface | undefined): readonly Matched[] {
    const matched: Matched[] = [];
    for (const rule of this.rules) {
      const match = matchOf(rule.rule, addresses, member);
      if (match !== 'no') matched.push({ rule, certain: match === 'certain' });
    }
    return matched;
  }
}

interface Matched {
  readonly rule: PreparedRule;
  readonly certain: boolean;
}

/** Whether it is certain what the rules that match do. */
function isDecided(matched: readonly Matched[]): boolean {
  return matched.every(({ rule, certain }) => certain && rule.least === rule.most);
}

/** What the first rule that matches lets pass when nothing is open; neighbours that do the same are one rule. */
function firstDecided(matched: readonly Matched[]): Passing {
  let passes = FlowSpace.empty;
  let open = FlowSpace.everything;
  for (let i = 0; i < matched.length;) {
    const { action } = matched[i]!.rule.rule;
    let taken = FlowSpace.empty;
    for (; i < matched.length && matched[i]!.rule.rule.action === action; i++) {
      taken = taken.union(matched[i]!.rule.least);
    }
    if (action === 'allow') passes = passes.union(open.intersect(taken));
    if (i < matched.length) open = open.subtract(taken);
  }
  return { must: passes, may: passes, unknowns: [] };
}

export type Match = 'certain' | 'possible' | 'no';

/** Whether the rule's remote is the other end; `addresses` lie on one side of the rule. */
export function matchOf(rule: Rule, addresses: AddressSet, member: Interface | undefined): Match {
  const { addresses: bounds, members } = rule.remote;
  if (bounds.least.overlaps(addresses)) return 'certain';
  const possible = bounds.most !== bounds.least && bounds.most.overlaps(addresses);
  if (member === undefined || members.most.length === 0) return possible ? 'possible' : 'no';
  const carries = memberMatch(member.filters, members);
  return carries === 'no' && possible ? 'possible' : carries;
}

function memberMatch(carried: Bounds<readonly string[]>, named: Bounds<readonly string[]>): Match {
  if (carried.least.some((id) => named.least.includes(id))) return 'certain';
  // Of an empty lower bound at least one filter is carried, so naming all of them names the interface.
  const allNamed = carried.least.length === 0 && carried.most.every((id) => named.least.includes(id));
  if (allNamed && carried.most.length > 0) return 'certain';
  return carried.most.some((id) => named.most.includes(id)) ? 'possible' : 'no';
}

/** A rule with the flows that it takes, worked out when it is first met: most rules are about somebody else. */
class PreparedRule {
  readonly rule: Rule;
  private leastSpace: FlowSpace | undefined;
  private mostSpace: FlowSpace | undefined;

  constructor(rule: Rule) {
    this.rule = rule;
  }

  get least(): FlowSpace {
    return (this.leastSpace ??= this.spaceOf(this.rule.traffic.least));
  }

  /** The same as `least` when they are equal. */
  get most(): FlowSpace {
    const { least, most } = this.rule.traffic;
    this.mostSpace ??= most === least || most.equals(least) ? this.least : this.spaceOf(most);
    return this.mostSpace;
  }

  get unknowns(): readonly Unknown[] {
    const { traffic, remote } = this.rule;
    return [...traffic.unknowns, ...remote.addresses.unknowns, ...remote.members.unknowns];
  }

  private spaceOf(traffic: Traffic): FlowSpace {
    return FlowSpace.of(traffic, this.rule.sourcePorts ?? PortSet.all);
  }
}

interface Group {
  readonly addresses: AddressSet;
  readonly passing: Passing;
}

const nothingPasses: Passing = { must: FlowSpace.empty, may: FlowSpace.empty, unknowns: [] };

function split(pieces: readonly AddressSet[], set: AddressSet): readonly AddressSet[] {
  if (set.isEmpty()) return pieces;
  return pieces.flatMap((piece) => {
    if (!set.overlaps(piece) || set.contains(piece)) return [piece];
    return [piece.intersect(set), piece.subtract(set)];
  });
}

function samePassing(a: Passing, b: Passing): boolean {
  return a.must.equals(b.must) && a.may.equals(b.may);
}

const carriedKeys = new WeakMap<Interface, string>();

function carriedKey(member: Interface): string {
  let key = carriedKeys.get(member);
  if (key === undefined) {
    const { least, most } = member.filters;
    carriedKeys.set(member, (key = `${least.join('\n')}\n\n${most.join('\n')}`));
  }
  return key;
}
