import type { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import type { TerraformProvider } from 'cdktf';
import type { Construct } from 'constructs';
import { isDeferred } from './invalid-props';

/**
 * The AWS provider that resources of a stack use when they name none: the one without alias, looked for directly under
 * the stack, where providers stand.
 */
function defaultProvider(stack: Construct): AwsProvider | undefined {
  return stack.node.children.find((child): child is AwsProvider => {
    const { terraformResourceType, alias } = child as AwsProvider;
    return terraformResourceType === 'aws' && alias === undefined;
  });
}

/**
 * That the provider deploys to another region than the zones belong to: AWS would refuse every subnet, after the VPC
 * has been made. A region that is a token, or that the provider takes from the environment, is not compared.
 */
export function providerRegionProblems(
  stack: Construct,
  chosen: TerraformProvider | undefined,
  region: string,
  zones: readonly string[],
): string[] {
  const provider = chosen ?? defaultProvider(stack);
  const deployed = (provider as AwsProvider | undefined)?.region;
  const literal = zones.find((zone) => !isDeferred(zone));
  if (deployed === undefined || literal === undefined || isDeferred(deployed) || isDeferred(region))
    return [];
  if (deployed === region) return [];
  return [
    `zone ${literal} is in region ${region}, and the AWS provider deploys to ${deployed}. ` +
      `Set region to "${deployed}" (prop, CDKTF context or AWS_REGION), or give the provider region "${region}".`,
  ];
}
