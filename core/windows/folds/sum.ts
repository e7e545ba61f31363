import type { FeatureValue } from '../../codec/layout.ts';
import type { Fold } from './fold.ts';

interface FloatSum {
  n: number;
  sum: number;
  /** What the additions have lost so far. */
  lost: number;
}

/** Neumaier's compensated addition (ZAMM 54, 1974): the error does not grow with the number of values. */
function addFloat(into: FloatSum, value: number): void {
  const sum = into.sum + value;
  into.lost += Math.abs(into.sum) >= Math.abs(value) ? into.sum - sum + value : value - sum + into.sum;
  into.sum = sum;
}

const numberOf = (value: FeatureValue): number => (typeof value === 'number' ? value : Number(value));

const floats = (result: (sum: number, n: number) => FeatureValue): Fold<FloatSum> => ({
  start: () => ({ n: 0, sum: 0, lost: 0 }),
  add(into, value) {
    into.n += 1;
    addFloat(into, numberOf(value));
  },
  merge(into, { n, sum, lost }) {
    into.n += n;
    addFloat(into, sum);
    into.lost += lost;
  },
  // What is lost of a sum that overflowed is no number.
  result: ({ n, sum, lost }) => result(Number.isFinite(sum) ? sum + lost : sum, n),
  write({ n, sum, lost }, out) {
    out.f64(n);
    out.f64(sum);
    out.f64(lost);
  },
  read: (from) => ({ n: from.f64(), sum: from.f64(), lost: from.f64() }),
});

interface WholeSum {
  n: number;
  sum: bigint;
}

const wholes = (result: (sum: bigint, n: number) => FeatureValue): Fold<WholeSum> => ({
  start: () => ({ n: 0, sum: 0n }),
  add(into, value) {
    into.n += 1;
    into.sum += typeof value === 'bigint' ? value : BigInt(numberOf(value));
  },
  merge(into, { n, sum }) {
    into.n += n;
    into.sum += sum;
  },
  result: ({ n, sum }) => result(sum, n),
  write({ n, sum }, out) {
    out.f64(n);
    out.text(sum.toString());
  },
  read: (from) => ({ n: from.f64(), sum: BigInt(from.text()) }),
});

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
const fits = (value: bigint): bigint | null => (BigInt.asIntN(64, value) === value ? value : null);

/** Of nothing it is 0; null where it is beyond what a double holds. */
export const floatSum = floats((sum) => finite(sum));
export const floatMean = floats((sum, n) => (n === 0 ? null : finite(sum / n)));

/** Exact; null where it does not fit into 64 bits. */
export const wholeSum = wholes(fits);
export const wholeMean = wholes((sum, n) => (n === 0 ? null : Number(sum) / n));
