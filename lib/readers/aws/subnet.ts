import type { Family } from '../../addressing/address';
import { AddressRange } from '../../addressing/address-range';
import { AddressSet } from '../../addressing/address-set';
import { Cidr } from '../../addressing/cidr';
import type { Origin } from '../../topology/origin';
import { identityOf, unknown, type Unknown, type Value } from '../../topology/value';
import { type Attributes, isUnknown } from '../attributes';
import type { BlockReader, ReadBlock } from './block-reader';
import { type AwsResource, type Estate, idOf, type Things } from './estate';
import { refuseOverlappingSubnets, type SubnetBlock } from './overlapping-subnets';
import { nameOf, type Vpc, type Vpcs, vpcTypes } from './vpc';

/** One subnet of the input, or one that the input only names. */
export interface Subnet {
  readonly id: string;
  readonly name: string;
  readonly vpc: Vpc;
  readonly blocks: readonly Cidr[];
  /** What AWS hands out of it, or may: all of the VPC when the block is not known. */
  readonly placeable: AddressSet;
  /** Families that its interfaces can have. */
  readonly families: readonly Family[];
  /** The zone as a value: its text is often known at apply only, whether two are the same is known before. */
  readonly zone: Value;
  readonly mapsPublic: boolean | Unknown;
  readonly assignsIpv6: boolean | Unknown;
  /** Set when the subnet is not part of the input. */
  readonly outside: Unknown | undefined;
  readonly origin: Origin;
}

export const subnetTypes = ['aws_subnet', 'aws_default_subnet'] as const;

/** The subnets that something stands in: several when only apply tells which. */
export interface Places {
  readonly options: readonly Subnet[];
  readonly unknowns: readonly Unknown[];
}

/** All subnets of an input by id, those that it only names among them. */
export class Subnets {
  private readonly subnets = new Map<string, Subnet>();
  private readonly estate: Estate;
  private readonly vpcs: Vpcs;
  private readonly blocks: BlockReader;

  constructor(estate: Estate, vpcs: Vpcs, blocks: BlockReader) {
    this.estate = estate;
    this.vpcs = vpcs;
    this.blocks = blocks;
    const drafts = estate.of('aws_subnet').map((resource) => this.draft(resource));
    refuseOverlappingSubnets(drafts.flatMap(certainBlocks));
    const spare = new SpareBlocks(drafts);
    const known = AddressSet.from(drafts.flatMap((draft) => draft.blocks.map((one) => one.block)));
    for (const draft of drafts) {
      const subnet = this.finished(draft, spare, known);
      this.subnets.set(subnet.id, subnet);
    }
  }

  all(): Iterable<Subnet> {
    return this.subnets.values();
  }

  /** Subnets that are part of the input and of this VPC. */
  of(vpc: Vpc): readonly Subnet[] {
    return [...this.subnets.values()].filter((subnet) => subnet.vpc.id === vpc.id && !subnet.outside);
  }

  /** The subnets that an attribute names; one that is not part of the input when nothing is named. */
  at(place: Attributes, attribute: string): Places {
    const things = this.estate.named(place, attribute, subnetTypes);
    if (things.options.length > 0) return this.places(things);
    const cause = unknown(place.key(attribute), 'a default subnet, which is not in this input');
    return { options: [this.outside(`default subnet of ${place.id}`, cause)], unknowns: things.unknowns };
  }

  /** The subnets that a list names, each with what it may be. A list of unknown length has one of no known place. */
  listed(place: Attributes, attribute: string): readonly Places[] {
    const { each, unknowns } = this.estate.namedAll(place, attribute, subnetTypes);
    const named = each.map((things) => this.places(things));
    if (unknowns.length === 0) return named;
    const [cause] = unknowns;
    const mentioned = this.estate.things(cause!, subnetTypes, place, attribute);
    const options = this.places(mentioned).options;
    return [...named, { options, unknowns }];
  }

  places({ options, unknowns }: Things): Places {
    const subnets = options.map((thing) => {
      const found = this.subnets.get(idOf(thing));
      if (found !== undefined) return found;
      if (thing.kind === 'outside') return this.outside(thing.id, thing.unknown);
      const { resource } = thing;
      return this.outside(
        resource.id,
        unknown(resource.id, `${resource.id}, whose routes are not in this input`),
        resource,
      );
    });
    return { options: subnets, unknowns };
  }

  private outside(id: string, cause: Unknown, resource?: AwsResource): Subnet {
    const found = this.subnets.get(id);
    if (found !== undefined) return found;
    const vpc =
      resource?.has('vpc_id') === true || resource?.type === 'aws_default_subnet'
        ? this.vpcs.named(this.estate.named(resource, 'vpc_id', vpcTypes))
        : this.vpcs.named({
            options: [{ kind: 'outside', id: `VPC of ${id}`, unknown: cause }],
            unknowns: [],
          });
    const blocks = this.readBlocks(resource).map((one) => one.block);
    const known = new Set(blocks.map((block) => block.family));
    const around = vpc.blocks.length > 0 ? AddressSet.from(vpc.blocks) : AddressSet.everything();
    let placeable = AddressSet.from(blocks.map(handedOut));
    for (const family of [4, 6] as const) {
      if (!known.has(family)) placeable = placeable.union(around.inFamily(family));
    }
    const subnet: Subnet = {
      id,
      name: nameOf(resource, id),
      vpc,
      blocks,
      placeable,
      families: [4, ...(known.has(6) ? ([6] as const) : [])],
      zone: resource?.written('availability_zone') ?? cause,
      mapsPublic:
        resource?.type === 'aws_default_subnet' ? true : (resource?.flag('map_public_ip_on_launch') ?? cause),
      assignsIpv6: resource?.flag('assign_ipv6_address_on_creation') ?? false,
      outside: cause,
      origin: resource?.origin() ?? { address: id },
    };
    this.subnets.set(id, subnet);
    return subnet;
  }

