import * as fs from 'node:fs';
import * as path from 'node:path';
import { onPath, run } from './command';
import { unpackedPackages } from './debian-packages';
import { Unavailable } from './unavailable';

/** The programs of one Docker release: dockerd, docker, containerd, runc, iptables. */
export interface DockerRelease {
  /** Version of the engine as dockerd states it. */
  readonly version: string;
  /** Makes exactly these programs run: PATH, and where their libraries are. */
  readonly env: Readonly<Record<string, string>>;
  /** Flags without which this build of dockerd does not run here. @default - none */
  readonly flags?: readonly string[];
}

/** Dependencies that only the packages' installation needs, or that every Debian-like machine has. */
const notNeeded =
  /^(perl.*|lib.*-perl|libperl.*|libgdbm.*|libdb5.*|dpkg|tar|usrmerge|init-system-helpers|sysvinit-utils|adduser|passwd|debconf|libc6|libc-bin|gcc-.*|libgcc-s1|libcrypt1|lsb-base|netbase|libpam.*|dmsetup|libsemanage.*|libsepol.*|libaudit.*|tzdata)$/;

/**
 * The Docker release of a Debian release, unpacked and not installed; on a machine without apt the programs that are
 * installed there.
 * @param release - codename; the machine's own by default. `sid` brings a newer engine
 */
export async function dockerRelease(release?: string): Promise<DockerRelease> {
  if (process.platform !== 'linux') throw new Unavailable('a Docker Engine of our own needs Linux');
  if (release === undefined && (await onPath('apt-get')) === undefined) return installedRelease();
  const own = await unpackedPackages({
    key: 'docker-1',
    packages: ['docker.io', 'containerd', 'runc', 'iptables', 'tini'],
    leaveOut: notNeeded,
  });
  linkIptables(own);
  if (release === undefined) return stated(environment([own]));
  const newer = await unpackedPackages({
    key: 'docker-1',
    release,
    packages: ['docker.io', 'docker-cli', 'containerd'],
    leaveOut: /^(?!docker|containerd)/,
  });
  // The newer dockerd and containerd run on this machine's C library, the newer runc does not.
  fs.rmSync(path.join(newer, 'usr/sbin/runc'), { force: true });
  return stated(environment([newer, own]));
}

async function installedRelease(): Promise<DockerRelease> {
  for (const program of ['dockerd', 'docker', 'containerd', 'runc', 'iptables']) {
    if ((await onPath(program)) === undefined) {
      throw new Unavailable(`${program} is missing, and there is no apt-get to fetch it with`);
    }
  }
  return stated({});
}

function environment(folders: readonly string[]): Record<string, string> {
  const own = folders[folders.length - 1] ?? '';
  const libraries = fs.readdirSync(path.join(own, 'usr/lib')).filter((name) => name.endsWith('-linux-gnu'));
  const inEach = (...parts: string[]) =>
    folders.flatMap((folder) => parts.map((part) => path.join(folder, part)));
  return {
    PATH: [...inEach('alternatives', 'usr/sbin', 'usr/bin'), process.env['PATH'] ?? ''].join(':'),
    LD_LIBRARY_PATH: inEach(...libraries.map((name) => `usr/lib/${name}`)).join(':'),
    XTABLES_LIBDIR: inEach(...libraries.map((name) => `usr/lib/${name}/xtables`)).join(':'),
  };
}

/** What update-alternatives would link on an installed system. */
function linkIptables(folder: string): void {
  const alternatives = path.join(folder, 'alternatives');
  if (fs.existsSync(alternatives)) return;
  const draft = `${alternatives}.${process.pid}`;
  fs.mkdirSync(draft);
  for (const family of ['iptables', 'ip6tables']) {
    for (const name of [family, `${family}-save`, `${family}-restore`]) {
      fs.symlinkSync('../usr/sbin/xtables-nft-multi', path.join(draft, name));
    }
  }
  fs.renameSync(draft, alternatives);
}

async function stated(env: Record<string, string>): Promise<DockerRelease> {
  const said = await run('dockerd', ['--version'], { env });
  const version = /version ([\d.]+)/.exec(said)?.[1];
  if (version === undefined) throw new Unavailable(`dockerd --version said: ${said.trim()}`);
  return { version, env };
}
