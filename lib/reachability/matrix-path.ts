import { AddressSet } from '../addressing/address-set';
import type { PortSet } from '../addressing/port-set';
import { Traffic } from '../addressing/traffic';
import type { RouteTable } from '../topology/route-table';
import type { Segment } from '../topology/segment';
import { distinctAddresses, distinctPorts } from './distinct';
import type { FilterPassing, Passing } from './filter-passing';
import { setOut } from './inquiry';
import type { Packet, RouterStep } from './journey';
import { Judgement } from './judgement';
import { type Node, pathSetsOf } from './matrix-class';
import { AddressOrder } from './matrix-order';
import type { Network } from './network';
import { Decisions, Scenario, World } from './scenario';
import { Walk } from './walk';

/** What the network between two places lets pass when the interfaces themselves let everything pass. */
export type PathMask =
  | { readonly kind: 'passes'; readonly must: Traffic; readonly may: Traffic }
  /** Only the exact question tells. */
  | { readonly kind: 'exact' };

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

/** How one table steers towards a place. */
type Steering = 'unasked' | 'local' | 'none' | 'elsewhere';

interface Steerings {
  /** Undefined when it is not certain which. */
  readonly table: RouteTable | undefined;
  /** In the order in which they are tried. */
  readonly routes: RouteTable['routes'];
  /** By place. */
  readonly list: Steering[];
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
  private readonly order: AddressOrder;
  private readonly steerings = new Map<Segment, Steerings>();
  private readonly byTable = new Map<string, Steerings>();
  private readonly elsewhere: Steerings;
  private readonly entries = new Numbers();
  private readonly tableNumbers = new Map<Steerings, number>();
  private readonly edgeFilters = new Map<number, EdgeFilter>();
  private readonly edges = new Map<number, Edge>();
  private readonly crossings = new Numbers();
  private readonly ports = distinctPorts();
  private readonly masks = new Map<string, PathMask>();
  private readonly walks = new Map<number, PathMask>();
  private readonly joined = new Map<PathMask, Map<PathMask, PathMask>>();
  private readonly groups: number;
  /** Everything asked that travels in packets of the family. */
  readonly open: PathMask & { readonly kind: 'passes' };
  private readonly noEdge: Edge;
  private readonly closed: PathMask;

  constructor(network: () => Network, nodes: readonly Node[], family: 4 | 6, asked: Traffic, replies = true) {
    this.network = network;
    this.asked = asked;
    this.replies = replies;
    this.open = { kind: 'passes', must: asked, may: asked };
    this.closed = { kind: 'passes', must: Traffic.empty, may: Traffic.empty };
    const sets = distinctAddresses();
    const { topology } = network();
    pathSetsOf(topology, sets);
    const all = new AddressOrder(family, nodes);
    const { of } = all.signatures(sets.items.filter((set) => !all.holdsAll(set)));
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
    this.noEdge = { of: new Int32Array(places.size), masks: new Map([[0, this.open]]) };
    this.elsewhere = { table: undefined, routes: [], list: this.places.map(() => 'elsewhere') };
    this.placeOf = placeOf;
    // Places are met in the order of their lowest nodes, and so they are sorted themselves.
    this.order = new AddressOrder(
      family,
      this.places.map(({ nodes: [first] }) => first!),
    );
  }

