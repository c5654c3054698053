import { CommandLine } from './command-line';
import { container, networks } from '../lint/lint-of';
import { schemaFaults } from '../report/json-schema';
import { xmlFaults } from '../report/xml-faults';
import schema from '../report/fixtures/sarif-schema-2.1.0.json';

const line = new CommandLine();
afterAll(() => line.remove());

const stack = (db: object, web: object = {}): object => ({
  resource: {
    docker_network: networks,
    docker_container: {
      nginx: container('nginx', ['front'], web),
      postgres: container('postgres', ['back'], db),
    },
  },
});

const sound = line.write('sound.tf.json', stack({}));
const open = line.write(
  'main.tf.json',
  stack({ ports: [{ internal: 5432, external: 5432, ip: '10.2.0.1' }] }, { memory: undefined }),
);
const unsure = line.write('unsure.tf.json', {
  variable: { mode: {} },
  ...stack({ privileged: '${var.mode}' }),
});

describe('netproof lint', () => {
  test('prints what is broken with what to do, and exits 1', () => {
    expect(line.run('lint', open)).toMatchInlineSnapshot(`
     {
       "code": 1,
       "err": "",
       "out": "error   docker-tier-bypassed   No published port leads past the networks that keep containers apart
       postgres is reached by its published port from nginx, with which it shares no network   docker_container.postgres.ports   IN/main.tf.json
       fix   Do not publish the port, or publish it on 127.0.0.1, which no container can dial.

     warning   docker-no-memory-limit   CIS 5.11   Containers have a limit of memory
       nginx has no limit of memory   docker_container.nginx.memory   IN/main.tf.json
       fix   Set memory and memory_swap, in MB, to the same number.

     19 of 21 rules hold, 2 are broken
     ",
     }
    `);
  });

  test('exits 0 when all rules hold', () => {
    expect(line.run('lint', sound)).toEqual({ code: 0, err: '', out: '21 of 21 rules hold\n' });
  });

  test('exits 2 when one cannot be told, with the key that settles it, and takes it as an assumption', () => {
    const { code, out } = line.run('lint', unsure);
    expect(code).toBe(2);
    expect(out).toContain('settles it   var.mode');
    const assume = line.write('assume.yaml', 'values: { var.mode: false }\n');
    expect(line.run('lint', unsure, '--assume', assume).code).toBe(0);
  });

  test('takes waivers of a file, prints their reasons, and names those that nothing needs', () => {
    const waivers = line.write(
      'waivers.yaml',
      `waivers:
  - { rule: docker-tier-bypassed, on: docker_container.postgres, reason: a viewer of tables, until: 2027-01-31 }
  - { rule: docker-no-memory-limit, reason: a lab }
  - { rule: docker-privileged, reason: it was once }
`,
    );
    expect(line.run('lint', open, '--waivers', waivers, '--today', '2026-11-21')).toMatchInlineSnapshot(`
     {
       "code": 0,
       "err": "",
       "out": "waived   docker-tier-bypassed     postgres is reached by its published port from nginx, with which it shares no network   until 2027-01-31: a viewer of tables
     waived   docker-no-memory-limit   nginx has no limit of memory                                                            a lab

     the waiver of docker-privileged at IN/waivers.yaml:4:5 is not needed

     19 of 21 rules hold, 2 are waived
     ",
     }
    `);
    const late = line.run('lint', open, '--waivers', waivers, '--today', '2027-02-01');
    expect(late.code).toBe(2);
    expect(late.err).toContain('IN/waivers.yaml:2:5: the waiver of docker-tier-bypassed ended on 2027-01-31');
  });

  test('counts from a severity on', () => {
    const quiet = line.write('note.tf.json', stack({ security_opts: undefined }));
    expect(line.run('lint', quiet)).toMatchObject({ code: 0 });
    expect(line.run('lint', quiet).out).toContain('(1 note counted, which fails nothing)');
    expect(line.run('lint', quiet, '--fail-on', 'note').code).toBe(1);
  });

  test('asks only the rules that are named', () => {
    expect(line.run('lint', open, '--rule', 'docker-privileged')).toEqual({
      code: 0,
      err: '',
      out: '1 of 1 rule holds\n',
    });
  });

  test.each([
    [
      ['--rule', 'docker-privilegd'],
      'no rule is called "docker-privilegd". Did you mean "docker-privileged"',
    ],
    [['--fail-on', 'warn'], '--fail-on warn means nothing. There are error, warning, note.'],
    [
      ['--format', 'xml'],
      '--format xml means nothing. There are pretty, json, markdown, junit, sarif, html.',
    ],
    [['--today', 'now'], '--today now is no day. Write it as 2027-01-31.'],
  ])('%j is an error', (options, message) => {
    const { code, err, out } = line.run('lint', sound, ...options);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
  });

  test.each([
    ['no list', 'rules: []\n', 'a file of waivers holds the list "waivers", and no "rules".'],
    ['no reason', 'waivers: [{ rule: docker-privileged }]\n', 'gives no reason'],
    ['no YAML', 'waivers: [\n', 'is not YAML that is read'],
  ])('a file of waivers that has %s is an error', (_what, text, message) => {
    const waivers = line.write('bad.yaml', text);
    const { code, err } = line.run('lint', sound, '--waivers', waivers);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  test('without INPUT is an error that shows how', () => {
    expect(line.run('lint').err).toContain('npx netproof lint cdktf.out');
  });

  test('as JSON has the shape of check, and errors have a code', () => {
    const { networks: found, status } = JSON.parse(line.run('lint', open, '--json').out) as {
      readonly status: string;
      readonly networks: readonly {
        readonly rules: readonly { readonly rule: string; readonly findings: object[] }[];
      }[];
    };
    expect(status).toBe('fail');
    const { findings } = found[0]!.rules.find(({ rule }) => rule === 'docker-tier-bypassed')!;
    expect(findings).toEqual([
      {
        status: 'fail',
        claim: 'postgres is reached by its published port from nginx, with which it shares no network',
        at: 'docker_container.postgres.ports',
        file: expect.stringContaining('main.tf.json') as unknown,
      },
    ]);
    const bad = line.write('bad.json', { waivers: [{ rule: 'x', reason: 'y' }] });
    expect(JSON.parse(line.run('lint', open, '--waivers', bad, '--json').out)).toMatchObject({
      status: 'invalid',
      error: { code: 'InvalidWaivers' },
    });
  });

  test('as SARIF is valid, and as JUnit well-formed', () => {
    const sarif = line.run('lint', open, '--format', 'sarif');
    expect(sarif.code).toBe(1);
    expect(schemaFaults(JSON.parse(sarif.out), schema)).toEqual([]);
    expect(xmlFaults(line.run('lint', open, '--format', 'junit').out)).toEqual([]);
  });
});

describe('netproof check', () => {
  const policy = line.write('policy.yaml', 'version: 1\ndeny: [{ from: nginx, to: postgres }]\n');

  test('as SARIF is valid, and points at the Terraform and the rule', () => {
    const { code, out } = line.run('check', open, '--policy', policy, '--format', 'sarif');
    expect(code).toBe(1);
    expect(schemaFaults(JSON.parse(out), schema)).toEqual([]);
    const { runs } = JSON.parse(out) as { readonly runs: readonly [{ readonly results: readonly object[] }] };
    expect(runs[0].results).toMatchObject([
      {
        ruleId: 'policy/deny/nginx/postgres',
        locations: [{ logicalLocations: [{ fullyQualifiedName: 'docker_container.postgres' }] }],
      },
    ]);
  });

  test('as JUnit is well-formed, and as Markdown a table', () => {
    expect(xmlFaults(line.run('check', open, '--policy', policy, '--format', 'junit').out)).toEqual([]);
    expect(line.run('check', open, '--policy', policy, '--format', 'markdown').out).toContain(
      '| **fail** | `deny nginx postgres` |',
    );
  });
});
