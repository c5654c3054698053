import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AddressSet } from '../../lib/addressing/address-set';
import { Traffic } from '../../lib/addressing/traffic';
import { readPolicyFile } from '../../lib/inputs/policy-file';
import { topologyOfSynth } from '../../lib/inputs/topology-of-text';
import { evaluatePolicy, type RuleResult } from '../../lib/policy/evaluation';
import type { Policy } from '../../lib/policy/policy';
import { readPolicy } from '../../lib/policy/policy-reader';
import type { Topology } from '../../lib/topology/topology';
import { unknown } from '../../lib/topology/value';
import { balancedNetwork } from '../reachability/balanced-network';
import {
  addresses,
  allow,
  domainLeg,
  mapped,
  masquerade,
  network,
  published,
  zoneLeg,
} from '../second-opinion/hand-made';

const today = '2026-11-21';

function judge(topology: Topology, policy: Omit<Policy, 'version'>): readonly RuleResult[] {
  return evaluatePolicy(readPolicy({ version: 1, ...policy }), topology, { today }).networks[0]!.rules;
}

/** Each rule with its status and what was found. */
function told(topology: Topology, policy: Omit<Policy, 'version'>): Record<string, readonly string[]> {
  return Object.fromEntries(
    judge(topology, policy).map(({ rule, status, findings }) => [
      rule,
      [status, ...findings.map(({ status: kind, claim }) => `${kind}: ${claim}`)],
    ]),
  );
}

/** web and api in `front`, db in `back`, an Internet gateway through which web has an address outside. */
function shop(
  change: { dbIngress?: string[]; apiIngress?: string[]; acl?: 'narrow' | 'wide' | 'open' } = {},
): Topology {
  const { dbIngress = ['tcp/5432 members of api'], apiIngress = ['tcp/8080 members of web'], acl } = change;
  const rules = (list: readonly string[]) =>
    list.map((text) => {
      const [traffic = '', ...remote] = text.split(' ');
      return allow(traffic, remote.length === 0 ? 'any' : remote.join(' '));
    });
  return network({
    segments: {
      front: { block: '10.0.0.0/28', routes: { '10.0.0.0/24': 'local', '0.0.0.0/0': 'gateway:inside' } },
      back: {
        block: '10.0.0.16/28',
        routes: { '10.0.0.0/24': 'local' },
        ...(acl !== undefined && { crossing: 'acl' }),
      },
    },
    machines: {
      web: { in: 'front', at: '10.0.0.4', filters: ['web'] },
      api: { in: 'front', at: '10.0.0.5', filters: ['api'] },
      db: { in: 'back', at: '10.0.0.20', filters: acl === undefined ? ['db'] : [] },
    },
    filters: {
      web: { ingress: [allow('tcp/80')], egress: [allow('tcp/8080', 'members of api')] },
      api: {
        ingress: acl === undefined ? rules(apiIngress) : [allow('any')],
        egress: [allow('tcp/5432', acl === undefined ? 'members of db' : '10.0.0.16/28')],
      },
      db: { ingress: rules(dbIngress) },
      acl: {
        matching: 'first-match',
        stateful: false,
        ingress: [allow('tcp/5432', '10.0.0.5')],
        egress: [
          acl === 'open'
            ? allow('any')
            : acl === 'wide'
              ? allow('tcp/22-65535', '10.0.0.5')
              : allow('tcp/1024-65535', '10.0.0.5'),
        ],
      },
    },
    zones: { internet: ['0.0.0.0/1', '128.0.0.0/1'] },
    routers: {
      gateway: {
        legs: [domainLeg('inside', 'net'), zoneLeg('outside', 'internet', [4])],
        translations: [mapped('outside', 'web', '203.0.113.4')],
      },
    },
  });
}

const policy = {
  allow: [
    { from: 'internet', to: 'web', on: 'tcp/80' },
    { from: 'web', to: 'api', on: 'tcp/8080' },
    { from: 'api', to: 'db', on: 'tcp/5432' },
  ],
  deny: [{ from: 'web', to: 'db' }],
  isolate: ['db'],
  closed: true,
} as const;

describe('a network as the policy wants it', () => {
  test('passes every rule', () => {
    expect(told(shop(), policy)).toEqual({
      'allow internet web tcp/80': ['pass'],
      'allow web api tcp/8080': ['pass'],
      'allow api db tcp/5432': ['pass'],
      'deny web db': ['pass'],
      'isolate db': ['pass'],
      closed: ['pass'],
    });
  });
});

