import * as fs from 'node:fs';
import { attempt, run } from './machine/command';
import { labHost, labScript, namesOnTheMachine, rootWithNamespaces } from './machine/lab-script';
import { committedPackets, packetTable, type Sent } from './machine/packet-table';
import { liveSuite } from './machine/suite';

const lab = labScript('namespace-lab');
const ours = /(red|blue|br-lab)/;

/** Who dials whom: red by its cable, the host by the bridge, and an address that lies behind the gateway. */
const dialled = (form: 'as-written' | 'corrected', gateway: string) =>
  lab.dial(
    form,
    ['red', 'blue', labHost],
    [
      ['red', 'blue', '192.168.1.11'],
      ['red', 'its gateway', gateway],
      ['red', 'behind the gateway', '203.0.113.80'],
      [labHost, 'red', '192.168.1.10'],
    ],
  );

liveSuite({ name: 'namespace-lab' }, [rootWithNamespaces()], (_, ran) => {
  let before: readonly string[];
  const measured: Sent[] = [];

  beforeAll(async () => {
    ran((await run('ip', ['-Version'])).trim());
    before = await namesOnTheMachine(ours);
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
    expect((await lab.run('corrected', ['sh', '-c', 'exit 7'])).code).toBe(7);
    const started = Date.now();
    const late = await lab.run('corrected', ['sleep', '30'], { NAMESPACE_LAB_SECONDS: '1' });
    expect(late.code).not.toBe(0);
    expect(Date.now() - started).toBeLessThan(15_000);
  });

  test('another form, and a user who may not, are refused', async () => {
    expect(await lab.run('fixed', [])).toMatchObject({
      code: 2,
      stderr: 'namespace-lab: no form "fixed": as-written or corrected\n',
    });
    const nobody = ['--reuid', '65534', '--clear-groups', 'sh', '-s', 'corrected'];
    const refused = await attempt('setpriv', nobody, { input: fs.readFileSync(lab.file, 'utf8') });
    expect(refused).toMatchObject({ code: 2, stderr: 'namespace-lab: network namespaces need root\n' });
  });

  test('nothing is left on the machine, not by a lab that was killed either', async () => {
    await lab.killOnce('corrected', 'ip -n blue route add');
    expect(await namesOnTheMachine(ours)).toEqual(before);
  });
});
