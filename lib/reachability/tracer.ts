import type { Traffic } from '../addressing/traffic';
import type { Origin } from '../topology/origin';
import type { Sight } from '../topology/sight';
import type { Unknown } from '../topology/value';
import { distinctUnknowns } from './distinct-unknowns';
import type { End } from './end';
import { decisionsOf } from './filter-decision';
import type { Passing } from './filter-passing';
import { answerable, FlowSpace, repliesTo, shiftedTraffic } from './flow-space';
import { type Ending, type Outcome, type Packet, seen, type Step } from './journey';
import { Judgement, packetOf } from './judgement';
import type { Network } from './network';
import type { Sighting } from './probe';
import { type ReasonCode, reasonOf } from './reason-code';
import type { Cut, Hop, HopEnd, Trace } from './trace';

/** Tells a walk hop by hop, with what decided at each and everything that stops it. */
export class Tracer {
  private readonly network: Network;

  constructor(network: Network) {
    this.network = network;
  }

  trace(sighting: Sighting): Trace {
    const { attempt, scenario, first, reply, flow } = sighting;
    const judgement = new Judgement(this.network, scenario, first.packet.region, attempt.inquiry.clientPorts);
    const there = this.direction('forward', sighting, first, judgement);
    const beyond = reply === undefined ? this.beyond(sighting, judgement) : [];
    const back = reply === undefined ? undefined : this.direction('reply', sighting, reply, judgement);
    const silence = this.silence(sighting, there.hops.length - 1);
    const cuts = [...there.cuts, ...beyond.flatMap((one) => one.cuts), ...silence, ...(back?.cuts ?? [])];
    const wholly = this.clientPortCut(sighting, judgement, there.hops.length);
    return {
      from: nameOf(attempt.start),
      to: nameOf(attempt.end),
      source: scenario.addressesOf(attempt.start.address),
      dialled: scenario.addressesOf(attempt.dialled.address),
      forward: [...there.hops, ...beyond.map(({ hop }) => hop)],
      reply: back?.hops ?? [],
      cuts: wholly === undefined || cuts.some(({ certain }) => certain) ? cuts : [...cuts, wholly],
      passes: flow.must,
      mayPass: flow.may,
      assumed: distinctUnknowns([...scenario.world.unknowns.values()].flat()),
    };
  }

  private direction(
    direction: Hop['direction'],
    sighting: Sighting,
    outcome: Outcome,
    judgement: Judgement,
  ): { readonly hops: readonly Hop[]; readonly cuts: readonly Cut[] } {
    const passing = direction === 'forward' ? judgement.forward(outcome) : judgement.reply(outcome);
    const made = outcome.steps.map((step, index) =>
      this.hop(direction, sighting, step, passing[index]!, false),
    );
    const hops = made.map(({ hop }) => hop);
    const cuts = made.flatMap((met, index) => this.cutAt(met, outcome.steps[index]!, index, sighting));
    const end = this.cutAtEnd(outcome.ending, direction, hops.length - 1, sighting);
    return { hops, cuts: end === undefined ? cuts : [...cuts, end] };
  }

  private hop(
    direction: Hop['direction'],
    { attempt, scenario }: Sighting,
    step: Step,
    passing: Passing,
    beyond: boolean,
  ): Met {
    const packet = packetOf(step);
    const { asked } = attempt;
    const sources = packet.sources[packet.sources.length - 1]!;
    const dialled = shiftedTraffic(packet.region, packet.shift);
    const packets = direction === 'forward' ? FlowSpace.of(dialled, sources) : repliesTo(dialled, sources);
    const show = (one: Packet, end: End): HopEnd => {
      const shown = seen(one, end);
      return { addresses: scenario.addressesOf(shown.address), of: nameOf(shown) };
    };
    const becomes =
      step.kind === 'router' &&
      (step.before.source !== step.after.source || step.before.destination !== step.after.destination)
        ? {
            source: show(step.after, step.after.source),
            destination: show(step.after, step.after.destination),
          }
        : undefined;
    const hop: Hop = {
      ...this.placeOf(step),
      direction,
      source: show(packet, packet.source),
      destination: show(packet, packet.destination),
      becomes,
      traffic: direction === 'forward' ? dialled : packets.destinations(),
      passes: passing.must.fromAll(sources, asked),
      mayPass: passing.may.fromAll(sources, asked),
      filters: decisionsOf(this.network, step, packets, scenario),
      decidedBy: originsOf(step),
      sights: sightsOf(step),
      beyond,
    };
    return { hop, unknowns: passing.unknowns, inPart: passing.may.fromSome(sources, asked) };
  }

  private placeOf(step: Step): Pick<Hop, 'kind' | 'side' | 'id' | 'name' | 'origin'> {
    switch (step.kind) {
      case 'interface': {
        const { interface: one, endpoint } = step.at;
        return { kind: step.kind, side: step.direction, id: one.id, name: endpoint.id, origin: one.origin };
      }
      case 'crossing': {
        const { id, name, origin } = step.segment;
        return { kind: step.kind, side: step.direction, id, name, origin };
      }
      case 'route': {
        const { id, name, origin } = step.table;
        return { kind: step.kind, side: undefined, id, name, origin };
      }
      case 'router': {
        const { id, name, origin } = step.router;
        return { kind: step.kind, side: undefined, id, name, origin };
      }
      case 'zone':
        return {
          kind: step.kind,
          side: undefined,
          id: step.zone.id,
          name: step.zone.name,
          origin: undefined,
        };
    }
  }

