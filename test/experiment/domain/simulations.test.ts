import { describe, expect, it } from 'vitest';
import { assign } from '../../../core/assignment/assign.ts';
import { addUnit, NO_COMOMENTS, type CoMoments } from '../../../core/statistics/comoments.ts';
import { srmTest } from '../../../core/statistics/srm.ts';
import { twoProportionTest } from '../../../core/statistics/two-proportion.ts';
import { plannedUnits, type Design } from '../../../subgraphs/experiment/domain/experiment/design.ts';
import { metricKey, type Measured } from '../../../subgraphs/experiment/domain/experiment/measured.ts';
import type { MetricUse } from '../../../subgraphs/experiment/domain/metric/metric.ts';
import { analyse } from '../../../subgraphs/experiment/domain/experiment/result.ts';
import { compareSecondary } from '../../../subgraphs/experiment/domain/experiment/secondary.ts';
import { rangesOf } from '../../../subgraphs/experiment/domain/split.ts';
import { sequentialView } from '../../../subgraphs/experiment/domain/experiment/views.ts';
import { seededRandom } from '../../support/seeded-random.ts';

/** What must hold of many experiments, not of one: each with its own seed, and bounds three standard errors wide. */
const random = seededRandom(2_026);
const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
/** How many of n come to something that each does with this rate; n·rate must be large. */
const binomial = (n: number, rate: number): number =>
  Math.min(n, Math.max(0, Math.round(n * rate + normal() * Math.sqrt(n * rate * (1 - rate)))));
const error = (rate: number, runs: number): number => Math.sqrt((rate * (1 - rate)) / runs);
const most = (rate: number, runs: number): number => rate + 3 * error(rate, runs);
const least = (rate: number, runs: number): number => rate - 3 * error(rate, runs);

const ALPHA = 0.05;
const POWER = 0.8;
const design: Design = { baseline: 0.2, mde: 0.1, mdeKind: 'RELATIVE', alpha: ALPHA, power: POWER };
const ARMS = ['control', 'a', 'b'];
const SPLIT = { control: 0.5, a: 0.25, b: 0.25 };
const PLANNED = plannedUnits(design, ARMS, SPLIT);
const LOOKS = 50;

type Rates = Readonly<Record<string, number>>;

/** One experiment as it goes on: what an analysis of it says at each of many looks, the last one at the planned size. */
function looksAt(rates: Rates, looks: number, analysed: readonly number[]) {
  const seen = Object.fromEntries(ARMS.map((arm) => [arm, { labelled: 0, converted: 0 }]));
  let sequentialP = 1;
  const results = [];
  for (let look = 1; look <= looks; look++) {
    for (const arm of ARMS) {
      const before = seen[arm]!;
      const units = Math.ceil((PLANNED[arm]! * look) / looks) - before.labelled;
      seen[arm] = { labelled: before.labelled + units, converted: before.converted + binomial(units, rates[arm]!) };
    }
    const pair = { control: seen['control']!, candidate: seen['a']! };
    sequentialP = Math.min(sequentialP, sequentialView(ALPHA, pair, PLANNED['control']! + PLANNED['a']!)?.p ?? 1);
    if (!analysed.includes(look)) continue;
    const arms = Object.fromEntries(
      ARMS.map((arm) => [arm, { exposed: seen[arm]!.labelled, ...seen[arm]!, planned: seen[arm]! }]),
    );
    const rest = {
      revision: 1,
      guardrails: [],
      secondary: [],
      segments: [],
      secondarySegments: new Map(),
      byDay: [],
      measured: new Map(),
      ended: false,
      days: look,
    };
    results.push(analyse({ design, arms: ARMS, split: SPLIT, counts: { arms, multipleExposure: 0 }, ...rest }));
  }
  return { results, sequentialP };
}

describe('a thousand experiments', () => {
  const RUNS = 1_000;
  const SAME = { control: 0.2, a: 0.2, b: 0.2 };

  it('without any effect, each looked at fifty times, are hardly ever called', () => {
    let [early, shipped, sequential] = [0, 0, 0];
    for (let run = 0; run < RUNS; run++) {
      const { results, sequentialP } = looksAt(SAME, LOOKS, [10, 30, LOOKS]);
      early += Number(results.slice(0, 2).some(({ recommendation }) => recommendation !== 'CONTINUE'));
      shipped += Number(results.at(-1)!.recommendation === 'SHIP');
      sequential += Number(sequentialP < ALPHA);
    }
    expect(early, 'nothing is called before the planned size').toBe(0);
    // Alpha is two-sided over both arms: half of it is better.
    expect(shipped / RUNS).toBeLessThan(most(ALPHA / 2, RUNS));
    expect(sequential / RUNS, 'at any of the looks').toBeLessThan(most(ALPHA, RUNS));
  });

  it('of which one arm is as much better as was planned for, ship it with the planned power', () => {
    let shipped = 0;
    for (let run = 0; run < RUNS; run++) {
      const { results } = looksAt({ ...SAME, a: 0.22 }, 1, [1]);
      shipped += Number(results[0]!.ships === 'a');
    }
    expect(shipped / RUNS).toBeGreaterThan(least(POWER, RUNS));
  });
});

