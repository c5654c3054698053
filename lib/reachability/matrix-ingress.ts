import { BitRows, setBits } from './bit-set';
import { KeptWords } from './kept-words';
import type { PortAtoms } from './matrix-atoms';
import type { Node, Policy } from './matrix-class';
import type { Egress } from './matrix-egress';
import type { NamedPlaces } from './matrix-places';
import type { Bound, NumberedRules } from './matrix-rules';

export interface IngressProps {
  readonly nodes: readonly Node[];
  /** One more than the highest position of a node. */
  readonly positions: number;
  readonly rules: NumberedRules;
  readonly atoms: PortAtoms;
  readonly named: NamedPlaces;
  readonly egress: Egress;
  readonly bound: Bound;
}

/** Whom the filters of one policy after the other let in, as words of sources by atom. */
export class Ingress {
  /** Where each atom begins in `at`, `sure` and `maybe`; one more at the end. */
  readonly starts: Int32Array;
  /** Which word of the atom. */
  at: Int32Array = new Int32Array(0);
  /** Of the sources let in, those who may leave to the policy for certain. */
  sure: Int32Array = new Int32Array(0);
  /** The others. */
  maybe: Int32Array = new Int32Array(0);
  /** Sources of which only a part is named. */
  split: Int32Array | undefined;
  private readonly nodes: readonly Node[];
  private readonly rules: NumberedRules;
  private readonly atoms: PortAtoms;
  private readonly named: NamedPlaces;
  private readonly egress: Egress;
  private readonly bound: Bound;
  private readonly ins: BitRows;
  private readonly outs: Int32Array;
  /** Whom a filter lets in, by its number. */
  private readonly words: KeptWords;
  /** Positions of the sources of whom a filter names only a part. */
  private readonly splits = new Map<number, readonly number[]>();
  private policy: Policy | undefined;

  constructor({ nodes, positions, rules, atoms, named, egress, bound }: IngressProps) {
    this.nodes = nodes;
    this.rules = rules;
    this.atoms = atoms;
    this.named = named;
    this.egress = egress;
    this.bound = bound;
    const count = atoms.atoms.length;
    this.starts = new Int32Array(count + 1);
    this.words = new KeptWords(rules.spans.length, count, positions, (filter, rows) =>
      this.letIn(filter, rows),
    );
    this.ins = new BitRows(count, positions);
    this.outs = new Int32Array(this.ins.words.length);
  }

  /** Joins the filters of a policy; good until the next one. */
  prepare(policy: Policy): void {
    if (this.policy === policy) return;
    this.policy = policy;
    this.split = undefined;
    const { ins, outs, words, starts } = this;
    const { base, toCarriers } = this.egress;
    const filters = this.named.filtersOf(policy);
    let most = policy.most.length === 0 ? this.letInEverybody() : 0;
    for (const filter of filters) {
      words.find(filter);
      most += words.to - words.from;
      ins.addWords(words.places, words.bits, words.from, words.to);
      const split = this.splits.get(filter);
      if (split !== undefined) setBits((this.split ??= new Int32Array(ins.width)), split);
      toCarriers.find(filter);
      orWords(outs, toCarriers.places, toCarriers.bits, toCarriers.from, toCarriers.to);
    }
    if (most > this.at.length) this.grow(most);
    takeWords(ins.words, ins.summary, base, outs, ins.width, starts, this.at, this.sure, this.maybe);
    for (const filter of filters) {
      toCarriers.find(filter);
      clearWords(outs, toCarriers.places, toCarriers.from, toCarriers.to);
    }
  }

  private letIn(filter: number, rows: BitRows): void {
    const { rules, named } = this;
    const { traffic, set, members } = rules.bounds[this.bound];
    const [start, end] = rules.spans[filter]!;
    const split: number[] = [];
    for (let rule = start; rule < end; rule++) {
      const taken = this.atoms.of(traffic[rule]!);
      if (taken.length === 0) continue;
      const byAddress = named.of(set[rule]!);
      for (let i = 0; i < taken.length; i++) {
        for (const member of members[rule]!) {
          const carriers = named.carriers[member];
          if (carriers !== undefined) rows.addAll(taken[i]!, carriers);
        }
        rows.addRuns(taken[i]!, byAddress.runs);
      }
      if (byAddress.split.length > 0) split.push(...byAddress.split);
    }
    if (split.length > 0) this.splits.set(filter, split);
  }

  /** Without filters everybody may come in; gives how many words that may be. */
  private letInEverybody(): number {
    const all = Int32Array.from(this.nodes, ({ position }) => position);
    const count = this.atoms.atoms.length;
    for (let atom = 0; atom < count; atom++) this.ins.addAll(atom, all);
    return this.ins.words.length;
  }

  private grow(least: number): void {
    const size = Math.max(least, this.at.length * 2);
    this.at = new Int32Array(size);
    this.sure = new Int32Array(size);
    this.maybe = new Int32Array(size);
  }
}

function orWords(words: Int32Array, places: Int32Array, bits: Int32Array, from: number, to: number): void {
  for (let i = from; i < to; i++) words[places[i]!]! |= bits[i]!;
}

function clearWords(words: Int32Array, places: Int32Array, from: number, to: number): void {
  for (let i = from; i < to; i++) words[places[i]!] = 0;
}

/** Takes the words of those who are let in, atom by atom, and tells apart who may leave for certain. */
function takeWords(
  ins: Int32Array,
  summary: Int32Array,
  base: Int32Array,
  outs: Int32Array,
  width: number,
  starts: Int32Array,
  at: Int32Array,
  sure: Int32Array,
  maybe: Int32Array,
): void {
  const step = width >>> 5;
  const count = starts.length - 1;
  let size = 0;
  for (let atom = 0; atom < count; atom++) {
    starts[atom] = size;
    const first = atom * width;
    for (let i = atom * step; i < (atom + 1) * step; i++) {
      for (let left = summary[i]!; left !== 0; left &= left - 1) {
        const place = (i << 5) + (31 - Math.clz32(left & -left));
        const bits = ins[place]!;
        const leave = base[place]! | outs[place]!;
        at[size] = place - first;
        sure[size] = bits & leave;
        maybe[size++] = bits & ~leave;
        ins[place] = 0;
      }
      summary[i] = 0;
    }
  }
  starts[count] = size;
}
