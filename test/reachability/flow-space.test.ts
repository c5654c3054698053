import * as fc from 'fast-check';
import { PortSet } from '../../lib/addressing/port-set';
import { icmp, icmpReply, tcp, Traffic, udp } from '../../lib/addressing/traffic';
import { answerable, FlowSpace, shiftedTraffic } from '../../lib/reachability/flow-space';

/** Ports are drawn from a few, so that rectangles meet, touch and overlap often. */
const places = [0, 1, 2, 3, 79, 80, 81, 65534, 65535];
const protocols = [6, 17, 1, 58, 47];
const few = Traffic.from(protocols.map((protocol) => Traffic.of(protocol)));
const range = fc
  .tuple(fc.constantFrom(...places), fc.constantFrom(...places))
  .map(([a, b]) => PortSet.range(Math.min(a, b), Math.max(a, b)));
const rectangle = fc
  .record({ protocol: fc.constantFrom('tcp', 'udp', 'any', 'icmp', 'gre'), sources: range, ports: range })
  .map(({ protocol, sources, ports }) => {
    if (protocol === 'any') return FlowSpace.of(Traffic.everything, sources);
    if (protocol === 'icmp') return FlowSpace.of(icmp().union(icmpReply()));
    if (protocol === 'gre') return FlowSpace.of(Traffic.of(47));
    return FlowSpace.of(Traffic.of(protocol === 'tcp' ? 'tcp' : 'udp', ports), sources);
  });
const anySpace = fc
  .array(fc.tuple(rectangle, fc.boolean()), { maxLength: 5 })
  .map((steps) =>
    steps.reduce((space, [one, added]) => (added ? space.union(one) : space.subtract(one)), FlowSpace.empty),
  );

/** Every packet at the places, as text. */
function members(space: FlowSpace): Set<string> {
  const found = new Set<string>();
  for (const protocol of protocols) {
    for (const source of protocol === 6 || protocol === 17 ? places : [0]) {
      const held = space.fromAll(PortSet.of(source), few).ports(protocol);
      for (const port of places) if (held.contains(port)) found.add(`${protocol} ${source} ${port}`);
    }
  }
  return found;
}

describe('set operations agree with the same operations on packets', () => {
  test.each(['union', 'intersect', 'subtract'] as const)('%s', (operation) => {
    fc.assert(
      fc.property(anySpace, anySpace, (a, b) => {
        const left = members(a);
        const right = members(b);
        const expected = {
          union: () => new Set([...left, ...right]),
          intersect: () => new Set([...left].filter((one) => right.has(one))),
          subtract: () => new Set([...left].filter((one) => !right.has(one))),
        }[operation]();
        expect(members(a[operation](b))).toEqual(expected);
      }),
    );
  });

  test('contains and isEmpty', () => {
    fc.assert(
      fc.property(anySpace, anySpace, (a, b) => {
        expect(a.union(b).contains(a)).toBe(true);
        expect(a.contains(a.union(b))).toBe(b.subtract(a).isEmpty());
        expect(a.subtract(a).isEmpty()).toBe(true);
      }),
    );
  });
});

test('equal sets are equal in structure, whichever way they were made', () => {
  fc.assert(
    fc.property(anySpace, anySpace, (a, b) => {
      const same = a.subtract(b).union(a.intersect(b));
      expect(same.equals(a)).toBe(true);
      expect(a.equals(b)).toBe(a.subtract(b).isEmpty() && b.subtract(a).isEmpty());
    }),
  );
});

