import { planText } from '../readers/aws/plan-text';
import { CommandLine } from './command-line';
import { shopTerraform } from './shop-terraform';
import { stateText } from './state-text';

const cli = new CommandLine();
afterAll(() => cli.remove());

type Resources = Parameters<typeof planText>[0];

/** Secrets in every place that can be marked; those that are addresses decide verdicts all the same. */
const free = [
  'hunter2-tag',
  'hunter2-data',
  'hunter2-rule',
  'hunter2-group',
  'hunter2-password',
  'hunter2-output',
  'hunter2-name',
];
const addresses = ['10.0.1.77', '198.51.100.77', '198.51.100.0/24', '2001:db8:77::/48', '10.0.9.0/24'];
const all = [...free, ...addresses, '198.51.100.255', '10.0.9.255'];

const rule = {
  protocol: 'tcp',
  cidr_blocks: null,
  ipv6_cidr_blocks: null,
  prefix_list_ids: null,
  self: false,
};
const resource = {
  ...shopTerraform.resource,
  aws_subnet: {
    ...shopTerraform.resource.aws_subnet,
    secret: { vpc_id: '${aws_vpc.net.id}', cidr_block: '10.0.9.0/24' },
  },
  aws_security_group: {
    web: { ...shopTerraform.resource.aws_security_group.web, description: 'hunter2-group' },
    db: {
      name: 'hunter2-name',
      vpc_id: '${aws_vpc.net.id}',
      ingress: [
        {
          ...rule,
          description: 'hunter2-rule',
          from_port: 22,
          to_port: 22,
          cidr_blocks: ['198.51.100.0/24'],
        },
        { ...rule, from_port: 23, to_port: 23, ipv6_cidr_blocks: ['2001:db8:77::/48'] },
        { ...rule, from_port: 5432, to_port: 5432, security_groups: ['${aws_security_group.web.id}'] },
      ],
    },
  },
  aws_internet_gateway: { igw: { vpc_id: '${aws_vpc.net.id}' } },
  aws_route_table: {
    a: {
      vpc_id: '${aws_vpc.net.id}',
      route: [{ cidr_block: '0.0.0.0/0', gateway_id: '${aws_internet_gateway.igw.id}' }],
    },
  },
  aws_route_table_association: {
    a: { subnet_id: '${aws_subnet.a.id}', route_table_id: '${aws_route_table.a.id}' },
  },
  aws_eip: { web: { instance: '${aws_instance.web.id}', public_ip: '198.51.100.77' } },
  aws_instance: {
    web: {
      ...shopTerraform.resource.aws_instance.web,
      private_ip: '10.0.1.77',
      user_data: 'hunter2-data',
      tags: { Name: 'hunter2-tag' },
    },
    db: { ...shopTerraform.resource.aws_instance.db, tags: {} },
  },
  aws_db_instance: { main: { engine: 'postgres', password: 'hunter2-password', identifier: 'hunter2-name' } },
} as unknown as Resources;

/** A mask of Terraform for a value: true at each leaf that is a secret, and for sets as a whole. */
function mask(value: unknown): unknown {
  if (typeof value === 'string') return all.includes(value) ? true : undefined;
  if (Array.isArray(value)) {
    const items = value.map(mask);
    return items.some((item) => JSON.stringify(item ?? {}).includes('true'))
      ? true
      : items.map((item) => item ?? false);
  }
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      const own = mask(inner);
      return own === undefined ? [] : [[name, own]];
    }),
  );
}

interface Listed {
  readonly values: object;
  readonly change?: { readonly after: object };
}

function markedPlan(): string {
  const plan = JSON.parse(planText(resource)) as {
    planned_values: { root_module: { resources: Listed[] }; outputs?: object };
    resource_changes: {
      address: string;
      change: { after: object; after_sensitive?: unknown; before?: unknown };
    }[];
    configuration: { provider_config: object; root_module: { outputs?: object; variables?: object } };
    variables?: object;
    output_changes?: object;
  };
  for (const one of plan.planned_values.root_module.resources) {
    Object.assign(one, { sensitive_values: mask(one.values) ?? {} });
  }
  for (const { change } of plan.resource_changes)
    Object.assign(change, { after_sensitive: mask(change.after) ?? {} });
  plan.resource_changes.push({
    address: 'aws_security_group.gone',
    mode: 'managed',
    type: 'aws_security_group',
    name: 'gone',
    provider_name: 'registry.terraform.io/hashicorp/aws',
    change: {
      actions: ['delete'],
      before: { description: 'hunter2-rule', ingress: [{ ...rule, cidr_blocks: ['198.51.100.0/24'] }] },
      before_sensitive: { description: true, ingress: true },
      after: null,
    },
  } as never);
  plan.variables = { password: { value: 'hunter2-password' } };
  plan.configuration.root_module.variables = { password: { sensitive: true } };
  plan.configuration.root_module.outputs = {
    o: { sensitive: true, expression: { constant_value: 'hunter2-output' } },
  };
  plan.planned_values.outputs = { o: { sensitive: true, value: 'hunter2-output' } };
  plan.output_changes = { o: { actions: ['create'], after: 'hunter2-output', after_sensitive: true } };
  plan.configuration.provider_config = {
    aws: {
      name: 'aws',
      full_name: 'registry.terraform.io/hashicorp/aws',
      expressions: {
        secret_key: { constant_value: 'hunter2-password' },
        region: { constant_value: 'eu-central-1' },
      },
    },
  };
  return JSON.stringify(plan);
}

