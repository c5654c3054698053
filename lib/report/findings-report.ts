import type { LintedRule, LintFinding, LintResult } from '../lint/lint';
import type { CisNumber } from '../lint/rule';
import type { PolicyResult } from '../policy/evaluation';
import type { Finding } from '../policy/finding';
import { documentOfTopology } from '../readers/document-of-topology';
import type { Topology } from '../topology/topology';
import { counted } from './count';
import { summary } from './policy-table';

/** What `check` and `lint` found, in the one form that every format is written from. */
export interface FindingsReport {
  readonly command: 'check' | 'lint';
  readonly status: 'pass' | 'fail' | 'unknown';
  readonly sections: readonly ReportSection[];
}

/** The rules of one network, or all of them. */
export interface ReportSection {
  /** Undefined where there is only one. */
  readonly name: string | undefined;
  readonly rules: readonly ReportedRule[];
  /** `8 of 9 hold, 1 is broken` */
  readonly summary: string;
}

export interface ReportedRule {
  /** `deny web db`, `docker-host-network`. */
  readonly id: string;
  readonly kind: string;
  /** What it asks for. */
  readonly title: string;
  readonly severity: 'error' | 'warning' | 'note';
  readonly status: 'pass' | 'fail' | 'unknown' | 'waived';
  /** Where the rule itself is written: `policies/shop.yaml:9:5`. @default - in netproof */
  readonly place?: string;
  readonly why?: string;
  readonly fix?: string;
  readonly cis?: CisNumber;
  readonly findings: readonly ReportedFinding[];
}

export interface ReportedFinding {
  readonly status: 'fail' | 'unknown' | 'waived' | 'listed';
  readonly claim: string;
  /** Resources that take part, the one to change first. */
  readonly places: readonly ReportedPlace[];
  /** Keys of what would settle it, each with its expression. */
  readonly unknowns: readonly { readonly key: string; readonly text: string }[];
  /** The path of it, hop by hop, for people. Worked out when called. */
  readonly explain?: () => string;
  readonly waiver?: { readonly reason: string; readonly until?: string };
}

export interface ReportedPlace {
  /** Terraform address, down to the attribute: `docker_container.web.ports[0]`; or a zone. */
  readonly name: string;
  readonly constructPath?: string;
  /** The Terraform that it was read from, as it was named. */
  readonly file?: string;
}

/** What `lint` found. */
export function lintReport({ status, rules }: LintResult): FindingsReport {
  return {
    command: 'lint',
    status,
    sections: [{ name: undefined, rules: rules.map(lintedRule), summary: lintSummary(rules) }],
  };
}

function lintedRule({ rule, status, findings }: LintedRule): ReportedRule {
  const { id, severity, title, why, fix, cis } = rule;
  return {
    id,
    kind: 'lint',
    title,
    severity,
    status,
    why,
    fix,
    ...(cis !== undefined && { cis }),
    findings: findings.map(lintFinding),
  };
}

function lintFinding({ status, claim, origin, file, unknowns, waiver }: LintFinding): ReportedFinding {
  const { address, attribute, constructPath } = origin;
  return {
    status,
    claim,
    places: [
      {
        name: attribute === undefined ? address : `${address}.${attribute}`,
        ...(constructPath !== undefined && { constructPath }),
        ...(file !== undefined && { file }),
      },
    ],
    unknowns,
    ...(waiver !== undefined && {
      waiver: { reason: waiver.reason, ...(waiver.until !== undefined && { until: waiver.until }) },
    }),
  };
}

/** `18 of 20 rules hold, 1 is broken, 1 is waived` */
export function lintSummary(rules: readonly LintedRule[]): string {
  const number = (status: LintedRule['status']): number =>
    rules.filter((rule) => rule.status === status).length;
  const others = [
    ...told(number('fail'), 'is broken', 'are broken'),
    ...told(number('unknown'), 'cannot be told', 'cannot be told'),
    ...told(number('waived'), 'is waived', 'are waived'),
  ];
  return [
    `${number('pass')} of ${counted(rules.length, 'rule')} ${rules.length === 1 ? 'holds' : 'hold'}`,
    ...others,
  ].join(', ');
}

function told(count: number, one: string, many: string): readonly string[] {
  return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
}

/** What `check` found in a topology. */
export function policyReport({ status, networks }: PolicyResult, topology: Topology): FindingsReport {
  const placeOf = places(topology);
  return {
    command: 'check',
    status,
    sections: networks.map(({ network, rules }) => ({
      name: network,
      summary: summary(rules),
      rules: rules.map(({ kind, rule, place, status: own, findings, waiver }): ReportedRule => ({
        id: rule,
        kind,
        title: titles[kind],
        severity: 'error',
        status: own,
        place,
        findings: findings.map((finding): ReportedFinding => ({
          status: own === 'waived' && finding.status !== 'listed' ? 'waived' : finding.status,
          claim: finding.claim,
          places: placesOf(finding).map(placeOf),
          unknowns: finding.unknowns,
          explain: finding.explain,
          ...(own === 'waived' &&
            waiver !== undefined && { waiver: { reason: waiver.reason, until: waiver.until } }),
        })),
      })),
    })),
  };
}

const titles = {
  allow: 'What must be reachable is',
  permit: 'What may be reachable',
  deny: 'What must not be reachable is not',
  isolate: 'What is isolated is',
  closed: 'Nothing is reachable that no rule names',
} as const;

/** The first of each side: where to look first is who is reached. */
function placesOf({ from, to }: Finding): readonly string[] {
  return [to[0], from[0]].filter((name) => name !== undefined);
}

function places(topology: Topology): (name: string) => ReportedPlace {
  const document = documentOfTopology(topology);
  const files = new Map(
    (document === undefined ? [] : (document.parts ?? [document])).map(({ stack, file }) => [stack, file]),
  );
  const stacks = new Map(document?.resources.map(({ address, stack }) => [address, stack]));
  return (name) => {
    const file = files.get(stacks.get(name) ?? '') ?? (stacks.has(name) ? document?.file : undefined);
    const origin = topology.endpoints.get(name)?.origin ?? topology.segments.get(name)?.origin;
    return {
      name,
      ...(origin?.constructPath !== undefined && { constructPath: origin.constructPath }),
      ...(file !== undefined && { file }),
    };
  };
}
