import { type ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as path from 'node:path';
import { attempt, run } from './command';
import type { GuestSystem } from './guest-system';
import { inNamespace, type Namespace } from './network-lab';
import { runSubfolder } from './run-folder';
import { type SocketForward, forwardSocket } from './socket-forward';

/** A virtual machine that runs a Docker Engine, started for one suite. */
export interface VirtualMachine {
  /** What DOCKER_HOST takes: a socket of this machine that leads to the engine in the other. */
  readonly dockerHost: string;
  /** Runs the docker command against that engine. */
  readonly docker: (...args: readonly string[]) => Promise<string>;
  /** Runs a line of shell in the machine, as root, by its second serial port; throws when it does not end with 0. */
  readonly shell: (line: string) => Promise<string>;
  /** Seconds from power on until the engine answered. */
  readonly bootSeconds: number;
  /** Pulls the plug. */
  readonly stop: () => Promise<void>;
}

/** How a machine is connected. */
export interface Connection {
  /** QEMU's arguments for its adapters. */
  readonly adapters: readonly string[];
  /** Words of the kernel's command line: see `guest/init`. */
  readonly words: readonly string[];
  /** Port of the host's loopback that a forward leads from to the engine. */
  readonly apiPort: number;
}

/** Seconds that booting may take. The processor is emulated, and others may use this machine. */
const patienceSeconds = 240;

/** Boots the system in the namespace of its host; 15 seconds on a machine with nothing else to do. */
export async function bootVirtualMachine(
  system: GuestSystem,
  host: Namespace,
  { adapters, words, apiPort }: Connection,
): Promise<VirtualMachine> {
  const started = Date.now();
  const folder = runSubfolder('vm');
  const consolePath = path.join(folder, 'console.sock');
  const [program, ...enter] = inNamespace(host);
  const kernelLine = ['console=ttyS0', 'quiet', 'panic=-1', 'mitigations=off', ...emulatedClock, ...words];
  const machine = spawn(
    program,
    [
      ...enter,
      system.qemu.program,
      ...system.qemu.args,
      ...['-accel', 'tcg,thread=multi', '-cpu', 'max', '-smp', '2', '-m', '1536'],
      ...['-nodefaults', '-nographic', '-no-reboot'],
      ...['-serial', `file:${path.join(folder, 'serial.log')}`],
      ...[
        '-chardev',
        `socket,id=console,path=${consolePath},server=on,wait=off`,
        '-serial',
        'chardev:console',
      ],
      ...['-kernel', system.kernel, '-initrd', system.initialFiles, '-append', kernelLine.join(' ')],
      // Written to a file without a name that is gone with the process.
      ...['-drive', `file=${system.disk},format=raw,if=none,id=disk,snapshot=on,cache=unsafe`],
      ...['-device', 'virtio-blk-pci,drive=disk'],
      ...adapters,
    ],
    { env: { ...process.env, ...system.qemu.env, TMPDIR: folder }, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  machine.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
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
    forward = await forwardSocket(host, socket, apiPort);
    await untilUp(machine, async () => (await attempt('docker', ['version'], client)).code === 0);
  } catch (error) {
    const log = path.join(folder, 'serial.log');
    const serial = fs.existsSync(log) ? fs.readFileSync(log, 'utf8').split('\n').slice(-8).join('\n') : '';
    await stop();
    throw new Error(`the virtual machine did not start: ${String(error)}\n${said}\n${serial}`);
  }
  const bootSeconds = (Date.now() - started) / 1000;
  const serialConsole = await openConsole(consolePath);
  return {
    dockerHost: `unix://${socket}`,
    docker: (...args) => run('docker', args, client),
    shell: (line) => serialConsole.run(line),
    bootSeconds,
    async stop() {
      serialConsole.close();
      await stop();
    },
  };
}

/** The processor's own clock stands still under emulation on some machines, and the kernel then waits for ever. */
const emulatedClock = ['tsc=unstable', 'notsc', 'clocksource=acpi_pm'];

async function untilUp(machine: ChildProcess, answers: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + patienceSeconds * 1000;
  while (!(await answers())) {
    if (machine.exitCode !== null) throw new Error(`it ended with ${machine.exitCode}`);
    if (Date.now() > deadline) throw new Error(`no engine answered within ${patienceSeconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

async function ended(machine: ChildProcess): Promise<void> {
  if (machine.exitCode !== null || machine.signalCode !== null) return;
  const exit = new Promise((resolve) => machine.once('exit', resolve));
  machine.kill('SIGKILL');
  await exit;
}

interface Console {
  readonly run: (line: string) => Promise<string>;
  readonly close: () => void;
}

/** The shell on the machine's second serial port: one line at a time, each answered by its output and an end mark. */
async function openConsole(socketPath: string): Promise<Console> {
  const socket = net.connect(socketPath);
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  let received = '';
  let heard: () => void = () => undefined;
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString('utf8');
    heard();
  });
  let count = 0;
  return {
    close: () => socket.destroy(),
    async run(line) {
      count += 1;
      const mark = `--end-${count}-`;
      received = '';
      // The marks are put together by the shell, so that the line itself, where it is echoed, does not hold them.
      socket.write(`echo "--begin-""${count}-"; { ${line}; } 2>&1; echo "--end-""${count}-$?-"\n`);
      const pattern = new RegExp(`--begin-${count}-\r?\n([^]*?)${mark}(\\d+)-`);
      const found = await new Promise<RegExpExecArray>((resolve, reject) => {
        const limit = setTimeout(
          () => reject(new Error(`${line} did not end within 120 s:\n${received}`)),
          120_000,
        );
        heard = () => {
          const match = pattern.exec(received);
          if (match === null) return;
          clearTimeout(limit);
          resolve(match);
        };
      });
      const [, output = '', code] = found;
      if (code !== '0') throw new Error(`${line} ended with ${code}:\n${output}`);
      return output.replaceAll('\r', '');
    },
  };
}
