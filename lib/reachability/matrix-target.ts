import { Traffic } from '../addressing/traffic';
import { bitCount, bitsOf } from './bit-set';
import type { PortAtoms } from './matrix-atoms';
import { type Classes, type EndpointClass, isChosen, type Node } from './matrix-class';
import type { FamilySolver, NodeRow } from './matrix-family';
import type { TrafficNames } from './matrix-traffic-names';
import type { Bound } from './matrix-rules';

/** What passes from one party to another in every world, and what in some. */
export interface Reached {
  readonly passes: Traffic;
  readonly mayPass: Traffic;
}

export const reachesNothing: Reached = { passes: Traffic.empty, mayPass: Traffic.empty };

/** The solvers of one family: when nothing is unknown, one is both. */
export interface FamilySolvers {
  readonly must: FamilySolver;
  readonly may: FamilySolver;
}

/** Everything that the rows of all targets share. */
export interface MatrixTables {
  readonly classes: Classes;
  readonly atoms: PortAtoms;
  readonly solvers: Partial<Readonly<Record<4 | 6, FamilySolvers>>>;
  readonly naming: TrafficNames;
  readonly ask: (from: EndpointClass, to: EndpointClass) => Reached;
  /** Room for the bits of all classes. */
  readonly found: Int32Array;
}

interface Arrival {
  readonly node: Node;
  readonly must: NodeRow;
  readonly may: NodeRow;
}

/** The states of {@link TrafficNames} that classes lead to, and addresses of which one is chosen at apply. */
interface States {
  readonly ofClass: Int32Array;
  /** By twice the number of the address, one more for IPv6. */
  readonly ofChosen: Int32Array;
}

/** Who reaches one class of endpoints. */
export class MatrixTarget {
  readonly to: EndpointClass;
  private readonly tables: MatrixTables;
  private readonly arrivals: readonly Arrival[];

  constructor(tables: MatrixTables, to: EndpointClass) {
    this.tables = tables;
    this.to = to;
    const arrivals: Arrival[] = [];
    if (!to.exact) {
      for (const unit of to.units) {
        for (const node of unit) {
          const { must, may } = tables.solvers[node.family]!;
          const certain = kept(must.row(node), !to.simple);
          const possible = may === must ? certain : kept(may.row(node), !to.simple);
          arrivals.push({ node, must: certain, may: possible });
        }
      }
    }
    this.arrivals = arrivals;
  }

  /** The same, good for longer than until the next target is worked out. */
  kept(): MatrixTarget {
    const kept = Object.create(MatrixTarget.prototype) as MatrixTarget;
    const arrivals = this.arrivals.map(({ node, must, may }): Arrival => {
      const certain = copied(must);
      return { node, must: certain, may: may === must ? certain : copied(may) };
    });
    return Object.assign(kept, this, { arrivals });
  }

  /** Tells every class that reaches this one on something, or may, with what. */
  each(visit: (from: EndpointClass, reached: Reached) => void): void {
    const oneByOne = this.oneByOne();
    this.eachOf(oneByOne, (from) => {
      const reached = this.from(from);
      if (!reached.mayPass.isEmpty()) visit(from, reached);
    });
    const found = without(this.reaching('may').slice(), oneByOne);
    const must = this.worlds('must');
    const may = this.sameBounds() ? must : this.worlds('may');
    this.eachOf(found, (from) => {
      const mayPass = this.inSomeWorld(may, from);
      if (!mayPass.isEmpty()) visit(from, { passes: this.inEveryWorld(must, from), mayPass });
    });
  }

  /** Classes of which only the exact question tells, as bits. */
  private oneByOne(): Int32Array {
    const bits = this.doubtful();
    if (this.to.exact) bits.fill(-1);
    for (const index of this.tables.classes.exact) mark(bits, index);
    return bits;
  }

