import { formOf, type TerraformForm } from '../readers/json/foreign-json';
import { readPlainObject, type TerraformText } from '../readers/json/terraform-text';
import { readPlan } from '../readers/plan';
import { readState } from '../readers/state';
import { readSynth, type SynthOptions } from '../readers/synth';
import type { TerraformDocument } from '../readers/terraform-document';

/** The texts of one stack, and which form of Terraform JSON they have. */
export interface DocumentText {
  readonly form: TerraformForm;
  readonly files: readonly TerraformText[];
}

/**
 * The form of what a file holds, whatever it is called. A plan and a state are parsed once for it. What is none of them
 * counts as configuration, whose reader says what it is.
 */
export function documentText(files: readonly TerraformText[]): DocumentText {
  const [file] = files;
  const isWritten = files.length !== 1 || file === undefined || !/"format_version"/.test(file.text);
  if (isWritten) return { form: 'configuration', files };
  const plain = readPlainObject(file);
  const form = formOf(new Set(Object.keys(plain))) ?? 'configuration';
  return form === 'configuration' ? { form, files } : { form, files: [{ ...file, plain }] };
}

/** The document of one stack, as it is written, planned or applied. */
export function readDocumentText({ form, files }: DocumentText, options: SynthOptions): TerraformDocument {
  const [file] = files;
  if (form === 'configuration' || file === undefined) return readSynth(files, options);
  return form === 'plan' ? readPlan(file, options) : readState(file, options);
}
