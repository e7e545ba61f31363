import * as z from 'zod';
import { WrittenRecipe } from './recipe.ts';

/** The form of a recipe as JSON Schema (2020-12), for editors and checks outside: `schema/recipe.schema.json`. */
export const recipeJsonSchema = (): object => ({
  title: 'Recipe',
  description: 'What an endpoint does with a request. createRelease checks more: that names are known and types fit.',
  ...z.toJSONSchema(WrittenRecipe, { io: 'input', unrepresentable: 'any' }),
});
