import { Container as DockerContainer } from '@cdktf/provider-docker/lib/container';
import { Network } from '@cdktf/provider-docker/lib/network';
import { DockerProvider } from '@cdktf/provider-docker/lib/provider';
import { TerraformVariable, type TerraformStack } from 'cdktf';
import { Container, type ContainerProps } from '../../lib/docker/container';
import { Segment } from '../../lib/docker/segment';
import { aStack, synthFailure } from './synthesized';

function segment(stack: TerraformStack, name: string, block: string, provider?: DockerProvider): Segment {
  return new Segment(stack, name, { name, block, provider });
}

function container(
  stack: TerraformStack,
  id: string,
  on: Segment,
  props: Partial<ContainerProps> = {},
): Container {
  return new Container(stack, id, { name: id, image: 'i', attachments: [{ segment: on }], ...props });
}

describe('networks of one Docker host', () => {
  test('may not overlap, whichever constructs they belong to', () => {
    const stack = aStack();
    segment(stack, 'one', '10.9.0.0/16');
    segment(stack, 'two', '10.9.4.0/24');
    expect(synthFailure(stack)).toContain(
      'shop/two: network two 10.9.4.0/24 overlaps network one 10.9.0.0/16 (shop/one) on the same Docker host.',
    );
  });

  test('may lie side by side, or be the same on another Docker host', () => {
    const stack = aStack();
    const lab = new DockerProvider(stack, 'lab', { alias: 'lab', host: 'ssh://lab' });
    new DockerProvider(stack, 'docker');
    segment(stack, 'one', '10.9.4.0/24');
    segment(stack, 'two', '10.9.5.0/24');
    segment(stack, 'three', '10.9.4.0/24', lab);
    expect(synthFailure(stack)).toBeUndefined();
  });

  test('are seen when they are plain resources, or overridden', () => {
    const [plain, overridden] = [aStack(), aStack()];
    segment(plain, 'one', '10.9.4.0/24');
    new Network(plain, 'two', { name: 'two', ipamConfig: [{ subnet: '10.9.4.128/25' }] });
    expect(synthFailure(plain)).toContain('10.9.4.128/25 overlaps');
    segment(overridden, 'one', '10.9.4.0/24');
    segment(overridden, 'two', '10.9.5.0/24').network.addOverride('ipam_config.0.subnet', '10.9.4.0/25');
    expect(synthFailure(overridden)).toContain('10.9.4.0/25 overlaps');
  });

  test('have names of their own', () => {
    const stack = aStack();
    new Segment(stack, 'one', { name: 'lan', block: '10.9.4.0/24' });
    new Segment(stack, 'two', { name: 'lan', block: '10.9.5.0/24' });
    expect(synthFailure(stack)).toContain('shop/two: network "lan" is also the name of shop/one.');
  });

  test('whose block is a token are not compared', () => {
    const stack = aStack();
    const block = new TerraformVariable(stack, 'block', { type: 'string' }).stringValue;
    segment(stack, 'one', block);
    segment(stack, 'two', '10.9.5.0/24');
    expect(synthFailure(stack)).toBeUndefined();
  });
});

describe('containers of one Docker host', () => {
  test('have names of their own', () => {
    const stack = aStack();
    const lan = segment(stack, 'lan', '10.9.4.0/24');
    container(stack, 'web', lan);
    container(stack, 'web-2', lan, { name: 'web' });
    expect(synthFailure(stack)).toContain('shop/web-2: container "web" is also the name of shop/web.');
  });

  test('may not publish one socket of the host twice, 0.0.0.0 being every address', () => {
    const stack = aStack();
    const lan = segment(stack, 'lan', '10.9.4.0/24');
    container(stack, 'web', lan, { publish: [{ host: 8080, container: 80, address: '0.0.0.0' }] });
    container(stack, 'api', lan, { publish: [{ host: 8080, container: 3000 }] });
    expect(synthFailure(stack)).toContain(
      'shop/api: container api publishes 127.0.0.1:8080/tcp, and container web (shop/web) publishes 0.0.0.0:8080/tcp',
    );
  });

  test('may publish the same port on different addresses, or to different protocols', () => {
    const stack = aStack();
    const lan = segment(stack, 'lan', '10.9.4.0/24');
    const publish = { host: 8080, container: 80 };
    container(stack, 'web', lan, { publish: [publish] });
    container(stack, 'api', lan, { publish: [{ ...publish, address: '127.0.0.2' }] });
    container(stack, 'dns', lan, { publish: [{ ...publish, protocol: 'udp' }] });
    expect(synthFailure(stack)).toBeUndefined();
  });

  test('may not share a name on one network, and may on two', () => {
    const [stack, apart] = [aStack(), aStack()];
    const lan = segment(stack, 'lan', '10.9.4.0/24');
    container(stack, 'web', lan, { aliases: ['DB'] });
    container(stack, 'postgres', lan, { aliases: ['db'] });
    expect(synthFailure(stack)).toContain('both answer to the name "db" on network lan');
    container(apart, 'web', segment(apart, 'lan', '10.9.4.0/24'), { aliases: ['db'] });
    container(apart, 'postgres', segment(apart, 'lan-2', '10.9.5.0/24'), { aliases: ['db'] });
    expect(synthFailure(apart)).toBeUndefined();
  });

  test('may not share an address, also when one of them is a plain resource', () => {
    const stack = aStack();
    const lan = segment(stack, 'lan', '10.9.4.0/24');
    const address = '10.9.4.7';
    container(stack, 'web', lan, { attachments: [{ segment: lan, address }] });
    new DockerContainer(stack, 'plain', {
      name: 'plain',
      image: 'i',
      networksAdvanced: [{ name: lan.network.name, ipv4Address: address }],
    });
    expect(synthFailure(stack)).toContain('both have the address 10.9.4.7 on network lan');
  });
});

test('nothing is checked twice when a stack has several constructs', () => {
  const stack = aStack();
  segment(stack, 'one', '10.9.4.0/24');
  segment(stack, 'two', '10.9.4.0/24');
  segment(stack, 'three', '10.8.4.0/24');
  expect(synthFailure(stack)?.match(/overlaps/g)).toHaveLength(1);
});
