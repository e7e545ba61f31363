import { DomainError } from '../../core/errors.ts';
import { evaluateExpression } from '../../core/expression/evaluate.ts';
import { fill } from '../../core/recipe/binding.ts';
import { countingScores, isStacked, withScores } from '../../core/recipe/combine.ts';
import type { Values } from '../../core/recipe/value.ts';
import type { NumberArrays } from '../../core/recipe/number-array.ts';
import type { TensorMap } from '../../core/tensor/tensor.ts';
import type { FallbackCause } from '../../schema/recipe.ts';
import type { ModelFailure, ModelScores } from '../../schema/telemetry.ts';
import { asValue } from '../../core/recipe/decide.ts';
import type { ReadyModel, ReadyPlan } from './plan.ts';
import type { Stopwatch } from './stopwatch.ts';

/** The score of a release, and what each of its models said. */
export interface Scored {
  readonly score: number;
  /** Those of its models, in their order; null where one was passed over. */
  readonly scores: readonly (number | null)[];
  /** The same, with what stands in for one that was passed over. */
  readonly counted: readonly (number | null)[];
  readonly models: ModelScores;
  /** What each of them was fed; null where one was passed over. */
  readonly feeds: readonly (TensorMap | null)[];
  /** How long each of them ran; null where one did not. */
  readonly runMs: readonly (number | null)[];
  /** As of a failure, where a model was passed over for it. */
  readonly refusal?: DomainError;
}

/** Why there is no score, and what the models said until then. */
export interface Failure {
  readonly cause: FallbackCause;
  readonly detail: string;
  readonly models: ModelScores;
  /** What of the values was refused, with its `field`: the caller's mistake, if the caller sent that. */
  readonly refusal?: DomainError;
}

/** What one model said, or why it said nothing. */
interface Said {
  readonly score: number | null;
  readonly runMs: number | null;
  readonly feed?: TensorMap;
  readonly failure?: ModelFailure;
  readonly detail?: string;
  readonly refusal?: DomainError;
}

/** The models of a plan with what they said, in their order; null for those that did not come to it. */
export const modelScores = ({ models }: ReadyPlan, said: readonly Partial<Said>[] = []): ModelScores =>
  models.map(({ version, engine }, i) => {
    const { score = null, failure } = said[i] ?? {};
    return { version, score, ...(failure !== undefined && { failure }), engine: engine.name };
  });

/** Until when models may run: all that a request takes, and what they take of it. */
export interface ModelBudgets {
  readonly totalMs: number;
  readonly modelsMs?: number | undefined;
}

/** The score from named values, within what is left of the budgets on the watch; or why there is none. */
export async function scoreBy(
  plan: ReadyPlan,
  { values, arrays }: { readonly values: Values; readonly arrays: NumberArrays },
  { totalMs, modelsMs = totalMs }: ModelBudgets,
  watch: Stopwatch,
): Promise<Scored | Failure> {
  const { models } = plan;
  let feeds: readonly (TensorMap | DomainError)[];
  try {
    for (const { name, expression } of plan.derived) values[name] = asValue(evaluateExpression(expression, values));
    feeds = models.map((model, i) => (isStacked(plan.recipe, i) ? {} : feedOf(model, values, arrays)));
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { ...failureOf(error), models: modelScores(plan) };
  } finally {
    watch.end('derive');
  }
  const wrong = feeds.find((feed, i) => feed instanceof DomainError && models[i]?.onError !== 'SKIP');
  if (wrong instanceof DomainError) return { ...failureOf(wrong), models: modelScores(plan) };
  const said: Said[] = [];
  const untilMs = Math.min(totalMs, watch.elapsedMs() + modelsMs);
  try {
    for (const [i, model] of models.entries()) {
      const feed = isStacked(plan.recipe, i)
        ? feedOf(
            model,
            withScores(
              models,
              values,
              said.map(({ score }) => score),
            ),
            arrays,
          )
        : (feeds[i] ?? {});
      const one = await say(model, feed, admission(plan, i, untilMs - watch.elapsedMs()), watch);
      said.push(one);
      if (one.failure === undefined || model.onError === 'SKIP') continue;
      return { cause: one.failure, detail: one.detail ?? '', models: modelScores(plan, said), ...refusalIn(said) };
    }
    return scoredBy(plan, said);
  } finally {
    watch.end('model');
  }
}

