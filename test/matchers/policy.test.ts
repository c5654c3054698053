import { AddressSet } from '../../lib/addressing/address-set';
import { tcp } from '../../lib/addressing/traffic';
import '../../lib/matchers/jest';
import { readPolicy } from '../../lib/policy/policy-reader';
import { named } from '../../lib/topology/subject';
import { unknown } from '../../lib/topology/value';
import { balancedNetwork } from '../reachability/balanced-network';
import { allow, domainLeg, masquerade, network, zoneLeg } from '../second-opinion/hand-made';
import { failure } from './failure';

const net = named(balancedNetwork());
const [web, lb, api, db] = ['web', 'lb', 'api', 'db'].map((name) => net.endpoint(name)) as [
  Subject,
  Subject,
  Subject,
  Subject,
];
type Subject = ReturnType<typeof net.endpoint>;

/** web may reach db on 5432, if the office is where web stands. */
const doubtful = ((): ReturnType<typeof named> => {
  const rule = allow('tcp/5432');
  const office = {
    least: AddressSet.empty,
    most: AddressSet.everything(),
    unknowns: [unknown('var.office', 'var.office')],
  };
  return named(
    network({
      segments: { lan: { block: '10.0.0.0/28' } },
      machines: {
        web: { in: 'lan', at: '10.0.0.4', filters: ['web'] },
        db: { in: 'lan', at: '10.0.0.5', filters: ['db'] },
      },
      filters: {
        web: { egress: [allow('any')] },
        db: { ingress: [{ ...rule, remote: { ...rule.remote, addresses: office } }] },
      },
    }),
  );
})();

describe('toReachOnly', () => {
  test('holds when everything listed is reached, and nothing else', () => {
    expect(api).toReachOnly([
      { to: db, on: tcp(5432) },
      { to: lb, on: 'tcp/80' },
    ]);
    expect(db).toReachOnly([{ to: lb, on: tcp(80) }]);
  });

  test('fails when it reaches something else, with the path', () => {
    const text = failure(() => expect(api).toReachOnly([{ to: lb, on: 'tcp/80' }]));
    expect(text).toMatch(
      /^expect\(api\)\.toReachOnly\(\[\{ to: lb, on: tcp\/80 \}\]\)\n\n {2}api must reach nothing else, not db, and does on tcp\/5432\n/,
    );
    expect(text).toMatch(/^ {4}reachable {3}api can open tcp\/5432 on db$/m);
  });

  test('what a balancer in the list leads to is part of it, and of none else', () => {
    expect(web).toReachOnly([{ to: lb, on: tcp(80) }]);
    const text = failure(() => expect(web).toReachOnly([]));
    expect(text).toContain('web must reach nothing else, not lb, and does on tcp/80');
    expect(text).toContain('web must reach nothing else, not api, and does on tcp/8080');
  });

  test('fails when something listed is not reached', () => {
    const text = failure(() => expect(db).toReachOnly([{ to: lb, on: 'tcp/80-81' }]));
    expect(text).toContain('db must reach lb on tcp/80-81, and not all of that passes');
  });
});

describe('.not.toReachOnly', () => {
  test('holds when something is missing, or too much', () => {
    expect(api).not.toReachOnly([{ to: lb, on: 'tcp/80' }]);
    expect(db).not.toReachOnly([{ to: lb, on: 'tcp/80-81' }]);
  });

  test('fails when it is exactly that', () => {
    expect(failure(() => expect(db).not.toReachOnly([{ to: lb, on: tcp(80) }]))).toBe(
      'expect(db).not.toReachOnly([{ to: lb, on: tcp/80 }])\n\ndb reaches exactly that',
    );
  });
});

