import { Traffic } from '../addressing/traffic';
import type { Gap } from '../topology/topology';
import type { Listener, Relay, RelayTarget } from '../topology/relay';
import type { Party } from '../topology/lookup';
import { Answer } from './answer';
import { directly, publishedFor, shownOf } from './dial';
import type { End } from './end';
import { shiftedTraffic } from './flow-space';
import { clientPortsOf, type Inquiry, type Side, sideOf, sideOfEndpoint } from './inquiry';
import { Investigation } from './investigation';
import { NaturalVerdict } from './natural-verdict';
import type { Network } from './network';
import type { OtherWay } from './other-way';
import type { Verdict } from './verdict';

/** Finds the ways from one party to another: directly, and all others. */
export class Ways {
  private readonly network: Network;
  private readonly from: Party;
  private readonly source: Side;

  constructor(network: Network, from: Party) {
    this.network = network;
    this.from = from;
    this.source = sideOf(network, from);
  }

  /**
   * The answer about the target's own addresses, or about those that `dial` gives. `passed` are relays that a way
   * has already led through: no way leads through one twice.
   */
  direct(
    to: Party,
    on: Traffic,
    passed: ReadonlySet<string> = new Set(),
    dial: Inquiry['dial'] = (source, target) => directly(this.network, source, target),
  ): Verdict {
    const inquiry: Inquiry = {
      asked: on,
      source: this.from.kind === 'segment' ? sideOf(this.network, this.from, to) : this.source,
      target: this.towards(to),
      clientPorts: clientPortsOf(this.from),
      dial,
      shows: undefined,
    };
    return new Answer(this.network, inquiry, () => this.others(to, on, passed));
  }

  /**
   * The answer about the target as it is natural to dial it: by its own addresses, and through relays that stand for it
   * where the source is.
   */
  natural(to: Party, on: Traffic): Verdict {
    const direct = this.direct(to, on);
    const relays = [...this.network.topology.relays.values()].filter((relay) => this.standsFor(relay));
    const ways = relays.flatMap((relay) => this.relayed(relay, to, on, new Set()));
    return ways.length === 0 ? direct : new NaturalVerdict(direct, ways);
  }

  private standsFor({ naturalFrom = [] }: Relay): boolean {
    const { from, network } = this;
    if (from.kind === 'endpoint') return naturalFrom.includes(from.endpoint.id);
    return (
      from.kind === 'zone' &&
      naturalFrom.some((id) => network.topology.zones.has(id) && network.isWithin(from.zone, id))
    );
  }

  /** Whether the source reaches a listener, by any way but through its own relay and those that are `passed`. */
  front(
    relay: Relay,
    listener: Listener,
    dialled = listener.traffic,
    passed: Iterable<string> = [],
  ): Verdict {
    const endpoint = this.network.topology.endpoints.get(relay.endpoint)!;
    return this.direct(
      { kind: 'endpoint', endpoint },
      dialled,
      new Set([...passed, relay.id]),
      (source, end) => (listensAt(listener, end) ? directly(this.network, source, end) : []),
    );
  }

  /** What is dialled to come to a party. */
  towards(to: Party): Side {
    return sideOf(this.network, to, this.from, isSameSegment(this.from, to));
  }

  /** Through one relay, `on` being what its listeners are asked; undefined when it does not lead to the target. */
  through(relay: Relay, to: Party, on: Traffic): readonly OtherWay[] {
    return this.relayed(relay, to, Traffic.everything, new Set(), on);
  }

  private others(to: Party, on: Traffic, passed: ReadonlySet<string>): readonly OtherWay[] {
    const relays = [...this.network.topology.relays.values()].filter(({ id }) => !passed.has(id));
    return [
      ...this.byPublicAddress(to, on),
      ...this.byPublishedPort(to, on),
      ...relays.flatMap((relay) => this.relayed(relay, to, on, passed)),
      ...this.network.topology.gaps.flatMap((gap) => this.bySomethingUnknown(gap, to, on)),
    ];
  }

