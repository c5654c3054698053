import { lintRules } from '../../lib/lint/rules';
import { container, found, lintOf, lintOfStacks, lintOfText, networks, one, type Resources } from './lint-of';

const port = (more: object): object => ({ ports: [{ internal: 80, external: 8080, ...more }] });

/** Two containers on networks apart; the second has what `more` says. */
const apart = (more: object, back: object = {}): Resources => ({
  docker_network: { front: networks.front, back: { ...networks.back, ...back } },
  docker_container: { web: container('web', ['front']), db: container('db', ['back'], more) },
});

/** Of each rule: what breaks it with what is said of it, and what comes close and does not. */
const cases: Readonly<
  Record<
    string,
    { readonly breaks: readonly (readonly [Resources, string])[]; readonly holds: readonly Resources[] }
  >
> = {
  'docker-published-everywhere': {
    breaks: [
      [one(port({})), 'fail web publishes tcp/8080 for its tcp/80 on every address of the host'],
      [
        one(port({ ip: '0.0.0.0' })),
        'fail web publishes tcp/8080 for its tcp/80 on every address of the host',
      ],
      [
        one(port({ ip: '::', protocol: 'udp' })),
        'fail web publishes udp/8080 for its udp/80 on every address of the host',
      ],
      [
        one({ publish_all_ports: true }),
        'fail web publishes all ports of its image on every address of the host',
      ],
    ],
    holds: [one(port({ ip: '127.0.0.1' })), one(port({ ip: '10.1.0.1' })), one({})],
  },
  'docker-tier-bypassed': {
    breaks: [
      [
        apart({ ports: [{ internal: 5432, external: 5432 }] }),
        'fail db is reached by its published port from web, with which it shares no network',
      ],
      [
        apart({ ports: [{ internal: 5432, external: 5432, ip: '10.1.0.1' }] }),
        'fail db is reached by its published port from web, with which it shares no network',
      ],
    ],
    holds: [
      apart({ ports: [{ internal: 5432, external: 5432, ip: '127.0.0.1' }] }),
      apart({ ports: [{ internal: 5432, external: 5432 }] }, { internal: true }),
      one(port({})),
    ],
  },
  'docker-low-host-port': {
    breaks: [
      [
        one({ ports: [{ internal: 80, external: 80, ip: '127.0.0.1' }] }),
        'fail web is published on port 80 of the host',
      ],
    ],
    holds: [
      one({ ports: [{ internal: 80, external: 1024, ip: '127.0.0.1' }] }),
      one({ ports: [{ internal: 80, ip: '127.0.0.1' }] }),
    ],
  },
  'docker-publish-without-effect': {
    breaks: [
      [
        { ...one(port({})), docker_network: { front: { ...networks.front, internal: true } } },
        'fail web publishes ports, which Docker does not bind: all its networks are internal or macvlan',
      ],
      [
        one({ ...port({}), networks_advanced: undefined, network_mode: 'host' }),
        'fail web publishes ports, which Docker does not bind: it has the network of the host',
      ],
    ],
    holds: [one(port({})), { ...one({}), docker_network: { front: { ...networks.front, internal: true } } }],
  },
  'docker-default-bridge': {
    breaks: [
      [one({ networks_advanced: undefined }), 'fail web stands on the default bridge'],
      [
        one({ networks_advanced: undefined, network_mode: 'bridge' }),
        'fail web stands on the default bridge',
      ],
    ],
    holds: [
      one({}),
      one({ network_mode: 'bridge' }),
      one({ networks_advanced: undefined, network_mode: 'none' }),
    ],
  },
  'docker-host-network': {
    breaks: [
      [one({ networks_advanced: undefined, network_mode: 'host' }), 'fail web has the network of the host'],
    ],
    holds: [one({}), one({ networks_advanced: undefined, network_mode: 'none' })],
  },
  'docker-forwards-between-networks': {
    breaks: [
      [
        {
          docker_network: networks,
          docker_container: { api: container('api', ['front', 'back'], { sysctls: undefined }) },
        },
        'fail api stands on front and back and forwards between them',
      ],
      [
        {
          docker_network: networks,
          docker_container: {
            api: container('api', ['front', 'back'], { sysctls: { 'net.ipv4.ip_forward': '1' } }),
          },
        },
        'fail api stands on front and back and forwards between them',
      ],
    ],
    holds: [
      { docker_network: networks, docker_container: { api: container('api', ['front', 'back']) } },
      one({ sysctls: undefined }),
    ],
  },
  'docker-open-gateway-mode': {
    breaks: [
      [
        {
          docker_network: {
            front: {
              ...networks.front,
              options: { 'com.docker.network.bridge.gateway_mode_ipv4': 'nat-unprotected' },
            },
          },
        },
        'fail front has the gateway mode nat-unprotected',
      ],
    ],
    holds: [
      {
        docker_network: {
          front: { ...networks.front, options: { 'com.docker.network.bridge.gateway_mode_ipv4': 'routed' } },
        },
      },
    ],
  },
  'docker-secret-in-environment': {
    breaks: [
      [
        one({ env: ['POSTGRES_PASSWORD=hunter2'] }),
        'fail web has a secret, POSTGRES_PASSWORD, in its environment',
      ],
      [one({ env: ['PGPASSWORD=hunter2'] }), 'fail web has a secret, PGPASSWORD, in its environment'],
      [one({ env: ['api_key=hunter2'] }), 'fail web has a secret, api_key, in its environment'],
      [
        one({ env: ['DATABASE_URL=postgres://app:hunter2@db/shop'] }),
        'fail web has a password in the address DATABASE_URL in its environment',
      ],
      [
        one({ env: ['DB_PASSWORD=${random_password.db.result}'] }),
        'fail web has a secret, DB_PASSWORD, in its environment',
      ],
    ],
    holds: [
      one({ env: ['POSTGRES_PASSWORD_FILE=/run/secrets/password'] }),
      one({ env: ['API_TOKEN=/run/secrets/token', 'DB_URI=@/run/secrets/uri'] }),
      one({ env: ['MYSQL_ALLOW_EMPTY_PASSWORD=yes', 'PASSWORD_MIN_LENGTH=12', 'POSTGRES_PASSWORD='] }),
      one({ env: ['DATABASE_URL=postgres://db:5432/shop', 'PWD=/srv'] }),
    ],
  },
  'docker-privileged': {
    breaks: [[one({ privileged: true }), 'fail web is privileged']],
    holds: [one({ privileged: false }), one({})],
  },
  'docker-socket-mounted': {
    breaks: [
      [
        one({
          volumes: [
            { host_path: '/var/run/docker.sock', container_path: '/var/run/docker.sock', read_only: true },
          ],
        }),
        'fail web gets the Docker socket, /var/run/docker.sock',
      ],
      [
        one({ mounts: [{ type: 'bind', source: '/run/docker.sock', target: '/docker.sock' }] }),
        'fail web gets the Docker socket, /run/docker.sock',
      ],
    ],
    holds: [one({ volumes: [{ volume_name: 'docker.sock', container_path: '/var/run/docker.sock' }] })],
  },
  'docker-host-folder-mounted': {
    breaks: [
      [
        one({ volumes: [{ host_path: '/etc/', container_path: '/host/etc' }] }),
        "fail web gets the host's folder /etc/",
      ],
      [
        one({ mounts: [{ type: 'bind', source: '/', target: '/host' }] }),
        "fail web gets the host's folder /",
      ],
    ],
    holds: [
      one({ volumes: [{ host_path: '/etc/localtime', container_path: '/etc/localtime' }] }),
      one({ volumes: [{ host_path: '/srv/data', container_path: '/data' }] }),
    ],
  },
  'docker-host-namespace': {
    breaks: [
      [one({ pid_mode: 'host' }), "fail web has the host's process namespace"],
      [one({ ipc_mode: 'host' }), "fail web has the host's IPC namespace"],
    ],
    holds: [one({ ipc_mode: 'private' }), one({})],
  },
  'docker-capabilities-kept': {
    breaks: [
      [one({ capabilities: undefined }), 'fail web keeps capabilities that it was not given'],
      [
        one({ capabilities: [{ drop: ['CAP_NET_RAW'] }] }),
        'fail web keeps capabilities that it was not given',
      ],
    ],
    holds: [one({ capabilities: [{ add: ['CAP_CHOWN'], drop: ['ALL'] }] })],
  },
  'docker-new-privileges': {
    breaks: [
      [one({ security_opts: undefined }), 'fail web may gain privileges'],
      [one({ security_opts: ['no-new-privileges:false'] }), 'fail web may gain privileges'],
    ],
    holds: [one({ security_opts: ['no-new-privileges'] })],
  },
  'docker-no-health-check': {
    breaks: [[one({ healthcheck: undefined }), 'fail web has no health check']],
    holds: [one({}), one({ healthcheck: undefined, must_run: false })],
  },
  'docker-no-memory-limit': {
    breaks: [
      [one({ memory: undefined }), 'fail web has no limit of memory'],
      [one({ memory: 0 }), 'fail web has no limit of memory'],
    ],
    holds: [one({ memory: 6 })],
  },
  'docker-image-moves': {
    breaks: [
      [one({ image: 'nginx' }), 'fail web runs nginx, which names no version'],
      [one({ image: 'localhost:5000/nginx' }), 'fail web runs localhost:5000/nginx, which names no version'],
      [one({ image: 'nginx:latest' }), 'fail web runs nginx:latest, which moves'],
      [
        {
          ...one({ image: '${docker_image.web.image_id}' }),
          docker_image: { web: { name: 'nginx:latest' } },
        },
        'fail web runs nginx:latest, which moves',
      ],
    ],
    holds: [
      one({ image: `nginx@sha256:${'a'.repeat(64)}` }),
      one({ image: 'localhost:5000/nginx:1.30' }),
      {
        ...one({ image: '${docker_image.web.image_id}' }),
        docker_image: { web: { name: 'app', build: [{ context: '.' }] } },
      },
    ],
  },
};

