import { topologyOfSynth } from '../../../lib/inputs/topology-of-text';
import { resolve } from '../../../lib/reachability/name-resolution';
import { block, type Body, DockerUnderTest, engine, on, type Written } from './docker-under-test';

const joined = (...networks: readonly (readonly [name: string, more?: Body])[]): Body => ({
  networks_advanced: networks.map(([name, more]) => ({ name: `\${docker_network.${name}.id}`, ...more })),
});

/** The network that was asked for names on 20.10.24 and 28.5.2, and what came of it. */
const asked: Written = {
  networks: {
    aa: block(1),
    bb: block(2),
    in0: block(4, { internal: true }),
    in1: block(3, { internal: true }),
  },
  containers: {
    web: {
      ...joined(['bb'], ['aa', { aliases: ['self'], ipv4_address: '172.30.1.2' }]),
      hostname: 'front',
      domainname: 'example.com',
      host: [
        { host: 'gone', ip: '10.9.9.9' },
        { host: 'front', ip: '10.9.9.8' },
        { host: 'gw', ip: 'host-gateway' },
      ],
      dns_search: ['bb'],
    },
    db: {
      ...joined(
        ['bb', { aliases: ['data'], ipv4_address: '172.30.2.3' }],
        ['aa', { ipv4_address: '172.30.1.3' }],
        ['in0'],
      ),
      hostname: 'pg',
      domainname: 'example.com',
    },
    ii: on('in0', 'in1'),
    ij: on('in0', 'in1'),
    mix: on('in0', 'aa', 'bb'),
    side: { network_mode: 'container:${docker_container.db.id}' },
    lone: { network_mode: 'none' },
    hosty: { network_mode: 'host', host: [{ host: 'x', ip: '10.1.1.1' }] },
    dflt: { dns: ['9.9.9.9'] },
  },
};
const net = new DockerUnderTest(asked);

describe('on user networks', () => {
  test('container name, hostname and alias are names of a container', () => {
    expect(net.resolves('mix', 'db')).toBe('db 172.30.1.3 by container name');
    expect(net.resolves('mix', 'pg')).toBe('db 172.30.1.3 by hostname');
    expect(net.resolves('mix', 'self')).toBe('web 172.30.1.2 by alias');
  });

  test('of several networks the first by name answers, and an internal one last', () => {
    expect(net.resolves('mix', 'db')).toContain('172.30.1.3');
    expect(net.resolves('web', 'DB.')).toContain('172.30.1.3');
  });

  test('which of several internal networks answers first nobody tells', () => {
    expect(net.resolves('ii', 'ij')).toBe('ij ? by container name, ij ? by container name');
  });

  test('an alias is a name on its own network alone', () => {
    expect(net.resolves('mix', 'data')).toBe('db 172.30.2.3 by alias');
    expect(net.resolves('ii', 'data')).not.toContain('alias');
  });

  test('a name with the network behind it is asked there', () => {
    expect(net.resolves('mix', 'db.bb')).toBe('db 172.30.2.3 by container name');
    expect(net.resolves('mix', 'db.nowhere')).toBe('upstream');
    // The domain of the hostname is no part of it to others.
    expect(net.resolves('mix', 'pg.example.com')).toBe('upstream');
  });

  test('a container knows itself by its own name, and what dns_search puts behind a name', () => {
    expect(net.resolves('db', 'db')).toBe('db 172.30.1.3 by container name');
    expect(net.resolves('db', 'pg.example.com')).toBe(
      ['172.30.1.3', '172.30.2.3', '?'].map((address) => `db ${address} by own hostname`).join(', '),
    );
    const searched = new DockerUnderTest({
      networks: asked.networks!,
      containers: { a: { ...on('aa'), dns_search: ['bb'] }, b: on('bb') },
    });
    expect(searched.resolves('a', 'b')).toBe('upstream');
    expect(net.resolves('web', 'data')).toContain('db 172.30.2.3');
  });

  test('extra hosts come before everything else, its own hostname included', () => {
    expect(net.resolves('web', 'gone')).toBe('nobody 10.9.9.9 by extra host');
    expect(net.resolves('web', 'front')).toBe('nobody 10.9.9.8 by extra host');
    expect(net.resolves('web', 'front.example.com')).toBe(
      'web 172.30.1.2 by own hostname, web ? by own hostname',
    );
    expect(net.resolves('web', 'gw')).toBe('host 172.17.0.1 by extra host');
    expect(net.resolves('mix', 'gone')).toBe('upstream');
  });

  test('a network that is not shared tells nothing', () => {
    const apart = new DockerUnderTest({
      networks: { fe: block(1), be: block(2) },
      containers: { web: on('fe'), db: on('be') },
    });
    expect(apart.resolves('web', 'db')).toBe('upstream');
    expect(apart.resolves('web', 'db.be')).toBe('upstream');
  });

  test('containers with one alias are all given', () => {
    const two = new DockerUnderTest({
      networks: { fe: block(1) },
      containers: {
        a: joined(['fe', { aliases: ['db'], ipv4_address: '172.30.1.5' }]),
        b: joined(['fe', { aliases: ['db'], ipv4_address: '172.30.1.6' }]),
        c: on('fe'),
      },
    });
    expect(two.resolves('c', 'db')).toBe('a 172.30.1.5 by alias, b 172.30.1.6 by alias');
  });
});

