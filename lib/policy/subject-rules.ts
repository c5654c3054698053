import type { Traffic } from '../addressing/traffic';
import type { Party } from '../topology/lookup';
import type { Segment } from '../topology/segment';
import type { Topology } from '../topology/topology';
import { type BoundFlow, countsAlways, idOf, isHost, type Members } from './bound-policy';
import type { Finding } from './finding';
import { brokenPaths } from './must-reach';
import { Permits } from './permits';
import { breaches, type Prohibition } from './prohibition';
import { ReachTable } from './reach-table';

/** Somebody else, and on what. */
export interface SubjectFlow {
  readonly party: Party;
  readonly on: Traffic;
}

/**
 * What breaks the isolation of one endpoint or segment: first packets that get out, and whoever gets in without being
 * excepted. Who stands in a segment is no stranger to it; other segments are.
 */
export function isolationFindings(
  topology: Topology,
  subject: Party,
  except: readonly SubjectFlow[],
): readonly Finding[] {
  const flows = except.map(({ party, on }) => flow('allow', membersOf([party]), membersOf([subject]), on));
  const permits = new Permits(flows);
  const table = new ReachTable(topology, flows);
  const others = everybodyBut(topology, subject, except);
  const own = membersOf([subject]);
  const on = table.universe.traffic;
  const forbidden: readonly Prohibition[] = [
    {
      from: own,
      to: others,
      on,
      about: 'arrival',
      except: permits,
      words: 'is isolated and must not send to',
    },
    { from: others, to: own, on, about: 'flow', except: permits, words: 'must not reach the isolated' },
  ];
  return worstFirst(breaches(table, forbidden).flat());
}

/** What of the wanted one party does not reach, and what it reaches besides. */
export function reachOnlyFindings(
  topology: Topology,
  subject: Party,
  wanted: readonly SubjectFlow[],
): readonly Finding[] {
  const own = membersOf([subject]);
  const flows = wanted.map(({ party, on }) => flow('allow', own, membersOf([party]), on));
  const table = new ReachTable(topology, flows);
  const others = everybodyBut(topology, subject, wanted);
  const [more = []] = breaches(table, [
    {
      from: own,
      to: others,
      on: table.universe.traffic,
      about: 'flow',
      except: new Permits(flows),
      beyondRelays: true,
      words: 'must reach nothing else, not',
    },
  ]);
  return worstFirst([...flows.flatMap((one) => brokenPaths(table, one)), ...more]);
}

function flow(kind: BoundFlow['kind'], from: Members, to: Members, on: Traffic): BoundFlow {
  return { kind, name: kind, path: [], from, to, on };
}

function everybodyBut(topology: Topology, subject: Party, named: readonly SubjectFlow[]): Members {
  const zones = new Set(named.flatMap(({ party }) => (party.kind === 'zone' ? [party.zone.id] : [])));
  const hosts = new Set(named.map(({ party }) => idOf(party)));
  const segment = subject.kind === 'segment' ? subject.segment : undefined;
  return {
    endpoints: new Map(
      [...topology.endpoints].filter(
        ([id, endpoint]) =>
          id !== idOf(subject) &&
          (!isHost(endpoint) || hosts.has(id)) &&
          !(segment !== undefined && endpoint.interfaces.some((one) => one.segment === segment.id)),
      ),
    ),
    segments:
      segment === undefined
        ? new Map<string, Segment>()
        : new Map([...topology.segments].filter(([id]) => id !== segment.id)),
    zones:
      subject.kind === 'zone'
        ? new Map()
        : new Map([...topology.zones].filter(([id]) => countsAlways(id) || zones.has(id))),
  };
}

function membersOf(parties: readonly Party[]): Members {
  return {
    endpoints: new Map(
      parties.flatMap((one) => (one.kind === 'endpoint' ? [[one.endpoint.id, one.endpoint]] : [])),
    ),
    segments: new Map(
      parties.flatMap((one) => (one.kind === 'segment' ? [[one.segment.id, one.segment]] : [])),
    ),
    zones: new Map(parties.flatMap((one) => (one.kind === 'zone' ? [[one.zone.id, one.zone]] : []))),
  };
}

function worstFirst(findings: readonly Finding[]): readonly Finding[] {
  const order = ['fail', 'unknown', 'listed'];
  return [...findings].sort((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
}
