import { AddressSet } from '../../lib/addressing/address-set';
import { Traffic } from '../../lib/addressing/traffic';
import { worldLimit } from '../../lib/reachability/investigation';
import { reach } from '../../lib/reachability/solver';
import type { Verdict } from '../../lib/reachability/verdict';
import { between, exactly } from '../../lib/topology/bounds';
import type { GivenInterface } from '../../lib/topology/topology-builder';
import type { NextHop, UnknownRoute } from '../../lib/topology/route-table';
import type { Topology } from '../../lib/topology/topology';
import { unknown } from '../../lib/topology/value';
import {
  allow,
  anyone,
  at,
  block,
  deny,
  machine,
  remote,
  rule,
  set,
  table,
  threeSegments,
} from './three-segments';

const key = unknown('var.x', '${var.x}');

function ask(topology: Topology, from: string, to: string, on: string): Verdict {
  return reach(topology, { from, to, on: Traffic.parse(on) });
}

/** Kind of the answer, with the keys that would settle it. */
function told(topology: Topology, from: string, to: string, on: string): string {
  const { kind, unknowns } = ask(topology, from, to, on);
  return [kind, ...unknowns.map((one) => one.key)].join(' ');
}

describe('a choice that the input cannot tell', () => {
  /** `lone` in a segment with one of these tables. */
  function withTables(...tables: readonly string[]): Topology {
    return threeSegments()
      .addSegment({
        id: 'loose',
        domain: 'net',
        blocks: [block('10.0.6.0/24')],
        table: { options: tables, unknowns: tables.length > 1 ? [key] : [] },
      })
      .addEndpoint(machine('lone', 'loose', '10.0.6.10'))
      .build();
  }

  test('of a route table matters to what the tables treat differently, and to nothing else', () => {
    const either = withTables('middle-table', 'back-table');
    expect(told(either, 'lone', 'internet', 'tcp/443')).toBe('unknown var.x');
    expect(told(either, 'lone', 'web', 'tcp/443')).toBe('reachable');
    expect(told(either, 'lone', 'web', 'tcp/80')).toBe('blocked');
    expect(told(withTables('middle-table'), 'lone', 'internet', 'tcp/443')).toBe('reachable');
    expect(told(withTables('back-table'), 'lone', 'internet', 'tcp/443')).toBe('blocked');
  });

  test('of an edge filter is open only where the filters differ', () => {
    const topology = threeSegments()
      .addFilter({
        id: 'shut',
        matching: 'first-match',
        stateful: true,
        ingress: [allow('tcp/22', anyone)],
        egress: [],
      })
      .addSegment({
        id: 'loose',
        domain: 'net',
        blocks: [block('10.0.6.0/24')],
        table: table('middle-table'),
        crossing: { options: [null, 'shut'], unknowns: [key] },
      })
      .addEndpoint(machine('lone', 'loose', '10.0.6.10'))
      .build();
    expect(told(topology, 'api', 'lone', 'tcp/22')).toBe('reachable');
    expect(told(topology, 'api', 'lone', 'tcp/23')).toBe('unknown var.x');
    expect(ask(topology, 'api', 'lone', 'tcp/22-23')).toMatchObject({ kind: 'unknown' });
    expect(String(ask(topology, 'api', 'lone', 'tcp/22-23').passes)).toBe('tcp/22');
  });

  test('with one key and equal options is made once for all', () => {
    const options = { options: ['middle-table', 'back-table'], unknowns: [key] };
    const oneOf: NextHop = {
      kind: 'one-of',
      options: [{ kind: 'local' }, { kind: 'drop', reason: 'blackhole' }],
      unknown: unknown('var.hop', ''),
    };
    const topology = threeSegments()
      .addTable({ id: 'there', routes: [{ to: block('10.0.0.0/16'), via: oneOf }] })
      .addTable({ id: 'here', routes: [{ to: block('10.0.0.0/16'), via: oneOf }] })
      .addSegment({ id: 'a', domain: 'net', blocks: [block('10.0.6.0/24')], table: table('here') })
      .addSegment({ id: 'b', domain: 'net', blocks: [block('10.0.7.0/24')], table: table('there') })
      .addSegment({ id: 'c', domain: 'net', blocks: [block('10.0.8.0/24')], table: options })
      .addEndpoint(machine('in-a', 'a', '10.0.6.10'))
      .addEndpoint(machine('in-b', 'b', '10.0.7.10'))
      .build();
    const verdict = ask(topology, 'in-a', 'in-b', 'tcp/1');
    expect(verdict.unknowns.map((one) => one.key)).toEqual(['var.hop']);
    // In a world where the first packet is delivered, the reply is too: two worlds, not four.
    expect(new Set(verdict.trace().map(({ cuts }) => cuts.length))).toEqual(new Set([0, 1]));
  });

  test('of which there are more than are tried one by one makes the answer unknown', () => {
    const many = (routes: number): Topology => {
      const unknownRoutes = Array.from({ length: routes }, (_, index): UnknownRoute => ({
        via: { kind: 'drop', reason: 'blackhole' },
        unknown: unknown(`var.block${index}`, ''),
        origin: { address: 'route' },
      }));
      return threeSegments()
        .addTable({
          id: 'murky',
          routes: [{ to: block('10.0.0.0/16'), via: { kind: 'drop', reason: 'blackhole' } }],
          unknownRoutes,
        })
        .addSegment({ id: 'fog', domain: 'net', blocks: [block('10.0.6.0/24')], table: table('murky') })
        .addEndpoint(machine('lone', 'fog', '10.0.6.10'))
        .build();
    };
    expect(told(many(20), 'lone', 'web', 'tcp/443')).toBe('blocked');
    expect(worldLimit).toBeGreaterThan(20);
    const verdict = ask(many(70), 'lone', 'web', 'tcp/443');
    expect([verdict.kind, String(verdict.passes), String(verdict.mayPass)]).toEqual([
      'unknown',
      'nothing',
      'tcp/443',
    ]);
    expect(verdict.unknowns.length).toBeGreaterThan(0);
    expect(verdict.trace()[0]!.cuts.map(({ reason }) => reason)).toContain('too-many-worlds');
    expect(
      ask(many(20), 'lone', 'web', 'tcp/443')
        .trace()[0]!
        .cuts.map(({ reason }) => reason),
    ).not.toContain('too-many-worlds');
  });
});