describe('elsewhere', () => {
  test('the default bridge has no names, and asks who is told to it', () => {
    const two = new DockerUnderTest({ containers: { a: {}, b: {} } });
    expect(two.resolves('a', 'b')).toBe('upstream');
    expect(net.resolves('dflt', 'db')).toBe('upstream');
    expect(net.resolves('dflt', 'localhost')).toBe('dflt 127.0.0.1 by loopback, dflt ::1 by loopback');
  });

  test('container: is asked as the other, and has no name of its own', () => {
    expect(net.resolves('side', 'web')).toBe('web 172.30.1.2 by container name');
    expect(net.resolves('mix', 'side')).toBe('upstream');
  });

  test('none finds its own loopback and nothing else', () => {
    expect(net.resolves('lone', 'localhost')).toMatch(/^lone 127\.0\.0\.1/);
    expect(net.resolves('lone', 'db')).toBe('not-found');
  });

  test('host mode has extra hosts, the loopback of the host, and its resolver', () => {
    expect(net.resolves('hosty', 'x')).toBe('nobody 10.1.1.1 by extra host');
    expect(net.resolves('hosty', 'localhost')).toMatch(/^host 127\.0\.0\.1/);
    expect(net.resolves('hosty', 'db')).toBe('upstream');
    expect(net.resolves('host', 'db')).toBe('upstream');
  });

  test.each([
    ['20.10', 'upstream'],
    ['23.0.10', 'upstream'],
    ['23.0.11', 'not-found'],
    ['24.0', 'upstream'],
    ['25.0.4', 'upstream'],
    ['25.0.5', 'not-found'],
    ['28.5.2', 'not-found'],
  ])('from internal networks alone, Docker Engine %s leaves a foreign name %s', (version, answer) => {
    const inside = new DockerUnderTest(
      { networks: { in: block(1, { internal: true }) }, containers: { a: on('in'), b: on('in') } },
      engine(version),
    );
    expect(inside.resolves('a', 'example.com')).toBe(answer);
    expect(inside.resolves('a', 'b')).toBe('b ? by container name');
  });

  test('without a version, it is unknown whether such a name leaves', () => {
    expect(net.resolves('ii', 'example.com')).toBe('unknown: docker.version');
    expect(net.resolves('mix', 'example.com')).toBe('upstream');
  });
});

describe('what only apply tells', () => {
  const random = { random_id: { suffix: { byte_length: 4 } } };

  test('a name of unknown pieces may be asked for, and one that does not fit is not it', () => {
    const some = new DockerUnderTest({
      networks: { fe: block(1) },
      containers: { web: on('fe'), db: { ...on('fe'), name: 'db-${random_id.suffix.hex}' } },
      more: random,
    });
    const synth = some.topologies.get('synth')!;
    expect(resolve(synth, 'web', 'db-01')).toMatchObject({
      kind: 'unknown',
      unknowns: [{ key: expect.stringContaining('random_id.suffix') as string }],
      answers: [{ owner: 'docker_container.db' }],
    });
    expect(resolve(synth, 'web', 'cache-01').kind).toBe('upstream');
  });

  test('a container that may be on any network may have any name there', () => {
    const some = new DockerUnderTest({
      networks: { fe: block(1) },
      containers: { web: on('fe'), db: { network_mode: '${random_id.suffix.hex}' } },
      more: random,
    });
    expect(some.resolves('web', 'db')).toContain('unknown: ');
    expect(some.resolves('web', 'other')).toBe('upstream');
    expect(some.resolves('db', 'web')).toContain('unknown: ');
  });

  test('a service on an overlay may be what is asked, and on a bridge it is not', () => {
    const some = new DockerUnderTest({
      networks: { fe: block(1), over: { driver: 'overlay', attachable: true } },
      containers: { a: on('over'), b: on('fe') },
      more: { docker_service: { db: { name: 'db', task_spec: [{ container_spec: [{ image: 'x' }] }] } } },
    });
    expect(some.resolves('a', 'db')).toBe('unknown: docker_service.db');
    expect(some.resolves('b', 'db')).toBe('upstream');
  });

  test('a name that is held sensitive is told to nobody, and may be any', () => {
    const secret = topologyOfSynth({
      variable: { who: { default: 'topsecret', sensitive: true } },
      resource: {
        docker_network: { fe: { name: 'fe', ...block(1) } },
        docker_container: {
          web: { name: 'web', image: 'x', ...on('fe') },
          db: {
            name: '${var.who}',
            image: 'x',
            hostname: '${var.who}',
            ...joined(['fe', { aliases: ['${var.who}'] }]),
          },
          plain: { name: 'plain', image: 'x', ...on('fe') },
        },
      },
    });
    for (const name of ['topsecret', 'other']) expect(resolve(secret, 'web', name).kind).toBe('unknown');
    expect(resolve(secret, 'web', 'other').unknowns.map(({ key }) => key)).toContain(
      'docker_container.db.name',
    );
    expect(
      JSON.stringify([...secret.nameTables.values()], (_, value: unknown) =>
        typeof value === 'bigint' ? '' : value,
      ),
    ).not.toContain('topsecret');
    expect(resolve(secret, 'web', 'plain').answers[0]?.owner).toBe('docker_container.plain');
  });

  test('what no address is, is refused where it stands', () => {
    expect(
      () =>
        new DockerUnderTest({
          networks: { fe: block(1) },
          containers: { web: { ...on('fe'), host: [{ host: 'db', ip: 'nowhere' }] } },
        }),
    ).toThrow(/docker_container\.web\.host\[0\]\.ip/);
  });
});
