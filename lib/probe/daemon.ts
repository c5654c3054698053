import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { usualSocket } from './docker-api';

/** The process of a Docker daemon on this machine, and the flags that decide about packets. */
export interface Daemon {
  readonly pid: number;
  /** Path of the network namespace that the host is. */
  readonly namespace: string;
  /** Path under which the processes that it counts are listed: `/proc`, or its own. */
  readonly processes: string;
  readonly flags: DaemonFlags;
}

/** Flags as given, on the command line or in the file of settings; undefined is what the engine does by itself. */
export interface DaemonFlags {
  readonly userlandProxy: boolean | undefined;
  readonly iptables: boolean | undefined;
  readonly icc: boolean | undefined;
  readonly allowDirectRouting: boolean | undefined;
  readonly firewallBackend: 'iptables' | 'nftables' | undefined;
}

const usualFile = '/etc/docker/daemon.json';
const sockets = [usualSocket, '/run/docker.sock'];

/**
 * The daemon on this machine that listens at a unix socket; undefined when none is found, as on another machine, in
 * Docker Desktop, or without root. The engine's own answers name its flags nowhere.
 */
export function findDaemon(socket: string, proc = '/proc'): Daemon | undefined {
  const wanted = sockets.includes(socket) ? sockets : [socket];
  const found = processesOf(proc).flatMap((pid) => {
    const line = commandLine(join(proc, pid));
    if (basename(line[0] ?? '') !== 'dockerd') return [];
    const hosts = valuesOf(line, ['-H', '--host']);
    const own = hosts.some((host) => wanted.includes(host.replace(/^unix:\/\//, '')));
    // Started by systemd, the usual socket is handed over.
    const usual = wanted === sockets && hosts.every((host) => host.startsWith('fd:'));
    return own || usual ? [daemonOf(pid, line, proc)] : [];
  });
  return found.length === 1 ? found[0] : undefined;
}

function daemonOf(pid: string, line: readonly string[], proc: string): Daemon {
  const folder = join(proc, pid);
  const own = join(folder, 'root', 'proc');
  return {
    pid: Number(pid),
    namespace: join(folder, 'ns', 'net'),
    processes: existsSync(join(own, 'self')) || existsSync(join(own, '1')) ? own : proc,
    flags: readFlags(line, (file) => textOf(join(folder, 'root', file))),
  };
}

/** Flags of a command line; what it leaves out the file of settings may say. */
export function readFlags(line: readonly string[], read: (file: string) => string | undefined): DaemonFlags {
  const file = valuesOf(line, ['--config-file']).at(-1) ?? usualFile;
  const settings = settingsOf(read(file));
  const flag = (name: string): boolean | undefined => {
    const said = flagOf(line, name);
    const written = settings[name];
    return said ?? (typeof written === 'boolean' ? written : undefined);
  };
  const backend = valuesOf(line, ['--firewall-backend']).at(-1) ?? settings['firewall-backend'];
  return {
    userlandProxy: flag('userland-proxy'),
    iptables: flag('iptables'),
    icc: flag('icc'),
    allowDirectRouting: flag('allow-direct-routing'),
    firewallBackend: backend === 'nftables' || backend === 'iptables' ? backend : undefined,
  };
}

/** `--flag`, `--flag=false`; the last one counts. */
function flagOf(line: readonly string[], name: string): boolean | undefined {
  const said = line.filter((word) => word === `--${name}` || word.startsWith(`--${name}=`)).at(-1);
  return said === undefined ? undefined : !/=(false|0|f|F|FALSE|False)$/.test(said);
}

/** `--host=X`, `--host X`, `-H X`, `-HX`. */
function valuesOf(line: readonly string[], names: readonly string[]): readonly string[] {
  return line.flatMap((word, at) => {
    const name = names.find((one) => word === one || word.startsWith(`${one}=`));
    if (name !== undefined) return word === name ? (line[at + 1] ?? []) : word.slice(name.length + 1);
    const short = names.find((one) => one.length === 2 && word.startsWith(one) && !word.startsWith('--'));
    return short === undefined ? [] : word.slice(2);
  });
}

function settingsOf(text: string | undefined): Readonly<Record<string, unknown>> {
  if (text === undefined) return {};
  try {
    const read = JSON.parse(text) as unknown;
    return typeof read === 'object' && read !== null ? (read as Readonly<Record<string, unknown>>) : {};
  } catch {
    // The daemon would not have started with it: the file has changed since.
    return {};
  }
}

function processesOf(proc: string): readonly string[] {
  try {
    return readdirSync(proc).filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

function commandLine(folder: string): readonly string[] {
  return (textOf(join(folder, 'cmdline')) ?? '').split('\0').filter((word) => word !== '');
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
