import type { Combine, Recipe } from '../../schema/recipe.ts';
import { DomainError } from '../errors.ts';
import { evaluateExpression } from '../expression/evaluate.ts';
import type { Expression } from '../expression/expression.ts';
import type { Report } from './problem.ts';

/** The one score of a recipe from those of its models, in their order. Throws INVALID_INPUT where it has none. */
export type Combination = (scores: readonly number[]) => number;

/** Gives the checked expression over the models' names. Throws INVALID_INPUT where there is none. */
export type CombineSource = (expression: string, names: readonly string[]) => Expression;

/** How far the sum of weights may be from 1: what decimal fractions lose in binary. */
const MOST_OFF = 1e-9;

/** How the scores become one: a single model's is taken as it is, several need a rule. */
export function compiledCombination(
  { models, combine }: Recipe,
  expressionOf: CombineSource,
  report: Report,
): { readonly combination: Combination; readonly expression: Expression | null } {
  const names = models.map(({ name }) => name);
  const alone = { combination: ([score = Number.NaN]: readonly number[]) => score, expression: null };
  if (models.length === 1) {
    if (combine) report('combine', 'there is one model and nothing to combine: leave it out');
    return alone;
  }
  if (!combine) {
    report('combine', `there are ${models.length} models: say how their scores become one`, [
      'WEIGHTED_MEAN',
      'MAX',
      'EXPRESSION',
    ]);
    return alone;
  }
  if (combine.kind === 'WEIGHTED_MEAN') return { combination: weightedMean(combine, names, report), expression: null };
  if (combine.kind === 'MAX') return { combination: (scores) => Math.max(...scores), expression: null };
  try {
    const expression = expressionOf(combine.expression, names);
    return { combination: byExpression(expression, names), expression };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    report('combine.expression', error.message);
    return alone;
  }
}

function weightedMean(
  { weights }: Extract<Combine, { kind: 'WEIGHTED_MEAN' }>,
  names: readonly string[],
  report: Report,
): Combination {
  for (const name of Object.keys(weights)) {
    if (!names.includes(name)) report(`combine.weights.${name}`, `there is no model "${name}"`, names);
  }
  for (const name of names) {
    if (!Object.hasOwn(weights, name)) report('combine.weights', `the model "${name}" has no weight`, [name]);
  }
  const sum = Object.values(weights).reduce((total, weight) => total + weight, 0);
  if (Math.abs(sum - 1) > MOST_OFF) report('combine.weights', `the weights sum to ${sum}: they must sum to 1`, ['1']);
  const inOrder = names.map((name) => weights[name] ?? 0);
  return (scores) => inOrder.reduce((total, weight, i) => total + weight * (scores[i] ?? Number.NaN), 0);
}

const byExpression =
  (expression: Expression, names: readonly string[]): Combination =>
  (scores) =>
    Number(evaluateExpression(expression, Object.fromEntries(names.map((name, i) => [name, scores[i]]))));