describe('a route', () => {
  const via = (hop: NextHop, to = '10.0.3.0/28'): Topology =>
    threeSegments()
      .addTable({
        id: 'special',
        routes: [
          { to: block('10.0.0.0/16'), via: { kind: 'local' } },
          { to: block(to), via: hop },
        ],
      })
      .addFilter({ id: 'only-443', matching: 'union', stateful: true, ingress: [allow('tcp/443', anyone)] })
      .addSegment({ id: 'side', domain: 'net', blocks: [block('10.0.6.0/24')], table: table('special') })
      .addSegment({ id: 'beyond', domain: 'net', blocks: [block('10.0.7.0/24')], table: table('back-table') })
      .addEndpoint(machine('lone', 'side', '10.0.6.10'))
      .addEndpoint(machine('goal', 'beyond', '10.0.7.10', ['only-443']))
      .addEndpoint({
        ...machine('fence', 'middle', '10.0.2.30'),
        interfaces: [{ id: 'fence.0', segment: 'middle', addresses: [at('10.0.2.30')], forwards: true }],
      })
      .build();

  test('to what is not modelled leaves open what the target would take, and nothing more', () => {
    const topology = via({ kind: 'unknown', unknown: unknown('aws_thing.x', '') }, '10.0.7.0/24');
    expect(told(topology, 'lone', 'goal', 'tcp/443')).toBe('unknown aws_thing.x');
    expect(told(topology, 'lone', 'goal', 'tcp/80')).toBe('blocked');
    expect(told(topology, 'lone', 'web', 'tcp/443')).toBe('reachable');
  });

  test('to an interface that forwards is unknown, and to one that does not is a cut', () => {
    const forwards = via({ kind: 'interface', interface: 'fence.0' }, '10.0.7.0/24');
    expect(told(forwards, 'lone', 'goal', 'tcp/443')).toBe('unknown fence.0');
    const keeps = via({ kind: 'interface', interface: 'api.0' }, '10.0.7.0/24');
    expect(told(keeps, 'lone', 'goal', 'tcp/443')).toBe('blocked');
    expect(
      ask(keeps, 'lone', 'goal', 'tcp/443')
        .trace()[0]!
        .cuts.map(({ reason }) => reason),
    ).toContain('not-forwarding');
  });

  test('to the interface whose address it is delivers', () => {
    const topology = via({ kind: 'interface', interface: 'goal.0' }, '10.0.7.0/24');
    expect(told(topology, 'lone', 'goal', 'tcp/443')).toBe('reachable');
  });

  test('whose destination is unknown may take any packet, or only those that it may be about', () => {
    const unknownRoute = (possible?: AddressSet): Topology => {
      const route: UnknownRoute = {
        via: { kind: 'drop', reason: 'blackhole' },
        unknown: key,
        origin: { address: 'route' },
        ...(possible === undefined ? {} : { possible }),
      };
      return threeSegments()
        .addTable({
          id: 'partly',
          routes: [{ to: block('10.0.0.0/16'), via: { kind: 'local' } }],
          unknownRoutes: [route],
        })
        .addSegment({ id: 'side', domain: 'net', blocks: [block('10.0.6.0/24')], table: table('partly') })
        .addEndpoint(machine('lone', 'side', '10.0.6.10'))
        .build();
    };
    expect(told(unknownRoute(), 'lone', 'web', 'tcp/443')).toBe('unknown var.x');
    expect(told(unknownRoute(set('10.0.2.0/24')), 'lone', 'web', 'tcp/443')).toBe('reachable');
    expect(told(unknownRoute(set('10.0.1.0/24')), 'lone', 'web', 'tcp/443')).toBe('unknown var.x');
  });
});

