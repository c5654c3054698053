import { allTraffic, type Traffic } from '../addressing/traffic';
import { type Party, lookupEndpoint } from '../topology/lookup';
import type { Segment } from '../topology/segment';
import type { Gap, Topology } from '../topology/topology';
import type { Zone } from '../topology/zone';
import { answerable } from './flow-space';
import { PortAtoms } from './matrix-atoms';
import { type Classes, classify, type EndpointClass, pathSetsOf } from './matrix-class';
import { FamilySolver } from './matrix-family';
import { AddressOrder } from './matrix-order';
import { PathTable } from './matrix-path';
import { NumberedRules } from './matrix-rules';
import {
  type FamilySolvers,
  type MatrixTables,
  MatrixTarget,
  type Reached,
  reachesNothing,
} from './matrix-target';
import { TrafficNames } from './matrix-traffic-names';
import { type MatrixWay, MatrixWays } from './matrix-ways';
import { PairMatrix } from './pair-matrix';
import { Network } from './network';
import { Ways } from './ways';

export interface MatrixOptions {
  /** What is asked of every pair. @default - TCP and UDP to the ports 1 to 65535, and ping */
  readonly on?: Traffic;
  /** Whether segments are sources and targets besides endpoints and zones. @default false */
  readonly segments?: boolean;
  /** Whether replies have to come back; if not, what arrives at all, from some source port. @default true */
  readonly replies?: boolean;
  /**
   * Whether entries also tell the ways other than dialling a target's own address: by its public address, by a published
   * port, through a balancer. Pairs between which there are only such ways are then entries too. @default false
   */
  readonly otherWays?: boolean;
}

/** Parties that come out alike, of which one has been asked about. */
export interface MatrixGroup {
  readonly kind: 'endpoints' | 'zone' | 'segment';
  /** Ids of the endpoints, or of the one zone or segment. */
  readonly members: readonly string[];
}

/** What passes from each of some parties to each of others; within one group, to each other one. */
export interface MatrixEntry extends Reached {
  readonly from: MatrixGroup;
  readonly to: MatrixGroup;
  /** Other ways, if they are asked for. */
  readonly otherWays: readonly MatrixWay[];
}

/** What passes to one party from another, by its own address and by other ways. */
export interface ReachedAnyWay extends Reached {
  readonly otherWays: readonly MatrixWay[];
}

export interface MatrixCounts {
  /** Pairs of different endpoints of which the one reaches the other on something, for certain. */
  readonly pairs: number;
  readonly classes: number;
  readonly atoms: number;
  /** Pairs of classes that were answered by the exact question, and not in bulk. */
  readonly exact: number;
}

/** Targets whose rows are kept for questions about single pairs. */
const keptTargets = 256;

/**
 * Who reaches whom, at their own addresses and, if asked for, by other ways: the same as asking about every pair of parties, worked out for
 * all of them at once. Endpoints that nothing tells apart are one class; filters become bit sets of sources per port
 * atom, joined target by target, and nothing that grows with the square of the endpoints is ever held. What cannot be
 * joined is asked about one by one: filters on interfaces that have an order or no memory, addresses of which a rule or
 * a route takes only a part, flows that are translated or steered on their way, parties that are not modelled.
 */
export class Matrix {
  readonly asked: Traffic;
  readonly topology: Topology;
  private readonly withSegments: boolean;
  private readonly replies: boolean;
  private readonly withWays: boolean;
  private ways: MatrixWays | undefined;
  private readonly tables: MatrixTables;
  private readonly classes: Classes;
  private readonly paths: Partial<Record<4 | 6, PathTable>> = {};
  private readonly answers = new Map<number, Reached>();
  private readonly outsideAnswers = new Map<string, Reached>();
  private readonly kept = new Map<EndpointClass, MatrixTarget>();
  private net: Network | undefined;

  constructor(
    topology: Topology,
    { on = allTraffic(), segments = false, replies = true, otherWays = false }: MatrixOptions = {},
  ) {
    this.topology = topology;
    this.asked = on;
    this.withSegments = segments;
    this.replies = replies;
    this.withWays = otherWays;
    // A message of ICMP that nobody answers arrives at most.
    const passing = replies ? answerable(on) : on;
    const rules = new NumberedRules(topology);
    const network = (): Network => (this.net ??= new Network(topology));
    const pathSets = pathSetsOf(topology);
    for (const set of pathSets) rules.sets.add(set);
    this.classes = classify(topology, rules.sets.items);
    const orders: Partial<Record<4 | 6, AddressOrder>> = {};
    for (const family of [4, 6] as const) {
      const nodes = this.classes.nodes[family];
      if (nodes.length === 0) continue;
      const order = new AddressOrder(family, nodes);
      orders[family] = order;
      const asked = passing.inFamily(family);
      const paths = new PathTable({ network, nodes, order, sets: pathSets, asked, replies });
      this.paths[family] = paths;
      for (const traffic of paths.traffics()) rules.traffics.add(traffic);
    }
    const known =
      rules.known && this.classes.policies.every(({ least, most }) => least.length === most.length);
    const atoms = new PortAtoms(passing, rules.traffics.items);
    const solvers: Partial<Record<4 | 6, FamilySolvers>> = {};
    for (const family of [4, 6] as const) {
      const paths = this.paths[family];
      if (paths === undefined) continue;
      const { nodes: all, positions } = this.classes;
      const [nodes, order] = [all[family], orders[family]!];
      const solver = (bound: 'must' | 'may'): FamilySolver =>
        new FamilySolver({ nodes, order, family, positions, rules, atoms, paths, bound });
      const must = solver('must');
      solvers[family] = { must, may: known ? must : solver('may') };
    }
    this.tables = {
      classes: this.classes,
      atoms,
      solvers,
      naming: new TrafficNames(atoms, passing),
      ask: (from, to) => this.ask(from, to),
      found: new Int32Array((this.classes.list.length + 31) >>> 5),
    };
  }

