import { Token, TerraformVariable } from 'cdktf';
import { DockerProvider } from '@cdktf/provider-docker/lib/provider';
import { Segment } from '../../lib/docker/segment';
import { aStack, refusal, resource, synthFailure } from './synthesized';

const props = { name: 'frontend-tier', block: '10.210.1.0/24' };

test('a network writes out block and gateway, which engines up to 28 report only later', () => {
  const stack = aStack();
  new Segment(stack, 'net', props);
  expect(resource(stack, 'docker_network')).toMatchObject({
    name: 'frontend-tier',
    driver: 'bridge',
    internal: false,
    ipam_config: [{ subnet: '10.210.1.0/24', gateway: '10.210.1.1' }],
  });
});

test('options of the driver are passed on, and without any none are written', () => {
  const [bare, given] = [aStack(), aStack()];
  new Segment(bare, 'net', props);
  new Segment(given, 'net', {
    ...props,
    internal: true,
    options: { 'com.docker.network.driver.mtu': '1400' },
  });
  expect(resource(bare, 'docker_network')).not.toHaveProperty('options');
  expect(resource(given, 'docker_network')).toMatchObject({
    internal: true,
    options: { 'com.docker.network.driver.mtu': '1400' },
  });
});

describe('blocks and gateways', () => {
  test.each([
    ['10.210.1.7/24', 'host bits', '10.210.1.0/24'],
    ['10.210.01.0/24', 'leading zero', '10.210.1.0/24'],
    ['10.210.1.0', 'no prefix length', '10.210.1.0/32'],
    ['2001:db8::/64', 'is IPv6', '10.210.1.0/24'],
    ['10.210.1.0/31', 'no room for a container', '10.210.1.0/29'],
  ])('the block %s is refused: %s, and %s is named', (block, because, nearest) => {
    const stack = aStack();
    const { message } = refusal(stack, () => new Segment(stack, 'net', { ...props, block }));
    expect(message).toContain('shop/net: network "frontend-tier"');
    expect(message).toContain(because);
    expect(message).toContain(nearest);
  });

  test.each(['10.210.1.0/24', '10.210.1.0/30'])('the block %s is taken', (block) => {
    const stack = aStack();
    new Segment(stack, 'net', { ...props, block });
    expect(resource(stack, 'docker_network')).toMatchObject({ ipam_config: [{ subnet: block }] });
  });

  test.each([
    ['10.210.2.1', 'lies outside the block 10.210.1.0/24 (10.210.1.0 to 10.210.1.255)'],
    ['10.210.1.0', 'is the network address of 10.210.1.0/24'],
    ['10.210.1.255', 'is the broadcast address of 10.210.1.0/24'],
    ['10.210.1', 'is not an address'],
  ])('the gateway %s is refused: it %s', (gateway, because) => {
    const stack = aStack();
    const { message } = refusal(stack, () => new Segment(stack, 'net', { ...props, gateway }));
    expect(message).toContain(because);
  });

  test('any other address of the block may be the gateway', () => {
    const stack = aStack();
    new Segment(stack, 'net', { ...props, gateway: '10.210.1.254' });
    expect(resource(stack, 'docker_network')).toMatchObject({ ipam_config: [{ gateway: '10.210.1.254' }] });
  });
});

describe('tokens', () => {
  test('a number token put into a block is refused, and the message names the cause', () => {
    const stack = aStack();
    const second = new TerraformVariable(stack, 'second', { type: 'number' });
    const block = `10.${second.numberValue}.0.0/16`;
    const { message } = refusal(stack, () => new Segment(stack, 'net', { ...props, block }));
    expect(message).toContain('a number token was put into text; use a string token');
  });

  test('a string token is passed on, and the gateway is left to Terraform', () => {
    const stack = aStack();
    const block = new TerraformVariable(stack, 'block', { type: 'string' });
    const segment = new Segment(stack, 'net', { ...props, block: block.stringValue });
    expect(segment.block).toBeUndefined();
    expect(resource(stack, 'docker_network')).toMatchObject({
      ipam_config: [{ subnet: '${var.block}', gateway: '${cidrhost(var.block, 1)}' }],
    });
  });

  test('a written-out expression is passed on as well', () => {
    const stack = aStack();
    new Segment(stack, 'net', { ...props, block: '${var.block}', gateway: '${var.gateway}' });
    expect(resource(stack, 'docker_network')).toMatchObject({
      ipam_config: [{ subnet: '${var.block}', gateway: '${var.gateway}' }],
    });
    expect(synthFailure(stack)).toBeUndefined();
  });

  test('a token as gateway is not compared with the block', () => {
    const stack = aStack();
    const gateway = Token.asString({ resolve: () => '${var.gateway}' });
    expect(() => new Segment(stack, 'net', { ...props, gateway })).not.toThrow();
  });
});

describe('names', () => {
  test.each(['bridge', 'host', 'none', 'default'])('"%s" is refused: it belongs to Docker', (name) => {
    const stack = aStack();
    expect(refusal(stack, () => new Segment(stack, 'net', { ...props, name })).message).toContain(
      `"${name}-tier"`,
    );
  });

  test.each(['', '-lan', 'my lan', 'a/b'])('%j is refused', (name) => {
    const stack = aStack();
    expect(refusal(stack, () => new Segment(stack, 'net', { ...props, name })).message).toContain(
      'not a name',
    );
  });

  test.each(['a', 'bridge-1', 'my_lan.2'])('%j is taken', (name) => {
    expect(() => new Segment(aStack(), 'net', { ...props, name })).not.toThrow();
  });

  test('the construct id "backend" is refused directly under a stack, where CDKTF puts its own', () => {
    const stack = aStack();
    expect(refusal(stack, () => new Segment(stack, 'backend', props)).message).toContain('"backend-tier"');
    const nested = new Segment(stack, 'net', props);
    expect(() => new Segment(nested, 'backend', { name: 'b', block: '10.9.0.0/24' })).not.toThrow();
  });
});

test('all problems of one network are in one error', () => {
  const stack = aStack();
  const make = () => new Segment(stack, 'backend', { name: 'host', block: '10.0.0.1/24', gateway: 'gw' });
  expect(refusal(stack, make).problems).toHaveLength(4);
});

describe('the Docker provider', () => {
  test('is added at synth to a stack that has none', () => {
    const stack = aStack();
    new Segment(stack, 'net', props);
    expect(synthFailure(stack)).toBeUndefined();
    expect(stack.toTerraform()).toMatchObject({ provider: { docker: [{}] } });
  });

  test('is the one that the user adds, before or after', () => {
    for (const before of [true, false]) {
      const stack = aStack();
      const add = () => new DockerProvider(stack, 'mine', { host: 'ssh://lab' });
      if (before) add();
      new Segment(stack, 'net', props);
      if (!before) add();
      expect(synthFailure(stack)).toBeUndefined();
      expect(stack.toTerraform()).toMatchObject({ provider: { docker: [{ host: 'ssh://lab' }] } });
    }
  });
});
