import { costOf, type DecisionCost } from '../../../../core/decision-cost.ts';
import { pairedMomentsTest } from '../../../../core/statistics/means.ts';
import { mergeMoments, NO_MOMENTS, type Moments } from '../../../../core/statistics/moments.ts';
import type { Interval } from '../../../../core/statistics/interval.ts';

/** Pairs with the same decisions of both and the same outcome. */
export interface DecidedCell {
  readonly primary: string;
  readonly candidate: string;
  readonly positive: boolean;
  readonly count: number;
}

/** What the candidate would have cost, by the costs that were declared before it ran. */
export interface ShadowImpact {
  readonly pairs: number;
  /** Pairs with a decision whose cost nobody declared: left out. */
  readonly undeclared: number;
  /** Per answer. */
  readonly primary: number | null;
  readonly candidate: number | null;
  /** Candidate minus primary, per answer: below 0 it saves. */
  readonly difference: number | null;
  readonly interval: Interval | null;
  readonly p: number;
  /** Over all pairs. */
  readonly total: number;
}

/** Pair by pair, so that what both cost alike does not blur the difference. */
export function impactOf(costs: readonly DecisionCost[], cells: readonly DecidedCell[]): ShadowImpact {
  let [primary, candidate, undeclared] = [0, 0, 0];
  let differences: Moments = NO_MOMENTS;
  for (const cell of cells) {
    const [was, wouldBe] = [costOf(costs, cell.primary, cell.positive), costOf(costs, cell.candidate, cell.positive)];
    if (was === null || wouldBe === null) {
      undeclared += cell.count;
      continue;
    }
    primary += was * cell.count;
    candidate += wouldBe * cell.count;
    differences = mergeMoments(differences, { n: cell.count, mean: wouldBe - was, m2: 0 });
  }
  const { n } = differences;
  const { difference, interval, pTwoSided: p } = pairedMomentsTest(differences);
  const mean = (sum: number): number | null => (n === 0 ? null : sum / n);
  const means = { primary: mean(primary), candidate: mean(candidate) };
  return { pairs: n, undeclared, ...means, difference, interval, p, total: candidate - primary };
}
