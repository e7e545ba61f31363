import type { Dtype } from '../../schema/common.ts';
import type { FallbackAction, FallbackCause, Recipe } from '../../schema/recipe.ts';
import type { Contract, FeatureLayout } from '../../schema/release.ts';
import { bindColumns, type Binding } from './binding.ts';
import { derivedFields, type CompiledField, type ExpressionSource } from './derived.ts';
import { plannedFeatures, type PlannedFeature } from './features.ts';
import { Names } from './names.ts';
import { checkOutput } from './output.ts';
import type { RecipeProblem, Report } from './problem.ts';

export type InputField = Recipe['inputs'][number];

/** A recipe with everything looked up that can be before the first request. */
export interface CompiledRecipe {
  readonly recipe: Recipe;
  readonly inputs: ReadonlyMap<string, InputField>;
  readonly entities: Recipe['entities'];
  readonly service: string | null;
  readonly features: readonly PlannedFeature[];
  readonly featureTypes: ReadonlyMap<string, Dtype>;
  readonly derived: readonly CompiledField[];
  readonly bindings: readonly Binding[];
  readonly actions: (cause: FallbackCause) => FallbackAction;
}

/** What a recipe is compiled against. */
export interface RecipeGround {
  /** The views of the service that the recipe names; null where it names none. */
  readonly layout: FeatureLayout | null;
  /** The contract of a model version; undefined for one that is not there. */
  readonly contractOf: (version: string) => Contract | undefined;
  readonly expressionOf: ExpressionSource;
}

/**
 * Compiles a recipe as a whole, from the request to the answer. This is the one law of what a recipe may say: whoever
 * makes releases reports every problem, whoever runs them stops at the first. Without problems the recipe runs.
 */
export function compileRecipe(
  recipe: Recipe,
  { layout, contractOf, expressionOf }: RecipeGround,
): { readonly compiled: CompiledRecipe; readonly problems: readonly RecipeProblem[] } {
  const problems: RecipeProblem[] = [];
  const report: Report = (field, message, allowed) =>
    problems.push({ field, message, ...(allowed !== undefined && { allowed }) });

  const names = new Names(report);
  for (const [i, { name, dtype }] of recipe.inputs.entries()) names.declare(name, dtype, `inputs.${i}.name`);
  const features = plannedFeatures(recipe, layout, report);
  for (const { name, dtype } of features) names.declare(name, dtype, 'features.service');
  const derived = derivedFields(recipe, names, expressionOf, report);
  const optional = new Set(recipe.inputs.filter(({ required }) => !required).map(({ name }) => name));
  const bindings = recipe.models.flatMap(({ version, inputs }, i) => {
    const at = `models.${i}`;
    const contract = contractOf(version);
    if (!contract) {
      report(`${at}.version`, `${version} is not there`);
      return [];
    }
    checkOutput(recipe.output, contract.outputs, report);
    return bindColumns(inputs, contract.inputs, { types: names.types, optional }, report, at);
  });
  const { featuresMs, totalMs } = recipe.budgets;
  if (featuresMs > totalMs) report('budgets.featuresMs', `must fit into totalMs, which is ${totalMs}`);

  const compiled: CompiledRecipe = {
    recipe,
    inputs: new Map(recipe.inputs.map((input) => [input.name, input])),
    entities: recipe.entities,
    service: layout?.service ?? null,
    features,
    featureTypes: new Map(features.map(({ name, dtype }) => [name, dtype])),
    derived,
    bindings,
    actions: (cause) => recipe.fallback.causes[cause] ?? recipe.fallback.default,
  };
  return { compiled, problems };
}
