import { BitRows } from './bit-set';
import type { PortAtoms } from './matrix-atoms';
import type { Node, Policy } from './matrix-class';
import { clearRuns, fillRuns, type PathColumn, PathColumns } from './matrix-column';
import { AddressOrder, type Held, type Signature } from './matrix-order';
import type { PathTable } from './matrix-path';
import type { Bound, NumberedRules, RuleColumns } from './matrix-rules';

/** Who reaches one node on which atoms, as the words of one bit set of sources per atom that are not zero. */
export interface NodeRow {
  readonly family: 4 | 6;
  /** Words of all atoms, one atom after the other. */
  readonly size: number;
  /** Where each atom begins in `at` and `bits`; one more at the end. */
  readonly offsets: Int32Array;
  readonly at: Int32Array;
  readonly bits: Int32Array;
  /** Sources of which only the exact question tells. */
  readonly exact: Int32Array | undefined;
}

export interface FamilySolverProps {
  /** Sorted by address. */
  readonly nodes: readonly Node[];
  readonly family: 4 | 6;
  /** One more than the highest position of a node. */
  readonly positions: number;
  readonly rules: NumberedRules;
  readonly atoms: PortAtoms;
  readonly paths: PathTable;
  readonly bound: Bound;
}

/** Traffic that a filter lets out, as atoms. */
interface OutRule {
  /** Positions of those who carry the filter. */
  readonly carriers: Int32Array;
  readonly atoms: Int32Array;
}

/** Words that egress rules add for targets of one signature, and the sources of which only part of it is named. */
interface OutWords {
  readonly places: Int32Array;
  readonly bits: Int32Array;
  readonly split: Int32Array | undefined;
}

/** Words of egress rules that are kept for the next target of the same signature. */
const keptWords = 2 ** 22;

/** Works out for one family, target by target, which sources reach it on which atoms. */
export class FamilySolver {
  private readonly family: 4 | 6;
  private readonly nodes: readonly Node[];
  private readonly rules: NumberedRules;
  private readonly columns: RuleColumns;
  private readonly atoms: PortAtoms;
  private readonly paths: PathTable;
  private readonly bound: Bound;
  private readonly width: number;
  private readonly count: number;
  private readonly order: AddressOrder;
  /** Of each place in the order, the first after it whose position does not follow on. */
  private readonly runEnds: Int32Array;
  private readonly placeOf: Int32Array;
  /** Positions of those who carry a filter, by its number. */
  private readonly carriers: (Int32Array | undefined)[] = [];
  private readonly egressByMember: (OutRule[] | undefined)[] = [];
  /** Where addresses lie in the order, by their number. */
  private readonly held: (Held | undefined)[] = [];
  private readonly egressBySet: (readonly OutRule[])[] = [];
  private readonly outOf: Int32Array;
  private readonly outList: readonly Signature[];
  private readonly outWords = new Map<number, OutWords>();
  private outKept = 0;
  private readonly pathColumns: PathColumns;
  /** What may leave to any target, a row of words per atom. */
  private readonly base: Int32Array;
  /** What may leave to the target at hand besides, all zero between targets. */
  private readonly out: Int32Array;
  private readonly near: Int32Array;
  /** Whether packets of the family carry an atom. */
  private readonly carried: readonly boolean[];
  private readonly unjoinable: Int32Array | undefined;
  private readonly all: Int32Array;
  private readonly inRows: BitRows;
  private readonly memberRows: BitRows;
  private readonly list: Int32Array;
  /** The policy at hand: words that its filters let in, by atom; of these who may leave to it for certain, and others. */
  private prepared: Policy | undefined;
  private readonly starts: Int32Array;
  private at: Int32Array = new Int32Array(1024);
  private sure: Int32Array = new Int32Array(1024);
  private maybe: Int32Array = new Int32Array(1024);
  private inSplit: Int32Array | undefined;
  /** The row at hand. */
  private readonly offsets: Int32Array;
  private rowAt: Int32Array = new Int32Array(1024);
  private rowBits: Int32Array = new Int32Array(1024);

