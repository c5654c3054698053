import { Traffic } from '../addressing/traffic';
import { matrix as matrixOf } from '../reachability/matrix';
import { matrixJson, matrixRows, matrixText } from '../report/matrix-table';
import { printableJson } from '../report/printable';
import type { Command } from './command';
import { textOf, topologyOptions } from './input-options';
import { topologyOf } from './question';

/** `netproof matrix INPUT...`: who reaches whom on what. */
export const matrix: Command = {
  description: `Prints who reaches whom on what, for all endpoints and zones at once, from the written Terraform alone. Who
comes out alike stands in one row. It is about dialling a target's own address: a way through a balancer is two rows, to the
balancer and from it. What only apply tells stands under UNKNOWN.`,
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
    const rows = matrixRows(
      matrixOf(topology, {
        ...(on !== undefined && { on: Traffic.parse(on) }),
        segments: values['segments'] === true,
      }),
    );
    out(`${values['json'] === true ? printableJson(matrixJson(rows)) : matrixText(rows, paint)}\n`);
    return 0;
  },
};
