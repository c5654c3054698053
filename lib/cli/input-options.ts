import { NetproofError } from '../addressing/netproof-error';
import type { TopologyOptions } from '../inputs/topology-input';
import type { Invocation, Option } from './command';

/** Options of every command that reads INPUTs. */
export const topologyOptions: Readonly<Record<string, Option>> = {
  stack: { type: 'string', value: 'NAME', help: 'only the stack of this name' },
  assume: {
    type: 'string',
    value: 'FILE',
    help: 'what Terraform does not say, YAML or JSON: { "values": { KEY: VALUE } }',
  },
  synth: {
    type: 'string',
    value: 'INPUT',
    help: 'the synthesized Terraform of a plan or state (cdktf.out): joins construct paths on',
  },
};

/**
 * What the options of `topologyOptions` say. Throws InputTwice when standard input is to be read for two things at once,
 * `others` among them.
 */
export function topologyOptionsOf(
  { operands, values }: Invocation,
  others: Readonly<Record<string, string | undefined>> = {},
): TopologyOptions {
  const options = {
    stack: textOf(values, 'stack'),
    assume: textOf(values, 'assume'),
    synth: textOf(values, 'synth'),
  };
  const uses = [
    ...operands.filter((operand) => operand === '-').map(() => 'INPUT'),
    ...Object.entries({ '--assume': options.assume, '--synth': options.synth, ...others }).flatMap(
      ([use, file]) => (file === '-' ? [use] : []),
    ),
  ];
  if (uses.length > 1) {
    throw new NetproofError(
      'InputTwice',
      `standard input can be read once, and is given ${uses.length} times: as ${uses.join(' and ')}. Give all but one as a file.`,
    );
  }
  return options;
}

export function textOf(values: Invocation['values'], name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}