describe('filters that may be more', () => {
  const carrying = (least: readonly string[], most: readonly string[]): Topology =>
    threeSegments()
      .addFilter({ id: 'p22', matching: 'union', stateful: true, ingress: [allow('tcp/22-23', anyone)] })
      .addFilter({ id: 'p23', matching: 'union', stateful: true, ingress: [allow('tcp/23-24', anyone)] })
      .addEndpoint({
        id: 'box',
        type: 'machine',
        interfaces: [
          {
            id: 'box.0',
            segment: 'middle',
            addresses: [at('10.0.2.40')],
            filters: between(least, most, [key]),
          },
        ],
      })
      .build();

  test('pass for certain what the certain ones pass, and perhaps what the others do', () => {
    const topology = carrying(['p22'], ['p22', 'p23']);
    expect(told(topology, 'api', 'box', 'tcp/22')).toBe('reachable');
    expect(told(topology, 'api', 'box', 'tcp/24')).toBe('unknown var.x');
    expect(told(topology, 'api', 'box', 'tcp/25')).toBe('blocked');
  });

  test('of which none is certain pass for certain what all of them do', () => {
    const topology = carrying([], ['p22', 'p23']);
    expect(told(topology, 'api', 'box', 'tcp/23')).toBe('reachable');
    expect(told(topology, 'api', 'box', 'tcp/22')).toBe('unknown var.x');
    expect(told(topology, 'api', 'box', 'tcp/25')).toBe('blocked');
  });
});

