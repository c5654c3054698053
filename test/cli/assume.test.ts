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
function ask(assumptions: unknown): { readonly code: number; readonly out: string; readonly err: string } {
  const file = join(folder, 'assume.json');
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
    /"var\.office_cidr" is given two different values/,
  ],
  ['an assumption that there is none of', { valeus: {} }, /no assumption "valeus"\. Did you mean "values"/],
  ['values that are no object', { values: ['var.x'] }, /"values" is an object/],
  ['broken JSON', '{ "values": ', /assume\.json is cut short/],
])('exits 2 for %s and answers nothing', (_, assumptions, text) => {
  const { code, out, err } = ask(assumptions);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toMatch(text);
});
