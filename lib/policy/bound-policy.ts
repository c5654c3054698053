import { NetproofError } from '../addressing/netproof-error';
import { Traffic } from '../addressing/traffic';
import { type Endpoint, isInStack } from '../topology/endpoint';
import type { Party } from '../topology/lookup';
import { nearestNames } from '../topology/nearest-names';
import type { Segment } from '../topology/segment';
import type { Topology } from '../topology/topology';
import type { Zone } from '../topology/zone';
import {
  type DeniedFlow,
  flowName,
  listOf,
  type OneOrMore,
  type PolicyDocument,
  type PolicyPath,
} from './policy';
import { invalidPolicy, nearest } from './policy-reader';
import { portNames, trafficOf } from './policy-traffic';
import { Selection, zoneWords } from './selector';

/** Who stands on one side of a rule, in one network. */
export interface Members {
  readonly endpoints: ReadonlyMap<string, Endpoint>;
  readonly segments: ReadonlyMap<string, Segment>;
  readonly zones: ReadonlyMap<string, Zone>;
}

/** An allow, permit or deny of one network, its names looked up. */
export interface BoundFlow {
  readonly kind: 'allow' | 'permit' | 'deny';
  readonly name: string;
  readonly path: PolicyPath;
  readonly from: Members;
  readonly to: Members;
  readonly on: Traffic;
}

export interface BoundIsolation {
  readonly name: string;
  readonly path: PolicyPath;
  readonly of: Members;
}

/** A policy with its names looked up in one network. */
export interface BoundPolicy {
  /** Name of the network; undefined when the policy names none. */
  readonly network: string | undefined;
  /** The endpoints that it speaks about. */
  readonly endpoints: ReadonlyMap<string, Endpoint>;
  /** The zones that isolate and closed look at. */
  readonly zones: ReadonlyMap<string, Zone>;
  readonly flows: readonly BoundFlow[];
  readonly isolations: readonly BoundIsolation[];
  readonly closed: boolean;
}

export interface BindOptions {
  /** The network of the policy that the topology is. @default - by the names of its stacks */
  readonly network?: string;
  /** Problems that are known already, to be told with the others. @default - none */
  readonly problems?: readonly string[];
}

/**
 * The policy as it applies to each of its networks that is there. Throws NoSuchNetwork when none is, and InvalidPolicy
 * with every name that means nothing, every empty group and every contradiction.
 */
export function bindPolicy(
  document: PolicyDocument,
  topology: Topology,
  { network, problems: known = [] }: BindOptions = {},
): readonly BoundPolicy[] {
  const problems = [...known];
  const bound = networksOf(document, topology, network).map(({ name, endpoints }) =>
    new Binding(document, topology, name, endpoints, problems).bind(),
  );
  if (problems.length > 0) throw invalidPolicy([...new Set(problems)]);
  return bound;
}

interface Present {
  readonly name: string | undefined;
  readonly endpoints: readonly Endpoint[];
}

function networksOf(
  { policy }: PolicyDocument,
  topology: Topology,
  wanted: string | undefined,
): readonly Present[] {
  const { stacks } = topology;
  const all = [...topology.endpoints.values()];
  const endpointsOf = (stack: string): readonly Endpoint[] =>
    stacks.length < 2 ? all : all.filter((one) => isInStack(one, stack));
  const names = policy.networks === undefined ? undefined : Object.keys(policy.networks);
  if (wanted !== undefined) {
    if (names === undefined || !names.includes(wanted)) {
      throw noSuchNetwork(
        `the policy has no network ${JSON.stringify(wanted)}.${nearest(wanted, names ?? []) || ` It has ${listed(names ?? [])}.`}`,
      );
    }
    if (stacks.length > 1 && !stacks.includes(wanted)) {
      throw noSuchNetwork(
        `there are several stacks, and none is called ${JSON.stringify(wanted)}: ${listed(stacks)}. Pick the one that is this network with --stack.`,
      );
    }
    return [{ name: wanted, endpoints: endpointsOf(wanted) }];
  }
  if (names === undefined) return [{ name: undefined, endpoints: all }];
  const present = names.filter((name) => stacks.includes(name));
  if (present.length === 0) {
    const held =
      stacks.length === 0
        ? 'no stack with a name'
        : `${stacks.length === 1 ? 'the stack' : 'the stacks'} ${listed(stacks)}`;
    throw noSuchNetwork(
      `the policy speaks about ${listed(names)}, and the input holds ${held}. Say which network it is: --network ${names[0] ?? 'NAME'}.`,
    );
  }
  return present.map((name) => ({ name, endpoints: endpointsOf(name) }));
}

