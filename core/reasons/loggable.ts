import { variablesIn } from '../expression/variables.ts';
import type { CompiledRecipe } from '../recipe/compile-recipe.ts';

/**
 * The names that reasons in the log may say: those whose values the log may have. What is kept out of it, or is personal, would
 * be told by its contribution; so would what is derived from it.
 */
export function loggableNames({
  recipe,
  features,
  derived,
  models,
}: Pick<CompiledRecipe, 'recipe' | 'features' | 'derived' | 'models'>): ReadonlySet<string> {
  const { logging, inputs } = recipe;
  // What models say is in the log whatever becomes of the rest.
  const names = new Set(models.map(({ name }) => name));
  if (logging.inputs) for (const { name, personal } of inputs) if (!personal) names.add(name);
  if (logging.features) for (const { name } of features) names.add(name);
  for (const { name, expression } of derived) {
    if (variablesIn(expression.root).every((read) => names.has(read))) names.add(name);
  }
  return names;
}
