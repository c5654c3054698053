import { AddressSet } from '../../addressing/address-set';
import { Cidr } from '../../addressing/cidr';
import type { PortSet } from '../../addressing/port-set';
import type { Traffic } from '../../addressing/traffic';
import type { Endpoint } from '../../topology/endpoint';
import { TopologyBuilder } from '../../topology/topology-builder';
import { unknown, type Unknown } from '../../topology/value';
import { type Attributes, isUnknown } from '../attributes';
import { BlockReader } from './block-reader';
import { type AwsResource, type Estate, idOf } from './estate';
import { givenInterface, Interfaces, type NetworkInterface } from './interfaces';
import { NetworkAcls } from './network-acl';
import { PrefixLists } from './prefix-list';
import { SecurityGroups } from './security-group';
import { servicesOf } from './platform-services';
import { type Subnet, Subnets, subnetTypes } from './subnet';
import { type Vpc, Vpcs } from './vpc';

/** The networks of an input while they are compiled: what the kinds of endpoints, gateways and routes share. */
export class Network {
  readonly estate: Estate;
  readonly builder: TopologyBuilder;
  readonly blocks: BlockReader;
  readonly vpcs: Vpcs;
  readonly subnets: Subnets;
  readonly lists: PrefixLists;
  readonly groups: SecurityGroups;
  readonly acls: NetworkAcls;
  readonly interfaces: Interfaces;

  /** Endpoints by the ids of their interfaces, and their subnets. */
  private readonly owners = new Map<string, string>();
  private readonly subnetsByEndpoint = new Map<string, readonly Subnet[]>();

  constructor(estate: Estate, builder: TopologyBuilder) {
    this.estate = estate;
    this.builder = builder;
    this.blocks = new BlockReader(estate);
    this.vpcs = new Vpcs(estate, this.blocks);
    this.subnets = new Subnets(estate, this.vpcs, this.blocks);
    this.lists = new PrefixLists(estate, this.blocks);
    this.groups = new SecurityGroups(estate, this.vpcs, this.blocks, this.lists);
    this.acls = new NetworkAcls(estate, this.vpcs, this.blocks);
    this.interfaces = new Interfaces(estate);
    for (const resource of estate.of('aws_instance', 'aws_network_interface')) this.noteAddresses(resource);
  }

  /** Adds a resource as an endpoint with these interfaces. */
  addEndpoint(
    resource: AwsResource,
    interfaces: readonly NetworkInterface[],
    how: EndpointTraits = {},
  ): void {
    const { spread, placement, accepts, takes, clientPorts, notModelled } = how;
    for (const one of interfaces) this.owners.set(one.id, resource.id);
    this.subnetsByEndpoint.set(
      resource.id,
      interfaces.map((one) => one.subnet),
    );
    this.builder.addEndpoint({
      id: resource.id,
      type: resource.type,
      names: namesOf(resource),
      tags: tagsOf(resource),
      interfaces: interfaces.map((one) => ({
        ...givenInterface(one),
        filters: this.marked(one),
      })),
      spread: spread ?? 'own',
      ...(placement === undefined ? {} : { placement }),
      accepts: accepts ?? true,
      ...(takes === undefined ? {} : { takes }),
      ...(clientPorts === undefined ? {} : { clientPorts }),
      notModelled,
      origin: resource.origin(),
    });
  }

  /** The endpoint that has an interface, by the interface or by what stands for it. */
  ownerOf(idOrName: string): string | undefined {
    const found = this.interfaces.get(idOrName);
    return found === undefined ? undefined : this.owners.get(found.id);
  }

  subnetsOf(endpoint: string): readonly Subnet[] {
    return this.subnetsByEndpoint.get(endpoint) ?? [];
  }

  /** The subnets that an attribute lists, whatever is certain about them. */
  subnetsListed(at: Attributes, attribute: string): Placement {
    const places = this.subnets.listed(at, attribute);
    const all = new Map(
      places.flatMap((place) => place.options.map((subnet) => [subnet.id, subnet] as const)),
    );
    return { subnets: [...all.values()], unknowns: places.flatMap((place) => place.unknowns) };
  }

  /** What keeps an endpoint from being judged: which subnets it has, or whether it has an IPv6 address. */
  doubt(placement: Placement): Unknown | undefined {
    return placement.unknowns[0] ?? placement.subnets.map((subnet) => subnet.assignsIpv6).find(isUnknown);
  }