describe('a first-match filter with unknown rules', () => {
  const uncertain = (traffic: string) => between(Traffic.empty, Traffic.parse(traffic), [key]);
  const guarded = (...rules: readonly ReturnType<typeof rule>[]): Topology =>
    threeSegments()
      .addFilter({ id: 'ordered', matching: 'first-match', stateful: true, ingress: rules })
      .addEndpoint(machine('box', 'middle', '10.0.2.40', ['ordered']))
      .build();

  test('a deny that may match makes what follows uncertain, and what precedes it not', () => {
    const maybe = { ...deny('tcp/22', anyone), traffic: uncertain('tcp/22') };
    expect(told(guarded(maybe, allow('tcp/22-23', anyone)), 'api', 'box', 'tcp/22')).toBe('unknown var.x');
    expect(told(guarded(maybe, allow('tcp/22-23', anyone)), 'api', 'box', 'tcp/23')).toBe('reachable');
    expect(told(guarded(allow('tcp/22-23', anyone), maybe), 'api', 'box', 'tcp/22')).toBe('reachable');
  });

  test('an allow that may match does not matter before one that does', () => {
    const maybe = { ...allow('tcp/22', anyone), traffic: uncertain('tcp/22') };
    expect(told(guarded(maybe, allow('tcp/22', anyone)), 'api', 'box', 'tcp/22')).toBe('reachable');
    expect(told(guarded(maybe, deny('tcp/22', anyone)), 'api', 'box', 'tcp/22')).toBe('unknown var.x');
    expect(told(guarded(deny('tcp/22', anyone), maybe), 'api', 'box', 'tcp/22')).toBe('blocked');
  });
});

describe('several machines under one name', () => {
  const two = (spread: 'own' | 'replicas' | 'placements', first: string, second: string): Topology => {
    const one = (id: string, segment: string, address: string): GivenInterface => ({
      id,
      segment,
      addresses: [at(address)],
      filters: exactly(['takes-middle']),
    });
    return threeSegments()
      .addFilter({
        id: 'takes-middle',
        matching: 'union',
        stateful: true,
        ingress: [allow('tcp/5432', remote(set('10.0.2.0/24')))],
      })
      .addEndpoint({
        id: 'store',
        type: 'store',
        spread,
        interfaces: [one('store.a', first, '10.0.2.50'), one('store.b', second, '10.0.3.5')],
      })
      .build();
  };

  test('that all exist must all be reached, else it is partial and the parts say which', () => {
    const verdict = ask(two('replicas', 'middle', 'back'), 'api', 'store', 'tcp/5432');
    expect(verdict.kind).toBe('reachable');
    const part = ask(two('replicas', 'middle', 'back'), 'api', 'store', 'tcp/22');
    expect(part.kind).toBe('blocked');
    const topology = threeSegments()
      .addEndpoint({
        id: 'store',
        type: 'store',
        spread: 'replicas',
        interfaces: [
          { id: 'store.a', segment: 'middle', addresses: [at('10.0.2.50')] },
          { id: 'store.b', segment: 'back', addresses: [at('10.0.3.5')] },
        ],
      })
      .build();
    const partial = ask(topology, 'api', 'store', 'tcp/22');
    expect(partial.kind).toBe('partial');
    expect(partial.parts.map(({ to, passes }) => `${to.id} ${passes.toString()}`)).toEqual([
      'store.a tcp/22',
      'store.b nothing',
    ]);
  });

  test('of which only one will exist leave it unknown where they differ', () => {
    const topology = threeSegments()
      .addEndpoint({
        id: 'store',
        type: 'store',
        spread: 'placements',
        interfaces: [
          { id: 'store.a', segment: 'middle', addresses: [at('10.0.2.50')] },
          { id: 'store.b', segment: 'back', addresses: [at('10.0.3.5')] },
        ],
      })
      .build();
    expect(told(topology, 'api', 'store', 'tcp/22')).toBe('unknown store');
    expect(told(topology, 'api', 'store', 'tcp/5432')).toBe('reachable');
    expect(told(topology, 'db', 'store', 'tcp/5432')).toBe('blocked');
  });

  test('that are interfaces of one machine are reached on any', () => {
    const topology = threeSegments()
      .addEndpoint({
        id: 'store',
        type: 'store',
        interfaces: [
          { id: 'store.a', segment: 'middle', addresses: [at('10.0.2.50')] },
          { id: 'store.b', segment: 'back', addresses: [at('10.0.3.5')] },
        ],
      })
      .build();
    expect(told(topology, 'api', 'store', 'tcp/22')).toBe('reachable');
    expect(told(topology, 'web', 'store', 'tcp/22')).toBe('reachable');
    expect(reach(topology, { from: 'web', to: 'store', on: Traffic.parse('tcp/22'), via: 'back' }).kind).toBe(
      'blocked',
    );
  });
});

