import { App, Testing } from 'cdktf';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VpcSecurityGroupIngressRule } from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule';
import '../../lib/matchers/jest';
import { checkPolicy, policyOfFile, prove, tcp, topologyOfStack } from '../../lib';
import { AwsShop } from '../../stacks/aws-shop';
import { readSettings } from '../../stacks/settings';
import { dockerThreeTier } from '../stacks/shipped';
import { expectGolden } from './golden-file';
import { resourcesOf } from './synthesized';

const certificate = 'arn:aws:acm:eu-central-1:123456789012:certificate/0a1b2c3d';
const withCertificate = { NETPROOF_CERTIFICATE_ARN: certificate };
const shopPolicy = () => policyOfFile(join(__dirname, '../../policies/shop.yaml'));

function shop(env: NodeJS.ProcessEnv = {}, app: App = Testing.app()): AwsShop {
  return new AwsShop(
    app,
    'aws-shop',
    readSettings(() => undefined, env),
  );
}

test('its Terraform is as written down', () => expectGolden('aws-shop.json', shop().toTerraform()));

test('its logical ids are as written down', () => {
  const addresses = [...resourcesOf(shop())].map(([path, { address }]) => [path, address] as const);
  expectGolden('aws-shop.ids.json', Object.fromEntries(addresses.sort()));
});

test('it passes its own validations', () => {
  expect(() => Testing.synth(shop({ AWS_REGION: 'us-west-2' }), true)).not.toThrow();
});

describe('one policy', () => {
  test('holds in this VPC, of which its rules are made', () => {
    expect(topologyOfStack(shop())).toSatisfyPolicy(shopPolicy());
  });

  test('and in the Docker network of the laptop', () => {
    expect(topologyOfStack(dockerThreeTier())).toSatisfyPolicy(shopPolicy());
  });

  test('and is broken in both by a way past it', () => {
    const stack = shop();
    openDatabaseToWeb(stack);
    const { status, networks } = checkPolicy(topologyOfStack(stack), shopPolicy());
    expect(status).toBe('fail');
    const failing = networks[0]!.rules.filter((rule) => rule.status === 'fail').map(({ rule }) => rule);
    expect(failing).toEqual(['deny web db', 'isolate db', 'closed']);
    const asWritten = dockerThreeTier({ NETPROOF_FORM: 'as-written' });
    expect(checkPolicy(topologyOfStack(asWritten), shopPolicy()).status).toBe('fail');
  });
});

describe('who reaches whom', () => {
  const net = topologyOfStack(shop());
  const [web, api, db] = [
    net.endpoint('aws-shop/web'),
    net.endpoint('aws-shop/api'),
    net.endpoint('aws-shop/db'),
  ];

  test('the Internet the balancer on 80, and on nothing else', () => {
    expect(net.endpoint('internet')).toReach(web, tcp(80));
    expect(net.endpoint('internet')).not.toReach(web, tcp(443));
    expect(net.endpoint('internet')).not.toReach(db, tcp(5432));
  });

  test('the balancer the service, the service the database, and the balancer never the database', () => {
    expect(web).toReach(api, tcp(8080));
    expect(api).toReach(db, tcp(5432));
    expect(web).not.toReach(db, tcp(5432));
    expect(api).not.toReach(db, tcp(22));
  });

  test('the service leaves by https, the database by nothing', () => {
    expect(api).toReach(net.endpoint('internet'), tcp(443));
    expect(api).not.toReach(net.endpoint('internet'), tcp(80));
    expect(db).not.toReach(net.endpoint('internet'), tcp(443));
  });
});

describe('with a certificate', () => {
  test('the balancer serves on 443, and 80 answers with a redirect that leads to nobody', () => {
    const stack = shop(withCertificate);
    const net = topologyOfStack(stack);
    expect(net.endpoint('internet')).toReach(net.endpoint('aws-shop/web'), tcp(443));
    expect(net.endpoint('internet')).toReach(net.endpoint('aws-shop/web'), tcp(80));
    const listeners = [...resourcesOf(stack)].filter(([, { address }]) =>
      address.startsWith('aws_lb_listener.'),
    );
    const [served] = listeners
      .map(([path, { body }]) => [path, body['certificate_arn']])
      .filter(([, arn]) => arn);
    expect(served).toEqual(['https', certificate]);
  });

  test('and the policy of which its rules are made asks for 443', () => {
    const stack = shop(withCertificate);
    expect(checkPolicy(topologyOfStack(stack), stack.policy).status).toBe('pass');
    expect(checkPolicy(topologyOfStack(shop()), stack.policy).status).toBe('fail');
  });

  test('what is no certificate is refused', () => {
    expect(() => shop({ NETPROOF_CERTIFICATE_ARN: 'shop.example' })).toThrow(
      /is no certificate; for example arn:aws:acm/,
    );
  });
});

describe('prove(app)', () => {
  let outdir: string;
  beforeAll(() => (outdir = mkdtempSync(join(tmpdir(), 'netproof-shop-'))));
  afterAll(() => rmSync(outdir, { recursive: true, force: true }));

  const synthesis = (change: (stack: AwsShop) => void): string => {
    const app = new App({ outdir });
    prove(app);
    change(shop({}, app));
    try {
      app.synth();
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };

  test('passes the shop as it ships', () => expect(synthesis(() => undefined)).toBe(''));

  test('finds a rule beside the derived ones, and prints the path', () => {
    const message = synthesis(openDatabaseToWeb);
    expect(message).toContain('aws-shop/net/groups: deny web db: ');
    expect(message).toMatch(/aws_db_instance\.db +10\.0\.3\./);
  });

  test('finds a derived rule that an escape hatch took the port from', () => {
    const message = synthesis(({ groups }) => {
      const rule = groups.get('db').node.findChild('from-api-tcp-5432') as VpcSecurityGroupIngressRule;
      rule.addOverride('from_port', 5433);
      rule.addOverride('to_port', 5433);
    });
    expect(message).toContain('aws-shop/net/groups: allow api db tcp/5432: ');
  });
});

/** The mistake of a hurried evening: web may open the database, past the network ACL too. */
function openDatabaseToWeb({ network, groups }: AwsShop): void {
  const [web, db] = [groups.get('web'), groups.get('db')];
  const ports = { ipProtocol: 'tcp', fromPort: 5432, toPort: 5432 };
  new VpcSecurityGroupIngressRule(db, 'hurry', { securityGroupId: db.id, ...ports, cidrIpv4: '10.0.0.0/16' });
  web.opens(db, tcp(5432), 'hurry');
  const all = [
    { rule_no: 1, action: 'allow', protocol: '-1', cidr_block: '10.0.0.0/16', from_port: 0, to_port: 0 },
  ];
  network.db.networkAcl.addOverride('ingress', all);
  network.db.networkAcl.addOverride('egress', all);
}
