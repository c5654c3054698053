import * as fc from 'fast-check';
import { estate } from '../../bench/reach/estate';
import { allTraffic, tcp, Traffic } from '../../lib/addressing/traffic';
import { matrix, type MatrixWay, type WhoReachesWhom } from '../../lib/reachability/matrix';
import { reach } from '../../lib/reachability/solver';
import type { Party } from '../../lib/topology/lookup';
import { exactly } from '../../lib/topology/bounds';
import type { Relay } from '../../lib/topology/relay';
import { brandTopology, type Topology } from '../../lib/topology/topology';
import { PortSet } from '../../lib/addressing/port-set';
import { balancedNetwork } from './balanced-network';
import { allow, network } from '../second-opinion/hand-made';
import { printTopology } from '../second-opinion/printed';
import { doubts as allDoubts } from '../second-opinion/recipe';
import { anyTopology } from '../second-opinion/random-topology';

const shown = ({ passes, mayPass }: { readonly passes: Traffic; readonly mayPass: Traffic }): string =>
  `${passes.toString()} | ${mayPass.toString()}`;

/** What the single question says of every pair of parties that are two, empty answers left out. */
function askedOneByOne(topology: Topology, on: Traffic, replies: boolean): Map<string, string> {
  const parties: Party[] = [
    ...[...topology.endpoints.values()].map((endpoint) => ({ kind: 'endpoint', endpoint }) as const),
    ...[...topology.segments.values()].map((segment) => ({ kind: 'segment', segment }) as const),
    ...[...topology.zones.values()].map((zone) => ({ kind: 'zone', zone }) as const),
  ];
  const answers = new Map<string, string>();
  for (const from of parties) {
    for (const to of parties) {
      if (from === to || (from.kind === 'zone' && to.kind === 'zone')) continue;
      const verdict = reach(topology, { from, to, on });
      const found = replies ? verdict : verdict.firstPacket;
      if (!found.mayPass.isEmpty()) answers.set(`${nameOf(from)} -> ${nameOf(to)}`, shown(found));
    }
  }
  return answers;
}

/** By other ways than the target's own address, of every pair that has any. */
function otherWaysOneByOne(topology: Topology, on: Traffic): Map<string, string> {
  const answers = new Map<string, string>();
  const parties: Party[] = [
    ...[...topology.endpoints.values()].map((endpoint) => ({ kind: 'endpoint', endpoint }) as const),
    ...[...topology.zones.values()].map((zone) => ({ kind: 'zone', zone }) as const),
  ];
  for (const from of parties) {
    for (const to of parties) {
      if (from === to || (from.kind === 'zone' && to.kind === 'zone')) continue;
      const found = reach(topology, { from, to, on }).otherWays.filter(({ mayPass }) => !mayPass.isEmpty());
      if (found.length > 0) answers.set(`${nameOf(from)} -> ${nameOf(to)}`, waysText(found));
    }
  }
  return answers;
}

type Way = Pick<MatrixWay, 'name' | 'passes' | 'mayPass'> & { readonly kind: string };

function waysText(ways: readonly Way[]): string {
  const union = (list: readonly Traffic[]): Traffic => Traffic.from(list);
  return [...new Set(ways.map(({ kind, name }) => `${kind} ${name}`))]
    .sort()
    .map((key) => {
      const alike = ways.filter(({ kind, name }) => `${kind} ${name}` === key);
      const passes = union(alike.map((way) => way.passes));
      return `${key}: ${shown({ passes, mayPass: union(alike.map((way) => way.mayPass)) })}`;
    })
    .join('; ');
}

function agreeOnOtherWays(topology: Topology, on: Traffic): number {
  const answers = new Map<string, string>();
  const direct = new Map<string, string>();
  for (const { from, to, otherWays, ...reached } of matrix(topology, { on, otherWays: true }).entries()) {
    for (const source of from.members) {
      for (const target of to.members) {
        if (source === target) continue;
        if (otherWays.length > 0) answers.set(`${source} -> ${target}`, waysText(otherWays));
        if (!reached.mayPass.isEmpty()) direct.set(`${source} -> ${target}`, shown(reached));
      }
    }
  }
  expect(sorted(answers)).toEqual(sorted(otherWaysOneByOne(topology, on)));
  // To be asked for other ways changes nothing of what is said about own addresses.
  expect(sorted(direct)).toEqual(sorted(spelledOut(matrix(topology, { on }))));
  return answers.size;
}

