import * as fc from 'fast-check';
import { PortSet } from '../../lib/addressing/port-set';
import { hasPorts, hasTypes, protocolName, protocolNumber } from '../../lib/addressing/protocol';
import { allTraffic, icmp, icmpReply, tcp, Traffic, udp } from '../../lib/addressing/traffic';
import { refusal } from './refusal';

const traffic = (text: string) => Traffic.parse(text);

describe('reading and printing', () => {
  test.each([
    'tcp/5432',
    'tcp/8000-8100',
    'udp/53',
    'sctp/36412',
    'tcp',
    'udp',
    'icmp',
    'all',
    'tcp/0-65535',
    'tcp/22, tcp/443, udp/53',
    'icmp/8/0',
    'icmp/3',
    'icmp/3/4',
    'icmp/3/0-4',
    'icmp/0-255, icmpv6/0-255',
    'icmpv6/128/0',
    'protocol/47',
    'tcp/179, protocol/50-51',
    'all, sctp, protocol/47',
    'any protocol',
  ])('%s prints as it was read', (text) => expect(String(traffic(text))).toBe(text));

  test.each([
    ['tcp, udp, icmp', 'all'],
    ['icmp,udp,tcp', 'all'],
    ['tcp/1-65535', 'tcp'],
    ['udp/53,tcp/53', 'tcp/53, udp/53'],
    ['tcp/22, tcp/20-21', 'tcp/20-22'],
    ['icmp/8/0, icmpv6/128/0', 'icmp'],
    ['icmp/8', 'icmp/8'],
    ['icmp, icmp/3', 'icmp/3, icmp/8/0, icmpv6/128/0'],
    ['icmp/3/4-255, icmp/4, icmp/5/0', 'icmp/3/4-255, icmp/4, icmp/5/0'],
    ['protocol/6', 'tcp/0-65535'],
    ['protocol/1', 'icmp/0-255'],
    ['protocol/0-255', 'any protocol'],
    ['any protocol, tcp', 'any protocol'],
  ])('%s prints as %s', (text, printed) => expect(String(traffic(text))).toBe(printed));

  test.each([
    ['5432', 'tcp/5432', 'it names no protocol'],
    ['8000-8100', 'tcp/8000-8100', 'it names no protocol'],
    ['5432/tcp', 'tcp/5432', 'the protocol comes first'],
    ['TCP/5432', 'tcp/5432', 'lower case'],
    ['tcp:5432', 'tcp/5432', 'after the protocol it takes a slash'],
    ['tcp 5432', 'tcp/5432', 'after the protocol it takes a slash'],
    ['tcp/ 5432', 'tcp/5432', 'after the protocol it takes a slash'],
    ['tcp/8100-8000', 'tcp/8000-8100', '8100 to 8000 is the wrong way round'],
    ['tcp/080', 'tcp/80', 'without leading zeros'],
    ['icmpv6', 'icmp', '"icmp" means ICMPv6 on IPv6'],
    ['-1', 'any protocol', 'every protocol'],
    ['*', 'any protocol', 'every protocol'],
  ])('%j is refused, and what to write is %s', (text, mended, because) => {
    const { code, message } = refusal(() => traffic(text));
    expect(code).toBe('InvalidTraffic');
    expect(message).toContain(because);
    expect(message).toMatch(new RegExp(` Write "${mended}"\\.$`));
  });

  test.each([
    ['tcp/65536', 'ports go from 0 to 65535'],
    ['tcp/1/2', 'tcp takes one number or range'],
    ['tcp/', 'it takes a slash and a number'],
    ['tcp/http', 'it takes a slash and a number'],
    ['icmp/256', 'types and codes go from 0 to 255'],
    ['icmp/3-4/1', 'codes belong to one type'],
    ['protocol/256', 'protocols go from 0 to 255'],
    ['protocol', 'it takes a slash and a number'],
    ['tpc/80', '"tpc" is no protocol known by name; those are tcp, udp, sctp, icmp, icmpv6'],
    ['http', '"http" is no protocol known by name'],
    ['constructor', '"constructor" is no protocol'],
    ['tcp/22,', '"" is not traffic (in "tcp/22,"): it is empty'],
    ['', 'it is empty'],
    ['${TfToken[TOKEN.3]}', 'unresolved token'],
    ['tcp/-1.8881545897087827e+289', 'a number token was put into text'],
    [5432, 'it is not a text'],
    ['nothing', '"nothing" is no protocol'],
  ])('%j is refused, and nothing is guessed', (text, because) => {
    const { code, message } = refusal(() => traffic(text as string));
    expect(code).toBe('InvalidTraffic');
    expect(message).toContain(because);
    expect(message).not.toContain('Write');
  });

  test('the piece of a list that is wrong is named, and the list with it', () => {
    expect(refusal(() => traffic('tcp/22, 5432')).message).toMatchInlineSnapshot(
      `""5432" is not traffic (in "tcp/22, 5432"): it names no protocol. Write "tcp/5432"."`,
    );
  });

  test('any traffic reads back what it prints', () =>
    fc.assert(
      fc.property(anyTraffic(), (some) => {
        fc.pre(!some.isEmpty());
        expect(traffic(String(some))).toEqual(some);
      }),
    ));
});

