import { AddressSet } from '../../lib/addressing/address-set';
import { PortSet } from '../../lib/addressing/port-set';
import { Traffic } from '../../lib/addressing/traffic';
import { reach } from '../../lib/reachability/solver';
import type { Verdict } from '../../lib/reachability/verdict';
import { allow as allowing, network } from '../second-opinion/hand-made';
import { exactly } from '../../lib/topology/bounds';
import type { GivenRule } from '../../lib/topology/topology-builder';
import type { Topology } from '../../lib/topology/topology';
import {
  allow,
  anyone,
  block,
  deny,
  machine,
  remote,
  rule,
  set,
  table,
  threeSegments,
} from './three-segments';

const open = [allow('any protocol', anyone)];

/** `box` in a segment of its own, 10.0.4.0/24, whose edge has these stateless rules. */
function guarded(ingress: readonly GivenRule[], egress: readonly GivenRule[], stateful = false): Topology {
  return threeSegments()
    .addFilter({ id: 'edge', matching: 'first-match', stateful, ingress, egress })
    .addSegment({
      id: 'guarded',
      domain: 'net',
      blocks: [block('10.0.4.0/24')],
      table: table('middle-table'),
      crossing: { options: ['edge'], unknowns: [] },
    })
    .addEndpoint(machine('box', 'guarded', '10.0.4.10'))
    .addEndpoint(machine('free', 'middle', '10.0.2.20'))
    .addEndpoint(machine('mate', 'guarded', '10.0.4.11'))
    .build();
}

function ask(topology: Topology, from: string, to: string, on: string): Verdict {
  return reach(topology, { from, to, on: Traffic.parse(on) });
}

describe('a stateless filter', () => {
  test('lets a reply out only by a rule for the client’s ports', () => {
    const closed = ask(guarded(open, []), 'free', 'box', 'tcp/443');
    expect([closed.kind, String(closed.firstPacket.passes)]).toEqual(['blocked', 'tcp/443']);
    expect(ask(guarded(open, [allow('tcp/32768-60999', anyone)]), 'free', 'box', 'tcp/443').kind).toBe(
      'reachable',
    );
    expect(ask(guarded(open, [allow('tcp/443', anyone)]), 'free', 'box', 'tcp/443').kind).toBe('blocked');
  });

  test('that lets part of the client’s ports out blocks an ordinary client, and says which part passes', () => {
    const part = ask(guarded(open, [allow('tcp/49152-65535', anyone)]), 'free', 'box', 'tcp/443');
    expect(part.kind).toBe('blocked');
    expect([part.clientPorts!.passes, part.clientPorts!.of].map(String)).toEqual([
      '49152-60999',
      '32768-60999',
    ]);
    const whole = ask(guarded(open, [allow('tcp/1024-65535', anyone)]), 'free', 'box', 'tcp/443');
    expect(whole).toMatchObject({ kind: 'reachable', clientPorts: undefined });
  });

  test('asks a reply in the order of its rules', () => {
    const allowed = allow('tcp/1024-65535', anyone);
    const denied = deny('tcp/40000', remote(set('10.0.2.0/24')));
    expect(ask(guarded(open, [denied, allowed]), 'free', 'box', 'tcp/443').kind).toBe('blocked');
    expect(ask(guarded(open, [allowed, denied]), 'free', 'box', 'tcp/443').kind).toBe('reachable');
    expect(ask(guarded(open, [denied, allowed]), 'web', 'box', 'tcp/443').kind).toBe('reachable');
  });

  test('judges the port that a packet comes from where a rule says so', () => {
    const fromLow = rule('allow', 'tcp/443', anyone, PortSet.range(1, 1023));
    expect(ask(guarded([fromLow], open), 'free', 'box', 'tcp/443').kind).toBe('blocked');
    const fromHigh = rule('allow', 'tcp/443', anyone, PortSet.range(1024, 65535));
    expect(ask(guarded([fromHigh], open), 'free', 'box', 'tcp/443').kind).toBe('reachable');
  });

  test('lets an echo reply out as type 0, and not as the request', () => {
    expect(ask(guarded(open, [allow('icmp/0', anyone)]), 'free', 'box', 'icmp').kind).toBe('reachable');
    expect(ask(guarded(open, [allow('icmp/8', anyone)]), 'free', 'box', 'icmp').kind).toBe('blocked');
  });

  test('is never met inside its segment', () => {
    expect(ask(guarded([], []), 'mate', 'box', 'tcp/443').kind).toBe('reachable');
    expect(ask(guarded([], []), 'free', 'box', 'tcp/443').kind).toBe('blocked');
  });
});