  /** Domains and segments, once everything that can name a VPC or a subnet has done so. */
  addSegments(
    tableOf: (subnet: Subnet) => { options: readonly string[]; unknowns: readonly Unknown[] },
  ): void {
    for (const subnet of this.subnets.all()) {
      this.builder.addSegment({
        id: subnet.id,
        name: subnet.name,
        domain: subnet.vpc.id,
        blocks: subnet.blocks,
        placeable: subnet.placeable,
        crossing: this.acls.of(subnet),
        table: tableOf(subnet),
        origin: subnet.origin,
      });
    }
    for (const vpc of this.vpcs.all()) {
      const { id, name, origin } = vpc;
      const blocks = this.possibleBlocks(vpc);
      this.builder.addDomain({ id, name, blocks, services: servicesOf(vpc), origin });
    }
    for (const filter of [...this.groups.filters(), ...this.acls.filters()]) this.builder.addFilter(filter);
    for (const [resource, mark] of this.blocks.pinned) {
      this.builder.addFilter({
        id: mark,
        name: `the address of ${resource}`,
        matching: 'union',
        stateful: true,
        origin: { address: resource, attribute: 'private_ip' },
      });
    }
  }

  /** Blocks of a VPC; of one that is not part of the input, at least those of its subnets. */
  blocksOf(vpc: Vpc) {
    if (vpc.outside === undefined) return vpc.blocks;
    const subnets = this.subnets.of(vpc).flatMap((subnet) => subnet.blocks);
    return AddressSet.from([...vpc.blocks, ...subnets]).blocks();
  }

  /** As `blocksOf`; a VPC of which no block is told may have any private one. */
  private possibleBlocks(vpc: Vpc) {
    const blocks = this.blocksOf(vpc);
    if (vpc.outside === undefined || vpc.blocks.length > 0) return blocks;
    return AddressSet.from([...blocks, ...privateBlocks]).blocks();
  }

  private marked(one: NetworkInterface) {
    const mark = [...this.blocks.pinned].find(([name]) => this.interfaces.get(name)?.id === one.id)?.[1];
    if (mark === undefined) return one.filters;
    const { least, most, unknowns } = one.filters;
    return { least: [...least, mark], most: [...most, mark], unknowns };
  }

  private noteAddresses(resource: AwsResource): void {
    const [subnet] = this.estate.named(resource, 'subnet_id', subnetTypes).options;
    if (subnet === undefined) return;
    for (const attribute of ['private_ip', 'private_ips', 'secondary_private_ips', 'ipv6_addresses']) {
      for (const item of resource.items(attribute).items) {
        const address = this.interfaces.literal(item);
        if (address !== undefined) this.interfaces.take(idOf(subnet), AddressSet.of(address));
      }
    }
  }
}

/** Blocks that a VPC usually has. @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html */
const privateBlocks = ['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16'].map((block) =>
  Cidr.parse(block),
);

/** Subnets that something has interfaces in. */
export interface Placement {
  readonly subnets: readonly Subnet[];
  readonly unknowns: readonly Unknown[];
}

/** How an endpoint differs from a machine of its own. */
export interface EndpointTraits {
  readonly spread?: Endpoint['spread'];
  readonly placement?: Unknown | undefined;
  readonly accepts?: boolean;
  readonly takes?: Traffic;
  readonly clientPorts?: PortSet;
  readonly notModelled?: Unknown | undefined;
}

/** Names that people give a resource beside its address: the Name tag and the name that AWS knows it by. */
function namesOf(resource: AwsResource): readonly string[] {
  const named = ['name', 'identifier', 'cluster_identifier', 'function_name'].map((name) =>
    resource.label(name),
  );
  const all = [tagsOf(resource).get('Name'), ...named].filter((name) => name !== undefined && name !== '');
  return [...new Set(all as string[])];
}

function tagsOf(resource: AwsResource): ReadonlyMap<string, string> {
  const tags = new Map<string, string>();
  for (const attribute of ['tags_all', 'tags']) {
    const value = resource.written(attribute);
    if (value.kind !== 'object') continue;
    for (const [name, held] of value.entries) {
      if (held.kind === 'known' && held.value !== null && held.sensitive !== true) {
        tags.set(name, String(held.value));
      }
    }
  }
  return tags;
}

/** An unknown for what the model leaves out. */
export function leftOut(id: string, what: string): Unknown {
  return unknown(id, what);
}
