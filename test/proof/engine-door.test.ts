import { TerraformStack, Testing } from 'cdktf';
import { Instance } from '@cdktf/provider-aws/lib/instance';
import {
  diff,
  explain,
  matrix,
  NetproofError,
  PortSet,
  reach,
  tcp,
  topologyOfPlan,
  topologyOfStack,
  topologyOfState,
  topologyOfSynth,
  type Topology,
} from '../../lib';
import { shopTerraform } from '../cli/shop-terraform';
import { stateText } from '../cli/state-text';
import { planText } from '../readers/aws/plan-text';

type Resources = Parameters<typeof planText>[0];

const known = JSON.parse(
  JSON.stringify(shopTerraform.resource).replace('${var.office_cidr}', '203.0.113.0/24'),
) as Resources;
const synth = JSON.stringify(shopTerraform);
const plan = planText(known, 'hcl');
const state = stateText(known);
const question = { from: 'web', to: 'database', on: tcp(5432) };

const makers: readonly [string, (json: string | object) => Topology, string][] = [
  ['topologyOfSynth', topologyOfSynth, synth],
  ['topologyOfPlan', topologyOfPlan, plan],
  ['topologyOfState', topologyOfState, state],
];

describe.each(makers)('%s', (_, make, text) => {
  const parsed = JSON.parse(text) as object;

  test.each([
    ['text', text],
    ['the bytes of a file', Buffer.from(text)],
    ['a parsed object', parsed],
  ])('takes %s', (_form, json) => {
    const net = make(json);
    expect(reach(net, question).kind).toBe('reachable');
    expect(reach(net, { ...question, on: tcp(5433) }).kind).toBe('blocked');
  });

  test('refuses another form, and what is no JSON at all, by code', () => {
    const others = [synth, plan, state].filter((other) => other !== text);
    const ring: Record<string, unknown> = {};
    ring['ring'] = ring;
    // An empty object is a module that creates nothing.
    const empty = text === synth ? [] : [{}];
    for (const wrong of [...others, '{', '', ...empty, [], ring, undefined, 7]) {
      expect(codeOf(() => make(wrong as string))).toBe('InvalidTerraform');
    }
  });
});

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (NetproofError.is(error)) return error.code;
    throw error;
  }
  return 'nothing was refused';
}

test('topologyOfStack takes what a stack synthesizes now', () => {
  const stack = new TerraformStack(Testing.app(), 'shop');
  new Instance(stack, 'web', { ami: 'ami-1', instanceType: 't3.micro', subnetId: 'subnet-1' });
  const net = topologyOfStack(stack);
  expect([...net.endpoints.keys()]).toEqual(['aws_instance.web']);
  expect(net.endpoint('shop/web').party).toMatchObject({ kind: 'endpoint' });
  expect(codeOf(() => topologyOfStack({} as never))).toBe('InvalidStack');
});

describe('values', () => {
  const ssh = { ...question, on: tcp(22) };

  test('settle what is unknown, and are told with the topology', () => {
    expect(reach(topologyOfSynth(synth), ssh).unknowns).toMatchObject([{ key: 'var.office_cidr' }]);
    const net = topologyOfSynth(synth, { values: { 'var.office_cidr': '10.0.0.0/16' } });
    expect(reach(net, ssh).kind).toBe('reachable');
    expect([...net.usedValues]).toEqual(['var.office_cidr']);
    expect(reach(topologyOfSynth(synth, { values: { 'var.office_cidr': '192.0.2.0/24' } }), ssh).kind).toBe(
      'blocked',
    );
  });

  test('that nothing asks for, or that Terraform states, are errors', () => {
    expect(codeOf(() => topologyOfPlan(plan, { values: { 'var.office_cidr': '10.0.0.0/16' } }))).toBe(
      'UnusedAssumption',
    );
    expect(codeOf(() => topologyOfPlan(plan, { values: { 'aws_subnet.a.cidr_block': '10.9.0.0/24' } }))).toBe(
      'ContradictoryAssumption',
    );
  });

  test('may be for one stack', () => {
    const values = { 'shop:var.office_cidr': '10.0.0.0/16' };
    expect(reach(topologyOfSynth(synth, { stack: 'shop', values }), ssh).kind).toBe('reachable');
    expect(codeOf(() => topologyOfSynth(synth, { stack: 'lab', values }))).toBe('UnusedAssumption');
  });
});

test('synth adds construct paths to a plan', () => {
  const withPath = JSON.parse(synth) as { resource: { aws_instance: { web: Record<string, unknown> } } };
  withPath.resource.aws_instance.web['//'] = { metadata: { path: 'shop/tier/web' } };
  const asked = { ...question, from: 'tier/web' };
  expect(reach(topologyOfPlan(plan, { synth: withPath }), asked).kind).toBe('reachable');
  expect(codeOf(() => reach(topologyOfPlan(plan), asked))).toBe('UnknownEndpoint');
});

