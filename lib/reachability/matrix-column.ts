import { fillBits, fillRuns, widthOf } from './bit-set';
import type { PortAtoms } from './matrix-atoms';
import type { Node } from './matrix-class';
import type { PassingMask, PathMask } from './matrix-edge';
import type { PathPlace, PathTable } from './matrix-path';
import type { Bound } from './matrix-rules';

/**
 * What paths to one place let pass, as bit sets of sources by atom: a source passes that is in both sets of an atom.
 * What leaves a segment depends on little of the target, and what a segment lets in on little of the source, so that a
 * few sets, each kept once, make the columns of all places.
 */
export interface PathColumn {
  readonly out: readonly Int32Array[];
  readonly into: readonly Int32Array[];
  /** Sources of which only the exact question tells. */
  readonly exact: Int32Array | undefined;
  /** Positions of those in the target's own segment, who come without any path: pairs of from, and up to and without. */
  readonly neighbours: Int32Array | undefined;
}

/** What one side of paths lets pass. */
interface Factor {
  /** By atom. */
  readonly rows: readonly Int32Array[];
  /** Sources of which anything passes. */
  readonly some: Int32Array;
  readonly exact: Int32Array | undefined;
  /** Sources whose packets have to be followed. */
  readonly walk: Int32Array | undefined;
}

/** Room for the columns of places that cannot share one. */
const cachedBytes = 64 * 2 ** 20;

/** The paths to every place. */
export class PathColumns {
  /** Sets of all sources and of none. */
  readonly everybody: Int32Array;
  readonly nobody: Int32Array;
  /** Atoms that travel in packets of the family: nothing else passes, not even between neighbours. */
  readonly carried: ReadonlySet<number>;
  private readonly paths: PathTable;
  private readonly atoms: PortAtoms;
  private readonly bound: Bound;
  /** Words of a bit set. */
  private readonly width: number;
  /** Places by what they let out. */
  private readonly sources: readonly (readonly PathPlace[])[];
  private readonly single: readonly (readonly PathPlace[])[];
  private readonly bySegment = new Map<string, PathPlace[]>();
  private readonly runs: readonly Int32Array[];
  private readonly outs = new Map<number, Factor>();
  private readonly intos = new Map<number, Factor>();
  private readonly shared = new Map<string, PathColumn | 'differ'>();
  private readonly columns: (PathColumn | undefined)[] = [];
  private readonly own = new Map<PathPlace, PathColumn>();
  private readonly neighbours = new Map<string, Int32Array>();
  private readonly maskAtoms = new Map<PathMask, ReadonlySet<number> | undefined>();
  private readonly interned = new Map<number, Int32Array[]>();

  constructor(paths: PathTable, atoms: PortAtoms, bound: Bound, positions: number) {
    this.paths = paths;
    this.atoms = atoms;
    this.bound = bound;
    this.width = widthOf(positions);
    this.everybody = new Int32Array(this.width);
    fillBits(this.everybody, 0, 0, positions);
    this.nobody = new Int32Array(this.width);
    this.interned.set(hashOf(this.everybody), [this.everybody]);
    this.interned.set(hashOf(this.nobody), [this.nobody]);
    const sources = new Map<number, PathPlace[]>();
    for (const place of paths.places) {
      push(sources, place.source, place);
      push(this.bySegment, place.nodes[0]!.segment.id, place);
    }
    this.sources = [...sources.values()];
    this.single = paths.places.map((place) => [place]);
    this.carried = this.atomsOf(paths.open)!;
    this.runs = paths.places.map(({ nodes }) => runsOf(nodes));
  }

  of(to: PathPlace): PathColumn {
    const column = this.columns[to.index];
    if (column !== undefined) return column;
    const made = this.make(to);
    if (this.own.get(to) !== made) this.columns[to.index] = made;
    return made;
  }

  private make(to: PathPlace): PathColumn {
    const entry = this.paths.entryOf(to);
    const key = `${to.target} ${entry}`;
    let column = this.shared.get(key);
    if (column === undefined)
      this.shared.set(key, (column = this.join(this.outTo(to), this.into(to, entry))));
    if (column === 'differ') return this.ownOf(to);
    const { segment } = to.nodes[0]!;
    if (!segment.peers || !to.nodes[0]!.accepts) return column;
    return { ...column, neighbours: this.inSegment(segment.id) };
  }

  /** Sources of which anything passes, or may. */
  anyOf({ out, into, exact, neighbours }: PathColumn): Int32Array {
    const any = exact?.slice() ?? new Int32Array(this.width);
    out.forEach((row, atom) => {
      const other = into[atom]!;
      for (let word = 0; word < any.length; word++) any[word]! |= row[word]! & other[word]!;
    });
    if (neighbours !== undefined) fillRuns(any, neighbours);
    return any;
  }

  /** Walked to, source by source. */
  private ownOf(to: PathPlace): PathColumn {
    let column = this.own.get(to);
    if (column !== undefined) return column;
    const { rows, exact } = this.factor(this.single, (from) => this.paths.mask(from, to));
    column = { out: rows, into: rows.map(() => this.everybody), exact, neighbours: undefined };
    const most = Math.max(4, Math.floor(cachedBytes / ((new Set(rows).size + 1) * this.width * 4)));
    if (this.own.size >= most) this.own.delete(this.own.keys().next().value!);
    this.own.set(to, column);
    return column;
  }