describe('allow', () => {
  test('fails where nothing passes', () => {
    const found = told(shop({ dbIngress: [] }), policy);
    expect(found['allow api db tcp/5432']).toEqual([
      'fail',
      'fail: api must reach db on tcp/5432, and does not',
    ]);
    expect(found['allow web api tcp/8080']).toEqual(['pass']);
  });

  test('fails where a part passes, and is unknown where what is unknown decides', () => {
    const ports = { ...policy, allow: [{ from: 'api', to: 'db', on: 'tcp/5432-5433' }] };
    expect(told(shop(), ports)['allow api db tcp/5432-5433']).toEqual([
      'fail',
      'fail: api must reach db on tcp/5432-5433, and not all of that passes',
    ]);
    const doubtful = told(doubtfulNetwork(), { allow: [{ from: 'web', to: 'db', on: 'tcp/5432' }] });
    expect(doubtful['allow web db tcp/5432']).toEqual([
      'unknown',
      'unknown: web must reach db on tcp/5432, and whether it does cannot be told',
    ]);
  });

  test('is about the own address: a balancer before it is another way', () => {
    const found = told(balancedNetwork(), { allow: [{ from: 'web', to: 'api', on: 'tcp/8080' }] });
    expect(found['allow web api tcp/8080']![0]).toBe('fail');
  });

  test('of a group holds for every member, and says for which it does not', () => {
    const topology = network({
      segments: { lan: { block: '10.0.0.0/28' } },
      machines: {
        web: { in: 'lan', at: '10.0.0.4', filters: ['web'] },
        one: { in: 'lan', at: '10.0.0.5' },
        two: { in: 'lan', at: '10.0.0.6', filters: ['shut'] },
      },
      filters: { web: { egress: [allow('any')] }, shut: {} },
    });
    expect(
      told(topology, {
        groups: { apis: ['one', 'two'] },
        allow: [{ from: 'web', to: 'apis', on: 'tcp/80' }],
      }),
    ).toEqual({
      'allow web apis tcp/80': ['fail', 'fail: web must reach two on tcp/80, and does not'],
    });
  });
});

/** web may reach db on 5432, if the office is where web stands. */
function doubtfulNetwork(): Topology {
  const rule = allow('tcp/5432');
  const office = {
    least: AddressSet.empty,
    most: AddressSet.everything(),
    unknowns: [unknown('var.office', 'var.office')],
  };
  return network({
    segments: { lan: { block: '10.0.0.0/28' } },
    machines: { web: { in: 'lan', at: '10.0.0.4' }, db: { in: 'lan', at: '10.0.0.5', filters: ['db'] } },
    filters: { db: { ingress: [{ ...rule, remote: { ...rule.remote, addresses: office } }] } },
  });
}

