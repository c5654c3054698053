import { readSynth } from '../../../lib/readers/synth';
import { identityOf, known, list, ref, type Value } from '../../../lib/topology/value';
import { attributeAt, recorded, recordedPlan } from './recorded-plan';

const plan = recordedPlan('from-json');
const synth = readSynth([{ text: recorded('from-json/cdk.tf.json'), file: 'cdk.tf.json' }]);
const at = (address: string, path: string) => attributeAt(plan, address, path);

test('V1: templates that the plan keeps are evaluated', () => {
  expect(at('aws_instance.web', 'subnet_id')).toEqual(ref('aws_subnet.zone["b"]', 'id'));
  expect(at('aws_lb.public', 'subnets')).toEqual(
    list([0, 1].map((index) => ref(`aws_subnet.public[${index}]`, 'id'))),
  );
  expect(plan.outputs.get('zones')).toEqual(
    list(['a', 'b'].map((zone) => ref(`aws_subnet.zone["${zone}"]`, 'id'))),
  );
});

test('blocks keep their own groups, although a set has another order in the plan', () => {
  const [first, second] = [0, 1].map((block) => at('aws_security_group.web', `ingress[${block}]`));
  const groups = (block: Value | undefined) =>
    block?.kind === 'object' ? block.entries.get('security_groups') : undefined;
  const port = (block: Value | undefined) =>
    block?.kind === 'object' ? block.entries.get('from_port') : undefined;
  expect(port(first)).toEqual(known(2));
  expect(groups(first)).toEqual(list([ref('aws_security_group.b', 'id'), ref('aws_security_group.a', 'id')]));
  expect(port(second)).toEqual(known(1));
  expect(groups(second)).toEqual(list([ref('aws_security_group.a', 'id')]));
});

test('a text tells its pieces, as before any plan', () => {
  expect(at('aws_security_group.web', 'ingress[0].cidr_blocks')).toMatchObject({
    items: [
      {
        kind: 'unknown',
        key: 'aws_eip.nat.public_ip',
        parts: [ref('aws_eip.nat', 'public_ip'), known('/32')],
      },
      known('203.0.113.0/24'),
    ],
  });
});

test('what a local decides is a choice: a plan does not tell locals', () => {
  expect(at('aws_nat_gateway.nat', 'subnet_id')).toMatchObject({
    kind: 'one-of',
    options: [0, 1].map((index) => ref(`aws_subnet.public[${index}]`, 'id')),
  });
  const settled = recordedPlan('from-json', { 'local.second': 1 });
  expect(attributeAt(settled, 'aws_nat_gateway.nat', 'subnet_id')).toEqual(ref('aws_subnet.public[1]', 'id'));
});

test('synth and plan of one stack tell the same resources with the same identities', () => {
  expect(plan.resources.map(({ address }) => address).sort()).toEqual(
    synth.resources.map(({ address }) => address).sort(),
  );
  const differing = synth.resources.flatMap(({ address, attributes }) =>
    [...attributes]
      .filter(([name]) => !['ingress', 'subnet_id'].includes(name))
      .flatMap(([name, value]) => {
        const planned = at(address, name);
        return planned !== undefined && sameText(planned) === sameText(value)
          ? []
          : [{ address, name, value, planned }];
      }),
  );
  expect(differing).toEqual([]);
});

/** Terraform gives numbers as texts where the provider wants texts. */
const sameText = (value: Value): string => identityOf(value).replace(/"(\d+)"/g, '$1');
