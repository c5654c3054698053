import { AssumedValues } from '../readers/assumed-values';
import { joinDocuments } from '../readers/joined-documents';
import { topologyOfDocument } from '../readers/topology-of-documents';
import { named, type NamedTopology } from '../topology/subject';
import { type Assumptions, readAssumptions } from './assumptions';
import { readDocuments, type DocumentOptions } from './documents';
import { shownFile } from './source-text';
import { refuseUnused } from './unused-assumptions';

export interface TopologyOptions extends Omit<DocumentOptions, 'assumed'> {
  /** File of assumptions: what Terraform does not say. @default - none */
  readonly assume?: string | undefined;
  /** What was observed of the engine: counts where the file of assumptions does not say otherwise. @default - nothing */
  readonly observed?: Pick<Assumptions, 'docker' | 'listens'> | undefined;
}

/**
 * The topology of the INPUTs of a command line; several stacks are joined, and their names begin with `stack:`. Throws the
 * errors of `readDocuments` and `readAssumptions`, and UnusedAssumption.
 */
export function readTopology(paths: readonly string[], options: TopologyOptions = {}): NamedTopology {
  const [topology] = readTopologies([paths], options);
  return topology!;
}

/**
 * The topologies of several lists of INPUTs, to be compared: where one of them has several stacks, the names of all begin
 * with `stack:`. An assumption counts as used when any of them uses it. `synth` is that of the last.
 */
export function readTopologies(
  lists: readonly (readonly string[])[],
  { assume, observed, synth, stack }: TopologyOptions = {},
): readonly NamedTopology[] {
  const { values, ...stated } = assume === undefined ? {} : readAssumptions(assume);
  const settings = observed === undefined ? stated : over(observed, stated);
  const sides = lists.map((paths, at) => {
    const assumed = new AssumedValues(values);
    const own = at === lists.length - 1 ? synth : undefined;
    const documents = readDocuments(paths, { stack, synth: own, assumed }).map(({ document }) => document);
    return { assumed, documents };
  });
  const prefix = sides.some(({ documents }) => documents.length > 1) ? 'always' : 'several';
  const topologies = sides.map(({ assumed, documents }) =>
    named(topologyOfDocument(joinDocuments(documents, { prefix }), assumed, settings)),
  );
  if (assume !== undefined) refuseUnused(sides, shownFile(assume));
  return topologies;
}

/** What was observed, with what is stated over it, setting by setting. */
function over(
  observed: Pick<Assumptions, 'docker' | 'listens'>,
  stated: Pick<Assumptions, 'docker' | 'listens'>,
): Pick<Assumptions, 'docker' | 'listens'> {
  const merged = (below: unknown, above: unknown): unknown =>
    isPlain(below) && (above === undefined || isPlain(above)) ? { ...below, ...above } : (above ?? below);
  const { docker, listens } = {
    docker: merged(observed.docker, stated.docker),
    listens: merged(observed.listens, stated.listens),
  };
  return { ...(docker !== undefined && { docker }), ...(listens !== undefined && { listens }) };
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
