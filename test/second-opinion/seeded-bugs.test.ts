import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { disagreements, type Known, known, type Reach } from './comparison';
import { wayDisagreements } from './other-ways';
import { anyCase, type Case } from './random-topology';
import { doubts } from './recipe';
import { type SeededBug, seededBugs } from './seeded-bug';
import { solverWith } from './seeded-solver';
import { type Area, areas } from './sharpened';

/** How many times as many networks as `npm test` compares before a bug counts as not found. */
const times = Number(process.env.NETPROOF_SECOND_OPINION ?? 1);
const mostNetworks = 60 * times;
const seed = 7;
const worlds = 24;

/** Networks of one kind with what the walk says of them, each made and walked when the first bug needs it. */
class Series {
  /** What the solver without a mistake was found to say wrongly. */
  readonly wrong: string[] = [];
  private readonly cases: readonly Case[];
  private readonly opinions: Known[] = [];
  private readonly right = solverWith();

  constructor(area: Area | undefined, doubt: boolean) {
    const options = doubt ? { doubts, placements: true, mostDoubts: 6 } : {};
    const cases = anyCase(options, area === undefined ? undefined : areas[area]);
    this.cases = fc.sample(cases, { seed, numRuns: mostNetworks });
  }

  /** The number of the first network, counted from 1, about which a solver is wrong; undefined when it never is. */
  firstAgainst(reach: Reach): number | undefined {
    const index = this.cases.findIndex((one, at) => differences(reach, this.opinion(one, at)).length > 0);
    return index < 0 ? undefined : index + 1;
  }

  private opinion(one: Case, index: number): Known {
    let opinion = this.opinions[index];
    if (opinion === undefined) {
      this.opinions[index] = opinion = known(one, worlds);
      this.wrong.push(...differences(this.right, opinion));
    }
    return opinion;
  }
}

function differences(reach: Reach, opinion: Known): readonly string[] {
  const { topology, question } = opinion.one;
  try {
    const verdict = reach(topology, { from: question.from, to: question.to, on: question.traffic });
    const everythingKnown = opinion.asked.complete && opinion.asked.worlds === 1;
    return [
      ...disagreements(verdict, opinion),
      ...(everythingKnown ? wayDisagreements(verdict, topology, question) : []),
    ];
  } catch (error) {
    return [String(error)];
  }
}

const allSeries = new Map<string, Series>();

function seriesOf({ area, doubt }: SeededBug): Series {
  const key = `${area} ${doubt}`;
  const series = allSeries.get(key) ?? new Series(area, doubt === true);
  allSeries.set(key, series);
  return series;
}

const found = new Map<string, number | undefined>();

describe('the comparison finds a solver that believes that', () => {
  test.each(seededBugs.map((bug) => [bug.believes, bug] as const))('%s', (believes, bug) => {
    found.set(believes, seriesOf(bug).firstAgainst(solverWith(bug)));
    expect(found.get(believes)).toBeDefined();
  });
});

test('the solver as it is passes every network in which a bug was looked for', () => {
  const wrong = [...allSeries.values()].flatMap((series) => series.wrong);
  expect(wrong).toEqual([]);
  expect(found.size).toBeGreaterThanOrEqual(20);
});

test('the README lists every bug with the number of networks that it took', () => {
  const page = readFileSync(join(__dirname, 'README.md'), 'utf8');
  const rows = [...page.matchAll(/^\| ([^|]+?) +\| +([a-z-]+) +\| +(\d+) +\|$/gm)].map(
    ([, believes, networks, count]) => [believes, networks, Number(count)],
  );
  const expected = seededBugs.map(({ believes, area, doubt }) => [
    believes,
    area ?? (doubt === true ? 'in-doubt' : 'any'),
    found.get(believes),
  ]);
  expect(rows).toEqual(expected);
});

test('a bug whose text is no longer in the solver is an error and not one that was found', () => {
  expect(() => solverWith({ file: 'walk.ts', instead: [['no such text', '']] })).toThrow('0 times');
});
