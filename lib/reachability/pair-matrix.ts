import { allTraffic, type Traffic } from '../addressing/traffic';
import { lookupEndpoint, type Party } from '../topology/lookup';
import type { Gap, Topology } from '../topology/topology';
import type {
  MatrixCounts,
  MatrixEntry,
  MatrixGroup,
  MatrixOptions,
  ReachedAnyWay,
  WhoReachesWhom,
} from './matrix';
import type { Reached } from './matrix-target';
import { waysOf } from './matrix-ways';
import { solverOf } from './solver';

type Outside = Party & { readonly kind: 'zone' | 'segment' };

/**
 * Who reaches whom, asked pair by pair: for topologies that are answered under several variants. It grows with the
 * square of the endpoints, times the variants.
 */
export class PairMatrix implements WhoReachesWhom {
  readonly asked: Traffic;
  readonly topology: Topology;
  private readonly withSegments: boolean;
  private readonly replies: boolean;
  private readonly withWays: boolean;
  private readonly answers = new Map<string, ReachedAnyWay>();
  private readonly groupOf: ReadonlyMap<string, MatrixGroup>;

  constructor(
    topology: Topology,
    { on = allTraffic(), segments = false, replies = true, otherWays = false }: MatrixOptions = {},
  ) {
    this.topology = topology;
    this.asked = on;
    this.withSegments = segments;
    this.replies = replies;
    this.withWays = otherWays;
    this.groupOf = new Map(
      [...topology.endpoints.keys()].map((id) => [id, { kind: 'endpoints', members: [id] }]),
    );
  }

  canReach(from: string, to: string): Reached {
    const party = (name: string): Party => ({
      kind: 'endpoint',
      endpoint: lookupEndpoint(this.topology, name),
    });
    return this.reached(party(from), party(to));
  }

  groups(): readonly MatrixGroup[] {
    return [...this.groupOf.values()];
  }

  *entries(): Iterable<MatrixEntry> {
    for (const to of this.topology.endpoints.keys()) {
      for (const [from, reached] of this.into(to)) {
        yield { from: this.groupOf.get(from)!, to: this.groupOf.get(to)!, ...reached };
      }
    }
    yield* this.outside();
  }

  into(id: string): ReadonlyMap<string, ReachedAnyWay> {
    const found = new Map<string, ReachedAnyWay>();
    const target = this.topology.endpoints.get(id);
    if (target === undefined) return found;
    for (const source of this.topology.endpoints.values()) {
      if (source === target) continue;
      const reached = this.reached(
        { kind: 'endpoint', endpoint: source },
        { kind: 'endpoint', endpoint: target },
      );
      if (isSomething(reached)) found.set(source.id, reached);
    }
    return found;
  }

  *outside(): Iterable<MatrixEntry> {
    const { zones, segments } = this.topology;
    const parties: readonly Outside[] = [
      ...[...zones.values()].map((zone): Outside => ({ kind: 'zone', zone })),
      ...(this.withSegments ? [...segments.values()] : []).map((segment): Outside => ({
        kind: 'segment',
        segment,
      })),
    ];
    const groups = new Map(
      parties.map((party): [Outside, MatrixGroup] => [party, { kind: party.kind, members: [idOf(party)] }]),
    );
    for (const party of parties) {
      const group = groups.get(party)!;
      for (const endpoint of this.topology.endpoints.values()) {
        const one = this.groupOf.get(endpoint.id)!;
        const into = this.reached(party, { kind: 'endpoint', endpoint });
        if (isSomething(into)) yield { from: group, to: one, ...into };
        const out = this.reached({ kind: 'endpoint', endpoint }, party);
        if (isSomething(out)) yield { from: one, to: group, ...out };
      }
      for (const other of parties) {
        if (other === party || (party.kind === 'zone' && other.kind === 'zone')) continue;
        const reached = this.reached(party, other);
        if (isSomething(reached)) yield { from: group, to: groups.get(other)!, ...reached };
      }
    }
  }

  classOf(id: string): number | undefined {
    const index = [...this.groupOf.keys()].indexOf(id);
    return index < 0 ? undefined : index;
  }

  counts(): MatrixCounts {
    let pairs = 0;
    for (const to of this.topology.endpoints.keys()) {
      pairs += [...this.into(to).values()].filter(({ passes }) => !passes.isEmpty()).length;
    }
    return { pairs, classes: this.groupOf.size, atoms: 0, exact: this.answers.size };
  }

  get gaps(): readonly Gap[] {
    return this.topology.gaps.filter(({ relays }) => relays === true);
  }

  private reached(from: Party, to: Party): ReachedAnyWay {
    const key = `${from.kind} ${idOf(from)}\n${to.kind} ${idOf(to)}`;
    let reached = this.answers.get(key);
    if (reached === undefined) {
      const verdict = solverOf(this.topology).ask({ from, to, on: this.asked });
      const { passes, mayPass } = this.replies ? verdict : verdict.firstPacket;
      const otherWays = this.withWays ? waysOf(verdict, this.replies) : [];
      this.answers.set(key, (reached = { passes, mayPass, otherWays }));
    }
    return reached;
  }
}

function isSomething({ mayPass, otherWays }: ReachedAnyWay): boolean {
  return !mayPass.isEmpty() || otherWays.length > 0;
}

function idOf(party: Party): string {
  if (party.kind === 'zone') return party.zone.id;
  return party.kind === 'segment' ? party.segment.id : party.endpoint.id;
}
