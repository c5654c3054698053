import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename } from 'node:path';

/** Removes the temporary folder of this run, and nothing that another run or the user's shell named. */
export default function removeTemporaryFolder(): void {
  const folder = tmpdir();
  if (basename(folder).startsWith('netproof-tests-')) rmSync(folder, { recursive: true, force: true });
}
