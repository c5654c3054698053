import type { Traffic } from '../addressing/traffic';
import type { Interface } from '../topology/endpoint';
import type { Filter, Rule } from '../topology/filter';
import { lookup, type Party } from '../topology/lookup';
import type { Origin } from '../topology/origin';
import type { Listener, Relay } from '../topology/relay';
import type { Route } from '../topology/route-table';
import type { Router } from '../topology/router';
import { changedAlike, type Topology } from '../topology/topology';
import type { Cause } from './difference';
import { hopText, listed, ruleText } from './explanation-rule';
import { reach } from './solver';
import type { Hop, Trace } from './trace';
import type { Verdict } from './verdict';

/** Something on the way that the other topology has otherwise, and how to make it as it is there. */
interface Suspect {
  readonly key: string;
  readonly origin: Origin;
  /** Whether it is there in the topology in which the traffic passes, or in the one in which it does not. */
  readonly where: 'open' | 'closed';
  readonly text: string;
  readonly revert: (topology: Topology) => Topology;
}

/** Suspects that are tried for one row. */
const mostTried = 24;
/** Groups of suspects found guilty that are tried first for the next row. */
const mostConvicted = 8;

/**
 * Finds what makes traffic pass in one topology (`open`) and not in another (`closed`): walks the way that passes, takes
 * what on it differs between the two, makes one after the other as it is in the other, and asks again.
 */
export class CauseFinder {
  private readonly open: Topology;
  private readonly closed: Topology;
  private readonly change: 'opens' | 'closes';
  private readonly reverted = new Map<string, Topology>();
  private readonly convicted: (readonly Suspect[])[] = [];
  private readonly addresses: Readonly<Record<'open' | 'closed', ReadonlySet<string>>>;

  constructor(open: Topology, closed: Topology, change: 'opens' | 'closes') {
    this.open = open;
    this.closed = closed;
    this.change = change;
    this.addresses = { open: addressesOf(open), closed: addressesOf(closed) };
  }

  /** Of what passes by own addresses; with `anyWay`, by other ways too. */
  causes(from: string, to: string, on: Traffic, anyWay = false): readonly Cause[] {
    const question = { from: partyOf(this.open, from), to: partyOf(this.open, to), on };
    const absent = [from, to].flatMap((id) => this.absent(id));
    if (absent.length > 0) return absent;
    const isGuilty = (suspect: Suspect): boolean => {
      const answer = reach(this.undone(suspect), question);
      const verdict = anyWay ? answer.anyWay : answer;
      return (this.change === 'opens' ? verdict.mayPass : verdict.passes).isEmpty();
    };
    // One rule often makes many rows: what did it before is tried before the way is walked.
    const again = this.convicted.find((group) => group.every(isGuilty));
    if (again !== undefined) return again.map((suspect) => this.cause(suspect, true));
    const suspects = new Map<string, Suspect>();
    const verdict = reach(this.open, question);
    for (const { forward, reply, mayPass } of anyWay ? tracesOf(verdict) : verdict.trace()) {
      if (mayPass.isEmpty()) continue;
      for (const hop of [...forward, ...reply]) {
        for (const suspect of this.suspectsAt(hop)) suspects.set(suspect.key, suspect);
      }
    }
    if (anyWay) for (const suspect of this.relays(verdict)) suspects.set(suspect.key, suspect);
    const tried = [...suspects.values()].slice(0, mostTried);
    const guilty = tried.filter(isGuilty);
    if (guilty.length > 0 && this.convicted.length < mostConvicted) this.convicted.push(guilty);
    // None alone does it: they do it together, or each would do without the others.
    return (guilty.length > 0 ? guilty : tried).map((suspect) => this.cause(suspect, guilty.length > 0));
  }

  /** A party that exists on one side only is the whole reason. */
  private absent(id: string): readonly Cause[] {
    const endpoint = this.open.endpoints.get(id);
    if (endpoint === undefined || this.closed.endpoints.has(id)) return [];
    const change = this.change === 'opens' ? 'new' : 'removed';
    return [{ origin: endpoint.origin, change, text: `${endpoint.type} itself`, confirmed: true }];
  }

