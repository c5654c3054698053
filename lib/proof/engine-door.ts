// What the door `netproof` offers of the engine. Its rooms load at the first call, so that an app which only wants an
// address or a construct does not pay for them.
import { NetproofError } from '../addressing/netproof-error';
import type { PlanReading, TerraformJson, TopologyReading } from '../inputs/topology-of-text';
import type { DifferenceOptions } from '../reachability/difference';
import type { LintOptions, LintResult } from '../lint/lint';
import type { MatrixOptions } from '../reachability/matrix';
import type { PolicyResult } from '../policy/evaluation';
import type { Policy, PolicyDocument } from '../policy/policy';
import type { Resolution } from '../reachability/name-resolution';
import type { Question } from '../reachability/question';
import type { Verdict } from '../reachability/verdict';
import type { NamedTopology } from '../topology/subject';
import { isTopology, type Topology } from '../topology/topology';
import type { Provable } from './prove';
import type { ReachDifference } from './reach-difference';
import type { ReachMatrix } from './reach-matrix';
import type { Synthesizable } from './topology-of-stack';

/* eslint-disable @typescript-eslint/no-require-imports -- loads when it is called */
const load = {
  text: () => require('../inputs/topology-of-text') as typeof import('../inputs/topology-of-text'),
  explain: () => require('../reachability/explain') as typeof import('../reachability/explain'),
  solver: () => require('../reachability/solver') as typeof import('../reachability/solver'),
  names: () => require('../reachability/name-resolution') as typeof import('../reachability/name-resolution'),
  matrix: () => require('./reach-matrix') as typeof import('./reach-matrix'),
  difference: () => require('./reach-difference') as typeof import('./reach-difference'),
  prove: () => require('./prove') as typeof import('./prove'),
  policyFile: () => require('../inputs/policy-file') as typeof import('../inputs/policy-file'),
  policyReader: () => require('../policy/policy-reader') as typeof import('../policy/policy-reader'),
  evaluation: () => require('../policy/evaluation') as typeof import('../policy/evaluation'),
  lint: () => require('../lint/lint') as typeof import('../lint/lint'),
  stack: () => require('./topology-of-stack') as typeof import('./topology-of-stack'),
};
/* eslint-enable @typescript-eslint/no-require-imports */

/**
 * The topology of Terraform JSON as it is written before any plan: a cdk.tf.json or `*.tf.json`, as text, bytes or parsed.
 *
 * ```ts
 * const net = topologyOfSynth(readFileSync('cdktf.out/stacks/shop/cdk.tf.json', 'utf8'));
 * reach(net, { from: 'web', to: 'db', on: tcp(5432) }).kind; // 'reachable'
 * ```
 *
 * Throws InvalidTerraform for what is none, CyclicReference for names that refer to each other in a ring, and
 * UnusedAssumption or ContradictoryAssumption for a member of `values` that settles nothing.
 */
export function topologyOfSynth(json: TerraformJson, reading?: TopologyReading): NamedTopology {
  return load.text().topologyOfSynth(json, reading);
}

/**
 * The topology that a plan makes: what `terraform show -json plan` prints, of Terraform or OpenTofu, whoever wrote the
 * configuration, modules included. Throws as `topologyOfSynth` does, and for a plan that failed or is of a newer format.
 */
export function topologyOfPlan(json: TerraformJson, reading?: PlanReading): NamedTopology {
  return load.text().topologyOfPlan(json, reading);
}

/** The topology that is there: what `terraform show -json` prints of a state. Throws as `topologyOfPlan` does. */
export function topologyOfState(json: TerraformJson, reading?: PlanReading): NamedTopology {
  return load.text().topologyOfState(json, reading);
}

/**
 * The topology of what a stack synthesizes now, overrides and escape hatches included. Names are construct paths,
 * Terraform addresses or Name tags. Throws InvalidStack for what has no `toTerraform`.
 */
export function topologyOfStack(stack: Synthesizable, reading?: TopologyReading): NamedTopology {
  return load.stack().topologyOfStack(stack, reading);
}

