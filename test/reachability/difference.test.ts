import { estate } from '../../bench/reach/estate';
import { Address } from '../../lib/addressing/address';
import { AddressSet } from '../../lib/addressing/address-set';
import { allTraffic, tcp, Traffic } from '../../lib/addressing/traffic';
import { difference, type DifferenceRow } from '../../lib/reachability/difference';
import { reach } from '../../lib/reachability/solver';
import { exactly } from '../../lib/topology/bounds';
import type { Filter, Rule } from '../../lib/topology/filter';
import { brandTopology, type Topology } from '../../lib/topology/topology';
import { unknown } from '../../lib/topology/value';
import { network, type Sketch } from '../second-opinion/hand-made';
import { balancedNetwork } from './balanced-network';

const rule = (
  traffic: Traffic,
  addresses: AddressSet,
  name: string,
  action: 'allow' | 'deny' = 'allow',
): Rule => ({
  action,
  traffic: exactly(traffic),
  remote: { addresses: exactly(addresses), members: exactly([]) },
  origin: { address: name },
});
const anyone = AddressSet.everything();

/** `web` and `db` in two segments behind a gateway to the Internet; `web` may send anything, nobody lets anything in. */
const sketch: Sketch = {
  domains: { net: ['10.0.0.0/16'] },
  zones: { internet: ['198.18.0.0/15'] },
  segments: {
    front: { block: '10.0.1.0/24', routes: { '10.0.0.0/16': 'local', '0.0.0.0/0': 'gateway:gateway.in' } },
    back: {
      block: '10.0.2.0/24',
      routes: { '10.0.0.0/16': 'local', '0.0.0.0/0': 'gateway:gateway.in' },
      crossing: 'edge',
    },
  },
  machines: {
    web: { in: 'front', at: '10.0.1.10', filters: ['group'] },
    db: { in: 'back', at: '10.0.2.10', filters: ['own'] },
  },
  filters: {
    group: { egress: [rule(Traffic.everything, anyone, 'group.out')] },
    own: { egress: [rule(Traffic.everything, anyone, 'own.out')] },
    edge: {
      matching: 'first-match',
      stateful: false,
      ingress: [rule(Traffic.everything, anyone, 'edge.in')],
      egress: [rule(Traffic.everything, anyone, 'edge.out')],
    },
  },
  routers: {
    gateway: {
      legs: [
        { id: 'gateway.in', kind: 'domain', domain: 'net' },
        { id: 'gateway.out', kind: 'zone', zone: 'internet', onlyTranslated: [4] },
      ],
    },
  },
};
const base = network(sketch);

function withRule(
  topology: Topology,
  filter: string,
  added: Rule,
  side: 'ingress' | 'egress' = 'ingress',
): Topology {
  const old = topology.filters.get(filter)!;
  return brandTopology({
    ...topology,
    filters: new Map([...topology.filters, [filter, { ...old, [side]: [added, ...old[side]] }]]),
  });
}

function told(before: Topology, after: Topology): readonly string[] {
  return difference(before, after).rows.map(
    ({ change, from, to, on, certain, causes }) =>
      `${change}${certain ? '' : '?'} ${from.join()} -> ${to.join()} ${on.toString()}: ` +
      causes
        .map((one) => `${one.origin.address} ${one.change}${one.confirmed ? '' : ' (together)'}`)
        .join(', '),
  );
}

const entered = withRule(base, 'own', rule(tcp(5432), anyone, 'own.db'));
const mapped = (topology: Topology): Topology => {
  const gateway = topology.routers.get('gateway')!;
  const translation = {
    kind: 'static',
    leg: 'gateway.out',
    interface: 'db',
    inside: 0,
    outside: { address: Address.parse('198.18.0.9'), unknown: undefined },
    certain: true,
    unknowns: [],
    origin: { address: 'public.db' },
  } as const;
  return brandTopology({
    ...topology,
    routers: new Map([...topology.routers, ['gateway', { ...gateway, translations: [translation] }]]),
  });
};

