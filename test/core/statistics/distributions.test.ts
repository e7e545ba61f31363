import * as fc from 'fast-check';
import lnGamma from '@stdlib/math-base-special-gammaln';
import { describe, expect, it } from 'vitest';
import { betaCdf, betaPpf, betaSf, fSf } from '../../../core/statistics/distributions/beta.ts';
import { binomialCdf, binomialPmf, binomialSf } from '../../../core/statistics/distributions/binomial.ts';
import { chiSquareCdf, chiSquarePpf, chiSquareSf } from '../../../core/statistics/distributions/chi-square.ts';
import { kolmogorovSf } from '../../../core/statistics/distributions/kolmogorov.ts';
import { normalCdf, normalIsf, normalPpf, normalSf } from '../../../core/statistics/distributions/normal.ts';
import { studentTCdf, studentTPpf, studentTSf } from '../../../core/statistics/distributions/student-t.ts';
import { eachCase, expectNear, statVectors } from '../../support/vectors.ts';

const FUNCTIONS: Record<string, (one: any) => number> = {
  'normal.cdf': ({ x }) => normalCdf(x),
  'normal.sf': ({ x }) => normalSf(x),
  'normal.ppf': ({ p }) => normalPpf(p),
  't.cdf': ({ x, df }) => studentTCdf(x, df),
  't.sf': ({ x, df }) => studentTSf(x, df),
  't.ppf': ({ p, df }) => studentTPpf(p, df),
  'chi2.cdf': ({ x, df }) => chiSquareCdf(x, df),
  'chi2.sf': ({ x, df }) => chiSquareSf(x, df),
  'chi2.ppf': ({ p, df }) => chiSquarePpf(p, df),
  'beta.cdf': ({ x, a, b }) => betaCdf(x, a, b),
  'beta.ppf': ({ p, a, b }) => betaPpf(p, a, b),
  'f.sf': ({ x, df1, df2 }) => fSf(x, df1, df2),
  'kolmogorov.sf': ({ x }) => kolmogorovSf(x),
  'binomial.pmf': ({ k, n, p }) => binomialPmf(k, n, p),
  'binomial.cdf': ({ k, n, p }) => binomialCdf(k, n, p),
  lgamma: ({ x }) => lnGamma(x),
};

describe('distributions against 40-digit arithmetic', () => {
  eachCase(statVectors('distributions'), (one) =>
    expectNear(FUNCTIONS[one['fn']]!(one), one.expected, { abs: 1e-300, rel: 1e-10 }),
  );
});

const tail = fc.double({ min: -280, max: -0.31, noNaN: true }).map((power) => 10 ** power);

describe('quantiles', () => {
  it('undo the normal tail as far as doubles go', () => {
    fc.assert(fc.property(tail, (p) => expectNear(normalSf(normalIsf(p)), p, { rel: 1e-11 })));
    expect([normalPpf(0), normalPpf(1), normalPpf(0.5), normalPpf(-0.1), normalPpf(2)]).toEqual([
      -Infinity,
      Infinity,
      0,
      Number.NaN,
      Number.NaN,
    ]);
  });

  it('undo chi-square and beta on both sides of the median', () => {
    const p = fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true });
    fc.assert(
      fc.property(p, fc.integer({ min: 1, max: 300 }), (level, df) =>
        expectNear(chiSquareCdf(chiSquarePpf(level, df), df), level, { rel: 1e-9 }),
      ),
    );
    fc.assert(
      fc.property(p, fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 50 }), (level, a, b) =>
        expectNear(betaCdf(betaPpf(level, a, b), a, b), level, { rel: 1e-9 }),
      ),
    );
    expect([chiSquarePpf(0, 3), chiSquarePpf(1, 3), betaPpf(0, 2, 2), betaPpf(1, 2, 2)]).toEqual([0, Infinity, 0, 1]);
  });

  it('undo the t tail', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 0.4, noNaN: true }), fc.integer({ min: 1, max: 500 }), (p, df) =>
        expectNear(studentTCdf(studentTPpf(p, df), df), p, { rel: 1e-9 }),
      ),
    );
  });
});

describe('tails', () => {
  it('add up with their other side', () => {
    fc.assert(
      fc.property(fc.double({ min: -8, max: 8, noNaN: true }), fc.integer({ min: 1, max: 60 }), (x, df) => {
        expect(studentTSf(x, df) + studentTCdf(x, df)).toBeCloseTo(1, 12);
        expect(chiSquareSf(x * x, df) + chiSquareCdf(x * x, df)).toBeCloseTo(1, 12);
        expect(betaSf(Math.abs(x) / 8, df, 3) + betaCdf(Math.abs(x) / 8, df, 3)).toBeCloseTo(1, 12);
      }),
    );
  });

  it('of the binomial are sums of its probabilities', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(60),
        (n, p, k) => {
          const below = Array.from({ length: k + 1 }, (_, i) => binomialPmf(i, n, p)).reduce(
            (total, one) => total + one,
            0,
          );
          expect(binomialCdf(k, n, p)).toBeCloseTo(below, 10);
          expect(binomialSf(k, n, p)).toBeCloseTo(1 - below, 10);
        },
      ),
    );
    expect([binomialCdf(-1, 5, 0.5), binomialSf(-1, 5, 0.5), binomialPmf(7, 5, 0.5)]).toEqual([0, 1, 0]);
  });

  it('have defined ends', () => {
    expect([chiSquareSf(-1, 2), chiSquareSf(0, 0), chiSquareSf(1, 0), chiSquareSf(Infinity, 2)]).toEqual([1, 1, 0, 0]);
    expect([chiSquareCdf(-1, 2), chiSquareCdf(1, 0), chiSquareCdf(Infinity, 2)]).toEqual([0, 1, 1]);
    expect([studentTSf(Infinity, 3), studentTSf(-Infinity, 3), studentTSf(2, Infinity)]).toEqual([0, 1, normalSf(2)]);
    expect(studentTSf(1, 0)).toBeNaN();
    expect([kolmogorovSf(-1), kolmogorovSf(0), kolmogorovSf(50)]).toEqual([1, 1, 0]);
    expect(kolmogorovSf(0.8199999)).toBeCloseTo(kolmogorovSf(0.82), 6);
    expect([fSf(0, 2, 3), fSf(-1, 2, 3), betaCdf(-1, 2, 2), betaCdf(2, 2, 2)]).toEqual([1, 1, 0, 1]);
  });
});
