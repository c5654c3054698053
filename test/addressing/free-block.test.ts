import * as fc from 'fast-check';
import { Cidr } from '../../lib/addressing/cidr';
import { freeBlock } from '../../lib/addressing/free-block';

const block = (text: string) => Cidr.parse(text);
const free = (within: string, prefixLength: number, taken: string[], near?: string) =>
  String(
    freeBlock(block(within), prefixLength, taken.map(block), near === undefined ? undefined : block(near)),
  );

test.each([
  ['10.0.0.0/16', 24, [], undefined, '10.0.0.0/24'],
  ['10.0.0.0/16', 24, ['10.0.0.0/28'], undefined, '10.0.1.0/24'],
  ['10.0.0.0/16', 28, ['10.0.0.0/28'], undefined, '10.0.0.16/28'],
  ['10.0.0.0/22', 28, ['10.0.1.0/24', '10.0.2.0/24'], '10.0.4.0/28', '10.0.3.0/28'],
  ['10.0.0.0/22', 28, ['10.0.1.0/24', '10.0.2.0/24'], '10.0.2.0/28', '10.0.3.0/28'],
  ['10.0.0.0/16', 28, ['10.0.1.0/24'], '10.0.9.16/28', '10.0.9.16/28'],
  ['10.0.0.0/16', 16, [], '192.168.0.0/16', '10.0.0.0/16'],
  ['10.0.0.0/16', 24, [], '2001:db8::/64', '10.0.0.0/24'],
  ['2001:db8::/56', 64, ['2001:db8::/64'], undefined, '2001:db8:0:1::/64'],
])('in %s the /%d free beside %j, near %s, is %s', (within, prefixLength, taken, near, expected) => {
  expect(free(within, prefixLength, taken, near)).toBe(expected);
});

test('where there is no room, there is no block', () => {
  expect(free('10.0.0.0/24', 25, ['10.0.0.0/26', '10.0.0.192/26'])).toBe('undefined');
  expect(free('10.0.0.0/24', 23, [])).toBe('undefined');
});

test('a free block is found exactly when there is one', () =>
  fc.assert(
    fc.property(
      fc.array(smallBlock(), { maxLength: 6 }),
      fc.integer({ min: 24, max: 28 }),
      smallBlock(),
      (taken, length, near) => {
        const found = freeBlock(block('10.0.0.0/24'), length, taken, near);
        const all = Array.from({ length: 2 ** (length - 24) }, (_, i) =>
          block(`10.0.0.0/${length}`).shift(i),
        );
        const candidates = all.filter((one) => !taken.some((other) => other.overlaps(one)));
        if (found === undefined) expect(candidates).toEqual([]);
        else expect(candidates).toContainEqual(found);
      },
    ),
  ));

function smallBlock(): fc.Arbitrary<Cidr> {
  return fc
    .tuple(fc.nat(255), fc.integer({ min: 24, max: 32 }))
    .map(([octet, length]) => Cidr.containing(`10.0.0.${octet}/${length}`));
}
