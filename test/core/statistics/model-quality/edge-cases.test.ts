import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  calibrationError,
  equalMassCalibrationError,
  maximumCalibrationError,
  reliabilityRows,
} from '../../../../core/statistics/model-quality/calibration.ts';
import { confusionAt, confusionQuality } from '../../../../core/statistics/model-quality/confusion.ts';
import { expectedPerformance } from '../../../../core/statistics/model-quality/expected-performance.ts';
import { fitIsotonic, isotonicAt } from '../../../../core/statistics/model-quality/isotonic.ts';
import { brierScore, logLoss, murphyParts } from '../../../../core/statistics/model-quality/probability.ts';
import {
  averagePrecision,
  ksScore,
  rocAuc,
  rocAucFromCounts,
} from '../../../../core/statistics/model-quality/ranking.ts';
import { regressionQuality } from '../../../../core/statistics/model-quality/regression.ts';

const probability = fc.oneof(
  fc.integer({ min: 0, max: 10 }).map((n) => n / 10),
  fc.double({ min: 0, max: 1, noNaN: true }),
);
const rows = fc.array(fc.tuple(fc.constantFrom(0, 1), probability), { minLength: 1, maxLength: 40 });
const split = (pairs: readonly (readonly [number, number])[]) =>
  [pairs.map(([y]) => y), pairs.map(([, p]) => p)] as const;

describe('ranking', () => {
  it('is the share of pairs in the right order, ties half', () => {
    fc.assert(
      fc.property(rows, (pairs) => {
        const [y, p] = split(pairs);
        const scores = (label: number) => p.filter((_, i) => y[i] === label);
        const wins = scores(1).flatMap((a) => scores(0).map((b) => (a > b ? 1 : a === b ? 0.5 : 0)));
        const auc = rocAuc(y, p);
        if (wins.length === 0) expect(auc).toBeNull();
        else expect(auc).toBeCloseTo(wins.reduce<number>((total, win) => total + win, 0) / wins.length, 12);
      }),
    );
  });

  it('of binned scores counts one bin as ties', () => {
    expect(rocAucFromCounts([0, 1, 1], [1, 1, 0])).toBe(0.875);
    expect(rocAucFromCounts([0, 0], [1, 1])).toBeNull();
    fc.assert(
      fc.property(rows, (pairs) => {
        const tenths = pairs.map(([y, p]) => [y, Math.round(p * 10)] as const);
        const count = (label: number) =>
          Array.from({ length: 11 }, (_, bin) => tenths.filter(([y, score]) => y === label && score === bin).length);
        expect(rocAucFromCounts(count(1), count(0))).toEqual(rocAuc(...split(tenths)));
      }),
    );
  });

  it('does not exist for one class or no rows', () => {
    for (const [y, p] of [
      [[], []],
      [
        [1, 1],
        [0.1, 0.2],
      ],
      [[0], [0.5]],
    ] as const) {
      expect(rocAuc(y, p)).toBeNull();
      expect(ksScore(y, p)).toBeNull();
    }
    expect([averagePrecision([], []), averagePrecision([0], [0.3]), averagePrecision([1], [0.3])]).toEqual([
      null,
      null,
      1,
    ]);
    expect(rocAuc([0, 1], [3, 3])).toBe(0.5);
  });
});

describe('probabilities', () => {
  it('have a Brier score that is the sum of its parts', () => {
    fc.assert(
      fc.property(rows, (pairs) => {
        const [y, p] = split(pairs);
        const { reliability, resolution, uncertainty } = murphyParts(y, p)!;
        expect(brierScore(y, p)).toBeCloseTo(reliability - resolution + uncertainty, 10);
      }),
    );
  });

  it('that are certain and wrong cost much, not infinitely', () => {
    expect(logLoss([1], [0])).toBeCloseTo(-Math.log(1e-15), 9);
    expect(logLoss([0], [1])).toBeCloseTo(-Math.log(1e-15), 1);
    expect(logLoss([1, 0], [1, 0])).toBeLessThan(1e-14);
  });

  it('of no rows have no quality', () => {
    expect([brierScore([], []), murphyParts([], []), logLoss([], []), regressionQuality([], [])]).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect([calibrationError([]), maximumCalibrationError([]), equalMassCalibrationError([], [])]).toEqual([
      null,
      null,
      null,
    ]);
    expect(expectedPerformance([], 0.5)).toEqual({ confusion: confusionAt([], [], 0.5), rocAuc: null });
    expect(confusionQuality(confusionAt([], [], 0.5))).toEqual({
      accuracy: null,
      precision: 0,
      recall: 0,
      specificity: 0,
      f1: 0,
      mcc: 0,
    });
  });

  it('fall into bins that are open to the left, 0 in the first', () => {
    const edges = Array.from({ length: 21 }, (_, i) => i / 20);
    const bins = reliabilityRows(
      edges.map(() => 0),
      edges,
      20,
    ).map(({ bin, rows: n }) => [bin, n]);
    expect(bins).toEqual(Array.from({ length: 20 }, (_, i) => [i, i === 0 ? 2 : 1]));
    fc.assert(
      fc.property(rows, (pairs) => {
        const [y, p] = split(pairs);
        const table = reliabilityRows(y, p);
        expect(table.reduce((total, row) => total + row.rows, 0)).toBe(pairs.length);
        for (const { bin, meanForecast } of table) {
          expect(meanForecast).toBeGreaterThanOrEqual(bin / 10 - 1e-15);
          expect(meanForecast).toBeLessThanOrEqual((bin + 1) / 10 + 1e-15);
        }
      }),
    );
  });

  it.each([
    [() => brierScore([0, 1], [0.5]), 'the same number'],
    [() => brierScore([2], [0.5]), 'labels[0]'],
    [() => brierScore([1], [1.5]), 'allowed: 0 to 1'],
    [() => rocAuc([1], [Number.NaN]), 'scores[0]'],
    [() => expectedPerformance([-0.1], 0.5), 'allowed: 0 to 1'],
    [() => reliabilityRows([1], [0.5], 0), 'bins'],
    [() => regressionQuality([1], [Infinity]), 'prediction[0]'],
    [() => rocAucFromCounts([1], [1, 2]), 'the same number'],
  ])('refuse bad input %#', (call, message) => expect(call).toThrow(message));
});

const mean = (values: readonly number[]) => values.reduce((total, value) => total + value, 0) / values.length;

describe('isotonic', () => {
  it('rises, keeps the mean, and beats no fit', () => {
    fc.assert(
      fc.property(rows, (pairs) => {
        const [y, x] = split(pairs);
        const curve = fitIsotonic(x, y);
        for (let i = 1; i < curve.y.length; i++) expect(curve.y[i]!).toBeGreaterThanOrEqual(curve.y[i - 1]!);
        const fitted = x.map((at) => isotonicAt(curve, at));
        expect(mean(fitted)).toBeCloseTo(mean(y), 10);
        const error = (values: readonly number[]) => mean(values.map((value, i) => (value - y[i]!) ** 2));
        expect(error(fitted)).toBeLessThanOrEqual(error(y.map(() => mean(y))) + 1e-12);
      }),
    );
  });
  it('of no rows says NaN, as documented', () => expect(isotonicAt(fitIsotonic([], []), 1)).toBeNaN());
});

it('a constant target has errors and no r²', () =>
  expect(regressionQuality([3, 3], [2, 4])).toMatchObject({ mae: 1, rmse: 1, r2: null }));
