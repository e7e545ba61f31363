import { DomainError } from '../../../../core/errors.ts';
import { evaluateExpression } from '../../../../core/expression/evaluate.ts';
import { variablesIn } from '../../../../core/expression/variables.ts';
import { reasonedModel, reasonsOf, type AllReasons } from '../../../../core/reasons/reasons.ts';
import { fill } from '../../../../core/recipe/binding.ts';
import { countingScores } from '../../../../core/recipe/combine.ts';
import { compileRecipe, type CompiledRecipe } from '../../../../core/recipe/compile-recipe.ts';
import { frozenExpressions } from '../../../../core/recipe/derived.ts';
import { valueOf, type Values } from '../../../../core/recipe/value.ts';
import type { CompiledModel } from '../../../../core/tabular/compile-plan.ts';
import { makeModel } from '../../../../core/tabular/run/tabular-model.ts';
import type { TensorMap } from '../../../../core/tensor/tensor.ts';
import type { ReleaseDocument } from '../../../../schema/release.ts';
import type { Absence } from './explanation.ts';
import type { StoredPrediction } from './prediction.ts';

export interface NoReasons {
  readonly why: Absence;
  readonly detail: string;
}

/** Reasons that were computed after the answer, with the values that the models read. */
export interface ComputedReasons {
  readonly all: AllReasons;
  readonly values: Values;
}

/** What of a record counts. */
export type RecordedAnswer = Pick<StoredPrediction, 'inputs' | 'features' | 'score' | 'models'>;

/** How far a score that is computed again may be from the recorded one: engines round to float32. */
const MOST_OFF = 1e-5;

/**
 * The reasons of a stored answer, from what its record holds and from the models of its release in the recipe's order. They are given only where every
 * value that the models read is in the record as it was, and where the models say again what they said.
 */
export function computedReasons(
  prediction: RecordedAnswer,
  document: ReleaseDocument,
  files: readonly CompiledModel[],
): ComputedReasons | NoReasons {
  const { compiled, problems } = compileRecipe(document.recipe, {
    layout: document.layout,
    contractOf: (version) => document.models.find((model) => model.version === version)?.contract,
    expressions: frozenExpressions(document),
  });
  if (problems.length > 0) return { why: 'GONE', detail: 'its recipe is written as it is not read here' };
  const { score } = prediction;
  const scores = prediction.models.map((model) => model.score);
  const counted = countingScores(compiled.models, scores);
  if (score === null || !isCombined(compiled, counted, score)) {
    return { why: 'NOT_RUN', detail: 'the models did not give the score: a fallback answered' };
  }
  try {
    const read = valuesOf(prediction, compiled, counted);
    if ('why' in read) return read;
    const { values } = read;
    const feeds = compiled.models.map(({ bindings }, i): TensorMap | null =>
      scores[i] === null
        ? null
        : Object.fromEntries(bindings.map((binding) => [binding.tensor, fill(binding, values)])),
    );
    const different = compiled.models.find((model, i) => !saysAgain(model, files[i], feeds[i], scores[i]));
    if (different) {
      const detail = `"${different.name}" does not say again what it said: its record does not have all that it read`;
      return { why: 'NOT_RECORDED', detail };
    }
    const models = compiled.models.map((model, i) => reasonedModel(model, files[i] ?? { refused: 'it is not there' }));
    const all = reasonsOf({ models, combine: compiled.recipe.combine, feeds, scores, counted, score });
    return all ? { all, values } : { why: 'NOT_RUN', detail: 'a number on the way to the score is not finite' };
  } catch (error) {
    if (error instanceof DomainError) return { why: 'NOT_RECORDED', detail: error.message };
    throw error;
  }
}

function isCombined({ combination }: CompiledRecipe, counted: readonly (number | null)[], score: number): boolean {
  if (counted.every((own) => own === null)) return false;
  return Math.abs(combination(counted) - score) <= MOST_OFF * Math.max(1, Math.abs(score));
}

/** What cannot be run here cannot be compared, and is not taken apart either. */
function saysAgain(
  { score: { tensor, index } }: CompiledRecipe['models'][number],
  file: CompiledModel | undefined,
  feed: TensorMap | null | undefined,
  score: number | null | undefined,
): boolean {
  if (!file || 'refused' in file || !feed || score === null || score === undefined) return true;
  const again = Number(makeModel(file.plan).run(feed, [tensor])[tensor]?.data[index]);
  return Math.abs(again - score) <= MOST_OFF * Math.max(1, Math.abs(score));
}

/** Every value that the models read; or why one of them is not in the record as it was. */
function valuesOf(
  { inputs, features }: RecordedAnswer,
  compiled: CompiledRecipe,
  counted: readonly (number | null)[],
): { readonly values: Values } | NoReasons {
  const needed = neededNames(compiled);
  const values: Values = {};
  for (const [name, { dtype, personal, shape }] of compiled.inputs) {
    if (!needed.has(name)) continue;
    if (inputs === null) return { why: 'NOT_LOGGED', detail: 'the recipe keeps inputs out of the log' };
    if (shape) return { why: 'NOT_LOGGED', detail: `"${name}" is an array, which is not logged` };
    const value = inputs[name] ?? null;
    if (personal && value !== null) return { why: 'TOKENISED', detail: `"${name}" is personal: a token stands for it` };
    values[name] = value === null ? null : valueOf(dtype, value, name);
  }
  for (const { name, dtype } of compiled.features) {
    if (!needed.has(name)) continue;
    if (features === null) return { why: 'NOT_LOGGED', detail: 'the recipe keeps features out of the log' };
    const value = features[name]?.value ?? null;
    values[name] = value === null ? null : valueOf(dtype, value, name);
  }
  for (const [i, { name }] of compiled.models.entries()) if (needed.has(name)) values[name] = counted[i] ?? null;
  for (const { name, expression } of compiled.derived) {
    if (!needed.has(name)) continue;
    const value = evaluateExpression(expression, values);
    values[name] = value instanceof Date ? value.getTime() : value;
  }
  return { values };
}

/** What the models read, and what that is derived from: a derived field reads those before it. */
function neededNames({ models, derived }: CompiledRecipe): ReadonlySet<string> {
  const needed = new Set(models.flatMap(({ bindings }) => bindings.flatMap(({ columns }) => columns)));
  for (const { name, expression } of derived.toReversed()) {
    if (needed.has(name)) for (const read of variablesIn(expression.root)) needed.add(read);
  }
  return needed;
}
