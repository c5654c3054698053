import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { type ReasonCode, reasonCodes } from '../../lib/reachability/reason-code';
import { reach } from '../../lib/reachability/solver';
import type { Verdict } from '../../lib/reachability/verdict';
import { disagreements, isNeedless, type Known, known } from './comparison';
import { anyCase, type Case } from './random-topology';
import { doubts } from './recipe';

/** How many times as many networks as `npm test` compares; the seeds go on from its own. */
const times = Number(process.env.NETPROOF_SECOND_OPINION ?? 1);
const worlds = times > 1 ? 64 : 24;

function answer({ topology, question }: Case): Verdict {
  return reach(topology, { from: question.from, to: question.to, on: question.traffic });
}

/** Compares cases one by one, and fails with the first on which the two disagree, made as small as it goes. */
function compare(cases: fc.Arbitrary<Case>, seed: number, numRuns: number): readonly [Verdict, Known][] {
  const compared: [Verdict, Known][] = [];
  const agree = fc.property(cases, (one) => {
    const opinion = known(one, worlds);
    const verdict = answer(one);
    const found = disagreements(verdict, opinion);
    if (found.length > 0) throw new Error(found.slice(0, 10).join('\n'));
    compared.push([verdict, opinion]);
  });
  fc.assert(agree, { seed, numRuns: numRuns * times, interruptAfterTimeLimit: 3_000_000 });
  return compared;
}

const patience = 60_000 * times;

test(
  'the solver and the walk agree on every packet of networks in which everything is known',
  () => {
    const compared = compare(anyCase(), 1, 120);
    const share = (kind: Verdict['kind']) =>
      compared.filter(([verdict]) => verdict.kind === kind).length / compared.length;
    expect(share('reachable')).toBeGreaterThan(0.25);
    expect(share('blocked')).toBeGreaterThan(0.25);
    expect(share('partial')).toBeGreaterThan(0);
  },
  patience,
);

test(
  'what the solver decides is so in every world, and what it leaves open is nearly always open',
  () => {
    const compared = compare(anyCase({ doubts, placements: true, mostDoubts: 6 }), 2, 80);
    const doubted = compared.filter(([, { asked }]) => asked.worlds > 1);
    const needless = doubted.filter(([verdict, opinion]) => isNeedless(verdict, opinion));
    const open = doubted.filter(([verdict]) => verdict.kind === 'unknown');
    if (times > 1)
      console.log(
        `${compared.length} networks, ${doubted.length} in several worlds: ${open.length} unknown, ${needless.length} needlessly`,
      );
    expect(open.length).toBeGreaterThan(doubted.length / 20);
    expect(needless.length).toBeLessThan(Math.max(doubted.length / 20, 1));
  },
  patience,
);

test('a verdict that is unknown says what would settle it', () => {
  const cases = fc.sample(anyCase({ doubts, placements: true }), { seed: 3, numRuns: 200 });
  const unknown = cases.map(answer).filter(({ kind }) => kind === 'unknown');
  expect(unknown.length).toBeGreaterThan(10);
  expect(unknown.filter(({ unknowns }) => unknowns.length === 0)).toEqual([]);
});

/** What random networks do not come to. */
const elsewhere: readonly ReasonCode[] = [
  'forwarding-software',
  'no-common-family',
  'not-modelled',
  'too-many-worlds',
];

test(
  'random networks cut packets for every reason that they can',
  () => {
    const missing = new Set(reasonCodes.filter((code) => !elsewhere.includes(code)));
    for (let seed = 1; missing.size > 0 && seed <= 40; seed++) {
      const options = seed % 3 === 0 ? { doubts, placements: true, mostDoubts: 6 } : {};
      for (const one of fc.sample(anyCase(options), { seed, numRuns: 100 })) {
        const verdict = answer(one);
        const all = [verdict, ...verdict.otherWays.flatMap(({ stretches }) => stretches)];
        const stopped = all.filter(({ kind }) => kind !== 'reachable');
        const cuts = stopped.flatMap((each) => each.trace()).flatMap((trace) => trace.cuts);
        for (const { reason } of cuts) missing.delete(reason);
      }
    }
    expect([...missing]).toEqual([]);
  },
  patience,
);

test.each(elsewhere)('%s, which random networks do not come to, is argued by hand', (code) => {
  const folder = join(__dirname, '../reachability');
  const files = readdirSync(folder).filter((name) => name.endsWith('.test.ts'));
  const texts = files.map((name) => readFileSync(join(folder, name), 'utf8'));
  expect(texts.some((text) => text.includes(`['${code}']`) || text.includes(`toContain('${code}')`))).toBe(
    true,
  );
});
