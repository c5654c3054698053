import { AddressSet } from '../../lib/addressing/address-set';
import { Address } from '../../lib/addressing/address';
import { Cidr } from '../../lib/addressing/cidr';
import { NetproofError } from '../../lib/addressing/netproof-error';
import { lookup, lookupEndpoint } from '../../lib/topology/lookup';
import { TopologyBuilder } from '../../lib/topology/topology-builder';

const endpoints: readonly [id: string, path: string | undefined, names: string[], address: string][] = [
  ['aws_instance.web', 'shop/web/Resource', ['storefront'], '10.0.0.10'],
  ['aws_instance.api[0]', 'shop/api/first', ['worker'], '10.0.0.11'],
  ['aws_instance.api[1]', 'shop/api/second', ['worker'], '10.0.0.12'],
  ['lab:aws_instance.db', 'lab/data/db', [], '10.0.0.13'],
  ['other:aws_instance.db', 'other/data/db', [], '10.0.0.14'],
  ['module.m["a:b"].aws_instance.x', undefined, ['lan'], '10.0.0.15'],
];

const builder = new TopologyBuilder()
  .addDomain({ id: 'net', name: 'VPC main', blocks: [Cidr.parse('10.0.0.0/16')] })
  .addTable({ id: 'table' })
  .addZone({ id: 'internet', addresses: AddressSet.of(Cidr.parse('0.0.0.0/0')) })
  .addSegment({
    id: 'aws_subnet.lan',
    name: 'lan',
    domain: 'net',
    blocks: [Cidr.parse('10.0.0.0/24')],
    table: { options: ['table'], unknowns: [] },
    origin: { address: 'aws_subnet.lan', constructPath: 'shop/vpc/lan/Resource' },
  });
for (const [id, constructPath, names, address] of endpoints) {
  const possible = AddressSet.of(Address.parse(address));
  builder.addEndpoint({
    id,
    names,
    type: 'aws_instance',
    interfaces: [
      { id: `${id}.0`, segment: 'aws_subnet.lan', addresses: [{ family: 4, possible, unknown: undefined }] },
    ],
    origin: constructPath === undefined ? { address: id } : { address: id, constructPath },
  });
}
const topology = builder.build();

function idOf(name: string): string {
  const party = lookup(topology, name);
  return party.kind === 'endpoint'
    ? party.endpoint.id
    : party.kind === 'segment'
      ? party.segment.id
      : party.zone.id;
}

function errorOf(name: string): string {
  try {
    lookup(topology, name);
  } catch (error) {
    if (NetproofError.is(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error(`${name} was found`);
}

test.each([
  ['aws_instance.web', 'aws_instance.web'],
  ['shop/web', 'aws_instance.web'],
  ['shop/web/Resource', 'aws_instance.web'],
  ['web', 'aws_instance.web'],
  ['storefront', 'aws_instance.web'],
  ['aws_instance.api[1]', 'aws_instance.api[1]'],
  ['second', 'aws_instance.api[1]'],
  ['api/first', 'aws_instance.api[0]'],
  ['lab:aws_instance.db', 'lab:aws_instance.db'],
  ['lab/data', 'lab:aws_instance.db'],
  ['module.m["a:b"].aws_instance.x', 'module.m["a:b"].aws_instance.x'],
  ['aws_subnet.lan', 'aws_subnet.lan'],
  ['vpc/lan', 'aws_subnet.lan'],
  ['internet', 'internet'],
  ['203.0.113.9', '203.0.113.9'],
  ['203.0.113.0/24', '203.0.113.0/24'],
])('%s is a name of %s', (name, id) => expect(idOf(name)).toBe(id));

test('a bare name means an endpoint, and segment: in front a segment', () => {
  expect(idOf('lan')).toBe('module.m["a:b"].aws_instance.x');
  expect(idOf('segment:lan')).toBe('aws_subnet.lan');
});

test('a literal address is a zone with that address alone', () => {
  const party = lookup(topology, '203.0.113.9');
  expect(party.kind === 'zone' && String(party.zone.addresses)).toBe('203.0.113.9');
});

test('a misspelt name is an error with the nearest names, never a party', () => {
  expect(errorOf('storefrnt')).toBe(
    'UnknownEndpoint: nothing is called "storefrnt". The nearest names are "storefront".',
  );
  expect(errorOf('aws_instance.wep')).toContain('The nearest names are "aws_instance.web"');
  expect(errorOf('segment:lann')).toContain('The nearest names are "lan", "aws_subnet.lan"');
  expect(errorOf('internt')).toContain('"internet"');
});

test('part of a path segment is no name', () => {
  expect(errorOf('shop/we')).toContain('UnknownEndpoint');
  expect(errorOf('op/web')).toContain('UnknownEndpoint');
});

test('a name of several endpoints is an error that lists them', () => {
  expect(errorOf('worker')).toBe(
    'AmbiguousName: "worker" is the name of 2 endpoints: aws_instance.api[0], aws_instance.api[1]. Use one of these.',
  );
  expect(errorOf('api')).toContain('AmbiguousName');
  expect(errorOf('aws_instance.db')).toContain('lab:aws_instance.db, other:aws_instance.db');
});

test('an address inside a domain is not outside: the error says who holds it', () => {
  expect(errorOf('10.0.0.10')).toBe(
    'UnknownEndpoint: 10.0.0.10 lies inside VPC main. It is an address of aws_instance.web: ask about that.',
  );
  expect(errorOf('10.0.9.9')).toContain('No endpoint is known to have it');
});

test('a literal that is no address is refused as such', () => {
  expect(errorOf('203.0.113.999')).toContain('InvalidAddress');
});

test('only endpoints are looked up where only an endpoint will do', () => {
  expect(lookupEndpoint(topology, 'web').id).toBe('aws_instance.web');
  expect(() => lookupEndpoint(topology, 'internet')).toThrow('nothing is called "internet"');
});
