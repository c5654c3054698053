import { nearestNames } from '../topology/nearest-names';

/** ` Did you mean "describe"?`, the end of an error text; the empty string when nothing is near. */
export function didYouMean(wanted: string, known: Iterable<string>): string {
  const near = nearestNames(wanted, known).map((name) => JSON.stringify(name));
  return near.length === 0 ? '' : ` Did you mean ${near.join(' or ')}?`;
}
