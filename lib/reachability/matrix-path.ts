import { AddressSet } from '../addressing/address-set';
import type { PortSet } from '../addressing/port-set';
import { Traffic } from '../addressing/traffic';
import type { Filter } from '../topology/filter';
import type { RouteTable } from '../topology/route-table';
import type { Segment } from '../topology/segment';
import { Distinct } from './distinct';
import { distinctAddresses, distinctPorts } from './matrix-keys';
import { FilterPassing, type Passing } from './filter-passing';
import type { FlowSpace } from './flow-space';
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
  /** Places of one kind are alike for whatever stays in the domain, unless both are in one segment. */
  readonly kind: number;
  /** Number of the filter on the edge of its segment; undefined when it is not certain which. */
  readonly crossing: number | undefined;
  /** Number of the source ports of its clients. */
  readonly ports: number;
}

/** How one table steers towards a place. */
type Steering = 'unasked' | 'local' | 'none' | 'elsewhere';

interface Steerings {
  readonly table: RouteTable;
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
  private readonly edges = new Map<number, Edge>();
  private readonly crossings = new Distinct<string>((id) => id);
  private readonly ports = distinctPorts();
  private readonly masks = new Map<string, PathMask>();
  private readonly walks = new Map<number, PathMask>();
  private readonly joined = new Map<PathMask, Map<PathMask, PathMask>>();
  private readonly groups: number;
  private readonly open: PathMask;
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
    const groups = new Map<string, number>();
    const kinds = new Map<string, number>();
    const places = new Map<string, PathPlace>();
    const placeOf = new Map<Node, PathPlace>();
    const segmentKeys = new Map<string, string>();
    const segmentKinds = new Map<string, string>();
    nodes.forEach((node, index) => {
      const { segment, named, clientPorts, accepts } = node;
      let alike = segmentKeys.get(segment.id);
      if (alike === undefined) {
        const { domain, table, crossing, peers } = segment;
        const unknowns = [...table.unknowns, ...crossing.unknowns].map(({ key }) => key);
        const own = withLegs.has(segment.id) || table.options.length + crossing.options.length > 2;
        alike = JSON.stringify([
          domain,
          table.options,
          crossing.options,
          peers,
          unknowns,
          own ? segment.id : '',
        ]);
        segmentKeys.set(segment.id, alike);
        segmentKinds.set(segment.id, JSON.stringify([domain, table.options, crossing.options, peers]));
      }
      const rest = `${of[index]} ${this.ports.add(clientPorts)} ${accepts} ${named ?? ''}`;
      const groupKey = `${alike} ${rest}`;
      let group = groups.get(groupKey);
      if (group === undefined) groups.set(groupKey, (group = groups.size));
      const key = `${segment.id} ${rest}`;
      let place = places.get(key);
      if (place === undefined) {
        const [crossing] = segment.crossing.options;
        const kindKey = `${segmentKinds.get(segment.id)!} ${of[index]} ${this.ports.add(clientPorts)} ${accepts}`;
        let kind = kinds.get(kindKey);
        if (kind === undefined) kinds.set(kindKey, (kind = kinds.size));
        places.set(
          key,
          (place = {
            index: places.size,
            nodes: [],
            group,
            kind,
            crossing: segment.crossing.options.length === 1 ? this.crossings.add(crossing ?? '') : undefined,
            ports: this.ports.add(clientPorts),
          }),
        );
      }
      place.nodes.push(node);
      placeOf.set(node, place);
    });
    this.groups = groups.size;
    this.places = [...places.values()];
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
    return this.betweenKinds(from, to) ?? this.byWalk(from, to);
  }

  /** Between neighbours in one segment. */
  among({ nodes: [first] }: PathPlace): PathMask {
    return first!.accepts ? this.open : this.closed;
  }

  /** Between any two places of these kinds that are not neighbours; undefined when that takes a walk. */
  betweenKinds(from: PathPlace, to: PathPlace): PathMask | undefined {
    const source = from.nodes[0]!;
    const target = to.nodes[0]!;
    const there = this.steering(source, to);
    if (there === 'none') return this.closed;
    if (there !== 'local') return undefined;
    if (source.segment.domain !== target.segment.domain) return this.closed;
    if (!this.replies) return this.acrossDomain(from, to);
    const back = this.steering(target, from);
    if (back === 'none') return this.closed;
    return back === 'local' ? this.acrossDomain(from, to) : undefined;
  }

  /** Out of one segment into another of the domain, and the replies the other way. */
  private acrossDomain(from: PathPlace, to: PathPlace): PathMask | undefined {
    if (!to.nodes[0]!.accepts) return this.closed;
    const out = this.edge(from, 'out', from.ports);
    const into = this.edge(to, 'in', from.ports);
    if (out === undefined || into === undefined) return undefined;
    return this.both(out.masks.get(out.of[to.index]!)!, into.masks.get(into.of[from.index]!)!);
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
    let known = this.steerings.get(segment);
    if (known === undefined) this.steerings.set(segment, (known = this.steeringsOf(segment)));
    const steering = known.list[to.index]!;
    if (steering !== 'unasked') return steering;
    return (known.list[to.index] = this.steer(known.table, known.routes, to.nodes[0]!.possible));
  }

  private steeringsOf({ table: { options } }: Segment): Steerings {
    const [id] = options;
    let known = this.byTable.get(id!);
    if (known === undefined) {
      const table = this.network().topology.tables.get(id!)!;
      known = {
        table,
        routes: [...table.routes].sort(
          (a, b) => b.to.prefixLength - a.to.prefixLength || a.preference - b.preference,
        ),
        list: this.places.map(() => 'unasked'),
      };
      if (options.length === 1) this.byTable.set(id!, known);
    }
    return options.length === 1 ? known : { ...known, list: this.places.map(() => 'elsewhere') };
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
      const id = this.crossings.items[crossing]!;
      const filter = id === '' ? undefined : this.network().topology.filters.get(id)!;
      this.edges.set(key, (edge = this.makeEdge(filter, side, this.ports.items[ports]!)));
    }
    return edge;
  }

  private makeEdge(filter: Filter | undefined, side: 'out' | 'in', clientPorts: PortSet): Edge {
    const masks = new Map<number, PathMask>();
    if (filter === undefined)
      return { of: new Int32Array(this.places.length), masks: masks.set(0, this.open) };
    const rules = [...filter.ingress, ...filter.egress];
    const sets = distinctAddresses();
    for (const { remote } of rules) {
      sets.add(remote.addresses.least);
      sets.add(remote.addresses.most);
    }
    const byMember = rules.some(({ remote }) => remote.members.most.length > 0);
    const { of, list } = this.order.signatures(sets.items.filter((set) => !this.order.holdsAll(set)));
    const first = new FilterPassing(filter, side === 'out' ? 'egress' : 'ingress');
    const back = new FilterPassing(filter, side === 'out' ? 'ingress' : 'egress');
    of.forEach((signature, place) => {
      if (masks.has(signature)) return;
      if (byMember || list[signature]!.splits.length > 0) {
        masks.set(signature, exact);
        return;
      }
      const remote = this.places[place]!.nodes[0]!.possible;
      const forward = judged(first, remote);
      const reply = filter.stateful || !this.replies ? undefined : judged(back, remote);
      const space = (bound: 'must' | 'may'): FlowSpace =>
        reply === undefined ? forward[bound] : forward[bound].intersect(reply[bound].replies());
      const passing = (bound: 'must' | 'may'): Traffic =>
        this.replies
          ? space(bound).fromAll(clientPorts, this.asked)
          : space(bound).fromSome(clientPorts, this.asked);
      const must = passing('must');
      const may = passing('may');
      masks.set(signature, this.shared(must, may));
    });
    return { of, masks };
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
