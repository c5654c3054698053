import { allTraffic, Traffic } from '../addressing/traffic';
import { withoutConcealed } from '../topology/concealed';
import type { Origin } from '../topology/origin';
import type { Topology } from '../topology/topology';
import { CauseFinder } from './difference-cause';
import { matrix, type MatrixWay, type ReachedAnyWay, reachesNothing, type WhoReachesWhom } from './matrix';

export interface DifferenceOptions {
  /** What is compared. @default - TCP and UDP to the ports 1 to 65535, and ping */
  readonly on?: Traffic;
}

/** What a change opens and closes; of the ways by which somebody outside takes part, first. */
export interface Difference {
  readonly rows: readonly DifferenceRow[];
  /** Pairs of parties between which something opens, or closes. */
  readonly opens: number;
  readonly closes: number;
  /** What may pass flows on, nobody knows whose, on one side of the change only: it may open anything. */
  readonly doubts: readonly Doubt[];
}

/** Something that is not modelled and may pass flows on, which the change brings or takes away. */
export interface Doubt {
  readonly change: 'new' | 'removed';
  readonly type: string;
  readonly origin: Origin;
}

/** Traffic from each of some parties to each of others that passes on one side of the change only. */
export interface DifferenceRow {
  /**
   * - `opens`: it may pass afterwards, and could not before: an alarm takes what is unknown as open.
   * - `closes`: it passed for certain before, and no longer does: a promise takes what is unknown as closed.
   */
  readonly change: 'opens' | 'closes';
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly on: Traffic;
  /** False when what is unknown afterwards decides. */
  readonly certain: boolean;
  /** Whether somebody outside takes part. */
  readonly outside: boolean;
  /**
   * Ways other than dialling an own address of `to` by which it opens, or did before it closes; empty when it is by that
   * address.
   */
  readonly ways: readonly string[];
  /** Other ways by which some of what closes still passes, or may. */
  readonly still: readonly string[];
  readonly causes: readonly Cause[];
}

/** A difference between the two topologies that makes the row: undone alone, the row is gone. */
export interface Cause {
  /** Where it is written: afterwards, or before when it is gone. */
  readonly origin: Origin;
  readonly change: 'new' | 'changed' | 'removed';
  /** `rule allows tcp/22 from anywhere` */
  readonly text: string;
  /** Whether undoing it alone was tried, and closed (or opened) the row again. */
  readonly confirmed: boolean;
}

interface Pair {
  readonly change: DifferenceRow['change'];
  readonly from: string;
  readonly to: string;
  readonly on: Traffic;
  readonly certain: boolean;
  readonly outside: boolean;
  readonly ways: readonly string[];
  readonly still: readonly string[];
}

/**
 * What changes between two topologies in who reaches whom, at own addresses and by other ways, by the ids of endpoints
 * and zones: an endpoint with another id is another endpoint.
 */
export function difference(
  before: Topology,
  after: Topology,
  { on = allTraffic() }: DifferenceOptions = {},
): Difference {
  const sides = {
    before: matrix(before, { on, otherWays: true }),
    after: matrix(after, { on, otherWays: true }),
  };
  const causes = {
    opens: new CauseFinder(after, before, 'opens'),
    closes: new CauseFinder(before, after, 'closes'),
  };
  const known = new Map<string, readonly Cause[]>();
  const rows = new Map<
    string,
    { readonly pair: Pair; readonly causes: readonly Cause[]; readonly from: string[] }
  >();
  const shown = (cause: Cause): Cause => ({
    ...cause,
    text: withoutConcealed(before, withoutConcealed(after, cause.text)),
  });
  let [opens, closes] = [0, 0];
  for (const pair of pairs(before, after, sides)) {
    if (pair.change === 'opens') opens++;
    else closes++;
    const own = sides[pair.change === 'opens' ? 'after' : 'before'];
    const other = sides[pair.change === 'opens' ? 'before' : 'after'];
    const alike = [pair.from, pair.to].map(
      (id) =>
        `${own.classOf(id) ?? id} ${other.classOf(id) ?? (own.classOf(id) === undefined ? id : 'absent')}`,
    );
    const key = [pair.change, ...alike, pair.from === pair.to, pair.on.toString(), pair.ways.join()].join(
      '|',
    );
    let because = known.get(key);
    if (because === undefined) {
      const found = causes[pair.change].causes(pair.from, pair.to, pair.on, pair.ways.length > 0);
      known.set(key, (because = found.map(shown)));
    }
    const told = because.map((cause) => JSON.stringify(cause)).join();
    const rowKey = [
      pair.change,
      pair.to,
      pair.on.toString(),
      pair.certain,
      pair.outside,
      pair.ways,
      pair.still,
      told,
    ].join('|');
    const row = rows.get(rowKey);
    if (row === undefined) rows.set(rowKey, { pair, causes: because, from: [pair.from] });
    else row.from.push(pair.from);
  }
  return { rows: joined([...rows.values()]), opens, closes, doubts: doubtsOf(sides.before, sides.after) };
}

