import { AddressSet } from '../addressing/address-set';
import type {
  DestinationTranslation,
  ForwardRule,
  Leg,
  Router,
  SourceTranslation,
  StaticTranslation,
  Translation,
} from '../topology/router';
import type { End } from './end';
import { FlowSpace } from './flow-space';
import { type Packet, seen } from './journey';
import type { Network } from './network';
import type { Scenario } from './scenario';

/** What a router forwards of packets that enter and leave it by certain legs. */
export interface Forwarding {
  readonly space: FlowSpace;
  /** The rules that were tried, in order. */
  readonly rules: readonly ForwardRule[];
}

/** A router made ready to say which leg a packet leaves by and whether it is forwarded. */
export class PreparedRouter {
  private readonly router: Router;
  private readonly order: ReadonlyMap<Translation, number>;
  private readonly destinations: readonly DestinationTranslation[];
  private readonly sources: readonly SourceTranslation[];
  private readonly network: Network;
  /** Segment legs by the blocks of their segments, longest first. */
  private readonly onLink: readonly { readonly leg: Leg; readonly block: AddressSet }[];
  /** Domain legs by the blocks of their domains, longest first, and then zone legs. */
  private readonly behind: readonly { readonly leg: Leg; readonly addresses: AddressSet }[];
  private readonly segmentLegs: readonly Leg[];
  private readonly spaces = new Map<ForwardRule, FlowSpace>();
  private readonly translated = new Map<Leg, readonly (4 | 6)[]>();

  constructor(router: Router, network: Network) {
    this.router = router;
    this.network = network;
    this.order = new Map(router.translations.map((translation, index) => [translation, index]));
    this.destinations = router.translations.filter((one) => one.kind === 'destination');
    this.sources = router.translations.filter((one) => one.kind === 'source');
    this.segmentLegs = router.legs.filter(({ kind }) => kind === 'segment');
    this.onLink = router.legs
      .flatMap((leg) =>
        leg.kind === 'segment' ? network.segment(leg.segment).blocks.map((block) => ({ leg, block })) : [],
      )
      .sort((a, b) => b.block.prefixLength - a.block.prefixLength)
      .map(({ leg, block }) => ({ leg, block: AddressSet.of(block) }));
    const domains = router.legs
      .filter((leg) => leg.kind === 'domain')
      .flatMap((leg) =>
        network.topology.domains.get(leg.domain)!.blocks.map((block) => ({ leg: leg, block })),
      )
      .sort((a, b) => b.block.prefixLength - a.block.prefixLength)
      .map(({ leg, block }) => ({ leg, addresses: AddressSet.of(block) }));
    const zones = router.legs
      .filter((leg) => leg.kind === 'zone')
      .map((leg) => ({ leg: leg, addresses: network.beyond(leg) }));
    this.behind = [...domains, ...zones];
  }

  /** The leg that a packet leaves by; topology/router.ts states the order. */
  leavingLeg(by: Leg, { address }: End, translated: boolean, scenario: Scenario): Leg | undefined {
    const link = this.onLink.find(({ block }) => scenario.within(address, block));
    if (link !== undefined) return link.leg;
    const behind = this.behind.find(
      ({ leg, addresses }) => (leg !== by || translated) && scenario.within(address, addresses),
    );
    if (behind !== undefined) return behind.leg;
    if (by.kind === 'segment') return by;
    return this.segmentLegs.length === 1 ? this.segmentLegs[0] : undefined;
  }

  /** Translations that may apply to the destination of what comes in, in the order in which they are tried. */
  incoming({ owner }: End): readonly (StaticTranslation | DestinationTranslation)[] {
    if (owner.kind !== 'outside' || owner.router !== this.router) return this.destinations;
    return this.sorted([owner.translation, ...this.destinations]);
  }

  /** Translations that may apply to the source of what leaves, in the order in which they are tried. */
  outgoing({ owner }: End, out: Leg): readonly (StaticTranslation | SourceTranslation)[] {
    const sources = this.sources.filter(({ leg }) => leg === out.id);
    if (owner.kind !== 'interface' && owner.kind !== 'leg') return sources;
    const statics = this.network
      .staticsOf(owner.kind === 'interface' ? owner.at.interface.id : owner.leg.id)
      .filter((made) => made.router === this.router && made.translation.leg === out.id)
      .map(({ translation }) => translation);
    return statics.length === 0 ? sources : this.sorted([...statics, ...sources]);
  }

  private sorted<T extends Translation>(translations: readonly T[]): readonly T[] {
    return translations.length < 2
      ? translations
      : [...translations].sort((a, b) => this.order.get(a)! - this.order.get(b)!);
  }

  /** What the forwarding rules let pass: the first that matches decides, and what none names is dropped. */
  forwards(by: Leg, out: Leg, packet: Packet, scenario: Scenario): Forwarding {
    let space = FlowSpace.empty;
    let open = FlowSpace.everything;
    const rules: ForwardRule[] = [];
    const source = seen(packet, packet.source).address;
    const destination = seen(packet, packet.destination).address;
    for (const rule of this.router.forward) {
      if (rule.from?.includes(by.id) === false || rule.to?.includes(out.id) === false) continue;
      if (rule.source !== undefined && !scenario.within(source, rule.source)) continue;
      if (rule.destination !== undefined && !scenario.within(destination, rule.destination)) continue;
      rules.push(rule);
      const matched = this.spaceOf(rule);
      if (rule.action === 'allow') space = space.union(open.intersect(matched));
      open = open.subtract(matched);
      if (open.isEmpty()) break;
    }
    return { space, rules };
  }

  /** What rules that are asked of every packet leave of a reply that the router remembers. */
  passesReply(by: Leg, out: Leg, packet: Packet, scenario: Scenario): Forwarding {
    const rules = this.router.forward.filter(
      ({ everyPacket, action, from, to, source, destination }) =>
        everyPacket === true &&
        action === 'deny' &&
        from?.includes(by.id) !== false &&
        to?.includes(out.id) !== false &&
        (source === undefined || scenario.within(packet.source.address, source)) &&
        (destination === undefined || scenario.within(packet.destination.address, destination)),
    );
    if (rules.length === 0) return { space: FlowSpace.everything, rules };
    const denied = rules.map((rule) => this.spaceOf(rule)).reduce((all, one) => all.union(one));
    return { space: FlowSpace.everything.subtract(denied), rules };
  }

  /** Families that pass the leg only under a translation. */
  onlyTranslated(leg: Leg): readonly (4 | 6)[] {
    let families = this.translated.get(leg);
    if (families === undefined) {
      const stated = leg.kind === 'zone' ? (leg.onlyTranslated ?? []) : [];
      const implied = this.router.translations.flatMap((translation) => {
        if (translation.kind !== 'static' || translation.leg !== leg.id) return [];
        const inside = this.network.insideOf(translation);
        return inside === undefined ? [] : [inside.family];
      });
      this.translated.set(leg, (families = [...new Set([...stated, ...implied])]));
    }
    return families;
  }

  private spaceOf(rule: ForwardRule): FlowSpace {
    if (rule.traffic === undefined) return FlowSpace.everything;
    let space = this.spaces.get(rule);
    if (space === undefined) this.spaces.set(rule, (space = FlowSpace.of(rule.traffic)));
    return space;
  }
}
