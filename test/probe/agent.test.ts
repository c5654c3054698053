import { spawn } from 'node:child_process';
import * as net from 'node:net';
import { agentProgram } from '../../lib/probe/agent';
import { AgentStation } from '../../lib/probe/station';

/** An agent of this machine's own network, as one in a container's. */
function localStation(program = agentProgram(20_000)): AgentStation {
  const child = spawn(process.execPath, ['-e', program], { stdio: ['pipe', 'pipe', 'ignore'] });
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  child.stdin.on('error', () => undefined);
  return new AgentStation('here', {
    write: (text) => void child.stdin.write(text),
    start(said, ended) {
      child.stdout.on('data', (data: Buffer) => said(data.toString('utf8')));
      child.on('close', (code) => ended(`ended with ${code}`));
    },
    close: () => {
      child.stdin.end();
      return gone;
    },
  });
}

describe('an agent', () => {
  let station: AgentStation;
  const servers: net.Server[] = [];
  beforeAll(() => {
    station = localStation();
  });
  afterAll(async () => {
    await station.close();
    for (const server of servers) server.close();
  });

  /** A server of somebody else, on a port that the machine picks. */
  async function service(meet: (socket: net.Socket) => void): Promise<number> {
    const server = net.createServer(meet);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as net.AddressInfo).port;
  }

  async function freePort(): Promise<number> {
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(0, resolve));
    const { port } = server.address() as net.AddressInfo;
    await new Promise<void>((resolve) => server.close(() => resolve()));
    return port;
  }

  const dial = (protocol: 'tcp' | 'udp', port: number) =>
    station.dial({ protocol, address: '127.0.0.1', port, patienceMs: 300, tries: 2 });

  test.each(['tcp', 'udp'] as const)(
    'answers by %s with its own words, and refuses where it does not listen',
    async (protocol) => {
      const [open, shut] = [await freePort(), await freePort()];
      await expect(station.listen({ protocol, port: open, says: 'it is me' })).resolves.toEqual({
        is: 'listening',
      });
      await expect(dial(protocol, open)).resolves.toEqual({ is: 'answered', line: 'it is me' });
      await expect(dial(protocol, shut)).resolves.toEqual({ is: 'refused' });
    },
  );

  test('leaves a service its port, and takes its greeting for an answer', async () => {
    const port = await service((socket) => socket.end('220 hello\r\nmore'));
    await expect(
      station.listen({ protocol: 'tcp', port, address: '127.0.0.1', says: 'it is me' }),
    ).resolves.toEqual({
      is: 'taken',
    });
    await expect(dial('tcp', port)).resolves.toEqual({ is: 'answered', line: '220 hello\r' });
  });

  test('tells a service that waits to be spoken to from one that shuts the door', async () => {
    const waits = await service(() => undefined);
    const shuts = await service((socket) => socket.end());
    await expect(dial('tcp', waits)).resolves.toEqual({ is: 'answered' });
    await expect(dial('tcp', shuts)).resolves.toEqual({ is: 'closed' });
  });

  test('says where nothing leads', async () => {
    const nowhere = {
      protocol: 'tcp',
      address: '255.255.255.255',
      port: 9,
      patienceMs: 300,
      tries: 1,
    } as const;
    await expect(station.dial(nowhere)).resolves.toEqual({ is: 'unreachable' });
  });

  test('sees its addresses and who listens', async () => {
    const port = await service(() => undefined);
    const { addresses, listeners } = await station.look();
    expect(addresses).toContain('127.0.0.1');
    expect(listeners).toContainEqual({ protocol: 'tcp', address: '127.0.0.1', port });
    expect(listeners).not.toContainEqual({ protocol: 'udp', address: '127.0.0.1', port });
  });
});

test('an agent ends by itself when nobody ends it, and what it was asked is not left open', async () => {
  const station = localStation('setTimeout(() => process.exit(3), 100)');
  await expect(station.look()).rejects.toThrow('packets of here cannot be sent: ended with 3');
  await expect(station.look()).rejects.toThrow('ended with 3');
});
