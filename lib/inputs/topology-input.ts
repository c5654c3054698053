import { NetproofError } from '../addressing/netproof-error';
import { readSynth } from '../readers/synth';
import { topologyOfDocument } from '../readers/topology-of-documents';
import { named, type NamedTopology } from '../topology/subject';
import { readInputs } from './input';

export interface TopologyOptions {
  /** Only the stack of this name. @default - all of them */
  readonly stack?: string;
}

/**
 * The topology of the INPUTs of a command line. Throws the errors of `readInputs`, InvalidTerraform for a text that is no
 * Terraform JSON, and SeveralStacks for inputs that hold more than one stack.
 */
export function readTopology(paths: readonly string[], options: TopologyOptions = {}): NamedTopology {
  const inputs = readInputs(paths, options);
  const [input, ...more] = inputs;
  if (input === undefined || more.length > 0) {
    const names = inputs.map(({ stack }) => stack).join(', ');
    throw new NetproofError(
      'SeveralStacks',
      `The input holds several stacks: ${names}. Name one with --stack.`,
    );
  }
  const { files, stack } = input;
  return named(topologyOfDocument(readSynth(files, { stack })));
}