test('of a zone with many addresses the part that passes is named', () => {
  const topology = threeSegments()
    .addFilter({
      id: 'office-only',
      matching: 'union',
      stateful: true,
      ingress: [allow('tcp/443', remote(set('203.0.113.0/24')))],
    })
    .addEndpoint(machine('admin', 'front', '10.0.1.60', ['office-only']))
    .build();
  const gate = topology.routers.get('gate')!;
  const shown = {
    ...topology,
    routers: new Map([
      ...topology.routers,
      [
        'gate',
        {
          ...gate,
          translations: [
            ...gate.translations,
            {
              ...gate.translations[0]!,
              interface: 'admin.0',
              outside: { address: at('198.51.100.60').possible.ranges()[0]!.first, unknown: undefined },
            },
          ],
        } as typeof gate,
      ],
    ]),
  };
  const verdict = ask(shown, 'internet', 'admin', 'tcp/443');
  expect(verdict.kind).toBe('partial');
  const open = verdict.parts.filter(({ passes }) => !passes.isEmpty());
  expect(open.map(({ from }) => String(from.addresses))).toEqual(['203.0.113.0/24']);
  expect(ask(shown, '203.0.113.7', 'admin', 'tcp/443').kind).toBe('reachable');
  expect(ask(shown, '203.0.114.7', 'admin', 'tcp/443').kind).toBe('blocked');
});

describe('an endpoint that is not modelled', () => {
  const strange = (...segments: readonly string[]): Topology =>
    threeSegments()
      .addEndpoint({
        id: 'mystery',
        type: 'thing',
        notModelled: unknown('mystery', 'thing'),
        interfaces: segments.map((segment, index) => ({ id: `mystery.${index}`, segment, addresses: [] })),
      })
      .build();

  test('is unknown, unless the network alone cuts every place it could have', () => {
    expect(told(strange('middle'), 'api', 'mystery', 'tcp/443')).toBe('unknown mystery');
    expect(told(strange('back'), 'web', 'mystery', 'tcp/443')).toBe('blocked');
    expect(told(strange('back', 'middle'), 'web', 'mystery', 'tcp/443')).toBe('unknown mystery');
    expect(told(strange('back'), 'mystery', 'internet', 'tcp/443')).toBe('blocked');
    expect(told(strange('front'), 'mystery', 'internet', 'tcp/443')).toBe('unknown mystery');
  });

  test('is unknown throughout when it stands nobody knows where', () => {
    expect(told(strange(), 'web', 'mystery', 'tcp/443')).toBe('unknown mystery');
    expect(told(strange(), 'mystery', 'db', 'tcp/443')).toBe('unknown mystery');
  });
});

