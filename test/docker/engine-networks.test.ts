import { tcp } from '../../lib/addressing/traffic';
import { Container, type ContainerProps } from '../../lib/docker/container';
import { DefaultBridge, type DefaultBridgeProps } from '../../lib/docker/default-bridge';
import { HostNetwork } from '../../lib/docker/host-network';
import { NoNetwork } from '../../lib/docker/no-network';
import { Segment } from '../../lib/docker/segment';
import type { ContainerNetwork } from '../../lib/docker/segment-facts';
import { SharedNetwork } from '../../lib/docker/shared-network';
import { UserNetwork } from '../../lib/docker/user-network';
import { aStack, refusal, resource, resources, synthFailure } from './synthesized';

const image = 'busybox:1.37.0';

function on(
  make: (stack: ReturnType<typeof aStack>) => ContainerNetwork,
  more: Partial<ContainerProps> = {},
) {
  const stack = aStack();
  const attachments = [{ segment: make(stack), address: undefined }];
  new Container(stack, 'web', { name: 'web', image, attachments, ...more });
  return resources(stack, 'docker_container')['web']!;
}

function refused(
  make: (stack: ReturnType<typeof aStack>) => ContainerNetwork,
  more: Partial<ContainerProps>,
  address?: string,
): readonly string[] {
  const stack = aStack();
  const attachments = [{ segment: make(stack), address }];
  return refusal(stack, () => new Container(stack, 'web', { name: 'web', image, attachments, ...more }))
    .problems;
}

const host = (stack: ReturnType<typeof aStack>) => new HostNetwork(stack, 'host');
const none = (stack: ReturnType<typeof aStack>) => new NoNetwork(stack, 'none');
const owned = (stack: ReturnType<typeof aStack>) => {
  const segment = new Segment(stack, 'net', { name: 'net', block: '10.9.1.0/24' });
  const owner = { name: 'owner', image, attachments: [{ segment }], listens: [tcp(80)] };
  return new SharedNetwork(stack, 'shared', { of: new Container(stack, 'owner', owner) });
};
const bridge = (stack: ReturnType<typeof aStack>) => new DefaultBridge(stack, 'bridge');

describe('S9: what each network is in Terraform', () => {
  test('the host’s and none are a mode, and no network besides', () => {
    expect(on(host)).toMatchObject({ network_mode: 'host' });
    expect(on(host)).not.toHaveProperty('networks_advanced');
    expect(on(none)).toMatchObject({ network_mode: 'none' });
    expect(on(none)).not.toHaveProperty('networks_advanced');
  });

  test('the default bridge is nothing said at all', () => {
    expect(on(bridge)).not.toHaveProperty('networks_advanced');
    expect(on(bridge)).not.toHaveProperty('network_mode');
  });

  test('S11: the network of another container is named by its id', () => {
    expect(on(owned)['network_mode']).toMatch(/^container:\$\{docker_container\.owner_\w+\.id\}$/);
  });

  test('a user network is a bridge of its own on 172.20.0.0/16, and takes another block', () => {
    const stack = aStack();
    new UserNetwork(stack, 'net', { project: 'myapp' });
    expect(resource(stack, 'docker_network')).toMatchObject({
      name: 'myapp-network',
      driver: 'bridge',
      internal: false,
      ipam_config: [{ subnet: '172.20.0.0/16', gateway: '172.20.0.1' }],
    });
    const second = aStack();
    new UserNetwork(second, 'net', { name: 'second-bridge', block: '10.0.0.0/24' });
    expect(resource(second, 'docker_network')).toMatchObject({
      name: 'second-bridge',
      ipam_config: [{ subnet: '10.0.0.0/24', gateway: '10.0.0.1' }],
    });
  });
});

