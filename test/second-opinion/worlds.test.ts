import { Address } from '../../lib/addressing/address';
import { between } from '../../lib/topology/bounds';
import type { Interface } from '../../lib/topology/endpoint';
import type { Rule } from '../../lib/topology/filter';
import type { Router } from '../../lib/topology/router';
import type { NextHop, RouteTable } from '../../lib/topology/route-table';
import type { Segment } from '../../lib/topology/segment';
import type { Topology } from '../../lib/topology/topology';
import { unknown } from '../../lib/topology/value';
import { addresses, allow, domainLeg, mapped, network, zoneLeg } from './hand-made';
import { worldsOf } from './worlds';

const known = network({
  segments: {
    front: { block: '10.0.0.0/29', crossing: 'edge', routes: { '10.0.0.0/24': 'local' } },
    back: { block: '10.0.0.16/29', routes: { '10.0.0.0/24': 'local', '203.0.113.0/24': 'drop' } },
  },
  machines: {
    web: { in: 'front', at: '10.0.0.4', filters: ['web'] },
    shop: { in: 'front', at: '10.0.0.5', filters: ['shop'] },
  },
  filters: {
    web: { ingress: [allow('tcp/443', '10.0.0.16/29')] },
    shop: { ingress: [allow('tcp/443', '10.0.0.16/29')], egress: [allow('any', '10.0.0.2')] },
    edge: { matching: 'first-match' },
  },
  zones: { internet: ['203.0.113.0/24'] },
  routers: {
    igw: {
      legs: [domainLeg('in', 'net'), zoneLeg('out', 'internet', [4])],
      translations: [mapped('out', 'web', '203.0.113.4')],
    },
  },
});

const cause = (key: string) => unknown(key, `\${${key}}`);

type Kinds = 'segments' | 'filters' | 'tables' | 'routers' | 'endpoints';
type PartOf<K extends Kinds> = Topology[K] extends ReadonlyMap<string, infer P> ? P : never;

function changed<K extends Kinds>(
  topology: Topology,
  kind: K,
  id: string,
  change: (part: PartOf<K>) => Partial<PartOf<K>>,
): Topology {
  const parts = topology[kind] as ReadonlyMap<string, PartOf<K>>;
  const part = parts.get(id)!;
  return { ...topology, [kind]: new Map(parts).set(id, { ...part, ...change(part) }) };
}

const withRule = (topology: Topology, filter: string, change: (rule: Rule) => Partial<Rule>) =>
  changed(topology, 'filters', filter, ({ ingress: [rule] }) => ({
    ingress: [{ ...rule!, ...change(rule!) }],
  }));
const withInterface = (topology: Topology, id: string, change: (one: Interface) => Partial<Interface>) =>
  changed(topology, 'endpoints', id, ({ interfaces: [one] }) => ({
    interfaces: [{ ...one!, ...change(one!) }],
  }));
const withSegment = (id: string, change: (segment: Segment) => Partial<Segment>) =>
  changed(known, 'segments', id, change);
const withTable = (id: string, change: (table: RouteTable) => Partial<RouteTable>) =>
  changed(known, 'tables', id, change);
const withRouter = (change: (router: Router) => Partial<Router>) => changed(known, 'routers', 'igw', change);

/** A property of each world, as text, sorted. */
function each(topology: Topology, property: (world: Topology) => unknown): readonly string[] {
  return worldsOf(topology)
    .worlds.map((world) => JSON.stringify(property(world)))
    .sort();
}

const remotesOf = (world: Topology) =>
  ['web', 'shop'].map((id) => world.filters.get(id)!.ingress[0]!.remote.addresses.least.toString());
const addressOf = (world: Topology, id: string) =>
  world.endpoints.get(id)!.interfaces[0]?.addresses[0]!.possible.toString();

test('what is known is its own and only world', () => {
  const { worlds, complete } = worldsOf(known);
  expect(worlds).toHaveLength(1);
  expect(worlds[0]).toBe(known);
  expect(complete).toBe(true);
});

