import { Address, bitsOf } from './address';
import { Cidr } from './cidr';
import { freeBlock } from './free-block';
import { NetproofError } from './netproof-error';
import { quote } from './quote';

/** A place that a block keeps for life, such as an availability zone: a letter and not a position in a list. */
export type Slot =
  'a' | 'b' | 'c' | 'd' | 'e' | 'f' | 'g' | 'h' | 'i' | 'j' | 'k' | 'l' | 'm' | 'n' | 'o' | 'p';

/** The sixteen slots in order. */
export const slots: readonly Slot[] = [...'abcdefghijklmnop'] as Slot[];

/** 0 for slot a to 15 for slot p. */
export function slotNumber(slot: Slot): number {
  return slots.indexOf(slot);
}

/** The blocks of one tier: computed from the block of slot a, unless given. */
export interface TierBlocks {
  /** The tier's block in slot a, from which those of the other slots follow. */
  readonly block: Cidr;
  /** Blocks that stand in place of the computed ones. They move nothing else. @default - none */
  readonly explicit?: Readonly<Partial<Record<Slot, Cidr>>>;
}

export interface AddressPlanProps<Tier extends string> {
  /** The block that all others lie in. */
  readonly within: Cidr;
  /** What `within` is called in messages. @default 'network' */
  readonly withinName?: string;
  /**
   * Distance from one slot to the next, as the prefix length of a block of that size. It does not follow from
   * `within`: widening that must not move what lies in it.
   * @default 20 in IPv4 (sixteen /24s: sixteen slots fill a /16), 60 in IPv6 (sixteen /64s: sixteen slots fill a /56)
   */
  readonly stride?: number;
  readonly tiers: Readonly<Record<Tier, TierBlocks>>;
}

/**
 * Which block belongs to which tier and slot: `tier's block in slot a + number of the slot * stride`. It depends on the
 * tier and the slot alone, so adding, removing or reordering tiers or slots never moves another block.
 */
export interface AddressPlan<Tier extends string> {
  /** The block of a tier in a slot. Throws InvalidPlan, naming both and what to do, when it does not lie in `within`. */
  block(tier: Tier, slot: Slot): Cidr;
  /**
   * Everything that is wrong with using these tiers in these slots, one text each, or an empty list: blocks that do
   * not lie in `within`, and blocks that overlap. Tiers and slots left out are not looked at.
   */
  problems(used: Readonly<Partial<Record<Tier, readonly Slot[]>>>): readonly string[];
}

/** The plan of the three-subnet network: slot b is 10.0.17.0/24, 10.0.18.0/24, 10.0.19.0/28, and so on to slot p. */
export const defaultPlan = {
  within: Cidr.parse('10.0.0.0/16'),
  stride: 20,
  tiers: {
    public: { block: Cidr.parse('10.0.1.0/24') },
    private: { block: Cidr.parse('10.0.2.0/24') },
    db: { block: Cidr.parse('10.0.3.0/28') },
  },
} as const satisfies AddressPlanProps<'public' | 'private' | 'db'>;

