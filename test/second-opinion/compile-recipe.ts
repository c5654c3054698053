import { Address } from '../../lib/addressing/address';
import { AddressSet } from '../../lib/addressing/address-set';
import { Cidr } from '../../lib/addressing/cidr';
import { Traffic } from '../../lib/addressing/traffic';
import { exactly } from '../../lib/topology/bounds';
import type { InterfaceAddress } from '../../lib/topology/endpoint';
import type { ForwardRule, Leg, Translation } from '../../lib/topology/router';
import type { NextHop, Route, RouteTable } from '../../lib/topology/route-table';
import type { Topology } from '../../lib/topology/topology';
import { type GivenInterface, type GivenRule, TopologyBuilder } from '../../lib/topology/topology-builder';
import {
  clientPortSets,
  deniedTraffic,
  internet,
  internet6,
  lan,
  outsideBlocks,
  pick,
  pickedPortSets,
  platformServices,
  portedTraffic,
  publishedTraffic,
  replyTraffic,
  ruleTraffic,
  servedTraffic,
  sourcePortSets,
  translatedTraffic,
} from './palette';
import type {
  EndpointRecipe,
  FilterRecipe,
  ForwardRecipe,
  Recipe,
  RouteRecipe,
  RuleRecipe,
  SegmentRecipe,
  Way,
} from './recipe';

const origin = { address: 'random' };

/** The network of a recipe, as everything in it is known; what the recipe doubts is put in afterwards. */
export function compile(recipe: Recipe): Topology {
  return new Compiler(recipe).build();
}

interface PlannedSegment {
  readonly id: string;
  readonly domain: 'a' | 'b';
  readonly blocks: readonly Cidr[];
  readonly recipe: SegmentRecipe;
  /** Addresses at the end of the block, of each family: of the NAT gateway, of the host. */
  readonly natAddress: AddressSet;
  readonly hostAddress: AddressSet;
  /** How many interfaces it has room for. */
  readonly room: number;
}

interface PlannedEndpoint {
  readonly id: string;
  readonly recipe: EndpointRecipe;
  readonly interfaces: readonly (GivenInterface & { readonly domain: 'a' | 'b' })[];
}

class Compiler {
  private readonly recipe: Recipe;
  private readonly domains: readonly ('a' | 'b')[];
  private readonly segments: readonly PlannedSegment[];
  private readonly endpoints: readonly PlannedEndpoint[];
  /** Every block that a rule or a route may name. */
  private readonly blocks: readonly Cidr[];
  private readonly remotes: readonly AddressSet[];
  private readonly builder = new TopologyBuilder();

  constructor(recipe: Recipe) {
    this.recipe = recipe;
    const used = new Set(recipe.segments.map((_, index) => this.domainOf(index)));
    this.domains = [...used].sort();
    this.segments = recipe.segments.map((segment, index) => this.planSegment(segment, index));
    this.endpoints = this.planEndpoints();
    const segmentBlocks = this.segments.flatMap(({ blocks }) => blocks);
    const hosts = segmentBlocks.flatMap((block) =>
      [1, 2].map((offset) => Cidr.of(block.at(offset), block.family === 4 ? 32 : 128)),
    );
    const domainBlocks = this.domains.flatMap((domain) => this.domainBlocks(domain));
    this.blocks = [...domainBlocks, ...segmentBlocks, ...hosts, ...outsideBlocks];
    const everything = AddressSet.everything();
    this.remotes = [everything, ...this.blocks.flatMap((block) => [AddressSet.of(block), everything])];
  }

  build(): Topology {
    const { builder, recipe } = this;
    for (const domain of this.domains) {
      const services = recipe.services && domain === 'a' ? { services: platformServices } : {};
      builder.addDomain({ id: domain, blocks: this.domainBlocks(domain), ...services });
    }
    builder.addZone({ id: 'internet', addresses: internet });
    builder.addZone({ id: 'lan', addresses: lan });
    if (recipe.ipv6) builder.addZone({ id: 'internet6', addresses: internet6 });
    for (const segment of this.segments) this.addSegment(segment);
    for (const { id, recipe: traits, interfaces } of this.endpoints) {
      const { spread, accepts, takes, clientPorts } = traits;
      builder.addEndpoint({
        id,
        type: 'machine',
        spread,
        accepts,
        ...(takes === undefined ? {} : { takes: pick(publishedTraffic, takes) }),
        clientPorts: pick(clientPortSets, clientPorts),
        interfaces: interfaces.map(({ domain: _, ...one }) => one),
      });
    }
    recipe.groups.forEach((group, index) => this.addFilter(`group${index}`, group));
    recipe.edges.forEach((edge, index) => this.addFilter(`edge${index}`, edge));
    this.addGateway();
    this.addNat();
    this.addEgressOnly();
    this.addHost();
    this.addPeering();
    this.addRelay();
    return builder.build();
  }

