import { type ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { attempt, run } from './command';
import type { GuestSystem } from './guest-system';
import { bridgedAdapter, homeAddresses, type HomeLan } from './home-lan';
import { inNamespace } from './network-lab';
import { openQemuMonitor, type QemuMonitor } from './qemu-monitor';
import { runSubfolder } from './run-folder';
import { openSerialConsole } from './serial-console';
import { type SocketForward, forwardSocket } from './socket-forward';

/** A virtual machine that runs a Docker Engine, started for one suite. */
export interface VirtualMachine {
  /** What DOCKER_HOST takes: a socket of this machine that leads to the engine in the other. */
  readonly dockerHost: string;
  /** Runs the docker command against that engine. */
  readonly docker: (...args: readonly string[]) => Promise<string>;
  /** Runs a line of shell in the machine, as root, by its second serial port; throws when it does not end with 0. */
  readonly shell: (line: string) => Promise<string>;
  /** What its hypervisor can be told. Its adapters are called as in `adapters`. */
  readonly hypervisor: QemuMonitor;
  /** Seconds from power on until the engine answered. */
  readonly bootSeconds: number;
  /** Pulls the plug. */
  readonly stop: () => Promise<void>;
}

/** Names of a machine's adapters; in it they are eth0, eth1 and eth2. The third is for the tests alone. */
export const adapters = { nat: 'net1', bridged: 'net2', api: 'net3' } as const;

/** The adapter behind NAT without a forward, as QEMU's arguments. */
export const natWithoutForwards = [
  `-netdev user,id=${adapters.nat}`,
  `-device virtio-net-pci,netdev=${adapters.nat}`,
];

/** Where the engine listens beside its own socket, by an adapter by which nothing else comes or goes. */
const api = { address: '10.0.3.15', block: '10.0.3.0/24', port: 2375 } as const;

/** Seconds that it may take. The processor is emulated, and others may use this machine. */
const patience = { boot: 240, wake: 90 } as const;

/**
 * Starts the system in the namespace of its host. From the memory that its system was saved with that takes two or
 * three seconds; without, it boots for 20 to 60 and writes to its disk.
 * @param nat - QEMU's arguments for the adapter behind NAT, each option with its value in one text
 */
export async function startVirtualMachine(
  system: Omit<GuestSystem, 'images'>,
  { host }: HomeLan,
  nat: readonly string[] = natWithoutForwards,
): Promise<VirtualMachine> {
  const started = Date.now();
  const folder = runSubfolder('vm');
  const sockets = { console: path.join(folder, 'console.sock'), monitor: path.join(folder, 'monitor.sock') };
  const [program, ...enter] = inNamespace(host);
  const machine = spawn(
    program,
    [...enter, system.qemu.program, ...qemuArguments(system, nat, folder, sockets)],
    {
      env: { ...process.env, ...system.qemu.env, TMPDIR: folder },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let said = '';
  machine.stderr.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
  const socket = path.join(folder, 'docker.sock');
  let forward: SocketForward | undefined;
  const stop = async () => {
    await forward?.close();
    await ended(machine);
    fs.rmSync(folder, { recursive: true, force: true });
  };
  const client = {
    env: { ...system.docker.env, DOCKER_HOST: `unix://${socket}`, DOCKER_CONFIG: folder },
    timeoutSeconds: 180,
  };
  try {
    forward = await forwardSocket(host, socket, api.port);
    const seconds = system.memory === undefined ? patience.boot : patience.wake;
    await untilUp(machine, seconds, async () => (await attempt('docker', ['version'], client)).code === 0);
    const bootSeconds = (Date.now() - started) / 1000;
    const serialConsole = await openSerialConsole(sockets.console);
    const hypervisor = await openQemuMonitor(sockets.monitor);
    // A machine that goes on from memory believes that no time has passed.
    await serialConsole.run(`date -s @${Math.floor(Date.now() / 1000)} > /dev/null`);
    return {
      dockerHost: `unix://${socket}`,
      docker: (...args) => run('docker', args, client),
      shell: (line) => serialConsole.run(line),
      hypervisor,
      bootSeconds,
      async stop() {
        serialConsole.close();
        hypervisor.close();
        await stop();
      },
    };
  } catch (error) {
    const log = path.join(folder, 'serial.log');
    const serial = fs.existsSync(log) ? fs.readFileSync(log, 'utf8').split('\n').slice(-8).join('\n') : '';
    await stop();
    throw new Error(`the virtual machine did not start: ${String(error)}\n${said}\n${serial}`);
  }
}

function qemuArguments(
  system: Omit<GuestSystem, 'images'>,
  nat: readonly string[],
  folder: string,
  sockets: { readonly console: string; readonly monitor: string },
): readonly string[] {
  const saved = system.memory !== undefined;
  const words = [`lan=${homeAddresses.machine}/24`, `api=${api.address}`];
  const toApi = `hostfwd=tcp:127.0.0.1:${api.port}-${api.address}:${api.port}`;
  const options = [
    ...['-accel tcg,thread=multi', '-cpu Nehalem', '-smp 2', '-m 1024'],
    ...['-nodefaults', '-nographic', '-no-reboot'],
    `-serial file:${path.join(folder, 'serial.log')}`,
    ...[`-chardev socket,id=console,path=${sockets.console},server=on,wait=off`, '-serial chardev:console'],
    `-qmp unix:${sockets.monitor},server=on,wait=off`,
    `-kernel ${system.kernel}`,
    `-initrd ${system.initialFiles}`,
    // To a file without a name that is gone with the process; to the disk itself only by the run that makes it.
    `-drive file=${system.disk},format=raw,if=none,id=disk,cache=unsafe,snapshot=${saved ? 'on' : 'off'}`,
    '-device virtio-blk-pci,drive=disk',
    ...nat,
    `-netdev tap,id=${adapters.bridged},ifname=${bridgedAdapter},script=no,downscript=no`,
    `-device virtio-net-pci,netdev=${adapters.bridged}`,
    `-netdev user,id=${adapters.api},net=${api.block},restrict=on,${toApi}`,
    `-device virtio-net-pci,netdev=${adapters.api}`,
  ];
  return [
    ...system.qemu.args,
    ...options.flatMap(withoutBootRom),
    ...['-append', ['console=ttyS0', 'quiet', 'panic=-1', ...kernelWords, ...words].join(' ')],
    ...(saved ? ['-incoming', `exec:cat '${system.memory}'`] : []),
  ];
}

/** Words of the kernel's command line that spare an emulated processor work. */
const kernelWords = [
  // The processor's own clock stands still under emulation on some machines, and the kernel then waits for ever.
  ...['tsc=unstable', 'notsc', 'clocksource=acpi_pm'],
  // With one address for each program, what was translated of it once serves the next time.
  'norandmaps',
  ...[
    'mitigations=off',
    'init_on_alloc=0',
    'apparmor=0',
    'audit=0',
    'nowatchdog',
    'rcupdate.rcu_expedited=1',
  ],
];

/** An option with its value, as two arguments; an adapter is not booted from, and its program for that is not there. */
function withoutBootRom(option: string): readonly string[] {
  const [name = '', ...value] = option.split(' ');
  const text = value.join(' ');
  return text === '' ? [name] : [name, text.startsWith('virtio-net') ? `${text},romfile=` : text];
}

async function untilUp(
  machine: ChildProcess,
  seconds: number,
  answers: () => Promise<boolean>,
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await answers())) {
    if (machine.exitCode !== null) throw new Error(`it ended with ${machine.exitCode}`);
    if (Date.now() > deadline) throw new Error(`no engine answered within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

async function ended(machine: ChildProcess): Promise<void> {
  if (machine.exitCode !== null || machine.signalCode !== null) return;
  const exit = new Promise((resolve) => machine.once('exit', resolve));
  machine.kill('SIGKILL');
  await exit;
}
