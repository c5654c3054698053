import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { markdownBlocks } from '../house/markdown-block';
import { textOf } from '../house/repository';
import { failure } from './failure';

const blocks = markdownBlocks(textOf('docs/matchers.md')).filter(({ language }) => language === 'ts');
const doors: Readonly<Record<string, () => unknown>> = {
  netproof: () => jest.requireActual('../../lib'),
  'netproof/aws': () => jest.requireActual('../../lib/aws'),
  'netproof/jest': () => jest.requireActual('../../lib/matchers/jest'),
};

let outdir: string;
beforeAll(() => {
  outdir = mkdtempSync(join(tmpdir(), 'netproof-matchers-'));
  process.env['CDKTF_OUTDIR'] = outdir;
});
afterAll(() => {
  delete process.env['CDKTF_OUTDIR'];
  rmSync(outdir, { recursive: true, force: true });
});

/** Runs a block of the page; the tests in it at once, their titles in order. */
function titlesRunIn(code: string): readonly string[] {
  const titles: string[] = [];
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      esModuleInterop: true,
    },
  });
  const load = (name: string): unknown => doors[name]?.() ?? jest.requireActual(name);
  const test = (title: string, body: () => void): void => {
    titles.push(title);
    body();
  };
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the code of our own page
  const run = new Function('require', 'exports', 'test', 'expect', outputText) as (
    ...given: unknown[]
  ) => void;
  run(load, {}, test, expect);
  return titles;
}

test('the tests of the page hold', () => {
  expect(titlesRunIn(blocks[0]!.code)).toEqual([
    'the database is entered from private on 5432',
    'and from nowhere else',
    'it has no way out, and takes nobody but private',
    'and the whole is as the policy wants it',
  ]);
});

test('the failure of the page is what is printed', () => {
  const [shown] = markdownBlocks(textOf('docs/matchers.md')).filter(({ language }) => language === 'text');
  const setUp = blocks[0]!.code.split("test('")[0]!;
  const failing = blocks[1]!.code;
  const message = failure(() => titlesRunIn(`${setUp}\n${failing}`));
  expect(`${message}\n`).toBe(shown!.code);
});

test('the app of the page synthesizes, its network proven', () => {
  expect(titlesRunIn(blocks[2]!.code)).toEqual([]);
  expect(blocks).toHaveLength(3);
});