  private domainOf(segment: number): 'a' | 'b' {
    // The first segment stands in the first domain, so that it is never empty.
    return this.recipe.twoDomains && segment > 0 && this.recipe.segments[segment]!.domain === 1 ? 'b' : 'a';
  }

  private domainBlocks(domain: 'a' | 'b'): readonly Cidr[] {
    const same = this.recipe.sameBlocks && this.recipe.peering === undefined;
    const number = domain === 'a' || same ? 0 : 1;
    const blocks = [Cidr.parse(`10.0.${number}.0/24`)];
    return this.recipe.ipv6 ? [...blocks, Cidr.parse(`fd00:0:0:${number}::/64`)] : blocks;
  }

  private planSegment(recipe: SegmentRecipe, index: number): PlannedSegment {
    const domain = this.domainOf(index);
    const hostBits = 32 - recipe.prefixLength;
    const blocks = this.domainBlocks(domain).map((whole) =>
      Cidr.of(whole.at(16 * index), (whole.family === 4 ? 32 : 128) - hostBits),
    );
    const fromEnd = (offset: number) => AddressSet.from(blocks.map((block) => block.at(-offset)));
    const room = Number(blocks[0]!.size) - 3;
    return { id: `s${index}`, domain, blocks, recipe, natAddress: fromEnd(1), hostAddress: fromEnd(2), room };
  }

  private planEndpoints(): readonly PlannedEndpoint[] {
    const count = new Map<string, number>();
    return this.recipe.endpoints.flatMap((recipe, index): PlannedEndpoint[] => {
      const filters = [...new Set(recipe.groups.map((group) => `group${group % this.recipe.groups.length}`))];
      const interfaces = recipe.interfaces.flatMap((number, position) => {
        const segment = pick(this.segments, number);
        const taken = count.get(segment.id) ?? 0;
        if (taken >= segment.room) return [];
        count.set(segment.id, taken + 1);
        const id = recipe.interfaces.length === 1 ? `e${index}` : `e${index}.${position}`;
        const addresses = segment.blocks.map((block) => own(block.at(taken + 1)));
        return [{ id, segment: segment.id, addresses, filters: exactly(filters), domain: segment.domain }];
      });
      return interfaces.length === 0 ? [] : [{ id: `e${index}`, recipe, interfaces }];
    });
  }

  private addSegment({ id, domain, blocks, recipe, natAddress, hostAddress }: PlannedSegment): void {
    const edges = [null, ...this.recipe.edges.map((_, index) => `edge${index}`)];
    const placeable = AddressSet.of(...blocks)
      .subtract(AddressSet.from(blocks.map(({ first }) => first)))
      .subtract(natAddress)
      .subtract(hostAddress);
    const local = recipe.local ? this.localRoutes(domain) : [];
    const [v4, v6] = [Cidr.parse('0.0.0.0/0'), Cidr.parse('::/0')];
    const { nat, gateway, host } = this.recipe;
    const leadsOn =
      nat?.astray === false && gateway !== undefined && this.natSegment().id === id && domain === 'a';
    const defaults = [
      ...this.routesBy(leadsOn ? 'gateway' : recipe.default, [v4], 0, id, domain),
      ...(this.recipe.ipv6 ? this.routesBy(recipe.default6, [v6], 0, id, domain) : []),
    ];
    const others = recipe.routes.flatMap((route) => this.route(route, id, domain));
    const toLan =
      host?.routed === true && domain === 'a' ? this.routesBy('host', lan.blocks(), 1, id, domain) : [];
    const peers = this.domains.filter((other) => other !== domain);
    const away = peers.flatMap((other) => this.routesBy('peering', this.domainBlocks(other), 0, id, domain));
    this.builder.addTable({
      id: `${id}.table`,
      routes: withoutTies([...local, ...others, ...defaults, ...away, ...toLan]),
    });
    this.builder.addSegment({
      id,
      domain,
      blocks,
      placeable,
      peers: recipe.peers,
      crossing: { options: [pick(edges, recipe.edge)], unknowns: [] },
      table: { options: [`${id}.table`], unknowns: [] },
    });
  }