  private byPublicAddress(to: Party, on: Traffic): readonly OtherWay[] {
    // To somebody outside, the addresses shown outside are the natural ones: the direct answer is about them.
    if (this.from.kind === 'zone') return [];
    const shown = distinct(endsOf(this.towards(to)).flatMap((end) => shownOf(this.network, end)));
    return shown.map((outside) => this.dialling(outside, to, on, 0, 'public-address'));
  }

  private byPublishedPort(to: Party, on: Traffic): readonly OtherWay[] {
    const published = endsOf(this.towards(to)).flatMap((end) => publishedFor(this.network, end));
    return published.flatMap((end) => {
      if (end.owner.kind !== 'published') return [];
      const { shift, traffic } = end.owner.translation;
      const dialled = shiftedTraffic(on, -shift).intersect(traffic);
      return dialled.isEmpty() ? [] : [this.dialling(end, to, dialled, shift, 'published-port')];
    });
  }

  private dialling(
    end: End,
    to: Party,
    dialled: Traffic,
    shift: number,
    kind: 'public-address' | 'published-port',
  ): OtherWay {
    const { owner } = end;
    if (owner.kind !== 'outside' && owner.kind !== 'published' && owner.kind !== 'mapping') {
      throw new Error(`${owner.kind} is no other way`);
    }
    const inside = owner.inside;
    const verdict = this.direct(to, dialled, undefined, (_, target) => (target === inside ? [end] : []));
    const there = (traffic: Traffic): Traffic => shiftedTraffic(traffic, shift);
    return {
      kind,
      name: owner.router.name,
      origin: owner.kind === 'mapping' ? owner.router.origin : owner.translation.origin,
      dial: end.address.kind === 'certain' ? end.address.addresses.toString() : end.address.id,
      dialled,
      sourceSeen: this.from.kind === 'zone' ? 'client' : 'other',
      passes: there(verdict.passes),
      mayPass: there(verdict.mayPass),
      firstPacket: {
        passes: there(verdict.firstPacket.passes),
        mayPass: there(verdict.firstPacket.mayPass),
      },
      unknowns: verdict.unknowns,
      stretches: [verdict],
    };
  }

  private relayed(
    relay: Relay,
    to: Party,
    on: Traffic,
    passed: ReadonlySet<string>,
    listening: Traffic = Traffic.everything,
  ): readonly OtherWay[] {
    return relay.listeners.flatMap((listener) => {
      const dialled = listener.traffic.intersect(listening);
      if (dialled.isEmpty()) return [];
      return listener.targets.most.flatMap((target) => {
        const wanted = target.traffic.intersect(on);
        if (wanted.isEmpty() || !this.leadsTo(target, to)) return [];
        return [this.relay(relay, listener, dialled, target, to, wanted, passed)];
      });
    });
  }

  /** Whether a target of a relay is the party, or one of its addresses, or stands in it. */
  leadsTo({ to: wanted }: RelayTarget, to: Party): boolean {
    if ('addresses' in wanted) {
      return endsOf(sideOf(this.network, to)).some(({ address }) =>
        address.addresses.overlaps(wanted.addresses),
      );
    }
    if (to.kind === 'endpoint') return wanted.endpoint === to.endpoint.id;
    // Whoever reaches an endpoint that stands in the segment has come into the segment.
    const { interfaces } = this.network.topology.endpoints.get(wanted.endpoint)!;
    return to.kind === 'segment' && interfaces.some(({ segment }) => segment === to.segment.id);
  }

  private relay(
    relay: Relay,
    listener: Listener,
    dialled: Traffic,
    target: RelayTarget,
    to: Party,
    wanted: Traffic,
    passed: ReadonlySet<string>,
  ): OtherWay {
    const endpoint = this.network.topology.endpoints.get(relay.endpoint)!;
    const front = this.front(relay, listener, dialled, passed);
    const reached = front.anyWay;
    const back = this.fromRelay(relay, target, to, wanted, dialled);
    const certain = listener.targets.least.includes(target) && reached.passes.contains(dialled);
    const possible = !reached.mayPass.isEmpty();
    const must = (traffic: Traffic): Traffic => (certain ? traffic : Traffic.empty);
    const may = (traffic: Traffic): Traffic => (possible ? traffic : Traffic.empty);
    return {
      kind: 'relay',
      name: relay.name,
      origin: relay.origin,
      dial: endpoint.id,
      dialled,
      sourceSeen: target.sourceSeen === 'client' ? 'client' : 'other',
      passes: must(back.passes),
      mayPass: may(back.mayPass),
      firstPacket: { passes: must(back.firstPacket.passes), mayPass: may(back.firstPacket.mayPass) },
      unknowns: [...listener.targets.unknowns, ...reached.unknowns, ...back.unknowns],
      stretches: [front, back],
    };
  }

