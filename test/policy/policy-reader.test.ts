import { readPolicy } from '../../lib/policy/policy-reader';
import type { NetproofError } from '../../lib/addressing/netproof-error';

/** Problems of what is no policy; throws when it is one. */
function problemsOf(value: unknown): readonly string[] {
  try {
    readPolicy(value);
  } catch (error) {
    expect((error as NetproofError).code).toBe('InvalidPolicy');
    return (error as NetproofError).problems;
  }
  throw new Error('it is a policy');
}

const flow = { from: 'web', to: 'db', on: 'tcp/5432' };

test('the policy of one line is a policy, and so is one with everything in it', () => {
  expect(readPolicy({ version: 1 }).policy).toEqual({ version: 1 });
  const whole = {
    version: 1,
    groups: {
      web: ['nginx', '*/web'],
      db: 'tier:db',
      all: ['tag:Role=x*', 'type:aws_instance', 'segment:back', '203.0.113.9'],
    },
    allow: [flow, { from: 'clients', to: ['web', 'db'], on: 'http, icmp' }],
    permit: [{ ...flow, on: 'all' }],
    deny: [{ from: 'web', to: 'db' }],
    isolate: ['db'],
    closed: true,
    networks: {
      shop: { clients: 'internet', ports: { http: 'tcp/80, tcp/443' }, permit: [flow] },
      lab: { clients: ['lan', 'host'] },
    },
    waivers: [{ rule: 'deny web db', reason: 'because', until: '2027-01-31' }],
  };
  expect(readPolicy(whole).policy).toBe(whole);
});

