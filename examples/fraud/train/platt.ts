export interface Line {
  readonly slope: number;
  readonly intercept: number;
}

const STEPS = 50;

/** The logistic line that fits 0/1 labels best (Platt 1999), by Newton's method. */
export function fitPlatt(values: readonly number[], labels: ArrayLike<number>): Line {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  let [slope, intercept] = [0, 0];
  for (let step = 0; step < STEPS; step++) {
    let [g0, g1, h00, h01, h11] = [0, 0, 1e-9, 0, 1e-9];
    values.forEach((value, i) => {
      const x = value - mean;
      const p = 1 / (1 + Math.exp(-(intercept + slope * x)));
      const error = (labels[i] ?? 0) - p;
      const weight = p * (1 - p);
      g0 += error;
      g1 += error * x;
      h00 += weight;
      h01 += weight * x;
      h11 += weight * x * x;
    });
    const determinant = h00 * h11 - h01 * h01;
    const moves = [(h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant] as const;
    intercept += moves[0];
    slope += moves[1];
    if (Math.abs(moves[0]) + Math.abs(moves[1]) < 1e-10) break;
  }
  return { slope, intercept: intercept - slope * mean };
}
