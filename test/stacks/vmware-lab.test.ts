import { resources, synthFailure } from '../docker/synthesized';
import { bridged, vmwareLab } from './shipped';

type Env = Readonly<Record<string, string>>;

const switches = (env: Env) =>
  Object.values(resources(vmwareLab(env), 'docker_network')).map((network) => {
    const [pool] = network['ipam_config'] as readonly { subnet: string; gateway: string }[];
    const kind =
      network['driver'] === 'macvlan' ? 'bridged' : network['internal'] === true ? 'host-only' : 'NAT';
    return `${String(network['name'])} ${kind} ${pool!.subnet}`;
  });

const machines = (env: Env) =>
  Object.values(resources(vmwareLab(env), 'docker_container')).map(({ name, networks_advanced }) => {
    const [place] = networks_advanced as readonly { ipv4_address: string }[];
    return `${String(name)} ${place!.ipv4_address}`;
  });

test('S6: three switches with their blocks', () => {
  expect(switches(bridged)).toEqual([
    'vmware-lab-vswitch0 bridged 192.168.10.0/24',
    'vmware-lab-vswitch1 host-only 172.16.10.0/24',
    'vmware-lab-vswitch2 NAT 10.0.0.0/24',
  ]);
});

test('S6: VM1 is on the first at .50, VM2 on the third at .10, nobody on the second', () => {
  expect(machines(bridged)).toEqual(['vmware-lab-vm1 192.168.10.50', 'vmware-lab-vm2 10.0.0.10']);
});

test('machines on the NAT switch may talk to each other, as on VMware’s', () => {
  const nat = Object.values(resources(vmwareLab(), 'docker_network')).find(
    ({ internal }) => internal === false,
  );
  expect(nat).not.toHaveProperty('options');
});

test('without an interface of a LAN the first switch and its machine are left out', () => {
  expect(switches({})).toHaveLength(2);
  expect(machines({})).toEqual(['vmware-lab-vm2 10.0.0.10']);
});

test('other blocks move switches and machines together', () => {
  const env = {
    ...bridged,
    NETPROOF_VMWARE_LAN_BLOCK: '192.168.11.0/24',
    NETPROOF_VMWARE_NAT_BLOCK: '10.0.1.0/24',
    NETPROOF_VMWARE_HOST_ONLY_BLOCK: '172.16.11.0/24',
  };
  expect(machines(env)).toEqual(['vmware-lab-vm1 192.168.11.50', 'vmware-lab-vm2 10.0.1.10']);
  expect(synthFailure(vmwareLab(env))).toBeUndefined();
});
