import { AddressSet } from '../../addressing/address-set';
import type { Cidr } from '../../addressing/cidr';
import { type Bounds, between, exactly } from '../../topology/bounds';
import type { Unknown } from '../../topology/value';
import { type Attributes, isUnknown } from '../attributes';
import { type BlockReader, unite } from './block-reader';
import { type AwsResource, type Estate, idOf, type Thing } from './estate';
import { publicAddresses } from '../public-addresses';

/** What a prefix list holds. */
export interface PrefixList {
  readonly id: string;
  readonly addresses: Bounds<AddressSet>;
  /** The blocks that are known to be in it. */
  readonly blocks: readonly Cidr[];
}

const listTypes = ['aws_ec2_managed_prefix_list', 'aws_prefix_list', 'aws_vpc_endpoint'] as const;

/** Prefix lists by what names them; a list of AWS's own holds public addresses that only apply tells. */
export class PrefixLists {
  private readonly estate: Estate;
  private readonly blocks: BlockReader;
  private readonly lists = new Map<string, PrefixList>();
  private readonly entries = new Map<string, AwsResource[]>();

  constructor(estate: Estate, blocks: BlockReader) {
    this.estate = estate;
    this.blocks = blocks;
    for (const entry of estate.of('aws_ec2_managed_prefix_list_entry')) {
      for (const list of estate.named(entry, 'prefix_list_id', listTypes).options) {
        this.entries.set(idOf(list), [...(this.entries.get(idOf(list)) ?? []), entry]);
      }
    }
  }

  /** What an attribute with one prefix list, or a list of them, names. */
  addresses(at: Attributes, attribute: string): Bounds<AddressSet> {
    const { each, unknowns } = this.estate.namedAll(at, attribute, listTypes);
    let result: Bounds<AddressSet> =
      unknowns.length === 0
        ? exactly(AddressSet.empty)
        : between(AddressSet.empty, AddressSet.everything(), unknowns);
    for (const { options, unknowns: causes } of each) {
      const sets = options.map((thing) => this.of(thing).addresses);
      const all = sets.reduce(unite, exactly(AddressSet.empty));
      result = unite(result, causes.length === 0 ? all : between(AddressSet.empty, all.most, causes));
    }
    return result;
  }

  /** The lists that an attribute may name. */
  named(at: Attributes, attribute: string): readonly PrefixList[] {
    return this.estate.named(at, attribute, listTypes).options.map((thing) => this.of(thing));
  }

  private of(thing: Thing): PrefixList {
    const id = idOf(thing);
    const found = this.lists.get(id);
    if (found !== undefined) return found;
    const list = thing.kind === 'outside' ? anyList(id, thing.unknown) : this.read(thing.resource);
    this.lists.set(id, list);
    return list;
  }

  private read(resource: AwsResource): PrefixList {
    const { id } = resource;
    if (resource.type === 'aws_ec2_managed_prefix_list' && resource.managed) {
      const { items, unknowns } = resource.blocks('entry');
      const entries = [...items, ...(this.entries.get(id) ?? [])];
      return this.holding(
        id,
        entries.map((entry) => [entry, 'cidr'] as const),
        unknowns,
      );
    }
    // A gateway endpoint or a data source: known once AWS has told it.
    if (resource.has('cidr_blocks')) return this.holding(id, [[resource, 'cidr_blocks']], []);
    const { items, unknowns } = resource.blocks('entries');
    if (items.length > 0)
      return this.holding(
        id,
        items.map((entry) => [entry, 'cidr'] as const),
        unknowns,
      );
    const cause = resource.unknownOf('cidr_blocks', {
      kind: 'ref',
      address: id,
      attribute: resource.type === 'aws_ec2_managed_prefix_list' ? 'entries' : 'cidr_blocks',
    });
    const name = resource.text('name') ?? resource.text('service_name') ?? '';
    const ofAws = resource.type !== 'aws_ec2_managed_prefix_list' || name.startsWith('com.amazonaws.');
    return ofAws
      ? { id, addresses: between(AddressSet.empty, publicAddresses, [cause]), blocks: [] }
      : anyList(id, cause);
  }

  private holding(
    id: string,
    entries: readonly (readonly [at: Attributes, attribute: string])[],
    unknowns: readonly Unknown[],
  ): PrefixList {
    let addresses: Bounds<AddressSet> =
      unknowns.length === 0
        ? exactly(AddressSet.empty)
        : between(AddressSet.empty, AddressSet.everything(), unknowns);
    const blocks: Cidr[] = [];
    for (const [at, attribute] of entries) {
      const read = this.blocks.remote(at, [attribute]).addresses;
      const maybe = 'existence' in at && isUnknown(at.existence) ? at.existence : undefined;
      addresses = unite(
        addresses,
        maybe === undefined ? read : between(AddressSet.empty, read.most, [maybe]),
      );
      if (maybe === undefined) blocks.push(...read.least.blocks());
    }
    return { id, addresses, blocks };
  }
}

function anyList(id: string, cause: Unknown): PrefixList {
  return { id, addresses: between(AddressSet.empty, AddressSet.everything(), [cause]), blocks: [] };
}
