import type { Construct, IConstruct } from 'constructs';
import { refuseInvalid } from './invalid-props';

/** Lets a rule of `netproof lint` be broken, for a reason that stays in every report. */
export interface RecordedWaiver {
  /** Id of the rule: `docker-host-network`. */
  readonly rule: string;
  /** Why it may be broken here. */
  readonly reason: string;
  /** The last day on which it holds, as `2027-01-31`. @default - it does not end */
  readonly until?: string;
}

/** What is waived on each docker_container and docker_network, in the order in which it was said. */
const recorded = Symbol.for('netproof/docker/waivers');

/**
 * Waives rules of `netproof lint` for a construct: for every container and network at or below it. The waiver is written into
 * the Terraform, on the resource, as `//.netproof.waivers`. Throws InvalidProps for a waiver without a reason, for a day that
 * is none, and where there is nothing to write it on. Constructs that are added later are not waived.
 */
export function waiveLint(construct: Construct, ...waivers: readonly RecordedWaiver[]): void {
  const resources = construct.node.findAll().filter(isWaivable);
  refuseInvalid(construct.node.path, [
    ...(resources.length === 0
      ? ['there is no container and no network of Docker at or below it, on which a waiver could be written.']
      : []),
    ...waivers.flatMap(problems),
  ]);
  for (const resource of resources) {
    const all = (resource[recorded] ??= []);
    all.push(...waivers);
    resource.addOverride('//.netproof.waivers', [...all]);
  }
}

interface Waivable extends IConstruct {
  readonly terraformResourceType: string;
  addOverride(path: string, value: unknown): void;
  [recorded]?: RecordedWaiver[];
}

/** By what it has and not by its class, of which several copies may be loaded. */
function isWaivable(node: IConstruct): node is Waivable {
  const { terraformResourceType: type } = node as Partial<Waivable>;
  return type === 'docker_container' || type === 'docker_network';
}

function problems({ rule, reason, until }: RecordedWaiver): readonly string[] {
  return [
    ...(rule.trim() === '' ? ['a waiver names no rule: for example "docker-host-network".'] : []),
    ...(reason.trim() === ''
      ? [`the waiver of ${rule} gives no reason. Say why it may be broken here.`]
      : []),
    ...(until === undefined || isDay(until)
      ? []
      : [`the waiver of ${rule} ends on no day: ${JSON.stringify(until)}. Write it as 2027-01-31.`]),
  ];
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}
