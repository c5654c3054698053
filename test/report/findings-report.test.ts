import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FindingsReport, ReportedFinding, ReportedRule } from '../../lib/report/findings-report';
import { findingsMarkdown } from '../../lib/report/findings-markdown';
import { junitOf } from '../../lib/report/junit';
import { sarifOf } from '../../lib/report/sarif';
import { schemaFaults } from './json-schema';
import { xmlFaults } from './xml-faults';

const schema = JSON.parse(
  readFileSync(join(__dirname, 'fixtures/sarif-schema-2.1.0.json'), 'utf8'),
) as Readonly<Record<string, unknown>>;

const hostile =
  '</failure><script>alert(1)</script> ]]> & "quoted" \'single\' | `code` ![x](http://evil) @team #1\u0000\u001b[2J\u202e\ud800\uffff\n\n# head';

const finding = (more: Partial<ReportedFinding> = {}): ReportedFinding => ({
  status: 'fail',
  claim: 'web reaches db',
  places: [
    { name: 'aws_db_instance.db', constructPath: 'shop/db', file: 'stacks/my shop/cdk.tf.json' },
    { name: 'aws_instance.web' },
  ],
  unknowns: [],
  explain: () => 'aws_instance.web\n  route\naws_db_instance.db',
  ...more,
});

const rule = (more: Partial<ReportedRule> = {}): ReportedRule => ({
  id: 'deny web db',
  kind: 'deny',
  title: 'What must not be reachable is not',
  severity: 'error',
  status: 'fail',
  place: 'policies/shop.yaml:9:5',
  findings: [finding()],
  ...more,
});

const report = (...rules: readonly ReportedRule[]): FindingsReport => ({
  command: 'check',
  status: 'fail',
  sections: [{ name: 'aws-shop', rules, summary: '0 of 1 hold' }],
});

const all = report(
  rule(),
  rule({ id: 'allow web api', kind: 'allow', status: 'pass', findings: [] }),
  rule({
    id: 'isolate db',
    kind: 'isolate',
    status: 'unknown',
    findings: [finding({ status: 'unknown', unknowns: [{ key: 'var.office', text: '${var.office}' }] })],
  }),
  rule({
    id: 'closed',
    kind: 'closed',
    status: 'waived',
    findings: [finding({ status: 'waived', waiver: { reason: 'a backup', until: '2027-01-31' } })],
  }),
  rule({
    id: 'docker-privileged',
    kind: 'lint',
    why: 'it is root',
    fix: 'leave it out',
    cis: { benchmark: 'CIS Docker Benchmark 1.7', number: '5.5' },
    findings: [finding({ places: [{ name: 'docker_container.web.privileged' }], explain: undefined })],
  }),
);

const worst = report(
  rule({
    id: hostile,
    place: hostile,
    title: hostile,
    fix: hostile,
    findings: [
      finding({
        claim: hostile,
        places: [{ name: hostile, constructPath: hostile, file: hostile }],
        unknowns: [{ key: hostile, text: hostile }],
        explain: () => hostile,
      }),
    ],
  }),
  rule({
    id: `${hostile} 2`,
    status: 'waived',
    findings: [finding({ status: 'waived', waiver: { reason: hostile } })],
  }),
);

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('SARIF', () => {
  test.each([
    ['every status', all],
    ['hostile names', worst],
    ['nothing', report()],
  ])('of %s is valid by the published schema', (_what, given) => {
    expect(schemaFaults(plain(sarifOf(given, '0.1.0')), schema)).toEqual([]);
  });

  test('that is not valid is caught', () => {
    const broken = plain(sarifOf(all, '0.1.0')) as {
      runs: [{ results: [{ level?: string; ruleIndex?: number }] }];
    };
    broken.runs[0].results[0].level = 'terrible';
    broken.runs[0].results[0].ruleIndex = -2;
    expect(schemaFaults(broken, schema)).toEqual([
      '/runs/0/results/0/ruleIndex: is less than -1',
      '/runs/0/results/0/level: is "terrible", not one of ["none","note","warning","error"]',
    ]);
  });

  const { runs } = sarifOf(all, '0.1.0') as {
    readonly runs: readonly [{ readonly results: readonly object[] }];
  };

  test('points at the Terraform, its address, and the line of the policy', () => {
    expect(runs[0].results[0]).toMatchObject({
      ruleId: 'policy/deny/web/db',
      kind: 'fail',
      level: 'error',
      locations: [
        {
          physicalLocation: { artifactLocation: { uri: 'stacks/my%20shop/cdk.tf.json' } },
          logicalLocations: [
            { fullyQualifiedName: 'aws_db_instance.db', kind: 'resource' },
            { fullyQualifiedName: 'shop/db', kind: 'construct' },
          ],
        },
      ],
      relatedLocations: [
        { logicalLocations: [{ fullyQualifiedName: 'aws_instance.web' }] },
        {
          physicalLocation: {
            artifactLocation: { uri: 'policies/shop.yaml' },
            region: { startLine: 9, startColumn: 5 },
          },
        },
      ],
    });
  });

  test('keeps apart what fails, what cannot be told and what is waived; what holds is no result', () => {
    expect(runs[0].results).toHaveLength(4);
    expect(runs[0].results[1]).toMatchObject({ ruleId: 'policy/isolate/db', kind: 'open', level: 'none' });
    expect(runs[0].results[2]).toMatchObject({
      suppressions: [{ kind: 'inSource', justification: 'until 2027-01-31: a backup' }],
    });
    expect(runs[0].results[0]).not.toHaveProperty('suppressions');
  });
});

