import * as fc from 'fast-check';
import { Traffic } from '../../lib/addressing/traffic';
import { type BoundFlow, idOf, type Members } from '../../lib/policy/bound-policy';
import { Permits } from '../../lib/policy/permits';
import { breaches, type Prohibition } from '../../lib/policy/prohibition';
import { ReachTable } from '../../lib/policy/reach-table';
import { reach } from '../../lib/reachability/solver';
import type { Party } from '../../lib/topology/lookup';
import type { Topology } from '../../lib/topology/topology';
import { balancedNetwork } from '../reachability/balanced-network';
import { printTopology } from '../second-opinion/printed';
import { anyTopology } from '../second-opinion/random-topology';
import { doubts as allDoubts } from '../second-opinion/recipe';

const everybody = ({ endpoints, zones }: Topology): Members => ({ endpoints, segments: new Map(), zones });

function partiesOf({ endpoints, zones }: Topology): readonly Party[] {
  return [
    ...[...endpoints.values()].map((endpoint): Party => ({ kind: 'endpoint', endpoint })),
    ...[...zones.values()].map((zone): Party => ({ kind: 'zone', zone })),
  ];
}

/** Every pair that breaks a prohibition or may, asked one by one, with nothing excepted. */
function oneByOne(topology: Topology, about: Prohibition['about']): readonly string[] {
  const parties = partiesOf(topology);
  return parties
    .flatMap((from) =>
      parties.flatMap((to) => {
        if (idOf(from) === idOf(to) || (from.kind === 'zone' && to.kind === 'zone')) return [];
        const { anyWay } = reach(topology, { from, to, on: Traffic.everything });
        const { passes, mayPass } = about === 'flow' ? anyWay : anyWay.firstPacket;
        if (mayPass.isEmpty()) return [];
        return [`${idOf(from)} -> ${idOf(to)}: ${passes.isEmpty() ? 'unknown' : 'fail'}`];
      }),
    )
    .sort();
}

function inBulk(
  topology: Topology,
  about: Prohibition['about'],
  flows: readonly BoundFlow[] = [],
): readonly string[] {
  const table = new ReachTable(topology, flows);
  const all = everybody(topology);
  const [found = []] = breaches(table, [
    {
      from: all,
      to: all,
      on: table.universe.traffic,
      about,
      except: new Permits(flows),
      words: 'must not reach',
    },
  ]);
  return found
    .flatMap(({ status, from, to }) =>
      from.flatMap((source) =>
        to.filter((target) => target !== source).map((target) => `${source} -> ${target}: ${status}`),
      ),
    )
    .sort();
}

const runs = Number(process.env['NETPROOF_RUNS'] ?? 6);

describe('what breaks a prohibition is what single questions say', () => {
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
          for (const about of ['flow', 'arrival'] as const) {
            expect(inBulk(topology, about)).toEqual(oneByOne(topology, about));
          }
        },
      ),
      { numRuns: runs },
    );
  });

  test('behind a balancer', () => {
    expect(inBulk(balancedNetwork(), 'flow')).toEqual(oneByOne(balancedNetwork(), 'flow'));
    expect(inBulk(balancedNetwork(), 'flow')).toContain('web -> api: fail');
  });

  test('and nothing breaks it when everything is excepted', () => {
    const all = everybody(balancedNetwork());
    const flow: BoundFlow = {
      kind: 'permit',
      name: 'all',
      path: [],
      from: all,
      to: all,
      on: Traffic.everything,
    };
    expect(inBulk(balancedNetwork(), 'arrival', [flow])).toEqual([]);
  });
});
