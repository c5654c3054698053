import type { AddressSet } from '../addressing/address-set';
import { Traffic } from '../addressing/traffic';
import type { Segment } from '../topology/segment';
import { distinctPorts } from './distinct';
import { setOut } from './inquiry';
import type { Packet, RouterStep } from './journey';
import { Judgement } from './judgement';
import type { Node } from './matrix-class';
import { type Edge, Edges, exact, type PassingMask, type PathMask } from './matrix-edge';
import { AddressOrder } from './matrix-order';
import { type Steering, Steerings } from './matrix-steering';
import type { Network } from './network';
import { Decisions, Scenario, World } from './scenario';
import { Walk } from './walk';

/** Addresses of one segment that routes, edges and routers treat alike. */
export interface PathPlace {
  readonly index: number;
  readonly nodes: Node[];
  /** Places with equal groups are alike in everything but the segment itself. */
  readonly group: number;
  /** Places with equal sources send alike to whatever lies in another segment of the domain. */
  readonly source: number;
  /** Places with equal targets are alike for whoever sends to them from another segment of the domain. */
  readonly target: number;
  /** Number of the filter on the edge of its segment; undefined when it is not certain which. */
  readonly crossing: number | undefined;
  /** Number of the source ports of its clients. */
  readonly ports: number;
}

export interface PathTableProps {
  readonly network: () => Network;
  /** Of one family, sorted by address. */
  readonly nodes: readonly Node[];
  readonly order: AddressOrder;
  /** The sets that decide where packets go and what crosses the edges of segments. */
  readonly sets: readonly AddressSet[];
  readonly asked: Traffic;
  /** Whether replies have to come back. */
  readonly replies: boolean;
}

/** Walks between more pairs of groups than this are left to the exact question. */
const walkLimit = 200_000;

/**
 * What routes and edges of segments let pass between every two places of a family. Neighbours and the routing of one
 * domain are worked out from routes and edges; everything else by walking once for each pair of groups.
 */
export class PathTable {
  readonly places: readonly PathPlace[];
  /** Place of each node, in the order of the nodes. */
  readonly placeOf: ReadonlyMap<Node, PathPlace>;
  /** Places walked and the pairs of groups that only the exact question answers, for measuring. */
  readonly walked = { walks: 0, exact: 0 };
  private readonly network: () => Network;
  private readonly asked: Traffic;
  /** Whether replies have to come back. */
  private readonly replies: boolean;
  private readonly steerings: Steerings;
  private readonly edges: Edges;
  private readonly entries = new Numbers();
  private readonly crossings = new Numbers();
  private readonly ports = distinctPorts();
  private readonly walks = new Map<number, PathMask>();
  private readonly joined = new Map<PathMask, Map<PathMask, PathMask>>();
  private readonly groups: number;
  /** Everything asked that travels in packets of the family. */
  readonly open: PassingMask;
  private readonly closed: PathMask;

  constructor({ network, nodes, order, sets, asked, replies }: PathTableProps) {
    this.network = network;
    this.asked = asked;
    this.replies = replies;
    this.closed = { kind: 'passes', must: Traffic.empty, may: Traffic.empty };
    const { topology } = network();
    const { of } = order.signatures(sets.filter((set) => !order.holdsAll(set)));
    const withLegs = new Set<string>();
    for (const { legs } of topology.routers.values()) {
      for (const leg of legs) if (leg.kind === 'segment') withLegs.add(leg.segment);
    }
    for (const node of nodes) if (node.named !== undefined) withLegs.add(node.segment.id);
    const groups = new Numbers();
    const sources = new Numbers();
    const targets = new Numbers();
    const domains = new Numbers();
    const named = new Numbers();
    const segments = new Map<
      Segment,
      { readonly index: number; readonly alike: number; readonly kind: number }
    >();
    const kindNumbers = new Numbers();
    const alikeNumbers = new Numbers();
    const places = new Map<number | string, PathPlace>();
    const placeOf = new Map<Node, PathPlace>();
    nodes.forEach((node, index) => {
      const { segment } = node;
      let known = segments.get(segment);
      if (known === undefined) {
        const { domain, table, crossing, peers } = segment;
        const kind = kindNumbers.of(JSON.stringify([domain, table.options, crossing.options, peers]));
        const unknowns = [...table.unknowns, ...crossing.unknowns].map(({ key }) => key);
        const own = withLegs.has(segment.id) || table.options.length + crossing.options.length > 2;
        const alike = alikeNumbers.of(JSON.stringify([kind, unknowns, own ? segment.id : '']));
        segments.set(segment, (known = { index: segments.size, alike, kind }));
      }
      const signature = of[index]!;
      const client = this.ports.add(node.clientPorts);
      const rest = `${signature} ${client} ${node.accepts} ${node.named === undefined ? '' : named.of(node.named)}`;
      const key = `${known.index} ${rest}`;
      let place = places.get(key);
      if (place === undefined) {
        const [crossing] = segment.crossing.options;
        place = {
          index: places.size,
          nodes: [],
          group: groups.of(`${known.alike} ${rest}`),
          source: sources.of(`${known.kind} ${client}`),
          target: targets.of(`${domains.of(segment.domain)} ${signature} ${node.accepts}`),
          crossing: segment.crossing.options.length === 1 ? this.crossings.of(crossing ?? '') : undefined,
          ports: client,
        };
        places.set(key, place);
      }
      place.nodes.push(node);
      placeOf.set(node, place);
    });
    this.groups = groups.texts.length;
    this.places = [...places.values()];
    this.placeOf = placeOf;
    // Places are met in the order of their lowest nodes, and so they are sorted themselves.
    const firsts = this.places.map((place) => place.nodes[0]!);
    const addresses = firsts.map(({ possible }) => possible);
    const placeOrder = new AddressOrder(order.family, firsts);
    this.steerings = new Steerings(network, placeOrder, addresses);
    this.edges = new Edges({ network, order: placeOrder, addresses, asked, replies });
    this.open = this.edges.open;
  }

