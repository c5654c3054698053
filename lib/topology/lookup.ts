import { Address } from '../addressing/address';
import { AddressSet } from '../addressing/address-set';
import { Cidr } from '../addressing/cidr';
import { NetproofError } from '../addressing/netproof-error';
import { ordinaryClientPorts } from './client-ports';
import { type Endpoint, isInStack } from './endpoint';
import { nearestNames } from './nearest-names';
import type { Origin } from './origin';
import type { Segment } from './segment';
import type { Topology } from './topology';
import type { Zone } from './zone';

/** What a question can be asked about. */
export type Party =
  | { readonly kind: 'endpoint'; readonly endpoint: Endpoint }
  /** Any interface that could be placed in the segment. */
  | { readonly kind: 'segment'; readonly segment: Segment }
  | { readonly kind: 'zone'; readonly zone: Zone };

/**
 * The party that a person calls `name`:
 *
 * - a zone (`internet`), an address or block outside every domain (`203.0.113.9`);
 * - a Terraform address, with `stack:` in front or not;
 * - a construct path, whole, or any run of its segments that only one endpoint has; `Resource` or `Default` at its
 *   end does not count;
 * - a unique name (container name, Name tag);
 * - one of these that is unique in a stack, with `stack:` in front.
 *
 * `beside` is the name of the other party of the question: where every stack stands on a machine of its own, `host` is
 * then the machine of that party's stack.
 *
 * Endpoints come before segments; `segment:NAME` means a segment in any case. A name for nothing throws
 * UnknownEndpoint with the nearest names, a name for several things AmbiguousName with all of them.
 */
export function lookup(topology: Topology, name: string, beside?: string | Party): Party {
  const index = indexOf(topology);
  const zone = topology.zones.get(name) ?? literalZone(topology, name);
  if (zone !== undefined) return { kind: 'zone', zone };
  const onlySegment = name.startsWith('segment:');
  const wanted = onlySegment ? name.slice('segment:'.length) : name;
  const endpoint = onlySegment
    ? undefined
    : index.endpoints.find(wanted, 'endpoint', (all) => machineBeside(topology, all, beside));
  if (endpoint !== undefined) return { kind: 'endpoint', endpoint };
  const segment = index.segments.find(wanted, 'segment');
  if (segment !== undefined) return { kind: 'segment', segment };
  throw unknownEndpoint(wanted, [
    ...(onlySegment ? [] : index.endpoints.names()),
    ...index.segments.names(),
    ...(onlySegment ? [] : topology.zones.keys()),
  ]);
}

/** The endpoint that a person calls `name`; throws as `lookup` does, and for what is no endpoint. */
export function lookupEndpoint(topology: Topology, name: string): Endpoint {
  const endpoints = indexOf(topology).endpoints;
  const endpoint = endpoints.find(name, 'endpoint');
  if (endpoint === undefined) throw unknownEndpoint(name, endpoints.names());
  return endpoint;
}

function unknownEndpoint(name: string, known: Iterable<string>): NetproofError {
  const names = [...known];
  const near = nearestNames(name, names).map((one) => JSON.stringify(one));
  const hint =
    near.length > 0
      ? `The nearest names are ${near.join(', ')}.`
      : names.length === 0
        ? 'The topology has no endpoints at all.'
        : `Known are, among ${names.length}: ${names.slice(0, 5).join(', ')}.`;
  return new NetproofError('UnknownEndpoint', `nothing is called ${JSON.stringify(name)}. ${hint}`);
}

/**
 * A literal address or block as a zone of its own. One inside a domain is not outside, and so no zone: the message
 * says who holds it.
 */
function literalZone(topology: Topology, text: string): Zone | undefined {
  if (!/^[0-9a-fA-F:.]+(\/\d+)?$/.test(text) || !/[.:]/.test(text)) return undefined;
  const addresses = readLiteral(text);
  if (addresses === undefined) return undefined;
  for (const domain of topology.domains.values()) {
    if (!domain.blocks.some((block) => addresses.overlaps(block))) continue;
    if (domain.services?.some((service) => service.addresses.contains(addresses)) === true) continue;
    const holders = [...topology.endpoints.values()].filter((endpoint) =>
      endpoint.interfaces.some((one) => one.addresses.some(({ possible }) => addresses.contains(possible))),
    );
    const held =
      holders.length > 0
        ? `It is an address of ${holders.map(({ id }) => id).join(', ')}: ask about that.`
        : 'No endpoint is known to have it: ask about an endpoint or a segment.';
    throw new NetproofError('UnknownEndpoint', `${text} lies inside ${domain.name}. ${held}`);
  }
  const around = [...topology.zones.values()].find((zone) => zone.addresses.contains(addresses));
  return { id: text, name: text, addresses, clientPorts: around?.clientPorts ?? ordinaryClientPorts };
}

function readLiteral(text: string): AddressSet | undefined {
  try {
    return AddressSet.of(text.includes('/') ? Cidr.parse(text) : Address.parse(text));
  } catch (error) {
    // Four dotted numbers or a slash are meant as an address; a bare word with a dot or colon may be a name.
    if (/^[\d.]+(\/|$)/.test(text) || text.includes('/')) throw error;
    return undefined;
  }
}