describe('JUnit', () => {
  test.each([
    ['every status', all],
    ['hostile names', worst],
    ['nothing', report()],
  ])('of %s is well-formed XML', (_what, given) => {
    expect(xmlFaults(junitOf(given))).toEqual([]);
  });

  test('that is not well-formed is caught', () => {
    expect(xmlFaults('<a b="1"><c></a>')).not.toEqual([]);
    expect(xmlFaults('<a>fish & chips</a>')).not.toEqual([]);
    expect(xmlFaults('<a b="1" b="2"/>')).not.toEqual([]);
    expect(xmlFaults('<a>\u0001</a>')).not.toEqual([]);
    expect(xmlFaults('<a/><b/>')).not.toEqual([]);
  });

  test('counts failures, errors and what is skipped, rule by rule', () => {
    expect(junitOf(report(rule(), rule({ id: 'allow a b', status: 'pass', findings: [] }))))
      .toMatchInlineSnapshot(`
     "<?xml version="1.0" encoding="UTF-8"?>
     <testsuites name="netproof check" tests="2" failures="1" errors="0" skipped="0" time="0">
       <testsuite name="aws-shop" tests="2" failures="1" errors="0" skipped="0" time="0">
         <testcase name="deny web db" classname="aws-shop" file="policies/shop.yaml" line="9" time="0"><failure message="web reaches db" type="deny">web reaches db
     at aws_db_instance.db (stacks/my shop/cdk.tf.json), aws_instance.web

     aws_instance.web
       route
     aws_db_instance.db</failure></testcase>
         <testcase name="allow a b" classname="aws-shop" file="policies/shop.yaml" line="9" time="0"/>
       </testsuite>
     </testsuites>"
    `);
    expect(junitOf(all)).toContain('tests="5" failures="2" errors="1" skipped="1"');
  });
});

describe('Markdown', () => {
  test('is a table of the rules, and the path of what is broken', () => {
    expect(findingsMarkdown(report(rule(), rule({ id: 'allow a b', status: 'pass', findings: [] }))))
      .toMatchInlineSnapshot(`
     "### The policy is broken

     **aws-shop**: 0 of 1 hold.

     | | rule | where | |
     | --- | --- | --- | --- |
     | **fail** | \`deny web db\` | policies/shop.yaml:9:5 | web reaches db |
     | pass | \`allow a b\` | policies/shop.yaml:9:5 |  |

     <details><summary>fail: <code>deny web db</code></summary>

     web reaches db (\`aws_db_instance.db\` in \`stacks/my shop/cdk.tf.json\`, \`aws_instance.web\`)

     \`\`\`text
     aws_instance.web
       route
     aws_db_instance.db
     \`\`\`

     </details>"
    `);
  });

  test('of hostile names has no element, link, image or mention of theirs', () => {
    const text = findingsMarkdown(worst).replace(/^(`{3,})text\n[^]*?\n\1$/gm, '');
    const outsideCode = text.replace(/(`+)[^`]([^]*?[^`])?\1(?!`)/g, '');
    expect(outsideCode).not.toMatch(/<script|<\/failure/);
    expect(outsideCode).not.toMatch(/(?<!\\)!?\[[^\]]*(?<!\\)\]\(/);
    expect(outsideCode).not.toMatch(/@team|https?:\/\//);
    expect(text).not.toMatch(/^# head/m);
  });

  test('has rows of as many cells as its head', () => {
    const rows = findingsMarkdown(worst)
      .split('\n')
      .filter((line) => line.startsWith('|'));
    expect(new Set(rows.map((row) => row.match(/(?<!\\)\|/g)!.length))).toEqual(new Set([5]));
  });
});