describe('a difference', () => {
  test('of equal networks has no rows', () => expect(difference(base, network(sketch)).rows).toEqual([]));

  test('names the rule that opens, and no other', () =>
    expect(told(base, entered)).toEqual(['opens web -> db tcp/5432: own.db new']));

  test('names the rule whose loss closes', () =>
    expect(told(entered, base)).toEqual(['closes web -> db tcp/5432: own.db removed']));

  test('opens nothing by a rule that another cut makes useless', () => {
    const shut = network({
      ...sketch,
      filters: { ...sketch.filters, edge: { matching: 'first-match', stateful: false } },
    });
    expect(told(shut, withRule(shut, 'own', rule(tcp(5432), anyone, 'own.db')))).toEqual([]);
  });

  test('names two rules together when each is needed for what neither opens alone', () => {
    const quiet = network({ ...sketch, filters: { ...sketch.filters, group: {} } });
    const both = withRule(
      withRule(quiet, 'own', rule(tcp(5432), anyone, 'own.db')),
      'group',
      rule(tcp(5432), anyone, 'group.db'),
      'egress',
    );
    const { rows } = difference(quiet, both);
    expect(rows.map(({ causes }) => causes.map(({ origin }) => origin.address).sort())).toEqual([
      ['group.db', 'own.db'],
    ]);
  });

  test('names a rule that denied and is gone', () => {
    const denied = withRule(entered, 'edge', rule(tcp(5432), anyone, 'edge.deny', 'deny'));
    expect(told(denied, entered)).toEqual(['opens web -> db tcp/5432: edge.deny removed']);
    expect(told(entered, denied)).toEqual(['closes web -> db tcp/5432: edge.deny new']);
  });

  test('names the machine that carries another filter', () => {
    const { machines } = sketch;
    const open = { ingress: [rule(tcp(5432), anyone, 'open.db')] };
    const filters = { ...sketch.filters, open };
    const before = network({ ...sketch, filters });
    const after = network({
      ...sketch,
      filters,
      machines: { ...machines, db: { ...machines['db']!, filters: ['own', 'open'] } },
    });
    expect(told(before, after)).toEqual(['opens web -> db tcp/5432: db changed']);
  });

  test('names the translation that makes an address public, the Internet first', () => {
    const rows = told(entered, mapped(entered));
    expect(rows[0]).toBe('opens internet -> db tcp/5432: public.db new');
    expect(told(base, mapped(base)).filter((row) => row.includes('internet -> db'))).toEqual([]);
  });

  test('names a machine that was not there', () => {
    const alone = network({
      ...sketch,
      machines: { db: sketch.machines['db']! },
      filters: entered.filters.size > 0 ? sketch.filters! : {},
    });
    const before = withRule(alone, 'own', rule(tcp(5432), anyone, 'own.db'));
    expect(told(before, entered)).toEqual(['opens web -> db tcp/5432: web new']);
  });

  test('names a route that leads there', () => {
    const lost = { block: '10.0.1.0/24', routes: { '0.0.0.0/0': 'drop' } };
    const before = withRule(
      network({ ...sketch, segments: { ...sketch.segments, front: lost } }),
      'own',
      rule(tcp(5432), anyone, 'own.db'),
    );
    const [row] = difference(before, entered).rows;
    expect(row).toMatchObject({ change: 'opens', from: ['web'], to: ['db'] });
    expect(row!.causes.map(({ text }) => text)).toContain('route 10.0.0.0/16 to local');
  });

  test('that only apply settles is an alarm and no promise', () => {
    const cause = unknown('var.office', '${var.office}');
    const doubtful = {
      ...rule(tcp(5432), anyone, 'own.db'),
      traffic: { least: Traffic.empty, most: tcp(5432), unknowns: [cause] },
    };
    const perhaps = withRule(base, 'own', doubtful);
    expect(told(base, perhaps)).toEqual(['opens? web -> db tcp/5432: own.db new']);
    // What was only possible was no promise: nothing closes.
    expect(told(perhaps, base)).toEqual([]);
    expect(told(entered, perhaps)[0]).toMatch(/^closes\? web -> db tcp\/5432/);
  });
});

