import type { Combine, Recipe } from '../../schema/recipe.ts';
import { DomainError } from '../errors.ts';
import { evaluateExpression } from '../expression/evaluate.ts';
import type { Expression } from '../expression/expression.ts';
import { checkCombine } from './combine-checks.ts';
import type { CompiledModel } from './models.ts';
import type { Report } from './problem.ts';
import type { Values } from './value.ts';

/**
 * The one score of a recipe from those of its models, in their order; null stands for one that was passed over. Throws
 * INVALID_INPUT where it has none.
 */
export type Combination = (scores: readonly (number | null)[]) => number;

/** Gives the checked expression over the models' names. Throws INVALID_INPUT where there is none. */
export type CombineSource = (expression: string, names: readonly string[]) => Expression;

/** How the scores become one: a single model's is taken as it is, several need a rule. */
export function compiledCombination(
  { models, combine }: Recipe,
  expressionOf: CombineSource,
  report: Report,
): { readonly combination: Combination; readonly expression: Expression | null } {
  const names = models.map(({ name }) => name);
  const alone = { combination: ([score]: readonly (number | null)[]) => score ?? Number.NaN, expression: null };
  checkCombine({ models, combine }, names, report);
  if (models.length === 1 || !combine) return alone;
  if (combine.kind === 'WEIGHTED_MEAN') return { combination: weightedMean(combine, names), expression: null };
  if (combine.kind === 'MAX') return { combination: greatest, expression: null };
  if (combine.kind === 'STACK') {
    return { combination: (scores) => scores.at(-1) ?? Number.NaN, expression: null };
  }
  try {
    const expression = expressionOf(combine.expression, names);
    return { combination: byExpression(expression, names), expression };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    report('combine.expression', error.message);
    return alone;
  }
}

function weightedMean({ weights }: Extract<Combine, { kind: 'WEIGHTED_MEAN' }>, names: readonly string[]): Combination {
  const inOrder = names.map((name) => weights[name] ?? 0);
  return (scores) => {
    let total = 0;
    let counted = 0;
    for (const [i, weight] of inOrder.entries()) {
      const score = scores[i] ?? null;
      if (score === null) continue;
      total += weight * score;
      counted += weight;
    }
    // The weights of those that answered are scaled to sum to 1 again.
    return scores.includes(null) ? total / counted : total;
  };
}

const greatest: Combination = (scores) => Math.max(...scores.filter((score) => score !== null));

const byExpression =
  (expression: Expression, names: readonly string[]): Combination =>
  (scores) =>
    Number(evaluateExpression(expression, Object.fromEntries(names.map((name, i) => [name, scores[i]]))));

/** Whether a model is fed the scores of the others. */
export const isStacked = ({ combine, models }: Pick<Recipe, 'combine' | 'models'>, i: number): boolean =>
  combine?.kind === 'STACK' && i === models.length - 1;

/** What models said, or what stands in for one that said nothing. */
export const countingScores = (
  models: readonly Pick<CompiledModel, 'standIn'>[],
  scores: readonly (number | null)[],
): (number | null)[] => scores.map((score, i) => score ?? models[i]?.standIn ?? null);

/** Named values with the scores that count, by the models' names. */
export function withScores(
  models: readonly Pick<CompiledModel, 'name' | 'standIn'>[],
  values: Values,
  scores: readonly (number | null)[],
): Values {
  const named = { ...values };
  for (const [i, score] of countingScores(models, scores).entries()) {
    const name = models[i]?.name;
    if (name !== undefined) named[name] = score;
  }
  return named;
}
