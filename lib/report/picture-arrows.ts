import type { Traffic } from '../addressing/traffic';
import { matrix } from '../reachability/matrix';
import type { Topology } from '../topology/topology';
import { type MatrixRow, matrixRows } from './matrix-table';
import type { Arrow } from './picture';

/**
 * Who reaches whom on some traffic, as arrows between chips and zones: `chipOf` gives the first chip of an endpoint, `chips` all
 * of their keys. What goes both ways on the same is one arrow.
 */
export function arrowsOf(
  topology: Topology,
  on: Traffic,
  chipOf: ReadonlyMap<string, string>,
  chips: ReadonlySet<string>,
): readonly Arrow[] {
  const rows = matrixRows(matrix(topology, { on, otherWays: true }));
  const found = new Map<string, Arrow>();
  for (const row of rows) {
    const label = labelOf(row);
    for (const from of row.from) {
      for (const to of row.to) {
        const [start, end] = endsOf(from, to);
        if (from === to || start === undefined || end === undefined) continue;
        // A host reaches every container that it runs: an arrow of its own to each would only hide the others.
        if ([from, to].some((id) => topology.endpoints.get(id)?.type === 'host')) continue;
        const back = `${end}\n${start}\n${label.text}`;
        const known = found.get(back);
        if (known !== undefined) found.set(back, { ...known, both: true });
        else {
          const key = `${start}\n${end}\n${label.text}`;
          found.set(key, { from: start, to: end, label: label.text, certain: label.certain, both: false });
        }
      }
    }
  }
  return [...found.values()];

  /** Where an arrow begins and ends: in a segment that both stand in, if there is one. Nothing for what is not drawn. */
  function endsOf(from: string, to: string): readonly [string | undefined, string | undefined] {
    const places = (id: string): readonly string[] =>
      topology.endpoints.get(id)?.interfaces.map(({ segment }) => segment) ?? [];
    const common = places(from).find((segment) => places(to).includes(segment));
    const end = (id: string): string | undefined => {
      const inCommon = `${id} in ${common}`;
      if (common !== undefined && chips.has(inCommon)) return inCommon;
      return topology.zones.has(id) ? id : chipOf.get(id);
    };
    return [end(from), end(to)];
  }
}

function labelOf({ passes, mayPass, otherWays }: MatrixRow): {
  readonly text: string;
  readonly certain: boolean;
} {
  const certain = otherWays.reduce((all, way) => all.union(way.passes), passes);
  const possible = otherWays.reduce((all, way) => all.union(way.mayPass), mayPass);
  const open = possible.subtract(certain);
  const texts = [
    ...(certain.isEmpty() ? [] : [certain.toString()]),
    ...(open.isEmpty() ? [] : [`${open.toString()}?`]),
  ];
  return { text: texts.join(', '), certain: open.isEmpty() };
}
