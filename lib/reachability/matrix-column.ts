import { fillBits } from './bit-set';
import type { PortAtoms } from './matrix-atoms';
import type { Node } from './matrix-class';
import type { PathMask, PathPlace, PathTable } from './matrix-path';

/** Whether what is unknown is taken to stop packets, or to let them pass. */
export type Bound = 'must' | 'may';

/** What paths to one place let pass, as bit sets of sources. */
export interface PathColumn {
  /** Row of each atom in `rows`, or -1 when nothing passes. */
  readonly rowOf: Int32Array;
  readonly rows: readonly Int32Array[];
  /** Sources of which anything passes. */
  readonly any: Int32Array;
  /** Sources of which only the exact question tells. */
  readonly exact: Int32Array | undefined;
  /** Whom the target has in its own segment, who come without any path, and on which atoms. */
  readonly neighbours?: Int32Array;
  readonly open?: ReadonlySet<number> | undefined;
}

/** Room for the columns of places that cannot share one. */
const cachedBytes = 64 * 2 ** 20;

/** The paths to every place by port atom. Places of a kind share what the domain's own routing and edges let pass. */
export class PathColumns {
  private readonly paths: PathTable;
  private readonly atoms: PortAtoms;
  private readonly bound: Bound;
  /** Words of a bit set. */
  private readonly width: number;
  private readonly kinds: readonly (readonly PathPlace[])[];
  private readonly single: readonly (readonly PathPlace[])[];
  private readonly bySegment = new Map<string, PathPlace[]>();
  private readonly runs = new Map<readonly PathPlace[], Int32Array>();
  private readonly columns = new Map<PathPlace, PathColumn>();
  private readonly byKind = new Map<number, PathColumn | 'differ'>();
  private readonly byMasks = new Map<string, PathColumn>();
  private readonly neighbours = new Map<string, Int32Array>();
  private readonly maskAtoms = new Map<PathMask, ReadonlySet<number> | undefined>();
  private readonly maskNumbers = new Map<PathMask, number>();

  constructor(paths: PathTable, atoms: PortAtoms, bound: Bound, width: number) {
    this.paths = paths;
    this.atoms = atoms;
    this.bound = bound;
    this.width = width;
    const kinds = new Map<number, PathPlace[]>();
    for (const place of paths.places) {
      push(kinds, place.kind, place);
      push(this.bySegment, place.nodes[0]!.segment.id, place);
    }
    this.kinds = [...kinds.values()];
    this.single = paths.places.map((place) => [place]);
  }

  of(place: PathPlace): PathColumn {
    let column = this.columns.get(place);
    if (column !== undefined) return column;
    column = this.make(place);
    const most = Math.max(4, Math.floor(cachedBytes / ((column.rows.length + 1) * this.width * 4)));
    if (this.columns.size >= most) this.columns.delete(this.columns.keys().next().value!);
    this.columns.set(place, column);
    return column;
  }

  private make(to: PathPlace): PathColumn {
    const shared = this.ofKind(to);
    if (shared === 'differ') {
      return this.join(
        this.single,
        this.paths.places.map((from) => this.paths.mask(from, to)),
      );
    }
    const { segment } = to.nodes[0]!;
    const mask = this.paths.among(to);
    if (!segment.peers || mask.kind === 'exact' || mask.may.isEmpty()) return shared;
    return { ...shared, neighbours: this.inSegment(segment.id), open: this.atomsOf(mask) };
  }

  private ofKind(to: PathPlace): PathColumn | 'differ' {
    let column = this.byKind.get(to.kind);
    if (column === undefined) {
      const masks = this.kinds.map(([first]) => this.paths.betweenKinds(first!, to));
      column = masks.includes(undefined) ? 'differ' : this.shared(masks as readonly PathMask[]);
      this.byKind.set(to.kind, column);
    }
    return column;
  }

  /** Kinds to which the same masks lead have one column. */
  private shared(masks: readonly PathMask[]): PathColumn {
    let key = '';
    for (const mask of masks) {
      let number = this.maskNumbers.get(mask);
      if (number === undefined) this.maskNumbers.set(mask, (number = this.maskNumbers.size));
      key += `${number},`;
    }
    let column = this.byMasks.get(key);
    if (column === undefined) this.byMasks.set(key, (column = this.join(this.kinds, masks)));
    return column;
  }

  private inSegment(id: string): Int32Array {
    let bits = this.neighbours.get(id);
    if (bits === undefined) {
      this.neighbours.set(id, (bits = new Int32Array(this.width)));
      this.mark(bits, this.bySegment.get(id)!);
    }
    return bits;
  }

  /** The masks, one for each group of places, as bit sets by atom. */
  private join(groups: readonly (readonly PathPlace[])[], masks: readonly PathMask[]): PathColumn {
    const any = new Int32Array(this.width);
    let exact: Int32Array | undefined;
    const passing: { readonly group: readonly PathPlace[]; readonly atoms: ReadonlySet<number> }[] = [];
    const distinct = new Set<ReadonlySet<number>>();
    masks.forEach((mask, index) => {
      if (mask.kind === 'passes' && mask.may.isEmpty()) return;
      const group = groups[index]!;
      this.mark(any, group);
      const atoms = mask.kind === 'exact' ? undefined : this.atomsOf(mask);
      if (atoms === undefined) this.mark((exact ??= new Int32Array(this.width)), group);
      else {
        passing.push({ group, atoms });
        distinct.add(atoms);
      }
    });
    const count = this.atoms.atoms.length;
    const rowOf = new Int32Array(count).fill(-1);
    const rows: Int32Array[] = [];
    const patterns = new Map<string, number>();
    for (let atom = 0; atom < count; atom++) {
      // Atoms that the same masks hold have one row.
      let key = '';
      for (const atoms of distinct) key += atoms.has(atom) ? '1' : '0';
      if (!key.includes('1')) continue;
      let row = patterns.get(key);
      if (row === undefined) {
        const bits = new Int32Array(this.width);
        for (const { group, atoms } of passing) if (atoms.has(atom)) this.mark(bits, group);
        patterns.set(key, (row = rows.push(bits) - 1));
      }
      rowOf[atom] = row;
    }
    return { rowOf, rows, any, exact };
  }

  /** Undefined when the mask cuts through an atom. */
  private atomsOf(mask: PathMask & { readonly kind: 'passes' }): ReadonlySet<number> | undefined {
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
    let runs = this.runs.get(group);
    if (runs === undefined) this.runs.set(group, (runs = runsOf(group.flatMap(({ nodes }) => nodes))));
    for (let i = 0; i < runs.length; i += 2) fillBits(bits, 0, runs[i]!, runs[i + 1]!);
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

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}