describe('families', () => {
  const dual = threeSegments()
    .addEndpoint({
      id: 'old',
      type: 'machine',
      interfaces: [{ id: 'old.0', segment: 'middle', addresses: [at('10.0.2.70')] }],
    })
    .addEndpoint({
      id: 'new',
      type: 'machine',
      interfaces: [{ id: 'new.0', segment: 'middle', addresses: [at('fd00::70')] }],
    })
    .addEndpoint({
      id: 'both',
      type: 'machine',
      interfaces: [{ id: 'both.0', segment: 'middle', addresses: [at('10.0.2.71'), at('fd00::71')] }],
    })
    .build();

  test('machines without a common family do not reach each other, and one with both reaches both', () => {
    expect(told(dual, 'old', 'new', 'tcp/1')).toBe('blocked');
    expect(told(dual, 'both', 'new', 'tcp/1')).toBe('reachable');
    expect(told(dual, 'old', 'both', 'tcp/1')).toBe('reachable');
  });

  test('ping is the message of the family that both have', () => {
    expect(String(ask(dual, 'both', 'new', 'icmp').passes)).toBe('icmp');
    expect(told(dual, 'both', 'new', 'icmp')).toBe('reachable');
    expect(told(dual, 'old', 'both', 'icmpv6/128')).toBe('blocked');
  });

  test('blocks of one family never admit the other', () => {
    const topology = threeSegments()
      .addFilter({
        id: 'four',
        matching: 'union',
        stateful: true,
        ingress: [allow('tcp/1', remote(AddressSet.everything(4)))],
      })
      .addEndpoint({
        id: 'six',
        type: 'machine',
        interfaces: [
          { id: 'six.0', segment: 'middle', addresses: [at('fd00::1')], filters: exactly(['four']) },
        ],
      })
      .addEndpoint({
        id: 'peer',
        type: 'machine',
        interfaces: [{ id: 'peer.0', segment: 'middle', addresses: [at('fd00::2')] }],
      })
      .build();
    expect(told(topology, 'peer', 'six', 'tcp/1')).toBe('blocked');
  });
});

describe('a trace says', () => {
  const reasonsOf = (verdict: Verdict) =>
    verdict.trace().flatMap(({ cuts }) => cuts.map(({ reason }) => reason));

  test('that no two addresses are of one family, and only then', () => {
    const topology = threeSegments()
      .addEndpoint({
        id: 'new',
        type: 'machine',
        interfaces: [{ id: 'new.0', segment: 'middle', addresses: [at('fd00::70')] }],
      })
      .build();
    expect(reasonsOf(ask(topology, 'api', 'new', 'tcp/1'))).toEqual(['no-common-family']);
    expect(reasonsOf(ask(topology, 'api', 'db', 'tcp/1'))).not.toContain('no-common-family');
  });

  test('that a party is not modelled, and what its segments cut all the same', () => {
    const topology = threeSegments()
      .addEndpoint({
        id: 'mystery',
        type: 'thing',
        notModelled: unknown('mystery', 'thing'),
        interfaces: [{ id: 'mystery.0', segment: 'back', addresses: [] }],
      })
      .build();
    expect(reasonsOf(ask(topology, 'api', 'mystery', 'tcp/5432'))).toEqual(['not-modelled']);
    expect(reasonsOf(ask(topology, 'web', 'mystery', 'tcp/5432'))).toContain('crossing-ingress');
  });

  test('that software on an interface decides', () => {
    const topology = threeSegments()
      .addTable({
        id: 'steered',
        routes: [{ to: block('10.0.0.0/16'), via: { kind: 'interface', interface: 'fence.0' } }],
      })
      .addSegment({ id: 'side', domain: 'net', blocks: [block('10.0.6.0/24')], table: table('steered') })
      .addEndpoint(machine('lone', 'side', '10.0.6.10'))
      .addEndpoint({
        ...machine('fence', 'middle', '10.0.2.30'),
        interfaces: [{ id: 'fence.0', segment: 'middle', addresses: [at('10.0.2.30')], forwards: true }],
      })
      .build();
    expect(reasonsOf(ask(topology, 'lone', 'web', 'tcp/443'))).toEqual(['forwarding-software']);
    expect(reasonsOf(ask(topology, 'lone', 'fence', 'tcp/443'))).toEqual([]);
  });
});
