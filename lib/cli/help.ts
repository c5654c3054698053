import type { Command, CommandEntry, Option } from './command';

/** The text of `netproof --help`. */
export function overview(commands: readonly CommandEntry[]): string {
  const rows = commands.map(
    ({ name, operands, summary }) => [`netproof ${name} ${operands}`, summary] as const,
  );
  return `Virtual networks as code, proven before they are deployed.

${columns(rows)}

INPUT is a folder that CDKTF wrote (cdktf.out), a *.tf.json file, a folder of them, or - for standard input.
netproof COMMAND --help says more; netproof --version prints the version.
Results go to standard output. Exit code 0: answered, or all holds. 1: a check or a gate fails. 2: bad input,
said on standard error, or a check that cannot be told.
`;
}

/** The text of `netproof COMMAND --help`. */
export function helpOf({ name, operands }: CommandEntry, { description, options }: Command): string {
  return `Usage: netproof ${name} ${operands}

${description}

${columns(Object.entries({ ...options, help: helpOption }).map(([option, details]) => [nameOf(option, details), details.help] as const))}
`;
}

function nameOf(name: string, { short, value }: Option): string {
  const long = `--${name}${value === undefined ? '' : ` ${value}`}`;
  return short === undefined ? long : `-${short}, ${long}`;
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}   ${right}`).join('\n');
}

/** Every command takes it. */
export const helpOption: Option = { type: 'boolean', short: 'h', help: 'print this text' };
