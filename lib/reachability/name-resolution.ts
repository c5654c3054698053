import type { Address } from '../addressing/address';
import { AddressSet } from '../addressing/address-set';
import { NetproofError } from '../addressing/netproof-error';
import type { Endpoint, Interface } from '../topology/endpoint';
import { lookupEndpoint, type Party } from '../topology/lookup';
import type { NameRecord, NameTable } from '../topology/name-table';
import type { Origin } from '../topology/origin';
import type { Topology } from '../topology/topology';
import { type Unknown, unknown } from '../topology/value';
import { distinctUnknowns } from './distinct-unknowns';
import { isName, mayBeCalled, plainName } from './plain-name';

/**
 * What a name means to an endpoint.
 *
 * - `found`: a table that it asks has the name, whatever is still unknown.
 * - `upstream`: none has, and somebody outside of the input is asked next.
 * - `not-found`: none has, and nobody else is asked.
 * - `unknown`: something that only apply tells decides.
 */
export type ResolutionKind = 'found' | 'upstream' | 'not-found' | 'unknown';

/** An answer of `resolve`. */
export interface Resolution {
  /** Id of the endpoint that asks. */
  readonly from: string;
  /** The name as it is compared: in lower case, without a dot at its end. */
  readonly name: string;
  readonly kind: ResolutionKind;
  /** What it is given; of several it takes any, and not always the same. Of an unknown answer, what it may be given. */
  readonly answers: readonly NamedAddress[];
  /** Who is asked next, or why nobody is; for people. Empty when it is found. */
  readonly beyond: string;
  readonly unknowns: readonly Unknown[];
  /** Who carries the name besides and is not what the endpoint gets. */
  readonly elsewhere: readonly Namesake[];
}

/** One address that a name stands for. */
export interface NamedAddress {
  /** Id of the endpoint that has the address for certain; undefined when nobody in the input does. */
  readonly owner: string | undefined;
  /** Ids of endpoints that may get the address at apply; empty when the owner is certain. */
  readonly perhaps: readonly string[];
  /** The address; undefined when only apply tells it, and `unknown` says by which key. */
  readonly address: Address | undefined;
  readonly unknown: Unknown | undefined;
  /** Id of the segment in which the owner has it. */
  readonly segment: string | undefined;
  /** Id of the name table that has it. */
  readonly table: string;
  /** What kind of name it is there: `alias`. */
  readonly what: string;
  readonly origin: Origin;
}

/** Somebody else with the same name. */
export interface Namesake {
  /** Id of the endpoint, or the address as text. */
  readonly owner: string;
  readonly table: string;
  readonly what: string;
  /** Whether the endpoint asks that table at all; when it does, another answered first. */
  readonly asked: boolean;
  readonly origin: Origin;
}

/**
 * What a name means to an endpoint: whose it is, at which address, by which table. `from` is an endpoint by any name that
 * `lookup` takes. Names are compared without regard to case. Throws UnknownEndpoint, AmbiguousName, and InvalidName for
 * what is no name.
 */
export function resolve(topology: Topology, from: string | Party | Endpoint, name: string): Resolution {
  const endpoint = endpointOf(topology, from);
  const wanted = plainName(name);
  if (!isName(wanted)) throw invalidName(name);
  const { resolver } = endpoint;
  const found = { from: endpoint.id, name: wanted };
  if (resolver === undefined) {
    const cause = endpoint.notModelled ?? unknown(endpoint.id, `which names ${endpoint.id} knows`);
    const elsewhere = namesakes(topology, wanted, new Set(), undefined);
    return { ...found, kind: 'unknown', answers: [], beyond: '', unknowns: [cause], elsewhere };
  }
  const asked = new Set(resolver.tables.flat());
  const doubts: { readonly matches: readonly Match[]; readonly unknowns: readonly Unknown[] }[] = [];
  // The name by itself in all tables, and only then with what is searched behind it.
  const spellings = [wanted, ...(resolver.search ?? []).map((suffix) => `${wanted}.${suffix}`)];
  for (const spelling of spellings) {
    for (const ids of resolver.tables) {
      const { matches, possible, unknowns } = matchesIn(
        ids.map((id) => topology.nameTables.get(id)!),
        spelling,
      );
      if (matches.length === 0) {
        if (unknowns.length > 0) doubts.push({ matches: possible, unknowns });
        continue;
      }
      const taken = [...doubts.flatMap((one) => one.matches), ...matches, ...possible];
      const causes = [...doubts.flatMap((one) => one.unknowns), ...unknowns];
      return {
        ...found,
        kind: causes.length === 0 ? 'found' : 'unknown',
        answers: answersOf(topology, taken),
        beyond: '',
        unknowns: distinctUnknowns(causes),
        elsewhere: namesakes(topology, wanted, asked, taken),
      };
    }
  }
  const taken = doubts.flatMap((one) => one.matches);
  const causes = doubts.flatMap((one) => one.unknowns);
  const { beyond } = resolver;
  const also = spellings.length === 1 ? '' : `, for ${spellings.join(' and ')}`;
  const rest = { answers: answersOf(topology, taken), elsewhere: namesakes(topology, wanted, asked, taken) };
  if (beyond.kind === 'unknown') {
    const unknowns = distinctUnknowns([...causes, beyond.unknown]);
    return { ...found, ...rest, kind: 'unknown', beyond: beyond.unknown.text, unknowns };
  }
  const [kind, text] =
    beyond.kind === 'upstream'
      ? (['upstream', `${beyond.servers}${also}`] as const)
      : (['not-found', beyond.reason] as const);
  const unknowns = distinctUnknowns(causes);
  return { ...found, ...rest, kind: causes.length === 0 ? kind : 'unknown', beyond: text, unknowns };
}

