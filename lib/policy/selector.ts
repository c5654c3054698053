import { NetproofError } from '../addressing/netproof-error';
import { lookup } from '../topology/lookup';
import { nearestNames } from '../topology/nearest-names';
import type { Endpoint } from '../topology/endpoint';
import type { Segment } from '../topology/segment';
import type { Topology } from '../topology/topology';
import type { Zone } from '../topology/zone';

/** Zones that have names; others are addresses. */
export const zoneWords = ['internet', 'internet6', 'host', 'host-loopback', 'lan'] as const;

const prefixes = ['segment', 'tag', 'tier', 'type'] as const;

/** What a selector picked. */
export interface Picked {
  readonly endpoints: readonly Endpoint[];
  readonly segments: readonly Segment[];
  readonly zones: readonly Zone[];
}

/** What is wrong with the text of a selector, whatever the network. */
export function selectorFault(text: string): string | undefined {
  if (text !== text.trim()) return `${JSON.stringify(text)} begins or ends with a space.`;
  const prefix = prefixOf(text);
  if (prefix === undefined) return undefined;
  const rest = text.slice(prefix.length + 1);
  if (prefix === 'tag' && !/^[^=]+=./.test(rest))
    return `${JSON.stringify(text)} names no tag with its value. Write "tag:Role=web".`;
  return rest === ''
    ? `${JSON.stringify(text)} says nothing after the colon. Write "${prefix}:${prefix === 'segment' ? 'NAME' : 'VALUE'}".`
    : undefined;
}

/** Finds what selectors mean among some endpoints of a topology, and its segments and zones. */
export class Selection {
  private readonly topology: Topology;
  private readonly endpoints: readonly Endpoint[];
  private names: ReadonlyMap<string, readonly Endpoint[]> | undefined;
  private paths: readonly (readonly [path: string, endpoint: Endpoint])[] | undefined;

  constructor(topology: Topology, endpoints: readonly Endpoint[]) {
    this.topology = topology;
    this.endpoints = endpoints;
  }

  /** Nothing, where nothing is meant; throws AmbiguousName, or UnknownEndpoint for an address inside. */
  pick(selector: string): Picked {
    const prefix = prefixOf(selector);
    const value = prefix === undefined ? selector : selector.slice(prefix.length + 1);
    switch (prefix) {
      case 'segment':
        return { ...nobody, segments: this.segmentsCalled(value) };
      case 'type':
        return this.where(({ type }) => matcher(value)(type));
      case 'tier':
        return this.where((endpoint) => hasTag(endpoint, (key) => key.toLowerCase() === 'tier', value));
      case 'tag': {
        const [key = '', ...rest] = value.split('=');
        return this.where((endpoint) => hasTag(endpoint, (name) => name === key, rest.join('=')));
      }
      case undefined:
        return /[*?]/.test(value) ? this.glob(value) : this.called(value);
    }
  }

  /** The names nearest to one that nothing has, for messages. */
  near(selector: string): readonly string[] {
    const prefix = prefixOf(selector);
    const value = prefix === undefined ? selector : selector.slice(prefix.length + 1);
    const known = (): readonly string[] => {
      switch (prefix) {
        case 'segment':
          return [...this.topology.segments.values()].flatMap((one) =>
            textsOf(one.id, [one.name], one.origin.constructPath),
          );
        case 'type':
          return this.endpoints.map(({ type }) => type);
        case 'tier':
        case 'tag':
          return this.endpoints.flatMap(({ tags }) =>
            [...tags].map(([key, held]) =>
              prefix === 'tag' ? `${key}=${held}` : key.toLowerCase() === 'tier' ? held : '',
            ),
          );
        case undefined:
          return [...this.byName().keys(), ...this.topology.zones.keys()];
      }
    };
    return nearestNames(value, known()).map((name) => (prefix === undefined ? name : `${prefix}:${name}`));
  }

  private where(holds: (endpoint: Endpoint) => boolean): Picked {
    return { ...nobody, endpoints: this.endpoints.filter(holds) };
  }

  private glob(pattern: string): Picked {
    const matches = matcher(pattern);
    return this.where(({ id, names, origin }) => textsOf(id, names, origin.constructPath).some(matches));
  }

