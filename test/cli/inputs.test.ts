import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { planText } from '../readers/aws/plan-text';
import { CommandLine, type Ran } from './command-line';
import { shopTerraform } from './shop-terraform';
import { stateText } from './state-text';

const cli = new CommandLine();
afterAll(() => cli.remove());

/** The resources as a plan knows them, which has a value for every variable. */
const resources = JSON.parse(
  JSON.stringify(shopTerraform.resource).replace('${var.office_cidr}', '203.0.113.0/24'),
) as Parameters<typeof planText>[0];
const inputs: Readonly<Record<string, string>> = {
  'a cdktf.out folder': cli.writeCdktfOut('cdktf.out', { shop: shopTerraform }),
  'its manifest': join(cli.folder, 'cdktf.out/manifest.json'),
  'a cdk.tf.json': join(cli.folder, 'cdktf.out/stacks/shop/cdk.tf.json'),
  'a *.tf.json file': cli.write('shop.tf.json', shopTerraform),
  'a folder of *.tf.json files': writeModule('module'),
  'the JSON of a plan made from JSON': cli.write('json-plan.json', planText(resources, 'json')),
  'the JSON of a plan made from HCL': cli.write('hcl-plan.json', planText(resources, 'hcl')),
  'the JSON of a state': cli.write('state.json', stateText(resources)),
};

/** One module in two files. */
function writeModule(name: string): string {
  const { resource, ...rest } = shopTerraform;
  const { aws_instance, ...others } = resource;
  cli.write(`${name}/network.tf.json`, { ...rest, resource: others });
  cli.write(`${name}/instances.tf.json`, { resource: { aws_instance } });
  return join(cli.folder, name);
}

describe.each(Object.entries(inputs))('%s', (_, input) => {
  const question = ['--from', 'web', '--to', 'database', '--on', 'tcp/5432'];

  test('answers reach, and blocks what it blocks', () => {
    expect(cli.run('reach', input, ...question)).toEqual({
      code: 0,
      out: 'reachable   web can open tcp/5432 on database\n',
      err: '',
    });
    expect(cli.run('reach', input, ...question.slice(0, -1), 'tcp/5433').out).toMatch(/^blocked /);
  });

  test('is explained', () => {
    const { code, out } = cli.run('explain', input, ...question);
    expect(code).toBe(0);
    expect(out).toContain('aws_security_group.db');
  });

  test('has a matrix', () => {
    const { code, out } = cli.run('matrix', input, '--on', 'tcp/5432');
    expect(code).toBe(0);
    expect(out).toMatch(/^aws_instance\.web +aws_instance\.db +tcp\/5432/m);
  });

  test('is described', () => {
    const { code, out, err } = cli.run('describe', input);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/10\.0\.1\.0\/24 +251 usable/);
  });

  test('differs in nothing from the Terraform that is written, for what is known', () => {
    const written = inputs['a *.tf.json file']!;
    const { code, out } = cli.run('diff', written, input, '--json');
    expect(code).toBe(0);
    const { opens, closes, rows } = JSON.parse(out) as {
      opens: number;
      closes: number;
      rows: { on: string }[];
    };
    // A plan and a state know what var.office_cidr is.
    expect(rows.every(({ on }) => on === 'tcp/22')).toBe(true);
    if (input.endsWith('.tf.json') || !input.endsWith('.json'))
      expect({ opens, closes }).toEqual({ opens: 0, closes: 0 });
  });
});

describe('standard input', () => {
  const asked = ['--from', 'web', '--to', 'database', '--on', 'tcp/5432'];

  test('may be a plan', () => {
    const main = join(__dirname, '../../lib/cli/main.ts');
    const { stdout, status } = spawnSync(
      process.execPath,
      ['-r', 'ts-node/register/transpile-only', main, 'reach', '-', ...asked],
      { input: planText(resources, 'hcl'), encoding: 'utf8', timeout: 60_000 },
    );
    expect({ stdout, status }).toEqual({
      stdout: 'reachable   web can open tcp/5432 on database\n',
      status: 0,
    });
  }, 70_000);

  test.each([
    ['as INPUT and --assume', ['reach', '-', '--assume', '-', ...asked], 'INPUT and --assume'],
    ['as INPUT and --synth', ['matrix', '-', '--synth', '-'], 'INPUT and --synth'],
    ['as INPUT and --queries', ['reach', '-', '--queries', '-', '--json'], 'INPUT and --queries'],
    ['as BEFORE and AFTER', ['diff', '-', '-'], 'INPUT and INPUT'],
    ['twice as INPUT', ['describe', '-', '-'], 'INPUT and INPUT'],
  ])('is refused %s', (_, args, uses) =>
    expect(cli.run(...args)).toEqual({
      code: 2,
      out: '',
      err: `standard input can be read once, and is given 2 times: as ${uses}. Give all but one as a file.\n`,
    }),
  );
});

