import type { PortSet } from '../addressing/port-set';
import { conceal } from '../topology/concealed';
import type { Topology } from '../topology/topology';
import { TopologyBuilder } from '../topology/topology-builder';
import { unknown } from '../topology/value';
import { AssumedValues } from './assumed-values';
import { addAws } from './aws/aws-topology';
import { concealedTexts } from './sensitive';
import type { TerraformDocument } from './terraform-document';

/**
 * The topology of a Terraform document, or of several joined into one: what the readers of all providers make of it.
 * `assumed` are the values it was read with; `usedValues` tells which of them settled something. `clientPorts` are the
 * source ports of ordinary clients. A module that a
 * document calls and does not contain is listed among the gaps.
 */
export function topologyOfDocument(
  document: TerraformDocument,
  assumed = new AssumedValues(),
  { clientPorts }: { readonly clientPorts?: PortSet | undefined } = {},
): Topology {
  const builder = new TopologyBuilder(clientPorts);
  const parts = document.parts ?? [document];
  for (const { stack } of parts) if (stack !== '') builder.addStack(stack);
  addAws(document, builder);
  for (const { stack, moduleCalls = [] } of parts) {
    for (const name of moduleCalls) {
      const address = `${document.stack === '' && stack !== '' ? `${stack}:` : ''}module.${name}`;
      builder.addGap({
        type: 'module',
        origin: { address },
        segments: [],
        unknown: unknown(address, 'what a module creates is written elsewhere: ask a plan'),
      });
    }
  }
  for (const key of assumed.used) builder.useValue(key);
  return conceal(builder.build(), secretsOf(document));
}

/** Addresses, blocks and ids that Terraform holds sensitive; words that say nothing (`tcp`, `all`, ports) apart. */
function secretsOf({ resources, deleted, providers, outputs }: TerraformDocument): ReadonlySet<string> {
  const found = new Set<string>();
  const values = [...resources, ...deleted, ...providers].map(({ attributes }) => attributes);
  for (const value of [...values.flatMap((attributes) => [...attributes.values()]), ...outputs.values()]) {
    for (const text of concealedTexts(value)) if (/\d[.:-]|[.:-][\da-f]/.test(text)) found.add(text);
  }
  return found;
}
