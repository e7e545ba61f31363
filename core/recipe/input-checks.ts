import type { Recipe } from '../../schema/recipe.ts';
import type { Report } from './problem.ts';

/** An array is numbers, whole, and too large for the log. */
export function checkArray({ dtype, required, personal }: Recipe['inputs'][number], report: Report, at: string): void {
  if (dtype !== 'FLOAT64') report(`${at}.dtype`, `an array holds FLOAT64, not ${dtype}`, ['FLOAT64']);
  if (!required) report(`${at}.required`, 'an array cannot be left out', ['true']);
  if (personal) report(`${at}.personal`, 'an array is never logged, so it is not personal', ['false']);
}

/** Each stage fits into the whole. */
export function checkBudgets({ budgets }: Recipe, report: Report): void {
  const { totalMs, ...stages } = budgets;
  for (const [stage, ms] of Object.entries(stages)) {
    if (ms !== undefined && ms > totalMs) report(`budgets.${stage}`, `must fit into totalMs, which is ${totalMs}`);
  }
}
