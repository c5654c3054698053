import type { Traffic } from '../addressing/traffic';
import type { Rule } from '../policy/rule';
import type { TierSubnet } from './tier-subnet';

/**
 * What routes and network ACLs alone guarantee of a three-subnet VPC, whatever security groups its machines wear:
 * private subnets are not entered from outside; db subnets have no way out, are entered from private ones on the ports
 * of the tier, and from nowhere else.
 */
export function guarantees(
  tiers: { readonly private: readonly TierSubnet[]; readonly db: readonly TierSubnet[] },
  dbTraffic: Traffic,
): readonly Rule[] {
  const on = dbTraffic.toString();
  const sources = tiers.private.map(pathOf);
  return [
    ...sources.map((to): Rule => ({ kind: 'not-from-outside', to })),
    ...tiers.db
      .map(pathOf)
      .flatMap((db): Rule[] => [
        { kind: 'no-way-out', from: db },
        { kind: 'entered-only', to: db, allow: sources.map((from) => ({ from, on })) },
        ...sources.map((from): Rule => ({ kind: 'reaches', from, to: db, on })),
      ]),
  ];
}

const pathOf = ({ subnet }: TierSubnet): string => subnet.node.path;
