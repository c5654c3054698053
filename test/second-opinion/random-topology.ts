import * as fc from 'fast-check';
import { lookup, type Party } from '../../lib/topology/lookup';
import type { Topology } from '../../lib/topology/topology';
import type { Question } from './ask';
import { compile } from './compile-recipe';
import { askedTraffic, pick } from './palette';
import { printQuestion, printTopology } from './printed';
import { anyRecipe, type RecipeOptions } from './recipe';
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
 * Such a network and a question about it, which most of what is unknown concerns. The parties are two different things: mostly
 * endpoints, else a segment or a zone, and not two zones.
 */
export function anyCase(options: RecipeOptions = {}): fc.Arbitrary<Case> {
  const party = fc.record({
    kind: fc.constantFrom('endpoint', 'endpoint', 'endpoint', 'segment', 'zone'),
    number: fc.nat({ max: 59 }),
  });
  return fc
    .record({ recipe: anyRecipe(options), from: party, to: party, traffic: fc.nat({ max: 59 }) })
    .map(({ recipe, from, to, traffic }) => {
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

export function caseOf(topology: Topology, question: Question): Case {
  const print = () => `${printQuestion(question)}\n${printTopology(topology)}`;
  return { topology, question, [fc.toStringMethod]: print };
}

function partyOf(topology: Topology, kind: Party['kind'], number: number): Party {
  const { endpoints, segments, zones } = topology;
  if (kind === 'zone') return { kind, zone: pick([...zones.values()], number) };
  if (kind === 'endpoint' && endpoints.size > 0)
    return { kind, endpoint: pick([...endpoints.values()], number) };
  return { kind: 'segment', segment: pick([...segments.values()], number) };
}

function otherThan(topology: Topology, one: Party, kind: Party['kind'], number: number): Party {
  for (let next = number; next < number + 5; next++) {
    const party = partyOf(topology, one.kind === 'zone' && kind === 'zone' ? 'endpoint' : kind, next);
    if (idOf(party) !== idOf(one)) return party;
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
    ...interfaces.flatMap(({ filters }) => filters.most),
    ...segments.flatMap(({ id, crossing, table }) => [id, ...crossing.options, ...table.options]),
  ].filter((id) => id !== null);
}
