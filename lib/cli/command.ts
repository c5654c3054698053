import type { Paint } from '../report/terminal-style';

/** Where a command writes: results on `out`, everything else on `err`. Texts carry their own newlines. */
export interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Paints results; plain unless `out` is a terminal that wants colour. */
  readonly paint: Paint;
  /** Shows how far something has come, on one line that is written over; only where `err` is a terminal. */
  readonly progress?: (text: string) => void;
}

/** One line of `netproof --help`. The command itself loads when it is asked for. */
export interface CommandEntry {
  readonly name: string;
  /** `INPUT...`, as the usage line shows it. */
  readonly operands: string;
  readonly summary: string;
  readonly load: () => Command;
}

export interface Command {
  /** Paragraphs of `netproof NAME --help`, between the usage line and the options. */
  readonly description: string;
  readonly options: Readonly<Record<string, Option>>;
  /**
   * Returns the exit code: 0 answered, 2 bad input; later for a command that waits for packets. A NetproofError is printed
   * by the caller and exits 2.
   */
  readonly run: (invocation: Invocation, output: Output) => number | Promise<number>;
}

/** An option of a command, in the terms of util.parseArgs, with the line that `--help` prints. */
export interface Option {
  readonly type: 'boolean' | 'string';
  readonly short?: string;
  /** What stands for the value in the help: `NAME`. */
  readonly value?: string;
  readonly help: string;
}

export interface Invocation {
  readonly operands: readonly string[];
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
}
