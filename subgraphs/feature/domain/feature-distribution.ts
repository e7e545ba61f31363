import { DomainError } from '../../../core/errors.ts';
import { binCounts, driftBins } from '../../../core/statistics/binning.ts';
import { alignCategories } from '../../../core/statistics/categories.ts';
import { chiSquareContingency } from '../../../core/statistics/chi-square-test.ts';
import { binnedDistances } from '../../../core/statistics/distances.ts';
import { psi } from '../../../core/statistics/psi.ts';
import type { FeatureService } from './feature-service.ts';
import type { FeatureView } from './feature-view.ts';

export const DISTRIBUTION_KINDS = ['NUMERIC', 'CATEGORICAL'] as const;
export type DistributionKind = (typeof DISTRIBUTION_KINDS)[number];

export const NOT_COMPARED_REASONS = ['NOT_IN_TRAINING_SET', 'OTHER_TYPE', 'MOMENT'] as const;
export type NotComparedReason = (typeof NOT_COMPARED_REASONS)[number];

export interface NotComparedFeature {
  readonly name: string;
  readonly reason: NotComparedReason;
}

/** How often the values of a feature fell where, in a training set and among recent ones. */
export interface FeatureDistribution {
  readonly name: string;
  readonly kind: DistributionKind;
  /** Of numbers: where one part ends and the next begins. */
  readonly edges: readonly number[];
  /** Of texts and booleans: one for each count but the last. */
  readonly categories: readonly string[];
  /** The last count is that of rows without a value. */
  readonly training: readonly number[];
  readonly recent: readonly number[];
  readonly psi: number;
  /** √divergence with natural logarithm. */
  readonly jensenShannon: number;
  /** Of the χ² test that both come from the same shares. */
  readonly p: number;
}

/** The values of one feature, row by row; null where a row has none. */
export type Values = readonly (number | string | null)[];

export interface FeatureDistributionsInput {
  readonly service: string;
  readonly trainingSet: string;
  readonly recentDays: number;
}

const BINS = 10;
const MOST_CATEGORIES = 100;
const OTHER = '(other)';
const MOST_DAYS = 366;

/** Bins belong to the training set; a number that is none, and the infinities, count as no value. */
export function compareValues(name: string, kind: DistributionKind, training: Values, recent: Values) {
  const bins = kind === 'NUMERIC' ? numericBins(training, recent) : categoryBins(training, recent);
  const before = [...bins.training, missingIn(kind, training)];
  const after = [...bins.recent, missingIn(kind, recent)];
  return {
    name,
    kind,
    edges: bins.edges,
    categories: bins.categories,
    training: before,
    recent: after,
    psi: psi(before, after).psi ?? 0,
    jensenShannon: binnedDistances(before, after)?.jensenShannonDistanceNat ?? 0,
    p: chiSquareContingency(before, after).p,
  } satisfies FeatureDistribution;
}

const numbersOf = (values: Values): number[] =>
  values.filter((value): value is number => typeof value === 'number' && Number.isFinite(value));
const textsOf = (values: Values): string[] => values.filter((value): value is string => typeof value === 'string');

const missingIn = (kind: DistributionKind, values: Values): number =>
  values.length - (kind === 'NUMERIC' ? numbersOf(values) : textsOf(values)).length;

type Bins = Pick<FeatureDistribution, 'edges' | 'categories' | 'training' | 'recent'>;

function numericBins(training: Values, recent: Values): Bins {
  const before = numbersOf(training);
  const edges = before.length === 0 ? [] : driftBins(before, BINS);
  return { edges, categories: [], training: binCounts(before, edges), recent: binCounts(numbersOf(recent), edges) };
}

/** The texts that a training set has most often; all others count as one. */
function categoryBins(training: Values, recent: Values): Bins {
  const all = countsOf(textsOf(training));
  const kept = new Set(
    [...all]
      .toSorted(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
      .slice(0, MOST_CATEGORIES)
      .map(([text]) => text),
  );
  const counted = (values: Values): Readonly<Record<string, number>> =>
    Object.fromEntries(countsOf(textsOf(values).map((text) => (kept.has(text) ? text : OTHER))));
  const { categories, reference, current } = alignCategories(counted(training), counted(recent));
  return { edges: [], categories, training: reference, recent: current };
}

function countsOf(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

/** Throws INVALID_INPUT. */
export function checkRecentDays(days: number): void {
  if (Number.isInteger(days) && days >= 1 && days <= MOST_DAYS) return;
  throw new DomainError('INVALID_INPUT', `recentDays: is ${days}; allowed: 1 to ${MOST_DAYS}`, {
    field: 'recentDays',
    allowed: { min: 1, max: MOST_DAYS },
  });
}

/** The views of a service whose events have all keys that it reads by. Throws FAILED_PRECONDITION where none has. */
export function viewsWithAllKeys(service: FeatureService, views: readonly FeatureView[]): readonly FeatureView[] {
  const keys = [...new Set(views.flatMap(({ joinKeys }) => joinKeys.map(({ name }) => name)))];
  const found = views.filter(({ joinKeys }) => keys.every((key) => joinKeys.some(({ name }) => name === key)));
  if (found.length > 0) return found;
  throw new DomainError(
    'FAILED_PRECONDITION',
    `service: no view of ${service.name}@${service.version} has all its join keys (${keys.join(', ')}), so that its events make no rows`,
    { field: 'service', allowed: 'a training set that was made from the events of a view that has them' },
  );
}
