import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { inNamespace, type Namespace } from './network-lab';

/** A socket in a folder of this machine that leads to a port on the loopback of a namespace. */
export interface SocketForward {
  readonly close: () => Promise<void>;
}

/**
 * Opens it. The port stays inside the namespace: no port of this machine is taken, and only who may enter the folder
 * gets in.
 */
export async function forwardSocket(
  namespace: Namespace,
  path: string,
  port: number,
): Promise<SocketForward> {
  const code = `
    const net = require('net');
    // Half open, because docker ends its side of an attached stream first.
    net.createServer({ allowHalfOpen: true }, near => {
      const far = net.connect({ host: '127.0.0.1', port: ${port}, allowHalfOpen: true });
      for (const [from, to] of [[near, far], [far, near]]) from.on('error', () => to.destroy()).pipe(to);
    }).listen(${JSON.stringify(path)}, () => console.log('listening'));`;
  const [program, ...args] = [...inNamespace(namespace), process.execPath, '-e', code];
  const child = spawn(program ?? '', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('exit', (status) => reject(new Error(`the forward to port ${port} ended with ${status}`)));
  });
  return {
    async close() {
      if (child.exitCode === null && child.signalCode === null) {
        const exit = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGKILL');
        await exit;
      }
      fs.rmSync(path, { force: true });
    },
  };
}
