import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { parse } from 'yaml';
import { main } from '../../lib/cli/main';
import { evaluatePolicy } from '../../lib/policy/evaluation';
import { readPolicy } from '../../lib/policy/policy-reader';
import { topologyOfSynth } from '../../lib/inputs/topology-of-text';
import { plainPaint } from '../../lib/report/terminal-style';
import { markdownBlocks, shownRuns } from '../house/markdown-block';
import { root, textOf } from '../house/repository';
import { shopStack } from './shop-stack';

const blocks = markdownBlocks(textOf('docs/policy.md'));
const ofLanguage = (language: string) =>
  blocks.filter((block) => block.language === language).map(({ code }) => code);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'netproof-policy-docs-'));
  const stacks = { 'aws-shop': shopStack(), broken: shopStack({ webReachesDb: true }) };
  for (const [name, terraform] of Object.entries(stacks)) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'cdk.tf.json'), JSON.stringify(terraform));
  }
  cpSync(join(root, 'policies'), join(folder, 'policies'), { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the policy that the page shows is the one that is shipped', () => {
  expect(ofLanguage('yaml')[0]).toBe(textOf('policies/shop.yaml'));
});

test('the commands of the page print what it shows', () => {
  const runs = ofLanguage('console').flatMap(shownRuns);
  expect(runs).toHaveLength(2);
  for (const { command, output } of runs) {
    const [, , ...args] = command.split(' ');
    let printed = '';
    const write = (text: string): string => (printed += text);
    const own = (arg: string): string =>
      /^(aws-shop|broken|policies\/.*)$/.test(arg) ? join(folder, arg) : arg;
    // What follows --network is a name, and no folder.
    const given = args.map((arg, index) => (args[index - 1] === '--network' ? arg : own(arg)));
    main(given, { out: write, err: write, paint: plainPaint });
    expect(printed.replaceAll(`${folder}/`, '').trimEnd()).toBe(output);
  }
});

test('every piece of the language on the page is judged', () => {
  const topology = topologyOfSynth(JSON.stringify(shopStack()), { stack: 'aws-shop' });
  const pieces = ofLanguage('yaml')
    .slice(1)
    .filter((code) => !code.startsWith('#'));
  expect(pieces).toHaveLength(2);
  const told = pieces.flatMap((code) => {
    const document = readPolicy({ version: 1, ...(parse(code) as object) });
    const [network] = evaluatePolicy(document, topology, { today: '2026-11-21' }).networks;
    return network!.rules.map(({ rule, status }) => `${rule}: ${status}`);
  });
  expect(told).toEqual([
    'deny outside data+api: pass',
    'allow web api tcp/8080: pass',
    'deny internet api+db: pass',
    // Nothing there allows the api in.
    'isolate db: waived',
  ]);
});

test('the code of the page runs', () => {
  const [code = ''] = ofLanguage('ts');
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const printed: unknown[] = [];
  const doors = jest.requireActual<Record<string, unknown>>('../../lib');
  const policyOfFile = doors['policyOfFile'] as (file: string) => unknown;
  const load = (): unknown => ({
    ...doors,
    policyOfFile: (file: string) => policyOfFile(join(folder, file)),
  });
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the code of our own page
  const run = new Function('require', 'exports', 'terraform', 'console', outputText) as (
    ...given: unknown[]
  ) => void;
  run(load, {}, JSON.stringify(shopStack()), { log: (text: unknown) => printed.push(text) });
  expect(printed).toEqual(['pass', 'aws-shop']);
});

test('the comment for editors names the schema that the package holds', () => {
  expect(ofLanguage('yaml').at(-1)).toContain('netproof/policy.schema.json');
  expect(readFileSync(join(root, 'policy.schema.json'), 'utf8')).toContain('2020-12');
});
