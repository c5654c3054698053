import { Address } from '../../lib/addressing/address';
import { AddressSet } from '../../lib/addressing/address-set';
import { Traffic } from '../../lib/addressing/traffic';
import { between } from '../../lib/topology/bounds';
import type { Endpoint } from '../../lib/topology/endpoint';
import { lookup } from '../../lib/topology/lookup';
import type { Topology } from '../../lib/topology/topology';
import { unknown } from '../../lib/topology/value';
import { ask, type Limits, verdictOf } from './ask';
import {
  addresses,
  allow,
  deny,
  domainLeg,
  type FilterSketch,
  mapped,
  masquerade,
  network,
  segmentLeg,
  type Sketch,
  zoneLeg,
} from './hand-made';

function question(topology: Topology, from: string, to: string, on: string) {
  return { from: lookup(topology, from), to: lookup(topology, to), traffic: Traffic.parse(on) };
}

function verdict(topology: Topology, from: string, to: string, on: string, limits?: Limits): string {
  return verdictOf(ask(topology, question(topology, from, to, on), limits));
}

/** The units of an answer that pass for certain: `source > target`. */
function passing(topology: Topology, from: string, to: string, on: string): readonly string[] {
  const { answers } = ask(topology, question(topology, from, to, on));
  return [
    ...new Set(answers.filter(({ passes }) => passes.every).map((one) => `${one.source} > ${one.target}`)),
  ];
}

/** web in `front`, db in `back`, which only takes tcp/5432 from the first half of `front`. */
const base = {
  segments: { front: { block: '10.0.0.0/28' }, back: { block: '10.0.0.16/28' } },
  machines: {
    web: { in: 'front', at: '10.0.0.4' },
    guest: { in: 'front', at: '10.0.0.12' },
    db: { in: 'back', at: '10.0.0.20', filters: ['db'] },
  },
  filters: { db: { ingress: [allow('tcp/5432', '10.0.0.0/29')] } },
} as const satisfies Sketch;

/** web with another interface, at another address of `front`. */
function doubled(spread: Endpoint['spread'], ...texts: readonly string[]): Topology {
  const topology = network(base);
  const web = topology.endpoints.get('web')!;
  const interfaces = texts.map((text, index) => ({
    ...web.interfaces[0]!,
    id: `web.${index}`,
    addresses: [{ family: 4, possible: addresses(text), unknown: undefined } as const],
  }));
  const endpoints = new Map(topology.endpoints).set('web', { ...web, spread, interfaces });
  return { ...topology, endpoints };
}

describe('when one name stands for several things', () => {
  test('a source with several interfaces reaches what one of them reaches', () => {
    expect(verdict(doubled('own', '10.0.0.4', '10.0.0.13'), 'web', 'db', 'tcp/5432')).toBe('reachable');
    expect(verdict(doubled('own', '10.0.0.11', '10.0.0.13'), 'web', 'db', 'tcp/5432')).toBe('blocked');
  });

  test('of replicas all have to, else the answer is partial and names those that do', () => {
    expect(verdict(doubled('replicas', '10.0.0.4', '10.0.0.5'), 'web', 'db', 'tcp/5432')).toBe('reachable');
    const split = doubled('replicas', '10.0.0.4', '10.0.0.13');
    expect(verdict(split, 'web', 'db', 'tcp/5432')).toBe('partial');
    expect(passing(split, 'web', 'db', 'tcp/5432')).toEqual(['web.0 > db']);
  });

  test('of placements all have to, else the answer is unknown', () => {
    expect(verdict(doubled('placements', '10.0.0.4', '10.0.0.5'), 'web', 'db', 'tcp/5432')).toBe('reachable');
    expect(verdict(doubled('placements', '10.0.0.4', '10.0.0.13'), 'web', 'db', 'tcp/5432')).toBe('unknown');
    expect(verdict(doubled('placements', '10.0.0.4', '10.0.0.13'), 'web', 'db', 'tcp/80')).toBe('blocked');
  });

  test('a target with several addresses is reached at any of them', () => {
    const dual = (filter: FilterSketch) =>
      network({
        segments: { front: { block: ['10.0.0.0/28', 'fd00::/124'] } },
        machines: {
          web: { in: 'front', at: ['10.0.0.4', 'fd00::4'] },
          db: { in: 'front', at: ['10.0.0.5', 'fd00::5'], filters: ['db'] },
        },
        filters: { db: filter },
      });
    expect(verdict(dual({ ingress: [allow('tcp', 'fd00::/64')] }), 'web', 'db', 'tcp/80')).toBe('reachable');
    expect(verdict(dual({ ingress: [allow('tcp', '10.9.0.0/16')] }), 'web', 'db', 'tcp/80')).toBe('blocked');
  });

  test('a segment stands for every address in it, and where rules tell them apart the answer is partial', () => {
    expect(verdict(network(base), 'segment:front', 'db', 'tcp/5432')).toBe('partial');
    expect(passing(network(base), 'segment:front', 'db', 'tcp/5432')).toEqual(['front 10.0.0.0 > db']);
    const open = { ...base, filters: { db: { ingress: [allow('tcp/5432', '10.0.0.0/28')] } } };
    expect(verdict(network(open), 'segment:front', 'db', 'tcp/5432')).toBe('reachable');
    expect(verdict(network(open), 'segment:front', 'db', 'tcp/5433')).toBe('blocked');
  });

  test('what is placed in a segment has filters wide open, whatever the machines there carry', () => {
    const closed = { ...base, filters: { db: {} } };
    expect(verdict(network(closed), 'web', 'db', 'tcp/80')).toBe('blocked');
    expect(verdict(network(closed), 'web', 'segment:back', 'tcp/80')).toBe('reachable');
  });

  test('neighbours in one segment reach each other, unless they are no peers and the edge is closed', () => {
    expect(verdict(network(base), 'segment:front', 'segment:front', 'tcp/80')).toBe('reachable');
    const apart = network({
      ...base,
      segments: { ...base.segments, front: { ...base.segments.front, peers: false, crossing: 'edge' } },
      filters: { ...base.filters, edge: { matching: 'first-match' } },
    });
    expect(verdict(apart, 'segment:front', 'segment:front', 'tcp/80')).toBe('blocked');
  });
});

