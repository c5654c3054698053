import { NetproofError } from '../../lib/addressing/netproof-error';
import { resources, synthFailure } from '../docker/synthesized';
import { bridged, networkModes } from './shipped';

type Env = Readonly<Record<string, string>>;

const networks = (env: Env = {}) =>
  Object.fromEntries(
    Object.values(resources(networkModes(env), 'docker_network')).map((network) => {
      const [pool] = network['ipam_config'] as readonly { subnet: string; gateway: string }[];
      return [network['name'] as string, `${pool!.subnet} ${pool!.gateway} ${String(network['driver'])}`];
    }),
  );

const containers = (env: Env = {}) => resources(networkModes(env), 'docker_container');

const addressOf = (name: string, env: Env = {}) => {
  const [place] = containers(env)[name]!['networks_advanced'] as readonly { ipv4_address?: string }[];
  return place!.ipv4_address;
};

test('S1, S3, S9, S12: the networks have the blocks of the manuals', () => {
  expect(networks(bridged)).toEqual({
    'network-modes-bridged': '192.168.0.0/24 192.168.0.1 macvlan',
    'network-modes-nat': '10.0.2.0/24 10.0.2.2 bridge',
    'network-modes-nat-network': '10.0.3.0/24 10.0.3.2 bridge',
    'network-modes-host-only': '192.168.56.0/24 192.168.56.1 bridge',
    'network-modes-internal': '10.210.4.0/24 10.210.4.1 bridge',
    'myapp-network': '172.20.0.0/16 172.20.0.1 bridge',
    'second-bridge': '10.0.0.0/24 10.0.0.1 bridge',
  });
});

test('S1, S3: the guests have the addresses of the manuals', () => {
  expect(addressOf('network-modes-bridged', bridged)).toBe('192.168.0.50');
  expect(addressOf('network-modes-nat-1')).toBe('10.0.2.15');
  expect(addressOf('network-modes-nat-2')).toBe('10.0.2.16');
  expect(addressOf('network-modes-host-only')).toBe('192.168.56.10');
});

test('S5: port 8080 of the host leads to port 80 of the NAT guest, and no other port leads anywhere', () => {
  const published = Object.values(containers()).flatMap(({ name, ports = [] }) =>
    (ports as readonly object[]).map((port) => ({ name, ...port })),
  );
  expect(published).toEqual([
    { name: 'network-modes-nat-1', internal: 80, external: 8080, ip: '127.0.0.1', protocol: 'tcp' },
  ]);
});

test('S9, S10: three containers start in order on the default bridge, one is on the host, one nowhere', () => {
  const all = containers();
  expect(all['network-modes-mysql']!['depends_on']).toEqual([expect.stringContaining('nginx')]);
  expect(all['network-modes-redis']!['depends_on']).toEqual([expect.stringContaining('mysql')]);
  for (const name of ['nginx', 'mysql', 'redis'])
    expect(all[`network-modes-${name}`]).not.toHaveProperty('networks_advanced');
  expect(all['host']).toMatchObject({ network_mode: 'host' });
  expect(all['none']).toMatchObject({ network_mode: 'none' });
});

test('S11, S12: one container shares the network of another, one is on both bridges', () => {
  const all = containers();
  expect(all['sidecar']!['network_mode']).toMatch(/^container:\$\{docker_container\.web_\w+\.id\}$/);
  expect(all['both']!['networks_advanced']).toHaveLength(2);
  expect(all['batch']!['networks_advanced']).toHaveLength(1);
});

test('the bridged part is left out with one line, and comes with its setting', () => {
  const info = (env: Env) =>
    networkModes(env)
      .node.findAll()
      .flatMap(({ node }) => node.metadata)
      .filter(({ type }) => type === '@cdktf/info')
      .map(({ data }) => String(data));
  expect(info({})).toEqual([
    'network-modes-bridged is left out: NETPROOF_PARENT_INTERFACE names an interface of the Docker host on a LAN.',
  ]);
  expect(info(bridged)).toEqual([]);
  expect(Object.keys(networks())).not.toContain('network-modes-bridged');
});

test('with it come the commands that let the host in', () => {
  const { output } = networkModes(bridged).toTerraform() as { output: Record<string, { value: string[] }> };
  expect(output['host-access']!.value).toEqual([
    'ip link add netproof-shim link eth0 type macvlan mode bridge',
    'ip address add 192.168.0.200/32 dev netproof-shim',
    'ip link set netproof-shim up',
    'ip route add 192.168.0.50/32 dev netproof-shim',
  ]);
  expect(networkModes().toTerraform()).not.toHaveProperty('output');
});

test('a second copy has names and ports of its own', () => {
  const env = { NETPROOF_NAME_PREFIX: 'b-', NETPROOF_FORWARD_PORT: '8090', NETPROOF_HOST_MODE_PORT: '8091' };
  expect(Object.keys(networks(env)).every((name) => name.startsWith('b-'))).toBe(true);
  expect(Object.values(containers(env)).every(({ name }) => String(name).startsWith('b-'))).toBe(true);
  expect(synthFailure(networkModes(env))).toBeUndefined();
});

test('two parts on one block, or two on one port, are refused', () => {
  expect(synthFailure(networkModes({ NETPROOF_NAT_BLOCK: '10.0.3.0/24' }))).toContain('overlaps');
  expect(synthFailure(networkModes({ NETPROOF_HOST_MODE_PORT: '8080' }))).toContain(
    'listens on tcp/8080 of the host',
  );
  expect(synthFailure(networkModes(bridged))).toBeUndefined();
});

test('a router that is not on the LAN is refused', () => {
  const env = { ...bridged, NETPROOF_LAN_GATEWAY: '192.168.1.1' };
  expect(() => networkModes(env)).toThrow('gateway 192.168.1.1 lies outside the block 192.168.0.0/24');
  expect(() => networkModes(env)).toThrow(expect.objectContaining({ code: 'InvalidProps' }) as NetproofError);
});
