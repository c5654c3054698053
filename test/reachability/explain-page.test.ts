import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Traffic } from '../../lib/addressing/traffic';
import { topologyOfSynth } from '../../lib/inputs/topology-of-text';
import { explain } from '../../lib/reachability/explain';
import { explainedShop } from './explained-shop';

const page = readFileSync(join(__dirname, '../../docs/explain.md'), 'utf8');

/** The commands about the shop that the page shows, each with what stands below it. */
const examples = [
  ...page.matchAll(/^```console\n\$ (netproof explain cdktf\.out .*)\n\n([^`]*)\n```$/gm),
].map(([, command, output]) => [command!, output!] as const);

const shop = topologyOfSynth(JSON.stringify(explainedShop));

function asked(command: string): string {
  const option = (name: string): string => new RegExp(`--${name} (\\S+)`).exec(command)![1]!;
  return explain(shop, { from: option('from'), to: option('to'), on: Traffic.parse(option('on')) });
}

describe('docs/explain.md shows what is printed of', () => {
  test.each(examples)('%s', (command, output) => expect(output).toBe(asked(command)));

  test('every verdict but partial, a translation, several blockers, a lost reply and a want of routes', () => {
    const shown = examples.map(([, output]) => output);
    const some = (text: RegExp): boolean => shown.some((output) => text.test(output));
    expect(shown.map((output) => output.split(' ')[0])).toEqual([
      'reachable',
      'blocked',
      'blocked',
      'blocked',
      'unknown',
    ]);
    for (const text of [/ becomes /, /^\|.*\n(.*\n)*\|/m, /^ {2}arrives /m, /no route to/, /^\?/m]) {
      expect(some(text)).toBe(true);
    }
  });
});
