import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { App, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';

/** Builds one VPC in a scope. */
export type MakeVpc = (scope: Construct, id: string, region: string) => void;

export const region = 'eu-central-1';

/** An app with one stack of `count` VPCs, synthesized into `outdir`. */
export function synthVpcs(make: MakeVpc, count: number, outdir?: string): void {
  const app = new App(outdir === undefined ? {} : { outdir });
  const stack = new TerraformStack(app, 'bench');
  new AwsProvider(stack, 'aws', { region });
  for (let n = 0; n < count; n++) make(stack, `net-${n}`, region);
  app.synth();
}
