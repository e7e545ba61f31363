import { DomainError } from '../errors.ts';

/**
 * DDSketch with the logarithmic mapping (Masson, Rim & Lee 2019): counts of values in bins whose width grows with the value, so
 * that a quantile is right within a share of itself. γ = (1+a)/(1−a); a value v > 0 lies in bin ⌈ln v/ln γ⌉. Merging adds counts, and
 * gives the very sketch of all values together.
 */
export interface DdSketch {
  /** How far an answer may be from the value of its rank, as a share of that value. */
  readonly relativeAccuracy: number;
  readonly positive: ReadonlyMap<number, number>;
  /** Bins of −v for values below 0. */
  readonly negative: ReadonlyMap<number, number>;
  readonly zeros: number;
}

const invalid = (field: string, message: string): DomainError =>
  new DomainError('INVALID_INPUT', `${field}: ${message}`, { field });

/** Throws INVALID_INPUT unless the accuracy lies above 0 and below 1. */
export function emptySketch(relativeAccuracy: number): DdSketch {
  if (!(relativeAccuracy > 0 && relativeAccuracy < 1)) {
    throw invalid('relativeAccuracy', `is ${relativeAccuracy}, and must lie above 0 and below 1`);
  }
  return { relativeAccuracy, positive: new Map(), negative: new Map(), zeros: 0 };
}

const gammaOf = (accuracy: number): number => (1 + accuracy) / (1 - accuracy);

/** A sketch that grows in place. */
export interface GrowingSketch extends DdSketch {
  readonly positive: Map<number, number>;
  readonly negative: Map<number, number>;
  zeros: number;
}

/** One that grows apart from the given one. */
export const growing = (sketch: DdSketch): GrowingSketch => ({
  ...sketch,
  positive: new Map(sketch.positive),
  negative: new Map(sketch.negative),
});

/** The logarithm that the width of bins goes by, worked out once where many values are added. */
export const logOfGamma = (relativeAccuracy: number): number => Math.log(gammaOf(relativeAccuracy));

/** Adds a finite number to a sketch whose `logOfGamma` is given. */
export function growBy(sketch: GrowingSketch, value: number, lnGamma: number): void {
  if (value === 0) sketch.zeros++;
  else addTo(value > 0 ? sketch.positive : sketch.negative, Math.ceil(Math.log(Math.abs(value)) / lnGamma), 1);
}

/** The sketch with the values in it. Throws INVALID_INPUT for what is no finite number. */
export function withValues(sketch: DdSketch, values: Iterable<number>): DdSketch {
  const lnGamma = logOfGamma(sketch.relativeAccuracy);
  const grown = growing(sketch);
  for (const value of values) {
    if (!Number.isFinite(value)) throw invalid('value', `is ${value}, and must be a finite number`);
    growBy(grown, value, lnGamma);
  }
  return grown;
}

function addTo(bins: Map<number, number>, key: number, count: number): void {
  bins.set(key, (bins.get(key) ?? 0) + count);
}

/** Adds all of another sketch of the same accuracy. Throws INVALID_INPUT where it differs: their bins are not the same. */
export function growByAll(sketch: GrowingSketch, other: DdSketch): void {
  requireSame(sketch, other);
  for (const [key, count] of other.positive) addTo(sketch.positive, key, count);
  for (const [key, count] of other.negative) addTo(sketch.negative, key, count);
  sketch.zeros += other.zeros;
}

function requireSame(a: DdSketch, b: DdSketch): void {
  if (a.relativeAccuracy === b.relativeAccuracy) return;
  throw invalid(
    'relativeAccuracy',
    `is ${b.relativeAccuracy}, and must be ${a.relativeAccuracy} like that of the other`,
  );
}

/** Both together. Throws INVALID_INPUT where their accuracies differ: their bins are not the same. */
export function mergeSketches(a: DdSketch, b: DdSketch): DdSketch {
  const merged = growing(a);
  growByAll(merged, b);
  return merged;
}

const sumOf = (bins: ReadonlyMap<number, number>): number => {
  let sum = 0;
  for (const count of bins.values()) sum += count;
  return sum;
};

/** How many values it holds. */
export const sketchCount = (sketch: DdSketch): number => sumOf(sketch.positive) + sumOf(sketch.negative) + sketch.zeros;

/** The value of rank q·(n−1), rounded down, within the accuracy; NaN of none. */
export function sketchQuantile(sketch: DdSketch, q: number): number {
  if (!(q >= 0 && q <= 1)) throw invalid('q', `is ${q}, and must lie within 0 and 1`);
  const n = sketchCount(sketch);
  if (n === 0) return Number.NaN;
  const gamma = gammaOf(sketch.relativeAccuracy);
  const middle = (key: number): number => (2 * gamma ** key) / (gamma + 1);
  const rank = q * (n - 1);
  let seen = 0;
  // From the smallest value upwards: the largest of the negative bins first.
  for (const key of [...sketch.negative.keys()].toSorted((one, other) => other - one)) {
    seen += sketch.negative.get(key) ?? 0;
    if (seen > rank) return -middle(key);
  }
  seen += sketch.zeros;
  if (seen > rank) return 0;
  let value = Number.NaN;
  for (const key of [...sketch.positive.keys()].toSorted((one, other) => one - other)) {
    seen += sketch.positive.get(key) ?? 0;
    value = middle(key);
    if (seen > rank) break;
  }
  return value;
}