describe('sets between bounds', () => {
  const bounds = (...keys: string[]) =>
    between(addresses('10.0.0.16/29'), addresses('0.0.0.0/0'), keys.map(cause));
  const open = (topology: Topology, filter: string, key: string) =>
    withRule(topology, filter, (rule) => ({ remote: { ...rule.remote, addresses: bounds(key) } }));

  test('are the least and the most of them', () => {
    expect(each(open(known, 'web', 'var.a'), remotesOf)).toEqual([
      '["0.0.0.0/0","10.0.0.16/29"]',
      '["10.0.0.16/29","10.0.0.16/29"]',
    ]);
  });

  test('with one cause and equal bounds are the same, and with two causes are not', () => {
    const same = open(open(known, 'web', 'var.a'), 'shop', 'var.a');
    const apart = open(open(known, 'web', 'var.a'), 'shop', 'var.b');
    expect(each(same, remotesOf)).toEqual(['["0.0.0.0/0","0.0.0.0/0"]', '["10.0.0.16/29","10.0.0.16/29"]']);
    expect(each(apart, remotesOf)).toHaveLength(4);
  });

  test('that differ in few pieces are also each piece alone', () => {
    const pieces = between(addresses('10.0.0.16/29'), addresses('10.0.0.16/29', '10.9.0.1', '10.9.0.9'), [
      cause('a'),
    ]);
    const topology = withRule(known, 'web', (rule) => ({ remote: { ...rule.remote, addresses: pieces } }));
    expect(each(topology, (world) => remotesOf(world)[0])).toEqual([
      '"10.0.0.16/29"',
      '"10.0.0.16/29, 10.9.0.1"',
      '"10.0.0.16/29, 10.9.0.1, 10.9.0.9"',
      '"10.0.0.16/29, 10.9.0.9"',
    ]);
  });

  test('of filters on an interface are never empty when there may be some', () => {
    const worn = (least: string[]) =>
      withInterface(known, 'web', () => ({ filters: between(least, [...least, 'shop'], [cause('a')]) }));
    const filters = (world: Topology) => world.endpoints.get('web')!.interfaces[0]!.filters.least;
    expect(each(worn([]), filters)).toEqual(['["shop"]']);
    expect(each(worn(['web']), filters)).toEqual(['["web","shop"]', '["web"]']);
  });
});

describe('addresses that are not known', () => {
  const open = (topology: Topology, id: string, ...texts: string[]) =>
    withInterface(topology, id, () => ({
      addresses: [{ family: 4, possible: addresses(...texts), unknown: cause(`${id}.private_ip`) }],
    }));

  test('are one of each kind that a rule tells apart, and never what somebody else has', () => {
    expect(each(open(known, 'web', '10.0.0.0/29'), (world) => addressOf(world, 'web'))).toEqual([
      '"10.0.0.0"',
      '"10.0.0.2"',
    ]);
    expect(each(open(known, 'web', '10.0.0.5', '10.0.0.6'), (world) => addressOf(world, 'web'))).toEqual([
      '"10.0.0.6"',
    ]);
  });

  test('are never the same for two', () => {
    const both = open(open(known, 'web', '10.0.0.1', '10.0.0.2'), 'shop', '10.0.0.1', '10.0.0.2');
    expect(each(both, (world) => [addressOf(world, 'web'), addressOf(world, 'shop')])).toEqual([
      '["10.0.0.1","10.0.0.2"]',
      '["10.0.0.2","10.0.0.1"]',
    ]);
  });
});

describe('placements', () => {
  const placed = (spread: 'placements' | 'replicas') =>
    changed(known, 'endpoints', 'web', ({ interfaces: [one] }) => ({
      spread,
      interfaces: [one!, { ...one!, id: 'web.back', segment: 'back', addresses: [own('10.0.0.20')] }],
    }));
  const own = (text: string) => ({ family: 4, possible: addresses(text), unknown: undefined }) as const;

  test('are one interface at a time, and what is translated for the other is gone', () => {
    const found = each(placed('placements'), (world) => [
      world.endpoints.get('web')!.interfaces.map(({ id }) => id),
      world.routers.get('igw')!.translations.length,
    ]);
    expect(found).toEqual(['[["web"],1]', '[["web.back"],0]']);
  });

  test('are not what replicas are: those all exist', () => {
    expect(worldsOf(placed('replicas')).worlds).toHaveLength(1);
  });
});

describe('translations', () => {
  const translation = (change: object) =>
    withRouter(({ translations }) => ({ translations: translations.map((one) => ({ ...one, ...change })) }));

  test('that are not certain are there or not', () => {
    const perhaps = translation({ certain: false, unknowns: [cause('a')] });
    expect(each(perhaps, (world) => world.routers.get('igw')!.translations.length)).toEqual(['0', '1']);
  });

  test('whose outside address is not known have one of the zone', () => {
    const hidden = translation({ outside: { address: undefined, unknown: cause('a') } });
    const outside = each(hidden, (world) => {
      const [one] = world.routers.get('igw')!.translations;
      return one?.kind === 'static' ? one.outside.address : undefined;
    });
    expect(outside).toEqual(['"203.0.113.255"']);
    expect(addresses('203.0.113.0/24').contains(Address.parse('203.0.113.255'))).toBe(true);
  });
});

