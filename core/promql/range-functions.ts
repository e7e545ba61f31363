import type { CallContext, PromqlFunction } from './functions.ts';
import { PromqlError } from './promql-error.ts';
import type { Stretch } from './series.ts';
import { exactSum, matrixOf, mean, quantile, scalarOf, variance, vector } from './values.ts';

type Fold = (stretch: Stretch, context: CallContext) => number | null;

/** A number out of each stretch of a range vector; null: none. */
const over =
  (fold: Fold, { keepsName = false } = {}): PromqlFunction =>
  (context) => {
    const matrix = matrixOf(context.values.find(({ type }) => type === 'matrix'));
    return vector(
      matrix.flatMap((stretch) => {
        const value = fold(stretch, context);
        return value === null ? [] : [{ labels: stretch.labels, value, dropName: keepsName ? stretch.dropName : true }];
      }),
    );
  };

const last = ({ values }: Stretch): number => values.at(-1) ?? NaN;
const seconds = (ms: number): number => ms / 1_000;

/** The place of the least or greatest value; of equal ones the last. */
function placeOf({ values }: Stretch, better: (a: number, b: number) => boolean): number {
  let best = 0;
  values.forEach((value, i) => {
    if (Number.isNaN(values[best]) || better(value, values[best] ?? NaN) || value === values[best]) best = i;
  });
  return best;
}

const least = (a: number, b: number): boolean => a < b;
const greatest = (a: number, b: number): boolean => a > b;

/** Rises that a counter made, a fall being a start from 0. */
function rise({ values }: Stretch, isCounter: boolean): number {
  let total = last({ values } as Stretch) - (values[0] ?? NaN);
  if (!isCounter) return total;
  for (let i = 1; i < values.length; i++) {
    const before = values[i - 1] ?? 0;
    if ((values[i] ?? 0) < before) total += before;
  }
  return total;
}

/**
 * Prometheus's extrapolation (`extrapolatedRate`): to the ends of the window where samples reach near them, else by half
 * of their usual distance; of a counter never to below 0.
 */
function extrapolated(stretch: Stretch, { rangeMs, toMs }: CallContext, isCounter: boolean): number | null {
  const { times, values } = stretch;
  const [first, end] = [times[0], times.at(-1)];
  if (times.length < 2 || first === undefined || end === undefined) return null;
  const total = rise(stretch, isCounter);
  const sampled = seconds(end - first);
  const usual = sampled / (times.length - 1);
  const limit = usual * 1.1;
  let toStart = seconds(first - (toMs - rangeMs));
  let toEnd = seconds(toMs - end);
  if (toStart >= limit) toStart = usual / 2;
  if (isCounter && total > 0 && (values[0] ?? -1) >= 0) {
    toStart = Math.min(toStart, sampled * ((values[0] ?? 0) / total));
  }
  if (toEnd >= limit) toEnd = usual / 2;
  return (total * (sampled + toStart + toEnd)) / sampled;
}

/** From the last two samples. */
function instant({ times, values }: Stretch, isRate: boolean): number | null {
  if (values.length < 2) return null;
  const [before = 0, now = 0] = values.slice(-2);
  const [t0 = 0, t1 = 0] = times.slice(-2);
  const change = isRate && now < before ? now : now - before;
  if (!isRate) return change;
  return t1 === t0 ? null : change / seconds(t1 - t0);
}

/** Least squares around an instant, for the sake of precision: slope per second, and the value there. */
function line({ times, values }: Stretch, atMs: number): { readonly slope: number; readonly intercept: number } {
  const constant = values.every((value) => value === values[0]);
  if (constant) {
    const value = values[0] ?? NaN;
    return Number.isFinite(value) ? { slope: 0, intercept: value } : { slope: NaN, intercept: NaN };
  }
  const x = times.map((time) => seconds(time - atMs));
  const n = x.length;
  const sumX = exactSum(x);
  const sumY = exactSum(values);
  const covariance = exactSum(x.map((one, i) => one * (values[i] ?? 0))) - (sumX * sumY) / n;
  const spread = exactSum(x.map((one) => one * one)) - (sumX * sumX) / n;
  const slope = covariance / spread;
  return { slope, intercept: sumY / n - (slope * sumX) / n };
}

