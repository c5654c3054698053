import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import packageJson from '../../package.json';
import { markdownBlocks } from './markdown-block';
import { outcomeOf, packPackage, run, tool, type PackedPackage } from './packed-package';
import { textOf } from './repository';

jest.setTimeout(180_000);

let packed: PackedPackage;
beforeAll(() => {
  packed = packPackage();
});
afterAll(() => (packed as PackedPackage | undefined)?.remove());

test('the tarball holds what runs, its types, licence and changes, and nothing else', () => {
  const others = packed.files.filter((file) => !/^dist\/.+\.(js|d\.ts)$/.test(file));
  expect(others.sort()).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'package.json',
    'policy.schema.json',
  ]);
  expect(packed.files).toEqual(
    expect.arrayContaining(['dist/index.js', 'dist/aws/index.d.ts', 'dist/cli/main.js']),
  );
  expect(packed.files.filter((file) => /test|stacks|bench|fixture/.test(file))).toEqual([]);
});

test('publint finds nothing to say about it', () => {
  const { code, out, err } = outcomeOf(tool('publint'), ['run', packed.tarball, '--strict'], packed.project);
  expect(`${out}${err}`).toContain('All good!');
  expect(code).toBe(0);
});

test('every door has types in every resolution', () => {
  const { out } = outcomeOf(tool('attw'), [packed.tarball, '--format', 'json'], packed.project);
  const { analysis, problems } = JSON.parse(out) as Attw;
  expect(Object.keys(analysis.entrypoints).sort()).toEqual(Object.keys(packageJson.exports).sort());
  expect(problems ?? {}).toEqual({});
});

interface Attw {
  readonly analysis: { readonly entrypoints: object };
  readonly problems?: object;
}

describe('a project that installed it', () => {
  const app = `import { DockerProvider } from '@cdktf/provider-docker/lib/provider';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { App, TerraformStack } from 'cdktf';
import { Cidr, NetproofError, tcp, type Slot } from 'netproof';
import { ThreeSubnetVpc } from 'netproof/aws';
import { HostOnlySegment, ThreeTierNetwork } from 'netproof/docker';

// @ts-expect-error -- what a door does not export is not found
import type { Vpc } from 'netproof/aws';
export type Nothing = Vpc;

const slots: Partial<Record<Slot, string>> = { a: 'eu-central-1a' };
const app = new App();
const cloud = new TerraformStack(app, 'cloud');
new AwsProvider(cloud, 'aws', { region: 'eu-central-1' });
const vpc: ThreeSubnetVpc = new ThreeSubnetVpc(cloud, 'net', { slots });
const laptop = new TerraformStack(app, 'laptop');
new DockerProvider(laptop, 'docker');
new ThreeTierNetwork(laptop, 'shop', {
  front: { name: 'nginx', image: 'nginx:1' },
  api: { name: 'api', image: 'api:1', listens: [tcp(8080)] },
  db: { name: 'postgres', image: 'postgres:17' },
});
new HostOnlySegment(laptop, 'lab', { name: 'lab' });
app.synth();

let refused: unknown;
try {
  Cidr.parse('10.0.0.1/24');
} catch (error) {
  refused = error;
}
console.log(vpc.db.subnetIds.length, NetproofError.is(refused));
`;
  // What the template of cdktf writes, which resolves like Node 10 did, and what a newer project writes.
  const settings = {
    node10: { module: 'commonjs', moduleResolution: 'node10' },
    node16: { module: 'node16', moduleResolution: 'node16' },
  };
  const sources = [
    app,
    ...markdownBlocks(textOf('README.md'))
      .filter(({ language }) => language === 'ts')
      .map(({ code }) => code),
  ];

  test.each(Object.entries(settings))(
    'compiles %s-like and strictly, as do the blocks of the README',
    (name, modules) => {
      sources.forEach((code, at) => writeFileSync(join(packed.project, `app-${at}.ts`), code));
      const options = {
        ...modules,
        target: 'ES2022',
        strict: true,
        skipLibCheck: true,
        types: ['node'],
        outDir: name,
      };
      writeFileSync(
        join(packed.project, 'tsconfig.json'),
        JSON.stringify({ compilerOptions: options, files: sources.map((_code, at) => `app-${at}.ts`) }),
      );
      run(tool('tsc'), ['-p', 'tsconfig.json'], packed.project);
      expect(readdirSync(join(packed.project, name)).sort()).toEqual(
        sources.map((_code, at) => `app-${at}.js`),
      );
    },
  );

  test('runs what it compiled, and describes what that wrote by the installed command', () => {
    expect(run('node', ['node10/app-0.js'], packed.project)).toBe('1 true\n');
    const described = run(
      'node',
      ['node_modules/netproof/dist/cli/main.js', 'describe', 'cdktf.out'],
      packed.project,
    );
    expect(described).toMatch(/^cloud {3}10\.0\.0\.0\/16 {3}eu-central-1\n/);
    expect(described).toContain('\nlaptop   3 containers on 3 networks\n');
    const piped =
      'node node_modules/netproof/dist/cli/main.js describe - < cdktf.out/stacks/laptop/cdk.tf.json | head -n 1';
    expect(run('sh', ['-c', piped], packed.project)).toContain('3 containers on 3 networks\n');
  });

  test('synthesizes every block of the README', () => {
    for (let at = 1; at < sources.length; at++) {
      rmSync(join(packed.project, 'cdktf.out'), { recursive: true, force: true });
      run('node', [`node10/app-${at}.js`], packed.project);
      expect(existsSync(join(packed.project, 'cdktf.out/manifest.json'))).toBe(true);
    }
    expect(sources.length).toBeGreaterThan(2);
  });

  test('names the exports of every door from an ES module', () => {
    writeFileSync(
      join(packed.project, 'app.mjs'),
      `import { Cidr, tcp } from 'netproof';
import { ThreeSubnetVpc } from 'netproof/aws';
import { ThreeTierNetwork } from 'netproof/docker';
console.log(String(Cidr.parse('10.0.0.0/8')), String(tcp(22)), ThreeSubnetVpc.name, ThreeTierNetwork.name);
`,
    );
    expect(run('node', ['app.mjs'], packed.project)).toBe(
      '10.0.0.0/8 tcp/22 ThreeSubnetVpc ThreeTierNetwork\n',
    );
  });

  test('loads no CDK code by the door netproof or the command, and one provider alone by the others', () => {
    const loaded = (...doors: string[]): string[] => {
      const code = `${doors.map((door) => `require('${door}');`).join('')} console.log(Object.keys(require.cache).join())`;
      const files = run('node', ['-e', code], packed.project).trim().split(',');
      const packages = files.map((file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? file);
      return [...new Set(packages)].sort();
    };
    expect(loaded('netproof', './node_modules/netproof/dist/cli/main.js')).toEqual(['netproof']);
    const [aws, docker] = [loaded('netproof/aws'), loaded('netproof/docker')];
    expect(aws).toEqual(expect.arrayContaining(['@cdktf/provider-aws', 'cdktf', 'constructs', 'netproof']));
    expect(aws).not.toContain('@cdktf/provider-docker');
    expect(docker).toContain('@cdktf/provider-docker');
    expect(docker).not.toContain('@cdktf/provider-aws');
  });
});

test('the command of the package is a script that Node may be asked to run', () => {
  const command = join(packed.project, 'node_modules/netproof', packageJson.bin.netproof);
  expect(readFileSync(command, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
});