  private localRoutes(domain: 'a' | 'b'): Route[] {
    return this.domainBlocks(domain).map((to) => ({ to, via: { kind: 'local' }, preference: 0, origin }));
  }

  private route({ to, way, preference }: RouteRecipe, segment: string, domain: 'a' | 'b'): Route[] {
    const block = pick(this.blocks, to);
    return this.routesBy(way, [block], preference, segment, domain);
  }

  private routesBy(
    way: Way,
    to: readonly Cidr[],
    preference: number,
    segment: string,
    domain: 'a' | 'b',
  ): Route[] {
    const via = this.hop(way, segment, domain);
    return via === undefined ? [] : to.map((block) => ({ to: block, via, preference, origin }));
  }

  /** The next hop by which a way leaves a segment; one that does not exist in its domain drops. */
  private hop(way: Way, segment: string, domain: 'a' | 'b'): NextHop | undefined {
    const { gateway, nat, egressOnly, host, peering } = this.recipe;
    const router = (id: string, leg: string): NextHop => ({
      kind: 'router',
      router: id,
      leg: `${id}.${leg}`,
    });
    const none: NextHop = { kind: 'drop', reason: way };
    switch (way) {
      case 'none':
        return undefined;
      case 'local':
        return { kind: 'local' };
      case 'drop':
        return { kind: 'drop', reason: 'blackhole' };
      case 'gateway':
        return gateway !== undefined && domain === 'a' ? router('igw', 'in') : none;
      case 'nat':
        return nat !== undefined && domain === this.natSegment().domain ? router('nat', 'leg') : none;
      case 'egress-only':
        return egressOnly !== undefined && domain === 'a' ? router('eigw', 'in') : none;
      case 'host':
        return host !== undefined && domain === 'a' ? router('host', segment) : none;
      case 'peering':
        return peering !== undefined && this.domains.length === 2 ? router('peering', domain) : undefined;
      case 'interface': {
        const inDomain = this.endpoints.flatMap(({ interfaces }) => interfaces);
        const some = inDomain.find((one) => one.domain === domain);
        return some === undefined ? none : { kind: 'interface', interface: some.id };
      }
    }
  }

  private addFilter(id: string, recipe: FilterRecipe): void {
    const { stateful, ingress, egress } = recipe;
    const rules = (given: readonly RuleRecipe[]): GivenRule[] => [
      ...given.map((rule) => this.rule(rule, recipe.firstMatch)),
      ...this.tail(recipe),
    ];
    this.builder.addFilter({
      id,
      matching: recipe.firstMatch ? 'first-match' : 'union',
      stateful,
      ingress: rules(ingress),
      egress: rules(egress),
    });
  }

  private tail({ tail, tailPick }: FilterRecipe): readonly GivenRule[] {
    const everything = AddressSet.everything();
    const allow = (traffic: Traffic, remote = everything, members: readonly string[] = []): GivenRule => ({
      action: 'allow',
      traffic: exactly(traffic),
      remote: { addresses: exactly(remote), members: exactly(members) },
    });
    switch (tail) {
      case 'all':
        return [allow(Traffic.everything)];
      case 'services':
        return [allow(pick(servedTraffic, tailPick)), allow(pick(replyTraffic, tailPick))];
      case 'members':
        return [
          allow(Traffic.everything, AddressSet.empty, [`group${tailPick % this.recipe.groups.length}`]),
        ];
      case 'none':
        return [];
    }
  }

