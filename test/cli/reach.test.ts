import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../lib/cli/main';
import { plainPaint } from '../../lib/report/terminal-style';
import { shopTerraform } from './shop-terraform';

let folder: string;
let shop: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'netproof-reach-'));
  shop = write('shop.tf.json', shopTerraform);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

function run(...args: string[]): { readonly code: number; readonly out: string; readonly err: string } {
  let [out, err] = ['', ''];
  const code = main(args, { out: (text) => (out += text), err: (text) => (err += text), paint: plainPaint });
  return { code, out: out.replaceAll(folder, 'IN'), err: err.replaceAll(folder, 'IN') };
}

const ask = (from: string, to: string, on: string, ...more: string[]) =>
  run('reach', shop, '--from', from, '--to', to, '--on', on, ...more);

describe('netproof reach', () => {
  test.each([
    [
      'aws_instance.web',
      'aws_instance.db',
      'tcp/5432',
      'reachable   aws_instance.web can open tcp/5432 on aws_instance.db',
    ],
    ['web', 'database', 'tcp/5433', 'blocked   web cannot open tcp/5433 on database'],
    [
      'web',
      'database',
      'tcp/5432-5433',
      'partial   web can open tcp/5432 on database, and not the rest of tcp/5432-5433',
    ],
    ['internet', 'database', 'tcp/5432', 'blocked   internet cannot open tcp/5432 on database'],
  ])('%s to %s on %s: answers in one line and exits 0', (from, to, on, line) =>
    expect(ask(from, to, on)).toEqual({ code: 0, out: `${line}\n`, err: '' }),
  );

  test('names what would settle an unknown answer', () => {
    const { code, out } = ask('web', 'database', 'tcp/22');
    expect(code).toBe(0);
    expect(out).toMatch(
      /^unknown {3}cannot tell whether web can open tcp\/22 on database: var\.office_cidr is not known\n/,
    );
    expect(out).toContain('settles it   var.office_cidr');
  });

  test('prints the answer as JSON, with its format', () => {
    const { code, out } = ask('web', 'database', 'tcp/22', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      format: 1,
      from: 'web',
      to: 'database',
      on: 'tcp/22',
      verdict: 'unknown',
      passes: 'nothing',
      mayPass: 'tcp/22',
      unknowns: [{ key: 'var.office_cidr' }],
      assumptions: [],
      otherWays: [],
    });
  });

  test.each<[string, readonly string[], RegExp]>([
    [
      'a misspelt name',
      ['--from', 'databse', '--to', 'database', '--on', 'tcp/1'],
      /nothing is called "databse".*"database"/,
    ],
    ['no traffic', ['--from', 'web', '--to', 'database'], /needs --on/],
    ['nothing to ask', [], /needs --from and --to and --on/],
    ['traffic that is none', ['--from', 'web', '--to', 'database', '--on', '5432'], /Write "tcp\/5432"/],
    ['two zones', ['--from', 'internet', '--to', '203.0.113.9', '--on', 'tcp/1'], /both lie outside/],
    [
      'a via that is none',
      ['--from', 'web', '--to', 'database', '--on', 'tcp/1', '--via', 'lb'],
      /cannot go via "lb"/,
    ],
  ])('exits 2 for %s, says what to do and answers nothing', (_, args, text) => {
    const { code, out, err } = run('reach', shop, ...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(text);
  });

  test('exits 2 without INPUT, showing a whole command', () => {
    expect(run('reach', '--from', 'a', '--to', 'b', '--on', 'tcp/1').err).toContain(
      'npx netproof reach cdktf.out',
    );
  });
});

