import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../lib/cli/main';
import { plainPaint } from '../../lib/report/terminal-style';
import { shopTerraform } from './shop-terraform';

let folder: string;
let shop: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'netproof-matrix-'));
  shop = join(folder, 'shop.tf.json');
  writeFileSync(shop, JSON.stringify(shopTerraform));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(...args: string[]): { readonly code: number; readonly out: string; readonly err: string } {
  let [out, err] = ['', ''];
  const code = main(args, { out: (text) => (out += text), err: (text) => (err += text), paint: plainPaint });
  return { code, out: out.replaceAll(folder, 'IN'), err: err.replaceAll(folder, 'IN') };
}

describe('netproof matrix', () => {
  test('prints who reaches whom, and what only apply tells', () => {
    const { code, out } = run('matrix', shop);
    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
     "FROM               TO                ON         UNKNOWN   SETTLED BY
     aws_instance.web   aws_instance.db   tcp/5432   tcp/22    var.office_cidr
     "
    `);
  });

  test('says nothing of whom nobody reaches: web lets nobody in', () => {
    const { rows } = JSON.parse(run('matrix', shop, '--json').out) as { rows: { to: string[] }[] };
    expect(rows.map(({ to }) => to)).not.toContainEqual(['aws_instance.web']);
  });

  test('about other traffic than is open, is empty', () =>
    expect(run('matrix', shop, '--on', 'udp/53')).toEqual({
      code: 0,
      out: 'nobody reaches anybody\n',
      err: '',
    }));

  test('without INPUT says what to write, and exits 2', () => {
    const { code, err } = run('matrix');
    expect(code).toBe(2);
    expect(err).toContain('netproof matrix needs an INPUT');
  });

  test('names networks as sources and targets only when asked to', () => {
    const withSegments = run('matrix', shop, '--segments', '--json').out;
    expect(withSegments).toContain('aws_subnet.a');
    expect(run('matrix', shop, '--json').out).not.toContain('aws_subnet.a');
  });
});
