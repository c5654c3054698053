import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(__dirname, 'golden');

/**
 * Compares a value with what is written down in `golden/`. The failure names each place that changed, with before and
 * after; UPDATE_GOLDEN=1 writes the new value down.
 */
export function expectGolden(file: string, value: unknown): void {
  const path = join(folder, file);
  if (process.env.UPDATE_GOLDEN === '1') {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, `${JSON.stringify(value, undefined, 2)}\n`);
  }
  if (!existsSync(path)) throw new Error(`there is no golden file ${file}; UPDATE_GOLDEN=1 writes it`);
  // Through JSON, so that both sides are what a file can hold.
  expect(changes(JSON.parse(readFileSync(path, 'utf8')), JSON.parse(JSON.stringify(value)))).toEqual([]);
}

/** Places where two JSON values differ, each as `resource.aws_vpc.net: before -> after`. */
export function changes(before: unknown, after: unknown, place = ''): readonly string[] {
  if (isNested(before) && isNested(after) && Array.isArray(before) === Array.isArray(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) =>
      changes(before[key], after[key], place === '' ? key : `${place}.${key}`),
    );
  }
  return before === after ? [] : [`${place}: ${shown(before)} -> ${shown(after)}`];
}

function isNested(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
