import { NetproofError } from '../addressing/netproof-error';

/** One stack that a manifest.json of CDKTF lists: the live ones, whatever else lies in the folder. */
export interface ManifestStack {
  readonly name: string;
  /** Path of the written Terraform inside the folder: `stacks/NAME/cdk.tf.json`. */
  readonly file: string;
  readonly annotations: readonly Annotation[];
}

/** A remark that a construct left at synth. `error` stops a deployment, but not the synthesis. */
export interface Annotation {
  readonly level: 'error' | 'warning' | 'info';
  /** Construct path. */
  readonly at: string;
  readonly message: string;
}

/**
 * Reads the text of a manifest.json as cdktf and cdktn write it.
 * Anything else throws `InputNotManifest` with the place; stacks keep the order of the manifest.
 */
export function parseManifest(text: string, file: string): ManifestStack[] {
  const stacks = asRecord(asRecord(parse(text, file))?.['stacks']);
  if (stacks === undefined) throw notManifest(file, 'it has no "stacks"');
  return Object.entries(stacks).map(([name, entry]) => {
    const stack = asRecord(entry);
    const path = stack?.['synthesizedStackPath'];
    if (typeof path !== 'string') throw notManifest(file, `stack "${name}" has no synthesizedStackPath`);
    const annotations = Array.isArray(stack?.['annotations']) ? stack['annotations'] : [];
    return { name, file: path, annotations: annotations.flatMap((annotation) => annotationOf(annotation)) };
  });
}

function annotationOf(value: unknown): Annotation[] {
  const { level, constructPath, message } = asRecord(value) ?? {};
  if (typeof message !== 'string') return [];
  const at = typeof constructPath === 'string' ? constructPath : '';
  if (level === '@cdktf/error') return [{ level: 'error', at, message }];
  if (level === '@cdktf/warn') return [{ level: 'warning', at, message }];
  return [{ level: 'info', at, message }];
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notManifest(file, 'it is not whole JSON');
  }
}

function notManifest(file: string, problem: string): NetproofError {
  return new NetproofError(
    'InputNotManifest',
    `${file} is not the manifest of a CDKTF output folder: ${problem}. Synthesize again: npx cdktf synth.`,
  );
}

function asRecord(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
