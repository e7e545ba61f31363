import * as z from 'zod';
import { DomainError } from '../../../../core/errors.ts';
import { Recipe } from '../../../../schema/recipe.ts';
import { validated } from '../../../../schema/validated.ts';

const NewReleaseInput = z.strictObject({
  deployment: z.string(),
  recipe: z.unknown(),
  description: z.string().max(10_000).nullish(),
  after: z.string().nullish(),
});

/** Where the form of a recipe is published. */
const RECIPE_FORM = 'schema/recipe.schema.json';

/** Reads a recipe. Throws INVALID_INPUT that names the place inside it. */
function readRecipe(value: unknown): Recipe {
  try {
    return validated(Recipe, value);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const { field, problems } = error.details as { field?: string; problems?: readonly { field: string }[] };
    throw new DomainError(error.code, `recipe.${error.message}; its form is in ${RECIPE_FORM}`, {
      field: `recipe.${field ?? ''}`,
      form: RECIPE_FORM,
      problems: problems?.map((problem) => ({ ...problem, field: `recipe.${problem.field}` })),
    });
  }
}

export interface NewRelease {
  /** As the caller wrote it. */
  readonly deployment: string;
  readonly recipe: Recipe;
  readonly description: string;
  /** An eventCursor to wait for. */
  readonly after: string | null;
}

/** Reads what createRelease is given. Throws INVALID_INPUT that names the field, for a recipe the place inside it. */
export function readNewRelease(input: unknown): NewRelease {
  const { deployment, recipe, description, after } = validated(NewReleaseInput, input);
  return { deployment, recipe: readRecipe(recipe), description: description ?? '', after: after ?? null };
}
