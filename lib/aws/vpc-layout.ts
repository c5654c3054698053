import { defaultPlan, type Slot } from '../addressing/address-plan';
import { NetproofError } from '../addressing/netproof-error';
import { Traffic } from '../addressing/traffic';
import { refuseInvalid } from './invalid-props';
import { numbersPerSlot } from './network-acl';
import { subnetBlocks } from './subnet-blocks';
import { type TierName, tierNames } from './tier-name';
import type { DbTierProps, ThreeSubnetVpcProps, TierProps } from './vpc-props';
import { badSlot, isSlot, zoneMap } from './zone-map';

/** What a VPC will consist of, settled before anything is created. */
export interface VpcLayout {
  readonly cidr: string;
  readonly region: string;
  /** Every slot of the VPC with its zone, in the order of the letters. */
  readonly zones: ReadonlyMap<Slot, string>;
  readonly tiers: Readonly<Record<TierName, TierLayout>>;
  /** Slot whose public subnet holds the NAT gateway; undefined without one. */
  readonly natSlot?: Slot;
  /** Where the db tier answers. */
  readonly dbTraffic: Traffic;
}

export interface TierLayout {
  readonly tier: TierName;
  /** In the order of the letters. */
  readonly subnets: readonly SubnetPlace[];
}

export interface SubnetPlace {
  readonly slot: Slot;
  readonly zone: string;
  /** IPv4 block as text, possibly a token. */
  readonly block: string;
}

const defaultTraffic = Traffic.parse('tcp/5432, tcp/6379');

/** What the layout takes from the place of the VPC in the app. */
export interface VpcSite {
  /** Construct path of the VPC, the first word of its errors. */
  readonly path: string;
  /** The region when neither props nor zones name one. */
  readonly region: () => string;
  /** What is already known to be wrong, to be told in the same error. @default - nothing */
  readonly problems?: readonly string[];
}

/** Settles a VPC from its props, or throws one InvalidProps error with everything that is wrong with them. */
export function vpcLayout(props: ThreeSubnetVpcProps, site: VpcSite): VpcLayout {
  const { region, zones, problems } = zoneMap(props.slots, props.region, site.region);
  const declared = [...zones.keys()];
  const given = byTier((tier): TierProps => props[tier] ?? {});
  const slots = byTier((tier) => declared.filter((slot) => given[tier].slots?.includes(slot) ?? true));
  const cidr = props.cidr ?? defaultPlan.within.toString();
  const blocks = subnetBlocks({ cidr, stride: props.stride, tiers: given, slots });
  const nat = natPlace(props, declared, slots.public);
  const ports = dbPorts(props.db?.ports);
  refuseInvalid(site.path, [
    ...(site.problems ?? []),
    ...problems,
    ...tierNames.flatMap((tier) => slotProblems(tier, given[tier], declared)),
    ...blocks.problems,
    ...nat.problems,
    ...ports.problems,
  ]);
  return {
    cidr,
    region,
    zones,
    natSlot: nat.slot,
    dbTraffic: ports.traffic,
    tiers: byTier((tier) => ({
      tier,
      subnets: slots[tier].map((slot) => ({ slot, zone: zones.get(slot)!, block: blocks.block(tier, slot) })),
    })),
  };
}

function byTier<T>(make: (tier: TierName) => T): Record<TierName, T> {
  return { public: make('public'), private: make('private'), db: make('db') };
}

function slotProblems(tier: TierName, props: TierProps, declared: readonly Slot[]): string[] {
  const problems: string[] = [];
  const undeclared = (slot: string, where: string): string =>
    `${where}: slot ${slot} is not declared. The VPC has ${listed(declared)}; add ${slot} to its slots, or leave it out here.`;
  for (const slot of props.slots ?? []) {
    if (!isSlot(slot)) problems.push(badSlot(slot, `${tier}.slots`, props.slots ?? []));
    else if (!declared.includes(slot)) problems.push(undeclared(slot, `${tier}.slots`));
  }
  if (props.slots?.length === 0) {
    problems.push(
      `${tier}.slots is empty: the tier would have no subnet. Leave it out for a subnet in every slot.`,
    );
  }
  for (const slot of Object.keys(props.blocks ?? {})) {
    if (!isSlot(slot)) problems.push(badSlot(slot, `${tier}.blocks`, Object.keys(props.blocks ?? {})));
    else if (!declared.includes(slot)) problems.push(undeclared(slot, `${tier}.blocks`));
    else if (props.slots?.includes(slot) === false) {
      problems.push(
        `${tier}.blocks: the tier has no subnet in slot ${slot}. Add ${slot} to ${tier}.slots, or leave its block out.`,
      );
    }
  }
  return problems;
}

function natPlace(
  { nat = 'single', natSlot }: ThreeSubnetVpcProps,
  declared: readonly Slot[],
  publicSlots: readonly Slot[],
): { readonly slot?: Slot; readonly problems: readonly string[] } {
  if (nat === 'none') {
    return natSlot === undefined
      ? { problems: [] }
      : { problems: [`natSlot is ${natSlot}, and nat is "none". Leave one of them out.`] };
  }
  if (nat !== 'single') {
    return { problems: [`nat: ${JSON.stringify(nat)} is not a choice. Give "single" or "none".`] };
  }
  // Without any slot there is nothing to stand in, which is a problem of the slots.
  if (declared.length === 0) return { problems: [] };
  const slot = natSlot ?? publicSlots[0];
  if (slot !== undefined && publicSlots.includes(slot)) return { slot, problems: [] };
  const where = slot === undefined ? '' : ` in slot ${slot}`;
  const others = publicSlots.length === 0 ? '' : `set natSlot to one of ${publicSlots.join(', ')}, `;
  return {
    problems: [
      `nat: there is no public subnet${where} to hold the NAT gateway. Add one by public.slots, ${others}or set nat to "none".`,
    ],
  };
}

function dbPorts(ports: DbTierProps['ports']): {
  readonly traffic: Traffic;
  readonly problems: readonly string[];
} {
  if (ports === undefined) return { traffic: defaultTraffic, problems: [] };
  if (ports.length === 0) {
    const problem = 'db.ports is empty: nobody could reach the tier. Name a port, for example tcp/5432.';
    return { traffic: Traffic.empty, problems: [problem] };
  }
  const problems: string[] = [];
  let traffic = Traffic.empty;
  for (const item of ports) {
    try {
      // By way of its text, because a Traffic of another copy of this package is not one of ours.
      traffic = traffic.union(Traffic.parse(String(item)));
    } catch (error) {
      if (!NetproofError.is(error)) throw error;
      problems.push(`db.ports: ${error.message}`);
    }
  }
  const portless = traffic.subtract(Traffic.of('tcp')).subtract(Traffic.of('udp'));
  if (!portless.isEmpty()) {
    problems.push(
      `db.ports: ${portless.toString()} is neither tcp nor udp. Give ports of these, for example tcp/5432.`,
    );
  }
  const ranges = traffic.ports('tcp').ranges().length + traffic.ports('udp').ranges().length;
  if (ranges > numbersPerSlot) {
    problems.push(
      `db.ports has ${ranges} separate ranges, more than a network ACL has room for. Join some, for example tcp/5000-5999.`,
    );
  }
  return { traffic, problems };
}

function listed(slots: readonly Slot[]): string {
  return slots.length === 1 ? `slot ${slots[0]}` : `slots ${slots.join(', ')}`;
}
