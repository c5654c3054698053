import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

const variable = 'NETPROOF_LIVE_RUN';
const prefix = 'netproof-live-';

/** Makes the folder that holds all that one run leaves on the disk, and removes those of runs that were killed. */
export function openRunFolder(): void {
  for (const name of fs.readdirSync(os.tmpdir())) {
    const pid = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1];
    if (pid !== undefined && !fs.existsSync(`/proc/${pid}`)) remove(path.join(os.tmpdir(), name));
  }
  process.env[variable] = fs.mkdtempSync(path.join(os.tmpdir(), `${prefix}${process.pid}-`));
}

/** Path of a file in the run's folder. */
export function runFile(name: string): string {
  const folder = process.env[variable];
  if (folder === undefined)
    throw new Error('live suites are run by `npm run test:live`, which prepares the machine');
  return path.join(folder, name);
}

/** A new folder in the run's folder. */
export function runSubfolder(name: string): string {
  return fs.mkdtempSync(runFile(`${name}-`));
}

/** Removes the run's folder. */
export function closeRunFolder(): void {
  remove(runFile('.'));
}

function remove(folder: string): void {
  // An engine that was killed a moment ago may still be writing.
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
