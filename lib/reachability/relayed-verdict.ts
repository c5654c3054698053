import { Traffic } from '../addressing/traffic';
import type { Unknown } from '../topology/value';
import { distinctUnknowns } from './distinct-unknowns';
import type { OtherWay } from './other-way';
import type { Trace } from './trace';
import type { AnyWay, PassingTraffic, Verdict, VerdictKind, VerdictPart } from './verdict';

/**
 * The answer to a question that goes through a relay, in terms of what its listeners are asked: of several listeners
 * and targets behind them any will do.
 */
export class RelayedVerdict implements Verdict {
  readonly asked: Traffic;
  readonly kind: VerdictKind;
  readonly passes: Traffic;
  readonly mayPass: Traffic;
  readonly firstPacket: PassingTraffic;
  readonly unknowns: readonly Unknown[];
  readonly clientPorts: Verdict['clientPorts'];
  readonly otherWays: readonly OtherWay[] = [];
  readonly #ways: readonly OtherWay[];

  /** `ways` lead through the relay; their stretches are to the relay and from there. */
  constructor(asked: Traffic, ways: readonly OtherWay[]) {
    this.asked = asked;
    this.#ways = ways;
    const all = ways.map((way) => stretchesOf(way));
    this.passes = union(
      all.map(({ front, passes }) => (passes ? front.anyWay.passes : Traffic.empty)),
      asked,
    );
    this.mayPass = union(
      all.map(({ front, mayPass }) => (mayPass ? front.anyWay.mayPass : Traffic.empty)),
      asked,
    );
    const first = all.map(({ front }) => front.firstPacket);
    this.firstPacket = {
      passes: union(
        first.map(({ passes }) => passes),
        asked,
      ),
      mayPass: union(
        first.map(({ mayPass }) => mayPass),
        asked,
      ),
    };
    const whole = all.filter(({ whole: one }) => one).map(({ front }) => front.anyWay.passes);
    const decided = all.every(({ front, back }) => front.kind !== 'unknown' && back.kind !== 'unknown');
    this.kind = this.mayPass.isEmpty()
      ? 'blocked'
      : union(whole, asked).contains(asked)
        ? 'reachable'
        : decided && ways.every(({ unknowns }) => unknowns.length === 0)
          ? 'partial'
          : 'unknown';
    const unknowns = ways.flatMap((way) => way.unknowns);
    this.unknowns = this.kind === 'unknown' ? distinctUnknowns(unknowns) : [];
    this.clientPorts =
      this.kind === 'blocked'
        ? all.flatMap(({ front, back }) => front.clientPorts ?? back.clientPorts ?? [])[0]
        : undefined;
  }

  get parts(): readonly VerdictPart[] {
    return this.#ways.flatMap((way) => way.stretches.flatMap((verdict) => verdict.parts));
  }

  get answers(): Verdict['answers'] {
    const all = this.#ways.map((way) => stretchesOf(way).back.answers);
    return all.includes('yes') ? 'yes' : all.includes('unsaid') ? 'unsaid' : 'no';
  }

  get anyWay(): AnyWay {
    const { passes, mayPass, firstPacket, unknowns } = this;
    return { passes, mayPass, firstPacket, unknowns };
  }

  toJSON(): object {
    const { kind, asked, passes, mayPass, firstPacket, unknowns, clientPorts, parts } = this;
    return { kind, asked, passes, mayPass, firstPacket, unknowns, clientPorts, parts };
  }

  /** Of each way the traces to the relay and from there. */
  trace(): readonly Trace[] {
    return this.#ways.flatMap((way) => way.stretches.flatMap((verdict) => verdict.trace()));
  }
}

function stretchesOf(way: OtherWay) {
  const [front, back] = way.stretches as readonly [Verdict, Verdict];
  return {
    front,
    back,
    /** Whether the relay's own flows pass at all: then whoever reaches the listener reaches a target. */
    passes: !way.passes.isEmpty(),
    mayPass: !way.mayPass.isEmpty(),
    whole: !way.passes.isEmpty() && back.kind === 'reachable',
  };
}

function union(parts: readonly Traffic[], asked: Traffic): Traffic {
  return parts.reduce((sum, one) => sum.union(one), Traffic.empty).intersect(asked);
}
