import { describe, expect, it } from 'vitest';
import { coMomentsOf, mergeCoMoments } from '../../../core/statistics/comoments.ts';
import {
  linearised,
  mergeCovariateMoments,
  NO_COVARIATE_MOMENTS,
  type CovariateMoments,
} from '../../../core/statistics/covariate-moments.ts';
import { cupedTest } from '../../../core/statistics/cuped.ts';
import { welchTest } from '../../../core/statistics/means.ts';
import { momentsOf } from '../../../core/statistics/moments.ts';
import { postStratifiedTest } from '../../../core/statistics/post-stratification.ts';
import { ratioMoments } from '../../../core/statistics/ratio-metric.ts';
import { seededRandom } from '../../support/seeded-random.ts';

const random = seededRandom(11);
const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const draw = (n: number, mean: number, slope: number) => {
  const x = Array.from({ length: n }, () => 5 + normal());
  return coMomentsOf(
    x,
    x.map((value) => mean + slope * (value - 5) + normal()),
  );
};

describe('a post-stratified test', () => {
  it('of one stratum is that of CUPED, absolute and relative', () => {
    const [control, treatment] = [draw(200, 10, 2), draw(150, 10.5, 2)];
    const found = postStratifiedTest([{ control, treatment }]);
    const cuped = cupedTest(control, treatment);
    expect(found.theta).toBeCloseTo(cuped.theta, 12);
    for (const field of ['difference', 'standardError', 'df', 'pTwoSided'] as const) {
      expect(found.absolute[field]).toBeCloseTo(cuped.absolute[field]!, 10);
    }
    expect(found.relative.difference).toBeCloseTo(cuped.relative.difference!, 12);
    expect(found.relative.standardError).toBeCloseTo(cuped.relative.standardError!, 10);
  });

  it('weighs each stratum by its units, so that another mix of units in an arm is no effect', () => {
    const of = (values: readonly number[]) =>
      coMomentsOf(
        values.map(() => 0),
        values,
      );
    const low = (n: number) => of(Array.from({ length: n }, (_, i) => 1 + (i % 2)));
    const high = (n: number) => of(Array.from({ length: n }, (_, i) => 11 + (i % 2)));
    const found = postStratifiedTest([
      { control: low(80), treatment: low(20) },
      { control: high(20), treatment: high(80) },
    ]);
    expect(found.absolute.difference).toBeCloseTo(0, 12);
    expect(found.absolute.standardError).toBeLessThan(0.2);
    const together = welchTest(
      momentsOf([
        ...Array.from({ length: 80 }, (_, i) => 1 + (i % 2)),
        ...Array.from({ length: 20 }, (_, i) => 11 + (i % 2)),
      ]),
      momentsOf([
        ...Array.from({ length: 20 }, (_, i) => 1 + (i % 2)),
        ...Array.from({ length: 80 }, (_, i) => 11 + (i % 2)),
      ]),
    );
    expect(together.difference).toBeCloseTo(6, 12);
    // By hand: Σ w²·(s²/n + s²/n) with w = 1/2 and s² = n/4/(n − 1).
    const s2 = (n: number): number => n / 4 / (n - 1) / n;
    expect(found.absolute.standardError).toBeCloseTo(Math.sqrt(0.25 * 2 * (s2(80) + s2(20))), 12);
  });

  it('puts small strata together, and leaves nothing out', () => {
    const [large, few, fewer] = [draw(100, 1, 1), draw(3, 1, 1), draw(8, 1, 1)];
    const found = postStratifiedTest([
      { control: large, treatment: large },
      { control: few, treatment: few },
      { control: fewer, treatment: fewer },
    ]);
    expect(found.strata).toBe(2);
    const one = postStratifiedTest([
      { control: large, treatment: large },
      { control: few, treatment: few },
    ]);
    expect(one.strata).toBe(1);
    const whole = mergeCoMoments(large, few);
    expect(one.absolute.standardError).toBeCloseTo(cupedTest(whole, whole).absolute.standardError!, 12);
  });

  it('says nothing of an arm without units', () => {
    const some = draw(20, 1, 1);
    const none = coMomentsOf([], []);
    expect(postStratifiedTest([]).absolute).toMatchObject({ difference: null, pTwoSided: 1, interval: null });
    const found = postStratifiedTest([{ control: none, treatment: some }]);
    expect(found.absolute).toMatchObject({ difference: null, pTwoSided: 1, interval: null });
    expect(found.relative).toMatchObject({ difference: null, pTwoSided: 1 });
  });

  it('holds alpha under no effect and covers a real one, with strata and a covariate', () => {
    let [alarms, covered, before, after] = [0, 0, 0, 0];
    const RUNS = 600;
    for (let run = 0; run < RUNS; run++) {
      const arm = (effect: number) => [draw(40, 0 + effect, 1.5), draw(60, 4 + effect, 1.5)] as const;
      const [control, same, better] = [arm(0), arm(0), arm(0.5)];
      const test = (other: typeof same) =>
        postStratifiedTest(control.map((stratum, i) => ({ control: stratum, treatment: other[i]! })));
      if (test(same).absolute.pTwoSided < 0.05) alarms++;
      const { interval, standardError } = test(better).absolute;
      if (interval!.lower <= 0.5 && 0.5 <= interval!.upper) covered++;
      after += standardError! ** 2;
      before += cupedTest(mergeCoMoments(...control), mergeCoMoments(...better)).absolute.standardError! ** 2;
    }
    const error = Math.sqrt((0.05 * 0.95) / RUNS);
    expect(alarms / RUNS).toBeLessThan(0.05 + 4 * error);
    expect(alarms / RUNS).toBeGreaterThan(0.05 - 4 * error);
    expect(Math.abs(covered / RUNS - 0.95)).toBeLessThan(4 * error);
    expect(after).toBeLessThan(before);
  });
});

