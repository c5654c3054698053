import { spawn } from 'node:child_process';
import { inNamespace, type Namespace } from './network-lab';

/** A name server that answers at port 53 of a namespace, until it is closed. */
export interface NameServer {
  readonly close: () => void;
}

/** Starts a server that knows the IPv4 addresses of some names and says of every other that there is none. */
export async function openNameServer(
  where: Namespace,
  addresses: Readonly<Record<string, string>>,
): Promise<NameServer> {
  const code = `
    const known = new Map(Object.entries(${JSON.stringify(addresses)}));
    const socket = require('dgram').createSocket('udp4');
    socket.on('message', (query, from) => {
      const labels = [];
      let at = 12;
      for (; query[at] > 0; at += query[at] + 1) labels.push(query.toString('latin1', at + 1, at + 1 + query[at]));
      const end = at + 5;
      const address = known.get(labels.join('.').toLowerCase());
      const found = address !== undefined;
      const wanted = found && query.readUInt16BE(end - 4) === 1;
      const head = Buffer.from(query.subarray(0, 12));
      head.writeUInt16BE(found ? 0x8580 : 0x8583, 2);
      head.writeUInt16BE(1, 4);
      head.writeUInt16BE(wanted ? 1 : 0, 6);
      head.writeUInt32BE(0, 8);
      // A pointer to the question's name, type A, class IN, a minute, four bytes.
      const answer = wanted ? [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...address.split('.').map(Number)] : [];
      socket.send(Buffer.concat([head, query.subarray(12, end), Buffer.from(answer)]), from.port, from.address);
    });
    socket.bind(53, '0.0.0.0', () => console.log('listening'));`;
  const [program, ...args] = [...inNamespace(where), process.execPath, '-e', code];
  const child = spawn(program ?? '', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('exit', (status) => reject(new Error(`the name server ended with ${status}`)));
  });
  return { close: () => void child.kill('SIGKILL') };
}