function markedState(): string {
  const state = JSON.parse(stateText(resource)) as {
    values: { root_module: { resources: Listed[] }; outputs?: object };
  };
  for (const one of state.values.root_module.resources)
    Object.assign(one, { sensitive_values: mask(one.values) ?? {} });
  state.values.outputs = { o: { sensitive: true, value: 'hunter2-output' } };
  return JSON.stringify(state);
}

/** The same with each secret behind a sensitive variable. */
function markedSynth(): object {
  let text = JSON.stringify(resource);
  const variable = Object.fromEntries(
    [...free, ...addresses].map((secret, at) => {
      text = text.replaceAll(JSON.stringify(secret), JSON.stringify(`\${var.s${at}}`));
      return [`s${at}`, { default: secret, sensitive: true }];
    }),
  );
  return {
    variable,
    provider: { aws: { region: 'eu-central-1', secret_key: 'hunter2-password' } },
    output: { o: { value: 'hunter2-output', sensitive: true } },
    resource: JSON.parse(text) as object,
  };
}

const inputs: readonly [string, string][] = [
  ['a plan', cli.write('plan.json', markedPlan())],
  ['a state', cli.write('state.json', markedState())],
  ['a synth', cli.write('shop.tf.json', markedSynth())],
];
const plain = cli.write('plain.tf.json', shopTerraform);

describe.each(inputs)('%s', (_, input) => {
  const question = (from: string, to: string, on: string): string[] => [
    '--from',
    from,
    '--to',
    to,
    '--on',
    on,
  ];
  const questions = [
    question('aws_instance.web', 'aws_instance.db', 'tcp/22'),
    question('aws_instance.web', 'aws_instance.db', 'tcp/5432'),
    question('aws_instance.db', 'aws_instance.web', 'all'),
    question('internet', 'aws_instance.db', 'tcp/22'),
    question('internet', 'aws_instance.web', 'tcp/22'),
    question('aws_instance.web', 'internet', 'tcp/443'),
    question('internet6', 'aws_instance.db', 'tcp/23'),
    question('segment:aws_subnet.secret', 'aws_instance.web', 'tcp/22'),
    question('aws_instance.web', 'aws_db_instance.main', 'tcp/5432'),
    question('nobody', 'aws_instance.web', 'tcp/22'),
    question('aws_instance.w', 'internet', 'tcp/22'),
  ];
  const queries = cli.write(
    'queries.json',
    questions.map(([, from, , to, , on], id) => ({ id: `${id}`, from, to, on })),
  );
  const policy = cli.write(
    'policy.yaml',
    'version: 1\nnetworks: { shop: {} }\ndeny: [{ from: "*", to: "*" }, { from: internet, to: "*" }]\n',
  );
  const wrong = cli.write('wrong.yaml', 'values: { aws_instance.web.private_ip: 10.0.1.5, var.password: x }');
  const other = cli.write(
    'unused.yaml',
    'values: { aws_security_group.db.ingress: [], aws_instance.web.tags: {} }',
  );

  test.each([
    ...questions.flatMap((asked) => [
      ['reach', input, ...asked],
      ['reach', input, ...asked, '--json'],
      ['explain', input, ...asked],
      ['explain', input, ...asked, '--json'],
    ]),
    ['reach', input, '--queries', queries, '--json'],
    ['matrix', input],
    ['matrix', input, '--segments', '--json'],
    ['graph', input],
    ['graph', input, '--arrows', '--format', 'mermaid'],
    ['graph', input, '--format', 'html'],
    ['lint', input],
    ['lint', input, '--format', 'sarif'],
    ['lint', input, '--json'],
    ['check', input, '--policy', policy, '--network', 'shop', '--format', 'html'],
    ['check', input, '--policy', policy, '--network', 'shop', '--format', 'markdown'],
    ['check', input, '--policy', policy, '--network', 'shop', '--format', 'junit'],
    ['describe', input],
    ['describe', input, '--json'],
    ['diff', input, plain],
    ['diff', plain, input, '--format', 'markdown'],
    ['diff', plain, input, '--json'],
    ['matrix', input, '--assume', wrong],
    ['matrix', input, '--assume', other],
    ['matrix', input, '--synth', plain],
    ['matrix', input, '--stack', 'nobody'],
    ['matrix', input, input.replace('.json', '')],
  ])('%s %s %s %s %s %s %s %s %s prints none of its secrets', (...args) => {
    const { out, err } = cli.run(...args.filter((arg) => typeof arg === 'string'));
    const printed = `${out}${err}`;
    expect(printed).not.toBe('');
    const leaked = all.filter((secret) =>
      new RegExp(`(?<![\\w.:])${secret.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w]|\\.\\d)`).test(
        printed,
      ),
    );
    expect(
      leaked.map((secret) => `${secret}: ${printed.split('\n').find((line) => line.includes(secret))}`),
    ).toEqual([]);
  });

  test('is answered by its secrets all the same', () => {
    const ask = (from: string): string =>
      cli.run('reach', input, ...question(from, 'aws_instance.db', 'tcp/5432')).out;
    expect(ask('aws_instance.web')).toMatch(/^reachable /);
    const explained = cli.run(
      'explain',
      input,
      ...question('aws_instance.web', 'aws_instance.db', 'tcp/5432'),
    ).out;
    expect(explained).toContain('(sensitive)');
  });
});
