import { Address } from '../../lib/addressing/address';
import { Traffic } from '../../lib/addressing/traffic';
import { reach } from '../../lib/reachability/solver';
import type { Topology } from '../../lib/topology/topology';
import {
  allow,
  deny,
  domainLeg,
  forward,
  network,
  published,
  segmentLeg,
  type Sketch,
  zoneLeg,
} from '../second-opinion/hand-made';

function told(topology: Topology, from: string, to: string, on = 'tcp/443'): string {
  return reach(topology, { from, to, on: Traffic.parse(on) }).kind;
}

const anyone = { ingress: [allow('any')], egress: [allow('any')] };

describe('a segment and a machine that stands in it', () => {
  /** `box` has two addresses in the segment, and refuses packets from some. */
  function boxed(...refused: readonly string[]): Topology {
    return network({
      segments: { lan: { block: ['10.0.0.0/28', 'fd00::/124'] } },
      machines: {
        box: { in: 'lan', at: ['10.0.0.4', '10.0.0.5', 'fd00::4'], filters: ['own'] },
        other: { in: 'lan', at: '10.0.0.6' },
      },
      filters: {
        own: {
          matching: 'first-match',
          ingress: [...refused.map((address) => deny('any', address)), allow('any')],
          egress: [...refused.map((address) => deny('any', address)), allow('any')],
        },
      },
    });
  }

  test('nobody could be placed on the addresses of the machine itself', () => {
    const topology = boxed('10.0.0.4', '10.0.0.5', 'fd00::4');
    expect(told(topology, 'segment:lan', 'box')).toBe('reachable');
    expect(told(topology, 'box', 'segment:lan')).toBe('reachable');
  });

  test('somebody could be placed on any other, those of other machines included', () => {
    for (const refused of ['10.0.0.6', '10.0.0.9']) {
      // Of the two families one is enough.
      expect(told(boxed(refused, 'fd00::9'), 'segment:lan', 'box')).toBe('partial');
      expect(told(boxed(refused, 'fd00::9'), 'box', 'segment:lan')).toBe('partial');
      expect(told(boxed(refused), 'segment:lan', 'box')).toBe('reachable');
    }
  });
});

describe('a segment faced with itself stands for two interfaces in it', () => {
  test('that reach each other directly, whatever stands on its edge', () => {
    const topology = network({
      segments: { lan: { block: ['10.0.0.0/28', 'fd00::/124'], crossing: 'shut' } },
      machines: {},
      filters: { shut: {} },
    });
    expect(told(topology, 'segment:lan', 'segment:lan')).toBe('reachable');
  });

  /** Interfaces that talk to each other over the edge, which lets only these pass. */
  function apart(edge: NonNullable<Sketch['filters']>[string], block: string | readonly string[]): Topology {
    return network({
      segments: { lan: { block, peers: false, crossing: 'edge' } },
      machines: {},
      filters: { edge: { matching: 'first-match', ...edge } },
    });
  }

  test('over the edge where it keeps them apart', () => {
    const block = ['10.0.0.0/28', 'fd00::/124'];
    expect(told(apart(anyone, block), 'segment:lan', 'segment:lan')).toBe('reachable');
    expect(told(apart({}, block), 'segment:lan', 'segment:lan')).toBe('blocked');
  });

  test('of which the rules of the edge may take one as the source and another as the target', () => {
    const one = { ingress: [allow('any', '10.0.0.0/29')], egress: [allow('any', '10.0.0.8/29')] };
    expect(told(apart(one, '10.0.0.0/28'), 'segment:lan', 'segment:lan')).toBe('partial');
    const all = { ingress: [allow('any', '10.0.0.0/28')], egress: [allow('any', '10.0.0.0/28')] };
    expect(told(apart(all, '10.0.0.0/28'), 'segment:lan', 'segment:lan')).toBe('reachable');
  });

  test('and never for one that faces itself', () => {
    const strangers = {
      ingress: [allow('any')],
      egress: [deny('any', '10.0.0.1'), allow('any', '10.0.0.0/31')],
    };
    // From 10.0.0.0 to 10.0.0.1 nothing passes, and back everything: the pairs of one address do not count.
    expect(told(apart(strangers, '10.0.0.0/31'), 'segment:lan', 'segment:lan')).toBe('partial');
    const nobody = { ...strangers, egress: [deny('any', '10.0.0.0/31'), allow('any')] };
    expect(told(apart(nobody, '10.0.0.0/31'), 'segment:lan', 'segment:lan')).toBe('blocked');
    expect(told(apart(anyone, '10.0.0.7/32'), 'segment:lan', 'segment:lan')).toBe('blocked');
  });
});

