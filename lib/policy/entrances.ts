import { Traffic } from '../addressing/traffic';
import { shiftedTraffic } from '../reachability/flow-space';
import type { Rule } from '../topology/filter';
import type { Party } from '../topology/lookup';
import type { Topology } from '../topology/topology';

/** Endpoints that a relay is, or leads to. */
export function relatedToRelays(topology: Topology): ReadonlySet<string> {
  const related = new Set<string>();
  for (const { relays, endpoints } of everyVariant(topology)) addRelated(related, relays, endpoints);
  return related;
}

function addRelated(
  related: Set<string>,
  relays: Topology['relays'],
  endpoints: Topology['endpoints'],
): void {
  for (const { endpoint, listeners } of relays.values()) {
    related.add(endpoint);
    for (const { targets } of listeners) {
      for (const { to } of targets.most) {
        if ('endpoint' in to) related.add(to.endpoint);
        else {
          for (const { id, interfaces } of endpoints.values()) {
            const held = interfaces.some((one) =>
              one.addresses.some(({ possible }) => possible.overlaps(to.addresses)),
            );
            if (held) related.add(id);
          }
        }
      }
    }
  }
}

/** Endpoints that may be reached otherwise than by dialling their own address. */
export function reachedOtherwise(topology: Topology): ReadonlySet<string> {
  // Something that is not modelled and passes flows on may lead to anybody.
  if (somethingMayRelay(topology)) return new Set(topology.endpoints.keys());
  const found = new Set(translatedEndpoints(topology));
  const relays = relayEndpoints(topology);
  for (const id of relatedToRelays(topology)) {
    // A balancer is one of them when another leads to it.
    if (!relays.has(id) || relaysTo(topology, id).length > 0) found.add(id);
  }
  return found;
}

/** Endpoints with a public address or a published port. */
export function translatedEndpoints(topology: Topology): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { routers, endpoints } of everyVariant(topology)) {
    const interfaces = new Set(
      [...routers.values()].flatMap(({ translations }) =>
        translations.flatMap((one) => (one.kind === 'source' ? [] : [one.interface])),
      ),
    );
    for (const { id, interfaces: own } of endpoints.values()) {
      if (own.some((one) => interfaces.has(one.id))) found.add(id);
    }
  }
  return found;
}

/** Whether something that is not modelled may pass flows on, to whomever. */
export function somethingMayRelay(topology: Topology): boolean {
  return everyVariant(topology).some(({ gaps }) => gaps.some(({ relays }) => relays === true));
}

export function relayEndpoints(topology: Topology): ReadonlySet<string> {
  return new Set(
    everyVariant(topology).flatMap(({ relays }) => [...relays.values()].map(({ endpoint }) => endpoint)),
  );
}

/** Endpoints of the relays that may lead to an endpoint. */
export function relaysTo(topology: Topology, id: string): readonly string[] {
  return everyVariant(topology).flatMap(({ relays }) =>
    [...relays.values()]
      .filter(({ listeners }) =>
        listeners.some(({ targets }) =>
          targets.most.some(({ to }) => !('endpoint' in to) || to.endpoint === id),
        ),
      )
      .map(({ endpoint }) => endpoint),
  );
}

/** The topology under each of the settings that its input leaves open. */
export function everyVariant(topology: Topology): readonly Topology[] {
  return topology.variants === undefined
    ? [topology]
    : topology.variants.options.map((variant) => variant.topology);
}

/**
 * At most what may come to an endpoint otherwise than by its own address: more than passes, and found without asking.
 * Whatever is excepted altogether need not be asked about.
 */
export class Entrances {
  private readonly topology: Topology;
  private readonly anything: boolean;
  private readonly published = new Map<string, Traffic>();
  private readonly translated = new Set<string>();
  private readonly sent = new Map<string, Traffic>();
  private readonly taken = new Map<string, Traffic>();

  constructor(topology: Topology) {
    this.topology = topology;
    this.anything = somethingMayRelay(topology);
    for (const one of everyVariant(topology)) this.gather(one);
  }

  most(from: Party, to: string): Traffic {
    if (this.anything) return Traffic.everything;
    const published = this.published.get(to) ?? Traffic.empty;
    // To somebody outside, the public address is the natural one.
    if (!this.translated.has(to) || from.kind === 'zone') return published;
    const sent = from.kind === 'endpoint' ? this.sentBy(from.endpoint.id) : Traffic.everything;
    return published.union(sent.intersect(this.takenBy(to)));
  }

  /** Ports that are published and targets of relays, and who has an address outside. */
  private gather({ routers, relays, endpoints }: Topology): void {
    const owners = new Map<string, string>();
    for (const { id, interfaces } of endpoints.values()) for (const one of interfaces) owners.set(one.id, id);
    const add = (id: string, traffic: Traffic): void => {
      this.published.set(id, (this.published.get(id) ?? Traffic.empty).union(traffic));
    };
    for (const { translations } of routers.values()) {
      for (const one of translations) {
        const owner = one.kind === 'source' ? undefined : owners.get(one.interface);
        if (owner === undefined) continue;
        if (one.kind === 'destination') add(owner, shiftedTraffic(one.traffic, one.shift));
        else this.translated.add(owner);
      }
    }
    for (const { listeners } of relays.values()) {
      for (const { targets } of listeners) {
        for (const { to, traffic } of targets.most) {
          if ('endpoint' in to) add(to.endpoint, traffic);
          else for (const id of endpoints.keys()) add(id, traffic);
        }
      }
    }
  }

  private sentBy(id: string): Traffic {
    return remembered(this.sent, id, () => this.byAddress(id, 'egress'));
  }

  private takenBy(id: string): Traffic {
    return remembered(this.taken, id, () => this.byAddress(id, 'ingress'));
  }

  /** What rules let pass by addresses: on its way round by a public address, a packet belongs to no member. */
  private byAddress(id: string, side: 'ingress' | 'egress'): Traffic {
    const all: Traffic[] = [];
    for (const { endpoints, filters } of everyVariant(this.topology)) {
      const endpoint = endpoints.get(id);
      if (endpoint === undefined) continue;
      if (endpoint.notModelled !== undefined || endpoint.interfaces.length === 0) return Traffic.everything;
      for (const { filters: carried } of endpoint.interfaces) {
        if (carried.most.length === 0) return Traffic.everything;
        const rules = carried.most.flatMap((filter): readonly Rule[] => filters.get(filter)![side]);
        for (const { action, traffic, remote } of rules) {
          if (action === 'allow' && !remote.addresses.most.isEmpty()) all.push(traffic.most);
        }
      }
    }
    return Traffic.from(all);
  }
}

function remembered(known: Map<string, Traffic>, key: string, make: () => Traffic): Traffic {
  let traffic = known.get(key);
  if (traffic === undefined) known.set(key, (traffic = make()));
  return traffic;
}
