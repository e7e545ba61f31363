import { describe, expect, it } from 'vitest';
import { estimatedQuality } from '../../../../core/statistics/model-quality/estimated-quality.ts';
import { expectedPerformance } from '../../../../core/statistics/model-quality/expected-performance.ts';
import { brierScore, logLoss } from '../../../../core/statistics/model-quality/probability.ts';
import { rocAuc } from '../../../../core/statistics/model-quality/ranking.ts';
import { seededRandom } from '../../../support/seeded-random.ts';

const next = seededRandom(5);
const scores = Array.from({ length: 400 }, () => next() ** 2);
/** The score says too little. */
const chances = scores.map((score) => 0.1 + 0.8 * score);

describe('quality that is estimated from calibrated chances', () => {
  it('covers what is measured in 95 of 100 draws of labels, and is right on average', () => {
    const estimate = estimatedQuality(scores, chances);
    const draws = Array.from({ length: 400 }, () => {
      const labels = chances.map((p) => (next() < p ? 1 : 0));
      return {
        baseRate: labels.reduce<number>((sum, label) => sum + label, 0) / labels.length,
        auc: rocAuc(labels, scores) ?? Number.NaN,
        brier: brierScore(labels, scores) ?? Number.NaN,
        logLoss: logLoss(labels, scores) ?? Number.NaN,
      };
    });
    for (const name of ['baseRate', 'auc', 'brier', 'logLoss'] as const) {
      const of = estimate?.[name];
      if (!of) throw new Error(`${name} is not estimated`);
      const { lower, upper } = of.interval;
      const covered = draws.filter((draw) => draw[name] >= lower && draw[name] <= upper).length / draws.length;
      expect(covered, name).toBeGreaterThan(0.92);
      // Hanley and McNeil are careful: their interval may cover more.
      expect(covered, name).toBeLessThan(name === 'auc' ? 1.001 : 0.98);
      const mean = draws.reduce((sum, draw) => sum + draw[name], 0) / draws.length;
      expect(Math.abs(mean - of.value), name).toBeLessThan((upper - lower) / 20);
    }
  });

  it('has the area of expectedPerformance where the scores are the chances', () => {
    expect(estimatedQuality(scores, scores)?.auc?.value).toBeCloseTo(expectedPerformance(scores, 0.5).rocAuc ?? -1, 12);
  });

  it('says nothing of no rows, and no area where one class is impossible', () => {
    expect(estimatedQuality([], [])).toBeNull();
    expect(estimatedQuality([0.2, 0.4], [0, 0])).toMatchObject({ auc: null, baseRate: { value: 0 } });
    expect(estimatedQuality([0, 1], [0, 1])?.logLoss.value).toBeCloseTo(0, 12);
    expect(() => estimatedQuality([1.5], [0.5])).toThrow('scores[0] is 1.5; allowed: 0 to 1');
  });
});