/**
 * Whether one party reaches another, and why not. The topology is made ready by the first question and kept as long
 * as it lives: thousands of questions about it cost little more than one. Throws UnknownEndpoint or AmbiguousName for a
 * name that means nothing or several things.
 */
export function reach(topology: Topology, question: Question): Verdict {
  return load.solver().reach(asTopology(topology, 'reach'), question);
}

/** The answer to a question as text for people: the verdict, the way hop by hop, and what would open or close it. */
export function explain(topology: Topology, question: Question): string {
  return load.explain().explain(asTopology(topology, 'explain'), question);
}

/**
 * What a name means to an endpoint: whose it is, at which address and by which network, or that it asks outside.
 *
 * ```ts
 * resolve(net, { from: 'api', name: 'postgres' }).answers[0]?.owner; // 'docker_container.postgres'
 * ```
 *
 * Throws InvalidName for what is none, and UnknownEndpoint or AmbiguousName as `reach` does.
 */
export function resolve(topology: Topology, { from, name }: NameQuestion): Resolution {
  return load.names().resolve(asTopology(topology, 'resolve'), from, name);
}

/** Who asks for which name. */
export interface NameQuestion {
  /** An endpoint: its Terraform address, construct path or unique name. */
  readonly from: string;
  readonly name: string;
}

/**
 * Who reaches whom on what, for all endpoints and zones at once: rows of data that print as a table.
 *
 * ```ts
 * for (const { from, to, passes } of matrix(net).rows) console.log(from, to, String(passes));
 * ```
 */
export function matrix(topology: Topology, options?: MatrixOptions): ReachMatrix {
  return load.matrix().reachMatrix(asTopology(topology, 'matrix'), options);
}

/**
 * What a change opens and closes, and the rule, route or address that does it; what the Internet takes part in first.
 * Endpoints are compared by their Terraform addresses.
 *
 * ```ts
 * const { opens, rows } = diff(topologyOfPlan(main), topologyOfPlan(pullRequest));
 * ```
 */
export function diff(before: Topology, after: Topology, options?: DifferenceOptions): ReachDifference {
  return load.difference().reachDifference(asTopology(before, 'diff'), asTopology(after, 'diff'), options);
}

/**
 * The policy of a file, YAML or JSON. Throws InvalidPolicy with line and column of everything that is wrong in it, and
 * InputNotFound.
 */
export function policyOfFile(file: string): PolicyDocument {
  const { value, place } = load.policyFile().readPolicyFile(file);
  return load.policyReader().readPolicy(value, place);
}

/**
 * Judges a policy in every network of it that the topology holds: `pass`, `fail` or `unknown`, rule by rule. Throws
 * InvalidPolicy for one that has mistakes, and NoSuchNetwork when none of its networks is there.
 */
export function checkPolicy(
  topology: Topology,
  policy: Policy | PolicyDocument,
  options: CheckOptions = {},
): PolicyResult {
  const { today = new Date().toISOString().slice(0, 10), network } = options;
  const document = 'place' in policy ? policy : load.policyReader().readPolicy(policy);
  return load
    .evaluation()
    .evaluatePolicy(document, topology, { today, ...(network !== undefined && { network }) });
}

export interface CheckOptions {
  /** The network of the policy that the topology is. @default - by the names of its stacks */
  readonly network?: string;
  /** The day on which waivers are judged, as `2027-01-31`. @default - today, in UTC */
  readonly today?: string;
}

/**
 * Asks the rules of docs/lint.md about a topology and the Terraform that it was read from: `pass`, `fail` or `unknown`, rule by
 * rule, with what is waived and why. Throws InvalidWaivers for waivers that cannot be used, and NoTerraform.
 */
export function lint(topology: Topology, options: Partial<LintOptions> = {}): LintResult {
  const { today = new Date().toISOString().slice(0, 10) } = options;
  return load.lint().lint(topology, { ...options, today });
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

/** Also takes a topology that another copy of this package made. */
function asTopology(value: Topology, call: string): Topology {
  if (isTopology(value)) return value;
  throw new NetproofError(
    'InvalidTopology',
    `${call} takes a topology, and this is none. topologyOfPlan(json), topologyOfSynth(json) or topologyOfStack(stack) makes one.`,
  );
}
