import * as fs from 'node:fs';
import * as path from 'node:path';
import { onPath, run } from './command';
import { unpackedPackages } from './debian-packages';
import { builtGoProgram } from './go-program';
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
 * @param release - codename; the machine's own by default. `sid` and `trixie` bring newer engines
 */
export async function dockerRelease(release?: 'sid' | 'trixie'): Promise<DockerRelease> {
  if (process.platform !== 'linux') throw new Unavailable('a Docker Engine of our own needs Linux');
  if (release === undefined && (await onPath('apt-get')) === undefined) return installedRelease();
  const own = await ownPackages();
  if (release === undefined) return stated(environment([own]));
  return stated(environment([await newerPackages(release), own]));
}

/** Version of the module of which Docker Engine 29 is built: no Debian release has that engine. */
const moby = 'v2.0.0-beta.24';

/**
 * Docker Engine 29, built from its Go module, with the containerd of Debian's unstable release and a runc of its own, which
 * the engine asks for things that Debian's has not. Seven minutes on two cores when nothing is cached.
 */
export async function builtDockerRelease(): Promise<DockerRelease> {
  const own = await ownPackages();
  const newer = await newerPackages('sid');
  const nftables = await unpackedPackages({ key: 'nftables-1', packages: ['nftables'], leaveOut: notNeeded });
  const program = (name: 'dockerd' | 'docker-proxy'): Promise<string> =>
    builtGoProgram({
      key: `${name}-${moby}`,
      module: 'github.com/moby/moby/v2',
      version: moby,
      package: `github.com/moby/moby/v2/cmd/${name}`,
      output: name,
      variables: { 'github.com/moby/moby/v2/dockerversion.Version': '29' },
    });
  const daemon = await program('dockerd');
  const proxy = await program('docker-proxy');
  const runc = await builtGoProgram({
    key: 'runc-v1.5.2',
    module: 'github.com/opencontainers/runc',
    version: 'v1.5.2',
    package: 'github.com/opencontainers/runc',
    output: 'runc',
    cgo: true,
  });
  const env = environment([newer, nftables, own]);
  const release = await stated({ ...env, PATH: [daemon, proxy, runc, env['PATH']].join(':') });
  // The runc above is built without the library for system call filters.
  return { ...release, flags: ['--seccomp-profile=unconfined'] };
}

async function ownPackages(): Promise<string> {
  const own = await unpackedPackages({
    key: 'docker-1',
    packages: ['docker.io', 'containerd', 'runc', 'iptables', 'tini'],
    leaveOut: notNeeded,
  });
  linkIptables(own);
  return own;
}

async function newerPackages(release: 'sid' | 'trixie'): Promise<string> {
  const newer = await unpackedPackages({
    key: 'docker-1',
    release,
    packages: ['docker.io', 'docker-cli', 'containerd'],
    leaveOut: /^(?!docker|containerd)/,
  });
  // The newer dockerd and containerd run on this machine's C library, the newer runc does not.
  fs.rmSync(path.join(newer, 'usr/sbin/runc'), { force: true });
  return newer;
}

async function installedRelease(): Promise<DockerRelease> {
  for (const program of ['dockerd', 'docker', 'containerd', 'runc', 'iptables']) {
    if ((await onPath(program)) === undefined) {
      throw new Unavailable(`${program} is missing, and there is no apt-get to fetch it with`);
    }
  }
  return stated({});
}

function environment(folders: readonly string[]): Record<string, string> & { readonly PATH: string } {
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
