import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Comparison } from './comparison';
import { compiled } from './compiled';
import { nodeRun, processRounds, type ProcessRuns } from './process-run';
import { emptyProcess, nothing } from './reach';

/** The plan of 200 resources and its policy, in a folder that is gone when this process ends. */
function shop(): { readonly plan: string; readonly policy: string } {
  const folder = mkdtempSync(join(tmpdir(), 'netproof-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const [plan, policy] = [join(folder, 'plan.json'), join(folder, 'policy.yaml')];
  nodeRun([compiled('bench/check/plan.js'), plan, policy]);
  return { plan, policy };
}

function runs(label: string, args: (files: ReturnType<typeof shop>) => readonly string[]): ProcessRuns {
  const main = compiled('lib/cli/main.js');
  return { ...nothing, [label]: { args: [main, ...args(shop())], time: 'processor' } };
}

/** Commands on the plan of 200 resources, as processes of their own from start to end. */
export const check: readonly Comparison[] = [
  {
    name: 'netproof reach, a plan of 200 resources',
    meaning: 'processor time / node -e 0',
    limit: 5,
    figure: (round) => round['reach']! / emptyProcess(round),
    rounds: () =>
      processRounds(
        runs('reach', ({ plan }) => [
          ...['reach', plan, '--from', 'aws_instance.web_0', '--to', 'aws_instance.shop_0'],
          ...['--on', 'tcp/8001'],
        ]),
        7,
      ),
  },
  {
    name: 'netproof check, a plan of 200 resources',
    meaning: 'processor time / node -e 0',
    figure: (round) => round['check']! / emptyProcess(round),
    rounds: () =>
      processRounds(
        runs('check', ({ plan, policy }) => ['check', plan, '--policy', policy, '--network', 'shop']),
        7,
      ),
  },
];
