import { describe, expect, it } from 'vitest';
import { compilePlan } from '../../../edge/recipe/plan.ts';
import { DomainError } from '../../../core/errors.ts';
import { Recipe, type RecipeInput } from '../../../schema/recipe.ts';
import { checkRecipe } from '../../../subgraphs/registry/domain/serving/recipe.ts';
import { layout, recipe, release } from '../../edge/support/release.ts';

const { document, digest } = await release();
const contract = document.models[0]!.contract;
const because = { confidence: 0.9, reason: 'as it says' };
const rule = (name: string, when: string, more: object = {}) => ({ name, when, action: 'REVIEW', ...because, ...more });
const conditions = (...texts: readonly string[]) => texts.map((when, i) => rule(`r${i}`, when));

const inputs: RecipeInput['inputs'] = [
  ...recipe.inputs,
  { name: 'country', dtype: 'STRING', required: false },
  { name: 'items', dtype: 'INT64' },
  { name: 'new_card', dtype: 'BOOL' },
];
const written = (more: Partial<RecipeInput>): Recipe => Recipe.parse({ ...recipe, inputs, output: {}, ...more });

/** What the registry says of a recipe: its problems, none where it takes it. */
function problemsOf(more: Partial<RecipeInput>): readonly any[] {
  try {
    checkRecipe(written(more), { layout, contractOf: () => contract });
    return [];
  } catch (error) {
    if (error instanceof DomainError) return error.details['problems'] as any[];
    throw error;
  }
}
const fieldsOf = (...texts: readonly string[]): readonly string[] =>
  problemsOf({ rules: conditions(...texts) }).map(({ field }) => field);

