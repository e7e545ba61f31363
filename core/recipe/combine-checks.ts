import type { Combine, Recipe } from '../../schema/recipe.ts';
import type { Report } from './problem.ts';

/** How far the sum of weights may be from 1: what decimal fractions lose in binary. */
const MOST_OFF = 1e-9;

/** Several models say how their scores become one, and one alone does not. */
export function checkCombine(
  { models, combine }: Pick<Recipe, 'models' | 'combine'>,
  names: readonly string[],
  report: Report,
): void {
  if (models.length === 1) {
    if (combine) report('combine', 'there is one model and nothing to combine: leave it out');
  } else if (!combine) {
    report('combine', `there are ${models.length} models: say how their scores become one`, [
      'WEIGHTED_MEAN',
      'MAX',
      'STACK',
      'EXPRESSION',
    ]);
  } else if (combine.kind === 'WEIGHTED_MEAN') {
    checkWeights(combine, names, report);
  } else if (combine.kind === 'STACK') {
    const last = names.at(-1) ?? '';
    if (combine.model !== last)
      report('combine.model', 'the model that is stacked upon the others is the last', [last]);
  }
}

function checkWeights(
  { weights }: Extract<Combine, { kind: 'WEIGHTED_MEAN' }>,
  names: readonly string[],
  report: Report,
): void {
  for (const name of Object.keys(weights)) {
    if (!names.includes(name)) report(`combine.weights.${name}`, `there is no model "${name}"`, names);
  }
  for (const name of names) {
    if (!Object.hasOwn(weights, name)) report('combine.weights', `the model "${name}" has no weight`, [name]);
  }
  const sum = Object.values(weights).reduce((total, weight) => total + weight, 0);
  if (Math.abs(sum - 1) > MOST_OFF) report('combine.weights', `the weights sum to ${sum}: they must sum to 1`, ['1']);
}
