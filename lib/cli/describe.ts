import { NetproofError } from '../addressing/netproof-error';
import { readAssumptions } from '../inputs/assumptions';
import { readDocuments } from '../inputs/documents';
import { shownFile } from '../inputs/source-text';
import { refuseUnused } from '../inputs/unused-assumptions';
import { AssumedValues } from '../readers/assumed-values';
import { resolveDocuments } from '../readers/joined-documents';
import { stackInventory, type StackInventory } from '../report/inventory';
import { inventoryText } from '../report/inventory-text';
import { printableJson } from '../report/printable';
import type { Guarantees } from '../report/verdict-guarantees';
import type { TerraformDocument } from '../readers/terraform-document';
import type { Command } from './command';
import { topologyOptions, topologyOptionsOf } from './input-options';

/** `netproof describe INPUT...`: what each stack will create, from its written Terraform alone. */
export const describe: Command = {
  description: `Prints, for each stack, its networks with their blocks and the addresses that can be used in them, the
way out of each, who stands on it, what is published where, and what is billed by the hour. Told from the
written Terraform alone: no Docker, no Terraform, no account, no network. For AWS it says what routes and network ACLs
guarantee; who reaches whom is for netproof reach.`,
  options: {
    ...topologyOptions,
    json: { type: 'boolean', help: 'print JSON: { "format": 1, "stacks": [...] }' },
  },
  run({ operands, values }, { out, paint }) {
    if (operands.length === 0) {
      throw new NetproofError(
        'NoInput',
        'netproof describe needs an INPUT: npx netproof describe cdktf.out.',
      );
    }
    const { stack, synth, assume } = topologyOptionsOf({ operands, values });
    const assumed = new AssumedValues(assume === undefined ? {} : readAssumptions(assume).values);
    const read = readDocuments(operands, { stack, synth, assumed });
    const documents = resolveDocuments(read.map(({ document }) => document));
    const stacks = documents.map((document, at) => {
      const { files, annotations } = read[at]!.input;
      const inventory = stackInventory(document, { files: files.map(({ file }) => file), annotations });
      return inventory.aws === undefined ? inventory : { ...inventory, guarantees: guaranteesOf(document) };
    });
    if (assume !== undefined) refuseUnused([{ assumed, documents }], shownFile(assume));
    if (values['json'] === true) {
      out(`${printableJson({ format: 1, stacks })}\n`);
      return 0;
    }
    const deployable = stacks.filter((_stack, index) => read[index]?.input.kind === 'cdktf');
    out(`${[inventoryText(stacks, paint), ...nextStep(deployable)].join('\n\n')}\n`);
    return 0;
  },
};

/** The engine loads only for a stack that it models. */
function guaranteesOf(document: TerraformDocument): Guarantees {
  /* eslint-disable-next-line @typescript-eslint/no-require-imports -- loads when it is needed */
  const engine = require('../report/verdict-guarantees') as typeof import('../report/verdict-guarantees');
  return engine.guaranteesOf(document);
}

/**
 * How to create a stack, rather one that needs no account; only a CDKTF folder can be deployed by name, and an
 * error that a construct left would stop it.
 */
function nextStep(stacks: readonly StackInventory[]): string[] {
  const sound = stacks.filter(({ annotations }) => annotations.every(({ level }) => level !== 'error'));
  const first = sound.find(({ aws }) => aws === undefined) ?? sound[0];
  if (first === undefined) return [];
  const needs = [first.docker && 'Docker', first.aws && 'an AWS account', 'Terraform or OpenTofu'];
  const list = needs.filter((need) => need !== undefined);
  const text = list.length === 1 ? list[0] : `${list.slice(0, -1).join(', ')} and ${list.at(-1)}`;
  return [`Next: npx cdktf deploy ${first.stack}   (needs ${text})`];
}
