import * as fc from 'fast-check';
import { Address } from '../../lib/addressing/address';
import { AddressRange } from '../../lib/addressing/address-range';
import { AddressSet } from '../../lib/addressing/address-set';
import { Cidr } from '../../lib/addressing/cidr';

const address = (text: string) => Address.parse(text);
const block = (text: string) => Cidr.parse(text);
const range = (first: string, last: string) => AddressRange.of(address(first), address(last));
const set = (...texts: string[]) =>
  AddressSet.of(...texts.map((text) => (text.includes('/') ? block(text) : address(text))));

describe('ranges', () => {
  test.each([
    ['10.0.0.0', '10.0.0.255', ['10.0.0.0/24']],
    ['10.0.0.1', '10.0.0.6', ['10.0.0.1/32', '10.0.0.2/31', '10.0.0.4/31', '10.0.0.6/32']],
    ['0.0.0.0', '255.255.255.255', ['0.0.0.0/0']],
    ['::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', ['::/0']],
    ['2001:db8::', '2001:db8:2:ffff:ffff:ffff:ffff:ffff', ['2001:db8::/47', '2001:db8:2::/48']],
  ])('%s to %s is the blocks %j', (first, last, blocks) => {
    expect(range(first, last).blocks().map(String)).toEqual(blocks);
  });

  test('a range without its ends takes two blocks per bit, less two', () => {
    expect(range('0.0.0.1', '255.255.255.254').blocks()).toHaveLength(62);
    expect(range('::1', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe').blocks()).toHaveLength(254);
  });

  test.each([
    ['10.0.3.4', '10.0.3.14', '10.0.3.4 to 10.0.3.14'],
    ['10.0.3.0', '10.0.3.15', '10.0.3.0/28'],
    ['10.0.3.4', '10.0.3.4', '10.0.3.4'],
  ])('%s to %s prints as %s', (first, last, text) => expect(String(range(first, last))).toBe(text));

  test('a range the wrong way round or across families is refused', () => {
    expect(() => range('10.0.0.9', '10.0.0.1')).toThrow('The other way round it is 10.0.0.1 to 10.0.0.9.');
    expect(() => range('10.0.0.1', '::1')).toThrow('one end is IPv4 and the other IPv6');
  });

  test('ranges are compared like blocks', () => {
    const guests = range('10.0.3.4', '10.0.3.14');
    expect(guests.contains(address('10.0.3.4'))).toBe(true);
    expect(guests.contains(address('10.0.3.3'))).toBe(false);
    expect(guests.contains(block('10.0.3.8/30'))).toBe(true);
    expect(guests.contains(block('10.0.3.0/28'))).toBe(false);
    expect(guests.overlaps(block('10.0.3.0/29'))).toBe(true);
    expect(guests.overlaps(block('10.0.3.0/30'))).toBe(false);
    expect(String(guests.intersect(block('10.0.3.0/29')))).toBe('10.0.3.4/30');
    expect(guests.intersect(block('::/0'))).toBeUndefined();
    expect(guests.equals(range('10.0.3.4', '10.0.3.14'))).toBe(true);
    expect(guests.equals(range('10.0.3.4', '10.0.3.13'))).toBe(false);
    expect(
      [range('10.0.0.1', '10.0.0.9'), range('10.0.0.1', '10.0.0.2')].sort((a, b) => a.compare(b)).map(String),
    ).toEqual(['10.0.0.1 to 10.0.0.2', '10.0.0.1 to 10.0.0.9']);
  });
});

describe('sets', () => {
  test('neighbouring blocks become one, and stay apart from the other family', () => {
    expect(String(set('10.0.0.0/25', '10.0.0.128/25', '::1'))).toBe('10.0.0.0/24, ::1');
    expect(String(set('255.255.255.255', '::'))).toBe('255.255.255.255, ::');
  });

  test('everything is both families, or one', () => {
    expect(String(AddressSet.everything())).toBe('0.0.0.0/0, ::/0');
    expect(String(AddressSet.everything(4))).toBe('0.0.0.0/0');
    expect(String(AddressSet.everything(6))).toBe('::/0');
    expect(AddressSet.everything().size).toBe(2n ** 32n + 2n ** 128n);
    expect(AddressSet.everything(4).equals(set('0.0.0.0/1', '128.0.0.0/1'))).toBe(true);
    expect(AddressSet.everything(4).equals(set('0.0.0.0/1', '128.0.0.0/2'))).toBe(false);
    expect(AddressSet.everything().inFamily(6).equals(AddressSet.everything(6))).toBe(true);
  });

  test('what is outside a VPC is everything without its block', () => {
    const outside = AddressSet.everything().subtract(set('10.0.0.0/16'));
    expect(String(outside)).toBe('0.0.0.0 to 9.255.255.255, 10.1.0.0 to 255.255.255.255, ::/0');
    expect(outside.contains(address('10.0.3.4'))).toBe(false);
    expect(outside.overlaps(block('10.0.0.0/15'))).toBe(true);
    expect(outside.contains(block('10.0.0.0/15'))).toBe(false);
    expect(outside.subtract(AddressSet.everything(4)).blocks().map(String)).toEqual(['::/0']);
  });

  test('the empty set prints as nothing, is in every set and meets none', () => {
    expect(String(AddressSet.empty)).toBe('nothing');
    expect(set('10.0.0.0/8').contains(AddressSet.empty)).toBe(true);
    expect(AddressSet.empty.contains(set('10.0.0.0/8'))).toBe(false);
    expect(AddressSet.everything().overlaps(AddressSet.empty)).toBe(false);
    expect(AddressSet.of()).toEqual(AddressSet.empty);
    expect(JSON.stringify([AddressSet.empty, set('::1')])).toBe('["nothing","::1"]');
  });

  test('ten thousand blocks become one set', () => {
    const blocks = Array.from({ length: 10_000 }, (_, i) => block('10.0.0.0/32').shift(i * 2));
    expect(AddressSet.from(blocks).size).toBe(10_000n);
  });
});

describe.each([
  ['the first IPv4 addresses', Address.first(4)],
  ['the last IPv4 addresses', Address.last(4).plus(-15)],
  ['the first IPv6 addresses', Address.first(6)],
  ['IPv6 addresses over a 64 bit edge', address('2001:db8::ffff:ffff:ffff:fff8')],
  ['the last IPv6 addresses', Address.last(6).plus(-15)],
])('among %s', (_, start) => {
  const universe = Array.from({ length: 16 }, (_, offset) => start.plus(offset));
  const anySet = () => fc.subarray(universe).map((some) => AddressSet.from(some));
  const members = (some: AddressSet) => universe.filter((one) => some.contains(one)).map(String);

  test('set operations agree with a plain set', () =>
    fc.assert(
      fc.property(anySet(), anySet(), fc.constantFrom(...universe), (left, right, one) => {
        const [a, b] = [new Set(members(left)), new Set(members(right))];
        const where = (keep: (text: string) => boolean) => universe.map(String).filter(keep);
        expect(members(left.union(right))).toEqual(where((text) => a.has(text) || b.has(text)));
        expect(members(left.intersect(right))).toEqual(where((text) => a.has(text) && b.has(text)));
        expect(members(left.subtract(right))).toEqual(where((text) => a.has(text) && !b.has(text)));
        expect(left.contains(right)).toBe([...b].every((text) => a.has(text)));
        expect(left.overlaps(right)).toBe([...b].some((text) => a.has(text)));
        expect(left.overlaps(one)).toBe(a.has(String(one)));
        expect(left.equals(right)).toBe([...a].join() === [...b].join());
        expect(left.isEmpty()).toBe(a.size === 0);
        expect(left.size).toBe(BigInt(a.size));
      }),
    ));

  test('equal sets have one form, however they were made', () =>
    fc.assert(
      fc.property(anySet(), (some) => {
        expect(AddressSet.from(universe.filter((one) => some.contains(one)).reverse())).toEqual(some);
        expect(AddressSet.from(some.ranges())).toEqual(some);
        expect(AddressSet.from(some.blocks())).toEqual(some);
        expect(AddressSet.of(some, some)).toEqual(some);
        expect(AddressSet.everything().subtract(AddressSet.everything().subtract(some))).toEqual(some);
      }),
    ));

  test('a range is in a set when all its addresses are, and meets it when one is', () =>
    fc.assert(
      fc.property(anySet(), fc.nat(15), fc.nat(15), (some, i, j) => {
        const [low, high] = [Math.min(i, j), Math.max(i, j)];
        const asked = AddressRange.of(universe[low]!, universe[high]!);
        const inside = universe.slice(low, high + 1).map((one) => some.contains(one));
        expect(some.contains(asked)).toBe(inside.every(Boolean));
        expect(some.overlaps(asked)).toBe(inside.some(Boolean));
      }),
    ));

  test('blocks are the fewest: no two of them are the halves of a larger one', () =>
    fc.assert(
      fc.property(anySet(), (some) => {
        const blocks = some.blocks();
        const isHalf = (one: Cidr) => {
          const pairStart = one.network.value % (one.size * 2n) === 0n;
          return blocks.some((other) => other.equals(one.shift(pairStart ? 1 : -1)));
        };
        expect(blocks.filter((one) => one.prefixLength > 0 && isHalf(one))).toEqual([]);
        expect(blocks.reduce((sum, one) => sum + one.size, 0n)).toBe(some.size);
      }),
    ));
});
