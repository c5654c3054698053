import * as fc from 'fast-check';
import { addressPlan, defaultPlan, type Slot, slotNumber, slots } from '../../lib/addressing/address-plan';
import { Cidr } from '../../lib/addressing/cidr';
import { refusal } from './refusal';

const block = (text: string) => Cidr.parse(text);
const plan = addressPlan(defaultPlan);

describe('the default plan', () => {
  test.each([
    ['a', '10.0.1.0/24', '10.0.2.0/24', '10.0.3.0/28'],
    ['b', '10.0.17.0/24', '10.0.18.0/24', '10.0.19.0/28'],
    ['c', '10.0.33.0/24', '10.0.34.0/24', '10.0.35.0/28'],
    ['p', '10.0.241.0/24', '10.0.242.0/24', '10.0.243.0/28'],
  ] as const)('slot %s is %s, %s and %s', (slot, ...blocks) => {
    expect((['public', 'private', 'db'] as const).map((tier) => String(plan.block(tier, slot)))).toEqual(
      blocks,
    );
  });

  test('all sixteen slots of all tiers fit into the network and overlap nowhere', () => {
    expect(plan.problems({ public: slots, private: slots, db: slots })).toEqual([]);
    const all = slots.flatMap((slot) =>
      (['public', 'private', 'db'] as const).map((tier) => plan.block(tier, slot)),
    );
    expect(all).toHaveLength(48);
    for (const [index, one] of all.entries()) {
      expect(defaultPlan.within.contains(one)).toBe(true);
      expect(all.slice(0, index).filter((other) => other.overlaps(one))).toEqual([]);
    }
  });

  test('slots are numbered from a', () => {
    expect(slots.map(slotNumber)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
  });
});

describe('nobody is moved', () => {
  test('by tiers that are added, removed or reordered, or by a wider network', () =>
    fc.assert(
      fc.property(
        anyTiers(),
        anyTiers(),
        fc.constantFrom(...slots),
        fc.nat(5),
        (some, others, slot, wider) => {
          const before = addressPlan({ within, tiers: some });
          const after = addressPlan({
            within: Cidr.containing(`${within.network.toString()}/${within.prefixLength - wider}`),
            tiers: { ...others, ...Object.fromEntries(Object.entries(some).reverse()) },
          });
          for (const tier of Object.keys(some))
            expect(after.block(tier, slot)).toEqual(before.block(tier, slot));
        },
      ),
    ));

  test('by an explicit block of another slot', () =>
    fc.assert(
      fc.property(fc.constantFrom(...slots), fc.constantFrom(...slots), (moved, slot) => {
        const explicit = addressPlan({
          ...defaultPlan,
          tiers: {
            ...defaultPlan.tiers,
            db: { ...defaultPlan.tiers.db, explicit: { [moved]: block('10.0.0.0/28') } },
          },
        });
        expect(String(explicit.block('db', moved))).toBe('10.0.0.0/28');
        if (slot !== moved) expect(explicit.block('db', slot)).toEqual(plan.block('db', slot));
      }),
    ));
});

describe('IPv6', () => {
  const six = addressPlan({
    within: block('2001:db8::/56'),
    tiers: { public: { block: block('2001:db8:0:1::/64') }, db: { block: block('2001:db8:0:3::/64') } },
  });

  test('slots lie sixteen /64s apart', () => {
    expect(['a', 'b', 'p'].map((slot) => String(six.block('db', slot as Slot)))).toEqual([
      '2001:db8:0:3::/64',
      '2001:db8:0:13::/64',
      '2001:db8:0:f3::/64',
    ]);
    expect(six.problems({ public: slots, db: slots })).toEqual([]);
  });

  test('a block of the other family does not fit', () => {
    const mixed = addressPlan({
      within: block('10.0.0.0/16'),
      tiers: { db: { block: block('2001:db8::/64') } },
    });
    expect(mixed.problems({ db: ['a', 'b'] })).toEqual([
      'db subnet a 2001:db8::/64 is IPv6, and the network 10.0.0.0/16 is IPv4. Give the subnet an IPv4 block.',
      expect.stringContaining('is IPv6, and the network 10.0.0.0/16 is IPv4'),
    ]);
  });
});

describe('what does not fit', () => {
  const vpc = { withinName: 'VPC block', within: block('10.0.0.0/22') };
  const { public: front, private: middle } = defaultPlan.tiers;

  test('a block outside is named with a free one to take instead', () => {
    const small = addressPlan({ ...vpc, tiers: { front, middle, db: { block: block('10.0.4.0/28') } } });
    expect(small.problems({ front: ['a'], middle: ['a'], db: ['a'] })).toMatchInlineSnapshot(`
     [
       "db subnet 10.0.4.0/28 lies outside the VPC block 10.0.0.0/22 (10.0.0.0 to 10.0.3.255). Widen the VPC block, or give the subnet a block inside it, for example 10.0.3.0/28.",
     ]
    `);
    expect(small.problems({ front: ['a'], middle: ['a'] })).toEqual([]);
    expect(refusal(() => small.block('db', 'a')).code).toBe('InvalidPlan');
    expect(String(small.block('front', 'a'))).toBe('10.0.1.0/24');
  });

  test('a slot that the network has no room for is named with the rule that led there', () => {
    const small = addressPlan({ ...vpc, tiers: defaultPlan.tiers });
    expect(small.problems({ public: ['a'], private: ['a'], db: ['a'] })).toEqual([]);
    expect(small.problems({ db: ['a', 'b'] })).toMatchInlineSnapshot(`
     [
       "db subnet b 10.0.19.0/28 lies outside the VPC block 10.0.0.0/22 (10.0.0.0 to 10.0.3.255): slots lie a /20 apart, and slot a is 10.0.3.0/28. Widen the VPC block, or give the subnet a block inside it, for example 10.0.3.16/28.",
     ]
    `);
    expect(() => small.block('db', 'b')).toThrow(
      'db subnet b 10.0.19.0/28 lies outside the VPC block 10.0.0.0/22',
    );
  });

  test('a block larger than the network is named, and its overlaps are not', () => {
    const large = addressPlan({ ...vpc, tiers: { front, db: { block: block('10.0.0.0/8') } } });
    expect(large.problems({ front: ['a'], db: ['a'] })).toMatchInlineSnapshot(`
     [
       "db subnet 10.0.0.0/8 is larger than the VPC block 10.0.0.0/22. Widen the VPC block, or give the subnet a smaller block inside it.",
     ]
    `);
  });

  test('a block larger than the stride has a place in slot a only', () => {
    const wide = addressPlan({
      within: block('10.0.0.0/16'),
      tiers: { db: { block: block('10.0.64.0/18') } },
    });
    expect(wide.problems({ db: ['a'] })).toEqual([]);
    expect(wide.problems({ db: ['b'] })).toMatchInlineSnapshot(`
     [
       "db subnet b has no block: slots lie a /20 apart, and slot a is 10.0.64.0/18, which is larger than that. Give the subnet a block, for example 10.0.128.0/18.",
     ]
    `);
  });

  test('a slot past the last address is named', () => {
    const end = addressPlan({
      within: block('0.0.0.0/0'),
      tiers: { db: { block: block('255.255.240.0/28'), explicit: { c: block('10.0.0.0/28') } } },
    });
    expect(end.problems({ db: ['a', 'c'] })).toEqual([]);
    expect(end.problems({ db: ['b'] })).toEqual([expect.stringContaining('and IPv4 ends before slot b')]);
  });

  test('blocks that overlap are named, and so is a way out', () => {
    const tight = addressPlan({
      within: block('10.0.0.0/16'),
      stride: 24,
      tiers: { front, middle, db: { block: block('10.0.1.128/28') } },
    });
    expect(tight.problems({ front: ['a', 'b'], middle: ['a'], db: ['a'] })).toMatchInlineSnapshot(`
     [
       "middle subnet a 10.0.2.0/24 overlaps front subnet b 10.0.2.0/24. Move middle subnet a to a free block, for example 10.0.0.0/24, or choose a stride other than /24.",
       "db subnet a 10.0.1.128/28 overlaps front subnet a 10.0.1.0/24. Move db subnet a to a free block, for example 10.0.18.0/28.",
     ]
    `);
    expect(tight.problems({ front: ['a'], middle: ['a'] })).toEqual([]);
  });

  test('a full network says that no block is left', () => {
    const full = addressPlan({
      within: block('10.0.0.0/24'),
      tiers: {
        front: { block: block('10.0.0.0/25') },
        middle: { block: block('10.0.0.128/25') },
        db: { block: block('10.0.1.0/25') },
      },
    });
    expect(full.problems({ front: ['a'], middle: ['a'], db: ['a'] })).toEqual([
      expect.stringMatching(
        /^db subnet 10\.0\.1\.0\/25 lies outside .* though no \/25 is free in the network\.$/,
      ),
    ]);
  });

  test('following all advice leaves no problem', () =>
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('front', 'middle', 'db', 'admin'), anyBlock('10.0.0.0/22'), {
          minKeys: 1,
        }),
        fc.uniqueArray(fc.constantFrom(...slots.slice(0, 3)), { minLength: 1 }),
        (tiers, used) => {
          const where = { within: block('10.0.0.0/23'), stride: 25 };
          const asked = Object.fromEntries(Object.keys(tiers).map((tier) => [tier, used]));
          const explicit: Record<string, Partial<Record<Slot, Cidr>>> = {};
          const current = () =>
            addressPlan({
              ...where,
              tiers: Object.fromEntries(
                Object.entries(tiers).map(([tier, one]) => [
                  tier,
                  { block: one, explicit: explicit[tier] ?? {} },
                ]),
              ),
            });
          const problems = current().problems(asked);
          fc.pre(problems.every((text) => text.includes(', for example ')));
          for (const text of problems) {
            const [, tier, slot] = /^(\w+) subnet(?: ([a-p]))? /.exec(text)!;
            const [, advice] = /for example ([\d./]+\d)/.exec(text)!;
            (explicit[tier!] ??= {})[(slot ?? 'a') as Slot] = block(advice!);
          }
          expect(current().problems(asked)).toEqual([]);
        },
      ),
      { numRuns: 50 },
    ));
});

