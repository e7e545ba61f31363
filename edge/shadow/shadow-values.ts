import { DomainError } from '../../core/errors.ts';
import { readInputs } from '../../core/recipe/inputs.ts';
import type { PlannedFeature } from '../../core/recipe/features.ts';
import type { ReadyPlan } from '../recipe/plan.ts';
import type { Answer } from '../recipe/run.ts';
import { converted, type Value, type Values } from '../../core/recipe/value.ts';
import { readArrays, type NumberArrays } from '../../core/recipe/number-array.ts';
import type { ShadowFailure } from './shadow-counts.ts';

/** What a shadow is scored on. */
export interface ShadowValues {
  /** Inputs and features together. */
  readonly values: Values;
  readonly inputs: Values;
  readonly features: Values;
  readonly arrays: NumberArrays;
}

/**
 * The named values of a shadow from what the answer was made of: the same inputs and the features that were gathered for
 * it. Nothing is read anew, so that both see one moment and a store is asked once.
 */
export function shadowValues(
  plan: ReadyPlan,
  given: Readonly<Record<string, unknown>>,
  answer: Answer,
): ShadowValues | ShadowFailure {
  const known = Object.fromEntries(Object.entries(given).filter(([name]) => plan.inputs.has(name)));
  let inputs: Values;
  let arrays: NumberArrays;
  try {
    inputs = readInputs(plan, known);
    arrays = readArrays(plan, known);
  } catch (error) {
    if (error instanceof DomainError) return 'INPUTS_MISSING';
    throw error;
  }
  const read = new Map(answer.plan.features.map(({ name, pinned }) => [name, pinned]));
  const features: Values = {};
  for (const feature of plan.features) {
    const use = answer.features[feature.name];
    // A feature of the same name in another version of its view is another feature, unless the caller gave it.
    if (!use || (use.source !== 'REQUEST' && read.get(feature.name) !== feature.pinned)) return 'FEATURES_NOT_READ';
    const value = valueFor(feature, use) ?? defaultOf(feature);
    if (value === null && feature.fallback === undefined) return 'FEATURES_MISSING';
    features[feature.name] = value;
  }
  return { values: { ...inputs, ...features }, inputs, features, arrays };
}

/** Null where the shadow, by its own rule of age, has no value. */
function valueFor({ dtype, maxAgeMs }: PlannedFeature, { value, status, ageMs }: Answer['features'][string]): Value {
  if (status !== 'PRESENT' || (maxAgeMs !== null && ageMs !== null && ageMs > maxAgeMs)) return null;
  return converted(dtype, value) ?? null;
}

const defaultOf = ({ dtype, fallback }: PlannedFeature): Value => converted(dtype, fallback) ?? null;
