import { Address } from '../../lib/addressing/address';
import { AddressSet } from '../../lib/addressing/address-set';
import { Cidr } from '../../lib/addressing/cidr';
import { resolve } from '../../lib/reachability/name-resolution';
import type { NameOwner, NameRecord } from '../../lib/topology/name-table';
import type { Topology } from '../../lib/topology/topology';
import { TopologyBuilder } from '../../lib/topology/topology-builder';
import { known, ref, unknown } from '../../lib/topology/value';

const block = Cidr.parse('10.0.0.0/24');
const unset = unknown('machine.late.address', 'its address');

const at = (endpoint: string): NameOwner => ({
  kind: 'interface',
  endpoint,
  interface: `${endpoint}.0`,
});

function record(name: NameRecord['name'], owner: NameOwner, more: Partial<NameRecord> = {}): NameRecord {
  return { name, what: 'name', owner, origin: { address: 'here' }, ...more };
}

/** `asker` asks `first`, then `second`; `other` is asked by nobody. */
function network(tables: Readonly<Record<string, readonly NameRecord[]>>): Topology {
  const builder = new TopologyBuilder()
    .addDomain({ id: 'net', blocks: [block] })
    .addTable({ id: 't', routes: [] })
    .addSegment({ id: 'lan', domain: 'net', blocks: [block], table: { options: ['t'], unknowns: [] } });
  const machine = (id: string, last: number | undefined, more = {}) =>
    builder.addEndpoint({
      id,
      type: 'machine',
      ...more,
      interfaces: [
        {
          id: `${id}.0`,
          segment: 'lan',
          addresses: [
            last === undefined
              ? { family: 4, possible: AddressSet.of(Cidr.parse('10.0.0.8/30')), unknown: unset }
              : { family: 4, possible: AddressSet.of(block.at(last)), unknown: undefined },
          ],
        },
      ],
    });
  const beyond = { kind: 'nobody', reason: 'there is nobody else' } as const;
  machine('asker', 1, { resolver: { tables: [['first'], ['second', 'third']], search: ['lan'], beyond } });
  machine('web', 2);
  machine('db', 3, { resolver: { tables: [], beyond: { kind: 'upstream', servers: 'somebody' } } });
  machine('late', undefined);
  for (const id of ['first', 'second', 'third', 'other']) {
    builder.addNameTable({ id, records: tables[id] ?? [], suffixes: id === 'other' ? [] : ['net'] });
  }
  return builder.build();
}

const told = (topology: Topology, name: string, from = 'asker'): string => {
  const { kind, answers, unknowns } = resolve(topology, from, name);
  const owners = answers.map(({ owner, address }) => `${owner ?? '-'}@${address?.toString() ?? '?'}`);
  return [kind, ...owners, ...unknowns.map(({ key }) => key)].join(' ');
};

describe('which table answers', () => {
  const net = network({
    first: [record('db', at('web'))],
    second: [record('db', at('db')), record('both', at('web'))],
    third: [record('both', at('db')), record('x.lan', at('web'))],
    other: [record('db', at('late')), record('hidden', at('db'))],
  });

  test('the first that has the name, whoever comes later', () => {
    expect(told(net, 'db')).toBe('found web@10.0.0.2');
    expect(resolve(net, 'asker', 'db').elsewhere).toMatchObject([
      { owner: 'db', table: 'second', asked: true },
      { owner: 'late', table: 'other', asked: false },
    ]);
  });

  test('any of several that are asked in no order', () =>
    expect(told(net, 'both')).toBe('found web@10.0.0.2 db@10.0.0.3'));

  test('none that is not asked', () => {
    expect(told(net, 'hidden')).toBe('not-found');
    expect(resolve(net, 'asker', 'hidden')).toMatchObject({
      beyond: 'there is nobody else',
      elsewhere: [{ owner: 'db', asked: false }],
    });
  });

  test('in any case, with a dot at the end, with the suffix of a table, and with what is searched', () => {
    expect(told(net, 'DB')).toBe(told(net, 'db'));
    expect(told(net, 'db.')).toBe(told(net, 'db'));
    expect(told(net, 'db.net')).toBe(told(net, 'db'));
    expect(told(net, 'db.other')).toBe('not-found');
    expect(told(net, 'x')).toBe('found web@10.0.0.2');
  });

  test('who has somebody to ask outside asks there, and who has no resolver is unknown', () => {
    expect(told(net, 'db', 'db')).toBe('upstream');
    expect(told(net, 'db', 'web')).toBe('unknown web');
  });
});