  private outTo(to: PathPlace): Factor {
    let factor = this.outs.get(to.target);
    if (factor === undefined) {
      factor = this.factor(this.sources, (from) => this.paths.outOf(from, to));
      this.outs.set(to.target, factor);
    }
    return factor;
  }

  private into(to: PathPlace, entry: number): Factor {
    let factor = this.intos.get(entry);
    if (factor === undefined) {
      factor = this.factor([...this.paths.byEntry(to).values()], (from) => this.paths.into(from, to));
      this.intos.set(entry, factor);
    }
    return factor;
  }

  private join(out: Factor, into: Factor): PathColumn | 'differ' {
    const walks = meets(out.walk, into.some) || meets(into.walk, out.some) || meets(out.walk, into.walk);
    if (walks) return 'differ';
    let exact: Int32Array | undefined;
    if (out.exact !== undefined || into.exact !== undefined) {
      exact = new Int32Array(this.width);
      for (let word = 0; word < exact.length; word++) {
        const doubtful = (out.exact?.[word] ?? 0) | (into.exact?.[word] ?? 0);
        exact[word] = doubtful & out.some[word]! & into.some[word]!;
      }
    }
    return { out: out.rows, into: into.rows, exact, neighbours: undefined };
  }

  private inSegment(id: string): Int32Array {
    let runs = this.neighbours.get(id);
    if (runs === undefined) {
      const all = this.bySegment.get(id)!.map(({ index }) => this.runs[index]!);
      runs = all.length === 1 ? all[0]! : Int32Array.from(all.flatMap((one) => [...one]));
      this.neighbours.set(id, runs);
    }
    return runs;
  }

  /** The masks, one for each group of places, as bit sets by atom. */
  private factor(
    groups: readonly (readonly PathPlace[])[],
    maskOf: (first: PathPlace) => PathMask | undefined,
  ): Factor {
    const some = new Int32Array(this.width);
    let exact: Int32Array | undefined;
    let walk: Int32Array | undefined;
    const passing = new Map<ReadonlySet<number>, (readonly PathPlace[])[]>();
    let whole = 0;
    for (const group of groups) {
      const mask = maskOf(group[0]!);
      if (mask === undefined) {
        this.mark((walk ??= new Int32Array(this.width)), group);
        continue;
      }
      if (mask.kind === 'passes' && mask.may.isEmpty()) continue;
      this.mark(some, group);
      const atoms = mask.kind === 'exact' ? undefined : this.atomsOf(mask);
      if (atoms === undefined) this.mark((exact ??= new Int32Array(this.width)), group);
      else {
        whole += group.length;
        push(passing, atoms, group);
      }
    }
    const rows: Int32Array[] = [];
    const patterns = new Map<string, Int32Array>();
    for (let atom = 0; atom < this.atoms.atoms.length; atom++) {
      // Atoms that the same masks hold have one row.
      let key = '';
      for (const atoms of passing.keys()) key += atoms.has(atom) ? '1' : '0';
      let row = patterns.get(key);
      if (row === undefined) {
        if (!key.includes('1')) row = this.nobody;
        else if (!key.includes('0') && whole === this.paths.places.length) row = this.everybody;
        else {
          const bits = new Int32Array(this.width);
          for (const [atoms, holding] of passing) {
            if (atoms.has(atom)) for (const group of holding) this.mark(bits, group);
          }
          row = this.kept(bits);
        }
        patterns.set(key, row);
      }
      rows.push(row);
    }
    return { rows, some: this.kept(some), exact, walk };
  }

  /** The row, or an equal one that there is already. */
  private kept(row: Int32Array): Int32Array {
    const hash = hashOf(row);
    const alike = this.interned.get(hash) ?? [];
    const known = alike.find((other) => other.every((bits, word) => bits === row[word]));
    if (known !== undefined) return known;
    this.interned.set(hash, [...alike, row]);
    return row;
  }

  /** Undefined when the mask cuts through an atom. */
  private atomsOf(mask: PassingMask): ReadonlySet<number> | undefined {
    if (this.maskAtoms.has(mask)) return this.maskAtoms.get(mask);
    const traffic = mask[this.bound];
    let atoms: Set<number> | undefined = new Set<number>();
    for (const [atom, piece] of this.atoms.atoms.entries()) {
      if (traffic.contains(piece)) atoms.add(atom);
      else if (traffic.overlaps(piece)) {
        atoms = undefined;
        break;
      }
    }
    this.maskAtoms.set(mask, atoms);
    return atoms;
  }

  private mark(bits: Int32Array, group: readonly PathPlace[]): void {
    if (group.length === this.runs.length) bits.set(this.everybody);
    else for (const { index } of group) fillRuns(bits, this.runs[index]!);
  }
}

/** Positions of nodes as pairs of from, and up to and without. */
function runsOf(nodes: readonly Node[]): Int32Array {
  const sorted = nodes.map(({ position }) => position).sort((a, b) => a - b);
  const runs: number[] = [];
  for (const position of sorted) {
    if (runs[runs.length - 1] === position) runs[runs.length - 1] = position + 1;
    else runs.push(position, position + 1);
  }
  return Int32Array.from(runs);
}

function meets(a: Int32Array | undefined, b: Int32Array | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  for (let word = 0; word < a.length; word++) if ((a[word]! & b[word]!) !== 0) return true;
  return false;
}

function hashOf(words: Int32Array): number {
  let hash = words.length;
  for (const word of words) hash = (Math.imul(hash, 0x01000193) ^ word) | 0;
  return hash;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}
