import type { Comparison, Round } from './comparison';
import { compiled } from './compiled';
import { nodeRun, peakMegabytes, processRounds } from './process-run';

const app = {
  netproof: { args: [compiled('bench/apps/one-vpc-netproof.js')] },
  bare: { args: [compiled('bench/apps/one-vpc-bare.js')] },
};

const times = ({ netproof, bare }: Round): number => netproof! / bare!;

/** Synthesis with the constructs against the provider's classes alone, for the same resources. */
export const synth: readonly Comparison[] = [
  {
    name: 'synth, one VPC, the app as a process',
    meaning: 'netproof / bare cdktf',
    limit: 1.25,
    figure: times,
    rounds: () => processRounds(app, 15),
    megabytes: () => peakMegabytes(app),
  },
  {
    name: 'synth, 100 VPCs in one process',
    meaning: 'netproof / bare cdktf',
    limit: 1.25,
    figure: times,
    rounds: () => {
      const { out } = nodeRun(['--expose-gc', compiled('bench/apps/hundred-vpcs.js'), '9']);
      return out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Round);
    },
  },
];