describe('in a company network, one rule more', () => {
  const before = estate({ endpoints: 30, segments: 5, groups: 8, rules: 6 });
  const added = rule(tcp(2222), AddressSet.everything(4), 'added');
  const after = withRule(before, 'group-3', added);

  test('opens exactly what the single questions say', () => {
    const rows = difference(before, after).rows;
    const pairs = new Set(
      rows.flatMap((row) => row.from.flatMap((from) => row.to.map((to) => `${from} ${to}`))),
    );
    const expected = new Set<string>();
    for (const from of before.endpoints.keys()) {
      for (const to of before.endpoints.keys()) {
        if (from === to) continue;
        const [was, is] = [before, after].map((one) => reach(one, { from, to, on: allTraffic() }).mayPass);
        if (!is!.subtract(was!).isEmpty()) expected.add(`${from} ${to}`);
      }
    }
    for (const to of before.endpoints.keys()) {
      const [was, is] = [before, after].map(
        (one) => reach(one, { from: 'internet', to, on: allTraffic() }).mayPass,
      );
      if (!is!.subtract(was!).isEmpty()) expected.add(`internet ${to}`);
    }
    expect(expected.size).toBeGreaterThan(10);
    expect([...pairs].sort()).toEqual([...expected].sort());
  });

  test('is the cause of all that opens', () => {
    const rows: readonly DifferenceRow[] = difference(before, after).rows;
    expect(new Set(rows.map(({ causes }) => causes.map(({ origin }) => origin.address).join()))).toEqual(
      new Set(['added']),
    );
    expect(difference(after, before).rows.every(({ change }) => change === 'closes')).toBe(true);
  });
});

describe('by other ways', () => {
  const balanced = balancedNetwork();
  const shut = withFilter('lb-filter', (filter) => ({ ...filter, ingress: [] }));
  const idle = brandTopology({
    ...balanced,
    relays: new Map([['lb', { ...balanced.relays.get('lb')!, listeners: [] }]]),
  });

  function withFilter(id: string, change: (filter: Filter) => Filter): Topology {
    const filters = new Map([...balanced.filters, [id, change(balanced.filters.get(id)!)]]);
    return brandTopology({ ...balanced, filters });
  }

  test('a rule of the balancer opens what stands behind it', () => {
    const behind = difference(shut, balanced).rows.filter(({ ways }) => ways.length > 0);
    expect(behind.map(({ change, from, to, on }) => [change, from, to, on.toString()])).toEqual([
      ['opens', ['db', 'web'], ['api'], 'tcp/8080'],
    ]);
    expect(behind[0]!.causes.map(({ origin, confirmed }) => [origin.address, confirmed])).toEqual([
      [balanced.filters.get('lb-filter')!.ingress[0]!.origin.address, true],
    ]);
  });

  test('a listener opens its targets, and its loss closes them', () => {
    const [opened] = difference(idle, balanced).rows;
    expect(opened).toMatchObject({ change: 'opens', from: ['db', 'web'], to: ['api'], ways: ['lb'] });
    expect(opened!.causes).toMatchObject([{ origin: { address: 'listener' }, confirmed: true }]);
    expect(difference(balanced, idle).rows).toMatchObject([{ change: 'closes', to: ['api'], ways: ['lb'] }]);
  });

  test('what was open before opens nothing by another way', () => {
    const open = (topology: Topology): Topology =>
      withRule(topology, 'api-filter', rule(tcp(8080), anyone, 'api.open'));
    expect(difference(open(idle), open(balanced)).rows).toEqual([]);
    expect(difference(open(balanced), balanced).rows).toMatchObject([
      { change: 'closes', ways: [], still: ['lb'] },
    ]);
  });

  test('something that is not modelled and may pass flows on is a doubt, and no row', () => {
    const gap = {
      type: 'proxy',
      origin: { address: 'proxy.x' },
      segments: [],
      relays: true,
      unknown: unknown('proxy.x', 'not modelled'),
    };
    const doubtful = brandTopology({ ...balanced, gaps: [gap] });
    expect(difference(balanced, doubtful)).toMatchObject({
      rows: [],
      doubts: [{ change: 'new', origin: { address: 'proxy.x' } }],
    });
    expect(difference(doubtful, balanced).doubts).toMatchObject([{ change: 'removed' }]);
    expect(difference(doubtful, doubtful).doubts).toEqual([]);
    const harmless = brandTopology({ ...balanced, gaps: [{ ...gap, relays: false }] });
    expect(difference(balanced, harmless).doubts).toEqual([]);
  });
});