/** db sends to the Internet what the rules of its filter without memory let out; api may ask it. */
function leaking(...rules: readonly string[]): ReturnType<typeof named> {
  return named(
    network({
      segments: { back: { block: '10.0.0.16/28', routes: { '0.0.0.0/0': 'gateway:inside' } } },
      machines: {
        db: { in: 'back', at: '10.0.0.20', filters: ['db'] },
        api: { in: 'back', at: '10.0.0.21', filters: ['api'] },
      },
      filters: {
        api: { ingress: [allow('any')], egress: [allow('tcp/5432')] },
        db: {
          stateful: false,
          matching: 'first-match',
          ingress: [allow('tcp/5432', '10.0.0.21')],
          egress: [allow('tcp/1024-65535', '10.0.0.21'), ...rules.map((text) => allow(text))],
        },
      },
      zones: { internet: ['0.0.0.0/1', '128.0.0.0/1'] },
      routers: {
        gateway: {
          legs: [domainLeg('inside', 'net'), zoneLeg('outside', 'internet')],
          translations: [masquerade('outside', 'outside')],
        },
      },
    }),
  );
}

describe('toBeIsolated', () => {
  const except = (one: ReturnType<typeof named>) => ({
    except: [{ from: one.endpoint('api'), on: tcp(5432) }],
  });

  test('holds when nobody but who is excepted gets in, and nothing out but replies', () => {
    const tight = leaking();
    expect(tight.endpoint('db')).toBeIsolated(except(tight));
  });

  test('fails when a first packet gets out, although no reply comes back', () => {
    const open = leaking('udp/53');
    expect(open.endpoint('db')).not.toReach(open.endpoint('internet'), 'udp/53');
    const text = failure(() => expect(open.endpoint('db')).toBeIsolated(except(open)));
    expect(text).toMatch(/^expect\(db\)\.toBeIsolated\(\{ except: \[\{ from: api, on: tcp\/5432 \}\] \}\)\n/);
    expect(text).toContain('db is isolated and must not send to internet, and does on udp/53');
    expect(text).toContain('the first packet of udp/53 does arrive; its reply does not come back');
  });

  test('fails when somebody else gets in', () => {
    const text = failure(() => expect(leaking().endpoint('db')).toBeIsolated());
    expect(text).toContain('api must not reach the isolated db, and does on tcp/5432');
  });

  test('of a network is about everybody who does not stand in it', () => {
    const open = leaking();
    expect(open.endpoint('segment:back')).not.toBeIsolated();
  });

  test('has no meaning for what lies outside', () => {
    const open = leaking();
    expect(failure(() => expect(open.endpoint('internet')).toBeIsolated())).toBe(
      '.toBeIsolated: internet lies outside, and cannot be isolated.',
    );
  });
});

describe('.not.toBeIsolated', () => {
  test('holds when somebody gets in', () => expect(db).not.toBeIsolated());

  test('fails when it is isolated, and says what is open for replies', () => {
    const tight = leaking();
    const api = { from: tight.endpoint('api'), on: tcp(5432) };
    expect(failure(() => expect(tight.endpoint('db')).not.toBeIsolated({ except: [api] }))).toBe(
      'expect(db).not.toBeIsolated({ except: [{ from: api, on: tcp/5432 }] })\n\ndb is isolated\n' +
        '  for replies, first packets of tcp/1024-65535 from db arrive at api too',
    );
  });
});

describe('toSatisfyPolicy', () => {
  const holds = { version: 1, deny: [{ from: 'web', to: 'db' }] } as const;
  const breaks = { version: 1, deny: [{ from: 'web', to: 'api' }] } as const;

  test('holds when every rule holds, of an object and of what was read from a file', () => {
    expect(net).toSatisfyPolicy(holds);
    expect(net).toSatisfyPolicy(readPolicy(holds, () => 'shop.yaml:1:1'));
  });

  test('fails when a rule is broken, with the table and the path', () => {
    const text = failure(() => expect(net).toSatisfyPolicy(breaks));
    expect(text).toMatch(
      /^expect\(topology\)\.toSatisfyPolicy\(policy\)\n\nfail {3}deny web api {3}1 pair {3}deny\[0\]\n/,
    );
    expect(text).toContain('web must not reach api, and does on tcp/8080');
    expect(text).toMatch(/0 of 1 hold, 1 is broken$/);
  });

  test('its opposite holds when a rule is broken, and fails when none is', () => {
    expect(net).not.toSatisfyPolicy(breaks);
    expect(failure(() => expect(net).not.toSatisfyPolicy(holds))).toMatch(/1 of 1 hold$/);
  });

  test('takes the network that the topology is, and the day', () => {
    const policy = {
      ...breaks,
      networks: { shop: {}, lab: {} },
      waivers: [{ rule: 'deny web api', reason: 'the move', until: '2026-12-31' }],
    };
    expect(net).toSatisfyPolicy(policy, { network: 'shop', today: '2026-12-31' });
    expect(
      failure(() => expect(net).toSatisfyPolicy(policy, { network: 'shop', today: '2027-01-01' })),
    ).toContain('ended on 2026-12-31');
    expect(failure(() => expect(net).toSatisfyPolicy(policy, { today: '2026-12-31' }))).toContain(
      'the policy speaks about "shop", "lab"',
    );
  });
});

