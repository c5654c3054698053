import { AddressSet } from '../../lib/addressing/address-set';
import { Traffic } from '../../lib/addressing/traffic';
import { between } from '../../lib/topology/bounds';
import type { Interface } from '../../lib/topology/endpoint';
import type { Rule } from '../../lib/topology/filter';
import type { StaticTranslation } from '../../lib/topology/router';
import type { NextHop, RouteTable } from '../../lib/topology/route-table';
import { brandTopology, type Topology } from '../../lib/topology/topology';
import { unknown, type Unknown } from '../../lib/topology/value';
import { pick } from './palette';
import type { Doubt as Kind, DoubtRecipe } from './recipe';

/**
 * The topology with these doubts put into it; one whose kind of thing does not exist changes nothing. `focus` has the
 * ids of what a question is about: most doubts are about that, because others rarely matter.
 */
export function withDoubts(
  topology: Topology,
  recipes: readonly DoubtRecipe[],
  focus: ReadonlySet<string>,
): Topology {
  const doubted = recipes.reduce((changed, recipe) => {
    const { key } = recipe;
    const cause = unknown(`var.k${key}`, `\${var.k${key}}`);
    return put[recipe.kind](changed, { ...recipe, focus, cause });
  }, topology);
  return brandTopology(doubted);
}

interface Doubt extends DoubtRecipe {
  readonly focus: ReadonlySet<string>;
  readonly cause: Unknown;
}

const put: Readonly<Record<Kind, (topology: Topology, doubt: Doubt) => Topology>> = {
  traffic: (topology, doubt) =>
    changeRule(topology, doubt, (rule) => {
      const some = rule.traffic.least.intersect(Traffic.parse('tcp/443'));
      const least = pick([Traffic.empty, some], doubt.other);
      return { ...rule, traffic: between(least, rule.traffic.most, [doubt.cause]) };
    }),

  remote: (topology, doubt) =>
    changeRule(topology, doubt, (rule) => {
      const blocks = blocksOf(topology);
      const { least, most } = rule.remote.addresses;
      const narrow = least.intersect(pick([AddressSet.empty, ...blocks], doubt.other));
      const wide = pick([most, most.union(pick(blocks, doubt.other))], doubt.part);
      return { ...rule, remote: { ...rule.remote, addresses: between(narrow, wide, [doubt.cause]) } };
    }),

  members: (topology, doubt) =>
    changeRule(topology, doubt, (rule) => {
      const members = moreGroups(topology, rule.remote.members.least, doubt);
      return { ...rule, remote: { ...rule.remote, members } };
    }),

  worn: (topology, doubt) =>
    changeInterface(topology, doubt, (one) => ({
      ...one,
      filters: moreGroups(topology, one.filters.least, doubt),
    })),

  crossing: (topology, doubt) =>
    change(topology, 'segments', doubt, (segment) => {
      const edges = [null, ...[...topology.filters.keys()].filter((id) => id.startsWith('edge'))];
      return { ...segment, crossing: oneOf(segment.crossing, pick(edges, doubt.other), doubt.cause) };
    }),

  table: (topology, doubt) =>
    change(topology, 'segments', doubt, (segment) => {
      const inDomain = [...topology.segments.values()].filter(({ domain }) => domain === segment.domain);
      const other = pick(inDomain, doubt.other).table.options[0]!;
      return { ...segment, table: oneOf(segment.table, other, doubt.cause) };
    }),

  hop: (topology, doubt) =>
    changeRoute(topology, doubt, (via, written) => {
      if (via.kind === 'one-of' || via.kind === 'unknown') return via;
      const options = distinct([via, pick(written, doubt.other)]);
      return options.length < 2 ? via : { kind: 'one-of', options, unknown: doubt.cause };
    }),

  'unmodelled-hop': (topology, doubt) =>
    changeRoute(topology, doubt, () => {
      const outside = doubt.other % 2 === 0 ? { outside: true } : {};
      return { kind: 'unknown', unknown: doubt.cause, ...outside };
    }),

  route: (topology, doubt) =>
    change(topology, 'tables', doubt, (table) => {
      const within = doubt.other % 3 === 0 ? { possible: pick(blocksOf(topology), doubt.other) } : {};
      const via = pick(hopsNear(table, topology), doubt.part);
      const route = { via, ...within, unknown: doubt.cause, origin: table.origin };
      return { ...table, unknownRoutes: [...table.unknownRoutes, route] };
    }),

  address: (topology, doubt) =>
    changeInterface(topology, doubt, (one) => {
      const [first, ...others] = one.addresses;
      const possible = topology.segments.get(one.segment)!.placeable.inFamily(first!.family);
      if (possible.size === 1n) return one;
      return { ...one, addresses: [{ ...first!, possible, unknown: doubt.cause }, ...others] };
    }),

  'leg-address': (topology, { cause }) => {
    const nat = topology.routers.get('nat');
    if (nat === undefined) return topology;
    const legs = nat.legs.map((leg) => {
      if (leg.kind !== 'segment') return leg;
      const { placeable } = topology.segments.get(leg.segment)!;
      const most = placeable.inFamily(4).union(leg.address.most);
      return { ...leg, address: between(AddressSet.empty, most, [cause]) };
    });
    return { ...topology, routers: new Map(topology.routers).set('nat', { ...nat, legs }) };
  },

  static: (topology, doubt) =>
    changeStatic(topology, doubt, (one) => ({ ...one, certain: false, unknowns: [doubt.cause] })),

  outside: (topology, doubt) =>
    changeStatic(topology, doubt, (one) => ({
      ...one,
      outside: { address: undefined, unknown: doubt.cause },
    })),
};