const listed = (names: readonly string[]): string =>
  names.length === 0 ? 'none' : names.map((name) => JSON.stringify(name)).join(', ');

function noSuchNetwork(problem: string): NetproofError {
  return new NetproofError('NoSuchNetwork', `The policy cannot be judged: ${problem}`);
}

class Binding {
  private readonly document: PolicyDocument;
  private readonly topology: Topology;
  private readonly network: string | undefined;
  private readonly endpoints: readonly Endpoint[];
  private readonly problems: string[];
  private readonly selection: Selection;
  private readonly groups = new Map<string, Members>();

  constructor(
    document: PolicyDocument,
    topology: Topology,
    network: string | undefined,
    endpoints: readonly Endpoint[],
    problems: string[],
  ) {
    this.document = document;
    this.topology = topology;
    this.network = network;
    this.endpoints = endpoints;
    this.problems = problems;
    this.selection = new Selection(topology, endpoints);
  }

  bind(): BoundPolicy {
    const { policy } = this.document;
    const { network } = this;
    const terms = network === undefined ? undefined : policy.networks?.[network];
    for (const [name, selectors] of Object.entries(policy.groups ?? {})) this.bindGroup(name, selectors);
    if (terms?.clients !== undefined) {
      this.groups.set('clients', this.members(terms.clients, ['networks', network!, 'clients']));
    }
    const ports = new Map(
      Object.entries(terms?.ports ?? {}).map(([name, text]) => [name, Traffic.parse(text)] as const),
    );
    const flows = (['allow', 'permit', 'deny'] as const).flatMap((kind) =>
      (policy[kind] ?? []).map((flow, index) => this.flow(kind, flow, [kind, index], ports)),
    );
    const own = (terms?.permit ?? []).map((flow, index) =>
      this.flow('permit', flow, ['networks', network!, 'permit', index], ports),
    );
    const isolations = (policy.isolate ?? []).map((party, index) =>
      this.isolation(party, ['isolate', index]),
    );
    const all = [...flows, ...own];
    this.refuseContradictions(all, isolations);
    return {
      network,
      endpoints: this.countedEndpoints(all, isolations),
      zones: this.countedZones(all, isolations),
      flows: all,
      isolations,
      closed: policy.closed === true,
    };
  }

  private bindGroup(name: string, selectors: OneOrMore<string>): void {
    const path = ['groups', name];
    const members = this.members(selectors, path, true);
    this.groups.set(name, members);
    if (sizeOf(members) > 0) return;
    const all = listOf(selectors);
    const near = [...new Set(all.flatMap((selector) => this.selection.near(selector)))].slice(0, 3);
    this.say(
      path,
      `the group ${JSON.stringify(name)} is empty: nothing${this.here()} is ${all.map((one) => JSON.stringify(one)).join(' or ')}.${hint(near) || this.someNames()}`,
    );
  }

  /** Those whom groups and selectors mean; one that means nobody is a problem unless it may. */
  private members(parties: OneOrMore<string>, path: PolicyPath, mayBeEmpty = false): Members {
    const [endpoints, segments, zones] = [
      new Map<string, Endpoint>(),
      new Map<string, Segment>(),
      new Map<string, Zone>(),
    ];
    listOf(parties).forEach((party, index) => {
      const at = typeof parties === 'string' ? path : [...path, index];
      const found = this.groups.get(party) ?? this.picked(party, at);
      if (found === undefined) return;
      if (sizeOf(found) === 0 && !mayBeEmpty && !this.groups.has(party)) this.sayNobody(party, at);
      for (const [id, one] of found.endpoints) endpoints.set(id, one);
      for (const [id, one] of found.segments) segments.set(id, one);
      for (const [id, one] of found.zones) zones.set(id, one);
    });
    return { endpoints, segments, zones };
  }

  private picked(selector: string, path: PolicyPath): Members | undefined {
    try {
      const { endpoints, segments, zones } = this.selection.pick(selector);
      return { endpoints: byId(endpoints), segments: byId(segments), zones: byId(zones) };
    } catch (error) {
      if (!NetproofError.is(error)) throw error;
      this.say(path, error.message);
      return undefined;
    }
  }

