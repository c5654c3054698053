import * as fc from 'fast-check';

/**
 * A random network as plain numbers. Every number is taken modulo what there is to choose from, so that any recipe is
 * a legal network, and a shrunk one too: smaller numbers and shorter lists are simpler networks.
 */
export interface Recipe {
  readonly twoDomains: boolean;
  /** Whether both domains have the same blocks, when nothing connects them. */
  readonly sameBlocks: boolean;
  readonly ipv6: boolean;
  /** Whether the platform serves something in the first domain. */
  readonly services: boolean;
  readonly segments: readonly SegmentRecipe[];
  readonly endpoints: readonly EndpointRecipe[];
  /** Filters that interfaces carry. */
  readonly groups: readonly FilterRecipe[];
  /** Filters on the edges of segments. */
  readonly edges: readonly FilterRecipe[];
  readonly gateway: GatewayRecipe | undefined;
  readonly nat: NatRecipe | undefined;
  readonly egressOnly: { readonly forward: readonly ForwardRecipe[]; readonly tracks: boolean } | undefined;
  readonly host: HostRecipe | undefined;
  readonly peering: readonly ForwardRecipe[] | undefined;
  readonly relay: RelayRecipe | undefined;
  readonly doubts: readonly DoubtRecipe[];
}

export interface SegmentRecipe {
  /** 0 is the first domain. */
  readonly domain: number;
  readonly prefixLength: 28 | 29 | 30;
  readonly peers: boolean;
  /** 0 is no filter. */
  readonly edge: number;
  readonly local: boolean;
  readonly default: Way;
  readonly default6: Way;
  readonly routes: readonly RouteRecipe[];
}

/** Where a route leads; what does not exist drops. */
export type Way =
  'none' | 'gateway' | 'nat' | 'egress-only' | 'host' | 'peering' | 'drop' | 'interface' | 'local';

export interface RouteRecipe {
  readonly to: number;
  readonly way: Way;
  readonly preference: number;
}

export interface EndpointRecipe {
  readonly spread: 'own' | 'replicas' | 'placements';
  /** Segments of its interfaces. */
  readonly interfaces: readonly number[];
  readonly groups: readonly number[];
  readonly accepts: boolean;
  /** Traffic that it takes; absent means everything. */
  readonly takes: number | undefined;
  readonly clientPorts: number;
  /** Whether the gateway translates it one to one. */
  readonly mapped: boolean;
}

export interface FilterRecipe {
  readonly firstMatch: boolean;
  readonly stateful: boolean;
  readonly ingress: readonly RuleRecipe[];
  readonly egress: readonly RuleRecipe[];
  /**
   * What each list ends with: a rule that lets everything pass; rules for a few services and for replies; a rule for
   * the members of a group; or nothing more.
   */
  readonly tail: 'all' | 'services' | 'members' | 'none';
  /** Which services and replies, or which group. */
  readonly tailPick: number;
}

export interface RuleRecipe {
  readonly deny: boolean;
  readonly traffic: number;
  readonly remote: number;
  /** A group whose members it names; absent means it names none. */
  readonly members: number | undefined;
  readonly sourcePorts: number | undefined;
}

export interface GatewayRecipe {
  /** Whether IPv4 passes only under a translation, as stated. */
  readonly translating: boolean;
  /** Routes of its edge table. */
  readonly table: readonly RouteRecipe[] | undefined;
}

export interface NatRecipe {
  readonly segment: number;
  /** Whether its segment may lead elsewhere than to the gateway. */
  readonly astray: boolean;
  /** What it translates and forwards. */
  readonly traffic: number;
  readonly ports: number;
}

export interface ForwardRecipe {
  readonly deny: boolean;
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly source: number | undefined;
  readonly destination: number | undefined;
  readonly traffic: number | undefined;
}

export interface HostRecipe {
  readonly forward: readonly ForwardRecipe[];
  readonly open: boolean;
  /** Whose address it gives to what leaves for the LAN: its own there, its own in a segment, or nobody's. */
  readonly masquerades: 'lan' | 'segment' | 'not';
  /** Whether its own address on the LAN is known. */
  readonly addressed: boolean;
  readonly tracks: boolean;
  /** Whether every segment has a route to the LAN by it. */
  readonly routed: boolean;
  readonly published: readonly {
    readonly destination: number;
    readonly traffic: number;
    readonly endpoint: number;
    readonly shift: number;
    readonly from: number | undefined;
  }[];
}