function* pairs(
  before: Topology,
  after: Topology,
  sides: Readonly<Record<'before' | 'after', WhoReachesWhom>>,
): Iterable<Pair> {
  const outside = { before: outsideOf(sides.before), after: outsideOf(sides.after) };
  yield* compared(outside.before, outside.after, (key) => {
    const [from, to] = JSON.parse(key) as [string, string];
    return { from, to, outside: true };
  });
  for (const to of new Set([...before.endpoints.keys(), ...after.endpoints.keys()])) {
    yield* compared(sides.before.into(to), sides.after.into(to), (from) => ({ from, to, outside: false }));
  }
}

function* compared(
  before: ReadonlyMap<string, ReachedAnyWay>,
  after: ReadonlyMap<string, ReachedAnyWay>,
  named: (key: string) => Pick<Pair, 'from' | 'to' | 'outside'>,
): Iterable<Pair> {
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(key) ?? nothing, after.get(key) ?? nothing];
    const opened = is.mayPass.subtract(was.mayPass);
    if (!opened.isEmpty()) {
      const certain = is.passes.contains(opened);
      yield { change: 'opens', ...named(key), on: opened, certain, ways: [], still: [] };
    }
    const closed = was.passes.subtract(is.passes);
    if (!closed.isEmpty()) {
      const certain = !is.mayPass.overlaps(closed);
      const still = namesOf(is.otherWays, closed);
      yield { change: 'closes', ...named(key), on: closed, certain, ways: [], still };
    }
    if (was.otherWays.length + is.otherWays.length === 0) continue;
    // What was open by one way opens nothing by another.
    const openedSo = byAnyWay(is, 'mayPass').subtract(byAnyWay(was, 'mayPass')).subtract(opened);
    if (!openedSo.isEmpty()) {
      const certain = byAnyWay(is, 'passes').contains(openedSo);
      const ways = namesOf(is.otherWays, openedSo);
      yield { change: 'opens', ...named(key), on: openedSo, certain, ways, still: [] };
    }
    const closedSo = byAnyWay(was, 'passes').subtract(byAnyWay(is, 'passes')).subtract(closed);
    if (!closedSo.isEmpty()) {
      const certain = !byAnyWay(is, 'mayPass').overlaps(closedSo);
      const ways = namesOf(was.otherWays, closedSo);
      yield { change: 'closes', ...named(key), on: closedSo, certain, ways, still: [] };
    }
  }
}

const nothing: ReachedAnyWay = { ...reachesNothing, otherWays: [] };

function byAnyWay(reached: ReachedAnyWay, bound: 'passes' | 'mayPass'): Traffic {
  return reached.otherWays.reduce((sum, way) => sum.union(way[bound]), reached[bound]);
}

function namesOf(ways: readonly MatrixWay[], on: Traffic): readonly string[] {
  return [...new Set(ways.filter(({ mayPass }) => mayPass.overlaps(on)).map(({ name }) => name))].sort(
    byName,
  );
}

function doubtsOf(before: WhoReachesWhom, after: WhoReachesWhom): readonly Doubt[] {
  const only = (mine: WhoReachesWhom, others: WhoReachesWhom, change: Doubt['change']): readonly Doubt[] => {
    const known = new Set(others.gaps.map(({ origin }) => origin.address));
    return mine.gaps
      .filter(({ origin }) => !known.has(origin.address))
      .map(({ type, origin }) => ({ change, type, origin }));
  };
  return [...only(after, before, 'new'), ...only(before, after, 'removed')];
}

function outsideOf(side: WhoReachesWhom): ReadonlyMap<string, ReachedAnyWay> {
  const found = new Map<string, ReachedAnyWay>();
  for (const { from, to, ...reached } of side.outside()) {
    for (const source of from.members) {
      for (const target of to.members) found.set(JSON.stringify([source, target]), reached);
    }
  }
  return found;
}

/** Targets whom the same parties reach on the same, for the same reason, make one row. */
function joined(
  rows: readonly {
    readonly pair: Pair;
    readonly causes: readonly Cause[];
    readonly from: readonly string[];
  }[],
): readonly DifferenceRow[] {
  const found = new Map<string, DifferenceRow & { readonly to: string[] }>();
  for (const { pair, causes, from } of rows) {
    const { change, on, certain, outside, ways, still } = pair;
    const sorted = [...from].sort(byName);
    const key = JSON.stringify([change, on, certain, outside, ways, still, sorted, causes]);
    const row = found.get(key);
    if (row === undefined) {
      found.set(key, {
        change,
        from: sorted,
        to: [pair.to],
        on,
        certain,
        outside,
        ways,
        still,
        causes,
      });
    } else row.to.push(pair.to);
  }
  for (const { to } of found.values()) to.sort(byName);
  return [...found.values()].sort(
    (a, b) =>
      Number(b.outside) - Number(a.outside) ||
      Number(a.change === 'closes') - Number(b.change === 'closes') ||
      byName(a.to[0]!, b.to[0]!) ||
      byName(a.from[0]!, b.from[0]!),
  );
}

function byName(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
