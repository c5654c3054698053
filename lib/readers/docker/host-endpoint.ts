import type { Address } from '../../addressing/address';
import { AddressSet } from '../../addressing/address-set';
import { Traffic } from '../../addressing/traffic';
import { between, type Bounds, exactly } from '../../topology/bounds';
import type { GivenInterface, GivenRule } from '../../topology/topology-builder';
import { unknown } from '../../topology/value';
import { certainAddress, loopbacks } from './docker-address';
import { doorSight } from './door-sight';
import type { HostFrame } from './host-frame';
import { acceptedSources } from './host-firewall';
import { pings } from './pings';
import { clientsOf, type Door } from './published-door';

/** The host, and a process on it that dials only its loopback. */
export function addHost(host: HostFrame): void {
  const { builder, origin } = host;
  const desktop = host.desktop;
  const name = host.id('host');
  const loopback = host.id('host-loopback');
  builder.addEndpoint({
    id: name,
    names: [...(host.called.among ? ['host'] : []), ...new Set(host.ways.map(({ machine }) => machine.name))],
    type: 'host',
    notModelled: desktop,
    stack: name,
    resolver: host.names.hostResolver(),
    stands: host.called.stacks,
    origin,
    interfaces: hostInterfaces(host, (segment) => `${name} at ${segment}`, true),
  });
  builder.addEndpoint({
    id: loopback,
    names: host.called.among ? ['host-loopback'] : [],
    type: 'host',
    notModelled: desktop,
    resolver: host.names.hostResolver(),
    stands: host.called.stacks,
    origin,
    interfaces: hostInterfaces(host, (segment) => `${loopback} at ${segment}`, true).filter(
      ({ segment }) => segment === host.id('host loopback'),
    ),
  });
}

/** An interface per address of the host. `services`: whether what it takes is what listens on the host. */
export function hostInterfaces(
  host: HostFrame,
  nameOf: (segment: string) => string,
  services: boolean,
): readonly GivenInterface[] {
  const places = [
    ...host.bridges.map(({ id, gateways }) => ({
      segment: id,
      addresses: gateways,
      table: `gateway of ${id}`,
    })),
    ...host.shims.map((shim) => ({ ...shim, table: host.id('on link') })),
    { segment: host.id('host addresses'), addresses: host.outer, table: host.id('host routes') },
    { segment: host.id('host loopback'), addresses: loopbacks, table: host.id('on link') },
  ];
  return places
    .filter(({ addresses }) => addresses.length > 0)
    .map(({ segment, addresses, table }): GivenInterface => {
      const id = nameOf(segment);
      const published = host.doors.filter((door) => host.bindsIn(door, segment));
      const elsewhere = Traffic.from(host.doors.map(({ port }) => port.dialled)).subtract(
        Traffic.from(published.map(({ port }) => port.dialled)),
      );
      return {
        id,
        segment,
        addresses: addresses.map(certainAddress),
        table: { options: [table], unknowns: [] },
        takes: services
          ? taken(host, addresses, published, elsewhere)
          : Traffic.everything.subtract(Traffic.from(published.map(({ port }) => port.dialled))),
        filters: exactly(
          services
            ? [addHostFilter(host, id, segment, addresses, published, elsewhere)]
            : host.assumed.hostFirewall === undefined
              ? []
              : [addInputFilter(host, id)],
        ),
      };
    });
}

function taken(
  host: HostFrame,
  addresses: readonly Address[],
  published: readonly Door[],
  elsewhere: Traffic,
): Traffic {
  const doors = Traffic.from(published.map(({ port }) => port.dialled));
  const services = servicesAt(host, addresses, elsewhere).most;
  return doors.union(services);
}

