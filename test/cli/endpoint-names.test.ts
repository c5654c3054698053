import { planText } from '../readers/aws/plan-text';
import { recorded } from '../readers/plans/recorded-plan';
import { CommandLine } from './command-line';
import { shopTerraform } from './shop-terraform';
import { stateText } from './state-text';

const cli = new CommandLine();
afterAll(() => cli.remove());

type Resources = Parameters<typeof planText>[0];
const resources = JSON.parse(
  JSON.stringify(shopTerraform.resource).replace('${var.office_cidr}', '203.0.113.0/24'),
) as Resources;

/** The shop as CDKTF writes it, every resource with the path of its construct. */
const synth = {
  ...shopTerraform,
  resource: Object.fromEntries(
    Object.entries(resources).map(([type, named]) => [
      type,
      Object.fromEntries(
        Object.entries(named).map(([name, body]) => [
          name,
          {
            ...body,
            '//': { metadata: { path: `shop/tier/${name}-${type.slice(4)}/Resource`, uniqueId: name } },
          },
        ]),
      ),
    ]),
  ),
};
const out = cli.writeCdktfOut('cdktf.out', { shop: synth });
const inputs: readonly [string, readonly string[]][] = [
  ['a synth', [out]],
  ['a plan', [cli.write('plan.json', planText(resources, 'hcl')), '--synth', out]],
  ['a state', [cli.write('state.json', stateText(resources)), '--synth', out]],
];

describe.each(inputs)('in %s', (_, input) => {
  const ask = (from: string) =>
    cli.run('reach', ...input, '--from', from, '--to', 'aws_instance.db', '--on', 'tcp/5432');

  test.each([
    'aws_instance.web',
    'web',
    'shop/tier/web-instance',
    'shop/tier/web-instance/Resource',
    'tier/web-instance',
    'web-instance',
  ])('an instance is called %s', (name) => expect(ask(name).out).toMatch(/^reachable /));

  test.each(['aws_subnet.a', 'segment:aws_subnet.a', 'segment:tier/a-subnet', 'a-subnet'])(
    'a subnet is called %s',
    (name) =>
      expect(cli.run('explain', ...input, '--from', name, '--to', 'web', '--on', 'tcp/1').code).toBe(0),
  );

  test.each([
    ['webb', '"web"'],
    ['aws_instance.wep', '"aws_instance.web"'],
    ['segment:aws_subnet.b', '"aws_subnet.a"'],
  ])('%s is nobody, and the nearest is %s', (name, nearest) => {
    const { code, out: text, err } = ask(name);
    expect({ code, text }).toEqual({ code: 2, text: '' });
    expect(err).toContain(nearest);
  });

  test('a run that two constructs share is an error that lists both', () =>
    expect(ask('shop/tier').err).toBe(
      '"shop/tier" is the name of 2 endpoints: aws_instance.db, aws_instance.web. Use one of these.\n',
    ));
});

describe('of several stacks', () => {
  const lab = cli.write('lab.tf.json', shopTerraform);
  const ask = (from: string) =>
    cli.run('reach', out, lab, '--from', from, '--to', 'shop:aws_instance.db', '--on', 'tcp/5432');

  test.each(['shop:aws_instance.web', 'shop:web', 'shop:tier/web-instance', 'tier/web-instance'])(
    '%s is one',
    (name) => expect(ask(name).out).toMatch(/^reachable /),
  );

  test.each(['aws_instance.web', 'web'])('%s alone is of both, and refused', (name) =>
    expect(ask(name).err).toContain('2 endpoints: lab:aws_instance.web, shop:aws_instance.web'),
  );

  test('lab:tier/web-instance is nobody', () => expect(ask('lab:tier/web-instance').code).toBe(2));
});

test.each(['aws_instance.web[0]', 'aws_instance.web[1]'])(
  'in a plan of modules and counts, %s is one instance, and aws_instance.web none',
  (name) => {
    const plan = cli.write('modules.json', recorded('first-apply/plan.json'));
    const ask = (from: string) =>
      cli.run('reach', plan, '--from', from, '--to', 'internet', '--on', 'tcp/443');
    expect(ask(name).code).toBe(0);
    expect(ask('aws_instance.web')).toMatchObject({ code: 2, out: '' });
    expect(ask('module.network.aws_subnet.public[0]').code).toBe(0);
    expect(ask('module.network.aws_subnet.database["eu-central-1a"]').code).toBe(0);
  },
);