type Kinds = 'segments' | 'endpoints' | 'filters' | 'tables';
type PartOf<K extends Kinds> = Topology[K] extends ReadonlyMap<string, infer P> ? P : never;

/** Changes one part of its kind: three times in four one that the question is about, when there is any. */
function change<K extends Kinds>(
  topology: Topology,
  kind: K,
  { at, focus }: Doubt,
  to: (part: PartOf<K>) => PartOf<K>,
): Topology {
  const parts = [...(topology[kind] as ReadonlyMap<string, PartOf<K>>)];
  const close = parts.filter(([id]) => focus.has(id));
  if (parts.length === 0) return topology;
  const [id, part] = pick(close.length > 0 && at % 4 !== 3 ? close : parts, at);
  return { ...topology, [kind]: new Map(parts).set(id, to(part)) };
}

function changeRule(topology: Topology, doubt: Doubt, to: (rule: Rule) => Rule): Topology {
  return change(topology, 'filters', doubt, (filter) => {
    const rules = [...filter.ingress, ...filter.egress];
    if (rules.length === 0) return filter;
    // The last rule is often the one that lets pass, and the first one that does not.
    const places = [
      rules,
      [filter.ingress.at(-1), filter.egress.at(-1)],
      [filter.ingress[0], filter.egress[0]],
    ];
    const some = pick(places, doubt.part).filter((rule) => rule !== undefined);
    const chosen = pick(some, doubt.at);
    const replace = (given: readonly Rule[]) => given.map((rule) => (rule === chosen ? to(rule) : rule));
    return { ...filter, ingress: replace(filter.ingress), egress: replace(filter.egress) };
  });
}

function changeInterface(topology: Topology, doubt: Doubt, to: (one: Interface) => Interface): Topology {
  return change(topology, 'endpoints', doubt, (endpoint) => {
    const chosen = pick(endpoint.interfaces, doubt.part);
    const interfaces = endpoint.interfaces.map((one) => (one === chosen ? to(one) : one));
    return { ...endpoint, interfaces };
  });
}

function changeRoute(
  topology: Topology,
  doubt: Doubt,
  to: (via: NextHop, near: readonly NextHop[]) => NextHop,
): Topology {
  return change(topology, 'tables', doubt, (table) => {
    if (table.routes.length === 0) return table;
    const chosen = pick(table.routes, doubt.part);
    const near = hopsNear(table, topology);
    const routes = table.routes.map((route) =>
      route === chosen ? { ...route, via: to(route.via, near) } : route,
    );
    return { ...table, routes };
  });
}

function changeStatic(
  topology: Topology,
  { at, focus }: Doubt,
  to: (one: StaticTranslation) => StaticTranslation,
): Topology {
  const gateway = topology.routers.get('igw');
  const statics = gateway?.translations.filter((one) => one.kind === 'static') ?? [];
  if (gateway === undefined || statics.length === 0) return topology;
  const close = statics.filter((one) => focus.has(one.interface));
  const chosen = pick(close.length > 0 ? close : statics, at);
  // A leg whose translations are not certain says itself that it is for translated packets.
  const legs = gateway.legs.map((leg) =>
    leg.kind === 'zone' && leg.id === chosen.leg ? { ...leg, onlyTranslated: [4] as const } : leg,
  );
  const translations = gateway.translations.map((one) => (one === chosen ? to(chosen) : one));
  return { ...topology, routers: new Map(topology.routers).set('igw', { ...gateway, legs, translations }) };
}

/** At least what there is, or nothing; at most one group more. */
function moreGroups(topology: Topology, given: readonly string[], { other, cause }: Doubt) {
  const groups = [...topology.filters.keys()].filter((id) => id.startsWith('group'));
  const most = [...new Set([...given, pick(groups, other)])];
  return between(other % 2 === 0 ? [] : given, most, [cause]);
}

function oneOf<T>(
  given: { readonly options: readonly T[]; readonly unknowns: readonly Unknown[] },
  other: T,
  cause: Unknown,
) {
  const options = [...new Set([...given.options, other])];
  return options.length === given.options.length ? given : { options, unknowns: [...given.unknowns, cause] };
}

function blocksOf(topology: Topology): readonly AddressSet[] {
  return [...topology.segments.values()].flatMap(({ blocks }) => blocks.map((block) => AddressSet.of(block)));
}

/** Next hops that occur in tables of the domain where a table is used, and dropping. */
function hopsNear(table: RouteTable, topology: Topology): readonly NextHop[] {
  const segments = [...topology.segments.values()];
  const domain = segments.find((one) => one.table.options.includes(table.id))?.domain;
  const tables = segments
    .filter((one) => one.domain === domain)
    .flatMap((one) => one.table.options.map((id) => topology.tables.get(id)!));
  const hops = tables.flatMap(({ routes }) => routes.map(({ via }) => via));
  const settled = hops.filter(({ kind }) => kind !== 'one-of' && kind !== 'unknown');
  return distinct([{ kind: 'drop', reason: 'blackhole' }, ...settled]);
}

function distinct(hops: readonly NextHop[]): readonly NextHop[] {
  return [...new Map(hops.map((hop) => [JSON.stringify(hop), hop])).values()];
}
