/**
 * A set of whole numbers as the sorted places where membership changes: members from `[0]` up to and without `[1]`,
 * from `[2]` up to and without `[3]`, and so on. No number appears twice, so equal sets have equal boundaries.
 * Sets of ports, IPv4 addresses (numbers) and IPv6 addresses (bigints) are all built on it.
 */
export type Boundaries<T extends number | bigint> = readonly T[];

/** Truth tables of the set operations: bit 3 is "in both", bit 2 "in the left only", bit 1 "in the right only". */
const tables = { union: 0b1110, intersect: 0b1000, subtract: 0b0100 } as const;

/** The set operation on two sets, in one walk over both. */
export function combine<T extends number | bigint>(
  left: Boundaries<T>,
  right: Boundaries<T>,
  operation: keyof typeof tables,
): Boundaries<T> {
  const table = tables[operation];
  const result: T[] = [];
  let i = 0;
  let j = 0;
  while (i < left.length || j < right.length) {
    const place = j === right.length || (i < left.length && left[i]! < right[j]!) ? left[i]! : right[j]!;
    if (left[i] === place) i++;
    if (right[j] === place) j++;
    const inside = (table >> (((i & 1) << 1) | (j & 1))) & 1;
    if (inside !== (result.length & 1)) result.push(place);
  }
  return result;
}

/** The union of spans given as [from, after] pairs, in any order, overlapping or not. */
export function gather<T extends number | bigint>(spans: (readonly [from: T, after: T])[]): Boundaries<T> {
  const sorted = [...spans].sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
  const result: T[] = [];
  for (const [from, after] of sorted) {
    if (result.length > 0 && from <= result[result.length - 1]!) {
      if (after > result[result.length - 1]!) result[result.length - 1] = after;
    } else result.push(from, after);
  }
  return result;
}

/** Whether every number from `from` up to and without `after` is in the set. */
export function holdsSpan<T extends number | bigint>(set: Boundaries<T>, from: T, after: T): boolean {
  const next = boundariesUpTo(set, from);
  return next % 2 === 1 && after <= set[next]!;
}

/** Whether some number from `from` up to and without `after` is in the set. */
export function meetsSpan<T extends number | bigint>(set: Boundaries<T>, from: T, after: T): boolean {
  const next = boundariesUpTo(set, from);
  return next % 2 === 1 || (next < set.length && set[next]! < after);
}

/** Whether every member of `inner` is one of `outer`, in one walk over both. */
export function holdsAll<T extends number | bigint>(outer: Boundaries<T>, inner: Boundaries<T>): boolean {
  let j = 0;
  for (let i = 0; i < inner.length; i += 2) {
    while (j < outer.length && outer[j + 1]! <= inner[i]!) j += 2;
    if (j >= outer.length || outer[j]! > inner[i]! || outer[j + 1]! < inner[i + 1]!) return false;
  }
  return true;
}

/** Whether two sets share a member, in one walk over both. */
export function meet<T extends number | bigint>(left: Boundaries<T>, right: Boundaries<T>): boolean {
  let i = 0;
  let j = 0;
  while (i < left.length && j < right.length) {
    if (left[i + 1]! <= right[j]!) i += 2;
    else if (right[j + 1]! <= left[i]!) j += 2;
    else return true;
  }
  return false;
}

export function sameBoundaries<T extends number | bigint>(
  left: Boundaries<T>,
  right: Boundaries<T>,
): boolean {
  return (
    left === right || (left.length === right.length && left.every((place, index) => place === right[index]))
  );
}

/** How many boundaries lie at `place` or before it: odd when `place` is a member. */
function boundariesUpTo<T extends number | bigint>(set: Boundaries<T>, place: T): number {
  let low = 0;
  let high = set.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (set[middle]! <= place) low = middle + 1;
    else high = middle;
  }
  return low;
}
