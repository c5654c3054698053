import * as net from 'node:net';
import * as readline from 'node:readline';

/**
 * What is told to the hypervisor while its machine runs, as with `VBoxManage controlvm`.
 * @see https://www.qemu.org/docs/master/interop/qemu-qmp-ref.html
 */
export interface QemuMonitor {
  /** Pulls the cable of an adapter, or plugs it in. */
  readonly plug: (adapter: string, inOrOut: 'in' | 'out') => Promise<void>;
  /** Adds a forward to an adapter behind NAT: `tcp:127.0.0.1:3000-10.0.2.15:3000`. */
  readonly addForward: (adapter: string, forward: string) => Promise<void>;
  /** Takes one away, named by its near end: `tcp:127.0.0.1:3000`. */
  readonly removeForward: (adapter: string, nearEnd: string) => Promise<void>;
  /** Writes the machine's memory to a file, from which another process can go on; the machine stands still then. */
  readonly saveTo: (file: string) => Promise<void>;
  readonly close: () => void;
}

interface Reply {
  readonly return?: unknown;
  readonly error?: { readonly desc: string };
  readonly event?: string;
}

/** Opens the monitor of a machine by its socket. */
export async function openQemuMonitor(socketPath: string): Promise<QemuMonitor> {
  const socket = net.connect(socketPath);
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  socket.on('error', () => undefined);
  const lines = readline.createInterface({ input: socket });
  const waiting: ((reply: Reply) => void)[] = [];
  lines.on('line', (line) => {
    const reply = JSON.parse(line) as Reply;
    // Greetings and events are neither.
    if ('return' in reply || 'error' in reply) waiting.shift()?.(reply);
  });
  lines.on('close', () => {
    for (const answer of waiting.splice(0)) answer({ error: { desc: 'the machine has ended' } });
  });
  const execute = async (command: string, args: object = {}): Promise<unknown> => {
    const reply = new Promise<Reply>((resolve) => waiting.push(resolve));
    socket.write(`${JSON.stringify({ execute: command, arguments: args })}\n`);
    const { error, return: value } = await reply;
    if (error !== undefined)
      throw new Error(`QEMU refused ${command} ${JSON.stringify(args)}: ${error.desc}`);
    return value;
  };
  /** Forwards have no command of the protocol's own. What this one says is empty, or an error. */
  const typed = (line: string) =>
    execute('human-monitor-command', { 'command-line': line }) as Promise<string>;
  await execute('qmp_capabilities');
  return {
    async plug(adapter, inOrOut) {
      await execute('set_link', { name: adapter, up: inOrOut === 'in' });
    },
    async addForward(adapter, forward) {
      const said = await typed(`hostfwd_add ${adapter} ${forward}`);
      if (said.trim() !== '') throw new Error(said);
    },
    async removeForward(adapter, nearEnd) {
      const said = await typed(`hostfwd_remove ${adapter} ${nearEnd}`);
      if (!/removed/.test(said)) throw new Error(said);
    },
    async saveTo(file) {
      // Not told to stop before: saved as one that stands still, it would have to be told to go on.
      await execute('migrate', { uri: `exec:cat > '${file}'` });
      const deadline = Date.now() + 120_000;
      for (;;) {
        const { status } = (await execute('query-migrate')) as { readonly status?: string };
        if (status === 'completed') return;
        if (status === 'failed' || Date.now() > deadline)
          throw new Error(`the memory was not saved: ${status}`);
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    },
    close: () => socket.destroy(),
  };
}
