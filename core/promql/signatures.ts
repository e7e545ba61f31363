import type { ValueType } from './expression.ts';

/** What a function is given; `optional` trailing arguments may be left out, `variadic` repeats the last one. */
export interface Signature {
  readonly args: readonly ValueType[];
  readonly optional?: number;
  readonly variadic?: boolean;
  readonly result: ValueType;
}

const OF_VECTOR: Signature = { args: ['vector'], result: 'vector' };
const OF_MATRIX: Signature = { args: ['matrix'], result: 'vector' };
const OF_DATE: Signature = { args: ['vector'], optional: 1, result: 'vector' };
const CONSTANT: Signature = { args: [], result: 'scalar' };

const named = (names: string, signature: Signature): Record<string, Signature> =>
  Object.fromEntries(names.split(' ').map((name) => [name, signature]));

export const FUNCTIONS: Readonly<Record<string, Signature>> = {
  ...named(
    'abs absent acos acosh asin asinh atan atanh ceil cos cosh deg exp floor ln log10 log2 rad sgn sin sinh sort sort_desc sqrt tan tanh timestamp',
    OF_VECTOR,
  ),
  ...named(
    'absent_over_time avg_over_time changes count_over_time delta deriv first_over_time idelta increase irate last_over_time mad_over_time max_over_time min_over_time present_over_time rate resets stddev_over_time stdvar_over_time sum_over_time ts_of_first_over_time ts_of_last_over_time ts_of_max_over_time ts_of_min_over_time',
    OF_MATRIX,
  ),
  ...named('day_of_month day_of_week day_of_year days_in_month hour minute month year', OF_DATE),
  ...named('pi time', CONSTANT),
  clamp: { args: ['vector', 'scalar', 'scalar'], result: 'vector' },
  clamp_max: { args: ['vector', 'scalar'], result: 'vector' },
  clamp_min: { args: ['vector', 'scalar'], result: 'vector' },
  double_exponential_smoothing: { args: ['matrix', 'scalar', 'scalar'], result: 'vector' },
  histogram_fraction: { args: ['scalar', 'scalar', 'vector'], result: 'vector' },
  histogram_quantile: { args: ['scalar', 'vector'], result: 'vector' },
  label_join: { args: ['vector', 'string', 'string', 'string'], optional: 1, variadic: true, result: 'vector' },
  label_replace: { args: ['vector', 'string', 'string', 'string', 'string'], result: 'vector' },
  predict_linear: { args: ['matrix', 'scalar'], result: 'vector' },
  quantile_over_time: { args: ['scalar', 'matrix'], result: 'vector' },
  round: { args: ['vector', 'scalar'], optional: 1, result: 'vector' },
  scalar: { args: ['vector'], result: 'scalar' },
  sort_by_label: { args: ['vector', 'string'], optional: 1, variadic: true, result: 'vector' },
  sort_by_label_desc: { args: ['vector', 'string'], optional: 1, variadic: true, result: 'vector' },
  vector: { args: ['scalar'], result: 'vector' },
};

/** What an aggregation is given before its vector. */
export const AGGREGATIONS: Readonly<Record<string, ValueType | null>> = {
  avg: null,
  bottomk: 'scalar',
  count: null,
  count_values: 'string',
  group: null,
  max: null,
  min: null,
  quantile: 'scalar',
  stddev: null,
  stdvar: null,
  sum: null,
  topk: 'scalar',
};
