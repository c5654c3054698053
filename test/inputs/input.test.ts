import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { NetproofError } from '../../lib/addressing/netproof-error';
import { type ReadDocument, readDocuments } from '../../lib/inputs/documents';
import { readInputs } from '../../lib/inputs/input';
import { readSourceText } from '../../lib/inputs/source-text';

let folder: string;
let before: string;
beforeEach(() => {
  before = process.cwd();
  folder = mkdtempSync(join(tmpdir(), 'netproof-inputs-'));
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true, force: true });
});

/** Writes files by path from the current folder; objects as JSON. */
function write(files: Readonly<Record<string, unknown>>): void {
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  }
}

const vpc = (name: string): object => ({ resource: { aws_vpc: { [name]: { cidr_block: '10.0.0.0/16' } } } });
const stackEntry = (name: string, more: object = {}): object => ({
  name,
  synthesizedStackPath: `stacks/${name}/cdk.tf.json`,
  annotations: [],
  ...more,
});

/** A folder as CDKTF writes it, with a leftover stack that the manifest no longer names. */
function writeCdktfOut(...names: string[]): void {
  write({
    'cdktf.out/manifest.json': {
      version: '0.21.0',
      stacks: Object.fromEntries(names.map((n) => [n, stackEntry(n)])),
    },
    ...Object.fromEntries(
      [...names, 'leftover'].map((name) => [`cdktf.out/stacks/${name}/cdk.tf.json`, vpc(name)]),
    ),
  });
}

