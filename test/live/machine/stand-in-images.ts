import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { imageContracts, type ImageContract, type KnownImage } from '../../../lib/docker/image-contract';
import { cached } from './cache';
import { onPath, run } from './command';
import { unpackedPackages } from './debian-packages';
import { Unavailable } from './unavailable';

/**
 * An image made here from Debian's packages or our own source, because no image registry answers. It keeps to the
 * contract of the image that it stands in for and says in its tag that it is not that image.
 */
export interface StandInImage {
  readonly name: string;
  /** A root folder as a tar file. */
  readonly file: string;
  /** Dockerfile instructions that say how it runs. */
  readonly changes: readonly string[];
}

/** The images of the stacks that run on an engine of this machine; those of the monitoring lab run in a machine of their own. */
export type StandInImages = Readonly<
  Record<'nginx' | 'postgres' | 'postgrest/postgrest' | 'busybox', StandInImage>
>;

const sources = path.join(__dirname, '..', 'images');

/** What the packages need only while they are installed, and what the server finds its way without. */
const notNeeded =
  /^(perl.*|lib.*-perl|libperl.*|libllvm.*|libz3.*|dpkg|tar|usrmerge|init-system-helpers|sysvinit-utils|adduser|passwd|debconf|lsb-base|netbase|libpam-.*|libsemanage.*|libsepol.*|libc-l10n|locales|openssl|ssl-cert|sensible-utils|ucf|readline-common|postgresql-common|postgresql-client-common|iproute2|libbpf.*|libelf.*|libcap2-bin|libxtables.*|libtirpc.*|libnginx-mod.*)$/;

/** All four images as files; under half a minute when nothing is cached, and a minute more for the Go program. */
export async function standInImages(): Promise<StandInImages> {
  const busybox = await unpackedPackages({
    key: 'busybox-1',
    packages: ['busybox-static'],
    leaveOut: notNeeded,
  });
  return {
    nginx: await standInImage('nginx', [], (root) => nginxRoot(root, busybox)),
    postgres: await standInImage(
      'postgres',
      [
        'ENV PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/bin',
        'ENV PGDATA=/var/lib/postgresql/data',
        'ENV LANG=C.UTF-8',
        'VOLUME /var/lib/postgresql/data',
      ],
      (root) => postgresRoot(root, busybox),
    ),
    'postgrest/postgrest': await standInImage('postgrest/postgrest', [], postgrestRoot),
    busybox: await standInImage('busybox', [], (root) => Promise.resolve(shellIn(root, busybox))),
  };
}

/** What an image that stands in for `known` is called. */
export function standInName(known: KnownImage): string {
  return `${imageContracts[known].repository}:stand-in`;
}

/** The image that stands in for `known`: `fill` fills its root folder, `more` are further Dockerfile instructions. */
export async function standInImage(
  known: KnownImage,
  more: readonly string[],
  fill: (root: string) => Promise<void>,
): Promise<StandInImage> {
  const contract: ImageContract = imageContracts[known];
  const changes = [`CMD ${JSON.stringify(contract.entry)}`, `EXPOSE ${contract.port}`, ...more];
  if (contract.user !== '') changes.push(`USER ${contract.user}`);
  const folder = await cached(`image-${known.replace('/', '-')}-${sourceDigest()}`, async (folder) => {
    const root = `${folder}.root`;
    fs.mkdirSync(root, { recursive: true });
    try {
      await fill(root);
      await run('tar', ['--numeric-owner', '-C', root, '-cf', path.join(folder, 'root.tar'), '.'], {
        timeoutSeconds: 120,
      });
    } finally {
      fs.rmSync(root, { recursive: true, force: true });
    }
  });
  return { name: standInName(known), file: path.join(folder, 'root.tar'), changes };
}

async function nginxRoot(root: string, busybox: string): Promise<void> {
  await copyTree(
    await unpackedPackages({ key: 'nginx-1', packages: ['nginx-light'], leaveOut: notNeeded }),
    root,
  );
  shellIn(root, busybox);
  accounts(root, 'nginx', 101);
  const configuration = path.join(root, 'etc/nginx');
  fs.cpSync(path.join(sources, 'nginx/nginx.conf'), path.join(configuration, 'nginx.conf'));
  fs.mkdirSync(path.join(configuration, 'conf.d'), { recursive: true });
  fs.cpSync(path.join(sources, 'nginx/default.conf'), path.join(configuration, 'conf.d/default.conf'));
  executable(path.join(sources, 'nginx/docker-entrypoint.sh'), path.join(root, 'docker-entrypoint.sh'));
  for (const folder of ['var/lib/nginx', 'var/log/nginx', 'run'])
    fs.mkdirSync(path.join(root, folder), { recursive: true });
  fs.symlinkSync('/dev/stdout', path.join(root, 'var/log/nginx/access.log'));
  fs.symlinkSync('/dev/stderr', path.join(root, 'var/log/nginx/error.log'));
  await run('ldconfig', ['-r', root]);
}

