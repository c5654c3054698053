import { statSync } from 'node:fs';
import { repositoryFiles, textOf } from './repository';

/** `file:line` of every line that matches. */
function lines(files: readonly string[], pattern: RegExp): string[] {
  return files.flatMap((file) =>
    textOf(file)
      .split('\n')
      .flatMap((line, at) => (pattern.test(line) ? [`${file}:${at + 1}`] : [])),
  );
}

const itself = 'test/house/repository.test.ts';
const texts = repositoryFiles(/(\.(ts|js|mjs|cjs|json|md|sh|sql|conf|svg|yml|yaml)|^\.ci\/[^.]+|rc)$/).filter(
  (file) => file !== itself && file !== 'package-lock.json',
);

const testFiles = repositoryFiles(/^test\/.*\.ts$/).filter((file) => file !== itself);

test('no test is focused', () => {
  const focused = /\b(?:fit|fdescribe)\s*[.(]|\b(?:it|test|describe)\.only\b/;
  expect(lines(testFiles, focused)).toEqual([]);
  for (const line of ["test.only('x')", "fit('x')", 'describe.only.each([])'])
    expect(focused.test(line)).toBe(true);
});

test('no unit test is skipped for good; one that a machine cannot run is skipped on a condition, and says why', () => {
  const skipped = /\bx(?:it|test|describe)\s*[.(]|(?<!\? )\b(?:it|test|describe)\.(?:skip|todo)\b/;
  const unitTests = testFiles.filter((file) => !file.startsWith('test/live/'));
  expect(lines(unitTests, skipped)).toEqual([]);
  for (const line of ["test.skip('x')", "xdescribe('x')", "it.todo('x')"])
    expect(skipped.test(line)).toBe(true);
  const onCondition = unitTests.filter((file) => /\? \w+\.skip\b/.test(textOf(file)));
  expect(onCondition.filter((file) => !textOf(file).includes('console.info('))).toEqual([]);
});

test('the scripts that a commit is checked with can be run as programs', () => {
  for (const script of ['.ci/run', '.ci/fresh-project.sh']) expect(statSync(script).mode & 0o111).toBe(0o111);
  expect(statSync('package.json').mode & 0o111).toBe(0);
});

test('the lock file names no place to download from', () => {
  expect(textOf('package-lock.json')).not.toContain('"resolved"');
});

test('the lock file knows the packages of every platform, without which npm ci refuses it', () => {
  const { packages } = JSON.parse(textOf('package-lock.json')) as Lock;
  const missing = Object.entries(packages).flatMap(([place, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !packages[`${place}/node_modules/${name}`] && !packages[`node_modules/${name}`],
    ),
  );
  expect(missing).toEqual([]);
});

interface Lock {
  readonly packages: Readonly<Record<string, { readonly optionalDependencies?: object }>>;
}

test('nothing names a path of one machine', () => {
  const machine = /(^|[\s"'`(=:])\/(work|farm|home\/\w|Users\/\w|root)\/|\/opt\/tf-|\.\.\/shared\//;
  expect(texts).toContain('README.md');
  expect(lines(texts, machine)).toEqual([]);
  expect(machine.test("cd '/work/x'")).toBe(true);
});

test('nothing is left for later without being said in words', () => {
  const looseEnd = /\b(TODO|FIXME|XXX)\b/;
  expect(lines(texts, looseEnd)).toEqual([]);
  expect(looseEnd.test('// TODO later')).toBe(true);
});
