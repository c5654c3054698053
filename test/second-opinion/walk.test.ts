import { Traffic } from '../../lib/addressing/traffic';
import type { GivenRule } from '../../lib/topology/topology-builder';
import {
  allow,
  between,
  deny,
  domainLeg,
  fate,
  flowOf,
  masquerade,
  network,
  ping,
  plain,
  type RouterSketch,
  segmentLeg,
  type Sketch,
  tcp,
  udp,
  zoneLeg,
} from './hand-made';
import { walk } from './walk';

describe('within a domain', () => {
  test('nothing filtered: whoever has an address is reached, and an address nobody has is not', () => {
    const net = network(plain);
    expect(fate(net, tcp('web', '10.0.0.5', 80))).toBe('passes');
    expect(fate(net, tcp('web', '10.0.0.20', 5432))).toBe('passes');
    expect(fate(net, tcp('web', '10.0.0.6', 80))).toBe('stops: nobody has the address');
    expect(fate(net, tcp('web', '10.0.0.21', 80))).toBe('stops: nobody has the address');
    expect(fate(net, tcp('web', '10.0.0.200', 80))).toBe('stops: nobody has the address');
  });

  test('a machine without rules to send by sends nothing, and answers what its filter let in', () => {
    const net = network({
      ...plain,
      machines: { ...plain.machines, db: { ...plain.machines.db, filters: ['only-in'] } },
      filters: { 'only-in': { ingress: [allow('tcp/5432')] } },
    });
    expect(fate(net, tcp('web', '10.0.0.20', 5432))).toBe('passes');
    expect(fate(net, tcp('web', '10.0.0.20', 5433))).toBe('stops: interface filter');
    expect(fate(net, tcp('db', '10.0.0.4', 80))).toBe('stops: interface filter');
  });

  test('one of several filters is enough, and a first-match filter beside it cannot deny for the other', () => {
    const filters = {
      ssh: { ingress: [allow('tcp/22')] },
      closed: { matching: 'first-match', ingress: [deny('any')] },
    } as const;
    const wearing = (...worn: string[]) =>
      network({
        ...plain,
        machines: { ...plain.machines, db: { ...plain.machines.db, filters: worn } },
        filters,
      });
    expect(fate(wearing('closed', 'ssh'), tcp('web', '10.0.0.20', 22))).toBe('passes');
    expect(fate(wearing('closed', 'ssh'), tcp('web', '10.0.0.20', 23))).toBe('stops: interface filter');
    expect(fate(wearing('closed'), tcp('web', '10.0.0.20', 22))).toBe('stops: interface filter');
  });

  test('a deny before an allow wins, and after it comes too late', () => {
    const ordered = (...ingress: GivenRule[]) =>
      network({
        ...plain,
        machines: { ...plain.machines, db: { ...plain.machines.db, filters: ['f'] } },
        filters: { f: { matching: 'first-match', ingress } },
      });
    const narrow = deny('tcp/5432', '10.0.0.4');
    const wide = allow('tcp/5432', '10.0.0.0/24');
    expect(fate(ordered(narrow, wide), tcp('web', '10.0.0.20', 5432))).toBe('stops: interface filter');
    expect(fate(ordered(narrow, wide), tcp('shop', '10.0.0.20', 5432))).toBe('passes');
    expect(fate(ordered(wide, narrow), tcp('web', '10.0.0.20', 5432))).toBe('passes');
  });

  test('a rule for source ports matches the port sent from, and not the port sent to', () => {
    const net = network({
      ...plain,
      machines: { ...plain.machines, db: { ...plain.machines.db, filters: ['f'] } },
      filters: { f: { ingress: [allow('any', 'any', '40000')] } },
    });
    expect(fate(net, tcp('web', '10.0.0.20', 80, 40000))).toBe('passes');
    expect(fate(net, tcp('web', '10.0.0.20', 40000, 40001))).toBe('stops: interface filter');
    expect(fate(net, ping('web', '10.0.0.20'))).toBe('stops: interface filter');
  });

  test('what accepts nothing is not reached, and still gets its answers', () => {
    const net = network({
      ...plain,
      machines: { ...plain.machines, web: { ...plain.machines.web, accepts: false } },
    });
    expect(fate(net, tcp('db', '10.0.0.4', 80))).toBe('stops: accepts nothing');
    expect(fate(net, tcp('web', '10.0.0.20', 80))).toBe('passes');
  });

  test('what takes its listeners only is not reached on other ports, and still gets its answers', () => {
    const topology = network(plain);
    const db = { ...topology.endpoints.get('db')!, takes: Traffic.parse('tcp/5432') };
    const net = { ...topology, endpoints: new Map(topology.endpoints).set('db', db) };
    expect(fate(net, tcp('web', '10.0.0.20', 5432))).toBe('passes');
    expect(fate(net, tcp('web', '10.0.0.20', 5433))).toBe('stops: accepts nothing');
    expect(fate(net, tcp('db', '10.0.0.4', 80))).toBe('passes');
  });

  test('neighbours that are no peers go over the edge of their segment, where its filter may stop them', () => {
    const apart = (rules: GivenRule[]) =>
      network({
        ...plain,
        segments: { ...plain.segments, front: { ...plain.segments.front, peers: false, crossing: 'edge' } },
        filters: { edge: { matching: 'first-match', stateful: false, ingress: rules, egress: rules } },
      });
    expect(fate(apart([]), tcp('web', '10.0.0.5', 80))).toBe('stops: crossing filter');
    expect(fate(apart([allow('any')]), tcp('web', '10.0.0.5', 80))).toBe('passes');
  });

  test('two domains with the same addresses are two worlds', () => {
    const net = network({
      domains: { net: ['10.0.0.0/24'], other: ['10.0.0.0/24'] },
      segments: { ...plain.segments, twin: { domain: 'other', block: '10.0.0.16/28' } },
      machines: {
        ...plain.machines,
        imposter: { in: 'twin', at: '10.0.0.20' },
        lonely: { in: 'twin', at: '10.0.0.21' },
      },
    });
    const { where } = walk(net, flowOf(net, tcp('web', '10.0.0.20', 80)));
    expect(where).toEqual({ kind: 'interface', interface: 'db' });
    expect(fate(net, tcp('web', '10.0.0.21', 80))).toBe('stops: nobody has the address');
  });
});

