import type { Comparison, Round } from './comparison';
import { compiled } from './compiled';
import { nodeRun, peakMegabytes, processRounds, type ProcessRun, type ProcessRuns } from './process-run';

const nothing: ProcessRun = { args: ['-e', '0'] };

/**
 * Loads a door after other modules, and prints the milliseconds of the door alone. Timed from inside: as a difference of
 * two processes that load all of cdktf it would drown in their own spread.
 */
function loading(door: string, others: readonly string[] = []): ProcessRun {
  const load = (module: string) => `require(${JSON.stringify(module)});`;
  const before = `${others.map(load).join('')} const start = process.hrtime.bigint();`;
  const after = 'console.log(Number(process.hrtime.bigint() - start) / 1e6);';
  return { args: ['-e', `${before} ${load(door)} ${after}`], time: Number };
}

/** What a door loads of other packages: constructs, cdktf, and single files of the provider. */
function foreignModules(door: string): string[] {
  const { out } = nodeRun(['-p', `require(${JSON.stringify(door)}); Object.keys(require.cache).join('\\n')`]);
  const loaded = out.trim().split('\n');
  const provider = loaded.filter((file) =>
    /node_modules\/@cdktf\/provider-[^/]+\/lib\/[^/]+\/index\.js$/.test(file),
  );
  return [...['constructs', 'cdktf'].map((name) => require.resolve(name)), ...provider];
}

function comparison(name: string, runs: () => ProcessRuns): Comparison {
  return {
    name,
    meaning: 'loading / node -e 0',
    limit: 0.5,
    figure: (round: Round) => round['loading']! / round['nothing']!,
    rounds: () => processRounds(runs(), 21),
    megabytes: () => peakMegabytes(runs()),
  };
}

function onTopOfOthers(name: string): Comparison {
  const door = compiled(`lib/${name}/index.js`);
  return comparison(`require('netproof/${name}') on top of cdktf and the provider's files`, () => ({
    loading: loading(door, foreignModules(door)),
    nothing,
  }));
}

/** Loading the doors of the package. */
export const imports: readonly Comparison[] = [
  comparison("require('netproof')", () => ({ loading: loading(compiled('lib/index.js')), nothing })),
  onTopOfOthers('aws'),
  onTopOfOthers('docker'),
];
