import { Cidr } from '../../addressing/cidr';
import type { Origin } from '../../topology/origin';
import { unknown, type Unknown } from '../../topology/value';
import type { Attributes } from '../attributes';
import type { BlockReader, ReadBlock } from './block-reader';
import { type AwsResource, type Estate, idOf, type Thing, type Things } from './estate';

/** One address space: a VPC of the input, or one that the input only names. */
export interface Vpc {
  readonly id: string;
  readonly name: string;
  readonly blocks: readonly Cidr[];
  /** The VPC's own stand-in, of which subnets get parts; undefined when its IPv6 block is known or absent. */
  readonly ipv6: ReadBlock | undefined;
  /** Set when the VPC is not part of the input: its tables, ACLs and further blocks are then not known. */
  readonly outside: Unknown | undefined;
  readonly origin: Origin;
}

/** The default VPC of a Region has this block everywhere. @see https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc-components.html */
const defaultVpcBlock = '172.31.0.0/16';

/** All VPCs of an input by id, those that it only names among them. */
export class Vpcs {
  private readonly vpcs = new Map<string, Vpc>();
  private readonly blocks: BlockReader;

  constructor(estate: Estate, blocks: BlockReader) {
    this.blocks = blocks;
    const secondary = new Map<string, ReadBlock[]>();
    for (const association of estate.of(
      'aws_vpc_ipv4_cidr_block_association',
      'aws_vpc_ipv6_cidr_block_association',
    )) {
      const block = associatedBlock(association, blocks);
      for (const vpc of estate.named(association, 'vpc_id', vpcTypes).options) {
        const id = idOf(vpc);
        if (block !== undefined) secondary.set(id, [...(secondary.get(id) ?? []), block]);
      }
    }
    for (const resource of estate.of('aws_vpc')) this.add(resource, secondary.get(resource.id) ?? []);
  }

  all(): Iterable<Vpc> {
    return this.vpcs.values();
  }

  get(id: string): Vpc | undefined {
    return this.vpcs.get(id);
  }

  /** The VPC that something names. When it is not certain which, it is none of those of the input. */
  named(things: Things): Vpc {
    const [only, ...others] = things.options;
    if (only !== undefined && others.length === 0) return this.of(only);
    if (only === undefined) return this.outside('default VPC', noVpc);
    const ids = things.options.map(idOf);
    return this.outside(`one of ${ids.join(', ')}`, things.unknowns[0] ?? noVpc);
  }

  private of(thing: Thing): Vpc {
    const id = idOf(thing);
    const found = this.vpcs.get(id);
    if (found !== undefined) return found;
    if (thing.kind === 'outside') return this.outside(id, thing.unknown);
    const { resource } = thing;
    return this.outside(id, unknown(id, `${id}, whose routes are not in this input`), resource);
  }

  /** A VPC that is not part of the input. A data source may tell its blocks. */
  private outside(id: string, cause: Unknown, resource?: AwsResource): Vpc {
    const found = this.vpcs.get(id);
    if (found !== undefined) return found;
    const blocks: Cidr[] = [];
    for (const attribute of ['cidr_block', 'ipv6_cidr_block']) {
      const read = resource === undefined ? undefined : this.blocks.block(resource, attribute);
      if (read !== undefined && 'block' in read) blocks.push(read.block);
    }
    if (resource?.type === 'aws_default_vpc' && blocks.length === 0) {
      blocks.push(Cidr.parse(defaultVpcBlock));
    }
    const vpc: Vpc = {
      id,
      name: nameOf(resource, id),
      blocks,
      ipv6: undefined,
      outside: cause,
      origin: resource?.origin() ?? { address: id },
    };
    this.vpcs.set(id, vpc);
    return vpc;
  }

  private add(resource: AwsResource, secondary: readonly ReadBlock[]): void {
    const primary = this.blocks.blockOrStandIn(resource, 'cidr_block', 4);
    if (primary !== undefined) this.blocks.name(resource.key('cidr_block'), primary);
    const ipv6 = hasIpv6(resource) ? this.blocks.computed(resource, 'ipv6_cidr_block', 6) : undefined;
    const read = [primary, ipv6, ...secondary].filter((one) => one !== undefined);
    this.vpcs.set(resource.id, {
      id: resource.id,
      name: nameOf(resource, resource.id),
      blocks: read.map((one) => one.block),
      ipv6: read.find((one) => one.block.family === 6 && one.unknown !== undefined),
      outside: undefined,
      origin: resource.origin(),
    });
  }
}

export const vpcTypes = ['aws_vpc', 'aws_default_vpc'] as const;

const noVpc = unknown('default VPC', 'the default VPC, which is not in this input');

function hasIpv6(resource: Attributes): boolean {
  const assigned = resource.flag('assign_generated_ipv6_cidr_block');
  return (
    (assigned !== undefined && assigned !== false) ||
    resource.has('ipv6_cidr_block') ||
    resource.has('ipv6_ipam_pool_id')
  );
}

function associatedBlock(association: AwsResource, blocks: BlockReader): ReadBlock | undefined {
  const attribute = association.type.includes('ipv6') ? 'ipv6_cidr_block' : 'cidr_block';
  return blocks.computed(association, attribute, association.type.includes('ipv6') ? 6 : 4);
}

/** What a person calls a resource: its Name tag, else its id. */
export function nameOf(resource: Attributes | undefined, id: string): string {
  return resource?.block('tags')?.label('Name') ?? id;
}