describe('netproof reach --queries', () => {
  const answers = (list: unknown, ...more: string[]) => {
    const { code, out, err } = run('reach', shop, '--queries', write('q.json', list), '--json', ...more);
    return {
      code,
      err,
      list: out === '' ? undefined : (JSON.parse(out) as readonly Record<string, unknown>[]),
    };
  };

  test('answers in the order asked, a bare list with the fields of each question', () => {
    const { code, list } = answers([
      { id: 'b', from: 'web', to: 'database', on: 'tcp/5432' },
      { id: 'a', from: 'database', to: 'web', on: 'tcp/80' },
    ]);
    expect(code).toBe(0);
    expect(list).toEqual([
      {
        ...{ id: 'b', from: 'web', to: 'database', on: 'tcp/5432' },
        ...{ verdict: 'reachable', passes: 'tcp/5432', mayPass: 'tcp/5432', unknowns: [], assumptions: [] },
      },
      {
        ...{ id: 'a', from: 'database', to: 'web', on: 'tcp/80' },
        ...{ verdict: 'blocked', passes: 'nothing', mayPass: 'nothing', unknowns: [], assumptions: [] },
      },
    ]);
  });

  test('answers the others when one names nobody, and exits 2', () => {
    const { code, list } = answers([
      { id: '1', from: 'wbe', to: 'database', on: 'tcp/5432' },
      { id: '2', from: 'web', to: 'database', on: 'tpc/5432' },
      { id: '3', from: 'web', to: 'database', on: 'tcp/5432' },
      { id: '4', from: 'web', to: 'database' },
      { id: '5', from: 'web', to: 'database', on: 'tcp/1', form: 'x' },
    ]);
    expect(code).toBe(2);
    expect(list?.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['1', undefined],
      ['2', undefined],
      ['3', 'reachable'],
      ['4', undefined],
      ['5', undefined],
    ]);
    expect(list?.[0]).toEqual({ id: '1', error: expect.stringMatching(/nothing is called "wbe"/) as string });
    expect(list?.[1]?.['error']).toMatch(/"tpc" is no protocol/);
    expect(list?.[3]?.['error']).toMatch(/q\.json, question 4: "from", "to" and "on" are needed/);
    expect(list?.[4]?.['error']).toMatch(/there is no field "form"/);
  });

  test('of no question is no answer', () => expect(answers([])).toEqual({ code: 0, err: '', list: [] }));

  test('answers ten thousand questions in one run', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => ({
      ...{ id: String(index), from: 'web', to: 'database', on: `tcp/${5000 + (index % 1000)}` },
    }));
    const { code, list } = answers(many);
    expect(code).toBe(0);
    expect(list).toHaveLength(10_000);
    expect(list?.filter(({ verdict }) => verdict === 'reachable')).toHaveLength(10);
  });

  test.each<[string, unknown, RegExp]>([
    ['no list', { id: '1' }, /q\.json is no list of questions/],
    ['broken JSON', '[{', /q\.json is not JSON/],
    [
      'one id twice',
      [
        { id: '1', from: 'web', to: 'database', on: 'tcp/1' },
        { id: '1', from: 'web', to: 'database', on: 'tcp/2' },
      ],
      /two questions with the id "1"/,
    ],
  ])('exits 2 for %s and answers nothing', (_, list, text) => {
    const { code, list: answered, err } = answers(list);
    expect({ code, answered }).toEqual({ code: 2, answered: undefined });
    expect(err).toMatch(text);
  });

  test('takes no second question, and only prints JSON', () => {
    const file = write('one.json', []);
    expect(run('reach', shop, '--queries', file, '--json', '--from', 'web').err).toContain(
      'leave out --from',
    );
    expect(run('reach', shop, '--queries', file).err).toContain('add --json');
    expect(run('reach', '-', '--queries', '-', '--json').err).toContain(
      'is given 2 times: as INPUT and --queries',
    );
  });
});

describe('netproof explain', () => {
  const explain = (from: string, to: string, on: string, ...more: string[]) =>
    run('explain', shop, '--from', from, '--to', to, '--on', on, ...more);

  test('prints the verdict first, then the way and what would help', () => {
    const { code, out } = explain('web', 'database', 'tcp/80');
    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
     "blocked   web cannot open tcp/80 on database

       aws_instance.web               10.0.1.10
       security group web   egress    rule allows any protocol to 0.0.0.0/0   aws_security_group.web egress[0]
     | security group db    ingress   no rule allows tcp/80 from 10.0.1.10    aws_security_group.db
                                      nearest: rule allows tcp/5432 from members of security group web   aws_security_group.db ingress[0]
       aws_instance.db                10.0.1.20

       reason     ingress-filter: No filter on the receiving interface lets the packet in.
       symptom    times out
       opens it   ingress rule in security group db that allows tcp/80 from 10.0.1.10
     "
    `);
  });

  test('prints the same as JSON, with reason codes', () => {
    const { out } = explain('web', 'database', 'tcp/80', '--json');
    expect(JSON.parse(out)).toMatchObject({
      verdict: 'blocked',
      cuts: [{ reason: 'ingress-filter', certain: true, direction: 'forward', symptom: 'times out' }],
      text: expect.stringMatching(/^blocked {3}web cannot open tcp\/80 on database\n/) as string,
    });
  });

  test('exits 2 for a name that is nobody', () => {
    expect(explain('web', 'databse', 'tcp/80')).toMatchObject({ code: 2, out: '' });
  });
});

test.each(['reach', 'explain'])('netproof %s --help shows every option', (name) => {
  const { code, out } = run(name, '--help');
  expect(code).toBe(0);
  for (const option of ['--from A', '--to B', '--on TRAFFIC', '--via V', '--stack NAME', '--json'])
    expect(out).toContain(option);
});