function failure(...paths: string[]): { readonly code: string; readonly message: string } {
  try {
    readDocuments(paths);
  } catch (error) {
    if (NetproofError.is(error)) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('a cdktf.out folder', () => {
  test('means the stacks of its manifest, in that order, and no leftover folder', () => {
    writeCdktfOut('web', 'api');
    expect(readInputs(['cdktf.out']).map(({ stack, kind }) => [stack, kind])).toEqual([
      ['web', 'cdktf'],
      ['api', 'cdktf'],
    ]);
    expect(
      readDocuments(['cdktf.out']).flatMap(({ document }) => document.resources.map((r) => r.address)),
    ).toEqual(['aws_vpc.web', 'aws_vpc.api']);
  });

  test('may be named by its manifest, and counts once however often it is named', () => {
    writeCdktfOut('web');
    const inputs = readInputs(['cdktf.out/manifest.json', './cdktf.out', 'cdktf.out/stacks/web/cdk.tf.json']);
    expect(inputs.map(({ stack }) => stack)).toEqual(['web']);
  });

  test('gives one stack by name, and refuses a name that it has not', () => {
    writeCdktfOut('web', 'api');
    expect(readInputs(['cdktf.out'], { stack: 'api' }).map(({ stack }) => stack)).toEqual(['api']);
    expect(() => readInputs(['cdktf.out'], { stack: 'wep' })).toThrow(
      'There is no stack "wep" in the input. Did you mean "web"?',
    );
    expect(() => readInputs(['cdktf.out'], { stack: 'leftover' })).toThrow(
      'There is no stack "leftover" in the input. There are: web, api.',
    );
  });

  test('carries what constructs remarked', () => {
    const annotations = [
      { level: '@cdktf/error', constructPath: 'web/lab', message: 'overlaps', stacktrace: ['at /secret'] },
      { level: '@cdktf/warn', constructPath: 'web', message: 'careful' },
      { level: '@cdktf/info', constructPath: 'web', message: 'note' },
    ];
    write({
      'out/manifest.json': { stacks: { web: stackEntry('web', { annotations }) } },
      'out/stacks/web/cdk.tf.json': vpc('web'),
    });
    expect(readInputs(['out'])[0]!.annotations).toEqual([
      { level: 'error', at: 'web/lab', message: 'overlaps' },
      { level: 'warning', at: 'web', message: 'careful' },
      { level: 'info', at: 'web', message: 'note' },
    ]);
  });

  test('whose manifest names a stack that is gone asks for another synthesis', () => {
    writeCdktfOut('web');
    rmSync('cdktf.out/stacks/web', { recursive: true });
    expect(failure('cdktf.out')).toEqual({
      code: 'InputNotFound',
      message:
        'cdktf.out/manifest.json lists stack "web", but cdktf.out/stacks/web/cdk.tf.json is not there. ' +
        'Synthesize again: npx cdktf synth.',
    });
  });

  test.each([
    ['cut short', '{"stacks": {', 'it is not whole JSON'],
    ['without stacks', '{"version": "0.21.0"}', 'it has no "stacks"'],
    ['of another kind', '{"stacks": {"web": {}}}', 'stack "web" has no synthesizedStackPath'],
    ['a list', '[]', 'it has no "stacks"'],
  ])('with a manifest %s is refused', (_, text, problem) => {
    write({ 'out/manifest.json': text });
    expect(failure('out')).toEqual({
      code: 'InputNotManifest',
      message: `out/manifest.json is not the manifest of a CDKTF output folder: ${problem}. Synthesize again: npx cdktf synth.`,
    });
  });
});

describe('a folder without manifest', () => {
  test('is one module of all its *.tf.json files', () => {
    write({ 'net/a.tf.json': vpc('a'), 'net/b.tf.json': vpc('b'), 'net/other.json': { not: 'Terraform' } });
    const [read, ...others] = readDocuments(['net']);
    expect(others).toEqual([]);
    expect(read!.document.stack).toBe('net');
    expect(read!.document.resources.map(({ address }) => address)).toEqual(['aws_vpc.a', 'aws_vpc.b']);
  });

  test('is refused with what it holds and what to do', () => {
    mkdirSync('empty');
    expect(failure('empty')).toEqual({
      code: 'InputNoManifest',
      message:
        'empty has no manifest.json and no *.tf.json file, so it is not what CDKTF wrote. ' +
        'Synthesize first: npx cdktf synth.',
    });
    write({ 'hcl/main.tf': 'resource "aws_vpc" "v" {}' });
    expect(failure('hcl')).toMatchObject({
      code: 'InputIsHcl',
      message: expect.stringContaining('(main.tf)') as string,
    });
    writeCdktfOut('web');
    expect(failure('.').message).toContain('Did you mean cdktf.out?');
    expect(failure('cdktf.out/stacks').message).toContain('did you mean cdktf.out?');
  });

  test('is refused when Terraform would read more of it than netproof', () => {
    write({ 'net/a.tf.json': vpc('a'), 'net/more.tf': '' });
    expect(failure('net')).toMatchObject({
      code: 'InputNotWhole',
      message: expect.stringContaining('more.tf') as string,
    });
    write({ 'over/a.tf.json': vpc('a'), 'over/a_override.tf.json': vpc('a') });
    expect(failure('over').message).toContain('also holds a_override.tf.json');
  });
});

describe('a file', () => {
  test('is called by its folder when it is a cdk.tf.json, else by its own name', () => {
    write({ 'stacks/shop/cdk.tf.json': vpc('a'), 'net.tf.json': vpc('b'), 'plain.json': vpc('c') });
    const names = readInputs(['stacks/shop/cdk.tf.json', 'net.tf.json', 'plain.json']).map(
      ({ stack }) => stack,
    );
    expect(names).toEqual(['shop', 'net', 'plain']);
  });

  test('that is not there is named, with the nearest that is', () => {
    write({ 'network.tf.json': vpc('a') });
    expect(failure('netwrok.tf.json')).toEqual({
      code: 'InputNotFound',
      message: 'There is no file or folder netwrok.tf.json. Did you mean "network.tf.json"?',
    });
    expect(failure('cdktf.out').message).toBe(
      'There is no file or folder cdktf.out. Synthesize first: npx cdktf synth.',
    );
  });

  test.each([
    ['empty', '', 'is empty'],
    ['no JSON', 'hello', 'is not JSON'],
    ['cut short', '{"resource": {"aws_vpc"', 'is cut short'],
    ['HCL', '# our net\nresource "aws_vpc" "v" {\n}\n', 'is Terraform in HCL'],
    ['a list', '[]', 'is JSON, but no Terraform'],
    ['other JSON', '{"name": "x", "version": "1"}', 'is JSON, but no Terraform'],
    [
      'a plan of a newer format',
      '{"format_version": "2.0", "planned_values": {}}',
      'is a plan of format 2.0',
    ],
  ])('of %s is refused by name', (_, text, problem) => {
    write({ 'given.tf.json': text });
    expect(failure('given.tf.json').message).toContain(`given.tf.json ${problem}`);
  });

  test('that cannot be read says why', () => {
    mkdirSync('folder');
    expect(() => readSourceText('folder')).toThrow('folder cannot be read: EISDIR.');
  });
});

test('what is written twice is read twice, as Terraform does: members of one name, and bodies in arrays', () => {
  const body = '{ "cidr_block": "10.0.0.0/16" }';
  write({
    'twice.tf.json': `{ "resource": { "aws_vpc": { "a": ${body} } },
      "resource": [{ "aws_vpc": [{ "b": ${body} }, { "c": [${body}] }] }, { "aws_vpc": { "d": ${body} } }] }`,
    'same.tf.json': `{ "resource": [{ "aws_vpc": { "a": ${body} } }, { "aws_vpc": { "a": ${body} } }] }`,
  });
  const [{ document }] = readDocuments(['twice.tf.json']) as [ReadDocument];
  expect(document.resources.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd']);
  expect(failure('same.tf.json').message).toContain('aws_vpc.a');
});

test('modules that a stack calls are named, and none is invented', () => {
  write({
    'a.tf.json': { ...vpc('a'), module: { network: { source: './net' } } },
    'b.tf.json': vpc('module'),
  });
  expect(readDocuments(['a.tf.json', 'b.tf.json']).map(({ document }) => document.moduleCalls ?? [])).toEqual(
    [['network'], []],
  );
});
