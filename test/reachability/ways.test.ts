import { AddressSet } from '../../lib/addressing/address-set';
import { Traffic } from '../../lib/addressing/traffic';
import { reach } from '../../lib/reachability/solver';
import type { Verdict } from '../../lib/reachability/verdict';
import { between, exactly } from '../../lib/topology/bounds';
import { translatorPorts } from '../../lib/topology/client-ports';
import type { RelayTarget } from '../../lib/topology/relay';
import type { Translation } from '../../lib/topology/router';
import type { Topology } from '../../lib/topology/topology';
import type { TopologyBuilder } from '../../lib/topology/topology-builder';
import { unknown } from '../../lib/topology/value';
import { allow, anyone, at, machine, remote, set, shows, threeSegments } from './three-segments';

const origin = { address: 'here' };
const key = unknown('var.x', '${var.x}');

function ask(topology: Topology, from: string, to: string, on: string, via?: string): Verdict {
  const question = { from, to, on: Traffic.parse(on) };
  return reach(topology, via === undefined ? question : { ...question, via });
}

/** Kind of the direct answer, then each other way with what passes by it. */
function told(topology: Topology, from: string, to: string, on: string): string {
  const { kind, otherWays } = ask(topology, from, to, on);
  return [kind, ...otherWays.map((way) => `${way.kind} ${way.passes.toString()}`)].join('; ');
}

/** The topology with more translations at `gate`. */
function translating(builder: TopologyBuilder, ...more: readonly Translation[]): Topology {
  const topology = builder.build();
  const gate = topology.routers.get('gate')!;
  const translations = [...gate.translations, ...more];
  return { ...topology, routers: new Map([...topology.routers, ['gate', { ...gate, translations }]]) };
}

describe('a public address', () => {
  const outsiders = { id: 'outsiders', matching: 'union', stateful: true } as const;
  const shop = machine('shop', 'front', '10.0.1.30', ['outsiders']);

  test('is reached from inside as from outside: filters see the translated source', () => {
    const admitting = (blocks: string): Topology =>
      translating(
        threeSegments()
          .addFilter({ ...outsiders, ingress: [allow('tcp/443', remote(set(blocks)))] })
          .addEndpoint(shop),
        shows('shop.0', '198.51.100.30'),
      );
    // api comes out of the translator, which is shown as 198.51.100.20.
    expect(told(admitting('198.51.100.20/32'), 'api', 'shop', 'tcp/443')).toBe(
      'blocked; public-address tcp/443',
    );
    expect(told(admitting('10.0.0.0/16'), 'api', 'shop', 'tcp/443')).toBe(
      'reachable; public-address nothing',
    );
    expect(told(admitting('198.51.100.10/32'), 'web', 'shop', 'tcp/443')).toBe(
      'blocked; public-address tcp/443',
    );
    expect(told(admitting('198.51.100.10/32'), 'api', 'shop', 'tcp/443')).toBe(
      'blocked; public-address nothing',
    );
  });

  test('does not match rules that name members, which the private address does', () => {
    const topology = translating(
      threeSegments()
        .addFilter({ ...outsiders, ingress: [allow('tcp/443', remote(AddressSet.empty, 'open-web'))] })
        .addEndpoint(shop),
      shows('shop.0', '198.51.100.30'),
    );
    expect(told(topology, 'web', 'shop', 'tcp/443')).toBe('reachable; public-address nothing');
  });

  test('counts among any way, and not in the direct answer', () => {
    const topology = translating(
      threeSegments()
        .addFilter({ ...outsiders, ingress: [allow('tcp/443', remote(set('198.51.100.0/24')))] })
        .addEndpoint(shop),
      shows('shop.0', '198.51.100.30'),
    );
    const verdict = ask(topology, 'web', 'shop', 'tcp/443');
    expect([verdict.kind, String(verdict.passes), String(verdict.anyWay.passes)]).toEqual([
      'blocked',
      'nothing',
      'tcp/443',
    ]);
    const closed = ask(topology, 'web', 'shop', 'tcp/80');
    expect([String(closed.anyWay.passes), String(closed.anyWay.mayPass)]).toEqual(['nothing', 'nothing']);
  });

  test('that may not exist leaves it open', () => {
    const perhaps = { ...shows('web.0', '198.51.100.10'), certain: false, unknowns: [key] };
    const topology = threeSegments().build();
    const gate = topology.routers.get('gate')!;
    const routers = new Map([...topology.routers, ['gate', { ...gate, translations: [perhaps] }]]);
    const verdict = ask({ ...topology, routers }, 'internet', 'web', 'tcp/443');
    expect([verdict.kind, ...verdict.unknowns.map((one) => one.key)]).toEqual(['unknown', 'var.x']);
    expect(ask({ ...topology, routers }, 'internet', 'web', 'tcp/80').kind).toBe('blocked');
  });

  test('that is not known yet is enough for who is outside', () => {
    const hidden = { ...shows('web.0', '198.51.100.10'), outside: { address: undefined, unknown: key } };
    const topology = threeSegments().build();
    const gate = topology.routers.get('gate')!;
    const routers = new Map([...topology.routers, ['gate', { ...gate, translations: [hidden] }]]);
    expect(ask({ ...topology, routers }, 'internet', 'web', 'tcp/443').kind).toBe('reachable');
    expect(ask({ ...topology, routers }, 'web', 'internet', 'tcp/443').kind).toBe('reachable');
  });
});