  /** What passes in each world of this class: one, unless apply chooses among its places. */
  private worlds(bound: Bound, which: 'all' | 'chosen' = 'all'): readonly States[] {
    const { to, arrivals } = this;
    if (!isChosen(to)) return [this.states(bound, arrivals, which)];
    return to.units.map((unit) => {
      const nodes = new Set(unit);
      return this.states(
        bound,
        arrivals.filter(({ node }) => nodes.has(node)),
        which,
      );
    });
  }

  /** For each class, or each place of classes of which apply chooses one, the state that its atoms lead to. */
  private states(bound: Bound, arrivals: readonly Arrival[], which: 'all' | 'chosen'): States {
    const { classes, naming } = this.tables;
    const { owners, list, chosen, chosenNumber, chosenCount } = classes;
    const ofClass = new Int32Array(which === 'all' ? list.length : 0);
    const ofChosen = new Int32Array(chosenCount * 2);
    for (const { node, [bound]: row } of arrivals) {
      const { offsets, at, bits } = row;
      const six = Number(node.family === 6);
      for (let atom = 0; atom + 1 < offsets.length; atom++) {
        const end = offsets[atom + 1]!;
        for (let i = offsets[atom]!; i < end; i++) {
          const word = at[i]!;
          const first = word << 5;
          const inWorlds = bits[i]! & chosen[word]!;
          for (let left = inWorlds; left !== 0; left &= left - 1) {
            const number = chosenNumber[first + (31 - Math.clz32(left & -left))]! * 2 + six;
            ofChosen[number] = naming.next(ofChosen[number]!, atom);
          }
          if (which === 'chosen') continue;
          for (let left = bits[i]! & ~inWorlds; left !== 0; left &= left - 1) {
            const owner = owners[first + (31 - Math.clz32(left & -left))]!;
            ofClass[owner] = naming.next(ofClass[owner]!, atom);
          }
        }
      }
    }
    return { ofClass, ofChosen };
  }

  /** Of several places of which one is chosen each is a world; what exists side by side adds up. */
  private inEveryWorld(worlds: readonly States[], source: EndpointClass): Traffic {
    const { naming } = this.tables;
    let all: Traffic | undefined;
    for (const state of this.inEachWorld(worlds, source)) {
      const here = naming.ofState(state);
      all = all === undefined ? here : naming.both(all, here);
    }
    return all ?? Traffic.empty;
  }

  private inSomeWorld(worlds: readonly States[], source: EndpointClass): Traffic {
    const { naming } = this.tables;
    let some = 0;
    for (const state of this.inEachWorld(worlds, source)) some = naming.joined(some, state);
    return naming.ofState(some);
  }

  private inEachWorld(worlds: readonly States[], source: EndpointClass): readonly number[] {
    const { naming, classes } = this.tables;
    const places = classes.choices[source.index];
    return worlds.flatMap(({ ofClass, ofChosen }) =>
      places === undefined
        ? ofClass[source.index]!
        : places.map((place) => joinedState(naming, ofChosen, place)),
    );
  }

  /** Whether something passes in every world. */
  private isInEveryWorld(worlds: readonly States[], source: EndpointClass): boolean {
    const { naming, classes } = this.tables;
    const places = classes.choices[source.index];
    if (places === undefined || worlds.length > 1) return !this.inEveryWorld(worlds, source).isEmpty();
    const { ofChosen } = worlds[0]!;
    let first = 0;
    let other = 0;
    for (let i = 0; i < places.length; i++) {
      const state = joinedState(naming, ofChosen, places[i]!);
      if (state === 0) return false;
      if (first === 0) first = state;
      else if (state !== first && other === 0) other = state;
      else if (state !== first && state !== other) return !this.inEveryWorld(worlds, source).isEmpty();
    }
    return other === 0 || naming.meet(first, other);
  }

