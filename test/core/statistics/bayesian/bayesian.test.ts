import { describe, expect, it } from 'vitest';
import {
  betaMean,
  betaPosterior,
  chanceAbove,
  chancesOfBest,
  credibleInterval,
  expectedLoss,
} from '../../../../core/statistics/bayesian/beta-posterior.ts';
import { gaussianEffect } from '../../../../core/statistics/bayesian/gaussian-effect.ts';
import type { Interval } from '../../../../core/statistics/interval.ts';
import { sum } from '../../../../core/statistics/counts.ts';
import type { Moments } from '../../../../core/statistics/moments.ts';
import { eachCase, expectNear, statVectors } from '../../../support/vectors.ts';

const file = statVectors('bayesian');
const pair = ({ lower, upper }: Interval): number[] => [lower, upper];
const moments = (n: number, mean: number, sd: number): Moments => ({ n, mean, m2: sd * sd * (n - 1) });

describe('rates against numerical integration', () => {
  eachCase(
    file,
    ({ input, expected }) => {
      const prior = { alpha: input.priorAlpha, beta: input.priorBeta };
      const control = betaPosterior(input.controlSuccesses, input.controlTrials, prior);
      const treatment = betaPosterior(input.treatmentSuccesses, input.treatmentTrials, prior);
      expectNear(
        {
          posteriorControl: [control.alpha, control.beta],
          posteriorTreatment: [treatment.alpha, treatment.beta],
          meanControl: betaMean(control),
          meanTreatment: betaMean(treatment),
          ci95Control: pair(credibleInterval(control)),
          ci95Treatment: pair(credibleInterval(treatment)),
          probTreatmentBetter: chanceAbove(treatment, [control]),
          expectedLossChoosingTreatment: expectedLoss(treatment, control),
          expectedLossChoosingControl: expectedLoss(control, treatment),
        },
        expected,
        { abs: 1e-8 },
      );
    },
    ({ input }) => input.kind === 'betaBinomial',
  );
  eachCase(
    file,
    ({ input, expected }) => {
      const prior = { alpha: input.priorAlpha, beta: input.priorBeta };
      const arms = input.arms.map(({ successes, trials }: any) => betaPosterior(successes, trials, prior));
      const probBest = chancesOfBest(arms);
      expectNear({ probBest, sum: sum(probBest) }, expected, { abs: 1e-8 });
    },
    ({ input }) => input.kind === 'probBest',
  );
});

describe('effects against gbstats', () => {
  eachCase(
    file,
    ({ input, expected }) => {
      const found = gaussianEffect(
        moments(input.nControl, input.meanControl, input.sdControl),
        moments(input.nTreatment, input.meanTreatment, input.sdTreatment),
        {
          kind: input.differenceType,
          ...(input.priorProper && { prior: { mean: input.priorMean, variance: input.priorVariance } }),
        },
      )!;
      expectNear(
        {
          chanceToWin: found.chanceToWin,
          posteriorMean: found.mean,
          posteriorSd: found.deviation,
          ci95: pair(found.interval),
          riskChoosingControl: found.riskOfControl,
          riskChoosingTreatment: found.riskOfTreatment,
        },
        expected,
        { abs: 1e-8 },
      );
    },
    ({ input }) => input.kind === 'gaussianEffect',
  );
});

it('bears millions of trials, none at all, and priors that pile up at the ends', () => {
  const many = (successes: number) => betaPosterior(successes, 10_000_000);
  // By the normal approximation, which is exact enough at this size: a lift of 2 standard errors.
  expect(chanceAbove(many(5_004_472), [many(5_000_000)])).toBeCloseTo(0.9772, 3);
  const edge = { alpha: 0.05, beta: 0.05 };
  const nothing = betaPosterior(0, 0, edge);
  expect(chanceAbove(nothing, [nothing])).toBeCloseTo(0.5, 9);
  expect(sum(chancesOfBest([nothing, betaPosterior(0, 3, edge), betaPosterior(5, 5, edge)]))).toBeCloseTo(1, 9);
  // Both expected losses differ by the difference of the means, whatever the posteriors are.
  const [a, b] = [betaPosterior(3, 11, edge), betaPosterior(0, 500)];
  expect(expectedLoss(b, a) - expectedLoss(a, b)).toBeCloseTo(betaMean(a) - betaMean(b), 9);
});

it('knows of no effect without spread, and refuses priors and counts that are none', () => {
  expect(gaussianEffect(moments(9, 1, 0), moments(9, 2, 0), { kind: 'absolute' })).toBeNull();
  expect(gaussianEffect(moments(9, 0, 1), moments(9, 2, 1), { kind: 'relative' })).toBeNull();
  const prior = { mean: 0, variance: 0 };
  const refusal = (field: string) => expect.objectContaining({ details: { field } });
  expect(() => gaussianEffect(moments(9, 1, 1), moments(9, 2, 1), { kind: 'absolute', prior })).toThrow(
    refusal('prior.variance'),
  );
  expect(() => betaPosterior(4, 3)).toThrow(refusal('successes'));
  expect(() => betaPosterior(1, 3, { alpha: 0, beta: 1 })).toThrow(refusal('prior.alpha'));
});

it('loses the mean more by keeping the worse arm than by choosing the better one', () => {
  const found = gaussianEffect(moments(400, 10, 3), moments(400, 10.4, 3), { kind: 'absolute' })!;
  expect(found.riskOfControl - found.riskOfTreatment).toBeCloseTo(found.mean, 12);
  const far = gaussianEffect(moments(400, 10, 0.1), moments(400, 12, 0.1), { kind: 'absolute' })!;
  expect(far.riskOfTreatment).toBeGreaterThanOrEqual(0);
  expect(far.chanceToWin).toBe(1);
});