/** Holt's double exponential smoothing: a level and its trend. */
function smoothed({ values }: Stretch, factor: number, trendFactor: number): number | null {
  for (const [name, value] of Object.entries({ smoothing: factor, trend: trendFactor })) {
    if (value > 0 && value < 1) continue;
    throw new PromqlError(
      'execution',
      `invalid ${name} factor. Expected: 0 < ${name === 'smoothing' ? 'sf' : 'tf'} < 1, got: ${value}`,
    );
  }
  if (values.length < 2) return null;
  let before = 0;
  let level = values[0] ?? 0;
  let trend = (values[1] ?? 0) - level;
  for (let i = 1; i < values.length; i++) {
    if (i > 1) trend = trendFactor * (level - before) + (1 - trendFactor) * trend;
    before = level;
    level = factor * (values[i] ?? 0) + (1 - factor) * (level + trend);
  }
  return level;
}

const median = (values: readonly number[]): number => (values.some(Number.isNaN) ? NaN : quantile(0.5, values));
const differences = (values: readonly number[], differs: (a: number, b: number) => boolean): number =>
  values.filter((value, i) => i > 0 && differs(values[i - 1] ?? NaN, value)).length;
const differ = (a: number, b: number): boolean => a !== b && !(Number.isNaN(a) && Number.isNaN(b));

export const rangeFunctions: Readonly<Record<string, PromqlFunction>> = {
  avg_over_time: over(({ values }) => mean(values)),
  changes: over(({ values }) => differences(values, differ)),
  count_over_time: over(({ values }) => values.length),
  delta: over((stretch, context) => extrapolated(stretch, context, false)),
  deriv: over((stretch) => (stretch.values.length < 2 ? null : line(stretch, stretch.times[0] ?? 0).slope)),
  double_exponential_smoothing: over((stretch, { values }) =>
    smoothed(stretch, scalarOf(values[1]), scalarOf(values[2])),
  ),
  first_over_time: over(({ values }) => values[0] ?? null, { keepsName: true }),
  idelta: over((stretch) => instant(stretch, false)),
  increase: over((stretch, context) => extrapolated(stretch, context, true)),
  irate: over((stretch) => instant(stretch, true)),
  last_over_time: over(last, { keepsName: true }),
  mad_over_time: over(({ values }) => {
    const centre = median(values);
    return median(values.map((value) => Math.abs(value - centre)));
  }),
  max_over_time: over((stretch) => stretch.values[placeOf(stretch, greatest)] ?? null),
  min_over_time: over((stretch) => stretch.values[placeOf(stretch, least)] ?? null),
  predict_linear: over((stretch, { values, atMs }) => {
    if (stretch.values.length < 2) return null;
    const { slope, intercept } = line(stretch, atMs);
    return slope * scalarOf(values[1]) + intercept;
  }),
  present_over_time: over(() => 1),
  quantile_over_time: over(({ values }, context) => quantile(scalarOf(context.values[0]), values)),
  rate: over((stretch, context) => {
    const increase = extrapolated(stretch, context, true);
    return increase === null ? null : increase / seconds(context.rangeMs);
  }),
  resets: over(({ values }) => differences(values, (a, b) => b < a)),
  stddev_over_time: over(({ values }) => Math.sqrt(variance(values))),
  stdvar_over_time: over(({ values }) => variance(values)),
  sum_over_time: over(({ values }) => exactSum(values)),
  ts_of_first_over_time: over(({ times }) => seconds(times[0] ?? NaN)),
  ts_of_last_over_time: over(({ times }) => seconds(times.at(-1) ?? NaN)),
  ts_of_max_over_time: over((stretch) => seconds(stretch.times[placeOf(stretch, greatest)] ?? NaN)),
  ts_of_min_over_time: over((stretch) => seconds(stretch.times[placeOf(stretch, least)] ?? NaN)),
};
