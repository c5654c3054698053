import {
  type AddressPlan,
  addressPlan,
  defaultPlan,
  type Slot,
  slots as letters,
} from '../addressing/address-plan';
import { Cidr } from '../addressing/cidr';
import { NetproofError } from '../addressing/netproof-error';
import { isDeferred } from './invalid-props';
import { type TierName, tierNames } from './tier-name';
import type { TierProps } from './vpc-props';

/** What the blocks of a VPC and its subnets are read from. */
export interface BlocksAsked {
  readonly cidr: string;
  readonly stride?: number;
  readonly tiers: Readonly<Record<TierName, Pick<TierProps, 'block' | 'blocks'>>>;
  /** The slots that each tier has a subnet in. */
  readonly slots: Readonly<Record<TierName, readonly Slot[]>>;
}

export interface SubnetBlocks {
  /** The block of a tier in one of its slots, as text; a token where one was given. Only when there is no problem. */
  readonly block: (tier: TierName, slot: Slot) => string;
  /** What is wrong with them, each as one sentence with a way out. */
  readonly problems: readonly string[];
}

/** A block of the props: one that can be reckoned with, a text for Terraform alone, or one that is wrong. */
type Block = Cidr | 'deferred' | 'wrong';

/**
 * Reads the blocks of a VPC strictly and computes those that are not given. Tokens are left to Terraform: nothing is
 * computed from them, and they are compared with nothing.
 */
export function subnetBlocks(asked: BlocksAsked): SubnetBlocks {
  const problems: string[] = [];
  const read = (text: string, where: string): Block => readBlock(text, where, problems);
  const vpc = read(asked.cidr, 'cidr');
  const tiers = tierNames.map((tier): TierRead => {
    const { block, blocks = {} } = asked.tiers[tier];
    const base = block === undefined ? defaultBlock(tier, vpc) : read(block, `${tier}.block`);
    const given = letters.flatMap((slot) =>
      blocks[slot] === undefined ? [] : [[slot, read(blocks[slot], `${tier}.blocks.${slot}`)] as const],
    );
    return { tier, base, explicit: new Map<Slot, Block>(given) };
  });
  const plan = planOf(asked.stride, vpc, tiers, problems);
  const reckoned: Partial<Record<TierName, readonly Slot[]>> = {};
  for (const { tier, base, explicit } of tiers) {
    const slots = asked.slots[tier];
    const computed = slots.filter((slot) => !explicit.has(slot));
    if (base === undefined && computed.length > 0 && vpc !== 'wrong') {
      problems.push(missingBlock(tier, vpc, computed));
    }
    if (base === 'deferred') {
      problems.push(...computed.filter((slot) => slot !== 'a').map((slot) => notComputed(tier, slot)));
    }
    const known = slots.filter((slot) => typeof (explicit.get(slot) ?? base) === 'object');
    if (known.length > 0) reckoned[tier] = known;
  }
  if (plan !== undefined && vpc !== 'wrong') problems.push(...plan.problems(reckoned));
  return {
    problems,
    block: (tier, slot) =>
      plan !== undefined && reckoned[tier]?.includes(slot)
        ? plan.block(tier, slot).toString()
        : (asked.tiers[tier].blocks?.[slot] ?? asked.tiers[tier].block!),
  };
}

/** The blocks of a tier as they were given; without a base none was, and the VPC is no help. */
interface TierRead {
  readonly tier: TierName;
  readonly base: Block | undefined;
  readonly explicit: ReadonlyMap<Slot, Block>;
}

/** The plan over all blocks that can be reckoned with; a VPC block that is a token holds everything. */
function planOf(
  stride: number | undefined,
  vpc: Block,
  tiers: readonly TierRead[],
  problems: string[],
): AddressPlan<string> | undefined {
  const blocks = tiers.flatMap(({ tier, base, explicit }) => {
    const literal = [...explicit].flatMap(([slot, block]) =>
      typeof block === 'object' ? [[slot, block] as const] : [],
    );
    const block = typeof base === 'object' ? base : literal[0]?.[1];
    return block === undefined ? [] : [[tier, { block, explicit: Object.fromEntries(literal) }] as const];
  });
  try {
    return addressPlan<string>({
      within: typeof vpc === 'object' ? vpc : Cidr.parse('0.0.0.0/0'),
      withinName: 'VPC block',
      stride,
      tiers: Object.fromEntries(blocks),
    });
  } catch (error) {
    if (!NetproofError.is(error)) throw error;
    problems.push(`stride: ${error.message}`);
    return undefined;
  }
}

/** A tier's place in the default plan, counted from the first address of the VPC; undefined where there is no room. */
function defaultBlock(tier: TierName, vpc: Block): Cidr | undefined {
  if (typeof vpc !== 'object' || vpc.family !== 4 || vpc.prefixLength > roomForDefaults) return undefined;
  const { within, tiers } = defaultPlan;
  const { block } = tiers[tier];
  return Cidr.of(vpc.at(block.first.value - within.first.value), block.prefixLength);
}

/** Prefix length of the smallest VPC that holds the three default subnets of a slot, in its first four /24s. */
const roomForDefaults = 22;

function missingBlock(tier: TierName, vpc: Block, open: readonly Slot[]): string {
  const wanted = open.length === 1 && open[0] !== 'a' ? `${tier}.blocks.${open[0]}` : `${tier}.block`;
  if (typeof vpc !== 'object') {
    return (
      `${tier} has no block: the VPC block is a token, known only at deploy time, and no subnet can be computed from it. ` +
      `Give ${wanted}.`
    );
  }
  // A quarter of the VPC each, as long as AWS takes quarters that small.
  const quarter = vpc.prefixLength + 2;
  const example =
    quarter > smallest
      ? ''
      : `, for example ${Cidr.of(vpc.first, quarter).shift(tierNames.indexOf(tier)).toString()}`;
  return (
    `${tier} has no block: the default one lies in the first /${roomForDefaults} of the VPC, and ${vpc.toString()} is smaller. ` +
    `Give ${wanted}${example}, or a larger VPC block.`
  );
}

function notComputed(tier: TierName, slot: Slot): string {
  return (
    `${tier} subnet ${slot} has no block: ${tier}.block is a token, known only at deploy time, and no other slot can be ` +
    `computed from it. Give ${tier}.blocks.${slot}.`
  );
}

/** Prefix lengths that AWS takes for VPCs and subnets. */
const largest = 16;
const smallest = 28;

function readBlock(text: string, where: string, problems: string[]): Block {
  if (isDeferred(text)) return 'deferred';
  let block: Cidr;
  try {
    block = Cidr.parse(text);
  } catch (error) {
    if (!NetproofError.is(error)) throw error;
    problems.push(`${where}: ${error.message}`);
    return 'wrong';
  }
  if (block.family !== 4) {
    problems.push(
      `${where}: ${text} is IPv6. A VPC and its subnets begin with an IPv4 block, for example 10.0.0.0/16.`,
    );
    return 'wrong';
  }
  const prefixLength = Math.min(Math.max(block.prefixLength, largest), smallest);
  if (prefixLength !== block.prefixLength) {
    const nearest = Cidr.containing(`${block.network.toString()}/${prefixLength}`);
    problems.push(
      `${where}: ${text} is too ${block.prefixLength < largest ? 'large' : 'small'}, AWS takes /${largest} to /${smallest}. ` +
        `The nearest block is ${nearest.toString()}.`,
    );
  }
  return block;
}