  /** What passes from one endpoint to another, each by any of its names; as `reach` says, without other ways. */
  canReach(from: string, to: string): Reached {
    const source = lookupEndpoint(this.topology, from);
    const target = lookupEndpoint(this.topology, to);
    if (source === target) return this.question({ kind: 'endpoint', endpoint: source }, target.id);
    return this.target(this.classes.classOf.get(target.id)!).from(this.classes.classOf.get(source.id)!);
  }

  /** Endpoints that nothing tells apart. */
  groups(): readonly MatrixGroup[] {
    return this.classes.list.map(groupOf);
  }

  /** Everything that passes or may pass, target by target; endpoints first, then what zones and segments take part in. */
  *entries(): Iterable<MatrixEntry> {
    const groups = this.classes.list.map(groupOf);
    for (const target of this.targets()) {
      const to = groups[target.to.index]!;
      const found: MatrixEntry[] = [];
      this.eachInto(target, (from, reached) => found.push({ from: groups[from.index]!, to, ...reached }));
      yield* found;
    }
    yield* this.entriesOutside(groups);
  }

  /** What passes or may pass to one endpoint, by the id of every other endpoint. */
  into(id: string): ReadonlyMap<string, ReachedAnyWay> {
    const found = new Map<string, ReachedAnyWay>();
    const to = this.classes.classOf.get(id);
    if (to === undefined) return found;
    this.eachInto(new MatrixTarget(this.tables, to), ({ members }, reached) => {
      for (const member of members) if (member.id !== id) found.set(member.id, reached);
    });
    return found;
  }

  /** What passes or may pass where a zone takes part, or a segment if the matrix has them. */
  outside(): Iterable<MatrixEntry> {
    return this.entriesOutside(this.classes.list.map(groupOf));
  }

  /** Things that are not modelled and may pass flows on, nobody knows from whom to whom. */
  get gaps(): readonly Gap[] {
    return this.topology.gaps.filter(({ relays }) => relays === true);
  }

  /** A number that endpoints share when nothing tells them apart; undefined for what is no endpoint. */
  classOf(id: string): number | undefined {
    return this.classes.classOf.get(id)?.index;
  }

  counts(): MatrixCounts {
    let pairs = 0;
    for (const target of this.targets()) pairs += target.pairs();
    const { classes, tables, answers } = this;
    return { pairs, classes: classes.list.length, atoms: tables.atoms.atoms.length, exact: answers.size };
  }

  /** Rows of all classes; each is good until the next is asked for. Filters of a policy are joined once. */
  private *targets(): Iterable<MatrixTarget> {
    const byPolicy: EndpointClass[][] = this.classes.policies.map(() => []);
    const others: EndpointClass[] = [];
    for (const one of this.classes.list) {
      const first = one.units[0]?.[0];
      (first === undefined ? others : byPolicy[first.policy.index]!).push(one);
    }
    for (const list of [others, ...byPolicy]) for (const to of list) yield new MatrixTarget(this.tables, to);
  }

  private eachInto(target: MatrixTarget, visit: (from: EndpointClass, reached: ReachedAnyWay) => void): void {
    if (!this.withWays) {
      target.each((from, reached) => visit(from, { ...reached, otherWays: [] }));
      return;
    }
    const { to } = target;
    const direct = new Map<EndpointClass, Reached>();
    target.each((from, reached) => direct.set(from, reached));
    for (const from of this.classes.list) {
      if (from === to && to.members.length === 1) continue;
      const source: Party = { kind: 'endpoint', endpoint: from.members[0]! };
      // Within a class, one member asks for another.
      const endpoint = from === to ? to.members[1]! : to.members[0]!;
      const otherWays = this.waysBetween(source, String(from.index), { kind: 'endpoint', endpoint });
      const reached = direct.get(from) ?? reachesNothing;
      if (direct.has(from) || otherWays.length > 0) visit(from, { ...reached, otherWays });
    }
  }