  constructor({ nodes, family, positions, rules, atoms, paths, bound }: FamilySolverProps) {
    this.family = family;
    this.nodes = nodes;
    this.rules = rules;
    this.columns = rules.bounds[bound];
    this.atoms = atoms;
    this.paths = paths;
    this.bound = bound;
    const width = (positions + 31) >>> 5;
    const count = atoms.atoms.length;
    this.width = width;
    this.count = count;
    this.order = new AddressOrder(family, nodes);
    this.placeOf = new Int32Array(positions);
    nodes.forEach(({ position }, place) => (this.placeOf[position] = place));
    this.runEnds = runEndsOf(nodes);
    this.inRows = new BitRows(count, positions);
    this.memberRows = new BitRows(count, positions);
    this.list = new Int32Array(width);
    this.starts = new Int32Array(count + 1);
    this.offsets = new Int32Array(count + 1);
    this.out = new Int32Array(count * width);
    this.base = new Int32Array(count * width);
    this.near = new Int32Array(width);
    this.all = this.bits(nodes);
    const unjoinable = nodes.filter(({ policy }) => !policy.bulk);
    this.unjoinable = unjoinable.length === 0 ? undefined : this.bits(unjoinable);
    this.pathColumns = new PathColumns(paths, atoms, bound, width);
    this.carried = Array.from({ length: count }, (_, atom) => this.pathColumns.carried.has(atom));
    this.gatherCarriers();
    const bySet = this.gatherEgress();
    const sets: number[] = [];
    for (const [set, list] of bySet) {
      if (this.order.holdsAll(rules.sets.items[set]!)) {
        for (const rule of list) this.letOut(rule);
        continue;
      }
      sets.push(set);
      this.egressBySet.push(list);
    }
    this.letOutUnfiltered();
    const signatures = this.order.signatures(sets.map((set) => rules.sets.items[set]!));
    this.outOf = signatures.of;
    this.outList = signatures.list;
  }

  /**
   * Who reaches the node; good until the next is asked for. Fastest when nodes of one policy are asked about one after
   * the other.
   */
  row(target: Node): NodeRow {
    const { pathColumns, count, width, starts, offsets, near, out: outBits } = this;
    const column = pathColumns.of(this.paths.placeOf.get(target)!);
    const { out, into, neighbours } = column;
    const { nobody } = pathColumns;
    if (!target.policy.bulk) return this.nothingJoined(pathColumns.anyOf(column));
    this.prepare(target.policy);
    const { places, bits: added, split } = this.outTo(this.outOf[this.placeOf[target.position]!]!);
    putWords(outBits, places, added);
    if (neighbours !== undefined) fillRuns(near, neighbours);
    const most = starts[count]!;
    if (most > this.rowAt.length) {
      this.rowAt = new Int32Array(most * 2);
      this.rowBits = new Int32Array(most * 2);
    }
    const { at, sure, maybe, rowAt, rowBits } = this;
    let size = 0;
    for (let atom = 0; atom < count; atom++) {
      offsets[atom] = size;
      if (!this.carried[atom]) continue;
      const leaves = out[atom]!;
      const enters = into[atom]!;
      if (neighbours === undefined && (leaves === nobody || enters === nobody)) continue;
      const from = starts[atom]!;
      const to = starts[atom + 1]!;
      const first = atom * width;
      size = joinWords(at, sure, maybe, outBits, near, leaves, enters, from, to, first, rowAt, rowBits, size);
    }
    offsets[count] = size;
    clearWords(outBits, places);
    if (neighbours !== undefined) clearRuns(near, neighbours);
    const doubts = this.inSplit ?? split ?? this.unjoinable;
    const exact =
      doubts === undefined && column.exact === undefined
        ? undefined
        : this.exactOf(column, [this.inSplit, split, this.unjoinable]);
    return { family: this.family, size, offsets, at: rowAt, bits: rowBits, exact };
  }

  private nothingJoined(exact: Int32Array): NodeRow {
    for (let word = 0; word < exact.length; word++) exact[word]! &= this.all[word]!;
    this.offsets.fill(0);
    return { family: this.family, size: 0, offsets: this.offsets, at: this.rowAt, bits: this.rowBits, exact };
  }

  /** Sources that paths leave open, neighbours excepted; and those that rules leave open, if any path leads from them. */
  private exactOf(column: PathColumn, doubts: readonly (Int32Array | undefined)[]): Int32Array {
    const exact = column.exact?.slice() ?? new Int32Array(this.width);
    if (column.neighbours !== undefined) {
      const beside = new Int32Array(this.width);
      fillRuns(beside, column.neighbours);
      for (let word = 0; word < exact.length; word++) exact[word]! &= ~beside[word]!;
    }
    if (doubts.some((bits) => bits !== undefined)) {
      const reachable = this.pathColumns.anyOf(column);
      for (const bits of doubts) {
        if (bits === undefined) continue;
        for (let word = 0; word < exact.length; word++) exact[word]! |= bits[word]! & reachable[word]!;
      }
    }
    return exact;
  }

