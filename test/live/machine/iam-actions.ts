import type { AwsCall } from './aws-emulator';

/**
 * The IAM actions that Terraform's calls to the API need, sorted. EC2 names an action after the call; tags that come with a new
 * object need `ec2:CreateTags` as well.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html
 */
export function iamActions(calls: readonly AwsCall[]): readonly string[] {
  const actions = calls
    .filter(({ byTerraform }) => byTerraform)
    .flatMap(({ service, action, parameters }) => {
      // Whoever holds keys may ask whose they are.
      if (service === 'sts' && action === 'GetCallerIdentity') return [];
      const tagged = [...parameters.keys()].some((key) => key.startsWith('TagSpecification.'));
      return tagged ? [`${service}:${action}`, `${service}:CreateTags`] : [`${service}:${action}`];
    });
  return [...new Set(actions)].sort();
}
