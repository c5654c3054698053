import { NetproofError } from '../addressing/netproof-error';
import { AssumedValues } from '../readers/assumed-values';
import { readSynth } from '../readers/synth';
import { topologyOfDocument } from '../readers/topology-of-documents';
import { named, type NamedTopology } from '../topology/subject';
import { readAssumptions, refuseUnused } from './assumptions';
import { readInputs } from './input';

export interface TopologyOptions {
  /** Only the stack of this name. @default - all of them */
  readonly stack?: string;
  /** File of assumptions: what Terraform does not say. @default - none */
  readonly assume?: string;
}

/**
 * The topology of the INPUTs of a command line. Throws the
 * errors of `readInputs`, `readSynth` and `readAssumptions`, UnusedAssumption, and SeveralStacks for inputs that hold
 * more than one stack.
 */
export function readTopology(paths: readonly string[], options: TopologyOptions = {}): NamedTopology {
  const { stack, assume } = options;
  const inputs = readInputs(paths, stack === undefined ? {} : { stack });
  const [input, ...more] = inputs;
  if (input === undefined || more.length > 0) {
    const names = inputs.map((one) => one.stack).join(', ');
    throw new NetproofError(
      'SeveralStacks',
      `The input holds several stacks: ${names}. Name one with --stack.`,
    );
  }
  const assumed = assume === undefined ? new AssumedValues() : readAssumptions(assume);
  const document = readSynth(input.files, { stack: input.stack, assumed });
  const topology = topologyOfDocument(document, assumed);
  if (assume !== undefined) refuseUnused(assumed, assume);
  return named(topology);
}
