import { inventoryOf, linesOf, type Resources } from './inventory-of';

const network = (name: string, subnet: string, more: object = {}): object => ({
  name,
  ipam_config: [{ subnet, gateway: subnet.replace(/0\/\d+$/, '1') }],
  ...more,
});
const on = (...names: string[]): object => ({
  networks_advanced: names.map((name) => ({ name: `\${docker_network.${name}.id}` })),
});
const tiers: Resources = {
  docker_image: { nginx: { name: 'nginx:1' } },
  docker_network: {
    back: network('backend', '10.210.2.0/24', { internal: true }),
    front: network('frontend', '10.210.1.0/24'),
  },
  docker_container: {
    web: {
      name: 'nginx',
      image: '${docker_image.nginx.image_id}',
      ...on('front'),
      ports: [{ internal: 80, external: 8080, ip: '127.0.0.1' }],
    },
    api: { name: 'api', image: 'api:1', ...on('back', 'front') },
  },
};

test('networks stand with block, usable addresses, gateway, way out and who is on them', () => {
  expect(linesOf(tiers)).toEqual([
    's   2 containers on 2 networks',
    '  frontend   10.210.1.0/24   253 usable   gateway 10.210.1.1   internet via the Docker host   nginx, api',
    '  backend    10.210.2.0/24   253 usable   host 10.210.2.1      no way out                     api',
    '  published 127.0.0.1:8080 -> nginx:80   on this machine only',
    '  5 resources -> cdk.tf.json',
  ]);
});

test('a container shows the image behind its reference, and a fixed address where it has one', () => {
  const { containers, networks } = inventoryOf({
    ...tiers,
    docker_container: {
      ...tiers['docker_container'],
      fixed: {
        name: 'fixed',
        image: 'x',
        networks_advanced: [{ name: 'backend', ipv4_address: '10.210.2.9' }],
      },
    },
  }).docker!;
  expect(containers.map(({ name, image }) => [name, image])).toEqual([
    ['nginx', 'nginx:1'],
    ['api', 'api:1'],
    ['fixed', 'x'],
  ]);
  expect(networks[1]!.members).toEqual([
    { container: 'api', addresses: [] },
    { container: 'fixed', addresses: ['10.210.2.9'] },
  ]);
});

test.each([
  ['10.1.0.0/24', {}, 253],
  ['10.1.0.0/28', {}, 13],
  ['10.1.0.0/30', {}, 1],
  ['10.1.0.0/31', {}, 0],
  ['10.1.0.0/24', { aux_address: { router: '10.1.0.9' } }, 252],
  ['${var.block}', {}, null],
])('a Docker network of %s with %j has %s usable addresses', (subnet, more, usable) => {
  const [found] = inventoryOf({ docker_network: { n: { name: 'n', ipam_config: [{ subnet, ...more }] } } })
    .docker!.networks;
  expect(found).toMatchObject({ blocks: [subnet], usable });
});

test('a network without block leaves the choice to Docker', () => {
  expect(linesOf({ docker_network: { n: { name: 'n' } } })[1]).toBe(
    '  n   a block that Docker picks   internet via the Docker host   nobody yet',
  );
});

describe('publishing', () => {
  const published = (port: object): string | undefined =>
    linesOf({ docker_container: { web: { name: 'web', image: 'x', ports: [port] } } }).find((line) =>
      line.includes('published'),
    );

  test.each([
    [{ internal: 80, external: 80 }, '0.0.0.0:80 -> web:80   on every address of the host, the LAN included'],
    [{ internal: 80, external: 80, ip: '127.0.0.1' }, '127.0.0.1:80 -> web:80   on this machine only'],
    [{ internal: 53, external: 53, ip: '192.168.0.10', protocol: 'udp' }, '192.168.0.10:53 -> web:53/udp'],
    [{ internal: 80, external: 1, ip: '::1' }, '[::1]:1 -> web:80   on this machine only'],
    [
      { internal: 80, external: 0, ip: '127.0.0.1' },
      '127.0.0.1:(a port that Docker picks) -> web:80   on this machine only',
    ],
    [
      { internal: 80, external: '${var.port}', ip: '127.0.0.1' },
      '127.0.0.1:${var.port} -> web:80   on this machine only',
    ],
  ])('%j reads as %s', (port, text) => expect(published(port)).toBe(`  published ${text}`));

  test('is not invented for a container without ports', () => {
    expect(linesOf({ docker_container: { web: { name: 'web', image: 'x' } } }).join()).not.toContain(
      'published',
    );
  });
});

