import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The root of the checkout. */
export const root = resolve(__dirname, '../..');

export const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');

/**
 * Files of the repository, as paths from its root: those that git tracks and those that it would take, so that
 * a new file is checked before its first commit.
 */
export function repositoryFiles(matching: RegExp): string[] {
  const list = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return list
    .split('\0')
    .filter((file) => matching.test(file) && existsSync(join(root, file)))
    .sort();
}
