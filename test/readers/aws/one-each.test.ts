import { OneEach } from '../../../lib/readers/aws/one-each';
import { known, nothing, oneOf, ref, unknown, type Value } from '../../../lib/topology/value';

const servers = [0, 1].map((index) => ref(`aws_instance.web[${index}]`, 'id'));

interface Attachment {
  readonly id: string;
  readonly type: string;
  readonly existence: unknown;
  written(name: string): Value;
}

/** Two attachments of one block, each of one of these, with what else they say. */
function attachments(
  more: (index: number) => Record<string, Value> = () => ({}),
  targets: readonly Value[] = servers,
  count = 2,
): Attachment[] {
  return Array.from({ length: count }, (_, index) => {
    const said: Record<string, Value> = {
      target_id: oneOf(targets),
      target_group_arn: ref('aws_lb_target_group.web', 'arn'),
      ...more(index),
    };
    return {
      id: `aws_lb_target_group_attachment.web[${index}]`,
      type: 'aws_lb_target_group_attachment',
      existence: undefined,
      written: (name: string): Value => said[name] ?? nothing,
    };
  });
}

const taken = (claimants: readonly Attachment[], attribute = 'target_id') => {
  const each = new OneEach(claimants);
  return claimants.map((one) => each.takenBy(one, attribute));
};

test('as many attachments as targets take each the one with their own index', () => {
  expect(taken(attachments())).toEqual(servers);
});

test('where the indexes are others, each takes another one', () => {
  const keyed = ['b', 'a'].map((key) => ref(`aws_instance.web["${key}"]`, 'id'));
  expect(taken(attachments(undefined, keyed))).toEqual(keyed);
});

test.each([
  ['more targets than attachments', attachments(undefined, [...servers, ref('aws_instance.web[2]', 'id')])],
  ['more attachments than targets', attachments(undefined, undefined, 3)],
  ['attachments on different ports', attachments((index) => ({ port: known(8080 + index) }))],
  [
    'attachments to one of several groups',
    attachments(() => ({
      target_group_arn: oneOf([0, 1].map((index) => ref(`aws_lb_target_group.web[${index}]`, 'arn'))),
    })),
  ],
  ['a number of attachments that is open', attachments().map((one) => ({ ...one, existence: true }))],
])('%s: which takes which stays open', (_, claimants) => {
  expect(taken(claimants)).toEqual(claimants.map(() => undefined));
});

test('Elastic IPs whose addresses are known are not alike', () => {
  const addresses = (told: boolean) =>
    [0, 1].map((index) => {
      const address: Value = told ? known(`203.0.113.${index}`) : unknown(`aws_eip.web[${index}]`, '');
      return {
        ...attachments()[index]!,
        id: `aws_eip.web[${index}]`,
        type: 'aws_eip',
        written: (name: string): Value =>
          name === 'instance' ? oneOf(servers) : name === 'public_ip' ? address : nothing,
      };
    });
  expect(taken(addresses(false), 'instance')).toEqual(servers);
  expect(taken(addresses(true), 'instance')).toEqual([undefined, undefined]);
});

test('an argument that may name one thing twice is left as it is', () => {
  expect(taken(attachments(), 'target_group_arn')).toEqual([undefined, undefined]);
});
