import { binCounts, driftBins } from '../../../../core/statistics/binning.ts';
import { alignCategories } from '../../../../core/statistics/categories.ts';
import { chiSquareContingency } from '../../../../core/statistics/chi-square-test.ts';
import { binnedDistances } from '../../../../core/statistics/distances.ts';
import { ksTest, type KsResult } from '../../../../core/statistics/kolmogorov-smirnov.ts';
import { adjustPValues } from '../../../../core/statistics/multiple-testing.ts';
import { psi } from '../../../../core/statistics/psi.ts';
import { severityOf, worstSeverity, type DriftPreset, type Severity } from './drift-severity.ts';
import { countOf, OTHER, type ValueSample } from './value-sample.ts';

/** How many parts the reference's quantiles cut a numeric feature into; values that many rows share add bins. */
export const DRIFT_BINS = 10;

/** Counts of both windows in the same bins: what a histogram overlay draws. */
export interface DriftBins {
  /** Interior edges of a numeric feature; empty for categories. */
  readonly edges: readonly number[];
  /** One label per bin for categories; of numbers, that of a last bin for what is no number, where there is any. */
  readonly categories: readonly string[];
  readonly reference: readonly number[];
  readonly current: readonly number[];
}

export interface FeatureDrift {
  readonly name: string;
  readonly kind: 'NUMERIC' | 'CATEGORICAL';
  readonly referenceCount: number;
  readonly currentCount: number;
  readonly referenceStatuses: Readonly<Record<string, number>>;
  readonly currentStatuses: Readonly<Record<string, number>>;
  readonly psi: number | null;
  /** What PSI is on average without drift, at these counts: (bins in use − 1)(1/n + 1/m). */
  readonly psiNullLevel: number | null;
  /** p of the contingency χ² over the same bins: it holds its level where PSI's own does not. */
  readonly binnedP: number | null;
  readonly jensenShannon: number | null;
  readonly ks: Pick<KsResult, 'd' | 'p' | 'method'> | null;
  readonly adjustedP: number | null;
  readonly severity: Severity;
  readonly bins: DriftBins;
}

export interface DriftJudgement {
  readonly preset: DriftPreset;
  readonly severity: Severity;
  readonly features: readonly FeatureDrift[];
}

type Compared = Omit<FeatureDrift, 'adjustedP' | 'severity'> & { readonly p: number | null };

/** How one label names the values of a numeric feature that are no numbers. */
export const NO_NUMBER = '(not a number)';

const numbersOf = ({ numbers, longIntegers }: ValueSample): readonly number[] =>
  longIntegers.length === 0 ? numbers : [...numbers, ...longIntegers];
const othersOf = ({ categories, longIntegers }: ValueSample): number => countOf(categories) - longIntegers.length;

/** Of what kind most values are: of the reference, or of the current window where the reference has none. */
function kindOf(reference: ValueSample, current: ValueSample): FeatureDrift['kind'] {
  if (reference.numbers.length + current.numbers.length === 0) {
    return countOf(reference.categories) + countOf(current.categories) > 0 ? 'CATEGORICAL' : 'NUMERIC';
  }
  const judged = numbersOf(reference).length + othersOf(reference) > 0 ? reference : current;
  return numbersOf(judged).length >= othersOf(judged) ? 'NUMERIC' : 'CATEGORICAL';
}

/** Every value is counted: one of another kind than most costs its own bin, not the feature's. */
function binsOf(kind: FeatureDrift['kind'], reference: ValueSample, current: ValueSample): DriftBins {
  if (kind === 'CATEGORICAL') {
    return { edges: [], ...alignCategories(withNumbers(reference), withNumbers(current)) };
  }
  const [before, after] = [numbersOf(reference), numbersOf(current)];
  const edges = before.length === 0 ? [] : driftBins(before, DRIFT_BINS);
  const [strange, stranger] = [othersOf(reference), othersOf(current)];
  const last = (count: number): number[] => (strange + stranger > 0 ? [count] : []);
  return {
    edges,
    categories: strange + stranger > 0 ? [NO_NUMBER] : [],
    reference: [...binCounts(before, edges), ...last(strange)],
    current: [...binCounts(after, edges), ...last(stranger)],
  };
}

