import { allTraffic, type Traffic } from '../addressing/traffic';
import { explained } from '../policy/finding';
import { matrix, type MatrixGroup } from '../reachability/matrix';
import { solverOf } from '../reachability/solver';
import { lookup, type Party } from '../topology/lookup';
import { dataWithoutConcealed } from '../topology/concealed';
import type { Topology } from '../topology/topology';
import { wayText } from './matrix-table';
import { printable, printableLines } from './printable';

/** Who reaches whom, as a page shows it: parties in groups that come out alike, and what passes between two groups. */
export interface PageData {
  readonly parties: readonly PageParty[];
  /** Pairs of groups between which anything passes, or may, or of which the path is told; by `from * groups + to`. */
  readonly pairs: Readonly<Record<string, PagePair>>;
  readonly groups: number;
  /** What was asked of every pair. */
  readonly asked: string;
  /** Pairs of groups whose path is told, of all that there are. */
  readonly told: { readonly pairs: number; readonly of: number };
  /** Things that may pass flows on, and nobody knows which. */
  readonly gaps: readonly string[];
}

export interface PageParty {
  /** Terraform address, or the word for a zone. */
  readonly id: string;
  readonly label: string;
  readonly kind: 'endpoint' | 'zone';
  readonly group: number;
}

export interface PagePair {
  /** What passes in every world; empty for nothing. */
  readonly passes?: string;
  /** What may pass besides. */
  readonly perhaps?: string;
  readonly ways?: readonly string[];
  /** Keys of what would settle it. */
  readonly unknowns?: readonly string[];
  /** The path, hop by hop, of the first of each side. */
  readonly text?: string;
}

export interface PageOptions {
  readonly on?: Traffic | undefined;
  /** Pairs of groups whose path is told; working one out takes some ten milliseconds. @default 250 */
  readonly mostTold?: number;
}

/** Works out what a page shows of a topology. */
export function pageDataOf(topology: Topology, { on, mostTold = 250 }: PageOptions = {}): PageData {
  const asked = on ?? allTraffic();
  const table = matrix(topology, { on: asked, otherWays: true });
  const numbers = new Map<MatrixGroup, number>();
  const byMember = new Map<string, MatrixGroup>();
  const add = (group: MatrixGroup): number => {
    // Zones are groups of one that are made anew where they are met.
    const known = byMember.get(group.members[0]!);
    if (known !== undefined) return numbers.get(known)!;
    for (const member of group.members) byMember.set(member, group);
    numbers.set(group, numbers.size);
    return numbers.size - 1;
  };
  for (const group of table.groups()) add(group);
  for (const zone of topology.zones.values()) add({ kind: 'zone', members: [zone.id] });
  const pairs = new Map<string, PagePair>();
  const open: (readonly [from: number, to: number])[] = [];
  for (const { from, to, passes, mayPass, otherWays } of table.entries()) {
    const ends = [add(from), add(to)] as const;
    const perhaps = mayPass.subtract(passes);
    open.push(ends);
    pairs.set(ends.join(), {
      ...(!passes.isEmpty() && { passes: passes.toString() }),
      ...(!perhaps.isEmpty() && { perhaps: perhaps.toString() }),
      ...(otherWays.length > 0 && { ways: otherWays.map(wayText) }),
    });
  }
  const groups = [...numbers.keys()];
  const all = groups.flatMap((from, a) =>
    groups.flatMap((to, b) => (isAsked(from, to, a === b) ? [[a, b] as const] : [])),
  );
  const closed = all.filter((ends) => !pairs.has(ends.join()));
  const told = [...open, ...closed].slice(0, mostTold);
  for (const [a, b] of told) {
    const from = partyOf(topology, groups[a]!, 0);
    const to = partyOf(topology, groups[b]!, a === b ? 1 : 0);
    const { unknowns } = solverOf(topology).ask({ from, to, on: asked }).anyWay;
    pairs.set(`${a},${b}`, {
      ...pairs.get(`${a},${b}`),
      ...(unknowns.length > 0 && { unknowns: [...new Set(unknowns.map(({ key }) => printable(key)))] }),
      text: printableLines(explained(topology, from, to, asked)()),
    });
  }
  return dataWithoutConcealed(topology, {
    parties: groups.flatMap((group, index) => partiesOf(topology, group, index)),
    pairs: Object.fromEntries(pairs),
    groups: groups.length,
    asked: asked.toString(),
    told: { pairs: told.length, of: all.length },
    gaps: table.gaps.map(({ origin }) => printable(origin.address)),
  });
}

/** Zones are not asked about each other, and nobody about itself. */
function isAsked(from: MatrixGroup, to: MatrixGroup, isSame: boolean): boolean {
  if (from.kind === 'zone' && to.kind === 'zone') return false;
  return !isSame || from.members.length > 1;
}

function partiesOf(topology: Topology, { kind, members }: MatrixGroup, group: number): readonly PageParty[] {
  return members.map((id): PageParty => {
    const endpoint = topology.endpoints.get(id);
    const name = kind === 'zone' ? id : (endpoint?.names[0] ?? id);
    return { id: printable(id), label: printable(name), kind: kind === 'zone' ? 'zone' : 'endpoint', group };
  });
}

function partyOf(topology: Topology, { kind, members }: MatrixGroup, index: number): Party {
  const id = members[index]!;
  const endpoint = kind === 'endpoints' ? topology.endpoints.get(id) : undefined;
  return endpoint === undefined ? lookup(topology, id) : { kind: 'endpoint', endpoint };
}
