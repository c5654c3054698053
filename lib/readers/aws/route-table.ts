import { AddressSet } from '../../addressing/address-set';
import { Cidr } from '../../addressing/cidr';
import type { Origin } from '../../topology/origin';
import type { NextHop, Route, RouteTable, UnknownRoute } from '../../topology/route-table';
import type { OneTable } from '../../topology/segment';
import type { Unknown } from '../../topology/value';
import type { Attributes } from '../attributes';
import { type AwsResource, idOf, type Thing, type Things } from './estate';
import { leftOut, type Network } from './network';
import { type NextHops, oneOf } from './next-hop';
import { sameIndexFirst } from './one-each';
import { type Subnet, subnetTypes } from './subnet';
import type { VpcEndpoints } from './vpc-endpoint';
import { nameOf, type Vpc, vpcTypes } from './vpc';

const tableTypes = ['aws_route_table', 'aws_default_route_table', ...vpcTypes] as const;

interface Draft {
  readonly id: string;
  readonly name: string;
  readonly vpc: Vpc;
  readonly routes: Route[];
  readonly unknownRoutes: UnknownRoute[];
  readonly origin: Origin;
}

/** A table that a subnet may have, because an association says so. */
interface Claim {
  readonly table: string;
  readonly unknowns: readonly Unknown[];
  /** Whether the association is certain to be there for this subnet, with whatever table. */
  readonly held: boolean;
}

/** Where a kind of route writes its destination. */
const inlineDestination = { ipv4: 'cidr_block', ipv6: 'ipv6_cidr_block' } as const;
const ownDestination = { ipv4: 'destination_cidr_block', ipv6: 'destination_ipv6_cidr_block' } as const;

/** Addresses of AWS's own that no route can hold. @see https://docs.aws.amazon.com/vpc/latest/userguide/RouteTables.html */
const unroutable = [Cidr.parse('169.254.168.0/22'), Cidr.parse('fd00:ec2::/32')];

/**
 * Route tables of an input. A subnet has exactly one: an associated one, else the main table of its VPC. Every table
 * holds a local route for each block of the VPC; routes inside the table and `aws_route` count together.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html
 */
export class RouteTables {
  private readonly network: Network;
  private readonly hops: NextHops;
  private readonly tables = new Map<string, Draft>();
  /** By subnet id. */
  private readonly claims = new Map<string, Claim[]>();
  /** By gateway id. */
  private readonly edges = new Map<string, string>();
  /** The main table of a VPC, by the id of the VPC, where an association replaces the one it came with. */
  private readonly mains = new Map<string, Claim[]>();
  /** Adopted tables, by VPC. */
  private readonly adopted = new Map<string, AwsResource>();
  private readonly likenesses = new Map<string, string>();

  constructor(network: Network, hops: NextHops, endpoints: VpcEndpoints) {
    this.network = network;
    this.hops = hops;
    const { estate } = network;
    const written = estate.of('aws_route_table', 'aws_default_route_table');
    for (const resource of written) this.add(resource);
    for (const resource of written) this.readInline(resource);
    for (const route of estate.of('aws_route')) this.readRoute(route);
    for (const association of estate.of('aws_route_table_association')) this.associate(association);
    for (const association of estate.of('aws_main_route_table_association')) this.associateMain(association);
    for (const type of ['aws_vpn_gateway_route_propagation', 'aws_vpc_route_server_propagation']) {
      for (const resource of estate.of(type)) this.propagate(resource, 'route_table_id', resource.id);
    }
    for (const { endpoint, at, attribute } of endpoints.routes()) {
      for (const table of this.named(at, attribute)) this.addEndpointRoute(table.draft, endpoint, endpoints);
      const [cause] = estate.namedAll(at, attribute, tableTypes).unknowns;
      if (cause !== undefined) this.addAnywhere(endpoint, endpoints, cause);
    }
  }

  /** The table that packets leaving a subnet follow. */
  of(subnet: Subnet): OneTable {
    const claims = this.claims.get(subnet.id) ?? [];
    const certain = claims.filter((claim) => claim.unknowns.length === 0);
    const possible = claims.filter((claim) => claim.unknowns.length > 0);
    const unknowns = possible.flatMap((claim) => claim.unknowns);
    const own = certain.at(-1);
    if (own !== undefined && possible.length === 0) return { options: [own.table], unknowns: [] };
    const main =
      own !== undefined
        ? { options: [own.table], unknowns: [] }
        : claims.some((claim) => claim.held)
          ? { options: [], unknowns: [] }
          : this.mainOf(subnet.vpc);
    const options = [...new Set([...main.options, ...possible.map((claim) => claim.table)])].sort(
      sameIndexFirst(subnet.id, (table) => table),
    );
    const alike = new Set(options.map((table) => this.likeness(table)));
    if (alike.size === 1) return { options: [options[0]!], unknowns: [] };
    return { options, unknowns: [...main.unknowns, ...unknowns] };
  }

