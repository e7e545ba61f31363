import type { LinearModel } from '../tabular/linear-model.ts';

/** One target of a linear model. */
export interface ExplainedLinear {
  readonly weights: ArrayLike<number>;
  /** What a row of zeros gets: behind a scaler zero is the average that it was made with. */
  readonly base: number;
}

export function explainLinear({ weights, features, intercepts }: LinearModel, target: number): ExplainedLinear {
  return { weights: weights.subarray(target * features, (target + 1) * features), base: intercepts?.[target] ?? 0 };
}

/** Adds to `parts` what each column of a row contributes: its weight times its value. */
export function addLinearParts({ weights }: ExplainedLinear, row: ArrayLike<number>, parts: Float64Array): void {
  for (let column = 0; column < weights.length; column++) {
    parts[column] = (parts[column] ?? 0) + (weights[column] ?? NaN) * (row[column] ?? NaN);
  }
}