describe('the filter on the edge of a segment', () => {
  const withEdges = (front: Readonly<Parameters<typeof edge>>, back: Readonly<Parameters<typeof edge>>) =>
    network({
      ...plain,
      segments: {
        front: { ...plain.segments.front, crossing: 'front-edge' },
        back: { ...plain.segments.back, crossing: 'back-edge' },
      },
      filters: { 'front-edge': edge(...front), 'back-edge': edge(...back) },
    });
  const edge = (ingress: readonly GivenRule[], egress: readonly GivenRule[], stateful = false) =>
    ({ matching: 'first-match', stateful, ingress, egress }) as const;
  const open = [allow('any')];

  test('is never met inside the segment, although it closes everything to the rest', () => {
    const net = withEdges([[], []], [open, open]);
    expect(fate(net, tcp('web', '10.0.0.5', 80))).toBe('passes');
    expect(fate(net, tcp('web', '10.0.0.20', 80))).toBe('stops: crossing filter');
    expect(fate(net, tcp('db', '10.0.0.4', 80))).toBe('stops: crossing filter');
  });

  test('stateless: a reply needs a rule for the port it goes back to, and the whole of it', () => {
    const replies = (ports: string) =>
      withEdges([[allow(`tcp/${ports}`)], open], [[allow('tcp/5432')], open]);
    expect(fate(replies('1024-65535'), tcp('web', '10.0.0.20', 5432, 40000))).toBe('passes');
    expect(fate(replies('49152-65535'), tcp('web', '10.0.0.20', 5432, 40000))).toBe(
      'arrives, reply: crossing filter',
    );
    expect(fate(replies('49152-65535'), tcp('web', '10.0.0.20', 5432, 50000))).toBe('passes');
  });

  test('stateless: a reply meets all four lists, the last of them on its way home', () => {
    const only = (ingress: string, egress: string) => [[allow(ingress)], [allow(egress)]] as const;
    const call = tcp('web', '10.0.0.20', 5432, 40000);
    expect(fate(withEdges(only('tcp/40000', 'tcp/5432'), only('tcp/5432', 'tcp/40000')), call)).toBe(
      'passes',
    );
    expect(fate(withEdges(only('tcp/40000', 'tcp/5432'), only('tcp/5432', 'tcp/5432')), call)).toBe(
      'arrives, reply: crossing filter',
    );
    expect(fate(withEdges(only('tcp/5432', 'tcp/5432'), only('tcp/5432', 'tcp/40000')), call)).toBe(
      'arrives, reply: crossing filter',
    );
  });

  test('stateful: the reply needs no rule, and a flow from the other side does', () => {
    const net = withEdges([[], open, true], [[allow('tcp/5432')], [], true]);
    expect(fate(net, tcp('web', '10.0.0.20', 5432))).toBe('passes');
    expect(fate(net, tcp('db', '10.0.0.4', 40000, 5432))).toBe('stops: crossing filter');
  });

  test('stateless: an echo request is let in as type 8, and its reply let out as type 0', () => {
    const net = (replies: string) => withEdges([open, open], [[allow('icmp')], [allow(replies)]]);
    expect(fate(net('icmp/0'), ping('web', '10.0.0.20'))).toBe('passes');
    expect(fate(net('icmp/8'), ping('web', '10.0.0.20'))).toBe('arrives, reply: crossing filter');
  });

  test('a message of ICMP that asks nothing has no answer, in either family', () => {
    const send = (protocol: 'icmp' | 'icmpv6', type: number, from: string, to: string) =>
      fate(
        network({
          segments: { front: { block: ['10.0.0.0/28', 'fd00::/124'] } },
          machines: { web: { in: 'front', at: from }, db: { in: 'front', at: to } },
        }),
        { from: 'web', to, protocol, destinationPort: type * 256 },
      );
    expect(send('icmp', 8, '10.0.0.4', '10.0.0.5')).toBe('passes');
    for (const type of [0, 3]) {
      expect(send('icmp', type, '10.0.0.4', '10.0.0.5')).toBe('arrives, reply: never answered');
    }
    expect(send('icmpv6', 128, 'fd00::4', 'fd00::5')).toBe('passes');
    for (const type of [1, 129]) {
      expect(send('icmpv6', type, 'fd00::4', 'fd00::5')).toBe('arrives, reply: never answered');
    }
  });

  test('ICMPv6 counts types of its own: 128 asks and 129 answers', () => {
    const net = (replies: string) =>
      network({
        segments: {
          front: { block: 'fd00::/124' },
          back: { block: 'fd00::10/124', crossing: 'edge' },
        },
        machines: { web: { in: 'front', at: 'fd00::4' }, db: { in: 'back', at: 'fd00::14' } },
        filters: { edge: edge([allow('icmpv6/128')], [allow(replies)]) },
      });
    expect(fate(net('icmpv6/129'), ping('web', 'fd00::14'))).toBe('passes');
    expect(fate(net('icmp/0'), ping('web', 'fd00::14'))).toBe('arrives, reply: crossing filter');
  });
});