describe('clientPorts', () => {
  /** An ACL that takes replies to the ports from 32768 on alone. */
  const rule = { protocol: 'tcp', action: 'allow', cidr_block: '0.0.0.0/0' };
  const root = {
    resource: {
      ...shopTerraform.resource,
      aws_network_acl: {
        a: {
          vpc_id: '${aws_vpc.net.id}',
          subnet_ids: ['${aws_subnet.a.id}'],
          ingress: [{ ...rule, rule_no: 1, from_port: 32768, to_port: 60999 }],
          egress: [{ ...rule, rule_no: 1, from_port: 0, to_port: 65535 }],
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
      aws_eip: { web: { instance: '${aws_instance.web.id}' } },
    },
  };
  const out = { from: 'web', to: 'internet', on: tcp(443) };

  test.each([
    [undefined, 'reachable'],
    ['32768-60999', 'reachable'],
    ['1024-65535', 'blocked'],
    [PortSet.range(1024, 65535), 'blocked'],
  ])('of %s decide whether replies come back: %s', (clientPorts, kind) => {
    const net = topologyOfSynth(root, clientPorts === undefined ? {} : { clientPorts });
    expect(reach(net, out).kind).toBe(kind);
    expect(reach(net, { ...out, from: 'segment:aws_subnet.a' }).clientPorts?.of.toString()).toBe(
      kind === 'blocked' ? '1024-65535' : undefined,
    );
  });

  test('that are none are refused', () =>
    expect(() => topologyOfSynth(root, { clientPorts: 'many' })).toThrow(NetproofError));
});

test('explain tells the answer as text', () =>
  expect(explain(topologyOfPlan(plan), question)).toMatch(
    /^reachable {3}web can open tcp\/5432 on database\n/,
  ));

describe('matrix', () => {
  const found = matrix(topologyOfPlan(plan), { on: tcp(5432) });

  test('is rows of data', () => {
    expect(found.rows).toMatchObject([
      { from: ['aws_instance.web'], to: ['aws_instance.db'], outside: false },
    ]);
    expect(String(found.rows[0]!.passes)).toBe('tcp/5432');
  });

  test('answers about single pairs by any name, and throws for no name', () => {
    expect(String(found.between('web', 'database').passes)).toBe('tcp/5432');
    expect(found.between('database', 'web').mayPass.isEmpty()).toBe(true);
    expect(codeOf(() => found.between('wep', 'database'))).toBe('UnknownEndpoint');
  });

  test('prints as the command does', () => {
    expect(String(found)).toMatch(/^FROM +TO +ON/);
    expect(JSON.parse(JSON.stringify(found))).toMatchObject({
      format: 1,
      rows: [{ to: ['aws_instance.db'] }],
    });
    expect(Object.keys(found)).toEqual(['rows']);
  });

  test('knows segments when it is asked to', () => {
    const named = matrix(topologyOfPlan(plan), { segments: true }).rows.flatMap(({ to }) => to);
    expect(named).toContain('aws_subnet.a');
    expect(found.rows.flatMap(({ to }) => to)).not.toContain('aws_subnet.a');
  });
});

describe('diff', () => {
  const [before, after] = [topologyOfPlan(plan), topologyOfPlan(plan.replaceAll('5432', '5433'))];

  test('is what opens and what closes, as data', () => {
    const found = diff(before, after);
    expect(found).toMatchObject({ opens: 1, closes: 1 });
    expect(found.rows.map(({ change, on }) => [change, String(on)])).toEqual([
      ['opens', 'tcp/5433'],
      ['closes', 'tcp/5432'],
    ]);
    expect(diff(before, before)).toMatchObject({ opens: 0, closes: 0, rows: [] });
  });

  test('prints as the command does', () => {
    const found = diff(before, after);
    expect(String(found)).toMatch(/^This change opens 1 path and closes 1:/);
    expect(found.toMarkdown()).toMatch(/^### This change opens 1 path/);
    expect(JSON.parse(JSON.stringify(found))).toMatchObject({ format: 1, opens: 1, closes: 1 });
  });
});

test.each([
  ['reach', (net: Topology) => reach(net, question)],
  ['explain', (net: Topology) => explain(net, question)],
  ['matrix', (net: Topology) => matrix(net)],
  ['diff', (net: Topology) => diff(net, topologyOfPlan(plan))],
])('%s takes a topology, also of another copy of the package, and nothing else', (_, ask) => {
  expect(() => ask({} as Topology)).toThrow(/takes a topology, and this is none/);
  expect(codeOf(() => ask(JSON.parse(plan) as Topology))).toBe('InvalidTopology');
  const net = topologyOfPlan(plan);
  const copy = Object.defineProperty({ ...net }, Symbol.for('netproof/topology'), { value: true });
  expect(() => ask(copy)).not.toThrow();
});