describe('deny', () => {
  test('fails when something passes, of whatever protocol, and names it', () => {
    const found = told(shop({ dbIngress: ['tcp/5432 members of api', 'any 10.0.0.4'] }), policy);
    // web itself lets nothing out but to api.
    expect(found['deny web db']).toEqual(['pass']);
    const plain = told(network(plainNetwork), { deny: [{ from: 'web', to: 'db' }] });
    expect(plain['deny web db']).toEqual(['fail', 'fail: web must not reach db, and does on any protocol']);
  });

  test('of some traffic says nothing about other traffic', () => {
    const topology = network({
      ...plainNetwork,
      filters: { db: { ingress: [allow('tcp/5432')] } },
      machines: { ...plainNetwork.machines, db: { in: 'back', at: '10.0.0.20', filters: ['db'] } },
    });
    expect(
      told(topology, {
        deny: [
          { from: 'web', to: 'db', on: 'tcp/22' },
          { from: 'web', to: 'db', on: 'tcp' },
        ],
      }),
    ).toEqual({
      'deny web db tcp/22': ['pass'],
      'deny web db tcp': ['fail', 'fail: web must not reach db, and does on tcp/5432'],
    });
  });

  test('covers balancers', () => {
    expect(
      told(balancedNetwork(), {
        deny: [
          { from: 'web', to: 'api' },
          { from: 'web', to: 'db' },
        ],
      }),
    ).toEqual({
      'deny web api': ['fail', 'fail: web must not reach api, and does on tcp/8080'],
      'deny web db': ['pass'],
    });
  });

  test('covers published ports', () => {
    const topology = (to: string): Topology =>
      network({
        domains: { one: ['10.0.0.0/28'], two: ['10.0.0.16/28'] },
        segments: {
          front: { domain: 'one', block: '10.0.0.0/28', routes: { '0.0.0.0/0': 'host:front' } },
          back: { domain: 'two', block: '10.0.0.16/28', routes: { '0.0.0.0/0': 'host:back' } },
        },
        machines: { web: { in: 'front', at: '10.0.0.4' }, db: { in: 'back', at: '10.0.0.20' } },
        routers: {
          host: {
            legs: [domainLeg('front', 'one'), domainLeg('back', 'two')],
            forward: [
              {
                action: 'allow',
                destination: addresses('10.0.0.20'),
                traffic: Traffic.parse(to),
                origin: { address: 'host' },
              },
              { action: 'allow', source: addresses('10.0.0.20'), origin: { address: 'host' } },
            ],
            translations: [published('192.168.1.1', 'tcp/5432', 'db')],
          },
        },
      });
    expect(told(topology('tcp/5432'), { deny: [{ from: 'web', to: 'db' }] })['deny web db']![0]).toBe('fail');
    expect(
      told(topology('tcp/80'), { deny: [{ from: 'web', to: 'db', on: 'tcp/5432' }] })['deny web db tcp/5432'],
    ).toEqual(['pass']);
  });

  test('is unknown where what is unknown decides, and names what would settle it', () => {
    const [rule] = judge(doubtfulNetwork(), { deny: [{ from: 'web', to: 'db' }] });
    expect(rule!.status).toBe('unknown');
    expect(rule!.findings[0]!.unknowns.map(({ key }) => key)).toEqual(['var.office']);
  });

  test('is not broken by what arrives and gets no reply', () => {
    const topology = network({
      ...plainNetwork,
      segments: { ...plainNetwork.segments, back: { ...plainNetwork.segments.back, crossing: 'acl' } },
      filters: { acl: { matching: 'first-match', stateful: false, ingress: [allow('udp/53')] } },
    });
    expect(told(topology, { deny: [{ from: 'web', to: 'db' }] })).toEqual({ 'deny web db': ['pass'] });
    expect(told(topology, { closed: true })['closed']![1]).toBe(
      'fail: web is not permitted to reach db, and does on udp/53',
    );
  });

  test('may be about networks and addresses outside', () => {
    const found = told(shop(), {
      deny: [
        { from: 'segment:front', to: 'segment:back', on: 'tcp/5432' },
        { from: '198.51.100.7', to: 'web', on: 'tcp/80' },
        { from: '198.51.100.7', to: 'api' },
      ],
    });
    // Networks are asked about with filters of interfaces wide open.
    expect(found['deny segment:front segment:back tcp/5432']![0]).toBe('fail');
    expect(found['deny 198.51.100.7 web tcp/80']![0]).toBe('fail');
    expect(found['deny 198.51.100.7 api']).toEqual(['pass']);
  });
});

const plainNetwork = {
  segments: { front: { block: '10.0.0.0/28' }, back: { block: '10.0.0.16/28' } },
  machines: { web: { in: 'front', at: '10.0.0.4' }, db: { in: 'back', at: '10.0.0.20' } },
} as const;