  private called(name: string): Picked {
    const zone = this.zoneCalled(name);
    if (zone !== undefined) return { ...nobody, zones: [zone] };
    const path = withoutTail(name);
    const exact = this.byName().get(name) ?? this.byName().get(path);
    if (exact !== undefined) {
      const machines = exact.filter(({ stands }) => stands !== undefined);
      if (machines.length > 1) throw severalMachines(name, machines);
      return { ...nobody, endpoints: exact };
    }
    const ending = this.withPath((text) => text.endsWith(`/${path}`));
    if (ending.length > 0) return { ...nobody, endpoints: ending };
    const holding = this.withPath((text) => `/${text}/`.includes(`/${path}/`));
    if (holding.length < 2) return { ...nobody, endpoints: holding };
    const all = holding.map(({ id }) => id).sort();
    throw new NetproofError(
      'AmbiguousName',
      `${JSON.stringify(name)} is part of ${all.length} construct paths: ${all.slice(0, 5).join(', ')}${all.length > 5 ? ', ...' : ''}. Name one, or write "*/${name}/*" for all of them.`,
    );
  }

  private zoneCalled(name: string): Zone | undefined {
    const known = this.topology.zones.get(name);
    if (known !== undefined || !/^[0-9a-fA-F:.]+(\/\d+)?$/.test(name) || !/[.:]/.test(name)) return known;
    const party = lookup(this.topology, name);
    return party.kind === 'zone' ? party.zone : undefined;
  }

  private segmentsCalled(name: string): readonly Segment[] {
    const matches = matcher(name);
    const all = [...this.topology.segments.values()];
    const found = all.filter((one) => textsOf(one.id, [one.name], one.origin.constructPath).some(matches));
    if (found.length > 0 || /[*?]/.test(name)) return found;
    const path = withoutTail(name);
    return all.filter(({ origin }) => `/${withoutTail(origin.constructPath ?? '')}/`.includes(`/${path}/`));
  }

  private byName(): ReadonlyMap<string, readonly Endpoint[]> {
    if (this.names === undefined) {
      const names = new Map<string, Endpoint[]>();
      for (const endpoint of this.endpoints) {
        for (const text of new Set(textsOf(endpoint.id, endpoint.names, endpoint.origin.constructPath))) {
          const known = names.get(text);
          if (known === undefined) names.set(text, [endpoint]);
          else known.push(endpoint);
        }
      }
      this.names = names;
    }
    return this.names;
  }

  private withPath(holds: (path: string) => boolean): readonly Endpoint[] {
    this.paths ??= this.endpoints.flatMap((endpoint) => {
      const path = endpoint.origin.constructPath;
      return path === undefined ? [] : [[withoutTail(path), endpoint] as const];
    });
    return this.paths.filter(([path]) => holds(path)).map(([, endpoint]) => endpoint);
  }
}

/** Whoever says `host` where there are several means one of them. */
function severalMachines(name: string, machines: readonly Endpoint[]): NetproofError {
  const all = machines.map(({ id }) => id).sort();
  return new NetproofError(
    'AmbiguousName',
    `${JSON.stringify(name)} is the name of ${all.length} machines: ${all.join(', ')}. Name one of them.`,
  );
}

const nobody: Picked = { endpoints: [], segments: [], zones: [] };

function prefixOf(text: string): (typeof prefixes)[number] | undefined {
  return prefixes.find((prefix) => text.startsWith(`${prefix}:`));
}

/** Everything that something is called, whole. */
function textsOf(id: string, names: readonly string[], path: string | undefined): readonly string[] {
  const address = id.replace(/^[^:[\]"]+:(?=.)/, '');
  return [
    id,
    ...(address === id ? [] : [address]),
    ...names,
    ...(path === undefined ? [] : [withoutTail(path)]),
  ];
}

function hasTag({ tags }: Endpoint, isKey: (key: string) => boolean, value: string): boolean {
  const matches = matcher(value);
  return [...tags].some(([key, held]) => isKey(key) && matches(held));
}

/** `*` stands for any letters, `?` for one; everything else for itself. */
function matcher(pattern: string): (text: string) => boolean {
  if (!/[*?]/.test(pattern)) return (text) => text === pattern;
  return (text) => {
    let [at, next, star, resume] = [0, 0, -1, 0];
    while (next < text.length) {
      const wanted = pattern[at];
      if (wanted === '*') [star, resume] = [at++, next];
      else if (wanted === '?' || wanted === text[next]) [at, next] = [at + 1, next + 1];
      else if (star < 0) return false;
      else [at, next] = [star + 1, ++resume];
    }
    while (pattern[at] === '*') at++;
    return at === pattern.length;
  };
}

function withoutTail(path: string): string {
  return path.replace(/\/(Resource|Default)$/, '');
}
