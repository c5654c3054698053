import { PortSet } from '../addressing/port-set';

/**
 * A set of pairs of source port and destination port, as slabs: for source ports `from` to `to` these destination
 * ports. Slabs are sorted and disjoint, none is empty, and neighbours with equal ports are one: equal sets are equal
 * in structure.
 */
export type PortPlane = readonly Slab[];

export interface Slab {
  readonly from: number;
  readonly to: number;
  readonly ports: PortSet;
}

const highest = 65535;

export const emptyPlane: PortPlane = [];
export const fullPlane: PortPlane = [{ from: 0, to: highest, ports: PortSet.all }];

/** All pairs of one of `sources` and one of `ports`. */
export function planeOf(ports: PortSet, sources: PortSet = PortSet.all): PortPlane {
  if (ports.isEmpty()) return emptyPlane;
  return sources.ranges().map(({ from, to }) => ({ from, to, ports }));
}

export function samePlane(left: PortPlane, right: PortPlane): boolean {
  return (
    left === right ||
    (left.length === right.length &&
      left.every((slab, index) => {
        const other = right[index]!;
        return slab.from === other.from && slab.to === other.to && slab.ports.equals(other.ports);
      }))
  );
}

/** The set operation on two planes, in one walk over both. */
export function combinePlanes(
  left: PortPlane,
  right: PortPlane,
  operation: 'union' | 'intersect' | 'subtract',
): PortPlane {
  if (left.length === 0) return operation === 'union' ? right : emptyPlane;
  if (right.length === 0) return operation === 'intersect' ? emptyPlane : left;
  if (left === right) return operation === 'subtract' ? emptyPlane : left;
  const slabs: Slab[] = [];
  let i = 0;
  let j = 0;
  for (let from = 0; from <= highest;) {
    while (i < left.length && left[i]!.to < from) i++;
    while (j < right.length && right[j]!.to < from) j++;
    const a = left[i];
    const b = right[j];
    const to = Math.min(endOfStretch(a, from), endOfStretch(b, from));
    const mine = a !== undefined && a.from <= from ? a.ports : PortSet.empty;
    const others = b !== undefined && b.from <= from ? b.ports : PortSet.empty;
    append(slabs, from, to, mine[operation](others));
    from = to + 1;
  }
  return slabs;
}

/** The plane with the roles of source and destination port exchanged. */
export function transposed(plane: PortPlane): PortPlane {
  if (plane.length === 1 && plane[0]!.from === 0 && plane[0]!.to === highest) {
    return planeOf(PortSet.all, plane[0]!.ports);
  }
  const starts = new Set([0]);
  for (const { ports } of plane) {
    for (const { from, to } of ports.ranges()) starts.add(from).add(to + 1);
  }
  const sorted = [...starts].filter((start) => start <= highest).sort((a, b) => a - b);
  const slabs: Slab[] = [];
  sorted.forEach((from, index) => {
    const sources = plane.filter(({ ports }) => ports.contains(from));
    append(slabs, from, (sorted[index + 1] ?? highest + 1) - 1, PortSet.of(...sources));
  });
  return slabs;
}

/** The destination ports that go with every one of `sources`. */
export function withAll(plane: PortPlane, sources: PortSet): PortSet {
  let result = PortSet.all;
  for (const { from, to } of sources.ranges()) {
    let next = from;
    for (const slab of plane) {
      if (slab.to < from || slab.from > to) continue;
      if (slab.from > next) return PortSet.empty;
      result = result.intersect(slab.ports);
      next = slab.to + 1;
    }
    if (next <= to) return PortSet.empty;
  }
  return result;
}

/** The destination ports that go with at least one of `sources`. */
export function withSome(plane: PortPlane, sources: PortSet): PortSet {
  let result = PortSet.empty;
  for (const slab of plane) {
    if (sources.overlaps(PortSet.range(slab.from, slab.to))) result = result.union(slab.ports);
  }
  return result;
}

/** The source ports that go with at least one of `ports`. */
export function sourcesOf(plane: PortPlane, ports: PortSet): PortSet {
  return PortSet.of(...plane.filter((slab) => slab.ports.overlaps(ports)));
}

/** The plane with `shift` added to every destination port; what leaves 0 to 65535 is lost. */
export function shiftedPlane(plane: PortPlane, shift: number): PortPlane {
  const slabs: Slab[] = [];
  for (const { from, to, ports } of plane) append(slabs, from, to, shiftedPorts(ports, shift));
  return slabs;
}

/** The ports with `shift` added to each; what leaves 0 to 65535 is lost. */
export function shiftedPorts(ports: PortSet, shift: number): PortSet {
  const ranges = ports.ranges().flatMap(({ from, to }) => {
    const first = Math.max(from + shift, 0);
    const last = Math.min(to + shift, highest);
    return first <= last ? [{ from: first, to: last }] : [];
  });
  return PortSet.of(...ranges);
}

function endOfStretch(slab: Slab | undefined, from: number): number {
  if (slab === undefined) return highest;
  return slab.from <= from ? slab.to : slab.from - 1;
}

function append(slabs: Slab[], from: number, to: number, ports: PortSet): void {
  if (ports.isEmpty()) return;
  const last = slabs[slabs.length - 1];
  if (last !== undefined && last.to === from - 1 && last.ports.equals(ports)) {
    slabs[slabs.length - 1] = { from: last.from, to, ports };
  } else slabs.push({ from, to, ports });
}
