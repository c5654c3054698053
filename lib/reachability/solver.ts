import { NetproofError } from '../addressing/netproof-error';
import { literalAddress } from '../addressing/literal-address';
import { PortSet } from '../addressing/port-set';
import { Traffic } from '../addressing/traffic';
import { lookup, type Party } from '../topology/lookup';
import { nearestNames } from '../topology/nearest-names';
import type { Relay } from '../topology/relay';
import type { Segment } from '../topology/segment';
import type { Topology, Variants } from '../topology/topology';
import type { Zone } from '../topology/zone';
import { directly, shownOf } from './dial';
import type { End } from './end';
import { Network } from './network';
import type { Question } from './question';
import { RelayedVerdict } from './relayed-verdict';
import { VariantVerdict } from './variant-verdict';
import type { Verdict } from './verdict';
import { Ways } from './ways';

/** A topology made ready for many questions. */
export class Solver {
  private readonly network: Network;

  constructor(topology: Topology) {
    this.network = new Network(topology);
  }

  /**
   * The answer to a question. Throws UnknownEndpoint, AmbiguousName or UnknownVia for a name that means nothing or
   * several things, and InvalidQuestion for traffic that is empty or two parties of which neither is inside.
   */
  ask(question: Question): Verdict {
    const { variants } = this.network.topology;
    if (variants !== undefined) return this.askEach(variants, question);
    const { via } = question;
    const from = this.party(question.from, question.to);
    const { to, on } = this.target(question);
    if (on.isEmpty())
      throw invalid('the question is about no traffic at all. Name some: tcp/443, icmp, all.');
    if (from.kind === 'zone' && to.kind === 'zone') {
      throw invalid(
        `${from.zone.id} and ${to.zone.id} both lie outside: nothing that is known stands between them. ` +
          'Ask about an endpoint or a segment.',
      );
    }
    const ways = new Ways(this.network, from);
    return via === undefined ? ways.natural(to, on) : this.askVia(via, ways, to, on);
  }

  /** Asks under each variant; a party of this topology is the one with its id there. */
  private askEach(variants: Variants, question: Question): Verdict {
    const answers = variants.options.map((variant) => {
      const there = (party: string | Party) => partyIn(variant.topology, party);
      const asked = { ...question, from: there(question.from), to: there(question.to) };
      return { variant, verdict: solverOf(variant.topology).ask(asked) };
    });
    const [first, ...more] = answers;
    return more.length === 0 && first !== undefined ? first.verdict : new VariantVerdict(variants, answers);
  }

  /** The party that is asked, and on what: `NAME:PORT` means one port of it. */
  private target({ from, to, on }: Question): { readonly to: Party; readonly on: Traffic } {
    const [, name, digits] = (typeof to === 'string' && /^([^:]*(?::[^:]+)?):(\d{1,5})$/.exec(to)) || [];
    if (typeof to !== 'string' || name === undefined || name === '' || literalAddress(to) !== undefined) {
      return { to: this.party(to, from), on };
    }
    const party = this.party(name, from);
    const port = PortSet.of(Number(digits));
    const only = Traffic.from((['tcp', 'udp', 'sctp'] as const).map((one) => Traffic.of(one, port)));
    if (on.overlaps(only)) return { to: party, on: on.intersect(only) };
    throw invalid(`${to} is one port, and the question is about ${on.toString()}. Ask on tcp/${digits}.`);
  }

  private party(given: string | Party, beside: string | Party): Party {
    const party = typeof given === 'string' ? lookup(this.network.topology, given, beside) : given;
    if (party.kind === 'zone' && this.network.strangersOf(party.zone).isEmpty()) {
      const holder = this.network.topology.zones.has(party.zone.id) ? undefined : this.holderOf(party.zone);
      const who = holder === undefined ? 'the topology itself' : holder;
      throw new NetproofError(
        'UnknownEndpoint',
        `${party.zone.id} is nobody outside: it is an address of ${who}. Ask about that.`,
      );
    }
    return party;
  }

  /** Who is shown outside at a literal address. */
  private holderOf({ addresses }: Zone): string | undefined {
    for (const router of this.network.topology.routers.values()) {
      if (router.legs.some((leg) => leg.kind === 'zone' && leg.address?.least.contains(addresses) === true))
        return router.name;
      for (const translation of router.translations) {
        if (translation.kind === 'source') continue;
        const taken =
          translation.kind === 'destination'
            ? translation.destination.contains(addresses)
            : translation.outside.address !== undefined && addresses.contains(translation.outside.address);
        if (!taken) continue;
        const end = this.network.insideOf(translation);
        return end?.owner.kind === 'interface' ? end.owner.at.endpoint.id : router.name;
      }
    }
    return undefined;
  }