it('intervals of a difference hold it as often as they say', () => {
  const runs = 4_000;
  let [newcombe, wald, relative] = [0, 0, 0];
  const [p0, p1] = [0.2, 0.22];
  const holds = (interval: { lower: number; upper: number } | null, value: number): number =>
    Number(interval !== null && interval.lower <= value && value <= interval.upper);
  for (let run = 0; run < runs; run++) {
    const found = twoProportionTest({
      controlSuccesses: binomial(3_000, p0),
      controlTrials: 3_000,
      treatmentSuccesses: binomial(2_000, p1),
      treatmentTrials: 2_000,
    });
    newcombe += holds(found.newcombeInterval, p1 - p0);
    wald += holds(found.waldInterval, p1 - p0);
    relative += holds(found.relativeLiftInterval, p1 / p0 - 1);
  }
  for (const share of [newcombe, wald, relative].map((count) => count / runs)) {
    expect(share).toBeGreaterThan(least(0.95, runs));
    expect(share).toBeLessThan(most(0.95, runs));
  }
});

it('ten correlated events of a unit are one unit: alpha holds, as it does not event by event', () => {
  const runs = 1_000;
  const metric: MetricUse = {
    name: 'clicks',
    revision: 1,
    definition: {
      kind: 'MEAN',
      measure: 'OUTCOME',
      per: null,
      event: null,
      perEvent: null,
      positiveFrom: null,
      quantile: null,
      ceiling: null,
      lowest: null,
      highest: null,
      attributionHours: null,
      higherIsBetter: true,
      minimumEffect: null,
      margin: null,
      marginKind: 'ABSOLUTE',
    },
  };
  let [byUnit, byEvent] = [0, 0];
  for (let run = 0; run < runs; run++) {
    const sums = { control: NO_COMOMENTS, a: NO_COMOMENTS };
    const events = { control: NO_COMOMENTS, a: NO_COMOMENTS };
    for (const arm of ['control', 'a'] as const) {
      for (let unit = 0; unit < 100; unit++) {
        const own = normal();
        let total = 0;
        for (let event = 0; event < 10; event++) {
          const value = own + normal();
          total += value;
          events[arm] = addUnit(events[arm], 1, value);
        }
        sums[arm] = addUnit(sums[arm], 10, total);
      }
    }
    const pOf = (arms: Record<string, CoMoments>): number => {
      const measured: Measured = new Map([
        [
          metricKey(metric),
          Object.fromEntries(Object.entries(arms).map(([arm, own]) => [arm, { sums: own, quantile: null }])),
        ],
      ]);
      return compareSecondary([metric], ['control', 'a'], measured, ALPHA)[0]!.p;
    };
    byUnit += Number(pOf(sums) < ALPHA);
    byEvent += Number(pOf(events) < ALPHA);
  }
  expect(byUnit / runs).toBeLessThan(most(ALPHA, runs));
  expect(byUnit / runs).toBeGreaterThan(least(ALPHA, runs));
  expect(byEvent / runs, 'the events alone claim far too much').toBeGreaterThan(4 * ALPHA);
});

it('a split that is kept is called broken once in a thousand', () => {
  const runs = 20_000;
  const shares = [0.7, 0.15, 0.15];
  let alarms = 0;
  for (let run = 0; run < runs; run++) {
    const control = binomial(10_000, shares[0]!);
    const a = binomial(10_000 - control, shares[1]! / (1 - shares[0]!));
    alarms += Number(srmTest([control, a, 10_000 - control - a], shares).mismatch);
  }
  expect(alarms / runs).toBeLessThan(most(0.001, runs));
  expect(alarms).toBeGreaterThan(0);
});

it('units are spread evenly, and by one experiment as if there were no other', () => {
  const names = ['control', 'a', 'b', 'c'];
  const split = { control: 0.25, a: 0.25, b: 0.25, c: 0.25 };
  const allocation = (seed: string, hashVersion: 1 | 2) => ({
    seed,
    hashAttribute: 'user',
    hashVersion,
    arms: rangesOf(names, split),
  });
  const units = 40_000;
  const chiSquare = (hashVersion: 1 | 2): number => {
    const [first, second] = [allocation('one', hashVersion), allocation('two', hashVersion)];
    const cells = new Map<string, number>();
    for (let unit = 0; unit < units; unit++) {
      const cell = `${assign(first, `user-${unit}`).arm} ${assign(second, `user-${unit}`).arm}`;
      cells.set(cell, (cells.get(cell) ?? 0) + 1);
    }
    const expected = units / 16;
    return [...cells.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  };
  // The 99.9th percentile of chi-square with 15 degrees of freedom.
  expect(chiSquare(2)).toBeLessThan(37.7);
  // Version 1 is there for what was begun with it: two experiments under it are not independent.
  expect(chiSquare(1)).toBeGreaterThan(37.7);
});
