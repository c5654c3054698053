import * as path from 'node:path';
import { run } from './command';
import { unpackedPackages } from './debian-packages';
import { Unavailable } from './unavailable';

/** The program that runs virtual machines, and how it is started. */
export interface Qemu {
  readonly version: string;
  readonly program: string;
  /** Arguments that every run begins with: where its firmware is. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** What only an installation needs, what every Debian-like machine has, and what a machine without a screen runs without. */
const notNeeded =
  /^(perl.*|lib.*-perl|libperl.*|libgdbm.*|libdb5.*|dpkg|tar|usrmerge|init-system-helpers|sysvinit-utils|adduser|passwd|debconf|libc6|libc-bin|gcc-.*|libgcc-s1|libcrypt1|lsb-base|netbase|libsemanage.*|libsepol.*|libaudit.*|tzdata)$/;

/** QEMU from Debian's packages, unpacked and not installed. */
export async function qemu(): Promise<Qemu> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Unavailable('the virtual machine of the suites needs Linux on x86-64');
  }
  const folder = await unpackedPackages({
    key: 'qemu-1',
    packages: ['qemu-system-x86'],
    leaveOut: notNeeded,
  });
  const program = path.join(folder, 'usr/bin/qemu-system-x86_64');
  const env = { LD_LIBRARY_PATH: path.join(folder, 'usr/lib/x86_64-linux-gnu') };
  const said = await run(program, ['--version'], { env });
  const version = /version (\d[\d.]*)/.exec(said)?.[1];
  if (version === undefined) throw new Unavailable(`${program} --version said: ${said.trim()}`);
  const share = ['qemu', 'seabios'].flatMap((name) => ['-L', path.join(folder, 'usr/share', name)]);
  return { version, program, args: share, env };
}
