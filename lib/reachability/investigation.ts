import { Traffic } from '../addressing/traffic';
import type { Family } from '../addressing/address';
import type { Unknown } from '../topology/value';
import type { End } from './end';
import type { Inquiry, Side, Unit } from './inquiry';
import type { Network } from './network';
import { either, merged, nothing, oneOf, overlay, type Part, type Passage } from './part';
import { Probe, type Sighting } from './probe';
import { Decisions, World } from './scenario';
import type { ClientPorts } from './verdict';

/** Worlds that are tried one by one before the answer is unknown. */
export const worldLimit = 64;

/** What came out of an inquiry, over all worlds. */
export interface Findings {
  /** What of the asked traffic there is at all in the families that both sides have. */
  readonly natural: Traffic;
  /** What passes everywhere in every world. */
  readonly everywhere: Traffic;
  /** What passes somewhere: in every world, and in some. */
  readonly somewhere: Passage;
  readonly firstPacket: Passage;
  readonly pairs: readonly PairFindings[];
  /** Whether every pair comes out the same in every world. */
  readonly decided: boolean;
  /** False when there were more worlds than were tried. */
  readonly complete: boolean;
  readonly unknowns: readonly Unknown[];
  readonly clientPorts: ClientPorts | undefined;
}

/** One unit of the source and one of the target. */
export interface PairFindings {
  readonly from: Unit;
  readonly to: Unit;
  /** Any family will do. */
  readonly families: ReadonlyMap<Family, readonly Part[]>;
}

/** Answers an inquiry by walking it in every world that what is unknown allows. */
export class Investigation {
  private readonly network: Network;
  private readonly inquiry: Inquiry;
  /** Told of every walk, to explain it. */
  private readonly witness: ((sighting: Sighting) => void) | undefined;
  private readonly unknowns = new Map<string, Unknown>();
  private clientPorts: ClientPorts | undefined;

  constructor(network: Network, inquiry: Inquiry, witness?: (sighting: Sighting) => void) {
    this.network = network;
    this.inquiry = inquiry;
    this.witness = witness;
  }

  findings(): Findings {
    const { asked, source, target } = this.inquiry;
    const decisions = new Decisions();
    let everywhere = source.units.length * target.units.length === 0 ? Traffic.empty : asked;
    let somewhere: Passage | undefined;
    let firstPacket: Passage | undefined;
    let pairs: readonly PairFindings[] | undefined;
    let worlds = 0;
    let more = true;
    while (more && worlds < worldLimit) {
      const world = new World(decisions);
      const found = this.inWorld(world);
      const passing = found.map(passingOf);
      everywhere = passing.reduce(
        (left, { all }) => left.intersect(all),
        found.length === 0 ? Traffic.empty : everywhere,
      );
      const here = passing.map(({ some }) => some).reduce(either, nothing);
      const first = passing.map((one) => one.firstPacket).reduce(either, nothing);
      somewhere = somewhere === undefined ? here : oneOf(somewhere, here);
      firstPacket = firstPacket === undefined ? first : oneOf(firstPacket, first);
      pairs = pairs === undefined ? found : pairs.map((pair, index) => inEither(pair, found[index]!));
      for (const unknown of [...world.unknowns.values()].flat()) this.unknowns.set(unknown.key, unknown);
      worlds++;
      more = decisions.advance();
    }
    const given = [source, target].flatMap(({ notModelled }) => notModelled ?? []);
    for (const unknown of given) this.unknowns.set(unknown.key, unknown);
    const natural = naturalTraffic(asked, pairs!);
    const findings: Findings = {
      everywhere,
      somewhere: somewhere!,
      firstPacket: firstPacket!,
      pairs: pairs!,
      natural,
      decided: pairs!.every((pair) => isDecided(pair, natural)),
      complete: !more,
      unknowns: [...this.unknowns.values()],
      clientPorts: this.clientPorts,
    };
    return given.length > 0 ? uncertain(findings, asked, this.standsNowhere()) : findings;
  }

  private standsNowhere(): boolean {
    const { source, target } = this.inquiry;
    return [source, target].some(
      (side) => side.notModelled !== undefined && side.units[0]!.ends.length === 0,
    );
  }

  private inWorld(world: World): readonly PairFindings[] {
    const { source, target } = this.inquiry;
    const sources = existing(source, world);
    const targets = existing(target, world);
    return sources.flatMap((from) => targets.map((to) => this.pair(from, to, world)));
  }

  private pair(from: Unit, to: Unit, world: World): PairFindings {
    const families = new Map<Family, readonly Part[]>();
    for (const start of from.ends) {
      for (const end of to.ends) {
        if (start.family !== end.family) continue;
        const parts = this.between(start, end, world);
        const known = families.get(start.family);
        families.set(start.family, known === undefined ? parts : overlay(known, parts, either));
      }
    }
    return { from, to, families };
  }

