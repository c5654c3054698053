import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../lib/cli/main';
import { plainPaint } from '../../lib/report/terminal-style';
import { shopTerraform } from './shop-terraform';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'netproof-assume-'));
  writeFileSync(join(folder, 'shop.tf.json'), JSON.stringify(shopTerraform));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Whether web reaches the database on ssh, which only var.office_cidr tells. */
function ask(
  assumptions: unknown,
  name = 'assume.json',
): { readonly code: number; readonly out: string; readonly err: string } {
  const file = join(folder, name);
  writeFileSync(file, typeof assumptions === 'string' ? assumptions : JSON.stringify(assumptions));
  let [out, err] = ['', ''];
  const args = ['reach', join(folder, 'shop.tf.json'), '--from', 'web', '--to', 'database', '--on', 'tcp/22'];
  const code = main([...args, '--assume', file], {
    out: (text) => (out += text),
    err: (text) => (err += text),
    paint: plainPaint,
  });
  return { code, out, err: err.replaceAll(folder, 'IN') };
}

test.each([
  ['10.0.1.0/24', 'reachable'],
  ['203.0.113.0/24', 'blocked'],
])('a value of %s for the key that was unknown settles it: %s, and the value is named', (block, verdict) => {
  const { code, out } = ask({ values: { 'var.office_cidr': block } });
  expect(code).toBe(0);
  expect(out).toContain(`${verdict}   `);
  expect(out).toContain('assumes      the value given for var.office_cidr');
});

test.each<[string, unknown, RegExp]>([
  [
    'a key that nothing asks for',
    { values: { 'var.office_cird': '10.0.0.0/8' } },
    /nothing asks for: "var\.office_cird"/,
  ],
  [
    'one key with two values',
    '{ "values": { "var.office_cidr": "10.0.0.0/8", "var.office_cidr": "10.1.0.0/16" } }',
    /"var\.office_cidr" is given two different values, "10\.0\.0\.0\/8" and "10\.1\.0\.0\/16"/,
  ],
  ['an assumption that there is none of', { valeus: {} }, /no assumption "valeus"\. Did you mean "values"/],
  ['values that are no object', { values: ['var.x'] }, /"values" is an object/],
  ['broken JSON', '{ "values": ', /assume\.json is cut short/],
])('exits 2 for %s and answers nothing', (_, assumptions, text) => {
  const { code, out, err } = ask(assumptions);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toMatch(text);
});

describe('a file of YAML', () => {
  test.each([
    ['by its name', 'assume.yaml', '# the office\nvalues:\n  var.office_cidr: 10.0.1.0/24\n'],
    ['by its short name', 'assume.yml', 'values: { var.office_cidr: 10.0.1.0/24 }'],
    ['by what is in it', 'assume', 'values:\n  var.office_cidr: "10.0.1.0/24"'],
    ['that is JSON', 'assume.yaml', '{"values": {"var.office_cidr": "10.0.1.0/24"}}'],
    ['with an anchor', 'assume.yaml', 'values:\n  var.office_cidr: &office 10.0.1.0/24\n'],
  ])('is read, known %s', (_, name, text) => {
    const { code, out, err } = ask(text, name);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^reachable /);
  });

  const aliases = (levels: number): string =>
    `values:\n  l0: &l0 [a, a]\n${Array.from({ length: levels }, (_, at) => `  l${at + 1}: &l${at + 1} [*l${at}, *l${at}, *l${at}]\n`).join('')}`;

  test.each([
    [
      'a key given twice',
      'values:\n  var.x: 1\n  var.x: 1\n',
      'is not YAML that is read: a key is given twice (line 3, column 3)',
    ],
    [
      'aliases that multiply',
      aliases(12),
      'follows aliases more than 100 times, the first (line 3, column 12)',
    ],
    ['an alias of nothing', 'values: *gone', 'has an alias of nothing (line 1, column 9)'],
    ['a tag', 'values: !!js/function "x"', 'it has a tag, which means nothing here (line 1, column 9)'],
    ['several documents', 'values: {}\n---\nvalues: {}\n', 'it holds several documents'],
    ['a list', '- values', 'holds no assumptions: these are an object'],
    ['a key that is a list', 'values:\n  ? [a, b]\n  : c\n', 'has a key that is no text (line 2, column 5)'],
    ['bad indentation', 'values:\n  a: 1\n b: 2\n', 'is not YAML that is read'],
    ['nesting without end', `values: ${'['.repeat(50_000)}`, 'is n'],
    ['another assumption', 'valeus: {}', 'there is no assumption "valeus". Did you mean "values"?'],
  ])('is refused for %s, in one error with its place', (_, text, problem) => {
    const { code, out, err } = ask(text, 'assume.yaml');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('IN/assume.yaml');
    expect(err).toContain(problem);
    expect(err).not.toContain('fault of netproof');
  });

  test('of more than 4 MB is not parsed', () =>
    expect(
      ask(`values: {}\n${'# '.padEnd(80, 'x').concat('\n').repeat(60_000)}`, 'assume.yaml').err,
    ).toContain('is longer than 4 MB'));
});

describe('what Terraform states', () => {
  test.each([
    ['an attribute', 'aws_subnet.a.cidr_block', '10.9.0.0/24', '"10.0.1.0/24"'],
    ['a leaf of a block', 'aws_security_group.db.ingress[0].from_port', 22, '5432'],
    ['an item of a list', 'aws_security_group.web.egress[0].cidr_blocks[0]', '10.0.0.0/8', '"0.0.0.0/0"'],
    ['a reference', 'aws_subnet.a.vpc_id', 'vpc-1', 'aws_vpc.net.id'],
  ])('cannot be assumed otherwise: %s, and both values are shown', (_, key, value, stated) => {
    const { code, out, err } = ask({ values: { [key]: value } });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toBe(
      `IN/assume.json gives ${key} the value ${JSON.stringify(value)}, and IN/shop.tf.json states it already: ${stated}. ` +
        'Take it out: what Terraform says is not assumed.\n',
    );
  });
});

test.each([
  ['var.office_cird', 'Did you mean "var.office_cidr"?'],
  ['aws_eip.nat.public_ip', 'Take it out'],
  ['aws_instance.wep.public_ip', 'Did you mean "aws_instance.web.public_ip"'],
  ['lab:var.office_cidr', 'Take it out'],
])('the unused key %s is an error with the nearest', (key, hint) => {
  const { code, err } = ask({ values: { [key]: '10.0.0.0/8' } });
  expect(code).toBe(2);
  expect(err).toContain(`gives a value that nothing asks for: ${JSON.stringify(key)}.`);
  expect(err).toContain(hint);
});