describe('addresses', () => {
  const net = network({
    first: [
      record('late', at('late')),
      record('literal', { kind: 'addresses', addresses: [Address.parse('10.0.0.3')] }),
      record('free', { kind: 'addresses', addresses: [Address.parse('10.0.0.9')] }),
      record('far', { kind: 'addresses', addresses: [Address.parse('192.0.2.1')] }),
      record('unset', { kind: 'unknown', unknown: unset }),
    ],
  });

  test('one that only apply tells has the key that does', () => {
    expect(resolve(net, 'asker', 'late').answers).toMatchObject([
      { owner: 'late', address: undefined, unknown: { key: 'machine.late.address' }, segment: 'lan' },
    ]);
  });

  test('one that is written out belongs to who has it for certain, or perhaps, or to nobody', () => {
    expect(told(net, 'literal')).toBe('found db@10.0.0.3');
    expect(resolve(net, 'asker', 'free').answers).toMatchObject([{ owner: undefined, perhaps: ['late'] }]);
    expect(resolve(net, 'asker', 'far').answers).toMatchObject([{ owner: undefined, perhaps: [] }]);
    expect(told(net, 'unset')).toBe('found -@?');
  });
});

describe('names that only apply tells', () => {
  const open = unknown('machine.db.name', 'db-${random.id}');
  const pieces = { ...open, parts: [known('db-'), ref('random.id', 'hex')] };

  test('may be what is asked, where their pieces fit', () => {
    const net = network({ second: [record(pieces, at('db'))] });
    expect(told(net, 'db-1')).toBe('unknown db@10.0.0.3 machine.db.name');
    expect(told(net, 'web-1')).toBe('not-found');
  });

  test('leave a name alone that an earlier table has, and none that a later one has', () => {
    const before = network({ first: [record('db-1', at('web'))], second: [record(open, at('db'))] });
    expect(told(before, 'db-1')).toBe('found web@10.0.0.2');
    const after = network({ first: [record(open, at('db'))], second: [record('db-1', at('web'))] });
    expect(told(after, 'db-1')).toBe('unknown db@10.0.0.3 web@10.0.0.2 machine.db.name');
  });

  test('a record that may not be there is one too', () => {
    const net = network({ first: [record('db', at('db'), { doubt: unknown('machine.db.count', 'count') })] });
    expect(told(net, 'db')).toBe('unknown db@10.0.0.3 machine.db.count');
    expect(told(net, 'web')).toBe('not-found');
  });
});

test.each(['', ' ', 'a b', 'db..lan', '10.0.0.3', 'fd00::1', 'x'.repeat(64), 'postgres://db'])(
  '%j is no name',
  (name) => expect(() => resolve(network({}), 'asker', name)).toThrow(/name is made of letters/),
);

test('a name that means no endpoint is refused with the nearest, and a segment with a reason', () => {
  const net = network({});
  expect(() => resolve(net, 'askr', 'db')).toThrow(/nearest names are "asker"/);
  expect(() => resolve(net, { kind: 'segment', segment: net.segments.get('lan')! }, 'db')).toThrow(
    /only an endpoint asks/,
  );
});

test('a table that names what is not there is refused', () => {
  expect(() => network({ first: [record('db', at('nobody'))] })).toThrow(
    /name table first names endpoint "nobody"/,
  );
  const builder = new TopologyBuilder();
  const resolver = { tables: [['none']], beyond: { kind: 'nobody', reason: '' } } as const;
  builder.addEndpoint({ id: 'a', type: 'machine', interfaces: [], resolver });
  expect(() => builder.build()).toThrow(/endpoint a names name table "none"/);
});
