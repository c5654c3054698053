import type { Endpoint } from '../topology/endpoint';
import type { Shown, Sight } from '../topology/sight';
import type { Topology } from '../topology/topology';
import type { WayRow } from './explanation-way';
import type { Hop, HopEnd, Trace } from './trace';

/** How a hop looks on the machine that does it: lines below it, without a mark. */
export function sightRows(topology: Topology, hops: readonly Hop[], index: number): readonly WayRow[] {
  const hop = hops[index]!;
  const rows = sightsAt(topology, hops, index).flatMap((sight) =>
    shownOf(topology, sight, hop).map((text): WayRow => ({ mark: ' ', cells: ['', '', text, ''] })),
  );
  return rows;
}

/** What else is worth knowing of what is seen on the way there, and the commands that show it, each once. */
export function sightFacts(
  topology: Topology,
  traces: readonly Trace[],
): { readonly notes: readonly string[]; readonly looks: readonly string[] } {
  const notes = new Set<string>();
  const looks = new Set<string>();
  for (const { forward, reply, cuts } of traces) {
    const back = cuts.filter(({ direction }) => direction === 'reply').map(({ hop }) => hop);
    const seen = [
      ...forward.map((_, index) => [forward, index] as const),
      ...reply.flatMap((_, index) => (back.includes(index) ? [[reply, index] as const] : [])),
    ];
    for (const [hops, index] of seen) {
      const hop = hops[index]!;
      const sights = sightsAt(topology, hops, index);
      const shown = sights.flatMap((one) => one.shown.filter((each) => concerns(each, hop)));
      for (const { note } of shown) if (note !== undefined) notes.add(note);
      const commands = [...shown.flatMap(({ look = [] }) => look), ...sights.flatMap(({ look }) => look)];
      for (const look of commands) looks.add(look.replaceAll('{sender}', callOf(topology, hop.source)));
    }
  }
  return { notes: [...notes], looks: [...looks] };
}

function sightsAt(topology: Topology, hops: readonly Hop[], index: number): readonly Sight[] {
  const hop = hops[index]!;
  const handedOn = onSegment(topology, hops, index);
  switch (hop.kind) {
    case 'interface':
    case 'crossing': {
      const decided = hop.filters.flatMap(({ id, lets, rule, nearest }): readonly Sight[] => {
        if (lets === 'all') return rule?.sight === undefined ? [] : [rule.sight];
        const missed = nearest?.sight ?? (rule?.action === 'deny' ? rule.sight : undefined);
        return [missed ?? topology.filters.get(id)?.sight ?? []].flat();
      });
      return [...handedOn, ...decided];
    }
    default:
      return [...hop.sights, ...handedOn];
  }
}

/** What hands a packet on inside the segment from which it came, shown where it comes in. */
function onSegment(topology: Topology, hops: readonly Hop[], index: number): readonly Sight[] {
  const hop = hops[index]!;
  if (hop.kind !== 'interface' || hop.side !== 'ingress') return [];
  if (hops.slice(0, index).some(({ kind }) => kind !== 'interface')) return [];
  const [to, from] = [segmentOf(topology, hop.id), segmentOf(topology, hop.source.of)];
  const sight = to === undefined || to !== from ? undefined : topology.segments.get(to)?.sight;
  return sight === undefined ? [] : [sight];
}

function shownOf(topology: Topology, { shown }: Sight, hop: Hop): readonly string[] {
  return shown
    .filter((one) => concerns(one, hop))
    .map(({ when, text }) => {
      const written = text
        .replaceAll('{destination}', addressOf(topology, hop.destination))
        .replaceAll('{source}', addressOf(topology, hop.source));
      return when === undefined ? written : `${when}: ${written}`;
    });
}

/** Rules are written out for IPv4. */
function concerns({ from }: Shown, { source: { addresses } }: Hop): boolean {
  if (addresses.inFamily(4).isEmpty()) return false;
  return from === undefined || from.overlaps(addresses);
}

function addressOf(topology: Topology, end: HopEnd): string {
  const [only, ...more] = end.addresses.ranges();
  return only !== undefined && more.length === 0 && only.size === 1n
    ? only.first.toString()
    : `<address of ${callOf(topology, end)}>`;
}

function callOf(topology: Topology, { of }: HopEnd): string {
  const endpoint = ownerOf(topology, of);
  return endpoint?.names[0] ?? endpoint?.id ?? topology.segments.get(of)?.name ?? of;
}

function segmentOf(topology: Topology, id: string): string | undefined {
  return topology.segments.has(id)
    ? id
    : ownerOf(topology, id)?.interfaces.find((one) => one.id === id)?.segment;
}

function ownerOf(topology: Topology, id: string): Endpoint | undefined {
  for (const endpoint of topology.endpoints.values()) {
    if (endpoint.id === id || endpoint.interfaces.some((one) => one.id === id)) return endpoint;
  }
  return undefined;
}
