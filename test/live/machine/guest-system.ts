import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { cached } from './cache';
import { onPath, run } from './command';
import { unpackedPackages } from './debian-packages';
import { startDockerEngine } from './docker-engine';
import type { DockerRelease } from './docker-release';
import { openHomeLan } from './home-lan';
import { type MonitoringImages, monitoringImages } from './monitoring-images';
import { type Qemu, qemu } from './qemu';
import { Unavailable } from './unavailable';
import { startVirtualMachine } from './virtual-machine';

/**
 * A system that has booted: a Linux kernel, a disk with a Docker Engine that has the images of monitoring-lab, and the memory
 * of a machine that runs it.
 */
export interface GuestSystem {
  readonly qemu: Qemu;
  readonly kernel: string;
  readonly initialFiles: string;
  /** Nothing is written to it: a run writes to a copy of its own. */
  readonly disk: string;
  /** What the machine had in mind when its engine answered. Undefined while that machine is made. */
  readonly memory?: string;
  /** The engine on it; its own programs talk to it from outside as well. */
  readonly docker: DockerRelease;
  readonly images: Pick<MonitoringImages, 'kind' | 'env'>;
}

const sources = path.join(__dirname, '..', 'guest');

/** What the system needs only while it would be installed. */
const notNeeded =
  /^(perl.*|lib.*-perl|libperl.*|libgdbm.*|libdb5.*|dpkg|tar|usrmerge|init-system-helpers|sysvinit-utils|adduser|passwd|debconf|lsb-base|netbase|libpam.*|dmsetup|libsemanage.*|libsepol.*|libaudit.*|tzdata|initramfs-tools.*|linux-base|kmod|udev|systemd.*|libsystemd-shared|klibc-utils|libklibc|cpio)$/;

/** Modules that must be there before the disk is, in the order in which they are loaded. */
const firstModules = [
  'virtio',
  'virtio_ring',
  'virtio_pci_legacy_dev',
  'virtio_pci_modern_dev',
  'virtio_pci',
  'virtio_blk',
];

/** What is for people who read, write or look; and docker itself, because tests talk to the engine from outside. */
const notInTheMachine = [
  ...['share/doc', 'share/man', 'share/locale', 'share/lintian', '*/gconv'],
  ...['bin/docker', 'bin/ctr', 'bin/dnet', 'bin/containerd-shim', 'bin/containerd-shim-runc-v1'],
];

/** Of file systems and drivers, which are most of the modules, what the machine has a use for. */
const neededModules = /^(fs\/overlayfs|drivers\/(block|net|virtio))$/;

/** The system, made from Debian's packages and booted once; two minutes when nothing is cached. */
export async function guestSystem(release: DockerRelease): Promise<GuestSystem> {
  if (process.getuid?.() !== 0) throw new Unavailable('a disk for a virtual machine needs root');
  for (const program of ['mke2fs', 'gzip', 'chroot', 'ldconfig']) {
    if ((await onPath(program)) === undefined) throw new Unavailable(`${program} is missing`);
  }
  const emulator = await qemu();
  const images = await monitoringImages();
  const kernel = await unpackedPackages({
    key: 'kernel-1',
    packages: ['linux-image-cloud-amd64'],
    leaveOut: notNeeded,
  });
  const programs = await unpackedPackages({
    key: 'guest-1',
    packages: ['docker.io', 'containerd', 'runc', 'iptables', 'busybox-static'],
    leaveOut: notNeeded,
  });
  const version = fs.readdirSync(path.join(kernel, 'lib/modules'))[0] ?? '';
  const key = digest([images.key, version, release.version, emulator.version]);
  const inFolder = (folder: string) => ({
    qemu: emulator,
    kernel: path.join(kernel, 'boot', `vmlinuz-${version}`),
    initialFiles: path.join(folder, 'first.gz'),
    disk: path.join(folder, 'disk'),
    docker: release,
  });
  const memoryFile = 'memory';
  const folder = await cached(`guest-${key}`, async (folder) => {
    const work = `${folder}.work`;
    fs.mkdirSync(work);
    try {
      const root = path.join(work, 'root');
      await fillRoot(root, programs, path.join(kernel, 'lib/modules', version));
      await putImages(path.join(root, 'var/lib/docker'), release, images);
      await makeInitialFiles(path.join(work, 'first'), root, version, path.join(folder, 'first.gz'));
      const { disk } = inFolder(folder);
      fs.writeFileSync(disk, '');
      fs.truncateSync(disk, 3 * 1024 ** 3);
      await run('mke2fs', ['-q', '-F', '-t', 'ext4', '-O', '^has_journal', '-d', root, disk], {
        timeoutSeconds: 120,
      });
    } finally {
      fs.rmSync(work, { recursive: true, force: true });
    }
    await bootOnce(inFolder(folder), path.join(folder, memoryFile));
  });
  return {
    ...inFolder(folder),
    memory: path.join(folder, memoryFile),
    images: { kind: images.kind, env: images.env },
  };
}

/** Boots the system on its disk, and saves the memory of the machine when its engine answers: runs go on from there. */
async function bootOnce(system: Omit<GuestSystem, 'images'>, memory: string): Promise<void> {
  const lan = await openHomeLan();
  try {
    const machine = await startVirtualMachine(system, lan);
    try {
      await machine.shell('sync');
      await machine.hypervisor.saveTo(memory);
    } finally {
      await machine.stop();
    }
  } finally {
    await lan.close();
  }
}