/** Makes a plan; throws InvalidPlan when the stride is no prefix length or an explicit block has no slot. */
export function addressPlan<Tier extends string>(props: AddressPlanProps<Tier>): AddressPlan<Tier> {
  const { within, withinName = 'network', stride = within.family === 4 ? 20 : 60 } = props;
  const names = Object.keys(props.tiers) as Tier[];
  refuse([
    ...strideFaults(stride, bitsOf(within.family)),
    ...names.flatMap((name) => slotFaults(Object.keys(props.tiers[name].explicit ?? {}))),
  ]);

  function place(tier: Tier, slot: Slot): Place {
    const { block: base, explicit } = props.tiers[tier];
    const given = slot === 'a' ? (explicit?.a ?? base) : explicit?.[slot];
    return given === undefined
      ? { tier, slot, block: shifted(base, slotNumber(slot), stride), base }
      : { tier, slot, block: given, base: undefined };
  }

  /**
   * Free blocks to propose, of the size that was wanted and as near as may be. They are clear of each other, so that
   * following all advice at once is no new mistake; and, while there is room, of tiers and slots not used yet.
   */
  function proposals(used: readonly Place[]): (one: Place) => string {
    const given = new Map<Place, Cidr | undefined>();
    return (one) => {
      const wanted = one.block ?? one.base!;
      if (!given.has(one)) {
        // A block that swallows the whole would take all the room, and cannot stay anyway.
        const taken = [...used.map((other) => other.block), ...given.values()].filter(
          (block) => block !== undefined && !swallows(block),
        ) as Cidr[];
        const planned = names.flatMap((name) => slots.flatMap((slot) => place(name, slot).block ?? []));
        const [free] = [[...taken, ...planned], taken].flatMap(
          (blocks) => freeBlock(within, wanted.prefixLength, blocks, wanted) ?? [],
        );
        given.set(one, free);
      }
      return given.get(one) === undefined
        ? `though no /${wanted.prefixLength} is free in the ${withinName}`
        : `for example ${given.get(one)!.toString()}`;
    };
  }

  function swallows(block: Cidr): boolean {
    return block.contains(within) && !block.equals(within);
  }

  function fitFault(one: Place, label: string, propose: (one: Place) => string): string | undefined {
    const { block, base } = one;
    const whole = `the ${withinName} ${within.toString()}`;
    const { family } = block ?? base!;
    if (family !== within.family) {
      return `${label} ${(block ?? base!).toString()} is IPv${family}, and ${whole} is IPv${within.family}. Give the subnet an IPv${within.family} block.`;
    }
    const rule = base && `slots lie a /${stride} apart, and slot a is ${base.toString()}`;
    if (block === undefined) {
      const because =
        base!.prefixLength < stride
          ? 'which is larger than that'
          : `and IPv${family} ends before slot ${one.slot}`;
      return `${label} has no block: ${rule}, ${because}. Give the subnet a block, ${propose(one)}.`;
    }
    if (within.contains(block)) return undefined;
    const subject = `${label} ${block.toString()}`;
    if (swallows(block)) {
      return `${subject} is larger than ${whole}. Widen the ${withinName}, or give the subnet a smaller block inside it.`;
    }
    return (
      `${subject} lies outside ${whole} (${within.first.toString()} to ${within.last.toString()})` +
      `${rule === undefined ? '' : `: ${rule}`}. ` +
      `Widen the ${withinName}, or give the subnet a block inside it, ${propose(one)}.`
    );
  }

  return {
    block(tier, slot) {
      refuse([...tierFaults(tier, names), ...slotFaults([slot])]);
      const one = place(tier, slot);
      refuse([fitFault(one, labelOf(one, slot !== 'a'), proposals([one]))]);
      return one.block!;
    },

    problems(wanted) {
      const asked = Object.keys(wanted) as Tier[];
      const faults = asked.flatMap((tier) => [...tierFaults(tier, names), ...slotFaults(wanted[tier] ?? [])]);
      const used = names.flatMap((tier) =>
        slots.filter((slot) => wanted[tier]?.includes(slot)).map((slot) => place(tier, slot)),
      );
      const withSlots = used.some((one) => one.slot !== 'a');
      const label = (one: Place) => labelOf(one, withSlots);
      const propose = proposals(used);
      const outside = used.map((one) => fitFault(one, label(one), propose));
      // What swallows the whole overlaps everything, and has its own text.
      const small = used.filter((one) => one.block && !swallows(one.block));
      const overlaps = small.flatMap((one, index) =>
        small
          .slice(0, index)
          .filter((other) => other.block!.overlaps(one.block!))
          .map((other) => {
            const spacing = (one.base ?? other.base) ? `, or choose a stride other than /${stride}` : '';
            return (
              `${label(one)} ${one.block!.toString()} overlaps ${label(other)} ${other.block!.toString()}. ` +
              `Move ${label(one)} to a free block, ${propose(one)}${spacing}.`
            );
          }),
      );
      return [...faults, ...outside, ...overlaps].filter((fault) => fault !== undefined);
    },
  };
}

/** A tier in a slot. */
interface Place {
  readonly tier: string;
  readonly slot: Slot;
  /** Undefined when the stride leads nowhere. */
  readonly block: Cidr | undefined;
  /** The block of slot a, when `block` follows from it. */
  readonly base: Cidr | undefined;
}

/** `base` moved on by `slot` strides; undefined when it is larger than the stride or the family ends before. */
function shifted(base: Cidr, slot: number, stride: number): Cidr | undefined {
  if (base.prefixLength < stride) return undefined;
  const blocks = BigInt(slot) << BigInt(base.prefixLength - stride);
  return base.last.value + blocks * base.size > Address.last(base.family).value
    ? undefined
    : base.shift(blocks);
}

function labelOf({ tier, slot }: Place, withSlot: boolean): string {
  return withSlot ? `${tier} subnet ${slot}` : `${tier} subnet`;
}

function strideFaults(stride: number, bits: number): string[] {
  if (Number.isInteger(stride) && stride >= 1 && stride <= bits) return [];
  return [
    `${quote(stride)} is not a stride: give the prefix length, 1 to ${bits}, of a block as large as the distance from slot to slot.`,
  ];
}

function slotFaults(letters: readonly string[]): string[] {
  return letters
    .filter((letter) => !(slots as readonly string[]).includes(letter))
    .map((letter) => `${quote(letter)} is not a slot: slots are the letters a to p.`);
}

function tierFaults(tier: string, names: readonly string[]): string[] {
  return names.includes(tier)
    ? []
    : [`${quote(tier)} is not a tier of this plan: its tiers are ${names.join(', ')}.`];
}

function refuse(faults: readonly (string | undefined)[]): void {
  const problems = faults.filter((fault) => fault !== undefined);
  if (problems.length > 0) throw new NetproofError('InvalidPlan', problems.join('\n'), problems);
}
