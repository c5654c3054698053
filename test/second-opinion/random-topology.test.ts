import * as fc from 'fast-check';
import { Traffic } from '../../lib/addressing/traffic';
import { exactly } from '../../lib/topology/bounds';
import type { Topology } from '../../lib/topology/topology';
import { ask, verdictOf } from './ask';
import { addresses } from './hand-made';
import { anyCase, anyPackets } from './random-topology';
import { doubts } from './recipe';
import { type Flow, reasons, type Walk, walk } from './walk';
import { worldsOf } from './worlds';

const everything = { doubts, placements: true };

describe('random networks', () => {
  test('hold together whatever is doubted, and every world of them can be walked', () =>
    fc.assert(
      fc.property(anyCase(everything), ({ topology, question }) => {
        const { answers } = ask(topology, question, { worlds: 6 });
        for (const { passes, firstPacket } of answers) {
          expect(firstPacket.every || !passes.every).toBe(true);
          expect(firstPacket.some || !passes.some).toBe(true);
        }
      }),
      { numRuns: 40 },
    ));

  test('let a quarter of the questions pass, and not three quarters', () => {
    const verdicts = fc.sample(anyCase(), { seed: 1, numRuns: 120 }).map(({ topology, question }) => {
      const asked = ask(topology, question);
      return asked.answers.length === 0 ? 'nothing' : verdictOf(asked);
    });
    const share = (verdict: string) => verdicts.filter((one) => one === verdict).length / verdicts.length;
    expect(share('reachable')).toBeGreaterThan(0.25);
    expect(share('blocked')).toBeGreaterThan(0.25);
    expect(share('partial')).toBeGreaterThan(0);
    expect(share('unknown')).toBe(0);
    expect(share('nothing')).toBeLessThan(0.1);
  });

  test('stop packets for every reason there is', () => {
    const cases = fc.sample(anyPackets(), { seed: 2, numRuns: 160 });
    const seen = new Set(
      cases.flatMap(({ topology, flows }) => flows.map((flow) => walk(topology, flow).reason)),
    );
    const missing = reasons.filter((reason) => !seen.has(reason) && !seen.has(`reply: ${reason}`));
    expect(missing).toEqual([]);
  });

  test.each(doubts)('have more than one world when %s is not known', (doubt) => {
    const cases = fc.sample(anyCase({ doubts: [doubt], mostDoubts: 1 }), { seed: 3, numRuns: 24 });
    const several = cases.filter(({ topology }) => worldsOf(topology).worlds.length > 1);
    // What outside address a translation has makes no difference to anybody.
    if (doubt === 'outside') expect(several).toEqual([]);
    else expect(several.length).toBeGreaterThan(2);
  });
});

describe('the walk', () => {
  test('never stops more when every list of rules ends with one more that lets everything pass', () =>
    fc.assert(
      fc.property(anyPackets(), ({ topology, flows }) => {
        const rule = {
          action: 'allow',
          traffic: exactly(Traffic.everything),
          remote: {
            addresses: exactly(addresses('0.0.0.0/0', '::/0')),
            members: exactly<readonly string[]>([]),
          },
          origin: { address: 'test' },
        } as const;
        const filters = new Map(
          [...topology.filters].map(([id, filter]) => [
            id,
            { ...filter, ingress: [...filter.ingress, rule], egress: [...filter.egress, rule] },
          ]),
        );
        for (const [before, after] of bothWalks(topology, { ...topology, filters }, flows)) {
          expect(after.arrives || !before.arrives).toBe(true);
          expect(after.replyArrives || !before.replyArrives).toBe(true);
        }
      }),
      { numRuns: 40 },
    ));

  test('never stops more when every filter remembers flows, and never lets another first packet through', () =>
    fc.assert(
      fc.property(anyPackets(), ({ topology, flows }) => {
        const filters = new Map(
          [...topology.filters].map(([id, filter]) => [id, { ...filter, stateful: true }]),
        );
        for (const [before, after] of bothWalks(topology, { ...topology, filters }, flows)) {
          expect(after.arrives).toBe(before.arrives);
          expect(after.replyArrives || !before.replyArrives).toBe(true);
        }
      }),
      { numRuns: 40 },
    ));

  test('does not care in which order the rules of a union stand', () =>
    fc.assert(
      fc.property(anyPackets(), ({ topology, flows }) => {
        const filters = new Map(
          [...topology.filters].map(([id, filter]) => {
            if (filter.matching === 'first-match') return [id, filter];
            return [
              id,
              { ...filter, ingress: filter.ingress.toReversed(), egress: filter.egress.toReversed() },
            ];
          }),
        );
        for (const [before, after] of bothWalks(topology, { ...topology, filters }, flows))
          expect(after.reason).toBe(before.reason);
      }),
      { numRuns: 40 },
    ));
});

function bothWalks(
  one: Topology,
  other: Topology,
  flows: readonly Flow[],
): readonly (readonly [one: Walk, other: Walk])[] {
  return flows.map((flow) => [walk(one, flow), walk(other, flow)]);
}