describe('a published port', () => {
  const publish = (more: Partial<Extract<Translation, { kind: 'destination' }>> = {}): Topology =>
    translating(threeSegments().addEndpoint(machine('page', 'front', '10.0.1.31')), {
      kind: 'destination',
      destination: set('198.51.100.99'),
      traffic: Traffic.parse('tcp/8080'),
      interface: 'page.0',
      inside: 0,
      shift: -8000,
      origin,
      ...more,
    });

  test('leads to its machine, with the port changed, and the port beside it does not', () => {
    const topology = publish();
    // Replies of an untranslated machine cannot leave, except those of a flow that the router led in.
    expect(told(topology, 'internet', 'page', 'tcp/80')).toBe('blocked; published-port tcp/80');
    expect(told(topology, 'internet', 'page', 'tcp/81')).toBe('blocked');
    const [way] = ask(topology, 'internet', 'page', 'tcp/80').otherWays;
    expect([way!.dial, String(way!.dialled)]).toEqual(['198.51.100.99', 'tcp/8080']);
  });

  test('is for those legs only that it names', () => {
    expect(told(publish({ from: ['gate.in'] }), 'internet', 'page', 'tcp/80')).toBe(
      'blocked; published-port nothing',
    );
    expect(told(publish({ from: ['gate.out'] }), 'internet', 'page', 'tcp/80')).toBe(
      'blocked; published-port tcp/80',
    );
  });

  test('on several addresses is open when any of them is', () => {
    expect(
      told(publish({ destination: set('198.51.100.99', '192.168.0.9') }), 'internet', 'page', 'tcp/80'),
    ).toBe('blocked; published-port tcp/80');
  });
});

