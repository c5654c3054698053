import type { AddressSet } from '../addressing/address-set';
import type { Traffic } from '../addressing/traffic';
import type { Rule } from '../topology/filter';
import type { Topology } from '../topology/topology';
import { type Distinct, distinctAddresses, distinctTraffic } from './distinct';

/** Whether what is unknown is taken to stop packets, or to let them pass. */
export type Bound = 'must' | 'may';

/** One bound of all rules, by the number of the rule: numbers of its traffic, its addresses and the filters it names. */
export interface RuleColumns {
  readonly traffic: readonly number[];
  readonly set: readonly number[];
  readonly members: readonly (readonly number[])[];
}

/** Numbers of the rules of one filter: incoming ones from the first up to and without the second, then outgoing ones. */
export type RuleSpan = readonly [ingress: number, egress: number, end: number];

/**
 * The rules of all filters in columns of numbers, equal traffic and equal addresses numbered once: a filter of twenty
 * rules is then a short walk over numbers, however often it is joined with others.
 */
export class NumberedRules {
  readonly traffics: Distinct<Traffic> = distinctTraffic();
  readonly sets: Distinct<AddressSet> = distinctAddresses();
  /** Number of each filter, by its id. */
  readonly filters = new Map<string, number>();
  /** By the number of the filter. */
  readonly spans: RuleSpan[] = [];
  readonly bounds: Readonly<Record<Bound, RuleColumns>>;
  /** True when no rule leaves anything open: both bounds are then one. */
  readonly known: boolean;

  constructor(topology: Topology) {
    const must: Columns = { traffic: [], set: [], members: [] };
    const may: Columns = { traffic: [], set: [], members: [] };
    let known = true;
    for (const id of topology.filters.keys()) this.filters.set(id, this.filters.size);
    const numbersOf = (members: readonly string[]): readonly number[] =>
      members.length === 0 ? nobody : members.map((id) => this.filters.get(id)!);
    const add = (rules: readonly Rule[]): void => {
      for (const { traffic, remote } of rules) {
        const { addresses, members } = remote;
        const least = this.traffics.add(traffic.least);
        const most = traffic.most === traffic.least ? least : this.traffics.add(traffic.most);
        const inner = this.sets.add(addresses.least);
        const outer = addresses.most === addresses.least ? inner : this.sets.add(addresses.most);
        must.traffic.push(least);
        may.traffic.push(most);
        must.set.push(inner);
        may.set.push(outer);
        const named = numbersOf(members.least);
        must.members.push(named);
        may.members.push(members.most === members.least ? named : numbersOf(members.most));
        known &&= least === most && inner === outer && members.least.length === members.most.length;
      }
    };
    for (const { ingress, egress } of topology.filters.values()) {
      const start = must.set.length;
      add(ingress);
      const middle = must.set.length;
      add(egress);
      this.spans.push([start, middle, must.set.length]);
    }
    this.known = known;
    this.bounds = { must, may: known ? must : may };
  }
}

interface Columns {
  readonly traffic: number[];
  readonly set: number[];
  readonly members: (readonly number[])[];
}

const nobody: readonly number[] = [];
