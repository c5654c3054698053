import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Round } from './comparison';
import { compiled } from './compiled';

/** One process of `node`. */
export interface ProcessRun {
  readonly args: readonly string[];
  /**
   * What its milliseconds are: by the clock, of its processor time, which other work on the machine stretches less, or what
   * it prints. @default 'clock'
   */
  readonly time?: 'clock' | 'processor' | ((printed: string) => number);
  /** Exit codes that are no failure. @default [0] */
  readonly exits?: readonly number[];
}

export type ProcessRuns = Readonly<Record<string, ProcessRun>>;

/** Whole processes in turns, `count` rounds after one that warms the disk: A B C, then C B A. */
export function* processRounds(runs: ProcessRuns, count: number): Iterable<Round> {
  const labels = Object.keys(runs);
  for (let round = 0; round <= count; round++) {
    const order = round % 2 === 0 ? labels : [...labels].reverse();
    const times = new Map(order.map((label) => [label, milliseconds(runs[label]!)]));
    if (round > 0) yield Object.fromEntries(labels.map((label) => [label, times.get(label)!]));
  }
}

/** Peak resident memory of each run in MB. The process reports it itself, so these runs are not timed. */
export function peakMegabytes(runs: ProcessRuns): Record<string, number> {
  const report =
    'process.on("exit",()=>require("fs").writeSync(2,`peak ${process.resourceUsage().maxRSS}\\n`))';
  const preload = `data:text/javascript,${encodeURIComponent(`import{createRequire}from"module";const require=createRequire("/");${report}`)}`;
  return Object.fromEntries(
    Object.entries(runs).map(([label, { args, exits }]) => {
      const peak = /peak (\d+)/.exec(nodeRun(['--import', preload, ...args], exits).err)?.[1];
      return [label, Math.round(Number(peak) / 1024)];
    }),
  );
}

function milliseconds({ args, time = 'clock', exits }: ProcessRun): number {
  if (time === 'processor') {
    const { err } = nodeRun(['--require', compiled('bench/apps/processor-time.js'), ...args], exits);
    return Number(/\nprocessor ([\d.]+)\n$/.exec(err)![1]);
  }
  const start = process.hrtime.bigint();
  const { out } = nodeRun(args, exits);
  return time === 'clock' ? Number(process.hrtime.bigint() - start) / 1e6 : time(out);
}

/** One node process to its end, in a folder of its own, with nothing of this process's settings for Node. */
export function nodeRun(
  args: readonly string[],
  exits: readonly number[] = [0],
): { readonly out: string; readonly err: string } {
  const { NODE_OPTIONS: _options, NODE_COMPILE_CACHE: _cache, ...env } = process.env;
  const { status, stdout, stderr, error } = spawnSync(process.execPath, args, {
    cwd: scratch(),
    encoding: 'utf8',
    env,
  });
  if (error !== undefined) throw error;
  if (status === null || !exits.includes(status))
    throw new Error(`node ${args.join(' ')} exited ${status}\n${stdout}${stderr}`);
  return { out: stdout, err: stderr };
}

let folder: string | undefined;

/** Where synthesized apps put their cdktf.out; gone when this process ends. */
function scratch(): string {
  if (folder === undefined) {
    const made = mkdtempSync(join(tmpdir(), 'netproof-bench-'));
    process.on('exit', () => rmSync(made, { recursive: true, force: true }));
    folder = made;
  }
  return folder;
}
