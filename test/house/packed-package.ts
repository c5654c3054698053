import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './repository';

/** A tarball of the package as `npm pack` makes it, and a project beside it that has installed it. */
export interface PackedPackage {
  readonly tarball: string;
  /** Paths inside the tarball. */
  readonly files: readonly string[];
  /** Root of a project whose node_modules holds the tarball's files, and links to the checkout's other packages. */
  readonly project: string;
  readonly remove: () => void;
}

/**
 * Builds from the sources of now into a temporary folder; the checkout's own dist is left alone. Types are not checked
 * again: `npm test` begins with that.
 */
export function packPackage(): PackedPackage {
  const folder = mkdtempSync(join(tmpdir(), 'netproof-package-'));
  const staged = join(folder, 'staged');
  mkdirSync(staged);
  run(tool('tsc'), ['-p', 'tsconfig.build.json', '--noCheck', '--outDir', join(staged, 'dist')], root);
  for (const file of ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'policy.schema.json']) {
    copyFileSync(join(root, file), join(staged, file));
  }
  const packed = run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], staged);
  const [{ filename, files }] = JSON.parse(packed) as [{ filename: string; files: { path: string }[] }];
  const project = join(folder, 'project');
  installInto(project, join(folder, filename));
  return {
    tarball: join(folder, filename),
    files: files.map(({ path }) => path),
    project,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Unpacks the tarball where npm would, and links every other package of the checkout beside it. */
function installInto(project: string, tarball: string): void {
  const modules = join(project, 'node_modules');
  const home = join(modules, 'netproof');
  mkdirSync(home, { recursive: true });
  run('tar', ['-xzf', tarball, '-C', home, '--strip-components=1'], project);
  const names = readdirSync(join(root, 'node_modules')).filter(
    (name) => !name.startsWith('.') && name !== 'netproof',
  );
  for (const name of names) symlinkSync(join(root, 'node_modules', name), join(modules, name));
  writeFileSync(join(project, 'package.json'), '{ "name": "user", "private": true }\n');
}

/** Path of a development tool of the checkout. */
export const tool = (name: string): string => join(root, 'node_modules', '.bin', name);

/** Standard output of a command that must succeed; otherwise throws with all that it printed. */
export function run(command: string, args: readonly string[], cwd: string): string {
  const result = outcomeOf(command, args, cwd);
  if (result.code !== 0) {
    throw new Error(`${command} ${args.join(' ')} exited ${result.code}\n${result.out}${result.err}`);
  }
  return result.out;
}

/** Runs a command to its end; `environment` is laid over that of this process, undefined taking a variable out. */
export function outcomeOf(
  command: string,
  args: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string | undefined>> = {},
): { readonly code: number | null; readonly out: string; readonly err: string } {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0', CHECKPOINT_DISABLE: '1', ...environment },
  });
  if (error !== undefined) throw error;
  return { code: status, out: stdout, err: stderr };
}