describe('a segment and what lies outside', () => {
  /** Flows begin inside only; IPv4 leaves under a translation, IPv6 with its own address. */
  function edged(ingress: NonNullable<Sketch['filters']>[string]['ingress']): Topology {
    return network({
      segments: {
        lan: {
          block: ['10.0.0.0/28', 'fd00::/124'],
          crossing: 'edge',
          routes: { '10.0.0.0/24': 'local', 'fd00::/64': 'local', '0.0.0.0/0': 'four:in', '::/0': 'six:in' },
        },
      },
      machines: {},
      filters: {
        edge: { stateful: false, matching: 'first-match', ingress: ingress!, egress: [allow('any')] },
      },
      zones: { internet: ['198.51.100.0/24'], internet6: ['2001:db8::/64'] },
      routers: {
        four: { legs: [domainLeg('in', 'net'), zoneLeg('out', 'internet', [4])] },
        six: {
          legs: [domainLeg('in', 'net'), zoneLeg('out', 'internet6')],
          forward: [forward({ action: 'allow', from: ['in'], to: ['out'] })],
        },
      },
    });
  }

  test.each(['internet', 'internet6'])('reaches %s where replies come back', (zone) => {
    expect(told(edged([allow('any')]), 'segment:lan', zone)).toBe('reachable');
    expect(told(edged([allow('tcp/1024-65535')]), 'segment:lan', zone)).toBe('reachable');
    expect(told(edged([allow('tcp/443')]), 'segment:lan', zone)).toBe('blocked');
  });

  test('is reached from a zone at a public address that it could have, and by IPv6 only past the router', () => {
    expect(told(edged([allow('any')]), 'internet', 'segment:lan')).toBe('reachable');
    expect(told(edged([allow('tcp/443', '198.51.100.0/25')]), 'internet', 'segment:lan')).toBe('partial');
    expect(told(edged([allow('tcp/80')]), 'internet', 'segment:lan')).toBe('blocked');
    expect(told(edged([allow('any')]), 'internet6', 'segment:lan')).toBe('blocked');
  });
});

test('an interface placed where a published port leads to takes what was led to who stood there', () => {
  const topology = network({
    segments: {
      back: { block: '10.0.0.0/30', routes: { '10.0.0.0/24': 'local', '192.0.2.0/24': 'host:back' } },
    },
    machines: { api: { in: 'back', at: '10.0.0.1' } },
    zones: { lan: ['192.0.2.0/24'] },
    routers: {
      host: {
        legs: [segmentLeg('back', 'back', '10.0.0.3'), zoneLeg('lan', 'lan')],
        // Whatever comes for the segment goes to one address in it.
        translations: [published('10.0.0.0/30', 'tcp/443', 'api')],
      },
    },
  });
  const placed = (address: string) =>
    reach(topology, { from: 'lan', to: 'segment:back', on: Traffic.parse('tcp/443') }).parts.filter(
      ({ to, passes }) => to.addresses!.contains(Address.parse(address)) && !passes.isEmpty(),
    );
  expect(placed('10.0.0.1')).toHaveLength(1);
  expect(placed('10.0.0.2')).toHaveLength(0);
});
