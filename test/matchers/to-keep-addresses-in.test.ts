import { Testing, TerraformStack } from 'cdktf';
import { tcp } from '../../lib/addressing/traffic';
import { ThreeSubnetVpc } from '../../lib/aws';
import { topologyOfSynth } from '../../lib/inputs/topology-of-text';
import '../../lib/matchers/jest';
import { topologyOfStack } from '../../lib/proof/topology-of-stack';
import { named } from '../../lib/topology/subject';
import { shopStack } from '../policy/shop-stack';
import { balancedNetwork } from '../reachability/balanced-network';
import { failure } from './failure';

function vpc(props: ConstructorParameters<typeof ThreeSubnetVpc>[2]) {
  const stack = new TerraformStack(Testing.app(), 'shop');
  new ThreeSubnetVpc(stack, 'net', props);
  return topologyOfStack(stack);
}

type Shop = { resource: Record<string, Record<string, Record<string, unknown>>> };

/** The shop with one attribute changed, or with a resource taken out. */
function shop(type?: string, name?: string, change?: object) {
  const shop = shopStack() as Shop;
  if (type !== undefined && name !== undefined) {
    if (change === undefined) delete shop.resource[type]![name];
    else Object.assign(shop.resource[type]![name]!, change);
  }
  return topologyOfSynth(JSON.stringify(shop), { stack: 'shop' });
}

describe('toKeepAddressesIn', () => {
  test('holds when a zone comes, and when nothing changes', () => {
    const one = vpc({ slots: { a: 'eu-central-1a' } });
    const two = vpc({ slots: { a: 'eu-central-1a', b: 'eu-central-1b' } });
    expect(two).toKeepAddressesIn(one);
    expect(one).toKeepAddressesIn(one);
    expect(one).not.toKeepAddressesIn(two);
  });

  test('holds when what changes can be changed in place', () => {
    expect(shop('aws_subnet', 'public', { map_public_ip_on_launch: true })).toKeepAddressesIn(shop());
  });

  test('fails when a subnet gets another block, and names both', () => {
    expect(
      failure(() =>
        expect(shop('aws_subnet', 'private', { cidr_block: '10.0.3.0/24' })).toKeepAddressesIn(shop()),
      ),
    ).toBe(
      'expect(after).toKeepAddressesIn(before)\n\n' +
        'aws_subnet.private is replaced: cidr_block was "10.0.2.0/24", and becomes "10.0.3.0/24"',
    );
  });

  test('fails when one is gone', () => {
    const without = shop('aws_subnet', 'private', { cidr_block: '10.0.2.0/24' });
    expect(without).toKeepAddressesIn(shop());
    const moved = shopStack() as Shop;
    moved.resource['aws_subnet']!['inner'] = moved.resource['aws_subnet']!['private']!;
    delete moved.resource['aws_subnet']!['private'];
    const text = failure(() =>
      expect(topologyOfSynth(JSON.stringify(moved), { stack: 'shop' })).toKeepAddressesIn(shop()),
    );
    expect(text).toContain('aws_subnet.private is gone');
  });
});

describe('.not.toKeepAddressesIn', () => {
  test('fails when all are kept', () => {
    expect(failure(() => expect(shop()).not.toKeepAddressesIn(shop()))).toBe(
      'expect(after).not.toKeepAddressesIn(before)\n\nall 3 are kept',
    );
  });
});

describe('what cannot be told, and mistakes, fail both', () => {
  const unknown = shop('aws_subnet', 'private', { cidr_block: '${var.block}' });
  test.each<[string, unknown, unknown, string]>([
    [
      'a block that only apply tells',
      unknown,
      shop(),
      'aws_subnet.private may be replaced: cidr_block was "10.0.2.0/24"',
    ],
    [
      'a topology of no Terraform',
      named(balancedNetwork()),
      shop(),
      'expect(...) was not read from Terraform',
    ],
    ['an endpoint', shop(), shop().endpoint('shop/web'), 'and not a topology'],
    ['traffic', shop(), tcp(80), 'and not a topology'],
  ])('%s', (_what, after, before, text) => {
    expect(failure(() => expect(after).toKeepAddressesIn(before as never))).toContain(text);
    expect(failure(() => expect(after).not.toKeepAddressesIn(before as never))).toContain(text);
  });
});