function nameOf(party: Party): string {
  if (party.kind === 'endpoint') return party.endpoint.id;
  return party.kind === 'zone' ? party.zone.id : party.segment.id;
}

function spelledOut(all: WhoReachesWhom): Map<string, string> {
  const answers = new Map<string, string>();
  for (const { from, to, ...reached } of all.entries()) {
    for (const source of from.members) {
      for (const target of to.members) {
        if (source !== target) answers.set(`${source} -> ${target}`, shown(reached));
      }
    }
  }
  return answers;
}

const sorted = (answers: Map<string, string>): readonly string[] =>
  [...answers].map(([pair, answer]) => `${pair}: ${answer}`).sort();

function agree(topology: Topology, on: Traffic, replies = true): void {
  const all = matrix(topology, { on, segments: true, replies });
  const oneByOne = askedOneByOne(topology, on, replies);
  expect(sorted(spelledOut(all))).toEqual(sorted(oneByOne));
  let pairs = 0;
  for (const from of topology.endpoints.values()) {
    for (const to of topology.endpoints.values()) {
      if (from === to) continue;
      const { passes, mayPass } = all.canReach(from.id, to.id);
      expect([from.id, to.id, shown({ passes, mayPass })]).toEqual([
        from.id,
        to.id,
        oneByOne.get(`${from.id} -> ${to.id}`) ?? 'nothing | nothing',
      ]);
      if (!passes.isEmpty()) pairs++;
    }
  }
  expect(matrix(topology, { on, replies }).counts().pairs).toBe(pairs);
}

/** Networks per property; as many as you have patience for, with NETPROOF_RUNS. */
const runs = Number(process.env['NETPROOF_RUNS'] ?? 12);

/** Traffic of every sort, what one family carries only and what has no ports included. */
const oneWay = Traffic.parse('tcp/0-65535, udp, sctp/1-99, icmp/0-255, icmpv6/3, protocol/47');

/** Messages of ICMP, of which nobody answers any but the echo request. */
const messages = Traffic.parse('icmp/3, icmp/8, icmpv6/1-4');

/** Half of the first machines behind two balancers, one of which shows the client. */
function balanced(topology: Topology): Topology {
  const machines = [...topology.endpoints.values()];
  const relay = (number: number, sourceSeen: 'relay' | 'client'): Relay => ({
    id: `balancer-${number}`,
    name: `balancer-${number}`,
    endpoint: machines[number]!.id,
    origin: { address: `balancer-${number}` },
    listeners: [
      {
        traffic: tcp(1, 65535),
        origin: { address: 'listener' },
        targets: exactly(
          machines
            .slice(2, 14)
            .filter((_, index) => index % 2 === 0)
            .map(({ id }) => ({
              to: { endpoint: id },
              traffic: tcp(1, 65535),
              sourceSeen,
              ports: PortSet.range(1024, 65535),
              origin: { address: 'target' },
            })),
        ),
      },
    ],
  });
  const relays = [relay(0, 'relay'), relay(1, 'client')];
  return brandTopology({ ...topology, relays: new Map(relays.map((one) => [one.id, one])) });
}

