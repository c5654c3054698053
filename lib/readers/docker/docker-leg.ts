import type { Address } from '../../addressing/address';
import { AddressSet } from '../../addressing/address-set';
import { exactly } from '../../topology/bounds';
import type { Leg } from '../../topology/router';

/** Name of the leg by which a router stands in a segment. */
export function legOf(segment: string): string {
  return `leg in ${segment}`;
}

export function segmentLeg(segment: string, addresses: readonly Address[]): Leg {
  return { id: legOf(segment), kind: 'segment', segment, address: exactly(AddressSet.of(...addresses)) };
}
