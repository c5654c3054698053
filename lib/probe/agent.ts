/** What an agent is asked: one JSON object per line on its standard input. */
export type AgentRequest = { readonly id: number } & (
  | {
      /** Answers whoever comes with `says`, until the agent ends. */
      readonly do: 'listen';
      readonly protocol: 'tcp' | 'udp';
      readonly port: number;
      /** @default - every address of the place */
      readonly address?: string;
      readonly says: string;
    }
  | {
      readonly do: 'dial';
      readonly protocol: 'tcp' | 'udp' | 'icmp';
      readonly address: string;
      /** 0 for icmp. */
      readonly port: number;
      /** Milliseconds without an answer that end one try. */
      readonly patienceMs: number;
      readonly tries: number;
    }
  | { readonly do: 'look' }
);

/** One line that an agent says: the answer to the request of that id. */
export type AgentReply = { readonly id: number } & (
  { readonly said: ListenReply } | { readonly said: DialReply } | { readonly said: LookReply }
);

/** `taken`: something listens there already, and answers instead. */
export type ListenReply = { readonly is: 'listening' | 'taken' | 'refused'; readonly why?: string };

/** What became of a packet. `answered` with the first line of whoever answered; `closed` as soon as it was open. */
export interface DialReply {
  readonly is: PacketOutcome;
  readonly line?: string;
}

export type PacketOutcome = 'answered' | 'closed' | 'refused' | 'timed out' | 'unreachable' | 'no ping here';

/** What a place has. */
export interface LookReply {
  readonly addresses: readonly string[];
  readonly listeners: readonly Listening[];
}

/** A socket that listens; `0.0.0.0` and `::` are all addresses of a family. */
export interface Listening {
  readonly protocol: 'tcp' | 'udp';
  readonly address: string;
  readonly port: number;
}

type Load = (name: string) => unknown;

/**
 * The program that runs in the network namespace of a container: it dials, answers, and looks. It is sent there as its
 * own text, so it uses nothing of this file but what stands inside of it. It ends with its standard input, and after
 * `lifeMs` in any case: nothing of it stays.
 */
