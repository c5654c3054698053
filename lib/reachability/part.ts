import type { AddressSet } from '../addressing/address-set';
import { Traffic } from '../addressing/traffic';

/** What passes and what may pass. */
export interface Passage {
  readonly must: Traffic;
  readonly may: Traffic;
}

/**
 * What passes between some of the addresses of the source and some of those of the target, where these exist side by
 * side and are not all treated alike; a side with a single machine has no addresses here.
 */
export interface Part {
  readonly from: AddressSet | undefined;
  readonly to: AddressSet | undefined;
  /** First packets and their replies. */
  readonly flow: Passage;
  /** First packets, replies or not, with some source port. */
  readonly firstPacket: Passage;
}

export const nothing: Passage = { must: Traffic.empty, may: Traffic.empty };

/** Either of two ways is enough. */
export function either(a: Passage, b: Passage): Passage {
  return { must: a.must.union(b.must), may: a.may.union(b.may) };
}

/** It comes out in one of two ways, and which is unknown. */
export function oneOf(a: Passage, b: Passage): Passage {
  return { must: a.must.intersect(b.must), may: a.may.union(b.may) };
}

/** The parts of two partitions of the same addresses, each what `join` makes of the two that it lies in. */
export function overlay(
  left: readonly Part[],
  right: readonly Part[],
  join: (a: Passage, b: Passage) => Passage,
): readonly Part[] {
  return left.flatMap((a) =>
    right.flatMap((b) => {
      const from = common(a.from, b.from);
      const to = common(a.to, b.to);
      if (from?.isEmpty() === true || to?.isEmpty() === true) return [];
      return [{ from, to, flow: join(a.flow, b.flow), firstPacket: join(a.firstPacket, b.firstPacket) }];
    }),
  );
}

/** One part for neighbours that come out alike, so that a list of parts says only what differs. */
export function merged(parts: readonly Part[]): readonly Part[] {
  const result: Part[] = [];
  for (const part of parts) {
    const index = result.findIndex((other) => sameFlow(other, part) && canJoin(other, part));
    if (index < 0) result.push(part);
    else result[index] = joined(result[index]!, part);
  }
  return result;
}

function common(a: AddressSet | undefined, b: AddressSet | undefined): AddressSet | undefined {
  return a === undefined || b === undefined ? (a ?? b) : a.intersect(b);
}

function sameFlow(a: Part, b: Part): boolean {
  return (
    a.flow.must.equals(b.flow.must) &&
    a.flow.may.equals(b.flow.may) &&
    a.firstPacket.must.equals(b.firstPacket.must) &&
    a.firstPacket.may.equals(b.firstPacket.may)
  );
}

/** Two rectangles make one when they agree on a side. */
function canJoin(a: Part, b: Part): boolean {
  return sameSet(a.from, b.from) || sameSet(a.to, b.to);
}

function joined(a: Part, b: Part): Part {
  return { ...a, from: unionOf(a.from, b.from), to: unionOf(a.to, b.to) };
}

function sameSet(a: AddressSet | undefined, b: AddressSet | undefined): boolean {
  return a === undefined || b === undefined ? a === b : a.equals(b);
}

function unionOf(a: AddressSet | undefined, b: AddressSet | undefined): AddressSet | undefined {
  return a === undefined || b === undefined ? undefined : a.union(b);
}
