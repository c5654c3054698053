import type { AddressSet } from '../addressing/address-set';

/** Which places of an order a set of addresses holds. */
export interface Held {
  /** Pairs of from, and up to and without, of places all of whose addresses are in the set. */
  readonly ranges: readonly number[];
  /** Places of which some addresses are in the set and others may not be. */
  readonly split: readonly number[];
}

/** Things with addresses of one family, sorted by address: what a block holds is then a range of places. */
export class AddressOrder {
  readonly size: number;
  readonly family: 4 | 6;
  private readonly firsts: (number | bigint)[] = [];
  private readonly lasts: (number | bigint)[] = [];
  /** The highest last address up to each place. */
  private readonly reach: (number | bigint)[] = [];
  private readonly held = new Map<AddressSet, Held>();

  /** `spans` are sorted by their first address. */
  constructor(family: 4 | 6, spans: readonly Span[]) {
    this.family = family;
    this.size = spans.length;
    for (const { first, last } of spans) {
      const before = this.reach[this.reach.length - 1];
      this.firsts.push(first);
      this.lasts.push(last);
      this.reach.push(before !== undefined && before > last ? before : last);
    }
  }

  of(set: AddressSet): Held {
    let held = this.held.get(set);
    if (held === undefined) this.held.set(set, (held = this.find(set)));
    return held;
  }

  /** Whether the set holds everything that there is. */
  holdsAll(set: AddressSet): boolean {
    const { ranges, split } = this.of(set);
    return split.length === 0 && ranges.length === 2 && ranges[0] === 0 && ranges[1] === this.size;
  }

  /**
   * For every place a number, the same for places that all of the sets treat alike; and for every number the sets (by
   * their place in the list) that hold it and those that split it.
   */
  signatures(sets: readonly AddressSet[]): Signatures {
    const states = new Int32Array(this.size);
    const known: Signature[] = [{ holds: [], splits: [] }];
    const next = new Map<number, number>();
    const move = (place: number, set: number, splits: boolean): void => {
      const state = states[place]!;
      const key = (state * sets.length + set) * 2 + Number(splits);
      let to = next.get(key);
      if (to === undefined) {
        const from = known[state]!;
        to =
          known.push(
            splits
              ? { holds: from.holds, splits: [...from.splits, set] }
              : { holds: [...from.holds, set], splits: from.splits },
          ) - 1;
        next.set(key, to);
      }
      states[place] = to;
    };
    sets.forEach((set, index) => {
      const { ranges, split } = this.of(set);
      for (let i = 0; i < ranges.length; i += 2) {
        for (let place = ranges[i]!; place < ranges[i + 1]!; place++) move(place, index, false);
      }
      for (const place of split) move(place, index, true);
    });
    return { of: states, list: known };
  }

  private find(set: AddressSet): Held {
    const ranges: number[] = [];
    const split = new Set<number>();
    const places = set.boundaries(this.family);
    for (let i = 0; i < places.length; i += 2) {
      const from = places[i]!;
      const to = before(places[i + 1]!);
      const start = this.lowerBound(from);
      const end = this.upperBound(to);
      if (start > 0 && this.reach[start - 1]! >= from) {
        for (let place = 0; place < start; place++) if (this.lasts[place]! >= from) split.add(place);
      }
      if (end === 0 || end <= start) continue;
      if (this.reach[end - 1]! <= to) {
        ranges.push(start, end);
        continue;
      }
      for (let place = start; place < end; place++) {
        if (this.lasts[place]! > to) split.add(place);
        else if (ranges.length > 0 && ranges[ranges.length - 1] === place)
          ranges[ranges.length - 1] = place + 1;
        else ranges.push(place, place + 1);
      }
    }
    return { ranges, split: [...split] };
  }

  private lowerBound(value: number | bigint): number {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.firsts[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private upperBound(value: number | bigint): number {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.firsts[middle]! <= value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export interface Signatures {
  readonly of: Int32Array;
  readonly list: readonly Signature[];
}

export interface Signature {
  readonly holds: readonly number[];
  readonly splits: readonly number[];
}

/** The lowest and the highest address of something: numbers for IPv4, big integers for IPv6. */
export interface Span {
  readonly first: number | bigint;
  readonly last: number | bigint;
}

/** Undefined when the set has no address of the family. */
export function spanOf(set: AddressSet, family: 4 | 6): Span | undefined {
  const places = set.boundaries(family);
  if (places.length === 0) return undefined;
  return { first: places[0]!, last: before(places[places.length - 1]!) };
}

function before(place: number | bigint): number | bigint {
  return typeof place === 'number' ? place - 1 : place - 1n;
}
