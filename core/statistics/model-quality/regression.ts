import { requireFinite, requireSameLength } from '../check.ts';
import { sum } from '../counts.ts';
import { sorted, sortedQuantile } from '../quantile.ts';

export interface RegressionQuality {
  readonly mae: number;
  readonly mse: number;
  readonly rmse: number;
  /** Mean of |error|/|truth|, a truth of 0 held to 2⁻⁵² as scikit-learn: then it is huge. */
  readonly mape: number;
  /** 1 − Σerror²/Σ(truth−mean)²; `null` where the truth is constant. */
  readonly r2: number | null;
  readonly medianAbsoluteError: number;
}

/** Errors of predictions, in the target's unit; `null` of no rows. */
export function regressionQuality(truth: readonly number[], prediction: readonly number[]): RegressionQuality | null {
  requireSameLength('truth and prediction', truth, prediction);
  requireFinite('truth', truth);
  requireFinite('prediction', prediction);
  const n = truth.length;
  if (n === 0) return null;
  const errors = truth.map((value, row) => Math.abs(value - (prediction[row] ?? Number.NaN)));
  const squares = sum(errors.map((error) => error * error));
  const mean = sum(truth) / n;
  const spread = sum(truth.map((value) => (value - mean) ** 2));
  return {
    mae: sum(errors) / n,
    mse: squares / n,
    rmse: Math.sqrt(squares / n),
    mape: sum(errors.map((error, row) => error / Math.max(Number.EPSILON, Math.abs(truth[row] ?? 0)))) / n,
    r2: spread === 0 ? null : 1 - squares / spread,
    medianAbsoluteError: sortedQuantile(sorted(errors), 0.5),
  };
}
