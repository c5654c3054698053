import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../lib/cli/main';
import { plainPaint } from '../../lib/report/terminal-style';
import { shopTerraform } from './shop-terraform';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'netproof-diff-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: object): string {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(content));
  return file;
}

function run(...args: string[]): { readonly code: number; readonly out: string; readonly err: string } {
  let [out, err] = ['', ''];
  const code = main(args, { out: (text) => (out += text), err: (text) => (err += text), paint: plainPaint });
  return { code, out: out.replaceAll(folder, 'IN'), err: err.replaceAll(folder, 'IN') };
}

const shop = (): string => write('shop.tf.json', shopTerraform);
/** The shop with two rules more, by which the database may call the web server. */
const debug = (): string =>
  write('debug.tf.json', {
    ...shopTerraform,
    resource: {
      ...shopTerraform.resource,
      aws_vpc_security_group_ingress_rule: {
        debug: {
          security_group_id: '${aws_security_group.web.id}',
          ip_protocol: 'tcp',
          from_port: 8080,
          to_port: 8080,
          cidr_ipv4: '10.0.0.0/16',
        },
      },
      aws_vpc_security_group_egress_rule: {
        debug: {
          security_group_id: '${aws_security_group.db.id}',
          ip_protocol: 'tcp',
          from_port: 8080,
          to_port: 8080,
          cidr_ipv4: '0.0.0.0/0',
        },
      },
    },
  });

describe('netproof diff', () => {
  test('of a change that changes nothing says so, and no gate fails', () =>
    expect(run('diff', shop(), shop(), '--fail-on', 'any')).toEqual({
      code: 0,
      out: 'This change opens nothing and closes nothing.\n',
      err: '',
    }));

  test('tells what opens and which new rules do it', () =>
    expect(run('diff', shop(), debug())).toMatchInlineSnapshot(`
     {
       "code": 0,
       "err": "",
       "out": "This change opens 1 path and closes none:

             FROM              TO                 ON         BECAUSE
     OPENS   aws_instance.db   aws_instance.web   tcp/8080   aws_vpc_security_group_egress_rule.debug (new) rule allows tcp/8080 to 0.0.0.0/0; aws_vpc_security_group_ingress_rule.debug (new) rule allows tcp/8080 from 10.0.0.0/16
     ",
     }
    `));

  test('tells what closes the other way round', () => {
    const { out } = run('diff', debug(), shop());
    expect(out).toContain('This change closes 1 path and opens none');
    expect(out).toContain('CLOSES   aws_instance.db   aws_instance.web   tcp/8080');
    expect(out).toContain('aws_vpc_security_group_ingress_rule.debug (removed)');
  });

  test('prints a table for a pull request', () =>
    expect(run('diff', shop(), debug(), '--format', 'markdown').out).toMatchInlineSnapshot(`
     "### This change opens 1 path and closes none

     | | from | to | on | because |
     |-|-|-|-|-|
     | OPENS | aws\\_instance.db | aws\\_instance.web | tcp/8080 | aws\\_vpc\\_security\\_group\\_egress\\_rule.debug (new) rule allows tcp/8080 to 0.0.0.0/0; aws\\_vpc\\_security\\_group\\_ingress\\_rule.debug (new) rule allows tcp/8080 from 10.0.0.0/16 |
     "
    `));

  test.each([
    ['opens', 1],
    ['closes', 0],
    ['any', 1],
  ])('--fail-on %s exits %d when a path opens', (gate, code) =>
    expect(run('diff', shop(), debug(), '--fail-on', gate).code).toBe(code),
  );

  test('without a gate exits 0 whatever opens', () => expect(run('diff', shop(), debug()).code).toBe(0));

  test('prints JSON with its format', () => {
    const { rows, ...counts } = JSON.parse(run('diff', shop(), debug(), '--json').out) as { rows: object[] };
    expect(counts).toEqual({ format: 1, opens: 1, closes: 0, doubts: [] });
    expect(rows[0]).toMatchObject({ change: 'opens', from: ['aws_instance.db'], to: ['aws_instance.web'] });
  });

  test.each([
    [['shop.tf.json'], /compares two INPUTs, 1 given/],
    [['-', '-'], /standard input can be read once, and is given 2 times/],
    [['a', 'b', '--format', 'pdf'], /--format pdf means nothing/],
    [['a', 'b', '--fail-on', 'open'], /--fail-on open means nothing/],
  ])('%j is refused and exits 2', (args, message) => {
    const { code, out, err } = run('diff', ...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(message);
  });
});
