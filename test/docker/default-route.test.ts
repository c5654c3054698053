import { TerraformVariable } from 'cdktf';
import { BridgedSegment } from '../../lib/docker/bridged-segment';
import { Container, type ContainerProps } from '../../lib/docker/container';
import { DefaultBridge } from '../../lib/docker/default-bridge';
import { Segment } from '../../lib/docker/segment';
import type { ContainerNetwork } from '../../lib/docker/segment-facts';
import { aStack, refusal, resource, resources } from './synthesized';

const stack = aStack();
const segment = (name: string, octet: number, internal = false) =>
  new Segment(stack, name, { name, block: `10.9.${octet}.0/24`, internal });
const frontend = segment('frontend-tier', 1);
const backendTier = segment('backend-tier', 2);
const vault = segment('a-vault', 3, true);
const lan = new BridgedSegment(stack, 'lan', {
  name: 'a-lan',
  parent: 'eth0',
  block: '192.168.1.0/24',
  range: '192.168.1.192/28',
});
const bridge = new DefaultBridge(stack, 'default-bridge');

let count = 0;
function container(networks: readonly ContainerNetwork[], more: Partial<ContainerProps> = {}): Container {
  count += 1;
  const attachments = networks.map((one) => ({ segment: one }));
  return new Container(stack, `c${count}`, {
    name: `c${count}`,
    image: 'busybox:1.37.0',
    attachments,
    ...more,
  });
}

const refused = (networks: readonly ContainerNetwork[], more: Partial<ContainerProps>) =>
  refusal(stack, () => container(networks, more)).problems;

describe('a container on several networks leaves by', () => {
  test.each([
    ['the first by name, whatever the order', [frontend, backendTier], 'backend-tier'],
    ['the same in the other order', [backendTier, frontend], 'backend-tier'],
    ['none that is internal', [vault, frontend], 'frontend-tier'],
    ['the LAN where its name is first', [frontend, lan], 'a-lan'],
    ['the default bridge by its name "bridge"', [frontend, bridge], 'bridge'],
    ['the only one', [frontend], 'frontend-tier'],
  ])('%s', (_, networks: readonly ContainerNetwork[], name) => {
    expect(container(networks).defaultRoute?.name).toBe(name);
  });

  test('none when all are internal', () => {
    expect(container([vault]).defaultRoute).toBeUndefined();
  });

  test('one that only apply tells when a name is a token', () => {
    const elsewhere = aStack();
    const name = new TerraformVariable(elsewhere, 'name', { type: 'string' }).stringValue;
    const unknown = new Segment(elsewhere, 'net', { name, block: '10.9.1.0/24' });
    const known = new Segment(elsewhere, 'other', { name: 'other', block: '10.9.2.0/24' });
    const attachments = [{ segment: unknown }, { segment: known }];
    const props = { name: 'c1', image: 'busybox:1.37.0', attachments };
    expect(new Container(elsewhere, 'c1', props).defaultRoute).toBeUndefined();
    const wanting = () => new Container(elsewhere, 'c2', { ...props, defaultRoute: known });
    expect(refusal(elsewhere, wanting).problems).toEqual([expect.stringContaining('one of them is a token')]);
  });
});

describe('the default route that is asked for', () => {
  test('is taken where names agree', () => {
    expect(container([frontend, backendTier], { defaultRoute: backendTier }).defaultRoute).toBe(backendTier);
  });

  test('is refused where they do not, with a name that would do', () => {
    expect(refused([frontend, backendTier], { defaultRoute: frontend })).toEqual([
      expect.stringContaining(
        'defaultRoute frontend-tier: the engine takes backend-tier, the first by name of the networks with a way out. ' +
          'Rename one of them, for example frontend-tier to "a-frontend-tier", or make backend-tier internal.',
      ),
    ]);
  });

  test('is refused when it is internal, or not joined', () => {
    expect(refused([vault, frontend], { defaultRoute: vault })).toEqual([
      expect.stringContaining('is internal'),
    ]);
    expect(refused([frontend], { defaultRoute: vault })).toEqual([expect.stringContaining('does not join')]);
  });
});

describe('published ports are bound on the network of the default route', () => {
  const publish = [{ host: 8080, container: 80 }];

  test('so a container on LAN and bridge is refused when the LAN is first by name', () => {
    expect(refused([frontend, lan], { publish })).toEqual([
      expect.stringContaining(
        'which is a-lan, the first by name, and that is the LAN itself: nothing is bound',
      ),
    ]);
  });

  test('and taken when the bridge is', () => {
    const first = new Segment(stack, 'first', { name: 'a-bridge', block: '10.9.9.0/24' });
    expect(container([first, lan], { publish }).published).toHaveLength(1);
  });
});

test('on the default bridge and a network of ours a container has its names on ours alone', () => {
  const other = aStack();
  const net = new Segment(other, 'net', { name: 'net', block: '10.9.1.0/24' });
  const attachments = [{ segment: new DefaultBridge(other, 'bridge') }, { segment: net }];
  new Container(other, 'web', { name: 'web', aliases: ['www'], image: 'busybox:1.37.0', attachments });
  expect(resource(other, 'docker_container')['networks_advanced']).toEqual([
    { name: 'bridge' },
    { name: expect.stringContaining('docker_network') as string, aliases: ['web', 'www'] },
  ]);
});

test('a network that is joined twice is refused', () => {
  expect(refused([frontend, frontend], {})).toEqual([
    expect.stringContaining('joins network frontend-tier twice'),
  ]);
  expect(Object.keys(resources(stack, 'docker_network'))).toContain('frontend-tier');
});