describe('isolate', () => {
  const isolated = { allow: [{ from: 'api', to: 'db', on: 'tcp/5432' }], isolate: ['db'] } as const;

  test('fails when somebody else comes in, and when somebody comes in by another port', () => {
    expect(told(shop({ dbIngress: ['tcp/22', 'tcp/5432 members of api'] }), isolated)['isolate db']).toEqual([
      'pass',
    ]);
    const open = told(shop({ dbIngress: ['tcp/5432'], apiIngress: [] }), { ...isolated, allow: [] });
    expect(open['isolate db']).toEqual([
      'fail',
      'fail: api must not reach the isolated db, and does on tcp/5432',
    ]);
  });

  test('lists the ports that a filter without memory leaves open for replies, and fails on more', () => {
    expect(told(shop({ acl: 'narrow' }), isolated)['isolate db']).toEqual([
      'pass',
      'listed: for replies, first packets of tcp/1024-65535 from db arrive at api too',
    ]);
    expect(told(shop({ acl: 'wide' }), isolated)['isolate db']).toEqual([
      'fail',
      'fail: db is isolated and must not send to api, and does on tcp/22-65535',
    ]);
    expect(told(shop({ acl: 'open' }), isolated)['isolate db']![0]).toBe('fail');
    // Nobody is let in, so that there is nothing to reply to.
    expect(told(shop({ acl: 'narrow' }), { isolate: ['db'] })['isolate db']![0]).toBe('fail');
  });

  test('fails when first packets get out, although no reply comes back', () => {
    const leaking = (rules: readonly string[]): Topology =>
      network({
        segments: { back: { block: '10.0.0.16/28', routes: { '0.0.0.0/0': 'gateway:inside' } } },
        machines: { db: { in: 'back', at: '10.0.0.20', filters: ['db'] } },
        filters: {
          db: { stateful: false, matching: 'first-match', egress: rules.map((text) => allow(text)) },
        },
        zones: { internet: ['0.0.0.0/1', '128.0.0.0/1'] },
        routers: {
          gateway: {
            legs: [domainLeg('inside', 'net'), zoneLeg('outside', 'internet')],
            translations: [masquerade('outside', 'outside')],
          },
        },
      });
    expect(told(leaking(['udp/53']), { isolate: ['db'], deny: [{ from: 'db', to: 'internet' }] })).toEqual({
      'deny db internet': ['pass'],
      'isolate db': ['fail', 'fail: db is isolated and must not send to internet, and does on udp/53'],
    });
    expect(told(leaking([]), { isolate: ['db'] })).toEqual({ 'isolate db': ['pass'] });
  });
});

describe('closed', () => {
  test('fails on whatever no rule names, and passes when a rule permits it', () => {
    const open = shop({
      apiIngress: ['tcp/8080 members of web', 'tcp/22 members of web'],
      dbIngress: ['tcp/5432-5433 members of api'],
    });
    expect(told(open, policy)['closed']).toEqual(['pass']);
    const bare = { closed: true, allow: [{ from: 'internet', to: 'web', on: 'tcp/80' }] } as const;
    expect(told(shop(), bare)['closed']).toEqual([
      'fail',
      'fail: web is not permitted to reach api, and does on tcp/8080',
      'fail: api is not permitted to reach db, and does on tcp/5432',
    ]);
    expect(
      told(shop(), { ...bare, permit: [{ from: ['web', 'api'], to: '*', on: 'all' }] })['closed'],
    ).toEqual(['pass']);
  });

  test('a balancer may pass on what it may be asked and may ask itself', () => {
    const both = {
      closed: true,
      allow: [
        { from: '*', to: 'lb', on: 'tcp/80' },
        { from: 'lb', to: 'api', on: 'tcp/8080' },
        { from: 'api', to: 'db', on: 'tcp/5432' },
      ],
    } as const;
    expect(told(balancedNetwork(), both)['closed']).toEqual(['pass']);
    const found = told(balancedNetwork(), { ...both, allow: both.allow.slice(0, 1) })['closed']!;
    expect(found).toContain('fail: lb is not permitted to reach api, and does on tcp/8080');
    expect(found).toContain('fail: web is not permitted to reach api, and does on tcp/8080');
  });

  test('of an address outside lets in that address alone', () => {
    const office = (others: boolean): Topology => {
      const topology = shop();
      return others ? topology : narrowed;
    };
    const narrowed = network({
      segments: {
        front: { block: '10.0.0.0/28', routes: { '10.0.0.0/24': 'local', '0.0.0.0/0': 'gateway:inside' } },
      },
      machines: { web: { in: 'front', at: '10.0.0.4', filters: ['web'] } },
      filters: { web: { ingress: [allow('tcp/80', '198.51.100.0/24')] } },
      zones: { internet: ['0.0.0.0/1', '128.0.0.0/1'] },
      routers: {
        gateway: {
          legs: [domainLeg('inside', 'net'), zoneLeg('outside', 'internet', [4])],
          translations: [mapped('outside', 'web', '203.0.113.4')],
        },
      },
    });
    const rules = (from: string) => ({
      closed: true,
      permit: [
        { from, to: 'web', on: 'tcp/80' },
        { from: 'web', to: 'api', on: 'all' },
      ].slice(0, 1),
    });
    expect(told(office(false), rules('198.51.100.0/24'))['closed']).toEqual(['pass']);
    expect(told(office(false), rules('198.51.100.0/25'))['closed']![0]).toBe('fail');
    expect(told(office(true), rules('198.51.100.0/24'))['closed']![0]).toBe('fail');
  });

  test('counts a Docker host only where a rule names it', () => {
    const topology = (zone: string): Topology =>
      network({
        segments: { front: { block: '10.0.0.0/28', routes: { '0.0.0.0/0': 'gateway:inside' } } },
        machines: { web: { in: 'front', at: '10.0.0.4' } },
        zones: { [zone]: ['192.168.1.0/24'] },
        routers: { gateway: { legs: [domainLeg('inside', 'net'), zoneLeg('outside', zone)] } },
      });
    expect(told(topology('host'), { closed: true })).toEqual({ closed: ['pass'] });
    expect(told(topology('lan'), { closed: true })['closed']![0]).toBe('fail');
    const named = told(topology('host'), { closed: true, deny: [{ from: 'host', to: 'web', on: 'tcp/22' }] });
    expect(named['closed']![0]).toBe('fail');
    expect(named['deny host web tcp/22']![0]).toBe('fail');
  });
});

