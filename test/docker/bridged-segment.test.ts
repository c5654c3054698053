import { TerraformVariable } from 'cdktf';
import { BridgedSegment, type BridgedSegmentProps } from '../../lib/docker/bridged-segment';
import type { Guest } from '../../lib/docker/guest';
import { aStack, refusal, resource, synthFailure } from './synthesized';

const guest = (name: string, address?: string): Guest => ({ name, address, image: 'busybox:1.37.0' });
const home: BridgedSegmentProps = {
  name: 'home-lan',
  parent: 'eth0',
  block: '192.168.1.0/24',
  guests: [guest('vm', '192.168.1.101')],
};

function refused(props: Partial<BridgedSegmentProps>): readonly string[] {
  const stack = aStack();
  return refusal(stack, () => new BridgedSegment(stack, 'lan', { ...home, ...props })).problems;
}

describe('S4, a bridged machine on the home LAN', () => {
  test('is a macvlan network on the interface, with the LAN’s own router as gateway', () => {
    const stack = aStack();
    new BridgedSegment(stack, 'lan', home);
    expect(resource(stack, 'docker_network')).toMatchObject({
      name: 'home-lan',
      driver: 'macvlan',
      options: { parent: 'eth0' },
      ipam_config: [{ subnet: '192.168.1.0/24', gateway: '192.168.1.1' }],
    });
    expect(resource(stack, 'docker_container')).toMatchObject({
      networks_advanced: [{ ipv4_address: '192.168.1.101' }],
    });
    expect(synthFailure(stack)).toBeUndefined();
  });

  test('leaves out what was not said: range, neighbours, shim', () => {
    const stack = aStack();
    const { hostAccess } = new BridgedSegment(stack, 'lan', home);
    expect(hostAccess).toBeUndefined();
    const network = resource(stack, 'docker_network') as { ipam_config: object[]; '//': object };
    expect(Object.keys(network.ipam_config[0]!)).toEqual(['gateway', 'subnet']);
    expect(network['//']).not.toHaveProperty('netproof');
  });

  test('reserves the addresses of neighbours, and gives out those of its range', () => {
    const stack = aStack();
    new BridgedSegment(stack, 'lan', {
      ...home,
      range: '192.168.1.192/28',
      neighbours: { host: '192.168.1.100' },
      guests: [guest('vm')],
    });
    expect(resource(stack, 'docker_network')).toMatchObject({
      ipam_config: [{ ip_range: '192.168.1.192/28', aux_address: { host: '192.168.1.100' } }],
    });
  });

  test('a block that is a token is passed on', () => {
    const stack = aStack();
    const block = new TerraformVariable(stack, 'block', { type: 'string' }).stringValue;
    new BridgedSegment(stack, 'lan', { ...home, block });
    expect(resource(stack, 'docker_network')).toMatchObject({
      ipam_config: [{ subnet: '${var.block}', gateway: '${cidrhost(var.block, 1)}' }],
    });
  });
});

describe('the way between the host and its guests', () => {
  const hostAccess = { address: '192.168.1.200' };

  test('is a list of commands for whoever administers the host, and a reserved address', () => {
    const stack = aStack();
    const segment = new BridgedSegment(stack, 'lan', { ...home, range: '192.168.1.192/28', hostAccess });
    expect(segment.hostAccess).toEqual({
      interface: 'home-lan-shim',
      address: '192.168.1.200',
      up: [
        'ip link add home-lan-shim link eth0 type macvlan mode bridge',
        'ip address add 192.168.1.200/32 dev home-lan-shim',
        'ip link set home-lan-shim up',
        'ip route add 192.168.1.192/28 dev home-lan-shim',
        'ip route add 192.168.1.101/32 dev home-lan-shim',
      ],
      down: ['ip link delete home-lan-shim'],
    });
    expect(resource(stack, 'docker_network')).toMatchObject({
      ipam_config: [{ aux_address: { 'host-shim': '192.168.1.200' } }],
      '//': { netproof: { hostAccess: { interface: 'home-lan-shim', address: '192.168.1.200' } } },
    });
  });

  test('its interface may have a name of its own', () => {
    const named = { ...home, hostAccess: { ...hostAccess, interface: 'macvlan0' } };
    expect(new BridgedSegment(aStack(), 'lan', named).hostAccess?.down).toEqual(['ip link delete macvlan0']);
  });

  test.each([
    ['an address outside', { hostAccess: { address: '192.168.2.200' } }, 'lies outside the block'],
    ['the router’s address', { hostAccess: { address: '192.168.1.1' } }, 'is the address of the gateway'],
    [
      'a neighbour’s address',
      { hostAccess, neighbours: { phone: '192.168.1.200' } },
      'hostAccess address 192.168.1.200 is the address of phone',
    ],
    [
      'a neighbour that takes its name',
      { hostAccess, neighbours: { 'host-shim': '192.168.1.201' } },
      'a neighbour is called "host-shim"',
    ],
    [
      'a long interface name',
      { hostAccess: { ...hostAccess, interface: 'a-name-of-17-char' } },
      'at most 15 characters',
    ],
    ['no guest with an address', { hostAccess, guests: [] }, 'does not know where the guests are'],
    ['the parent as interface', { hostAccess: { ...hostAccess, interface: 'eth0' } }, 'is the parent'],
  ])('with %s it is refused', (_, props, because) => {
    expect(refused(props)).toEqual([expect.stringContaining(because)]);
  });
});

