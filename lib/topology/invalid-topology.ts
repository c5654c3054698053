import { NetproofError } from '../addressing/netproof-error';
import type { Interface } from './endpoint';
import { nearestNames } from './nearest-names';
import type { NextHop, RouteTable } from './route-table';
import type { Router } from './router';
import type { Topology } from './topology';

/** What does not hold together in a topology, as one InvalidTopology; undefined when all does. */
export function invalidTopology(
  topology: Topology,
  given: Readonly<Record<string, readonly { readonly id: string }[]>>,
): NetproofError | undefined {
  const problems = [
    ...Object.entries(given).flatMap(([kind, parts]) => repeated(kind, parts)),
    ...new References(topology).problems(),
  ];
  return problems.length === 0
    ? undefined
    : new NetproofError(
        'InvalidTopology',
        `the topology does not hold together:\n${problems.join('\n')}`,
        problems,
      );
}

function repeated(kind: string, parts: readonly { readonly id: string }[]): string[] {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const { id } of parts) (seen.has(id) ? twice : seen).add(id);
  return [...twice].map(
    (id) => `${kind}: ${JSON.stringify(id)} is given more than once. Ids are unique per kind.`,
  );
}

/** Checks every id that a part of a topology names. */
class References {
  private readonly found: string[] = [];
  private readonly topology: Topology;
  private readonly interfaces = new Map<string, Interface>();
  private readonly legs: ReadonlySet<string>;

  constructor(topology: Topology) {
    this.topology = topology;
    this.legs = new Set([...topology.routers.values()].flatMap((router) => router.legs.map((leg) => leg.id)));
  }

  problems(): readonly string[] {
    const { topology } = this;
    this.checkInterfaceIds();
    for (const segment of topology.segments.values()) {
      const who = `segment ${segment.id}`;
      this.need(who, 'domain', topology.domains, segment.domain);
      for (const id of segment.crossing.options)
        if (id !== null) this.need(who, 'filter', topology.filters, id);
      for (const id of segment.table.options) this.need(who, 'route table', topology.tables, id);
      if (segment.crossing.options.length === 0)
        this.found.push(`${who} has no option for its crossing filter.`);
      if (segment.table.options.length === 0) this.found.push(`${who} has no option for its route table.`);
    }
    for (const endpoint of topology.endpoints.values()) {
      for (const one of endpoint.interfaces) {
        const who = `interface ${one.id}`;
        this.need(who, 'segment', topology.segments, one.segment);
        for (const id of [...one.filters.least, ...one.filters.most])
          this.need(who, 'filter', topology.filters, id);
        for (const id of one.table?.options ?? []) this.need(who, 'route table', topology.tables, id);
      }
    }
    for (const table of topology.tables.values()) this.checkTable(table);
    for (const router of topology.routers.values()) this.checkRouter(router);
    this.checkFilters();
    this.checkRelays();
    this.checkNames();
    for (const gap of topology.gaps) {
      for (const id of gap.segments) this.need(`gap ${gap.origin.address}`, 'segment', topology.segments, id);
    }
    return [...new Set(this.found)];
  }

  private checkInterfaceIds(): void {
    for (const endpoint of this.topology.endpoints.values()) {
      for (const one of endpoint.interfaces) {
        if (this.interfaces.has(one.id)) {
          this.found.push(`interface ${JSON.stringify(one.id)} is given more than once.`);
        }
        this.interfaces.set(one.id, one);
      }
    }
  }

  private checkNames(): void {
    const { nameTables, endpoints } = this.topology;
    for (const { id, resolver } of endpoints.values()) {
      for (const table of resolver?.tables.flat() ?? [])
        this.need(`endpoint ${id}`, 'name table', nameTables, table);
    }
    for (const { id, records } of nameTables.values()) {
      for (const { owner } of records) {
        const who = `name table ${id}`;
        if (owner.endpoint !== undefined) this.need(who, 'endpoint', endpoints, owner.endpoint);
        if (owner.kind === 'interface') this.needInterface(who, owner.interface);
      }
    }
  }