  private askVia(via: string, ways: Ways, to: Party, on: Traffic): Verdict {
    const segment = this.segmentCalled(via);
    const relay = this.relayCalled(via);
    const ends = ways.towards(to).units.flatMap((unit) => unit.ends);
    if (relay !== undefined) return this.askThrough(relay, ways, to, on);
    if (segment !== undefined) {
      const there = (end: End): boolean => end.owner.kind === 'interface' && end.owner.at.segment === segment;
      if (!ends.some(there))
        throw unknownVia(via, `the target has no address in ${segment.id}`, this.viaNames(ends));
      return ways.direct(to, on, undefined, (source, target) =>
        there(target) ? directly(this.network, source, target) : [],
      );
    }
    const dialled = this.endsAt(via, ends);
    if (dialled.length === 0) {
      throw unknownVia(via, 'it is no segment, relay or address of the target', this.viaNames(ends));
    }
    return ways.direct(to, on, undefined, (_, target) =>
      dialled.filter((end) => end === target || insideOf(end) === target),
    );
  }

  /** The answer of the ways through one relay: of several listeners or targets any will do. */
  private askThrough(relay: Relay, ways: Ways, to: Party, on: Traffic): Verdict {
    const through = ways.through(relay, to, on);
    if (through.length === 0) {
      throw unknownVia(relay.id, `it passes nothing on to the target from ${on.toString()}`, []);
    }
    return new RelayedVerdict(on, through);
  }

  private segmentCalled(name: string): Segment | undefined {
    const { segments } = this.network.topology;
    return segments.get(name) ?? [...segments.values()].find((one) => one.name === name);
  }

  private relayCalled(name: string): Relay | undefined {
    const { relays, endpoints } = this.network.topology;
    return (
      relays.get(name) ??
      [...relays.values()].find((relay) => {
        const endpoint = endpoints.get(relay.endpoint)!;
        return relay.name === name || endpoint.id === name || endpoint.names.includes(name);
      })
    );
  }

  private endsAt(text: string, ends: readonly End[]): readonly End[] {
    const address = literalAddress(text);
    if (address === undefined) return [];
    return ends
      .flatMap((end) => [end, ...shownOf(this.network, end)])
      .filter((end) => end.address.kind === 'certain' && end.address.addresses.contains(address));
  }

  private viaNames(ends: readonly End[]): readonly string[] {
    const segments = ends.flatMap(({ owner }) => (owner.kind === 'interface' ? [owner.at.segment.id] : []));
    return [...new Set(segments), ...this.network.topology.relays.keys()];
  }
}

/** The same party in another topology; somebody outside stays who it is where that topology knows no such zone. */
function partyIn(topology: Topology, party: string | Party): string | Party {
  if (typeof party === 'string') return party;
  switch (party.kind) {
    case 'endpoint':
      return { kind: 'endpoint', endpoint: topology.endpoints.get(party.endpoint.id)! };
    case 'segment':
      return { kind: 'segment', segment: topology.segments.get(party.segment.id)! };
    case 'zone':
      return { kind: 'zone', zone: topology.zones.get(party.zone.id) ?? party.zone };
  }
}

const solvers = new WeakMap<Topology, Solver>();

/**
 * Whether one party reaches another, and why not. The topology is made ready by the first question and kept as long
 * as it lives: thousands of questions about it cost little more than one.
 */
export function reach(topology: Topology, question: Question): Verdict {
  return solverOf(topology).ask(question);
}

/** The solver of a topology, made by the first who asks for it. */
export function solverOf(topology: Topology): Solver {
  let solver = solvers.get(topology);
  if (solver === undefined) solvers.set(topology, (solver = new Solver(topology)));
  return solver;
}

function insideOf({ owner }: End): End | undefined {
  return owner.kind === 'outside' || owner.kind === 'mapping' ? owner.inside : undefined;
}

function invalid(message: string): NetproofError {
  return new NetproofError('InvalidQuestion', message);
}

function unknownVia(via: string, because: string, known: readonly string[]): NetproofError {
  const near = nearestNames(via, known);
  const names = (near.length > 0 ? near : known.slice(0, 5)).map((name) => JSON.stringify(name));
  const hint = names.length === 0 ? '' : ` Possible are ${names.join(', ')}.`;
  return new NetproofError(
    'UnknownVia',
    `the question cannot go via ${JSON.stringify(via)}: ${because}.${hint}`,
  );
}
