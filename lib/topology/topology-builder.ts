import { AddressSet } from '../addressing/address-set';
import type { PortSet } from '../addressing/port-set';
import { exactly } from './bounds';
import { ordinaryClientPorts } from './client-ports';
import type { Endpoint, Interface } from './endpoint';
import type { Filter, Rule } from './filter';
import { invalidTopology } from './invalid-topology';
import type { NameTable } from './name-table';
import type { Origin } from './origin';
import type { Relay } from './relay';
import type { Route, RouteTable } from './route-table';
import type { Router } from './router';
import type { Domain, OneFilter, Segment } from './segment';
import { brandTopology, type Gap, type Premise, type Topology } from './topology';
import type { Zone } from './zone';

/**
 * Gathers the parts of a topology, in any order, and checks what only the whole can tell: that no id is given twice,
 * and that every id which a part names exists. `build` throws InvalidTopology with all problems at once.
 *
 * What is usually the same may be left out: a name is then the id, an origin the one of the part it is in (and its
 * address the id), a list empty.
 */
export class TopologyBuilder {
  private readonly domains: Domain[] = [];
  private readonly segments: Segment[] = [];
  private readonly endpoints: Endpoint[] = [];
  private readonly filters: Filter[] = [];
  private readonly tables: RouteTable[] = [];
  private readonly routers: Router[] = [];
  private readonly relays: Relay[] = [];
  private readonly zones: Zone[] = [];
  private readonly nameTables: NameTable[] = [];
  private readonly gaps: Gap[] = [];
  private readonly premises: Premise[] = [];
  private readonly usedValues = new Set<string>();
  private readonly stacks: string[] = [];
  private readonly clientPorts: PortSet;

  /** `clientPorts` are the source ports of ordinary clients: endpoints, zones, and what stands in segments. */
  constructor(clientPorts: PortSet = ordinaryClientPorts) {
    this.clientPorts = clientPorts;
  }

  addDomain(domain: Optional<Domain, 'name' | 'origin'>): this {
    this.domains.push({ ...called(domain), ...domain });
    return this;
  }

  /** `placeable` is all of the blocks unless stated, `peers` true, `crossing` no filter. */
  addSegment(segment: Optional<Segment, 'name' | 'origin' | 'placeable' | 'peers' | 'crossing'>): this {
    this.segments.push({
      ...called(segment),
      placeable: AddressSet.of(...segment.blocks),
      peers: true,
      crossing: noFilter,
      ...(this.clientPorts !== ordinaryClientPorts && { clientPorts: this.clientPorts }),
      ...segment,
    });
    return this;
  }

  /** One machine of its own that accepts and has the source ports of an ordinary client, unless stated. */
  addEndpoint(endpoint: GivenEndpoint): this {
    const { origin } = called(endpoint);
    this.endpoints.push({
      names: [],
      tags: new Map(),
      spread: 'own',
      clientPorts: this.clientPorts,
      accepts: true,
      notModelled: undefined,
      ...endpoint,
      origin: endpoint.origin ?? origin,
      interfaces: endpoint.interfaces.map((one) => ({
        filters: exactly([]),
        forwards: false,
        origin: endpoint.origin ?? origin,
        ...one,
      })),
    });
    return this;
  }

  addFilter(filter: GivenFilter): this {
    const { name, origin } = called(filter);
    const place = filter.origin ?? origin;
    const rules = (given: readonly GivenRule[] = []): Rule[] =>
      given.map((rule) => ({ origin: place, ...rule }));
    this.filters.push({
      name,
      ...filter,
      origin: place,
      ingress: rules(filter.ingress),
      egress: rules(filter.egress),
    });
    return this;
  }

  /** A route has preference 0, the best, unless stated. */
  addTable(table: GivenTable): this {
    const { name, origin } = called(table);
    const place = table.origin ?? origin;
    this.tables.push({
      name,
      unknownRoutes: [],
      ...table,
      origin: place,
      routes: (table.routes ?? []).map((route) => ({ preference: 0, origin: place, ...route })),
    });
    return this;
  }