/** Of the machines of several stacks, the one on which the other party of a question is. */
function machineBeside(
  topology: Topology,
  machines: readonly Endpoint[],
  beside: string | Party | undefined,
): Endpoint | undefined {
  if (beside === undefined || machines.some(({ stands }) => stands === undefined)) return undefined;
  const party = typeof beside === 'string' ? partyCalled(topology, beside) : beside;
  if (party === undefined || party.kind === 'zone') return undefined;
  const near = topology.stacks.filter((stack) =>
    party.kind === 'endpoint' ? isInStack(party.endpoint, stack) : party.segment.id.startsWith(`${stack}:`),
  );
  const found = machines.filter((one) => near.some((stack) => isInStack(one, stack)));
  return found.length === 1 ? found[0] : undefined;
}

/** The party of a name that means one thing, by itself or before the port that it ends with. */
function partyCalled(topology: Topology, name: string): Party | undefined {
  for (const one of [name, name.replace(/:\d{1,5}$/, '')]) {
    try {
      return lookup(topology, one);
    } catch (error) {
      if (!NetproofError.is(error)) throw error;
    }
  }
  return undefined;
}

interface Named {
  readonly id: string;
  readonly origin: Origin;
  readonly stands?: readonly string[];
}

/** Names of the parts of one kind, prepared once per topology. */
class NameIndex<T extends Named> {
  private readonly byId: ReadonlyMap<string, T>;
  /** By full name: an id without its stack, a unique name, a whole construct path. */
  private readonly byName = new Map<string, Set<T>>();
  /** By each segment of the construct path, to find runs. */
  private readonly bySegment = new Map<string, Set<T>>();

  constructor(parts: ReadonlyMap<string, T>, namesOf: (part: T) => readonly string[]) {
    this.byId = parts;
    for (const part of parts.values()) {
      for (const name of [part.id, ...namesOf(part)]) {
        add(this.byName, name, part);
        add(this.byName, withoutStack(name), part);
      }
      const path = pathOf(part.origin);
      if (path === undefined) continue;
      add(this.byName, path, part);
      for (const segment of new Set(path.split('/'))) add(this.bySegment, segment, part);
    }
  }

  /** `choose` may tell which of several is meant. */
  find(
    name: string,
    what: string,
    choose: (all: readonly T[]) => T | undefined = () => undefined,
  ): T | undefined {
    const exact = this.byId.get(name);
    if (exact !== undefined) return exact;
    const path = withoutTail(name);
    const named = new Set([...(this.byName.get(name) ?? []), ...(this.byName.get(path) ?? [])]);
    const [found, ...more] = named.size > 0 ? named : [...this.withRun(path), ...this.inStack(name)];
    if (more.length === 0) return found;
    const chosen = choose([found!, ...more]);
    if (chosen !== undefined) return chosen;
    const all = [found!, ...more].map(({ id }) => id).sort();
    const shown = all.length > 8 ? [...all.slice(0, 8), `${all.length - 8} more`] : all;
    throw new NetproofError(
      'AmbiguousName',
      `${JSON.stringify(name)} is the name of ${all.length} ${what}s: ${shown.join(', ')}. Use one of these.`,
    );
  }

  names(): readonly string[] {
    return [...this.byName.keys()];
  }

  /** `shop:web`: what is called `web` in the stack `shop`. */
  private inStack(name: string): readonly T[] {
    const [, stack, inner = ''] = /^([^:[\]"]+):(.+)$/s.exec(name) ?? [];
    if (stack === undefined) return [];
    const path = withoutTail(inner);
    const own = (parts: Iterable<T>): readonly T[] => [...parts].filter((part) => isInStack(part, stack));
    const named = own(new Set([...(this.byName.get(inner) ?? []), ...(this.byName.get(path) ?? [])]));
    return named.length > 0 ? named : own(this.withRun(path));
  }

  private withRun(run: string): readonly T[] {
    const wanted = `/${run}/`;
    const first = run.split('/', 1)[0]!;
    return [...(this.bySegment.get(first) ?? [])].filter((part) =>
      `/${pathOf(part.origin)}/`.includes(wanted),
    );
  }
}

interface Names {
  readonly endpoints: NameIndex<Endpoint>;
  readonly segments: NameIndex<Segment>;
}

const indexes = new WeakMap<Topology, Names>();

function indexOf(topology: Topology): Names {
  let names = indexes.get(topology);
  if (names === undefined) {
    names = {
      endpoints: new NameIndex(topology.endpoints, ({ names }) => names),
      segments: new NameIndex(topology.segments, ({ name, origin }) => [name, origin.address]),
    };
    indexes.set(topology, names);
  }
  return names;
}

function add<T>(map: Map<string, Set<T>>, key: string, part: T): void {
  const parts = map.get(key);
  if (parts === undefined) map.set(key, new Set([part]));
  else parts.add(part);
}

/** `shop:aws_instance.web` is also `aws_instance.web`; a colon inside an index is none of that. */
function withoutStack(id: string): string {
  return id.replace(/^[^:[\]"]+:(?=.)/, '');
}

function pathOf(origin: Origin): string | undefined {
  return origin.constructPath === undefined ? undefined : withoutTail(origin.constructPath);
}

function withoutTail(path: string): string {
  return path.replace(/\/(Resource|Default)$/, '');
}
