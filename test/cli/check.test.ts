import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../lib/cli/main';
import { plainPaint } from '../../lib/report/terminal-style';
import { shopTerraform } from './shop-terraform';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'netproof-check-'));
  writeFileSync(join(folder, 'shop.tf.json'), JSON.stringify(shopTerraform));
  writeFileSync(join(folder, 'office.yaml'), 'values: { var.office_cidr: 203.0.113.0/24 }\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function run(...args: string[]): Ran {
  let [out, err] = ['', ''];
  const code = main(args, { out: (text) => (out += text), err: (text) => (err += text), paint: plainPaint });
  return { code, out: out.replaceAll(folder, 'IN'), err: err.replaceAll(folder, 'IN') };
}

/** Checks the shop by a policy, which is written to policy.yaml. */
function check(policy: string, ...more: string[]): Ran {
  const file = join(folder, 'policy.yaml');
  writeFileSync(file, policy);
  return run('check', join(folder, 'shop.tf.json'), '--policy', file, ...more);
}

const office = (): string[] => ['--assume', join(folder, 'office.yaml')];

describe('netproof check', () => {
  test('prints a table of the rules, and exits 0 when all hold', () => {
    const policy = `version: 1
groups: { web: web, db: database }
allow:
  - { from: web, to: db, on: tcp/5432 }
deny:
  - { from: db, to: web }
isolate: [db]
closed: true
`;
    expect(check(policy, ...office())).toMatchInlineSnapshot(`
     {
       "code": 0,
       "err": "",
       "out": "pass   allow web db tcp/5432   1 pair     IN/policy.yaml:4:5
     pass   deny db web             1 pair     IN/policy.yaml:6:5
     pass   isolate db              6 pairs    IN/policy.yaml:7:11
     pass   closed                  10 pairs   IN/policy.yaml:8:9

     4 of 4 hold
     ",
     }
    `);
  });

  test('prints the path of what breaks a rule, once, and exits 1', () => {
    const { code, out } = check(
      'version: 1\ndeny: [{ from: web, to: database }]\nclosed: true\n',
      ...office(),
    );
    expect(code).toBe(1);
    expect(out).toMatchInlineSnapshot(`
     "fail   deny web database   1 pair     IN/policy.yaml:2:8
     fail   closed              10 pairs   IN/policy.yaml:3:9

     fail   deny web database   IN/policy.yaml:2:8

       aws_instance.web must not reach aws_instance.db, and does on tcp/5432

         reachable   aws_instance.web can open tcp/5432 on aws_instance.db

           aws_instance.web               10.0.1.10
           security group web   egress    rule allows any protocol to 0.0.0.0/0                     aws_security_group.web egress[0]
           security group db    ingress   rule allows tcp/5432 from members of security group web   aws_security_group.db ingress[0]
           aws_instance.db                10.0.1.20
           reply
           security group db    egress    remembers the flow
           security group web   ingress   remembers the flow

           closes it   taking away from security group web: rule allows any protocol to 0.0.0.0/0   aws_security_group.web egress[0]
           or          taking away from security group db: rule allows tcp/5432 from members of security group web   aws_security_group.db ingress[0]
           assumes     the value given for var.office_cidr

     fail   closed   IN/policy.yaml:3:9

       aws_instance.web is not permitted to reach aws_instance.db, and does on tcp/5432
       the path stands above

     0 of 2 hold, 2 are broken
     "
    `);
  });

  test('says what would settle a rule that cannot be told, and exits 2', () => {
    const { code, out } = check('version: 1\ndeny: [{ from: web, to: database, on: tcp/22 }]\n');
    expect(code).toBe(2);
    expect(out).toMatchInlineSnapshot(`
     "unknown   deny web database tcp/22   1 pair   IN/policy.yaml:2:8

     unknown   deny web database tcp/22   IN/policy.yaml:2:8

       aws_instance.web must not reach aws_instance.db, and may on tcp/22
       settles it   var.office_cidr   (\${var.office_cidr})

         unknown   cannot tell whether aws_instance.web can open tcp/22 on aws_instance.db: var.office_cidr is not known

           aws_instance.web               10.0.1.10
           security group web   egress    rule allows any protocol to 0.0.0.0/0   aws_security_group.web egress[0]
         ? security group db    ingress   may let tcp/22 from 10.0.1.10 through: rule allows tcp/22 from what is unknown (var.office_cidr)   aws_security_group.db ingress[1]
                                          nearest: rule allows tcp/5432 from members of security group web   aws_security_group.db ingress[0]
           aws_instance.db                10.0.1.20
           reply
           security group db    egress    remembers the flow
           security group web   ingress   remembers the flow

           settles it   var.office_cidr   (\${var.office_cidr})

     0 of 1 hold, 1 cannot be told
     "
    `);
  });

  test('exits 1 when one rule is broken and another cannot be told', () => {
    const both =
      'version: 1\ndeny: [{ from: web, to: database, on: tcp/22 }, { from: web, to: database, on: tcp/5432 }]\n';
    expect(check(both).code).toBe(1);
  });

  test('counts a waived rule as held, and says until when', () => {
    const waived = `version: 1
deny: [{ from: web, to: database, on: tcp/5432 }]
waivers:
  - { rule: deny web database tcp/5432, reason: until the move, until: 2026-12-31 }
`;
    const { code, out } = check(waived, '--today', '2026-12-31');
    expect([code, out.split('\n')[0]]).toEqual([
      0,
      'waived   deny web database tcp/5432   1 pair   IN/policy.yaml:2:8   until 2026-12-31: until the move',
    ]);
    expect(check(waived, '--today', '2027-01-01')).toEqual({
      code: 2,
      out: '',
      err:
        'The policy cannot be judged. IN/policy.yaml:4:72: the waiver of "deny web database tcp/5432" ended on 2026-12-31, and ' +
        'today is 2027-01-01. Mend what breaks the rule, or give a later day.\n',
    });
  });

  test('says which network the input is, by its name or by --network', () => {
    const policy =
      'version: 1\nclosed: true\npermit: [{ from: "*", to: "*", on: all }]\nnetworks: { shop: {}, lab: {} }\n';
    expect(check(policy, ...office()).out).toMatch(/^shop\n {2}pass {3}closed/);
    expect(check(policy, '--network', 'lab', ...office()).out).toMatch(/^lab\n/);
    expect(check(policy, '--network', 'lap').err).toContain('Did you mean "lab"?');
  });
});