describe('moments with a covariate', () => {
  const units = Array.from({ length: 40 }, (_, i) => ({ x: 1 + (i % 3), y: 2 + (i % 5), c: 1e6 + ((i * 7) % 11) }));
  const of = (part: typeof units): CovariateMoments =>
    part.reduce<CovariateMoments>(
      (sum, { x, y, c }) =>
        mergeCovariateMoments(sum, {
          ...NO_COVARIATE_MOMENTS,
          n: 1,
          meanX: x,
          meanY: y,
          meanC: c,
        }),
      NO_COVARIATE_MOMENTS,
    );

  it('are the same in parts as in one', () => {
    const whole = of(units);
    const parts = mergeCovariateMoments(of(units.slice(0, 13)), of(units.slice(13)));
    for (const key of Object.keys(whole) as (keyof CovariateMoments)[]) expect(parts[key]).toBeCloseTo(whole[key], 6);
    const direct = coMomentsOf(
      units.map(({ c }) => c),
      units.map(({ y }) => y),
    );
    expect(whole.mYC).toBeCloseTo(direct.mXY, 6);
    expect(whole.m2C).toBeCloseTo(direct.m2X, 6);
  });

  it('become a value of each unit whose mean and variance are those of the ratio, in parts too', () => {
    const whole = of(units);
    const one = linearised(whole, whole)!;
    const ratio = ratioMoments(whole)!;
    expect(one.meanY).toBeCloseTo(ratio.mean, 12);
    expect(one.m2Y).toBeCloseTo(ratio.m2, 10);
    const parts = [units.slice(0, 13), units.slice(13)].map((part) => linearised(of(part), whole)!);
    const joined = mergeCoMoments(parts[0]!, parts[1]!);
    expect(joined.m2Y).toBeCloseTo(one.m2Y, 8);
    expect(joined.mXY).toBeCloseTo(one.mXY, 6);
    expect(linearised(NO_COVARIATE_MOMENTS, NO_COVARIATE_MOMENTS)).toBeNull();
  });
});
