import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

/**
 * Folder for all that the live suites download or build; outside the checkout, safe to delete at any time.
 * @default - `$XDG_CACHE_HOME/netproof`, else `~/.cache/netproof`; `NETPROOF_CACHE` names another
 */
export function cacheFolder(): string {
  const base = process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache');
  return path.resolve(process.env['NETPROOF_CACHE'] ?? path.join(base, 'netproof'));
}

/** Days after which a folder that no run has used is removed. */
const keptDays = 14;

/**
 * The cached folder of that key, made by `make` on first use. The key names the version of what is inside. A folder
 * is there completely or not at all: it is filled under another name and renamed when `make` has ended well. When
 * another run is making it, this one waits.
 */
export async function cached(key: string, make: (folder: string) => Promise<void>): Promise<string> {
  const target = path.join(cacheFolder(), key);
  while (!fs.existsSync(target) && othersMaking(target))
    await new Promise((resolve) => setTimeout(resolve, 500));
  if (!fs.existsSync(target)) {
    const draft = `${target}.draft-${process.pid}`;
    fs.mkdirSync(draft, { recursive: true });
    try {
      await make(draft);
      fs.renameSync(draft, target);
    } finally {
      fs.rmSync(draft, { recursive: true, force: true });
    }
  }
  // The time of last use, for the clearing up.
  fs.utimesSync(target, new Date(), new Date());
  return target;
}

/** Removes what no run has used for two weeks, earlier versions for instance, and what killed runs left half made. */
export function clearCache(): void {
  const folder = cacheFolder();
  if (!fs.existsSync(folder)) return;
  const oldest = Date.now() - keptDays * 24 * 3600 * 1000;
  for (const name of fs.readdirSync(folder)) {
    const entry = path.join(folder, name);
    const maker = /\.draft-(\d+)/.exec(name)?.[1];
    const abandoned = maker !== undefined && !isRunning(maker);
    if (abandoned || fs.statSync(entry).mtimeMs < oldest) fs.rmSync(entry, { recursive: true, force: true });
  }
}

function othersMaking(target: string): boolean {
  const drafts = `${path.basename(target)}.draft-`;
  const folder = path.dirname(target);
  return (
    fs.existsSync(folder) &&
    fs.readdirSync(folder).some((name) => name.startsWith(drafts) && isRunning(name.slice(drafts.length)))
  );
}

/** Whether the process of that id runs, and is not this one. */
function isRunning(pid: string): boolean {
  return pid !== String(process.pid) && fs.existsSync(`/proc/${pid}`);
}
