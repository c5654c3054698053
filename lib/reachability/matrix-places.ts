import type { Node, Policy } from './matrix-class';
import type { AddressOrder } from './matrix-order';
import type { Bound, NumberedRules } from './matrix-rules';

/** Whom one rule names by addresses. */
export interface NamedByAddress {
  /** Positions of those all of whose addresses are named: pairs of from, and up to and without. */
  readonly runs: Int32Array;
  /** Positions of those of whom only some addresses are, or may be. */
  readonly split: Int32Array;
}

/** Whom rules name in one family, as positions: who carries a filter, and whose addresses a set holds. */
export class NamedPlaces {
  /** By the number of the filter; none of those whom nobody carries. */
  readonly carriers: readonly (Int32Array | undefined)[];
  private readonly rules: NumberedRules;
  private readonly order: AddressOrder;
  private readonly bound: Bound;
  /** Position of each place in the order. */
  private readonly positions: Int32Array;
  /** By the number of the set. */
  private readonly named: (NamedByAddress | undefined)[] = [];

  constructor(nodes: readonly Node[], order: AddressOrder, rules: NumberedRules, bound: Bound) {
    this.rules = rules;
    this.order = order;
    this.bound = bound;
    this.positions = positionsOf(nodes);
    this.carriers = this.carriersAmong(nodes);
  }

  /** The filters that count for a policy: all that may be there, or those that certainly are. */
  filtersOf({ least, most }: Policy): readonly number[] {
    return (this.bound === 'must' ? least : most).map((id) => this.rules.filters.get(id)!);
  }

  /** Whom a set of addresses names, by its number. */
  of(set: number): NamedByAddress {
    let named = this.named[set];
    if (named === undefined) {
      const { ranges, split } = this.order.of(this.rules.sets.items[set]!);
      const { positions } = this;
      named = {
        runs: runsIn(positions, ranges),
        split: Int32Array.from(split, (place) => positions[place]!),
      };
      this.named[set] = named;
    }
    return named;
  }

  private carriersAmong(nodes: readonly Node[]): readonly (Int32Array | undefined)[] {
    const lists: (number[] | undefined)[] = this.rules.spans.map(() => undefined);
    const filters = new Map<Policy, readonly number[]>();
    for (const { policy, position } of nodes) {
      let carried = filters.get(policy);
      if (carried === undefined) filters.set(policy, (carried = this.filtersOf(policy)));
      for (const filter of carried) (lists[filter] ??= []).push(position);
    }
    return lists.map((list) => (list === undefined ? undefined : Int32Array.from(list)));
  }
}

function positionsOf(nodes: readonly Node[]): Int32Array {
  const positions = new Int32Array(nodes.length);
  nodes.forEach(({ position }, place) => (positions[place] = position));
  return positions;
}

/** Runs of positions of the places in some ranges. */
function runsIn(positions: Int32Array, ranges: readonly number[]): Int32Array {
  const runs: number[] = [];
  for (let i = 0; i < ranges.length; i += 2) {
    let last = -1;
    for (let place = ranges[i]!; place < ranges[i + 1]!; place++) {
      const position = positions[place]!;
      if (position === last) runs[runs.length - 1] = position + 1;
      else runs.push(position, position + 1);
      last = position + 1;
    }
  }
  return Int32Array.from(runs);
}
