import * as fs from 'node:fs';
import * as path from 'node:path';
import { run } from '../machine/command';
import { unpackedPackages } from '../machine/debian-packages';
import { runSubfolder } from '../machine/run-folder';

/** A container that does nothing: what listens in it, a probe brings along. */
export interface IdleImage {
  readonly name: 'netproof/idle';
  readonly file: string;
  readonly changes: readonly string[];
  /** Folder of a `busybox` that pings, for machines without a ping of their own. */
  readonly programs: string;
}

/** A root folder with busybox alone; 2 MB. */
export async function idleImage(): Promise<IdleImage> {
  const busybox = await unpackedPackages({ key: 'busybox-1', packages: ['busybox-static'] });
  const programs = path.join(busybox, 'usr/bin');
  const folder = runSubfolder('idle');
  const root = path.join(folder, 'root');
  fs.mkdirSync(path.join(root, 'bin'), { recursive: true });
  fs.copyFileSync(path.join(programs, 'busybox'), path.join(root, 'bin/busybox'));
  fs.chmodSync(path.join(root, 'bin/busybox'), 0o755);
  const file = path.join(folder, 'root.tar');
  await run('tar', ['--numeric-owner', '-C', root, '-cf', file, '.']);
  return { name: 'netproof/idle', file, programs, changes: ['CMD ["/bin/busybox", "sleep", "3600"]'] };
}
