/** The tiers of the three-subnet VPC. They are construct ids and so promises. */
export type TierName = 'public' | 'private' | 'db';

export const tierNames: readonly TierName[] = ['public', 'private', 'db'];
