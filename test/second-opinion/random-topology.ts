import * as fc from 'fast-check';
import { Address } from '../../lib/addressing/address';
import { AddressSet } from '../../lib/addressing/address-set';
import { PortSet } from '../../lib/addressing/port-set';
import { hasPorts } from '../../lib/addressing/protocol';
import { lookup, type Party } from '../../lib/topology/lookup';
import type { Topology } from '../../lib/topology/topology';
import type { Question } from './ask';
import { compile } from './compile-recipe';
import { askedTraffic, pick } from './palette';
import { printQuestion, printTopology } from './printed';
import { anyRecipe, type RecipeOptions } from './recipe';
import { addressSamples, portSamples } from './samples';
import type { Sharpened } from './sharpened';
import type { Flow, Sender } from './walk';
import { withDoubts } from './with-doubts';

/** A random network and something to ask about it. Prints as text, the network line by line. */
export interface Case {
  readonly topology: Topology;
  readonly question: Question;
  readonly [fc.toStringMethod]: () => string;
}

/**
 * A small legal network: one or two domains, two to four segments, a handful of endpoints, gateways of every kind, and
 * as much of it unknown as the options say.
 */
export function anyTopology(options: RecipeOptions = {}): fc.Arbitrary<Topology> {
  return anyRecipe(options).map((recipe) => withDoubts(compile(recipe), recipe.doubts, new Set()));
}

/**
 * Such a network and a question about it, which most of what is unknown concerns. The parties are mostly two
 * endpoints, else a segment (now and then faced with itself) or a zone, and not two zones. A sharpened one is mostly about
 * one thing.
 */
export function anyCase(options: RecipeOptions = {}, sharpened?: Sharpened): fc.Arbitrary<Case> {
  const party = (kind?: Party['kind']) =>
    fc.record({
      kind:
        kind === undefined
          ? fc.constantFrom('endpoint' as const, 'endpoint', 'endpoint', 'segment', 'zone')
          : fc.constant(kind),
      number: fc.nat({ max: 59 }),
    });
  return fc
    .record({
      recipe: anyRecipe(sharpened?.doubts === undefined ? options : { ...options, doubts: sharpened.doubts }),
      from: party(sharpened?.from),
      to: party(sharpened?.to),
      traffic: sharpened?.traffic === undefined ? fc.nat({ max: 59 }) : fc.constant(sharpened.traffic),
    })
    .map(({ recipe: rolled, from, to, traffic }) => {
      const recipe = sharpened === undefined ? rolled : sharpened.recipe(rolled);
      const known = compile(recipe);
      const source = partyOf(known, from.kind, from.number);
      const target = otherThan(known, source, to.kind, to.number);
      const topology = withDoubts(
        known,
        recipe.doubts,
        new Set([...about(known, source), ...about(known, target)]),
      );
      const question = {
        from: partyIn(topology, source),
        to: partyIn(topology, target),
        traffic: pick(askedTraffic, traffic),
      };
      return caseOf(topology, question);
    });
}

/**
 * Packets in such a network, in which everything is known: from interfaces and zones, to whatever addresses mean
 * something there, whether somebody has them or not.
 */
export interface PacketCase {
  readonly topology: Topology;
  readonly flows: readonly Flow[];
  readonly [fc.toStringMethod]: () => string;
}

export function anyPackets(options: Pick<RecipeOptions, 'ipv6'> = {}): fc.Arbitrary<PacketCase> {
  const number = fc.nat({ max: 5000 });
  const packet = fc.record({ from: number, to: number, traffic: number, port: number, source: number });
  const packets = fc.array(packet, { minLength: 1, maxLength: 20, size: 'max' });
  return fc.record({ recipe: anyRecipe(options), packets }).map(({ recipe, packets }) => {
    const topology = compile(recipe);
    const senders = sendersIn(topology);
    const places = placesIn(topology);
    const flows = packets.map(({ from, to, traffic, port, source }): Flow => {
      const sender = pick(senders, from);
      const { family } = sender.address;
      const destinations = places.filter(
        (address) => address.family === family && !address.equals(sender.address),
      );
      const ports = portsOf(topology, family, traffic, port, source);
      return { from: sender, to: pick(destinations, to), ...ports };
    });
    const print = () => [...flows.map((flow) => JSON.stringify(flow)), printTopology(topology)].join('\n');
    return { topology, flows, [fc.toStringMethod]: print };
  });
}

function sendersIn(topology: Topology): readonly Sender[] {
  const interfaces = [...topology.endpoints.values()].flatMap((endpoint) => endpoint.interfaces);
  const inside = interfaces.flatMap(({ id, addresses }) =>
    addresses.map(({ possible }) => ({ interface: id, address: possible.ranges()[0]!.first })),
  );
  const outside = [...topology.zones.values()].flatMap(({ id, addresses }) =>
    addressSamples(topology, addresses).map((address) => ({ zone: id, address })),
  );
  return [...inside, ...inside, ...outside.slice(0, 4)];
}

