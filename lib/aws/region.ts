import type { IConstruct } from 'constructs';

/** The region when nobody says otherwise. */
export const fallbackRegion = 'eu-central-1';

/**
 * The AWS region that stacks and constructs agree on: the CDKTF context value `region` (cdktf.json or
 * `new App({ context })`), then the environment variable AWS_REGION, then eu-central-1. Empty values count as
 * absent. A `region` prop, where there is one, comes before all three.
 */
export function regionOf(scope: IConstruct): string {
  const context: unknown = scope.node.tryGetContext('region');
  if (typeof context === 'string' && context.trim() !== '') return context.trim();
  return process.env.AWS_REGION?.trim() || fallbackRegion;
}