describe.each(Object.entries(cases))('%s', (id, { breaks, holds }) => {
  test.each(breaks.map(([resources, claim]) => [claim, resources] as const))(
    'says: %s',
    (claim, resources) => {
      expect(found(lintOf(resources), id)).toEqual([claim]);
    },
  );

  test('says nothing of what comes close', () => {
    expect(holds.flatMap((resources) => found(lintOf(resources), id))).toEqual([]);
  });
});

test('every rule about Docker has such cases, or tests of its own below', () => {
  const about = lintRules.map(({ id }) => id).filter((id) => id.startsWith('docker-'));
  expect([...Object.keys(cases), 'docker-overlapping-blocks'].sort()).toEqual([...about].sort());
});

test('a sound container breaks no rule at all', () => {
  const { status, rules } = lintOf(one(port({ ip: '127.0.0.1' })));
  expect(status).toBe('pass');
  expect(rules.filter((rule) => rule.status !== 'pass')).toEqual([]);
});

describe('docker-overlapping-blocks', () => {
  const id = 'docker-overlapping-blocks';
  const stack = (subnet: string): Resources => ({
    docker_network: { net: { name: `net-${subnet}`, ipam_config: [{ subnet }] } },
  });

  test('is broken by two stacks of one host, at the later by name', () => {
    const forwards = lintOfStacks({ shop: stack('10.0.0.0/16'), lab: stack('10.0.3.0/24') });
    const backwards = lintOfStacks({ lab: stack('10.0.3.0/24'), shop: stack('10.0.0.0/16') });
    const claim =
      'fail the block of net-10.0.0.0/16, 10.0.0.0/16, overlaps that of net-10.0.3.0/24 in lab, 10.0.3.0/24';
    expect(found(forwards, id)).toEqual([claim]);
    expect(found(backwards, id)).toEqual([claim]);
  });

  test('holds for blocks side by side, and for stacks of two hosts', () => {
    expect(found(lintOfStacks({ shop: stack('10.0.0.0/24'), lab: stack('10.0.1.0/24') }), id)).toEqual([]);
    const other = {
      docker_network: {
        net: { name: 'net', provider: 'docker.other', ipam_config: [{ subnet: '10.0.0.0/24' }] },
      },
    };
    expect(found(lintOfStacks({ shop: stack('10.0.0.0/24'), lab: other }), id)).toEqual([]);
  });
});

