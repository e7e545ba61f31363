import { DomainError } from '../../core/errors.ts';
import { EXPRESSION_FORMAT, type Expression } from '../../core/recipe/expression.ts';
import { parseUrn } from '../../core/urn.ts';
import type { Dtype } from '../../schema/common.ts';
import type { FallbackAction, FallbackCause, Recipe } from '../../schema/recipe.ts';
import type { FeatureLayout, ReleaseDocument } from '../../schema/release.ts';
import { bind, type Binding } from './binding.ts';
import { converted } from './value.ts';

export type InputField = Recipe['inputs'][number];
export type ModelInRelease = ReleaseDocument['models'][number];

/** A feature that a recipe reads: where it comes from and until what age it counts. */
export interface PlannedFeature {
  readonly name: string;
  /** Its pinned id: views of different versions give features of one name. */
  readonly pinned: string;
  readonly dtype: Dtype;
  /** Null: never too old. */
  readonly maxAgeMs: number | null;
  readonly fallback: number | boolean | string | undefined;
}

/** A release made ready to run: everything that can be looked up or refused is, before the first request. */
export interface Plan {
  /** Digest of the release document. */
  readonly digest: string;
  readonly release: string;
  readonly recipe: Recipe;
  readonly inputs: ReadonlyMap<string, InputField>;
  readonly entities: Recipe['entities'];
  readonly service: string | null;
  readonly features: readonly PlannedFeature[];
  readonly featureTypes: ReadonlyMap<string, Dtype>;
  readonly derived: readonly { readonly name: string; readonly expression: Expression }[];
  readonly model: ModelInRelease;
  /** `1.2.0.0`, as doors show it. */
  readonly modelVersion: string;
  readonly bindings: readonly Binding[];
  readonly actions: (cause: FallbackCause) => FallbackAction;
}

const refuse = (why: string, field: string, allowed?: readonly string[]): DomainError =>
  new DomainError('INVALID_INPUT', `${field}: ${why}`, { field, ...(allowed && { allowed }) });

/** Compiles a release document. Throws INVALID_INPUT that says what in it cannot be honoured. */
export function compilePlan(digest: string, document: ReleaseDocument): Plan {
  const { recipe, layout, models } = document;
  const wanted = recipe.models[0]?.version;
  const model = models.find(({ version }) => version === wanted);
  if (!model) throw refuse(`the release does not hold ${wanted}`, 'models');
  if (!recipe.features !== !layout) throw refuse('the layout of its features is missing, or there are none', 'layout');
  const inputs = new Map(recipe.inputs.map((input) => [input.name, input]));
  const features = layout ? plannedFeatures(recipe, layout, inputs) : [];
  const derived = derivedOf(document);

  const dtypes = new Map<string, Dtype>();
  for (const { name, dtype } of [...recipe.inputs, ...features, ...derived]) {
    if (dtypes.has(name)) throw refuse(`"${name}" stands for two things`, 'inputs');
    dtypes.set(name, dtype);
  }
  const optional = new Set(recipe.inputs.filter(({ required }) => !required).map(({ name }) => name));
  const output = model.contract.outputs.find(({ name }) => name === recipe.output.tensor);
  if (!output) {
    const names = model.contract.outputs.map(({ name }) => name);
    throw refuse(`the model has no output "${recipe.output.tensor}", only ${names.join(', ')}`, 'output', names);
  }
  return {
    digest,
    release: document.release,
    recipe,
    inputs,
    entities: recipe.entities,
    service: layout?.service ?? null,
    features,
    featureTypes: new Map(features.map(({ name, dtype }) => [name, dtype])),
    derived,
    model,
    modelVersion: versionText(model.version),
    bindings: (recipe.models[0]?.inputs ?? []).map((binding) => bind(binding, model.contract.inputs, dtypes, optional)),
    actions: (cause) => recipe.fallback.causes[cause] ?? recipe.fallback.default,
  };
}

function plannedFeatures(
  recipe: Recipe,
  { service, views }: FeatureLayout,
  inputs: ReadonlyMap<string, InputField>,
): PlannedFeature[] {
  if (recipe.features?.service !== service) throw refuse(`the layout is of ${service}`, 'features.service');
  const bound = new Map(recipe.entities.map(({ joinKey, input }) => [joinKey, input]));
  for (const { joinKeys } of views) {
    for (const { name } of joinKeys) {
      const input = bound.get(name);
      if (input === undefined) throw refuse(`the join key "${name}" has no input`, 'entities', [name]);
      if (!inputs.has(input)) throw refuse(`there is no input "${input}"`, 'entities', [...inputs.keys()]);
    }
  }
  const { maxAgeMs, defaults } = recipe.features;
  const features = views.flatMap(({ name: view, ttlMs, features: fields }) =>
    fields.map(({ name, dtype, feature }): PlannedFeature => {
      const field = `${view}__${name}`;
      const limits = [...(ttlMs > 0 ? [ttlMs] : []), maxAgeMs[view]].filter((limit) => limit !== undefined);
      return {
        name: field,
        pinned: feature,
        dtype,
        maxAgeMs: limits.length > 0 ? Math.min(...limits) : null,
        fallback: defaults[field],
      };
    }),
  );
  const unfit = features.find(
    ({ dtype, fallback }) => fallback !== undefined && converted(dtype, fallback) === undefined,
  );
  if (unfit) throw refuse(`the default of "${unfit.name}" is not ${unfit.dtype}`, 'features.defaults');
  const known = new Set(features.map(({ name }) => name));
  const strange = Object.keys(defaults).find((name) => !known.has(name));
  if (strange !== undefined) throw refuse(`there is no feature "${strange}"`, 'features.defaults', [...known]);
  const nowhere = Object.keys(maxAgeMs).find((view) => !views.some(({ name }) => name === view));
  if (nowhere !== undefined) throw refuse(`there is no view "${nowhere}"`, 'features.maxAgeMs');
  return features;
}

function derivedOf({ recipe, derived }: ReleaseDocument): { name: string; dtype: Dtype; expression: Expression }[] {
  if (derived.length !== recipe.derive.length) throw refuse('checked expressions are missing', 'derived');
  return derived.map(({ name, dtype, ast }, i) => {
    if (recipe.derive[i]?.name !== name) throw refuse(`"${name}" is not in the recipe's order`, 'derived');
    const expression = ast as Expression | null;
    const format: unknown = expression?.format;
    if (!expression || format !== EXPRESSION_FORMAT) {
      throw refuse(`"${name}" is written in format ${String(format)}`, 'derived', [String(EXPRESSION_FORMAT)]);
    }
    return { name, dtype, expression };
  });
}

/** The version part of a pinned id: `tiffin:default:model-version:fraud@1.2.0.0` is `1.2.0.0`. */
function versionText(urn: string): string {
  const last = parseUrn(urn).parts.at(-1);
  return last?.version ?? last?.name ?? urn;
}
