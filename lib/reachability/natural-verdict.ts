import { Traffic } from '../addressing/traffic';
import type { Unknown } from '../topology/value';
import { distinctUnknowns } from './distinct-unknowns';
import type { OtherWay } from './other-way';
import type { Trace } from './trace';
import type { AnyWay, PassingTraffic, Verdict, VerdictKind, VerdictPart } from './verdict';

/**
 * The answer for somebody to whom a relay stands for the target: by the target's own address or through the relay,
 * either will do.
 */
export class NaturalVerdict implements Verdict {
  readonly asked: Traffic;
  readonly kind: VerdictKind;
  readonly passes: Traffic;
  readonly mayPass: Traffic;
  readonly firstPacket: PassingTraffic;
  readonly unknowns: readonly Unknown[];
  readonly clientPorts: Verdict['clientPorts'];
  readonly #direct: Verdict;
  readonly #ways: readonly OtherWay[];

  constructor(direct: Verdict, ways: readonly OtherWay[]) {
    const all: readonly (PassingTraffic & Pick<OtherWay, 'firstPacket'>)[] = [direct, ...ways];
    this.#direct = direct;
    this.#ways = ways;
    this.asked = direct.asked;
    this.passes = union(all.map(({ passes }) => passes));
    this.mayPass = union(all.map(({ mayPass }) => mayPass));
    this.firstPacket = {
      passes: union(all.map(({ firstPacket }) => firstPacket.passes)),
      mayPass: union(all.map(({ firstPacket }) => firstPacket.mayPass)),
    };
    const doubted = direct.kind === 'unknown' || !this.passes.equals(this.mayPass);
    this.kind = this.mayPass.isEmpty()
      ? 'blocked'
      : direct.kind === 'reachable' || this.everywhere().contains(this.asked)
        ? 'reachable'
        : doubted
          ? 'unknown'
          : 'partial';
    const unknowns = [...direct.unknowns, ...ways.flatMap((way) => way.unknowns)];
    this.unknowns = this.kind === 'unknown' ? distinctUnknowns(unknowns) : [];
    this.clientPorts = this.kind === 'blocked' ? direct.clientPorts : undefined;
  }

  get parts(): readonly VerdictPart[] {
    const [first] = this.#direct.parts;
    if (first === undefined || this.#direct.kind === this.kind) return this.#direct.parts;
    const { passes, mayPass, firstPacket } = this;
    const from = { id: first.from.id, addresses: undefined };
    return [{ from, to: { id: first.to.id, addresses: undefined }, passes, mayPass, firstPacket }];
  }

  get answers(): Verdict['answers'] {
    return this.#direct.answers;
  }

  get otherWays(): readonly OtherWay[] {
    return this.#direct.otherWays;
  }

  get anyWay(): AnyWay {
    return this.#direct.anyWay;
  }

  toJSON(): object {
    const { kind, asked, passes, mayPass, firstPacket, unknowns, clientPorts, parts } = this;
    return { kind, asked, passes, mayPass, firstPacket, unknowns, clientPorts, parts };
  }

  /** The way that passes first: through the relay where the own address is not reached. */
  trace(): readonly Trace[] {
    const direct = this.#direct.trace();
    const through = [...this.#ways]
      .sort((a, b) => Number(a.mayPass.isEmpty()) - Number(b.mayPass.isEmpty()))
      .flatMap(tracesOf);
    return this.#direct.mayPass.isEmpty() ? [...through, ...direct] : [...direct, ...through];
  }

  /** What passes between all addresses of both sides, by a way that is wholly open. */
  private everywhere(): Traffic {
    const whole = this.#ways.filter(isWhole);
    const own = this.#direct.parts.length === 1 ? [this.#direct.passes] : [];
    return union([...own, ...whole.map(({ passes }) => passes)]);
  }
}

/** Whether a way is open from end to end, by whatever relays lead to the first. */
function isWhole({ stretches }: OtherWay): boolean {
  return stretches.every(
    ({ kind, asked, otherWays }) =>
      kind === 'reachable' || otherWays.some((way) => way.passes.contains(asked) && isWhole(way)),
  );
}

/** The walks of a way, and where it begins by another way, of that one first. */
function tracesOf({ stretches }: OtherWay): readonly Trace[] {
  return stretches.flatMap((stretch) => {
    const around = stretch.mayPass.isEmpty()
      ? stretch.otherWays.find(({ mayPass }) => !mayPass.isEmpty())
      : undefined;
    return around === undefined ? stretch.trace().slice(0, 1) : tracesOf(around);
  });
}

function union(parts: readonly Traffic[]): Traffic {
  return parts.reduce((sum, one) => sum.union(one), Traffic.empty);
}
