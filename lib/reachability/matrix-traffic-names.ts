import { Traffic } from '../addressing/traffic';
import type { PortAtoms } from './matrix-atoms';

/** More states than there are ever made: two of them are one number. */
const stateLimit = 2 ** 26;

/** Makes texts of traffic from atoms, each distinct one once. */
export class TrafficNames {
  private readonly atoms: PortAtoms;
  private readonly echoes: Traffic | undefined;
  private readonly known = new Map<string, Traffic>();
  /** Lists of atoms, numbered, that grow atom by atom; 0 is the empty one. */
  private readonly states: { readonly from: number; readonly atom: number }[] = [{ from: 0, atom: -1 }];
  private readonly stateTraffic: (Traffic | undefined)[] = [Traffic.empty];
  private steps: Int32Array;
  private readonly joins = new Map<number, number>();
  private readonly meets = new Map<Traffic, Map<Traffic, Traffic>>();
  private readonly met = new Map<string, Traffic>();
  private readonly common: (boolean | undefined)[][] = [];

  constructor(atoms: PortAtoms, asked: Traffic) {
    this.atoms = atoms;
    this.steps = new Int32Array(atoms.atoms.length * 64);
    const echoes = Traffic.parse('icmp');
    this.echoes = asked.contains(echoes) ? echoes : undefined;
  }

  /** The state that one more atom leads to. */
  next(state: number, atom: number): number {
    const count = this.atoms.atoms.length;
    const key = state * count + atom;
    if (key >= this.steps.length) {
      const steps = new Int32Array(Math.max(key + 1, this.steps.length * 2));
      steps.set(this.steps);
      this.steps = steps;
    }
    let next = this.steps[key]!;
    if (next === 0) {
      next = this.states.push({ from: state, atom }) - 1;
      this.steps[key] = next;
    }
    return next;
  }

  /** The state of the atoms of two states. */
  joined(a: number, b: number): number {
    if (a === 0 || a === b) return b;
    if (b === 0) return a;
    const key = a * stateLimit + b;
    let state = this.joins.get(key);
    if (state === undefined) {
      const atoms = new Set(this.atomsOf(a));
      state = a;
      for (const atom of this.atomsOf(b)) if (!atoms.has(atom)) state = this.next(state, atom);
      this.joins.set(key, state);
    }
    return state;
  }

  /** The traffic that is in both; one and the same for equal traffic. */
  both(a: Traffic, b: Traffic): Traffic {
    if (a === b) return a;
    let known = this.meets.get(a);
    if (known === undefined) this.meets.set(a, (known = new Map<Traffic, Traffic>()));
    let traffic = known.get(b);
    if (traffic === undefined) {
      traffic = a.intersect(b);
      const text = traffic.toString();
      const equal = this.met.get(text);
      if (equal === undefined) this.met.set(text, traffic);
      else traffic = equal;
      known.set(b, traffic);
    }
    return traffic;
  }

  /** Whether the traffic of two states has something in common. */
  meet(a: number, b: number): boolean {
    const known = (this.common[a] ??= []);
    return (known[b] ??= !this.both(this.ofState(a), this.ofState(b)).isEmpty());
  }

  ofState(state: number): Traffic {
    let traffic = this.stateTraffic[state];
    if (traffic === undefined) {
      traffic = this.of([...new Set(this.atomsOf(state))].sort((a, b) => a - b));
      this.stateTraffic[state] = traffic;
    }
    return traffic;
  }

  /** Ping is asked for as the messages of both families, of which a family has one: it stands for both. */
  of(atoms: readonly number[]): Traffic {
    const key = atoms.join();
    let traffic = this.known.get(key);
    if (traffic === undefined) {
      traffic = this.atoms.join(atoms);
      const { echoes } = this;
      if (echoes !== undefined) {
        const each = [echoes.inFamily(4), echoes.inFamily(6)];
        if (each.some((echo) => traffic!.contains(echo))) traffic = traffic.union(echoes);
      }
      this.known.set(key, traffic);
    }
    return traffic;
  }

  /** Latest first; an atom may come twice. */
  private atomsOf(state: number): readonly number[] {
    const atoms: number[] = [];
    for (let at = state; at !== 0; at = this.states[at]!.from) atoms.push(this.states[at]!.atom);
    return atoms;
  }
}