const withNumbers = ({ categories, numbers }: ValueSample): Readonly<Record<string, number>> =>
  numbers.length === 0 ? categories : { ...categories, [OTHER]: (categories[OTHER] ?? 0) + numbers.length };

/** PSI alone, as a report has it, and the values behind it on either side: what an alert rule asks for, many times a day. */
export function psiBetween(reference: ValueSample, current: ValueSample): { psi: number | null; n: number; m: number } {
  const bins = binsOf(kindOf(reference, current), reference, current);
  return { psi: psi(bins.reference, bins.current).psi, n: sumOf(bins.reference), m: sumOf(bins.current) };
}

/** The distances of one feature between two windows, each window's count and missing values beside them. */
function compare(reference: ValueSample, current: ValueSample): Compared {
  const kind = kindOf(reference, current);
  const [before, after] = [numbersOf(reference), numbersOf(current)];
  return comparedIn({
    name: reference.name,
    kind,
    referenceStatuses: reference.statuses,
    currentStatuses: current.statuses,
    bins: binsOf(kind, reference, current),
    ks: kind === 'NUMERIC' && before.length > 0 && after.length > 0 ? ksTest(before, after) : null,
  });
}

/** The distances of what both windows counted in the same bins, with the test of the numbers where there are some. */
export function comparedIn({
  bins,
  ks,
  ...feature
}: Pick<FeatureDrift, 'name' | 'kind' | 'referenceStatuses' | 'currentStatuses' | 'bins' | 'ks'>): Compared {
  const [n, m] = [sumOf(bins.reference), sumOf(bins.current)];
  const used = bins.reference.filter((count, bin) => count + (bins.current[bin] ?? 0) > 0).length;
  const binnedP = n > 0 && m > 0 ? chiSquareContingency(bins.reference, bins.current).p : null;
  return {
    ...feature,
    referenceCount: n,
    currentCount: m,
    psi: psi(bins.reference, bins.current).psi,
    psiNullLevel: n > 0 && m > 0 ? Math.max(0, used - 1) * (1 / n + 1 / m) : null,
    binnedP,
    jensenShannon: binnedDistances(bins.reference, bins.current)?.jensenShannonDistanceNat ?? null,
    ks: ks && { d: ks.d, p: ks.p, method: ks.method },
    bins,
    // Two tests of one feature: Bonferroni within it, Benjamini–Hochberg over the features.
    p: binnedP === null ? null : ks === null ? binnedP : Math.min(1, 2 * Math.min(binnedP, ks.p)),
  };
}

const sumOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

/** Judges all features of two windows together; samples stand in the same order. */
export function judgeDrift(
  reference: readonly ValueSample[],
  current: readonly ValueSample[],
  preset: DriftPreset,
): DriftJudgement {
  return judgeCompared(
    reference.map((sample, i) => compare(sample, current[i] ?? emptyLike(sample))),
    preset,
  );
}

/** Judges all features together: each p-value is corrected for the others. */
export function judgeCompared(compared: readonly Compared[], preset: DriftPreset): DriftJudgement {
  const tested = compared.filter(({ p }) => p !== null);
  const pValues = tested.map(({ p }) => p ?? 1);
  const adjusted = adjustPValues(pValues, 'benjaminiHochberg');
  const adjustedOf = new Map(tested.map((one, i) => [one, adjusted[i] ?? 1]));
  const features = compared.map((one): FeatureDrift => {
    const { p: _, ...feature } = one;
    const adjustedP = adjustedOf.get(one) ?? null;
    const { psi: psiValue, jensenShannon, ks, referenceCount, currentCount } = feature;
    const evidence = { psi: psiValue, jensenShannon, ksD: ks?.d ?? null, ksP: ks?.p ?? null, adjustedP };
    const severity = severityOf({ ...evidence, n: Math.min(referenceCount, currentCount) }, preset);
    return { ...feature, adjustedP, severity };
  });
  return { preset, severity: worstSeverity(features.map(({ severity }) => severity)), features };
}

const emptyLike = ({ name }: ValueSample): ValueSample => ({
  name,
  numbers: [],
  longIntegers: [],
  categories: {},
  statuses: {},
});
