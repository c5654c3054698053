/** Why a part of the live suites cannot run on this machine. Skips its suites with this reason; never a failure by itself. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}

/** The reason in one line, whatever was thrown. */
export function reasonOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, 3)
    .join(' | ');
}
