import { dateFunctions } from './date-functions.ts';
import type { Expression } from './expression.ts';
import { histogramFunctions } from './histogram-functions.ts';
import { labelFunctions } from './label-functions.ts';
import { PromqlError } from './promql-error.ts';
import { rangeFunctions } from './range-functions.ts';
import type { Sample, Value } from './series.ts';
import { ascending, NO_LABELS, scalar, scalarOf, vector, vectorOf } from './values.ts';

/** What a function is called with. */
export interface CallContext {
  readonly atMs: number;
  readonly args: readonly Expression[];
  readonly values: readonly Value[];
  /** Length and end of the range vector among the arguments. */
  readonly rangeMs: number;
  readonly toMs: number;
}

export type PromqlFunction = (context: CallContext) => Value;

/** A function of each number alone. */
const each =
  (apply: (value: number, ...scalars: number[]) => number): PromqlFunction =>
  ({ values }) => {
    const scalars = values.slice(1).map(scalarOf);
    const samples = vectorOf(values[0]).map(({ labels, value }) => ({
      labels,
      value: apply(value, ...scalars),
      dropName: true,
    }));
    return vector(samples);
  };

const sorted =
  (order: (a: number, b: number) => number): PromqlFunction =>
  ({ values }) =>
    vector(vectorOf(values[0]).toSorted((a, b) => order(a.value, b.value)));

/** NaN comes last, whichever way. */
const nanLast =
  (order: (a: number, b: number) => number) =>
  (a: number, b: number): number => {
    if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
    return order(a, b);
  };

const clamped = (value: number, least: number, most: number): number =>
  Number.isNaN(least) || Number.isNaN(most) ? NaN : Math.max(least, Math.min(most, value));

/** To the nearest multiple, halves up. */
function rounded(value: number, to = 1): number {
  const inverse = 1 / to;
  return Math.floor(value * inverse + 0.5) / inverse;
}

const FUNCTIONS: Readonly<Record<string, PromqlFunction>> = {
  abs: each(Math.abs),
  acos: each(Math.acos),
  acosh: each(Math.acosh),
  asin: each(Math.asin),
  asinh: each(Math.asinh),
  atan: each(Math.atan),
  atanh: each(Math.atanh),
  ceil: each(Math.ceil),
  clamp: ({ values, ...context }) => {
    const [least, most] = [scalarOf(values[1]), scalarOf(values[2])];
    if (most < least) return vector([]);
    return each(clamped)({ ...context, values });
  },
  clamp_max: each((value, most) => clamped(value, -Infinity, most ?? NaN)),
  clamp_min: each((value, least) => clamped(value, least ?? NaN, Infinity)),
  cos: each(Math.cos),
  cosh: each(Math.cosh),
  deg: each((value) => (value * 180) / Math.PI),
  exp: each(Math.exp),
  floor: each(Math.floor),
  ln: each(Math.log),
  log10: each(Math.log10),
  log2: each(Math.log2),
  pi: () => scalar(Math.PI),
  rad: each((value) => (value * Math.PI) / 180),
  round: each(rounded),
  scalar: ({ values }) => {
    const samples = vectorOf(values[0]);
    return scalar(samples.length === 1 ? (samples[0]?.value ?? NaN) : NaN);
  },
  sgn: each(Math.sign),
  sin: each(Math.sin),
  sinh: each(Math.sinh),
  sort: sorted(nanLast(ascending)),
  sort_desc: sorted(nanLast((a, b) => ascending(b, a))),
  sqrt: each(Math.sqrt),
  tan: each(Math.tan),
  tanh: each(Math.tanh),
  time: ({ atMs }) => scalar(atMs / 1_000),
  timestamp: ({ values, atMs }) =>
    vector(vectorOf(values[0]).map(({ labels }): Sample => ({ labels, value: atMs / 1_000, dropName: true }))),
  vector: ({ values }) => vector([{ labels: NO_LABELS, value: scalarOf(values[0]), dropName: false }]),
  ...dateFunctions,
  ...histogramFunctions,
  ...labelFunctions,
  ...rangeFunctions,
};

export function callOf(name: string): PromqlFunction {
  const found = FUNCTIONS[name];
  if (found) return found;
  throw new PromqlError('unsupported', `the function ${name} is not of the subset`);
}
