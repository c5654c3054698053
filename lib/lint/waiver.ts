import { NetproofError } from '../addressing/netproof-error';
import { quote } from '../addressing/quote';
import type { Resource, TerraformDocument } from '../readers/terraform-document';
import { nearestNames } from '../topology/nearest-names';
import type { Origin } from '../topology/origin';

/** Lets a rule be broken, for a reason that stays in every report. */
export interface LintWaiver {
  /** Id of the rule: `docker-host-network`. */
  readonly rule: string;
  /** Terraform address or construct path that it is for; `*` is any letters. @default - whatever breaks the rule */
  readonly on?: string;
  readonly reason: string;
  /** The last day on which it holds, as `2027-01-31`. @default - it does not end */
  readonly until?: string;
}

/** A waiver, and where it stands. */
export interface PlacedWaiver extends LintWaiver {
  /** `docker_container.web`, or `waivers.yaml:3:5`. */
  readonly place: string;
  /** Address of the one resource that it was recorded on. */
  readonly resource?: string;
}

/** Rules that the reason of a published port answers: it says why a port is open that need not be. */
const answeredByPublishReason = ['docker-published-everywhere', 'docker-tier-bypassed'];

/**
 * Waivers that are recorded in the Terraform itself, on the resource that they are for: `//.netproof.waivers`, and
 * `//.netproof.publishReason` of our constructs. A plan has them when a synth is joined on.
 */
export function recordedWaivers(
  document: TerraformDocument,
  rules: Iterable<string>,
): readonly PlacedWaiver[] {
  const known = [...rules];
  return document.resources.flatMap((resource) => recordedOn(resource, known));
}

function recordedOn({ address, netproof }: Resource, rules: readonly string[]): readonly PlacedWaiver[] {
  if (!isRecord(netproof)) return [];
  const { waivers, publishReason } = netproof;
  const published =
    typeof publishReason === 'string'
      ? answeredByPublishReason.map((rule) => ({ rule, reason: publishReason }))
      : [];
  const read =
    waivers === undefined ? [] : readWaivers(waivers, rules, () => `${address}.//.netproof.waivers`);
  return [...published, ...read].map((waiver) => ({ ...waiver, place: address, resource: address }));
}

/**
 * Reads what should be a list of waivers. Throws InvalidWaivers with every problem at once; `place` tells where a part
 * stands.
 */
export function readWaivers(
  value: unknown,
  rules: Iterable<string>,
  place: (path: readonly (string | number)[]) => string,
): readonly PlacedWaiver[] {
  const known = [...rules];
  const problems: string[] = [];
  if (!Array.isArray(value)) {
    throw invalid([`${place([])}: waivers are a list: - { rule: docker-host-network, reason: ... }.`]);
  }
  const waivers = value.flatMap((given: unknown, at): readonly PlacedWaiver[] => {
    const problem = problemOf(given, known);
    if (problem === undefined) return [{ ...(given as LintWaiver), place: place([at]) }];
    problems.push(`${place([at])}: ${problem}`);
    return [];
  });
  if (problems.length > 0) throw invalid(problems);
  return waivers;
}

function problemOf(given: unknown, rules: readonly string[]): string | undefined {
  if (!isRecord(given)) return 'a waiver is an object: { rule: docker-host-network, reason: ... }.';
  const { rule, on, reason, until, ...others } = given;
  const [other] = Object.keys(others);
  if (other !== undefined) return `a waiver has rule, on, reason and until, and no ${quote(other)}.`;
  if (typeof rule !== 'string' || !rules.includes(rule)) {
    const near = nearestNames(String(rule), rules).map((name) => quote(name));
    const guess = near.length === 0 ? 'See docs/lint.md.' : `Did you mean ${near.join(' or ')}?`;
    return `no rule is called ${quote(String(rule))}. ${guess}`;
  }
  if (typeof reason !== 'string' || reason.trim() === '') {
    return `the waiver of ${rule} gives no reason. Say why it may be broken here.`;
  }
  if (on !== undefined && (typeof on !== 'string' || on === '')) {
    return `the waiver of ${rule} is "on" a Terraform address or construct path: docker_container.agent.`;
  }
  if (until !== undefined && !isDay(until)) {
    return `the waiver of ${rule} ends on no day: ${quote(until)}. Write it as 2027-01-31.`;
  }
  return undefined;
}

function isDay(value: unknown): value is string {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const day = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value);
}

/** Throws InvalidWaivers for those that have ended. */
export function refuseEnded(waivers: readonly PlacedWaiver[], today: string): void {
  const problems = waivers.flatMap(({ rule, until, place }) =>
    until !== undefined && until < today
      ? [
          `${place}: the waiver of ${rule} ended on ${until}, and today is ${today}. Mend what breaks the rule, or give a later day.`,
        ]
      : [],
  );
  if (problems.length > 0) throw invalid(problems);
}

/** Whether a waiver is for what breaks its rule at this place. */
export function isFor({ resource, on }: PlacedWaiver, { address, constructPath }: Origin): boolean {
  if (resource !== undefined) return resource === address;
  if (on === undefined) return true;
  const escaped = on.replace(/[\\^$.+?()[\]{}|]/g, '\\$&').replaceAll('*', '.*');
  const pattern = new RegExp(`^${escaped}$`, 's');
  return [address, constructPath].some((name) => name !== undefined && pattern.test(name));
}

function invalid(problems: readonly string[]): NetproofError {
  const [only, ...more] = problems;
  const message =
    more.length === 0
      ? `The waivers cannot be used. ${only!}`
      : `The waivers cannot be used, for ${problems.length} reasons:\n${problems.map((one) => `- ${one}`).join('\n')}`;
  return new NetproofError('InvalidWaivers', message, problems);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
