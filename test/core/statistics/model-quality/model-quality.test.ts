import { describe } from 'vitest';
import {
  calibrationError,
  equalMassCalibrationError,
  maximumCalibrationError,
  reliabilityRows,
} from '../../../../core/statistics/model-quality/calibration.ts';
import { type Confusion, confusionAt, confusionQuality } from '../../../../core/statistics/model-quality/confusion.ts';
import { expectedPerformance } from '../../../../core/statistics/model-quality/expected-performance.ts';
import { fitIsotonic, isotonicAt } from '../../../../core/statistics/model-quality/isotonic.ts';
import { brierScore, logLoss, murphyParts } from '../../../../core/statistics/model-quality/probability.ts';
import { averagePrecision, ksScore, rocAuc } from '../../../../core/statistics/model-quality/ranking.ts';
import { regressionQuality } from '../../../../core/statistics/model-quality/regression.ts';
import { eachCase, expectNear, statVectors } from '../../../support/vectors.ts';

const file = statVectors('model-quality');
const short = ({ truePositives: tp, falsePositives: fp, falseNegatives: fn, trueNegatives: tn }: Confusion) => ({
  tp,
  fp,
  fn,
  tn,
});

describe('model quality against scikit-learn', () => {
  eachCase(
    file,
    ({ input: { y, p, threshold }, expected }) => {
      const confusion = confusionAt(y, p, threshold);
      const rows = reliabilityRows(y, p);
      const promised = expectedPerformance(p, threshold);
      const actual = {
        confusion: short(confusion),
        ...confusionQuality(confusion),
        brier: brierScore(y, p),
        brierMurphy: murphyParts(y, p),
        logLossEps1e15: logLoss(y, p),
        ece10EqualWidth: calibrationError(rows),
        mce10EqualWidth: maximumCalibrationError(rows),
        reliabilityRows: rows.map((row) => ({
          bin: row.bin,
          n: row.rows,
          conf: row.meanForecast,
          acc: row.observedRate,
        })),
        ece10EqualMass: equalMassCalibrationError(y, p) ?? Number.NaN,
        rocAuc: rocAuc(y, p),
        averagePrecision: averagePrecision(y, p),
        ksScore: ksScore(y, p),
        cbpe: {
          expectedConfusion: short(promised.confusion),
          ...confusionQuality(promised.confusion),
          rocAuc: promised.rocAuc,
        },
      };
      expectNear(actual, expected);
    },
    ({ input }) => input.kind === undefined,
  );
  eachCase(
    file,
    ({ input: { x, y, query }, expected }) => {
      const curve = fitIsotonic(x, y);
      const at = (values: number[]) => values.map((value) => isotonicAt(curve, value));
      expectNear({ fitted: at(x), prediction: at(query) }, expected);
    },
    ({ input }) => input.kind === 'isotonic',
  );
  eachCase(
    file,
    ({ input: { y, prediction }, expected }) => {
      const quality = regressionQuality(y, prediction);
      expectNear({ ...quality, medianAe: quality!.medianAbsoluteError }, expected);
    },
    ({ input }) => input.kind === 'regression',
  );
});
