import { Traffic } from '../../lib/addressing/traffic';
import type { GivenRule } from '../../lib/topology/topology-builder';
import {
  addresses,
  allow,
  between,
  deny,
  domainLeg,
  fate,
  flowOf,
  forward,
  mapped,
  masquerade,
  network,
  ping,
  published,
  type RouterSketch,
  segmentLeg,
  type Sketch,
  tcp,
  udp,
  zoneLeg,
} from './hand-made';
import { walk } from './walk';

/** web and shop in `front`, db in `back`, both segments of one domain, nothing filtered. */
const plain = {
  segments: { front: { block: '10.0.0.0/28' }, back: { block: '10.0.0.16/28' } },
  machines: {
    web: { in: 'front', at: '10.0.0.4' },
    shop: { in: 'front', at: '10.0.0.5' },
    db: { in: 'back', at: '10.0.0.20' },
  },
} as const satisfies Sketch;

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
});

describe('an Internet gateway with one-to-one translations', () => {
  const world = (more: Partial<Sketch> = {}, translations = [mapped('igw.out', 'web', '203.0.113.4')]) =>
    network({
      ...plain,
      zones: { internet: ['203.0.113.0/24', '198.51.100.0/24'] },
      routers: {
        igw: { legs: [domainLeg('igw.in', 'net'), zoneLeg('igw.out', 'internet', [4])], translations },
      },
      ...more,
      segments: {
        front: {
          ...plain.segments.front,
          routes: { '10.0.0.0/24': 'local', '0.0.0.0/0': 'igw:igw.in' },
        },
        back: plain.segments.back,
        ...more.segments,
      },
    });

  test('a translated machine goes out, and one beside it without a translation does not', () => {
    expect(fate(world(), tcp('web', '198.51.100.9', 443))).toBe('passes');
    expect(fate(world(), tcp('shop', '198.51.100.9', 443))).toBe('stops: untranslated');
  });

  test('it is reached at its outside address, and not at its own', () => {
    expect(fate(world(), tcp('internet 198.51.100.9', '203.0.113.4', 443))).toBe('passes');
    expect(fate(world(), tcp('internet 198.51.100.9', '10.0.0.4', 443))).toBe('stops: untranslated');
    expect(fate(world(), tcp('internet 198.51.100.9', '203.0.113.5', 443))).toBe('stops: untranslated');
  });

  test('a leg with a translation is for translated packets only, said or not', () => {
    const unsaid = {
      routers: {
        igw: {
          legs: [domainLeg('igw.in', 'net'), zoneLeg('igw.out', 'internet')],
          translations: [mapped('igw.out', 'web', '203.0.113.4')],
        },
      },
    };
    expect(fate(world(unsaid), tcp('shop', '198.51.100.9', 443))).toBe('stops: untranslated');
    expect(fate(world(unsaid), tcp('web', '198.51.100.9', 443))).toBe('passes');
  });

  test('without a route back the first packet arrives, and nothing returns', () => {
    const net = world({}, [mapped('igw.out', 'db', '203.0.113.20')]);
    expect(fate(net, tcp('internet 198.51.100.9', '203.0.113.20', 5432))).toBe(
      'arrives, reply: nobody has the address',
    );
    const routes = { '10.0.0.0/24': 'local', '0.0.0.0/0': 'igw:igw.in' };
    const routed = world({ segments: { ...plain.segments, back: { block: '10.0.0.16/28', routes } } }, [
      mapped('igw.out', 'db', '203.0.113.20'),
    ]);
    expect(fate(routed, tcp('internet 198.51.100.9', '203.0.113.20', 5432))).toBe('passes');
  });

  test('filters inside see the machine’s own address and the address of who calls', () => {
    const edge = (ingress: GivenRule) =>
      world({
        segments: {
          front: {
            block: '10.0.0.0/28',
            crossing: 'edge',
            routes: { '10.0.0.0/24': 'local', '0.0.0.0/0': 'igw:igw.in' },
          },
        },
        machines: { web: plain.machines.web, shop: plain.machines.shop },
        filters: { edge: { matching: 'first-match', ingress: [ingress], egress: [] } },
      });
    const call = tcp('internet 198.51.100.9', '203.0.113.4', 443);
    expect(fate(edge(allow('tcp/443', '198.51.100.0/24')), call)).toBe('passes');
    expect(fate(edge(allow('tcp/443', '203.0.113.0/24')), call)).toBe('stops: crossing filter');
  });

  test('an edge table steers what comes in, and its local route delivers', () => {
    const steered = (routes: Record<string, string>) =>
      world({
        routers: {
          igw: {
            legs: [domainLeg('igw.in', 'net', routes), zoneLeg('igw.out', 'internet', [4])],
            translations: [mapped('igw.out', 'web', '203.0.113.4')],
          },
        },
      });
    const call = tcp('internet 198.51.100.9', '203.0.113.4', 443);
    expect(fate(steered({ '10.0.0.0/24': 'local' }), call)).toBe('passes');
    expect(fate(steered({ '10.0.0.0/24': 'local', '10.0.0.0/28': 'drop' }), call)).toBe('stops: route drops');
    expect(fate(steered({ '10.0.0.16/28': 'drop' }), call)).toBe('passes');
  });

  test('an address of IPv6 passes as it is while IPv4 needs its translation', () => {
    const dual = (only: readonly (4 | 6)[]) =>
      network({
        segments: {
          front: {
            block: ['10.0.0.0/28', 'fd00::/124'],
            routes: { '10.0.0.0/24': 'local', 'fd00::/64': 'local', '::/0': 'igw:igw.in' },
          },
        },
        machines: { web: { in: 'front', at: ['10.0.0.4', 'fd00::4'] } },
        zones: { internet6: ['2001:db8::/64'] },
        routers: { igw: { legs: [domainLeg('igw.in', 'net'), zoneLeg('igw.out', 'internet6', only)] } },
      });
    expect(fate(dual([4]), tcp('internet6 2001:db8::9', 'fd00::4', 443))).toBe('passes');
    expect(fate(dual([4]), tcp('web', '2001:db8::9', 443))).toBe('passes');
    expect(fate(dual([4, 6]), tcp('web', '2001:db8::9', 443))).toBe('stops: untranslated');
  });

  test('nobody comes from a zone that no router faces', () => {
    const net = network({ ...plain, zones: { internet: ['203.0.113.0/24'] } });
    expect(fate(net, tcp('internet 203.0.113.9', '10.0.0.4', 80))).toBe('stops: no leg in');
  });
});