describe('rules that name members', () => {
  const guarded = {
    machines: {
      web: { in: 'front', at: '10.0.0.4', filters: ['web'] },
      shop: { in: 'front', at: '10.0.0.5', filters: ['shop'] },
      db: { in: 'back', at: '10.0.0.20', filters: ['db'] },
    },
    filters: {
      web: { ingress: [allow('any')], egress: [allow('tcp', 'members of db')] },
      shop: { egress: [allow('any')] },
      db: { ingress: [allow('tcp/5432', 'members of web')] },
    },
  } as const;

  test('match who carries the filter, and not its neighbour', () => {
    const net = network({ ...plain, ...guarded });
    expect(fate(net, tcp('web', '10.0.0.20', 5432))).toBe('passes');
    expect(fate(net, tcp('shop', '10.0.0.20', 5432))).toBe('stops: interface filter');
  });

  test('name the destination of what goes out', () => {
    const net = network({ ...plain, ...guarded });
    expect(fate(net, tcp('web', '10.0.0.5', 5432))).toBe('stops: interface filter');
    const open = network({
      ...plain,
      ...guarded,
      filters: { ...guarded.filters, shop: { ingress: [allow('any', 'members of web')] } },
    });
    expect(fate(open, tcp('web', '10.0.0.5', 5432))).toBe('stops: interface filter');
    expect(fate(open, tcp('web', '10.0.0.20', 5432))).toBe('passes');
  });

  test('match nobody when nobody carries the filter', () => {
    const bare = { ...guarded.machines, web: { in: 'front', at: '10.0.0.4' } };
    const net = network({ ...plain, ...guarded, machines: bare });
    expect(fate(net, tcp('web', '10.0.0.20', 5432))).toBe('stops: interface filter');
  });

  const twoDomains = (translations: RouterSketch['translations']) =>
    network({
      domains: { net: ['10.0.0.0/24'], other: ['10.0.1.0/24'] },
      segments: {
        front: { block: '10.0.0.0/28', routes: { '10.0.0.0/24': 'local', '10.0.1.0/24': 'pass:net' } },
        back: {
          domain: 'other',
          block: '10.0.1.16/28',
          routes: { '10.0.1.0/24': 'local', '0.0.0.0/0': 'pass:other' },
        },
        hall: { domain: 'other', block: '10.0.1.32/28' },
      },
      machines: {
        web: guarded.machines.web,
        db: { in: 'back', at: '10.0.1.20', filters: ['db'] },
      },
      filters: { ...guarded.filters, web: { egress: [allow('any')] } },
      routers: {
        pass: {
          legs: [...between('net', 'other').legs, segmentLeg('hall', 'hall', '10.0.1.36')],
          translations: translations ?? [],
        },
      },
    });

  test('still match across a router that changes nothing, and no longer once it has changed the source', () => {
    expect(fate(twoDomains([]), tcp('web', '10.0.1.20', 5432))).toBe('passes');
    const hidden = masquerade('other', 'hall');
    expect(fate(twoDomains([hidden]), tcp('web', '10.0.1.20', 5432))).toBe('stops: interface filter');
  });

  test('no longer match when a route leads the flow aside through a router, although its source is the same', () => {
    const aside = (rule: string) =>
      network({
        ...plain,
        ...guarded,
        segments: {
          front: {
            block: '10.0.0.0/28',
            routes: { '10.0.0.0/24': 'local', '10.0.0.16/28': 'probe:in' },
          },
          back: { block: '10.0.0.16/28' },
          hall: { block: '10.0.0.32/28' },
        },
        filters: { ...guarded.filters, db: { ingress: [allow('tcp/5432', rule)] } },
        routers: { probe: { legs: [segmentLeg('in', 'hall', '10.0.0.36')] } },
      });
    expect(fate(aside('members of web'), tcp('web', '10.0.0.20', 5432))).toBe('stops: interface filter');
    expect(fate(aside('10.0.0.4'), tcp('web', '10.0.0.20', 5432))).toBe('passes');
  });
});

