import { pairedMomentsTest } from '../../../core/statistics/means.ts';
import { mergeMoments, NO_MOMENTS, type Moments } from '../../../core/statistics/moments.ts';
import type { Interval } from '../../../core/statistics/interval.ts';
import { refuse } from './refuse.ts';

/** What a decision costs where its outcome is a positive, or is none. Below 0 it is a gain. */
export interface DecisionCost {
  readonly decision: string;
  readonly positive: boolean;
  readonly cost: number;
}

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

const MOST_COSTS = 100;

/** Throws INVALID_INPUT for a cost that is no number, or is given twice. */
export function checkCosts(costs: readonly DecisionCost[]): void {
  if (costs.length > MOST_COSTS) throw refuse('costs', `there are ${costs.length}; allowed: up to ${MOST_COSTS}`);
  for (const [i, { decision, positive, cost }] of costs.entries()) {
    if (!Number.isFinite(cost)) throw refuse(`costs.${i}.cost`, 'must be a finite number');
    if (costs.slice(0, i).some((other) => other.decision === decision && other.positive === positive)) {
      const when = positive ? 'a positive' : 'no positive';
      throw refuse(`costs.${i}.decision`, `the cost of "${decision}" with ${when} is declared twice`);
    }
  }
}

/** Pair by pair, so that what both cost alike does not blur the difference. */
export function impactOf(costs: readonly DecisionCost[], cells: readonly DecidedCell[]): ShadowImpact {
  const costOf = (decision: string, positive: boolean): number | null =>
    costs.find((cost) => cost.decision === decision && cost.positive === positive)?.cost ?? null;
  let [primary, candidate, undeclared] = [0, 0, 0];
  let differences: Moments = NO_MOMENTS;
  for (const cell of cells) {
    const [was, wouldBe] = [costOf(cell.primary, cell.positive), costOf(cell.candidate, cell.positive)];
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
