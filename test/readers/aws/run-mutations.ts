/**
 * Makes each mutation of `mutations.ts` in a copy of the sources, runs the tests of its fact there, and demands that one
 * of them turns red for what it claims; then writes docs/mutations.md:
 *
 *     npx ts-node test/readers/aws/run-mutations.ts [FACT ...]
 *
 * The sources themselves are never touched. With facts named, only their mutations are made and nothing is written.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { factTests } from './facts';
import { type Mutation, mutations } from './mutations';
import { mutationsPage, type RedTest } from './mutations-page';

const root = join(__dirname, '../../..');

const jestConfig = {
  testEnvironment: 'node',
  testMatch: ['**/*.test.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }] },
};

function main(wanted: readonly string[]): void {
  const copy = mkdtempSync(join(tmpdir(), 'netproof-mutations-'));
  try {
    for (const name of ['lib', 'test/readers'])
      cpSync(join(root, name), join(copy, name), { recursive: true });
    writeFileSync(join(copy, 'jest.config.json'), JSON.stringify(jestConfig));
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    const chosen = mutations.filter(({ fact }) => wanted.length === 0 || wanted.includes(fact));
    demandGreen(copy, chosen);
    const reds = chosen.map((mutation): RedTest | undefined => {
      const red = redOf(copy, mutation);
      console.log(`${red === undefined ? 'SURVIVES' : 'red'}  ${mutation.fact}  ${mutation.undoes}`);
      return red;
    });
    const survivors = reds.filter((red) => red === undefined).length;
    console.log(`${chosen.length - survivors} of ${chosen.length} mutations found`);
    if (survivors > 0) process.exitCode = 1;
    else if (wanted.length === 0) {
      const text = mutationsPage(reds.filter((red) => red !== undefined));
      writeFileSync(join(root, 'docs/mutations.md'), text);
    }
  } finally {
    rmSync(copy, { recursive: true });
  }
}

/** Without a mutation the same tests have to be green: else a red one tells nothing. */
function demandGreen(copy: string, chosen: readonly Mutation[]): void {
  const failing = failures(copy, [...new Set(chosen.map(({ fact }) => fact))]);
  if (failing.length > 0) throw new Error(`red without any mutation: ${failing[0]!.title}`);
}

function redOf(copy: string, { fact, file, original, replacement, undoes }: Mutation): RedTest | undefined {
  const path = join(copy, file);
  const source = readFileSync(path, 'utf8');
  writeFileSync(
    path,
    source.replace(original, () => replacement),
  );
  try {
    // A test that fails because the mutated code throws has not looked at what it claims.
    const red = failures(copy, [fact]).find(({ message }) => message.includes('expect('));
    return red === undefined ? undefined : { fact, undoes, file, title: red.title };
  } finally {
    writeFileSync(path, source);
  }
}

interface Failure {
  readonly title: string;
  readonly message: string;
}

/** The tests of these facts that fail. */
function failures(copy: string, facts: readonly string[]): Failure[] {
  const files = factTests().filter(({ fact }) => facts.includes(fact));
  const paths = [...new Set(files.map(({ file }) => file))];
  const words = [
    join(root, 'node_modules/jest/bin/jest.js'),
    ...['--config', join(copy, 'jest.config.json'), '--json', '--silent', '--runInBand'],
    ...['--testNamePattern', `\\b(?:${facts.join('|')}): `],
    ...['--runTestsByPath', ...paths],
  ];
  const { stdout } = spawnSync(process.execPath, words, {
    cwd: copy,
    encoding: 'utf8',
    timeout: 120_000,
    maxBuffer: 1e8,
  });
  const { testResults } = JSON.parse(stdout) as {
    testResults: { assertionResults: { status: string; fullName: string; failureMessages: string[] }[] }[];
  };
  return testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'failed')
    .map(({ fullName, failureMessages }) => ({ title: fullName, message: failureMessages.join('\n') }));
}

main(process.argv.slice(2));
