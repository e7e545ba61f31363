import { invalid, requireFinite, requireOpenUnit } from './check.ts';
import type { CoMoments } from './comoments.ts';
import { betaCdf } from './distributions/beta.ts';
import { binomialCdf, binomialPpf } from './distributions/binomial.ts';
import { normalSf, twoSidedZ } from './distributions/normal.ts';
import { around, type Interval } from './interval.ts';
import { sortedQuantile } from './quantile.ts';
import { ratioMoments } from './ratio-metric.ts';

/** A quantile of independent values with its standard error, by the quantiles at q ± z·√(q(1−q)/n) (Woodruff 1952; GrowthBook). */
export interface QuantileEstimate {
  readonly value: number;
  readonly levels: Interval;
  readonly interval: Interval;
  readonly standardError: number;
}

/** Of values sorted upwards. Throws INVALID_INPUT for none, or a q outside (0, 1). */
export function quantileEstimate(values: Float64Array, q: number, confidence = 0.95): QuantileEstimate {
  requireValues(values, q);
  const z = twoSidedZ(confidence);
  const reach = z * Math.sqrt((q * (1 - q)) / values.length);
  const levels = { lower: Math.max(0, q - reach), upper: Math.min(1, q + reach) };
  const interval = { lower: sortedQuantile(values, levels.lower), upper: sortedQuantile(values, levels.upper) };
  const standardError = (interval.upper - interval.lower) / (2 * z);
  return { value: sortedQuantile(values, q), levels, interval, standardError };
}

function requireValues(values: Float64Array, q: number): void {
  requireOpenUnit('q', q);
  if (values.length === 0) throw invalid('values', 'hold nothing; allowed: at least one number');
  requireFinite('values', [values[0] ?? 0, values.at(-1) ?? 0]);
}

export interface QuantileDifference {
  readonly difference: number;
  readonly standardError: number;
  /** `null` where the standard error is 0: then p is 1, no evidence. */
  readonly z: number | null;
  readonly pTwoSided: number;
  /** One-sided: the treatment's quantile is larger. */
  readonly pGreater: number;
  readonly interval: Interval | null;
}

/**
 * z-test of two quantiles. `inflation` is by how often the variance is larger than that of independent values
 * (`clusterInflation`), for events of which several belong to one unit.
 */
export function quantileDifference(
  control: Pick<QuantileEstimate, 'value' | 'standardError'>,
  treatment: Pick<QuantileEstimate, 'value' | 'standardError'>,
  { confidence = 0.95, inflation = [1, 1] as readonly [number, number] } = {},
): QuantileDifference {
  const difference = treatment.value - control.value;
  const [a, b] = [control.standardError ** 2 * inflation[0], treatment.standardError ** 2 * inflation[1]];
  const standardError = Math.sqrt(a + b);
  if (standardError === 0) {
    return { difference, standardError, z: null, pTwoSided: 1, pGreater: 1, interval: null };
  }
  const z = difference / standardError;
  return {
    difference,
    standardError,
    z,
    pTwoSided: 2 * normalSf(Math.abs(z)),
    pGreater: normalSf(z),
    interval: around(difference, twoSidedZ(confidence) * standardError),
  };
}

/**
 * By how often the variance of a quantile grows since events come in clusters (GrowthBook's `QuantileClusteredStatistic`):
 * the variance of the share of events at or below the quantile over that of as many independent ones. x is a unit's number of
 * events, y how many of these lie at or below the quantile. 1 where it cannot be known.
 */
export function clusterInflation(units: CoMoments, q: number): number {
  requireOpenUnit('q', q);
  const share = ratioMoments(units);
  if (!share || units.n < 2) return 1;
  const clustered = share.m2 / (units.n - 1) / units.n;
  return clustered / ((q * (1 - q)) / (units.meanX * units.n));
}

/** An exact interval of a quantile by order statistics: ranks from 1, an end of ±∞ where the values do not reach. */
export interface RankInterval extends Interval {
  readonly lowerRank: number;
  readonly upperRank: number;
  /** P(the interval holds the quantile), at least as asked where both ends are finite. */
  readonly coverage: number;
}

/** Ranks from the binomial distribution: lower at its α/2 quantile, upper one above its 1 − α/2 quantile. */
export function quantileRanks(values: Float64Array, q: number, confidence = 0.95): RankInterval {
  requireValues(values, q);
  const n = values.length;
  const lowerRank = binomialPpf((1 - confidence) / 2, n, q);
  const upperRank = binomialPpf(1 - (1 - confidence) / 2, n, q) + 1;
  return {
    lowerRank,
    upperRank,
    lower: values[lowerRank - 1] ?? -Infinity,
    upper: values[upperRank - 1] ?? Infinity,
    coverage: binomialCdf(upperRank - 1, n, q) - binomialCdf(lowerRank - 1, n, q),
  };
}

/** Harrell & Davis (1982): all values, weighted by the beta distribution of a quantile's rank. Smoother than one value. */
export function harrellDavis(values: Float64Array, q: number): number {
  requireValues(values, q);
  const n = values.length;
  const [a, b] = [(n + 1) * q, (n + 1) * (1 - q)];
  let estimate = 0;
  let before = 0;
  for (const [at, value] of values.entries()) {
    const after = betaCdf((at + 1) / n, a, b);
    estimate += (after - before) * value;
    before = after;
  }
  return estimate;
}

/** Which of Hyndman & Fan's (1996) sample quantiles, by their numbers: 1 is a value itself, 7 the default of R and numpy. */
export type QuantileType = 1 | 6 | 7 | 8;

/** A quantile of values sorted upwards by one of the definitions. */
export function quantileOfType(values: Float64Array, q: number, type: QuantileType): number {
  requireValues(values, q);
  const n = values.length;
  if (type === 7) return sortedQuantile(values, q);
  if (type === 1) return values[Math.max(0, Math.ceil(n * q) - 1)] ?? Number.NaN;
  const place = type === 6 ? (n + 1) * q : (n + 1 / 3) * q + 1 / 3;
  const at = Math.min(n, Math.max(1, place));
  const low = Math.floor(at);
  const [a, b] = [values[low - 1] ?? Number.NaN, values[Math.min(n, low + 1) - 1] ?? Number.NaN];
  return a + (b - a) * (at - low);
}
