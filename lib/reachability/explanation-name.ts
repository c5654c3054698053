import { NetproofError } from '../addressing/netproof-error';
import type { Endpoint } from '../topology/endpoint';
import { lookup } from '../topology/lookup';
import type { Topology } from '../topology/topology';
import { placeText } from './explanation-rule';
import {
  canBeAsked,
  meansEndpoint,
  type NamedAddress,
  namesOf,
  type Resolution,
  resolve,
} from './name-resolution';
import type { Question } from './question';

/** Names of the target that are told of; more say the same. */
const mostNames = 2;

/**
 * What the names of the target mean to the source, where that is not the target, or not where it was dialled: by name another
 * answers, or nobody.
 */
export function namesTold(topology: Topology, { from, to, via }: Question): readonly string[] {
  const source = endpointOf(topology, from, to);
  const target = endpointOf(topology, to, from);
  if (source?.resolver === undefined || target === undefined || source === target) return [];
  return namesOf(topology, target.id)
    .filter(canBeAsked)
    .slice(0, mostNames)
    .flatMap((name): readonly string[] => {
      const resolution = resolve(topology, source, name);
      const means = meansEndpoint(topology, resolution, target);
      if (means === 'yes' && via === undefined) return [];
      const [first] = resolution.answers;
      const says = first === undefined ? '' : `   ${placeText(first.origin)}`;
      return [`${resolutionHeadline(resolution)}${whereText(topology, resolution)}${says}`];
    });
}

/** What a name is to who asks, as a sentence without a full stop. */
export function resolutionHeadline({ from, name, kind, answers, unknowns }: Resolution): string {
  const owners = [...new Set(answers.map(ownerText))];
  const self = owners.length === 1 && owners[0] === from;
  switch (kind) {
    case 'found':
      return `${name} is ${self ? 'itself' : owners.join(' or ')} to ${from}`;
    case 'upstream':
      return `nobody whom ${from} can ask here is called ${name}, so it asks outside`;
    case 'not-found':
      return `nobody whom ${from} can ask is called ${name}`;
    case 'unknown': {
      const keys = [...new Set(unknowns.map(({ key }) => key))];
      const why = keys.length === 1 ? `${keys[0]!} is` : `${keys.length} things are`;
      return `cannot tell what ${name} is to ${from}: ${why} not known`;
    }
  }
}

/** Who has an address, for people. */
export function ownerText({ owner, perhaps }: NamedAddress): string {
  if (owner !== undefined) return owner;
  return perhaps.length === 0 ? 'nobody here' : `whoever gets it of ${perhaps.join(', ')}`;
}

function whereText(topology: Topology, { answers }: Resolution): string {
  const [first] = answers;
  if (first === undefined || answers.length > 1) return '';
  const address = first.address === undefined ? '' : ` at ${first.address.toString()}`;
  const segment =
    first.segment === undefined ? '' : ` on ${topology.segments.get(first.segment)?.name ?? first.segment}`;
  return `${address}${segment}`;
}

/** Undefined for what is no endpoint: a zone, a segment, a port of a machine. */
function endpointOf(
  topology: Topology,
  party: Question['from'],
  beside: Question['from'],
): Endpoint | undefined {
  if (typeof party !== 'string') return party.kind === 'endpoint' ? party.endpoint : undefined;
  try {
    const found = lookup(topology, party, beside);
    return found.kind === 'endpoint' ? found.endpoint : undefined;
  } catch (error) {
    if (NetproofError.is(error)) return undefined;
    throw error;
  }
}