describe('what only apply tells', () => {
  const text = (more: object): string =>
    JSON.stringify({ variable: { given: {}, secret: { sensitive: true } }, resource: one(more) });

  test.each([
    ['docker-privileged', { privileged: '${var.given}' }, 'unknown web perhaps is privileged'],
    ['docker-no-memory-limit', { memory: '${var.given}' }, 'unknown web perhaps has no limit of memory'],
    [
      'docker-host-namespace',
      { pid_mode: '${var.given}' },
      "unknown web perhaps has the host's process namespace",
    ],
    [
      'docker-host-network',
      { networks_advanced: undefined, network_mode: '${var.given}' },
      'unknown web perhaps has the network of the host',
    ],
    [
      'docker-published-everywhere',
      { ports: [{ internal: 80, external: 8080, ip: '${var.given}' }] },
      'unknown web perhaps publishes tcp/8080 for its tcp/80 on every address of the host',
    ],
  ])('makes %s unknown, with the key that settles it', (id, more, claim) => {
    const result = lintOfText(text(more));
    expect(found(result, id)).toEqual([claim]);
    expect(result.status).toBe('unknown');
    const { findings } = result.rules.find(({ rule }) => rule.id === id)!;
    expect(findings[0]!.unknowns.map(({ key }) => key)).toEqual(['var.given']);
  });

  test('does not excuse what is broken for certain', () => {
    const result = lintOfText(text({ privileged: '${var.given}', pid_mode: 'host' }));
    expect(result.status).toBe('fail');
  });

  test('is no excuse for a secret: what is put together of one is one too', () => {
    const result = lintOfText(text({ env: ['DB_PASSWORD=${var.secret}'] }));
    expect(found(result, 'docker-secret-in-environment')).toHaveLength(1);
  });
});

test('no value of the environment is in any finding', () => {
  const result = lintOf(
    one({ env: ['DB_PASSWORD=hunter2', 'URL=https://me:hunter2@host/', 'TOKEN=${upper("hunter2")}'] }),
  );
  expect(found(result, 'docker-secret-in-environment')).toHaveLength(3);
  expect(JSON.stringify(result)).not.toContain('unter2');
  expect(JSON.stringify(result)).not.toContain('UNTER2');
});
