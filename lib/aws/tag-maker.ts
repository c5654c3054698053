import type { TierName } from './tier-name';

export type Tags = Readonly<Record<string, string>>;

/** The tags of one resource: `part` is what it is within the VPC (`private-a`), empty for the VPC itself. */
export type TagMaker = (part: string, tier?: TierName) => Record<string, string>;

/**
 * Name (`shop-private-a`), Tier (where there is one) and ManagedBy on everything that takes tags. What the user gives
 * for all, and then for the tier, wins over them.
 */
export function tagMaker(
  name: string,
  tags: Tags = {},
  ofTier: Partial<Record<TierName, Tags>> = {},
): TagMaker {
  return (part, tier) => ({
    Name: part === '' ? name : `${name}-${part}`,
    ...(tier !== undefined && { Tier: tier }),
    ManagedBy: 'netproof',
    ...tags,
    ...(tier !== undefined && ofTier[tier]),
  });
}
