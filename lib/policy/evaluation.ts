import type { Topology } from '../topology/topology';
import { type BindOptions, bindPolicy, type BoundPolicy, type Members, sizeOf } from './bound-policy';
import type { Finding } from './finding';
import { brokenPaths } from './must-reach';
import { Permits } from './permits';
import type { PolicyDocument, PolicyPath, RuleKind, Waiver } from './policy';
import { ruleName } from './policy-reader';
import { breaches, type Prohibition } from './prohibition';
import { ReachTable } from './reach-table';

/** `waived`: broken or not to be told, and allowed to be so for a time. */
export type RuleStatus = 'pass' | 'fail' | 'unknown' | 'waived';

export interface RuleResult {
  readonly kind: RuleKind;
  /** `deny web db` */
  readonly rule: string;
  /** Where it stands: `policies/shop.yaml:9:5`. */
  readonly place: string;
  readonly status: RuleStatus;
  /** Pairs of parties that it is about. */
  readonly pairs: number;
  /** What breaks it first, then what cannot be told, then what is listed only. */
  readonly findings: readonly Finding[];
  /** The waiver that names it, whether it needs it or not. */
  readonly waiver: Waiver | undefined;
}

/** How a policy fares in one network. */
export interface NetworkResult {
  /** Undefined when the policy names no networks. */
  readonly network: string | undefined;
  readonly rules: readonly RuleResult[];
}

export interface PolicyResult {
  readonly networks: readonly NetworkResult[];
  /** `fail` when a rule is broken, else `unknown` when one cannot be told, else `pass`. */
  readonly status: 'pass' | 'fail' | 'unknown';
}

export interface EvaluationOptions extends BindOptions {
  /** The day on which waivers are judged, as `2026-11-21`. */
  readonly today: string;
}

/**
 * Judges a policy in every network of it that the topology holds. Throws NoSuchNetwork when there is none, and InvalidPolicy for
 * names that mean nothing there, empty groups, contradictions and waivers that have ended.
 */
export function evaluatePolicy(
  document: PolicyDocument,
  topology: Topology,
  { today, ...options }: EvaluationOptions,
): PolicyResult {
  const bound = bindPolicy(document, topology, { ...options, problems: endedWaivers(document, today) });
  const table = new ReachTable(
    topology,
    bound.flatMap(({ flows }) => flows),
  );
  const networks = bound.map((policy) => judged(document, policy, table));
  const all = networks.flatMap(({ rules }) => rules.map(({ status }) => status));
  return { networks, status: all.includes('fail') ? 'fail' : all.includes('unknown') ? 'unknown' : 'pass' };
}

function endedWaivers({ policy, place }: PolicyDocument, today: string): readonly string[] {
  return (policy.waivers ?? []).flatMap(({ rule, until }, index) =>
    until < today
      ? [
          `${place(['waivers', index, 'until'])}: the waiver of ${JSON.stringify(rule)} ended on ${until}, and today is ${today}. Mend what breaks the rule, or give a later day.`,
        ]
      : [],
  );
}

interface Rule {
  readonly kind: RuleKind;
  readonly name: string;
  readonly path: PolicyPath;
  readonly pairs: number;
  /** Of an allow, what breaks it. */
  readonly broken?: () => readonly Finding[];
  /** Of the others, what they forbid. */
  readonly forbids: readonly Prohibition[];
}

function judged(document: PolicyDocument, policy: BoundPolicy, table: ReachTable): NetworkResult {
  const rules = rulesOf(policy, table);
  const found = breaches(
    table,
    rules.flatMap(({ forbids }) => forbids),
  );
  let next = 0;
  return {
    network: policy.network,
    rules: rules.map(({ kind, name, path, pairs, broken, forbids }): RuleResult => {
      const findings = broken === undefined ? forbids.flatMap(() => found[next++]!) : broken();
      const order = ['fail', 'unknown', 'listed'];
      const sorted = [...findings].sort((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
      const waiver = document.policy.waivers?.find(({ rule }) => ruleName(rule) === name);
      const [worst] = sorted;
      const status = worst === undefined || worst.status === 'listed' ? 'pass' : worst.status;
      return {
        kind,
        rule: name,
        place: document.place(path),
        status: status !== 'pass' && waiver !== undefined ? 'waived' : status,
        pairs,
        findings: sorted,
        waiver,
      };
    }),
  };
}

function rulesOf(policy: BoundPolicy, table: ReachTable): readonly Rule[] {
  const { flows, isolations, closed } = policy;
  const ofKind = (kind: string) => flows.filter((flow) => flow.kind === kind);
  const nothing = new Permits([]);
  const allowed = new Permits(ofKind('allow'));
  const everybody: Members = { endpoints: policy.endpoints, segments: new Map(), zones: policy.zones };
  return [
    ...ofKind('allow').map((flow): Rule => ({
      kind: 'allow',
      name: flow.name,
      path: flow.path,
      pairs: pairCount(flow.from, flow.to),
      broken: () => brokenPaths(table, flow),
      forbids: [],
    })),
    ...ofKind('deny').map(({ name, path, from, to, on }): Rule => ({
      kind: 'deny',
      name,
      path,
      pairs: pairCount(from, to),
      forbids: [
        {
          from,
          to,
          on: table.universe.shortened(on),
          about: 'flow',
          except: nothing,
          words: 'must not reach',
        },
      ],
    })),
    ...isolations.map(({ name, path, of }): Rule => ({
      kind: 'isolate',
      name,
      path,
      pairs: pairCount(of, everybody) + pairCount(everybody, of),
      forbids: [
        {
          from: of,
          to: everybody,
          on: table.universe.traffic,
          about: 'arrival',
          except: allowed,
          words: 'is isolated and must not send to',
        },
        {
          from: everybody,
          to: of,
          on: table.universe.traffic,
          about: 'flow',
          except: allowed,
          words: 'must not reach the isolated',
        },
      ],
    })),
    ...(closed
      ? [
          {
            kind: 'closed' as const,
            name: 'closed',
            path: ['closed'],
            pairs: pairCount(everybody, everybody),
            forbids: [
              {
                from: everybody,
                to: everybody,
                on: table.universe.traffic,
                about: 'arrival' as const,
                except: new Permits(flows.filter(({ kind }) => kind !== 'deny')),
                words: 'is not permitted to reach',
              },
            ],
          },
        ]
      : []),
  ];
}

/** Pairs of two, of which not both are zones. */
function pairCount(from: Members, to: Members): number {
  const same = [...from.endpoints.keys()].filter((id) => to.endpoints.has(id)).length;
  const sameSegments = [...from.segments.keys()].filter((id) => to.segments.has(id)).length;
  return sizeOf(from) * sizeOf(to) - from.zones.size * to.zones.size - same - sameSegments;
}