  private between(start: End, end: End, world: World): readonly Part[] {
    const { inquiry, network } = this;
    const asked = inquiry.asked.inFamily(start.family);
    const ways = inquiry.dial(start, end).map((dialled): readonly Part[] => {
      const probe = new Probe(network, { inquiry, start, dialled, end, asked, world }, this.witness);
      const parts = probe.parts().map((part) => withEcho(part, inquiry.asked));
      for (const unknown of probe.unknowns) this.unknowns.set(unknown.key, unknown);
      this.clientPorts ??= probe.clientPorts;
      return parts;
    });
    return ways.length === 0 ? closed : ways.reduce((all, parts) => overlay(all, parts, either));
  }
}

/** The units that exist in a world. */
function existing({ units, spread, id, placement }: Side, world: World): readonly Unit[] {
  if (spread === 'all') return units;
  const text = `which of its ${units.length} places ${id} gets`;
  const unknown: Unknown = { kind: 'unknown', key: placement?.key ?? id, text };
  const placed = units[world.pick(`place of ${id}`, units.length, [unknown])];
  return placed === undefined ? [] : [{ ...placed, id }];
}

/** What passes between two units: between all of their addresses, and between some, in a family that does best. */
function passingOf({ families }: PairFindings) {
  let all = Traffic.empty;
  let some = nothing;
  let firstPacket = nothing;
  for (const parts of families.values()) {
    if (parts.length === 0) continue;
    all = all.union(parts.map(({ flow }) => flow.must).reduce((a, b) => a.intersect(b)));
    some = parts.map(({ flow }) => flow).reduce(either, some);
    firstPacket = parts.map((part) => part.firstPacket).reduce(either, firstPacket);
  }
  return { all, some, firstPacket };
}

function inEither(a: PairFindings, b: PairFindings): PairFindings {
  const families = new Map<Family, readonly Part[]>();
  for (const family of [4, 6] as const) {
    const [mine, others] = [a.families.get(family), b.families.get(family)];
    if (mine === undefined && others === undefined) continue;
    // In one of the worlds there is no address of the family, and so nothing passes there.
    families.set(family, overlay(mine ?? closed, others ?? closed, oneOf));
  }
  return { ...a, families };
}

const closed: readonly Part[] = [{ from: undefined, to: undefined, flow: nothing, firstPacket: nothing }];

function naturalTraffic(asked: Traffic, pairs: readonly PairFindings[]): Traffic {
  const families = new Set(pairs.flatMap((pair) => [...pair.families.keys()]));
  return families.size === 0 ? asked : Traffic.from([...families].map((family) => asked.inFamily(family)));
}

function isDecided({ families }: PairFindings, asked: Traffic): boolean {
  const passes = [...families.values()].some((parts) => parts.every(({ flow }) => flow.must.contains(asked)));
  return (
    passes || [...families.values()].every((parts) => parts.every(({ flow }) => flow.must.equals(flow.may)))
  );
}

/** Nothing is certain about what is not modelled, except that what its segments cut is cut. */
function uncertain(findings: Findings, asked: Traffic, anywhere: boolean): Findings {
  const doubt = (passage: Passage): Passage => ({
    must: Traffic.empty,
    may: anywhere ? asked : passage.may,
  });
  return {
    ...findings,
    everywhere: Traffic.empty,
    somewhere: doubt(findings.somewhere),
    firstPacket: doubt(findings.firstPacket),
    pairs: findings.pairs.map((pair) => ({
      ...pair,
      families: new Map(
        [...pair.families].map(([family, parts]) => [
          family,
          merged(
            parts.map((part) => ({
              from: part.from,
              to: part.to,
              flow: doubt(part.flow),
              firstPacket: doubt(part.firstPacket),
            })),
          ),
        ]),
      ),
    })),
    decided: false,
  };
}

const echo = {
  4: Traffic.ofIcmp('icmp', 8, 0),
  6: Traffic.ofIcmp('icmpv6', 128, 0),
} as const;

/** Ping is asked for as both messages at once, of which a family has one: that one then stands for both. */
function withEcho(part: Part, asked: Traffic): Part {
  if (!asked.contains(echo[4]) || !asked.contains(echo[6])) return part;
  const both = (traffic: Traffic): Traffic =>
    traffic.contains(echo[4]) || traffic.contains(echo[6]) ? traffic.union(echo[4]).union(echo[6]) : traffic;
  const passage = ({ must, may }: Passage): Passage => ({ must: both(must), may: both(may) });
  return { ...part, flow: passage(part.flow), firstPacket: passage(part.firstPacket) };
}
