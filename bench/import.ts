import type { Comparison } from './comparison';
import { compiled } from './compiled';
import { nodeRun, peakMegabytes, processRounds, type ProcessRuns } from './process-run';

const nothing = ['-e', '0'];

function requiring(...modules: readonly string[]): readonly string[] {
  return ['-e', modules.map((module) => `require(${JSON.stringify(module)})`).join(';')];
}

/** What a door loads of other packages, in that order: cdktf, constructs and single files of the provider. */
function foreignModules(door: string): string[] {
  const { out } = nodeRun(['-p', `require(${JSON.stringify(door)}); Object.keys(require.cache).join('\\n')`]);
  const loaded = out.trim().split('\n');
  const provider = loaded.filter((file) =>
    /node_modules\/@cdktf\/provider-[^/]+\/lib\/[^/]+\/index\.js$/.test(file),
  );
  return [...['constructs', 'cdktf'].map((name) => require.resolve(name)), ...provider];
}

function doorOnTopOfOthers(name: string): Comparison {
  const door = compiled(`lib/${name}/index.js`);
  const runs = (): ProcessRuns => {
    const others = foreignModules(door);
    return { with: requiring(...others, door), without: requiring(...others), nothing };
  };
  return {
    name: `require('netproof/${name}') on top of cdktf and the provider's files`,
    meaning: 'what it adds / node -e 0',
    limit: 0.5,
    figure: (round) => (round['with']! - round['without']!) / round['nothing']!,
    rounds: () => processRounds(runs(), 21),
    megabytes: () => peakMegabytes(runs()),
  };
}

/** Loading the doors of the package, in processes of their own. */
export const imports: readonly Comparison[] = [
  {
    name: "require('netproof')",
    meaning: 'what it adds / node -e 0',
    limit: 0.5,
    figure: (round) => (round['with']! - round['nothing']!) / round['nothing']!,
    rounds: () => processRounds({ with: requiring(compiled('lib/index.js')), nothing }, 21),
    megabytes: () => peakMegabytes({ with: requiring(compiled('lib/index.js')), nothing }),
  },
  doorOnTopOfOthers('aws'),
  doorOnTopOfOthers('docker'),
];
