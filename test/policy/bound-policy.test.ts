import type { NetproofError } from '../../lib/addressing/netproof-error';
import { bindPolicy } from '../../lib/policy/bound-policy';
import type { Policy } from '../../lib/policy/policy';
import { readPolicy } from '../../lib/policy/policy-reader';
import { exactly } from '../../lib/topology/bounds';
import type { Topology } from '../../lib/topology/topology';
import { TopologyBuilder } from '../../lib/topology/topology-builder';
import { addresses } from '../second-opinion/hand-made';

interface Machine {
  readonly names?: readonly string[];
  readonly type?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly path?: string;
}

/** Machines by id in one segment `lan`, with the zones internet and host. */
function machines(all: Readonly<Record<string, Machine>>, stacks: readonly string[] = []): Topology {
  const builder = new TopologyBuilder()
    .addDomain({ id: 'net', blocks: [] })
    .addSegment({
      id: 'net.lan',
      name: 'lan',
      domain: 'net',
      blocks: [],
      table: { options: ['table'], unknowns: [] },
    })
    .addTable({ id: 'table' })
    .addZone({ id: 'internet', addresses: addresses('0.0.0.0/0') })
    .addZone({ id: 'host', addresses: addresses('192.168.1.1') });
  Object.entries(all).forEach(([id, { names = [], type = 'machine', tags = {}, path }], index) => {
    builder.addEndpoint({
      id,
      names,
      type,
      tags: new Map(Object.entries(tags)),
      interfaces: [
        {
          id,
          segment: 'net.lan',
          addresses: [{ family: 4, possible: addresses(`10.0.0.${index + 1}`), unknown: undefined }],
          filters: exactly([]),
        },
      ],
      origin: { address: id, ...(path !== undefined && { constructPath: path }) },
    });
  });
  for (const stack of stacks) builder.addStack(stack);
  return builder.build();
}

const estate = machines({
  'docker_container.nginx': { names: ['nginx'], type: 'docker_container', path: 'shop/front/nginx' },
  'aws_instance.web[0]': {
    names: ['web'],
    type: 'aws_instance',
    tags: { Tier: 'public', Role: 'web' },
    path: 'shop/a/web/Resource',
  },
  'aws_instance.web[1]': {
    names: ['web'],
    type: 'aws_instance',
    tags: { tier: 'public' },
    path: 'shop/b/web',
  },
  'aws_db_instance.db': { type: 'aws_db_instance', tags: { Tier: 'db' }, path: 'shop/data/db' },
});

/** Ids of whom selectors mean. */
function picked(...selectors: readonly string[]): readonly string[] {
  const [bound] = bindPolicy(
    readPolicy({ version: 1, groups: { some: selectors }, isolate: ['some'] }),
    estate,
  );
  const { endpoints, segments } = bound!.isolations[0]!.of;
  return [...endpoints.keys(), ...segments.keys()];
}

const webs = ['aws_instance.web[0]', 'aws_instance.web[1]'];

describe('a selector', () => {
  test.each<[string, readonly string[]]>([
    ['nginx', ['docker_container.nginx']],
    ['docker_container.nginx', ['docker_container.nginx']],
    ['shop/front/nginx', ['docker_container.nginx']],
    ['front', ['docker_container.nginx']],
    ['web', webs],
    ['aws_instance.web[1]', ['aws_instance.web[1]']],
    ['a/web', ['aws_instance.web[0]']],
    ['shop/a/web/Resource', ['aws_instance.web[0]']],
    ['*/web', webs],
    ['aws_instance.*', webs],
    ['aws_instance.web[?]', webs],
    ['shop/*', ['docker_container.nginx', ...webs, 'aws_db_instance.db']],
    ['*', ['docker_container.nginx', ...webs, 'aws_db_instance.db']],
    ['tier:public', webs],
    ['tier:p*', webs],
    ['tag:Role=web', ['aws_instance.web[0]']],
    ['tag:Tier=public', ['aws_instance.web[0]']],
    ['type:aws_*', [...webs, 'aws_db_instance.db']],
    ['segment:lan', ['net.lan']],
    ['segment:*.lan', ['net.lan']],
  ])('%s picks %p', (selector, ids) => expect(picked(selector)).toEqual(ids));

  test.each([
    'ngin',
    'hop/a/web',
    'web*x',
    'NGINX',
    'tier:publ',
    'tag:role=web',
    'type:aws',
    'segment:la',
    'lan/web',
  ])('%s picks no endpoint and no network', (selector) =>
    expect(picked(selector, 'nginx')).toEqual(['docker_container.nginx']),
  );

  test('that many repeated stars make slow for others is quick', () => {
    const before = performance.now();
    expect(picked(`${'*a'.repeat(40)}b`, 'nginx')).toHaveLength(1);
    expect(performance.now() - before).toBeLessThan(1000);
  });

  test('that is part of several construct paths is refused, and not guessed', () => {
    expect(() => picked('shop')).toThrow(
      '"shop" is part of 4 construct paths: aws_db_instance.db, aws_instance.web[0], aws_instance.web[1], docker_container.nginx. ' +
        'Name one, or write "*/shop/*" for all of them.',
    );
  });
});

/** Problems of a policy in the estate; throws when there are none. */
function problemsOf(policy: Omit<Policy, 'version'>, topology = estate): readonly string[] {
  try {
    bindPolicy(readPolicy({ version: 1, ...policy }), topology);
  } catch (error) {
    expect((error as NetproofError).code).toBe('InvalidPolicy');
    return (error as NetproofError).problems;
  }
  throw new Error('the policy has no problem');
}

