import { readSynth } from '../readers/synth';
import type { TerraformDocument } from '../readers/terraform-document';
import { readInputs, type Input } from './input';

/** One stack as it was read, with where it came from. */
export interface ReadDocument {
  readonly input: Input;
  readonly document: TerraformDocument;
}

/**
 * Reads the INPUTs of a command line into documents, one per stack, in their order. Throws the errors of
 * `readInputs`, and `InvalidTerraform` for a text that is no Terraform JSON.
 */
export function readDocuments(
  paths: readonly string[],
  options: { readonly stack?: string } = {},
): ReadDocument[] {
  return readInputs(paths, options).map((input) => ({
    input,
    document: readSynth(input.files, { stack: input.stack }),
  }));
}