  /** Relays on the ways that are not there, or pass on something else, on the other side. */
  private relays(verdict: Verdict): readonly Suspect[] {
    const names = new Set(verdict.otherWays.map(({ name }) => name));
    const passing = [...this.open.relays.values()].filter(({ name }) => names.has(name));
    return passing.flatMap((mine): Suspect[] => {
      const theirs = this.closed.relays.get(mine.id);
      if (theirs !== undefined && listening(mine) === listening(theirs)) return [];
      const known = new Set(theirs?.listeners.flatMap(partsOf).map(({ key }) => key));
      const part = mine.listeners.flatMap(partsOf).find(({ key }) => !known.has(key));
      const takes = this.closed.endpoints.get(mine.endpoint)?.takes;
      return [
        {
          key: `relay ${mine.id}`,
          origin: theirs === undefined ? mine.origin : (part?.origin ?? mine.origin),
          where: 'open',
          text: theirs === undefined ? `${mine.name} itself` : (part?.text ?? `${mine.name} passes on more`),
          revert: (topology) => withoutRelay(topology, mine, theirs, takes),
        },
      ];
    });
  }

  private cause({ origin, where, text }: Suspect, confirmed: boolean): Cause {
    const here = this.addresses[where === 'open' ? 'closed' : 'open'].has(origin.address);
    const added = (where === 'open') === (this.change === 'opens');
    return { origin, change: here ? 'changed' : added ? 'new' : 'removed', text, confirmed };
  }

  private undone({ key, revert }: Suspect): Topology {
    let topology = this.reverted.get(key);
    if (topology === undefined) this.reverted.set(key, (topology = changedAlike(this.open, revert)));
    return topology;
  }

  private suspectsAt(hop: Hop): readonly Suspect[] {
    switch (hop.kind) {
      case 'interface':
        return [...this.carried(hop), ...this.ruled(hop)];
      case 'crossing':
        return [...this.edge(hop), ...this.ruled(hop)];
      case 'route':
        return [...this.tableOf(hop), ...this.routed(hop)];
      case 'router':
        return this.router(hop);
      case 'zone':
        return [];
    }
  }

  /** Rules of the filters that were asked. */
  private ruled({ filters, side }: Hop): readonly Suspect[] {
    return filters.flatMap(({ id }) => {
      const [mine, theirs] = [this.open.filters.get(id)!, this.closed.filters.get(id)];
      if (theirs === undefined || side === undefined) return [];
      const known = new Set(theirs[side].map(ruleKey));
      const own = new Set(mine[side].map(ruleKey));
      const without = (rule: Rule): Suspect => ({
        key: `rule ${id} ${side} ${ruleKey(rule)}`,
        origin: rule.origin,
        where: 'open',
        text: ruleText(this.open, rule, side),
        revert: withFilter(id, (filter) => ({
          ...filter,
          [side]: filter[side].filter((one) => one !== rule),
        })),
      });
      const denied = theirs[side].filter((rule) => rule.action === 'deny' && !own.has(ruleKey(rule)));
      return [
        ...mine[side].filter((rule) => rule.action === 'allow' && !known.has(ruleKey(rule))).map(without),
        ...denied.map((rule): Suspect => ({
          key: `denied ${id} ${side} ${ruleKey(rule)}`,
          origin: rule.origin,
          where: 'closed',
          text: ruleText(this.closed, rule, side),
          revert: withFilter(id, (filter) => ({
            ...filter,
            [side]: inOrder(rule, theirs[side], filter[side]),
          })),
        })),
      ];
    });
  }

  /** Filters that the interface carries on one side only. */
  private carried({ id }: Hop): readonly Suspect[] {
    const [mine, theirs] = [this.open, this.closed].map((topology) => interfaceOf(topology, id));
    if (mine === undefined || theirs === undefined) return [];
    const names = (one: Interface): string => JSON.stringify([one.filters.least, one.filters.most]);
    if (names(mine) === names(theirs)) return [];
    const more = mine.filters.most.filter((filter) => !theirs.filters.most.includes(filter));
    const fewer = theirs.filters.most.filter((filter) => !mine.filters.most.includes(filter));
    const named = (topology: Topology, ids: readonly string[]): string =>
      listed(ids.map((filter) => topology.filters.get(filter)!.name));
    const text = [
      ...(more.length > 0 ? [`carries ${named(this.open, more)}`] : []),
      ...(fewer.length > 0 ? [`does not carry ${named(this.closed, fewer)}`] : []),
    ].join(' and ');
    if (theirs.filters.most.some((filter) => !this.open.filters.has(filter))) return [];
    return [
      {
        key: `carried ${id}`,
        origin: mine.origin,
        where: 'open',
        text: text === '' ? 'carries other filters' : text,
        revert: (topology) => withInterface(topology, id, theirs),
      },
    ];
  }