describe('several stacks', () => {
  const lab = { ...shopTerraform, variable: {} };
  const both = cli.writeCdktfOut('both', { shop: shopTerraform, lab });
  const ask = (from: string, to: string, ...more: string[]): Ran =>
    cli.run('reach', both, '--from', from, '--to', to, '--on', 'tcp/5432', ...more);

  test('with equal addresses and blocks are separate networks, told apart by stack:', () => {
    expect(ask('shop:aws_instance.web', 'shop:aws_instance.db').out).toMatch(/^reachable /);
    expect(ask('lab:aws_instance.web', 'lab:aws_instance.db').out).toMatch(/^reachable /);
    expect(ask('shop:aws_instance.web', 'lab:aws_instance.db').out).toMatch(/^blocked /);
  });

  test('make a bare name ambiguous, and the error lists both', () =>
    expect(ask('aws_instance.web', 'shop:aws_instance.db')).toEqual({
      code: 2,
      out: '',
      err: '"aws_instance.web" is the name of 2 endpoints: lab:aws_instance.web, shop:aws_instance.web. Use one of these.\n',
    }));

  test('are picked from by --stack, and then need no stack:', () => {
    expect(ask('aws_instance.web', 'aws_instance.db', '--stack', 'lab').out).toMatch(/^reachable /);
    expect(ask('web', 'database', '--stack', 'lap').err).toBe(
      'There is no stack "lap" in the input. Did you mean "lab"?\n',
    );
  });

  test('may also be several INPUTs', () => {
    const [shop, other] = [inputs['a *.tf.json file']!, cli.write('other.tf.json', lab)];
    const answer = cli.run('reach', shop, other, '--from', 'shop:web', '--to', 'other:web', '--on', 'all');
    expect(answer.err).toBe('');
    expect(answer.out).toMatch(/^blocked /);
  });

  test('of one name are refused with both files', () =>
    expect(cli.run('matrix', inputs['a *.tf.json file']!, both).err).toMatch(
      /^Two inputs are called "shop": IN\/shop\.tf\.json and IN\/both\/stacks\/shop\/cdk\.tf\.json\./,
    ));

  test('are compared under their names, also where only one side has several', () => {
    const { out } = cli.run('diff', inputs['a cdktf.out folder']!, both, '--json');
    const { rows } = JSON.parse(out) as { rows: { from: string[]; to: string[] }[] };
    expect(rows.length).toBeGreaterThan(0);
    expect(
      rows.flatMap(({ from, to }) => [...from, ...to]).filter((name) => name.startsWith('shop:')),
    ).toEqual([]);
  });

  test('are described one by one', () => {
    const { out } = cli.run('describe', both, '--json');
    const { stacks } = JSON.parse(out) as { stacks: { stack: string }[] };
    expect(stacks.map(({ stack }) => stack)).toEqual(['shop', 'lab']);
  });
});

describe('a stack that uses another', () => {
  const network = {
    terraform: { backend: { s3: { bucket: 'states', key: 'network.tfstate', region: 'eu-central-1' } } },
    resource: {
      aws_vpc: { net: { cidr_block: '10.0.0.0/16' } },
      aws_subnet: { a: { vpc_id: '${aws_vpc.net.id}', cidr_block: '10.0.1.0/24' } },
    },
    output: { vpc: { value: '${aws_vpc.net.id}' }, subnet: { value: '${aws_subnet.a.id}' } },
  };
  const { aws_vpc, aws_subnet, ...own } = shopTerraform.resource;
  void [aws_vpc, aws_subnet];
  const withRemote = (name: string, config: object): object =>
    JSON.parse(
      JSON.stringify({
        ...shopTerraform,
        data: { terraform_remote_state: { [name]: config } },
        resource: own,
      })
        .replaceAll('${aws_vpc.net.id}', `\${data.terraform_remote_state.${name}.outputs.vpc}`)
        .replaceAll('${aws_subnet.a.id}', `\${data.terraform_remote_state.${name}.outputs.subnet}`),
    ) as object;
  const s3 = (key: string) => ({ backend: 's3', config: { bucket: 'states', key, region: 'eu-west-1' } });
  const verdict = (stacks: Readonly<Record<string, object>>): string => {
    const folder = cli.writeCdktfOut('joined', stacks);
    const { out, err } = cli.run(
      'reach',
      folder,
      '--from',
      'shop:web',
      '--to',
      'network:aws_subnet.a',
      '--on',
      'tcp/5432',
    );
    return /^\w+/.exec(`${out}${err}`)![0];
  };

  test('finds it by its backend', () =>
    expect(verdict({ network, shop: withRemote('base', s3('network.tfstate')) })).toBe('reachable'));

  test('finds it by the name of the data source', () =>
    expect(verdict({ network: { ...network, terraform: {} }, shop: withRemote('network', s3('x')) })).toBe(
      'reachable',
    ));

  test('finds it by the folder of a local state', () => {
    const local = { backend: 'local', config: { path: '../network/terraform.tfstate' } };
    expect(verdict({ network: { ...network, terraform: {} }, shop: withRemote('base', local) })).toBe(
      'reachable',
    );
  });

  test('does not take one that keeps its state elsewhere for it', () => {
    expect(verdict({ network, shop: withRemote('network', s3('other.tfstate')) })).not.toBe('reachable');
    expect(verdict({ network, shop: withRemote('base', s3('other.tfstate')) })).not.toBe('reachable');
  });
});
