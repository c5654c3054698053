import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Gives a run of the tests one temporary folder, which {@link file://./remove-temporary-folder.ts} removes.
 * Synthesis writes a folder per app, hundreds in a run; workers started later inherit the variable.
 */
export default function temporaryFolder(): void {
  process.env['TMPDIR'] = mkdtempSync(join(tmpdir(), 'netproof-tests-'));
}
