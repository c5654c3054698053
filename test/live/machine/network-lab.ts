import { spawn, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { attempt, onPath, run } from './command';
import { Unavailable } from './unavailable';

/** A network namespace, by the path that `nsenter --net=` takes. */
export interface Namespace {
  readonly path: string;
}

/**
 * Two namespaces joined by one cable, apart from the machine's own network: `host` is where the Docker Engine runs,
 * `neighbour` is the other machine on its LAN and, on an address of its own behind it, the outside world. The neighbour
 * routes everything through the host, as a nosy one would, so that packets towards a container's own address arrive.
 */
export interface NetworkLab {
  readonly host: Namespace;
  readonly neighbour: Namespace;
  readonly close: () => Promise<void>;
}

/** Addresses of the lab. The outside one is from a block kept for documentation: nobody answers there in earnest. */
export const labAddresses = {
  host: '192.168.213.1',
  neighbour: '192.168.213.10',
  outside: '203.0.113.80',
} as const;

/** Ports on which the lab's own two servers answer with one line. */
export const labPorts = { outside: 80, hostService: 9000 } as const;

/** Makes the namespaces, the cable and the two servers; about half a second. Needs root. */
export async function openNetworkLab(): Promise<NetworkLab> {
  for (const program of ['ip', 'nsenter', 'unshare', 'setpriv']) {
    if ((await onPath(program)) === undefined) throw new Unavailable(`${program} is missing`);
  }
  if (process.getuid?.() !== 0) throw new Unavailable('network namespaces need root');
  const names = { host: `netproof-${process.pid}-host`, neighbour: `netproof-${process.pid}-neighbour` };
  const servers: ChildProcess[] = [];
  const close = async () => {
    for (const server of servers) server.kill('SIGKILL');
    for (const name of Object.values(names)) await attempt('ip', ['netns', 'delete', name]);
  };
  try {
    for (const name of Object.values(names)) await ip(['netns', 'add', name]);
    await ip([
      '-n',
      names.host,
      'link',
      'add',
      'lan0',
      'type',
      'veth',
      'peer',
      'name',
      'lan0',
      'netns',
      names.neighbour,
    ]);
    for (const name of Object.values(names)) {
      await ip(['-n', name, 'link', 'set', 'lo', 'up']);
      await ip(['-n', name, 'link', 'set', 'lan0', 'up']);
      await askForever(name);
    }
    // As on a machine that has never forwarded: engines up to 27 then drop what they do not know.
    await run('nsenter', [
      `--net=/run/netns/${names.host}`,
      'sh',
      '-c',
      'echo 0 > /proc/sys/net/ipv4/ip_forward',
    ]);
    await ip(['-n', names.host, 'address', 'add', `${labAddresses.host}/24`, 'dev', 'lan0']);
    await ip(['-n', names.host, 'route', 'add', 'default', 'via', labAddresses.neighbour]);
    await ip(['-n', names.neighbour, 'address', 'add', `${labAddresses.neighbour}/24`, 'dev', 'lan0']);
    await ip(['-n', names.neighbour, 'address', 'add', `${labAddresses.outside}/32`, 'dev', 'lo']);
    await ip(['-n', names.neighbour, 'route', 'add', 'default', 'via', labAddresses.host]);
    const host = { path: `/run/netns/${names.host}` };
    const neighbour = { path: `/run/netns/${names.neighbour}` };
    servers.push(
      await server(neighbour, labPorts.outside, 'outside'),
      await server(host, labPorts.hostService, 'host'),
    );
    return { host, neighbour, close };
  } catch (error) {
    await close();
    throw new Unavailable(`network namespaces: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The start of a command line that runs in a namespace and dies with this process. */
export function inNamespace({ path }: Namespace): readonly [string, ...string[]] {
  // nsenter, not `ip netns exec`: that one mounts a fresh /sys without cgroups, and no container starts there.
  return ['setpriv', '--pdeathsig', 'KILL', 'nsenter', `--net=${path}`, '--'];
}

/** Gives an end of the lab's cable a further address. */
export async function addAddress(place: Namespace, address: string): Promise<void> {
  await run('ip', ['-n', path.basename(place.path), 'address', 'add', `${address}/24`, 'dev', 'lan0']);
}

/** Runs a program in a namespace; what it printed. It must succeed. */
export function inside(place: Namespace, ...command: readonly string[]): Promise<string> {
  const [program, ...enter] = inNamespace(place);
  return run(program, [...enter, ...command]);
}

/** An HTTP server that answers every request with its name and the address it was asked from. */
async function server(namespace: Namespace, port: number, name: string): Promise<ChildProcess> {
  const code = `require('http').createServer((request, response) =>
    response.end(${JSON.stringify(name)} + ' asked by ' + request.socket.remoteAddress))
    .listen(${port}, '0.0.0.0', () => console.log('listening'))`;
  const [program, ...args] = [...inNamespace(namespace), process.execPath, '-e', code];
  const child = spawn(program ?? '', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('exit', (code) => reject(new Error(`the ${name} server ended with ${code}`)));
  });
  return child;
}

async function ip(args: readonly string[]): Promise<void> {
  await run('ip', args);
}

/**
 * Asks on the cable for the address of a silent machine for minutes and not for three seconds: whether a packet to it
 * times out or is given up as unreachable would else depend on who asked before.
 */
async function askForever(name: string): Promise<void> {
  const question = 'echo 600 > /proc/sys/net/ipv4/neigh/lan0/mcast_solicit';
  await run('nsenter', [`--net=/run/netns/${name}`, 'sh', '-c', question]);
}

/** Removes the namespaces of runs that were killed. */
export async function removeAbandonedNamespaces(): Promise<void> {
  const listed = await attempt('ip', ['netns', 'list']);
  for (const [, name, pid] of listed.stdout.matchAll(/^(netproof-(\d+)-\w+)/gm)) {
    if (name !== undefined && !fs.existsSync(`/proc/${pid}`)) await attempt('ip', ['netns', 'delete', name]);
  }
}
