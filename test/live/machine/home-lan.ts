import { spawn } from 'node:child_process';
import { attempt, onPath, run } from './command';
import { inNamespace, type Namespace } from './network-lab';
import { Unavailable } from './unavailable';

/**
 * A home LAN, 192.168.1.0/24, in namespaces of its own: `host` is the computer that virtual machines run on, with a bridge
 * that a bridged machine's adapter hangs on; `neighbour` is another machine of the LAN and, on further addresses, its
 * router and a machine on the Internet.
 */
export interface HomeLan {
  readonly host: Namespace;
  readonly neighbour: Namespace;
  readonly close: () => Promise<void>;
}

/** Addresses on it. `outside` is from a block kept for documentation, behind the router. */
export const homeAddresses = {
  router: '192.168.1.1',
  neighbour: '192.168.1.20',
  host: '192.168.1.100',
  machine: '192.168.1.101',
  nobody: '192.168.1.150',
  outside: '203.0.113.80',
} as const;

/** The adapter of the host that a bridged machine is given. */
export const bridgedAdapter = 'tap0';

/** Makes it, with a web server at the outside address; under a second. Needs root. */
export async function openHomeLan(): Promise<HomeLan> {
  for (const program of ['ip', 'nsenter', 'setpriv']) {
    if ((await onPath(program)) === undefined) throw new Unavailable(`${program} is missing`);
  }
  const [host, neighbour] = [`netproof-${process.pid}-computer`, `netproof-${process.pid}-home`] as const;
  const ip = (line: string) => run('ip', line.split(' '));
  const code = `require('http').createServer((request, response) => response.end('outside'))
    .listen(80, '${homeAddresses.outside}', () => console.log('listening'))`;
  const [program, ...args] = [
    ...inNamespace({ path: `/run/netns/${neighbour}` }),
    process.execPath,
    '-e',
    code,
  ];
  let server: ReturnType<typeof spawn> | undefined;
  const close = async () => {
    server?.kill('SIGKILL');
    for (const name of [host, neighbour]) await attempt('ip', ['netns', 'delete', name]);
  };
  try {
    for (const name of [host, neighbour]) {
      await ip(`netns add ${name}`);
      await ip(`-n ${name} link set lo up`);
    }
    await ip(`-n ${host} link add lan0 type veth peer name lan0 netns ${neighbour}`);
    await ip(`-n ${host} link add br0 type bridge`);
    await ip(`-n ${host} tuntap add dev ${bridgedAdapter} mode tap`);
    for (const name of ['lan0', bridgedAdapter]) {
      await ip(`-n ${host} link set ${name} master br0`);
      await ip(`-n ${host} link set ${name} up`);
    }
    await ip(`-n ${host} link set br0 up`);
    await ip(`-n ${host} address add ${homeAddresses.host}/24 dev br0`);
    await ip(`-n ${host} route add default via ${homeAddresses.router}`);
    await ip(`-n ${neighbour} link set lan0 up`);
    for (const address of [homeAddresses.neighbour, homeAddresses.router]) {
      await ip(`-n ${neighbour} address add ${address}/24 dev lan0`);
    }
    await ip(`-n ${neighbour} address add ${homeAddresses.outside}/32 dev lo`);
    const child = spawn(program ?? '', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    server = child;
    await new Promise<void>((resolve, reject) => {
      child.stdout.once('data', () => resolve());
      child.once('exit', (status) => reject(new Error(`the server outside ended with ${status}`)));
    });
  } catch (error) {
    await close();
    throw new Unavailable(`a home LAN: ${error instanceof Error ? error.message : String(error)}`);
  }
  return { host: { path: `/run/netns/${host}` }, neighbour: { path: `/run/netns/${neighbour}` }, close };
}