export interface RelayRecipe {
  readonly endpoint: number;
  readonly target: number;
  readonly listens: number;
  readonly dials: number;
}

/** Something that is not known before apply; `at` and `other` choose what of its kind, `key` whose unknown it is. */
export interface DoubtRecipe {
  readonly kind: Doubt;
  readonly at: number;
  readonly part: number;
  readonly other: number;
  readonly key: number;
}

export const doubts = [
  'traffic',
  'remote',
  'members',
  'worn',
  'crossing',
  'table',
  'hop',
  'unmodelled-hop',
  'route',
  'address',
  'leg-address',
  'static',
  'outside',
] as const;
export type Doubt = (typeof doubts)[number];

export interface RecipeOptions {
  /** What may be unknown. @default - nothing */
  readonly doubts?: readonly Doubt[];
  /** Whether endpoints may have one of several placements, which is unknown as well. @default false */
  readonly placements?: boolean;
  /** @default true */
  readonly ipv6?: boolean;
  readonly mostDoubts?: number;
}

const many = fc.nat({ max: 59 });
/** True in so many of a hundred cases; shrinks to false. */
const rarely = (percent: number) => fc.nat({ max: 99 }).map((roll) => roll >= 100 - percent);
/** True in so many of a hundred cases; shrinks to true. */
const mostly = (percent: number) => rarely(100 - percent).map((not) => !not);
/** There in so many of a hundred cases; shrinks to absent. */
const sometimes = <T>(percent: number, one: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof(
    { withCrossShrink: true },
    { weight: 100 - percent, arbitrary: fc.constant(undefined) },
    { weight: percent, arbitrary: one },
  );

export function anyRecipe(options: RecipeOptions = {}): fc.Arbitrary<Recipe> {
  const { doubts: kinds = [], placements = false, ipv6 = true, mostDoubts = 3 } = options;
  return fc.record({
    twoDomains: rarely(35),
    sameBlocks: rarely(20),
    ipv6: ipv6 ? rarely(40) : fc.constant(false),
    services: rarely(20),
    segments: fc.array(anySegment, { minLength: 2, maxLength: 4 }),
    endpoints: fc.array(anyEndpoint(placements), { minLength: 2, maxLength: 5 }),
    groups: fc.array(anyFilter(false), { minLength: 1, maxLength: 4 }),
    edges: fc.array(anyFilter(true), { maxLength: 3 }),
    gateway: sometimes(
      80,
      fc.record({
        translating: mostly(85),
        table: sometimes(15, fc.array(anyRoute, { maxLength: 2 })),
      }),
    ),
    nat: sometimes(60, fc.record({ segment: many, astray: rarely(15), traffic: many, ports: many })),
    egressOnly: sometimes(
      30,
      fc.record({ forward: fc.array(anyForward, { maxLength: 1 }), tracks: rarely(60) }),
    ),
    host: sometimes(45, anyHost),
    peering: sometimes(60, fc.array(anyForward, { maxLength: 1 })),
    relay: sometimes(20, fc.record({ endpoint: many, target: many, listens: many, dials: many })),
    doubts:
      kinds.length === 0
        ? fc.constant([])
        : fc.array(anyDoubt(kinds), { minLength: 1, maxLength: mostDoubts }),
  });
}

const anyWay: fc.Arbitrary<Way> = fc.oneof(
  { withCrossShrink: true },
  { weight: 1, arbitrary: fc.constant<Way>('none') },
  { weight: 6, arbitrary: fc.constant<Way>('gateway') },
  { weight: 5, arbitrary: fc.constant<Way>('nat') },
  { weight: 2, arbitrary: fc.constant<Way>('egress-only') },
  { weight: 4, arbitrary: fc.constant<Way>('host') },
  { weight: 1, arbitrary: fc.constant<Way>('peering') },
  { weight: 1, arbitrary: fc.constant<Way>('drop') },
  { weight: 1, arbitrary: fc.constant<Way>('interface') },
);

const anyWay6: fc.Arbitrary<Way> = fc.oneof(
  { withCrossShrink: true },
  { weight: 1, arbitrary: fc.constant<Way>('none') },
  { weight: 5, arbitrary: fc.constant<Way>('gateway') },
  { weight: 6, arbitrary: fc.constant<Way>('egress-only') },
  { weight: 2, arbitrary: anyWay },
);

const anyRoute: fc.Arbitrary<RouteRecipe> = fc.record({
  to: many,
  way: fc.oneof({ weight: 4, arbitrary: anyWay }, { weight: 1, arbitrary: fc.constant<Way>('local') }),
  preference: fc.nat({ max: 2 }),
});

const anySegment: fc.Arbitrary<SegmentRecipe> = fc.record({
  domain: fc.nat({ max: 2 }).map((roll) => Math.max(0, roll - 1)),
  prefixLength: fc.constantFrom(28, 29, 30),
  peers: mostly(90),
  edge: fc.nat({ max: 3 }),
  local: mostly(97),
  default: anyWay,
  default6: anyWay6,
  routes: fc.array(anyRoute, { maxLength: 2 }),
});

function anyEndpoint(placements: boolean): fc.Arbitrary<EndpointRecipe> {
  const spreads = ['own', 'own', 'own', 'own', 'replicas'] as const;
  return fc.record({
    spread: fc.constantFrom(...spreads, ...(placements ? (['placements'] as const) : [])),
    interfaces: fc.oneof(
      { weight: 3, arbitrary: fc.array(many, { minLength: 1, maxLength: 1 }) },
      { weight: 1, arbitrary: fc.array(many, { minLength: 2, maxLength: 3 }) },
    ),
    groups: fc.array(many, { maxLength: 2 }),
    accepts: mostly(95),
    takes: sometimes(8, many),
    clientPorts: many,
    mapped: rarely(60),
  });
}

function anyRule(edge: boolean): fc.Arbitrary<RuleRecipe> {
  return fc.record({
    deny: rarely(35),
    traffic: many,
    remote: many,
    members: sometimes(edge ? 5 : 30, many),
    sourcePorts: sometimes(edge ? 20 : 8, many),
  });
}

function anyFilter(edge: boolean): fc.Arbitrary<FilterRecipe> {
  const rules = fc.array(anyRule(edge), { maxLength: edge ? 2 : 3 });
  const tails: fc.WeightedArbitrary<FilterRecipe['tail']>[] = [
    { weight: edge ? 30 : 45, arbitrary: fc.constant('all') },
    { weight: edge ? 55 : 20, arbitrary: fc.constant('services') },
    { weight: edge ? 0 : 20, arbitrary: fc.constant('members') },
    { weight: 10, arbitrary: fc.constant('none') },
  ];
  return fc.record({
    firstMatch: edge ? mostly(90) : rarely(25),
    stateful: edge ? rarely(20) : mostly(90),
    ingress: rules,
    egress: rules,
    tail: fc.oneof({ withCrossShrink: true }, ...tails),
    tailPick: many,
  });
}

const anyForward: fc.Arbitrary<ForwardRecipe> = fc.record({
  deny: rarely(60),
  from: sometimes(50, many),
  to: sometimes(50, many),
  source: sometimes(25, many),
  destination: sometimes(25, many),
  traffic: sometimes(50, many),
});

const anyHost: fc.Arbitrary<HostRecipe> = fc.record({
  forward: fc.array(anyForward, { maxLength: 2 }),
  open: mostly(80),
  masquerades: fc.constantFrom('not', 'lan', 'lan', 'segment'),
  addressed: mostly(70),
  tracks: rarely(15),
  routed: mostly(70),
  published: fc.array(
    fc.record({
      destination: many,
      traffic: many,
      endpoint: many,
      shift: fc.constantFrom(0, 0, 1, -1, 363),
      from: sometimes(30, many),
    }),
    { maxLength: 2 },
  ),
});

function anyDoubt(kinds: readonly Doubt[]): fc.Arbitrary<DoubtRecipe> {
  return fc.record({
    kind: fc.constantFrom(...kinds),
    at: many,
    part: many,
    other: many,
    key: fc.nat({ max: 5 }),
  });
}