describe('what cannot be told, and mistakes, fail an assertion and its opposite', () => {
  const [source, target] = [doubtful.endpoint('web'), doubtful.endpoint('db')];
  const both = (
    assertion: (expectation: jest.JestMatchers<unknown>) => void,
    given: unknown,
  ): readonly string[] => [
    failure(() => assertion(expect(given))),
    failure(() => assertion(expect(given).not as jest.JestMatchers<unknown>)),
  ];

  test.each<[string, (one: jest.JestMatchers<unknown>) => void, unknown, string]>([
    [
      'toReachOnly',
      (one) => one.toReachOnly([]),
      source,
      'web must reach nothing else, not db, and may on tcp/5432',
    ],
    [
      'toReachOnly of what may be missing',
      (one) => one.toReachOnly([{ to: target, on: 'tcp/5432' }]),
      source,
      'cannot be told',
    ],
    [
      'toBeIsolated',
      (one) => one.toBeIsolated(),
      target,
      'web must not reach the isolated db, and may on tcp/5432',
    ],
    [
      'toSatisfyPolicy',
      (one) => one.toSatisfyPolicy({ version: 1, deny: [{ from: 'web', to: 'db' }] }),
      doubtful,
      '0 of 1 hold, 1 cannot be told',
    ],
    [
      'a policy with a misspelt name',
      (one) => one.toSatisfyPolicy({ version: 1, deny: [{ from: 'wbe', to: 'db' }] }),
      net,
      '"wbe" is no group',
    ],
    [
      'a policy that is none',
      (one) => one.toSatisfyPolicy({ version: 3 } as never),
      net,
      'version 3 is newer',
    ],
    [
      'a file for a policy',
      (one) => one.toSatisfyPolicy('shop.yaml' as never),
      net,
      'Read the file first: policyOfFile("shop.yaml")',
    ],
    [
      'options that are none',
      (one) => one.toSatisfyPolicy({ version: 1 }, { day: 'x' } as never),
      net,
      'there is no option "day"',
    ],
    [
      'an endpoint for a topology',
      (one) => one.toSatisfyPolicy({ version: 1 }),
      web,
      'expect(...) is the endpoint web, and not a topology',
    ],
    [
      'a topology for an endpoint',
      (one) => one.toBeIsolated(),
      net,
      'expect(...) is a topology, and not an endpoint',
    ],
    [
      'an option that there is not',
      (one) => one.toBeIsolated({ allow: [] } as never),
      db,
      'there is no option "allow". There is except.',
    ],
    [
      'an exception without traffic',
      (one) => one.toBeIsolated({ except: [{ from: api }] } as never),
      db,
      'no traffic was given',
    ],
    [
      'an exception with another field',
      (one) => one.toBeIsolated({ except: [{ to: api, on: 'tcp' }] } as never),
      db,
      'except[0] has no field "to". There are from and on.',
    ],
    [
      'a target that is no list',
      (one) => one.toReachOnly(db as never),
      api,
      'it takes a list, and was given the endpoint db',
    ],
    [
      'a target of another topology',
      (one) => one.toReachOnly([{ to: target, on: 'tcp' }]),
      api,
      'come from two different topologies',
    ],
  ])('%s', (_what, assertion, given, text) => {
    for (const message of both(assertion, given)) expect(message).toContain(text);
  });
});