describe('choices', () => {
  const options: readonly NextHop[] = [{ kind: 'local' }, { kind: 'drop', reason: 'blackhole' }];
  const undecided = (key: string): NextHop => ({ kind: 'one-of', options, unknown: cause(key) });
  const hops = (world: Topology) => world.tables.get('back.table')!.routes.map(({ via }) => via.kind);
  const routed = (first: NextHop, second: NextHop) =>
    withTable('back.table', ({ routes: [one, other] }) => ({
      routes: [
        { ...one!, via: first },
        { ...other!, via: second },
      ],
    }));

  test('of filters and of tables are made one way or the other', () => {
    const edges = withSegment('front', () => ({
      crossing: { options: [null, 'edge'], unknowns: [cause('a')] },
    }));
    expect(each(edges, (world) => world.segments.get('front')!.crossing.options)).toEqual([
      '["edge"]',
      '[null]',
    ]);
    const tables = withSegment('front', () => ({
      table: { options: ['front.table', 'back.table'], unknowns: [cause('a')] },
    }));
    expect(each(tables, (world) => world.segments.get('front')!.table.options)).toEqual([
      '["back.table"]',
      '["front.table"]',
    ]);
  });

  test('of next hops with one cause are made together, and with two are not', () => {
    expect(each(routed(undecided('a'), undecided('a')), hops)).toEqual([
      '["drop","drop"]',
      '["local","local"]',
    ]);
    expect(each(routed(undecided('a'), undecided('b')), hops)).toHaveLength(4);
  });

  test('of a next hop that is not modelled are never all that may be', () => {
    const { worlds, complete } = worldsOf(
      routed({ kind: 'local' }, { kind: 'unknown', unknown: cause('a') }),
    );
    expect(worlds.map(hops)).toEqual([
      ['local', 'drop'],
      ['local', 'local'],
    ]);
    expect(complete).toBe(false);
  });

  test('of a route to somewhere are nowhere, everywhere, or any block that is written', () => {
    const via: NextHop = { kind: 'drop', reason: 'blackhole' };
    const open = (possible: object) =>
      withTable('front.table', (table) => ({
        unknownRoutes: [{ via, unknown: cause('a'), origin: table.origin, ...possible }],
      }));
    const routes = (world: Topology) =>
      world.tables.get('front.table')!.routes.map(({ to }) => to.toString());
    expect(each(open({}), routes)).toEqual([
      '["0.0.0.0/0","10.0.0.0/24"]',
      '["10.0.0.0/24"]',
      '["10.0.0.0/29","10.0.0.0/24"]',
      '["10.0.0.16/29","10.0.0.0/24"]',
      '["203.0.113.0/24","10.0.0.0/24"]',
    ]);
    expect(each(open({ possible: addresses('10.0.0.16/28') }), routes)).toEqual([
      '["10.0.0.0/24"]',
      '["10.0.0.16/29","10.0.0.0/24"]',
    ]);
  });
});

test('too many worlds are the most restrictive, the most permissive, and some between', () => {
  const keys = ['a', 'b', 'c', 'd', 'e'];
  const rule = known.filters.get('web')!.ingress[0]!;
  const doubted = changed(known, 'filters', 'web', () => ({
    ingress: keys.map((key) => ({
      ...rule,
      remote: {
        ...rule.remote,
        addresses: between(addresses('10.0.0.16/29'), addresses('10.0.0.16/28'), [cause(key)]),
      },
    })),
  }));
  const open = (world: Topology) =>
    world.filters.get('web')!.ingress.filter(({ remote }) => remote.addresses.least.size === 16n).length;
  const some = worldsOf(doubted, 8);
  expect(some.complete).toBe(false);
  expect(some.worlds.length).toBeLessThanOrEqual(8);
  expect(some.worlds.map(open)).toEqual(expect.arrayContaining([0, 5]));
  const all = worldsOf(doubted, 32);
  expect(all.complete).toBe(true);
  expect(all.worlds).toHaveLength(32);
});