  private sayNobody(party: string, path: PolicyPath): void {
    if ((zoneWords as readonly string[]).includes(party)) {
      const zones = [...this.topology.zones.keys()];
      return this.say(
        path,
        `there is no ${party}${this.here()}. Zones are ${zones.length === 0 ? 'not there at all' : zones.join(', ')}.`,
      );
    }
    const near = [
      ...new Set([...nearestNames(party, this.groups.keys()), ...this.selection.near(party)]),
    ].slice(0, 3);
    this.say(
      path,
      `${JSON.stringify(party)} is no group, and nothing${this.here()} is called so.${hint(near)}`,
    );
  }

  private flow(
    kind: BoundFlow['kind'],
    flow: DeniedFlow,
    path: PolicyPath,
    ports: ReadonlyMap<string, Traffic>,
  ): BoundFlow {
    const name = flowName(kind, flow);
    const before = this.problems.length;
    const from = this.members(flow.from, [...path, 'from']);
    const to = this.members(flow.to, [...path, 'to']);
    const unknown = portNames(flow.on ?? '').filter((port) => !ports.has(port));
    for (const port of unknown) {
      this.say(
        [...path, 'on'],
        `no port is called ${JSON.stringify(port)}${this.network === undefined ? ': ports have names in networks only' : ` in the network ${JSON.stringify(this.network)}`}.${nearest(port, [...ports.keys(), 'tcp', 'udp', 'icmp', 'all'])}`,
      );
    }
    const on = unknown.length > 0 ? Traffic.empty : trafficOf(flow.on, ports, kind);
    // Other problems would make nobody of somebody.
    if (this.problems.length === before && isVacuous(from, to)) {
      this.say(
        path,
        `${JSON.stringify(name)} speaks about nobody: ${sizeOf(from) + sizeOf(to) === 2 ? 'both sides are the same, or lie outside' : 'all of them lie outside'}.`,
      );
    }
    return { kind, name, path, from, to, on };
  }

  private isolation(party: string, path: PolicyPath): BoundIsolation {
    const of = this.members(party, path);
    if (of.zones.size > 0)
      this.say(path, `${[...of.zones.keys()].join(', ')} lies outside, and cannot be isolated.`);
    return { name: `isolate ${party}`, path, of };
  }

  /** What must pass and must not is a mistake of whoever wrote it, and no finding. */
  private refuseContradictions(flows: readonly BoundFlow[], isolations: readonly BoundIsolation[]): void {
    for (const allow of flows.filter(({ kind }) => kind === 'allow')) {
      for (const deny of flows.filter(({ kind }) => kind === 'deny')) {
        const both = allow.on.intersect(deny.on);
        const pair = both.isEmpty() ? undefined : sharedPair(allow, deny);
        if (pair === undefined) continue;
        this.say(
          deny.path,
          `${JSON.stringify(deny.name)} contradicts ${JSON.stringify(allow.name)} of ${this.document.place(allow.path)}: both speak about ${pair[0]} to ${pair[1]} on ${both.toString()}. Leave one out.`,
        );
      }
      for (const isolation of isolations) {
        const out = [...allow.from.endpoints.keys()].find((id) => isolation.of.endpoints.has(id));
        const beyond = out === undefined ? undefined : outsider(allow.to, isolation.of);
        if (beyond === undefined) continue;
        this.say(
          isolation.path,
          `${JSON.stringify(isolation.name)} contradicts ${JSON.stringify(allow.name)} of ${this.document.place(allow.path)}: what is isolated reaches nobody, and ${out!} must reach ${beyond}. Leave one out.`,
        );
      }
    }
  }

  private countedEndpoints(
    flows: readonly BoundFlow[],
    isolations: readonly BoundIsolation[],
  ): ReadonlyMap<string, Endpoint> {
    const sides = [...flows.flatMap(({ from, to }) => [from, to]), ...isolations.map(({ of }) => of)];
    const isNamed = (id: string): boolean => sides.some(({ endpoints }) => endpoints.has(id));
    return byId(this.endpoints.filter((one) => !isHost(one) || isNamed(one.id)));
  }

