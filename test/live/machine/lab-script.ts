import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { attempt, type CommandResult, run } from './command';
import type { Piece } from './live-machine';
import type { Outcome } from './packet';
import type { Sent } from './packet-table';

/** A lab of `labs/`: a script that builds namespaces, runs a command in them, and ends with it. */
export interface LabScript {
  readonly file: string;
  /** Builds the lab in that form and runs a command in it. */
  readonly run: (
    form: string,
    command: readonly string[],
    env?: Readonly<Record<string, string>>,
  ) => Promise<CommandResult>;
  /** Opens a server on port 80 in every place and dials; the script's own words with it. */
  readonly dial: (
    form: string,
    places: readonly string[],
    packets: readonly LabPacket[],
  ) => Promise<{ readonly outcomes: readonly Sent[]; readonly said: string }>;
  /** Starts the lab, kills it once it has printed that line, and waits until it has ended. */
  readonly killOnce: (form: string, printed: string) => Promise<void>;
}

/** From a place of the lab to an address; `to` is what it is called in the table. */
export type LabPacket = readonly [from: string, to: string, address: string];

/** The place of a lab that is no namespace by name: the one in which its script runs. */
export const labHost = 'the host';

/** The script of that name. */
export function labScript(name: string): LabScript {
  const file = path.join(__dirname, '..', '..', '..', 'labs', `${name}.sh`);
  const runLab: LabScript['run'] = (form, command, env = {}) =>
    attempt('sh', [file, form, ...command], { env, timeoutSeconds: 60 });
  return {
    file,
    run: runLab,
    async dial(form, places, packets) {
      const command = [process.execPath, '-e', diallers(places, packets)];
      const { code, stdout, stderr } = await runLab(form, command);
      if (code !== 0) throw new Error(`${name} ${form} ended with ${code}:\n${stderr}`);
      const words = stdout.trim().split('\n') as Outcome[];
      const outcomes = packets.map(([from, to, at], index) => ({
        from: `${from}, ${form}`,
        to,
        at,
        port: 80,
        outcome: words[index]!,
      }));
      return { outcomes, said: stderr };
    },
    async killOnce(form, printed) {
      const child = spawn('sh', [file, form, 'sleep', '30'], { stdio: ['ignore', 'ignore', 'pipe'] });
      await new Promise<void>((resolve) => {
        let said = '';
        child.stderr.on('data', (text: Buffer) => {
          said += text.toString();
          if (said.includes(printed)) resolve();
        });
      });
      // timeout has taken the place of sh; its child, unshare, is whom the kernel answers for.
      const children = fs.readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8');
      const ended = new Promise((resolve) => child.once('exit', resolve));
      process.kill(Number(children.trim().split(' ')[0]), 'SIGKILL');
      await ended;
    },
  };
}

/** Code that opens the servers and dials one after the other, a word of each on a line. */
function diallers(places: readonly string[], packets: readonly LabPacket[]): string {
  const server = `require('net').createServer(s => s.end()).listen(80, '0.0.0.0', () => console.log('up'))`;
  const dial = (address: string) => `
    const socket = require('net').connect({ host: '${address}', port: 80 });
    const say = outcome => { console.log(outcome); process.exit(0); };
    const words = { ECONNREFUSED: 'refused', ENETUNREACH: 'unreachable', EHOSTUNREACH: 'unreachable' };
    socket.setTimeout(2000, () => say('timed out'));
    socket.on('connect', () => say('connected'));
    socket.on('error', ({ code }) => say(words[code] ?? code));`;
  return `
    const { spawn, execFileSync } = require('child_process');
    const enter = place => (place === ${JSON.stringify(labHost)} ? [] : ['ip', 'netns', 'exec', place]);
    const at = (place, code) => [...enter(place), process.execPath, '-e', code];
    const servers = ${JSON.stringify(places)}.map(place => {
      const [program, ...args] = at(place, ${JSON.stringify(server)});
      const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      return new Promise(resolve => child.stdout.once('data', () => resolve(child)));
    });
    Promise.all(servers).then(children => {
      for (const [place, code] of ${JSON.stringify(packets.map(([from, , to]) => [from, dial(to)]))}) {
        const [program, ...args] = at(place, code);
        process.stdout.write(execFileSync(program, args));
      }
      children.forEach(child => child.kill());
    });`;
}

/** What of this machine's network a lab could have changed: links and namespaces with such names. */
export async function namesOnTheMachine(ours: RegExp): Promise<readonly string[]> {
  const listed = [await run('ip', ['-brief', 'link']), await run('ip', ['netns', 'list'])];
  return listed.flatMap((text) => text.split('\n').filter((line) => ours.test(line)));
}

/** The labs need root and what every Linux has, and nothing that is prepared. */
export function rootWithNamespaces(): Piece<true> {
  return process.getuid?.() === 0 && fs.existsSync('/proc/self/ns/net')
    ? { value: true }
    : { reason: 'network namespaces need root on Linux' };
}
