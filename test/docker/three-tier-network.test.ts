import { DockerProvider } from '@cdktf/provider-docker/lib/provider';
import { tcp } from '../../lib/addressing/traffic';
import { ThreeTierNetwork, type ThreeTierNetworkProps } from '../../lib/docker/three-tier-network';
import { aStack, type Attributes, refusal, resources, synthFailure } from './synthesized';

const roles: ThreeTierNetworkProps = {
  front: { name: 'nginx', image: 'nginx:1.29-alpine', publish: [{ host: 8080, container: 80 }] },
  api: { name: 'api', image: 'my/api:dev', listens: [tcp(8080)] },
  db: { name: 'postgres', image: 'postgres:17-alpine', listens: [tcp(5432)] },
};

type Made = Readonly<Record<'networks' | 'containers', Readonly<Record<string, Attributes>>>>;

function made(props: Partial<ThreeTierNetworkProps> = {}): Made {
  const stack = aStack();
  new ThreeTierNetwork(stack, 'shop', { ...roles, ...props });
  expect(synthFailure(stack)).toBeUndefined();
  return { networks: resources(stack, 'docker_network'), containers: resources(stack, 'docker_container') };
}

function refused(props: Partial<ThreeTierNetworkProps>, id = 'shop'): readonly string[] {
  const stack = aStack();
  return refusal(stack, () => new ThreeTierNetwork(stack, id, { ...roles, ...props })).problems;
}

/** Names of the networks that a container is on. */
function networksOf({ containers, networks }: Made, role: string): readonly unknown[] {
  const places = containers[role]!['networks_advanced'] as readonly { name: string }[];
  return places.map(({ name }) => {
    const path = /^\$\{docker_network\.shop_(frontend|backend)_\w+\.id\}$/.exec(name)![1]!;
    return networks[path]!['name'];
  });
}

describe('S13, three tiers', () => {
  test('the front is on the frontend, the database on the backend, and the application alone on both', () => {
    const net = made();
    expect(networksOf(net, 'front')).toEqual(['frontend-tier']);
    expect(networksOf(net, 'api')).toEqual(['backend-tier', 'frontend-tier']);
    expect(networksOf(net, 'db')).toEqual(['backend-tier']);
  });

  test('hardened, the backend has no way out and the frontend has one', () => {
    expect(made().networks).toMatchObject({
      frontend: { internal: false, ipam_config: [{ subnet: '10.210.1.0/24', gateway: '10.210.1.1' }] },
      backend: { internal: true, ipam_config: [{ subnet: '10.210.2.0/24', gateway: '10.210.2.1' }] },
    });
  });

  test('hardened, the front answers on the host alone', () => {
    expect(made().containers['front']!['ports']).toEqual([
      { internal: 80, external: 8080, ip: '127.0.0.1', protocol: 'tcp' },
    ]);
  });

  test('nothing is published that nobody asked for', () => {
    const { front, ...rest } = made({ front: { name: 'nginx', image: 'nginx' } }).containers;
    for (const container of [front, ...Object.values(rest)]) expect(container).not.toHaveProperty('ports');
  });

  test('they start from the back, each when the one behind it is well', () => {
    const { front, api, db } = made().containers;
    expect(db).not.toHaveProperty('depends_on');
    expect(api!['depends_on']).toEqual([expect.stringMatching(/^docker_container\.shop_db_/)]);
    expect(front!['depends_on']).toEqual([expect.stringMatching(/^docker_container\.shop_api_/)]);
    expect([db!['wait'], front!['wait']]).toEqual([true, true]);
  });

  test('the application does not forward between the tiers; the others are on one network', () => {
    const { front, api, db } = made().containers;
    expect(api!['sysctls']).toEqual({ 'net.ipv4.ip_forward': '0' });
    for (const other of [front, db]) expect(other).not.toHaveProperty('sysctls');
  });
});

describe('as written', () => {
  const written = () => made({ ...roles, front: { name: 'nginx', image: 'nginx' }, form: 'as-written' });

  test('both networks are plain bridges and the front is published 80:80 on every address', () => {
    const { networks, containers } = written();
    expect([networks['frontend']!['internal'], networks['backend']!['internal']]).toEqual([false, false]);
    expect(containers['front']!['ports']).toEqual([
      { internal: 80, external: 80, ip: '0.0.0.0', protocol: 'tcp' },
    ]);
  });

  test('containers are on the same networks, without any flag that the commands do not have', () => {
    const net = written();
    expect(networksOf(net, 'front')).toEqual(['frontend-tier']);
    expect(networksOf(net, 'api')).toEqual(['backend-tier', 'frontend-tier']);
    expect(networksOf(net, 'db')).toEqual(['backend-tier']);
    for (const container of Object.values(net.containers)) {
      for (const flag of ['capabilities', 'security_opts', 'sysctls', 'memory', 'memory_swap', 'restart']) {
        expect(container).not.toHaveProperty(flag);
      }
    }
  });

  test('addresses and order are written out all the same', () => {
    const { networks, containers } = written();
    expect(networks['backend']).toMatchObject({
      ipam_config: [{ subnet: '10.210.2.0/24', gateway: '10.210.2.1' }],
    });
    expect(containers['front']!['depends_on']).toHaveLength(1);
  });
});

