import { allTraffic, type Traffic } from '../addressing/traffic';
import { solverOf } from '../reachability/solver';
import { documentOfTopology } from '../readers/document-of-topology';
import type { Endpoint } from '../topology/endpoint';
import type { Relay } from '../topology/relay';
import type { NextHop } from '../topology/route-table';
import type { Domain, Segment } from '../topology/segment';
import { dataWithoutConcealed } from '../topology/concealed';
import type { Topology } from '../topology/topology';
import type { Value } from '../topology/value';
import type { Chip, Link, Picture, PictureDomain, PictureSegment } from './picture';
import { arrowsOf } from './picture-arrows';

export interface PictureOptions {
  /** Draws who reaches whom on this traffic. @default - not drawn */
  readonly arrows?: Traffic | undefined;
}

/** What there is to draw of a topology: only what it holds, in an order that hangs on names alone. */
export function pictureOf(topology: Topology, { arrows }: PictureOptions = {}): Picture {
  return dataWithoutConcealed(topology, new Painter(topology).picture(arrows));
}

type Ways = Pick<PictureSegment, 'wayOut' | 'hasWayOut' | 'isOpen'>;

class Painter {
  private readonly topology: Topology;
  private readonly resources: ReadonlyMap<string, ReadonlyMap<string, Value>>;
  private readonly links: Link[] = [];
  /** The first chip of each endpoint. */
  private readonly chipOf = new Map<string, string>();
  private readonly chips = new Set<string>();

  constructor(topology: Topology) {
    this.topology = topology;
    const document = documentOfTopology(topology);
    this.resources = new Map(document?.resources.map(({ address, attributes }) => [address, attributes]));
  }

  picture(asked: Traffic | undefined): Picture {
    const { stacks, zones, endpoints } = this.topology;
    const domains = sorted([...this.topology.domains.values()], ({ name, id }) => `${name} ${id}`).map(
      (domain) => this.domain(domain),
    );
    const apart = sorted([...endpoints.values()], ({ id }) => id)
      .filter(({ id }) => !this.chipOf.has(id))
      .filter(({ type }) => type !== 'host')
      .map((endpoint) => this.chip(endpoint, 'apart', ''));
    const arrows = asked === undefined ? [] : arrowsOf(this.topology, asked, this.chipOf, this.chips);
    // The Internet is one cloud unless IPv6 goes another way.
    const legs = (zone: string): string =>
      JSON.stringify(this.links.filter(({ from }) => from === zone).map(({ to }) => to));
    const isOne =
      legs('internet') === legs('internet6') &&
      !arrows.some(({ from, to }) => [from, to].includes('internet6'));
    const links = isOne ? this.links.filter(({ from }) => from !== 'internet6') : this.links;
    const used = new Set([...links, ...arrows].flatMap(({ from, to }) => [from, to]));
    return {
      title: stacks.join(', '),
      zones: [...zones.values()].filter(({ id }) => used.has(id)).map(({ id, name }) => ({ id, name })),
      domains,
      apart,
      links,
      arrows,
    };
  }

  private domain(domain: Domain): PictureDomain {
    const { segments } = this.topology;
    const own = [...segments.values()].filter((segment) => segment.domain === domain.id);
    const drawn = own
      .filter(({ id }) => !this.isOfHost(id))
      .map((segment) => ({ segment, ways: this.waysOf(segment) }))
      .sort((a, b) => compareSegments({ ...a.segment, ...a.ways }, { ...b.segment, ...b.ways }))
      .map(({ segment, ways }) => this.segment(segment, ways));
    const edge = this.edge(domain, own);
    return {
      id: domain.id,
      name: domain.name,
      blocks: blocksOf(domain.blocks, own.length > 0 && this.hasHost(own)),
      edge,
      segments: drawn,
    };
  }

  /** Segments that no network is: the addresses and the loopback of the machine itself. */
  private isOfHost(segment: string): boolean {
    const standing = [...this.topology.endpoints.values()].filter(({ interfaces }) =>
      interfaces.some((one) => one.segment === segment),
    );
    return (
      standing.length > 0 &&
      standing.every((endpoint) => this.isHost(endpoint)) &&
      !this.resources.has(segment) &&
      this.topology.segments.get(segment)!.origin.constructPath === undefined
    );
  }

  private isHost({ type, stack }: Endpoint): boolean {
    return type === 'host' || (stack !== undefined && this.topology.endpoints.get(stack)?.type === 'host');
  }

  private hasHost(segments: readonly Segment[]): boolean {
    return [...this.topology.endpoints.values()].some(
      (endpoint) =>
        this.isHost(endpoint) &&
        endpoint.interfaces.some(({ segment }) => segments.some(({ id }) => id === segment)),
    );
  }

