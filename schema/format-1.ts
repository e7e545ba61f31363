import * as z from 'zod';
import { Recipe } from './recipe.ts';
import { ReleaseDocument } from './release.ts';

/** Of format 1 a recipe had one model without a name, and said once for the recipe where its score is. */
const Recipe1 = Recipe.omit({ combine: true }).extend({
  models: z.array(Recipe.shape.models.element.omit({ name: true, score: true })).length(1),
  output: Recipe.shape.output.unwrap().extend(Recipe.shape.models.element.shape.score.shape),
});

const ReleaseDocument1 = ReleaseDocument.omit({ combined: true, rules: true, segments: true }).extend({
  format: z.literal(1),
  recipe: Recipe1,
});

/** The present form of a document of the format before. */
const upgraded = ReleaseDocument1.transform(({ recipe, ...document }): ReleaseDocument => {
  const { tensor, index, ...output } = recipe.output;
  return {
    ...document,
    format: 2,
    combined: null,
    rules: [],
    segments: [],
    recipe: {
      ...recipe,
      models: recipe.models.map((model) => ({ ...model, name: 'model', score: { tensor, index } })),
      output,
    },
  };
});

/** Reads a release document of any format that this code reads, in the present form. */
export function readReleaseDocument(content: unknown): z.ZodSafeParseResult<ReleaseDocument> {
  const isOld = typeof content === 'object' && content !== null && 'format' in content && content.format === 1;
  return isOld ? upgraded.safeParse(content) : ReleaseDocument.safeParse(content);
}
