import { Address } from '../../lib/addressing/address';
import { AddressSet } from '../../lib/addressing/address-set';
import { Cidr } from '../../lib/addressing/cidr';
import { tcp, Traffic } from '../../lib/addressing/traffic';
import { matrix } from '../../lib/reachability/matrix';
import { reach } from '../../lib/reachability/solver';
import { exactly } from '../../lib/topology/bounds';
import type { NextHop } from '../../lib/topology/route-table';
import type { ForwardRule } from '../../lib/topology/router';
import type { Topology } from '../../lib/topology/topology';
import { TopologyBuilder } from '../../lib/topology/topology-builder';

interface House {
  /** Whether machine `two` has a table of its own without a way out. */
  readonly lonely?: boolean;
  readonly takes?: Traffic;
  /** What the street knows the way to. */
  readonly routed?: AddressSet;
  readonly forward?: readonly Pick<ForwardRule, 'action' | 'from' | 'everyPacket'>[];
  readonly stack?: string;
  readonly natural?: readonly string[];
  readonly listensAt?: readonly string[];
}

const block = Cidr.parse('10.0.0.0/24');
const at = (text: string) => [
  { family: 4, possible: AddressSet.of(Address.parse(text)), unknown: undefined } as const,
];

/** Two machines and a gate in one segment, with a router to the street; the gate passes tcp/8080 on to tcp/80 of `one`. */
function house(given: House = {}): Topology {
  const out: NextHop = { kind: 'router', router: 'router', leg: 'inside' };
  return new TopologyBuilder()
    .addDomain({ id: 'house', blocks: [block] })
    .addTable({ id: 'out', routes: [{ to: Cidr.parse('0.0.0.0/0'), via: out }] })
    .addTable({ id: 'none' })
    .addSegment({ id: 'lan', domain: 'house', blocks: [block], table: { options: ['out'], unknowns: [] } })
    .addFilter({
      id: 'closed',
      matching: 'union',
      stateful: true,
      ingress: [
        {
          action: 'allow',
          traffic: exactly(Traffic.everything),
          remote: { addresses: exactly(AddressSet.of(Address.parse('10.0.0.9'))), members: exactly([]) },
        },
      ],
      egress: [
        {
          action: 'allow',
          traffic: exactly(Traffic.everything),
          remote: { addresses: exactly(AddressSet.everything()), members: exactly([]) },
        },
      ],
    })
    .addEndpoint({
      id: 'one',
      ...(given.stack !== undefined && { stack: given.stack }),
      type: 'machine',
      interfaces: [{ id: 'one.0', segment: 'lan', addresses: at('10.0.0.1'), filters: exactly(['closed']) }],
    })
    .addEndpoint({
      id: 'two',
      ...(given.stack !== undefined && { stack: given.stack }),
      type: 'machine',
      interfaces: [
        {
          id: 'two.0',
          segment: 'lan',
          addresses: at('10.0.0.2'),
          ...(given.lonely === true && { table: { options: ['none'], unknowns: [] } }),
          ...(given.takes !== undefined && { takes: given.takes }),
        },
      ],
    })
    .addEndpoint({
      id: 'gate',
      type: 'gate',
      interfaces: [
        { id: 'gate.0', segment: 'lan', addresses: at('10.0.0.9') },
        { id: 'gate.1', segment: 'lan', addresses: at('10.0.0.10') },
      ],
    })
    .addRelay({
      id: 'relay',
      endpoint: 'gate',
      ...(given.natural !== undefined && { naturalFrom: given.natural }),
      listeners: [
        {
          traffic: tcp(8080),
          ...(given.listensAt !== undefined && { at: given.listensAt }),
          targets: exactly([
            {
              to: { endpoint: 'one' },
              traffic: tcp(80),
              sourceSeen: 'relay' as const,
              ports: Traffic.everything.ports('tcp'),
              origin: { address: 'relay' },
            },
          ]),
          origin: { address: 'relay' },
        },
      ],
    })
    .addRouter({
      id: 'router',
      legs: [
        {
          id: 'inside',
          kind: 'segment',
          segment: 'lan',
          address: exactly(AddressSet.of(Address.parse('10.0.0.254'))),
        },
        {
          id: 'street side',
          kind: 'zone',
          zone: 'street',
          ...(given.routed !== undefined && { routed: given.routed }),
        },
      ],
      forward: (given.forward ?? [{ action: 'allow' }]).map((rule) => ({
        ...rule,
        origin: { address: 'router' },
      })),
    })
    .addZone({ id: 'street', addresses: AddressSet.of(Cidr.parse('192.168.0.0/24')) })
    .build();
}

const kind = (topology: Topology, from: string, to: string, on = tcp(80)) =>
  reach(topology, { from, to, on }).kind;

describe('an interface', () => {
  test('sends by a table of its own, and others in its segment by theirs', () => {
    expect(kind(house(), 'two', 'street')).toBe('reachable');
    expect(kind(house({ lonely: true }), 'two', 'street')).toBe('blocked');
    expect(kind(house({ lonely: true }), 'gate', 'street')).toBe('reachable');
    expect(kind(house({ lonely: true }), 'gate', 'two')).toBe('reachable');
  });

  test('refuses what it does not take', () => {
    const topology = house({ takes: tcp(80) });
    expect(kind(topology, 'gate', 'two')).toBe('reachable');
    const refused = reach(topology, { from: 'gate', to: 'two', on: tcp(81) });
    expect(refused.kind).toBe('blocked');
    expect(refused.trace()[0]!.cuts.map(({ symptom }) => symptom)).toEqual(['refused']);
  });

  test('of a shared network stack is reached by the others in it whatever its filters say', () => {
    expect(kind(house(), 'two', 'one')).toBe('blocked');
    expect(kind(house({ stack: 'shared' }), 'two', 'one')).toBe('reachable');
  });
});