async function postgresRoot(root: string, busybox: string): Promise<void> {
  const packages = await unpackedPackages({
    key: 'postgres-1',
    packages: ['postgresql', 'libc-bin', 'gosu'],
    leaveOut: notNeeded,
  });
  await copyTree(packages, root);
  shellIn(root, busybox);
  accounts(root, 'postgres', 999);
  const versions = path.join(root, 'usr/lib/postgresql');
  const version = fs.readdirSync(versions)[0] ?? '';
  fs.symlinkSync(`${version}/bin`, path.join(versions, 'bin'));
  // The compiler for queries needs a library of 100 MB, left out above.
  fs.rmSync(path.join(versions, version, 'lib/llvmjit.so'), { force: true });
  executable(
    path.join(sources, 'postgres/docker-entrypoint.sh'),
    path.join(root, 'usr/local/bin/docker-entrypoint.sh'),
  );
  for (const folder of ['docker-entrypoint-initdb.d', 'var/lib/postgresql/data', 'run/postgresql']) {
    fs.mkdirSync(path.join(root, folder), { recursive: true });
  }
  fs.mkdirSync(path.join(root, 'var/run'), { recursive: true });
  fs.rmSync(path.join(root, 'var/run'), { recursive: true });
  fs.symlinkSync('/run', path.join(root, 'var/run'));
  await run('ldconfig', ['-r', root]);
}

/** The program and nothing else: no shell, no C library, no accounts. */
async function postgrestRoot(root: string): Promise<void> {
  fs.mkdirSync(path.join(root, 'bin'));
  fs.mkdirSync(path.join(root, 'tmp'), { mode: 0o1777 });
  await builtFrom('postgrest', path.join(root, 'bin/postgrest'));
}

/** Compiles the Go program in a folder of `images` into one file that needs nothing beside it. */
export async function builtFrom(folder: string, output: string): Promise<void> {
  if ((await onPath('go')) === undefined)
    throw new Unavailable(`go is missing, needed to build the ${folder} stand-in`);
  await run('go', ['build', '-trimpath', '-buildvcs=false', '-ldflags', '-s -w', '-o', output, '.'], {
    cwd: path.join(sources, folder),
    env: { CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '-mod=readonly' },
    timeoutSeconds: 600,
  });
}

/** busybox under every name that it answers to, where the root folder has no program of that name yet. */
export function shellIn(root: string, busybox: string): void {
  for (const folder of ['bin', 'usr/bin', 'tmp', 'etc', 'root'])
    fs.mkdirSync(path.join(root, folder), { recursive: true });
  fs.chmodSync(path.join(root, 'tmp'), 0o1777);
  const program = path.join(root, 'bin/busybox');
  fs.cpSync(path.join(busybox, 'usr/bin/busybox'), program);
  for (const name of [
    'sh',
    'cat',
    'chmod',
    'chown',
    'env',
    'httpd',
    'id',
    'ls',
    'mkdir',
    'nc',
    'ping',
    'printf',
    'rm',
    'sleep',
    'wget',
    'ip',
    'nslookup',
  ]) {
    if (!fs.existsSync(path.join(root, 'bin', name)) && !fs.existsSync(path.join(root, 'usr/bin', name))) {
      fs.symlinkSync('busybox', path.join(root, 'bin', name));
    }
  }
  accounts(root);
}

function accounts(root: string, worker?: string, uid?: number): void {
  const users = ['root:x:0:0:root:/root:/bin/sh', 'nobody:x:65534:65534:nobody:/:/bin/false'];
  const groups = ['root:x:0:', 'nogroup:x:65534:'];
  if (worker !== undefined) {
    users.push(`${worker}:x:${uid}:${uid}::/nonexistent:/bin/false`);
    groups.push(`${worker}:x:${uid}:`);
  }
  fs.writeFileSync(path.join(root, 'etc/passwd'), `${users.join('\n')}\n`);
  fs.writeFileSync(path.join(root, 'etc/group'), `${groups.join('\n')}\n`);
  fs.writeFileSync(path.join(root, 'etc/nsswitch.conf'), 'passwd: files\ngroup: files\nhosts: files dns\n');
}

async function copyTree(from: string, to: string): Promise<void> {
  await run(
    'sh',
    [
      '-c',
      'tar -C "$1" --exclude=./usr/share/doc --exclude=./usr/share/man --exclude=./usr/share/locale -c . | tar -C "$2" -x',
      'sh',
      from,
      to,
    ],
    {
      timeoutSeconds: 120,
    },
  );
}

function executable(from: string, to: string): void {
  fs.mkdirSync(path.dirname(to), { recursive: true });
  fs.cpSync(from, to);
  fs.chmodSync(to, 0o755);
}

/** Digest of all that the images are made from: our sources and the files that make them. */
function sourceDigest(): string {
  const hash = createHash('sha256').update(fs.readFileSync(__filename));
  hash.update(fs.readFileSync(path.join(__dirname, 'monitoring-images.ts')));
  for (const name of fs.readdirSync(sources, { recursive: true, encoding: 'utf8' }).sort()) {
    const file = path.join(sources, name);
    if (fs.statSync(file).isFile()) hash.update(name).update(fs.readFileSync(file));
  }
  return hash.digest('hex').slice(0, 12);
}
