import { Traffic } from '../addressing/traffic';
import { distinctUnknowns } from '../reachability/distinct-unknowns';
import type { MatrixGroup } from '../reachability/matrix';
import { trafficText } from '../reachability/explanation-rule';
import type { OtherWay } from '../reachability/other-way';
import type { PassingTraffic, Verdict } from '../reachability/verdict';
import type { Endpoint } from '../topology/endpoint';
import type { Party } from '../topology/lookup';
import type { Topology } from '../topology/topology';
import type { Unknown } from '../topology/value';
import { idOf, type Members, partiesOf } from './bound-policy';
import {
  Entrances,
  reachedOtherwise,
  relayEndpoints,
  relaysTo,
  somethingMayRelay,
  translatedEndpoints,
} from './entrances';
import { explained, type Finding, labelOf } from './finding';
import { isSame, otherThanItself } from './must-reach';
import { Permits } from './permits';
import type { ReachTable } from './reach-table';
import { replyTraffic } from './reply-traffic';

/** Nothing may pass from whom to whom, but what is permitted. */
export interface Prohibition {
  readonly from: Members;
  readonly to: Members;
  readonly on: Traffic;
  /**
   * `flow`: what passes there and back. `arrival`: what arrives at all, but for what filters without memory leave open in
   * one address space for the replies to what is permitted.
   */
  readonly about: 'flow' | 'arrival';
  /** What is excepted; a relay may pass on what both of its stretches are permitted. */
  readonly except: Permits;
  /** Whether who may ask a relay may also reach what it leads to. @default false */
  readonly beyondRelays?: boolean;
  /** `must not reach`, for the claim. */
  readonly words: string;
}

/** What breaks prohibitions, by the place of each in the list; all of them in one go over who reaches whom. */
export function breaches(
  table: ReachTable,
  prohibitions: readonly Prohibition[],
): readonly (readonly Finding[])[] {
  const search = new Search(table, prohibitions);
  search.direct();
  search.byOtherWays();
  search.aboutOthers();
  return prohibitions.map((_, index) => search.findings(index));
}

type Parties = readonly Party[];

/** Members of a class of endpoints, or a zone, that one prohibition does not tell apart. */
interface Alike {
  readonly signature: string;
  readonly parties: Parties;
}

interface Breach {
  readonly status: Finding['status'];
  readonly from: Parties;
  readonly to: Parties;
  readonly on: Traffic;
  readonly unknowns: readonly Unknown[];
}

class Search {
  private readonly table: ReachTable;
  private readonly prohibitions: readonly Prohibition[];
  private readonly found: Map<string, Breach>[];
  /** Which members of a group a prohibition is about, by group and side. */
  private readonly sides = new Map<MatrixGroup, (readonly Alike[])[]>();
  /** What is permitted between two signatures; by prohibition. */
  private readonly permitted: Map<string, Map<string, Traffic>>[] = [];
  /** By what is permitted and what arrives, of which there are few; by prohibition. */
  private readonly beyond = new Map<Traffic, Map<Traffic, Traffic[]>>();
  /** Who arrives at each relay. */
  private readonly atRelay = new Map<string, MatrixGroup[]>();
  private readonly zoneGroups: readonly MatrixGroup[];
  private readonly translated: ReadonlySet<string> | undefined;
  private readonly entrances: Entrances;
  private everyone: readonly MatrixGroup[] | undefined;

  constructor(table: ReachTable, prohibitions: readonly Prohibition[]) {
    this.table = table;
    this.prohibitions = prohibitions;
    this.found = prohibitions.map(() => new Map<string, Breach>());
    this.zoneGroups = [...table.topology.zones.keys()].map((id) => ({ kind: 'zone', members: [id] }));
    this.entrances = new Entrances(table.topology);
    this.translated = somethingMayRelay(table.topology) ? undefined : translatedEndpoints(table.topology);
  }