async function fillRoot(root: string, programs: string, modules: string): Promise<void> {
  fs.mkdirSync(root);
  const leaveOut = notInTheMachine.map((name) => `--exclude=./usr/${name}`);
  await run(
    'sh',
    [
      '-c',
      'from="$1" to="$2"; shift 2; tar -C "$from" "$@" -c . | tar -C "$to" -x',
      'sh',
      programs,
      root,
      ...leaveOut,
    ],
    {
      timeoutSeconds: 120,
    },
  );
  for (const name of ['dev', 'proc', 'sys', 'run', 'tmp', 'root', 'etc', 'var/lib']) {
    fs.mkdirSync(path.join(root, name), { recursive: true });
  }
  fs.symlinkSync('/run', path.join(root, 'var/run'));
  fs.writeFileSync(path.join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  fs.writeFileSync(path.join(root, 'etc/group'), 'root:x:0:\ndocker:x:999:\n');
  for (const family of ['iptables', 'ip6tables']) {
    for (const name of [family, `${family}-save`, `${family}-restore`]) {
      const link = path.join(root, 'usr/sbin', name);
      fs.rmSync(link, { force: true });
      fs.symlinkSync('xtables-nft-multi', link);
    }
  }
  const busybox = path.join(root, 'usr/bin/busybox');
  for (const name of (await run(busybox, ['--list'])).trim().split('\n')) {
    const places = ['usr/bin', 'usr/sbin'].map((folder) => path.join(root, folder, name));
    if (!places.some((place) => fs.existsSync(place))) fs.symlinkSync('busybox', places[0]!);
  }
  const version = path.basename(modules);
  const kernelFiles = path.join(root, 'usr/lib/modules', version);
  fs.cpSync(modules, kernelFiles, { recursive: true });
  for (const folder of ['fs', 'drivers']) {
    for (const name of fs.readdirSync(path.join(kernelFiles, 'kernel', folder))) {
      if (!neededModules.test(`${folder}/${name}`)) {
        fs.rmSync(path.join(kernelFiles, 'kernel', folder, name), { recursive: true });
      }
    }
  }
  await run('chroot', [root, '/usr/bin/busybox', 'depmod', version]);
  await run('ldconfig', ['-r', root]);
  for (const [name, place] of [
    ['init', 'init'],
    ['dhcp-lease', 'etc/dhcp-lease'],
  ] as const) {
    fs.copyFileSync(path.join(sources, name), path.join(root, place));
    fs.chmodSync(path.join(root, place), 0o755);
  }
}

/** The images as an engine of the same version keeps them: to import them in the machine would take a minute. */
async function putImages(folder: string, release: DockerRelease, images: MonitoringImages): Promise<void> {
  const engine = await startDockerEngine(release, 'machine');
  try {
    await images.putInto(engine);
    const data = path.join(path.dirname(engine.host.replace('unix://', '')), 'data');
    fs.mkdirSync(folder, { recursive: true });
    const kept = ['image', 'overlay2'];
    if (!kept.every((name) => fs.existsSync(path.join(data, name)))) {
      throw new Unavailable(
        'the engine of this machine keeps its images in a form that another kernel may not have',
      );
    }
    await run('cp', ['--archive', ...kept.map((name) => path.join(data, name)), folder]);
  } finally {
    await engine.stop();
  }
}

/** busybox, the modules for the disk, and the script that mounts it. */
async function makeInitialFiles(
  folder: string,
  root: string,
  version: string,
  output: string,
): Promise<void> {
  for (const name of ['bin', 'modules', 'dev', 'proc', 'disk']) {
    fs.mkdirSync(path.join(folder, name), { recursive: true });
  }
  fs.copyFileSync(path.join(root, 'usr/bin/busybox'), path.join(folder, 'bin/busybox'));
  fs.chmodSync(path.join(folder, 'bin/busybox'), 0o755);
  const drivers = path.join(root, 'usr/lib/modules', version, 'kernel/drivers');
  for (const name of firstModules) {
    const place = name === 'virtio_blk' ? 'block' : 'virtio';
    fs.copyFileSync(path.join(drivers, place, `${name}.ko`), path.join(folder, 'modules', `${name}.ko`));
  }
  fs.copyFileSync(path.join(sources, 'first-init'), path.join(folder, 'init'));
  fs.chmodSync(path.join(folder, 'init'), 0o755);
  await run('sh', [
    '-c',
    'cd "$1" && find . | ./bin/busybox cpio -o -H newc 2>/dev/null | gzip -1 > "$2"',
    'sh',
    folder,
    output,
  ]);
}

/** The files that say of which parts a machine is made. */
const shape = ['virtual-machine', 'qemu-monitor', 'home-lan'];

function digest(parts: readonly string[]): string {
  const files = [
    // What makes the disk, and what the memory was saved with: it fits no machine of another shape.
    ...[__filename, ...shape.map((name) => path.join(__dirname, `${name}.ts`))],
    ...fs.readdirSync(sources).map((name) => path.join(sources, name)),
  ];
  const hash = createHash('sha256').update(parts.join('\n'));
  for (const file of files.sort()) hash.update(path.basename(file)).update(fs.readFileSync(file));
  return hash.digest('hex').slice(0, 12);
}