  private rule(recipe: RuleRecipe, mayDeny: boolean): GivenRule {
    const { traffic, remote, members, sourcePorts } = recipe;
    const deny = mayDeny && recipe.deny;
    const named = members === undefined ? [] : [`group${members % this.recipe.groups.length}`];
    const kinds = deny ? deniedTraffic : sourcePorts === undefined ? ruleTraffic : portedTraffic;
    // A rule that looks at the source port is about packets that have one.
    const ported = Traffic.parse('tcp, udp');
    const chosen = pick(kinds, traffic);
    return {
      action: deny ? 'deny' : 'allow',
      traffic: exactly(sourcePorts === undefined ? chosen : chosen.intersect(ported)),
      ...(sourcePorts === undefined ? {} : { sourcePorts: pick(sourcePortSets, sourcePorts) }),
      remote: {
        addresses: exactly(named.length > 0 ? AddressSet.empty : pick(this.remotes, remote)),
        members: exactly(named),
      },
    };
  }

  private addGateway(): void {
    const { gateway, nat } = this.recipe;
    if (gateway === undefined) return;
    const table = gateway.table === undefined ? undefined : this.edgeTable(gateway.table);
    const legs: Leg[] = [
      { id: 'igw.in', kind: 'domain', domain: 'a', ...(table === undefined ? {} : { table }) },
      {
        id: 'igw.out',
        kind: 'zone',
        zone: 'internet',
        ...(gateway.translating ? { onlyTranslated: [4] } : {}),
      },
      ...(this.recipe.ipv6 ? [{ id: 'igw.out6', kind: 'zone', zone: 'internet6' } as const] : []),
    ];
    const ids = this.endpoints
      .filter(({ recipe }) => recipe.mapped)
      .flatMap(({ interfaces }) => interfaces.filter(({ domain }) => domain === 'a').map(({ id }) => id));
    if (nat !== undefined && this.natSegment().domain === 'a') ids.push('nat.leg');
    const translations = ids.map((id, index): Translation => {
      const address = Address.parse('203.0.113.4').plus(index);
      const outside = { address, unknown: undefined };
      return {
        kind: 'static',
        leg: 'igw.out',
        interface: id,
        inside: 0,
        outside,
        certain: true,
        unknowns: [],
        origin,
      };
    });
    this.builder.addRouter({ id: 'igw', legs, forward: [{ action: 'allow', origin }], translations });
  }

  /** An edge table has a local route for what its extra routes do not steer. */
  private edgeTable(extra: readonly RouteRecipe[]): RouteTable {
    const steering = extra.filter(
      ({ way }) => way !== 'gateway' && way !== 'egress-only' && way !== 'peering',
    );
    const routes = steering.flatMap((route) => this.route(route, 's0', 'a'));
    return {
      id: 'igw.table',
      name: 'igw.table',
      routes: withoutTies([...this.localRoutes('a'), ...routes]),
      unknownRoutes: [],
      origin,
    };
  }

  private natSegment(): PlannedSegment {
    return pick(this.segments, this.recipe.nat?.segment ?? 0);
  }

  private addNat(): void {
    const { nat } = this.recipe;
    if (nat === undefined) return;
    const { id, natAddress } = this.natSegment();
    const traffic = pick(translatedTraffic, nat.traffic);
    this.builder.addRouter({
      id: 'nat',
      legs: [{ id: 'nat.leg', kind: 'segment', segment: id, address: exactly(natAddress) }],
      forward: [{ action: 'allow', origin }],
      translations: [
        {
          kind: 'source',
          leg: 'nat.leg',
          source: AddressSet.everything(),
          ...(traffic === undefined ? {} : { traffic }),
          to: 'nat.leg',
          ports: pick(pickedPortSets, nat.ports),
          origin,
        },
      ],
    });
  }

  private addEgressOnly(): void {
    const { egressOnly, ipv6 } = this.recipe;
    if (egressOnly === undefined) return;
    const legs: Leg[] = [
      { id: 'eigw.in', kind: 'domain', domain: 'a' },
      { id: 'eigw.out', kind: 'zone', zone: ipv6 ? 'internet6' : 'internet' },
    ];
    const out: ForwardRule = { action: 'allow', from: ['eigw.in'], to: ['eigw.out'], origin };
    const forward = [...egressOnly.forward.map((rule) => this.forward(rule, legs)), out];
    this.builder.addRouter({ id: 'eigw', legs, forward, tracks: egressOnly.tracks });
  }

