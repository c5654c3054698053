import * as fc from 'fast-check';
import { NetproofError } from '../../lib/addressing/netproof-error';
import { inventoryOf, linesOf, type Resources } from './inventory-of';

const attributes = [
  'cidr_block vpc_id subnet_id subnet_ids route_table_id gateway_id nat_gateway_id destination_cidr_block route tags',
  'ingress egress network_acl_id rule_number protocol from_port to_port ipam_config internal driver name image ports',
  'networks_advanced network_mode host count for_each map_public_ip_on_launch availability_zone provider dynamic',
].flatMap((line) => line.split(' '));
const types = [
  'aws_vpc aws_subnet aws_route aws_route_table aws_route_table_association aws_nat_gateway aws_eip aws_network_acl',
  'aws_network_acl_rule aws_default_security_group aws_instance docker_network docker_container docker_image other',
].flatMap((line) => line.split(' '));

const reference = fc
  .tuple(
    fc.constantFrom(...types),
    fc.constantFrom('a', 'b'),
    fc.constantFrom('id', 'name', 'main_route_table_id'),
  )
  .map(([type, name, attribute]) => `\${${type}.${name}.${attribute}}`);
const leaf = fc.oneof(
  reference,
  fc.constantFrom(
    '10.0.0.0/16',
    '10.0.1.0/24',
    '0.0.0.0/0',
    'local',
    'host',
    'none',
    '-1',
    '${var.x}',
    '${',
    '%{if',
  ),
  fc.string(),
  fc.integer({ min: -1, max: 3 }),
  fc.boolean(),
  fc.constant(null),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, leaf, fc.array(tie('value'), { maxLength: 3 }), tie('object')),
  object: fc.dictionary(fc.constantFrom(...attributes), tie('value'), { maxKeys: 4 }),
}));
const body = fc.dictionary(fc.constantFrom(...attributes), value, { maxKeys: 6 });
const resources = fc.dictionary(
  fc.constantFrom(...types),
  fc.dictionary(fc.constantFrom('a', 'b'), body, { minKeys: 1 }),
  { maxKeys: 5 },
) as fc.Arbitrary<Resources>;

test('whatever is written as attributes is described or refused, and every resource is accounted for', () => {
  let described = 0;
  fc.assert(
    fc.property(resources, (declared) => {
      let lines: string[];
      try {
        lines = linesOf(declared);
      } catch (error) {
        return NetproofError.is(error);
      }
      described++;
      const inventory = inventoryOf(declared);
      const left = Object.values(inventory.notDescribed).reduce((sum, count) => sum + count, 0);
      return left <= inventory.resources && lines.every((line) => !/[^\P{C}]/u.test(line));
    }),
    { numRuns: 400 },
  );
  expect(described).toBeGreaterThan(200);
});
