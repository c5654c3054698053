import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '../..');

// Each test starts the app, which takes 1 s on a free machine and several on a busy one.
jest.setTimeout(60_000);

interface Run {
  readonly status: number | null;
  readonly stderr: string;
  /** The synthesized Terraform of a stack. */
  readonly terraform: (stack: string) => string;
  readonly stacks: () => readonly string[];
  readonly wrote: boolean;
}

/** Runs the app by itself in a folder of its own, as `npm start` does. */
function run(context: object, env: Readonly<Record<string, string>> = {}): Run {
  const folder = mkdtempSync(join(tmpdir(), 'netproof-'));
  writeFileSync(join(folder, 'cdktf.json'), JSON.stringify({ context }));
  const ofNobody = Object.entries(process.env).filter(([name]) => !/^(NETPROOF_|CDKTF_|AWS_)/.test(name));
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/ts-node/dist/bin.js'), join(root, 'stacks/main.ts')],
    { cwd: folder, env: { ...Object.fromEntries(ofNobody), ...env }, encoding: 'utf8' },
  );
  const out = join(folder, 'cdktf.out');
  return {
    status,
    stderr,
    terraform: (stack) => readFileSync(join(out, 'stacks', stack, 'cdk.tf.json'), 'utf8'),
    stacks: () =>
      Object.keys(
        (JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')) as { stacks: object }).stacks,
      ).sort(),
    wrote: existsSync(join(out, 'manifest.json')),
  };
}

test('one run synthesizes every stack, and the context of cdktf.json holds without the command line', () => {
  const { status, stderr, stacks, terraform } = run({
    region: 'eu-north-1',
    httpPort: 8099,
    namePrefix: 'mine-',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stacks()).toEqual([
    'aws-shop',
    'aws-three-subnet-vpc',
    'docker-three-tier',
    'host-only-lab',
    'monitoring-lab',
    'network-modes',
    'vmware-lab',
  ]);
  expect(terraform('aws-three-subnet-vpc')).toContain('"region": "eu-north-1"');
  expect(terraform('docker-three-tier')).toContain('"external": 8099');
  expect(terraform('host-only-lab')).toContain('"name": "mine-host-only-lab"');
});

test('a bad setting stops it before anything is written', () => {
  const { status, stderr, wrote } = run({ form: 'loose' });
  expect(stderr).toContain('context form="loose" is neither "hardened" nor "as-written"');
  expect({ status, wrote }).toEqual({ status: 1, wrote: false });
});

test('a network of this machine in the way is said, and the stacks are written all the same', () => {
  const { status, stderr, stacks } = run({}, { NETPROOF_HOST_ONLY_BLOCK: '127.0.0.0/24' });
  expect(stderr).toMatch(
    /^host-only-lab cannot be deployed on this machine: .* Set NETPROOF_HOST_ONLY_BLOCK/,
  );
  expect(stderr).toContain('network-modes cannot be deployed on this machine');
  expect(stderr).not.toContain('vmware-lab cannot');
  expect({ status, stacks: stacks().length }).toEqual({ status: 0, stacks: 7 });
});