test.each([
  [{ network_mode: 'host' }, 'c   the network of the host itself'],
  [{ network_mode: 'none' }, 'c   no network'],
  [{ network_mode: 'container:${docker_container.other.id}' }, 'c   container:${docker_container.other.id}'],
  [{}, 'bridge   made elsewhere   c'],
  [{ network_mode: 'bridge' }, 'bridge   made elsewhere   c'],
  [{ networks_advanced: [{ name: 'shared' }] }, 'shared   made elsewhere   c'],
])('a container with %j stands on its own row', (body, row) => {
  expect(linesOf({ docker_container: { c: { name: 'c', image: 'x', ...body } } })[1]).toBe(`  ${row}`);
});

test('network_mode and networks_advanced together are the union of both', () => {
  const { containers } = inventoryOf({
    ...tiers,
    docker_container: { c: { name: 'c', image: 'x', network_mode: 'shared', ...on('front') } },
  }).docker!;
  expect(containers[0]!.networks).toEqual(['shared', 'frontend']);
});

test('what only apply tells is said, and neither the default bridge nor a way out is assumed', () => {
  const dynamic = (name: string): object => ({
    dynamic: { [name]: { for_each: `\${var.${name}}`, content: {} } },
  });
  expect(
    linesOf({
      docker_network: {
        n: { name: 'n', internal: '${var.inside}', ipam_config: [{ subnet: '10.1.0.0/24' }] },
        m: { name: 'm', ...dynamic('ipam_config') },
      },
      docker_container: {
        a: { name: 'a', image: 'x', ...dynamic('networks_advanced') },
        b: { name: 'b', image: 'x', ...on('n'), ...dynamic('ports') },
      },
    }).slice(1, -1),
  ).toEqual([
    '  n   10.1.0.0/24          253 usable   way out not known before apply   b',
    '  m   ${var.ipam_config}                internet via the Docker host     nobody yet',
    '  a: not known before apply: ${var.networks_advanced}',
    '  b: not known before apply: ${var.ports}',
  ]);
});

test('the engine is named when the provider names one, and not otherwise', () => {
  expect(linesOf(tiers, { provider: { docker: [{ host: 'ssh://lab' }] } })[0]).toBe(
    's   2 containers on 2 networks at ssh://lab',
  );
  expect(linesOf(tiers, { provider: { docker: [{}] } })[0]).toBe('s   2 containers on 2 networks');
});

test('a container on the network of another one of the stack is told by that one’s name', () => {
  const lines = linesOf({
    docker_container: {
      web: { name: 'nginx', image: 'x' },
      aside: { name: 'aside', image: 'x', network_mode: 'container:${docker_container.web.id}' },
    },
  });
  expect(lines).toContain('  aside    the network of nginx');
});

test.each([
  ['inhibit_ipv4', 'true', ''],
  ['gateway_mode_ipv4', 'isolated', ''],
  ['gateway_mode_ipv4', 'nat', 'host 10.210.3.1'],
  ['inhibit_ipv4', 'false', 'host 10.210.3.1'],
])('on an internal network with %s %s the address of the host is %j', (option, value, host) => {
  const options = { [`com.docker.network.bridge.${option}`]: value };
  const [, line] = linesOf({
    docker_network: { lab: network('lab', '10.210.3.0/24', { internal: true, options }) },
  });
  expect(line!.replace(/ +/g, ' ').trim()).toBe(
    `lab 10.210.3.0/24 253 usable ${host === '' ? '' : `${host} `}no way out nobody yet`,
  );
});