  /**
   * Classes with a place from where something passes in bulk, as bits that are good until the next are asked for; those
   * of exact pairs may be missing.
   */
  private reaching(bound: Bound): Int32Array {
    const { list, owners } = this.tables.classes;
    const found = this.tables.found.fill(0);
    const whole = list.length >>> 5;
    for (const arrival of this.arrivals) {
      const { size, at, bits } = arrival[bound];
      addWords(found, at, bits, size, whole);
      for (let i = 0; i < size; i++) {
        if (at[i]! >= whole) addOwners(found, at[i]!, bits[i]!, list.length, owners);
      }
    }
    this.withoutItself(found);
    return found;
  }

  /** Classes with a place of which only the exact question tells. */
  private doubtful(): Int32Array {
    const { list, owners } = this.tables.classes;
    const found = new Int32Array((list.length + 31) >>> 5);
    for (const { must, may } of this.arrivals) {
      for (const exact of new Set([must.exact, may.exact])) {
        exact?.forEach((bits, word) => addOwners(found, word, bits, list.length, owners));
      }
    }
    return found;
  }

  private hasDoubts(): boolean {
    for (const { must, may } of this.arrivals) {
      if (must.exact !== undefined || may.exact !== undefined) return true;
    }
    return false;
  }

  private eachOf(found: Int32Array, visit: (from: EndpointClass) => void): void {
    const { list } = this.tables.classes;
    this.withoutItself(found);
    for (const index of bitsOf(found)) if (index < list.length) visit(list[index]!);
  }

  /** A machine on its own reaches itself, which is nobody's question. */
  private withoutItself(found: Int32Array): void {
    const { index, members } = this.to;
    if (members.length === 1) found[index >>> 5]! &= ~(1 << (index & 31));
  }

  /** Whether only the exact question tells what passes from the class. */
  isExact(from: EndpointClass): boolean {
    if (from.exact || this.to.exact) return true;
    for (const { node, must, may } of this.arrivals) {
      if (must.exact === undefined && may.exact === undefined) continue;
      for (const { family, position } of from.units.flat()) {
        if (family !== node.family) continue;
        const mask = 1 << (position & 31);
        if (((must.exact?.[position >>> 5] ?? 0) & mask) !== 0) return true;
        if (((may.exact?.[position >>> 5] ?? 0) & mask) !== 0) return true;
      }
    }
    return false;
  }

  /** What passes from a machine of the class to another machine of this one. */
  from(source: EndpointClass): Reached {
    if (this.isExact(source)) return this.tables.ask(source, this.to);
    const { naming } = this.tables;
    let passes: Traffic | undefined;
    let mayPass = Traffic.empty;
    // Of several places of which one is chosen each is a world; what exists side by side adds up.
    for (const sources of worldsOf(source)) {
      for (const targets of worldsOf(this.to)) {
        const here = naming.of(this.between('must', sources, targets));
        passes = passes === undefined ? here : passes.intersect(here);
        const there = this.sameBounds() ? here : naming.of(this.between('may', sources, targets));
        mayPass = mayPass.union(there);
      }
    }
    return passes === undefined ? reachesNothing : { passes, mayPass };
  }

  private sameBounds(): boolean {
    for (const { must, may } of this.arrivals) if (must !== may) return false;
    return true;
  }

  private between(
    bound: 'must' | 'may',
    sources: readonly Node[],
    targets: readonly Node[],
  ): readonly number[] {
    const found = new Set<number>();
    const count = this.tables.atoms.atoms.length;
    for (const target of targets) {
      const row = this.arrivals.find(({ node }) => node === target)![bound];
      for (const { family, position } of sources) {
        if (family !== target.family) continue;
        for (let atom = 0; atom < count; atom++) if (holds(row, atom, position)) found.add(atom);
      }
    }
    return found.size < 2 ? [...found] : [...found].sort((a, b) => a - b);
  }

