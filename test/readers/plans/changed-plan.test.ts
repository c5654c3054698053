import { known, list, object, ref } from '../../../lib/topology/value';
import { attributeAt, recordedPlan, recordedState } from './recorded-plan';

const plan = recordedPlan('change-after');
const state = recordedState();

test('V3: what goes is told with the values it had', () => {
  expect(plan.deleted.map(({ address }) => address)).toEqual([
    'aws_eip.spare',
    'aws_route.internet',
    'aws_security_group_rule.debug',
  ]);
  const debug = plan.deleted.at(-1)!;
  expect(debug.attributes.get('from_port')).toEqual(known(22));
  expect(debug.attributes.get('security_group_id')).toEqual(ref('aws_security_group.api', 'id'));
  expect(plan.resources.map(({ address }) => address)).not.toContain('aws_route.internet');
});

test('V3: the group still lists what the deleted rule put into it, and states nothing', () => {
  const ports = [0, 1].map((block) =>
    attributeAt(plan, 'aws_security_group.api', `ingress[${block}].from_port`),
  );
  expect(ports).toEqual([known(22), known(8080)]);
  expect(plan.resources.find(({ address }) => address === 'aws_security_group.api')?.authored).not.toContain(
    'ingress',
  );
});

describe('dynamic blocks of a group that exists, for which a plan has no expression', () => {
  const authored = (name: string) =>
    plan.resources.find(({ address }) => address === `aws_security_group.${name}`)?.authored;

  test('are stated, where the group has no rules that are resources', () => {
    expect(attributeAt(plan, 'aws_security_group.web', 'ingress[0].from_port')).toEqual(known(443));
    expect(authored('web')).toContain('ingress');
  });

  test('cannot be told from rules that are resources, which then count alone', () => {
    expect(authored('api')).not.toContain('ingress');
  });

  test('are none, where the group lists none', () => {
    expect(authored('other')).toEqual(new Set(['name', 'vpc_id']));
  });
});

test('a plan without change deletes nothing', () => {
  expect(recordedPlan('change-before').deleted).toEqual([]);
});

test('known ids are told as the resources that they name', () => {
  expect(attributeAt(plan, 'aws_subnet.main[0]', 'vpc_id')).toEqual(ref('aws_vpc.main', 'id'));
  expect(attributeAt(plan, 'aws_security_group.web', 'egress[0].security_groups')).toEqual(
    list([ref('aws_security_group.other', 'id')]),
  );
  expect(attributeAt(plan, 'aws_vpc.main', 'id')).toMatchObject({ kind: 'known' });
});

test('an unknown id beside known ones is that of what is new', () => {
  expect(attributeAt(plan, 'aws_route_table_association.main[2]', 'subnet_id')).toEqual(
    ref('aws_subnet.main[2]', 'id'),
  );
  expect(attributeAt(plan, 'aws_route_table_association.main[1]', 'subnet_id')).toEqual(
    ref('aws_subnet.main[1]', 'id'),
  );
});

test('a data source that was read is known, and means the managed resource that it found', () => {
  const data = plan.resources.find(({ address }) => address === 'data.aws_vpc.main');
  expect(data).toMatchObject({ mode: 'data', type: 'aws_vpc' });
  expect(attributeAt(plan, 'data.aws_vpc.main', 'cidr_block')).toEqual(known('10.0.0.0/16'));
});

describe('a state', () => {
  test('is known throughout, and everything with a value counts as stated', () => {
    expect(state.kind).toBe('state');
    const [rule] = state.resources.filter(({ address }) => address === 'aws_security_group_rule.api');
    expect(rule?.attributes.get('source_security_group_id')).toEqual(ref('aws_security_group.web', 'id'));
    expect(rule?.authored).toContain('id');
    expect(attributeAt(state, 'aws_security_group.api', 'ingress[0].from_port')).toEqual(known(22));
    expect(state.outputs.get('vpc_id')).toEqual(ref('aws_vpc.main', 'id'));
  });

  test('and a plan without change tell the same resources', () => {
    const unchanged = recordedPlan('change-before');
    expect(unchanged.resources.map(({ address }) => address).sort()).toEqual(
      state.resources.map(({ address }) => address).sort(),
    );
    for (const { address, attributes } of unchanged.resources) {
      const before = state.resources.find((one) => one.address === address)!.attributes;
      expect({ address, is: object(attributes) }).toEqual({ address, is: object(before) });
    }
  });
});
