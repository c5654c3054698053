import { Traffic } from '../../lib/addressing/traffic';
import { exactly } from '../../lib/topology/bounds';
import type { Leg } from '../../lib/topology/router';
import type { Topology } from '../../lib/topology/topology';
import type { GivenRule } from '../../lib/topology/topology-builder';
import {
  addresses,
  allow,
  domainLeg,
  fate,
  flowOf,
  forward,
  mapped,
  masquerade,
  network,
  ping,
  plain,
  published,
  type RouterSketch,
  segmentLeg,
  type Sketch,
  tcp,
  zoneLeg,
} from './hand-made';
import { walk } from './walk';

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

  test('a neighbour dialled at its outside address is reached by way of the zone, no longer as a member', () => {
    const hairpin = (rule: string) =>
      world(
        {
          machines: {
            web: { ...plain.machines.web, filters: ['web'] },
            db: { in: 'front', at: '10.0.0.9', filters: ['db'] },
          },
          filters: { web: { egress: [allow('any')] }, db: { ingress: [allow('any', rule)] } },
        },
        [mapped('igw.out', 'web', '203.0.113.4'), mapped('igw.out', 'db', '203.0.113.9')],
      );
    expect(fate(hairpin('203.0.113.4'), tcp('web', '203.0.113.9', 5432))).toBe('passes');
    expect(fate(hairpin('10.0.0.4'), tcp('web', '203.0.113.9', 5432))).toBe('stops: interface filter');
    expect(fate(hairpin('members of web'), tcp('web', '203.0.113.9', 5432))).toBe('stops: interface filter');
    expect(fate(hairpin('members of web'), tcp('web', '10.0.0.9', 5432))).toBe('passes');
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

  test('a router that tracks drops a reply whose flow it never saw, and takes first packets', () => {
    const back = (tracks: boolean) =>
      network({
        ...plain,
        segments: {
          ...plain.segments,
          front: { ...plain.segments.front, routes: { '0.0.0.0/0': 'second:second.in' } },
        },
        zones: { internet: ['203.0.113.0/24'] },
        routers: {
          first: { legs: [domainLeg('first.in', 'net'), zoneLeg('first.out', 'internet')] },
          second: { legs: [domainLeg('second.in', 'net'), zoneLeg('second.out', 'internet')], tracks },
        },
      });
    const call = tcp('internet 203.0.113.9', '10.0.0.4', 443);
    const byFirst = (net: Topology) => {
      const flow = flowOf(net, call);
      return walk(net, { ...flow, from: { zone: 'internet', address: flow.from.address, leg: 'first.out' } })
        .reason;
    };
    expect(byFirst(back(false))).toBe('arrived');
    expect(byFirst(back(true))).toBe('reply: not recognised');
    expect(fate(back(true), tcp('web', '203.0.113.9', 443))).toBe('passes');
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

  test('what leaves for the LAN takes the address of the leg there, stated or not, and comes back', () => {
    const masquerading = (lan: Leg) =>
      host({
        legs: [
          segmentLeg('front-leg', 'front', '10.0.0.1'),
          segmentLeg('back-leg', 'back', '10.0.0.17'),
          lan,
        ],
        translations: [masquerade('lan-leg', 'lan-leg', { source: '10.0.0.0/28' })],
      });
    for (const lan of [
      zoneLeg('lan-leg', 'lan'),
      { ...zoneLeg('lan-leg', 'lan'), address: exactly(addresses('192.0.2.10')) },
    ]) {
      expect(fate(masquerading(lan), tcp('web', '192.0.2.77', 80))).toBe('passes');
      expect(fate(masquerading(lan), tcp('db', '192.0.2.77', 80))).toBe('passes');
    }
    const stated = { ...zoneLeg('lan-leg', 'lan'), address: exactly(addresses('192.0.2.10')) };
    const { steps } = walk(masquerading(stated), flowOf(masquerading(stated), tcp('web', '192.0.2.77', 80)));
    expect(steps).toContain('source translated: tcp 192.0.2.10:1024 > 192.0.2.77:80');
    expect(fate(masquerading(stated), tcp('lan 192.0.2.77', '192.0.2.10', 80))).toBe(
      'stops: addressed to a router',
    );
  });

  test('a router that knows no leg for a destination drops it', () => {
    expect(fate(host(), tcp('lan 192.0.2.77', '198.51.100.1', 80))).toBe('stops: no leg out');
    expect(fate(host(), tcp('web', '192.0.2.77', 80))).toBe('passes');
  });
});