describe('what is no plan', () => {
  test.each([[0], [33], [20.5], [NaN], ['20']])('%p is no stride', (stride) => {
    const { code, message } = refusal(() => addressPlan({ ...defaultPlan, stride: stride as number }));
    expect(code).toBe('InvalidPlan');
    expect(message).toContain('is not a stride: give the prefix length, 1 to 32');
  });

  test('a slot that is no letter from a to p is refused, wherever it stands', () => {
    const z = 'z' as Slot;
    expect(() => plan.block('db', z)).toThrow('"z" is not a slot: slots are the letters a to p.');
    expect(plan.problems({ db: ['a', z] })).toEqual(['"z" is not a slot: slots are the letters a to p.']);
    const tiers = { db: { block: block('10.0.3.0/28'), explicit: { [z]: block('10.0.4.0/28') } } };
    expect(refusal(() => addressPlan({ ...defaultPlan, tiers, stride: 0 })).problems).toEqual([
      expect.stringContaining('0 (a number) is not a stride'),
      '"z" is not a slot: slots are the letters a to p.',
    ]);
  });

  test.each(['web', 'toString'])('%s is no tier of the default plan', (name) => {
    const text = `"${name}" is not a tier of this plan: its tiers are public, private, db.`;
    expect(() => plan.block(name as 'db', 'a')).toThrow(text);
    expect(plan.problems({ [name]: ['a'] })).toEqual([text]);
  });
});

const within = block('10.0.0.0/16');

/** Tiers with blocks in slot a of a /16, none larger than the stride. */
function anyTiers() {
  return fc.dictionary(
    fc.constantFrom('front', 'middle', 'db', 'admin'),
    anyBlock('10.0.0.0/20').map((one) => ({ block: one })),
  );
}

/** A block inside another, at most 8 bits smaller. */
function anyBlock(outer: string): fc.Arbitrary<Cidr> {
  const whole = block(outer);
  return fc
    .tuple(fc.bigInt(0n, whole.size - 1n), fc.integer({ min: 1, max: 8 }))
    .map(([offset, bits]) => Cidr.containing(`${whole.at(offset).toString()}/${whole.prefixLength + bits}`));
}
