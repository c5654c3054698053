import { Address } from '../../lib/addressing/address';
import { refusal } from './refusal';

const address = (text: string) => Address.parse(text);

describe('reading', () => {
  test.each([
    ['10.0.0.1', 4, 0x0a000001n],
    ['0.0.0.0', 4, 0n],
    ['255.255.255.255', 4, 0xffff_ffffn],
    ['::', 6, 0n],
    ['::1', 6, 1n],
    ['1::', 6, 1n << 112n],
    ['2001:db8::1', 6, (0x20010db8n << 96n) | 1n],
    ['::ffff:10.0.0.1', 6, 0xffff_0a00_0001n],
    ['1:2:3:4:5:6:7:8', 6, 0x0001_0002_0003_0004_0005_0006_0007_0008n],
    ['1:2:3:4:5:6:7.8.9.10', 6, 0x0001_0002_0003_0004_0005_0006_0708_090an],
  ])('%s is IPv%d', (text, family, value) => {
    expect(address(text)).toMatchObject({ family, value });
  });

  test.each([
    ['10.0.0.1/32', '10.0.0.1', 'it has a prefix length'],
    ['10.0.0.01', '10.0.0.1', 'octet 4 is "01"'],
    ['10.0.0.256', '10.0.0.255', 'octet 4 is 256'],
    ['fe80::1%eth0', 'fe80::1', 'zone id "%eth0"'],
    ['::ffff:010.0.0.1', '::ffff:10.0.0.1', 'its dotted part "010.0.0.1" is wrong'],
    ['10.0.0.1:8080', '10.0.0.1', 'it has a port'],
    ['[::1]:8080', '::1', 'brackets'],
    [' ::1', '::1', 'white space'],
  ])('%j is refused, and the nearest address is %s', (text, nearest, because) => {
    expect(() => address(text)).toThrow(because);
    expect(() => address(text)).toThrow(`The nearest address is "${nearest}".`);
  });

  test.each([
    '10.0.0',
    '10.0.0.0.1',
    '',
    ':',
    ':::',
    '1::2::3',
    '::12345',
    '::g',
    'localhost',
    '::1.2.3.4.5',
    '1.2.3.4::',
  ])('%j is refused with the code InvalidAddress', (text) => {
    expect(refusal(() => address(text)).code).toBe('InvalidAddress');
  });

  test('a number is no address', () => {
    expect(() => address(167772161 as unknown as string)).toThrow(
      '167772161 (a number) is not an address: it is not a text',
    );
  });
});

describe('printing', () => {
  // RFC 5952, section 4 and 5.
  test.each([
    ['2001:DB8::0001', '2001:db8::1'],
    ['2001:db8:0:0:0:0:2:1', '2001:db8::2:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['1:0:0:0:0:0:0:0', '1::'],
    ['::ffff:a00:1', '::ffff:10.0.0.1'],
    ['::a00:1', '::a00:1'],
    ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8'],
  ])('%s prints as %s', (text, canonical) => {
    expect(String(address(text))).toBe(canonical);
    expect(address(canonical).equals(address(text))).toBe(true);
  });
});

describe('counting', () => {
  test('an address moves by whole numbers, within its family', () => {
    expect(String(address('10.0.0.255').plus(1))).toBe('10.0.1.0');
    expect(String(address('10.0.1.0').plus(-1n))).toBe('10.0.0.255');
    expect(() => address('255.255.255.255').plus(1)).toThrow('The last IPv4 address is "255.255.255.255"');
    expect(() => address('::').plus(-1)).toThrow('The first IPv6 address is "::"');
  });

  test('an IPv4 address is not the IPv6 address that maps it', () => {
    expect(address('10.0.0.1').equals(address('::ffff:10.0.0.1'))).toBe(false);
    expect(address('0.0.0.0').equals(address('::'))).toBe(false);
  });

  test('addresses sort IPv4 first, then by number', () => {
    const texts = ['0.0.0.0', '9.0.0.0', '10.0.0.0', '::', '::1', '2001:db8::'];
    expect(
      [...texts]
        .reverse()
        .map(address)
        .sort((a, b) => a.compare(b))
        .map(String),
    ).toEqual(texts);
  });
});
