import type { Recipe } from '../../schema/recipe.ts';
import type { Stopwatch } from './stopwatch.ts';

/** The stages that are held against a budget when they are over; features are cut off at theirs. */
const STAGES = { model: 'modelsMs', rules: 'rulesMs', log: 'logMs', total: 'totalMs' } as const;
export type BudgetedStage = keyof typeof STAGES;

/** By how many milliseconds stages took longer than their budgets, as far as they have ended. */
export function overruns(
  { budgets }: Pick<Recipe, 'budgets'>,
  watch: Stopwatch,
): Readonly<Partial<Record<BudgetedStage, number>>> {
  const over: Partial<Record<BudgetedStage, number>> = {};
  for (const stage of ['model', 'rules', 'log', 'total'] as const) {
    const budgetMs = budgets[STAGES[stage]];
    if (budgetMs === undefined) continue;
    const overMs = (stage === 'total' ? watch.elapsedMs() : watch.spentMs(stage)) - budgetMs;
    if (overMs > 0) over[stage] = overMs;
  }
  return over;
}
