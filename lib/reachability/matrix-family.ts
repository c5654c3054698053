import type { AddressSet } from '../addressing/address-set';
import type { Traffic } from '../addressing/traffic';
import type { Filter } from '../topology/filter';
import type { Topology } from '../topology/topology';
import { BitRows } from './bit-set';
import type { Distinct } from './distinct';
import type { PortAtoms } from './matrix-atoms';
import type { Node, Policy } from './matrix-class';
import { AddressOrder, type Signature } from './matrix-order';
import { type Bound, PathColumns } from './matrix-column';
import type { PathTable } from './matrix-path';

/** The rules of all filters, their traffic and addresses numbered. */
export interface NumberedRules {
  readonly traffics: Distinct<Traffic>;
  readonly sets: Distinct<AddressSet>;
}

/** Who reaches one node on which atoms, as the words of one bit set of sources per atom that are not zero. */
export interface NodeRow {
  readonly family: 4 | 6;
  /** Where each atom begins in `at` and `bits`; one more at the end. */
  readonly offsets: Int32Array;
  readonly at: Int32Array;
  readonly bits: Int32Array;
  /** Sources of which only the exact question tells. */
  readonly exact: Int32Array | undefined;
}

interface InRule {
  readonly atoms: Int32Array;
  readonly set: number;
  readonly members: readonly string[];
}

interface OutRule {
  readonly filter: string;
  readonly atoms: Int32Array;
}

export interface FamilySolverProps {
  readonly topology: Topology;
  /** Sorted by address. */
  readonly nodes: readonly Node[];
  readonly family: 4 | 6;
  /** One more than the highest position of a node. */
  readonly positions: number;
  /** Numbers of all traffic and addresses that rules speak of. */
  readonly rules: NumberedRules;
  readonly atoms: PortAtoms;
  readonly paths: PathTable;
  readonly bound: Bound;
}

/** Works out for one family, target by target, which sources reach it on which atoms. */
export class FamilySolver {
  private readonly topology: Topology;
  private readonly nodes: readonly Node[];
  private readonly rules: NumberedRules;
  private readonly atoms: PortAtoms;
  private readonly paths: PathTable;
  private readonly bound: Bound;
  private readonly width: number;
  private readonly count: number;
  private readonly order: AddressOrder;
  /** Whether neighbours in the order have neighbouring positions throughout. */
  private readonly aligned: boolean;
  private readonly placeOf = new Map<Node, number>();
  private readonly carriers = new Map<string, Int32Array>();
  private readonly ingress = new Map<string, readonly InRule[]>();
  private readonly egressByMember = new Map<string, OutRule[]>();
  private readonly egressBySet = new Map<number, OutRule[]>();
  private readonly egressSets: readonly number[];
  private readonly everywhere: readonly OutRule[];
  private readonly outOf: Int32Array;
  private readonly outList: readonly Signature[];
  /** Whose egress rules name the address of the target that was prepared last. */
  private readonly outRows: BitRows;
  private readonly outSplit: Int32Array;
  private outSplits = false;
  private outPrepared = -1;
  private readonly columns: PathColumns;
  private base: Int32Array | undefined;
  private readonly unjoinable: Int32Array | undefined;
  private readonly all: Int32Array;
  private readonly nobody: Int32Array;
  private readonly inRows: BitRows;
  private readonly memberRows: BitRows;
  private readonly inSplit: Int32Array;
  private inSplits = false;
  private prepared: Policy | undefined;
  private readonly list: Int32Array;
  private scratchAt: Int32Array;
  private scratchBits: Int32Array;

  constructor({ topology, nodes, family, positions, rules, atoms, paths, bound }: FamilySolverProps) {
    this.topology = topology;
    this.nodes = nodes;
    this.rules = rules;
    this.atoms = atoms;
    this.paths = paths;
    this.bound = bound;
    this.width = (positions + 31) >>> 5;
    this.count = atoms.atoms.length;
    this.order = new AddressOrder(family, nodes);
    nodes.forEach((node, place) => this.placeOf.set(node, place));
    this.aligned = nodes.every(({ position }, place) => position === nodes[0]!.position + place);
    this.inRows = new BitRows(this.count, positions);
    this.memberRows = new BitRows(this.count, positions);
    this.outRows = new BitRows(this.count, positions);
    this.inSplit = new Int32Array(this.width);
    this.outSplit = new Int32Array(this.width);
    this.list = new Int32Array(this.width);
    this.scratchAt = new Int32Array(1024);
    this.scratchBits = new Int32Array(1024);
    this.all = this.bits(nodes);
    this.nobody = new Int32Array(this.width);
    const unjoinable = nodes.filter(({ policy }) => !policy.bulk);
    this.unjoinable = unjoinable.length === 0 ? undefined : this.bits(unjoinable);
    this.columns = new PathColumns(paths, atoms, bound, this.width);
    this.gatherCarriers();
    for (const filter of topology.filters.values())
      if (this.carriers.has(filter.id)) this.gatherEgress(filter);
    const everywhere: OutRule[] = [];
    const sets: number[] = [];
    for (const [set, list] of this.egressBySet) {
      const addresses = rules.sets.items[set]!;
      if (this.order.holdsAll(addresses)) everywhere.push(...list);
      else sets.push(set);
    }
    this.everywhere = everywhere;
    this.egressSets = sets;
    const signatures = this.order.signatures(sets.map((set) => rules.sets.items[set]!));
    this.outOf = signatures.of;
    this.outList = signatures.list;
  }