  private segment(segment: Segment, ways: Ways): PictureSegment {
    const { topology } = this;
    const { id, name, blocks } = segment;
    const attributes = this.resources.get(id);
    const tags = attributes?.get('tags');
    const tag = tags?.kind === 'object' ? (tags.entries.get('Tier') ?? tags.entries.get('tier')) : undefined;
    // Those that stand in several segments last: the line between their places then crosses no heading.
    const standing = sorted(
      [...topology.endpoints.values()].filter(
        (endpoint) => !this.isHost(endpoint) && endpoint.interfaces.some((one) => one.segment === id),
      ),
      ({ id: own, interfaces }) => `${interfaces.some((one) => one.segment !== id) ? 1 : 0} ${own}`,
    );
    const gateways = sorted(
      [...topology.routers.values()].filter(({ legs }) =>
        legs.every((leg) => leg.kind === 'segment' && leg.segment === id),
      ),
      ({ id: own }) => own,
    );
    return {
      id,
      name,
      blocks: blocks.map(String),
      tier: textOf(tag),
      zone: textOf(attributes?.get('availability_zone')),
      ...ways,
      chips: [
        ...gateways.map((router): Chip => {
          const key = `${router.id} in ${id}`;
          this.chipOf.set(router.id, key);
          return { key, id: router.id, label: router.name, detail: '', kind: 'gateway', certain: true };
        }),
        ...standing.map((endpoint) => this.chip(endpoint, id, addressText(endpoint, id))),
      ],
    };
  }

  /** Whether the Internet is reached from a segment, and reaches into it. */
  private waysOf(segment: Segment): Ways {
    const internet = this.topology.zones.get('internet');
    const solver = solverOf(this.topology);
    const zone = internet === undefined ? undefined : ({ kind: 'zone', zone: internet } as const);
    const party = { kind: 'segment', segment } as const;
    const out = zone && solver.ask({ from: party, to: zone, on: allTraffic() }).firstPacket;
    const way = zone && solver.ask({ from: zone, to: party, on: allTraffic() });
    const hasWayOut = out !== undefined && !out.mayPass.isEmpty();
    return {
      wayOut: hasWayOut ? `way out${this.wayOutBy(segment)}` : 'no way out',
      hasWayOut,
      isOpen: way !== undefined && !way.mayPass.isEmpty(),
    };
  }

  /** The router that the default route of a segment leads to. */
  private wayOutBy({ table }: Segment): string {
    const [only] = table.options;
    if (only === undefined || table.options.length > 1) return '';
    const routes = this.topology.tables.get(only)?.routes ?? [];
    const hops: readonly NextHop[] = routes.filter(({ to }) => to.prefixLength === 0).map(({ via }) => via);
    const routers = hops.flatMap((hop) =>
      hop.kind === 'router' && !this.carries(hop.router)
        ? [this.topology.routers.get(hop.router)?.name ?? hop.router]
        : [],
    );
    return routers.length === 0 ? '' : ` by ${[...new Set(routers)].join(', ')}`;
  }

  /** Whether a router is the host itself, which is drawn as such. */
  private carries(router: string): boolean {
    const legs = this.topology.routers.get(router)?.legs ?? [];
    const own = legs.flatMap((leg) => (leg.kind === 'segment' ? [leg.segment] : []));
    return own.some((segment) => this.isOfHost(segment));
  }

  private chip(endpoint: Endpoint, place: string, detail: string): Chip {
    const { id, names, notModelled, spread } = endpoint;
    const key = `${id} in ${place}`;
    const first = this.chipOf.get(id);
    this.chips.add(key);
    if (first === undefined) this.chipOf.set(id, key);
    else this.links.push({ from: first, to: key, kind: 'same' });
    return {
      key,
      id,
      label: names[0] ?? shortId(id),
      detail: notModelled === undefined ? detail : 'not modelled',
      kind: notModelled === undefined ? 'endpoint' : 'unknown',
      certain: spread !== 'placements' || endpoint.interfaces.length === 1,
    };
  }

