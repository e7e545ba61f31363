import { compileExpression } from '../../../../core/expression/compile.ts';
import { CEL_TYPE, celTypes } from '../../../../core/recipe/cel-types.ts';
import { compileRecipe } from '../../../../core/recipe/compile-recipe.ts';
import type { ExpressionSources } from '../../../../core/recipe/derived.ts';
import { refusedRecipe } from '../../../../core/recipe/problem.ts';
import type { Recipe } from '../../../../schema/recipe.ts';
import type { Contract, FeatureLayout, ReleaseDocument } from '../../../../schema/release.ts';

/** What a recipe is checked against. */
export interface RecipeGround {
  readonly layout: FeatureLayout | null;
  readonly contractOf: (version: string) => Contract | undefined;
}

const checked: ExpressionSources = {
  derivedBy: ({ dtype, expression }, _, names) => compileExpression(expression, celTypes(names), CEL_TYPE[dtype]),
  combinedBy: (expression, names) =>
    compileExpression(expression, Object.fromEntries(names.map((name) => [name, CEL_TYPE.FLOAT64])), CEL_TYPE.FLOAT64),
  segmentedBy: ({ expression }, _, names) => compileExpression(expression, celTypes(names), CEL_TYPE.STRING),
  ruledBy: ({ when }, _, { types, groups }) => {
    const grouped = Object.fromEntries([...groups].map(([group, names]) => [group, celTypes(names)]));
    return compileExpression(when, { ...celTypes(types), ...grouped }, CEL_TYPE.BOOL);
  },
};

/** A recipe compiled against what the registry knows, with everything that is wrong with it. */
export const compileChecked = (recipe: Recipe, ground: RecipeGround): ReturnType<typeof compileRecipe> =>
  compileRecipe(recipe, { ...ground, expressions: checked });

/**
 * Type-checks a recipe as a whole and gives the checked expressions for its release. Throws INVALID_INPUT with the first
 * problem as its message and all of them in `problems`.
 */
export function checkRecipe(
  recipe: Recipe,
  ground: RecipeGround,
): Pick<ReleaseDocument, 'derived' | 'combined' | 'rules' | 'segments'> {
  const { compiled, problems } = compileChecked(recipe, ground);
  const [first, ...rest] = problems;
  if (first) throw refusedRecipe([first, ...rest], 'recipe.');
  return {
    derived: compiled.derived.map(({ name, dtype, expression }) => ({ name, dtype, ast: expression })),
    combined: compiled.combined,
    segments: compiled.segments.map(({ name, expression }) => ({ name, ast: expression })),
    rules: compiled.rules.map(({ name, condition }) => ({ name, ast: condition })),
  };
}
