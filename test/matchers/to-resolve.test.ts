import '../../lib/matchers/jest';
import { topologyOfSynth } from '../../lib/inputs/topology-of-text';
import { failure } from './failure';

const on = (network: string, more: object = {}): object => ({
  name: `\${docker_network.${network}.id}`,
  ...more,
});
const container = (...networks_advanced: readonly object[]): object => ({ image: 'x', networks_advanced });
const net = topologyOfSynth({
  terraform: { required_providers: { docker: { source: 'kreuzwerker/docker' } } },
  resource: {
    docker_network: {
      front: { name: 'front', ipam_config: [{ subnet: '172.30.1.0/24' }] },
      back: { name: 'back', ipam_config: [{ subnet: '172.30.2.0/24' }] },
      side: { name: 'side', ipam_config: [{ subnet: '172.30.3.0/24' }] },
    },
    docker_container: {
      web: { name: 'web', ...container(on('front')) },
      api: { name: 'api', ...container(on('front', { aliases: ['cache'] }), on('back')) },
      db: { name: 'db', ...container(on('back', { aliases: ['store'] })) },
      copy: { name: 'copy', ...container(on('back', { aliases: ['store'] })) },
      near: { name: 'near', image: 'x', network_mode: 'container:${docker_container.db.id}' },
      odd: { name: '${random_pet.odd.id}', ...container(on('side')) },
      beside: { name: 'beside', ...container(on('side')) },
    },
  },
});
const [web, api, db, copy] = ['web', 'api', 'db', 'copy'].map((name) => net.endpoint(name)) as [
  Subject,
  Subject,
  Subject,
  Subject,
];
type Subject = ReturnType<typeof net.endpoint>;

describe('toResolve', () => {
  test('holds when the name means the target, by name or alias, and its network stack by any of its names', () => {
    expect(api).toResolve('db', db);
    expect(web).toResolve('cache', api);
    expect(api).toResolve('db', net.endpoint('near'));
  });

  test('fails when it means somebody else or goes outside, with the answer as its text', () => {
    expect(failure(() => expect(api).toResolve('copy', db))).toMatch(
      /^expect\(api\)\.toResolve\("copy", db\)\n\nfound {3}copy is docker_container\.copy to docker_container\.api\n/,
    );
  });
});

describe('.not.toResolve', () => {
  test('holds when it means somebody else, or nobody here', () => {
    expect(api).not.toResolve('copy', db);
    expect(web).not.toResolve('db', db);
  });

  test('fails when it means the target', () =>
    expect(failure(() => expect(api).not.toResolve('db', db))).toContain(
      'found   db is docker_container.db',
    ));
});

describe('neither yes nor no fails both', () => {
  test('a name of several', () => {
    expect(failure(() => expect(api).toResolve('store', db))).toContain('it takes any');
    expect(failure(() => expect(api).not.toResolve('store', db))).toContain('it takes any');
    expect(failure(() => expect(api).toResolve('store', copy))).toContain('it takes any');
  });

  test('a name that only apply tells may be this one', () => {
    const beside = net.endpoint('beside');
    expect(failure(() => expect(beside).toResolve('db', db))).toContain('random_pet.odd.id');
    expect(failure(() => expect(beside).not.toResolve('db', db))).toContain('random_pet.odd.id');
  });
});

describe('a mistake fails the assertion and its opposite', () => {
  type Loose = { readonly toResolve: (...args: unknown[]) => unknown };
  const loose = (given: unknown): Loose & { readonly not: Loose } => expect(given) as never;
  test.each<[string, unknown, readonly unknown[], RegExp]>([
    ['a target that is a text', api, ['db', 'db'], /the target is the text "db"/],
    ['a name that is none', api, [db, db], /the name is the endpoint db/],
    ['no target', api, ['db'], /the target is undefined/],
    ['more than it takes', api, ['db', db, 1], /more was given/],
    ['a zone that asks', net.endpoint('internet'), ['db', db], /only an endpoint asks for names/],
    ['a network as target', api, ['db', net.endpoint('segment:back')], /of endpoints only/],
    ['an address as name', api, ['10.0.0.1', db], /is an address/],
  ])('%s', (_, given, args, text) => {
    expect(failure(() => loose(given).toResolve(...args))).toMatch(text);
    expect(failure(() => loose(given).not.toResolve(...args))).toMatch(text);
  });
});
