import { TerraformStack, Testing } from 'cdktf';
import { ThreeSubnetVpc } from '../../lib/aws';
import { guaranteeRows } from '../../lib/report/guarantee-text';
import { guaranteesOf } from '../../lib/report/verdict-guarantees';
import { readSynth } from '../../lib/readers/synth';

/** Lines about a VPC as it is changed, subnets called by their tier. */
function rows(
  change: (net: ThreeSubnetVpc) => void = () => undefined,
): readonly (readonly [string, string])[] {
  const stack = new TerraformStack(Testing.app(), 'shop');
  change(new ThreeSubnetVpc(stack, 'net'));
  const document = readSynth(JSON.stringify(stack.toTerraform()), { stack: 'shop' });
  return guaranteeRows(
    guaranteesOf(document),
    (subnet) => /net_([a-z]+)_a_subnet/.exec(subnet)?.[1] ?? subnet,
  );
}

test('the shipped VPC guarantees that the database has no way out and is entered from private alone', () => {
  expect([...rows()].sort()).toEqual([
    ['db', 'no way out; entered from private on tcp/5432, tcp/6379 alone'],
    ['private', 'not entered from outside'],
  ]);
});

test('without the rules of the network ACL it guarantees no entry alone, although routes still keep it inside', () => {
  const open = rows((net) => {
    const all = [
      { rule_no: 1, action: 'allow', protocol: '-1', cidr_block: '0.0.0.0/0', from_port: 0, to_port: 0 },
    ];
    net.db.networkAcl.addOverride('ingress', all);
    net.db.networkAcl.addOverride('egress', all);
  });
  expect(open).toContainEqual(['db', 'no way out; not entered from outside']);
});

test('what only apply tells is taken to be open; a reply that stays inside for certain does', () => {
  const entry = (...directions: string[]) =>
    rows((net) => {
      for (const direction of directions)
        net.db.networkAcl.addOverride(`${direction}.0.cidr_block`, '${var.office}');
    }).find(([name]) => name === 'db')?.[1];
  expect(entry('ingress')).toBe('no way out; entered from private on tcp/5432, tcp/6379 alone');
  expect(entry('ingress', 'egress')).toBe(
    'no way out; entered from public on tcp/5432 and from private on tcp/5432, tcp/6379 alone',
  );
});

test('what cannot be told is said', () => {
  expect(guaranteeRows({ subnets: [], problem: 'why\nmore' }, String)).toEqual([['', 'not told: why']]);
});
