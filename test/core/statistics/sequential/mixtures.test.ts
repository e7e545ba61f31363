import { describe, expect, it } from 'vitest';
import { oneSidedHalfWidth } from '../../../../core/statistics/sequential/confidence-sequence.ts';
import { NO_LOOK, stepMixtureSprt } from '../../../../core/statistics/sequential/mixture-sprt.ts';
import { stepRateMixture } from '../../../../core/statistics/sequential/rate-mixture.ts';
import { momentsOf } from '../../../../core/statistics/moments.ts';
import { seededRandom } from '../../../support/seeded-random.ts';
import { eachCase, expectNear, statVectors } from '../../../support/vectors.ts';

const file = statVectors('sequential');

describe('tests that may be looked at at any time', () => {
  eachCase(
    file,
    ({ input, expected }) => {
      let look = NO_LOOK;
      const looks = [];
      for (let n = input.lookEvery; n <= input.control.length; n += input.lookEvery) {
        const [a, b] = [momentsOf(input.control.slice(0, n)), momentsOf(input.treatment.slice(0, n))];
        const seen = { n, difference: b.mean - a.mean, variance: input.sigma2, effectVariance: input.tau2 };
        look = stepMixtureSprt(look, { ...seen, nullDifference: input.theta0 });
        looks.push({ n, logLambda: look.logRatio, p: look.pAlwaysValid });
      }
      expectNear({ looks }, expected);
    },
    ({ input }) => input.kind === 'msprtNormal',
  );
  eachCase(
    file,
    ({ input, expected }) => {
      let look = NO_LOOK;
      const looks = [];
      for (let n = input.lookEvery; n <= input.x.length; n += input.lookEvery) {
        const successes = input.x.slice(0, n).reduce((a: number, b: number) => a + b, 0);
        look = stepRateMixture(look, { successes, trials: n }, input.p0, { alpha: input.a, beta: input.b });
        looks.push({ n, s: successes, logBayesFactor: look.logRatio, p: look.pAlwaysValid });
      }
      expectNear({ looks }, expected);
    },
    ({ input }) => input.kind === 'betaBinomialMixture',
  );
  eachCase(
    file,
    ({ input, expected }) => {
      const { standardError, n, alpha, tuning: tunedFor } = input;
      expectNear(oneSidedHalfWidth({ standardError, n, alpha, tunedFor }), expected.halfWidthOneSided);
    },
    ({ input }) => input.kind === 'asymptoticConfidenceSequence',
  );
});

it('stops falsely in at most alpha of all runs without an effect, however often one looks', () => {
  const random = seededRandom(3);
  let stopped = 0;
  for (let run = 0; run < 400; run++) {
    let look = NO_LOOK;
    let successes = 0;
    for (let n = 1; n <= 500; n++) {
      successes += Number(random() < 0.3);
      look = stepRateMixture(look, { successes, trials: n }, 0.3);
    }
    if (look.pAlwaysValid < 0.05) stopped++;
  }
  expect(stopped / 400).toBeLessThanOrEqual(0.05);
  expect(stopped).toBeGreaterThan(0);
});

it.each([
  ['variance', { variance: 0 }],
  ['effectVariance', { effectVariance: 0 }],
  ['n', { n: -1 }],
])('refuses %s', (field, wrong) => {
  const look = { n: 10, difference: 0, variance: 1, effectVariance: 1, ...wrong };
  expect(() => stepMixtureSprt(NO_LOOK, look)).toThrow(expect.objectContaining({ details: { field } }));
});

it.each([
  ['successes', { successes: 3, trials: 2 }, 0.5],
  ['trials', { successes: 0, trials: 1.5 }, 0.5],
  ['rate', { successes: 0, trials: 1 }, 1],
])('refuses %s of a rate', (field, look, rate) => {
  expect(() => stepRateMixture(NO_LOOK, look, rate)).toThrow(expect.objectContaining({ details: { field } }));
});
