import { inventoryText } from '../../lib/report/inventory-text';
import { terminalPaint } from '../../lib/report/terminal-style';
import { inventoryOf, linesOf } from './inventory-of';

test('resources of other types are counted by type, and said not to be described', () => {
  const lines = linesOf({
    aws_vpc: { main: { cidr_block: '10.0.0.0/16' } },
    aws_lambda_function: { a: {}, b: {} },
    random_password: { p: {} },
  });
  expect(lines.slice(1)).toEqual([
    '  4 resources -> cdk.tf.json',
    '  not described: 3 resources: aws_lambda_function (2), random_password',
  ]);
});

test('a type of any name is counted', () => {
  const text = '{ "resource": { "__proto__": { "x": {} }, "constructor": { "y": {}, "z": {} } } }';
  const { resource } = JSON.parse(text) as { resource: Record<string, Record<string, object>> };
  expect(linesOf(resource).at(-1)).toBe('  not described: 3 resources: __proto__, constructor (2)');
});

test('a stack of nothing that is known still says how much it creates', () => {
  expect(linesOf({ null_resource: { n: {} } })).toEqual([
    's',
    '  1 resource -> cdk.tf.json',
    '  not described: 1 resource: null_resource',
  ]);
  expect(linesOf({})).toEqual(['s', '  no resources -> cdk.tf.json']);
});

test('an unknown number of instances is said, a written one is counted', () => {
  const vpc = { cidr_block: '10.0.0.0/16' };
  expect(linesOf({ aws_vpc: { v: { ...vpc, count: 3 } } }).at(-1)).toBe('  3 resources -> cdk.tf.json');
  expect(linesOf({ aws_vpc: { v: { ...vpc, count: '${var.n}' } } }).at(-1)).toBe(
    '  how many there will be is not known before apply: aws_vpc.v',
  );
});

test('remarks of constructs and modules that are not read are shown', () => {
  const inventory = {
    ...inventoryOf({}),
    moduleCalls: ['network'],
    annotations: [{ level: 'error' as const, at: 's/lab', message: 'overlaps eth0\nmove it' }],
  };
  expect(
    inventoryText([inventory], (_style, text) => text)
      .split('\n')
      .slice(2),
  ).toEqual(['  not read: what module network creates', '  error: s/lab: overlaps eth0', '    move it']);
});

test('a name with control characters does not reach the terminal', () => {
  const name = 'a\u001b[2Jb\u202ec\nd';
  const inventory = inventoryOf({
    docker_container: { c: { name, image: 'x', ports: [{ internal: 80, external: 80, ip: name }] } },
    [`evil\u009btype`]: { x: {} },
  });
  const text = inventoryText([{ ...inventory, stack: name, files: [name] }], (_style, plain) => plain);
  expect(text).not.toMatch(/[^\P{C}\n]/u);
  expect(text).toContain('a\\u{1b}[2Jb\\u{202e}c\\u{a}d');
});

test('colour adds nothing but escape sequences', () => {
  const resources = { docker_network: { n: { name: 'n' } }, aws_nat_gateway: { g: {} } };
  const painted = inventoryText([inventoryOf(resources)], terminalPaint);
  expect(painted).toContain('\u001b[1ms\u001b[22m');
  expect(painted.replace(/\u001b\[\d+m/g, '').split('\n')).toEqual(linesOf(resources));
});