  /** By other ways, from a party that stands for all with this key. */
  private waysBetween(from: Party, fromKey: string, to: Party): readonly MatrixWay[] {
    if (!this.withWays) return [];
    this.net ??= new Network(this.topology);
    this.ways ??= new MatrixWays(this.net, this.asked, this.replies);
    return this.ways.between(from, fromKey, to, `${to.kind} ${idOf(to)}`);
  }

  private target(to: EndpointClass): MatrixTarget {
    let target = this.kept.get(to);
    if (target === undefined) {
      target = new MatrixTarget(this.tables, to).kept();
      if (this.kept.size >= keptTargets) this.kept.delete(this.kept.keys().next().value!);
      this.kept.set(to, target);
    }
    return target;
  }

  private ask(from: EndpointClass, to: EndpointClass): Reached {
    const key = from.index * this.classes.list.length + to.index;
    let reached = this.answers.get(key);
    if (reached === undefined) {
      // Within a class, one member asks for another.
      const target = from === to ? to.members[1]! : to.members[0]!;
      reached = this.question({ kind: 'endpoint', endpoint: from.members[0]! }, target.id);
      this.answers.set(key, reached);
    }
    return reached;
  }

  private question(from: Party, to: string | Party): Reached {
    this.net ??= new Network(this.topology);
    const party: Party =
      typeof to === 'string' ? { kind: 'endpoint', endpoint: this.topology.endpoints.get(to)! } : to;
    const verdict = new Ways(this.net, from).natural(party, this.asked);
    const { passes, mayPass } = this.replies ? verdict : verdict.firstPacket;
    return { passes, mayPass };
  }

  private *entriesOutside(groups: readonly MatrixGroup[]): Iterable<MatrixEntry> {
    const parties: readonly (Party & { readonly kind: 'zone' | 'segment' })[] = [
      ...[...this.topology.zones.values()].map((zone: Zone) => ({ kind: 'zone' as const, zone })),
      ...(this.withSegments ? [...this.topology.segments.values()] : []).map((segment: Segment) => ({
        kind: 'segment' as const,
        segment,
      })),
    ];
    const named = parties.map((party): MatrixGroup => ({ kind: party.kind, members: [idOf(party)] }));
    for (const [index, party] of parties.entries()) {
      const group = named[index]!;
      const name = `${group.kind} ${idOf(party)}`;
      for (const one of this.classes.list) {
        const endpoint: Party = { kind: 'endpoint', endpoint: one.members[0]! };
        const key = `${name} ${this.alikeFor(party, one)}`;
        const into = this.remembered(`in ${key}`, () => this.question(party, endpoint));
        const waysIn = this.waysBetween(party, name, endpoint);
        yield* entryOf(group, groups[one.index]!, into, waysIn);
        const out = this.remembered(`out ${key}`, () => this.question(endpoint, party));
        const waysOut = this.waysBetween(endpoint, String(one.index), party);
        yield* entryOf(groups[one.index]!, group, out, waysOut);
      }
      for (const [other, another] of parties.entries()) {
        if (another === party || (party.kind === 'zone' && another.kind === 'zone')) continue;
        const ways = this.waysBetween(party, name, another);
        yield* entryOf(group, named[other]!, this.question(party, another), ways);
      }
    }
  }

  private remembered(key: string, answer: () => Reached): Reached {
    let reached = this.outsideAnswers.get(key);
    if (reached === undefined) this.outsideAnswers.set(key, (reached = answer()));
    return reached;
  }

  /** A text that classes share when somebody outside cannot tell them apart, although their segments differ. */
  private alikeFor(party: Party, one: EndpointClass): string {
    const first = one.members[0]!;
    if (party.kind !== 'zone' || one.exact) return first.id;
    const units = one.units.map((unit) =>
      unit
        .map(
          (node) =>
            `${node.family} ${this.paths[node.family]!.placeOf.get(node)!.group} ${node.policy.index}`,
        )
        .join(';'),
    );
    return `${first.spread} ${units.join('|')}`;
  }
}

/** What a matrix answers, however it was worked out. */
export type WhoReachesWhom = Pick<Matrix, keyof Matrix>;

/**
 * Who reaches whom on what: see {@link Matrix}. A topology with variants is asked pair by pair, each under all of its
 * variants.
 */
export function matrix(topology: Topology, options?: MatrixOptions): WhoReachesWhom {
  return topology.variants === undefined ? new Matrix(topology, options) : new PairMatrix(topology, options);
}

export type { MatrixWay, Reached };
export { reachesNothing };

/** The entry, if there is something to say. */
export function* entryOf(
  from: MatrixGroup,
  to: MatrixGroup,
  { passes, mayPass }: Reached,
  otherWays: readonly MatrixWay[],
): Iterable<MatrixEntry> {
  if (!mayPass.isEmpty() || otherWays.length > 0) yield { from, to, passes, mayPass, otherWays };
}

function groupOf({ members }: EndpointClass): MatrixGroup {
  return { kind: 'endpoints', members: members.map(({ id }) => id) };
}

function idOf(party: Party): string {
  if (party.kind === 'zone') return party.zone.id;
  return party.kind === 'segment' ? party.segment.id : party.endpoint.id;
}
