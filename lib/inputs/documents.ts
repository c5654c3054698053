import { NetproofError } from '../addressing/netproof-error';
import type { AssumedValues } from '../readers/assumed-values';
import { withSynth } from '../readers/plan-and-synth';
import { readSynth } from '../readers/synth';
import type { TerraformDocument } from '../readers/terraform-document';
import { documentText, readDocumentText } from './document-text';
import { readInputs, unknownStack, type Input } from './input';
import { fileOf, plannedVariables, synthOf, type InputText } from './plan-pairing';

/** One stack as it was read, with where it came from. */
export interface ReadDocument {
  readonly input: Input;
  readonly document: TerraformDocument;
}

export interface DocumentOptions {
  /** Only the stack of this name. @default - all of them */
  readonly stack?: string | undefined;
  /** Where the synthesized Terraform of plans and states is, as an INPUT. @default - only beside a plan of its name */
  readonly synth?: string | undefined;
  /** Values for what is not known before apply. @default - none */
  readonly assumed?: AssumedValues | undefined;
}

/**
 * Reads the INPUTs of a command line into documents, one per stack, in their order: as written, planned or applied,
 * whichever a file holds. A plan or state and the synth of the same stack are one. Throws the errors of `readInputs`,
 * `InvalidTerraform` for a text that is no Terraform JSON, `SameStack` for two stacks of one name, and the errors of
 * `synthOf` and `withSynth`.
 */
export function readDocuments(paths: readonly string[], options: DocumentOptions = {}): ReadDocument[] {
  const { stack, synth, assumed } = options;
  const picked = stack === undefined ? {} : { stack };
  // With a synth, a plan is called after its stack, which may be the one that is meant.
  const texts = readInputs(paths, synth === undefined ? picked : {}).map(textOf);
  const synths = synth === undefined ? [] : readInputs([synth], picked).map(textOf);
  const pairs = texts.flatMap((text): Pair[] => paired(text, texts, synths));
  const wanted = pairs.filter(({ input }) => stack === undefined || input.stack === stack);
  if (stack !== undefined && wanted.length === 0) {
    throw unknownStack(
      stack,
      pairs.map(({ input }) => input.stack),
    );
  }
  refuseSameNames(wanted);
  return wanted.map(({ input, text, written }) => {
    const context = { stack: input.stack, ...(assumed !== undefined && { assumed }) };
    const document = readDocumentText(text, context);
    if (written === undefined) return { input, document };
    const synthesized = readSynth(written.files, { ...context, variables: plannedVariables(text) });
    return { input, document: withSynth(document, synthesized) };
  });
}

const textOf = (input: Input): InputText => ({ input, ...documentText(input.files) });

interface Pair {
  readonly input: Input;
  readonly text: InputText;
  /** The synthesized Terraform of a plan or state. */
  readonly written: InputText | undefined;
}

/** One stack for an INPUT, with its synth; none for the synth of another INPUT. */
function paired(text: InputText, texts: readonly InputText[], synths: readonly InputText[]): Pair[] {
  const { input, form } = text;
  const same = texts.filter((other) => other !== text && other.input.stack === input.stack);
  if (form === 'configuration') {
    const isSynth = same.some((other) => other.form !== 'configuration');
    return isSynth ? [] : [{ input, text, written: undefined }];
  }
  const beside = same.find((other) => other.form === 'configuration');
  const written = beside ?? (synths.length === 0 ? undefined : synthOf(text, synths));
  if (written === undefined) return [{ input, text, written }];
  const { stack, annotations } = written.input;
  return [{ input: { ...input, stack, annotations }, text, written }];
}

function refuseSameNames(pairs: readonly Pair[]): void {
  const seen = new Map<string, Pair>();
  for (const pair of pairs) {
    const { stack } = pair.input;
    const other = seen.get(stack);
    if (other !== undefined) {
      throw new NetproofError(
        'SameStack',
        `Two inputs are called ${JSON.stringify(stack)}: ${fileOf(other.input)} and ${fileOf(pair.input)}. ` +
          'Addresses could not tell them apart: rename one, or give one of them.',
      );
    }
    seen.set(stack, pair);
  }
}
