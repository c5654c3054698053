// What the door `netproof` offers of the engine. Its rooms load at the first call, so that an app which only wants an
// address or a construct does not pay for them.
import type { Question } from '../reachability/question';
import type { Verdict } from '../reachability/verdict';
import type { NamedTopology } from '../topology/subject';
import type { Topology } from '../topology/topology';
import type { Provable } from './prove';
import type { Synthesizable } from './topology-of-stack';

/* eslint-disable @typescript-eslint/no-require-imports -- loads when it is called */
const load = {
  text: () => require('../inputs/topology-of-text') as typeof import('../inputs/topology-of-text'),
  explain: () => require('../reachability/explain') as typeof import('../reachability/explain'),
  solver: () => require('../reachability/solver') as typeof import('../reachability/solver'),
  prove: () => require('./prove') as typeof import('./prove'),
  stack: () => require('./topology-of-stack') as typeof import('./topology-of-stack'),
};
/* eslint-enable @typescript-eslint/no-require-imports */

/**
 * The topology of Terraform JSON as it is written before any plan: the text of a cdk.tf.json or `*.tf.json`. Throws
 * InvalidTerraform for a text that is none, and CyclicReference for names that refer to each other in a ring.
 */
export function topologyOfSynth(json: string, options: { readonly stack?: string } = {}): NamedTopology {
  return load.text().topologyOfSynth(json, options);
}

/**
 * The topology of what a stack synthesizes now, overrides and escape hatches included. Names are construct paths,
 * Terraform addresses or Name tags. Throws InvalidStack for what has no `toTerraform`.
 */
export function topologyOfStack(stack: Synthesizable): NamedTopology {
  return load.stack().topologyOfStack(stack);
}

/**
 * Whether one party reaches another, and why not. The topology is made ready by the first question and kept as long
 * as it lives: thousands of questions about it cost little more than one. Throws UnknownEndpoint or AmbiguousName for a
 * name that means nothing or several things.
 */
export function reach(topology: Topology, question: Question): Verdict {
  return load.solver().reach(topology, question);
}

/** The answer to a question as text for people: the verdict, the way hop by hop, and what would open or close it. */
export function explain(topology: Topology, question: Question): string {
  return load.explain().explain(topology, question);
}

/**
 * Checks at synth, on the Terraform that is written, everything that the constructs of an app (or of one stack) record as
 * guaranteed by their network. An open path is an error that prints it; what cannot be told is an error too.
 *
 * ```ts
 * prove(app);
 * app.synth();
 * ```
 */
export function prove(app: Provable): void {
  load.prove().prove(app);
}
