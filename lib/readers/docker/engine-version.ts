import { NetproofError } from '../../addressing/netproof-error';

/** Major, minor and patch; a patch that is not stated is the last of its line. */
export type EngineVersion = readonly [major: number, minor: number, patch: number];

/**
 * Lines of Docker Engine that answers hold for when no version is stated, each as its last patch release. Measured are
 * 20.10, 26.1, 28.5 and 29; the others follow from the engine's change list.
 */
export const versionLines: readonly string[] = [
  '20.10',
  '23.0',
  '24.0',
  '25.0',
  '26.1',
  '27.5',
  '28.0',
  '28.1',
  '28.2',
  '28.3',
  '28.4',
  '28.5',
  '29',
];

/** Reads `28.5.2`, `28.5` or `29`; throws InvalidAssumptions for another text, and for a version outside of 20.10 to 29. */
export function readEngineVersion(text: string): EngineVersion {
  const [, major, minor, patch] = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:[-+~].*)?$/.exec(text) ?? [];
  if (major === undefined) {
    throw new NetproofError(
      'InvalidAssumptions',
      `docker.version: ${JSON.stringify(text)} is no version of Docker Engine. Write it as docker version prints it, for example "28.5.2".`,
    );
  }
  const last = Number.POSITIVE_INFINITY;
  const version = [
    Number(major),
    minor === undefined ? last : Number(minor),
    patch === undefined ? last : Number(patch),
  ] as const;
  if (version[0] > 29 || isBefore(version, '20.10')) {
    throw new NetproofError(
      'InvalidAssumptions',
      `docker.version: Docker Engine ${text} is not modelled. Versions 20.10 to 29 are.`,
    );
  }
  return version;
}

/** Whether a version comes before another; the other's missing parts are 0. */
export function isBefore([major, minor, patch]: EngineVersion, other: string): boolean {
  const [a = 0, b = 0, c = 0] = other.split('.').map(Number);
  if (major !== a) return major < a;
  return minor !== b ? minor < b : patch < c;
}