/** Whether a name means an endpoint: `partly` when it stands for others as well. Who shares its network stack is it too. */
export function meansEndpoint(
  topology: Topology,
  { kind, answers, beyond }: Resolution,
  endpoint: Endpoint,
): 'yes' | 'no' | 'partly' | 'unknown' {
  const stackOf = (id: string | undefined): string | undefined =>
    id === undefined ? undefined : (topology.endpoints.get(id)?.stack ?? id);
  const own = stackOf(endpoint.id);
  const hits = answers.filter(({ owner }) => stackOf(owner) === own).length;
  const maybe = answers.some(({ perhaps }) => perhaps.some((id) => stackOf(id) === own));
  if (kind === 'unknown') {
    // Who is asked outside is not known, and that nobody here has the name is.
    return beyond !== '' && answers.length === 0 ? 'no' : 'unknown';
  }
  if (maybe) return 'unknown';
  if (hits === 0) return 'no';
  return hits === answers.length ? 'yes' : 'partly';
}

/** Names that records give an endpoint, in any table that others can ask. */
export function namesOf(topology: Topology, endpoint: string): readonly string[] {
  return [...(indexOf(topology).byOwner.get(endpoint) ?? [])];
}

interface Match {
  readonly table: NameTable;
  readonly record: NameRecord;
}

function endpointOf(topology: Topology, from: string | Party | Endpoint): Endpoint {
  if (typeof from === 'string') return lookupEndpoint(topology, from);
  if ('interfaces' in from) return from;
  if (from.kind === 'endpoint') return from.endpoint;
  const { id } = from.kind === 'segment' ? from.segment : from.zone;
  throw new NetproofError(
    'UnknownEndpoint',
    `${JSON.stringify(id)} is a ${from.kind}, and only an endpoint asks for names: name one that is in it.`,
  );
}

/** Whether a name is one that can be asked for: a container may be called what no resolver takes. */
export function canBeAsked(name: string): boolean {
  return isName(plainName(name));
}

function invalidName(name: string): NetproofError {
  const what = /^[\d.]+$|:/.test(name) ? 'an address, which nobody is asked for' : 'not a name';
  return new NetproofError(
    'InvalidName',
    `${JSON.stringify(name)} is ${what}. A name is made of letters, digits, "-", "_" and dots, for example "db" or "db.backend".`,
  );
}

interface Found {
  readonly matches: readonly Match[];
  /** Records that have the name if something comes out so. */
  readonly possible: readonly Match[];
  readonly unknowns: readonly Unknown[];
}

/** Records of tables that have the name, those that may, and what would tell. */
function matchesIn(tables: readonly NameTable[], name: string): Found {
  const matches: Match[] = [];
  const possible: Match[] = [];
  const unknowns: Unknown[] = [];
  for (const table of tables) {
    const spellings = [name];
    for (const suffix of table.suffixes ?? []) {
      if (name.endsWith(`.${suffix}`)) spellings.push(name.slice(0, -suffix.length - 1));
    }
    const { certain, open } = recordsOf(table);
    for (const record of spellings.flatMap((one) => certain.get(one) ?? [])) {
      if (record.doubt === undefined) matches.push({ table, record });
      else {
        possible.push({ table, record });
        unknowns.push(record.doubt);
      }
    }
    for (const record of open) {
      const called = record.name as Unknown;
      if (!spellings.some((one) => mayBeCalled(called, one))) continue;
      possible.push({ table, record });
      unknowns.push(record.doubt ?? called);
    }
  }
  return { matches, possible, unknowns };
}

interface Records {
  readonly certain: ReadonlyMap<string, readonly NameRecord[]>;
  /** Those with a name that only apply tells. */
  readonly open: readonly NameRecord[];
}

const records = new WeakMap<NameTable, Records>();