  private edge({ id }: Hop): readonly Suspect[] {
    const [mine, theirs] = [this.open.segments.get(id)!, this.closed.segments.get(id)];
    if (theirs === undefined || same(mine.crossing.options, theirs.crossing.options)) return [];
    if (theirs.crossing.options.some((one) => one !== null && !this.open.filters.has(one))) return [];
    const name = mine.crossing.options.map((one) =>
      one === null ? 'no filter' : this.open.filters.get(one)!.name,
    );
    return [
      {
        key: `edge ${id}`,
        origin: mine.origin,
        where: 'open',
        text: `has ${name.join(' or ')} on its edge`,
        revert: (topology) => withPart(topology, 'segments', id, { ...mine, crossing: theirs.crossing }),
      },
    ];
  }

  /** The segment from which a route was looked up follows another table. */
  private tableOf({ id }: Hop): readonly Suspect[] {
    return [...this.open.segments.values()].flatMap((mine): readonly Suspect[] => {
      const theirs = this.closed.segments.get(mine.id);
      if (!mine.table.options.includes(id) || theirs === undefined) return [];
      if (same(mine.table.options, theirs.table.options)) return [];
      if (theirs.table.options.some((one) => !this.open.tables.has(one))) return [];
      return [
        {
          key: `table ${mine.id}`,
          origin: mine.origin,
          where: 'open',
          text: `follows ${this.open.tables.get(id)!.name}`,
          revert: (topology) => withPart(topology, 'segments', mine.id, { ...mine, table: theirs.table }),
        },
      ];
    });
  }

  private routed({ id }: Hop): readonly Suspect[] {
    const [mine, theirs] = [this.open.tables.get(id), this.closed.tables.get(id)];
    if (mine === undefined || theirs === undefined) return [];
    const key = ({ to, via, preference }: Route): string => JSON.stringify([String(to), via, preference]);
    const known = new Set(theirs.routes.map(key));
    const own = new Set(mine.routes.map(key));
    const text = ({ to, via }: Route, topology: Topology): string =>
      `route ${to.toString()} to ${hopText(topology, via)}`;
    return [
      ...mine.routes
        .filter((route) => !known.has(key(route)))
        .map((route): Suspect => ({
          key: `route ${id} ${key(route)}`,
          origin: route.origin,
          where: 'open',
          text: text(route, this.open),
          revert: (topology) =>
            withPart(topology, 'tables', id, { ...mine, routes: mine.routes.filter((one) => one !== route) }),
        })),
      ...theirs.routes
        .filter((route) => !own.has(key(route)) && knows(this.open, route))
        .map((route): Suspect => ({
          key: `no route ${id} ${key(route)}`,
          origin: route.origin,
          where: 'closed',
          text: text(route, this.closed),
          revert: (topology) =>
            withPart(topology, 'tables', id, { ...mine, routes: [route, ...mine.routes] }),
        })),
    ];
  }

  /** Translations and forwarding rules of a router. */
  private router({ id }: Hop): readonly Suspect[] {
    const [mine, theirs] = [this.open.routers.get(id)!, this.closed.routers.get(id)];
    if (theirs === undefined) return [];
    const changed = <K extends 'translations' | 'forward'>(part: K, text: string): readonly Suspect[] => {
      const key = (one: Router[K][number]): string => JSON.stringify({ ...one, origin: undefined });
      const known = new Set((theirs[part] as readonly Router[K][number][]).map(key));
      return (mine[part] as readonly Router[K][number][])
        .filter((one) => !known.has(key(one)))
        .map((one): Suspect => ({
          key: `${part} ${id} ${key(one)}`,
          origin: one.origin,
          where: 'open',
          text: `${text} ${mine.name}`,
          revert: (topology) =>
            withPart(topology, 'routers', id, {
              ...mine,
              [part]: (mine[part] as readonly Router[K][number][]).filter((other) => other !== one),
            }),
        }));
    };
    return [...changed('translations', 'translation by'), ...changed('forward', 'forwarding rule of')];
  }
}

/** Every way that was walked, to a relay and from there too. */
function tracesOf(verdict: Verdict): readonly Trace[] {
  return [...verdict.trace(), ...verdict.otherWays.flatMap(({ stretches }) => stretches.flatMap(tracesOf))];
}

interface RelayPart {
  readonly key: string;
  readonly origin: Origin;
  readonly text: string;
}

function partsOf({ traffic, targets, origin }: Listener): readonly RelayPart[] {
  const listener: RelayPart = { key: String(traffic), origin, text: `listens on ${traffic.toString()}` };
  return [
    listener,
    ...targets.most.map((target): RelayPart => ({
      key: `${String(traffic)} ${JSON.stringify([target.to, target.traffic])}`,
      origin: target.origin,
      text: `passes ${traffic.toString()} on to ${'endpoint' in target.to ? target.to.endpoint : target.to.addresses.toString()} on ${target.traffic.toString()}`,
    })),
  ];
}

