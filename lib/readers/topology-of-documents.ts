import type { Topology } from '../topology/topology';
import { TopologyBuilder } from '../topology/topology-builder';
import { unknown } from '../topology/value';
import { AssumedValues } from './assumed-values';
import { addAws } from './aws/aws-topology';
import type { TerraformDocument } from './terraform-document';

/**
 * The topology of a Terraform document, or of several joined into one: what the readers of all providers make of it.
 * `assumed` are the values it was read with; `usedValues` tells which of them settled something. A module that a
 * document calls and does not contain is listed among the gaps.
 */
export function topologyOfDocument(document: TerraformDocument, assumed = new AssumedValues()): Topology {
  const builder = new TopologyBuilder();
  for (const { stack } of document.parts ?? [document]) if (stack !== '') builder.addStack(stack);
  addAws(document, builder);
  for (const name of document.moduleCalls ?? []) {
    const address = `module.${name}`;
    builder.addGap({
      type: 'module',
      origin: { address },
      segments: [],
      unknown: unknown(address, 'what a module creates is written elsewhere: ask a plan'),
    });
  }
  for (const key of assumed.used) builder.useValue(key);
  return builder.build();
}