describe('publishing', () => {
  test('one prop opens the front to the LAN, and a port may keep its own address', () => {
    const publish = [
      { host: 8080, container: 80 },
      { host: 9000, container: 9000, address: '127.0.0.1' },
    ];
    const { containers } = made({ front: { ...roles.front, publish }, publishAddress: '0.0.0.0' });
    expect(containers['front']!['ports']).toMatchObject([{ ip: '0.0.0.0' }, { ip: '127.0.0.1' }]);
  });

  test('the database is published only in so many words, on the host alone, with the reason beside it', () => {
    const { containers } = made({
      backend: { internal: false },
      publishAddress: '0.0.0.0',
      publishDatabase: { host: 5432, container: 5432, reason: 'psql on the laptop' },
    });
    expect(containers['db']).toMatchObject({
      ports: [{ internal: 5432, external: 5432, ip: '127.0.0.1', protocol: 'tcp' }],
      '//': { netproof: { publishReason: 'psql on the laptop' } },
    });
  });

  test('published like the others, without a reason, or from an internal backend, it is refused', () => {
    const publish = [{ host: 5432, container: 5432 }];
    const db = { ...roles.db, publish };
    expect(refused({ db })).toEqual([expect.stringContaining('publishDatabase: {')]);
    const publishDatabase = { host: 5432, container: 5432, reason: ' ' };
    expect(refused({ backend: { internal: false }, publishDatabase })).toEqual([
      expect.stringContaining('empty reason'),
    ]);
    expect(refused({ publishDatabase: { ...publishDatabase, reason: 'psql' } })).toEqual([
      expect.stringContaining('backend-tier is internal'),
    ]);
  });
});

test('S28: a network may be called after its environment, service or project, and is -tier where nothing is said', () => {
  const { networks } = made({ frontend: { service: 'web' } });
  expect(networks['frontend']!['name']).toBe('web-network');
  expect(networks['backend']!['name']).toBe('backend-tier');
});

describe('bad input', () => {
  test.each([
    [
      'overlapping tiers',
      { backend: { block: '10.210.0.0/16' } },
      'overlaps network frontend-tier 10.210.1.0/24',
    ],
    ['one name for both', { backend: { name: 'frontend-tier' } }, 'both networks are called "frontend-tier"'],
    [
      'a name and a convention',
      { frontend: { name: 'web', service: 'web' } },
      'its name comes from one of them',
    ],
    ['host bits', { frontend: { block: '10.210.1.1/24' } }, 'host bits are set after bit 24'],
    ['a gateway elsewhere', { backend: { gateway: '10.210.1.1' } }, 'lies outside the block 10.210.2.0/24'],
    ['a name twice', { db: { ...roles.db, name: 'api' } }, 'two containers are called "api"'],
    [
      'the same for front and database',
      { db: { ...roles.db, name: 'nginx' } },
      'two containers are called "nginx"',
    ],
    [
      'an alias twice',
      { db: { ...roles.db, aliases: ['API'] } },
      'both answer to the name "api" on the backend',
    ],
    ['a one-letter name', { db: { ...roles.db, name: 'd' } }, 'has one character'],
    ['an empty image', { api: { ...roles.api, image: '' } }, 'the image is empty'],
  ] as const)('%s is refused', (_, props, because) => {
    expect(refused(props)).toEqual([expect.stringContaining(because)]);
  });

  test('their good neighbours are taken', () => {
    made({ backend: { block: '10.210.0.0/24' } });
    made({ backend: { gateway: '10.210.2.254' } });
    made({ db: { ...roles.db, name: 'db' } });
    // The front and the database share no network: the same alias is a different thing on each side.
    made({ front: { ...roles.front, aliases: ['upstream'] }, db: { ...roles.db, aliases: ['upstream'] } });
  });

  test('all problems come in one error, with the path of the construct first', () => {
    const stack = aStack();
    const error = refusal(stack, () => {
      new ThreeTierNetwork(stack, 'shop', {
        ...roles,
        frontend: { block: '10.210.1.9/24' },
        front: { ...roles.front, name: 'n' },
        db: { ...roles.db, memory: 1 },
      });
    });
    expect(error.message).toMatchInlineSnapshot(`
     "shop/shop: 3 problems:
       - network "frontend-tier": "10.210.1.9/24" is not a block: host bits are set after bit 24. The block holding it is "10.210.1.0/24".
       - container "n": the name has one character, and Docker wants two or more. For example "web-1".
       - container "postgres": memory 1: a whole number of MB from 6, Docker's least; or "unlimited"."
    `);
  });

  test('the construct id "backend" is refused directly under a stack', () => {
    expect(refused({}, 'backend')).toEqual([expect.stringContaining('CDKTF puts its state backend there')]);
  });
});

test('with a provider of its own, everything goes to that Docker host', () => {
  const stack = aStack();
  const provider = new DockerProvider(stack, 'lab', { alias: 'lab', host: 'ssh://lab' });
  new ThreeTierNetwork(stack, 'shop', { ...roles, provider });
  for (const type of ['docker_network', 'docker_container', 'docker_image']) {
    for (const { provider: name } of Object.values(resources(stack, type))) expect(name).toBe('docker.lab');
  }
});

test('two of them stand side by side in one stack, with blocks and names of their own', () => {
  const stack = aStack();
  new ThreeTierNetwork(stack, 'one', roles);
  new ThreeTierNetwork(stack, 'two', {
    frontend: { name: 'front-2', block: '10.210.3.0/24' },
    backend: { name: 'back-2', block: '10.210.4.0/24' },
    front: { name: 'nginx-2', image: 'nginx' },
    api: { name: 'api-2', image: 'my/api' },
    db: { name: 'postgres-2', image: 'postgres' },
  });
  expect(synthFailure(stack)).toBeUndefined();
});
