import type { Address } from '../../lib/addressing/address';
import { AddressSet } from '../../lib/addressing/address-set';
import { ordinaryClientPorts } from '../../lib/topology/client-ports';
import { exactly } from '../../lib/topology/bounds';
import type { Endpoint } from '../../lib/topology/endpoint';
import type { DestinationTranslation, Router, StaticTranslation } from '../../lib/topology/router';
import { brandTopology, type Topology } from '../../lib/topology/topology';
import { freeAddress } from './samples';

/**
 * The topology with one more interface in a segment, at an address that it could be given, nothing filtered; who had
 * the address has none any more, and what destination translations led there leads to the new one. With `mapped`, it has an outside address wherever a router translates one to one.
 */
export function probeIn(topology: Topology, segment: string, address: Address, mapped: boolean): Topology {
  const id = `probe in ${segment} at ${address.toString()}`;
  const origin = { address: id };
  const { family } = address;
  const addresses = [{ family, possible: AddressSet.of(address), unknown: undefined }];
  const probe: Endpoint = {
    id,
    names: [],
    type: 'probe',
    tags: new Map(),
    interfaces: [{ id, segment, addresses, filters: exactly([]), forwards: false, origin }],
    spread: 'own',
    clientPorts: ordinaryClientPorts,
    accepts: true,
    notModelled: undefined,
    origin,
  };
  const endpoints = new Map(
    [...topology.endpoints].map(([name, one]) => [name, without(one, segment, address)]),
  );
  const { domain } = topology.segments.get(segment)!;
  const routers = [...topology.routers].map(([name, router]) => {
    const translations = router.translations.map((one) =>
      one.kind === 'destination' && leadsTo(topology, one, segment, address)
        ? { ...one, interface: id, inside: 0 }
        : one,
    );
    const led = { ...router, translations };
    return [name, mapped ? withMapping(topology, led, id, domain, family) : led] as const;
  });
  return brandTopology({
    ...topology,
    endpoints: endpoints.set(id, probe),
    routers: new Map(routers),
  });
}

function leadsTo(
  { endpoints }: Topology,
  { interface: id, inside }: DestinationTranslation,
  segment: string,
  address: Address,
): boolean {
  const interfaces = [...endpoints.values()].flatMap((endpoint) => endpoint.interfaces);
  const one = interfaces.find((each) => each.id === id);
  return one?.segment === segment && one.addresses[inside]?.possible.contains(address) === true;
}

function without(endpoint: Endpoint, segment: string, address: Address): Endpoint {
  const interfaces = endpoint.interfaces.map((one) =>
    one.segment === segment && one.addresses.some(({ possible }) => possible.contains(address))
      ? { ...one, addresses: [] }
      : one,
  );
  return { ...endpoint, interfaces };
}

function withMapping(topology: Topology, router: Router, id: string, domain: string, family: 4 | 6): Router {
  if (!router.legs.some((leg) => leg.kind === 'domain' && leg.domain === domain)) return router;
  const statics = router.translations.filter((one) => one.kind === 'static');
  const used = statics.flatMap(({ outside }) => outside.address ?? []);
  const mappings = router.legs.flatMap((leg): StaticTranslation[] => {
    if (leg.kind !== 'zone') return [];
    const translates =
      leg.onlyTranslated?.includes(family) === true || statics.some((one) => one.leg === leg.id);
    const address = freeAddress(topology.zones.get(leg.zone)!.addresses, family, used);
    if (!translates || address === undefined) return [];
    used.push(address);
    const outside = { address, unknown: undefined };
    const origin = { address: id };
    return [
      { kind: 'static', leg: leg.id, interface: id, inside: 0, outside, certain: true, unknowns: [], origin },
    ];
  });
  return { ...router, translations: [...router.translations, ...mappings] };
}