describe('netproof check --format json', () => {
  test('prints every rule with its findings, and the path of the first', () => {
    const { code, out } = check(
      'version: 1\ndeny: [{ from: web, to: database }]\n',
      '--format',
      'json',
      ...office(),
    );
    expect(code).toBe(1);
    const { rules } = (JSON.parse(out) as { networks: { rules: { findings: object[] }[] }[] }).networks[0]!;
    expect(rules).toEqual([
      {
        kind: 'deny',
        rule: 'deny web database',
        place: 'IN/policy.yaml:2:8',
        status: 'fail',
        pairs: 1,
        findings: [
          {
            status: 'fail',
            claim: 'aws_instance.web must not reach aws_instance.db, and does on tcp/5432',
            from: ['aws_instance.web'],
            to: ['aws_instance.db'],
            on: 'tcp/5432',
            text: expect.stringMatching(
              /^reachable {3}aws_instance\.web can open tcp\/5432 on aws_instance\.db\n/,
            ) as string,
          },
        ],
      },
    ]);
  });

  test('tells a rule that cannot be told from bad input, both of which exit 2', () => {
    const unknown = check('version: 1\ndeny: [{ from: web, to: database, on: tcp/22 }]\n', '--json');
    expect([unknown.code, (JSON.parse(unknown.out) as { status: string }).status]).toEqual([2, 'unknown']);
    const bad = check('version: 1\ndeny: [{ from: wbe, to: database }]\n', '--json');
    expect([bad.code, JSON.parse(bad.out)]).toEqual([
      2,
      {
        format: 1,
        status: 'invalid',
        error: {
          code: 'InvalidPolicy',
          message: expect.stringContaining('"wbe" is no group') as string,
          problems: ['IN/policy.yaml:2:16: "wbe" is no group, and nothing is called so.'],
        },
      },
    ]);
    expect(bad.err).toContain('"wbe" is no group');
  });
});

describe('bad input is told with its line, and exits 2', () => {
  test.each<[string, string, RegExp]>([
    [
      'a misspelt field',
      'version: 1\nisolat: [db]\n',
      /IN\/policy\.yaml:2:1: there is no field "isolat" here\. Did you mean "isolate"\?/,
    ],
    [
      'ports backwards',
      'version: 1\nallow:\n  - from: web\n    to: database\n    on: tcp/90-80\n',
      /IN\/policy\.yaml:5:9: .* the wrong way round/,
    ],
    ['a key twice', 'version: 1\nclosed: true\nclosed: false\n', /a key is given twice \(line 3, column 1\)/],
    ['no YAML', 'version: [1\n', /line \d+, column \d+/],
    ['a newer version', 'version: 2\n', /IN\/policy\.yaml:1:10: version 2 is newer/],
    ['an empty file', '', /IN\/policy\.yaml:1:1: a policy is an object/],
    [
      'an empty group',
      'version: 1\ngroups:\n  db: postgres\n',
      /IN\/policy\.yaml:3:7: the group "db" is empty/,
    ],
    [
      'a contradiction',
      'version: 1\nallow: [{ from: web, to: database, on: tcp/5432 }]\ndeny: [{ from: web, to: database }]\n',
      /IN\/policy\.yaml:3:8: .*contradicts .* of IN\/policy\.yaml:2:9/,
    ],
    [
      'a place behind an alias',
      'version: 1\ndeny: [&a { from: wbe, to: database, on: tcp/1 }]\nallow: [*a]\n',
      /IN\/policy\.yaml:2:19: "wbe" is no group/,
    ],
    [
      'aliases that multiply',
      `version: 1\ngroups:\n  a: &a [x, x, x, x, x, x, x, x, x]\n  b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\n  c: [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\n`,
      /alias/,
    ],
    ['depth without end', `version: 1\ngroups: ${'['.repeat(5000)}`, /IN\/policy\.yaml/],
  ])('%s', (_what, policy, message) => {
    const { code, out, err } = check(policy);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(message);
  });

  test.each<[string, readonly string[], string]>([
    ['no policy', [], 'netproof check needs --policy'],
    ['a policy that is not there', ['--policy', '/nowhere.yaml'], 'There is no file /nowhere.yaml.'],
    [
      'a format that there is not',
      ['--policy', 'x', '--format', 'xml'],
      '--format xml means nothing. There are pretty, json, markdown, junit, sarif, html.',
    ],
    ['a day that is none', ['--policy', 'POLICY', '--today', '2026-02-30'], '--today 2026-02-30 is no day'],
  ])('%s', (_what, args, message) => {
    const file = join(folder, 'good.yaml');
    writeFileSync(file, 'version: 1\n');
    const { code, err } = run(
      'check',
      join(folder, 'shop.tf.json'),
      ...args.map((arg) => arg.replace('POLICY', file)),
    );
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  test('no input', () => expect(run('check', '--policy', 'x').err).not.toBe(''));
});

test('names from the input and the policy cannot drive a terminal', () => {
  const { err } = check('version: 1\n"\\u001b[2J": true\n');
  expect(err).not.toContain('\u001b');
});
