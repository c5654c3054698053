import { resources } from '../docker/synthesized';
import { hostOnlyLab } from './shipped';

const addresses = (env: Readonly<Record<string, string>> = {}) =>
  Object.values(resources(hostOnlyLab(env), 'docker_container')).map(({ name, networks_advanced }) => {
    const [place] = networks_advanced as readonly { ipv4_address: string }[];
    return `${String(name)} ${place!.ipv4_address}`;
  });

test('S3: the guests are at .10 and .11 and carry the name of the stack', () => {
  expect(addresses()).toEqual(['host-only-lab-guest-1 192.168.56.10', 'host-only-lab-guest-2 192.168.56.11']);
});

test('another block moves network, host and guests together', () => {
  const env = { NETPROOF_HOST_ONLY_BLOCK: '172.16.10.0/24', NETPROOF_NAME_PREFIX: 'b-' };
  expect(addresses(env)).toEqual([
    'b-host-only-lab-guest-1 172.16.10.10',
    'b-host-only-lab-guest-2 172.16.10.11',
  ]);
  expect(Object.values(resources(hostOnlyLab(env), 'docker_network'))).toMatchObject([
    {
      name: 'b-host-only-lab',
      internal: true,
      ipam_config: [{ subnet: '172.16.10.0/24', gateway: '172.16.10.1' }],
    },
  ]);
});

test('each guest serves its own name, as a user without capabilities', () => {
  for (const container of Object.values(resources(hostOnlyLab(), 'docker_container'))) {
    const page = String(container['name']).replace('host-only-lab-', '');
    expect(container).toMatchObject({
      command: ['httpd', '-f', '-p', '8080', '-h', '/www'],
      upload: [{ file: '/www/index.html', content: `${page}\n` }],
      capabilities: { drop: ['ALL'] },
    });
  }
});
