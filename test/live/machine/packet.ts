import { attempt } from './command';
import { inNamespace, type Namespace } from './network-lab';

/** What became of an attempt to open a TCP connection, in the words a person would use. */
export type Outcome = 'connected' | 'refused' | 'timed out' | 'unreachable' | 'name not found';

/** Seconds without an answer that count as dropped. Everything here is on one machine and answers in milliseconds. */
const patienceSeconds = 2;

/**
 * Opens a TCP connection from a namespace and closes it again. A name is resolved first as a container resolves it,
 * by asking Docker's own resolver in that namespace.
 */
export async function dial(from: Namespace, target: string, port: number): Promise<Outcome> {
  const address = isName(target) ? await resolve(from, target) : target;
  if (address === undefined) return 'name not found';
  const code = `
    const socket = require('net').connect({ host: ${JSON.stringify(address)}, port: ${port} });
    const say = outcome => { console.log(outcome); process.exit(0); };
    socket.setTimeout(${patienceSeconds * 1000}, () => say('ETIMEDOUT'));
    socket.on('connect', () => say('connected'));
    socket.on('error', error => say(error.code));`;
  return outcomeOf(await inside(from, code));
}

/** What an HTTP server says to a GET from a namespace. */
export interface Page {
  readonly outcome: Outcome;
  readonly status: number;
  readonly body: string;
}

/** Asks for a page; the body is complete or the outcome is not 'connected'. */
export async function get(from: Namespace, target: string, port: number, path = '/'): Promise<Page> {
  const address = isName(target) ? await resolve(from, target) : target;
  if (address === undefined) return { outcome: 'name not found', status: 0, body: '' };
  const options = { host: address, port, path, timeout: patienceSeconds * 2000 };
  const code = `
    const say = answer => { console.log(JSON.stringify(answer)); process.exit(0); };
    const request = require('http').get(${JSON.stringify(options)}, response => {
      let body = '';
      response.on('data', chunk => (body += chunk)).on('end', () => say(['connected', response.statusCode, body]));
    });
    request.on('timeout', () => say(['ETIMEDOUT', 0, '']));
    request.on('error', error => say([error.code, 0, '']));`;
  const [word, status, body] = JSON.parse(await inside(from, code)) as [string, number, string];
  return { outcome: outcomeOf(word), status, body };
}

/** First address that Docker's resolver gives for a name in a container's namespace; undefined when it knows none. */
export async function resolve(from: Namespace, name: string): Promise<string | undefined> {
  const code = `
    const resolver = new (require('dns').Resolver)({ timeout: 1500, tries: 1 });
    resolver.setServers(['127.0.0.11']);
    resolver.resolve4(${JSON.stringify(name)}, (error, addresses) => console.log(error ? '' : addresses[0]));`;
  const address = (await inside(from, code)).trim();
  return address === '' ? undefined : address;
}

async function inside(from: Namespace, code: string): Promise<string> {
  const [program = '', ...args] = [...inNamespace(from), process.execPath, '-e', code];
  const result = await attempt(program, args, { timeoutSeconds: 20 });
  if (result.code !== 0) throw new Error(`a packet could not be sent from ${from.path}: ${result.stderr}`);
  return result.stdout;
}

function outcomeOf(word: string): Outcome {
  const code = word.trim();
  if (code === 'connected') return code;
  if (code === 'ECONNREFUSED' || code === 'ECONNRESET') return 'refused';
  if (code === 'ETIMEDOUT') return 'timed out';
  if (code === 'ENETUNREACH' || code === 'EHOSTUNREACH') return 'unreachable';
  throw new Error(`the connection ended with ${code}, which has no word here`);
}

function isName(target: string): boolean {
  return /[a-z]/i.test(target) && !target.includes(':');
}
