#!/usr/bin/env node
import { NetproofError } from '../addressing/netproof-error';
import type { CommandEntry, Output } from './command';

/* eslint-disable @typescript-eslint/no-require-imports -- what is needed loads when it is needed: start-up stays light */
const load = {
  arguments: () => require('./arguments') as typeof import('./arguments'),
  help: () => require('./help') as typeof import('./help'),
  didYouMean: () => require('../inputs/did-you-mean') as typeof import('../inputs/did-you-mean'),
  printable: () => require('../report/printable') as typeof import('../report/printable'),
  style: () => require('../report/terminal-style') as typeof import('../report/terminal-style'),
};

const commands: readonly CommandEntry[] = [
  {
    name: 'describe',
    operands: 'INPUT...',
    summary: 'what each stack will create',
    load: () => (require('./describe') as typeof import('./describe')).describe,
  },
  {
    name: 'check',
    operands: 'INPUT... --policy FILE',
    summary: 'whether a policy holds',
    load: () => (require('./check') as typeof import('./check')).check,
  },
  {
    name: 'lint',
    operands: 'INPUT...',
    summary: 'what weakens a network, by rules',
    load: () => (require('./lint') as typeof import('./lint')).lint,
  },
  {
    name: 'reach',
    operands: 'INPUT... --from A --to B --on TRAFFIC',
    summary: 'whether A reaches B',
    load: () => (require('./reach') as typeof import('./reach')).reach,
  },
  {
    name: 'explain',
    operands: 'INPUT... --from A --to B --on TRAFFIC',
    summary: 'whether, and why: hop by hop',
    load: () => (require('./explain') as typeof import('./explain')).explain,
  },
  {
    name: 'matrix',
    operands: 'INPUT...',
    summary: 'who reaches whom on what',
    load: () => (require('./matrix') as typeof import('./matrix')).matrix,
  },
  {
    name: 'resolve',
    operands: 'INPUT... --from A --name NAME',
    summary: 'what a name means to A',
    load: () => (require('./resolve') as typeof import('./resolve')).resolve,
  },
  {
    name: 'probe',
    operands: 'INPUT...',
    summary: 'the same with real packets (Docker)',
    load: () => (require('./probe') as typeof import('./probe')).probe,
  },
  {
    name: 'diff',
    operands: 'BEFORE AFTER',
    summary: 'what a change opens and closes',
    load: () => (require('./diff') as typeof import('./diff')).diff,
  },
  {
    name: 'graph',
    operands: 'INPUT...',
    summary: 'a picture of the networks',
    load: () => (require('./graph') as typeof import('./graph')).graph,
  },
];

const versionOf = (): string => (require('../../package.json') as { readonly version: string }).version;
/* eslint-enable @typescript-eslint/no-require-imports */

/**
 * Runs a command line without the program's name and returns the exit code: what the command says, 2 for
 * anything that is wrong with the line or the input. Never throws and never exits. A command that waits for packets is
 * for `mainLater`.
 */
export function main(args: readonly string[], output: Output): number {
  try {
    const code = dispatch(args, output);
    if (typeof code === 'number') return code;
    void code.catch(() => undefined);
    throw new Error(`netproof ${args[0]} answers later: mainLater`);
  } catch (error) {
    return failed(error, output);
  }
}

/** As `main`, of every command. */
export async function mainLater(args: readonly string[], output: Output): Promise<number> {
  try {
    return await dispatch(args, output);
  } catch (error) {
    return failed(error, output);
  }
}

function failed(error: unknown, output: Output): number {
  output.err(`${load.printable().printableLines(messageOf(error))}\n`);
  return 2;
}

function dispatch([name, ...rest]: readonly string[], output: Output): number | Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const text = load.help().overview(commands);
    if (name !== undefined) output.out(text);
    else output.err(text);
    return name === undefined ? 2 : 0;
  }
  if (name === '--version' || name === '-v') {
    output.out(`${versionOf()}\n`);
    return 0;
  }
  const entry = commands.find((command) => command.name === name);
  if (entry === undefined) throw unknownCommand(name);
  const command = entry.load();
  const { helpOf, helpOption } = load.help();
  const invocation = load.arguments().parseArguments(rest, { ...command.options, help: helpOption });
  if (invocation.values['help'] === true) {
    output.out(helpOf(entry, command));
    return 0;
  }
  return command.run(invocation, output);
}

function unknownCommand(name: string): NetproofError {
  const kind = name.startsWith('-') ? 'option' : 'command';
  const names = commands.map((command) => command.name);
  const guess = load.didYouMean().didYouMean(name, names) || ' See netproof --help.';
  return new NetproofError('UnknownCommand', `netproof has no ${kind} ${name}.${guess}`);
}

/** A NetproofError says it all; anything else is our fault, and its stack helps whoever mends it. */
function messageOf(error: unknown): string {
  if (NetproofError.is(error)) return error.message;
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `netproof failed, and this is a fault of netproof: please report it with these lines.\n${trace}`;
}

/** Runs the process's own command line. The exit code is set, not forced, so that pipes are written to the end. */
function runProcess(): void {
  const { wantsColour, terminalPaint, plainPaint } = load.style();
  // Whoever reads may stop early: `netproof describe cdktf.out | head -3`.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  const output: Output = {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    paint: wantsColour(process.stdout, process.env) ? terminalPaint : plainPaint,
    ...(process.stderr.isTTY && { progress: (text) => void process.stderr.write(`\r\u001b[2K${text}`) }),
  };
  void mainLater(process.argv.slice(2), output).then((code) => (process.exitCode = code));
}

if (require.main === module) runProcess();
