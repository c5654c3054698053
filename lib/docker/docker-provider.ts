import { Aspects, type IAspect, TerraformProvider, type TerraformStack } from 'cdktf';
import { DockerProvider } from '@cdktf/provider-docker/lib/provider';

const marked = Symbol.for('netproof/docker/provider');

/**
 * Gives the stack a Docker provider without settings at synth, unless it has one by then. Such a provider takes the
 * engine from DOCKER_HOST, or the local socket.
 */
export function ensureDockerProvider(stack: TerraformStack): void {
  if (marked in stack) return;
  Object.defineProperty(stack, marked, { value: true });
  // At synth and not here: the user may add a provider of their own after our construct.
  const addIfMissing: IAspect = {
    visit: (node) => {
      if (node === stack && !stack.node.findAll().some(isDockerProvider)) new DockerProvider(stack, 'docker');
    },
  };
  Aspects.of(stack).add(addIfMissing);
}

function isDockerProvider(node: unknown): boolean {
  return (
    TerraformProvider.isTerraformProvider(node) &&
    node.terraformGeneratorMetadata?.providerName === DockerProvider.tfResourceType
  );
}
