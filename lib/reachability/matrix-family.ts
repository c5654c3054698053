import { clearRuns, fillRuns, widthOf } from './bit-set';
import type { PortAtoms } from './matrix-atoms';
import type { Node } from './matrix-class';
import { type PathColumn, PathColumns } from './matrix-column';
import { Egress } from './matrix-egress';
import { Ingress } from './matrix-ingress';
import type { AddressOrder } from './matrix-order';
import type { PathTable } from './matrix-path';
import { NamedPlaces } from './matrix-places';
import type { Bound, NumberedRules } from './matrix-rules';

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
  readonly order: AddressOrder;
  readonly family: 4 | 6;
  /** One more than the highest position of a node. */
  readonly positions: number;
  readonly rules: NumberedRules;
  readonly atoms: PortAtoms;
  readonly paths: PathTable;
  readonly bound: Bound;
}

/** Works out for one family, target by target, which sources reach it on which atoms. */
export class FamilySolver {
  private readonly family: 4 | 6;
  private readonly paths: PathTable;
  /** Words of a row. */
  private readonly width: number;
  private readonly count: number;
  private readonly ingress: Ingress;
  private readonly egress: Egress;
  private readonly columns: PathColumns;
  /** What may leave to the target at hand besides, a row of words per atom; all zero between targets. */
  private readonly out: Int32Array;
  private readonly near: Int32Array;
  /** Whether packets of the family carry an atom. */
  private readonly carried: readonly boolean[];
  private readonly unjoinable: Int32Array | undefined;
  private readonly all: Int32Array;
  /** The row at hand. */
  private readonly offsets: Int32Array;
  private rowAt: Int32Array = new Int32Array(0);
  private rowBits: Int32Array = new Int32Array(0);

  constructor(props: FamilySolverProps) {
    const { nodes, family, positions, atoms, paths, bound } = props;
    this.family = family;
    this.paths = paths;
    const width = widthOf(positions);
    const count = atoms.atoms.length;
    this.width = width;
    this.count = count;
    this.offsets = new Int32Array(count + 1);
    this.out = new Int32Array(count * width);
    this.near = new Int32Array(width);
    this.all = bitsOfNodes(nodes, width);
    const unjoinable = nodes.filter(({ policy }) => !policy.bulk);
    this.unjoinable = unjoinable.length === 0 ? undefined : bitsOfNodes(unjoinable, width);
    this.columns = new PathColumns(paths, atoms, bound, positions);
    this.carried = Array.from({ length: count }, (_, atom) => this.columns.carried.has(atom));
    const named = new NamedPlaces(nodes, props.order, props.rules, bound);
    this.egress = new Egress({ ...props, named });
    this.ingress = new Ingress({ ...props, named, egress: this.egress });
  }

  /**
   * Who reaches the node; good until the next is asked for. Fastest when nodes of one policy are asked about one after
   * the other.
   */
  row(target: Node): NodeRow {
    const column = this.columns.of(this.paths.placeOf.get(target)!);
    if (!target.policy.bulk) return this.nothingJoined(this.columns.anyOf(column));
    const { ingress, out, near } = this;
    ingress.prepare(target.policy);
    const signature = this.egress.signatureOf(target);
    const words = this.egress.toAddress;
    words.find(signature);
    const { neighbours } = column;
    putWords(out, words.places, words.bits, words.from, words.to);
    if (neighbours !== undefined) fillRuns(near, neighbours);
    const size = this.join(column);
    const exact = this.exactOf(column, [ingress.split, this.egress.splitTo(signature), this.unjoinable]);
    clearWords(out, words.places, words.from, words.to);
    if (neighbours !== undefined) clearRuns(near, neighbours);
    return { family: this.family, size, offsets: this.offsets, at: this.rowAt, bits: this.rowBits, exact };
  }

  /** Makes the row at hand of whom filters and paths let pass; gives its size. */
  private join({ out: leaves, into: enters, neighbours }: PathColumn): number {
    const { count, width, offsets, carried, out, near } = this;
    const { starts, at, sure, maybe } = this.ingress;
    const { nobody } = this.columns;
    if (starts[count]! > this.rowAt.length) {
      this.rowAt = new Int32Array(starts[count]! * 2);
      this.rowBits = new Int32Array(starts[count]! * 2);
    }
    const { rowAt, rowBits } = this;
    let size = 0;
    for (let atom = 0; atom < count; atom++) {
      offsets[atom] = size;
      if (!carried[atom]) continue;
      const leave = leaves[atom]!;
      const enter = enters[atom]!;
      if (neighbours === undefined && (leave === nobody || enter === nobody)) continue;
      const from = starts[atom]!;
      const to = starts[atom + 1]!;
      const first = atom * width;
      size = joinWords(at, sure, maybe, out, near, leave, enter, from, to, first, rowAt, rowBits, size);
    }
    offsets[count] = size;
    return size;
  }

  private nothingJoined(exact: Int32Array): NodeRow {
    for (let word = 0; word < exact.length; word++) exact[word]! &= this.all[word]!;
    this.offsets.fill(0);
    return { family: this.family, size: 0, offsets: this.offsets, at: this.rowAt, bits: this.rowBits, exact };
  }

  /**
   * Sources that paths leave open, neighbours excepted; and those that rules leave open, if any path leads from them.
   * Undefined when there are none.
   */
  private exactOf(
    { out, into, exact: open }: PathColumn,
    doubts: readonly (Int32Array | undefined)[],
  ): Int32Array | undefined {
    const doubtful = doubts.filter((bits) => bits !== undefined);
    if (open === undefined && doubtful.length === 0) return undefined;
    const { width, near } = this;
    let exact: Int32Array | undefined;
    for (let word = 0; word < width; word++) {
      const here = open === undefined ? 0 : open[word]!;
      let left = 0;
      for (const bits of doubtful) left |= bits[word]!;
      if (left !== 0) left &= here | near[word]! | meeting(out, into, word);
      left |= here & ~near[word]!;
      if (left !== 0) (exact ??= new Int32Array(width))[word] = left;
    }
    return exact;
  }
}

/** Sources of one word that the path lets pass on some atom. */
function meeting(out: readonly Int32Array[], into: readonly Int32Array[], word: number): number {
  let bits = 0;
  for (let atom = 0; atom < out.length; atom++) bits |= out[atom]![word]! & into[atom]![word]!;
  return bits;
}

function bitsOfNodes(nodes: readonly Node[], width: number): Int32Array {
  const bits = new Int32Array(width);
  for (const { position } of nodes) bits[position >>> 5]! |= 1 << (position & 31);
  return bits;
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

function putWords(words: Int32Array, places: Int32Array, bits: Int32Array, from: number, to: number): void {
  for (let i = from; i < to; i++) words[places[i]!] = bits[i]!;
}

function clearWords(words: Int32Array, places: Int32Array, from: number, to: number): void {
  for (let i = from; i < to; i++) words[places[i]!] = 0;
}