  /** A Docker host reaches whatever stands on its bridges, and counts only where somebody names it. */
  private countedZones(
    flows: readonly BoundFlow[],
    isolations: readonly BoundIsolation[],
  ): ReadonlyMap<string, Zone> {
    const named = new Set(
      [...flows.flatMap(({ from, to }) => [from, to]), ...isolations.map(({ of }) => of)].flatMap(
        ({ zones }) => [...zones.keys()],
      ),
    );
    return new Map([...this.topology.zones].filter(([id]) => countsAlways(id) || named.has(id)));
  }

  /** A few of the endpoints that there are. */
  private someNames(): string {
    const names = this.endpoints.slice(0, 5).map(({ id }) => id);
    if (names.length === 0) return ' There are no endpoints at all.';
    return ` There are ${names.join(', ')}${this.endpoints.length > names.length ? ` and ${this.endpoints.length - names.length} more` : ''}.`;
  }

  private here(): string {
    return this.network === undefined ? '' : ` in ${JSON.stringify(this.network)}`;
  }

  private say(path: PolicyPath, problem: string): void {
    this.problems.push(`${this.document.place(path)}: ${problem}`);
  }
}

/** Whether a zone counts without being named: a Docker host does not, in whatever form. */
export const countsAlways = (zone: string): boolean => !/^host\b/.test(zone);

/** Whether an endpoint is a host of containers, which counts only where it is named. */
export const isHost = ({ stands }: Endpoint): boolean => stands !== undefined;

/** Every one of them as a party of a question. */
export function partiesOf({ endpoints, segments, zones }: Members): readonly Party[] {
  return [
    ...[...endpoints.values()].map((endpoint): Party => ({ kind: 'endpoint', endpoint })),
    ...[...segments.values()].map((segment): Party => ({ kind: 'segment', segment })),
    ...[...zones.values()].map((zone): Party => ({ kind: 'zone', zone })),
  ];
}

export function idOf(party: Party): string {
  if (party.kind === 'endpoint') return party.endpoint.id;
  return party.kind === 'segment' ? party.segment.id : party.zone.id;
}

export function sizeOf({ endpoints, segments, zones }: Members): number {
  return endpoints.size + segments.size + zones.size;
}

/** Whether there is no pair of two different parties of which one is inside. */
function isVacuous(from: Members, to: Members): boolean {
  // That a group is empty is told of the group.
  if (sizeOf(from) === 0 || sizeOf(to) === 0) return false;
  const inside = (members: Members): number => members.endpoints.size + members.segments.size;
  if (inside(from) + inside(to) === 0) return true;
  const [first] = from.endpoints.keys();
  return sizeOf(from) === 1 && sizeOf(to) === 1 && first !== undefined && to.endpoints.has(first);
}

function sharedPair(a: BoundFlow, b: BoundFlow): readonly [string, string] | undefined {
  for (const from of sharedNames(a.from, b.from)) {
    for (const to of sharedNames(a.to, b.to)) if (from !== to) return [from, to];
  }
  return undefined;
}

/** At most two are enough to find a pair of two. */
function sharedNames(a: Members, b: Members): readonly string[] {
  const found: string[] = [];
  const add = (mine: ReadonlyMap<string, unknown>, others: ReadonlyMap<string, unknown>): void => {
    for (const id of mine.keys()) if (found.length < 2 && others.has(id)) found.push(id);
  };
  add(a.endpoints, b.endpoints);
  add(a.segments, b.segments);
  add(a.zones, b.zones);
  for (const one of a.zones.values()) {
    for (const other of b.zones.values()) {
      // An address of the Internet is part of it.
      if (
        found.length < 2 &&
        one.id !== other.id &&
        isLiteral(one, other) &&
        one.addresses.overlaps(other.addresses)
      )
        found.push(one.id);
    }
  }
  return found;
}

const isLiteral = (...zones: readonly Zone[]): boolean => zones.some(({ id }) => /^[\d.]|:/.test(id));

function outsider(to: Members, isolated: Members): string | undefined {
  return (
    [...to.zones.keys(), ...to.segments.keys()].at(0) ??
    [...to.endpoints.keys()].find((id) => !isolated.endpoints.has(id))
  );
}

function byId<T extends { readonly id: string }>(items: readonly T[]): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [item.id, item]));
}

const hint = (near: readonly string[]): string =>
  near.length === 0 ? '' : ` Did you mean ${near.map((name) => JSON.stringify(name)).join(' or ')}?`;
