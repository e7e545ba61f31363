import { compiledSegments, type CompiledSegment } from './segments.ts';
import type { Dtype } from '../../schema/common.ts';
import type { FallbackAction, FallbackCause, Recipe } from '../../schema/recipe.ts';
import type { Contract, FeatureLayout } from '../../schema/release.ts';
import type { Expression } from '../expression/expression.ts';
import { compiledCombination, type Combination } from './combine.ts';
import { checkDetectors } from './detectors.ts';
import { derivedFields, type CompiledField, type ExpressionSources } from './derived.ts';
import { plannedFeatures, type PlannedFeature } from './features.ts';
import { compiledModels, type CompiledModel } from './models.ts';
import { Names } from './names.ts';
import type { RecipeProblem, Report } from './problem.ts';
import { checkArray, checkBudgets } from './input-checks.ts';
import { arraysOf } from './number-array.ts';
import { checkFallback } from './rule-checks.ts';
import { compiledRules, type CompiledRule } from './rules.ts';

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
  readonly models: readonly CompiledModel[];
  readonly combination: Combination;
  /** The checked expression of the combination, where it is one. */
  readonly combined: Expression | null;
  readonly rules: readonly CompiledRule[];
  readonly segments: readonly CompiledSegment[];
  readonly actions: (cause: FallbackCause) => FallbackAction;
}

/** What a recipe is compiled against. */
export interface RecipeGround {
  /** The views of the service that the recipe names; null where it names none. */
  readonly layout: FeatureLayout | null;
  /** The contract of a model version; undefined for one that is not there. */
  readonly contractOf: (version: string) => Contract | undefined;
  readonly expressions: ExpressionSources;
}

/**
 * Compiles a recipe as a whole, from the request to the answer. This is the one law of what a recipe may say: whoever
 * makes releases reports every problem, whoever runs them stops at the first. Without problems the recipe runs.
 */
export function compileRecipe(
  recipe: Recipe,
  { layout, contractOf, expressions }: RecipeGround,
): { readonly compiled: CompiledRecipe; readonly problems: readonly RecipeProblem[] } {
  const problems: RecipeProblem[] = [];
  const report: Report = (field, message, allowed) =>
    problems.push({ field, message, ...(allowed !== undefined && { allowed }) });

  const names = new Names(report);
  for (const [i, input] of recipe.inputs.entries()) {
    const { name, dtype, shape } = input;
    if (!shape) names.declare(name, dtype, `inputs.${i}.name`);
    else {
      names.reserve(name, `inputs.${i}.name`);
      checkArray(input, report, `inputs.${i}`);
    }
  }
  const features = plannedFeatures(recipe, layout, report);
  for (const { name, dtype } of features) names.declare(name, dtype, 'features.service');
  const derived = derivedFields(recipe, names, expressions.derivedBy, report);
  const optional = new Set(recipe.inputs.filter(({ required }) => !required).map(({ name }) => name));
  // What a model says is no column: models stand in the same space of names, and after what they read.
  const columns = { types: new Map(names.types), optional, arrays: arraysOf(recipe.inputs) };
  const models = compiledModels(recipe, contractOf, columns, names, report);
  const { combination, expression } = compiledCombination(recipe, expressions.combinedBy, report);
  const rules = compiledRules(recipe, features, names, expressions.ruledBy, report);
  const segments = compiledSegments(recipe, names, expressions.segmentedBy, report);
  checkFallback(recipe, rules, report);
  checkDetectors(recipe, columns.types, report);
  checkBudgets(recipe, report);

  const compiled: CompiledRecipe = {
    recipe,
    inputs: new Map(recipe.inputs.map((input) => [input.name, input])),
    entities: recipe.entities,
    service: layout?.service ?? null,
    features,
    featureTypes: new Map(features.map(({ name, dtype }) => [name, dtype])),
    derived,
    models,
    combination,
    combined: expression,
    rules,
    segments,
    actions: (cause) => actionFor(recipe.fallback, cause),
  };
  return { compiled, problems };
}

/** A value that is too old is missing, unless the recipe says something else of it. */
const actionFor = ({ causes, default: byDefault }: Recipe['fallback'], cause: FallbackCause): FallbackAction =>
  causes[cause] ?? (cause === 'FEATURES_STALE' ? causes.FEATURES_MISSING : undefined) ?? byDefault;
