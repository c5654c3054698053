import type { NetworkNaming } from '../../lib/docker/network-name';
import { BridgedSegment } from '../../lib/docker/bridged-segment';
import { HostOnlySegment } from '../../lib/docker/host-only-segment';
import { InternalSegment } from '../../lib/docker/internal-segment';
import { NatSegment } from '../../lib/docker/nat-segment';
import { Segment } from '../../lib/docker/segment';
import { UserNetwork } from '../../lib/docker/user-network';
import { aStack, refusal, resource } from './synthesized';

const lan = { block: '10.9.1.0/24' };

describe('S28: a network is called after its environment, service or project', () => {
  test.each([
    [{ environment: 'dev' }, 'dev-network'],
    [{ service: 'web' }, 'web-network'],
    [{ project: 'myapp' }, 'myapp-network'],
    [{ name: 'second-bridge' }, 'second-bridge'],
  ])('%j is called %s', (naming: NetworkNaming, name) => {
    const stack = aStack();
    expect(new Segment(stack, 'net', { ...naming, ...lan }).name).toBe(name);
    expect(resource(stack, 'docker_network')).toMatchObject({ name });
  });

  test.each([
    ['none of them', {}, 'has no name: give name, or one of environment, service and project'],
    ['two of them', { environment: 'dev', service: 'web' }, 'has environment "dev" and service "web"'],
    ['a name and a convention', { name: 'lan', project: 'myapp' }, 'has name "lan" and project "myapp"'],
    ['a part that makes no name', { environment: 'my dev' }, 'environment "my dev" does not make the name'],
    ['an empty part', { service: '' }, 'service "" does not make the name'],
  ])('%s is refused', (_, naming: NetworkNaming, because) => {
    const stack = aStack();
    const { problems } = refusal(stack, () => new Segment(stack, 'net', { ...naming, ...lan }));
    expect(problems).toEqual([expect.stringContaining(because)]);
  });

  test.each([
    ['NatSegment', NatSegment],
    ['HostOnlySegment', HostOnlySegment],
    ['InternalSegment', InternalSegment],
    ['UserNetwork', UserNetwork],
  ])('%s takes the same options', (_, Made) => {
    expect(new Made(aStack(), 'net', { environment: 'prod' }).name).toBe('prod-network');
  });

  test('BridgedSegment takes the same options', () => {
    const props = { parent: 'eth0', block: '192.168.1.0/24', environment: 'prod' };
    expect(new BridgedSegment(aStack(), 'net', props).name).toBe('prod-network');
  });
});