describe('a NAT gateway in a segment of its own', () => {
  const translations = [mapped('igw.out', 'nat.leg', '203.0.113.36')];
  const natted = (
    more: Partial<Sketch> = {},
    nat: RouterSketch = {
      legs: [segmentLeg('nat.leg', 'hall', '10.0.0.36')],
      translations: [masquerade('nat.leg', 'nat.leg', { traffic: 'tcp, udp, icmp' })],
    },
  ) =>
    network({
      ...plain,
      zones: { internet: ['203.0.113.0/24', '198.51.100.0/24'] },
      routers: {
        igw: { legs: [domainLeg('igw.in', 'net'), zoneLeg('igw.out', 'internet', [4])], translations },
        nat,
      },
      ...more,
      segments: {
        front: {
          ...plain.segments.front,
          routes: { '10.0.0.0/24': 'local', '0.0.0.0/0': 'nat:nat.leg' },
        },
        back: plain.segments.back,
        hall: {
          block: '10.0.0.32/28',
          routes: { '10.0.0.0/24': 'local', '0.0.0.0/0': 'igw:igw.in' },
        },
        ...more.segments,
      },
    });

  test('what is behind it goes out, and is not found from outside', () => {
    expect(fate(natted(), tcp('web', '198.51.100.9', 443))).toBe('passes');
    expect(fate(natted(), tcp('internet 198.51.100.9', '203.0.113.36', 443))).toBe(
      'stops: addressed to a router',
    );
    expect(fate(natted(), tcp('internet 198.51.100.9', '10.0.0.4', 443))).toBe('stops: untranslated');
  });

  test('only the traffic it translates is forwarded', () => {
    expect(fate(natted(), ping('web', '198.51.100.9'))).toBe('passes');
    const other = { from: 'web', to: '198.51.100.9', protocol: 47 } as const;
    expect(fate(natted(), other)).toBe('stops: traffic not translated');
  });

  test('the filter of its segment is met on both legs, there and back', () => {
    const edge = (ingress: GivenRule[], egress: GivenRule[]) =>
      natted({
        segments: {
          hall: {
            block: '10.0.0.32/28',
            crossing: 'edge',
            routes: { '10.0.0.0/24': 'local', '0.0.0.0/0': 'igw:igw.in' },
          },
        },
        filters: { edge: { matching: 'first-match', stateful: false, ingress, egress } },
      });
    const call = tcp('web', '198.51.100.9', 443, 40000);
    const [web, world] = [allow('tcp/443', '10.0.0.4'), allow('tcp/443', '198.51.100.9')];
    const [toNat, toWeb] = [allow('tcp/1024-65535', '198.51.100.9'), allow('tcp/40000', '10.0.0.4')];
    expect(fate(edge([web, toNat], [world, toWeb]), call, 1024)).toBe('passes');
    expect(fate(edge([toNat], [world, toWeb]), call, 1024)).toBe('stops: crossing filter');
    expect(fate(edge([web, toNat], [toWeb]), call, 1024)).toBe('stops: crossing filter');
    expect(fate(edge([web], [world, toWeb]), call, 1024)).toBe('arrives, reply: crossing filter');
    expect(fate(edge([web, toNat], [world]), call, 1024)).toBe('arrives, reply: crossing filter');
  });

  test('the reply comes back to the port that the translation picked, not to the client’s', () => {
    const net = natted({
      segments: {
        hall: {
          block: '10.0.0.32/28',
          crossing: 'edge',
          routes: { '10.0.0.0/24': 'local', '0.0.0.0/0': 'igw:igw.in' },
        },
      },
      filters: {
        edge: {
          matching: 'first-match',
          stateful: false,
          ingress: [allow('any', '10.0.0.0/24'), allow('tcp/40000', '198.51.100.0/24')],
          egress: [allow('any')],
        },
      },
    });
    const call = tcp('web', '198.51.100.9', 443, 40000);
    expect(fate(net, call, 40000)).toBe('passes');
    expect(fate(net, call, 40001)).toBe('arrives, reply: crossing filter');
    expect(fate(net, tcp('web', '198.51.100.9', 443, 50000), 40000)).toBe('passes');
  });

  test('a machine in its own segment reaches it inside, without crossing the edge', () => {
    const closed = { matching: 'first-match', stateful: false, ingress: [], egress: [] } as const;
    const inHall = (routes: Record<string, string>, to: string) =>
      fate(
        natted({
          segments: { hall: { block: '10.0.0.32/28', crossing: 'edge', routes } },
          machines: { ...plain.machines, guest: { in: 'hall', at: '10.0.0.40' } },
          filters: { edge: closed },
        }),
        tcp('guest', to, 443),
      );
    const routes = { '10.0.0.0/24': 'local', '0.0.0.0/0': 'nat:nat.leg' };
    // It enters the gateway, whose own packet then goes round by the same route, until someone counts.
    expect(inHall(routes, '198.51.100.9')).toBe('stops: loop');
    expect(inHall({ '10.0.0.0/24': 'local', '0.0.0.0/0': 'igw:igw.in' }, '198.51.100.9')).toBe(
      'stops: crossing filter',
    );
  });

  test('without its own way on, it takes packets and loses them', () => {
    const routes = { '10.0.0.0/24': 'local' };
    const net = natted({ segments: { hall: { block: '10.0.0.32/28', routes } } });
    expect(fate(net, tcp('web', '198.51.100.9', 443))).toBe('stops: no route');
  });
});