function listening({ listeners }: Relay): string {
  return JSON.stringify(listeners.flatMap(partsOf).map(({ key }) => key));
}

/** The topology with the relay as it is in the other one. */
function withoutRelay(
  topology: Topology,
  { id, endpoint }: Relay,
  theirs: Relay | undefined,
  takes: Traffic | undefined,
): Topology {
  const relays = new Map(topology.relays);
  if (theirs === undefined) relays.delete(id);
  else relays.set(id, { ...relays.get(id)!, listeners: theirs.listeners.filter(knownTargets(topology)) });
  const own = topology.endpoints.get(endpoint)!;
  const changed: Topology = { ...topology, relays };
  return takes === undefined ? changed : withPart(changed, 'endpoints', endpoint, { ...own, takes });
}

/** Listeners whose targets are all there. */
function knownTargets({ endpoints }: Topology): (listener: Listener) => boolean {
  return ({ targets }) => targets.most.every(({ to }) => !('endpoint' in to) || endpoints.has(to.endpoint));
}

function partyOf(topology: Topology, id: string): Party {
  const endpoint = topology.endpoints.get(id);
  return endpoint === undefined ? lookup(topology, id) : { kind: 'endpoint', endpoint };
}

function interfaceOf(topology: Topology, id: string): Interface | undefined {
  for (const { interfaces } of topology.endpoints.values()) {
    const found = interfaces.find((one) => one.id === id);
    if (found !== undefined) return found;
  }
  return undefined;
}

function ruleKey({ action, traffic, remote, sourcePorts, number }: Rule): string {
  const { addresses, members } = remote;
  return JSON.stringify([
    action,
    [traffic.least, traffic.most].map(String),
    [addresses.least, addresses.most].map(String),
    [members.least, members.most],
    sourcePorts?.toString(),
    number,
  ]);
}

/** The rule put among others where it stands in its own list: before the first that follows it there. */
function inOrder(rule: Rule, own: readonly Rule[], others: readonly Rule[]): readonly Rule[] {
  const following = new Set(own.slice(own.indexOf(rule) + 1).map(ruleKey));
  const place = others.findIndex((one) => following.has(ruleKey(one)));
  return place < 0 ? [...others, rule] : [...others.slice(0, place), rule, ...others.slice(place)];
}

function knows(topology: Topology, { via }: Route): boolean {
  if (via.kind === 'router') {
    return topology.routers.get(via.router)?.legs.some(({ id }) => id === via.leg) === true;
  }
  return via.kind === 'local' || via.kind === 'drop';
}

function withFilter(id: string, change: (filter: Filter) => Filter): Suspect['revert'] {
  return (topology) => withPart(topology, 'filters', id, change(topology.filters.get(id)!));
}

function withInterface(topology: Topology, id: string, like: Interface): Topology {
  const endpoint = [...topology.endpoints.values()].find(({ interfaces }) =>
    interfaces.some((one) => one.id === id),
  )!;
  const interfaces = endpoint.interfaces.map((one) =>
    one.id === id ? { ...one, filters: like.filters } : one,
  );
  return withPart(topology, 'endpoints', endpoint.id, { ...endpoint, interfaces });
}

function withPart<K extends 'filters' | 'segments' | 'tables' | 'routers' | 'endpoints'>(
  topology: Topology,
  kind: K,
  id: string,
  part: Topology[K] extends ReadonlyMap<string, infer T> ? T : never,
): Topology {
  return { ...topology, [kind]: new Map([...topology[kind], [id, part]] as never) };
}

function same(a: readonly unknown[], b: readonly unknown[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Every Terraform address that something of the topology is from. */
function addressesOf(topology: Topology): ReadonlySet<string> {
  const found = new Set<string>();
  const add = (parts: Iterable<{ readonly origin: Origin }>): void => {
    for (const { origin } of parts) found.add(origin.address);
  };
  add(topology.domains.values());
  add(topology.segments.values());
  for (const endpoint of topology.endpoints.values()) add([endpoint, ...endpoint.interfaces]);
  for (const filter of topology.filters.values()) add([filter, ...filter.ingress, ...filter.egress]);
  for (const table of topology.tables.values()) add([table, ...table.routes]);
  for (const router of topology.routers.values()) add([router, ...router.forward, ...router.translations]);
  add(topology.relays.values());
  return found;
}