  addRouter(router: Optional<Router, 'name' | 'origin' | 'forward' | 'translations'>): this {
    this.routers.push({ ...called(router), forward: [], translations: [], ...router });
    return this;
  }

  addRelay(relay: Optional<Relay, 'name' | 'origin'>): this {
    this.relays.push({ ...called(relay), ...relay });
    return this;
  }

  /** Source ports of an ordinary client unless stated. */
  addZone(zone: Optional<Zone, 'name' | 'clientPorts'>): this {
    this.zones.push({ name: zone.id, clientPorts: this.clientPorts, ...zone });
    return this;
  }

  addNameTable(table: Optional<NameTable, 'name' | 'origin'>): this {
    this.nameTables.push({ ...called(table), ...table });
    return this;
  }

  addGap(gap: Gap): this {
    this.gaps.push(gap);
    return this;
  }

  /** Notes what is taken for granted about the whole. */
  addPremise(premise: Premise): this {
    this.premises.push(premise);
    return this;
  }

  /** Notes the name of a stack that parts come from. */
  addStack(name: string): this {
    this.stacks.push(name);
    return this;
  }

  /** Notes that the value given for `key` was used while reading. */
  useValue(key: string): this {
    this.usedValues.add(key);
    return this;
  }

  /** Whether a part of this kind with this id has been added. */
  has(kind: PartKind, id: string): boolean {
    return this.parts()[kind].some((part) => part.id === id);
  }

  build(): Topology {
    const parts = this.parts();
    const topology: Topology = {
      format: 1,
      stacks: [...this.stacks],
      domains: byId(this.domains),
      segments: byId(this.segments),
      endpoints: byId(this.endpoints),
      filters: byId(this.filters),
      tables: byId(this.tables),
      routers: byId(this.routers),
      relays: byId(this.relays),
      zones: byId(this.zones),
      nameTables: byId(this.nameTables),
      gaps: [...this.gaps],
      usedValues: new Set(this.usedValues),
      ...(this.premises.length > 0 && { premises: [...this.premises] }),
    };
    const fault = invalidTopology(topology, parts);
    if (fault !== undefined) throw fault;
    return brandTopology(topology);
  }

  private parts(): Record<PartKind, readonly { readonly id: string }[]> {
    const { domains, segments, endpoints, filters, tables, routers, relays, zones, nameTables } = this;
    return { domains, segments, endpoints, filters, tables, routers, relays, zones, nameTables };
  }
}

/** The kinds of parts that have ids, by the name of their map in a topology. */
export type PartKind =
  'domains' | 'segments' | 'endpoints' | 'filters' | 'tables' | 'routers' | 'relays' | 'zones' | 'nameTables';

export type GivenInterface = Optional<Interface, 'filters' | 'forwards' | 'origin'>;
export type GivenEndpoint = Optional<
  Omit<Endpoint, 'interfaces'>,
  'names' | 'tags' | 'spread' | 'clientPorts' | 'accepts' | 'notModelled' | 'origin'
> & { readonly interfaces: readonly GivenInterface[] };
export type GivenRule = Optional<Rule, 'origin'>;
export type GivenFilter = Optional<Omit<Filter, 'ingress' | 'egress'>, 'name' | 'origin'> & {
  readonly ingress?: readonly GivenRule[];
  readonly egress?: readonly GivenRule[];
};
export type GivenTable = Optional<Omit<RouteTable, 'routes'>, 'name' | 'unknownRoutes' | 'origin'> & {
  readonly routes?: readonly Optional<Route, 'preference' | 'origin'>[];
};

type Optional<T, K extends keyof T> = Omit<T, K> & Partial<Pick<T, K>>;

const noFilter: OneFilter = { options: [null], unknowns: [] };

function called(part: { readonly id: string }): { readonly name: string; readonly origin: Origin } {
  return { name: part.id, origin: { address: part.id } };
}

function byId<T extends { readonly id: string }>(parts: readonly T[]): ReadonlyMap<string, T> {
  return new Map(parts.map((part) => [part.id, part]));
}
