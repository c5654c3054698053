import * as fs from 'node:fs';
import * as path from 'node:path';
import { cached } from './cache';
import { attempt, onPath, run } from './command';
import { runSubfolder } from './run-folder';
import { Unavailable } from './unavailable';

/** Packages that are unpacked into a folder. Nothing is installed: no daemon starts, no file of the machine changes. */
export interface PackageSet {
  /** Part of the cache key; change it when the list changes. */
  readonly key: string;
  readonly packages: readonly string[];
  /** Dependencies that the programs run without: what only maintainer scripts need, for instance. */
  readonly leaveOut?: RegExp;
  /** @default - the machine's own release */
  readonly release?: string;
}

/** The packages and all they depend on, unpacked. Downloaded and signature-checked by apt from the machine's own mirror. */
export async function unpackedPackages(set: PackageSet): Promise<string> {
  const apt = await privateApt(set.release);
  return cached(`debian-${apt.release}-${set.key}`, async (folder) => {
    const work = `${folder}.apt`;
    try {
      const env = apt.configure(work);
      await run('apt-get', ['update', '-qq'], { env, timeoutSeconds: 300 });
      const plan = await run('apt-get', ['install', '--simulate', '--yes', ...set.packages], { env });
      const names = [...plan.matchAll(/^Inst (\S+)/gm)].map((match) => match[1] ?? '');
      const wanted = names.filter((name) => set.packages.includes(name) || !set.leaveOut?.test(name));
      await run('apt-get', ['download', '-qq', ...wanted], { env, cwd: work, timeoutSeconds: 600 });
      // Debian's merged /usr, made before anything is unpacked so that every package falls into it.
      for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
        fs.mkdirSync(path.join(folder, 'usr', name), { recursive: true });
        fs.symlinkSync(`usr/${name}`, path.join(folder, name));
      }
      for (const file of fs.readdirSync(work).filter((name) => name.endsWith('.deb'))) {
        // Not dpkg -x: tar replaces /bin by a real folder there, and keeps the link here.
        await run('sh', [
          '-c',
          'dpkg-deb --fsys-tarfile "$1" | tar -x --keep-directory-symlink -C "$2"',
          'sh',
          path.join(work, file),
          folder,
        ]);
      }
    } finally {
      fs.rmSync(work, { recursive: true, force: true });
    }
  });
}

interface PrivateApt {
  readonly release: string;
  /** Writes a configuration of its own into a folder and returns the environment that makes apt use it. */
  configure(folder: string): Record<string, string>;
}

async function privateApt(wanted: string | undefined): Promise<PrivateApt> {
  archive ??= findArchive();
  const { uri, keyring, release: machineRelease } = await archive;
  const release = wanted ?? machineRelease;
  return {
    release,
    configure(folder) {
      fs.mkdirSync(path.join(folder, 'lists', 'partial'), { recursive: true });
      fs.mkdirSync(path.join(folder, 'cache', 'archives', 'partial'), { recursive: true });
      fs.writeFileSync(path.join(folder, 'status'), '');
      fs.writeFileSync(
        path.join(folder, 'sources.list'),
        `deb [signed-by=${keyring}] ${uri} ${release} main\n`,
      );
      const settings: Record<string, string> = {
        'Dir::Etc::sourcelist': path.join(folder, 'sources.list'),
        'Dir::Etc::sourceparts': '/dev/null',
        'Dir::State::lists': path.join(folder, 'lists'),
        'Dir::State::status': path.join(folder, 'status'),
        'Dir::Cache': path.join(folder, 'cache'),
        'APT::Install-Recommends': 'false',
        'APT::Sandbox::User': 'root',
        'Acquire::Languages': 'none',
        // A frozen mirror is enough here; signatures are checked all the same.
        'Acquire::Check-Valid-Until': 'false',
      };
      const file = path.join(folder, 'apt.conf');
      fs.writeFileSync(
        file,
        Object.entries(settings)
          .map(([key, value]) => `${key} "${value}";\n`)
          .join(''),
      );
      return { APT_CONFIG: file, DEBIAN_FRONTEND: 'noninteractive' };
    },
  };
}

/** The mirror from which this machine takes its own packages. */
interface Archive {
  readonly uri: string;
  readonly release: string;
  readonly keyring: string;
}

let archive: Promise<Archive> | undefined;

async function findArchive(): Promise<Archive> {
  for (const program of ['apt-get', 'dpkg-deb']) {
    if ((await onPath(program)) === undefined)
      throw new Unavailable(`${program} is missing: not a Debian-like machine`);
  }
  const keyring = ['debian', 'ubuntu']
    .map((name) => `/usr/share/keyrings/${name}-archive-keyring.gpg`)
    .find((file) => fs.existsSync(file));
  if (keyring === undefined) throw new Unavailable('the keyring of the Debian archive is missing');
  const source = (await plainSource([])) ?? (await plainSource(await freshLists()));
  if (source === undefined) throw new Unavailable('apt knows no mirror of a plain Debian release');
  return { ...source, keyring };
}

/** The first source that is a release itself, neither its updates nor its security fixes. */
async function plainSource(
  options: readonly string[],
): Promise<Pick<Archive, 'uri' | 'release'> | undefined> {
  const format = '$(CREATED_BY) $(REPO_URI) $(CODENAME) $(COMPONENT)';
  const targets = await attempt('apt-get', [...options, 'indextargets', '--format', format]);
  const [, uri, release] = /^Packages (\S+) ([a-z]+) main$/m.exec(targets.stdout) ?? [];
  return uri === undefined || release === undefined ? undefined : { uri, release };
}

/** Options that give apt lists of its own: on a machine that never ran `apt-get update` it names no source. */
async function freshLists(): Promise<readonly string[]> {
  const options = ['-o', `Dir::State::lists=${runSubfolder('apt')}`, '-o', 'APT::Sandbox::User=root'];
  await attempt('apt-get', [...options, 'update'], { timeoutSeconds: 300 });
  return options;
}
