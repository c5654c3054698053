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