describe('a name that means nothing in the network', () => {
  test('is told with the nearest names, of groups and of endpoints', () => {
    expect(problemsOf({ groups: { front: 'nginx' }, deny: [{ from: 'frnt', to: 'nginxx' }] })).toEqual([
      'deny[0].from: "frnt" is no group, and nothing is called so. Did you mean "front"?',
      'deny[0].to: "nginxx" is no group, and nothing is called so. Did you mean "nginx" or "docker_container.nginx" or "shop/front/nginx"?',
    ]);
  });

  test('makes a group empty when no other selector picks anybody', () => {
    expect(problemsOf({ groups: { db: ['postgrs', '*/dd'] } })[0]).toMatch(
      /^groups\.db: the group "db" is empty: nothing is "postgrs" or "\*\/dd"\./,
    );
    expect(picked('postgrs', 'nginx')).toEqual(['docker_container.nginx']);
  });

  test('of a zone lists the zones', () => {
    expect(problemsOf({ deny: [{ from: 'lan', to: 'nginx' }] })).toEqual([
      'deny[0].from: there is no lan. Zones are internet, host.',
    ]);
  });

  test('of a port is told with the ports of the network', () => {
    const networks = { shop: { ports: { http: 'tcp/80' } } };
    expect(
      problemsOf(
        { allow: [{ from: 'web', to: 'nginx', on: 'htp' }], networks },
        machines({ web: {}, nginx: {} }, ['shop']),
      ),
    ).toEqual(['allow[0].on: no port is called "htp" in the network "shop". Did you mean "http"?']);
    expect(problemsOf({ allow: [{ from: 'web', to: 'nginx', on: 'tpc' }] })).toEqual([
      'allow[0].on: no port is called "tpc": ports have names in networks only.',
    ]);
  });
});

describe('what cannot be meant', () => {
  test('allow and deny of the same, on the traffic that both name', () => {
    const allow = [{ from: 'nginx', to: 'db', on: 'tcp/5000-6000' }];
    expect(problemsOf({ allow, deny: [{ from: 'n*', to: 'db', on: 'tcp/5432-7000' }] })).toEqual([
      'deny[0]: "deny n* db tcp/5432-7000" contradicts "allow nginx db tcp/5000-6000" of allow[0]: both speak about ' +
        'docker_container.nginx to aws_db_instance.db on tcp/5432-6000. Leave one out.',
    ]);
    const apart = readPolicy({
      version: 1,
      allow,
      deny: [
        { from: 'nginx', to: 'db', on: 'tcp/22' },
        { from: 'web', to: 'db' },
      ],
    });
    expect(bindPolicy(apart, estate)).toHaveLength(1);
  });

  test('an address of the Internet is part of what is denied to the Internet', () => {
    const allow = [{ from: '198.51.100.7', to: 'nginx', on: 'tcp/22' }];
    expect(problemsOf({ allow, deny: [{ from: 'internet', to: 'nginx' }] })[0]).toContain(
      'both speak about 198.51.100.7 to docker_container.nginx on tcp/22',
    );
  });

  test('who is isolated must reach nobody', () => {
    expect(problemsOf({ allow: [{ from: 'db', to: 'internet', on: 'tcp/443' }], isolate: ['db'] })).toEqual([
      'isolate[0]: "isolate db" contradicts "allow db internet tcp/443" of allow[0]: what is isolated reaches nobody, and ' +
        'aws_db_instance.db must reach internet. Leave one out.',
    ]);
  });

  test('a zone cannot be isolated', () => {
    expect(problemsOf({ isolate: ['internet'] })).toEqual([
      'isolate[0]: internet lies outside, and cannot be isolated.',
    ]);
  });

  test('a rule about nobody but itself, or about what lies outside alone', () => {
    expect(
      problemsOf({
        deny: [
          { from: 'db', to: 'db' },
          { from: 'internet', to: 'host' },
        ],
      }),
    ).toEqual([
      'deny[0]: "deny db db" speaks about nobody: both sides are the same, or lie outside.',
      'deny[1]: "deny internet host" speaks about nobody: both sides are the same, or lie outside.',
    ]);
  });
});

describe('networks', () => {
  const policy = readPolicy({
    version: 1,
    groups: { web: ['web', '*:web'] },
    isolate: ['web'],
    networks: { laptop: { clients: 'host' }, cloud: { clients: 'internet' } },
  });
  const names = (topology: Topology, network?: string): readonly unknown[] =>
    bindPolicy(policy, topology, network === undefined ? {} : { network }).map((bound) => [
      bound.network,
      [...bound.isolations[0]!.of.endpoints.keys()],
    ]);

  test('are those that the policy names and the input holds, each with its own endpoints', () => {
    expect(names(machines({ web: {} }, ['cloud']))).toEqual([['cloud', ['web']]]);
    const both = machines({ 'laptop:web': {}, 'cloud:web': {}, 'other:web': {} }, [
      'laptop',
      'cloud',
      'other',
    ]);
    expect(names(both)).toEqual([
      ['laptop', ['laptop:web']],
      ['cloud', ['cloud:web']],
    ]);
    expect(names(both, 'cloud')).toEqual([['cloud', ['cloud:web']]]);
  });

  test('none of which is there are an error, unless it is said which one it is', () => {
    expect(() => names(machines({ web: {} }, ['plan']))).toThrow(
      'The policy cannot be judged: the policy speaks about "laptop", "cloud", and the input holds the stack "plan". ' +
        'Say which network it is: --network laptop.',
    );
    expect(names(machines({ web: {} }, ['plan']), 'cloud')).toEqual([['cloud', ['web']]]);
    expect(() => names(machines({ web: {} }, ['plan']), 'clod')).toThrow(
      'the policy has no network "clod". Did you mean "cloud"?',
    );
    expect(() => names(machines({ 'a:web': {} }, ['a', 'b']), 'cloud')).toThrow(
      'none is called "cloud": "a", "b"',
    );
  });
});