  private checkFilters(): void {
    for (const filter of this.topology.filters.values()) {
      const who = `filter ${filter.id}`;
      for (const rule of [...filter.ingress, ...filter.egress]) {
        if (filter.matching === 'union' && rule.action === 'deny') {
          this.found.push(`${who} is a union and has a rule that denies. Rules of a union only allow.`);
        }
        for (const id of [...rule.remote.members.least, ...rule.remote.members.most]) {
          this.need(who, 'member filter', this.topology.filters, id);
        }
      }
    }
  }

  private checkTable(table: RouteTable): void {
    for (const { via } of [...table.routes, ...table.unknownRoutes])
      this.checkHop(`route table ${table.id}`, via);
  }

  private checkHop(who: string, hop: NextHop): void {
    if (hop.kind === 'router') {
      const router = this.need(who, 'router', this.topology.routers, hop.router);
      if (router !== undefined) this.needLeg(who, router, hop.leg);
    } else if (hop.kind === 'interface') {
      this.needInterface(who, hop.interface);
    } else if (hop.kind === 'one-of') {
      for (const option of hop.options) this.checkHop(who, option);
    }
  }

  private checkRouter(router: Router): void {
    const { topology } = this;
    const who = `router ${router.id}`;
    for (const leg of router.legs) {
      if (leg.kind === 'segment') this.need(who, 'segment', topology.segments, leg.segment);
      else if (leg.kind === 'zone') this.need(who, 'zone', topology.zones, leg.zone);
      else {
        this.need(who, 'domain', topology.domains, leg.domain);
        if (leg.table !== undefined) this.checkTable(leg.table);
      }
    }
    for (const rule of router.forward) {
      for (const leg of [...(rule.from ?? []), ...(rule.to ?? [])]) this.needLeg(who, router, leg);
    }
    for (const translation of router.translations) {
      if (translation.kind === 'static') {
        this.needLeg(who, router, translation.leg);
        if (!this.legs.has(translation.interface))
          this.needInterface(who, translation.interface, translation.inside);
      } else if (translation.kind === 'source') {
        for (const leg of [translation.leg, translation.to, ...(translation.from ?? [])])
          this.needLeg(who, router, leg);
      } else {
        for (const leg of translation.from ?? []) this.needLeg(who, router, leg);
        this.needInterface(who, translation.interface, translation.inside);
      }
    }
  }

  private checkRelays(): void {
    for (const relay of this.topology.relays.values()) {
      const who = `relay ${relay.id}`;
      this.need(who, 'endpoint', this.topology.endpoints, relay.endpoint);
      for (const { targets, at } of relay.listeners) {
        for (const id of at ?? []) this.needInterface(who, id);
        for (const target of [...targets.least, ...targets.most]) {
          if ('endpoint' in target.to)
            this.need(who, 'endpoint', this.topology.endpoints, target.to.endpoint);
          for (const id of target.from ?? []) this.needInterface(who, id);
        }
      }
    }
  }

  private need<T>(who: string, what: string, among: ReadonlyMap<string, T>, id: string): T | undefined {
    const part = among.get(id);
    if (part === undefined) this.missing(who, what, id, among.keys());
    return part;
  }

  private needLeg(who: string, router: Router, id: string): void {
    const legs = router.legs.map((leg) => leg.id);
    if (!legs.includes(id)) this.missing(who, `leg of router ${router.id}`, id, legs);
  }

  private needInterface(who: string, id: string, inside?: number): void {
    const one = this.interfaces.get(id);
    if (one === undefined) this.missing(who, 'interface', id, this.interfaces.keys());
    else if (inside !== undefined && one.addresses[inside] === undefined) {
      this.found.push(`${who} names address ${inside} of interface ${id}, which has no such address.`);
    }
  }

  private missing(who: string, what: string, id: string, known: Iterable<string>): void {
    const near = nearestNames(id, known).map((name) => JSON.stringify(name));
    const hint = near.length === 0 ? '' : ` The nearest is ${near.join(' or ')}.`;
    this.found.push(`${who} names ${what} ${JSON.stringify(id)}, which does not exist.${hint}`);
  }
}
