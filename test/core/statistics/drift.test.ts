import { describe, expect, it } from 'vitest';
import { andersonDarlingTest } from '../../../core/statistics/anderson-darling.ts';
import { binCounts, equalWidthBins, quantileBins } from '../../../core/statistics/binning.ts';
import { alignCategories } from '../../../core/statistics/categories.ts';
import { chiSquareContingency, chiSquareGoodnessOfFit } from '../../../core/statistics/chi-square-test.ts';
import { evidentlyDrift, nannymlDrift } from '../../../core/statistics/compatible-drift.ts';
import { cramerVonMisesTest } from '../../../core/statistics/cramer-von-mises.ts';
import { binnedDistances } from '../../../core/statistics/distances.ts';
import { ksGreaterExact, ksTest } from '../../../core/statistics/kolmogorov-smirnov.ts';
import { mmdRbf, sampleDistances } from '../../../core/statistics/sample-distances.ts';
import { psi } from '../../../core/statistics/psi.ts';
import { eachCase, expectNear, statVectors } from '../../support/vectors.ts';

const tolerance = { abs: 1e-10, rel: 1e-9 };
const file = statVectors('drift');

function distances(reference: readonly number[], current: readonly number[], epsilon: number) {
  const found = binnedDistances(reference, current)!;
  return {
    psi: psi(reference, current, epsilon).psi,
    jsDistanceBase2: found.jensenShannonDistanceBase2,
    jsDivergenceBase2: found.jensenShannonDivergenceBase2,
    jsDistanceNat: found.jensenShannonDistanceNat,
    klRefToCur: found.kullbackLeibler,
    hellinger: found.hellinger,
    totalVariation: found.totalVariation,
    lInfinity: found.lInfinity,
  };
}

function binned(interiorEdges: readonly number[], { reference, current, epsilon }: any) {
  const [refCounts, curCounts] = [binCounts(reference, interiorEdges), binCounts(current, interiorEdges)];
  return {
    interiorEdges,
    refCounts,
    curCounts,
    ...distances(refCounts, curCounts, epsilon),
    psiChi2P: psi(refCounts, curCounts, epsilon).nullP,
    binnedChi2: chiSquareContingency(refCounts, curCounts),
  };
}

describe('numeric drift against scipy and numpy', () => {
  eachCase(
    file,
    ({ input, expected }) => {
      const { reference, current, bins } = input;
      const ks = ksTest(reference, current);
      expect(ks.method).toBe('exact');
      const cramer = cramerVonMisesTest(reference, current);
      const [evidently, nannyml] = [evidentlyDrift(reference, current)!, nannymlDrift(reference, current)!];
      const actual = {
        quantileBins: binned(quantileBins(reference, bins), input),
        equalWidthBins: binned(equalWidthBins(reference, bins), input),
        ks: {
          d: ks.d,
          pExact: ks.pExact,
          pKolmogorovLimit: ks.pLimit,
          dPlus: ks.dPlus,
          pGreaterExact: ksGreaterExact(reference, current),
        },
        ...sampleDistances(reference, current),
        cramerVonMises: cramer,
        andersonDarling: andersonDarlingTest(reference, current),
        mmd2Rbf: mmdRbf(reference, current),
        evidentlyCompatible: {
          binEdges: evidently.binEdges,
          psi: evidently.psi,
          jsDistanceNat: evidently.jensenShannonDistance,
        },
        nannymlCompatible: { binEdges: nannyml.binEdges, jsDistanceBase2: nannyml.jensenShannonDistance },
      };
      // scipy's finite-n approximation is optional: the exact p and the limit are what we report.
      const { pScipyAsymp: _, ...ksExpected } = expected.ks;
      expectNear(
        actual,
        { ...expected, ks: ksExpected, cramerVonMises: { statistic: expected.cramerVonMises.statistic } },
        tolerance,
      );
      expectNear(cramer.p, expected.cramerVonMises.pAsymptotic, { abs: 1e-7 });
    },
    ({ input }) => input.kind === 'numeric',
  );
});

describe('categorical drift against scipy', () => {
  eachCase(
    file,
    ({ input, expected }) => {
      const { categories, reference, current } = alignCategories(input.reference, input.current);
      const chi = chiSquareContingency(reference, current);
      const actual = {
        categories,
        ...distances(reference, current, input.epsilon),
        chi2Contingency: chi,
        gTest: { statistic: chi.g, p: chi.pG },
        cramersV: chi.cramersV,
        chi2GoodnessOfFit: chiSquareGoodnessOfFit(current, reference),
      };
      expectNear(actual, expected, tolerance);
    },
    ({ input }) => input.kind === 'categorical',
  );
});

it('has no case of a third kind', () => {
  expect(new Set(file.cases.map(({ input }) => input.kind))).toEqual(new Set(['numeric', 'categorical']));
});