describe('replies', () => {
  const both = (space: FlowSpace) => space.replies().replies();

  test('exchange the ports of tcp and udp, twice to where they were', () => {
    const space = FlowSpace.of(tcp(1024, 65535), PortSet.of(443));
    const flows = space.replies();
    expect(String(flows.fromAll(PortSet.range(1024, 65535), Traffic.parse('tcp')))).toBe('tcp/443');
    expect(flows.fromAll(PortSet.range(1023, 65535), Traffic.parse('tcp')).isEmpty()).toBe(true);
    fc.assert(
      fc.property(anySpace, (any) => {
        const ported = any.intersect(FlowSpace.of(tcp(0, 65535).union(udp(0, 65535))));
        const backAgain = both(ported).intersect(FlowSpace.of(tcp(0, 65535).union(udp(0, 65535))));
        expect(backAgain.equals(ported)).toBe(true);
      }),
    );
  });

  test('of an echo request is the echo reply, and not the request', () => {
    const asked = icmp();
    const passing = (filter: Traffic) => String(FlowSpace.of(filter).replies().fromAll(PortSet.all, asked));
    expect(passing(icmpReply())).toBe('icmp');
    expect(passing(icmp())).toBe('nothing');
    expect(passing(Traffic.everything)).toBe('icmp');
    expect(passing(Traffic.ofIcmp('icmp', 0))).toBe('icmp/8/0');
  });

  test('of other messages of ICMP are not awaited', () => {
    const unreachable = Traffic.ofIcmp('icmp', 3);
    expect(FlowSpace.empty.replies().fromAll(PortSet.all, unreachable).equals(unreachable)).toBe(true);
  });

  test('exist of echo requests and of everything that is no ICMP', () => {
    expect(String(answerable(Traffic.parse('icmp, icmp/0, icmp/3, icmpv6/129, tcp/443, protocol/47')))).toBe(
      'tcp/443, icmp, protocol/47',
    );
    expect(answerable(Traffic.parse('icmp/0, icmpv6/129')).isEmpty()).toBe(true);
  });

  test('of a protocol without ports are packets of the protocol', () => {
    const gre = Traffic.of(47);
    expect(FlowSpace.of(gre).replies().fromAll(PortSet.all, gre).equals(gre)).toBe(true);
    expect(FlowSpace.of(tcp(1)).replies().fromAll(PortSet.all, gre).isEmpty()).toBe(true);
  });
});

describe('source ports', () => {
  const half = FlowSpace.of(tcp(80), PortSet.range(32768, 50000)).union(FlowSpace.of(tcp(443)));

  test('traffic from all of them, and from some of them', () => {
    const client = PortSet.range(32768, 60999);
    expect(String(half.fromAll(client, Traffic.parse('tcp')))).toBe('tcp/443');
    expect(String(half.fromSome(client, Traffic.parse('tcp')))).toBe('tcp/80, tcp/443');
    expect(String(half.fromSome(PortSet.of(60000), Traffic.parse('tcp')))).toBe('tcp/443');
  });

  test('of traffic that is in the set with some of them', () => {
    expect(String(half.sourcePorts(tcp(80)))).toBe('32768-50000');
    expect(String(half.sourcePorts(tcp(443)))).toBe('0-65535');
    expect(half.sourcePorts(tcp(22)).isEmpty()).toBe(true);
  });

  test('restrict only protocols that have ports; a packet without any is from none in particular', () => {
    const space = FlowSpace.of(Traffic.everything, PortSet.of(53));
    expect(space.fromAll(PortSet.of(53), Traffic.parse('udp/7')).isEmpty()).toBe(false);
    expect(space.fromAll(PortSet.of(53), Traffic.of(47)).isEmpty()).toBe(true);
  });
});

describe('shifting destination ports', () => {
  test('moves tcp and udp, and loses what leaves the range', () => {
    const moved = FlowSpace.of(tcp(60000, 65535).union(icmp())).shifted(5000);
    expect(String(moved.fromAll(PortSet.all, Traffic.parse('tcp, icmp')))).toBe('tcp/65000-65535, icmp');
    expect(String(shiftedTraffic(tcp(8080).union(icmp()), -8000))).toBe('tcp/80, icmp');
    expect(String(shiftedTraffic(tcp(80), -8000))).toBe('nothing');
  });

  test('back again is what it was where nothing was lost', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 60000 }),
        fc.integer({ min: -100, max: 5000 }),
        (port, shift) => {
          const space = FlowSpace.of(tcp(port));
          expect(space.shifted(shift).shifted(-shift).equals(space)).toBe(true);
        },
      ),
    );
  });
});