describe('the parent', () => {
  test.each(['', 'eth 0', 'a/b', 'sixteen-letters1'])('%j is refused as a name', (parent) => {
    expect(refused({ parent })).toEqual([expect.stringContaining('is not an interface')]);
  });

  test('that the host does not have is refused, with what it has', () => {
    expect(refused({ parent: 'eth1', interfaces: ['lo', 'eth0'] })).toEqual([
      'network "home-lan": the Docker host has no interface "eth1" to be the parent. It has lo, eth0.',
    ]);
  });

  test('is taken when the host has it, or the interface that a VLAN is on, or nobody knows', () => {
    for (const props of [
      { parent: 'eth0', interfaces: ['eth0'] },
      { parent: 'eth0.10', interfaces: ['eth0'] },
      { parent: 'eth7' },
    ])
      expect(() => new BridgedSegment(aStack(), 'lan', { ...home, ...props })).not.toThrow();
  });
});

describe('addresses', () => {
  test.each([
    ['a guest without one', { guests: [guest('vm')] }, 'has no address on home-lan: Docker would pick one'],
    ['a guest at the router’s', { guests: [guest('vm', '192.168.1.1')] }, 'which the router of the LAN has'],
    [
      'a guest at a neighbour’s',
      { neighbours: { phone: '192.168.1.101' } },
      'the address 192.168.1.101 on home-lan is the address of phone',
    ],
    ['a guest outside', { guests: [guest('vm', '192.168.2.101')] }, 'lies outside the block 192.168.1.0/24'],
    ['a gateway outside', { gateway: '192.168.2.1' }, 'gateway 192.168.2.1 lies outside the block'],
    ['a range outside', { range: '192.168.2.0/28' }, 'Give a part of it, for example 192.168.1.240/28'],
    ['a range with host bits', { range: '192.168.1.193/28' }, 'host bits'],
  ])('%s: refused', (_, props, because) => {
    expect(refused(props)).toEqual([expect.stringContaining(because)]);
  });

  test('a published port is refused: the guest is dialled at its own address', () => {
    const publishing = { ...guest('vm', '192.168.1.101'), publish: [{ host: 8080, container: 80 }] };
    expect(refused({ guests: [publishing] })).toEqual([
      expect.stringContaining('home-lan is the LAN itself'),
    ]);
  });

  test('all problems of network and guests come in one error', () => {
    expect(
      refused({ parent: '', block: '192.168.1.1/24', oldestEngine: 'new', guests: [guest('v', 'x')] }),
    ).toHaveLength(5);
  });
});

describe('two on one parent', () => {
  const both = (oldestEngine?: string, second: Partial<BridgedSegmentProps> = {}) => {
    const stack = aStack();
    new BridgedSegment(stack, 'one', { ...home, oldestEngine });
    new BridgedSegment(stack, 'two', {
      name: 'lab-lan',
      parent: 'eth0',
      block: '192.168.2.0/24',
      oldestEngine,
      ...second,
    });
    return synthFailure(stack);
  };

  test.each([undefined, '20.10', '27.5'])('are refused when the oldest engine is %s', (oldest) => {
    expect(both(oldest)).toContain(
      'network lab-lan and network home-lan (shop/one) are both bridged to eth0, and engines up to 27 take one',
    );
  });

  test('are taken from engine 28, and on parents of their own', () => {
    expect(both('28.0')).toBeUndefined();
    expect(both(undefined, { parent: 'eth0.10' })).toBeUndefined();
  });

  test('are refused on any engine when their blocks overlap', () => {
    expect(both('28.0', { block: '192.168.1.128/25' })).toContain('overlaps network home-lan');
  });
});