function recordsOf(table: NameTable): Records {
  let made = records.get(table);
  if (made === undefined) {
    const certain = new Map<string, NameRecord[]>();
    for (const record of table.records) {
      if (typeof record.name !== 'string') continue;
      const others = certain.get(record.name);
      if (others === undefined) certain.set(record.name, [record]);
      else others.push(record);
    }
    made = { certain, open: table.records.filter(({ name }) => typeof name !== 'string') };
    records.set(table, made);
  }
  return made;
}

function answersOf(topology: Topology, matches: readonly Match[]): readonly NamedAddress[] {
  const answers = matches.flatMap(({ table, record }): readonly NamedAddress[] => {
    const { owner, what, origin } = record;
    const by = { table: table.id, what, origin };
    if (owner.kind === 'unknown') {
      const { endpoint, unknown: cause } = owner;
      return [
        { ...by, owner: endpoint, perhaps: [], address: undefined, unknown: cause, segment: undefined },
      ];
    }
    if (owner.kind === 'addresses') {
      return owner.addresses.map((address) => {
        const holders = holdersOf(topology, address);
        const certain = owner.endpoint ?? holders.certain?.endpoint;
        const perhaps = certain === undefined ? holders.perhaps : [];
        const segment = holders.certain?.endpoint === certain ? holders.certain?.segment : undefined;
        return { ...by, owner: certain, perhaps, address, unknown: undefined, segment };
      });
    }
    const one = interfaceOf(topology, owner.endpoint, owner.interface);
    return one.addresses.map(({ possible, unknown: cause }) => ({
      ...by,
      owner: owner.endpoint,
      perhaps: [],
      address: cause === undefined ? possible.ranges()[0]!.first : undefined,
      unknown: cause,
      segment: one.segment,
    }));
  });
  const keyOf = ({ owner, address, segment, unknown: cause }: NamedAddress): string =>
    JSON.stringify([owner, address?.toString(), segment, cause?.key]);
  return [...new Map(answers.map((answer) => [keyOf(answer), answer] as const).reverse()).values()].reverse();
}

/** Who has an address for certain, and who may get it at apply. */
function holdersOf(topology: Topology, address: Address) {
  const one = AddressSet.of(address);
  const perhaps: string[] = [];
  let certain: { readonly endpoint: string; readonly segment: string } | undefined;
  for (const endpoint of topology.endpoints.values()) {
    for (const { segment, addresses } of endpoint.interfaces) {
      for (const { possible, unknown: cause } of addresses) {
        if (!possible.overlaps(one)) continue;
        if (cause !== undefined) perhaps.push(endpoint.id);
        else certain ??= { endpoint: endpoint.id, segment };
      }
    }
  }
  return { certain, perhaps: [...new Set(perhaps)] };
}

function interfaceOf(topology: Topology, endpoint: string, id: string): Interface {
  return topology.endpoints.get(endpoint)!.interfaces.find((one) => one.id === id)!;
}

function namesakes(
  topology: Topology,
  name: string,
  asked: ReadonlySet<string>,
  taken: readonly Match[] | undefined,
): readonly Namesake[] {
  const got = new Set(taken?.map(({ record }) => record));
  const owners = new Set(taken?.map(({ record }) => ownerText(record)));
  return (indexOf(topology).byName.get(name) ?? []).flatMap(({ table, record }): readonly Namesake[] => {
    const own = asked.has(table.id);
    const owner = ownerText(record);
    if (got.has(record) || (own ? owners.has(owner) : table.local === true)) return [];
    const { what, origin } = record;
    return [{ owner, table: table.id, what, asked: own, origin }];
  });
}

function ownerText({ owner }: NameRecord): string {
  if (owner.endpoint !== undefined) return owner.endpoint;
  return owner.kind === 'addresses' ? owner.addresses.join(', ') : '';
}

interface NameIndex {
  readonly byName: ReadonlyMap<string, readonly Match[]>;
  readonly byOwner: ReadonlyMap<string, ReadonlySet<string>>;
}

const indexes = new WeakMap<Topology, NameIndex>();

function indexOf(topology: Topology): NameIndex {
  let index = indexes.get(topology);
  if (index === undefined) {
    const byName = new Map<string, Match[]>();
    const byOwner = new Map<string, Set<string>>();
    for (const table of topology.nameTables.values()) {
      for (const record of table.records) {
        if (typeof record.name !== 'string') continue;
        const match = { table, record };
        const others = byName.get(record.name);
        if (others === undefined) byName.set(record.name, [match]);
        else others.push(match);
        if (record.owner.kind !== 'interface' || table.local === true) continue;
        const names = byOwner.get(record.owner.endpoint);
        if (names === undefined) byOwner.set(record.owner.endpoint, new Set([record.name]));
        else names.add(record.name);
      }
    }
    indexes.set(topology, (index = { byName, byOwner }));
  }
  return index;
}