describe('zones', () => {
  const facing = (ingress: ReturnType<typeof allow>) =>
    network({
      ...base,
      segments: {
        ...base.segments,
        front: { ...base.segments.front, routes: { '10.0.0.0/24': 'local', '0.0.0.0/0': 'igw:in' } },
      },
      machines: { ...base.machines, web: { ...base.machines.web, filters: ['web'] } },
      filters: { ...base.filters, web: { ingress: [ingress], egress: [allow('tcp/443')] } },
      zones: { internet: ['203.0.113.0/24', '198.51.100.0/24'] },
      routers: {
        igw: {
          legs: [domainLeg('in', 'net'), zoneLeg('out', 'internet', [4])],
          translations: [mapped('out', 'web', '203.0.113.4')],
        },
      },
    });

  test('a machine is dialled from a zone at its outside address, and one without is not reached', () => {
    expect(verdict(facing(allow('tcp/443')), 'internet', 'web', 'tcp/443')).toBe('reachable');
    expect(verdict(facing(allow('tcp/443')), 'internet', 'guest', 'tcp/443')).toBe('blocked');
  });

  test('every address of a zone has to get through, else the answer is partial and names those that do', () => {
    const some = facing(allow('tcp/443', '198.51.100.0/25'));
    expect(verdict(some, 'internet', 'web', 'tcp/443')).toBe('partial');
    expect(passing(some, 'internet', 'web', 'tcp/443')).toEqual(['internet 198.51.100.0 > web']);
  });

  test('a literal address is judged by the zone it lies in, and outside addresses of the network are not asked', () => {
    const some = facing(allow('tcp/443', '198.51.100.0/25'));
    expect(verdict(some, '198.51.100.7', 'web', 'tcp/443')).toBe('reachable');
    expect(verdict(some, '198.51.100.200', 'web', 'tcp/443')).toBe('blocked');
    expect(verdict(some, 'web', 'internet', 'tcp/443')).toBe('reachable');
    expect(verdict(some, 'web', '198.51.100.7', 'tcp/443')).toBe('reachable');
    expect(verdict(some, 'web', 'internet', 'tcp/80')).toBe('blocked');
  });

  test('what is placed in a segment has an outside address only when the question says so', () => {
    const net = facing(allow('tcp/443'));
    expect(verdict(net, 'segment:front', 'internet', 'tcp/443')).toBe('blocked');
    expect(verdict(net, 'segment:front', 'internet', 'tcp/443', { mapped: true })).toBe('reachable');
    expect(verdict(net, 'segment:back', 'internet', 'tcp/443', { mapped: true })).toBe('blocked');
  });
});

