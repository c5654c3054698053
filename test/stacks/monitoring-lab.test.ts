import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MonitoringLab } from '../../stacks/monitoring-lab';
import { resource, resources } from '../docker/synthesized';
import { aProject, monitoringLab } from './shipped';

const learning = { NETPROOF_VM_NAME: 'rocky' };
const nearProduction = { ...learning, NETPROOF_MONITORING_PROFILE: 'near-production' };

const outputsOf = (env: Readonly<Record<string, string>> = {}) => {
  const { output } = monitoringLab(env).toTerraform() as { output: Record<string, { value: unknown }> };
  return Object.fromEntries(Object.entries(output).map(([name, { value }]) => [name, value]));
};

const published = (env: Readonly<Record<string, string>> = {}) =>
  Object.fromEntries(
    Object.entries(resources(monitoringLab(env), 'docker_container')).map(([name, { ports }]) => [
      name,
      ((ports ?? []) as readonly { ip: string; external: number; internal: number }[]).map(
        ({ ip, external, internal }) => `${ip}:${external}->${internal}`,
      ),
    ]),
  );

test('S22: Prometheus has address .2 and 9090, Grafana .3 and 3000, the node exporter .4 and 9100', () => {
  const lab = monitoringLab();
  const places = Object.values(resources(lab, 'docker_container')).map(({ name, networks_advanced }) => {
    const [place] = networks_advanced as readonly { ipv4_address: string }[];
    return `${String(name)} ${place!.ipv4_address}`;
  });
  expect(places.sort()).toEqual([
    'monitoring-lab-grafana 10.210.3.3',
    'monitoring-lab-node-exporter 10.210.3.4',
    'monitoring-lab-prometheus 10.210.3.2',
  ]);
  expect([lab.prometheus, lab.grafana, lab.nodeExporter].map(({ listens }) => listens)).toEqual([
    ['tcp/9090'],
    ['tcp/3000'],
    ['tcp/9100'],
  ]);
});

test('S22: Grafana asks Prometheus, and Prometheus the node exporter, by names that both answer to', () => {
  const lab = resources(monitoringLab(), 'docker_container');
  const uploads = (name: string) => JSON.stringify(lab[name]!['upload']);
  expect(uploads('grafana')).toContain('url: http://prometheus:9090');
  expect(uploads('prometheus')).toContain("targets: ['node-exporter:9100']");
  const aliases = (name: string) =>
    (lab[name]!['networks_advanced'] as readonly { aliases: readonly string[] }[])[0]!.aliases;
  expect(aliases('prometheus')).toContain('prometheus');
  expect(aliases('node-exporter')).toContain('node-exporter');
});

test('without a machine named, all three are on the loopback of the Docker host, and one line says so', () => {
  expect(published()).toEqual({
    grafana: ['127.0.0.1:3000->3000'],
    prometheus: ['127.0.0.1:9090->9090'],
    'node-exporter': ['127.0.0.1:9100->9100'],
  });
  expect(outputsOf()).toEqual({ open: 'http://127.0.0.1:3000/' });
  const said = (env: Readonly<Record<string, string>>) =>
    monitoringLab(env)
      .node.metadata.filter(({ type }) => type === '@cdktf/info')
      .map(({ data }) => String(data));
  expect(said({})).toEqual([
    expect.stringMatching(/^the ways into a virtual machine are left out.*NETPROOF_VM_NAME/),
  ]);
  expect(said(learning)).toEqual([]);
});