  findings(index: number): readonly Finding[] {
    const { words } = this.prohibitions[index]!;
    const order = ['fail', 'unknown', 'listed'];
    return [...this.found[index]!.values()]
      .map(({ status, from, to, on: short, unknowns }): Finding => {
        const on = this.table.universe.whole(short);
        const [source, target] = otherThanItself(from, to)!;
        const verb = { fail: 'does', unknown: 'may', listed: 'replies' }[status];
        const { topology } = this.table;
        const [sender, receiver] = [labelOf(topology, source), labelOf(topology, target)];
        const claim =
          status === 'listed'
            ? sharesUnfiltered(topology, source, target)
              ? `nothing stands between ${sender} and ${receiver} in the network that they share: ${trafficText(on)} passes too`
              : `for replies, first packets of ${trafficText(on)} from ${sender} arrive at ${receiver} too`
            : `${sender} ${words} ${receiver}, and ${verb} on ${trafficText(on)}`;
        return {
          status,
          claim,
          from: from.map(idOf),
          to: to.map(idOf),
          on,
          unknowns,
          explain: explained(topology, source, target, on),
        };
      })
      .sort((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
  }

  /** By dialling the own address: in bulk, and exactly only where something arrives that should not. */
  direct(): void {
    const relays = relayEndpoints(this.table.topology);
    for (const { from, to, mayPass } of this.table.arrivals()) {
      if (relays.size > 0) {
        for (const id of to.members) if (relays.has(id)) push(this.atRelay, id, from);
      }
      this.prohibitions.forEach((_, index) => {
        const targets = this.alike(to, index, 'to');
        if (targets.length === 0) return;
        for (const source of this.alike(from, index, 'from')) {
          for (const target of targets) {
            const open = this.beyondPermits(index, source, target, mayPass);
            if (!open.isEmpty()) this.look(index, source, target, open);
          }
        }
      });
    }
  }

  /** What of some traffic is prohibited between two, worked out once for all who are alike. */
  private beyondPermits(index: number, source: Alike, target: Alike, mayPass: Traffic): Traffic {
    const { on, except } = this.prohibitions[index]!;
    const pair = otherThanItself(source.parties, target.parties);
    if (pair === undefined) return Traffic.empty;
    const bySource = within(
      (this.permitted[index] ??= new Map<string, Map<string, Traffic>>()),
      source.signature,
      () => new Map<string, Traffic>(),
    );
    const permitted = within(bySource, target.signature, () => except.between(...pair));
    const known = within(
      within(this.beyond, permitted, () => new Map<Traffic, Traffic[]>()),
      mayPass,
      () => [] as Traffic[],
    );
    return (known[index] ??= mayPass.intersect(on).subtract(permitted));
  }

  /** By public addresses, published ports and relays: exactly, for whom they lead to. */
  byOtherWays(): void {
    const { topology } = this.table;
    const reached = reachedOtherwise(topology);
    this.prohibitions.forEach((prohibition, index) => {
      for (const id of prohibition.to.endpoints.keys()) {
        if (!reached.has(id)) continue;
        const target = this.alike({ kind: 'endpoints', members: [id] }, index, 'to')[0]!;
        const groups = this.isDialledByAnybody(id) ? this.everybody() : this.arrivingAtRelaysOf(id);
        for (const group of groups) {
          for (const source of this.alike(group, index, 'from')) {
            const pair = otherThanItself(source.parties, target.parties);
            if (pair === undefined) continue;
            const most = this.entrances.most(pair[0], id).intersect(prohibition.on);
            if (!prohibition.except.between(...pair).contains(most)) this.look(index, source, target, most);
          }
        }
      }
    });
  }

  /** Segments, and addresses outside that are no zone of the topology: exactly. */
  aboutOthers(): void {
    const { zones } = this.table.topology;
    const isOther = (party: Party): boolean =>
      party.kind === 'segment' || (party.kind === 'zone' && !zones.has(party.zone.id));
    this.prohibitions.forEach(({ from, to, on }, index) => {
      if (![...partiesOf(from), ...partiesOf(to)].some(isOther)) return;
      const [sources, targets] = [this.kinds(from, index, 'from'), this.kinds(to, index, 'to')];
      for (const source of sources) {
        for (const target of targets) {
          const [a, b] = [source.parties[0]!, target.parties[0]!];
          if ((!isOther(a) && !isOther(b)) || (a.kind === 'zone' && b.kind === 'zone')) continue;
          if (otherThanItself(source.parties, target.parties) !== undefined)
            this.look(index, source, target, on);
        }
      }
    });
  }

  /** Asks exactly, and notes what breaks the prohibition. */
  private look(index: number, source: Alike, target: Alike, suspected: Traffic): void {
    const prohibition = this.prohibitions[index]!;
    const [from, to] = otherThanItself(source.parties, target.parties)!;
    const key = `${this.table.kindOf(from)} ${source.signature} > ${this.table.kindOf(to)} ${target.signature}`;
    const known = this.found[index]!.get(key);
    if (known !== undefined) return;
    if (this.table.isExhausted) {
      const unknown: Unknown = {
        kind: 'unknown',
        key: 'the size of the network',
        text: 'more ways than are asked about one by one',
      };
      this.found[index]!.set(key, {
        status: 'unknown',
        from: source.parties,
        to: target.parties,
        on: suspected,
        unknowns: [unknown],
      });
      return;
    }
    const open = openOf(this.table, prohibition, from, to);
    if (open.mayPass.isEmpty()) return;
    const status = open.listed ? 'listed' : open.passes.isEmpty() ? 'unknown' : 'fail';
    this.found[index]!.set(key, {
      status,
      from: source.parties,
      to: target.parties,
      on: status === 'fail' ? open.passes : open.mayPass,
      unknowns: status === 'unknown' ? open.unknowns : [],
    });
  }

  /** Members of a group that a prohibition is about on one side, by what is excepted for them. */
  private alike(group: MatrixGroup, index: number, side: 'from' | 'to'): readonly Alike[] {
    const bySide = within(this.sides, group, () => []);
    const place = index * 2 + Number(side === 'to');
    const alike = (bySide[place] ??= this.split(
      this.partiesIn(group, this.prohibitions[index]![side]),
      index,
      side,
    ));
    return alike;
  }

  private partiesIn({ kind, members }: MatrixGroup, wanted: Members): Parties {
    if (kind === 'zone') {
      return members.flatMap((id) => {
        const zone = wanted.zones.get(id);
        return zone === undefined ? [] : [{ kind: 'zone', zone } as const];
      });
    }
    return members.flatMap((id) => {
      const endpoint = wanted.endpoints.get(id);
      return endpoint === undefined ? [] : [{ kind: 'endpoint', endpoint } as const];
    });
  }

  private split(parties: Parties, index: number, side: 'from' | 'to'): readonly Alike[] {
    const found = new Map<string, Party[]>();
    for (const party of parties) push(found, this.signature(party, index, side), party);
    return [...found].map(([signature, members]) => ({
      signature,
      parties: members,
    }));
  }

  private kinds(members: Members, index: number, side: 'from' | 'to'): readonly Alike[] {
    const found = new Map<string, Party[]>();
    for (const party of partiesOf(members)) {
      push(found, `${this.table.kindOf(party)} ${this.signature(party, index, side)}`, party);
    }
    return [...found.values()].map((parties) => ({
      signature: this.signature(parties[0]!, index, side),
      parties,
    }));
  }

  /** Replies to what is permitted the other way count too. */
  private signature(party: Party, index: number, side: 'from' | 'to'): string {
    const { except } = this.prohibitions[index]!;
    return `${except.signature(party, side)}/${except.signature(party, side === 'from' ? 'to' : 'from')}`;
  }

  private everybody(): readonly MatrixGroup[] {
    this.everyone ??= [...this.zoneGroups, ...this.table.groups()];
    return this.everyone;
  }

  /** By its public address, or by something unknown; to a relay somebody has to come first. */
  private isDialledByAnybody(id: string): boolean {
    return this.translated === undefined || this.translated.has(id);
  }

  /** Who arrives at a relay that leads to the endpoint, or at one that leads to such a relay. */
  private arrivingAtRelaysOf(id: string): readonly MatrixGroup[] {
    const { topology } = this.table;
    const wanted = [id];
    const groups = new Set<MatrixGroup>();
    for (const target of wanted) {
      for (const endpoint of relaysTo(topology, target)) {
        if (wanted.includes(endpoint)) continue;
        wanted.push(endpoint);
        const sources = this.isDialledByAnybody(endpoint) ? this.everybody() : this.atRelay.get(endpoint);
        for (const group of sources ?? []) groups.add(group);
      }
    }
    return [...groups, ...this.zoneGroups];
  }
}

interface Open extends PassingTraffic {
  readonly unknowns: readonly Unknown[];
  readonly listed: boolean;
}

/** What passes, or arrives, between two parties by any way and is not excepted. */
function openOf(table: ReachTable, prohibition: Prohibition, from: Party, to: Party): Open {
  const { on, about, except } = prohibition;
  const verdict = table.verdict(from, to, on);
  const flows = notExcepted(verdict, 'flow', prohibition, from, to, table.topology);
  // A network without filters cannot let in one port of a neighbour alone.
  const named = !except.between(from, to).isEmpty() || !except.between(to, from).isEmpty();
  const listed = named && sharesUnfiltered(table.topology, from, to);
  if (about === 'flow') return { ...flows, listed };
  const arrivals = notExcepted(verdict, 'arrival', prohibition, from, to, table.topology);
  const isReply =
    flows.mayPass.isEmpty() &&
    shareDomain(table.topology, from, to) &&
    replyTraffic(except.between(to, from)).contains(arrivals.mayPass);
  return { ...arrivals, listed: listed || isReply };
}

function notExcepted(
  verdict: Verdict,
  about: 'flow' | 'arrival',
  prohibition: Prohibition,
  from: Party,
  to: Party,
  topology: Topology,
): PassingTraffic & { readonly unknowns: readonly Unknown[] } {
  const { except } = prohibition;
  const excepted = except.between(from, to);
  let { passes, mayPass } = direct(verdict, about, excepted, except.inPart(from, to), from);
  const unknowns: Unknown[] = [...verdict.unknowns];
  for (const way of verdict.otherWays) {
    const found = about === 'flow' ? way : way.firstPacket;
    if (found.mayPass.isEmpty()) continue;
    const free = excepted.union(exceptedByRelay(way, prohibition, from, to, topology));
    passes = passes.union(found.passes.subtract(free));
    mayPass = mayPass.union(found.mayPass.subtract(free));
    unknowns.push(...way.unknowns);
  }
  return { passes, mayPass, unknowns: distinctUnknowns(unknowns) };
}

/** At the own address; where only some addresses of a zone are excepted, part by part. */
function direct(
  verdict: Verdict,
  about: 'flow' | 'arrival',
  excepted: Traffic,
  inPart: ReturnType<Permits['inPart']>,
  from: Party,
): PassingTraffic {
  const found = about === 'flow' ? verdict : verdict.firstPacket;
  const whole = { passes: found.passes.subtract(excepted), mayPass: found.mayPass.subtract(excepted) };
  if (inPart.length === 0 || whole.mayPass.isEmpty()) return whole;
  const left = { passes: Traffic.empty, mayPass: Traffic.empty };
  for (const part of verdict.parts) {
    const side = from.kind === 'zone' ? part.from : part.to;
    const here = about === 'flow' ? part : part.firstPacket;
    const covering = inPart.filter(
      ({ addresses }) => side.addresses !== undefined && addresses.contains(side.addresses),
    );
    const free = Traffic.from([excepted, ...covering.map(({ on }) => on)]);
    left.passes = left.passes.union(here.passes.subtract(free));
    left.mayPass = left.mayPass.union(here.mayPass.subtract(free));
  }
  return left;
}

/** A relay that may be asked, and may ask the target, may pass on. */
function exceptedByRelay(
  way: OtherWay,
  { except, beyondRelays = false }: Prohibition,
  from: Party,
  to: Party,
  topology: Topology,
): Traffic {
  const endpoint = way.kind === 'relay' ? topology.endpoints.get(way.dial) : undefined;
  if (endpoint === undefined) return Traffic.empty;
  const relay: Party = { kind: 'endpoint', endpoint };
  const asked = isSame(from, relay) || except.between(from, relay).contains(way.dialled);
  if (!asked) return Traffic.empty;
  return beyondRelays ? Traffic.everything : except.between(relay, to);
}

/** Whether two endpoints are neighbours in a segment, and carry no filters there. */
function sharesUnfiltered(topology: Topology, from: Party, to: Party): boolean {
  if (from.kind !== 'endpoint' || to.kind !== 'endpoint') return false;
  const bare = ({ interfaces }: Endpoint): readonly string[] =>
    interfaces.filter(({ filters }) => filters.most.length === 0).map(({ segment }) => segment);
  const others = new Set(bare(to.endpoint));
  return bare(from.endpoint).some((id) => others.has(id) && topology.segments.get(id)?.peers === true);
}

function shareDomain({ segments }: Topology, a: Party, b: Party): boolean {
  const domains = (party: Party): readonly (string | undefined)[] => {
    if (party.kind === 'zone') return [];
    if (party.kind === 'segment') return [party.segment.domain];
    return party.endpoint.interfaces.map(({ segment }) => segments.get(segment)?.domain);
  };
  const others = new Set(domains(b));
  return domains(a).some((domain) => others.has(domain));
}

function within<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}