  /** Every traffic by which edges of segments and routers tell packets apart, to cut ports by. */
  *traffics(): Iterable<Traffic> {
    const met = new Set<PathMask>();
    for (const place of this.places) {
      for (const side of ['out', 'in'] as const) {
        for (const mask of this.edge(place, side, place.ports)?.masks.values() ?? []) met.add(mask);
      }
    }
    for (const mask of met) if (mask.kind === 'passes') yield* [mask.must, mask.may];
    for (const router of this.network().topology.routers.values()) {
      for (const { traffic } of router.forward) if (traffic !== undefined) yield traffic;
    }
  }

  mask(from: PathPlace, to: PathPlace): PathMask {
    const source = from.nodes[0]!;
    const target = to.nodes[0]!;
    if (source.segment === target.segment && source.segment.peers) return this.among(to);
    const out = this.outOf(from, to);
    const into = this.into(from, to);
    if (out === this.closed || into === this.closed) return this.closed;
    return out === undefined || into === undefined ? this.byWalk(from, to) : this.both(out, into);
  }

  /** Between neighbours in one segment. */
  among({ nodes: [first] }: PathPlace): PathMask {
    return first!.accepts ? this.open : this.closed;
  }

  /**
   * What any place with this source lets out to any place with this target that is no neighbour, and its replies in;
   * undefined when that takes a walk.
   */
  outOf(from: PathPlace, to: PathPlace): PathMask | undefined {
    const source = from.nodes[0]!;
    const target = to.nodes[0]!;
    const there = this.steering(source, to);
    if (there === 'none' || !target.accepts) return this.closed;
    if (there !== 'local') return undefined;
    if (source.segment.domain !== target.segment.domain) return this.closed;
    const edge = this.edge(from, 'out', from.ports);
    return edge?.masks.get(edge.of[to.index]!);
  }

  /** What the place lets in from another that is no neighbour, and its replies out; undefined when that takes a walk. */
  into(from: PathPlace, to: PathPlace): PathMask | undefined {
    const back = this.replies ? this.steering(to.nodes[0]!, from) : 'local';
    if (back === 'none') return this.closed;
    if (back !== 'local') return undefined;
    const edge = this.edge(to, 'in', from.ports);
    return edge?.masks.get(edge.of[from.index]!);
  }

  /** All places, by what another lets in of them as {@link into} tells. */
  byEntry(to: PathPlace): ReadonlyMap<PathMask | undefined, readonly PathPlace[]> {
    const back = this.steerings.of(to.nodes[0]!.segment).list;
    const edges = this.ports.items.map((_, ports) => this.edge(to, 'in', ports));
    const found = new Map<PathMask | undefined, PathPlace[]>();
    let mask: PathMask | undefined;
    let alike: PathPlace[] | undefined;
    for (const from of this.places) {
      const steering = this.replies ? back[from.index]! : 'local';
      const edge = steering === 'local' ? edges[from.ports] : undefined;
      const here = steering === 'none' ? this.closed : edge?.masks.get(edge.of[from.index]!);
      if (alike === undefined || here !== mask) {
        mask = here;
        alike = found.get(here);
        if (alike === undefined) found.set(here, (alike = []));
      }
      alike.push(from);
    }
    return found;
  }

