import type { TerraformStack } from 'cdktf';
import { Address } from '../../lib/addressing/address';
import { Cidr } from '../../lib/addressing/cidr';
import { goDuration } from '../../lib/docker/health-check';
import { shippedDockerStacks } from '../stacks/shipped';
import { type Attributes, resources } from './synthesized';

/**
 * What the provider reads back after apply must be what was written, else every plan replaces a network or container.
 * Each rule is one way in which it would not be; see lib/docker/README.md.
 */
describe.each(shippedDockerStacks)('a second plan of %s is empty:', (_, make) => {
  const stack = make();
  const networks = all(stack, 'docker_network');
  const containers = all(stack, 'docker_container');

  test('there is something to look at', () => {
    expect(networks.length).toBeGreaterThan(0);
    expect(containers.length).toBeGreaterThan(0);
  });

  test('every network says its block and gateway, one block, canonical, the gateway inside', () => {
    for (const network of networks) {
      const [config, ...more] = network['ipam_config'] as readonly { subnet: string; gateway: string }[];
      expect(more).toEqual([]);
      expect(Cidr.parse(config!.subnet).toString()).toBe(config!.subnet);
      expect(Cidr.parse(config!.subnet).contains(Address.parse(config!.gateway))).toBe(true);
    }
  });

  test('no network asks for IPv6, which brings a block of its own, or for options that the engine adds to', () => {
    const answeredAsTheyAre = {
      bridge: ['com.docker.network.bridge.enable_icc', 'com.docker.network.bridge.inhibit_ipv4'],
      macvlan: ['parent'],
    };
    for (const network of networks) {
      const known = answeredAsTheyAre[network['driver'] as keyof typeof answeredAsTheyAre];
      expect(known).toEqual(expect.arrayContaining(Object.keys(network['options'] ?? {})));
      for (const argument of ['ipv6', 'labels']) expect(network).not.toHaveProperty(argument);
    }
  });

  test('containers name networks by the id of a network of the stack, or have a mode, or say nothing', () => {
    for (const container of containers) {
      const mode = container['network_mode'];
      expect(mode !== undefined && container['networks_advanced'] !== undefined).toBe(false);
      if (mode !== undefined)
        expect(mode).toMatch(/^(host|none|container:\$\{docker_container\.[\w-]+\.id\})$/);
      for (const { name } of placesOf(container)) {
        expect(name).toMatch(/^\$\{docker_network\.[\w-]+\.id\}$/);
      }
    }
  });

  test('ports are published only from a network with a way out, in order, with address and host port', () => {
    const internal = new Set(
      networks
        .filter((network) => network['internal'] === true || network['driver'] === 'macvlan')
        .map((network) => idOf(network)),
    );
    for (const container of containers) {
      const ports = (container['ports'] ?? []) as readonly {
        internal: number;
        external?: number;
        ip?: string;
      }[];
      const places = placesOf(container);
      const apart = container['network_mode'] !== undefined;
      expect(apart && ports.length > 0).toBe(false);
      const confined =
        places.length > 0 &&
        places.every(({ name }) => internal.has(/docker_network\.([\w-]+)\./.exec(name)![1]!));
      expect(confined && ports.length > 0).toBe(false);
      expect(ports.map((port) => port.internal)).toEqual(
        ports.map((port) => port.internal).sort((a, b) => a - b),
      );
      for (const port of ports) expect([typeof port.ip, typeof port.external]).toEqual(['string', 'number']);
    }
  });

  test('containers keep running', () => {
    for (const container of containers) {
      for (const argument of ['must_run', 'start', 'rm', 'attach'])
        expect(container).not.toHaveProperty(argument);
    }
  });

  test('the image is an id, and stays on the machine', () => {
    for (const container of containers)
      expect(container['image']).toMatch(/^\$\{docker_image\.[\w-]+\.image_id\}$/);
    for (const image of all(stack, 'docker_image')) expect(image['keep_locally']).toBe(true);
  });

  test('capabilities are spelled as the engine answers them', () => {
    for (const container of containers) {
      const capabilities = container['capabilities'] as
        { add?: readonly string[]; drop: readonly string[] } | undefined;
      if (capabilities === undefined) continue;
      expect(capabilities.drop).toEqual(['ALL']);
      for (const capability of capabilities.add ?? []) expect(capability).toMatch(/^CAP_[A-Z_]+$/);
    }
  });

  test('memory is said together with its swap, and shares of processors not at all', () => {
    for (const container of containers) {
      expect(container['memory_swap']).toBe(container['memory']);
      expect(container).not.toHaveProperty('cpus');
    }
  });

  test('durations are canonical', () => {
    for (const container of containers) {
      const check = container['healthcheck'] as { interval: string; timeout: string } | undefined;
      if (check === undefined) continue;
      const { interval, timeout } = check;
      for (const duration of [interval, timeout]) {
        const [, hours = 0, minutes = 0, seconds = 0] = /^(?:(\d+)h)?(?:(\d+)m)?(\d+)s$/.exec(duration)!;
        expect(goDuration(Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds))).toBe(duration);
      }
    }
  });
});

function placesOf(container: Attributes): readonly { readonly name: string }[] {
  return (container['networks_advanced'] ?? []) as readonly { readonly name: string }[];
}

function all(stack: TerraformStack, type: string): readonly Attributes[] {
  return Object.values(resources(stack, type));
}

function idOf(resource: Attributes): string {
  return (resource['//'] as { metadata: { uniqueId: string } }).metadata.uniqueId;
}