describe('a relay', () => {
  const target: RelayTarget = {
    to: { endpoint: 'app' },
    traffic: Traffic.parse('tcp/8080'),
    sourceSeen: 'relay',
    ports: translatorPorts,
    origin,
  };

  interface Given {
    readonly target?: Partial<RelayTarget>;
    readonly perhaps?: boolean;
    readonly relayFilter?: readonly ReturnType<typeof allow>[];
    readonly appFilter?: readonly ReturnType<typeof allow>[];
    readonly nodes?: number;
  }

  /** `balancer` in front, shown outside, passes tcp/443 on to tcp/8080 of `app` in the middle. */
  function balanced(given: Given = {}): Topology {
    const targets = [{ ...target, ...given.target }];
    const nodes = given.nodes ?? 1;
    return translating(
      threeSegments()
        .addFilter({
          id: 'listening',
          matching: 'union',
          stateful: true,
          ingress: given.relayFilter ?? [allow('tcp/443', anyone)],
          egress: [allow('tcp/8080', remote(AddressSet.empty, 'serving'))],
        })
        .addFilter({
          id: 'serving',
          matching: 'union',
          stateful: true,
          ingress: given.appFilter ?? [allow('tcp/8080', remote(AddressSet.empty, 'listening'))],
        })
        .addEndpoint({
          id: 'balancer',
          names: ['lb'],
          type: 'balancer',
          spread: 'replicas',
          interfaces: Array.from({ length: nodes }, (_, index) => ({
            id: `balancer.${index}`,
            segment: index === 0 ? 'front' : 'back',
            addresses: [at(index === 0 ? '10.0.1.80' : '10.0.3.8')],
            filters: exactly(['listening']),
          })),
        })
        .addEndpoint(machine('app', 'middle', '10.0.2.80', ['serving']))
        .addRelay({
          id: 'balancer',
          endpoint: 'balancer',
          listeners: [
            {
              traffic: Traffic.parse('tcp/443'),
              targets:
                given.perhaps === true
                  ? between<readonly RelayTarget[]>([], targets, [key])
                  : exactly(targets),
              origin,
            },
          ],
        }),
      shows('balancer.0', '198.51.100.80'),
    );
  }

  test('lets who reaches it reach what it reaches, by another way and not directly', () => {
    expect(told(balanced(), 'internet', 'app', 'tcp/8080')).toBe('blocked; relay tcp/8080');
    expect(told(balanced(), 'internet', 'app', 'tcp/443')).toBe('blocked');
    expect(told(balanced(), 'api', 'app', 'tcp/8080')).toBe('blocked; relay tcp/8080');
    const [way] = ask(balanced(), 'internet', 'app', 'tcp/8080').otherWays;
    expect([way!.name, String(way!.dialled), way!.sourceSeen]).toEqual(['balancer', 'tcp/443', 'other']);
    expect(way!.stretches.map(({ kind }) => kind)).toEqual(['reachable', 'reachable']);
  });

  test('that the source does not reach, or that does not reach the target, is no way', () => {
    const inside = balanced({ relayFilter: [allow('tcp/443', remote(set('10.0.2.0/24')))] });
    expect(told(inside, 'internet', 'app', 'tcp/8080')).toBe('blocked; relay nothing');
    expect(told(inside, 'api', 'app', 'tcp/8080')).toBe('blocked; relay tcp/8080');
    expect(told(balanced({ appFilter: [] }), 'internet', 'app', 'tcp/8080')).toBe('blocked; relay nothing');
  });

  test('is asked for with its own listener, or as a via', () => {
    expect(ask(balanced(), 'internet', 'balancer', 'tcp/443').kind).toBe('reachable');
    expect(ask(balanced(), 'internet', 'app', 'tcp/443', 'lb').kind).toBe('reachable');
    expect(ask(balanced({ appFilter: [] }), 'internet', 'app', 'tcp/443', 'balancer').kind).toBe('blocked');
    expect(ask(balanced(), 'internet', 'app', 'tcp/443', 'balancer').trace()).toHaveLength(3);
    expect(() => ask(balanced(), 'internet', 'app', 'tcp/80', 'balancer')).toThrow(
      /passes nothing on to the target from tcp\/80/,
    );
    expect(() => ask(balanced(), 'internet', 'db', 'tcp/443', 'balancer')).toThrow(/passes nothing on/);
  });

  test('whose targets are not known leaves any way open, and the direct answer not', () => {
    const verdict = ask(balanced({ perhaps: true }), 'internet', 'app', 'tcp/8080');
    expect(verdict.kind).toBe('blocked');
    expect([verdict.anyWay.passes, verdict.anyWay.mayPass].map(String)).toEqual(['nothing', 'tcp/8080']);
    expect(verdict.anyWay.unknowns).toEqual([key]);
  });

  test('that shows the address of its client is judged by it, and rules that name it match all the same', () => {
    const asClient = { sourceSeen: 'client' } as const;
    const byMember = balanced({ target: asClient });
    expect(told(byMember, 'internet', 'app', 'tcp/8080')).toBe('blocked; relay tcp/8080');
    const byAddress = (blocks: string): Topology =>
      balanced({ target: asClient, appFilter: [allow('tcp/8080', remote(set(blocks)))] });
    expect(told(byAddress('203.0.113.0/24'), '203.0.113.5', 'app', 'tcp/8080')).toBe(
      'blocked; relay tcp/8080',
    );
    expect(told(byAddress('203.0.113.0/24'), '203.0.114.5', 'app', 'tcp/8080')).toBe(
      'blocked; relay nothing',
    );
    expect(told(byAddress('10.0.1.80/32'), '203.0.113.5', 'app', 'tcp/8080')).toBe('blocked; relay nothing');
    const byRelay = balanced({ appFilter: [allow('tcp/8080', remote(set('10.0.1.80/32')))] });
    expect(told(byRelay, '203.0.113.5', 'app', 'tcp/8080')).toBe('blocked; relay tcp/8080');
  });

  test('with nodes that do not all reach the target passes in part', () => {
    const topology = balanced({ nodes: 2 });
    const [way] = ask(topology, 'api', 'app', 'tcp/8080').otherWays;
    expect(way!.stretches[1]!.kind).toBe('partial');
    const fromFirst = balanced({ nodes: 2, target: { from: ['balancer.0'] } });
    expect(ask(fromFirst, 'api', 'app', 'tcp/8080').otherWays[0]!.stretches[1]!.kind).toBe('reachable');
  });

  test('counts for the segment that its targets stand in', () => {
    expect(
      ask(balanced(), 'internet', 'segment:middle', 'tcp/8080').otherWays.map(({ kind }) => kind),
    ).toEqual(['relay']);
    expect(ask(balanced(), 'internet', 'segment:back', 'tcp/8080').otherWays).toEqual([]);
  });

  test('behind a relay leads on, and relays that lead to each other come to an end', () => {
    const topology = balanced();
    const second = {
      id: 'second',
      name: 'second',
      endpoint: 'api',
      listeners: [
        {
          traffic: Traffic.parse('tcp/9999'),
          targets: exactly([{ ...target, to: { endpoint: 'balancer' }, traffic: Traffic.parse('tcp/443') }]),
          origin,
        },
      ],
      origin,
    };
    const relays = new Map([...topology.relays, ['second', second]]);
    expect(told({ ...topology, relays }, 'internet', 'app', 'tcp/8080')).toBe('blocked; relay tcp/8080');
    const loop = {
      ...second,
      listeners: [{ ...second.listeners[0]!, targets: exactly([{ ...target, to: { endpoint: 'api' } }]) }],
    };
    expect(told({ ...topology, relays: new Map([['second', loop]]) }, 'web', 'api', 'tcp/8080')).toBe(
      'reachable; relay nothing',
    );
  });
});

