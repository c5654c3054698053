import type { Traffic } from '../addressing/traffic';
import { Matrix, type MatrixEntry, type MatrixGroup } from '../reachability/matrix';
import { reach } from '../reachability/solver';
import type { Verdict } from '../reachability/verdict';
import type { Party } from '../topology/lookup';
import type { Topology } from '../topology/topology';
import { type BoundPolicy, idOf } from './bound-policy';
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
  private arriving: Matrix | undefined;
  /** By what is asked. */
  private readonly passing = new Map<string, Matrix>();

  constructor(topology: Topology, policies: readonly BoundPolicy[]) {
    this.topology = topology;
    const spoken = policies.flatMap(({ flows }) => flows.map(({ on }) => on));
    this.universe = new Universe(topology, spoken);
    this.related = relatedToRelays(topology);
  }

  /** What arrives at all of any protocol, for pairs that something may arrive between. */
  arrivals(): Iterable<MatrixEntry> {
    return this.matrix().entries();
  }

  /** All endpoints, those that nothing tells apart together. */
  groups(): readonly MatrixGroup[] {
    return this.matrix().groups();
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

  /** Whether the matrix alone says that all of it passes; when it does not, only the exact answer tells. */
  surelyReaches(from: Party, to: Party, on: Traffic): boolean {
    // For few questions it is not worth making.
    if (this.verdicts.size < 200 || from.kind !== 'endpoint' || to.kind !== 'endpoint') return false;
    if (from.endpoint.spread !== 'own' || to.endpoint.spread !== 'own') return false;
    const key = on.toString();
    let matrix = this.passing.get(key);
    if (matrix === undefined) this.passing.set(key, (matrix = new Matrix(this.topology, { on })));
    return matrix.canReach(from.endpoint.id, to.endpoint.id).passes.contains(on);
  }

  /** What parties share that come out alike with whomever. */
  kindOf(party: Party): string {
    const id = idOf(party);
    if (party.kind !== 'endpoint' || this.related.has(id)) return `${party.kind} ${id}`;
    return `class ${this.matrix().classOf(id)!}`;
  }

  private matrix(): Matrix {
    this.arriving ??= new Matrix(this.topology, { on: this.universe.traffic, replies: false });
    return this.arriving;
  }
}

/** Endpoints that a relay is, or leads to. */
function relatedToRelays({ relays, endpoints }: Topology): ReadonlySet<string> {
  const related = new Set<string>();
  for (const { endpoint, listeners } of relays.values()) {
    related.add(endpoint);
    for (const { targets } of listeners) {
      for (const { to } of targets.most) {
        if ('endpoint' in to) related.add(to.endpoint);
        else {
          for (const { id, interfaces } of endpoints.values()) {
            const held = interfaces.some((one) =>
              one.addresses.some(({ possible }) => possible.overlaps(to.addresses)),
            );
            if (held) related.add(id);
          }
        }
      }
    }
  }
  return related;
}

/** Endpoints that may be reached otherwise than by dialling their own address. */
export function reachedOtherwise(topology: Topology): ReadonlySet<string> {
  // Something that is not modelled and passes flows on may lead to anybody.
  if (topology.gaps.some(({ relays }) => relays === true)) return new Set(topology.endpoints.keys());
  const found = new Set<string>();
  const owners = new Map<string, string>();
  for (const { id, interfaces } of topology.endpoints.values()) {
    for (const one of interfaces) owners.set(one.id, id);
  }
  for (const { translations } of topology.routers.values()) {
    for (const translation of translations) {
      const owner = translation.kind === 'source' ? undefined : owners.get(translation.interface);
      if (owner !== undefined) found.add(owner);
    }
  }
  const relays = new Set([...topology.relays.values()].map(({ endpoint }) => endpoint));
  for (const id of relatedToRelays(topology)) {
    // A balancer is one of them when another leads to it.
    if (!relays.has(id) || leadsTo(topology, id)) found.add(id);
  }
  return found;
}

function leadsTo({ relays }: Topology, id: string): boolean {
  return [...relays.values()].some(({ listeners }) =>
    listeners.some(({ targets }) => targets.most.some(({ to }) => !('endpoint' in to) || to.endpoint === id)),
  );
}
