import type { Traffic } from '../addressing/traffic';
import { matrix, type MatrixEntry, type MatrixGroup, type WhoReachesWhom } from '../reachability/matrix';
import { reach } from '../reachability/solver';
import type { Verdict } from '../reachability/verdict';
import type { Party } from '../topology/lookup';
import type { Topology } from '../topology/topology';
import { type BoundFlow, idOf } from './bound-policy';
import { relatedToRelays } from './entrances';
import { Universe } from './universe';

/** Single questions that one policy may ask of one network; what is left then is said to be unknown. */
const questionLimit = 20_000;

/**
 * Who reaches whom in one topology, for all the rules of a policy: in bulk what the matrix knows, and by single
 * questions, each kind of party once, what only they tell.
 */
export class ReachTable {
  readonly topology: Topology;
  readonly universe: Universe;
  private readonly verdicts = new Map<string, Verdict>();
  private readonly related: ReadonlySet<string>;
  private arriving: WhoReachesWhom | undefined;
  /** By what is asked. */
  private readonly passing = new Map<string, WhoReachesWhom>();

  /** `flows` are what is asked besides any protocol. */
  constructor(topology: Topology, flows: readonly BoundFlow[]) {
    this.topology = topology;
    this.universe = new Universe(
      topology,
      flows.map(({ on }) => on),
    );
    this.related = relatedToRelays(topology);
  }

  /** What arrives at all of any protocol, for pairs that something may arrive between. */
  arrivals(): Iterable<MatrixEntry> {
    return this.bulk().entries();
  }

  /** All endpoints, those that nothing tells apart together. */
  groups(): readonly MatrixGroup[] {
    return this.bulk().groups();
  }

  /** Between how many kinds of parties it has been asked one by one. */
  get asked(): number {
    return this.verdicts.size;
  }

  get isExhausted(): boolean {
    return this.verdicts.size >= questionLimit;
  }

  /** The exact answer; parties that nothing tells apart are asked about once. */
  verdict(from: Party, to: Party, on: Traffic): Verdict {
    const key = `${this.kindOf(from)} ${this.kindOf(to)} ${from === to || idOf(from) === idOf(to) ? 'itself' : ''} ${on.toString()}`;
    let verdict = this.verdicts.get(key);
    if (verdict === undefined) this.verdicts.set(key, (verdict = reach(this.topology, { from, to, on })));
    return verdict;
  }

  /** Whether the matrix alone says that all of it passes; when it does not, only the exact answer tells. For many pairs. */
  surelyReaches(from: Party, to: Party, on: Traffic): boolean {
    if (from.kind !== 'endpoint' || to.kind !== 'endpoint') return false;
    if (from.endpoint.spread !== 'own' || to.endpoint.spread !== 'own') return false;
    const key = on.toString();
    let all = this.passing.get(key);
    if (all === undefined) this.passing.set(key, (all = matrix(this.topology, { on })));
    return all.canReach(from.endpoint.id, to.endpoint.id).passes.contains(on);
  }

  /** What parties share that come out alike with whomever. */
  kindOf(party: Party): string {
    const id = idOf(party);
    if (party.kind !== 'endpoint' || this.related.has(id)) return `${party.kind} ${id}`;
    return `class ${this.bulk().classOf(id)!}`;
  }

  private bulk(): WhoReachesWhom {
    this.arriving ??= matrix(this.topology, { on: this.universe.traffic, replies: false });
    return this.arriving;
  }
}
