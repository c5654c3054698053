import { Address } from './address';
import type { AddressRange } from './address-range';
import { AddressSet } from './address-set';
import { Cidr } from './cidr';

/**
 * A block of `prefixLength` inside `within` that shares no address with `taken`, or undefined when there is none.
 * With `near` it is `near`'s own place or the first after it when they lie in a gap that has room, else the first
 * block of the gap nearest to it: what to propose to somebody who asked for `near`.
 */
export function freeBlock(
  within: Cidr,
  prefixLength: number,
  taken: Iterable<Cidr>,
  near: Cidr = within,
): Cidr | undefined {
  const { size } = Cidr.of(Address.first(within.family), prefixLength);
  const place = near.family === within.family ? near : within;
  const gaps = AddressSet.of(within)
    .subtract(AddressSet.from(taken))
    .ranges()
    .filter((gap) => roomFrom(gap.first.value, gap, size) !== undefined)
    .map((gap) => ({ gap, distance: distance(gap, place) }));
  // Equally near: the later one, because what people number upwards they continue upwards.
  const [nearest] = gaps.sort((a, b) =>
    a.distance < b.distance ? -1 : a.distance > b.distance ? 1 : b.gap.compare(a.gap),
  );
  if (nearest === undefined) return undefined;
  const from =
    roomFrom(place.first.value, nearest.gap, size) ?? roomFrom(nearest.gap.first.value, nearest.gap, size)!;
  return Cidr.of(Address.of(within.family, from), prefixLength);
}

/** Where the first aligned block of `size` at `from` or after it begins, if `from` is in the gap and there is room. */
function roomFrom(from: bigint, gap: AddressRange, size: bigint): bigint | undefined {
  if (from < gap.first.value) return undefined;
  const start = ((from + size - 1n) / size) * size;
  return start + size - 1n <= gap.last.value ? start : undefined;
}

function distance(gap: AddressRange, near: Cidr): bigint {
  if (near.last.value < gap.first.value) return gap.first.value - near.last.value;
  return near.first.value > gap.last.value ? near.first.value - gap.last.value : 0n;
}