describe('every mistake is told with its place and a way out', () => {
  test.each<[string, unknown, string]>([
    ['no object', ['a'], 'policy: a policy is an object with "version: 1", and not a list.'],
    ['nothing', null, 'policy: a policy is an object with "version: 1", and not nothing.'],
    ['no version', {}, 'policy: "version" is missing.'],
    ['a version that is text', { version: '1' }, 'version: the version is the number 1, and not "1".'],
    [
      'a newer version',
      { version: 2, wonders: {} },
      'version: version 2 is newer than this netproof, which reads version 1. Update it: npm install netproof@latest.',
    ],
    [
      'a misspelt field',
      { version: 1, isolated: [] },
      'isolated: there is no field "isolated" here. Did you mean "isolate"?',
    ],
    [
      'a field of nothing known',
      { version: 1, xyz: [] },
      'xyz: there is no field "xyz" here. There are version, groups, allow, permit, deny, isolate, closed, networks, waivers.',
    ],
    [
      'an empty list for a group',
      { version: 1, groups: { web: [] } },
      'groups.web: a group is a selector or a list of them, and this list is empty.',
    ],
    [
      'a number for a selector',
      { version: 1, groups: { web: [80] } },
      'groups.web[0]: a name is a text, and not 80 (a number).',
    ],
    [
      'a group that is called like a zone',
      { version: 1, groups: { lan: 'x' } },
      'groups.lan: a group cannot be called "lan": that word has a meaning of its own.',
    ],
    [
      'a group with a space in its name',
      { version: 1, groups: { 'a b': 'x' } },
      'groups["a b"]: "a b" is no name for a group: letters, digits, "_", "-" and "." are.',
    ],
    [
      'a tag without a value',
      { version: 1, groups: { web: 'tag:Role' } },
      'groups.web: "tag:Role" names no tag with its value. Write "tag:Role=web".',
    ],
    [
      'an empty tier',
      { version: 1, groups: { web: 'tier:' } },
      'groups.web: "tier:" says nothing after the colon. Write "tier:VALUE".',
    ],
    [
      'a rule that is a text',
      { version: 1, allow: ['web db'] },
      'allow[0]: here stands an object with from, to, on, and not "web db".',
    ],
    ['rules that are no list', { version: 1, deny: flow }, 'deny: "deny" is a list, and not an object.'],
    ['a missing field', { version: 1, allow: [{ from: 'web' }] }, 'allow[0]: "to" and "on" are missing.'],
    [
      'ports backwards',
      { version: 1, allow: [{ ...flow, on: 'tcp/90-80' }] },
      'allow[0].on: "tcp/90-80" is not traffic: 90 to 80 is the wrong way round. Write "tcp/80-90".',
    ],
    [
      'ports backwards under a name',
      { version: 1, networks: { a: { ports: { http: 'tcp/90-80' } } } },
      'networks.a.ports.http: "tcp/90-80" is not traffic: 90 to 80 is the wrong way round. Write "tcp/80-90".',
    ],
    [
      'a port called as a protocol',
      { version: 1, networks: { a: { ports: { tcp: 'tcp/80' } } } },
      'networks.a.ports.tcp: "tcp" is no name for a port: it is a protocol.',
    ],
    [
      'a port under a number',
      { version: 1, networks: { a: { ports: { '80': 'tcp/80' } } } },
      'networks.a.ports.80: "80" is no name for a port: it begins with a letter, and holds letters, digits and "-".',
    ],
    ['closed as a text', { version: 1, closed: 'yes' }, 'closed: "closed" is true or false, and not "yes".'],
    [
      'no networks',
      { version: 1, networks: {} },
      'networks: it names no network. Leave it out, or name a stack.',
    ],
    [
      'clients without networks',
      { version: 1, allow: [{ ...flow, from: 'clients' }] },
      'allow[0].from: "clients" are told by network: add networks, each with its clients.',
    ],
    [
      'a network that does not say who clients are',
      { version: 1, allow: [{ ...flow, from: ['clients'] }], networks: { a: {} } },
      'networks.a: rules name "clients", and the network "a" does not say who they are.',
    ],
    [
      'a rule twice',
      { version: 1, allow: [flow, { ...flow }] },
      'allow[1]: "allow web db tcp/5432" is there twice, first at allow[0]. Leave one out.',
    ],
    [
      'a waiver of no rule',
      {
        version: 1,
        deny: [{ from: 'web', to: 'db' }],
        waivers: [{ rule: 'deny web bd', reason: 'x', until: '2027-01-31' }],
      },
      'waivers[0].rule: no rule is called "deny web bd". Did you mean "deny web db"?',
    ],
    [
      'a waiver of what is only permitted',
      {
        version: 1,
        permit: [flow],
        waivers: [{ rule: 'permit web db tcp/5432', reason: 'x', until: '2027-01-31' }],
      },
      'waivers[0].rule: no rule is called "permit web db tcp/5432". There are none.',
    ],
    [
      'a waiver without a reason',
      { version: 1, closed: true, waivers: [{ rule: 'closed', reason: ' ', until: '2027-01-31' }] },
      'waivers[0].reason: a waiver says why: give the reason.',
    ],
    [
      'a day that there is not',
      { version: 1, closed: true, waivers: [{ rule: 'closed', reason: 'x', until: '2027-02-30' }] },
      'waivers[0].until: "2027-02-30" is no day. Write it as 2027-01-31.',
    ],
  ])('%s', (_what, value, problem) => expect(problemsOf(value)).toEqual([problem]));
});

test('all problems are told at once', () => {
  const problems = problemsOf({
    version: 1,
    clsed: true,
    allow: [{ from: 'web', to: 7, on: 'tcp/0x' }],
    groups: { host: 'a' },
  });
  expect(problems).toHaveLength(4);
  expect(() => readPolicy({ version: 1, clsed: true, groups: [] })).toThrow(
    'The policy cannot be judged, for 2 reasons:\n- clsed: there is no field "clsed" here. Did you mean "closed"?\n- groups: ',
  );
});

test('a waiver names its rule with whatever spaces', () => {
  const waivers = [{ rule: ' deny  web + api db tcp/22, tcp/80 ', reason: 'x', until: '2027-01-31' }];
  const deny = [{ from: ['web', 'api'], to: 'db', on: 'tcp/22,tcp/80' }];
  expect(readPolicy({ version: 1, deny, waivers }).policy.waivers).toBe(waivers);
});

test('places are told as the reader of a file gives them', () => {
  const place = (path: readonly (string | number)[]): string => `shop.yaml:${path.length}`;
  expect(() => readPolicy({ version: 1, closed: 1 }, place)).toThrow(
    'The policy cannot be judged. shop.yaml:1: "closed" is true or false',
  );
});
