import { AddressSet } from '../addressing/address-set';
import { Traffic } from '../addressing/traffic';
import type { Unknown } from '../topology/value';
import { type Answering, answeringOf } from './answering';
import type { Inquiry } from './inquiry';
import { type Findings, Investigation } from './investigation';
import type { Network } from './network';
import type { OtherWay } from './other-way';
import { merged } from './part';
import type { Sighting } from './probe';
import { type ReasonCode, reasonOf } from './reason-code';
import type { Cut, Trace } from './trace';
import { Tracer } from './tracer';
import type {
  AnyWay,
  ClientPorts,
  PassingTraffic,
  Verdict,
  VerdictKind,
  VerdictPart,
  VerdictSide,
} from './verdict';

/** Traces that are kept of one question; more explain nothing further. */
const traceLimit = 64;

/** An answered inquiry; what not every asker needs is worked out when it is read. */
export class Answer implements Verdict {
  readonly kind: VerdictKind;
  readonly asked: Traffic;
  readonly passes: Traffic;
  readonly mayPass: Traffic;
  readonly firstPacket: PassingTraffic;
  readonly unknowns: readonly Unknown[];
  readonly clientPorts: ClientPorts | undefined;
  readonly #network: Network;
  readonly #inquiry: Inquiry;
  readonly #findings: Findings;
  readonly #findWays: () => readonly OtherWay[];
  #ways: readonly OtherWay[] | undefined;

  constructor(network: Network, inquiry: Inquiry, findWays: () => readonly OtherWay[] = () => []) {
    this.#network = network;
    this.#inquiry = inquiry;
    this.#findWays = findWays;
    this.#findings = new Investigation(network, inquiry).findings();
    const { somewhere, firstPacket, complete, unknowns, clientPorts } = this.#findings;
    this.asked = inquiry.asked;
    this.kind = kindOf(this.#findings);
    this.passes = complete ? somewhere.must : Traffic.empty;
    this.mayPass = complete ? somewhere.may : inquiry.asked;
    this.firstPacket = complete
      ? { passes: firstPacket.must, mayPass: firstPacket.may }
      : { passes: Traffic.empty, mayPass: inquiry.asked };
    this.unknowns = this.kind === 'unknown' ? unknowns : [];
    this.clientPorts = this.kind === 'blocked' ? clientPorts : undefined;
  }

  get parts(): readonly VerdictPart[] {
    return this.#findings.pairs.flatMap(({ from, to, families }) =>
      [...families.values()].flatMap((parts) =>
        merged(parts).map((part): VerdictPart => {
          const fromSide: VerdictSide = { id: from.id, addresses: part.from };
          const toSide: VerdictSide = { id: to.id, addresses: part.to };
          return {
            from: fromSide,
            to: toSide,
            passes: part.flow.must,
            mayPass: part.flow.may,
            firstPacket: { passes: part.firstPacket.must, mayPass: part.firstPacket.may },
          };
        }),
      ),
    );
  }

  get answers(): Answering {
    const { source, target, asked } = this.#inquiry;
    const { topology } = this.#network;
    const { endpoints } = topology;
    return answeringOf(topology, endpoints.get(source.id), endpoints.get(target.id), asked);
  }

  get otherWays(): readonly OtherWay[] {
    this.#ways ??= this.#findWays();
    return this.#ways;
  }

  get anyWay(): AnyWay {
    const all: readonly (PassingTraffic & { readonly firstPacket: PassingTraffic })[] = [
      this,
      ...this.otherWays,
    ];
    const union = (list: readonly Traffic[]): Traffic =>
      list.reduce((sum, one) => sum.union(one), Traffic.empty);
    const unknowns = [...this.unknowns, ...this.otherWays.flatMap((way) => way.unknowns)];
    return {
      passes: union(all.map(({ passes }) => passes)),
      mayPass: union(all.map(({ mayPass }) => mayPass)),
      firstPacket: {
        passes: union(all.map(({ firstPacket }) => firstPacket.passes)),
        mayPass: union(all.map(({ firstPacket }) => firstPacket.mayPass)),
      },
      unknowns: [...new Map(unknowns.map((one) => [one.key, one])).values()],
    };
  }

  toJSON(): object {
    const { kind, asked, passes, mayPass, firstPacket, unknowns, clientPorts, parts } = this;
    return { kind, asked, passes, mayPass, firstPacket, unknowns, clientPorts, parts };
  }

  trace(): readonly Trace[] {
    const tracer = new Tracer(this.#network);
    const traces: Trace[] = [];
    const witness = (sighting: Sighting): void => {
      if (traces.length < traceLimit) traces.push(tracer.trace(sighting));
    };
    new Investigation(this.#network, this.#inquiry, witness).findings();
    const doubts = this.doubts();
    if (traces.length === 0) return [this.nothingToWalk(doubts)];
    const telling = this.kind === 'reachable' || this.kind === 'partial' ? passingFirst : nearestFirst;
    return traces.sort(telling).map((trace) => ({ ...trace, cuts: [...doubts, ...trace.cuts] }));
  }

  /** What makes the whole answer uncertain, wherever one looks. */
  private doubts(): readonly Cut[] {
    const { source, target, asked } = this.#inquiry;
    const notModelled = [source, target].flatMap(({ id, notModelled: unknown }) =>
      unknown === undefined ? [] : [beforeAll('not-modelled', id, asked, [unknown])],
    );
    if (this.#findings.complete) return notModelled;
    return [...notModelled, beforeAll('too-many-worlds', source.id, asked, this.#findings.unknowns)];
  }

  /** Nobody dials anybody: no two of their addresses are of one family, or the places are unknown altogether. */
  private nothingToWalk(doubts: readonly Cut[]): Trace {
    const { source, target, asked } = this.#inquiry;
    const cuts = doubts.length > 0 ? doubts : [beforeAll('no-common-family', target.id, asked)];
    return {
      from: source.id,
      to: target.id,
      source: AddressSet.empty,
      dialled: AddressSet.empty,
      forward: [],
      reply: [],
      cuts,
      passes: this.passes,
      mayPass: this.mayPass,
      assumed: [],
    };
  }
}

/** A cut that no hop makes; certain unless something unknown makes it. */
function beforeAll(
  reason: ReasonCode,
  subject: string,
  stops: Traffic,
  unknowns: readonly Unknown[] = [],
): Cut {
  const certain = unknowns.length === 0;
  return { reason, ...reasonOf(reason), direction: 'forward', subject, hop: -1, stops, certain, unknowns };
}

function kindOf({ somewhere, everywhere, natural, decided, complete }: Findings): VerdictKind {
  if (!complete) return 'unknown';
  if (somewhere.may.isEmpty()) return 'blocked';
  if (everywhere.contains(natural)) return 'reachable';
  return decided ? 'partial' : 'unknown';
}

/** Ways that pass first, then those with fewer cuts. */
function passingFirst(a: Trace, b: Trace): number {
  return Number(a.passes.isEmpty()) - Number(b.passes.isEmpty()) || nearestFirst(a, b);
}

/** Ways with fewer certain cuts first, and of these the longer. */
function nearestFirst(a: Trace, b: Trace): number {
  const certain = ({ cuts }: Trace): number => cuts.filter((cut) => cut.certain).length;
  const length = ({ forward, reply }: Trace): number =>
    forward.filter(({ beyond }) => !beyond).length + reply.length;
  return certain(a) - certain(b) || length(b) - length(a);
}