describe('a stateful filter', () => {
  test('on the edge remembers what went over it, and does not let others back', () => {
    expect(ask(guarded(open, [], true), 'free', 'box', 'tcp/443').kind).toBe('reachable');
    expect(ask(guarded(open, [], true), 'box', 'free', 'tcp/443').kind).toBe('blocked');
  });
});

describe('a translator', () => {
  /** The front segment, where the translator stands, with these stateless rules on its edge. */
  function behind(ingress: readonly GivenRule[], egress: readonly GivenRule[]): Topology {
    const topology = threeSegments()
      .addFilter({ id: 'front-edge', matching: 'first-match', stateful: false, ingress, egress })
      .build();
    const front = topology.segments.get('front')!;
    const crossing = { options: ['front-edge'], unknowns: [] };
    return {
      ...topology,
      segments: new Map([...topology.segments, ['front', { ...front, crossing }]]),
    };
  }

  test('uses ports of its own, all of which have to come back', () => {
    const clientOnly = ask(
      behind([allow('tcp/443', anyone), allow('tcp/32768-60999', anyone)], open),
      'api',
      'internet',
      'tcp/443',
    );
    expect(clientOnly.kind).toBe('blocked');
    expect([clientOnly.clientPorts!.passes, clientOnly.clientPorts!.of].map(String)).toEqual([
      '32768-60999',
      '1024-65535',
    ]);
    const all = behind([allow('tcp/443', anyone), allow('tcp/1024-65535', anyone)], open);
    expect(ask(all, 'api', 'internet', 'tcp/443').kind).toBe('reachable');
  });

  test('is gone through on both legs by the filter of its segment', () => {
    const fromInside = allow('any protocol', remote(set('10.0.2.0/24')));
    const back = allow('tcp/1024-65535', remote(AddressSet.everything(4).subtract(set('10.0.0.0/16'))));
    const toInside = allow('any protocol', remote(set('10.0.2.0/24')));
    const out = allow('tcp/443', remote(AddressSet.everything(4).subtract(set('10.0.0.0/16'))));
    expect(ask(behind([fromInside, back], [out, toInside]), 'api', 'internet', 'tcp/443').kind).toBe(
      'reachable',
    );
    for (const [ingress, egress] of [
      [[back], [out, toInside]],
      [[fromInside], [out, toInside]],
      [[fromInside, back], [toInside]],
      [[fromInside, back], [out]],
    ] as const) {
      expect(ask(behind(ingress, egress), 'api', 'internet', 'tcp/443').kind).toBe('blocked');
    }
  });
});