export function agent(load: Load, lifeMs: number): void {
  const net = load('net') as typeof import('node:net');
  const dgram = load('dgram') as typeof import('node:dgram');
  const os = load('os') as typeof import('node:os');
  const fs = load('fs') as typeof import('node:fs');
  const readline = load('readline') as typeof import('node:readline');
  const programs = load('child_process') as typeof import('node:child_process');
  const atOnce = 64;
  let underWay = 0;
  const waiting: (() => void)[] = [];
  /** Programs that ping; what is not there is not tried again. */
  const pings: (readonly string[])[] = [['ping'], ['busybox', 'ping']];

  setTimeout(() => process.exit(0), lifeMs).unref();
  process.stdout.on('error', () => process.exit(0));
  const lines = readline.createInterface({ input: process.stdin });
  lines.on('line', (line) => handle(JSON.parse(line) as AgentRequest));
  lines.on('close', () => process.exit(0));

  function handle(request: AgentRequest): void {
    if (request.do === 'listen') listen(request);
    else if (request.do === 'look') say(request.id, { addresses: own(), listeners: listening() });
    else {
      waiting.push(() => dial(request));
      next();
    }
  }

  function say(id: number, said: ListenReply | DialReply | LookReply): void {
    process.stdout.write(`${JSON.stringify({ id, said })}\n`);
  }

  function next(): void {
    while (underWay < atOnce && waiting.length > 0) {
      underWay += 1;
      waiting.shift()!();
    }
  }

  function dial(request: Extract<AgentRequest, { do: 'dial' }>): void {
    const { id, protocol, tries } = request;
    const one = protocol === 'tcp' ? dialTcp : protocol === 'udp' ? dialUdp : ping;
    const attempt = (left: number): void =>
      one(request, (reply) => {
        if (reply.is === 'timed out' && left > 1) return attempt(left - 1);
        say(id, reply);
        underWay -= 1;
        next();
      });
    attempt(tries);
  }

  function dialTcp(request: Extract<AgentRequest, { do: 'dial' }>, done: (reply: DialReply) => void): void {
    const { address, port, patienceMs } = request;
    const socket = net.connect({ host: address, port });
    let text = '';
    let open = false;
    const end = (reply: DialReply): void => {
      socket.removeAllListeners();
      socket.on('error', () => undefined);
      socket.destroy();
      clearTimeout(limit);
      done(reply);
    };
    // A service that is open and waits to be spoken to is there; a proxy without anybody behind it closes.
    const limit = setTimeout(() => end({ is: open ? 'answered' : 'timed out' }), patienceMs);
    socket.on('connect', () => (open = true));
    socket.on('data', (data) => {
      text += data.toString('latin1').slice(0, 200);
      if (text.includes('\n') || text.length > 100) end({ is: 'answered', line: text.split('\n', 1)[0]! });
    });
    socket.on('end', () => end(text === '' ? { is: 'closed' } : { is: 'answered', line: text }));
    socket.on('error', (error) => end({ is: outcomeOf(error, open) }));
  }

  function dialUdp(request: Extract<AgentRequest, { do: 'dial' }>, done: (reply: DialReply) => void): void {
    const { address, port, patienceMs } = request;
    const socket = dgram.createSocket(address.includes(':') ? 'udp6' : 'udp4');
    let over = false;
    const end = (reply: DialReply): void => {
      if (over) return;
      over = true;
      clearTimeout(limit);
      socket.close();
      done(reply);
    };
    const limit = setTimeout(() => end({ is: 'timed out' }), patienceMs);
    socket.on('error', (error) => end({ is: outcomeOf(error, false) }));
    socket.on('message', (data) =>
      end({ is: 'answered', line: data.toString('latin1').slice(0, 200).trim() }),
    );
    socket.connect(port, address, (error?: Error) => {
      if (error !== undefined && error !== null) end({ is: outcomeOf(error, false) });
      else if (!over) socket.send('netproof?\n');
    });
  }

  function ping(request: Extract<AgentRequest, { do: 'dial' }>, done: (reply: DialReply) => void): void {
    const seconds = String(Math.max(1, Math.round(request.patienceMs / 1000)));
    const rest = ['-q', '-c', '1', '-W', seconds, request.address];
    const send = (): void => {
      const [[program, ...more] = []] = pings;
      if (program === undefined) return done({ is: 'no ping here' });
      programs.execFile(program, [...more, ...rest], { timeout: 10_000 }, (error, out, complaint) => {
        if (error === null) return done({ is: 'answered' });
        if (error.code === 'ENOENT') {
          if (pings[0]?.[0] === program) pings.shift();
          return send();
        }
        done({ is: /unreachable/i.test(`${out}${complaint}`) ? 'unreachable' : 'timed out' });
      });
    };
    send();
  }

  function outcomeOf(error: NodeJS.ErrnoException, open: boolean): PacketOutcome {
    switch (error.code) {
      case 'ECONNREFUSED':
        return 'refused';
      case 'ECONNRESET':
      case 'EPIPE':
        return open ? 'closed' : 'refused';
      case 'ETIMEDOUT':
        return 'timed out';
      default:
        return 'unreachable';
    }
  }

  function listen(request: Extract<AgentRequest, { do: 'listen' }>): void {
    if (request.protocol === 'tcp') listenTcp(request);
    else listenUdp(request);
  }

  function listenTcp({ id, port, address, says }: Extract<AgentRequest, { do: 'listen' }>): void {
    const server = net.createServer((socket) => {
      socket.on('error', () => undefined);
      socket.end(`${says}\n`);
    });
    server.on('error', (error: NodeJS.ErrnoException) => say(id, failed(error)));
    server.listen({ port, host: address ?? (hasIpv6() ? '::' : '0.0.0.0') }, () =>
      say(id, { is: 'listening' }),
    );
  }

  /** One socket per address, so that an answer comes from the address that was asked. */
  function listenUdp({ id, port, address, says }: Extract<AgentRequest, { do: 'listen' }>): void {
    const wanted = address === undefined ? own() : [address];
    let left = wanted.length;
    let bad: ListenReply | undefined;
    const one = (reply: ListenReply): void => {
      if (reply.is !== 'listening') bad ??= reply;
      left -= 1;
      if (left === 0) say(id, bad ?? { is: 'listening' });
    };
    if (left === 0) return say(id, { is: 'listening' });
    for (const at of wanted) {
      const socket = dgram.createSocket(at.includes(':') ? 'udp6' : 'udp4');
      socket.once('error', (error: NodeJS.ErrnoException) => one(failed(error)));
      socket.on('message', (_, { port: theirs, address: their }) =>
        socket.send(`${says}\n`, theirs, their, () => undefined),
      );
      socket.bind({ port, address: at }, () => one({ is: 'listening' }));
    }
  }

  function failed({ code, message }: NodeJS.ErrnoException): ListenReply {
    return code === 'EADDRINUSE' ? { is: 'taken' } : { is: 'refused', why: message };
  }

  function hasIpv6(): boolean {
    return own().some((address) => address.includes(':'));
  }

  /** Addresses that others can dial: those of one link alone are left out. */
  function own(): readonly string[] {
    return Object.values(os.networkInterfaces()).flatMap((all) =>
      (all ?? []).flatMap(({ address }) => (/^fe80:/i.test(address) ? [] : [address])),
    );
  }

  function listening(): readonly Listening[] {
    return (['tcp', 'tcp6', 'udp', 'udp6'] as const).flatMap((table) => {
      const protocol = table.startsWith('tcp') ? ('tcp' as const) : ('udp' as const);
      // States of sockets as the kernel numbers them: 0A listens, and an unconnected UDP socket is 07.
      const state = protocol === 'tcp' ? '0A' : '07';
      return tableLines(table).flatMap((line): readonly Listening[] => {
        const [, local = '', , is] = line.trim().split(/\s+/);
        const [address = '', port = ''] = local.split(':');
        return is === state ? [{ protocol, address: addressOf(address), port: parseInt(port, 16) }] : [];
      });
    });
  }

  function tableLines(table: string): readonly string[] {
    try {
      return fs.readFileSync(`/proc/self/net/${table}`, 'latin1').trim().split('\n').slice(1);
    } catch {
      return [];
    }
  }

  /** The kernel writes addresses as 32 bit words in the order of the machine. */
  function addressOf(hex: string): string {
    const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => {
      const inOrder = (word.match(/../g) ?? []).map((byte) => parseInt(byte, 16));
      return os.endianness() === 'LE' ? inOrder.reverse() : inOrder;
    });
    if (bytes.length === 4) return bytes.join('.');
    if (bytes.every((byte) => byte === 0)) return '::';
    const mapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
    if (mapped) return bytes.slice(12).join('.');
    const groups = Array.from({ length: 8 }, (_, at) =>
      ((bytes[at * 2]! << 8) | bytes[at * 2 + 1]!).toString(16),
    );
    return groups.join(':');
  }
}

/** What `node -e` takes to become an agent. */
export function agentProgram(lifeMs: number): string {
  return `(${agent.toString()})(require, ${Math.ceil(lifeMs)})`;
}