  /** Who reaches the node. Fastest when nodes of one policy are asked about one after the other. */
  row(target: Node): NodeRow {
    const column = this.columns.of(this.paths.placeOf.get(target)!);
    const { width, count, list, unjoinable } = this;
    const offsets = new Int32Array(count + 1);
    const near = column.neighbours;
    let exact =
      near === undefined ? column.exact?.slice() : column.exact?.map((bits, word) => bits & ~near[word]!);
    const alsoExact = (bits: Int32Array): void => {
      exact ??= new Int32Array(width);
      for (let word = 0; word < width; word++) {
        exact[word]! |= bits[word]! & (column.any[word]! | (near === undefined ? 0 : near[word]!));
      }
    };
    if (!target.policy.bulk) {
      alsoExact(this.all);
      return {
        family: target.family,
        offsets,
        at: offsets.subarray(0, 0),
        bits: offsets.subarray(0, 0),
        exact,
      };
    }
    this.prepare(target.policy);
    const open = target.policy.most.length === 0;
    this.prepareOut(this.outOf[this.placeOf.get(target)!]!);
    const baseWords = this.baseRows();
    const outWords = this.outRows.words;
    if (this.inSplits) alsoExact(this.inSplit);
    if (this.outSplits) alsoExact(this.outSplit);
    if (unjoinable !== undefined) alsoExact(unjoinable);
    const inWords = this.inRows.words;
    const memberWords = this.memberRows.words;
    let size = 0;
    for (let atom = 0; atom < count; atom++) {
      offsets[atom] = size;
      const path = column.rowOf[atom]!;
      const beside = near !== undefined && column.open!.has(atom) ? near : this.nobody;
      if (path < 0 && beside === this.nobody) continue;
      const pathBits = path < 0 ? this.nobody : column.rows[path]!;
      const start = atom * width;
      if (size + width > this.scratchAt.length) this.grow(size + width);
      const at = this.scratchAt;
      const bits = this.scratchBits;
      const words = open ? width : this.inRows.wordsOf(atom, list);
      for (let i = 0; i < words; i++) {
        const word = open ? i : list[i]!;
        const place = start + word;
        const allowed = (open ? this.all[word]! : inWords[place]!) & (pathBits[word]! | beside[word]!);
        const value = allowed & (baseWords[place]! | outWords[place]! | memberWords[place]!);
        if (value === 0) continue;
        at[size] = word;
        bits[size++] = value;
      }
    }
    offsets[count] = size;
    return {
      family: target.family,
      offsets,
      at: this.scratchAt.subarray(0, size),
      bits: this.scratchBits.subarray(0, size),
      exact,
    };
  }

  private grow(size: number): void {
    const length = Math.max(size, this.scratchAt.length * 2);
    const at = new Int32Array(length);
    const bits = new Int32Array(length);
    at.set(this.scratchAt);
    bits.set(this.scratchBits);
    this.scratchAt = at;
    this.scratchBits = bits;
  }

  /** The filters that count for a policy: all that may be there, or those that certainly are. */
  private filtersOf({ least, most }: Policy): readonly string[] {
    return this.bound === 'must' ? least : most;
  }

  private gatherCarriers(): void {
    const lists = new Map<string, number[]>();
    for (const { policy, position } of this.nodes) {
      for (const filter of this.filtersOf(policy)) {
        const list = lists.get(filter);
        if (list === undefined) lists.set(filter, [position]);
        else list.push(position);
      }
    }
    for (const [filter, list] of lists) this.carriers.set(filter, Int32Array.from(list));
  }

  private gatherEgress(filter: Filter): void {
    for (const rule of filter.egress) {
      const atoms = this.atomsOf(rule.traffic[this.side()]);
      if (atoms.length === 0) continue;
      const out: OutRule = { filter: filter.id, atoms };
      const { addresses, members } = rule.remote;
      const set = addresses[this.side()];
      if (!set.isEmpty()) push(this.egressBySet, this.rules.sets.add(set), out);
      for (const member of members[this.side()]) push(this.egressByMember, member, out);
    }
  }

