import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Traffic } from '../../../lib/addressing/traffic';
import { topologyOfSynth } from '../../../lib/inputs/topology-of-text';
import { explain } from '../../../lib/reachability/explain';
import { resolve } from '../../../lib/reachability/name-resolution';
import { resolutionText } from '../../../lib/report/resolution-text';
import type { Topology } from '../../../lib/topology/topology';
import { configurations, terraformOf } from './riddle';

const topologies = new Map<string, Topology>();

function topologyOf(name: string): Topology {
  let topology = topologies.get(name);
  if (topology === undefined) {
    topology = topologyOfSynth(terraformOf(configurations[name]!));
    topologies.set(name, topology);
  }
  return topology;
}

/** What a command of a page prints. */
function printed(command: string): string {
  const [, verb, name] = /^netproof (\w+) (\S+)\.tf\.json /.exec(command) ?? [];
  const option = (key: string): string | undefined => new RegExp(`--${key} (\\S+)`).exec(command)?.[1];
  const topology = topologyOf(name!);
  if (verb === 'resolve')
    return resolutionText(topology, resolve(topology, option('from')!, option('name')!));
  const via = option('via');
  const [from, to, on] = [option('from')!, option('to')!, Traffic.parse(option('on')!)];
  return explain(topology, { from, to, on, ...(via !== undefined && { via }) });
}

describe.each(['resolve.md', 'riddle-name-and-address.md', 'explain.md'])(
  'docs/%s shows what is printed of',
  (page) => {
    const text = readFileSync(join(__dirname, '../../../docs', page), 'utf8');
    const examples = [
      ...text.matchAll(/^```console\n\$ (netproof \w+ \S+\.tf\.json .*)\n\n([^`]*)\n```$/gm),
    ].map(([, command, output]) => [command!, output!] as const);

    test('something', () => expect(examples.length).toBeGreaterThan(1));

    test.each(examples)('%s', (command, output) => expect(output).toBe(printed(command)));
  },
);
