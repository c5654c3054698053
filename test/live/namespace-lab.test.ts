import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { attempt, run } from './machine/command';
import { committedPackets, packetTable, type Sent } from './machine/packet-table';
import type { Outcome } from './machine/packet';
import { liveSuite } from './machine/suite';
import type { Piece } from './machine/live-machine';

const script = path.join(__dirname, '..', '..', 'labs', 'namespace-lab.sh');

type Form = 'as-written' | 'corrected';
type Place = 'red' | 'blue' | 'the host';

/** Who dials whom: red by its cable, the host by the bridge, and an address that lies behind the gateway. */
const packets = (gateway: string) =>
  [
    ['red', 'blue', '192.168.1.11'],
    ['red', 'its gateway', gateway],
    ['red', 'behind the gateway', '203.0.113.80'],
    ['the host', 'red', '192.168.1.10'],
  ] as const satisfies readonly (readonly [Place, string, string])[];

liveSuite({ name: 'namespace-lab' }, [rootWithUnshare()], (_, ran) => {
  const before = { links: '', namespaces: '' };
  const measured: Sent[] = [];

  beforeAll(async () => {
    ran((await run('ip', ['-Version'])).trim());
    Object.assign(before, await machineNetwork());
  });

  test('S20, as written: red reaches blue, and not its gateway, which is in another block', async () => {
    const { outcomes, said } = await dialled('as-written', '172.17.0.1');
    expect(said).toContain('Nexthop has invalid gateway');
    expect(said).toContain(
      "red cannot use 172.17.0.1: the gateway is not in 192.168.1.0/24, red's own block",
    );
    expect(outcomes.map(({ outcome }) => outcome === 'connected')).toEqual([true, false, false, false]);
    measured.push(...outcomes);
  });

  test('S20, corrected: with a gateway in its own block red reaches what lies behind it, and the host red', async () => {
    const { outcomes, said } = await dialled('corrected', '192.168.1.1');
    expect(said).not.toContain('invalid gateway');
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(Array(4).fill('connected'));
    measured.push(...outcomes);
  });

  test('docs/packets.md has these packets', () => {
    expect(packetTable(measured)).toBe(committedPackets('namespace-lab', measured));
  });

  test('it ends with its command, whose code it gives on, and after its seconds', async () => {
    expect((await lab('corrected', ['sh', '-c', 'exit 7'])).code).toBe(7);
    const started = Date.now();
    const late = await lab('corrected', ['sleep', '30'], { NAMESPACE_LAB_SECONDS: '1' });
    expect(late.code).not.toBe(0);
    expect(Date.now() - started).toBeLessThan(15_000);
  });

  test('another form, and a user who may not, are refused', async () => {
    expect(await attempt('sh', [script, 'fixed'])).toMatchObject({
      code: 2,
      stderr: 'namespace-lab: no form "fixed": as-written or corrected\n',
    });
    const nobody = ['--reuid', '65534', '--clear-groups', 'sh', '-s', 'corrected'];
    const refused = await attempt('setpriv', nobody, { input: fs.readFileSync(script, 'utf8') });
    expect(refused).toMatchObject({ code: 2, stderr: 'namespace-lab: network namespaces need root\n' });
  });

  test('nothing is left on the machine, not by a lab that was killed either', async () => {
    const child = spawn('sh', [script, 'corrected', 'sleep', '30'], { stdio: ['ignore', 'ignore', 'pipe'] });
    await new Promise<void>((resolve) => {
      let said = '';
      child.stderr.on('data', (text: Buffer) => {
        said += text.toString();
        if (said.includes('ip -n blue route add')) resolve();
      });
    });
    // timeout has taken the place of sh; its child, unshare, is whom the kernel answers for.
    const [unshare] = fs
      .readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')
      .trim()
      .split(' ');
    const ended = new Promise((resolve) => child.once('exit', resolve));
    process.kill(Number(unshare), 'SIGKILL');
    await ended;
    expect(await machineNetwork()).toEqual(before);
  });
});

/** Builds the lab, opens a server in every namespace, and dials. */
async function dialled(form: Form, gateway: string) {
  const server = `require('net').createServer(s => s.end()).listen(80, '0.0.0.0', () => console.log('up'))`;
  const dial = (address: string) => `
    const socket = require('net').connect({ host: '${address}', port: 80 });
    const say = outcome => { console.log(outcome); process.exit(0); };
    socket.setTimeout(2000, () => say('timed out'));
    socket.on('connect', () => say('connected'));
    socket.on('error', ({ code }) => say({ ECONNREFUSED: 'refused', ENETUNREACH: 'unreachable' }[code] ?? code));`;
  const code = `
    const { spawn, execFileSync } = require('child_process');
    const places = { red: ['ip', 'netns', 'exec', 'red'], blue: ['ip', 'netns', 'exec', 'blue'], 'the host': [] };
    const at = (place, code) => [...places[place], process.execPath, '-e', code];
    const servers = Object.keys(places).map(place => {
      const [program, ...args] = at(place, ${JSON.stringify(server)});
      const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      return new Promise(resolve => child.stdout.once('data', () => resolve(child)));
    });
    Promise.all(servers).then(children => {
      for (const [place, code] of ${JSON.stringify(packets(gateway).map(([from, , to]) => [from, dial(to)]))}) {
        const [program, ...args] = at(place, code);
        process.stdout.write(execFileSync(program, args));
      }
      children.forEach(child => child.kill());
    });`;
  const { stdout, stderr } = await lab(form, [process.execPath, '-e', code]);
  const words = stdout.trim().split('\n') as Outcome[];
  const outcomes = packets(gateway).map(([from, to, address], index) => ({
    from: `${from}, ${form}`,
    to,
    at: address,
    port: 80,
    outcome: words[index]!,
  }));
  return { outcomes, said: stderr };
}

function lab(form: Form, command: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return attempt('sh', [script, form, ...command], { env, timeoutSeconds: 60 });
}

/** What of this machine's network a lab could have changed. */
async function machineNetwork() {
  const ours = /(red|blue|br-lab)/;
  const links = (await run('ip', ['-brief', 'link'])).split('\n').filter((line) => ours.test(line));
  const namespaces = (await run('ip', ['netns', 'list'])).split('\n').filter((line) => ours.test(line));
  return { links: links.join('\n'), namespaces: namespaces.join('\n') };
}

/** The lab needs root and two programs, and nothing that is prepared. */
function rootWithUnshare(): Piece<true> {
  return process.getuid?.() === 0 && fs.existsSync('/proc/self/ns/net')
    ? { value: true }
    : { reason: 'network namespaces need root on Linux' };
}
