import type { Endpoint } from '../topology/endpoint';
import type { Topology } from '../topology/topology';
import { endText, hopText, placeText, ruleText, trafficText } from './explanation-rule';
import { sightRows } from './explanation-sight';
import type { ReasonCode } from './reason-code';
import type { Cut, FilterDecision, Hop, Trace } from './trace';

/** One line of a way: `|` stops packets for certain, `?` perhaps. */
export interface WayRow {
  readonly mark: ' ' | '|' | '?';
  /** What it is, which side of it, what it does, where that is written. */
  readonly cells: readonly string[];
}

/** A way as lines, from the source to the target and back, whatever stops a packet marked. */
export function wayRows(topology: Topology, trace: Trace): readonly WayRow[] {
  const { forward, reply, cuts } = trace;
  const there = rowsOfDirection(topology, forward, cutsIn(cuts, 'forward'), forward);
  // Of a flow that never arrives, the way back matters only where it would be stopped too.
  const never = cuts.some((cut) => cut.direction === 'forward' && cut.certain && trace.mayPass.isEmpty());
  const cutsBack = cutsIn(cuts, 'reply');
  const back = never && cutsBack.length === 0 ? [] : rowsOfDirection(topology, reply, cutsBack, forward);
  return [
    endRow(topology, trace.from, endText(topology, { addresses: trace.source, of: trace.from })),
    ...there,
    endRow(topology, trace.to, arrivalText(topology, trace)),
    ...(back.length === 0 ? [] : [{ mark: ' ', cells: ['reply'] } as const, ...back]),
  ];
}

/** The endpoint that has an interface, or is called so itself. */
export function endpointOf(topology: Topology, id: string): Endpoint | undefined {
  const own = topology.endpoints.get(id);
  if (own !== undefined) return own;
  for (const endpoint of topology.endpoints.values()) {
    if (endpoint.interfaces.some((one) => one.id === id)) return endpoint;
  }
  return undefined;
}

function endRow(topology: Topology, id: string, addresses: string): WayRow {
  const endpoint = endpointOf(topology, id);
  const part = endpoint ?? topology.segments.get(id);
  // Of several interfaces it matters which.
  const by = endpoint !== undefined && endpoint.interfaces.length > 1 ? ` at ${id}` : '';
  return { mark: ' ', cells: [part?.id ?? id, '', `${addresses}${by}`, part?.origin.constructPath ?? ''] };
}

/** The target's own address, and the one that was dialled where that is another. */
function arrivalText(topology: Topology, { to, dialled, forward }: Trace): string {
  const dialledText = endText(topology, { addresses: dialled, of: to });
  const last = forward.at(-1);
  const end = last?.becomes?.destination ?? last?.destination;
  if (end === undefined || end.of !== to) return dialledText;
  const own = endText(topology, end);
  return own === dialledText ? own : `${own}, dialled as ${dialledText}`;
}

function cutsIn(cuts: readonly Cut[], direction: Cut['direction']): readonly Cut[] {
  return cuts.filter((cut) => cut.direction === direction);
}

/** Reasons that are told by the route that was looked up, and not on a line of their own. */
const routeReasons: readonly ReasonCode[] = ['no-route', 'route-drops', 'unknown-hop'];

/** Reasons that are told by the filters of a hop, or by the router itself. */
const hopReasons: readonly ReasonCode[] = [
  'egress-filter',
  'ingress-filter',
  'crossing-egress',
  'crossing-ingress',
];

function rowsOfDirection(
  topology: Topology,
  hops: readonly Hop[],
  cuts: readonly Cut[],
  forward: readonly Hop[],
): readonly WayRow[] {
  const rows: WayRow[] = [];
  const own = (cut: Cut): boolean =>
    !routeReasons.includes(cut.reason) && !hopReasons.includes(cut.reason) && !isOfFilter(cut, hops[cut.hop]);
  const beginning = cuts.filter((cut) => cut.hop < 0 && own(cut));
  rows.push(...beginning.map((cut) => cutRow(topology, cut)));
  hops.forEach((hop, index) => {
    const here = cuts.filter((cut) => cut.hop === index);
    const atRoute =
      hop.kind === 'route'
        ? cuts.filter((cut) => routeReasons.includes(cut.reason) && index === lastRoute(hops, cut.hop))
        : [];
    const met = here.filter((cut) => hopReasons.includes(cut.reason) || isOfFilter(cut, hop));
    rows.push(...hopRows(topology, hop, [...met, ...atRoute], forward));
    rows.push(...here.filter(own).map((cut) => cutRow(topology, cut)));
    // Of the way back only what stops packets: the rest was seen on the way there.
    if (hop.direction === 'forward' || here.length > 0) rows.push(...sightRows(topology, hops, index));
  });
  return rows;
}

/** Whether it is the filters of a hop that let only part of the source ports through, and not all hops together. */
function isOfFilter({ reason, subject }: Cut, hop: Hop | undefined): boolean {
  return (
    reason === 'client-ports' &&
    hop !== undefined &&
    hop.filters.length > 0 &&
    (subject === hop.id || hop.filters.some(({ id }) => id === subject))
  );
}

function lastRoute(hops: readonly Hop[], from: number): number {
  for (let index = from; index >= 0; index--) if (hops[index]?.kind === 'route') return index;
  return -1;
}

