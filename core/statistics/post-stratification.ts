import { mergeCoMoments, NO_COMOMENTS, type CoMoments } from './comoments.ts';
import { tTest, type MeanTestResult } from './means.ts';

/** The units of both arms within one stratum: x what was known of a unit before, y its value since. */
export interface Stratum {
  readonly control: CoMoments;
  readonly treatment: CoMoments;
}

export interface AdjustedTest {
  /** The slope of y on x that was taken out, within strata and over both arms; 0 where x does not vary. */
  readonly theta: number;
  /** Strata that were compared; small ones count as one. */
  readonly strata: number;
  readonly absolute: MeanTestResult;
  readonly relative: MeanTestResult;
}

/** A stratum with fewer units of an arm says too little of how they vary. */
const FEWEST = 10;

/**
 * The difference within strata, each weighed by its share of all units, with what was known of a unit taken out of its value
 * (CUPED; of one stratum it is `cupedTest`). Strata are known before a unit has its arm; that their shares are
 * estimated is in the error (Miratrix, Sekhon & Yu 2013, as GrowthBook). Strata of fewer than ten units of an arm are put together.
 */
export function postStratifiedTest(given: readonly Stratum[], confidence = 0.95): AdjustedTest {
  const strata = collapsed(given);
  const pooled = strata.map(({ control, treatment }) => mergeCoMoments(control, treatment));
  const [sxy, sxx, total] = [sum(pooled, (p) => p.mXY), sum(pooled, (p) => p.m2X), sum(pooled, (p) => p.n)];
  const theta = sxx === 0 ? 0 : sxy / sxx;
  const cells = strata.map(({ control, treatment }, i) => {
    const overall = pooled[i]?.meanX ?? 0;
    return {
      weight: (pooled[i]?.n ?? 0) / total,
      control,
      treatment,
      difference: adjustedMean(treatment, theta, overall) - adjustedMean(control, theta, overall),
    };
  });
  const base = sum(cells, ({ weight, control }) => weight * control.meanY);
  const tried = sum(cells, ({ weight, treatment }) => weight * treatment.meanY);
  const test = (
    ratio: number,
    scale: number,
    differenceOf: (cell: (typeof cells)[number]) => number,
    centre: number,
  ) => {
    const terms = cells.flatMap(({ weight, control, treatment }) => [
      { v: (weight * scale) ** 2 * errorOf(treatment, theta, 1), n: treatment.n },
      { v: (weight * scale) ** 2 * errorOf(control, theta, ratio), n: control.n },
    ]);
    const between = sum(cells, (cell) => cell.weight * (differenceOf(cell) - centre) ** 2) / total;
    const within = sum(terms, ({ v }) => v);
    const isKnown = terms.every(({ n }) => n > 1);
    const df = within ** 2 / sum(terms, ({ v, n }) => v ** 2 / (n - 1));
    return { error: isKnown ? Math.sqrt(within + between) : null, df: isKnown && within > 0 ? df : null };
  };
  const difference =
    total === 0 || strata.some(isOneSided) ? null : sum(cells, (cell) => cell.weight * cell.difference);
  const own = test(1, 1, (cell) => cell.difference, difference ?? 0);
  const absolute = tTest(difference, own.error, own.df, confidence);
  if (difference === null || base === 0) {
    return { theta, strata: strata.length, absolute, relative: tTest(null, null, null, confidence) };
  }
  const ratio = tried / base;
  const scale = 1 / Math.abs(base);
  const lift = test(ratio, scale, ({ treatment, control }) => (treatment.meanY - ratio * control.meanY) / base, 0);
  const relative = tTest(difference / base, lift.error, own.df, confidence);
  return { theta, strata: strata.length, absolute, relative };
}

const sum = <T>(items: readonly T[], of: (item: T) => number): number => items.reduce((all, item) => all + of(item), 0);

const isOneSided = ({ control, treatment }: Stratum): boolean => control.n === 0 || treatment.n === 0;

const adjustedMean = ({ meanX, meanY }: CoMoments, theta: number, overall: number): number =>
  meanY - theta * (meanX - overall);

/** Squared standard error of the mean of r·y − θ·x. */
const errorOf = ({ n, m2X, m2Y, mXY }: CoMoments, theta: number, r: number): number =>
  Math.max(0, m2Y * r * r - 2 * theta * mXY * r + theta * theta * m2X) / (n - 1) / n;

/** Small strata as one, by their units alone; what is still small goes to the largest of the others. */
function collapsed(strata: readonly Stratum[]): readonly Stratum[] {
  const isLarge = ({ control, treatment }: Stratum): boolean => Math.min(control.n, treatment.n) >= FEWEST;
  const large = strata.filter(isLarge).toSorted((a, b) => b.control.n + b.treatment.n - a.control.n - a.treatment.n);
  const rest = strata
    .filter((stratum) => !isLarge(stratum))
    .reduce(joined, { control: NO_COMOMENTS, treatment: NO_COMOMENTS });
  if (rest.control.n + rest.treatment.n === 0) return large;
  const [largest, ...others] = large;
  return largest && !isLarge(rest) ? [joined(largest, rest), ...others] : [...large, rest];
}

const joined = (a: Stratum, b: Stratum): Stratum => ({
  control: mergeCoMoments(a.control, b.control),
  treatment: mergeCoMoments(a.treatment, b.treatment),
});