  /** How many pairs of machines there are of which one reaches the other, of this class, on something for certain. */
  pairs(): number {
    const { list, shared, worlds, exact } = this.tables.classes;
    const { index, members } = this.to;
    const found = this.reaching('must');
    const oneByOne = this.to.exact || exact.length > 0 || this.hasDoubts() ? this.oneByOne() : undefined;
    if (oneByOne !== undefined) without(found, oneByOne);
    let pairs = 0;
    const count = (from: EndpointClass): void => {
      pairs += from === this.to ? members.length - 1 : from.members.length;
    };
    if (isChosen(this.to) || worlds.length > 0) {
      const chosen = isChosen(this.to) ? found.slice() : takeOut(found, worlds);
      if (isChosen(this.to)) found.fill(0);
      const states = this.worlds('must', isChosen(this.to) ? 'all' : 'chosen');
      this.eachOf(chosen, (from) => {
        if (this.isInEveryWorld(states, from)) count(from);
      });
    }
    for (let word = 0; word < found.length; word++) pairs += bitCount(found[word]!);
    for (const one of shared) {
      if (isMarked(found, one)) pairs += list[one]!.members.length - 1;
    }
    // Of its own class, everybody but the machine itself.
    pairs -= Number(isMarked(found, index));
    if (oneByOne !== undefined) {
      this.eachOf(oneByOne, (from) => {
        if (!this.from(from).passes.isEmpty()) count(from);
      });
    }
    return pairs * members.length;
  }
}

/** Of one place of which one is chosen, by any of its addresses. */
function joinedState(naming: TrafficNames, ofChosen: Int32Array, place: Int32Array): number {
  let state = 0;
  for (let i = 0; i < place.length; i++) {
    const here = ofChosen[place[i]!]!;
    if (here !== state) state = naming.joined(state, here);
  }
  return state;
}

function mark(bits: Int32Array, index: number): void {
  bits[index >>> 5]! |= 1 << (index & 31);
}

function isMarked(bits: Int32Array, index: number): boolean {
  return (bits[index >>> 5]! & (1 << (index & 31))) !== 0;
}

/** Takes bits away, in place. */
function without(bits: Int32Array, taken: Int32Array): Int32Array {
  for (let word = 0; word < bits.length; word++) bits[word]! &= ~taken[word]!;
  return bits;
}

/** Those of some bits that are set, taken out in place. */
function takeOut(bits: Int32Array, indices: readonly number[]): Int32Array {
  const taken = new Int32Array(bits.length);
  for (const index of indices) if (isMarked(bits, index)) mark(taken, index);
  without(bits, taken);
  return taken;
}

/** Adds words of positions that are all owners themselves. */
function addWords(found: Int32Array, at: Int32Array, bits: Int32Array, size: number, whole: number): void {
  for (let i = 0; i < size; i++) if (at[i]! < whole) found[at[i]!]! |= bits[i]!;
}

/** Adds the owners of the positions of a word; the first positions are owners themselves. */
function addOwners(found: Int32Array, word: number, bits: number, classes: number, owners: Int32Array): void {
  if ((word + 1) << 5 <= classes) {
    found[word]! |= bits;
    return;
  }
  for (let left = bits; left !== 0; left &= left - 1) {
    mark(found, owners[(word << 5) + (31 - Math.clz32(left & -left))]!);
  }
}

function worldsOf(one: EndpointClass): readonly (readonly Node[])[] {
  return isChosen(one) ? one.units : [one.units.flat()];
}

function holds(row: NodeRow, atom: number, position: number): boolean {
  const word = position >>> 5;
  let low = row.offsets[atom]!;
  let high = row.offsets[atom + 1]!;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (row.at[middle]! < word) low = middle + 1;
    else high = middle;
  }
  return (
    low < row.offsets[atom + 1]! && row.at[low] === word && (row.bits[low]! & (1 << (position & 31))) !== 0
  );
}

function kept(row: NodeRow, isKept: boolean): NodeRow {
  return isKept ? copied(row) : row;
}

function copied(row: NodeRow): NodeRow {
  const { size, offsets, at, bits } = row;
  return { ...row, offsets: offsets.slice(), at: at.slice(0, size), bits: bits.slice(0, size) };
}
