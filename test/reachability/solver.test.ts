import { AddressSet } from '../../lib/addressing/address-set';
import { NetproofError } from '../../lib/addressing/netproof-error';
import { Traffic } from '../../lib/addressing/traffic';
import { reach, Solver } from '../../lib/reachability/solver';
import { between, exactly } from '../../lib/topology/bounds';
import type { Topology } from '../../lib/topology/topology';
import { unknown } from '../../lib/topology/value';
import { masquerade, network, published, segmentLeg } from '../second-opinion/hand-made';
import { allow, anyone, machine, remote, set, threeSegments } from './three-segments';

const net = threeSegments().build();

/** `reachable`, `blocked`, ... and where only part passes that part. */
function answer(topology: Topology, from: string, to: string, on: string, via?: string): string {
  const question = { from, to, on: Traffic.parse(on) };
  const { kind, passes } = reach(topology, via === undefined ? question : { ...question, via });
  return kind === 'partial' ? `partial: ${passes.toString()}` : kind;
}

describe('three segments', () => {
  test.each([
    ['web', 'api', 'tcp/8080', 'reachable'],
    ['web', 'api', 'tcp/8081', 'blocked'],
    ['web', 'api', 'all', 'partial: tcp/8080'],
    ['api', 'db', 'tcp/5432', 'reachable'],
    ['web', 'db', 'tcp/5432', 'blocked'],
    ['db', 'api', 'tcp/8080', 'blocked'],
    ['internet', 'web', 'tcp/443', 'reachable'],
    ['internet', 'web', 'tcp/80', 'blocked'],
    ['internet', 'api', 'tcp/8080', 'blocked'],
    ['203.0.113.9', 'web', 'tcp/443', 'reachable'],
    ['web', 'internet', 'all', 'reachable'],
    ['api', 'internet', 'tcp/443', 'reachable'],
    ['api', 'internet', 'protocol/47', 'blocked'],
    ['web', 'internet', 'protocol/47', 'reachable'],
    ['db', 'internet', 'any protocol', 'blocked'],
    ['api', 'web', 'icmp', 'blocked'],
    ['web', 'internet', 'icmp', 'reachable'],
    ['web', 'web', 'tcp/1', 'reachable'],
  ])('%s to %s on %s: %s', (from, to, on, expected) => expect(answer(net, from, to, on)).toBe(expected));

  test.each([
    ['middle', 'back', 'tcp/5432', 'reachable'],
    ['middle', 'back', 'all', 'partial: tcp/5432'],
    ['front', 'back', 'all', 'blocked'],
    ['back', 'middle', 'all', 'blocked'],
    ['back', 'internet', 'any protocol', 'blocked'],
    ['internet', 'back', 'any protocol', 'blocked'],
    ['internet', 'front', 'all', 'reachable'],
    ['internet', 'middle', 'all', 'blocked'],
    ['middle', 'internet', 'all', 'reachable'],
    ['back', 'back', 'all', 'reachable'],
  ])('what could be placed in %s to %s on %s: %s', (from, to, on, expected) =>
    expect(answer(net, `segment:${from}`.replace('segment:internet', 'internet'), to, on)).toBe(expected),
  );

  test('a first packet may arrive although no flow comes about, and does not where a filter stops it', () => {
    const first = (from: string, to: string) =>
      reach(net, { from, to, on: Traffic.parse('udp/53') }).firstPacket.passes.toString();
    expect(first('internet', 'middle')).toBe('udp/53');
    expect(first('internet', 'back')).toBe('nothing');
    expect(first('back', 'internet')).toBe('nothing');
  });
});

describe('the way by a public address', () => {
  test('is another way for who is inside, and the natural one for who is outside', () => {
    const ways = (from: string) =>
      reach(net, { from, to: 'web', on: Traffic.parse('tcp/443') }).otherWays.map(
        ({ kind, dial, passes }) => `${kind} ${dial} ${passes.toString()}`,
      );
    expect(ways('api')).toEqual(['public-address 198.51.100.10 tcp/443']);
    expect(ways('internet')).toEqual([]);
  });

  test('counts for what is reached by any way, and not for the direct answer', () => {
    // Only addresses outside may come in, and by its public address the translator's is one.
    const topology = threeSegments()
      .addFilter({
        id: 'outsiders',
        matching: 'union',
        stateful: true,
        ingress: [allow('tcp/443', remote(set('198.51.100.0/24')))],
      })
      .addEndpoint(machine('shop', 'front', '10.0.1.30', ['outsiders']))
      .build();
    expect(answer(topology, 'api', 'shop', 'tcp/443')).toBe('blocked');
    expect(
      reach(topology, { from: 'api', to: 'shop', on: Traffic.parse('tcp/443') }).anyWay.passes.isEmpty(),
    ).toBe(true);
  });
});