  /** Routers between this domain and others or a zone; and the host with its ports, where one carries the segments. */
  private edge(domain: Domain, own: readonly Segment[]): readonly Chip[] {
    const { routers, endpoints, relays } = this.topology;
    const chips: Chip[] = [];
    const hosts = sorted(
      [...endpoints.values()].filter(
        (endpoint) =>
          this.isHost(endpoint) &&
          !/(^|:)host-loopback(\.|$)/.test(endpoint.id) &&
          endpoint.interfaces.some(({ segment }) => own.some(({ id }) => id === segment)),
      ),
      ({ id, type }) => `${type === 'host' ? 0 : 1} ${id}`,
    );
    for (const endpoint of hosts) {
      const isMachine = endpoint.type === 'host';
      const label = isMachine ? endpoint.id : (endpoint.names[0] ?? shortId(endpoint.id));
      const chip = { key: `${endpoint.id} in ${domain.id}`, id: endpoint.id, label, certain: true } as const;
      this.chipOf.set(endpoint.id, chip.key);
      chips.push({
        ...chip,
        detail: isMachine ? '' : 'network of the host',
        kind: isMachine ? 'host' : 'endpoint',
      });
    }
    for (const router of sorted([...routers.values()], ({ id }) => id)) {
      const touches = router.legs.some(
        (leg) =>
          (leg.kind === 'domain' && leg.domain === domain.id) ||
          (leg.kind === 'segment' && own.some(({ id }) => id === leg.segment)),
      );
      const outside = router.legs.filter((leg) => leg.kind === 'zone').map(({ zone }) => zone);
      const elsewhere = router.legs.some((leg) => leg.kind === 'domain' && leg.domain !== domain.id);
      if (!touches || (outside.length === 0 && !elsewhere)) continue;
      const host = hosts[0];
      let key = host === undefined ? undefined : this.chipOf.get(host.id);
      if (key === undefined) {
        key = `${router.id} in ${domain.id}`;
        chips.push({ key, id: router.id, label: router.name, detail: '', kind: 'gateway', certain: true });
        const known = this.chipOf.get(router.id);
        if (known === undefined) this.chipOf.set(router.id, key);
        else this.links.push({ from: known, to: key, kind: 'same' });
      }
      for (const zone of new Set(outside)) this.links.push({ from: zone, to: key, kind: 'leg' });
    }
    const drawnAt = [...this.chips];
    const target = (relay: Relay): number =>
      Math.min(
        ...relay.listeners.flatMap(({ targets }) =>
          targets.most.map(({ to }) =>
            'endpoint' in to ? drawnAt.indexOf(this.chipOf.get(to.endpoint) ?? '') : -1,
          ),
        ),
      );
    const ordered = sorted([...relays.values()], ({ id }) => id)
      .slice()
      .sort((a, b) => target(a) - target(b));
    for (const relay of ordered) {
      if (!hosts.some(({ id }) => id === relay.endpoint)) continue;
      const targets = relay.listeners.flatMap(({ targets: { most } }) => most);
      const ids = targets.flatMap(({ to }) => ('endpoint' in to ? [to.endpoint] : []));
      const key = `${relay.id} in ${domain.id}`;
      const leads = targets.map(({ traffic }) => traffic.toString()).join(', ');
      chips.push({
        key,
        id: relay.id,
        label: relay.name.replace(/^published port /, ''),
        detail: leads === '' ? '' : `to ${leads}`,
        kind: 'door',
        certain: true,
      });
      for (const id of new Set(ids)) {
        const target = this.chipOf.get(id);
        if (target !== undefined) this.links.push({ from: key, to: target, kind: 'door' });
      }
    }
    return chips;
  }
}

function addressText(endpoint: Endpoint, segment: string): string {
  const own = endpoint.interfaces.filter((one) => one.segment === segment);
  const fixed = own.flatMap(({ addresses }) =>
    addresses.filter((one) => one.unknown === undefined || one.possible.size === 1n),
  );
  return [...new Set(fixed.map(({ possible }) => possible.toString()))].join(', ');
}

/** The blocks of what carries its own; those of a host are those of its networks, which say it already. */
function blocksOf(blocks: Domain['blocks'], ofHost: boolean): readonly string[] {
  return ofHost ? [] : blocks.map(String);
}

function textOf(value: Value | undefined): string | undefined {
  return value?.kind === 'known' && value.value !== null && value.sensitive !== true
    ? String(value.value)
    : undefined;
}

/** `web` of `module.shop.aws_instance.web[0]` with its index. */
function shortId(id: string): string {
  return id.replace(/^(?:[^"[]*\.)?([^.]+)$/, '$1');
}

type Ranked = Pick<PictureSegment, 'id' | 'name' | 'hasWayOut' | 'isOpen'>;

/** Those that the Internet gets into first, then those with a way out. */
function compareSegments(a: Ranked, b: Ranked): number {
  const rank = ({ isOpen, hasWayOut }: Ranked): number => (isOpen ? 0 : hasWayOut ? 1 : 2);
  return rank(a) - rank(b) || compare(`${a.name} ${a.id}`, `${b.name} ${b.id}`);
}

function sorted<T>(items: readonly T[], by: (item: T) => string): readonly T[] {
  return [...items].sort((a, b) => compare(by(a), by(b)));
}

function compare(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true }) || (a < b ? -1 : a > b ? 1 : 0);
}
