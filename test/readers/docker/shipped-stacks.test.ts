import { Traffic } from '../../../lib/addressing/traffic';
import { topologyOfStack } from '../../../lib/proof/topology-of-stack';
import { reach } from '../../../lib/reachability/solver';
import type { NamedTopology } from '../../../lib/topology/subject';
import { dockerThreeTier, hostOnlyLab } from '../../stacks/shipped';

const kind = (topology: NamedTopology, from: string, to: string, on: string) =>
  reach(topology, { from, to, on: Traffic.parse(on) }).kind;

describe.each(['hardened', 'as-written'] as const)('docker-three-tier, %s, on every engine', (form) => {
  const topology = topologyOfStack(dockerThreeTier({ NETPROOF_FORM: form }));
  const loose = form === 'as-written' ? 'reachable' : 'blocked';

  test.each([
    ['nginx', 'api', 'tcp/3000', 'reachable'],
    ['api', 'postgres', 'tcp/5432', 'reachable'],
    ['nginx', 'postgres', 'tcp/5432', 'blocked'],
    ['postgres', 'nginx', 'tcp/80', 'blocked'],
    ['host-loopback', 'nginx', 'tcp/80', 'reachable'],
    ['host-loopback', 'postgres', 'tcp/5432', 'blocked'],
    ['lan', 'postgres', 'tcp/5432', 'blocked'],
    ['lan', 'nginx', 'tcp/80', loose],
    ['postgres', 'internet', 'tcp/443', loose],
    ['nginx', 'internet', 'tcp/443', 'reachable'],
  ])('%s to %s on %s is %s', (from, to, on, verdict) => expect(kind(topology, from, to, on)).toBe(verdict));

  test('no other way leads nginx to postgres', () => {
    const { anyWay } = reach(topology, { from: 'nginx', to: 'postgres', on: Traffic.parse('tcp') });
    expect(anyWay.mayPass.toString()).toBe('nothing');
  });
});

test('host-only-lab: guests and host reach each other, and nobody else takes part, on every engine', () => {
  const topology = topologyOfStack(hostOnlyLab());
  const guests = [...topology.endpoints.values()].filter(({ type }) => type === 'docker_container');
  const [one, other] = guests.map(({ id }) => id) as [string, string];
  expect(guests).toHaveLength(2);
  expect(kind(topology, one, other, 'tcp/80')).toBe('reachable');
  expect(kind(topology, 'host', one, 'tcp/80')).toBe('reachable');
  expect(kind(topology, one, 'host', 'icmp')).toBe('reachable');
  for (const outside of ['internet', 'lan']) {
    expect(kind(topology, one, outside, 'tcp/80')).toBe('blocked');
    expect(kind(topology, outside, one, 'tcp/80')).toBe('blocked');
  }
});
