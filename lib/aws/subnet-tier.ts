import { RouteTable } from '@cdktf/provider-aws/lib/route-table';
import { Construct } from 'constructs';
import { type Slot, slots as letters } from '../addressing/address-plan';
import { NetproofError } from '../addressing/netproof-error';
import type { TagMaker } from './tag-maker';
import { TierSubnet } from './tier-subnet';
import type { TierName } from './tier-name';
import type { TierLayout } from './vpc-layout';

export interface SubnetTierProps {
  readonly vpcId: string;
  readonly layout: TierLayout;
  readonly tagsOf: TagMaker;
  /** Whether the subnets follow one table of the tier, or each a table of its own. */
  readonly routeTables: 'shared' | 'per-slot';
}

/**
 * The subnets of one tier, one per slot: `tier.a`, `tier.b`, up to `tier.p`. A letter that the tier has no subnet in
 * throws UnknownSlot naming those that it has.
 */
export class SubnetTier extends withSlotLetters() {
  readonly tier: TierName;
  /** The tier's subnets in the order of the letters. */
  readonly subnets: readonly TierSubnet[];

  constructor(scope: Construct, props: SubnetTierProps) {
    const { vpcId, layout, tagsOf } = props;
    super(scope, layout.tier);
    this.tier = layout.tier;
    const routeTable =
      props.routeTables === 'shared'
        ? new RouteTable(this, 'route-table', { vpcId, tags: tagsOf(`${layout.tier}-routes`, layout.tier) })
        : undefined;
    this.subnets = layout.subnets.map(
      ({ slot, zone, block }) =>
        new TierSubnet(this, { vpcId, tier: layout.tier, slot, zone, block, tagsOf, routeTable }),
    );
  }

  /** Letters of the slots that the tier has a subnet in, in alphabetical order. */
  get slots(): readonly Slot[] {
    return this.subnets.map(({ slot }) => slot);
  }

  /** Ids of the subnets in the order of the letters: what balancers, subnet groups and clusters ask for. */
  get subnetIds(): string[] {
    return this.subnets.map(({ subnetId }) => subnetId);
  }

  /** IPv4 blocks of the subnets in the order of the letters. */
  get blocks(): string[] {
    return this.subnets.map(({ block }) => block);
  }

  /** The route tables that the subnets follow, each once. */
  get routeTables(): readonly RouteTable[] {
    return [...new Set(this.subnets.map(({ routeTable }) => routeTable))];
  }

  /** The subnet in a slot; throws UnknownSlot for a letter that the tier has no subnet in. */
  inSlot(slot: Slot): TierSubnet {
    const subnet = this.subnets.find((candidate) => candidate.slot === slot);
    if (subnet !== undefined) return subnet;
    throw new NetproofError(
      'UnknownSlot',
      `${this.node.path}: there is no ${this.tier} subnet in slot ${slot}. ` +
        `The tier has slot${this.slots.length === 1 ? '' : 's'} ${this.slots.join(', ')}; declare ${slot} in "slots" of the VPC to add one.`,
    );
  }
}

/** Each letter of a slot as a property, so that `vpc.db.a` type-checks and a misspelt one does not. */
type Lettered = Construct & Readonly<Record<Slot, TierSubnet>>;

function withSlotLetters(): new (scope: Construct, id: string) => Lettered {
  class WithSlotLetters extends Construct {}
  for (const slot of letters) {
    Object.defineProperty(WithSlotLetters.prototype, slot, {
      get(this: SubnetTier) {
        return this.inSlot(slot);
      },
    });
  }
  return WithSlotLetters as unknown as new (scope: Construct, id: string) => Lettered;
}