describe('making', () => {
  test('functions say the same as texts', () => {
    expect(tcp(5432)).toEqual(traffic('tcp/5432'));
    expect(tcp(8000, 8100)).toEqual(traffic('tcp/8000-8100'));
    expect(udp(53)).toEqual(traffic('udp/53'));
    expect(icmp()).toEqual(traffic('icmp'));
    expect(allTraffic()).toEqual(traffic('tcp, udp, icmp'));
    expect(Traffic.of(47)).toEqual(traffic('protocol/47'));
    expect(Traffic.ofIcmp('icmp', 3, 4)).toEqual(traffic('icmp/3/4'));
    expect(Traffic.ofIcmp('icmp', 3)).toEqual(traffic('icmp/3'));
    expect(Traffic.ofIcmp('icmpv6')).toEqual(traffic('protocol/58'));
  });

  test('ports the wrong way round, or no ports at all, are refused', () => {
    expect(() => tcp(8100, 8000)).toThrow('ports 8100 to 8000 are the wrong way round. Write 8000 to 8100.');
    expect(() => tcp(undefined as unknown as number)).toThrow('undefined is not a port');
    expect(() => udp(65536)).toThrow('65536 (a number) is not a port');
    expect(Traffic.of('tcp', PortSet.empty).isEmpty()).toBe(true);
  });

  test('only tcp, udp and sctp have ports', () => {
    expect(() => Traffic.of(47, PortSet.of(22))).toThrow('protocol 47 has no ports, and it was given 22');
    expect(() => Traffic.of('icmp', PortSet.of(8))).toThrow('protocol icmp has no ports');
    expect(String(Traffic.of(47))).toBe('protocol/47');
    expect([6, 17, 132, 1, 58, 47].map(hasPorts)).toEqual([true, true, true, false, false, false]);
    expect([6, 17, 132, 1, 58, 47].map(hasTypes)).toEqual([false, false, false, true, true, false]);
  });

  test.each([[256], [-1], [1.5], ['TCP'], ['toString'], [undefined]])('%p is not a protocol', (value) => {
    expect(refusal(() => Traffic.of(value as number)).code).toBe('InvalidProtocol');
    expect(() => protocolNumber(value as number)).toThrow(
      'give tcp, udp, sctp, icmp, icmpv6, or a number from 0 to 255',
    );
  });

  test('protocols have the numbers that IANA gave them', () => {
    expect((['tcp', 'udp', 'sctp', 'icmp', 'icmpv6'] as const).map(protocolNumber)).toEqual([
      6, 17, 132, 1, 58,
    ]);
    expect([6, 17, 132, 1, 58, 47].map(protocolName)).toEqual([
      'tcp',
      'udp',
      'sctp',
      'icmp',
      'icmpv6',
      undefined,
    ]);
  });

  test.each([[-1], [256], [0.5]])('%p is neither an ICMP type nor a code', (value) => {
    expect(() => Traffic.ofIcmp('icmp', value)).toThrow('whole numbers from 0 to 255');
    expect(() => Traffic.ofIcmp('icmp', 3, value)).toThrow('whole numbers from 0 to 255');
  });
});

