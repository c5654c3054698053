import type { FindingsReport, ReportedFinding, ReportedPlace, ReportedRule } from './findings-report';

/** Paths that are worked out for a report, per rule: each may be long, and a program reads the rest from JSON. */
const shownPaths = 3;

/**
 * A report as a SARIF 2.1.0 log: one rule per rule, one result per finding that does not hold. Results point at the
 * Terraform file and, as a logical location, at the address in it; the line of the policy is a related location. What is
 * waived is suppressed, with its reason.
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function sarifOf(report: FindingsReport, version: string): object {
  const rules = new Map<string, ReportedRule>();
  for (const { rules: own } of report.sections) {
    for (const rule of own) if (!rules.has(idOf(rule))) rules.set(idOf(rule), rule);
  }
  const indices = new Map([...rules.keys()].map((id, index) => [id, index]));
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: `netproof ${report.command}`,
            version,
            semanticVersion: version,
            rules: [...rules.values()].map(descriptorOf),
          },
        },
        columnKind: 'utf16CodeUnits',
        invocations: [{ executionSuccessful: true }],
        results: report.sections.flatMap(({ name, rules: own }) =>
          own.flatMap((rule) =>
            rule.findings
              .filter(({ status }) => status !== 'listed')
              .map((finding, at) => resultOf(finding, rule, indices.get(idOf(rule))!, name, at)),
          ),
        ),
      },
    ],
  };
}

/** A policy's rules have names with spaces; ids have none. */
function idOf({ id, kind }: ReportedRule): string {
  return kind === 'lint' ? id : `policy/${id.replace(/\s+/g, '/')}`;
}

function descriptorOf(rule: ReportedRule): object {
  const { title, severity, why, fix, cis, id, kind } = rule;
  const help = [...(why === undefined ? [] : [why]), ...(fix === undefined ? [] : [fix])].join('\n\n');
  return {
    id: idOf(rule),
    shortDescription: { text: kind === 'lint' ? title : `${title}: ${id}` },
    ...(why !== undefined && { fullDescription: { text: why } }),
    ...(help !== '' && { help: { text: help } }),
    defaultConfiguration: { level: severity },
    properties: {
      tags: ['network', ...(cis === undefined ? [] : [`${cis.benchmark} ${cis.number}`])],
    },
  };
}

function resultOf(
  { status, claim, places, unknowns, explain, waiver }: ReportedFinding,
  rule: ReportedRule,
  ruleIndex: number,
  network: string | undefined,
  at: number,
): object {
  const path = explain !== undefined && at < shownPaths ? [explain()] : [];
  const settles = unknowns.map(({ key }) => `settles it: ${key}`);
  const text = [`${network === undefined ? '' : `${network}: `}${claim}.`, ...settles, ...path].join('\n');
  const [first, ...others] = places;
  const related = [...others.map(locationOf), ...(rule.place === undefined ? [] : [policyLine(rule.place)])];
  return {
    ruleId: idOf(rule),
    ruleIndex,
    // Only a failure has a level: what cannot be told is open.
    kind: status === 'unknown' ? 'open' : 'fail',
    level: status === 'unknown' ? 'none' : rule.severity,
    message: { text },
    locations: first === undefined ? [] : [locationOf(first)],
    ...(related.length > 0 && {
      relatedLocations: related.map((location, id) => ({ id: id + 1, ...location })),
    }),
    partialFingerprints: {
      'netproof/v1': [network ?? '', rule.id, ...places.map(({ name }) => name), claim].join('|'),
    },
    ...(waiver !== undefined && {
      suppressions: [
        {
          kind: 'inSource',
          status: 'accepted',
          justification: `${waiver.until === undefined ? '' : `until ${waiver.until}: `}${waiver.reason}`,
        },
      ],
    }),
  };
}

function locationOf({ name, constructPath, file }: ReportedPlace): object {
  return {
    ...(file !== undefined &&
      file !== '-' && { physicalLocation: { artifactLocation: { uri: uriOf(file) } } }),
    logicalLocations: [
      { fullyQualifiedName: name, kind: 'resource' },
      ...(constructPath === undefined ? [] : [{ fullyQualifiedName: constructPath, kind: 'construct' }]),
    ],
  };
}

/** `policies/shop.yaml:9:5` */
function policyLine(place: string): object {
  const [, file = place, line, column] = /^([^]*?)(?::(\d+):(\d+))?$/.exec(place) ?? [];
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(file) },
      ...(line !== undefined && { region: { startLine: Number(line), startColumn: Number(column) } }),
    },
    message: { text: 'the rule' },
  };
}

/** A path as a URI reference, with slashes; what URIs keep for themselves is escaped. */
function uriOf(file: string): string {
  const path = file.replaceAll('\\', '/');
  const absolute = /^(?:[A-Za-z]:)?\//.test(path);
  const escaped = path
    .replace(/^\//, '')
    .replace(/\p{Cs}/gu, '\ufffd')
    .split('/')
    .map((part) => encodeURIComponent(part).replace(/^([A-Za-z])%3A$/, '$1:'))
    .join('/');
  return absolute ? `file:///${escaped}` : escaped;
}