  /** A text that two subnets share when what leaves them is routed alike. */
  likenessIn(subnet: Subnet): string {
    return [...new Set(this.of(subnet).options.map((table) => this.likeness(table)))].sort().join();
  }

  /** A text that two tables share when it makes no difference which of them a subnet has. */
  likeness(table: string): string {
    const known = this.likenesses.get(table);
    if (known !== undefined) return known;
    // A table on the way to itself is like no other.
    this.likenesses.set(table, table);
    const { vpc, routes, unknownRoutes } = this.tables.get(table)!;
    const likeness = JSON.stringify([
      vpc.id,
      routes
        .map(({ to, via, preference }) => [String(to), preference, this.hopLikeness(via, to, vpc)])
        .sort(),
      unknownRoutes.map(({ via, possible, unknown }) => [
        this.hops.likeness(via),
        String(possible),
        unknown.key,
      ]),
    ]);
    this.likenesses.set(table, likeness);
    return likeness;
  }

  private hopLikeness(via: NextHop, to: Cidr, vpc: Vpc): string {
    return this.leaves(to, vpc) ? this.hops.likeness(via) : JSON.stringify(via);
  }

  /** Whether a destination lies outside the VPC; what comes in is steered by edge tables to subnets by their blocks. */
  private leaves(to: Cidr, vpc: Vpc): boolean {
    return this.edges.size === 0 && !this.network.blocksOf(vpc).some((block) => block.contains(to));
  }

  /** The table that steers what comes in by a gateway. */
  edge(gateway: AwsResource): RouteTable | undefined {
    const id = this.edges.get(gateway.id);
    return id === undefined ? undefined : this.finished(this.tables.get(id)!);
  }

  addTables(): void {
    for (const draft of this.tables.values()) this.network.builder.addTable(this.finished(draft));
  }

  private finished({ id, name, vpc, routes, unknownRoutes, origin }: Draft): RouteTable {
    const blocks = this.network.blocksOf(vpc);
    const replaced = (block: Cidr) => routes.some((route) => route.to.equals(block));
    const local = blocks
      .filter((block) => !replaced(block))
      .map((to): Route => ({ to, via: { kind: 'local' }, preference: 0, origin: vpc.origin }));
    const { outside } = vpc;
    const beyond: UnknownRoute[] =
      outside === undefined
        ? []
        : [{ via: { kind: 'local' }, possible: elsewhere(blocks), unknown: outside, origin: vpc.origin }];
    const settled = routes.map((one) => ({
      ...one,
      via: this.hops.settled(one.via, this.leaves(one.to, vpc)),
    }));
    return { id, name, routes: [...local, ...settled], unknownRoutes: [...unknownRoutes, ...beyond], origin };
  }

  private mainOf(vpc: Vpc): OneTable {
    const claims = this.mains.get(vpc.id) ?? [];
    const certain = claims.filter((claim) => claim.unknowns.length === 0).at(-1);
    const possible = claims.filter((claim) => claim.unknowns.length > 0);
    const held = claims.some((claim) => claim.held);
    const sure = certain?.table ?? (held ? [] : this.defaultOf(vpc));
    const options = new Set([sure, possible.map((claim) => claim.table)].flat());
    const unknowns = possible.flatMap((claim) => claim.unknowns);
    const doubt = certain === undefined && !held ? this.adopted.get(vpc.id)?.existence : undefined;
    if (doubt === undefined) return { options: [...options], unknowns };
    // Whether it is adopted is open: if not, it is as AWS made it.
    return { options: [...options, this.untouched(vpc)], unknowns: [...unknowns, doubt] };
  }

  /** The table that a VPC comes with: only local routes, unless it is adopted. */
  private defaultOf(vpc: Vpc): string {
    return this.adopted.get(vpc.id)?.id ?? this.untouched(vpc);
  }

  private untouched(vpc: Vpc): string {
    const id = `${vpc.id}.main_route_table_id`;
    if (!this.tables.has(id)) {
      const origin = { ...vpc.origin, attribute: 'main_route_table_id' };
      const name = `main route table of ${vpc.name}`;
      this.tables.set(id, { id, name, vpc, routes: [], unknownRoutes: any(vpc.outside, origin), origin });
    }
    return id;
  }

  private add(resource: AwsResource): void {
    const { id } = resource;
    const isDefault = resource.type === 'aws_default_route_table';
    // A plan of what exists knows the VPC; before that only the attribute that names the table tells it.
    const attribute = isDefault && !resource.has('vpc_id') ? 'default_route_table_id' : 'vpc_id';
    const things = this.network.estate.named(resource, attribute, vpcTypes);
    const vpc = this.network.vpcs.named(things);
    if (isDefault) this.adopted.set(vpc.id, resource);
    this.tables.set(id, {
      id,
      name: `route table ${nameOf(resource, id)}`,
      vpc,
      routes: [],
      unknownRoutes: [],
      origin: resource.origin(),
    });
  }