  /** The filters that count for a policy: all that may be there, or those that certainly are. */
  private filtersOf({ least, most }: Policy): readonly string[] {
    return this.bound === 'must' ? least : most;
  }

  private gatherCarriers(): void {
    const lists: (number[] | undefined)[] = [];
    for (const { policy, position } of this.nodes) {
      for (const id of this.filtersOf(policy)) {
        const filter = this.rules.filters.get(id)!;
        (lists[filter] ??= []).push(position);
      }
    }
    for (const filter of this.rules.filters.values()) {
      const list = lists[filter];
      this.carriers.push(list === undefined ? undefined : Int32Array.from(list));
    }
  }

  private gatherEgress(): ReadonlyMap<number, readonly OutRule[]> {
    const { traffic, set, members } = this.columns;
    const bySet = new Map<number, OutRule[]>();
    const empty = (number: number): boolean => this.rules.sets.items[number]!.isEmpty();
    this.carriers.forEach((carriers, filter) => {
      if (carriers === undefined) return;
      const [, start, end] = this.rules.spans[filter]!;
      for (let rule = start; rule < end; rule++) {
        const atoms = this.atoms.of(traffic[rule]!);
        if (atoms.length === 0) continue;
        const out: OutRule = { carriers, atoms };
        if (!empty(set[rule]!)) push(bySet, set[rule]!, out);
        for (const member of members[rule]!) (this.egressByMember[member] ??= []).push(out);
      }
    });
    return bySet;
  }

  private letOut({ carriers, atoms }: OutRule): void {
    for (const atom of atoms) {
      const start = atom * this.width;
      for (const position of carriers) this.base[start + (position >>> 5)]! |= 1 << (position & 31);
    }
  }

  private letOutUnfiltered(): void {
    for (const { policy, position } of this.nodes) {
      if (policy.most.length > 0) continue;
      for (let atom = 0; atom < this.count; atom++) {
        this.base[atom * this.width + (position >>> 5)]! |= 1 << (position & 31);
      }
    }
  }

  /** Joins the rules of a policy: who may come in, and whose egress rules name one of its filters. */
  private prepare(policy: Policy): void {
    if (this.prepared === policy) return;
    this.prepared = policy;
    this.inSplit = undefined;
    const { inRows, memberRows, columns, atoms, rules } = this;
    if (policy.most.length === 0) for (let atom = 0; atom < this.count; atom++) this.fillAll(atom);
    for (const id of this.filtersOf(policy)) {
      const filter = rules.filters.get(id)!;
      const [start, end] = rules.spans[filter]!;
      for (let rule = start; rule < end; rule++) {
        const taken = atoms.of(columns.traffic[rule]!);
        if (taken.length > 0) this.letIn(taken, columns.set[rule]!, columns.members[rule]!);
      }
      const naming = this.egressByMember[filter];
      if (naming !== undefined) for (const out of naming) this.addAll(memberRows, out.atoms, out.carriers);
    }
    this.takeWords();
    inRows.clear();
    memberRows.clear();
  }

  /** Keeps the words that somebody is let in by, apart by whether they may leave to the policy. */
  private takeWords(): void {
    const { inRows, memberRows, width, count, list, base, starts } = this;
    const ins = inRows.words;
    const named = memberRows.words;
    let size = 0;
    for (let atom = 0; atom < count; atom++) {
      starts[atom] = size;
      const words = inRows.wordsOf(atom, list);
      if (size + words > this.at.length) this.grow(size + words);
      const { at, sure, maybe } = this;
      const first = atom * width;
      for (let i = 0; i < words; i++) {
        const word = list[i]!;
        const bits = ins[first + word]!;
        const leave = base[first + word]! | named[first + word]!;
        at[size] = word;
        sure[size] = bits & leave;
        maybe[size++] = bits & ~leave;
      }
    }
    starts[count] = size;
  }

  private grow(least: number): void {
    const larger = (old: Int32Array): Int32Array => {
      const words = new Int32Array(Math.max(least, old.length * 2));
      words.set(old);
      return words;
    };
    this.at = larger(this.at);
    this.sure = larger(this.sure);
    this.maybe = larger(this.maybe);
  }