describe('the matrix says of every pair what the single question says', () => {
  test('of a message of ICMP that nobody answers: it arrives and does not pass', () => {
    const topology = estate({ endpoints: 40 });
    const silent = Traffic.parse('icmp/3');
    expect([...matrix(topology, { on: silent }).entries()]).toEqual([]);
    expect(spelledOut(matrix(topology, { on: silent, replies: false })).size).toBeGreaterThan(100);
    expect(spelledOut(matrix(topology, { on: Traffic.parse('icmp/8') })).size).toBeGreaterThan(100);
  });

  test.each([
    ['known', {}],
    ['in doubt', { doubts: allDoubts, placements: true }],
  ])('in random networks in which all is %s', (_what, options) => {
    fc.assert(
      fc.property(
        anyTopology(options).map((topology) => ({
          topology,
          [fc.toStringMethod]: () => printTopology(topology),
        })),
        ({ topology }) => {
          agree(topology, allTraffic());
          agree(topology, oneWay, false);
          agree(topology, messages);
        },
      ),
      { numRuns: runs },
    );
  });

  test.each([
    ['one family', { endpoints: 40, segments: 6, groups: 10, rules: 8 }],
    ['both families', { endpoints: 30, segments: 5, groups: 8, rules: 8, families: [4, 6] as const }],
    ['addresses, places and rules in doubt', { endpoints: 24, segments: 4, groups: 6, rules: 5, doubts: 20 }],
    ['few groups, so that many machines are alike', { endpoints: 36, segments: 3, groups: 2, rules: 4 }],
  ])('in a company network with %s', (_what, size) => {
    for (let seed = 1; seed <= 2; seed++) agree(estate({ ...size, seed }), allTraffic());
    agree(estate({ ...size, endpoints: 20, seed: 4 }), allTraffic(), false);
  });

  test('of the ways through balancers and by public addresses too', () => {
    let found = 0;
    fc.assert(
      fc.property(anyTopology({ doubts: allDoubts, placements: true }), (topology) => {
        found += agreeOnOtherWays(topology, allTraffic());
      }),
      { numRuns: runs * 2 },
    );
    expect(found).toBeGreaterThan(0);
  });

  test('of ways through balancers when some of many alike are targets', () => {
    // From the two others, and from the balancer itself.
    expect(agreeOnOtherWays(balancedNetwork(), allTraffic())).toBe(3);
    expect(
      agreeOnOtherWays(balanced(estate({ endpoints: 24, segments: 3, groups: 3, rules: 6 })), allTraffic()),
    ).toBeGreaterThan(0);
  });

  test('hardly any pair of a company network has to be asked about on its own', () => {
    const all = matrix(estate({ endpoints: 200 }));
    expect(all.counts()).toMatchObject({ exact: 0 });
    expect(all.counts().pairs).toBeGreaterThan(1000);
  });

  test('where rules split addresses that apply tells, pairs are asked about on their own, and not all', () => {
    const { exact, classes } = matrix(estate({ endpoints: 100, doubts: 10 })).counts();
    expect(exact).toBeGreaterThan(0);
    expect(exact).toBeLessThan((classes * classes) / 2);
  });
});

test('what arrives without a reply is told only where it is asked for', () => {
  const topology = network({
    segments: { front: { block: '10.0.0.0/28' }, back: { block: '10.0.0.16/28', crossing: 'edge' } },
    machines: { web: { in: 'front', at: '10.0.0.4' }, db: { in: 'back', at: '10.0.0.20' } },
    filters: { edge: { stateful: false, matching: 'first-match', ingress: [allow('udp/53')] } },
  });
  expect(matrix(topology).canReach('web', 'db').mayPass.toString()).toBe('nothing');
  expect(matrix(topology, { replies: false }).canReach('web', 'db').passes.toString()).toBe('udp/53');
  expect(matrix(topology, { replies: false }).canReach('db', 'web').mayPass.toString()).toBe('nothing');
});

describe('a question about a pair', () => {
  test('is answered by any name of an endpoint', () => {
    const all = matrix(estate({ endpoints: 40, segments: 3 }));
    const [first] = [...all.entries()].filter(
      ({ from, to }) => from.kind === 'endpoints' && to.kind === from.kind,
    );
    const { passes } = all.canReach(first!.from.members[0]!, first!.to.members.at(-1)!);
    expect(passes).toEqual(first!.passes);
  });

  test('about a name that nothing has is an error and not an empty answer', () => {
    expect(() => matrix(estate({ endpoints: 10 })).canReach('machine-1', 'machin-2')).toThrow(/machine-2/);
  });

  test('is about the traffic that the matrix was asked for, and no other', () => {
    const topology = estate({ endpoints: 40, segments: 3 });
    const ssh = matrix(topology, { on: tcp(22) });
    const found = [...ssh.entries()];
    expect(found.length).toBeGreaterThan(0);
    expect(found.every(({ mayPass }) => tcp(22).contains(mayPass))).toBe(true);
  });
});