describe('meaning', () => {
  test('tcp leaves port 0 out, and any protocol takes it in', () => {
    expect(traffic('tcp').contains(traffic('tcp/0'))).toBe(false);
    expect(traffic('tcp').contains(traffic('tcp/65535'))).toBe(true);
    expect(Traffic.everything.contains(traffic('tcp/0'))).toBe(true);
  });

  test('all is tcp, udp and ping, and not every protocol', () => {
    expect(traffic('all').contains(traffic('tcp/22, udp/53, icmp'))).toBe(true);
    expect(traffic('all').overlaps(traffic('sctp, protocol/47, icmp/3'))).toBe(false);
    expect(Traffic.everything.contains(traffic('all, sctp, protocol/47, icmp/3'))).toBe(true);
  });

  test('icmp asks for the echo request of either family, and its reply is another packet', () => {
    expect(String(icmp().inFamily(4))).toBe('icmp/8/0');
    expect(String(icmp().inFamily(6))).toBe('icmpv6/128/0');
    expect(icmp().overlaps(icmpReply())).toBe(false);
    expect(String(icmpReply())).toBe('icmp/0/0, icmpv6/129/0');
    expect(Traffic.ofIcmp('icmp', 8).contains(icmp().inFamily(4))).toBe(true);
    expect(Traffic.ofIcmp('icmp', 3).overlaps(icmp())).toBe(false);
  });

  test('ports of a protocol can be asked, and are none where nothing is in the set', () => {
    const some = traffic('tcp/22, tcp/8000-8100, icmp');
    expect(String(some.ports('tcp'))).toBe('22,8000-8100');
    expect(some.ports('udp').isEmpty()).toBe(true);
    expect(some.ports('icmp').ranges()).toEqual([{ from: 8 * 256, to: 8 * 256 }]);
    expect(some.protocols()).toEqual([1, 6, 58]);
  });

  test('what is left of everything without ssh is said in full', () => {
    expect(String(traffic('all').subtract(tcp(22)))).toBe('tcp/1-21, tcp/23-65535, udp, icmp');
    expect(String(Traffic.empty)).toBe('nothing');
    expect(JSON.stringify([tcp(22)])).toBe('["tcp/22"]');
  });
});

describe('set operations', () => {
  test('agree with a plain set of packets', () =>
    fc.assert(
      fc.property(smallTraffic(), smallTraffic(), (left, right) => {
        const [a, b] = [new Set(members(left)), new Set(members(right))];
        expect(members(left.union(right))).toEqual(universe.filter((one) => a.has(one) || b.has(one)));
        expect(members(left.intersect(right))).toEqual(universe.filter((one) => a.has(one) && b.has(one)));
        expect(members(left.subtract(right))).toEqual(universe.filter((one) => a.has(one) && !b.has(one)));
        expect(left.contains(right)).toBe([...b].every((one) => a.has(one)));
        expect(left.overlaps(right)).toBe([...b].some((one) => a.has(one)));
        expect(left.equals(right)).toBe([...a].join() === [...b].join());
        expect(left.isEmpty()).toBe(a.size === 0);
      }),
    ));

  test('equal sets have one form, however they were made', () =>
    fc.assert(
      fc.property(anyTraffic(), anyTraffic(), (left, right) => {
        expect(left.union(right)).toEqual(right.union(left));
        expect(left.union(left)).toEqual(left);
        expect(left.subtract(right).union(left.intersect(right))).toEqual(left);
        expect(Traffic.everything.subtract(Traffic.everything.subtract(left))).toEqual(left);
        expect(left.subtract(left)).toEqual(Traffic.empty);
        expect(left.equals(left.union(right))).toBe(left.contains(right));
      }),
      { numRuns: 40 },
    ));
});

/** Some packets of every kind of protocol, those at the edges among them. */
const universe = [
  'tcp/0',
  'tcp/1',
  'tcp/2',
  'tcp/65535',
  'udp/1',
  'sctp/1',
  'icmp/8/0',
  'icmp/8/1',
  'icmp/9/0',
  'icmpv6/128/0',
  'protocol/0',
  'protocol/47',
  'protocol/48',
  'protocol/255',
];

function members(some: Traffic): string[] {
  return universe.filter((one) => some.contains(traffic(one)));
}

function smallTraffic(): fc.Arbitrary<Traffic> {
  return fc.subarray(universe).map((some) => Traffic.from(some.map(traffic)));
}

function anyTraffic(): fc.Arbitrary<Traffic> {
  const ends = (highest: number) =>
    fc.tuple(fc.nat(highest), fc.nat(highest)).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`);
  const piece = fc.oneof(
    fc.tuple(fc.constantFrom('tcp', 'udp', 'sctp'), ends(65535)).map(([name, ports]) => `${name}/${ports}`),
    fc.tuple(fc.constantFrom('icmp', 'icmpv6'), ends(255)).map(([name, types]) => `${name}/${types}`),
    fc
      .tuple(fc.constantFrom('icmp', 'icmpv6'), fc.nat(255), ends(255))
      .map(([name, type, codes]) => `${name}/${type}/${codes}`),
    ends(255).map((numbers) => `protocol/${numbers}`),
    fc.constantFrom('tcp', 'udp', 'icmp', 'all', ...universe),
  );
  return fc.array(piece, { maxLength: 5 }).map((pieces) => Traffic.from(pieces.map(traffic)));
}