describe('S10, the default bridge', () => {
  const guests = ['nginx', 'mysql', 'redis'].map((name) => ({ name, image }));
  const made = (props: DefaultBridgeProps) => {
    const stack = aStack();
    new DefaultBridge(stack, 'bridge', props);
    return stack;
  };

  test('starts its guests one after the other, which gives them .2, .3 and .4', () => {
    const containers = resources(made({ guests }), 'docker_container');
    expect(containers['nginx']).not.toHaveProperty('depends_on');
    expect(containers['mysql']!['depends_on']).toEqual([expect.stringContaining('nginx')]);
    expect(containers['redis']!['depends_on']).toEqual([expect.stringContaining('mysql')]);
  });

  test('has 172.17.0.1 as the host, unless the engine was told otherwise', () => {
    const stack = aStack();
    expect(String(new DefaultBridge(stack, 'a').gateway)).toBe('172.17.0.1');
    expect(String(new DefaultBridge(stack, 'b', { block: '10.200.0.0/16' }).gateway)).toBe('10.200.0.1');
    const bad = () => new DefaultBridge(stack, 'c', { block: '172.17.0.1/16', gateway: 'x' });
    expect(refusal(stack, bad).problems).toHaveLength(2);
  });

  test('gives no fixed addresses and no names', () => {
    expect(refused(bridge, {}, '172.17.0.2')).toEqual([
      expect.stringContaining('has the address "172.17.0.2" on the default bridge'),
    ]);
    expect(refused(bridge, { aliases: ['www'] })).toEqual([
      expect.stringContaining('has the alias "www" on the default bridge, where Docker resolves no names'),
    ]);
  });

  test('publishes ports', () => {
    expect(on(bridge, { publish: [{ container: 80 }] })).toMatchObject({
      ports: [{ external: 8080, internal: 80 }],
    });
  });
});

describe('ports that lead nowhere are refused', () => {
  const publish = [{ host: 8080, container: 80 }];
  test.each([
    ['on the network of the host', host, 'ports of the host already'],
    ['without a network', none, 'nothing to publish'],
    [
      'on the network of another container',
      owned,
      'its network is that of container owner: publish the port there',
    ],
  ])('%s', (_, make, because) => {
    expect(refused(make, { publish })).toEqual([expect.stringContaining(because)]);
  });
});

describe('what stands by itself', () => {
  test.each([
    ['the network of the host', host],
    ['no network', none],
    ['the network of container owner', owned],
  ])('%s is not joined with another', (name, make) => {
    const stack = aStack();
    const other = new Segment(stack, 'other', { name: 'other', block: '10.9.2.0/24' });
    const attachments = [{ segment: make(stack) }, { segment: other }];
    const both = () => new Container(stack, 'web', { name: 'web', image, attachments });
    expect(refusal(stack, both).problems).toEqual([expect.stringContaining(`joins ${name} and 1 more`)]);
  });

  test.each([host, none, owned])('has neither addresses nor aliases of its own', (make) => {
    expect(refused(make, { aliases: ['www'] }, '10.9.1.9')).toHaveLength(2);
  });
});

describe('a port has room for one', () => {
  const twoOn = (make: (stack: ReturnType<typeof aStack>) => ContainerNetwork, ...ports: number[]) => {
    const stack = aStack();
    const segment = make(stack);
    for (const [index, port] of ports.entries()) {
      const attachments = [{ segment }];
      new Container(stack, `c${index}`, { name: `c${index}`, image, attachments, listens: [tcp(port)] });
    }
    return synthFailure(stack);
  };

  test('on the host: two containers that listen on it are refused at synth', () => {
    expect(twoOn(host, 8081, 8081)).toContain(
      'container c1 and container c0 (shop/c0) both listen on tcp/8081 in one network',
    );
    expect(twoOn(host, 8081, 8082)).toBeUndefined();
  });

  test('on the host: so is a published port of another container', () => {
    const stack = aStack();
    const segment = new Segment(stack, 'net', { name: 'net', block: '10.9.1.0/24' });
    const attachments = [{ segment }];
    new Container(stack, 'web', {
      name: 'web',
      image,
      attachments,
      publish: [{ host: 8081, container: 80 }],
    });
    new Container(stack, 'agent', {
      name: 'agent',
      image,
      attachments: [{ segment: host(stack) }],
      listens: [tcp(8081)],
    });
    expect(synthFailure(stack)).toContain(
      'container agent listens on tcp/8081 of the host, and container web',
    );
  });

  test('of another container: its owner and all who share it', () => {
    expect(refused(owned, { listens: [tcp(80)] })).toEqual([
      expect.stringContaining('listens on tcp/80, and so does owner, whose address and ports it shares'),
    ]);
    expect(twoOn(owned, 81, 81)).toContain('both listen on tcp/81');
    expect(twoOn(owned, 81, 82)).toBeUndefined();
  });

  test('on networks of their own: each container has all ports', () => {
    expect(
      twoOn((stack) => new Segment(stack, 'net', { name: 'net', block: '10.9.1.0/24' }), 80, 80),
    ).toBeUndefined();
    expect(twoOn(none, 80, 80)).toBeUndefined();
  });
});
