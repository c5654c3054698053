import { planText } from '../readers/aws/plan-text';
import { CommandLine } from './command-line';
import { shopTerraform } from './shop-terraform';
import { stateText } from './state-text';

const cli = new CommandLine();
afterAll(() => cli.remove());

type Resources = Parameters<typeof planText>[0];

const rule = {
  protocol: 'tcp',
  cidr_blocks: null,
  ipv6_cidr_blocks: null,
  prefix_list_ids: null,
  self: false,
};
/** The shop with two rules that each name a group, which a plan of HCL lists together, and construct paths. */
const resource = {
  ...shopTerraform.resource,
  aws_security_group: {
    ...shopTerraform.resource.aws_security_group,
    lab: { name: 'lab', vpc_id: '${aws_vpc.net.id}' },
    db: {
      name: 'db',
      vpc_id: '${aws_vpc.net.id}',
      ingress: [
        { ...rule, from_port: 5432, to_port: 5432, security_groups: ['${aws_security_group.web.id}'] },
        { ...rule, from_port: 6379, to_port: 6379, security_groups: ['${aws_security_group.lab.id}'] },
      ],
    },
  },
} as unknown as Resources;
const synth = (name: string, resources: Resources = resource): object => ({
  ...shopTerraform,
  resource: Object.fromEntries(
    Object.entries(resources).map(([type, named]) => [
      type,
      Object.fromEntries(
        Object.entries(named).map(([id, body]) => [
          id,
          { ...body, '//': { metadata: { path: `${name}/net/${id}/Resource`, uniqueId: id } } },
        ]),
      ),
    ]),
  ),
});

const plan = cli.write('plan.json', planText(resource, 'hcl'));
const asked = ['--to', 'database', '--on', 'tcp/5432'];

describe('a plan with --synth', () => {
  const out = cli.writeCdktfOut('cdktf.out', {
    shop: synth('shop'),
    other: { resource: { aws_eip: { e: {} } } },
  });

  test('has construct paths, which it has not alone', () => {
    const { code, out: text } = cli.run('reach', plan, '--synth', out, '--from', 'net/web', ...asked);
    expect({ code, text }).toEqual({ code: 0, text: 'reachable   net/web can open tcp/5432 on database\n' });
    expect(cli.run('reach', plan, '--from', 'net/web', ...asked).err).toMatch(
      /^nothing is called "net\/web"/,
    );
  });

  test('tells which block names which group, which it cannot tell alone', () => {
    expect(cli.run('reach', plan, '--from', 'web', ...asked).out).toMatch(/^unknown /);
    expect(cli.run('reach', plan, '--synth', out, '--from', 'web', ...asked).out).toMatch(/^reachable /);
    const other = ['--from', 'web', '--to', 'database', '--on', 'tcp/6379'];
    expect(cli.run('reach', plan, '--synth', out, ...other).out).toMatch(/^blocked /);
  });

  test('is called after its stack, so that --stack picks it', () => {
    const { stacks } = JSON.parse(cli.run('describe', plan, '--synth', out, '--json').out) as {
      stacks: { stack: string }[];
    };
    expect(stacks.map(({ stack }) => stack)).toEqual(['shop']);
    expect(cli.run('matrix', plan, '--synth', out, '--stack', 'shop').code).toBe(0);
    expect(cli.run('matrix', plan, '--synth', out, '--stack', 'plan').err).toMatch(
      /^There is no stack "plan"/,
    );
  });

  test('is explained with the paths of constructs', () =>
    expect(cli.run('explain', plan, '--synth', out, '--from', 'web', ...asked).out).toContain('shop/net/db'));
});

test('a plan and the synth of its name are one stack', () => {
  const input = cli.writeCdktfOut('both', { plan: synth('plan') });
  const { out, code } = cli.run('reach', input, plan, '--from', 'net/web', ...asked);
  expect({ code, out }).toEqual({ code: 0, out: 'reachable   net/web can open tcp/5432 on database\n' });
});

test('a state takes its construct paths as well', () => {
  const state = cli.write('state.json', stateText(resource));
  const out = cli.writeCdktfOut('of-state', { shop: synth('shop') });
  expect(cli.run('reach', state, '--synth', out, '--from', 'shop/net/web', ...asked).code).toBe(0);
});

test('diff joins it on AFTER alone: BEFORE was made by another', () => {
  const out = cli.writeCdktfOut('after', { shop: synth('shop') });
  const moved = JSON.parse(JSON.stringify(resource).replace('10.0.1.0/24', '10.0.7.0/24')) as Resources;
  const before = cli.write('before.json', planText(moved, 'hcl'));
  expect(cli.run('diff', before, plan, '--synth', out)).toMatchObject({ code: 0, err: '' });
  expect(cli.run('diff', plan, before, '--synth', out).err).toMatch(
    /^aws_subnet\.a\.cidr_block is "10\.0\.7\.0\/24"/,
  );
});

describe('is refused, and exits 2,', () => {
  const refused = (...args: string[]): string => {
    const { code, out, err } = cli.run('matrix', plan, '--synth', ...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    return err;
  };

  test('when the synth is of another stack', () => {
    const others = cli.writeCdktfOut('others', {
      a: { resource: { aws_eip: { e: {} } } },
      b: { resource: { aws_eip: { f: {} } } },
    });
    expect(refused(others)).toBe(
      'No stack of --synth declares what IN/plan.json holds. There are: a, b. Give the synth that it was made from.\n',
    );
    expect(refused(others, '--stack', 'a')).toMatch(/declares nothing of what IN\/plan\.json holds/);
  });

  test('when two stacks declare the same, until --stack names one', () => {
    const alike = cli.writeCdktfOut('alike', { dev: synth('dev'), prod: synth('prod') });
    expect(refused(alike)).toBe(
      'IN/plan.json may be of several stacks of --synth: dev, prod. Name one with --stack, or call the file after it.\n',
    );
    expect(cli.run('matrix', plan, '--synth', alike, '--stack', 'prod').code).toBe(0);
  });

  test('when the two contradict each other, with both values and both files', () => {
    const moved = JSON.parse(JSON.stringify(resource).replace('10.0.1.0/24', '10.0.7.0/24')) as Resources;
    const out = cli.writeCdktfOut('moved', { shop: synth('shop', moved) });
    expect(refused(out)).toBe(
      'aws_subnet.a.cidr_block is "10.0.1.0/24" in IN/plan.json and "10.0.7.0/24" in IN/moved/stacks/shop/cdk.tf.json. ' +
        'They are one stack, but not of one moment: synthesize and plan again.\n',
    );
  });

  test('when the synth is a plan itself', () =>
    expect(refused(plan)).toMatch(/is the JSON of a plan\. It is read as/));
});