  /** Places with the same number let the same in, whoever sends it. */
  entryOf({ crossing, nodes: [first] }: PathPlace): number {
    const back = this.replies ? this.steerings.of(first!.segment).number : '';
    return this.entries.of(`${crossing ?? ''} ${back}`);
  }

  private both(a: PathMask, b: PathMask): PathMask {
    if (a === b || b === this.open) return a;
    if (a === this.open) return b;
    let known = this.joined.get(a);
    if (known === undefined) this.joined.set(a, (known = new Map<PathMask, PathMask>()));
    let mask = known.get(b);
    if (mask === undefined) {
      if (a.kind === 'exact' || b.kind === 'exact') mask = exact;
      else {
        const must = a.must.intersect(b.must);
        mask = {
          kind: 'passes',
          must,
          may: a.must === a.may && b.must === b.may ? must : a.may.intersect(b.may),
        };
      }
      known.set(b, mask);
    }
    return mask;
  }

  private steering({ segment }: Node, to: PathPlace): Steering {
    return this.steerings.of(segment).list[to.index]!;
  }

  /** Undefined when it is not certain which filter the segment has on its edge. */
  private edge({ crossing, nodes }: PathPlace, side: 'out' | 'in', ports: number): Edge | undefined {
    if (crossing === undefined) return undefined;
    const [filter] = nodes[0]!.segment.crossing.options;
    return this.edges.of(filter!, side, ports, this.ports.items[ports]!);
  }

  private byWalk(from: PathPlace, to: PathPlace): PathMask {
    const same = from.nodes[0]!.segment === to.nodes[0]!.segment;
    const key = (from.group * this.groups + to.group) * 2 + Number(same);
    let mask = this.walks.get(key);
    if (mask === undefined) {
      mask = this.walks.size < walkLimit ? this.walk(from, to) : exact;
      if (mask.kind === 'exact') this.walked.exact++;
      this.walks.set(key, mask);
    }
    return mask;
  }

  private walk(from: PathPlace, to: PathPlace): PathMask {
    const source = from.nodes[0]!;
    // Somebody else than the sender, where a place has others.
    const target = to.nodes.find((node) => node.owner !== source.owner) ?? to.nodes[0]!;
    const network = this.network();
    this.walked.walks++;
    const start = network.interface(source.interface.id).ends[source.address]!;
    const end = network.interface(target.interface.id).ends[target.address]!;
    const world = new World(new Decisions());
    const parts = new Decisions();
    const scenario = new Scenario(world, parts);
    const packet: Packet = {
      source: start,
      destination: end,
      region: this.asked,
      shift: 0,
      sources: [source.clientPorts],
      altered: false,
      guise: undefined,
    };
    const walk = new Walk(network, scenario);
    setOut(network, start, packet, walk);
    const undecided = (): boolean => world.unknowns.size + parts.choices().size > 0;
    if (undecided()) return exact;
    const [first, ...others] = walk.outcomes;
    if (walk.outcomes.every(({ ending }) => ending.kind === 'cut')) return this.closed;
    if (first === undefined || others.length > 0 || first.packet.altered) return exact;
    const { ending } = first;
    if (
      ending.kind !== 'arrived' ||
      ending.at.kind !== 'interface' ||
      ending.at.at.ends[target.address] !== end
    ) {
      return exact;
    }
    const judgement = new Judgement(network, scenario, first.packet.region, source.clientPorts);
    judgement.forward({ ...first, steps: first.steps.filter(({ kind }) => kind !== 'interface') });
    if (!this.replies) {
      if (undecided()) return exact;
      return { kind: 'passes', ...judgement.withSomePort(this.asked) };
    }
    const routers = first.steps.filter((step): step is RouterStep => step.kind === 'router');
    const back = new Walk(network, scenario, routers);
    setOut(network, end, { ...first.packet, source: end, destination: start, altered: false }, back);
    const [reply, ...more] = back.outcomes;
    if (back.outcomes.every((one) => one.ending.kind === 'cut')) return undecided() ? exact : this.closed;
    if (reply === undefined || more.length > 0 || reply.ending.kind !== 'arrived' || reply.packet.altered) {
      return exact;
    }
    if (reply.packet.source !== end || reply.packet.destination !== start) return exact;
    judgement.reply({ ...reply, steps: reply.steps.filter(({ kind }) => kind !== 'interface') });
    if (undecided()) return exact;
    const must = judgement.must(this.asked);
    return { kind: 'passes', must, may: judgement.may(this.asked) };
  }
}

/** Texts numbered in the order in which they are first met. */
class Numbers {
  readonly texts: string[] = [];
  private readonly known = new Map<string, number>();

  of(text: string): number {
    let number = this.known.get(text);
    if (number === undefined) this.known.set(text, (number = this.texts.push(text) - 1));
    return number;
  }
}
