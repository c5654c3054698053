import type { Party } from '../../lib/topology/lookup';
import type {
  Doubt,
  EndpointRecipe,
  FilterRecipe,
  HostRecipe,
  Recipe,
  RuleRecipe,
  SegmentRecipe,
} from './recipe';

/** How to make random networks that are mostly about one thing: what a recipe is changed to, and who is asked about. */
export interface Sharpened {
  readonly recipe: (recipe: Recipe) => Recipe;
  /** @default - any party */
  readonly from?: Party['kind'];
  readonly to?: Party['kind'];
  /** What is asked, as in askedTraffic of palette.ts. @default - any of it */
  readonly traffic?: number;
  /** What may be unknown. @default - as without */
  readonly doubts?: readonly Doubt[];
}

export type Area = keyof typeof areas;

/** Lists that let everything pass. */
const open = (filters: readonly FilterRecipe[]): FilterRecipe[] =>
  filters.map((one) => ({ ...one, ingress: [], egress: [], tail: 'all' }));

/** One domain of IPv4 whose segments deliver, on whose edges nothing stands. */
function plain(recipe: Recipe, segment: Partial<SegmentRecipe> = {}): Recipe {
  const segments = recipe.segments.map((one): SegmentRecipe => ({
    ...one,
    local: true,
    peers: true,
    edge: 0,
    routes: [],
    ...segment,
  }));
  return { ...recipe, twoDomains: false, ipv6: false, services: false, segments, edges: [] };
}

const endpoints = (recipe: Recipe, traits: Partial<EndpointRecipe>): EndpointRecipe[] =>
  recipe.endpoints.map((one) => ({ ...one, accepts: true, takes: undefined, ...traits }));

function hostOf({ host }: Recipe, traits: Partial<HostRecipe>): HostRecipe {
  const usual = { masquerades: 'not', addressed: true, routed: true, published: [] } as const;
  return { ...usual, ...host, forward: [], open: true, tracks: false, ...traits };
}

/** Place of a block in the list that routes choose from: of IPv4 alone, the domain comes first, and then the segments. */
const segmentBlock = (recipe: Recipe, segment: number): number => 1 + (segment % recipe.segments.length);

/** Place among the remotes of rules of the first or second address that interfaces of a segment get. */
const hostRemote = (recipe: Recipe, segment: number, which: number): number =>
  1 + 2 * (1 + recipe.segments.length + 2 * (segment % recipe.segments.length) + (which % 2));

const denying = (rule: RuleRecipe, remote: number): RuleRecipe => ({
  ...rule,
  deny: true,
  remote,
  members: undefined,
  sourcePorts: undefined,
});

/** Filters whose first rules deny what comes from single addresses, and the last lets all pass. */
function picky(recipe: Recipe): FilterRecipe[] {
  const about = (rules: readonly RuleRecipe[]) =>
    rules.map((rule, index) => denying(rule, hostRemote(recipe, rule.remote, index)));
  return recipe.groups.map((one) => ({
    ...one,
    firstMatch: true,
    tail: 'all',
    ingress: about(one.ingress),
    egress: about(one.egress),
  }));
}