  private draft(resource: AwsResource): Draft {
    const place = this.estate.named(resource, 'vpc_id', vpcTypes);
    const vpc = this.vpcs.named(place);
    const blocks = this.readBlocks(resource);
    const causes = new Map<Family, Unknown>();
    for (const [attribute, family] of blockAttributes) {
      const read = this.blocks.block(resource, attribute);
      if (isUnknown(read)) causes.set(family, read);
    }
    const certain =
      resource.existence === undefined && place.unknowns.length === 0 && place.options.length === 1;
    return { id: resource.id, resource, vpc, certain, blocks, causes };
  }

  private readBlocks(resource: AwsResource | undefined): Draft['blocks'] {
    if (resource === undefined) return [];
    return blockAttributes.flatMap(([attribute]) => {
      const read = this.blocks.block(resource, attribute);
      if (read === undefined || !('block' in read)) return [];
      this.blocks.name(resource.key(attribute), read);
      return [read];
    });
  }

  private finished(draft: Draft, spare: SpareBlocks, known: AddressSet): Subnet {
    const { id, resource, vpc, causes } = draft;
    const read = [...draft.blocks];
    let placeable = AddressSet.empty;
    for (const [family, cause] of causes) {
      const own = family === 6 ? spare.take(vpc) : undefined;
      if (own !== undefined) {
        read.push({ block: own, unknown: cause });
        this.blocks.name(resource.key('ipv6_cidr_block'), { block: own, unknown: cause });
      } else {
        // Somewhere in the VPC where no other subnet is.
        placeable = placeable.union(AddressSet.from(vpc.blocks).inFamily(family).subtract(known));
      }
    }
    for (const { block } of read) placeable = placeable.union(handedOut(block));
    const blocks = read.map((one) => one.block);
    return {
      id,
      name: nameOf(resource, id),
      vpc,
      blocks,
      placeable,
      families: [...new Set([...blocks.map((block) => block.family), ...causes.keys()])].sort(),
      zone: resource.has('availability_zone')
        ? resource.written('availability_zone')
        : resource.written('availability_zone_id'),
      mapsPublic: resource.flag('map_public_ip_on_launch') ?? false,
      assignsIpv6: resource.flag('assign_ipv6_address_on_creation') ?? false,
      outside: undefined,
      origin: resource.origin(),
    };
  }
}

interface Draft {
  readonly id: string;
  readonly resource: AwsResource;
  readonly vpc: Vpc;
  /** Whether it is certain to be made, and in that VPC. */
  readonly certain: boolean;
  readonly blocks: readonly ReadBlock[];
  /** Blocks that are given but cannot be placed. */
  readonly causes: Map<Family, Unknown>;
}

function certainBlocks({ resource, vpc, certain, blocks }: Draft): readonly SubnetBlock[] {
  if (!certain) return [];
  return blocks
    .filter(({ unknown }) => unknown === undefined)
    .map(({ block }) => ({ subnet: resource, vpc: vpc.id, block }));
}

const blockAttributes = [
  ['cidr_block', 4],
  ['ipv6_cidr_block', 6],
] as const;

/** Parts of a VPC's IPv6 stand-in that no subnet has, from its end. */
class SpareBlocks {
  private readonly taken: AddressSet;
  private readonly given = new Map<string, number>();

  constructor(drafts: readonly Draft[]) {
    this.taken = AddressSet.from(drafts.flatMap((draft) => draft.blocks.map((one) => one.block)));
  }

  take(vpc: Vpc): Cidr | undefined {
    if (vpc.ipv6 === undefined) return undefined;
    const whole = vpc.ipv6.block;
    const size = 1n << 64n;
    for (let index = this.given.get(vpc.id) ?? Number(whole.size / size) - 1; index >= 0; index--) {
      const block = Cidr.of(whole.network.plus(BigInt(index) * size), 64);
      this.given.set(vpc.id, index - 1);
      if (!this.taken.overlaps(block)) return block;
    }
    return undefined;
  }
}

/**
 * Addresses of a subnet that AWS hands out: the block less its first four and its last.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
 */
export function handedOut(block: Cidr): AddressSet {
  if (block.size <= 5n) return AddressSet.empty;
  return AddressSet.of(AddressRange.of(block.at(4), block.at(-2)));
}

/** Whether two subnets are in one zone; undefined when only apply tells. */
export function sameZone(a: Subnet, b: Subnet): boolean | undefined {
  if (a.id === b.id) return true;
  const [one, other] = [identityOf(a.zone), identityOf(b.zone)];
  const written = (zone: Value) => zone.kind !== 'known' || zone.value !== null;
  if (!written(a.zone) || !written(b.zone)) return undefined;
  if (one === other) return a.outside === undefined && b.outside === undefined ? true : undefined;
  if (a.zone.kind === 'known' && b.zone.kind === 'known') return false;
  // Two items of one list of zones are two zones.
  const list = (zone: Value) =>
    zone.kind === 'ref' ? `${zone.address}.${zone.attribute.replace(/\[\d+\]$/, '')}` : undefined;
  return list(a.zone) !== undefined && list(a.zone) === list(b.zone) ? false : undefined;
}