describe('rules', () => {
  it('read inputs, features, derived fields and the score, each by its type', () => {
    const texts = [
      'score > 0.9',
      'score > 0.5 && amount > 50000.0',
      'user_txn__count_1h >= 5',
      'ratio > 10.0 || (has(inputs.note) && inputs.note == "gift")',
      '!has(features.user_txn__amount_24h)',
      'new_card && country in ["IN", "NP"]',
      'true',
    ];
    expect(problemsOf({ rules: conditions(...texts) })).toEqual([]);
    const { rules } = checkRecipe(written({ rules: conditions(...texts) }), { layout, contractOf: () => contract });
    expect(rules.map(({ name }) => name)).toEqual(texts.map((_, i) => `r${i}`));
  });

  it.each([
    ['a name that is not there', 'scor > 0.9', 'Unknown variable: scor'],
    ['types that do not meet', 'amount > "5"', 'double > string'],
    ['an int beside a double', 'user_txn__count_1h == 1.5', 'int == double'],
    ['what is no condition', 'amount * 2.0', 'the result is double; allowed: bool'],
    ['bad syntax', 'amount >', 'Line 1, column'],
    ['a division of literals by zero', '1 / 0 > amount', 'divided by zero'],
    ['an array', 'window[0] > 1.0', 'Unknown variable: window'],
  ])('are refused with %s, at their place', (_, when, why) => {
    const window = { name: 'window', dtype: 'FLOAT64' as const, shape: [3] };
    const [problem] = problemsOf({ inputs: [...inputs, window], rules: conditions('new_card', when) });
    expect(problem).toMatchObject({ field: 'recipe.rules.1.when', message: expect.stringContaining(why) });
    expect(problem.message).toMatch(/^Line 1, column \d+ of the expression: /);
  });

  it('say which line of a condition is wrong', () => {
    const [problem] = problemsOf({ rules: conditions('new_card &&\n  amout > 3.0') });
    expect(problem.message).toMatch(/^Line 2, column 3 of the expression: Unknown variable: amout/);
  });

  it('may read what each of several models says', () => {
    const use = (name: string) => ({ ...recipe.models[0]!, name });
    const more: Partial<RecipeInput> = { models: [use('trees'), use('net')], combine: { kind: 'MAX' } };
    expect(problemsOf({ ...more, rules: conditions('trees - net > 0.5', 'score > 0.9') })).toEqual([]);
    expect(problemsOf({ rules: conditions('trees > 0.5') })[0].field).toBe('recipe.rules.0.when');
  });

  it.each<[string, readonly string[]]>([
    ['a condition that is false', ['false']],
    ['one that is false whatever its names say', ['false && amount > 1.0']],
    ['one that fails whatever its names say', ['1 / (1 - 1) > 2 && new_card']],
    ['a range that is empty', ['score > 0.9 && score < 0.3']],
    ['an open range of one point', ['score >= 0.5 && score < 0.5']],
    ['no whole number between', ['items > 3 && 4 > items']],
    ['two texts at once', ['country == "IN" && country == "NP"']],
    ['none of a list', ['country in ["IN"] && country == "NP"']],
    ['yes and no', ['new_card && !new_card']],
    ['only alternatives that cannot be', ['(score > 1.0 && score < 0.0) || false']],
    ['an inner choice of none', ['new_card && (score > 1.0 && score < 0.0 || false)']],
  ])('are refused where they can never fire: %s', (_, texts) => {
    const problems = problemsOf({ rules: conditions(...texts) });
    expect(problems).toMatchObject([{ field: 'recipe.rules.0.when' }]);
    expect(problems[0].message).toBe('it can never fire: its condition is never true');
  });

  it.each<[string, readonly string[], string]>([
    ['after one that always matches', ['true', 'score > 0.9'], '"r0" (rules.0) before it always matches'],
    ['after one that matches in other words', ['true || new_card', 'score > 0.9'], 'always matches'],
    ['after the same', ['score > 0.9', 'score > 0.9'], 'whatever it matches, "r0" (rules.0) matches before it'],
    ['after a wider range', ['score > 0.3', 'score > 0.9'], '"r0"'],
    ['after a wider range the other way round', ['0.3 < score', 'new_card', 'score > 0.3 && items > 2'], '"r0"'],
    ['after a longer list', ['country in ["IN", "NP"]', 'country == "NP"'], '"r0"'],
    ['after a part of what it asks', ['amount > ratio', 'new_card && amount > ratio'], '"r0"'],
    ['after both of its alternatives', ['score > 0.8 || items > 5', 'items > 6 || score >= 0.9'], '"r0"'],
    ['after a rule on an input named by its group', ['inputs.items > 5', 'items > 6'], '"r0"'],
  ])('are refused where another one always decides: %s', (_, texts, why) => {
    const problems = problemsOf({ rules: conditions(...texts) });
    expect(problems).toMatchObject([{ field: `recipe.rules.${texts.length - 1}.when` }]);
    expect(problems[0].message).toContain(why);
  });

  it.each<[string, readonly string[]]>([
    ['a narrower range first', ['score > 0.9', 'score > 0.3', 'true']],
    ['ranges side by side', ['score > 0.9', 'score < 0.1', 'score >= 0.1 && score <= 0.9']],
    ['a closed bound after an open one', ['score > 0.5', 'score >= 0.5']],
    ['a whole number between', ['items > 3 && items < 5']],
    ['a point', ['score >= 0.5 && score <= 0.5']],
    ['a wider list after a shorter one', ['country == "IN"', 'country in ["IN", "NP"]']],
    ['one that asks less', ['new_card && score > 0.9', 'score > 0.9']],
    ['another value', ['amount > 5.0', 'ratio > 6.0']],
    ['an alternative more', ['score > 0.9', 'score > 0.95 || new_card']],
    ['what may fail in another way', ['10 / items > 1', 'items == 0']],
  ])('are taken where each can decide: %s', (_, texts) => expect(fieldsOf(...texts)).toEqual([]));

  it('decide by the actions of the recipe alone', () => {
    const odd = rule('odd', 'new_card', { action: 'BLOCK' });
    const [problem] = problemsOf({ rules: [odd] });
    expect(problem).toEqual({
      field: 'recipe.rules.0.action',
      message: '"BLOCK" is no action of the recipe',
      allowed: ['APPROVE', 'REVIEW', 'DECLINE'],
    });
    expect(problemsOf({ rules: [odd], output: { actions: ['BLOCK', 'LET_THROUGH'] } })).toEqual([]);
    const threshold = { threshold: 0.5, above: 'REVIEW', below: 'PASS' };
    expect(problemsOf({ rules: conditions('new_card'), output: { decision: threshold } })).toMatchObject([
      { field: 'recipe.output.decision.below' },
    ]);
    const fallback = {
      default: { kind: 'CONSTANT' as const, score: 0.5 },
      causes: { ENGINE_ERROR: { kind: 'CONSTANT' as const, score: 0.5, decision: 'MAYBE' } },
    };
    expect(problemsOf({ rules: conditions('new_card'), fallback }).map(({ field }) => field)).toEqual([
      'recipe.fallback.default.decision',
      'recipe.fallback.causes.ENGINE_ERROR.decision',
    ]);
  });

  it('can decide without a score where the fallback leaves it to them', () => {
    const only = (texts: readonly string[], fallback: NonNullable<RecipeInput['fallback']>) =>
      problemsOf({ rules: conditions(...texts), fallback });
    const byDefault = { default: { kind: 'RULES_ONLY' as const } };
    expect(only(['score > 0.9', 'items > 5'], byDefault)).toEqual([]);
    expect(only(['score > 0.9', 'score > 0.1 && items > 5'], byDefault)).toMatchObject([
      { field: 'recipe.fallback.default.kind', message: 'no rule of the recipe decides without a score' },
    ]);
    expect(
      problemsOf({ output: {}, fallback: { default: { kind: 'REFUSE' }, causes: { KILLED: { kind: 'RULES_ONLY' } } } }),
    ).toMatchObject([{ field: 'recipe.fallback.causes.KILLED.kind', allowed: ['CONSTANT', 'PREVIOUS', 'REFUSE'] }]);
    const late = { default: { kind: 'REFUSE' as const }, causes: { OVERRUN: { kind: 'PREVIOUS' as const } } };
    expect(problemsOf({ fallback: late })).toMatchObject([{ field: 'recipe.fallback.causes.OVERRUN.kind' }]);
  });

  it('are held to a budget that fits', () => {
    const budgets = { featuresMs: 10, modelsMs: 60, rulesMs: 50, logMs: 51, totalMs: 50 };
    expect(problemsOf({ budgets }).map(({ field }) => field)).toEqual([
      'recipe.budgets.modelsMs',
      'recipe.budgets.logMs',
    ]);
  });

  it('have names of their own, and leave "score" to the score', () => {
    expect(problemsOf({ rules: [rule('a', 'new_card'), rule('a', 'items > 1')] })).toMatchObject([
      { field: 'recipe.rules.1.name', message: 'there is a rule "a" before it' },
    ]);
    const more = { inputs: [...inputs, { name: 'score', dtype: 'FLOAT64' as const }] };
    expect(problemsOf(more)).toEqual([]);
    expect(problemsOf({ ...more, rules: conditions('new_card') })).toMatchObject([{ field: 'recipe.rules' }]);
  });

  it('are refused by a node as by the registry', async () => {
    const one = await release({ recipe: { ...recipe, output: {}, rules: conditions('score > 0.3', 'score > 0.9') } });
    expect(() => compilePlan(digest, one.document)).toThrow('rules.1.when: it can never fire');
    const lost = structuredClone(one.document);
    lost.recipe.rules.pop();
    expect(compilePlan(digest, lost).rules).toHaveLength(1);
    lost.rules = [];
    expect(() => compilePlan(digest, lost)).toThrow('the checked expression of "r0" is missing');
  });
});
