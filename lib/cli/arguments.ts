import { parseArgs } from 'node:util';
import { NetproofError } from '../addressing/netproof-error';
import { didYouMean } from '../inputs/did-you-mean';
import type { Invocation, Option } from './command';

/**
 * The arguments after a command's name, by its options. Throws `UnknownOption`, `MissingOptionValue` or
 * `UnexpectedOptionValue`; `--` ends the options, and a lone `-` is an operand.
 */
export function parseArguments(
  args: readonly string[],
  options: Readonly<Record<string, Option>>,
): Invocation {
  const config = Object.fromEntries(
    Object.entries(options).map(([name, { type, short }]) => [
      name,
      { type, ...(short !== undefined && { short }) },
    ]),
  );
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options: config,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const option = options[token.name];
    if (option === undefined) {
      const known = Object.keys(options).map((name) => `--${name}`);
      const guess = didYouMean(token.rawName, known) || ` There are ${known.join(', ')}.`;
      throw new NetproofError('UnknownOption', `There is no option ${token.rawName}.${guess}`);
    }
    if (option.type === 'string' && token.value === undefined) {
      throw new NetproofError(
        'MissingOptionValue',
        `${token.rawName} needs a value: ${token.rawName} ${option.value}.`,
      );
    }
    if (option.type === 'boolean' && token.value !== undefined) {
      throw new NetproofError(
        'UnexpectedOptionValue',
        `${token.rawName} takes no value, "${token.value}" was given.`,
      );
    }
  }
  return { operands: positionals, values: values };
}