  private letIn(atoms: Int32Array, set: number, members: readonly number[]): void {
    for (let i = 0; i < members.length; i++) {
      const carriers = this.carriers[members[i]!];
      if (carriers !== undefined) this.addAll(this.inRows, atoms, carriers);
    }
    const { ranges, split } = (this.held[set] ??= this.order.of(this.rules.sets.items[set]!));
    for (let i = 0; i < ranges.length; i += 2) this.fillPlaces(atoms, ranges[i]!, ranges[i + 1]!);
    for (const place of split) {
      const { position } = this.nodes[place]!;
      this.inSplit ??= new Int32Array(this.width);
      this.inSplit[position >>> 5]! |= 1 << (position & 31);
    }
  }

  private fillAll(atom: number): void {
    for (const { position } of this.nodes) this.inRows.add(atom, position);
  }

  private fillPlaces(atoms: Int32Array, from: number, to: number): void {
    const rows = this.inRows;
    for (let place = from; place < to;) {
      const end = Math.min(this.runEnds[place]!, to);
      const { position } = this.nodes[place]!;
      for (const atom of atoms) rows.fill(atom, position, position + end - place);
      place = end;
    }
  }

  private addAll(rows: BitRows, atoms: Int32Array, positions: Int32Array): void {
    for (let i = 0; i < atoms.length; i++) rows.addAll(atoms[i]!, positions);
  }

  /** What egress rules that name addresses add, by the signature of a target's place. */
  private outTo(signature: number): OutWords {
    let words = this.outWords.get(signature);
    if (words === undefined) {
      words = this.makeOut(signature);
      this.outKept += words.places.length;
      if (this.outKept > keptWords) {
        this.outWords.clear();
        this.outKept = words.places.length;
      }
      this.outWords.set(signature, words);
    }
    return words;
  }

  private makeOut(signature: number): OutWords {
    const { holds, splits } = this.outList[signature]!;
    const found = new Map<number, number>();
    for (const index of holds) {
      for (const { carriers, atoms } of this.egressBySet[index]!) {
        for (const atom of atoms) {
          for (const position of carriers) {
            const place = atom * this.width + (position >>> 5);
            found.set(place, (found.get(place) ?? 0) | (1 << (position & 31)));
          }
        }
      }
    }
    let split: Int32Array | undefined;
    for (const index of splits) {
      split ??= new Int32Array(this.width);
      for (const { carriers } of this.egressBySet[index]!) {
        for (const position of carriers) split[position >>> 5]! |= 1 << (position & 31);
      }
    }
    return { places: Int32Array.from(found.keys()), bits: Int32Array.from(found.values()), split };
  }

  private bits(nodes: readonly Node[]): Int32Array {
    const bits = new Int32Array(this.width);
    for (const { position } of nodes) bits[position >>> 5]! |= 1 << (position & 31);
    return bits;
  }
}

function runEndsOf(nodes: readonly Node[]): Int32Array {
  const ends = new Int32Array(nodes.length);
  for (let place = nodes.length - 1; place >= 0; place--) {
    const next = nodes[place + 1];
    ends[place] = next?.position === nodes[place]!.position + 1 ? ends[place + 1]! : place + 1;
  }
  return ends;
}

/**
 * Words of one atom: whom the filters let in, and who may leave, by the path or as a neighbour. Apart from its caller, so
 * that it is soon compiled.
 */
function joinWords(
  at: Int32Array,
  sure: Int32Array,
  maybe: Int32Array,
  out: Int32Array,
  near: Int32Array,
  leaves: Int32Array,
  enters: Int32Array,
  from: number,
  to: number,
  first: number,
  rowAt: Int32Array,
  rowBits: Int32Array,
  size: number,
): number {
  for (let i = from; i < to; i++) {
    const word = at[i]!;
    const filters = sure[i]! | (maybe[i]! & out[first + word]!);
    const bits = filters & ((leaves[word]! & enters[word]!) | near[word]!);
    if (bits === 0) continue;
    rowAt[size] = word;
    rowBits[size++] = bits;
  }
  return size;
}

function putWords(words: Int32Array, places: Int32Array, bits: Int32Array): void {
  for (let i = 0; i < places.length; i++) words[places[i]!] = bits[i]!;
}

function clearWords(words: Int32Array, places: Int32Array): void {
  for (let i = 0; i < places.length; i++) words[places[i]!] = 0;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}
