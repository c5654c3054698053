import { App, TerraformStack } from 'cdktf';
import type { NetproofError } from '../../lib/addressing/netproof-error';
import { DefaultBridge } from '../../lib/docker/default-bridge';
import { UserNetwork } from '../../lib/docker/user-network';
import { waiveLint } from '../../lib/docker/waive-lint';
import { lintRules } from '../../lib/lint/rules';

const guest = (name: string) => ({ name, image: 'nginx:1.30' });
const waiver = { rule: 'docker-default-bridge', reason: 'a lab' };

interface Document {
  readonly resource: Readonly<
    Record<
      string,
      Readonly<Record<string, { readonly '//': { readonly netproof?: { readonly waivers?: unknown } } }>>
    >
  >;
}

/** What is waived on every resource of a type. */
function waived(stack: TerraformStack, type: string): readonly unknown[] {
  const { resource } = stack.toTerraform() as Document;
  return Object.values(resource[type] ?? {}).map((one) => one['//'].netproof?.waivers);
}

const aStack = (): TerraformStack => new TerraformStack(new App(), 'lab');

test('a waiver is written on every container at or below a construct, and nowhere else', () => {
  const stack = aStack();
  const bridge = new DefaultBridge(stack, 'bridge', { guests: [guest('one'), guest('two')] });
  new UserNetwork(stack, 'net', { name: 'net', block: '10.9.0.0/24' });
  waiveLint(bridge, waiver);
  expect(waived(stack, 'docker_container')).toEqual([[waiver], [waiver]]);
  expect(waived(stack, 'docker_network')).toEqual([undefined]);
  expect(waived(stack, 'docker_image')).toEqual([undefined, undefined]);
});

test('waivers add up', () => {
  const stack = aStack();
  const net = new UserNetwork(stack, 'net', { name: 'net', block: '10.9.0.0/24' });
  const more = { rule: 'docker-overlapping-blocks', reason: 'b', until: '2027-01-31' };
  waiveLint(net, waiver);
  waiveLint(stack, more);
  expect(waived(stack, 'docker_network')).toEqual([[waiver, more]]);
});

test.each([
  [{ rule: '', reason: 'x' }, 'names no rule'],
  [{ rule: 'docker-privileged', reason: ' ' }, 'gives no reason'],
  [{ rule: 'docker-privileged', reason: 'x', until: 'soon' }, 'ends on no day: "soon"'],
])('%j is refused', (given, message) => {
  const stack = aStack();
  new UserNetwork(stack, 'net', { name: 'net', block: '10.9.0.0/24' });
  expect(() => waiveLint(stack, given)).toThrow(message);
  expect(waived(stack, 'docker_network')).toEqual([undefined]);
});

test('a waiver for nothing is refused', () => {
  let thrown: NetproofError | undefined;
  try {
    waiveLint(aStack(), waiver);
  } catch (error) {
    thrown = error as NetproofError;
  }
  expect(thrown?.code).toBe('InvalidProps');
  expect(thrown?.message).toContain('no container and no network');
});

test('the rules that our own stacks waive exist', () => {
  expect(lintRules.map(({ id }) => id)).toContain(waiver.rule);
});
