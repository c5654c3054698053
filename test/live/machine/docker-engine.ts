import { spawn, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { attempt, run } from './command';
import { controlGroupName, removeControlGroup } from './control-group';
import type { DockerRelease } from './docker-release';
import { inNamespace, type Namespace } from './network-lab';
import { runSubfolder } from './run-folder';
import { Unavailable } from './unavailable';

/** A Docker Engine of our own: own data, own socket, own network namespace, nothing shared with another engine. */
export interface DockerEngine {
  readonly version: string;
  /** What DOCKER_HOST takes. */
  readonly host: string;
  /** Runs the docker command against this engine and returns what it printed. */
  readonly docker: (...args: readonly string[]) => Promise<string>;
  /** What a container has written so far, both streams. */
  readonly logs: (container: string) => Promise<string>;
  /** The network namespace of a running container. */
  readonly namespaceOf: (container: string) => Promise<Namespace>;
  /** Brings an image file in under a name. `changes` are Dockerfile instructions, for example `CMD ["nginx"]`. */
  readonly importImage: (file: string, name: string, changes: readonly string[]) => Promise<void>;
  /** Ends the engine and everything that runs in it, and removes its data. */
  readonly stop: () => Promise<void>;
  /** The same without asking anybody: for an engine with many containers, of which nobody wants to see the end. */
  readonly kill: () => Promise<void>;
}

/**
 * Starts the engine; one to three seconds.
 * @param where - its network namespace; `machine` is the machine's own network, of which it then touches nothing:
 * such an engine pulls images and runs no containers
 * @param flags - further flags of dockerd, as on its command line
 */
export async function startDockerEngine(
  release: DockerRelease,
  where: Namespace | 'machine',
  flags: readonly string[] = [],
): Promise<DockerEngine> {
  const folder = runSubfolder('engine');
  const host = `unix://${folder}/docker.sock`;
  const log = fs.openSync(path.join(folder, 'engine.log'), 'w');
  const [program = '', ...enter] =
    where === 'machine' ? ['setpriv', '--pdeathsig', 'KILL'] : inNamespace(where);
  // A process namespace and a mount namespace of its own: when its first process ends, the kernel ends containerd, shims
  // and containers and unmounts what they mounted, however this run ends.
  const own = ['unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const controlGroup = controlGroupName(path.basename(folder));
  const settings = [
    `--data-root=${folder}/data`,
    `--exec-root=${folder}/exec`,
    `--pidfile=${folder}/pid`,
    `--host=${host}`,
    // Not by way of systemd, which does not know the processes of another process namespace.
    '--exec-opt=native.cgroupdriver=cgroupfs',
    `--cgroup-parent=/${controlGroup}`,
    ...(where === 'machine'
      ? ['--bridge=none', '--iptables=false', '--ip-forward=false', '--ip-masq=false']
      : []),
    ...(release.flags ?? []),
    ...flags,
  ];
  const daemon = spawn(program, [...enter, ...own, 'dockerd', ...settings], {
    env: { ...process.env, ...release.env, DOCKER_HOST: undefined },
    stdio: ['ignore', log, log],
  });
  fs.closeSync(log);
  const client = { env: { ...release.env, DOCKER_HOST: host, DOCKER_CONFIG: folder }, timeoutSeconds: 120 };
  const docker = (...args: readonly string[]) => run('docker', args, client);
  const stop = async () => {
    // Containers first: the engine would wait for each to end by itself, and leave their control groups when killed.
    await docker('ps', '--all', '--quiet')
      .then((ids) => ids.trim() && docker('rm', '--force', '--volumes', ...ids.trim().split('\n')))
      .catch(() => undefined);
    await stopDaemon(daemon);
    // Another engine follows: its data is big.
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    removeControlGroup(controlGroup);
  };
  const kill = async () => {
    const ended = new Promise<void>((resolve) => daemon.once('exit', () => resolve()));
    if (daemon.exitCode === null && daemon.signalCode === null) {
      // Its first process is the first of the process namespace: the kernel ends all others with it.
      process.kill(firstProcess(daemon), 'SIGKILL');
      await ended;
    }
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    removeControlGroup(controlGroup);
  };
  try {
    await untilUp(daemon, docker);
  } catch (error) {
    const said = fs
      .readFileSync(path.join(folder, 'engine.log'), 'utf8')
      .trim()
      .split('\n')
      .slice(-3)
      .join(' | ');
    await stop();
    throw new Unavailable(`dockerd ${release.version} did not start: ${said || String(error)}`);
  }
  const namespaceOf = async (container: string): Promise<Namespace> => {
    const format = '{{.HostConfig.NetworkMode}} {{.NetworkSettings.SandboxKey}}';
    const [mode = '', key = ''] = (await docker('inspect', '--format', format, container)).trim().split(' ');
    // A container on the network of another has no sandbox of its own.
    if (mode.startsWith('container:')) return namespaceOf(mode.slice('container:'.length));
    // The sandbox is mounted where only the engine sees it: reached through the root of its first process.
    return { path: `/proc/${firstProcess(daemon)}/root${key}` };
  };
  return {
    version: release.version,
    host,
    docker,
    stop,
    kill,
    async logs(container) {
      const { stdout, stderr } = await attempt('docker', ['logs', container], client);
      return stdout + stderr;
    },
    namespaceOf,
    async importImage(file, name, changes) {
      await docker('import', ...changes.flatMap((change) => ['--change', change]), file, name);
    },
  };
}

async function untilUp(daemon: ChildProcess, docker: DockerEngine['docker']): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      await docker('version');
      return;
    } catch (error) {
      if (daemon.exitCode !== null || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

/** dockerd, which is process 1 of its own process namespace. */
function firstProcess(daemon: ChildProcess): number {
  // setpriv, nsenter and unshare replace one another in the process that was started; dockerd is its only child.
  const children = fs.readFileSync(`/proc/${daemon.pid}/task/${daemon.pid}/children`, 'utf8');
  const first = Number(children.trim().split(' ')[0]);
  if (!(first > 0)) throw new Error('dockerd is not running');
  return first;
}

async function stopDaemon(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => daemon.once('exit', () => resolve()));
  // Politely first, so that the engine takes its own rules and mounts away; unshare itself ignores the signal.
  try {
    process.kill(firstProcess(daemon), 'SIGTERM');
  } catch {
    daemon.kill('SIGKILL');
  }
  const limit = setTimeout(() => daemon.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(limit);
}
