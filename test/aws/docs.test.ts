import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Slot } from '../../lib/addressing/address-plan';
import { synthesized } from './synthesized';

const page = readFileSync(join(__dirname, '../../docs/aws-three-subnet-vpc.md'), 'utf8');

/** Rows of the table whose header begins with a word, as lists of cells. */
function table(header: string): readonly (readonly string[])[] {
  const lines = page.split('\n');
  const start = lines.findIndex((line) => new RegExp(`^\\| ${header} +\\|`).test(line));
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
  return lines.slice(start + 2, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

test('the page shows the blocks that the slots have', () => {
  const rows = table('slot');
  const slots = Object.fromEntries(rows.map(([slot]) => [slot!, `eu-central-1${slot}`]));
  const { net } = synthesized({ slots });
  expect(rows.map(([slot]) => slot)).toEqual(['a', 'b', 'c', 'p']);
  for (const [slot, ...blocks] of rows) {
    const tiers = [net.public, net.private, net.db];
    expect(tiers.map((tier) => tier.inSlot(slot as Slot).block)).toEqual(blocks);
  }
});

test('the page shows the rules of the network ACL', () => {
  const { ingress, egress } = synthesized().at('db/network-acl') as Record<string, Record<string, unknown>[]>;
  const row = (direction: string) => (rule: Record<string, unknown>) => {
    const ports = rule.from_port === rule.to_port ? [rule.from_port] : [rule.from_port, rule.to_port];
    return [direction, String(rule.rule_no), `${String(rule.protocol)}/${ports.join('-')}`, rule.cidr_block];
  };
  const shown = table('direction').slice(0, -1);
  expect(shown.map(([...cells]) => [...cells.slice(0, 3), cells[3]?.split(' ')[0]])).toEqual([
    ...ingress!.map(row('in')),
    ...egress!.map(row('out')),
  ]);
});

test('the page counts the resources', () => {
  expect(page).toContain(`\n${synthesized().paths.length} resources: `);
});
