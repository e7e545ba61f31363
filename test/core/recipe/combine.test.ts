import { describe, expect, it } from 'vitest';
import { DomainError } from '../../../core/errors.ts';
import { Recipe, type RecipeInput } from '../../../schema/recipe.ts';
import { checkRecipe } from '../../../subgraphs/registry/domain/serving/recipe.ts';
import { layout, recipe, release } from '../../edge/support/release.ts';

const { document } = await release();
const contract = document.models[0]!.contract;
const use = (name: string, more: object = {}) => ({ ...recipe.models[0]!, name, ...more });
const both = [use('trees'), use('net')];
const MEAN = { kind: 'WEIGHTED_MEAN' as const, weights: { trees: 0.75, net: 0.25 } };

function problemsOf(more: Partial<RecipeInput>): readonly any[] {
  try {
    checkRecipe(Recipe.parse({ ...recipe, ...more }), { layout, contractOf: () => contract });
    return [];
  } catch (error) {
    if (error instanceof DomainError) return error.details['problems'] as any[];
    throw error;
  }
}

const STACKED = ['trees', 'net', 'amount', 'ratio'];
const stack = (more: object = {}) => use('meta', { inputs: [{ tensor: 'features', columns: STACKED }], ...more });

describe('combine', () => {
  it.each<[string, Partial<RecipeInput>]>([
    ['weights', { models: both, combine: MEAN }],
    [
      'weights of ten parts',
      { models: [...both, use('c')], combine: { ...MEAN, weights: { trees: 0.1, net: 0.2, c: 0.7 } } },
    ],
    [
      'weights within what decimals lose',
      { models: both, combine: { ...MEAN, weights: { trees: 0.7500000001, net: 0.25 } } },
    ],
    ['the greatest', { models: both, combine: { kind: 'MAX' } }],
    ['an expression', { models: both, combine: { kind: 'EXPRESSION', expression: 'trees > 0.9 ? trees : net' } }],
    ['a model upon the others', { models: [...both, stack()], combine: { kind: 'STACK', model: 'meta' } }],
    ['a model that may fail', { models: [use('trees'), use('net', { onError: 'SKIP' })], combine: MEAN }],
    [
      'a model that may fail, with a stand-in',
      {
        models: [use('trees', { onError: 'SKIP', standIn: 0.5 }), use('net'), stack()],
        combine: { kind: 'STACK', model: 'meta' },
      },
    ],
    ['eight models', { models: 'abcdefgh'.split('').map((name) => use(name)), combine: { kind: 'MAX' } }],
  ])('is taken: %s', (_, more) => expect(problemsOf(more)).toEqual([]));

  it.each<[string, Partial<RecipeInput>, string, string]>([
    ['no rule for two models', { models: both }, 'combine', 'there are 2 models'],
    ['a rule for one model', { combine: { kind: 'MAX' } }, 'combine', 'nothing to combine'],
    [
      'weights that sum to less than 1',
      { models: both, combine: { ...MEAN, weights: { trees: 0.75, net: 0.2 } } },
      'combine.weights',
      'the weights sum to 0.95: they must sum to 1',
    ],
    [
      'a weight for nobody',
      { models: both, combine: { ...MEAN, weights: { trees: 0.75, net: 0.25, forest: 0 } } },
      'combine.weights.forest',
      'there is no model "forest"',
    ],
    [
      'a model without a weight',
      { models: both, combine: { ...MEAN, weights: { trees: 1 } } },
      'combine.weights',
      '"net"',
    ],
    [
      'an expression over unknown names',
      { models: both, combine: { kind: 'EXPRESSION', expression: 'trees *\n amount' } },
      'combine.expression',
      'Line 2, column 2 of the expression: Unknown variable: amount',
    ],
    [
      'an expression of another type',
      { models: both, combine: { kind: 'EXPRESSION', expression: 'trees > net' } },
      'combine.expression',
      'the result is bool',
    ],
    [
      'a stack that is not the last',
      { models: [stack({ inputs: recipe.models[0]!.inputs }), ...both], combine: { kind: 'STACK', model: 'meta' } },
      'combine.model',
      'is the last; allowed: net',
    ],
    [
      'a stack that is not there',
      { models: both, combine: { kind: 'STACK', model: 'meta' } },
      'combine.model',
      'is the last',
    ],
    [
      'scores as columns without a stack',
      { models: [...both, stack()], combine: { kind: 'MAX' } },
      'models.2.inputs.0.columns.0',
      '"trees" is no input',
    ],
    [
      'its own score as a column',
      {
        models: [...both, stack({ inputs: [{ tensor: 'features', columns: ['meta', 'net', 'amount', 'ratio'] }] })],
        combine: { kind: 'STACK', model: 'meta' },
      },
      'models.2.inputs.0.columns.0',
      '"meta" is no input',
    ],
    ['one model that may fail', { models: [use('trees', { onError: 'SKIP' })] }, 'models.0.onError', 'no other model'],
    [
      'a stack that may fail',
      { models: [...both, stack({ onError: 'SKIP', standIn: 0.5 })], combine: { kind: 'STACK', model: 'meta' } },
      'models.2.onError',
      'without it there is none',
    ],
    [
      'no stand-in where each score is needed',
      {
        models: [use('trees'), use('net', { onError: 'SKIP' })],
        combine: { kind: 'EXPRESSION', expression: 'trees * net' },
      },
      'models.1.standIn',
      'EXPRESSION needs a score of each model',
    ],
    [
      'a stand-in that never counts',
      { models: [use('trees'), use('net', { standIn: 0.5 })], combine: MEAN },
      'models.1.standIn',
      'only with onError SKIP',
    ],
  ])('is refused: %s', (_, more, field, why) => {
    const problems = problemsOf(more);
    const found = problems.find((one) => one.field === `recipe.${field}`);
    expect(found, JSON.stringify(problems)).toBeDefined();
    expect(`${found.message}; allowed: ${found.allowed?.join(', ')}`).toContain(why);
  });

  it('takes eight models, and no ninth', () => {
    const models = 'abcdefghi'.split('').map((name) => use(name));
    expect(Recipe.safeParse({ ...recipe, models, combine: { kind: 'MAX' } }).error?.issues).toMatchObject([
      { path: ['models'], code: 'too_big', maximum: 8 },
    ]);
  });
});