describe('S28, learning: NAT and forwards', () => {
  test('all three are published where a forward arrives, and forwarded from the loopback of the host', () => {
    expect(published(learning)).toEqual({
      grafana: ['0.0.0.0:3000->3000'],
      prometheus: ['0.0.0.0:9090->9090'],
      'node-exporter': ['0.0.0.0:9100->9100'],
    });
    expect(outputsOf(learning)).toEqual({
      open: 'http://127.0.0.1:3000/',
      ways: [
        'grafana: 127.0.0.1:3000 -> 10.0.2.15:3000 -> monitoring-lab-grafana:3000',
        'prometheus: 127.0.0.1:9090 -> 10.0.2.15:9090 -> monitoring-lab-prometheus:9090',
        'node-exporter: 127.0.0.1:9100 -> 10.0.2.15:9100 -> monitoring-lab-node-exporter:9100',
      ],
      virtualbox: [
        'VBoxManage modifyvm "rocky" --nic1 nat',
        'VBoxManage modifyvm "rocky" --nat-pf1 "grafana,tcp,127.0.0.1,3000,10.0.2.15,3000"',
        'VBoxManage modifyvm "rocky" --nat-pf1 "prometheus,tcp,127.0.0.1,9090,10.0.2.15,9090"',
        'VBoxManage modifyvm "rocky" --nat-pf1 "node-exporter,tcp,127.0.0.1,9100,10.0.2.15,9100"',
      ],
      'virtualbox-running': [
        'VBoxManage controlvm "rocky" natpf1 "grafana,tcp,127.0.0.1,3000,10.0.2.15,3000"',
        'VBoxManage controlvm "rocky" natpf1 "prometheus,tcp,127.0.0.1,9090,10.0.2.15,9090"',
        'VBoxManage controlvm "rocky" natpf1 "node-exporter,tcp,127.0.0.1,9100,10.0.2.15,9100"',
      ],
      qemu: [
        '-netdev user,id=net1,hostfwd=tcp:127.0.0.1:3000-10.0.2.15:3000,' +
          'hostfwd=tcp:127.0.0.1:9090-10.0.2.15:9090,hostfwd=tcp:127.0.0.1:9100-10.0.2.15:9100',
        '-device virtio-net-pci,netdev=net1',
      ],
    });
  });
});

describe('S28, near-production: bridged, firewall on', () => {
  test('Grafana alone is published, at the address of the machine on the LAN', () => {
    expect(published(nearProduction)).toEqual({
      grafana: ['0.0.0.0:3000->3000'],
      prometheus: [],
      'node-exporter': [],
    });
    expect(outputsOf(nearProduction)).toEqual({
      open: 'http://192.168.1.101:3000/',
      ways: ['grafana: 192.168.1.101:3000 -> monitoring-lab-grafana:3000'],
      firewall: [
        'iptables -I DOCKER-USER -p tcp -m conntrack --ctorigdst 192.168.1.101 --ctorigdstport 3000 ' +
          '--ctdir ORIGINAL ! -s 192.168.1.0/24 -j DROP',
      ],
    });
  });
});

test('S28: the network is called after the project, and another block or prefix moves it whole', () => {
  expect(resource(monitoringLab(), 'docker_network')['name']).toBe('monitoring-network');
  const moved = monitoringLab({
    NETPROOF_MONITORING_BLOCK: '172.31.0.0/16',
    NETPROOF_NAME_PREFIX: 'b-',
    NETPROOF_VM_NAME: 'Rocky Linux 9',
    NETPROOF_VM_ADDRESS: '10.0.2.16',
  });
  expect(resource(moved, 'docker_network')).toMatchObject({
    name: 'b-monitoring-network',
    ipam_config: [{ subnet: '172.31.0.0/16', gateway: '172.31.0.1' }],
  });
  expect(resources(moved, 'docker_container')['grafana']).toMatchObject({
    name: 'b-monitoring-lab-grafana',
    networks_advanced: [{ ipv4_address: '172.31.0.3' }],
  });
  expect(moved.wayIn!.commands.virtualBox[1]).toBe(
    'VBoxManage modifyvm "Rocky Linux 9" --nat-pf1 "grafana,tcp,127.0.0.1,3000,10.0.2.16,3000"',
  );
});

test('the password of Grafana is made at synth, told by path, and nowhere in what is synthesized', () => {
  const { app, settings, secrets } = aProject();
  new MonitoringLab(app, 'monitoring-lab', settings);
  app.synth();
  const password = readFileSync(join(secrets, 'monitoring-lab', 'grafana-admin-password'), 'utf8');
  expect(password.length).toBeGreaterThan(20);
  const folder = join(app.outdir, 'stacks', 'monitoring-lab');
  const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  expect(texts.join()).toContain('GF_SECURITY_ADMIN_PASSWORD__FILE=/run/secrets/grafana-admin-password');
  for (const text of texts) expect(text).not.toContain(password);
});

test('what does not exist in the profile is not put up with', () => {
  expect(() => monitoringLab({ NETPROOF_MONITORING_PROFILE: 'production' })).toThrow(
    'NETPROOF_MONITORING_PROFILE="production" is neither "learning" nor "near-production"',
  );
  expect(() => monitoringLab({ ...learning, NETPROOF_VM_ADDRESS: '10.0.2.2' })).toThrow(
    'machine address 10.0.2.2 is the gateway of the NAT',
  );
});