  private cutAt(
    { hop, unknowns, inPart }: Met,
    step: Step,
    index: number,
    { attempt }: Sighting,
  ): readonly Cut[] {
    const asked = packetOf(step).region.intersect(attempt.asked);
    const stops = asked.subtract(hop.passes);
    if (stops.isEmpty()) return [];
    const lost = asked.subtract(hop.mayPass);
    const certain = !lost.isEmpty();
    const reason = certain && inPart.contains(lost) ? 'client-ports' : reasonAt(step);
    return [
      {
        reason,
        ...reasonOf(reason),
        direction: hop.direction,
        subject: this.subjectOf(step, hop),
        hop: index,
        stops: certain ? lost : stops,
        certain,
        unknowns: certain ? [] : distinctUnknowns(unknowns),
      },
    ];
  }

  private subjectOf(step: Step, hop: Hop): string {
    if (step.kind === 'crossing') return step.filter ?? hop.id;
    return hop.id;
  }

  private cutAtEnd(
    ending: Ending,
    direction: Hop['direction'],
    hop: number,
    { attempt }: Sighting,
  ): Cut | undefined {
    if (ending.kind === 'arrived') return undefined;
    const { reason } = ending;
    return {
      reason,
      ...reasonOf(reason),
      direction,
      subject: ending.kind === 'cut' ? ending.subject : ending.unknown.key,
      hop,
      stops: attempt.asked,
      certain: ending.kind === 'cut',
      unknowns: ending.kind === 'cut' ? [] : [ending.unknown],
    };
  }

  /** What arrives, and has no answer that could come back. */
  private silence({ attempt, first }: Sighting, hop: number): readonly Cut[] {
    if (first.ending.kind !== 'arrived') return [];
    const stops = first.packet.region.subtract(answerable(first.packet.region)).intersect(attempt.asked);
    if (stops.isEmpty()) return [];
    const reason = 'never-answered';
    const subject = nameOf(attempt.end);
    return [
      { reason, ...reasonOf(reason), direction: 'forward', subject, hop, stops, certain: true, unknowns: [] },
    ];
  }

  /** Every filter alone may let enough source ports pass, and all together not. */
  private clientPortCut({ attempt }: Sighting, judgement: Judgement, hop: number): Cut | undefined {
    const { asked } = attempt;
    const some = judgement.withSomePort(asked).may;
    const stops = some.subtract(judgement.may(asked));
    if (stops.isEmpty()) return undefined;
    return {
      reason: 'client-ports',
      ...reasonOf('client-ports'),
      direction: 'reply',
      subject: nameOf(attempt.start),
      hop,
      stops,
      certain: true,
      unknowns: [],
    };
  }

  /** What the packet would still meet at the target if the way did not end before. */
  private beyond(sighting: Sighting, judgement: Judgement) {
    const { first, attempt } = sighting;
    const { owner } = attempt.end;
    if (first.ending.kind === 'arrived' || (owner.kind !== 'interface' && owner.kind !== 'place')) return [];
    const segment = owner.kind === 'interface' ? owner.at.segment : owner.segment;
    const packet = { ...first.packet, destination: attempt.end };
    const met = first.steps.some((step) => step.kind === 'crossing' && step.segment === segment);
    const sameSegment =
      attempt.start.owner.kind === 'interface' && attempt.start.owner.at.segment === segment;
    const steps: Step[] = [];
    const [filter] = segment.crossing.options;
    if (!met && !sameSegment && segment.crossing.options.length === 1) {
      steps.push({ kind: 'crossing', direction: 'ingress', segment, filter: filter!, packet });
    }
    const there = first.steps.some(
      (step) =>
        step.kind === 'interface' &&
        step.direction === 'ingress' &&
        owner.kind === 'interface' &&
        step.at === owner.at,
    );
    if (owner.kind === 'interface' && !there) {
      steps.push({ kind: 'interface', direction: 'ingress', at: owner.at, packet });
    }
    const passing = judgement.fork().forward({ steps, packet });
    return steps.map((step, index) => {
      const made = this.hop('forward', sighting, step, passing[index]!, true);
      const cuts = this.cutAt(made, step, first.steps.length + index, sighting);
      return { hop: made.hop, cuts };
    });
  }
}

/** A hop, and what its cuts are made of. */
interface Met {
  readonly hop: Hop;
  readonly unknowns: readonly Unknown[];
  /** What may pass it with some of the source ports in use. */
  readonly inPart: Traffic;
}

function reasonAt(step: Step): ReasonCode {
  if (step.kind === 'interface') return step.direction === 'egress' ? 'egress-filter' : 'ingress-filter';
  if (step.kind === 'crossing') return step.direction === 'egress' ? 'crossing-egress' : 'crossing-ingress';
  return 'router-drops';
}

function originsOf(step: Step): readonly Origin[] {
  if (step.kind === 'route') return step.lookup.route === undefined ? [] : [step.lookup.route.origin];
  if (step.kind !== 'router') return [];
  return [...step.translations, ...step.rules].map(({ origin }) => origin);
}

/** How the route, the translations and the forwarding rule that decided look where they stand. */
function sightsOf(step: Step): readonly Sight[] {
  if (step.kind === 'route') return step.table.sight === undefined ? [] : [step.table.sight];
  if (step.kind !== 'router') return [];
  return [...step.translations, ...step.rules.slice(-1)].flatMap(({ sight }) => sight ?? []);
}

/** Id of the interface, leg, segment or zone whose address an end is. */
function nameOf({ owner }: End): string {
  switch (owner.kind) {
    case 'interface':
      return owner.at.interface.id;
    case 'place':
      return owner.segment.id;
    case 'leg':
      return owner.leg.id;
    case 'zone':
      return owner.zone.id;
    case 'outside':
    case 'mapping':
    case 'published':
      return nameOf(owner.inside);
  }
}
