import { AddressSet } from '../../lib/addressing/address-set';
import { Cidr } from '../../lib/addressing/cidr';
import { NetproofError } from '../../lib/addressing/netproof-error';
import { PortSet } from '../../lib/addressing/port-set';
import { Traffic } from '../../lib/addressing/traffic';
import { exactly } from '../../lib/topology/bounds';
import { isTopology } from '../../lib/topology/topology';
import { TopologyBuilder } from '../../lib/topology/topology-builder';

function oneSegment(): TopologyBuilder {
  const block = Cidr.parse('10.0.0.0/24');
  return new TopologyBuilder()
    .addDomain({ id: 'net', blocks: [block] })
    .addTable({ id: 'table', routes: [{ to: block, via: { kind: 'local' } }] })
    .addSegment({ id: 'lan', domain: 'net', blocks: [block], table: { options: ['table'], unknowns: [] } });
}

function problemsOf(builder: TopologyBuilder): readonly string[] {
  try {
    builder.build();
  } catch (error) {
    if (NetproofError.is(error) && error.code === 'InvalidTopology') return error.problems;
    throw error;
  }
  return [];
}

test('what is usually the same may be left out', () => {
  const topology = oneSegment()
    .addEndpoint({ id: 'web', type: 'machine', interfaces: [{ id: 'web.0', segment: 'lan', addresses: [] }] })
    .addZone({ id: 'outside', addresses: AddressSet.everything(4) })
    .build();
  expect(topology.segments.get('lan')).toMatchObject({
    name: 'lan',
    peers: true,
    crossing: { options: [null] },
    origin: { address: 'lan' },
  });
  expect(topology.segments.get('lan')!.placeable.size).toBe(256n);
  expect(topology.tables.get('table')!.routes[0]).toMatchObject({
    preference: 0,
    origin: { address: 'table' },
  });
  expect(topology.endpoints.get('web')).toMatchObject({ spread: 'own', accepts: true, names: [] });
  expect(topology.endpoints.get('web')!.interfaces[0]).toMatchObject({
    forwards: false,
    filters: { least: [], most: [] },
  });
  expect(String(topology.zones.get('outside')!.clientPorts)).toBe('32768-60999');
});

test('what is stated is kept', () => {
  const topology = oneSegment()
    .addEndpoint({
      id: 'job',
      type: 'function',
      interfaces: [],
      accepts: false,
      clientPorts: PortSet.range(1024, 65535),
      origin: { address: 'aws_thing.job', constructPath: 'shop/job' },
    })
    .build();
  expect(topology.endpoints.get('job')).toMatchObject({
    accepts: false,
    origin: { constructPath: 'shop/job' },
  });
  expect(String(topology.endpoints.get('job')!.clientPorts)).toBe('1024-65535');
});

test('a topology is recognised, and an object that looks like one is not', () => {
  const topology = oneSegment().build();
  expect(isTopology(topology)).toBe(true);
  expect(isTopology({ ...topology })).toBe(false);
  expect(isTopology(null)).toBe(false);
});

test('an id given twice is refused, and one id for two kinds is not', () => {
  const twice = oneSegment().addDomain({ id: 'net', blocks: [] });
  expect(problemsOf(twice)).toEqual(['domains: "net" is given more than once. Ids are unique per kind.']);
  expect(problemsOf(oneSegment().addDomain({ id: 'lan', blocks: [] }))).toEqual([]);
});

test('every id that does not exist is named at once, with the nearest that does', () => {
  const builder = oneSegment()
    .addEndpoint({
      id: 'web',
      type: 'machine',
      interfaces: [{ id: 'web.0', segment: 'lam', addresses: [], filters: exactly(['group']) }],
    })
    .addTable({
      id: 'other',
      routes: [{ to: Cidr.parse('0.0.0.0/0'), via: { kind: 'interface', interface: 'web.1' } }],
    })
    .addRouter({ id: 'gate', legs: [{ id: 'out', kind: 'zone', zone: 'world' }] })
    .addRelay({
      id: 'balancer',
      endpoint: 'nobody',
      listeners: [],
    });
  expect(problemsOf(builder)).toEqual([
    'interface web.0 names segment "lam", which does not exist. The nearest is "lan".',
    'interface web.0 names filter "group", which does not exist.',
    'route table other names interface "web.1", which does not exist. The nearest is "web.0".',
    'router gate names zone "world", which does not exist.',
    'relay balancer names endpoint "nobody", which does not exist.',
  ]);
});

test('a union filter does not deny, and a first-match filter may', () => {
  const rule = {
    action: 'deny',
    traffic: exactly(Traffic.everything),
    remote: { addresses: exactly(AddressSet.everything()), members: exactly<readonly string[]>([]) },
  } as const;
  const filter = { id: 'f', stateful: true, ingress: [rule] };
  expect(problemsOf(oneSegment().addFilter({ ...filter, matching: 'union' }))).toEqual([
    'filter f is a union and has a rule that denies. Rules of a union only allow.',
  ]);
  expect(problemsOf(oneSegment().addFilter({ ...filter, matching: 'first-match' }))).toEqual([]);
});

test('ids added so far can be asked for', () => {
  expect(oneSegment().has('segments', 'lan')).toBe(true);
  expect(oneSegment().has('segments', 'net')).toBe(false);
});
