import * as fs from 'node:fs';
import * as path from 'node:path';
import { awsAccount } from './machine/aws-account';
import { type AwsEmulator, emulatorVersion, startAwsEmulator } from './machine/aws-emulator';
import {
  type DeployedResource,
  type Deployment,
  latestPlan,
  newDeployment,
  succeed,
} from './machine/deployment';
import { iamActions } from './machine/iam-actions';
import type { Piece, ProviderInPlace } from './machine/live-machine';
import { liveSuite, type SuiteOptions } from './machine/suite';
import type { TerraformProgram } from './machine/terraform-program';

type Pieces = readonly [
  program: Piece<TerraformProgram>,
  provider: Piece<ProviderInPlace>,
  emulator: Piece<string>,
];

/** The part of a plan's JSON that is read here. */
interface Plan {
  readonly resource_changes: readonly {
    readonly address: string;
    readonly change: { readonly actions: readonly string[] };
  }[];
}

const stack = 'aws-three-subnet-vpc';
const region = 'eu-central-1';

/** The stack aws-three-subnet-vpc through the real AWS provider, against an emulator of the AWS API. */
export function vpcSuite(options: SuiteOptions, pieces: Pieces): void {
  liveSuite(options, pieces, ([program, provider, emulatorProgram], ran) => {
    let emulator: AwsEmulator;
    let app: Deployment;
    let planned: readonly string[];
    const vpcId = () => String(app.deployed().find(({ type }) => type === 'aws_vpc')?.attributes['id']);
    const ask = (...kinds: readonly string[]) => awsAccount(emulatorProgram, emulator.env, kinds);

    beforeAll(async () => {
      ran(program.version);
      ran(`hashicorp/aws ${provider.version}`);
      ran(`moto ${emulatorVersion}`);
      emulator = await startAwsEmulator(emulatorProgram, region);
      app = newDeployment({ stack, program: program.path, env: { ...provider.env, ...emulator.env } });
      await app.synthesize();
    });

    afterAll(async () => {
      await app?.close();
      await emulator?.stop();
    });

    test('the provider finds the Terraform valid, without an error or a warning', async () => {
      const { stdout } = await succeed(app.terraform('validate', '-json'));
      expect(JSON.parse(stdout)).toMatchObject({ valid: true, error_count: 0, warning_count: 0 });
    });

    test('the first plan creates and does nothing else', async () => {
      expect(await app.pendingChanges()).toBeDefined();
      const { stdout } = await succeed(app.terraform('show', '-json', latestPlan));
      const changes = (JSON.parse(stdout) as Plan).resource_changes;
      expect(changes.filter(({ change }) => change.actions.join() !== 'create')).toEqual([]);
      planned = changes.map(({ address }) => address).sort();
      expect(planned.length).toBeGreaterThan(10);
      expect((await ask('subnets'))['subnets']?.map(({ CidrBlock }) => CidrBlock)).not.toContain(
        '10.0.3.0/28',
      );
    });

    test('after cdktf deploy the account holds every planned resource', async () => {
      await app.deploy();
      const resources = app.deployed();
      expect(resources.map(({ address }) => address).sort()).toEqual(planned);
      const account = JSON.stringify(
        await ask(
          ...['vpcs', 'subnets', 'internet_gateways', 'nat_gateways', 'addresses', 'route_tables'],
          ...['network_acls', 'security_groups', 'security_group_rules'],
        ),
      );
      const missing = resources.filter((resource) => !account.includes(`"${objectOf(resource)}"`));
      expect(missing.map(({ address }) => address)).toEqual([]);
    });

    test('the three subnets have the blocks of the plan, and no machine there gets a public address by itself', async () => {
      const { subnets = [] } = await ask('subnets');
      const own = subnets.filter(({ VpcId }) => VpcId === vpcId());
      expect(own.map(({ CidrBlock }) => CidrBlock).sort()).toEqual([
        '10.0.1.0/24',
        '10.0.2.0/24',
        '10.0.3.0/28',
      ]);
      expect(own.filter(({ MapPublicIpOnLaunch }) => MapPublicIpOnLaunch !== false)).toEqual([]);
    });

    test('public leaves by the Internet gateway, private by the NAT gateway, the database not at all', async () => {
      const { subnets = [], route_tables = [] } = await ask('subnets', 'route_tables');
      const waysOut = (block: string) => {
        const subnet = subnets.find(({ CidrBlock }) => CidrBlock === block)?.['SubnetId'];
        const table = (route_tables as unknown as readonly RouteTable[]).find(({ Associations }) =>
          Associations.some(({ SubnetId }) => SubnetId === subnet),
        );
        return table?.Routes.filter(({ GatewayId }) => GatewayId !== 'local').map(
          ({ DestinationCidrBlock, GatewayId, NatGatewayId }) =>
            `${DestinationCidrBlock} ${(GatewayId ?? NatGatewayId ?? '').replace(/-.*/, '')}`,
        );
      };
      expect(waysOut('10.0.1.0/24')).toEqual(['0.0.0.0/0 igw']);
      expect(waysOut('10.0.2.0/24')).toEqual(['0.0.0.0/0 nat']);
      expect(waysOut('10.0.3.0/28')).toEqual([]);
    });

    test('a second plan is empty, and a plan after a change by hand is not', async () => {
      expect(await app.pendingChanges()).toBeUndefined();
      await fetch(emulator.env['AWS_ENDPOINT_URL'] ?? '', {
        method: 'POST',
        headers: {
          'Content-Type': 'application/x-www-form-urlencoded',
          Authorization: `AWS4-HMAC-SHA256 Credential=emulated/20260101/${region}/ec2/aws4_request, SignedHeaders=host, Signature=0`,
        },
        body: new URLSearchParams({
          Action: 'ModifyVpcAttribute',
          Version: '2016-11-15',
          VpcId: vpcId(),
          'EnableDnsHostnames.Value': 'false',
        }),
      });
      expect(await app.pendingChanges()).toContain('enable_dns_hostnames');
    });

    test('destroy leaves no VPC of ours and no address', async () => {
      const before = await ask('vpcs', 'addresses', 'nat_gateways');
      expect(before['vpcs']?.filter(({ IsDefault }) => IsDefault !== true)).toHaveLength(1);
      expect(before['addresses']).toHaveLength(1);
      await app.destroy();
      const after = await ask('vpcs', 'addresses', 'nat_gateways');
      expect(after['vpcs']?.filter(({ IsDefault }) => IsDefault !== true)).toEqual([]);
      expect(after['addresses']).toEqual([]);
      expect(after['nat_gateways']?.filter(({ State }) => State !== 'deleted')).toEqual([]);
    });

    test('the permissions in the docs are those that deploy and destroy used', () => {
      const page = fs.readFileSync(path.join(__dirname, '..', '..', 'docs', 'aws-permissions.md'), 'utf8');
      const policy = JSON.parse(/```json\n([^]*?)```/.exec(page)?.[1] ?? '') as Policy;
      const statements = new Map(policy.Statement.map(({ Sid, Action }) => [Sid, Action]));
      const fromTheLog = [...(statements.get('Read') ?? []), ...(statements.get('Change') ?? [])].sort();
      const used = iamActions(emulator.calls());
      expect(used).toContain('ec2:CreateVpc');
      expect(used.filter((action) => !fromTheLog.includes(action))).toEqual([]);
      // Another version of the provider may ask for less; the page names the one that it was taken from.
      if (page.includes(`hashicorp/aws ${provider.version}`)) expect(used).toEqual(fromTheLog);
    });
  });
}

interface Policy {
  readonly Statement: readonly { readonly Sid: string; readonly Action: readonly string[] }[];
}

interface RouteTable {
  readonly Associations: readonly { readonly SubnetId?: string }[];
  readonly Routes: readonly {
    readonly DestinationCidrBlock: string;
    readonly GatewayId?: string;
    readonly NatGatewayId?: string;
  }[];
}

/** The object of the account that a resource is, or is a part of. */
function objectOf({ type, attributes }: DeployedResource): string {
  const part: Readonly<Record<string, string>> = {
    aws_route: 'route_table_id',
    aws_network_acl_rule: 'network_acl_id',
  };
  return String(attributes[part[type] ?? 'id']);
}
