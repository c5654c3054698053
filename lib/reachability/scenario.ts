import { AddressSet } from '../addressing/address-set';
import type { Cidr } from '../addressing/cidr';
import type { Unknown } from '../topology/value';
import { addressesKey } from './distinct';

/** The address of one end of a flow: a certain one, or one of several. All of one family. */
export interface AddressVariable {
  readonly id: string;
  readonly addresses: AddressSet;
  /**
   * What several addresses mean.
   *
   * - `certain`: there is only one.
   * - `unknown`: it is one of them, and which is part of the world: only apply tells.
   * - `every`: all of them exist side by side, and each is looked at as a part of its own.
   */
  readonly kind: 'certain' | 'unknown' | 'every';
  readonly unknown: Unknown | undefined;
}

/**
 * A walk through all combinations of choices that are discovered on the way: each run takes the choices it meets in
 * the order it meets them; `advance` turns to the next combination, and the run is repeated from its beginning.
 */
export class Decisions {
  private readonly taken: { option: number; readonly options: number }[] = [];
  private position = 0;
  private readonly byKey = new Map<string, number>();

  /** Begins a run. */
  begin(): void {
    this.position = 0;
    this.byKey.clear();
  }

  /** The option, from 0 up to `options`, that this run takes; the same for the same key. */
  pick(key: string, options: number): number {
    const known = this.byKey.get(key);
    if (known !== undefined) return known;
    let decision = this.taken[this.position];
    if (decision === undefined) this.taken.push((decision = { option: 0, options }));
    this.position++;
    this.byKey.set(key, decision.option);
    return decision.option;
  }

  /** The choices of this run by key. */
  choices(): ReadonlyMap<string, number> {
    return new Map(this.byKey);
  }

  /** Turns to the next combination; false when there is none left. */
  advance(): boolean {
    for (let last = this.taken.pop(); last !== undefined; last = this.taken.pop()) {
      if (last.option + 1 < last.options) {
        this.taken.push({ option: last.option + 1, options: last.options });
        return true;
      }
    }
    return false;
  }
}

/** One way in which what is unknown may come out. */
export class World {
  private readonly decisions: Decisions;
  readonly narrowed = new Map<string, AddressSet>();
  /** What was asked about that is unknown, by choice key. */
  readonly unknowns = new Map<string, readonly Unknown[]>();

  constructor(decisions: Decisions) {
    decisions.begin();
    this.decisions = decisions;
  }

  pick(key: string, options: number, unknowns: readonly Unknown[]): number {
    if (options < 2) return 0;
    this.unknowns.set(key, unknowns);
    return this.decisions.pick(key, options);
  }

  choices(): ReadonlyMap<string, number> {
    return this.decisions.choices();
  }
}

/** One world, and in it one part of what exists side by side. */
export class Scenario {
  readonly world: World;
  private readonly parts: Decisions;
  private readonly narrowed = new Map<string, AddressSet>();

  constructor(world: World, parts: Decisions) {
    parts.begin();
    this.world = world;
    this.parts = parts;
  }

  pick(key: string, options: number, unknowns: readonly Unknown[]): number {
    return this.world.pick(key, options, unknowns);
  }

  /** The addresses that the variable still stands for: nothing asked so far tells them apart. */
  addressesOf(variable: AddressVariable): AddressSet {
    return this.narrowedOf(variable).get(variable.id) ?? variable.addresses;
  }

  /** Whether the address is one of `set`; when only some are, decides which and narrows the variable to them. */
  within(variable: AddressVariable, set: AddressSet | Cidr): boolean {
    const current = this.addressesOf(variable);
    const overlaps = current.overlaps(set);
    if (!overlaps || variable.kind === 'certain') return overlaps;
    const inside = 'network' in set ? current.intersect(asSet(set)) : current.intersect(set);
    if (inside.equals(current)) return true;
    return this.select(variable, [inside, current.subtract(inside)]) === 0;
  }

  /** Decides in which of the disjoint sets the address is, narrows the variable to it, and gives its index. */
  select(variable: AddressVariable, sets: readonly AddressSet[]): number {
    const current = this.addressesOf(variable);
    const open = sets
      .map((set, index) => ({ index, left: set.intersect(current) }))
      .filter(({ left }) => !left.isEmpty());
    if (open.length < 2) return open[0]?.index ?? 0;
    const narrowed = this.narrowedOf(variable);
    const key = `address ${variable.id} ${addressesKey(current)} by ${open.map(({ left }) => addressesKey(left)).join(' | ')}`;
    const taken =
      variable.kind === 'unknown'
        ? this.world.pick(key, open.length, variable.unknown === undefined ? [] : [variable.unknown])
        : this.parts.pick(key, open.length);
    const { index, left } = open[taken]!;
    narrowed.set(variable.id, left);
    return index;
  }

  private narrowedOf(variable: AddressVariable): Map<string, AddressSet> {
    return variable.kind === 'unknown' ? this.world.narrowed : this.narrowed;
  }
}

const sets = new WeakMap<Cidr, AddressSet>();

function asSet(block: Cidr): AddressSet {
  let set = sets.get(block);
  if (set === undefined) sets.set(block, (set = AddressSet.of(block)));
  return set;
}
