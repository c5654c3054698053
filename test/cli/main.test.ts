import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../lib/cli/main';
import { plainPaint, terminalPaint } from '../../lib/report/terminal-style';
import { version } from '../../package.json';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'netproof-cli-'));
  const stacks = ['net', 'lab'].map((name) => [
    name,
    { name, synthesizedStackPath: `stacks/${name}/cdk.tf.json` },
  ]);
  const terraform = {
    net: {
      resource: { aws_vpc: { v: { cidr_block: '10.0.0.0/16' } } },
      provider: { aws: { region: 'eu-central-1' } },
    },
    lab: { resource: { docker_network: { n: { name: 'lab', internal: true } } } },
  };
  writeFileSync(
    join(folder, 'manifest.json'),
    JSON.stringify({ stacks: Object.fromEntries(stacks) as unknown }),
  );
  for (const [name, document] of Object.entries(terraform)) {
    mkdirSync(join(folder, 'stacks', name), { recursive: true });
    writeFileSync(join(folder, 'stacks', name, 'cdk.tf.json'), JSON.stringify(document));
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(...args: string[]): { readonly code: number; readonly out: string; readonly err: string } {
  let [out, err] = ['', ''];
  const code = main(args, { out: (text) => (out += text), err: (text) => (err += text), paint: plainPaint });
  return { code, out: out.replaceAll(folder, 'OUT'), err: err.replaceAll(folder, 'OUT') };
}

describe('netproof describe', () => {
  test('prints what each stack creates and what to do next', () => {
    expect(run('describe', folder)).toEqual({
      code: 0,
      out: `net   10.0.0.0/16   eu-central-1
  1 resource -> OUT/stacks/net/cdk.tf.json

lab   no containers on 1 network
  lab   a block that Docker picks   no way out   nobody yet
  1 resource -> OUT/stacks/lab/cdk.tf.json

Next: npx cdktf deploy lab   (needs Docker and Terraform or OpenTofu)
`,
      err: '',
    });
  });

  test('with --stack speaks of one', () => {
    const { out } = run('describe', folder, '--stack', 'net');
    expect(out).toContain('Next: npx cdktf deploy net   (needs an AWS account and Terraform or OpenTofu)');
    expect(out).not.toContain('lab');
  });

  test('of a single file knows no stack to deploy', () => {
    expect(run('describe', join(folder, 'stacks/net/cdk.tf.json')).out).not.toContain('Next');
  });

  test('with --json prints the same as data, with its format', () => {
    const { code, out } = run('describe', '--json', folder);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      format: 1,
      stacks: [
        {
          stack: 'net',
          resources: 1,
          notDescribed: {},
          aws: { regions: ['eu-central-1'], vpcs: [{ blocks: ['10.0.0.0/16'] }] },
        },
        { stack: 'lab', docker: { networks: [{ name: 'lab', internal: true }], containers: [] } },
      ],
    });
  });

  test('paints only where it is asked to', () => {
    let out = '';
    main(['describe', folder], { out: (text) => (out += text), err: () => undefined, paint: terminalPaint });
    expect(out).toContain('\u001b[1mnet\u001b[22m');
    expect(run('describe', folder).out).not.toContain('\u001b');
  });
});

describe('a line that cannot be understood exits 2, explains itself on standard error, and prints no result', () => {
  test.each([
    [['descrbe', 'x'], 'netproof has no command descrbe. Did you mean "describe"?\n'],
    [['frobnicate'], 'netproof has no command frobnicate. See netproof --help.\n'],
    [['--jsn'], 'netproof has no option --jsn. See netproof --help.\n'],
    [['describe'], 'netproof describe needs an INPUT: npx netproof describe cdktf.out.\n'],
    [['describe', 'x', '--jsno'], 'There is no option --jsno. Did you mean "--json"?\n'],
    [
      ['describe', 'x', '-x'],
      'There is no option -x. There are --stack, --assume, --synth, --json, --help.\n',
    ],
    [['describe', 'x', '--stack'], '--stack needs a value: --stack NAME.\n'],
    [['describe', 'x', '--json=yes'], '--json takes no value, "yes" was given.\n'],
    [['describe', 'no/such/file'], 'There is no file or folder no/such/file.\n'],
    [['describe', '--', '--x'], 'There is no file or folder --x.\n'],
    [['describe', 'evil\u001b[2J'], 'There is no file or folder evil\\u{1b}[2J.\n'],
  ])('%j', (args, err) => expect(run(...args)).toEqual({ code: 2, out: '', err }));

  test('of nothing shows the overview there', () => {
    const { code, out, err } = run();
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('netproof describe INPUT...');
  });
});

test.each([['--help'], ['-h'], ['help']])('%s prints the commands', (flag) => {
  expect(run(flag)).toMatchObject({
    code: 0,
    err: '',
    out: expect.stringContaining('netproof describe INPUT...') as string,
  });
});

test.each([['--help'], ['-h']])('describe %s prints its options, whatever else is missing', (flag) => {
  const { code, out } = run('describe', flag);
  expect(code).toBe(0);
  expect(out).toMatch(
    /^Usage: netproof describe INPUT\.\.\.\n[^]*\n {2}--stack NAME +only the stack of this name\n/,
  );
});

test.each([['--version'], ['-v']])('%s prints the version of the package', (flag) => {
  expect(run(flag)).toEqual({ code: 0, out: `${version}\n`, err: '' });
});

test('a fault of netproof itself is owned, with its stack, and exits 2', () => {
  let err = '';
  const broken = () => {
    throw new TypeError('boom');
  };
  const code = main(['describe', folder], { out: broken, err: (text) => (err += text), paint: plainPaint });
  expect(code).toBe(2);
  expect(err).toMatch(
    /^netproof failed, and this is a fault of netproof: please report it with these lines\.\nTypeError: boom\n/,
  );
});
