import { isDeferred } from './invalid-props';
import type { SegmentFacts } from './segment-facts';

/**
 * Of the networks of one container, the one that gives it its default route, and on whose address its published ports
 * are bound: the first by name of those with a way out. The order in which it joins them does not matter. Undefined
 * when none has a way out, or when a name that only apply tells decides.
 *
 * Without any way out engines up to 24 give a default route into an internal network, where it leads nowhere; later
 * ones give none. From 28 an engine takes a priority (`gw_priority`) for each network, which the Terraform provider
 * cannot set before its version 4: names are what every engine and provider goes by.
 * @see https://docs.docker.com/engine/network/#connecting-to-multiple-networks
 */
export function defaultRouteOf<S extends SegmentFacts>(networks: readonly S[]): S | undefined {
  const out = networks.filter(({ internal }) => !internal);
  if (out.length > 1 && out.some(({ name }) => isDeferred(name))) return undefined;
  return [...out].sort((a, b) => (a.name < b.name ? -1 : 1))[0];
}

/** Why `wanted` does not give the default route to a container on `networks`, with the way out. */
export function defaultRouteProblems(
  networks: readonly SegmentFacts[],
  wanted: SegmentFacts | undefined,
): readonly string[] {
  if (wanted === undefined) return [];
  const said = `defaultRoute ${wanted.name}:`;
  if (!networks.some((network) => network === wanted)) {
    return [`${said} the container does not join this network. Attach it, or leave defaultRoute out.`];
  }
  if (wanted.internal) {
    return [`${said} the network is internal and has no way out. Name one that is not.`];
  }
  const actual = defaultRouteOf(networks);
  if (actual === wanted) return [];
  if (actual === undefined) {
    return [
      `${said} the networks' names decide which one it is, and one of them is a token. Give literal names.`,
    ];
  }
  return [
    `${said} the engine takes ${actual.name}, the first by name of the networks with a way out. ` +
      `Rename one of them, for example ${wanted.name} to "a-${wanted.name}", or make ${actual.name} internal.`,
  ];
}
