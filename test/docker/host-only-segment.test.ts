import { TerraformVariable } from 'cdktf';
import type { Guest } from '../../lib/docker/guest';
import { HostOnlySegment, type HostOnlySegmentProps } from '../../lib/docker/host-only-segment';
import { InternalSegment } from '../../lib/docker/internal-segment';
import { Segment } from '../../lib/docker/segment';
import { aStack, refusal, resource, resources, synthFailure } from './synthesized';

const guest = (name: string, address: string): Guest => ({ name, address, image: 'busybox:1.37.0' });
const lab: HostOnlySegmentProps = {
  name: 'lab',
  guests: [guest('guest-1', '192.168.56.10'), guest('guest-2', '192.168.56.11')],
};

function refused(props: Partial<HostOnlySegmentProps>): readonly string[] {
  const stack = aStack();
  return refusal(stack, () => new HostOnlySegment(stack, 'lab', { ...lab, ...props })).problems;
}

describe('S3, the host-only network of VirtualBox', () => {
  test('is an internal bridge on 192.168.56.0/24 with the host at .1', () => {
    const stack = aStack();
    new HostOnlySegment(stack, 'lab', lab);
    expect(resource(stack, 'docker_network')).toMatchObject({
      name: 'lab',
      driver: 'bridge',
      internal: true,
      ipam_config: [{ subnet: '192.168.56.0/24', gateway: '192.168.56.1' }],
    });
    expect(synthFailure(stack)).toBeUndefined();
  });

  test('has its guests at fixed addresses, on no other network, with nothing published', () => {
    const stack = aStack();
    const { guests } = new HostOnlySegment(stack, 'lab', lab);
    expect(guests.map(({ name }) => name)).toEqual(['guest-1', 'guest-2']);
    for (const [name, address] of [
      ['guest-1', '192.168.56.10'],
      ['guest-2', '192.168.56.11'],
    ] as const) {
      const container = resources(stack, 'docker_container')[name]!;
      expect(container['networks_advanced']).toEqual([
        {
          name: expect.stringMatching(/^\$\{docker_network\.\w+\.id\}$/) as string,
          aliases: [name],
          ipv4_address: address,
        },
      ]);
      expect(container).not.toHaveProperty('ports');
    }
  });

  test('takes another block, and a gateway in it', () => {
    const stack = aStack();
    const guests = [guest('guest-1', '172.16.10.10')];
    new HostOnlySegment(stack, 'lab', {
      name: 'lab',
      block: '172.16.10.0/24',
      gateway: '172.16.10.254',
      guests,
    });
    expect(resource(stack, 'docker_network')).toMatchObject({
      ipam_config: [{ subnet: '172.16.10.0/24', gateway: '172.16.10.254' }],
    });
  });
});

describe('bad input', () => {
  test.each([
    ['an address outside', guest('guest-3', '192.168.57.10'), 'lies outside the block 192.168.56.0/24'],
    ['the address of the host', guest('guest-3', '192.168.56.1'), 'is the gateway'],
    ['an address that is taken', guest('guest-3', '192.168.56.10'), 'guests guest-1 and guest-3 both have'],
    ['a name that is taken', guest('guest-1', '192.168.56.12'), 'two guests answer to the name "guest-1"'],
    ['an alias that is taken', { ...guest('guest-3', '192.168.56.12'), aliases: ['guest-2'] }, '"guest-2"'],
    ['a one-letter name', guest('g', '192.168.56.12'), 'has one character'],
  ])('a guest with %s is refused', (_, third, because) => {
    expect(refused({ guests: [...lab.guests!, third] })).toEqual([expect.stringContaining(because)]);
  });

  test('a third guest with a name and address of its own is taken', () => {
    const stack = aStack();
    new HostOnlySegment(stack, 'lab', {
      ...lab,
      guests: [...lab.guests!, guest('guest-3', '192.168.56.12')],
    });
    expect(Object.keys(resources(stack, 'docker_container'))).toHaveLength(3);
  });

  test('a guest whose name is a token is refused: it is the id of a construct too', () => {
    const stack = aStack();
    const name = new TerraformVariable(stack, 'name', { type: 'string' }).stringValue;
    const make = () =>
      new HostOnlySegment(stack, 'lab', { name: 'lab', guests: [guest(name, '192.168.56.10')] });
    expect(refusal(stack, make).problems).toEqual([expect.stringContaining('is a token')]);
  });

  test('problems of network and guests come in one error', () => {
    expect(refused({ block: '192.168.56.1/24', guests: [guest('g', 'x')] })).toHaveLength(3);
  });
});

describe('without the host', () => {
  const inhibit = { options: { 'com.docker.network.bridge.inhibit_ipv4': 'true' } };

  test('a host-only network gives the bridge no address, on every engine the same way', () => {
    const stack = aStack();
    const segment = new HostOnlySegment(stack, 'lab', { ...lab, hostAccess: false });
    expect(resource(stack, 'docker_network')).toMatchObject({ internal: true, ...inhibit });
    expect(segment.hostAccess).toBe(false);
  });

  test('an internal network is the same by its own name', () => {
    const stack = aStack();
    new InternalSegment(stack, 'lab', { name: 'intnet' });
    expect(resource(stack, 'docker_network')).toMatchObject({
      internal: true,
      ipam_config: [{ subnet: '10.210.4.0/24', gateway: '10.210.4.1' }],
      ...inhibit,
    });
  });

  test('a host-only network with the host says nothing of it', () => {
    const stack = aStack();
    new HostOnlySegment(stack, 'lab', lab);
    expect(resource(stack, 'docker_network')).not.toHaveProperty('options');
  });

  test('a network with a way out is refused: the way leads through the host', () => {
    const stack = aStack();
    const make = () => new Segment(stack, 'lab', { name: 'lab', block: '10.9.1.0/24', hostAccess: false });
    expect(refusal(stack, make).problems).toEqual([expect.stringContaining('Say internal: true as well')]);
  });

  test('a published port of a guest is refused: the network has no way out', () => {
    const guests = [{ ...guest('guest-1', '192.168.56.10'), publish: [{ container: 80 }] }];
    expect(refused({ guests })).toEqual([expect.stringContaining('lab is internal')]);
  });
});
