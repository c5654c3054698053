import type { NetworkInterfaceInfo } from 'node:os';
import type { TerraformStack } from 'cdktf';
import { Cidr } from '../../lib/addressing/cidr';
import { hostInterfaces, type MachineInterface, machineInterfaces } from '../../stacks/machine-interfaces';
import { bridged, dockerThreeTier, hostOnlyLab, networkModes, vmwareLab } from './shipped';

const at = (cidr: string, family: 'IPv4' | 'IPv6' = 'IPv4') =>
  ({
    address: cidr.split('/')[0]!,
    cidr,
    family,
    netmask: '',
    mac: '',
    internal: false,
  }) as NetworkInterfaceInfo;

const named = (name: string, block: string): MachineInterface => ({ name, block: Cidr.parse(block) });

/** The texts that the CDKTF command line finds in the manifest as errors. */
function annotations(stack: TerraformStack): readonly string[] {
  return stack.node
    .findAll()
    .flatMap(({ node }) => node.metadata)
    .filter(({ type }) => type === '@cdktf/error')
    .map(({ data }) => String(data));
}

test('the interfaces of the machine are those that Docker did not make', () => {
  const listed = {
    lo: [at('127.0.0.1/8')],
    eth0: [at('192.168.0.10/24'), at('fe80::1/64', 'IPv6')],
    vboxnet0: [at('192.168.56.1/24')],
    docker0: [at('172.17.0.1/16')],
    docker_gwbridge: [at('172.18.0.1/16')],
    'br-0123456789ab': [at('10.210.1.1/24')],
    veth12ab: [at('169.254.1.1/16')],
    'br-lan': [at('10.0.0.1/24')],
    tun0: undefined,
  };
  expect(machineInterfaces(listed).map(({ name, block }) => `${name} ${block.toString()}`)).toEqual([
    'lo 127.0.0.0/8',
    'eth0 192.168.0.0/24',
    'vboxnet0 192.168.56.0/24',
    'br-lan 10.0.0.0/24',
  ]);
});

test('without an argument it looks at this machine', () => {
  expect(machineInterfaces().map(({ block }) => block.toString())).toContain('127.0.0.0/8');
});

describe('a Docker network on a block of the machine', () => {
  test('gets an error that names the setting which moves it', () => {
    const stack = dockerThreeTier({}, [named('tun0', '10.210.0.0/16')]);
    expect(annotations(stack)).toEqual([
      "network frontend-tier 10.210.1.0/24 overlaps 10.210.0.0/16 of this machine's interface tun0: " +
        'Docker would take its traffic. Set NETPROOF_FRONTEND_BLOCK to a free block.',
      expect.stringContaining('NETPROOF_BACKEND_BLOCK'),
    ]);
    expect(annotations(hostOnlyLab({}, [named('vboxnet0', '192.168.56.0/24')]))).toEqual([
      expect.stringContaining('NETPROOF_HOST_ONLY_BLOCK'),
    ]);
  });

  test('gets none beside it, or once moved', () => {
    expect(annotations(dockerThreeTier({}, [named('eth0', '192.168.0.0/24')]))).toEqual([]);
    const moved = { NETPROOF_HOST_ONLY_BLOCK: '192.168.57.0/24' };
    expect(annotations(hostOnlyLab(moved, [named('vboxnet0', '192.168.56.0/24')]))).toEqual([]);
  });
});

test('every network of network-modes and vmware-lab is moved by a setting, the bridged ones aside', () => {
  const everywhere = [named('eth0', '0.0.0.0/0')];
  const settingsOf = (stack: TerraformStack) =>
    annotations(stack).map((text) => /Set (\w+) to/.exec(text)?.[1]);
  expect(settingsOf(networkModes(bridged, everywhere))).toEqual([
    'NETPROOF_NAT_BLOCK',
    'NETPROOF_NAT_NETWORK_BLOCK',
    'NETPROOF_HOST_ONLY_BLOCK',
    'NETPROOF_INTERNAL_BLOCK',
    'NETPROOF_USER_BLOCK',
    'NETPROOF_SECOND_BLOCK',
  ]);
  expect(settingsOf(vmwareLab(bridged, everywhere))).toEqual([
    'NETPROOF_VMWARE_HOST_ONLY_BLOCK',
    'NETPROOF_VMWARE_NAT_BLOCK',
  ]);
});

describe('the parent of a bridged part', () => {
  test('gets an error when this machine has no such interface, and none when it has', () => {
    const missing = 'this machine has no interface "eth0". Set NETPROOF_PARENT_INTERFACE to one of lo, eth1.';
    expect(annotations(networkModes(bridged, [], ['lo', 'eth1']))).toEqual([missing]);
    expect(annotations(vmwareLab(bridged, [], ['lo', 'eth1']))).toEqual([missing]);
    expect(annotations(networkModes(bridged, [], ['lo', 'eth0']))).toEqual([]);
    const vlan = { NETPROOF_PARENT_INTERFACE: 'eth0.10' };
    expect(annotations(networkModes(vlan, [], ['lo', 'eth0']))).toEqual([]);
  });

  test('is not looked for where the engine may be on another machine', () => {
    expect(annotations(networkModes(bridged, [], undefined))).toEqual([]);
    expect(hostInterfaces({ DOCKER_HOST: 'ssh://lab' })).toBeUndefined();
    expect(hostInterfaces({ DOCKER_CONTEXT: 'desktop-linux' })).toBeUndefined();
    // Linux has a folder for every interface; elsewhere an engine runs in a machine of its own.
    if (process.platform === 'linux') expect(hostInterfaces({})).toContain('lo');
    else expect(hostInterfaces({})).toBeUndefined();
  });
});