describe('a leg to a zone', () => {
  test('is entered only towards addresses that the zone has a route to', () => {
    expect(kind(house(), 'street', 'two')).toBe('reachable');
    const routed = AddressSet.of(Address.parse('10.0.0.2'));
    expect(kind(house({ routed }), 'street', 'two')).toBe('reachable');
    expect(kind(house({ routed }), 'street', 'gate')).toBe('blocked');
  });

  test('takes no reply back to an address that the zone has no route to, although the first packet arrives', () => {
    const routed = AddressSet.of(Address.parse('10.0.0.2'));
    expect(kind(house({ routed }), 'two', 'street')).toBe('reachable');
    const verdict = reach(house({ routed }), { from: 'gate', to: 'street', on: tcp(80) });
    expect([verdict.kind, verdict.firstPacket.passes.toString()]).toEqual(['blocked', 'tcp/80']);
  });
});

describe('a forwarding rule', () => {
  const deny = (everyPacket: boolean) =>
    house({ forward: [{ action: 'deny', from: ['street side'], everyPacket }, { action: 'allow' }] });

  test('lets replies of remembered flows pass, unless it is asked of every packet', () => {
    expect(kind(deny(false), 'two', 'street')).toBe('reachable');
    expect(kind(deny(true), 'two', 'street')).toBe('blocked');
    expect(kind(deny(true), 'street', 'two')).toBe('blocked');
  });
});

describe('a relay', () => {
  test('stands for its target where it is the natural way, and is another way elsewhere', () => {
    const apart = reach(house(), { from: 'two', to: 'one', on: tcp(80) });
    expect([apart.kind, apart.anyWay.passes.toString()]).toEqual(['blocked', 'tcp/80']);
    const natural = house({ natural: ['two', 'street'] });
    expect(kind(natural, 'two', 'one')).toBe('reachable');
    expect(kind(natural, '192.168.0.7', 'one')).toBe('reachable');
    expect(kind(natural, 'two', 'one', tcp(81))).toBe('blocked');
  });

  test('leads on only from where it listens', () => {
    const way = (listensAt: readonly string[], forward: House['forward']) =>
      reach(house({ listensAt, ...(forward !== undefined && { forward }) }), {
        from: 'two',
        to: 'one',
        on: tcp(80),
      }).anyWay.passes.toString();
    expect(way(['gate.1'], undefined)).toBe('tcp/80');
    expect(way([], undefined)).toBe('nothing');
  });

  test('NAME:PORT asks about one port, and refuses a question about another', () => {
    expect(kind(house(), 'two', 'gate:8080', tcp(8080))).toBe('reachable');
    expect(() => kind(house(), 'two', 'gate:8080', tcp(81))).toThrow(/is one port.*Ask on tcp\/8080/);
    expect(() => kind(house(), 'two', 'gat:8080', tcp(8080))).toThrow(/nearest names are "gate"/);
  });
});

describe('a topology with variants', () => {
  const open = house();
  const shut = house({ forward: [] });
  const varied = (
    ...options: readonly (readonly [topology: Topology, ...versions: string[]])[]
  ): Topology => ({
    ...options[0]![0],
    variants: {
      settings: [{ key: 'engine', values: ['1', '2', '3', '4'] }],
      options: options.map(([topology, ...versions]) => ({
        profiles: versions.map((version) => new Map([['engine', version]])),
        topology,
      })),
    },
  });

  test('is answered when all variants agree', () => {
    expect(kind(varied([open, '1', '2'], [shut, '3', '4']), 'gate', 'two')).toBe('reachable');
    expect(kind(varied([shut, '1', '2'], [shut, '3', '4']), 'two', 'street')).toBe('blocked');
  });

  test('is unknown when they differ, names the setting and both answers, and passes nothing for certain', () => {
    const verdict = reach(varied([open, '1', '2', '4'], [shut, '3']), {
      from: 'two',
      to: 'street',
      on: tcp(80),
    });
    expect([verdict.kind, verdict.passes.toString(), verdict.mayPass.toString()]).toEqual([
      'unknown',
      'nothing',
      'tcp/80',
    ]);
    expect(verdict.unknowns).toEqual([
      {
        kind: 'unknown',
        key: 'engine',
        text: 'reachable with engine 1 to 2, 4, blocked with engine 3',
      },
    ]);
  });

  test('has a matrix that says of each pair what the question says', () => {
    const topology = varied([open, '1', '2'], [shut, '3', '4']);
    const said = matrix(topology, { on: tcp(80) });
    expect(said.canReach('gate', 'two').passes.toString()).toBe('tcp/80');
    expect(said.canReach('two', 'one').mayPass.toString()).toBe('nothing');
    const outside = [...said.outside()].map(
      ({ from, to, passes, mayPass }) =>
        `${from.members.join()} ${to.members.join()} ${passes.toString()} ${mayPass.toString()}`,
    );
    expect(outside).toContain('two street nothing tcp/80');
  });
});
