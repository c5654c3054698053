import { type BitRows, setBits, widthOf } from './bit-set';
import { KeptWords } from './kept-words';
import type { PortAtoms } from './matrix-atoms';
import type { Node } from './matrix-class';
import type { AddressOrder, Signature } from './matrix-order';
import type { NamedPlaces } from './matrix-places';
import type { Bound, NumberedRules } from './matrix-rules';

/** Traffic that a filter lets out, as atoms. */
interface OutRule {
  /** Positions of those who carry the filter. */
  readonly carriers: Int32Array;
  readonly atoms: Int32Array;
}

export interface EgressProps {
  /** Sorted by address. */
  readonly nodes: readonly Node[];
  readonly order: AddressOrder;
  /** One more than the highest position of a node. */
  readonly positions: number;
  readonly rules: NumberedRules;
  readonly atoms: PortAtoms;
  readonly named: NamedPlaces;
  readonly bound: Bound;
}

/** Whom the filters of sources let leave to whom, as words of sources by atom. */
export class Egress {
  /** Who may leave to any target, a row of words per atom. */
  readonly base: Int32Array;
  /** Who may leave to those who carry a filter because rules name it, by the number of the filter. */
  readonly toCarriers: KeptWords;
  /** Who may leave to an address because rules name it and not every other one, by {@link signatureOf}. */
  readonly toAddress: KeptWords;
  private readonly width: number;
  private readonly byMember: (OutRule[] | undefined)[] = [];
  private readonly bySet: (readonly OutRule[])[] = [];
  private readonly signatures: readonly Signature[];
  private readonly numbers: Int32Array;
  private readonly splits = new Map<number, Int32Array>();

  constructor(props: EgressProps) {
    const { nodes, order, positions, rules, atoms } = props;
    const count = atoms.atoms.length;
    this.width = widthOf(positions);
    this.base = new Int32Array(count * this.width);
    const sets: number[] = [];
    for (const [set, list] of this.gather(props)) {
      if (order.holdsAll(rules.sets.items[set]!)) this.letOut(list);
      else {
        sets.push(set);
        this.bySet.push(list);
      }
    }
    this.letOut([{ carriers: withoutFilters(nodes), atoms: Int32Array.from(atoms.atoms.keys()) }]);
    const { of, list } = order.signatures(sets.map((set) => rules.sets.items[set]!));
    this.signatures = list;
    this.numbers = new Int32Array(positions);
    for (let place = 0; place < nodes.length; place++) this.numbers[nodes[place]!.position] = of[place]!;
    const { bySet, byMember } = this;
    this.toCarriers = new KeptWords(rules.spans.length, count, positions, (filter, rows) =>
      addRules(rows, byMember[filter] ?? []),
    );
    this.toAddress = new KeptWords(list.length, count, positions, (signature, rows) => {
      for (const index of list[signature]!.holds) addRules(rows, bySet[index]!);
    });
  }

  /** A number for the address of a node, the same for addresses that the same rules name. */
  signatureOf({ position }: Node): number {
    return this.numbers[position]!;
  }

  /** Sources with rules that name only a part of the addresses of this signature, as bits. */
  splitTo(signature: number): Int32Array | undefined {
    const { splits } = this.signatures[signature]!;
    if (splits.length === 0) return undefined;
    let bits = this.splits.get(signature);
    if (bits === undefined) {
      bits = new Int32Array(this.width);
      for (const index of splits) for (const { carriers } of this.bySet[index]!) setBits(bits, carriers);
      this.splits.set(signature, bits);
    }
    return bits;
  }

  /** Sorts the rules by whom they name: filters, and sets of addresses by their numbers. */
  private gather({ rules, atoms, named, bound }: EgressProps): ReadonlyMap<number, readonly OutRule[]> {
    const { traffic, set, members } = rules.bounds[bound];
    const bySet = new Map<number, OutRule[]>();
    const isEmpty = rules.sets.items.map((one) => one.isEmpty());
    named.carriers.forEach((carriers, filter) => {
      if (carriers === undefined) return;
      const [, start, end] = rules.spans[filter]!;
      for (let rule = start; rule < end; rule++) {
        const taken = atoms.of(traffic[rule]!);
        if (taken.length === 0) continue;
        const out: OutRule = { carriers, atoms: taken };
        const to = set[rule]!;
        if (!isEmpty[to]) {
          const known = bySet.get(to);
          if (known === undefined) bySet.set(to, [out]);
          else known.push(out);
        }
        for (const member of members[rule]!) (this.byMember[member] ??= []).push(out);
      }
    });
    return bySet;
  }

  /** Lets out to everybody; rules of equal traffic go together. */
  private letOut(rules: readonly OutRule[]): void {
    const byAtoms = new Map<Int32Array, Int32Array[]>();
    for (const { carriers, atoms } of rules) {
      const known = byAtoms.get(atoms);
      if (known === undefined) byAtoms.set(atoms, [carriers]);
      else known.push(carriers);
    }
    for (const [atoms, all] of byAtoms) {
      const bits = new Int32Array(this.width);
      for (const carriers of all) setBits(bits, carriers);
      for (let i = 0; i < atoms.length; i++) addRow(this.base, atoms[i]! * this.width, bits);
    }
  }
}

function addRules(rows: BitRows, rules: readonly OutRule[]): void {
  for (let i = 0; i < rules.length; i++) {
    const { carriers, atoms } = rules[i]!;
    for (let j = 0; j < atoms.length; j++) rows.addAll(atoms[j]!, carriers);
  }
}

/** Positions of those who carry no filter, and so may send whatever they like. */
function withoutFilters(nodes: readonly Node[]): Int32Array {
  const positions: number[] = [];
  for (const { policy, position } of nodes) if (policy.most.length === 0) positions.push(position);
  return Int32Array.from(positions);
}

function addRow(words: Int32Array, start: number, bits: Int32Array): void {
  for (let i = 0; i < bits.length; i++) words[start + i]! |= bits[i]!;
}