export const areas = {
  /** Routes lead to neighbours by a router, and rules name members. */
  aside: {
    from: 'endpoint',
    to: 'endpoint',
    recipe: (recipe) => {
      const base = plain(recipe);
      return {
        ...base,
        host: hostOf(recipe, {}),
        groups: recipe.groups.map((one) => ({ ...one, ingress: [], egress: [], tail: 'members' })),
        segments: base.segments.map((one, index) => ({
          ...one,
          routes: [{ to: segmentBlock(recipe, index + 1), way: 'host', preference: 0 }],
        })),
      };
    },
  },
  /** A table on the edge of the domain steers what comes from the Internet. */
  'edge-table': {
    from: 'zone',
    to: 'endpoint',
    recipe: (recipe) => ({
      ...plain(recipe, { default: 'gateway' }),
      groups: open(recipe.groups),
      endpoints: endpoints(recipe, { mapped: true }),
      gateway: {
        translating: true,
        table: recipe.segments.map((_, index) => ({
          to: segmentBlock(recipe, index),
          way: index % 2 === 0 ? 'drop' : 'interface',
          preference: 0,
        })),
      },
    }),
  },
  /** Everybody leaves by a translator, past edges that let replies back on some ports. */
  translator: {
    to: 'zone',
    recipe: (recipe) => ({
      ...plain(recipe, { default: 'nat', edge: 1 }),
      groups: open(recipe.groups),
      edges: [
        {
          firstMatch: true,
          stateful: false,
          ingress: [],
          egress: [],
          tail: 'services',
          tailPick: recipe.groups[0]!.tailPick,
        },
      ],
      gateway: { translating: true, table: undefined },
      nat: { segment: 0, traffic: 0, ports: 0, ...recipe.nat, astray: false },
    }),
  },
  /** What comes in by one router goes back by another, which remembers flows. */
  tracking: {
    from: 'zone',
    to: 'endpoint',
    recipe: (recipe) => ({
      ...plain(recipe, { default6: 'egress-only' }),
      ipv6: true,
      groups: open(recipe.groups),
      endpoints: endpoints(recipe, {}),
      gateway: { translating: true, table: undefined },
      egressOnly: { forward: [], tracks: true },
    }),
  },
  /** Machines whose filters name single addresses, and the segments in which they stand. */
  neighbours: {
    from: 'segment',
    to: 'endpoint',
    recipe: (recipe) => ({
      ...plain(recipe),
      segments: plain(recipe).segments.slice(0, 2),
      endpoints: endpoints(recipe, { interfaces: [0, 0], spread: 'own' }),
      groups: picky({ ...recipe, segments: recipe.segments.slice(0, 2) }),
    }),
  },
  /** Balancers. */
  relay: {
    to: 'endpoint',
    traffic: 6,
    recipe: (recipe) => ({
      ...plain(recipe),
      groups: open(recipe.groups),
      endpoints: endpoints(recipe, {}),
      relay: { endpoint: 0, target: 1, listens: 0, dials: 1, ...recipe.relay },
    }),
  },
  /** Machines that take no flows, or those of some ports. */
  deaf: {
    to: 'endpoint',
    recipe: (recipe) => ({
      ...plain(recipe),
      groups: open(recipe.groups),
      endpoints: recipe.endpoints.map((one, index) => ({ ...one, accepts: index % 2 === 0 })),
    }),
  },
  /** Segments whose interfaces reach each other over the edge only. */
  apart: {
    from: 'endpoint',
    to: 'endpoint',
    recipe: (recipe) => ({
      ...plain(recipe, { peers: false, edge: 1 }),
      groups: open(recipe.groups),
      endpoints: endpoints(recipe, { interfaces: [0] }),
      edges: [
        {
          firstMatch: true,
          stateful: false,
          ingress: [],
          egress: [],
          tail: 'services',
          tailPick: recipe.groups[0]!.tailPick,
        },
      ],
    }),
  },
  /** Tables that do not deliver in their own domain. */
  undelivered: {
    from: 'endpoint',
    to: 'endpoint',
    recipe: (recipe) => ({
      ...plain(recipe, { local: false, default: 'none' }),
      groups: open(recipe.groups),
      endpoints: endpoints(recipe, {}),
    }),
  },
  /** Ordered rules of which it is not known what they deny. */
  denials: {
    from: 'endpoint',
    to: 'endpoint',
    doubts: ['traffic', 'remote'],
    recipe: (recipe) => ({
      ...plain(recipe),
      endpoints: endpoints(recipe, {}),
      groups: recipe.groups.map((one) => ({
        ...one,
        firstMatch: true,
        tail: 'all',
        ingress: one.ingress.map((rule) => denying(rule, 0)),
        egress: [],
      })),
      doubts: recipe.doubts.map((one) => ({ ...one, part: 3 })),
    }),
  },
} as const satisfies Record<string, Sharpened>;
