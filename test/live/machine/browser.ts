import { run } from './command';
import { inNamespace, type Namespace } from './network-lab';

/**
 * What a browser comes to. `refused`: nobody listens there. `reset`: somebody took the connection and broke it off.
 * `silent`: taken, and then nothing. `timed out`: not even taken. `unreachable`: no machine has that address.
 */
export type Opened =
  | { readonly outcome: 'page'; readonly status: number; readonly body: string }
  | { readonly outcome: 'refused' | 'reset' | 'silent' | 'timed out' | 'unreachable' };

/** How a page is asked for. */
export interface Browsing {
  /** `user:password`. */
  readonly auth?: string;
  /** Address to ask from, where the namespace has several. */
  readonly from?: string;
  /** Seconds without an answer that count as none. An emulated machine takes its time. @default 10 */
  readonly patienceSeconds?: number;
}

/** Opens a URL with an address in it, from a namespace. */
export async function open(where: Namespace, url: string, browsing: Browsing = {}): Promise<Opened> {
  const { auth, from, patienceSeconds = 10 } = browsing;
  const options = { auth, localAddress: from, agent: false };
  const code = `
    let connected = false, done = false;
    const say = (outcome, more = {}) => {
      if (done) return;
      done = true;
      console.log(JSON.stringify({ outcome, ...more }));
      process.exit(0);
    };
    const outcomes = {
      ECONNREFUSED: 'refused', ECONNRESET: 'reset', EPIPE: 'reset', ETIMEDOUT: 'timed out',
      EHOSTUNREACH: 'unreachable', ENETUNREACH: 'unreachable',
    };
    const request = require('http').get(${JSON.stringify(url)}, ${JSON.stringify(options)}, response => {
      let body = '';
      response.on('data', chunk => (body += chunk));
      response.on('end', () => say('page', { status: response.statusCode, body }));
    });
    request.on('socket', socket => socket.on('connect', () => (connected = true)));
    request.on('error', error => say(outcomes[error.code] ?? String(error.code)));
    setTimeout(() => say(connected ? 'silent' : 'timed out'), ${patienceSeconds * 1000});`;
  const [program = '', ...args] = [...inNamespace(where), process.execPath, '-e', code];
  return JSON.parse(await run(program, args, { timeoutSeconds: patienceSeconds + 20 })) as Opened;
}

/** Opens a URL again and again until the page is as wanted, for a minute and a half; the last answer. */
export async function openUntil(
  where: Namespace,
  url: string,
  wanted: (opened: Opened) => boolean,
  browsing: Browsing = {},
): Promise<Opened> {
  const deadline = Date.now() + 90_000;
  for (;;) {
    const opened = await open(where, url, browsing);
    if (wanted(opened) || Date.now() > deadline) return opened;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}
