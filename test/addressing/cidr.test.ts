import { Address } from '../../lib/addressing/address';
import { Cidr } from '../../lib/addressing/cidr';
import { refusal } from './refusal';

const block = (text: string) => Cidr.parse(text);
const address = (text: string) => Address.parse(text);

const refused = (value: unknown) => refusal(() => Cidr.parse(value as string)).message;

describe('reading', () => {
  test.each([
    ['10.0.3.0/28', '10.0.3.0', '10.0.3.15', 16n],
    ['0.0.0.0/0', '0.0.0.0', '255.255.255.255', 4_294_967_296n],
    ['255.255.255.255/32', '255.255.255.255', '255.255.255.255', 1n],
    ['2001:db8::/32', '2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', 2n ** 96n],
    ['::/0', '::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 2n ** 128n],
    ['::ffff:10.0.0.0/104', '::ffff:10.0.0.0', '::ffff:10.255.255.255', 2n ** 24n],
  ])('%s goes from %s to %s', (text, first, last, size) => {
    expect([block(text).first, block(text).last, block(text)].map(String)).toEqual([first, last, text]);
    expect(block(text).size).toBe(size);
  });

  test.each([
    ['10.0.3.1/28', '10.0.3.0/28', 'host bits are set after bit 28'],
    ['10.0.0.0/0', '0.0.0.0/0', 'host bits are set after bit 0'],
    ['2001:db8::1/32', '2001:db8::/32', 'host bits are set after bit 32'],
    ['010.0.0.0/8', '10.0.0.0/8', 'octet 1 is "010"'],
    ['00.0.0.0/8', '0.0.0.0/8', 'octet 1 is "00"'],
    ['0x0a.0.0.0/8', '10.0.0.0/8', 'octet 1 is "0x0a", and octets are decimal'],
    ['10.0/16', '10.0.0.0/16', 'has 4 octets, and this one has 2'],
    ['10.0.256.0/24', '10.0.255.0/24', 'octet 3 is 256, and an octet goes up to 255'],
    ['10.0.0.0/33', '10.0.0.0/32', 'from 0 to 32, and this one is 33'],
    ['2001:db8::/129', '2001:db8::/128', 'from 0 to 128, and this one is 129'],
    ['10.0.0.0/08', '10.0.0.0/8', 'the prefix length is "08"'],
    ['10.0.0.0/+8', '10.0.0.0/8', 'the prefix length is "+8"'],
    ['10.0.0.0/ 8', '10.0.0.0/8', 'white space'],
    [' 10.0.0.0/8', '10.0.0.0/8', 'white space'],
    ['10.0.0.0/8\n', '10.0.0.0/8', 'white space'],
    ['10.0.0.1', '10.0.0.1/32', 'no prefix length'],
    ['2001:db8::1', '2001:db8::1/128', 'no prefix length'],
    ['fe80::1%eth0/64', 'fe80::/64', 'zone id "%eth0"'],
    ['10.0.0.0/255.255.255.0', '10.0.0.0/24', 'a netmask instead of a prefix length'],
    ['02001:db8::/32', '2001:db8::/32', 'group 1 is "02001", and a group has at most 4 digits'],
    ['[2001:db8::]/32', '2001:db8::/32', 'brackets'],
    ['10.0.0.9:80/28', '10.0.0.0/28', 'it has a port'],
  ])('%j is refused, and the nearest block is %s', (text, nearest, because) => {
    expect(refused(text)).toContain(`${JSON.stringify(text)} is not a block: `);
    expect(refused(text)).toContain(because);
    expect(refused(text)).toMatch(/The (nearest block|block holding it) is "[^"]+"\.$/);
    expect(refused(text)).toContain(`is "${nearest}".`);
  });

  test.each([
    ['10.0.0.0.0/8', 'an IPv4 address has 4 octets, and this one has 5'],
    ['10..0.0/8', 'octet 2 is empty'],
    ['10.0.a.0/8', 'octet 3 is "a"'],
    ['10.0.0.\u0661/32', 'digits only'],
    ['10.0.0.0/-8', 'the prefix length is "-8"'],
    ['10.0.0.0/1e1', 'the prefix length is "1e1"'],
    ['10.0.0.0/', 'nothing follows the slash'],
    ['10.0.0.0/8/8', 'more than one slash'],
    ['/8', 'the address is missing'],
    ['any', 'addresses are written like'],
    ['1::2::3/64', '"::" may stand only once'],
    [':::/64', '":::" is one colon too many'],
    [':1::/64', 'begins with a single colon'],
    ['1::2:/64', 'ends with a single colon'],
    ['1:2:3:4:5:6:7/64', 'has 8 groups, and this one has 7'],
    ['1:2:3:4:5:6:7:8:9/64', 'has 8 groups, and this one has 9'],
    ['1:2:3:4::5:6:7:8/64', '"::" stands for at least one group'],
    ['2001:db8::g/128', 'group 3 is "g"'],
    ['::1.2.3.4:5/128', 'the dotted part "1.2.3.4" may only stand at the end'],
    ['', 'it is empty'],
  ])('%j is refused, and no block is guessed', (text, because) => {
    expect(refused(text)).toContain(because);
    expect(refused(text)).not.toMatch(/The (nearest block|block holding it)/);
  });

  test('a number token put into text is named as the cause', () => {
    expect(refused('10.-8.1095e+298.0.0/16')).toMatchInlineSnapshot(
      `""10.-8.1095e+298.0.0/16" is not a block: a number token was put into text; use a string token (the number token is -8.1095e+298)."`,
    );
    expect(refused(-1.8881545897087827e289)).toContain('it is a number token');
  });

  test('an unresolved token and a Terraform expression are named as such', () => {
    expect(refused('${TfToken[TOKEN.7]}')).toContain('unresolved token');
    expect(refused('10.${TfToken[TOKEN.7]}.0.0/16')).toContain('unresolved token');
    expect(refused('${aws_vpc.main.cidr_block}')).toContain('Terraform expression');
  });

  test.each([[7], [undefined], [null], [['10.0.0.0/8']], [{}]])(
    '%j is refused: it is not a text',
    (value) => {
      expect(refused(value)).toContain('it is not a text');
    },
  );

  test('the message about host bits names the bit and the block that holds the address', () => {
    expect(refused('10.0.3.1/28')).toMatchInlineSnapshot(
      `""10.0.3.1/28" is not a block: host bits are set after bit 28. The block holding it is "10.0.3.0/28"."`,
    );
  });

  test('the code is InvalidCidr', () => {
    expect(refusal(() => Cidr.parse('10.0.3.1/28')).code).toBe('InvalidCidr');
    expect(refusal(() => Cidr.parse('10.0.3/28')).code).toBe('InvalidCidr');
  });

  test('readers may mask host bits, and nothing else', () => {
    expect(String(Cidr.containing('10.0.3.1/28'))).toBe('10.0.3.0/28');
    expect(String(Cidr.containing('2001:db8::1/32'))).toBe('2001:db8::/32');
    expect(() => Cidr.containing('10.0.3.1')).toThrow('"10.0.3.1/32"');
    expect(() => Cidr.containing('10.0.3.01/28')).toThrow('octet 4 is "01"');
  });

  test('a block made from an address is checked like a text', () => {
    expect(String(Cidr.of(address('10.0.3.0'), 28))).toBe('10.0.3.0/28');
    expect(() => Cidr.of(address('10.0.3.1'), 28)).toThrow('The block holding it is "10.0.3.0/28"');
    expect(() => Cidr.of(address('10.0.3.0'), 33)).toThrow('from 0 to 32');
    expect(() => Cidr.of(address('10.0.3.0'), -1)).toThrow('from 0 to 32');
    expect(() => Cidr.of(address('::'), 1.5)).toThrow('from 0 to 128');
  });
});

describe('comparing', () => {
  test.each([
    ['10.0.0.0/16', '10.0.3.0/28', true],
    ['10.0.0.0/16', '10.0.0.0/16', true],
    ['10.0.3.0/28', '10.0.0.0/16', false],
    ['10.0.0.0/16', '10.1.0.0/28', false],
    ['0.0.0.0/0', '::/128', false],
    ['::/0', '10.0.0.0/8', false],
    ['2001:db8::/32', '2001:db8:1::/48', true],
  ])('%s contains %s: %p', (outer, inner, expected) => {
    expect(block(outer).contains(block(inner))).toBe(expected);
    if (expected)
      expect(block(outer).overlaps(block(inner)) && block(inner).overlaps(block(outer))).toBe(true);
  });

  test('a block contains its addresses and not its neighbours', () => {
    const db = block('10.0.3.0/28');
    expect([db.first, db.last].map((edge) => db.contains(edge))).toEqual([true, true]);
    expect(
      [db.first.plus(-1), db.last.plus(1), address('::a00:300')].map((other) => db.contains(other)),
    ).toEqual([false, false, false]);
  });

  test('neighbours do not overlap', () => {
    expect(block('10.0.0.0/25').overlaps(block('10.0.0.128/25'))).toBe(false);
    expect(block('0.0.0.0/0').overlaps(block('::/0'))).toBe(false);
  });

  test('blocks sort by family, first address and then size', () => {
    const texts = ['0.0.0.0/0', '10.0.0.0/8', '10.0.0.0/16', '10.0.1.0/24', '::/0', '2001:db8::/32'];
    expect(
      [...texts]
        .reverse()
        .map(block)
        .sort((a, b) => a.compare(b))
        .map(String),
    ).toEqual(texts);
    expect(block('10.0.0.0/8').equals(Cidr.containing('10.1.2.3/8'))).toBe(true);
    expect(block('10.0.0.0/8').equals(block('10.0.0.0/16'))).toBe(false);
  });
});

describe('moving about', () => {
  test('an address is found by its offset, from either end', () => {
    expect([0, 1, 15, -1].map((offset) => String(block('10.0.3.0/28').at(offset)))).toEqual([
      '10.0.3.0',
      '10.0.3.1',
      '10.0.3.15',
      '10.0.3.15',
    ]);
    expect(() => block('10.0.3.0/28').at(16)).toThrow('10.0.3.0/28 has no address 16: it holds 16');
    expect(() => block('10.0.3.0/28').at(-17)).toThrow('has no address -17');
  });

  test('a block is shifted by whole blocks, within its family', () => {
    expect(String(block('10.0.3.0/28').shift(256))).toBe('10.0.19.0/28');
    expect(String(block('10.0.19.0/28').shift(-256))).toBe('10.0.3.0/28');
    expect(String(block('2001:db8::/64').shift(1n))).toBe('2001:db8:0:1::/64');
    expect(() => block('255.255.255.0/24').shift(1)).toThrow('IPv4 ends at 255.255.255.255');
    expect(() => block('0.0.0.0/24').shift(-1)).toThrow('IPv4 ends at 0.0.0.0');
  });

  test('a block prints itself in JSON', () => {
    expect(JSON.stringify({ block: block('10.0.0.0/8') })).toBe('{"block":"10.0.0.0/8"}');
  });
});
