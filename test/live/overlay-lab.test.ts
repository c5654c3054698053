import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { attempt, run } from './machine/command';
import { labScript, namesOnTheMachine, rootWithNamespaces } from './machine/lab-script';
import type { Piece } from './machine/live-machine';
import { committedPackets, packetTable, type Sent } from './machine/packet-table';
import { liveSuite } from './machine/suite';

const lab = labScript('overlay-lab');
const ours = /(host-[ab]|pod-[ab]|vxlan0|cni0)/;

/** Pod to pod across the hosts, both ways; to its own host; and the hosts among themselves. */
const dialled = (form: 'tunnel' | 'no-tunnel') =>
  lab.dial(
    form,
    ['host-a', 'host-b', 'pod-a', 'pod-b'],
    [
      ['pod-a', 'pod-b', '10.244.2.7'],
      ['pod-b', 'pod-a', '10.244.1.5'],
      ['host-a', 'pod-b', '10.244.2.7'],
      ['pod-a', 'its gateway', '10.244.1.1'],
      ['host-a', 'host-b', '10.0.0.2'],
    ],
  );

liveSuite({ name: 'overlay-lab' }, [rootWithVxlan()], (_, ran) => {
  let before: readonly string[];
  const measured: Sent[] = [];

  beforeAll(async () => {
    ran((await run('ip', ['-Version'])).trim());
    before = await namesOnTheMachine(ours);
  });

  test('S1, overlay: pods of two hosts reach each other at their own addresses, through the tunnel', async () => {
    const { outcomes } = await dialled('tunnel');
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(Array(5).fill('connected'));
    measured.push(...outcomes);
  });

  test('S1, without the tunnel the hosts reach each other, and nobody the pods of the other', async () => {
    const { outcomes, said } = await dialled('no-tunnel');
    expect(said).toContain('no tunnel: a host drops what is for the other');
    expect(outcomes.map(({ outcome }) => outcome)).toEqual([
      ...['unreachable', 'unreachable', 'unreachable'],
      ...['connected', 'connected'],
    ]);
    measured.push(...outcomes);
  });

  test('docs/packets.md has these packets', () => {
    expect(packetTable(measured)).toBe(committedPackets('overlay-lab', measured));
  });

  test('S30: the caller keeps its address, and each packet is 50 bytes longer on the cable between the hosts', async () => {
    const { first, second, third } = await sendDatagrams([1000, 1422, 1423]);
    expect(first).toEqual({ by: '10.244.1.5', size: 1000, packets: 1, added: 50 });
    expect(second).toEqual({ by: '10.244.1.5', size: 1422, packets: 1, added: 50 });
    // 1422 and the headers of IP and UDP are 1450; what is longer goes in two.
    expect(third).toEqual({ by: '10.244.1.5', size: 1423, packets: 2, added: 100 });
  });

  test('S30: the tunnel is network 1 on UDP port 4789', async () => {
    const { stdout } = await lab.run('tunnel', ['ip', '-n', 'host-a', '-details', 'link', 'show', 'vxlan0']);
    expect(stdout).toMatch(/mtu 1450 .*\bvxlan id 1 local 10\.0\.0\.1 .*\bdstport 4789 nolearning\b/s);
    const without = await lab.run('no-tunnel', ['ip', '-n', 'host-a', 'link', 'show', 'vxlan0']);
    expect(without).toMatchObject({ code: 1, stdout: '' });
  });

  test('another form, and a user who may not, are refused', async () => {
    expect(await lab.run('vlan', [])).toMatchObject({
      code: 2,
      stderr: 'overlay-lab: no form "vlan": tunnel or no-tunnel\n',
    });
    const nobody = ['--reuid', '65534', '--clear-groups', 'sh', '-s', 'tunnel'];
    const refused = await attempt('setpriv', nobody, { input: fs.readFileSync(lab.file, 'utf8') });
    expect(refused).toMatchObject({ code: 2, stderr: 'overlay-lab: network namespaces need root\n' });
  });

  test('it ends after its seconds, and leaves nothing, killed or not', async () => {
    const started = Date.now();
    expect((await lab.run('tunnel', ['sleep', '30'], { OVERLAY_LAB_SECONDS: '2' })).code).not.toBe(0);
    expect(Date.now() - started).toBeLessThan(15_000);
    await lab.killOnce('tunnel', 'bridge -n host-b fdb append');
    expect(await namesOnTheMachine(ours)).toEqual(before);
  });
});

/** What became of a datagram from pod-a: as pod-b saw it, and on the cable between the hosts. */
interface Carried {
  readonly by: string;
  readonly size: number;
  /** On the cable. */
  readonly packets: number;
  /** Bytes on the cable beyond those that left the pod, hardware addresses counted in both. */
  readonly added: number;
}

/** Sends datagrams of so many bytes from pod-a to pod-b, one after the other. */
async function sendDatagrams(sizes: readonly [number, number, number]) {
  const receive = `
    require('dgram').createSocket('udp4')
      .on('message', (text, { address }) => console.log(JSON.stringify([address, text.length])))
      .bind(5000, () => console.log('up'));`;
  const send = (size: number) => `
    const socket = require('dgram').createSocket('udp4');
    socket.send(Buffer.alloc(${size}), 5000, '10.244.2.7', () => socket.close());`;
  // Neighbours ask for each other first, and that is not counted: hence one to begin with.
  const code = `
    const { spawn, execFileSync } = require('child_process');
    const lines = require('readline');
    const at = (place, ...command) => execFileSync('ip', ['netns', 'exec', place, ...command]).toString();
    const sent = (place, what) => Number(at(place, 'cat', '/sys/class/net/eth0/statistics/tx_' + what));
    const counted = () => [sent('pod-a', 'bytes'), sent('host-a', 'bytes'), sent('host-a', 'packets')];
    const receiver = spawn('ip', ['netns', 'exec', 'pod-b', process.execPath, '-e', ${JSON.stringify(receive)}]);
    const heard = lines.createInterface({ input: receiver.stdout })[Symbol.asyncIterator]();
    (async () => {
      await heard.next();
      for (const [index, code] of ${JSON.stringify([100, ...sizes].map(send))}.entries()) {
        const before = counted();
        at('pod-a', process.execPath, '-e', code);
        const [by, size] = JSON.parse((await heard.next()).value);
        const [pod, cable, packets] = counted().map((count, i) => count - before[i]);
        if (index > 0) console.log(JSON.stringify({ by, size, packets, added: cable - pod }));
      }
      receiver.kill();
    })();`;
  const { code: ended, stdout, stderr } = await lab.run('tunnel', [process.execPath, '-e', code]);
  if (ended !== 0) throw new Error(`the lab ended with ${ended}:\n${stderr}`);
  const [first, second, third] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Carried);
  return { first, second, third };
}

/** The lab needs root, and a kernel that knows the tunnel: asked in a namespace that ends with the question. */
function rootWithVxlan(): Piece<true> {
  const root = rootWithNamespaces();
  if ('reason' in root) return root;
  const add = ['--net', 'ip', 'link', 'add', 'vxlan0', 'type', 'vxlan', 'id', '1', 'dstport', '4789'];
  return spawnSync('unshare', add).status === 0
    ? root
    : { reason: 'the kernel of this machine has no VXLAN' };
}