function hopRows(
  topology: Topology,
  hop: Hop,
  cuts: readonly Cut[],
  forward: readonly Hop[],
): readonly WayRow[] {
  const mark = markOf(cuts);
  switch (hop.kind) {
    case 'interface':
    case 'crossing':
      return filterRows(topology, hop, mark, forward);
    case 'route':
      return [{ mark, cells: [hop.name, '', routeText(topology, hop), placesOf(hop)] }];
    case 'router':
      return [{ mark, cells: [hop.name, '', translationText(topology, hop), placesOf(hop)] }];
    case 'zone':
      return [];
  }
}

function markOf(cuts: readonly Cut[]): WayRow['mark'] {
  if (cuts.length === 0) return ' ';
  return cuts.some(({ certain }) => certain) ? '|' : '?';
}

function filterRows(
  topology: Topology,
  hop: Hop,
  mark: WayRow['mark'],
  forward: readonly Hop[],
): readonly WayRow[] {
  const side = hop.side!;
  if (
    hop.direction === 'reply' &&
    mark === ' ' &&
    hop.filters.length > 0 &&
    remembers(topology, hop, forward)
  ) {
    const names = hop.filters.map(({ name }) => name).join(', ');
    return [{ mark, cells: [names, side, 'remembers the flow', ''] }];
  }
  const telling = mark === ' ' ? hop.filters.filter(({ lets }) => lets !== 'none') : hop.filters;
  return telling.flatMap((filter) => {
    const first = {
      mark,
      cells: [filter.name, side, decisionText(topology, hop, filter), placeOfDecision(filter)],
    };
    if (mark === ' ' || filter.nearest === undefined || filter.nearest === filter.rule) return [first];
    const nearest = `nearest: ${ruleText(topology, filter.nearest, side)}`;
    return [first, { mark: ' ', cells: ['', '', nearest, placeText(filter.nearest.origin)] } as const];
  });
}

/** Whether all filters of a hop have memory and saw the first packet. */
function remembers(topology: Topology, hop: Hop, forward: readonly Hop[]): boolean {
  const before = forward.some(({ kind, id, beyond }) => kind === hop.kind && id === hop.id && !beyond);
  return before && hop.filters.every(({ id }) => topology.filters.get(id)?.stateful === true);
}

function decisionText(topology: Topology, hop: Hop, { lets, rule }: FilterDecision): string {
  const side = hop.side!;
  const end = side === 'ingress' ? hop.source : hop.destination;
  const what = trafficText(hop.traffic);
  const whom = `${side === 'ingress' ? 'from' : 'to'} ${endText(topology, end)}`;
  const text = rule === undefined ? '' : ruleText(topology, rule, side);
  switch (lets) {
    case 'all':
      return text;
    case 'none':
      return rule?.action === 'deny' ? text : `no rule allows ${what} ${whom}`;
    case 'some':
      return `lets through only part of ${what} ${whom}${text === '' ? '' : `: ${text}`}`;
    case 'unknown':
      return `may let ${what} ${whom} through${text === '' ? '' : `: ${text}`}`;
  }
}

function placeOfDecision({ lets, rule, origin }: FilterDecision): string {
  return placeText(rule !== undefined && (lets !== 'none' || rule.action === 'deny') ? rule.origin : origin);
}

function placesOf(hop: Hop): string {
  const [first] = hop.decidedBy;
  const place = first ?? hop.origin;
  return place === undefined ? '' : placeText(place);
}

/** `10.0.0.0/16 -> local`; the route that was followed is the one with the origin that the hop names. */
function routeText(topology: Topology, hop: Hop): string {
  const [origin] = hop.decidedBy;
  const { addresses } = hop.destination;
  const table =
    topology.tables.get(hop.id) ??
    [...topology.routers.values()]
      .flatMap(({ legs }) => legs)
      .flatMap((leg) => (leg.kind === 'domain' && leg.table?.id === hop.id ? [leg.table] : []))[0];
  if (origin === undefined || table === undefined) return `no route to ${endText(topology, hop.destination)}`;
  const route = [...table.routes]
    .filter((one) => one.origin === origin && addresses.overlaps(one.to))
    .sort((a, b) => b.to.prefixLength - a.to.prefixLength)[0];
  if (route !== undefined) return `${route.to.toString()} -> ${hopText(topology, route.via)}`;
  const unsure = table.unknownRoutes.find((one) => one.origin === origin);
  return unsure === undefined ? '' : `${unsure.unknown.key} -> ${hopText(topology, unsure.via)}`;
}

function translationText(topology: Topology, { source, destination, becomes }: Hop): string {
  if (becomes === undefined) return '';
  const changed = (name: string, before: Hop['source'], after: Hop['source']): string[] => {
    const [from, to] = [endText(topology, before), endText(topology, after)];
    return before.of === after.of && from === to ? [] : [`${name} ${from} becomes ${to}`];
  };
  return [
    ...changed('source', source, becomes.source),
    ...changed('destination', destination, becomes.destination),
  ].join(', ');
}

function cutRow(topology: Topology, cut: Cut): WayRow {
  return { mark: cut.certain ? '|' : '?', cells: [subjectName(topology, cut.subject), '', cut.meaning, ''] };
}

/** What a person calls the thing that stops packets. */
export function subjectName(topology: Topology, id: string): string {
  const { routers, filters, tables, segments, domains, zones } = topology;
  for (const parts of [routers, filters, tables, segments, domains, zones]) {
    const part = parts.get(id);
    if (part !== undefined) return part.name;
  }
  return endpointOf(topology, id)?.id ?? id;
}