  private fromRelay(
    relay: Relay,
    target: RelayTarget,
    to: Party,
    wanted: Traffic,
    dialled: Traffic,
  ): Verdict {
    const { network } = this;
    const endpoint = network.topology.endpoints.get(relay.endpoint)!;
    const interfaces = network
      .interfacesOf(endpoint)
      .filter(({ interface: { id } }) => target.from?.includes(id) !== false);
    const asClient = target.sourceSeen === 'client';
    const inquiry: Inquiry = {
      asked: wanted,
      source: sideOfEndpoint(network, endpoint, interfaces),
      target: this.targetSide(target, to),
      clientPorts: asClient ? clientPortsOf(this.from) : target.ports,
      dial: (_, end) => [end],
      shows: asClient ? this.seenAt(relay, dialled) : undefined,
    };
    return new Answer(network, inquiry);
  }

  /** Of a target that is an address, only that address of the party; of a segment, what stands there. */
  private targetSide({ to: wanted }: RelayTarget, to: Party): Side {
    if ('addresses' in wanted) {
      const side = sideOf(this.network, to);
      return {
        ...side,
        units: side.units.map((unit) => ({
          ...unit,
          ends: unit.ends.filter(({ address }) => address.addresses.overlaps(wanted.addresses)),
        })),
      };
    }
    return sideOfEndpoint(this.network, this.network.topology.endpoints.get(wanted.endpoint)!);
  }

  /** The addresses as which the source arrives at a relay. */
  private seenAt(relay: Relay, dialled: Traffic): readonly End[] {
    const endpoint = this.network.topology.endpoints.get(relay.endpoint)!;
    const seen = new Map<string, End>();
    const inquiry: Inquiry = {
      asked: dialled,
      source: this.source,
      target: sideOfEndpoint(this.network, endpoint),
      clientPorts: clientPortsOf(this.from),
      dial: (source, end) => [
        ...new Set([...directly(this.network, source, end), ...shownOf(this.network, end)]),
      ],
      shows: undefined,
    };
    new Investigation(this.network, inquiry, ({ first }) => {
      const { source } = first.packet;
      if (first.ending.kind === 'arrived') seen.set(source.address.id, source);
    }).findings();
    return [...seen.values()];
  }

  /** Something that may pass flows on, and nobody knows which. */
  private bySomethingUnknown(gap: Gap, to: Party, on: Traffic): readonly OtherWay[] {
    if (gap.relays !== true) return [];
    const segments = gap.segments.map((id) => this.network.segment(id));
    const mayPass =
      segments.length === 0
        ? on
        : segments
            .map((segment) => new Ways(this.network, { kind: 'segment', segment }).direct(to, on).mayPass)
            .reduce((sum, one) => sum.union(one), Traffic.empty);
    if (mayPass.isEmpty()) return [];
    return [
      {
        kind: 'not-modelled',
        name: gap.type,
        origin: gap.origin,
        dial: gap.origin.address,
        dialled: on,
        sourceSeen: 'other',
        passes: Traffic.empty,
        mayPass,
        firstPacket: { passes: Traffic.empty, mayPass },
        unknowns: [gap.unknown],
        stretches: [],
      },
    ];
  }
}

function listensAt({ at }: Listener, { owner }: End): boolean {
  return at === undefined || (owner.kind === 'interface' && at.includes(owner.at.interface.id));
}

function isSameSegment(a: Party, b: Party): boolean {
  return a.kind === 'segment' && b.kind === 'segment' && a.segment === b.segment;
}

function endsOf({ units }: Side): readonly End[] {
  return units.flatMap(({ ends }) => ends);
}

function distinct(ends: readonly End[]): readonly End[] {
  return [...new Map(ends.map((end) => [end.address.id, end])).values()];
}
