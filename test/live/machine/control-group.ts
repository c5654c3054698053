import * as fs from 'node:fs';
import * as path from 'node:path';

const mounted = '/sys/fs/cgroup';
const prefix = 'netproof-';

/** Name of the control group above all containers of an engine of this run. */
export function controlGroupName(engine: string): string {
  return `${prefix}${process.pid}-${engine}`;
}

/** Removes a control group that no process is in any more; engines remove those of their containers only. */
export function removeControlGroup(name: string): void {
  for (const hierarchy of hierarchies()) removeTree(path.join(hierarchy, name));
}

/** Removes the control groups of runs that were killed. */
export function removeAbandonedControlGroups(): void {
  for (const hierarchy of hierarchies()) {
    for (const name of fs.readdirSync(hierarchy)) {
      const pid = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1];
      if (pid !== undefined && !fs.existsSync(`/proc/${pid}`)) removeTree(path.join(hierarchy, name));
    }
  }
}

/** One folder per controller on older kernels' layout, one for all on the newer. */
function hierarchies(): readonly string[] {
  if (!fs.existsSync(mounted)) return [];
  return [mounted, ...folders(mounted)];
}

function removeTree(group: string): void {
  if (!fs.existsSync(group)) return;
  for (const child of folders(group)) removeTree(child);
  try {
    fs.rmdirSync(group);
  } catch {
    // A process in it is just ending: the next run finds the group and removes it.
  }
}

function folders(folder: string): readonly string[] {
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => path.join(folder, entry.name));
}
