import { PortSet } from '../addressing/port-set';
import { Traffic } from '../addressing/traffic';
import { matrix, type MatrixEntry } from '../reachability/matrix';
import { solverOf } from '../reachability/solver';
import { lookup } from '../topology/lookup';
import { cisAws, type LintRule, type Observation } from './rule';
import type { LintSubject } from './subject';

/**
 * Rules about what the Internet reaches in a VPC. They ask the solver: a security group that is open in a subnet without
 * a way in is no finding, and a balancer that leads to a private target is one.
 */
export const exposureRules: readonly LintRule[] = [
  {
    id: 'aws-admin-port-from-internet',
    severity: 'error',
    title: 'The Internet reaches no port for administration',
    why: 'SSH (22) and RDP (3389) that the whole Internet can dial are tried by everybody, all the time.',
    fix: 'Narrow the rule to your own addresses, or use Session Manager, which needs no open port.',
    cis: cisAws('5.2, 5.3'),
    check: (subject) =>
      fromInternet(
        subject,
        Traffic.from([Traffic.of('tcp', PortSet.of(22)), Traffic.of('tcp', PortSet.of(3389))]),
        () => true,
      ),
  },
  {
    id: 'aws-database-from-internet',
    severity: 'error',
    title: 'The Internet reaches no database',
    why: 'A database that the Internet can dial has its password as its only defence.',
    fix: 'Set publicly_accessible = false, and let in the security group of what queries it.',
    cis: cisAws('2.3.3'),
    check: (subject) => fromInternet(subject, Traffic.of('tcp'), (type) => databases.test(type)),
  },
];

const databases = /^aws_(?:db_instance|rds_cluster|redshift_cluster|elasticache_)/;

function* fromInternet(
  { topology }: LintSubject,
  on: Traffic,
  concerns: (type: string) => boolean,
): Iterable<Observation> {
  const subjects = [...topology.endpoints.values()].filter(
    ({ type }) => type.startsWith('aws_') && concerns(type),
  );
  if (subjects.length === 0) return;
  const entries = new Map<string, MatrixEntry[]>();
  for (const entry of matrix(topology, { on, otherWays: true }).outside()) {
    if (entry.from.kind !== 'zone' || !entry.from.members[0]!.startsWith('internet')) continue;
    for (const id of entry.to.members) entries.set(id, [...(entries.get(id) ?? []), entry]);
  }
  for (const { id, origin, names } of subjects) {
    const ways = (entries.get(id) ?? []).flatMap((entry) => [entry, ...entry.otherWays]);
    const passes = Traffic.from(ways.map((way) => way.passes));
    const mayPass = Traffic.from(ways.map((way) => way.mayPass));
    const name = names[0] ?? id;
    if (!passes.isEmpty()) yield { claim: `the Internet reaches ${name} on ${passes.toString()}`, origin };
    else if (!mayPass.isEmpty()) {
      const from = lookup(topology, entries.get(id)![0]!.from.members[0]!);
      const to = { kind: 'endpoint', endpoint: topology.endpoints.get(id)! } as const;
      const { unknowns } = solverOf(topology).ask({ from, to, on }).anyWay;
      yield { claim: `the Internet perhaps reaches ${name} on ${mayPass.toString()}`, origin, unknowns };
    }
  }
}
