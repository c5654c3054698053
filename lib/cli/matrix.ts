import { Traffic } from '../addressing/traffic';
import { matrix as matrixOf } from '../reachability/matrix';
import { matrixJson, matrixRows, matrixTextWithGaps } from '../report/matrix-table';
import { printableJson } from '../report/printable';
import type { Command } from './command';
import { textOf, topologyOptions } from './input-options';
import { topologyOf } from './question';

/** `netproof matrix INPUT...`: who reaches whom on what. */
export const matrix: Command = {
  description: `Prints who reaches whom on what, for all endpoints and zones at once, from the written Terraform alone. Who
comes out alike stands in one row. ON is about dialling a target's own address, from outside also its public one; what passes
through a balancer, a published port or, from inside, by a public address stands under OTHER WAYS. What only apply tells stands
under UNKNOWN or has a question mark, with the keys that would settle it.`,
  options: {
    on: { type: 'string', value: 'TRAFFIC', help: 'only this traffic: tcp/5432, udp/53 (default: all)' },
    segments: { type: 'boolean', help: 'networks too: whatever could be placed in them' },
    ...topologyOptions,
    json: { type: 'boolean', help: 'print JSON, with every name' },
  },
  run(invocation, { out, paint }) {
    const { values } = invocation;
    const on = textOf(values, 'on');
    const topology = topologyOf(invocation, 'matrix');
    const all = matrixOf(topology, {
      ...(on !== undefined && { on: Traffic.parse(on) }),
      segments: values['segments'] === true,
      otherWays: true,
    });
    const rows = matrixRows(all);
    const json = values['json'] === true;
    out(`${json ? printableJson(matrixJson(rows, all)) : matrixTextWithGaps(rows, all, paint)}\n`);
    return 0;
  },
};