const refusalIn = (said: readonly Said[]): Pick<Failure, 'refusal'> => {
  const refusal = said.find((one) => one.refusal)?.refusal;
  return refusal ? { refusal } : {};
};

const failureOf = (error: DomainError): Omit<Failure, 'models'> => ({
  cause: 'ENGINE_ERROR',
  detail: error.message,
  ...(error.code === 'INVALID_INPUT' && { refusal: error }),
});

/** The tensors of a model; or why the values do not fit them. */
function feedOf({ bindings }: ReadyModel, values: Values, arrays: NumberArrays): TensorMap | DomainError {
  try {
    return Object.fromEntries(bindings.map((binding) => [binding.tensor, fill(binding, values, arrays)]));
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}

/**
 * Why a model is not run now, or null: what it takes at p99, with all after it that must run, has to fit what is left. A
 * run cannot be cut off, so that it is not begun.
 */
function admission({ models }: ReadyPlan, i: number, leftMs: number): string | null {
  const later = models.slice(i + 1).filter(({ onError }) => onError === 'FALLBACK');
  const neededMs = later.reduce((sum, { p99Ms }) => sum + p99Ms, models[i]?.p99Ms ?? 0);
  if (neededMs <= leftMs) return null;
  const takes = later.length === 0 ? 'the model takes' : `the ${later.length + 1} models take`;
  return `${takes} ${neededMs.toFixed(2)} ms at p99 and ${leftMs.toFixed(2)} ms are left`;
}

async function say(
  model: ReadyModel,
  feed: TensorMap | DomainError,
  refused: string | null,
  watch: Stopwatch,
): Promise<Said> {
  if (feed instanceof DomainError) {
    const { detail, refusal } = failureOf(feed);
    return { score: null, runMs: null, failure: 'ENGINE_ERROR', detail, ...(refusal && { refusal }) };
  }
  if (refused !== null) return { score: null, runMs: null, failure: 'ADMISSION_REFUSED', detail: refused };
  const beganMs = watch.elapsedMs();
  try {
    return { score: await scoreOf(model, feed), feed, runMs: watch.computedMs(beganMs) };
  } catch (error) {
    const detail = error instanceof Error ? error.message : 'the engine failed';
    return { score: null, runMs: null, failure: 'ENGINE_ERROR', detail };
  }
}

/** What becomes of what the models said, some of which may have been passed over. */
function scoredBy(plan: ReadyPlan, said: readonly Said[]): Scored | Failure {
  const models = modelScores(plan, said);
  const failed = said.find(({ score }) => score !== null) ? undefined : said.find(({ failure }) => failure);
  if (failed?.failure) {
    return {
      cause: failed.failure,
      detail: `none of the models answered: ${failed.detail}`,
      models,
      ...refusalIn(said),
    };
  }
  try {
    const scores = said.map((one) => one.score);
    const counted = countingScores(plan.models, scores);
    const score = plan.combination(counted);
    if (!Number.isFinite(score)) throw new Error('the combination of the scores is no finite number');
    const [feeds, runMs] = [said.map(({ feed = null }) => feed), said.map((one) => one.runMs)];
    return { score, scores, counted, models, feeds, runMs, ...refusalIn(said) };
  } catch (error) {
    const detail = error instanceof Error ? error.message : 'the scores could not be combined';
    return { cause: 'ENGINE_ERROR', detail, models };
  }
}

async function scoreOf({ engine, file, score: { tensor, index } }: ReadyModel, feed: TensorMap): Promise<number> {
  const value = Number((await engine.run(file.digest, feed, [tensor]))[tensor]?.data[index]);
  if (!Number.isFinite(value)) throw new Error(`${tensor}[${index}] is no finite number`);
  return value;
}
