import * as fs from 'node:fs';
import * as path from 'node:path';
import { checkPolicy, policyOfFile, topologyOfPlan, topologyOfState } from '../../lib';
import { type AwsEmulator, emulatorVersion, startAwsEmulator } from './machine/aws-emulator';
import { type Deployment, latestPlan, newDeployment, succeed } from './machine/deployment';
import { liveMachine } from './machine/live-machine';
import { liveSuite } from './machine/suite';

const { terraform, awsProvider, emulator } = liveMachine();
const policy = () => policyOfFile(path.join(__dirname, '../../policies/shop.yaml'));

/** The part of a plan's JSON that is read here. */
interface Plan {
  readonly resource_changes: readonly {
    readonly type: string;
    readonly change: {
      readonly actions: readonly string[];
      readonly before: Readonly<Record<string, unknown>> | null;
      readonly after: Readonly<Record<string, unknown>> | null;
    };
  }[];
}

/** Descriptions of rules that name a group, and a setting of a service: this emulator takes them and gives none back. */
const notKept = [
  'update aws_ecs_service: availability_zone_rebalancing',
  'update aws_vpc_security_group_egress_rule: description',
  'update aws_vpc_security_group_ingress_rule: description',
];

/** The stack aws-shop through the real AWS provider, against an emulator of the AWS API, as far as that one goes. */
liveSuite({ name: 'aws-shop' }, [terraform, awsProvider, emulator], ([program, provider, emulates], ran) => {
  let account: AwsEmulator;
  let app: Deployment;
  // A plan knows no construct paths, and those are what the policy calls the parties by.
  const synth = () => fs.readFileSync(path.join(app.stackFolder, 'cdk.tf.json'), 'utf8');
  const judged = (json: string, read: typeof topologyOfPlan) => {
    const { status, networks } = checkPolicy(read(json, { stack: 'aws-shop', synth: synth() }), policy());
    return {
      status,
      broken: networks.flatMap(({ rules }) => rules.filter((rule) => rule.status !== 'pass')),
    };
  };
  const shown = async (...args: readonly string[]) =>
    (await succeed(app.terraform('show', '-json', ...args))).stdout;

  beforeAll(async () => {
    ran(program.version);
    ran(`hashicorp/aws ${provider.version}`);
    ran(`moto ${emulatorVersion}`);
    account = await startAwsEmulator(emulates, 'eu-central-1');
    app = newDeployment({
      stack: 'aws-shop',
      program: program.path,
      env: { ...provider.env, ...account.env },
    });
    await app.synthesize();
  });

  afterAll(async () => {
    await app?.close();
    await account?.stop();
  });

  test('the provider finds the Terraform valid, without an error', async () => {
    const { stdout } = await succeed(app.terraform('validate', '-json'));
    expect(JSON.parse(stdout)).toMatchObject({ valid: true, error_count: 0 });
  });

  test('the policy holds in the plan, before anything is made', async () => {
    expect(await app.pendingChanges()).toBeDefined();
    expect(judged(await shown(latestPlan), topologyOfPlan)).toEqual({ status: 'pass', broken: [] });
  });

  test('it is made, and the policy holds in the state', async () => {
    await app.deploy();
    const types = app.deployed().map(({ type }) => type);
    expect(types).toEqual(
      expect.arrayContaining([
        'aws_lb',
        'aws_ecs_service',
        'aws_db_instance',
        'aws_vpc_security_group_ingress_rule',
      ]),
    );
    expect(judged(await shown(), topologyOfState)).toEqual({ status: 'pass', broken: [] });
  });

  test('the database has a password that nobody wrote down', () => {
    const database = app.deployed().find(({ type }) => type === 'aws_db_instance')!;
    expect(database.attributes).toMatchObject({
      manage_master_user_password: true,
      publicly_accessible: false,
    });
    expect(database.attributes['password'] ?? null).toBeNull();
  });

  test('a second plan changes nothing but what the emulator did not keep', async () => {
    await app.pendingChanges();
    const { resource_changes } = JSON.parse(await shown(latestPlan)) as Plan;
    const changes = resource_changes
      .filter(({ change }) => change.actions.join() !== 'no-op')
      .map(({ type, change: { actions, before, after } }) => {
        const names = Object.keys(after ?? {}).filter(
          (name) => JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]),
        );
        return `${actions.join()} ${type}: ${names.join()}`;
      });
    expect(new Set(changes)).toEqual(new Set(notKept));
  });

  test('destroy leaves nothing in the state', async () => {
    await app.destroy();
    expect(app.deployed()).toEqual([]);
  });
});