  /** Every traffic by which edges of segments and routers tell packets apart, to cut ports by. */
  *traffics(): Iterable<Traffic> {
    for (const place of this.places) {
      for (const side of ['out', 'in'] as const) {
        for (const mask of this.edge(place, side, place.ports)?.masks.values() ?? []) {
          if (mask.kind === 'passes') yield* [mask.must, mask.may];
        }
      }
    }
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

  /** Places with the same number let the same in, whoever sends it. */
  entryOf({ crossing, nodes: [first] }: PathPlace): number {
    const steerings = this.steeringsAt(first!.segment);
    return this.entries.of(`${crossing ?? ''} ${numberIn(this.tableNumbers, steerings)}`);
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

  private steeringsAt(segment: Segment): Steerings {
    let known = this.steerings.get(segment);
    if (known === undefined) this.steerings.set(segment, (known = this.steeringsOf(segment)));
    return known;
  }

  private steering({ segment }: Node, to: PathPlace): Steering {
    const known = this.steeringsAt(segment);
    const steering = known.list[to.index]!;
    if (steering !== 'unasked' || known.table === undefined) return steering;
    return (known.list[to.index] = this.steer(known.table, known.routes, to.nodes[0]!.possible));
  }

  private steeringsOf({ table: { options } }: Segment): Steerings {
    const [id] = options;
    if (options.length !== 1) return this.elsewhere;
    let known = this.byTable.get(id!);
    if (known === undefined) {
      const table = this.network().topology.tables.get(id!)!;
      const routes = [...table.routes].sort(
        (a, b) => b.to.prefixLength - a.to.prefixLength || a.preference - b.preference,
      );
      known = { table, routes, list: this.places.map(() => 'unasked') };
      this.byTable.set(id!, known);
    }
    return known;
  }

  private steer(table: RouteTable, routes: RouteTable['routes'], addresses: AddressSet): Steering {
    const unclear = table.unknownRoutes.some(
      ({ possible }) => possible === undefined || possible.overlaps(addresses),
    );
    if (unclear) return 'elsewhere';
    const route = routes.find(({ to }) => addresses.overlaps(to));
    if (route === undefined || (route.via.kind === 'drop' && AddressSet.of(route.to).contains(addresses))) {
      return 'none';
    }
    return route.via.kind === 'local' && AddressSet.of(route.to).contains(addresses) ? 'local' : 'elsewhere';
  }

  /**
   * What an edge lets pass of flows that leave the segment (`out`) or come into it (`in`), replies included if asked, by the
   * place of the other end; undefined when that is not certain to be a matter of addresses alone.
   */
  private edge({ crossing }: PathPlace, side: 'out' | 'in', ports: number): Edge | undefined {
    if (crossing === undefined) return undefined;
    const key = (crossing * this.places.length + ports) * 2 + Number(side === 'in');
    let edge = this.edges.get(key);
    if (edge === undefined) {
      const bare = this.crossings.texts[crossing] === '';
      edge = bare ? this.noEdge : this.makeEdge(crossing, side, this.ports.items[ports]!);
      this.edges.set(key, edge);
    }
    return edge;
  }

  private makeEdge(crossing: number, side: 'out' | 'in', clientPorts: PortSet): Edge {
    const masks = new Map<number, PathMask>();
    const { stateful, of, passing } = this.edgeFilter(crossing);
    passing.forEach((each, signature) => {
      if (each === undefined) {
        masks.set(signature, exact);
        return;
      }
      const forward = side === 'out' ? each.egress : each.ingress;
      const reply = stateful || !this.replies ? undefined : side === 'out' ? each.ingress : each.egress;
      const passing = (bound: 'must' | 'may'): Traffic => {
        const first = forward[bound];
        if (!this.replies) return first.fromSome(clientPorts, this.asked);
        const both = reply === undefined ? first : first.intersect(reply[bound].replies());
        return both.fromAll(clientPorts, this.asked);
      };
      const must = passing('must');
      const known = forward.may === forward.must && (reply === undefined || reply.may === reply.must);
      masks.set(signature, this.shared(must, known ? must : passing('may')));
    });
    return { of, masks };
  }

  /** What the filter on an edge lets through in both directions, by how it tells the places of the other end apart. */
  private edgeFilter(crossing: number): EdgeFilter {
    let known = this.edgeFilters.get(crossing);
    if (known === undefined) this.edgeFilters.set(crossing, (known = this.makeEdgeFilter(crossing)));
    return known;
  }

  private makeEdgeFilter(crossing: number): EdgeFilter {
    const network = this.network();
    const { stateful, ingress, egress } = network.topology.filters.get(this.crossings.texts[crossing]!)!;
    const rules = [...ingress, ...egress];
    const sets = distinctAddresses();
    for (const { remote } of rules) {
      sets.add(remote.addresses.least);
      sets.add(remote.addresses.most);
    }
    const byMember = rules.some(({ remote }) => remote.members.most.length > 0);
    const { of, list } = this.order.signatures(sets.items.filter((set) => !this.order.holdsAll(set)));
    const id = this.crossings.texts[crossing]!;
    const passing = new Map<number, Record<'ingress' | 'egress', Passing> | undefined>();
    of.forEach((signature, place) => {
      if (passing.has(signature)) return;
      if (byMember || list[signature]!.splits.length > 0) {
        passing.set(signature, undefined);
        return;
      }
      const remote = this.places[place]!.nodes[0]!.possible;
      passing.set(signature, {
        ingress: judged(network.filter(id, 'ingress'), remote),
        egress: judged(network.filter(id, 'egress'), remote),
      });
    });
    return { stateful, of, passing };
  }

  /** Edges that let the same pass share a mask, so that pairs of them are joined once. */
  private shared(must: Traffic, may: Traffic): PathMask {
    if (must.equals(this.asked)) return this.open;
    const text = `${must.toString()} ${may.toString()}`;
    let mask = this.masks.get(text);
    if (mask === undefined) {
      mask = { kind: 'passes', must, may: may.equals(must) ? must : may };
      this.masks.set(text, mask);
    }
    return mask;
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

/** What a filter on an edge lets pass by a number for every place of the other end; undefined where it divides one. */
interface EdgeFilter {
  readonly stateful: boolean;
  readonly of: Int32Array;
  readonly passing: ReadonlyMap<number, Record<'ingress' | 'egress', Passing> | undefined>;
}

/** What an edge lets pass, by a number for every place of the other end. */
interface Edge {
  readonly of: Int32Array;
  readonly masks: Map<number, PathMask>;
}

const exact: PathMask = { kind: 'exact' };

function judged(filter: FilterPassing, addresses: AddressSet): Passing {
  const address = { id: '', addresses, kind: 'certain', unknown: undefined } as const;
  return filter.passing(
    { address, member: undefined },
    new Scenario(new World(new Decisions()), new Decisions()),
  );
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

function numberIn<T>(known: Map<T, number>, item: T): number {
  let number = known.get(item);
  if (number === undefined) known.set(item, (number = known.size));
  return number;
}