describe('what is not modelled and may pass flows on', () => {
  const gap = (relays: boolean, ...segments: readonly string[]): Topology =>
    threeSegments()
      .addGap({ type: 'thing_proxy', origin, segments, relays, unknown: unknown('thing_proxy.x', '') })
      .build();

  test('leaves open what can be reached from where it stands, and nothing else', () => {
    const near = ask(gap(true, 'middle'), 'web', 'db', 'tcp/5432');
    expect([near.kind, String(near.anyWay.mayPass)]).toEqual(['blocked', 'nothing']);
    const free = threeSegments()
      .addEndpoint(machine('free', 'back', '10.0.3.9'))
      .addGap({ type: 'thing_proxy', origin, segments: ['middle'], relays: true, unknown: key })
      .build();
    const verdict = ask(free, 'web', 'free', 'tcp/5432');
    expect([verdict.kind, String(verdict.anyWay.passes), String(verdict.anyWay.mayPass)]).toEqual([
      'blocked',
      'nothing',
      'tcp/5432',
    ]);
    expect(verdict.anyWay.unknowns).toEqual([key]);
    expect(String(ask(gap(true), 'web', 'db', 'tcp/5432').anyWay.mayPass)).toBe('tcp/5432');
  });

  test('is no way when it does not pass flows on', () => {
    expect(ask(gap(false), 'web', 'db', 'tcp/5432').anyWay.mayPass.isEmpty()).toBe(true);
  });
});
