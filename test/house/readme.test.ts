import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import packageJson from '../../package.json';
import { markdownBlocks, shownRuns } from './markdown-block';
import { outcomeOf, tool } from './packed-package';
import { root, textOf } from './repository';

const blocks = markdownBlocks(textOf('README.md'));
const stacks = [
  'aws-shop',
  'aws-three-subnet-vpc',
  'docker-three-tier',
  'host-only-lab',
  'monitoring-lab',
  'network-modes',
  'vmware-lab',
];

/**
 * A folder in which the checkout's commands run as in a fresh clone: everything is linked, and what they write
 * (cdktf.out, passwords) stays here. The machine has no network interfaces, so that none of them can overlap.
 */
let clone: string;
beforeAll(() => {
  clone = mkdtempSync(join(tmpdir(), 'netproof-readme-'));
  const made = new Set(['cdktf.out', '.secrets', '.git', 'dist']);
  for (const name of readdirSync(root).filter((entry) => !made.has(entry)))
    symlinkSync(join(root, name), join(clone, name));
  writeFileSync(join(clone, 'no-interfaces.cjs'), "require('node:os').networkInterfaces = () => ({});\n");
});
afterAll(() => rmSync(clone, { recursive: true, force: true }));

/** Runs one line as the README means it: set up already, and with the sources instead of a built `npx netproof`. */
function runLine(line: string): string {
  const command = line
    .replace(/^npm ci && /, '')
    .replace(/^npm (start|run)\b/, 'npm --silent $1')
    .replace(/^npx netproof\b/, `"${tool('ts-node')}" lib/cli/main.ts`);
  const settings = Object.keys(process.env).filter((name) => /^(NETPROOF_|AWS_|CDKTF_)/.test(name));
  const { code, out, err } = outcomeOf('sh', ['-c', command], clone, {
    ...Object.fromEntries(settings.map((name) => [name, undefined])),
    NODE_OPTIONS: `--require ${join(clone, 'no-interfaces.cjs')}`,
  });
  if (code !== 0) throw new Error(`${line} exited ${code}\n${out}${err}`);
  return out.trimEnd();
}

test('the README has blocks of these languages only, each held by a test', () => {
  expect([...new Set(blocks.map(({ language }) => language))].sort()).toEqual([
    'console',
    'json',
    'sh',
    'ts',
  ]);
});

test('every shown command prints what is shown', () => {
  const runs = blocks.filter(({ language }) => language === 'console').flatMap(({ code }) => shownRuns(code));
  expect(runs[0]?.command).toBe('npm ci && npm start');
  for (const { command, output } of runs)
    expect(`$ ${command}\n${runLine(command)}`).toBe(`$ ${command}\n${output}`);
}, 60_000);

test('every command without output is this run itself, a deployment that the live suite makes, or an installation', () => {
  const lines = blocks
    .filter(({ language }) => language === 'sh')
    .flatMap(({ code }) => code.trim().split('\n'));
  const deployments = stacks.flatMap((stack) => [`npx cdktf deploy ${stack}`, `npx cdktf destroy ${stack}`]);
  const installations = lines.filter((line) => line.startsWith('npm install'));
  const others = lines.filter((line) => !deployments.includes(line) && !installations.includes(line));
  expect(others).toEqual(['npm ci && npm test']);
  const fresh = textOf('.ci/fresh-project.sh');
  // A fresh project is installed by these very lines.
  for (const line of installations)
    expect(fresh).toContain(line.replace('./netproof-0.1.0.tgz', '"$tarball"'));
});

test('the versions that the README installs are those that the tests run with', () => {
  const versions = packageJson.devDependencies as Readonly<Record<string, string>>;
  const installed = blocks.flatMap(({ code }) => [...code.matchAll(/(@?[\w/-]+)@(\d+\.\d+\.\d+)/g)]);
  const named = installed
    .map(([, name, version]) => [name!, version!] as const)
    .filter(([name]) => versions[name]);
  expect(named.map(([name]) => name)).toContain('cdktf');
  expect(named.filter(([name, version]) => versions[name] !== version)).toEqual([]);
  expect(textOf('README.md')).toContain(`netproof-${packageJson.version}.tgz`);
});

test('the recipe for CDK Terrain is whole JSON and puts cdktn where cdktf is asked for', () => {
  const [recipe] = blocks.filter(({ language }) => language === 'json');
  expect(JSON.parse(recipe!.code)).toMatchObject({
    dependencies: { cdktf: expect.stringMatching(/^npm:cdktn@\d/) as string },
    overrides: { cdktf: '$cdktf' },
  });
});
