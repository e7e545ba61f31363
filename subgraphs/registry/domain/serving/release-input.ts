import * as z from 'zod';
import { DomainError } from '../../../../core/errors.ts';
import { urnIn } from '../../../../core/urn-grammar.ts';
import { WrittenRecipe, type Recipe } from '../../../../schema/recipe.ts';
import { validated } from '../../../../schema/validated.ts';
import { featureServiceUrn, versionUrn } from '../ids.ts';

const NewReleaseInput = z.strictObject({
  deployment: z.string(),
  recipe: z.unknown(),
  description: z.string().max(10_000).nullish(),
  after: z.string().nullish(),
});

/** Where the form of a recipe is published. */
const RECIPE_FORM = 'schema/recipe.schema.json';

/** Reads a recipe, with whole ids in place of short ones. Throws INVALID_INPUT that names the place inside it. */
export function readRecipe(project: string, value: unknown): Recipe {
  const { features, models, ...rest } = readWritten(value);
  const service = features && urnIn(featureServiceUrn, project, features.service, 'recipe.features.service');
  return {
    ...rest,
    ...(features && service !== undefined && { features: { ...features, service } }),
    models: models.map((model, i) => ({
      ...model,
      version: urnIn(versionUrn, project, model.version, `recipe.models.${i}.version`),
    })),
  };
}

function readWritten(value: unknown): z.infer<typeof WrittenRecipe> {
  try {
    return validated(WrittenRecipe, value);
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
export function readNewRelease(project: string, input: unknown): NewRelease {
  const { deployment, recipe, description, after } = validated(NewReleaseInput, input);
  return { deployment, recipe: readRecipe(project, recipe), description: description ?? '', after: after ?? null };
}
