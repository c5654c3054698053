import type { Traffic } from '../addressing/traffic';
import { trafficText } from '../reachability/explanation-rule';
import type { Verdict } from '../reachability/verdict';
import type { Party } from '../topology/lookup';
import { type BoundFlow, idOf, partiesOf } from './bound-policy';
import { explained, type Finding, labelOf } from './finding';
import type { ReachTable } from './reach-table';

/** So many are asked about sooner than in bulk. */
const fewPairs = 50;

/** Where an `allow` does not hold, or cannot be told to: all of it has to pass, for every pair. */
export function brokenPaths(table: ReachTable, flow: BoundFlow): readonly Finding[] {
  const findings: Finding[] = [];
  const pairs = [...pairsOf(table, partiesOf(flow.from), partiesOf(flow.to))];
  for (const [from, to] of pairs) {
    const [source, target] = otherThanItself(from, to)!;
    const surely = pairs.length > fewPairs && table.surelyReaches(source, target, flow.on);
    const status = surely ? 'pass' : statusOf(table, from, to, flow.on);
    if (status === 'pass') continue;
    const verdict = table.verdict(source, target, flow.on);
    findings.push(findingOf(table, from, to, flow.on, status, verdict));
  }
  return findings;
}

type Parties = readonly Party[];

/** Pairs of parties that nothing tells apart from others, each with those others. */
export function* pairsOf(
  table: ReachTable,
  from: Parties,
  to: Parties,
): Iterable<readonly [Parties, Parties]> {
  const [sources, targets] = [byKind(table, from), byKind(table, to)];
  for (const source of sources) {
    for (const target of targets) {
      if (source[0]!.kind === 'zone' && target[0]!.kind === 'zone') continue;
      if (otherThanItself(source, target) !== undefined) yield [source, target];
    }
  }
}

/** The first pair of two that are two. */
export function otherThanItself(from: Parties, to: Parties): readonly [Party, Party] | undefined {
  // Two are enough on one side, since one of them is another than whoever stands first on the other.
  const [source, another] = from;
  const [target, other] = to;
  if (source === undefined || target === undefined) return undefined;
  if (!isSame(source, target)) return [source, target];
  if (other !== undefined) return [source, other];
  return another === undefined ? undefined : [another, target];
}

export const isSame = (a: Party, b: Party): boolean => a.kind === b.kind && idOf(a) === idOf(b);

function byKind(table: ReachTable, parties: Parties): readonly Parties[] {
  const kinds = new Map<string, Party[]>();
  for (const party of parties) {
    const kind = table.kindOf(party);
    const known = kinds.get(kind);
    if (known === undefined) kinds.set(kind, [party]);
    else known.push(party);
  }
  return [...kinds.values()];
}

function statusOf(table: ReachTable, from: Parties, to: Parties, on: Traffic): 'pass' | 'fail' | 'unknown' {
  const [source, target] = otherThanItself(from, to)!;
  const { kind, mayPass } = table.verdict(source, target, on);
  if (kind === 'reachable') return 'pass';
  // Of a protocol that one family alone has, nothing is missing in the other.
  const possible = ([4, 6] as const).some((family) => mayPass.contains(on.inFamily(family)));
  return kind === 'unknown' && possible ? 'unknown' : 'fail';
}

function findingOf(
  table: ReachTable,
  from: Parties,
  to: Parties,
  on: Traffic,
  status: 'fail' | 'unknown',
  { kind, passes, unknowns }: Verdict,
): Finding {
  const [source, target] = otherThanItself(from, to)!;
  const { topology } = table;
  const names = `${labelOf(topology, source)} must reach ${labelOf(topology, target)} on ${trafficText(on)}`;
  const claim =
    status === 'unknown'
      ? `${names}, and whether it does cannot be told`
      : `${names}, and ${kind === 'partial' && !passes.isEmpty() ? `not all of that passes` : 'does not'}`;
  return {
    status,
    claim,
    from: from.map(idOf),
    to: to.map(idOf),
    on,
    unknowns,
    explain: explained(topology, source, target, on),
  };
}
