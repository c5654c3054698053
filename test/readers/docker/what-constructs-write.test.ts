import { App, TerraformStack } from 'cdktf';
import { DockerProvider } from '@cdktf/provider-docker/lib/provider';
import { tcp, Traffic } from '../../../lib/addressing/traffic';
import { BridgedSegment } from '../../../lib/docker/bridged-segment';
import { Container } from '../../../lib/docker/container';
import { HostOnlySegment } from '../../../lib/docker/host-only-segment';
import { topologyOfStack } from '../../../lib/proof/topology-of-stack';
import { reach } from '../../../lib/reachability/solver';
import type { Topology } from '../../../lib/topology/topology';
import { block, DockerUnderTest, engine, on } from './docker-under-test';

const ask = (topology: Topology, from: string, to: string, traffic = 'tcp/80') =>
  reach(topology, { from, to, on: Traffic.parse(traffic) });

function aStack(): TerraformStack {
  const stack = new TerraformStack(new App(), 'lab');
  new DockerProvider(stack, 'docker');
  return stack;
}

describe('a host-only network without its host', () => {
  const stack = aStack();
  const segment = new HostOnlySegment(stack, 'net', { name: 'quiet', hostAccess: false });
  for (const name of ['one', 'two']) {
    new Container(stack, name, { name, image: 'i', attachments: [{ segment }], listens: [tcp(80)] });
  }
  const topology = topologyOfStack(stack);

  test('has peers, and neither reaches the host nor is reached by it', () => {
    expect(ask(topology, 'one', 'two').kind).toBe('reachable');
    expect(ask(topology, 'host', 'one').kind).toBe('blocked');
    expect(ask(topology, 'one', 'host', 'icmp').kind).toBe('blocked');
  });

  test('what the construct says about listening is said of the answer', () => {
    expect(ask(topology, 'one', 'two').answers).toBe('yes');
    expect(ask(topology, 'one', 'two', 'tcp/81').answers).toBe('no');
  });
});

test.each(['20.10', '28.5'])(
  'inhibit_ipv4 takes the host off the bridge on Docker Engine %s, by whoever wrote it',
  (version) => {
    const inhibited = { options: { 'com.docker.network.bridge.inhibit_ipv4': 'true' } };
    const net = (more: object) =>
      new DockerUnderTest(
        {
          networks: { n: block(1, more as Record<string, unknown>) },
          containers: { a: { ...on('n'), ports: [{ internal: 80, external: 8080 }] }, b: on('n') },
        },
        engine(version),
      );
    expect(net(inhibited).reach('host', 'a')).toBe('blocked');
    expect(net(inhibited).reach('a', 'internet', 'tcp/443')).toBe('blocked');
    expect(net(inhibited).reach('lan', 'a')).toBe('blocked');
    expect(net(inhibited).reach('a', 'b')).toBe('reachable');
    expect(net({}).reach('host', 'a')).toBe('reachable');
    expect(net({}).reach('lan', 'a')).toBe('reachable');
  },
);

describe('a bridged network', () => {
  const made = (hostAccess: boolean, oldestEngine?: string) => {
    const stack = aStack();
    const segment = new BridgedSegment(stack, 'lan', {
      name: 'home-lan',
      parent: 'eth0',
      block: '192.168.1.0/24',
      gateway: '192.168.1.1',
      range: '192.168.1.192/27',
      ...(hostAccess && { hostAccess: { address: '192.168.1.250' } }),
      ...(oldestEngine !== undefined && { oldestEngine }),
    });
    new Container(stack, 'vm', { name: 'vm', image: 'i', attachments: [{ segment }] });
    return topologyOfStack(stack);
  };

  test('and its host reach each other when the host has the interface for it, and the answer says so', () => {
    const topology = made(true);
    expect(ask(topology, 'host', 'vm').kind).toBe('reachable');
    expect(ask(topology, 'vm', 'host', 'icmp').kind).toBe('reachable');
    expect((topology.premises ?? []).map(({ text }) => text).join()).toContain(
      'with the address 192.168.1.250',
    );
  });

  test('and its host do not without it', () => {
    const topology = made(false);
    expect(ask(topology, 'host', 'vm').kind).toBe('blocked');
    expect(ask(topology, 'vm', 'host', 'icmp').kind).toBe('blocked');
    expect(topology.premises).toHaveLength(1);
  });

  test('is asked on no older engine than it is for', () => {
    const versions = (topology: Topology) =>
      topology.variants?.settings.find(({ key }) => key === 'docker.version')?.values;
    expect(versions(made(false, '28.0'))?.[0]).toBe('28.0');
    expect(versions(made(false))?.[0]).toBe('20.10');
    expect(made(false, '28.0').premises?.[0]?.text).toMatch(
      /^Docker Engine 28\.0 to 29, settings as they come \(docker_network\.lan.* is for no older one\)$/,
    );
  });
});
