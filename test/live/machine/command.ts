import { spawn } from 'node:child_process';

/** How to run a program. Every run is bounded: the default is one minute. */
export interface CommandOptions {
  readonly cwd?: string;
  /** Added to this process's environment; `undefined` takes a variable out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
  readonly timeoutSeconds?: number;
}

export interface CommandResult {
  /** Exit code; -1 when a signal or the time limit ended the program, or when it could not be started. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

/** Runs a program to its end and answers whatever the exit code. */
export function attempt(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const started = Date.now();
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    const end = (code: number, note = '') => {
      clearTimeout(limit);
      resolve({
        code,
        stdout: Buffer.concat(stdout).toString('utf8'),
        stderr: Buffer.concat(stderr).toString('utf8') + note,
        seconds: (Date.now() - started) / 1000,
      });
    };
    const seconds = options.timeoutSeconds ?? 60;
    let note = '';
    const limit = setTimeout(() => {
      note = `\nstopped after ${seconds} s`;
      // The group, because terraform and npx start children that hold the pipes open.
      if (child.pid !== undefined) killGroup(child.pid);
    }, seconds * 1000);
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.stdin.on('error', () => undefined);
    child.on('error', (error) => end(-1, error.message));
    child.on('close', (code) => end(note === '' ? (code ?? -1) : -1, note));
    child.stdin.end(options.input ?? '');
  });
}

/** Runs a program that must succeed and returns what it printed on standard output. */
export async function run(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const result = await attempt(program, args, options);
  if (result.code !== 0) {
    const said = lastLines(
      result.stderr.trim() === '' ? result.stdout : `${result.stdout}\n${result.stderr}`,
      40,
    );
    throw new Error(`${program} ${args.join(' ')} ended with ${result.code}:\n${said}`);
  }
  return result.stdout;
}

/** The full path of a program on PATH, or undefined. */
export async function onPath(program: string): Promise<string | undefined> {
  const found = await attempt('sh', ['-c', 'command -v -- "$1"', 'sh', program]);
  return found.code === 0 ? found.stdout.trim() : undefined;
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // It ended by itself in the meantime.
  }
}

function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
