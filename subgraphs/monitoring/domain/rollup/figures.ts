import { emptySketch, mergeSketches, withValues, type DdSketch } from '../../../../core/sketch/ddsketch.ts';

/** How far a quantile of a rollup may be from the value of its rank, as a share of that value. */
export const ACCURACY = 0.01;
/** Names that are counted apart in one rollup, such as decisions; the rest counts as `other`. */
export const MOST_NAMES = 100;
const REST = 'other';

/** Numbers of which the count, the sum and the quantiles are asked. */
export interface Distribution {
  readonly sum: number;
  readonly sketch: DdSketch;
}

export type NamedCounts = Readonly<Record<string, number>>;

/** What is kept of answers when they are counted together. */
export interface RollupFigures {
  readonly answers: number;
  /** Answers for which a model failed or was not admitted. */
  readonly failed: number;
  /** Answers that a fallback gave, by cause. */
  readonly fallbacks: NamedCounts;
  readonly decisions: NamedCounts;
  /** Milliseconds that answers took, whole; those that were not timed are left out. */
  readonly latency: Distribution;
  readonly score: Distribution;
}

export const distributionOf = (values: readonly number[]): Distribution => ({
  sum: values.reduce((sum, value) => sum + value, 0),
  sketch: withValues(emptySketch(ACCURACY), values),
});

const mergeDistributions = (a: Distribution, b: Distribution): Distribution => ({
  sum: a.sum + b.sum,
  sketch: mergeSketches(a.sketch, b.sketch),
});

/** Counts of both by name; a name beyond the first hundred counts as `other`. */
export function mergeCounts(a: NamedCounts, b: NamedCounts): NamedCounts {
  const counts = new Map(Object.entries(a));
  for (const [name, count] of Object.entries(b)) {
    const key = counts.has(name) || counts.size < MOST_NAMES ? name : REST;
    counts.set(key, (counts.get(key) ?? 0) + count);
  }
  return Object.fromEntries(counts);
}

export const NOTHING: RollupFigures = {
  answers: 0,
  failed: 0,
  fallbacks: {},
  decisions: {},
  latency: distributionOf([]),
  score: distributionOf([]),
};

/** The figures of all answers of both: counts and sketches are the very ones of all answers at once. */
export const mergeFigures = (a: RollupFigures, b: RollupFigures): RollupFigures => ({
  answers: a.answers + b.answers,
  failed: a.failed + b.failed,
  fallbacks: mergeCounts(a.fallbacks, b.fallbacks),
  decisions: mergeCounts(a.decisions, b.decisions),
  latency: mergeDistributions(a.latency, b.latency),
  score: mergeDistributions(a.score, b.score),
});

export const countOf = (counts: NamedCounts): number => Object.values(counts).reduce((sum, count) => sum + count, 0);