  private forward(recipe: ForwardRecipe, legs: readonly Leg[]): ForwardRule {
    const { deny, from, to, source, destination, traffic } = recipe;
    const leg = (number: number) => [pick(legs, number).id];
    return {
      action: deny ? 'deny' : 'allow',
      ...(from === undefined ? {} : { from: leg(from) }),
      ...(to === undefined ? {} : { to: leg(to) }),
      ...(source === undefined ? {} : { source: pick(this.remotes, source) }),
      ...(destination === undefined ? {} : { destination: pick(this.remotes, destination) }),
      ...(traffic === undefined ? {} : { traffic: pick(ruleTraffic, traffic) }),
      origin,
    };
  }

  private addHost(): void {
    const { host } = this.recipe;
    if (host === undefined) return;
    const near = this.segments.filter(({ domain }) => domain === 'a');
    const onLan = AddressSet.of(Address.parse('192.0.2.10'));
    const inside = near[0]!.hostAddress.inFamily(4);
    // Now and then it takes what is meant for a whole segment.
    const doors = [onLan, inside, onLan, inside, AddressSet.of(near.at(-1)!.blocks[0]!)];
    const legs: Leg[] = [
      ...near.map(
        ({ id, hostAddress }) =>
          ({ id: `host.${id}`, kind: 'segment', segment: id, address: exactly(hostAddress) }) as const,
      ),
      {
        id: 'host.lan',
        kind: 'zone',
        zone: 'lan',
        ...(host.addressed ? { address: exactly(onLan) } : {}),
      },
    ];
    const targets = this.endpoints.flatMap(({ interfaces }) =>
      interfaces.filter(({ domain }) => domain === 'a'),
    );
    const published = targets.length === 0 ? [] : host.published;
    const translations = published.map(({ destination, traffic, endpoint, shift, from }): Translation => ({
      kind: 'destination',
      destination: pick(doors, destination),
      traffic: pick(publishedTraffic, traffic),
      interface: pick(targets, endpoint).id,
      inside: 0,
      shift,
      ...(from === undefined ? {} : { from: [pick(legs, from).id] }),
      origin,
    }));
    if (host.masquerades !== 'not') {
      translations.push({
        kind: 'source',
        leg: 'host.lan',
        source: AddressSet.of(...this.domainBlocks('a')),
        to: host.masquerades === 'lan' ? 'host.lan' : legs[0]!.id,
        ports: pick(pickedPortSets, 0),
        origin,
      });
    }
    const rest: ForwardRule[] = host.open ? [{ action: 'allow', origin }] : [];
    const forward = [...host.forward.map((rule) => this.forward(rule, legs)), ...rest];
    this.builder.addRouter({ id: 'host', legs, forward, translations, tracks: host.tracks });
  }

  private addPeering(): void {
    const { peering } = this.recipe;
    if (peering === undefined || this.domains.length < 2) return;
    const legs = this.domains.map((domain): Leg => ({ id: `peering.${domain}`, kind: 'domain', domain }));
    const forward = [
      ...peering.map((rule) => this.forward(rule, legs)),
      { action: 'allow', origin } as const,
    ];
    this.builder.addRouter({ id: 'peering', legs, forward });
  }

  private addRelay(): void {
    const { relay } = this.recipe;
    if (relay === undefined || this.endpoints.length === 0) return;
    const target = {
      to: { endpoint: pick(this.endpoints, relay.target).id },
      traffic: pick(publishedTraffic, relay.dials),
      sourceSeen: 'relay',
      ports: pick(pickedPortSets, 0),
      origin,
    } as const;
    const listener = { traffic: pick(publishedTraffic, relay.listens), targets: exactly([target]), origin };
    this.builder.addRelay({
      id: 'relay',
      endpoint: pick(this.endpoints, relay.endpoint).id,
      listeners: [listener],
    });
  }
}

function own(address: Address): InterfaceAddress {
  return { family: address.family, possible: AddressSet.of(address), unknown: undefined };
}

/** Equal prefixes with equal preference have no winner: the first stays. */
function withoutTies(routes: readonly Route[]): readonly Route[] {
  const firsts = new Map<string, Route>();
  for (const route of routes) {
    const key = `${route.to.toString()} ${route.preference}`;
    if (!firsts.has(key)) firsts.set(key, route);
  }
  return [...firsts.values()];
}
