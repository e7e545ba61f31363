import { invalid, requireOpenUnit } from '../check.ts';
import { around, type Interval } from '../interval.ts';

export interface SequenceInput {
  readonly estimate: number;
  readonly standardError: number;
  readonly n: number;
  readonly alpha: number;
  /** The number of values at which the sequence is narrowest. */
  readonly tunedFor: number;
}

export interface ConfidenceSequence {
  readonly halfWidth: number;
  readonly interval: Interval;
  /** Valid at any look and after any number of looks. */
  readonly pAlwaysValid: number;
}

const rhoOf = (alpha: number, tunedFor: number): number =>
  Math.sqrt((-2 * Math.log(alpha) + Math.log(1 - 2 * Math.log(alpha))) / tunedFor);

/** Half-width of the sequence after n values, in standard deviations of one value. */
function widthAt(n: number, alpha: number, rho: number): number {
  const scaled = n * rho * rho;
  return Math.sqrt(((2 * (scaled + 1)) / (n * scaled)) * Math.log(Math.sqrt(scaled + 1) / alpha));
}

/**
 * Asymptotic confidence sequence of a mean (Waudby-Smith et al., arXiv:2103.06476, as GrowthBook): an interval that may be
 * looked at as often as one likes. Assumes independent values, and enough of them for the central limit.
 */
export function asymptoticSequence(input: SequenceInput): ConfidenceSequence {
  const { estimate, standardError, n, alpha, tunedFor } = input;
  requireOpenUnit('alpha', alpha);
  if (!(tunedFor > 0)) throw invalid('tunedFor', `is ${tunedFor}; allowed: above 0`);
  if (!(n > 0)) throw invalid('n', `is ${n}; allowed: above 0`);
  const rho = rhoOf(alpha, tunedFor);
  const halfWidth = standardError * Math.sqrt(n) * widthAt(n, alpha, rho);
  const scaled = n * rho * rho;
  const squared = standardError === 0 ? 0 : (estimate * estimate * n) / (standardError * standardError);
  const p = Math.sqrt(scaled + 1) * Math.exp((-rho * rho * squared) / (2 * (scaled + 1)));
  return { halfWidth, interval: around(estimate, halfWidth), pAlwaysValid: Math.min(1, p) };
}

/** How many values make the sequence as narrow as ± `halfWidth`, rounded up. */
export function sequenceSize(deviation: number, halfWidth: number, alpha: number, tunedFor: number): number {
  if (!(halfWidth > 0)) throw invalid('halfWidth', `is ${halfWidth}; allowed: above 0`);
  const rho = rhoOf(alpha, tunedFor);
  let high = 1;
  while (deviation * widthAt(high, alpha, rho) > halfWidth) high *= 2;
  let low = Math.floor(high / 2);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (deviation * widthAt(middle, alpha, rho) > halfWidth) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * The same for a question of one side only: the estimate ∓ half-width bounds the mean from one side, at any look (eq. 134
 * and 155 of the same paper).
 */
export function oneSidedHalfWidth({ standardError, n, alpha, tunedFor }: Omit<SequenceInput, 'estimate'>): number {
  requireOpenUnit('alpha', alpha);
  if (!(tunedFor > 0)) throw invalid('tunedFor', `is ${tunedFor}; allowed: above 0`);
  if (!(n > 0)) throw invalid('n', `is ${n}; allowed: above 0`);
  const rho = rhoOf(2 * alpha, tunedFor);
  const scaled = n * rho * rho;
  const inner = Math.log1p(Math.sqrt(scaled + 1) / (2 * alpha));
  return standardError * Math.sqrt(n) * Math.sqrt(((2 * (scaled + 1)) / (n * scaled)) * inner);
}
