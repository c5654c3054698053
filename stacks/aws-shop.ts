import { join } from 'node:path';
import { Fn, TerraformOutput, TerraformStack } from 'cdktf';
import { DbInstance } from '@cdktf/provider-aws/lib/db-instance';
import { DbSubnetGroup } from '@cdktf/provider-aws/lib/db-subnet-group';
import { EcsCluster } from '@cdktf/provider-aws/lib/ecs-cluster';
import { EcsService } from '@cdktf/provider-aws/lib/ecs-service';
import { EcsTaskDefinition } from '@cdktf/provider-aws/lib/ecs-task-definition';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { Lb } from '@cdktf/provider-aws/lib/lb';
import { LbListener } from '@cdktf/provider-aws/lib/lb-listener';
import { LbTargetGroup } from '@cdktf/provider-aws/lib/lb-target-group';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import type { Construct } from 'constructs';
import { type Policy, policyOfFile } from '../lib';
import { SecurityGroups } from '../lib/aws/security-groups';
import { ThreeSubnetVpc } from '../lib/aws/three-subnet-vpc';
import type { Settings } from './settings';

const policyFile = join(__dirname, '..', 'policies', 'shop.yaml');
const servicePort = 8080;
const databaseName = 'shop';

/**
 * The shop of docker-three-tier on AWS: a balancer in the public subnets, PostgREST as a service in the private ones and
 * PostgreSQL in the db subnets, in two zones. Who may open what is not written here: the rules of the security groups are
 * made of `policies/shop.yaml`, which judges the Docker network too.
 *
 * With a certificate the balancer serves on 443 and answers 80 with a redirect; the policy's `http` is then tcp/443.
 */
export class AwsShop extends TerraformStack {
  readonly network: ThreeSubnetVpc;
  readonly groups: SecurityGroups;
  /** The policy that the rules are made of, as `prove` judges it. */
  readonly policy: Policy;

  constructor(
    scope: Construct,
    id: string,
    settings: Pick<
      Settings,
      'region' | 'vpcBlock' | 'awsProviderVersion' | 'certificateArn' | 'postgrestImage'
    >,
  ) {
    super(scope, id);
    const { region, certificateArn } = settings;
    new AwsProvider(this, 'aws', { region });
    if (settings.awsProviderVersion !== undefined) {
      this.addOverride('terraform.required_providers.aws.version', settings.awsProviderVersion);
    }
    this.network = new ThreeSubnetVpc(this, 'net', {
      region,
      cidr: settings.vpcBlock,
      name: 'shop',
      slots: { a: `${region}a`, b: `${region}b` },
    });
    this.policy = policyWith(certificateArn);
    this.groups = SecurityGroups.fromPolicy(this.network, 'groups', {
      policy: this.policy,
      network: 'aws-shop',
      tiers: { web: 'public', api: 'private', db: 'db' },
      permits: true,
    });
    const database = this.database();
    const { balancer, targets, listener } = this.balancer(certificateArn);
    this.service(database, targets, listener, settings.postgrestImage);
    new TerraformOutput(this, 'address', { value: balancer.dnsName });
  }

  /** PostgreSQL where the db subnets are, with a password that AWS makes and keeps. */
  private database(): DbInstance {
    const subnets = new DbSubnetGroup(this, 'db-subnets', {
      name: 'shop-db',
      description: 'The db subnets of the shop',
      subnetIds: this.network.db.subnetIds,
      tags: this.network.tagsOf('db-subnets', 'db'),
    });
    return new DbInstance(this, 'db', {
      identifier: 'shop-db',
      engine: 'postgres',
      engineVersion: '17',
      instanceClass: 'db.t4g.micro',
      allocatedStorage: 20,
      storageEncrypted: true,
      dbName: databaseName,
      username: 'shop',
      manageMasterUserPassword: true,
      dbSubnetGroupName: subnets.name,
      vpcSecurityGroupIds: [this.groups.get('db').id],
      publiclyAccessible: false,
      // A shop to look at: it is to go without a trace.
      skipFinalSnapshot: true,
      tags: this.network.tagsOf('db', 'db'),
    });
  }

