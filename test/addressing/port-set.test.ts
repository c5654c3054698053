import * as fc from 'fast-check';
import { PortSet } from '../../lib/addressing/port-set';
import { refusal } from './refusal';

const ports = (text: string) => PortSet.parse(text);

describe('reading and printing', () => {
  test.each([
    ['22', '22'],
    ['8000-8100', '8000-8100'],
    ['443, 22', '22,443'],
    ['1-10,5-20,21', '1-21'],
    ['0-65535', '0-65535'],
    ['7-7', '7'],
  ])('%s prints as %s', (text, printed) => expect(String(ports(text))).toBe(printed));

  test.each([
    ['8100-8000', 'ports 8100 to 8000 are the wrong way round. Write 8000 to 8100.'],
    [
      '65536',
      '65536 (a number) is not a port: ports are whole numbers from 0 to 65535. The nearest is 65535.',
    ],
    ['', '"" is not a set of ports'],
    ['22,', '"" is neither a port'],
    ['080', '"080" is neither a port'],
    ['1-02', '"1-02" is neither a port'],
    ['-1', '"-1" is neither a port'],
    ['http', '"http" is neither a port'],
    ['1:5', '"1:5" is neither a port'],
  ])('%j is refused', (text, because) => expect(() => ports(text)).toThrow(because));

  test.each([
    [-1, 'The nearest is 0.'],
    [65536, 'The nearest is 65535.'],
    [22.4, 'The nearest is 22.'],
    [NaN, 'ports are whole numbers from 0 to 65535.'],
    ['22', '"22" is not a port'],
    [undefined, 'undefined is not a port'],
    [-1.8881545897087827e289, 'a number token'],
  ])('the port %p is refused', (port, because) => {
    expect(() => PortSet.of(port as number)).toThrow(because);
    expect(() => PortSet.range(port as number, 80)).toThrow(because);
  });

  test('a range the wrong way round is refused with the code InvalidPorts', () => {
    expect(refusal(() => PortSet.range(8100, 8000)).code).toBe('InvalidPorts');
  });

  test('a set reads back what it prints', () =>
    fc.assert(
      fc.property(anyPorts(), (set) => {
        fc.pre(!set.isEmpty());
        expect(ports(String(set))).toEqual(set);
      }),
    ));
});

describe('set operations', () => {
  test('agree with a plain set of numbers', () =>
    fc.assert(
      fc.property(smallPorts(), smallPorts(), fc.nat(23), (left, right, port) => {
        const [a, b] = [new Set(members(left)), new Set(members(right))];
        expect(members(left.union(right))).toEqual(universe.filter((p) => a.has(p) || b.has(p)));
        expect(members(left.intersect(right))).toEqual(universe.filter((p) => a.has(p) && b.has(p)));
        expect(members(left.subtract(right))).toEqual(universe.filter((p) => a.has(p) && !b.has(p)));
        expect(left.contains(right)).toBe([...b].every((p) => a.has(p)));
        expect(left.overlaps(right)).toBe([...b].some((p) => a.has(p)));
        expect(left.contains(port)).toBe(a.has(port));
        expect(left.overlaps(port)).toBe(a.has(port));
        expect(left.isEmpty()).toBe(a.size === 0);
        expect(left.size).toBe(a.size);
        expect(left.equals(right)).toBe([...a].join() === [...b].join());
      }),
    ));

  test('equal sets have one form, however they were made', () =>
    fc.assert(
      fc.property(smallPorts(), (set) => {
        expect(PortSet.of(...members(set).reverse())).toEqual(set);
        expect(PortSet.of(...set.ranges())).toEqual(set);
        expect(PortSet.of(set, set)).toEqual(set);
        expect(PortSet.all.subtract(PortSet.all.subtract(set))).toEqual(set);
      }),
    ));

  test('the edges are 0 and 65535', () => {
    expect(PortSet.all.size).toBe(65536);
    expect([0, 65535].map((port) => PortSet.all.contains(port))).toEqual([true, true]);
    expect([-1, 65536].map((port) => PortSet.all.contains(port))).toEqual([false, false]);
    expect(String(PortSet.all.subtract(PortSet.of(0, 65535)))).toBe('1-65534');
    expect(String(PortSet.empty)).toBe('nothing');
  });
});

const universe = Array.from({ length: 24 }, (_, port) => port);

function members(set: PortSet): number[] {
  return set.ranges().flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i));
}

function smallPorts(): fc.Arbitrary<PortSet> {
  return fc.subarray(universe).map((some) => PortSet.of(...some));
}

function anyPorts(): fc.Arbitrary<PortSet> {
  return fc
    .array(fc.tuple(fc.nat(65535), fc.nat(65535)), { maxLength: 5 })
    .map((pairs) => PortSet.of(...pairs.map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }))));
}
