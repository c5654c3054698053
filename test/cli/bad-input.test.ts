import { CommandLine } from './command-line';
import { shopTerraform } from './shop-terraform';

const cli = new CommandLine();
afterAll(() => cli.remove());

const whole = JSON.stringify(shopTerraform);
const plan = (more: object): object => ({
  format_version: '1.2',
  planned_values: { root_module: { resources: [] } },
  configuration: { root_module: {} },
  ...more,
});

const bad: readonly [string, unknown, RegExp][] = [
  ['truncated JSON', whole.slice(0, 500), /is cut short: .* \(line 1, column \d+\)/],
  ['a truncated plan', JSON.stringify(plan({})).slice(0, -3), /is cut short: .* \(line 1, column \d+\)/],
  ['broken JSON', '{\n  "resource": {,\n}', /is not JSON: .* \(line 2, column 16\)/],
  ['a package.json', { name: 'x', version: '1.0.0', dependencies: {} }, /is a package\.json, no Terraform/],
  [
    'a Kubernetes manifest',
    { apiVersion: 'v1', kind: 'Service', metadata: {}, spec: {} },
    /is a Kubernetes manifest/,
  ],
  [
    'a CloudFormation template',
    { AWSTemplateFormatVersion: '2010-09-09', Resources: {} },
    /is a CloudFormation template/,
  ],
  [
    'a state as it is stored',
    { version: 4, terraform_version: '1', serial: 1, lineage: 'x' },
    /is a state file as Terraform stores it/,
  ],
  ['HCL', 'resource "aws_vpc" "v" {\n  cidr_block = "10.0.0.0/16"\n}\n', /is Terraform in HCL/],
  ['HCL given as JSON', JSON.stringify('resource "aws_vpc" "v" {}'), /is JSON, but no Terraform/],
  [
    'a plan of a newer format',
    plan({ format_version: '2.0' }),
    /is a plan of format 2\.0, and up to 1\.x is read/,
  ],
  ['a plan that failed', plan({ errored: true }), /is a plan that failed/],
  ['a saved plan', Buffer.from('PK\u0003\u0004\u0014'), /is a saved plan in Terraform's own form/],
  [
    'an image',
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d]),
    /is a binary file/,
  ],
  ['gzip', Buffer.from([0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0]), /is a binary file/],
  ['nothing', '', /is empty/],
  ['white space', ' \n\t', /is empty/],
  ['a number', '7', /is JSON, but no Terraform/],
  ['deep nesting', `{"resource": ${'['.repeat(5000)}`, /stand more than 200 deep/],
  [
    'a plan of deep nesting',
    `{"format_version": "1.2", "planned_values": ${'['.repeat(5000)}`,
    /stand more than 200 deep/,
  ],
  [
    'references in a ring',
    { locals: { a: '${local.b}', b: '${local.a}' }, resource: {} },
    /refer to each other in a ring: local\.a -> local\.b -> local\.a/,
  ],
];

/** What can be written down, and counted, and is no network. */
const impossible: readonly [string, unknown, RegExp][] = [
  [
    'subnets that overlap',
    {
      resource: {
        aws_vpc: { net: { cidr_block: '10.0.0.0/16' } },
        aws_subnet: {
          a: { vpc_id: '${aws_vpc.net.id}', cidr_block: '10.0.1.0/24' },
          b: { vpc_id: '${aws_vpc.net.id}', cidr_block: '10.0.1.128/25' },
        },
      },
    },
    /aws_subnet\.a \(10\.0\.1\.0\/24\) and aws_subnet\.b \(10\.0\.1\.128\/25\) overlap in aws_vpc\.net\. .* give each a block of its own/,
  ],
  [
    'Docker networks that overlap',
    {
      terraform: { required_providers: { docker: { source: 'kreuzwerker/docker' } } },
      resource: {
        docker_network: {
          a: { name: 'a', ipam_config: [{ subnet: '10.9.0.0/24' }] },
          b: { name: 'b', ipam_config: [{ subnet: '10.9.0.0/16' }] },
        },
      },
    },
    /docker_network\.a has 10\.9\.0\.0\/24 and docker_network\.b has 10\.9\.0\.0\/16, which overlap/,
  ],
];

describe.each([
  ...bad.map((row) => [...row, 'describe'] as const),
  ...impossible.map((row) => [...row, undefined] as const),
])('%s', (name, content, problem, more) => {
  const file = cli.write(`${name.replaceAll(' ', '-')}.json`, content);
  const asked = ['--from', 'a', '--to', 'b', '--on', 'tcp/1'];

  test.each([
    ['reach', file, ...asked],
    ['explain', file, ...asked],
    ['matrix', file],
    ['diff', file, file],
    ...(more === undefined ? [] : [[more, file]]),
  ])('is one error of %s with file and remedy, and exits 2', (...args) => {
    const { code, out, err } = cli.run(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(problem);
    expect(err).toContain(`IN/${name.replaceAll(' ', '-')}.json`);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).not.toContain('fault of netproof');
  });
});

test('a folder without Terraform says what would be', () => {
  cli.write('empty/readme.txt', 'nothing here');
  expect(cli.run('matrix', `${cli.folder}/empty`)).toEqual({
    code: 2,
    out: '',
    err: 'IN/empty has no manifest.json and no *.tf.json file, so it is not what CDKTF wrote. Synthesize first: npx cdktf synth.\n',
  });
});

test('a file of more values than are read is refused before it is held in memory', () => {
  const file = cli.write(
    'many.json',
    `{"format_version":"1.2","planned_values":[${'1,'.repeat(10_100_000)}1]}`,
  );
  const before = process.memoryUsage().rss;
  const { code, err } = cli.run('matrix', file);
  expect(code).toBe(2);
  expect(err).toMatch(/is not read: it holds more than 10000000 values/);
  expect(process.memoryUsage().rss - before).toBeLessThan(400_000_000);
});

test('ten thousand rules are read and answered', () => {
  const aws_vpc_security_group_ingress_rule = Object.fromEntries(
    Array.from({ length: 10_000 }, (_, at) => [
      `r${at}`,
      {
        security_group_id: '${aws_security_group.db.id}',
        ip_protocol: 'tcp',
        from_port: at + 10_000,
        to_port: at + 10_000,
        cidr_ipv4: `10.${at % 250}.0.0/16`,
      },
    ]),
  );
  const file = cli.write('rules.tf.json', {
    ...shopTerraform,
    resource: { ...shopTerraform.resource, aws_vpc_security_group_ingress_rule },
  });
  const ask = (on: string): string =>
    cli.run('reach', file, '--from', 'web', '--to', 'database', '--on', on).out;
  expect(ask('tcp/10000')).toMatch(/^reachable /);
  expect(ask('tcp/10001')).toMatch(/^blocked /);
}, 60_000);
