import { TerraformOutput, TerraformStack } from 'cdktf';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import type { Construct } from 'constructs';
import { ThreeSubnetVpc } from '../lib/aws/three-subnet-vpc';
import { tierNames } from '../lib/aws/tier-name';
import type { Settings } from './settings';

/** The three-subnet VPC with its defaults: one zone, and what the settings say of region and block. */
export class AwsThreeSubnetVpc extends TerraformStack {
  readonly network: ThreeSubnetVpc;

  constructor(
    scope: Construct,
    id: string,
    settings: Pick<Settings, 'region' | 'vpcBlock' | 'awsProviderVersion'>,
  ) {
    super(scope, id);
    new AwsProvider(this, 'aws', { region: settings.region });
    if (settings.awsProviderVersion !== undefined) {
      this.addOverride('terraform.required_providers.aws.version', settings.awsProviderVersion);
    }
    this.network = new ThreeSubnetVpc(this, 'net', {
      region: settings.region,
      cidr: settings.vpcBlock,
      name: 'three-subnet',
    });
    new TerraformOutput(this, 'vpc-id', { value: this.network.vpcId });
    for (const tier of tierNames) {
      new TerraformOutput(this, `${tier}-subnet-ids`, { value: this.network[tier].subnetIds });
    }
    new TerraformOutput(this, 'nat-address', { value: this.network.natGateway.publicIp });
  }
}
