import { NetproofError } from '../addressing/netproof-error';
import { documentOfTopology } from '../readers/document-of-topology';
import { withoutConcealed } from '../topology/concealed';
import type { Topology } from '../topology/topology';
import type { Origin } from '../topology/origin';
import type { Unknown } from '../topology/value';
import { lintRules } from './rules';
import { type LintRule, type Observation, severities, type Severity } from './rule';
import { LintSubject } from './subject';
import { isFor, type PlacedWaiver, readWaivers, recordedWaivers, refuseEnded } from './waiver';

/** `waived`: broken or not to be told, and allowed to be so. */
export type LintStatus = 'pass' | 'fail' | 'unknown' | 'waived';

export interface LintFinding {
  readonly status: Exclude<LintStatus, 'pass'>;
  /** One sentence, without a full stop. */
  readonly claim: string;
  readonly origin: Origin;
  /** The file that its resource was read from, as the user named it; undefined for several, or for text given in code. */
  readonly file: string | undefined;
  /** What would settle it; empty unless it cannot be told. */
  readonly unknowns: readonly Unknown[];
  readonly waiver: PlacedWaiver | undefined;
}

export interface LintedRule {
  readonly rule: LintRule;
  readonly status: LintStatus;
  /** What breaks it first, then what cannot be told, then what is waived. */
  readonly findings: readonly LintFinding[];
}

export interface LintResult {
  /** `fail` when a rule that counts is broken, else `unknown` when one cannot be told, else `pass`. */
  readonly status: 'pass' | 'fail' | 'unknown';
  /** Every rule that was asked, in the order of the rules. */
  readonly rules: readonly LintedRule[];
  /** Waivers of the list that nothing needed; what is recorded in the Terraform may be for another INPUT. */
  readonly idleWaivers: readonly PlacedWaiver[];
  /** The mildest severity that counts. */
  readonly failOn: Severity;
}

export interface LintOptions {
  /** A list of waivers beside those in the Terraform, as data. @default - none */
  readonly waivers?: unknown;
  /** Where a part of `waivers` stands. @default - `waivers[2]` */
  readonly place?: (path: readonly (string | number)[]) => string;
  /** The day on which waivers are judged, as `2026-11-21`. */
  readonly today: string;
  /** The mildest severity that breaks. @default "warning" */
  readonly failOn?: Severity;
  /** Ids of the rules that are asked. @default - all */
  readonly only?: readonly string[];
}

/**
 * Asks every rule about a topology and the Terraform that it was made of. Throws InvalidWaivers for waivers that cannot be
 * read, that name no rule or that have ended, and NoTerraform for a topology that was made otherwise.
 */
export function lint(topology: Topology, options: LintOptions): LintResult {
  const { waivers, place, today, failOn = 'warning', only } = options;
  const document = documentOfTopology(topology);
  if (document === undefined) {
    throw new NetproofError(
      'NoTerraform',
      'this topology was not read from Terraform, and rules are about what is written there. Ask topologyOfSynth or a plan.',
    );
  }
  const ids = lintRules.map(({ id }) => id);
  const given =
    waivers === undefined
      ? []
      : readWaivers(waivers, ids, place ?? (([at]) => (at === undefined ? 'waivers' : `waivers[${at}]`)));
  const all = [...recordedWaivers(document, ids), ...given];
  refuseEnded(all, today);
  const needed = new Set<PlacedWaiver>();
  const files = filesOf(document);
  const subject = new LintSubject(topology, document);
  const rules = lintRules
    .filter(({ id }) => only === undefined || only.includes(id))
    .map((rule): LintedRule => {
      const findings = [...rule.check(subject)].map((observation): LintFinding => {
        const waiver = all.find((one) => one.rule === rule.id && isFor(one, observation.origin));
        if (waiver !== undefined) needed.add(waiver);
        const claim = withoutConcealed(topology, observation.claim);
        return findingOf({ ...observation, claim }, files.get(observation.origin.address), waiver);
      });
      const order: readonly LintStatus[] = ['fail', 'unknown', 'waived'];
      const sorted = [...findings].sort((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
      return { rule, status: sorted[0]?.status ?? 'pass', findings: sorted };
    });
  const counted = rules.filter(({ rule }) => severities.indexOf(rule.severity) <= severities.indexOf(failOn));
  const found = counted.map(({ status }) => status);
  return {
    status: found.includes('fail') ? 'fail' : found.includes('unknown') ? 'unknown' : 'pass',
    rules,
    idleWaivers: given.filter((one) => !needed.has(one)),
    failOn,
  };
}

function findingOf(
  { claim, origin, unknowns = [] }: Observation,
  file: string | undefined,
  waiver: PlacedWaiver | undefined,
): LintFinding {
  const status = waiver !== undefined ? 'waived' : unknowns.length > 0 ? 'unknown' : 'fail';
  return { status, claim, origin, file, unknowns, waiver };
}

/** Which file each resource was read from, by address. */
function filesOf(document: LintSubject['document']): ReadonlyMap<string, string | undefined> {
  const parts = document.parts ?? [document];
  const files = new Map(parts.map(({ stack, file }) => [stack, file]));
  return new Map(
    document.resources.map(({ address, stack }) => [address, files.get(stack) ?? document.file]),
  );
}
