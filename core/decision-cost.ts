import { DomainError } from './errors.ts';

/** What a decision costs where its outcome is a positive, or is none. Below 0 it is a gain. */
export interface DecisionCost {
  readonly decision: string;
  readonly positive: boolean;
  readonly cost: number;
}

const MOST_COSTS = 100;
const refuse = (field: string, message: string): DomainError =>
  new DomainError('INVALID_INPUT', `${field}: ${message}`, { field });

/** Throws INVALID_INPUT for a cost that is no number, or is given twice. */
export function checkCosts(costs: readonly DecisionCost[], field = 'costs'): void {
  if (costs.length > MOST_COSTS) throw refuse(field, `there are ${costs.length}; allowed: up to ${MOST_COSTS}`);
  for (const [i, { decision, positive, cost }] of costs.entries()) {
    if (!Number.isFinite(cost)) throw refuse(`${field}.${i}.cost`, 'must be a finite number');
    if (costs.slice(0, i).some((other) => other.decision === decision && other.positive === positive)) {
      const when = positive ? 'a positive' : 'no positive';
      throw refuse(`${field}.${i}.decision`, `the cost of "${decision}" with ${when} is declared twice`);
    }
  }
}

/** The cost that was declared; null where none was. */
export const costOf = (costs: readonly DecisionCost[], decision: string, positive: boolean): number | null =>
  costs.find((cost) => cost.decision === decision && cost.positive === positive)?.cost ?? null;