  private readInline(resource: AwsResource): void {
    const draft = this.tables.get(resource.id)!;
    if (resource.states('route')) {
      const { items, unknowns } = resource.blocks('route');
      for (const block of items) this.read(block, draft, inlineDestination, []);
      for (const cause of unknowns) draft.unknownRoutes.push(...any(cause, resource.origin('route')));
    }
    if (!resource.states('propagating_vgws')) return;
    const { each, unknowns } = this.network.estate.namedAll(resource, 'propagating_vgws', [
      'aws_vpn_gateway',
    ]);
    for (const { options } of each) {
      for (const option of options)
        this.addPropagated(draft, idOf(option), resource.origin('propagating_vgws'));
    }
    for (const cause of unknowns) this.addPropagated(draft, cause.key, resource.origin('propagating_vgws'));
  }

  private readRoute(route: AwsResource): void {
    const existence = route.existence === undefined ? [] : [route.existence];
    for (const { draft, unknowns } of this.named(route, 'route_table_id')) {
      this.read(route, draft, ownDestination, [...unknowns, ...existence]);
    }
  }

  /** Reads one route. `causes` tell why it may not be there at all. */
  private read(
    at: Attributes,
    draft: Draft,
    names: typeof inlineDestination | typeof ownDestination,
    causes: readonly Unknown[],
  ): void {
    const hop = this.hops.of(at, draft.vpc);
    const via = causes[0] === undefined ? hop : perhaps(hop, causes[0]);
    const origin = at.origin();
    for (const [attribute, family] of [
      [names.ipv4, 4],
      [names.ipv6, 6],
    ] as const) {
      const read = this.network.blocks.block(at, attribute);
      if (read === undefined) continue;
      if ('block' in read) {
        const refused = this.refusal(at, read.block, draft.vpc);
        if (refused === undefined) draft.routes.push({ to: read.block, via, preference: 0, origin });
        else this.network.builder.addGap({ type: 'route', origin, segments: [], unknown: refused });
        continue;
      }
      const possible = elsewhere(this.network.blocksOf(draft.vpc)).inFamily(family);
      draft.unknownRoutes.push({ via, possible, unknown: read, origin });
    }
    // A prefix list yields to a route that names the same block.
    for (const list of this.network.lists.named(at, 'destination_prefix_list_id')) {
      for (const to of list.blocks) {
        if (this.refusal(at, to, draft.vpc) === undefined)
          draft.routes.push({ to, via, preference: 1, origin });
      }
      const { least, most, unknowns } = list.addresses;
      const [cause] = unknowns;
      if (cause === undefined) continue;
      const possible = most.subtract(least).intersect(elsewhere(this.network.blocksOf(draft.vpc)));
      draft.unknownRoutes.push({ via, possible, unknown: cause, origin });
    }
  }

  /**
   * Why AWS would refuse a route: its own addresses take none, and inside the VPC a route may be more specific than
   * the local one only for the whole block of a subnet, and only towards a NAT gateway, an interface or an endpoint.
   */
  private refusal(at: Attributes, to: Cidr, vpc: Vpc): Unknown | undefined {
    const reserved = unroutable.find((block) => block.contains(to));
    if (reserved !== undefined) return leftOut(at.key('route'), `no route can hold ${to.toString()}`);
    if (vpc.outside !== undefined || this.hops.isLocal(at)) return undefined;
    const around = vpc.blocks.find((block) => block.contains(to));
    if (around === undefined) return undefined;
    const whole =
      around.equals(to) ||
      this.network.subnets.of(vpc).some((subnet) => subnet.blocks.some((block) => block.equals(to)));
    if (whole && this.hops.mayReplaceLocal(at)) return undefined;
    return leftOut(at.key('route'), `${to.toString()} lies inside ${vpc.name}: only the block of a subnet`);
  }

  private associate(association: AwsResource): void {
    const { estate } = this.network;
    const existence = association.existence === undefined ? [] : [association.existence];
    const subnets = estate.named(association, 'subnet_id', subnetTypes);
    const [place] = this.network.subnets.places(subnets).options;
    for (const { draft, unknowns } of this.named(association, 'route_table_id', place?.vpc)) {
      const causes = [...subnets.unknowns, ...existence];
      for (const option of subnets.options) {
        const claim = {
          table: draft.id,
          unknowns: [...unknowns, ...causes],
          held: causes.length === 0,
        };
        const id = idOf(option);
        this.claims.set(id, [...(this.claims.get(id) ?? []), claim]);
      }
      const gateways = estate.named(association, 'gateway_id', ['aws_internet_gateway', 'aws_vpn_gateway']);
      for (const option of gateways.options) this.edges.set(idOf(option), draft.id);
    }
  }