describe('a waiver', () => {
  const waived = (until: string): Policy => ({
    version: 1,
    deny: [{ from: 'web', to: 'db' }],
    waivers: [{ rule: 'deny web db', reason: 'until the move', until }],
  });
  const judgedOn = (day: string, until: string): string => {
    const { networks, status } = evaluatePolicy(readPolicy(waived(until)), network(plainNetwork), {
      today: day,
    });
    return `${networks[0]!.rules[0]!.status} ${status}`;
  };

  test('lets its rule be broken up to its last day', () => {
    expect(judgedOn('2026-11-21', '2026-12-31')).toBe('waived pass');
    expect(judgedOn('2026-12-31', '2026-12-31')).toBe('waived pass');
  });

  test('that has ended is an error', () => {
    expect(() => judgedOn('2027-01-01', '2026-12-31')).toThrow(
      'The policy cannot be judged. waivers[0].until: the waiver of "deny web db" ended on 2026-12-31, and today is 2027-01-01. ' +
        'Mend what breaks the rule, or give a later day.',
    );
  });

  test('lets no other rule be broken', () => {
    const { status } = evaluatePolicy(
      readPolicy({ ...waived('2026-12-31'), closed: true }),
      network(plainNetwork),
      { today },
    );
    expect(status).toBe('fail');
  });
});

test('an explanation comes with every finding', () => {
  const [rule] = judge(network(plainNetwork), { deny: [{ from: 'web', to: 'db' }] });
  expect(rule!.findings[0]!.explain()).toMatch(/^reachable {3}web can open any protocol on db\n/);
});

describe('neighbours in a network without filters', () => {
  const lan = (): Topology =>
    network({
      segments: { lan: { block: '10.0.0.0/28' } },
      machines: { web: { in: 'lan', at: '10.0.0.4' }, db: { in: 'lan', at: '10.0.0.5' } },
    });
  const shared = 'in the network that they share';

  test('whom a rule names reach each other on everything, which is listed', () => {
    const found = told(lan(), {
      allow: [{ from: 'web', to: 'db', on: 'tcp/5432' }],
      isolate: ['db'],
      closed: true,
    });
    expect([found['isolate db']![0], found['closed']![0]]).toEqual(['pass', 'pass']);
    expect(found['isolate db']).toContain(
      `listed: nothing stands between db and web ${shared}: any protocol passes too`,
    );
  });

  test('whom no rule names break isolate and closed, and deny is broken by whatever passes', () => {
    const found = told(lan(), {
      isolate: ['db'],
      closed: true,
      deny: [{ from: 'web', to: 'db', on: 'tcp/22' }],
    });
    expect(Object.values(found).map(([status]) => status)).toEqual(['fail', 'fail', 'fail']);
  });
});

describe('policies/shop.yaml', () => {
  const shop = (change: (terraform: string) => string = (text) => text) => {
    const text = readFileSync(join(__dirname, '../docker/golden/docker-three-tier.json'), 'utf8');
    const topology = topologyOfSynth(change(text), { stack: 'docker-three-tier' });
    const { value, place } = readPolicyFile(join(__dirname, '../../policies/shop.yaml'));
    const { networks } = evaluatePolicy(readPolicy(value, place), topology, { today });
    return networks[0]!.rules.filter(({ status }) => status !== 'pass').map(({ rule }) => rule);
  };

  test('holds for the shipped docker-three-tier', () => expect(shop()).toEqual([]));

  test('is broken when the backend is opened to the outside', () => {
    expect(shop((text) => text.replace(/"internal": true/, '"internal": false'))).toContain('isolate db');
  });
});