describe('a reply walks on its own', () => {
  /** `near` is reached from `far` over a domain link; each side has its own table. */
  function linked(routeBack: boolean): Topology {
    return threeSegments()
      .addDomain({ id: 'other', blocks: [block('10.9.0.0/16')] })
      .addTable({
        id: 'near-table',
        routes: [
          { to: block('10.0.0.0/16'), via: { kind: 'local' } },
          ...(routeBack
            ? [
                {
                  to: block('10.9.0.0/16'),
                  via: { kind: 'router', router: 'link', leg: 'link.near' },
                } as const,
              ]
            : []),
        ],
      })
      .addTable({
        id: 'far-table',
        routes: [
          { to: block('10.9.0.0/16'), via: { kind: 'local' } },
          { to: block('10.0.0.0/16'), via: { kind: 'router', router: 'link', leg: 'link.far' } },
        ],
      })
      .addSegment({ id: 'near', domain: 'net', blocks: [block('10.0.5.0/24')], table: table('near-table') })
      .addSegment({ id: 'far', domain: 'other', blocks: [block('10.9.1.0/24')], table: table('far-table') })
      .addRouter({
        id: 'link',
        legs: [
          { id: 'link.near', kind: 'domain', domain: 'net' },
          { id: 'link.far', kind: 'domain', domain: 'other' },
        ],
        forward: [{ action: 'allow', origin: { address: 'link' } }],
      })
      .addEndpoint(machine('here', 'near', '10.0.5.10'))
      .addEndpoint(machine('there', 'far', '10.9.1.10'))
      .build();
  }

  test('by the routes of the side that it starts from', () => {
    expect(ask(linked(true), 'there', 'here', 'tcp/22').kind).toBe('reachable');
    const oneWay = ask(linked(false), 'there', 'here', 'tcp/22');
    expect([oneWay.kind, String(oneWay.firstPacket.passes)]).toEqual(['blocked', 'tcp/22']);
    expect(oneWay.trace()[0]!.cuts).toMatchObject([
      { reason: 'no-route', direction: 'reply', subject: 'near-table' },
    ]);
    expect(ask(linked(false), 'here', 'there', 'tcp/22').firstPacket.passes.isEmpty()).toBe(true);
  });

  test.each([
    ['an error of ICMP', 'icmp/3'],
    ['an echo reply', 'icmp/0'],
    ['the answer to another message', 'icmp/14'],
  ])('and has none to %s, which arrives and never passes', (_what, on) => {
    const open = ask(linked(true), 'there', 'here', on);
    expect([open.kind, String(open.firstPacket.passes)]).toEqual(['blocked', on]);
    const shut = ask(linked(false), 'here', 'there', on);
    expect([shut.kind, String(shut.firstPacket.mayPass)]).toEqual(['blocked', 'nothing']);
    expect(ask(linked(true), 'there', 'here', `icmp/8, ${on}`)).toMatchObject({ kind: 'partial' });
  });

  test('and has none to errors and replies of ICMPv6 either', () => {
    const six = network({
      segments: { lan: { block: 'fd00::/64' } },
      machines: { web: { in: 'lan', at: 'fd00::1' }, db: { in: 'lan', at: 'fd00::2' } },
    });
    expect(ask(six, 'web', 'db', 'icmpv6/128').kind).toBe('reachable');
    for (const on of ['icmpv6/1', 'icmpv6/129']) {
      const verdict = ask(six, 'web', 'db', on);
      expect([verdict.kind, String(verdict.firstPacket.passes)]).toEqual(['blocked', on]);
    }
  });

  test.each(['icmp', 'all'])('of %s is asked for echoes alone, in both families', (on) => {
    const dual = network({
      segments: { lan: { block: ['10.0.0.0/24', 'fd00::/64'] } },
      machines: {
        four: { in: 'lan', at: '10.0.0.1' },
        six: { in: 'lan', at: 'fd00::1' },
        both: { in: 'lan', at: ['10.0.0.2', 'fd00::2'], filters: ['echoes'] },
      },
      filters: {
        echoes: { ingress: [allowing('tcp'), allowing('udp'), allowing('icmp')], egress: [] },
      },
    });
    expect(ask(dual, 'four', 'both', on).kind).toBe('reachable');
    expect(ask(dual, 'six', 'both', on).kind).toBe('reachable');
    expect(ask(dual, 'both', 'six', on).kind).toBe('blocked');
    for (const message of ['icmp/3', 'icmp/0', 'icmpv6/1', 'icmpv6/129']) {
      expect(Traffic.parse(on).overlaps(Traffic.parse(message))).toBe(false);
    }
  });

  test('and is no member any more when its flow was led aside', () => {
    const back = (aside: boolean): Topology =>
      threeSegments()
        .addFilter({ id: 'plain', matching: 'union', stateful: true, ingress: open, egress: open })
        .addFilter({
          id: 'edge',
          matching: 'first-match',
          stateful: false,
          ingress: open,
          egress: [allow('tcp/1024-65535', remote(AddressSet.empty, 'plain'))],
        })
        .addTable({
          id: 'steering',
          routes: [
            { to: block('10.0.0.0/16'), via: { kind: 'local' } },
            ...(aside
              ? [
                  {
                    to: block('10.0.8.0/24'),
                    via: { kind: 'router', router: 'box', leg: 'box.leg' },
                  } as const,
                ]
              : []),
          ],
        })
        .addSegment({ id: 'from', domain: 'net', blocks: [block('10.0.7.0/24')], table: table('steering') })
        .addSegment({
          id: 'into',
          domain: 'net',
          blocks: [block('10.0.8.0/24')],
          table: table('back-table'),
          crossing: { options: ['edge'], unknowns: [] },
        })
        .addRouter({
          id: 'box',
          legs: [{ id: 'box.leg', kind: 'segment', segment: 'into', address: exactly(set('10.0.8.1')) }],
          forward: [{ action: 'allow', origin: { address: 'box' } }],
        })
        .addEndpoint(machine('one', 'from', '10.0.7.10', ['plain']))
        .addEndpoint(machine('two', 'into', '10.0.8.10', ['plain']))
        .build();
    expect(ask(back(false), 'one', 'two', 'tcp/80').kind).toBe('reachable');
    expect(ask(back(true), 'one', 'two', 'tcp/80').kind).toBe('blocked');
  });

  test('a link does not lead on to what lies behind the other side', () => {
    expect(ask(linked(true), 'there', 'internet', 'tcp/443').kind).toBe('blocked');
    expect(ask(linked(true), 'there', 'web', 'tcp/443').kind).toBe('blocked');
  });

  test('and is lost when a router that never saw the flow would rewrite it', () => {
    const back = ask(
      threeSegments()
        .addEndpoint(machine('lone', 'middle', '10.0.2.9'))
        .build(),
      'internet',
      'segment:middle',
      'tcp/1',
    );
    expect(back.kind).toBe('blocked');
    expect(back.trace().flatMap(({ cuts }) => cuts.map(({ reason }) => reason))).toContain('asymmetric');
  });
});