  private side(): 'least' | 'most' {
    return this.bound === 'must' ? 'least' : 'most';
  }

  private atomsOf(traffic: Traffic): Int32Array {
    return this.atoms.of(this.rules.traffics.add(traffic));
  }

  private ingressOf(id: string): readonly InRule[] {
    let rules = this.ingress.get(id);
    if (rules === undefined) {
      rules = this.topology.filters.get(id)!.ingress.map((rule) => ({
        atoms: this.atomsOf(rule.traffic[this.side()]),
        set: this.rules.sets.add(rule.remote.addresses[this.side()]),
        members: rule.remote.members[this.side()],
      }));
      this.ingress.set(id, rules);
    }
    return rules;
  }

  /** Joins the rules of a policy: who may come in, and whose egress rules name one of its filters. */
  private prepare(policy: Policy): void {
    if (this.prepared === policy) return;
    this.prepared = policy;
    this.inRows.clear();
    this.memberRows.clear();
    if (this.inSplits) this.inSplit.fill(0);
    this.inSplits = false;
    for (const id of this.filtersOf(policy)) {
      for (const { atoms, set, members } of this.ingressOf(id)) this.letIn(atoms, set, members);
      for (const { filter, atoms } of this.egressByMember.get(id) ?? []) {
        this.addAll(this.memberRows, atoms, this.carriers.get(filter)!);
      }
    }
  }

  private letIn(atoms: Int32Array, set: number, members: readonly string[]): void {
    if (atoms.length === 0) return;
    for (const member of members) {
      const carriers = this.carriers.get(member);
      if (carriers !== undefined) this.addAll(this.inRows, atoms, carriers);
    }
    const { ranges, split } = this.order.of(this.rules.sets.items[set]!);
    for (let i = 0; i < ranges.length; i += 2) this.fillPlaces(atoms, ranges[i]!, ranges[i + 1]!);
    for (const place of split) {
      const { position } = this.nodes[place]!;
      this.inSplit[position >>> 5]! |= 1 << (position & 31);
      this.inSplits = true;
    }
  }

  private fillPlaces(atoms: Int32Array, from: number, to: number): void {
    const rows = this.inRows;
    if (this.aligned) {
      const first = this.nodes[0]!.position;
      for (const atom of atoms) rows.fill(atom, first + from, first + to);
      return;
    }
    for (let place = from; place < to; place++) {
      const { position } = this.nodes[place]!;
      for (const atom of atoms) rows.add(atom, position);
    }
  }

  private addAll(rows: BitRows, atoms: Int32Array, positions: Int32Array): void {
    for (const atom of atoms) for (const position of positions) rows.add(atom, position);
  }

  /** Joins the egress rules that name the addresses of a target, by the signature of its place. */
  private prepareOut(signature: number): void {
    if (this.outPrepared === signature) return;
    this.outPrepared = signature;
    this.outRows.clear();
    if (this.outSplits) this.outSplit.fill(0);
    this.outSplits = false;
    const { holds, splits } = this.outList[signature]!;
    for (const index of holds) {
      for (const { filter, atoms } of this.egressBySet.get(this.egressSets[index]!)!) {
        this.addAll(this.outRows, atoms, this.carriers.get(filter)!);
      }
    }
    for (const index of splits) {
      this.outSplits = true;
      for (const { filter } of this.egressBySet.get(this.egressSets[index]!)!) {
        for (const position of this.carriers.get(filter)!) {
          this.outSplit[position >>> 5]! |= 1 << (position & 31);
        }
      }
    }
  }

  /** What may leave to any target: rules that hold all addresses, and interfaces without filters. */
  private baseRows(): Int32Array {
    if (this.base !== undefined) return this.base;
    this.base = new Int32Array(this.count * this.width);
    for (const rule of this.everywhere) this.letOut(this.base, rule);
    for (const { policy, position } of this.nodes) {
      if (policy.most.length > 0) continue;
      for (let atom = 0; atom < this.count; atom++) {
        this.base[atom * this.width + (position >>> 5)]! |= 1 << (position & 31);
      }
    }
    return this.base;
  }

  private letOut(rows: Int32Array, { filter, atoms }: OutRule): void {
    const carriers = this.carriers.get(filter)!;
    for (const atom of atoms) {
      const start = atom * this.width;
      for (const position of carriers) rows[start + (position >>> 5)]! |= 1 << (position & 31);
    }
  }

  private bits(nodes: readonly Node[]): Int32Array {
    const bits = new Int32Array(this.width);
    for (const { position } of nodes) bits[position >>> 5]! |= 1 << (position & 31);
    return bits;
  }
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}
