import { describe, expect, it } from 'vitest';
import { DomainError } from '../../../core/errors.ts';
import { compilePlan } from '../../../edge/recipe/plan.ts';
import { Recipe, type RecipeInput } from '../../../schema/recipe.ts';
import { segmentsOf } from '../../../core/recipe/segments.ts';
import { checkRecipe } from '../../../subgraphs/registry/domain/serving/recipe.ts';
import { layout, recipe, release } from '../../edge/support/release.ts';

const { document } = await release();
const contract = document.models[0]!.contract;
type Segments = NonNullable<RecipeInput['segments']>;

function problemsOf(segments: Segments, more: Partial<RecipeInput> = {}): readonly any[] {
  try {
    checkRecipe(Recipe.parse({ ...recipe, segments, ...more }), { layout, contractOf: () => contract });
    return [];
  } catch (error) {
    if (error instanceof DomainError) return error.details['problems'] as any[];
    throw error;
  }
}

// India is five and a half hours ahead.
const season = {
  name: 'season',
  expression: '(at + duration("5h30m")).getMonth() in [5, 6, 7, 8] ? "monsoon" : "dry"',
  values: ['monsoon', 'dry'],
};
const language = { name: 'language', expression: 'note.lowerAscii()', values: ['hi', 'ta'] };

describe('segments', () => {
  it('are read off inputs and the time of the request', async () => {
    expect(problemsOf([season, language])).toEqual([]);
    const one = await release({ recipe: { ...recipe, segments: [season, language] } });
    const { segments } = compilePlan(one.digest, one.document);
    const at = (time: string, inputs = {}): object => segmentsOf(segments, { note: null, ...inputs }, Date.parse(time));
    expect(at('2026-05-31T18:29:59Z')).toEqual({ season: 'dry' });
    expect(at('2026-05-31T18:30:00Z')).toEqual({ season: 'monsoon' });
    expect(at('2026-12-01T00:00:00Z', { note: 'TA' })).toEqual({ season: 'dry', language: 'ta' });
    expect(at('2026-12-01T00:00:00Z', { note: 'fr' })).toEqual({ season: 'dry', language: 'other' });
  });

  it.each<[string, Segments, string, RegExp]>([
    [
      'a feature, which is not read yet',
      [{ ...language, expression: 'string(user_txn__count_1h)' }],
      '0.expression',
      /Unknown variable/,
    ],
    ['another type than text', [{ ...language, expression: 'amount > 1.0' }], '0.expression', /the result is bool/],
    ['a name that is taken', [{ ...language, name: 'ratio' }], '0.name', /already stands/],
    ['one name twice', [season, { ...language, name: 'season' }], '1.name', /already stands/],
  ])('are refused with %s', (_, segments, field, why) => {
    expect(problemsOf(segments)).toContainEqual(
      expect.objectContaining({ field: `recipe.segments.${field}`, message: expect.stringMatching(why) }),
    );
  });

  it('keep "at" for the time, and "other" for what they do not name', () => {
    const inputs = [...recipe.inputs, { name: 'at', dtype: 'TIMESTAMP' as const }];
    expect(problemsOf([season], { inputs })).toMatchObject([{ field: 'recipe.segments' }]);
    expect(problemsOf([], { inputs })).toEqual([]);
    const other = { ...language, values: ['hi', 'other'] };
    expect(Recipe.safeParse({ ...recipe, segments: [other] }).error?.issues).toMatchObject([
      { path: ['segments', 0, 'values', 1], message: '"other" is there anyway' },
    ]);
  });
});
