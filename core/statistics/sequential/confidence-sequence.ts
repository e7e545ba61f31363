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
  return smallest((n) => deviation * widthAt(n, alpha, rho) <= halfWidth);
}

/** The smallest whole number from 1 that is enough; more always is, too. At most what can be counted. */
function smallest(isEnough: (n: number) => boolean): number {
  let high = 1;
  while (!isEnough(high)) {
    high *= 2;
    if (high > Number.MAX_SAFE_INTEGER) return Number.MAX_SAFE_INTEGER;
  }
  let low = Math.floor(high / 2);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isEnough(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** Half-width of the one-sided sequence after n values, in standard deviations of one value. */
function oneSidedWidthAt(n: number, alpha: number, rho: number): number {
  const scaled = n * rho * rho;
  return Math.sqrt(((2 * (scaled + 1)) / (n * scaled)) * Math.log1p(Math.sqrt(scaled + 1) / (2 * alpha)));
}

function requireLook({ n, alpha, tunedFor }: Pick<SequenceInput, 'n' | 'alpha' | 'tunedFor'>): void {
  requireOpenUnit('alpha', alpha);
  if (!(tunedFor > 0)) throw invalid('tunedFor', `is ${tunedFor}; allowed: above 0`);
  if (!(n > 0)) throw invalid('n', `is ${n}; allowed: above 0`);
}

/**
 * The same for a question of one side only: the estimate ∓ half-width bounds the mean from one side, at any look (eq. 134
 * and 155 of the same paper).
 */
export function oneSidedHalfWidth({ standardError, n, alpha, tunedFor }: Omit<SequenceInput, 'estimate'>): number {
  requireLook({ n, alpha, tunedFor });
  return standardError * Math.sqrt(n) * oneSidedWidthAt(n, alpha, rhoOf(2 * alpha, tunedFor));
}

/**
 * The smallest alpha at which the one-sided sequence lies above 0, tuned for `alpha`: valid at any look. 1 where the
 * estimate does not; 0 where nothing varies.
 */
export function oneSidedP({ estimate, standardError, n, alpha, tunedFor }: SequenceInput): number {
  requireLook({ n, alpha, tunedFor });
  if (!(estimate > 0)) return 1;
  if (standardError === 0) return 0;
  const rho = rhoOf(2 * alpha, tunedFor);
  const scaled = n * rho * rho;
  const exponent = ((estimate / standardError) ** 2 * scaled) / (2 * (scaled + 1));
  return Math.min(1, Math.sqrt(scaled + 1) / (2 * Math.expm1(exponent)));
}

/** How many values make the one-sided sequence as narrow as `halfWidth`, rounded up. */
export function oneSidedSize({
  deviation,
  halfWidth,
  alpha,
  tunedFor,
}: {
  readonly deviation: number;
  readonly halfWidth: number;
  readonly alpha: number;
  readonly tunedFor: number;
}): number {
  if (!(halfWidth > 0)) throw invalid('halfWidth', `is ${halfWidth}; allowed: above 0`);
  const rho = rhoOf(2 * alpha, tunedFor);
  return smallest((n) => deviation * oneSidedWidthAt(n, alpha, rho) <= halfWidth);
}