describe('names', () => {
  const codeOf = (ask: () => unknown): string => {
    try {
      ask();
    } catch (error) {
      if (NetproofError.is(error)) return `${error.code}: ${error.message}`;
      throw error;
    }
    throw new Error('it was answered');
  };

  test('a misspelt name is an error with the nearest, never blocked', () => {
    expect(codeOf(() => answer(net, 'weg', 'api', 'tcp/8080'))).toBe(
      'UnknownEndpoint: nothing is called "weg". The nearest names are "web".',
    );
  });

  test('two parties outside are no question', () => {
    expect(codeOf(() => answer(net, 'internet', '203.0.113.9', 'tcp/1'))).toContain('InvalidQuestion');
  });

  test('no traffic is no question', () => {
    expect(codeOf(() => reach(net, { from: 'web', to: 'api', on: Traffic.empty }))).toContain(
      'InvalidQuestion',
    );
  });

  test('a via that leads nowhere is an error that says what is possible', () => {
    expect(codeOf(() => answer(net, 'web', 'api', 'tcp/8080', 'back'))).toBe(
      'UnknownVia: the question cannot go via "back": the target has no address in back. ' +
        'Possible are "middle".',
    );
    expect(answer(net, 'web', 'api', 'tcp/8080', 'middle')).toBe('reachable');
    expect(answer(net, 'api', 'web', 'tcp/443', '198.51.100.10')).toBe('reachable');
  });
});

describe('what is not known', () => {
  const office = unknown('var.office', '${var.office}');
  const withOffice = (least: AddressSet, most: AddressSet): Topology =>
    threeSegments()
      .addFilter({
        id: 'offices',
        matching: 'union',
        stateful: true,
        ingress: [
          {
            action: 'allow',
            traffic: exactly(Traffic.parse('tcp/22')),
            remote: { addresses: between(least, most, [office]), members: exactly<readonly string[]>([]) },
          },
        ],
      })
      .addEndpoint(machine('bastion', 'front', '10.0.1.40', ['offices']))
      .build();

  test('a rule with unknown addresses leaves the answer open, and names what would settle it', () => {
    const topology = withOffice(AddressSet.empty, AddressSet.everything(4));
    const verdict = reach(topology, { from: 'web', to: 'bastion', on: Traffic.parse('tcp/22') });
    expect(verdict).toMatchObject({ kind: 'unknown', unknowns: [office] });
    expect([verdict.passes, verdict.mayPass].map(String)).toEqual(['nothing', 'tcp/22']);
  });

  test('and does not where they cannot matter', () => {
    expect(answer(withOffice(set('10.0.1.0/24'), AddressSet.everything(4)), 'web', 'bastion', 'tcp/22')).toBe(
      'reachable',
    );
    expect(answer(withOffice(AddressSet.empty, set('10.0.2.0/24')), 'web', 'bastion', 'tcp/22')).toBe(
      'blocked',
    );
    expect(answer(withOffice(AddressSet.empty, AddressSet.everything(4)), 'web', 'bastion', 'tcp/23')).toBe(
      'blocked',
    );
  });

  test('an unknown own address matters only where rules tell the possible ones apart', () => {
    const address = {
      family: 4,
      possible: set('10.0.2.0/24'),
      unknown: unknown('x.private_ip', 'x'),
    } as const;
    const narrow = (text: string): Topology =>
      threeSegments()
        .addFilter({
          id: 'narrow',
          matching: 'union',
          stateful: true,
          ingress: [allow('tcp/9', remote(set(text)))],
        })
        .addFilter({ id: 'out', matching: 'union', stateful: true, egress: [allow('tcp', anyone)] })
        .addEndpoint(machine('job', 'middle', address, ['out']))
        .addEndpoint(machine('sink', 'front', '10.0.1.50', ['narrow']))
        .build();
    expect(answer(narrow('10.0.2.0/23'), 'job', 'sink', 'tcp/9')).toBe('reachable');
    expect(answer(narrow('10.0.2.0/25'), 'job', 'sink', 'tcp/9')).toBe('unknown');
    expect(answer(narrow('10.0.4.0/24'), 'job', 'sink', 'tcp/9')).toBe('blocked');
  });
});

test('a solver answers the same however often it is asked', () => {
  const solver = new Solver(net);
  const ask = () => solver.ask({ from: 'internet', to: 'web', on: Traffic.parse('all') });
  expect(JSON.stringify(ask())).toBe(JSON.stringify(ask()));
});

test('a literal address that the topology itself shows is not outside', () => {
  expect(() => reach(net, { from: '198.51.100.10', to: 'api', on: Traffic.parse('tcp/1') })).toThrow('web');
});

describe('an address that a router has itself in a zone', () => {
  const topology = network({
    segments: {
      back: { block: '10.0.0.0/24', routes: { '10.0.0.0/24': 'local', '0.0.0.0/0': 'host:back' } },
    },
    machines: { api: { in: 'back', at: '10.0.0.10' } },
    zones: { lan: ['192.0.2.0/24'] },
    routers: {
      host: {
        legs: [
          segmentLeg('back', 'back', '10.0.0.1'),
          { id: 'lan', kind: 'zone', zone: 'lan', address: exactly(set('192.0.2.10')) },
        ],
        // Flows from inside to the router's own address are led back in, as a published port is.
        translations: [published('192.0.2.10', 'tcp/443', 'api', 0, ['back']), masquerade('lan', 'lan')],
      },
    },
  });

  test('is nobody in the zone who could be missed', () => {
    expect(answer(topology, 'api', 'lan', 'tcp/443')).toBe('reachable');
    expect(answer(topology, 'api', '192.0.2.11', 'tcp/443')).toBe('reachable');
  });

  test('cannot be asked about as somebody outside', () => {
    expect(() => answer(topology, 'api', '192.0.2.10', 'tcp/443')).toThrow('it is an address of host');
  });
});
