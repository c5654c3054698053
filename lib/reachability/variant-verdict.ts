import { Traffic } from '../addressing/traffic';
import type { Variant, Variants } from '../topology/topology';
import { unknown, type Unknown } from '../topology/value';
import { distinctUnknowns } from './distinct-unknowns';
import type { OtherWay } from './other-way';
import { settingKeys, settingsText } from './setting-text';
import type { Trace } from './trace';
import type { AnyWay, PassingTraffic, Verdict, VerdictKind, VerdictPart } from './verdict';

/** The answer under one variant of the topology. */
export interface VariantAnswer {
  readonly variant: Variant;
  readonly verdict: Verdict;
}

/**
 * The answer of a topology with variants: what it is under all of them, and unknown where they differ, with the
 * settings that make the difference and the answer under each.
 */
export class VariantVerdict implements Verdict {
  readonly asked: Traffic;
  readonly kind: VerdictKind;
  readonly passes: Traffic;
  readonly mayPass: Traffic;
  readonly firstPacket: PassingTraffic;
  readonly unknowns: readonly Unknown[];
  readonly clientPorts: Verdict['clientPorts'];
  readonly #variants: Variants;
  readonly #answers: readonly VariantAnswer[];
  #ways: readonly OtherWay[] | undefined;

  constructor(variants: Variants, answers: readonly VariantAnswer[]) {
    const verdicts = answers.map(({ verdict }) => verdict);
    const first = verdicts[0]!;
    this.#variants = variants;
    this.#answers = answers;
    this.asked = first.asked;
    this.passes = common(verdicts.map(({ passes }) => passes));
    this.mayPass = union(verdicts.map(({ mayPass }) => mayPass));
    this.firstPacket = compared(verdicts.map(({ firstPacket }) => firstPacket));
    const alike = verdicts.every((one) => one.kind === first.kind && samePassing(one, first));
    this.kind = alike ? first.kind : 'unknown';
    const between = alike ? [] : this.differences((verdict) => told(verdict.kind));
    this.unknowns =
      this.kind === 'unknown'
        ? distinctUnknowns([...between, ...verdicts.flatMap((one) => one.unknowns)])
        : [];
    this.clientPorts = this.kind === 'blocked' ? first.clientPorts : undefined;
  }

  get parts(): readonly VerdictPart[] {
    const first = this.#answers[0]!;
    if (this.kind !== 'unknown' || first.verdict.parts.length !== 1) return first.verdict.parts;
    const { passes, mayPass, firstPacket } = this;
    return first.verdict.parts.map((part) => ({ ...part, passes, mayPass, firstPacket }));
  }

  /** What listens is said, and the same under every variant. */
  get answers(): Verdict['answers'] {
    return this.#answers[0]!.verdict.answers;
  }

  /** Ways that exist under some variant, each with what passes by it under all and under some. */
  get otherWays(): readonly OtherWay[] {
    if (this.#ways !== undefined) return this.#ways;
    const found = new Map<string, OtherWay[]>();
    for (const { verdict } of this.#answers) {
      for (const way of verdict.otherWays) {
        const { kind, origin, dial, dialled } = way;
        const key = [kind, origin.address, origin.attribute, dial, dialled.toString()].join('\n');
        found.set(key, [...(found.get(key) ?? []), way]);
      }
    }
    this.#ways = [...found.values()].map((ways): OtherWay => {
      const everywhere = ways.length === this.#answers.length;
      const all = [...ways, ...(everywhere ? [] : [closed])];
      const telling = ways.find(({ passes }) => !passes.isEmpty()) ?? ways[0]!;
      return {
        ...telling,
        ...compared(all),
        firstPacket: compared(all.map(({ firstPacket }) => firstPacket)),
        unknowns: distinctUnknowns(ways.flatMap((way) => way.unknowns)),
      };
    });
    return this.#ways;
  }

  get anyWay(): AnyWay {
    const all = this.#answers.map(({ verdict }) => verdict.anyWay);
    const first = all[0]!;
    const alike = all.every((one) => samePassing(one, first));
    const between = alike
      ? []
      : this.differences(({ anyWay: { passes, mayPass } }) =>
          passes.isEmpty() ? (mayPass.isEmpty() ? 'closed' : 'unknown') : 'open',
        );
    return {
      ...compared(all),
      firstPacket: compared(all.map(({ firstPacket }) => firstPacket)),
      unknowns: distinctUnknowns([...between, ...all.flatMap((one) => one.unknowns)]),
    };
  }

  toJSON(): object {
    const { kind, asked, passes, mayPass, firstPacket, unknowns, clientPorts, parts } = this;
    return { kind, asked, passes, mayPass, firstPacket, unknowns, clientPorts, parts };
  }

  /** The walk under the first variant that comes out as the whole, and where they differ one of each answer. */
  trace(): readonly Trace[] {
    const first = this.#answers[0]!;
    if (this.kind === first.verdict.kind) return first.verdict.trace();
    const kinds = new Map<VerdictKind, Verdict>();
    for (const { verdict } of this.#answers) if (!kinds.has(verdict.kind)) kinds.set(verdict.kind, verdict);
    return [...kinds.values()].flatMap((verdict) => verdict.trace().slice(0, 1));
  }

  /** One unknown per setting that tells answers apart; its text is the answer under each value. */
  private differences(tell: (verdict: Verdict) => string): readonly Unknown[] {
    const groups = new Map<string, ReadonlyMap<string, string>[]>();
    for (const { variant, verdict } of this.#answers) {
      const text = `${tell(verdict)}\n${verdict.passes.toString()}\n${verdict.mayPass.toString()}`;
      groups.set(text, [...(groups.get(text) ?? []), ...variant.profiles]);
    }
    const outcomes = [...groups].map(([text, profiles]) => ({ answer: text.split('\n')[0]!, profiles }));
    const sentence = settingsText(this.#variants.settings, outcomes);
    return settingKeys(
      this.#variants.settings,
      outcomes.map(({ profiles }) => profiles),
    ).map((key) => unknown(key, sentence));
  }
}

function told(kind: VerdictKind): string {
  return kind === 'partial' ? 'partly reachable' : kind;
}

const closed: PassingTraffic & { readonly firstPacket: PassingTraffic } = {
  passes: Traffic.empty,
  mayPass: Traffic.empty,
  firstPacket: { passes: Traffic.empty, mayPass: Traffic.empty },
};

function compared(all: readonly PassingTraffic[]): PassingTraffic {
  return {
    passes: common(all.map(({ passes }) => passes)),
    mayPass: union(all.map(({ mayPass }) => mayPass)),
  };
}

function samePassing(a: PassingTraffic, b: PassingTraffic): boolean {
  return a.passes.equals(b.passes) && a.mayPass.equals(b.mayPass);
}

function common(parts: readonly Traffic[]): Traffic {
  return parts.reduce((all, one) => all.intersect(one));
}

function union(parts: readonly Traffic[]): Traffic {
  return parts.reduce((all, one) => all.union(one));
}
