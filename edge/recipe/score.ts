import { DomainError } from '../../core/errors.ts';
import { evaluateExpression } from '../../core/expression/evaluate.ts';
import { fill } from '../../core/recipe/binding.ts';
import type { Value, Values } from '../../core/recipe/value.ts';
import type { NumberArrays } from '../../core/recipe/number-array.ts';
import type { TensorMap } from '../../core/tensor/tensor.ts';
import type { FallbackCause } from '../../schema/recipe.ts';
import type { ModelScores } from '../../schema/telemetry.ts';
import type { ReadyModel, ReadyPlan } from './plan.ts';
import type { Stopwatch } from './stopwatch.ts';

/** The score of a release, and what each of its models said. */
export interface Scored {
  readonly score: number;
  /** Those of its models, in their order. */
  readonly scores: readonly number[];
  readonly models: ModelScores;
  /** What each of them was fed. */
  readonly feeds: readonly TensorMap[];
  /** How long each of them ran. */
  readonly runMs: readonly number[];
}

/** Why there is no score, and what the models said until then. */
export interface Failure {
  readonly cause: FallbackCause;
  readonly detail: string;
  readonly models: ModelScores;
  /** What of the values was refused, with its `field`: the caller's mistake, if the caller sent that. */
  readonly refusal?: DomainError;
}

/** The models of a plan with the scores that there are, in their order. */
export const modelScores = ({ models }: ReadyPlan, scores: readonly number[] = []): ModelScores =>
  models.map(({ version, engine }, i) => ({ version, score: scores[i] ?? null, engine: engine.name }));

/** The score from named values, within what is left of `totalMs` on the watch; or why there is none. */
export async function scoreBy(
  plan: ReadyPlan,
  { values, arrays }: { readonly values: Values; readonly arrays: NumberArrays },
  totalMs: number,
  watch: Stopwatch,
): Promise<Scored | Failure> {
  const failure = (cause: FallbackCause, detail: string, scores: readonly number[] = []): Failure => ({
    cause,
    detail,
    models: modelScores(plan, scores),
  });
  let feeds: readonly TensorMap[];
  try {
    for (const { name, expression } of plan.derived) values[name] = asValue(evaluateExpression(expression, values));
    feeds = plan.models.map(({ bindings }) =>
      Object.fromEntries(bindings.map((binding) => [binding.tensor, fill(binding, values, arrays)])),
    );
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { ...failure('ENGINE_ERROR', error.message), ...(error.code === 'INVALID_INPUT' && { refusal: error }) };
  } finally {
    watch.end('derive');
  }
  const leftMs = totalMs - watch.elapsedMs();
  if (plan.p99Ms > leftMs) {
    const takes = plan.models.length === 1 ? 'the model takes' : `the ${plan.models.length} models take`;
    return failure(
      'ADMISSION_REFUSED',
      `${takes} ${plan.p99Ms.toFixed(2)} ms at p99 and ${leftMs.toFixed(2)} ms are left`,
    );
  }
  const scores: number[] = [];
  try {
    const runMs: number[] = [];
    for (const [i, model] of plan.models.entries()) {
      const beganMs = watch.elapsedMs();
      scores.push(await scoreOf(model, feeds[i] ?? {}));
      runMs.push(watch.elapsedMs() - beganMs);
    }
    const score = plan.combination(scores);
    if (!Number.isFinite(score)) throw new Error('the combination of the scores is no finite number');
    return { score, scores, models: modelScores(plan, scores), feeds, runMs };
  } catch (error) {
    return failure('ENGINE_ERROR', error instanceof Error ? error.message : 'the engine failed', scores);
  } finally {
    watch.end('model');
  }
}

async function scoreOf({ engine, file, score: { tensor, index } }: ReadyModel, feed: TensorMap): Promise<number> {
  const value = Number((await engine.run(file.digest, feed, [tensor]))[tensor]?.data[index]);
  if (!Number.isFinite(value)) throw new Error(`${tensor}[${index}] is no finite number`);
  return value;
}

const asValue = (value: number | bigint | string | boolean | Date): Value =>
  value instanceof Date ? value.getTime() : value;