describe('ports', () => {
  const replies = (ports: string) =>
    network({
      ...base,
      segments: { ...base.segments, front: { ...base.segments.front, crossing: 'edge' } },
      filters: {
        ...base.filters,
        edge: {
          matching: 'first-match',
          stateful: false,
          ingress: [allow(`tcp/${ports}`)],
          egress: [allow('any')],
        },
      },
    });

  test('a client needs all of its ports, and the answer says which get through', () => {
    expect(verdict(replies('32768-60999'), 'web', 'db', 'tcp/5432')).toBe('reachable');
    const { answers } = ask(
      replies('50000-65535'),
      question(replies('50000-65535'), 'web', 'db', 'tcp/5432'),
    );
    expect(answers).toHaveLength(1);
    expect(answers[0]).toMatchObject({
      passes: { every: false, some: false },
      firstPacket: { every: true },
      clientPorts: [
        { port: 32768, passes: { every: false } },
        { port: 50000, passes: { every: true } },
      ],
    });
  });

  test('every port that is asked counts, and rules in the middle of the range make the answer partial', () => {
    const net = network({
      ...base,
      filters: { db: { ingress: [deny('tcp/90'), allow('tcp')], matching: 'first-match' } },
    });
    const { answers } = ask(net, question(net, 'web', 'db', 'tcp/80-100'));
    expect(answers.map(({ destinationPort, passes }) => [destinationPort, passes.every])).toEqual([
      [80, true],
      [90, false],
      [91, true],
    ]);
    expect(verdict(net, 'web', 'db', 'tcp/80-100')).toBe('partial');
    expect(verdict(net, 'web', 'db', 'tcp/91-100')).toBe('reachable');
  });

  test('whatever port a translator picks must do', () => {
    const natted = (ports: string) =>
      network({
        segments: {
          front: { block: '10.0.0.0/28', routes: { '10.0.0.0/24': 'local', '0.0.0.0/0': 'nat:leg' } },
          hall: {
            block: '10.0.0.32/28',
            crossing: 'edge',
            routes: { '10.0.0.0/24': 'local', '0.0.0.0/0': 'igw:in' },
          },
        },
        machines: { web: { in: 'front', at: '10.0.0.4' } },
        filters: {
          edge: {
            matching: 'first-match',
            stateful: false,
            ingress: [allow('any', '10.0.0.0/24'), allow(`tcp/${ports}`)],
            egress: [allow('any')],
          },
        },
        zones: { internet: ['203.0.113.0/24'] },
        routers: {
          igw: { legs: [domainLeg('in', 'net'), zoneLeg('out', 'internet')] },
          nat: { legs: [segmentLeg('leg', 'hall', '10.0.0.36')], translations: [masquerade('leg', 'leg')] },
        },
      });
    expect(verdict(natted('1024-65535'), 'web', 'internet', 'tcp/443')).toBe('reachable');
    expect(verdict(natted('32768-60999'), 'web', 'internet', 'tcp/443')).toBe('blocked');
  });

  test('ping is asked of the family that both ends have, and needs its reply', () => {
    const net = network({ ...base, filters: { db: { ingress: [allow('icmp')] } } });
    const { answers } = ask(net, question(net, 'web', 'db', 'icmp'));
    expect(answers.map(({ protocol }) => protocol)).toEqual([1]);
    expect(verdict(net, 'web', 'db', 'icmp')).toBe('reachable');
    expect(verdict(network(base), 'web', 'db', 'icmp')).toBe('blocked');
  });
});

describe('what is not known', () => {
  const office = unknown('var.office', '${var.office}');
  const doubted = (least: AddressSet, most: AddressSet): Topology => {
    const topology = network(base);
    const db = topology.filters.get('db')!;
    const [rule] = db.ingress;
    const remote = { ...rule!.remote, addresses: between(least, most, [office]) };
    return {
      ...topology,
      filters: new Map(topology.filters).set('db', { ...db, ingress: [{ ...rule!, remote }] }),
    };
  };
  const [nobody, all] = [AddressSet.empty, AddressSet.everything()];

  test('makes an answer unknown when it decides, and not when it cannot matter', () => {
    expect(verdict(doubted(nobody, all), 'web', 'db', 'tcp/5432')).toBe('unknown');
    expect(verdict(doubted(nobody, addresses('10.0.9.0/24')), 'web', 'db', 'tcp/5432')).toBe('blocked');
    expect(verdict(doubted(addresses('10.0.0.4'), all), 'web', 'db', 'tcp/5432')).toBe('reachable');
    expect(verdict(doubted(nobody, all), 'web', 'db', 'tcp/80')).toBe('blocked');
  });

  test('is told apart from what only part of a range gets', () => {
    const net = doubted(nobody, all);
    const { answers, worlds, complete } = ask(net, question(net, 'web', 'db', 'tcp/5432-5433'));
    expect(answers.map(({ passes }) => passes)).toEqual([
      { every: false, some: true },
      { every: false, some: false },
    ]);
    expect([worlds, complete]).toEqual([2, true]);
  });

  test('includes whatever a resource that is not modelled does', () => {
    const topology = network(base);
    const guest = { ...topology.endpoints.get('guest')!, notModelled: office };
    const net = { ...topology, endpoints: new Map(topology.endpoints).set('guest', guest) };
    expect(verdict(net, 'guest', 'db', 'tcp/5432')).toBe('unknown');
    expect(verdict(net, 'web', 'db', 'tcp/5432')).toBe('reachable');
  });
});

test('a service of the platform is reached past filters and routes, on its traffic only', () => {
  const topology = network({
    ...base,
    segments: { ...base.segments, back: { ...base.segments.back, routes: {} } },
  });
  const metadata = {
    name: 'metadata',
    addresses: AddressSet.of(Address.parse('169.254.169.254')),
    traffic: Traffic.parse('tcp/80'),
  };
  const domains = new Map([['net', { ...topology.domains.get('net')!, services: [metadata] }]]);
  const net = { ...topology, domains };
  expect(verdict(net, 'db', '169.254.169.254', 'tcp/80')).toBe('reachable');
  expect(verdict(net, 'db', '169.254.169.254', 'tcp/81')).toBe('blocked');
  expect(verdict(topology, 'db', '169.254.169.254', 'tcp/80')).toBe('blocked');
});