/** What listens on the host itself at these addresses; whatever no container publishes, as long as nobody says. */
function servicesAt(host: HostFrame, addresses: readonly Address[], elsewhere: Traffic): Bounds<Traffic> {
  const { hostListens } = host.assumed;
  // Ping is answered by the kernel.
  if (hostListens === undefined) {
    const cause = unknown('listens.host', 'what listens on the host');
    return between(pings, Traffic.everything.subtract(elsewhere), [cause]);
  }
  const here = hostListens.filter(({ at }) => at === undefined || addresses.some((one) => one.equals(at)));
  return exactly(pings.union(Traffic.from(here.map(({ traffic }) => traffic))));
}

function addHostFilter(
  host: HostFrame,
  id: string,
  segment: string,
  addresses: readonly Address[],
  published: readonly Door[],
  elsewhere: Traffic,
): string {
  const all = exactly(AddressSet.everything());
  const { input } = host;
  const doors = Traffic.from(published.map(({ port }) => port.dialled));
  const { least, most, unknowns } = servicesAt(host, addresses, elsewhere);
  // What nothing listens on is refused by the host, and not filtered.
  const rest = Traffic.everything.subtract(doors);
  const services = { least: rest.subtract(most.subtract(least)), most: rest, unknowns };
  const anything: GivenRule = {
    action: 'allow',
    traffic: exactly(Traffic.everything),
    remote: { addresses: all, members: exactly([]) },
  };
  host.builder.addFilter({
    id: `filter of ${id}`,
    name: 'what listens on the host',
    matching: 'union',
    stateful: true,
    sight: { shown: [], look: ['ss -ltunp'] },
    origin: host.origin,
    ingress: [
      ...input.map(({ traffic, sources }): GivenRule => ({
        action: 'allow',
        traffic: {
          least: services.least.intersect(traffic),
          most: services.most.intersect(traffic),
          unknowns: services.unknowns,
        },
        remote: { addresses: exactly(sources), members: exactly([]) },
      })),
      ...published.map((door): GivenRule => ({
        action: 'allow',
        traffic:
          door.port.unknown === undefined
            ? exactly(door.port.dialled)
            : between(Traffic.empty, door.port.dialled, [door.port.unknown]),
        remote: {
          addresses: admitted(host, door, segment),
          members: exactly([]),
        },
        sight: doorSight(host, door),
        origin: door.port.origin,
      })),
    ],
    egress: [anything],
  });
  return `filter of ${id}`;
}

/** The firewall of the host before what a container listens on that has the host's addresses. */
function addInputFilter(host: HostFrame, id: string): string {
  const allow = (traffic: Traffic, sources: AddressSet): GivenRule => ({
    action: 'allow',
    traffic: exactly(traffic),
    remote: { addresses: exactly(sources), members: exactly([]) },
  });
  host.builder.addFilter({
    id: `filter of ${id}`,
    name: 'firewall of the host',
    matching: 'union',
    stateful: true,
    origin: host.origin,
    ingress: host.input.map(({ traffic, sources }) => allow(traffic, sources)),
    egress: [allow(Traffic.everything, AddressSet.everything())],
  });
  return `filter of ${id}`;
}

/** Whoever gets through a door that is dialled on a segment, and past the firewall of the host on the way to it. */
function admitted(host: HostFrame, door: Door, segment: string): Bounds<AddressSet> {
  const clients = clientsOf(door, host.bridges, host.own, host.engine, segment);
  const firewall = host.assumed.hostFirewall;
  if (firewall === undefined) return clients;
  const { traffic, dialled } = door.port;
  // Whom a process answers comes in by INPUT; whose packets are translated is forwarded.
  const answered = host.answersItself.subtract(host.own);
  const open = host.own
    .union(answered.intersect(acceptedSources(firewall.input, { traffic: dialled, dialled })))
    .union(
      AddressSet.everything()
        .subtract(host.own)
        .subtract(answered)
        .intersect(acceptedSources(firewall.forward, { traffic, dialled })),
    );
  return { ...clients, least: clients.least.intersect(open), most: clients.most.intersect(open) };
}
