import type { TierPolicy } from './tier-policy.ts';

type Limit = TierPolicy['quality']['limits'][number];
type Distributions = NonNullable<TierPolicy['compatibility']['distributions']>;
type Fairness = NonNullable<TierPolicy['fairness']>;

/** A policy that asks for all that either of two asks for: what one leaves open, the other decides. */
export const stricterPolicy = (one: TierPolicy, other: TierPolicy): TierPolicy => ({
  approvals: Math.max(one.approvals, other.approvals),
  committee: Math.max(one.committee, other.committee),
  revalidateDays: lower(one.revalidateDays, other.revalidateDays),
  evaluation: {
    recomputed: one.evaluation.recomputed || other.evaluation.recomputed,
    leastRows: Math.max(one.evaluation.leastRows, other.evaluation.leastRows),
  },
  quality: {
    limits: stricterLimits(one.quality.limits, other.quality.limits),
    noWorseThanChampion: one.quality.noWorseThanChampion || other.quality.noWorseThanChampion,
  },
  fairness:
    one.fairness && other.fairness ? stricterFairness(one.fairness, other.fairness) : (one.fairness ?? other.fairness),
  security: {
    operators: inBoth(one.security.operators, other.security.operators),
    mostBytes: lower(one.security.mostBytes, other.security.mostBytes),
  },
  compatibility: {
    distributions: stricterDistributions(one.compatibility.distributions, other.compatibility.distributions),
  },
  performance: {
    mostP99Ms: lower(one.performance.mostP99Ms, other.performance.mostP99Ms),
    leastRowsPerSecond: higher(one.performance.leastRowsPerSecond, other.performance.leastRowsPerSecond),
    mostMemoryBytes: lower(one.performance.mostMemoryBytes, other.performance.mostMemoryBytes),
  },
  explainability: one.explainability || other.explainability,
  triedFirst: one.triedFirst || other.triedFirst,
});

const lower = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : Math.min(one, other);
const higher = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : Math.max(one, other);

const inBoth = (one: readonly string[] | null, other: readonly string[] | null): string[] | null => {
  if (!one || !other) return [...(one ?? other ?? [])].length > 0 ? [...(one ?? other ?? [])] : null;
  return one.filter((operator) => other.includes(operator));
};

/** How many days are recent is no question of strictness: the first decides. */
const stricterDistributions = (one: Distributions | null, other: Distributions | null): Distributions | null =>
  one && other
    ? {
        mostPsi: Math.min(one.mostPsi, other.mostPsi),
        leastRows: Math.max(one.leastRows, other.leastRows),
        recentDays: one.recentDays,
        mustBeComputed: one.mustBeComputed || other.mustBeComputed,
      }
    : (one ?? other);

/** The first that names a metric keeps its place. */
function stricterLimits(one: readonly Limit[], other: readonly Limit[]): Limit[] {
  const limits = new Map<string, Limit>();
  for (const limit of [...one, ...other]) {
    const held = limits.get(limit.metric);
    const least = higher(held?.least ?? null, limit.least ?? null);
    const most = lower(held?.most ?? null, limit.most ?? null);
    limits.set(limit.metric, {
      metric: limit.metric,
      ...(least !== null && { least }),
      ...(most !== null && { most }),
    });
  }
  return [...limits.values()];
}

const stricterFairness = (one: Fairness, other: Fairness): Fairness => ({
  attributesRequired: one.attributesRequired || other.attributesRequired,
  // Smaller groups are judged as well.
  leastRows: Math.min(one.leastRows, other.leastRows),
  limits: {
    demographicParity: lower(one.limits.demographicParity, other.limits.demographicParity),
    equalOpportunity: lower(one.limits.equalOpportunity, other.limits.equalOpportunity),
    predictiveParity: lower(one.limits.predictiveParity, other.limits.predictiveParity),
    // A ratio of the lowest share to the highest, not a difference.
    fourFifths: higher(one.limits.fourFifths, other.limits.fourFifths),
  },
});
