import { Cidr } from '../addressing/cidr';
import { NetproofError } from '../addressing/netproof-error';
import { Traffic } from '../addressing/traffic';

/** The parts of a policy that open something: the same fields as in a policy file, which fits here as it is. */
export interface PolicyRules {
  readonly allow?: readonly PolicyFlow[];
  readonly permit?: readonly PolicyFlow[];
  readonly networks?: Readonly<Record<string, PolicyTerms>>;
}

export interface PolicyFlow {
  readonly from: string | readonly string[];
  readonly to: string | readonly string[];
  readonly on: string;
}

/** What differs in one network. */
export interface PolicyTerms {
  readonly clients?: string | readonly string[];
  readonly ports?: Readonly<Record<string, string>>;
  readonly permit?: readonly PolicyFlow[];
}

/** One group may open traffic on another, or on a block outside. */
export interface Flow {
  readonly from: FlowEnd;
  readonly to: FlowEnd;
  readonly on: Traffic;
  /** The rule as people call it: `allow web api api-port`. */
  readonly rule: string;
}

/** A group of machines by its name, or an IPv4 block outside of the VPC. */
export type FlowEnd = { readonly group: string } | { readonly block: string };

/** What is read from a policy: its rules for one network, as flows, and what stands against that. */
export interface PolicyFlows {
  readonly flows: readonly Flow[];
  readonly problems: readonly string[];
}

export interface FlowOptions {
  /** Name under `networks` whose terms hold. */
  readonly network: string;
  /** The groups that there are. */
  readonly groups: readonly string[];
  /** Whether what the policy permits to and from outside is opened too, and not only what it demands. */
  readonly permits: boolean;
}

/**
 * The rules of a policy as flows between groups and blocks. A rule between parties of which none is a group here opens
 * nothing; one that has a group on one side and somebody unknown on the other is a problem.
 */
export function policyFlows(policy: PolicyRules, { network, groups, permits }: FlowOptions): PolicyFlows {
  const terms = policy.networks?.[network];
  const problems: string[] = [];
  if (policy.networks !== undefined && terms === undefined) {
    const names = Object.keys(policy.networks).join(', ');
    problems.push(
      `the policy has no terms for a network ${JSON.stringify(network)}; it has ${names}. Name one by "network".`,
    );
  }
  const ends = (party: string | readonly string[]): readonly (FlowEnd | string)[] =>
    [party].flat().flatMap((name: string) => {
      if (groups.includes(name)) return [{ group: name }];
      if (name !== 'clients') return [blockOf(name)];
      return terms?.clients === undefined ? [name] : ends(terms.clients);
    });
  const written = [
    ...(policy.allow ?? []).map((flow) => ['allow', flow] as const),
    ...(permits ? [...(policy.permit ?? []), ...(terms?.permit ?? [])] : []).map(
      (flow) => ['permit', flow] as const,
    ),
  ];
  const flows = written.flatMap(([kind, { from, to, on }]): Flow[] => {
    const rule = [kind, ...[from, to].map((party) => [party].flat().join('+')), on].join(' ');
    const [sources, targets] = [ends(from), ends(to)];
    const all = [...sources, ...targets];
    if (!all.some(isGroup)) return [];
    const strangers = all.filter((end) => typeof end === 'string');
    if (strangers.length > 0) {
      problems.push(...strangers.map((name) => `${rule}: ${strangerText(name, groups)}`));
      return [];
    }
    const traffic = trafficOf(on, terms?.ports ?? {}, rule, problems);
    return sources.flatMap((source) =>
      targets
        .filter((target) => isGroup(source) || isGroup(target))
        // What may pass between machines inside is tolerated, and not asked for.
        .filter((target) => kind === 'allow' || !isGroup(source) || !isGroup(target))
        .map((target) => ({ from: source as FlowEnd, to: target as FlowEnd, on: traffic, rule })),
    );
  });
  return { flows, problems };
}

export const isGroup = (end: FlowEnd | string): end is { readonly group: string } =>
  typeof end !== 'string' && 'group' in end;

/** The block that a party outside is, or its name when it is none that IPv4 rules can hold. */
function blockOf(name: string): FlowEnd | string {
  if (name === 'internet') return { block: '0.0.0.0/0' };
  try {
    const block = Cidr.parse(name.includes('/') ? name : `${name}/32`);
    return block.family === 4 ? { block: block.toString() } : name;
  } catch (error) {
    if (!NetproofError.is(error)) throw error;
    return name;
  }
}

function strangerText(name: string, groups: readonly string[]): string {
  if (name === 'internet6' || name.includes(':')) return `${name} is IPv6, which this VPC has none of.`;
  return (
    `${JSON.stringify(name)} is neither a group here (${groups.join(', ')}), nor internet, nor an IPv4 block. ` +
    'Say in "tiers" where its machines stand.'
  );
}

function trafficOf(
  on: string,
  ports: Readonly<Record<string, string>>,
  rule: string,
  problems: string[],
): Traffic {
  const parts = on.split(',').map((part) => part.trim());
  try {
    return Traffic.parse(parts.map((part) => ports[part] ?? part).join(', '));
  } catch (error) {
    if (!NetproofError.is(error)) throw error;
    problems.push(`${rule}: ${error.message}`);
    return Traffic.empty;
  }
}
