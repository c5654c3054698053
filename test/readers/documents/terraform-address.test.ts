import { AssumedValues } from '../../../lib/readers/assumed-values';
import { canonicalAddress, parseAddress } from '../../../lib/readers/terraform-address';

test.each([
  ['aws_eip.e', '', 'aws_eip.e', ''],
  ['aws_eip.e.public_ip', '', 'aws_eip.e', 'public_ip'],
  ['aws_eip.e[0].public_ip', '', 'aws_eip.e[0]', 'public_ip'],
  ['aws_eip.e["a b"].tags["x y"]', '', 'aws_eip.e["a b"]', 'tags["x y"]'],
  ['data.aws_ami.a.id', '', 'data.aws_ami.a', 'id'],
  [
    'module.m["k"].module.n[1].aws_eip.e[0].ids[2]',
    'module.m["k"].module.n[1]',
    'module.m["k"].module.n[1].aws_eip.e[0]',
    'ids[2]',
  ],
  ['module.m.data.aws_ami.a["x"].id', 'module.m', 'module.m.data.aws_ami.a["x"]', 'id'],
  ['module.m.vpc_id', 'module.m', 'module.m', 'vpc_id'],
  ['var.list[0].a', '', 'var.list', '[0].a'],
  ['aws_sg.g.ingress[0].cidr_blocks[1]', '', 'aws_sg.g', 'ingress[0].cidr_blocks[1]'],
])('%s names %j, %j, %j', (text, module, instance, attribute) =>
  expect(parseAddress(text)).toEqual({ module, instance, attribute }),
);

test.each(['', 'a', 'a b', '${a.b}', 'a[count.index].b', '1.2', 'a.b.'])('%j is no address', (text) =>
  expect(parseAddress(text)).toBeUndefined(),
);

test('two spellings of an address are one, two addresses are not', () => {
  expect(canonicalAddress('aws_x.y["tags"]["Name"]')).toBe(canonicalAddress('aws_x.y["tags"].Name'));
  expect(canonicalAddress('aws_x.y.tags["Name"]')).toBe('aws_x.y.tags.Name');
  expect(canonicalAddress('aws_x.y["Name"].tags')).toBe('aws_x.y["Name"].tags');
  expect(canonicalAddress('aws_x.y[0].id')).not.toBe(canonicalAddress('aws_x.y.id'));
});

describe('assumed values', () => {
  test('tell which keys settled something', () => {
    const assumed = new AssumedValues({ 'var.a': 1, 'shop:var.b': 2, 'var.c': 3 });
    expect(assumed.of('shop', 'var.a')).toMatchObject({ value: 1 });
    expect(assumed.of('shop', 'var.b')).toMatchObject({ value: 2 });
    expect(assumed.of('other', 'var.b')).toBeUndefined();
    expect([...assumed.used]).toEqual(['var.a', 'shop:var.b']);
    expect(assumed.unused).toEqual(['var.c']);
  });

  test('the stack before a key goes before none', () => {
    const assumed = new AssumedValues({ 'var.a': 'any', 'shop:var.a': 'shop' });
    expect(assumed.of('shop', 'var.a')?.value).toBe('shop');
    expect(assumed.of('lab', 'var.a')?.value).toBe('any');
  });

  test('a colon in a key of an instance is no stack', () => {
    const assumed = new AssumedValues({ 'aws_x.y["a:b"].id': 1 });
    expect(assumed.of('shop', 'aws_x.y["a:b"].id')?.value).toBe(1);
  });
});
