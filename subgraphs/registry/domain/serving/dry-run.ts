import * as z from 'zod';
import type { CompiledRecipe } from '../../../../core/recipe/compile-recipe.ts';
import { readFeatures, readInputs } from '../../../../core/recipe/inputs.ts';
import { readArrays, type NumberArrays } from '../../../../core/recipe/number-array.ts';
import type { RecipeProblem } from '../../../../core/recipe/problem.ts';
import { converted, scalarOf, type Scalar, type Values } from '../../../../core/recipe/value.ts';
import type { AnsweringFallback, FallbackCause } from '../../../../schema/recipe.ts';
import type { RuleResult } from '../../../../schema/telemetry.ts';
import { validated } from '../../../../schema/validated.ts';

const MOST_REQUESTS = 20;
const Named = z.record(z.string(), z.unknown());

const DryRunInput = z.strictObject({
  recipe: z.unknown(),
  requests: z
    .array(z.strictObject({ inputs: Named, features: Named.nullish() }))
    .min(1)
    .max(MOST_REQUESTS),
  after: z.string().nullish(),
});

/** A sample request: what a caller would send, with the features that the store would know. */
export interface DryRunRequest {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly features: Readonly<Record<string, unknown>>;
}

export interface DryRunOrder {
  /** As it was written. */
  readonly recipe: unknown;
  readonly requests: readonly DryRunRequest[];
  /** An eventCursor to wait for. */
  readonly after: string | null;
}

/** Reads what dryRunRecipe is given. Throws INVALID_INPUT that names the field. */
export function readDryRun(input: unknown): DryRunOrder {
  const { recipe, requests, after } = validated(DryRunInput, input);
  return {
    recipe,
    requests: requests.map(({ inputs, features }) => ({ inputs, features: features ?? {} })),
    after: after ?? null,
  };
}

/** A feature as a dry run has it: from the sample, or by the recipe's default; nothing is read. */
export interface DryRunFeature {
  readonly name: string;
  readonly value: Scalar;
  readonly status: 'PRESENT' | 'NULL_VALUE' | 'NOT_FOUND' | 'DEFAULTED';
}

export interface DryRunModel {
  readonly name: string;
  /** Id of the model version. */
  readonly version: string;
  readonly score: number | null;
  /** Why it has none. */
  readonly problem: string | null;
}

/** What the recipe would answer to one sample. */
export interface DryRunAnswer {
  readonly features: readonly DryRunFeature[];
  readonly derived: readonly { readonly name: string; readonly value: Scalar }[];
  readonly models: readonly DryRunModel[];
  readonly score: number | null;
  readonly decision: string | null;
  readonly confidence: number | null;
  readonly reason: string | null;
  readonly rules: readonly RuleResult[];
  readonly fallback: {
    readonly cause: FallbackCause;
    readonly action: AnsweringFallback | 'REFUSE';
    readonly detail: string;
  } | null;
  /** Milliseconds per stage, on the machine of the registry. */
  readonly timings: Readonly<Record<string, number>>;
}

/** A sample with its answer, or with what is wrong with it. */
export type DryRunResult = { readonly problem: RecipeProblem } | { readonly answer: DryRunAnswer };

export interface DryRun {
  /** What is wrong with the recipe; without problems each sample has a result. */
  readonly problems: readonly RecipeProblem[];
  /** What a node would have to be able to do. */
  readonly requires: readonly string[];
  readonly results: readonly DryRunResult[];
}

/** The values of a sample. */
export interface SampleValues {
  readonly inputs: Values;
  readonly arrays: NumberArrays;
  /** Given or by default; null where there is none. */
  readonly gathered: Values;
  readonly features: readonly DryRunFeature[];
  /** Features that there is no value for. */
  readonly missing: readonly string[];
}

/** Checks a sample as a node would. Throws INVALID_INPUT that names the field. */
export function valuesOfSample(
  recipe: CompiledRecipe,
  { inputs: given, features: stored }: DryRunRequest,
): SampleValues {
  const inputs = readInputs(recipe, given);
  const arrays = readArrays(recipe, given);
  const known = readFeatures(recipe, stored);
  const gathered: Values = {};
  const missing: string[] = [];
  const features = recipe.features.map(({ name, dtype, fallback }): DryRunFeature => {
    const value = known[name] ?? null;
    const byDefault = value === null ? (converted(dtype, fallback) ?? null) : null;
    gathered[name] = value ?? byDefault;
    if (value !== null) return { name, value: scalarOf(value), status: 'PRESENT' };
    if (byDefault !== null) return { name, value: scalarOf(byDefault), status: 'DEFAULTED' };
    missing.push(name);
    return { name, value: null, status: Object.hasOwn(known, name) ? 'NULL_VALUE' : 'NOT_FOUND' };
  });
  return { inputs, arrays, gathered, features, missing };
}
