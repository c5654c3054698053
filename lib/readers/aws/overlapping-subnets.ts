import type { Cidr } from '../../addressing/cidr';
import { NetproofError } from '../../addressing/netproof-error';
import type { AwsResource } from './estate';

/** A block that somebody wrote for a subnet, and the VPC that the subnet is certain to be in. */
export interface SubnetBlock {
  readonly subnet: AwsResource;
  /** Identity of the VPC, whether it is part of the input or not. */
  readonly vpc: string;
  readonly block: Cidr;
}

/** As many overlaps are told in one error. */
const told = 10;

/**
 * AWS refuses a subnet whose block overlaps that of another one in its VPC, so there is no network to judge. What only
 * apply tells is given as nothing here: a block, whether a subnet is made at all, which VPC it is in. Throws
 * OverlappingSubnets, with every pair that overlaps.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
 */
export function refuseOverlappingSubnets(blocks: readonly SubnetBlock[]): void {
  const problems: string[] = [];
  const groups = new Map<string, SubnetBlock[]>();
  for (const one of blocks) {
    const name = `${one.block.family} ${one.vpc}`;
    const others = groups.get(name);
    if (others === undefined) groups.set(name, [one]);
    else others.push(one);
  }
  for (const group of groups.values()) {
    // Of two blocks that overlap one holds the other: behind the larger follow those inside it.
    const around: SubnetBlock[] = [];
    for (const one of group.sort(largerFirst)) {
      while (around.length > 0 && !around.at(-1)!.block.overlaps(one.block)) around.pop();
      for (const other of around) problems.push(sentence(one, other));
      around.push(one);
    }
  }
  if (problems.length === 0) return;
  const more = problems.length > told ? [`… and ${problems.length - told} more.`] : [];
  const remedy = 'AWS refuses a subnet that overlaps another one of its VPC: give each a block of its own.';
  throw new NetproofError(
    'OverlappingSubnets',
    [...problems.slice(0, told), ...more, remedy].join(problems.length === 1 ? ' ' : '\n'),
    problems,
  );
}

function largerFirst({ block: a }: SubnetBlock, { block: b }: SubnetBlock): number {
  if (a.network.value !== b.network.value) return a.network.value < b.network.value ? -1 : 1;
  return a.prefixLength - b.prefixLength;
}

function sentence(one: SubnetBlock, other: SubnetBlock): string {
  const [first, second] = [other, one].map(
    ({ subnet, block }) => `${place(subnet)} (${block.toString()})`,
  ) as [string, string];
  return `${first} and ${second} overlap in ${one.vpc}.`;
}

function place(subnet: AwsResource): string {
  const { constructPath } = subnet.origin();
  return constructPath === undefined ? subnet.id : `${subnet.id} [${constructPath}]`;
}
