import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { cached, clearCache } from './machine/cache';
import { attempt } from './machine/command';
import { iamActions } from './machine/iam-actions';
import { labAddresses, labPorts, type NetworkLab, openNetworkLab } from './machine/network-lab';
import { dial, get } from './machine/packet';
import { committedPackets, packetTable } from './machine/packet-table';
import { filesHolding } from './machine/secret-search';

describe('the cache', () => {
  let folder: string;
  const before = process.env['NETPROOF_CACHE'];

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'netproof-cache-'));
    process.env['NETPROOF_CACHE'] = folder;
  });

  afterEach(() => {
    if (before === undefined) delete process.env['NETPROOF_CACHE'];
    else process.env['NETPROOF_CACHE'] = before;
    fs.rmSync(folder, { recursive: true, force: true });
  });

  test('makes a folder once, and again under another key', async () => {
    const made: string[] = [];
    const make = (name: string) => (draft: string) => {
      made.push(name);
      return Promise.resolve(fs.writeFileSync(path.join(draft, 'content'), name));
    };
    const first = await cached('part-1', make('first'));
    expect(await cached('part-1', make('second'))).toBe(first);
    expect(fs.readFileSync(path.join(first, 'content'), 'utf8')).toBe('first');
    await cached('part-2', make('third'));
    expect(made).toEqual(['first', 'third']);
  });

  test('keeps nothing of a folder whose making failed', async () => {
    const failing = cached('part', (draft) => {
      fs.writeFileSync(path.join(draft, 'half'), '');
      return Promise.reject(new Error('no mirror'));
    });
    await expect(failing).rejects.toThrow('no mirror');
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  test('loses what nobody used for two weeks and what a killed run left, and keeps the rest', () => {
    for (const name of ['old', 'new', 'part.draft-999999999', `part.draft-${process.ppid}`]) {
      fs.mkdirSync(path.join(folder, name));
    }
    const weeksAgo = new Date(Date.now() - 15 * 24 * 3600 * 1000);
    fs.utimesSync(path.join(folder, 'old'), weeksAgo, weeksAgo);
    clearCache();
    expect(fs.readdirSync(folder).sort()).toEqual(['new', `part.draft-${process.ppid}`]);
  });
});

test('a command that does not end is stopped with its children', async () => {
  const started = Date.now();
  const result = await attempt('sh', ['-c', 'sleep 30 | cat'], { timeoutSeconds: 1 });
  expect(result.code).toBe(-1);
  expect(result.stderr).toContain('stopped after 1 s');
  expect(Date.now() - started).toBeLessThan(10_000);
  expect((await attempt('sh', ['-c', 'exit 3'])).code).toBe(3);
});

test('the actions of a deploy are its calls and the tags that came with them, without those of a test', () => {
  const call = (action: string, byTerraform: boolean, service = 'ec2', body = '') => ({
    action,
    byTerraform,
    service,
    parameters: new URLSearchParams(body),
  });
  const calls = [
    call('DescribeVpcs', true),
    call('CreateVpc', true, 'ec2', 'TagSpecification.1.ResourceType=vpc'),
    call('DescribeVpcs', true),
    call('GetCallerIdentity', true, 'sts'),
    call('DescribeRegions', false),
  ];
  expect(iamActions(calls)).toEqual(['ec2:CreateTags', 'ec2:CreateVpc', 'ec2:DescribeVpcs']);
});

test('a secret is found in any file of a folder, and not behind a link', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'netproof-secret-'));
  const elsewhere = fs.mkdtempSync(path.join(os.tmpdir(), 'netproof-secret-'));
  fs.mkdirSync(path.join(folder, 'deep'));
  fs.writeFileSync(path.join(folder, 'deep', 'state'), 'a hunter2 b');
  fs.writeFileSync(path.join(elsewhere, 'provider'), 'hunter2');
  fs.symlinkSync(elsewhere, path.join(folder, 'link'));
  expect(filesHolding(folder, 'hunter2')).toEqual([path.join(folder, 'deep', 'state')]);
  expect(filesHolding(folder, 'hunter3')).toEqual([]);
  for (const made of [folder, elsewhere]) fs.rmSync(made, { recursive: true });
});

test('packets are a table of their own kind, and one that no page has is said to be missing', () => {
  const sent = [
    { from: 'web', to: 'db', at: '10.9.1.2', port: 5432, outcome: 'timed out' },
    { from: 'the host', to: 'db', at: '10.9.1.2', port: 5432, outcome: 'connected' },
  ] as const;
  expect(packetTable(sent)).toBe(`\
| from     | to  | dialled       | what happens |
| -------- | --- | ------------- | ------------ |
| web      | db  | 10.9.1.2:5432 | timed out    |
| the host | db  | 10.9.1.2:5432 | connected    |`);
  if (process.env['NETPROOF_WRITE_PACKETS'] === undefined)
    expect(committedPackets('no such suite', sent)).toBe('docs/packets.md has no section "no such suite"');
});

const asRoot = process.getuid?.() === 0 ? describe : describe.skip;

asRoot('a packet of the lab', () => {
  let lab: NetworkLab;
  beforeAll(async () => {
    lab = await openNetworkLab();
  });
  afterAll(() => lab?.close());

  test('arrives where a server listens, and is refused where none does', async () => {
    expect(await dial(lab.host, labAddresses.outside, labPorts.outside)).toBe('connected');
    expect(await dial(lab.host, labAddresses.outside, labPorts.outside + 1)).toBe('refused');
    const page = await get(lab.neighbour, labAddresses.host, labPorts.hostService);
    expect(page).toEqual({
      outcome: 'connected',
      status: 200,
      body: `host asked by ${labAddresses.neighbour}`,
    });
  });

  test('times out where it is dropped, and goes nowhere without a route', async () => {
    await attempt('ip', [
      '-n',
      path.basename(lab.host.path),
      'route',
      'add',
      'unreachable',
      '198.51.100.128/25',
    ]);
    expect(await dial(lab.host, '198.51.100.200', 80)).toBe('unreachable');
    // The neighbour forwards nothing: what is sent to it for others is lost.
    expect(await dial(lab.host, '198.18.0.1', 80)).toBe('timed out');
  });

  test('does not come from the machine itself: the addresses of the lab are unknown there', async () => {
    const listed = await attempt('ip', ['-brief', 'address']);
    expect(listed.stdout).not.toContain(labAddresses.host);
    const inside = await attempt('ip', ['-n', path.basename(lab.host.path), '-brief', 'address']);
    expect(inside.stdout).toContain(labAddresses.host);
  });
});