describe('other routers', () => {
  const egressOnly = {
    legs: [domainLeg('eo.in', 'net'), zoneLeg('eo.out', 'internet')],
    forward: [forward({ action: 'allow', from: ['eo.in'], to: ['eo.out'] })],
  };

  test('egress-only: what it lets out gets its answers, and nothing else comes in', () => {
    const net = network({
      ...plain,
      segments: {
        ...plain.segments,
        front: { ...plain.segments.front, routes: { '0.0.0.0/0': 'eo:eo.in' } },
      },
      zones: { internet: ['203.0.113.0/24'] },
      routers: { eo: egressOnly },
    });
    expect(fate(net, tcp('web', '203.0.113.9', 443))).toBe('passes');
    expect(fate(net, tcp('internet 203.0.113.9', '10.0.0.4', 443))).toBe('stops: forwarding rule');
  });

  test('a reply that leaves by a router which never saw the flow is a packet like any other', () => {
    const back = (forwardRules: RouterSketch['forward']) =>
      network({
        ...plain,
        segments: {
          ...plain.segments,
          front: { ...plain.segments.front, routes: { '0.0.0.0/0': 'second:second.in' } },
        },
        zones: { internet: ['203.0.113.0/24'] },
        routers: {
          first: { legs: [domainLeg('first.in', 'net'), zoneLeg('first.out', 'internet')] },
          second: {
            legs: [domainLeg('second.in', 'net'), zoneLeg('second.out', 'internet')],
            forward: forwardRules ?? [],
          },
        },
      });
    const call = tcp('internet 203.0.113.9', '10.0.0.4', 443);
    expect(fate(back([forward({ action: 'allow' })]), call)).toBe('passes');
    expect(fate(back([]), call)).toBe('arrives, reply: forwarding rule');
  });

  test('a reply with another address than the one that was asked is no reply', () => {
    const net = network({
      ...plain,
      segments: {
        ...plain.segments,
        front: { ...plain.segments.front, routes: { '0.0.0.0/0': 'second:second.in' } },
      },
      zones: { internet: ['203.0.113.0/24'] },
      routers: {
        first: { legs: [domainLeg('first.in', 'net'), zoneLeg('first.out', 'internet')] },
        second: {
          legs: [domainLeg('second.in', 'net'), zoneLeg('second.out', 'internet')],
          translations: [mapped('second.out', 'web', '203.0.113.4')],
        },
      },
    });
    expect(fate(net, tcp('internet 203.0.113.9', '10.0.0.4', 443))).toBe('arrives, reply: not recognised');
    expect(fate(net, tcp('web', '203.0.113.9', 443))).toBe('passes');
  });

  /** A host with a foot in each segment, and one towards its LAN. */
  const host = (more: Partial<RouterSketch> = {}) =>
    network({
      ...plain,
      segments: {
        front: { ...plain.segments.front, routes: { '0.0.0.0/0': 'host:front-leg' } },
        back: { ...plain.segments.back, routes: { '0.0.0.0/0': 'host:back-leg' } },
      },
      zones: { lan: ['192.0.2.0/24'] },
      routers: {
        host: {
          legs: [
            segmentLeg('front-leg', 'front', '10.0.0.1'),
            segmentLeg('back-leg', 'back', '10.0.0.17'),
            zoneLeg('lan-leg', 'lan'),
          ],
          ...more,
        },
      },
    });

  test('it forwards between its segments by their blocks, unless a rule before denies', () => {
    const apart = forward({ action: 'deny', from: ['front-leg'], to: ['back-leg'] });
    const rest = forward({ action: 'allow' });
    expect(fate(host(), tcp('web', '10.0.0.20', 80))).toBe('passes');
    expect(fate(host({ forward: [apart, rest] }), tcp('web', '10.0.0.20', 80))).toBe(
      'stops: forwarding rule',
    );
    expect(fate(host({ forward: [apart, rest] }), tcp('db', '10.0.0.4', 80))).toBe('passes');
    expect(fate(host({ forward: [rest, apart] }), tcp('web', '10.0.0.20', 80))).toBe('passes');
    expect(fate(host({ forward: [] }), tcp('web', '10.0.0.20', 80))).toBe('stops: forwarding rule');
  });

  test('its rules look at addresses and ports as they are after destination translation', () => {
    const only = (destination: string, port: number) =>
      host({
        forward: [
          forward({
            action: 'allow',
            destination: addresses(destination),
            traffic: Traffic.parse(`tcp/${port}`),
          }),
        ],
        translations: [published('192.0.2.10', 'tcp/8080', 'web', -8000)],
      });
    const call = tcp('lan 192.0.2.77', '192.0.2.10', 8080);
    expect(fate(only('10.0.0.4', 80), call)).toBe('passes');
    expect(fate(only('192.0.2.10', 8080), call)).toBe('stops: forwarding rule');
  });

  test('a published port leads to its machine, and the port beside it does not', () => {
    const net = host({ translations: [published('192.0.2.10', 'tcp/8080', 'web', -8000)] });
    const { where, steps } = walk(net, flowOf(net, tcp('lan 192.0.2.77', '192.0.2.10', 8080)));
    expect(where).toEqual({ kind: 'interface', interface: 'web' });
    expect(steps).toContain('web receives tcp 192.0.2.77:40000 > 10.0.0.4:80');
    expect(fate(net, tcp('lan 192.0.2.77', '192.0.2.10', 8080))).toBe('passes');
    expect(fate(net, tcp('lan 192.0.2.77', '192.0.2.10', 8081))).toBe('stops: no leg out');
  });

  test('a published port is for those legs that it names', () => {
    const net = host({ translations: [published('10.0.0.17', 'tcp/80', 'web', 0, ['back-leg'])] });
    expect(fate(net, tcp('db', '10.0.0.17', 80))).toBe('passes');
    expect(fate(net, tcp('shop', '10.0.0.17', 80))).toBe('stops: addressed to a router');
  });

  test('a packet for the router itself ends there', () => {
    expect(fate(host(), tcp('web', '10.0.0.1', 80))).toBe('stops: addressed to a router');
    expect(fate(host(), tcp('web', '10.0.0.17', 80))).toBe('stops: addressed to a router');
  });

  test('members do not count once a destination was translated', () => {
    const members = (rule: string) =>
      network({
        ...plain,
        machines: {
          web: { ...plain.machines.web, filters: ['web'] },
          db: { ...plain.machines.db, filters: ['db'] },
        },
        filters: {
          web: { ingress: [allow('any')], egress: [allow('any')] },
          db: { ingress: [allow('any', rule)] },
        },
        segments: {
          front: { ...plain.segments.front, routes: { '10.0.0.0/24': 'local', '192.0.2.0/24': 'host:leg' } },
          back: plain.segments.back,
        },
        routers: {
          host: {
            legs: [domainLeg('leg', 'net')],
            translations: [published('192.0.2.10', 'tcp/80', 'db')],
          },
        },
      });
    expect(fate(members('members of web'), tcp('web', '10.0.0.20', 80))).toBe('passes');
    expect(fate(members('members of web'), tcp('web', '192.0.2.10', 80))).toBe('stops: interface filter');
    // By its address it is let in; the answer then goes home by itself, with an address that web never asked.
    expect(fate(members('10.0.0.4'), tcp('web', '192.0.2.10', 80))).toBe('arrives, reply: not recognised');
  });

  test('masquerading hides the source from filters behind it', () => {
    const net = (rule: string) =>
      network({
        ...plain,
        segments: {
          front: { ...plain.segments.front, routes: { '0.0.0.0/0': 'host:front-leg' } },
          back: plain.segments.back,
        },
        machines: { ...plain.machines, db: { ...plain.machines.db, filters: ['db'] } },
        filters: { db: { ingress: [allow('any', rule)] } },
        routers: {
          host: {
            legs: [segmentLeg('front-leg', 'front', '10.0.0.1'), segmentLeg('back-leg', 'back', '10.0.0.17')],
            translations: [masquerade('back-leg', 'back-leg', { source: '10.0.0.4' })],
          },
        },
      });
    expect(fate(net('10.0.0.17'), tcp('web', '10.0.0.20', 80))).toBe('passes');
    expect(fate(net('10.0.0.4'), tcp('web', '10.0.0.20', 80))).toBe('stops: interface filter');
    expect(fate(net('10.0.0.17'), tcp('shop', '10.0.0.20', 80))).toBe('stops: interface filter');
  });

  test('a router that knows no leg for a destination drops it', () => {
    expect(fate(host(), tcp('lan 192.0.2.77', '198.51.100.1', 80))).toBe('stops: no leg out');
    expect(fate(host(), tcp('web', '192.0.2.77', 80))).toBe('passes');
  });
});
