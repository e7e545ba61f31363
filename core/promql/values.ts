import type { Labels } from './labels.ts';
import { PromqlError } from './promql-error.ts';
import type { Sample, Stretch, Value } from './series.ts';

export const NO_LABELS: Labels = Object.freeze({});

const other = (wanted: string, value: Value | undefined): PromqlError =>
  new PromqlError('type', `expected ${wanted}, got ${value?.type ?? 'nothing'}`);

export function scalarOf(value: Value | undefined): number {
  if (value?.type === 'scalar') return value.value;
  throw other('scalar', value);
}

export function textValueOf(value: Value | undefined): string {
  if (value?.type === 'string') return value.value;
  throw other('string', value);
}

/** The elements of an instant vector. */
export function vectorOf(value: Value | undefined): readonly Sample[] {
  if (value?.type === 'vector') return value.samples;
  if (value?.type === 'scalar') return [{ labels: NO_LABELS, value: value.value, dropName: false }];
  throw other('instant vector', value);
}

export function matrixOf(value: Value | undefined): readonly Stretch[] {
  if (value?.type === 'matrix') return value.stretches;
  throw other('range vector', value);
}

export const vector = (samples: readonly Sample[]): Value => ({ type: 'vector', samples });
export const scalar = (value: number): Value => ({ type: 'scalar', value });

/** The sum with Kahan's and Neumaier's correction: small numbers are not lost among great ones. */
export function exactSum(values: readonly number[]): number {
  let sum = 0;
  let lost = 0;
  for (const value of values) {
    const next = sum + value;
    if (Number.isFinite(next)) {
      lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    }
    sum = next;
  }
  return sum + lost;
}

/** The mean, also of numbers whose sum is beyond what a number holds. */
export function mean(values: readonly number[]): number {
  const sum = exactSum(values);
  if (Number.isFinite(sum) || !values.every(Number.isFinite)) return sum / values.length;
  return exactSum(values.map((value) => value / values.length));
}

/** Variance over all values, by the mean's differences. */
export function variance(values: readonly number[]): number {
  const centre = mean(values);
  return exactSum(values.map((value) => (value - centre) ** 2)) / values.length;
}

/** PromQL's quantile: between neighbours by rank; beyond 0 to 1 it is infinite. */
export function quantile(q: number, values: readonly number[]): number {
  if (values.length === 0 || Number.isNaN(q)) return NaN;
  if (q < 0) return -Infinity;
  if (q > 1) return Infinity;
  const sorted = values.toSorted(ascending);
  const rank = q * (sorted.length - 1);
  const low = Math.floor(rank);
  const below = sorted[low] ?? NaN;
  const above = sorted[Math.min(low + 1, sorted.length - 1)] ?? NaN;
  const weight = rank - low;
  return below * (1 - weight) + above * weight;
}

/** NaN comes first. */
export const ascending = (a: number, b: number): number => {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : -1;
  if (Number.isNaN(b)) return 1;
  return a < b ? -1 : a > b ? 1 : 0;
};
