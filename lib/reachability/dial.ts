import type { End } from './end';
import type { Network } from './network';

/**
 * Addresses natural for the source: the target's own, and for somebody outside also those that translations show
 * there of it.
 */
export function directly(network: Network, source: End, target: End): readonly End[] {
  const { owner } = source;
  if (owner.kind !== 'zone') return [target];
  const shown = shownOf(network, target);
  if (shown.length === 0) return [target];
  const legs = new Set(network.entriesFrom(owner.zone).map(({ leg }) => leg.id));
  return [target, ...shown.filter((end) => legs.has(legOf(end)))];
}

/** What one-to-one translations show of an address of the target, everywhere. */
export function shownOf(network: Network, target: End): readonly End[] {
  const { owner, family } = target;
  if (owner.kind === 'interface') {
    return network
      .staticsOf(owner.at.interface.id)
      .map((made) => network.outsideEnd(made))
      .filter((end) => end !== undefined)
      .filter((end) => end.owner.kind === 'outside' && end.owner.inside === target);
  }
  if (owner.kind !== 'place') return [];
  return network
    .mappersOf(owner.segment.domain, family)
    .map(({ router, leg }) => network.mappingEnd(router, leg, target));
}

/** Addresses at which destination translations lead to an address of the target. */
export function publishedFor(network: Network, target: End): readonly End[] {
  const { owner } = target;
  if (owner.kind !== 'interface') return [];
  return network
    .publishedOf(owner.at.interface.id)
    .filter(({ translation }) => owner.at.ends[translation.inside] === target)
    .map((made) => network.publishedEnd(made))
    .filter((end) => end !== undefined);
}

function legOf({ owner }: End): string {
  if (owner.kind === 'outside') return owner.translation.leg;
  return owner.kind === 'mapping' ? owner.leg.id : '';
}
