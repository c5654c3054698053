import { NetproofError } from '../addressing/netproof-error';
import { resolve as ask } from '../reachability/name-resolution';
import { printableJson, printableLines } from '../report/printable';
import { resolutionJson, resolutionText } from '../report/resolution-text';
import type { Command } from './command';
import { textOf, topologyOptions } from './input-options';
import { topologyOf } from './question';

/** `netproof resolve INPUT... --from A --name db`: what a name means to an endpoint. */
export const resolve: Command = {
  description: `Says what a name means to A, from the written Terraform alone: whose it is, at which address, on which network and
by which kind of name (container name, alias, hostname, extra host); or that A asks outside of the input, or that nobody has it.
Who else carries the name stands below. Whether packets then arrive is another question: netproof explain.`,
  options: {
    from: { type: 'string', value: 'A', help: 'who asks: an address, construct path or name' },
    name: { type: 'string', value: 'NAME', help: 'the name: db, db.backend, localhost' },
    ...topologyOptions,
    json: { type: 'boolean', help: 'print JSON' },
  },
  run(invocation, { out }) {
    const { values } = invocation;
    const from = textOf(values, 'from');
    const name = textOf(values, 'name');
    if (from === undefined || name === undefined) {
      const missing = [from === undefined ? ['--from'] : [], name === undefined ? ['--name'] : []].flat();
      throw new NetproofError(
        'MissingOption',
        `netproof resolve needs ${missing.join(' and ')}: --from web --name db.`,
      );
    }
    const topology = topologyOf(invocation, 'resolve');
    const resolution = ask(topology, from, name);
    const json = values['json'] === true;
    out(
      `${json ? printableJson(resolutionJson(topology, resolution)) : printableLines(resolutionText(topology, resolution))}\n`,
    );
    return 0;
  },
};