describe('route tables', () => {
  const routed = (routes: Record<string, string | string[]>, more: Partial<Sketch> = {}) =>
    network({
      ...plain,
      ...more,
      segments: { ...plain.segments, front: { ...plain.segments.front, routes }, ...more.segments },
    });
  const out = {
    zones: { internet: ['203.0.113.0/24'] },
    routers: {
      gate: { legs: [domainLeg('gate.in', 'net'), zoneLeg('gate.out', 'internet')] },
    },
  } as const;

  test('the longest prefix wins, wherever it stands', () => {
    const hole = { '0.0.0.0/0': 'gate:gate.in', '10.0.0.0/24': 'local', '203.0.113.128/25': 'drop' };
    expect(fate(routed(hole, out), tcp('web', '203.0.113.9', 443))).toBe('passes');
    expect(fate(routed(hole, out), tcp('web', '203.0.113.200', 443))).toBe('stops: route drops');
    expect(fate(routed(hole, out), tcp('web', '10.0.0.20', 443))).toBe('passes');
  });

  test('between equal prefixes the lower preference wins', () => {
    const net = (...hops: string[]) => routed({ '10.0.0.0/24': 'local', '203.0.113.0/24': hops }, out);
    expect(fate(net('drop', 'gate:gate.in'), tcp('web', '203.0.113.9', 443))).toBe('stops: route drops');
    expect(fate(net('gate:gate.in', 'drop'), tcp('web', '203.0.113.9', 443))).not.toMatch('stops');
  });

  test('no route is no way, and neighbours need none', () => {
    const net = routed({});
    expect(fate(net, tcp('web', '10.0.0.20', 80))).toBe('stops: no route');
    expect(fate(net, tcp('web', '10.0.0.5', 80))).toBe('passes');
  });

  test('a reply whose own table leads nowhere kills the flow, and its first packet still arrives', () => {
    const net = network({
      ...plain,
      segments: {
        ...plain.segments,
        back: { ...plain.segments.back, routes: { '10.0.0.0/24': 'local', '10.0.0.0/28': 'drop' } },
      },
    });
    expect(fate(net, tcp('web', '10.0.0.20', 5432))).toBe('arrives, reply: route drops');
    expect(fate(net, udp('web', '10.0.0.20', 53))).toBe('arrives, reply: route drops');
    expect(fate(net, tcp('db', '10.0.0.4', 80))).toBe('stops: route drops');
  });

  test('a machine that does not forward takes nothing for others; what one does that forwards is not known', () => {
    const routes = { '10.0.0.0/24': '@shop' };
    expect(fate(routed(routes), tcp('web', '10.0.0.20', 80))).toBe('stops: not a forwarder');
    const machines = { ...plain.machines, shop: { ...plain.machines.shop, forwards: true } };
    const net = routed(routes, { machines });
    expect(() => fate(net, tcp('web', '10.0.0.20', 80))).toThrow('where to is not known');
  });

  test('a machine as next hop takes what is addressed to it, and what is addressed to its neighbour it does not', () => {
    const machines = { ...plain.machines, back: { in: 'back', at: '10.0.0.21' } };
    const net = routed({ '10.0.0.16/28': '@db' }, { machines });
    expect(fate(net, tcp('web', '10.0.0.20', 80))).toBe('passes');
    expect(fate(net, tcp('web', '10.0.0.21', 80))).toBe('stops: not a forwarder');
  });
});