  private associateMain(association: AwsResource): void {
    const vpc = this.network.vpcs.named(this.network.estate.named(association, 'vpc_id', vpcTypes));
    const existence = association.existence === undefined ? [] : [association.existence];
    for (const { draft, unknowns } of this.named(association, 'route_table_id')) {
      const claim = {
        table: draft.id,
        unknowns: [...unknowns, ...existence],
        held: existence.length === 0,
      };
      this.mains.set(vpc.id, [...(this.mains.get(vpc.id) ?? []), claim]);
    }
  }

  private propagate(at: AwsResource, attribute: string, cause: string): void {
    for (const { draft } of this.named(at, attribute)) this.addPropagated(draft, cause, at.origin());
  }

  /** Routes that a gateway learns from the other side: which ones, only that side knows. */
  private addPropagated(draft: Draft, id: string, origin: Origin): void {
    const cause = leftOut(id, `the routes that ${id} learns`);
    draft.unknownRoutes.push({
      via: { kind: 'unknown', unknown: cause },
      possible: elsewhere(this.network.blocksOf(draft.vpc)),
      unknown: cause,
      origin,
    });
  }

  private addEndpointRoute(draft: Draft, endpoint: AwsResource, endpoints: VpcEndpoints): void {
    const via = endpoints.hop(endpoint);
    const { least, most, unknowns } = endpoints.addressesOf(endpoint);
    const origin = endpoint.origin();
    for (const to of least.blocks()) draft.routes.push({ to, via, preference: 1, origin });
    const [cause] = unknowns;
    if (cause === undefined) return;
    const possible = most.subtract(least).subtract(AddressSet.from(this.network.blocksOf(draft.vpc)));
    draft.unknownRoutes.push({ via, possible, unknown: cause, origin });
  }

  /** A route that any table of the VPC of an endpoint may have: which do, only apply tells. */
  private addAnywhere(endpoint: AwsResource, endpoints: VpcEndpoints, cause: Unknown): void {
    const via = endpoints.hop(endpoint);
    const vpc = this.network.vpcs.named(this.network.estate.named(endpoint, 'vpc_id', vpcTypes));
    const possible = endpoints
      .addressesOf(endpoint)
      .most.subtract(AddressSet.from(this.network.blocksOf(vpc)));
    this.defaultOf(vpc);
    for (const draft of this.tables.values()) {
      if (draft.vpc.id !== vpc.id) continue;
      draft.unknownRoutes.push({ via, possible, unknown: cause, origin: endpoint.origin() });
    }
  }

  /** The tables that an attribute, or its items, may name. */
  private named(at: Attributes, attribute: string, vpc?: Vpc) {
    const { each } = this.network.estate.namedAll(at, attribute, tableTypes);
    return each.flatMap((things: Things) =>
      things.options.map((option) => ({ draft: this.draftOf(option, vpc), unknowns: things.unknowns })),
    );
  }

  /** A table that is not part of the input is taken to be one of the VPC of the subnet that has it. */
  private draftOf(thing: Thing, around: Vpc | undefined): Draft {
    const id = idOf(thing);
    const found = this.tables.get(id);
    if (found !== undefined) return found;
    const vpc = this.network.vpcs.get(id);
    if (vpc !== undefined) return this.tables.get(this.defaultOf(vpc))!;
    const cause = thing.kind === 'outside' ? thing.unknown : leftOut(id, `${id}, which is not in this input`);
    const stranger: Things = {
      options: [{ kind: 'outside', id: `VPC of ${id}`, unknown: cause }],
      unknowns: [],
    };
    const place = around ?? this.network.vpcs.named(stranger);
    const origin = { address: id };
    const beyond = elsewhere(this.network.blocksOf(place));
    const draft: Draft = {
      id,
      name: `route table ${id}`,
      vpc: place,
      routes: [],
      unknownRoutes: any(cause, origin).map((route) => ({ ...route, possible: beyond })),
      origin,
    };
    this.tables.set(id, draft);
    return draft;
  }
}

/** Any route at all, to anywhere. */
function any(cause: Unknown | undefined, origin: Origin): UnknownRoute[] {
  return cause === undefined ? [] : [{ via: { kind: 'unknown', unknown: cause }, unknown: cause, origin }];
}

/** Everything outside these blocks: inside them the local route goes before what is learned. */
function elsewhere(blocks: readonly Cidr[]): AddressSet {
  return AddressSet.everything().subtract(AddressSet.from(blocks));
}

/** A route that may not be there: where its packets go otherwise is not told. */
function perhaps(hop: NextHop, cause: Unknown): NextHop {
  return oneOf([hop, { kind: 'unknown', unknown: cause }], cause);
}