/** Addresses that somebody has, that stand for somebody, or that nobody has. */
function placesIn(topology: Topology): readonly Address[] {
  const { endpoints, routers, segments, zones } = topology;
  const own = [...endpoints.values()].flatMap(({ interfaces }) =>
    interfaces.flatMap(({ addresses }) => addresses.map(({ possible }) => possible)),
  );
  const ofRouters = [...routers.values()].flatMap(({ legs, translations }) => [
    ...legs.flatMap((leg) => (leg.kind === 'domain' || leg.address === undefined ? [] : [leg.address.most])),
    ...translations.flatMap((one) => {
      if (one.kind === 'source') return [];
      if (one.kind === 'destination') return [one.destination];
      return one.outside.address === undefined ? [] : [AddressSet.of(one.outside.address)];
    }),
  ]);
  const written = [...own, ...own, ...ofRouters].flatMap((set) => set.ranges().map(({ first }) => first));
  const others = [...segments.values()].map(({ placeable }) => placeable);
  const services = servicesIn(topology).map((text) => AddressSet.of(Address.parse(text)));
  const strangers = [...others, ...services, ...[...zones.values()].map(({ addresses }) => addresses)];
  return [...written, ...strangers.flatMap((set) => addressSamples(topology, set).slice(0, 3))];
}

function portsOf(topology: Topology, family: 4 | 6, traffic: number, port: number, source: number) {
  const asked = pick(askedTraffic, traffic).inFamily(family);
  const protocol = pick(asked.protocols(), port);
  const destinationPort = pick(portSamples(topology, protocol, asked.ports(protocol)), port);
  if (!hasPorts(protocol)) return { protocol, destinationPort };
  return {
    protocol,
    destinationPort,
    sourcePort: pick(portSamples(topology, protocol, PortSet.range(1024, 65535)), source),
  };
}

export function caseOf(topology: Topology, question: Question): Case {
  const print = () => `${printQuestion(question)}\n${printTopology(topology)}`;
  return { topology, question, [fc.toStringMethod]: print };
}

function partyOf(topology: Topology, kind: Party['kind'], number: number): Party {
  const { endpoints, segments, zones, routers } = topology;
  if (kind === 'zone') {
    // A zone that no router faces is asked about less.
    const faced = [...routers.values()].flatMap(({ legs }) =>
      legs.flatMap((leg) => (leg.kind === 'zone' ? leg.zone : [])),
    );
    return lookup(topology, pick([...zones.keys(), ...faced, ...faced, ...servicesIn(topology)], number));
  }
  if (kind === 'endpoint' && endpoints.size > 0)
    return { kind, endpoint: pick([...endpoints.values()], number) };
  return { kind: 'segment', segment: pick([...segments.values()], number) };
}

/** Literal addresses of what the platform serves. */
function servicesIn(topology: Topology): readonly string[] {
  const services = [...topology.domains.values()].flatMap((domain) => domain.services ?? []);
  return services.map(({ addresses }) => addresses.toString());
}

function otherThan(topology: Topology, one: Party, kind: Party['kind'], number: number): Party {
  for (let next = number; next < number + 5; next++) {
    const party = partyOf(topology, one.kind === 'zone' && kind === 'zone' ? 'endpoint' : kind, next);
    if (idOf(party) !== idOf(one)) return party;
    // A segment is asked about itself: two interfaces that could be placed there.
    if (party.kind === 'segment' && number % 4 === 3) return party;
  }
  // The only endpoint there is was to ask itself.
  return partyOf(topology, 'segment', number);
}

/** The same party in a topology where something about it may have changed. */
function partyIn(topology: Topology, party: Party): Party {
  return lookup(topology, party.kind === 'segment' ? `segment:${idOf(party)}` : idOf(party));
}

function idOf(party: Party): string {
  if (party.kind === 'endpoint') return party.endpoint.id;
  return party.kind === 'segment' ? party.segment.id : party.zone.id;
}

/** Ids of what decides about a party first: it, its segments, their tables and edges, its filters. */
function about(topology: Topology, party: Party): readonly string[] {
  if (party.kind === 'zone') return [];
  const interfaces = party.kind === 'endpoint' ? party.endpoint.interfaces : [];
  const ids = party.kind === 'segment' ? [party.segment.id] : interfaces.map(({ segment }) => segment);
  const segments = ids.map((id) => topology.segments.get(id)!);
  return [
    idOf(party),
    ...interfaces.flatMap(({ id, filters }) => [id, ...filters.most]),
    ...segments.flatMap(({ id, crossing, table }) => [id, ...crossing.options, ...table.options]),
  ].filter((id) => id !== null);
}
