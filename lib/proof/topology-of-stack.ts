import { NetproofError } from '../addressing/netproof-error';
import { topologyOfSynth, type TopologyReading } from '../inputs/topology-of-text';
import type { NamedTopology } from '../topology/subject';

/** What can tell its own Terraform: a stack of cdktf or cdktn. */
export interface Synthesizable {
  toTerraform(): unknown;
  /** Present on a stack; its id names the stack. */
  readonly node?: { readonly id: string };
}

/**
 * The topology of what a stack synthesizes now, overrides and escape hatches included. Names are construct paths,
 * Terraform addresses or Name tags: `topologyOfStack(stack).endpoint('shop/web')`.
 *
 * Aspects run when the app is synthesized: what they add is seen by `prove`, and here only after that. Throws InvalidStack for what has no
 * `toTerraform`.
 */
export function topologyOfStack(stack: Synthesizable, reading: TopologyReading = {}): NamedTopology {
  if (typeof (stack as Partial<Synthesizable> | undefined)?.toTerraform !== 'function') {
    throw new NetproofError(
      'InvalidStack',
      'topologyOfStack takes a TerraformStack, or anything with a toTerraform(). For Terraform as text use topologyOfSynth.',
    );
  }
  const name = stack.node?.id;
  const json = JSON.stringify(stack.toTerraform());
  return topologyOfSynth(json, { ...(name !== undefined && { stack: name }), ...reading });
}