  private balancer(certificateArn: string | undefined) {
    const balancer = new Lb(this, 'web', {
      name: 'shop-web',
      loadBalancerType: 'application',
      internal: false,
      subnets: this.network.public.subnetIds,
      securityGroups: [this.groups.get('web').id],
      dropInvalidHeaderFields: true,
      tags: this.network.tagsOf('web', 'public'),
    });
    const targets = new LbTargetGroup(this, 'api-targets', {
      name: 'shop-api',
      port: servicePort,
      protocol: 'HTTP',
      targetType: 'ip',
      vpcId: this.network.vpcId,
      healthCheck: { path: '/', matcher: '200' },
      tags: this.network.tagsOf('api-targets', 'private'),
    });
    const forward = [{ type: 'forward', targetGroupArn: targets.arn }];
    if (certificateArn === undefined) {
      const listener = new LbListener(this, 'http', {
        loadBalancerArn: balancer.arn,
        port: 80,
        protocol: 'HTTP',
        defaultAction: forward,
      });
      return { balancer, targets, listener };
    }
    new LbListener(this, 'http', {
      loadBalancerArn: balancer.arn,
      port: 80,
      protocol: 'HTTP',
      defaultAction: [
        { type: 'redirect', redirect: { port: '443', protocol: 'HTTPS', statusCode: 'HTTP_301' } },
      ],
    });
    const listener = new LbListener(this, 'https', {
      loadBalancerArn: balancer.arn,
      port: 443,
      protocol: 'HTTPS',
      certificateArn,
      sslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
      defaultAction: forward,
    });
    return { balancer, targets, listener };
  }

  private service(database: DbInstance, targets: LbTargetGroup, listener: LbListener, image: string): void {
    const { network } = this;
    const secret = database.masterUserSecret.get(0).secretArn;
    const cluster = new EcsCluster(this, 'cluster', { name: 'shop', tags: network.tagsOf('cluster') });
    const task = new EcsTaskDefinition(this, 'api-task', {
      family: 'shop-api',
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu: '256',
      memory: '512',
      executionRoleArn: this.executionRole(secret).arn,
      containerDefinitions: Fn.jsonencode([
        {
          name: 'api',
          image,
          essential: true,
          portMappings: [{ containerPort: servicePort, protocol: 'tcp' }],
          environment: [
            // PostgREST leaves what the text does not say to the variables of PostgreSQL's own library.
            { name: 'PGRST_DB_URI', value: 'postgresql://' },
            { name: 'PGRST_DB_ANON_ROLE', value: database.username },
            { name: 'PGRST_SERVER_PORT', value: String(servicePort) },
            { name: 'PGHOST', value: database.address },
            { name: 'PGPORT', value: '5432' },
            { name: 'PGDATABASE', value: databaseName },
            { name: 'PGUSER', value: database.username },
            { name: 'PGSSLMODE', value: 'require' },
          ],
          secrets: [{ name: 'PGPASSWORD', valueFrom: `${secret}:password::` }],
        },
      ]),
      tags: network.tagsOf('api-task', 'private'),
    });
    new EcsService(this, 'api', {
      name: 'shop-api',
      cluster: cluster.id,
      taskDefinition: task.arn,
      launchType: 'FARGATE',
      desiredCount: 2,
      networkConfiguration: {
        subnets: network.private.subnetIds,
        securityGroups: [this.groups.get('api').id],
        assignPublicIp: false,
      },
      loadBalancer: [{ targetGroupArn: targets.arn, containerName: 'api', containerPort: servicePort }],
      // A target group that no listener names takes no tasks.
      dependsOn: [listener],
      tags: network.tagsOf('api', 'private'),
    });
  }

  /** What starts the tasks: it may read the one password. A public image asks for no right. */
  private executionRole(secret: string): IamRole {
    const role = new IamRole(this, 'api-execution', {
      name: 'shop-api-execution',
      assumeRolePolicy: Fn.jsonencode({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'ecs-tasks.amazonaws.com' },
            Action: 'sts:AssumeRole',
          },
        ],
      }),
      tags: this.network.tagsOf('api-execution', 'private'),
    });
    new IamRolePolicy(this, 'api-execution-password', {
      name: 'password',
      role: role.name,
      policy: Fn.jsonencode({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: secret }],
      }),
    });
    return role;
  }
}

/** The shop's policy; with a certificate, http is tcp/443 and the redirect of tcp/80 is permitted. */
function policyWith(certificateArn: string | undefined): Policy {
  const { policy } = policyOfFile(policyFile);
  const terms = policy.networks!['aws-shop']!;
  if (certificateArn === undefined) return policy;
  return {
    ...policy,
    networks: {
      ...policy.networks,
      'aws-shop': {
        ...terms,
        ports: { ...terms.ports, http: 'tcp/443' },
        permit: [
          ...(terms.permit ?? []),
          { from: 'clients', to: 'web', on: 'tcp/80' },
          // Who may open https anywhere may open the shop's own.
          { from: 'api', to: 'web', on: 'tcp/443' },
        ],
      },
    },
  };
}
