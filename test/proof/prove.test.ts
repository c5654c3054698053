import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { Route } from '@cdktf/provider-aws/lib/route';
import { App, TerraformStack, Testing } from 'cdktf';
import '../../lib/matchers/jest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ThreeSubnetVpc, type ThreeSubnetVpcProps } from '../../lib/aws';
import { recordedRules } from '../../lib/policy/rule';
import { prove } from '../../lib/proof/prove';
import { topologyOfStack } from '../../lib/proof/topology-of-stack';
import { AwsThreeSubnetVpc } from '../../stacks/aws-three-subnet-vpc';
import { readSettings } from '../../stacks/settings';

let outdir: string;
beforeAll(() => (outdir = mkdtempSync(join(tmpdir(), 'netproof-prove-'))));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

/** What `app.synth()` fails with; the empty string when it does not. */
function synthesis(
  change: (net: ThreeSubnetVpc, stack: TerraformStack) => void,
  props?: ThreeSubnetVpcProps,
): string {
  const app = new App({ outdir });
  prove(app);
  const stack = new TerraformStack(app, 'shop');
  new AwsProvider(stack, 'aws', { region: 'eu-central-1' });
  change(new ThreeSubnetVpc(stack, 'net', props), stack);
  try {
    app.synth();
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

const untouched = (): void => undefined;
const slots = { a: 'eu-central-1a', c: 'eu-central-1c' };

describe('prove(app)', () => {
  test.each<[string, ThreeSubnetVpcProps]>([
    ['with its defaults', {}],
    ['of two zones', { slots }],
    ['without NAT', { nat: 'none' }],
    ['with other ports', { db: { ports: ['tcp/3306', 'udp/53'] } }],
    ['whose tiers stand in different slots', { slots, private: { slots: ['a'] }, db: { slots: ['a', 'c'] } }],
  ])('passes a three-subnet VPC %s', (_, props) => expect(synthesis(untouched, props)).toBe(''));

  test('finds a default route added to the table of the db tier, and prints the way out', () => {
    const message = synthesis((net, stack) => {
      new Route(stack, 'debug', {
        routeTableId: net.db.routeTable.id,
        destinationCidrBlock: '0.0.0.0/0',
        gatewayId: net.internetGateway.id,
      });
      net.db.networkAcl.addOverride('egress', [
        { rule_no: 1, action: 'allow', protocol: '-1', cidr_block: '0.0.0.0/0', from_port: 0, to_port: 0 },
      ]);
    });
    expect(message).toContain('shop/net: shop/net/db/a/subnet must have no way out, and reaches internet');
    expect(message).toMatch(/0\.0\.0\.0\/0 -> Internet gateway.*shop\/debug \(aws_route\.debug\)/);
  });

  test('is content with the route alone while the network ACL lets nothing out', () => {
    const message = synthesis((net, stack) => {
      new Route(stack, 'debug', {
        routeTableId: net.db.routeTable.id,
        destinationCidrBlock: '0.0.0.0/0',
        gatewayId: net.internetGateway.id,
      });
    });
    expect(message).toBe('');
  });

  test('finds an override of the network ACL that lets the public tier in', () => {
    const message = synthesis((net) => {
      net.db.networkAcl.addOverride('ingress.0.cidr_block', '10.0.0.0/16');
      net.db.networkAcl.addOverride('egress.0.cidr_block', '10.0.0.0/16');
    });
    expect(message).toContain('must not reach shop/net/db/a/subnet, and reaches it on tcp/5432');
    expect(message).toMatch(/rule 100 allows tcp\/5432 from 10\.0\.0\.0\/16 +shop\/net\/db\/network-acl/);
  });

  test('finds a network ACL that takes from private what the tier promises', () => {
    const message = synthesis((net) => net.db.networkAcl.addOverride('ingress.0.action', 'deny'));
    expect(message).toContain(
      'shop/net/private/a/subnet must reach shop/net/db/a/subnet on tcp/5432, tcp/6379',
    );
    expect(message).toMatch(/^\| network ACL .*rule 100 denies tcp\/5432/m);
  });

  test('finds a private subnet that was sent to the Internet gateway', () => {
    const message = synthesis((net) => {
      for (const { association } of net.private.subnets)
        association.addOverride('route_table_id', `\${${net.public.routeTable.fqn}.id}`);
    });
    expect(message).toContain('internet must not reach shop/net/private/a/subnet, and reaches it');
  });

  test('says what cannot be told, and is not content with it', () => {
    const message = synthesis((net) => {
      net.db.networkAcl.addOverride('ingress.0.cidr_block', '${var.office}');
      net.db.networkAcl.addOverride('egress.0.cidr_block', '${var.office}');
    });
    expect(message).toContain('must not reach shop/net/db/a/subnet, and may reach it on tcp/5432');
    expect(message).toMatch(/settles it +var\.office/);
  });

  test('sees every path at once, one error per path', () => {
    const message = synthesis(
      (net) => {
        net.db.networkAcl.addOverride('ingress.0.cidr_block', '0.0.0.0/0');
        net.db.networkAcl.addOverride('egress.0.cidr_block', '0.0.0.0/0');
      },
      { slots },
    );
    expect(message.match(/shop\/net: aws_subnet\.\S*public\S* must not reach/g)).toHaveLength(4);
  });

  test('takes no other argument', () => {
    expect(() => prove({} as never)).toThrow('prove takes the App');
  });
});

test('a stack that nobody proves synthesizes as before', () => {
  const app = new App({ outdir });
  const stack = new TerraformStack(app, 'shop');
  new AwsProvider(stack, 'aws', { region: 'eu-central-1' });
  const net = new ThreeSubnetVpc(stack, 'net');
  net.db.networkAcl.addOverride('ingress.0.cidr_block', '10.0.0.0/16');
  expect(() => app.synth()).not.toThrow();
  expect(recordedRules(net).length).toBeGreaterThan(0);
});

test('what is recorded is not in the Terraform', () => {
  const stack = new TerraformStack(Testing.app(), 'shop');
  new ThreeSubnetVpc(stack, 'net');
  expect(JSON.stringify(stack.toTerraform())).not.toMatch(/no-way-out|entered-only/);
});

describe('topologyOfStack', () => {
  const net = topologyOfStack(
    new AwsThreeSubnetVpc(
      Testing.app(),
      'aws-three-subnet-vpc',
      readSettings(() => undefined),
    ),
  );
  const [pub, priv, db, internet] = ['public/a/subnet', 'private/a/subnet', 'db/a/subnet', 'internet'].map(
    (name) => net.endpoint(name),
  );

  test('proves the shipped VPC in a test: the database is entered from private on its ports', () => {
    expect(priv).toReach(db!, 'tcp/5432');
    expect(priv).toReach(db!, 'tcp/6379');
  });

  test('and from nowhere else, on nothing else, and leaves by no way', () => {
    expect(pub).not.toReach(db!, 'all');
    expect(internet).not.toReach(db!, 'all');
    expect(priv).not.toReach(db!, 'tcp/22');
    expect(db).not.toReach(internet!, 'all');
    expect(db).not.toReach(priv!, 'all');
  });

  test('shows what the other tiers may do', () => {
    expect(priv).toReach(internet!, 'tcp/443');
    expect(internet).not.toReach(priv!, 'all');
    expect(internet).toReach(pub!, 'tcp/443');
  });

  test('of something that cannot tell its Terraform throws', () => {
    expect(() => topologyOfStack({} as never)).toThrow('topologyOfStack takes a TerraformStack');
  });
});
