import { TerraformVariable } from 'cdktf';
import type { Guest } from '../../lib/docker/guest';
import { NatSegment, type NatSegmentProps } from '../../lib/docker/nat-segment';
import { aStack, refusal, resource, resources, synthFailure } from './synthesized';

const guest = (name: string, more: Partial<Guest> = {}): Guest => ({
  name,
  image: 'busybox:1.37.0',
  ...more,
});

function made(props: Partial<NatSegmentProps> = {}) {
  const stack = aStack();
  const segment = new NatSegment(stack, 'nat', {
    name: 'nat',
    guests: [guest('vm1'), guest('vm2')],
    ...props,
  });
  return { stack, segment };
}

function addresses(props: Partial<NatSegmentProps> = {}) {
  return Object.values(resources(made(props).stack, 'docker_container')).map(({ networks_advanced }) => {
    const [place] = networks_advanced as readonly { ipv4_address?: string }[];
    return place!.ipv4_address;
  });
}

function refused(props: Partial<NatSegmentProps>): readonly string[] {
  const stack = aStack();
  return refusal(stack, () => new NatSegment(stack, 'nat', { name: 'nat', ...props })).problems;
}

describe('S3, the NAT of VirtualBox', () => {
  test('is 10.0.2.0/24 behind 10.0.2.2, with a way out', () => {
    expect(resource(made().stack, 'docker_network')).toMatchObject({
      driver: 'bridge',
      internal: false,
      ipam_config: [{ subnet: '10.0.2.0/24', gateway: '10.0.2.2' }],
    });
  });

  test('gives its guests 10.0.2.15, .16 and so on, past those that have one', () => {
    expect(addresses()).toEqual(['10.0.2.15', '10.0.2.16']);
    expect(
      addresses({ guests: [guest('vm1'), guest('vm2', { address: '10.0.2.15' }), guest('vm3')] }),
    ).toEqual(['10.0.2.16', '10.0.2.15', '10.0.2.17']);
  });

  test('moves with its block, gateway and guests together, a token too', () => {
    expect(addresses({ block: '10.9.2.0/24' })).toEqual(['10.9.2.15', '10.9.2.16']);
    const stack = aStack();
    const block = new TerraformVariable(stack, 'block', { type: 'string' }).stringValue;
    new NatSegment(stack, 'nat', { name: 'nat', block, guests: [guest('vm1')] });
    expect(resource(stack, 'docker_network')).toMatchObject({
      ipam_config: [{ subnet: '${var.block}', gateway: '${cidrhost(var.block, 2)}' }],
    });
    expect(resource(stack, 'docker_container')).toMatchObject({
      networks_advanced: [{ ipv4_address: '${cidrhost(var.block, 15)}' }],
    });
  });
});

describe('S2: guests of one NatSegment', () => {
  test('do not reach each other as in VirtualBox’s NAT, unless it is its NAT network', () => {
    const icc = 'com.docker.network.bridge.enable_icc';
    expect(resource(made().stack, 'docker_network')).toMatchObject({ options: { [icc]: 'false' } });
    expect(resource(made({ peers: false }).stack, 'docker_network')).toMatchObject({
      options: { [icc]: 'false' },
    });
    expect(resource(made({ peers: true }).stack, 'docker_network')).not.toHaveProperty('options');
  });
});

describe('S5: a forward', () => {
  test('leads from 127.0.0.1:8080 of the host to port 80 of the guest, by convention', () => {
    const { stack, segment } = made({ guests: [guest('vm1', { publish: [{ container: 80 }] })] });
    expect(resource(stack, 'docker_container')).toMatchObject({
      ports: [{ internal: 80, external: 8080, ip: '127.0.0.1', protocol: 'tcp' }],
    });
    expect(segment.guests[0]!.published).toHaveLength(1);
    expect(synthFailure(stack)).toBeUndefined();
  });

  test('of a second guest takes the next port; none is made for a guest without', () => {
    const publish = [{ container: 80 }];
    const { segment } = made({
      guests: [guest('vm1', { publish }), guest('vm2', { publish }), guest('vm3')],
    });
    expect(segment.guests.map(({ published }) => published.map(({ host }) => host))).toEqual([
      [8080],
      [8081],
      [],
    ]);
  });

  test('that collides with another is refused, whatever the address', () => {
    const guests = [
      guest('vm1', { publish: [{ host: 8080, container: 80, address: '0.0.0.0' }] }),
      guest('vm2', { publish: [{ host: 8080, container: 80 }] }),
    ];
    expect(refused({ guests })).toEqual([
      'guests vm1 and vm2 publish 0.0.0.0:8080/tcp and 127.0.0.1:8080/tcp, which are one socket of the host. ' +
        'Give each a host port of its own.',
    ]);
  });
});

describe('bad input', () => {
  test.each([
    ['a gateway outside', { gateway: '10.0.3.2' }, 'gateway 10.0.3.2 lies outside the block 10.0.2.0/24'],
    ['a guest at the gateway', { guests: [guest('vm1', { address: '10.0.2.2' })] }, 'is the gateway'],
    [
      'a guest outside',
      { guests: [guest('vm1', { address: '10.0.3.15' })] },
      'lies outside the block 10.0.2.0/24',
    ],
    [
      'a guest at the broadcast address',
      { guests: [guest('vm1', { address: '10.0.2.255' })] },
      'is the broadcast address',
    ],
    [
      'an address twice',
      { guests: [guest('vm1', { address: '10.0.2.20' }), guest('vm2', { address: '10.0.2.20' })] },
      'guests vm1 and vm2 both have the address 10.0.2.20',
    ],
  ])('%s is refused', (_, props, because) => {
    expect(refused(props)).toEqual([expect.stringContaining(because)]);
  });

  test('all of it comes in one error', () => {
    expect(
      refused({ block: '10.0.2.1/24', gateway: 'x', guests: [guest('v', { address: 'y' })] }),
    ).toHaveLength(4);
  });
});
