/** Whether a stated engine release, such as "28.0" or "28.5.2", is this major one or later. */
export function atLeast(release: string | undefined, major: number): boolean {
  return release !== undefined && Number(release.split('.')[0]) >= major;
}

/** What is wrong with a stated engine release. */
export function engineReleaseProblems(release: string | undefined): readonly string[] {
  if (release === undefined || /^\d+(\.\d+)*$/.test(release)) return [];
  return [`oldestEngine ${JSON.stringify(release)}: a release of Docker Engine, for example "28.0".`];
}
