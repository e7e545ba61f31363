import { DomainError } from '../../core/errors.ts';
import { evaluateExpression } from '../../core/expression/evaluate.ts';
import type { FallbackCause } from '../../schema/recipe.ts';
import type { Engine } from '../engines/engine.ts';
import type { TensorMap } from '../../core/tensor/tensor.ts';
import { fill } from '../../core/recipe/binding.ts';
import type { ReadyPlan } from './run.ts';
import type { Stopwatch } from './stopwatch.ts';
import type { Value, Values } from '../../core/recipe/value.ts';

export interface Failure {
  readonly cause: FallbackCause;
  readonly detail: string;
}

/** The model's score from named values, within what is left of `totalMs` on the watch; or why there is none. */
export async function scoreBy(
  plan: ReadyPlan,
  values: Values,
  totalMs: number,
  { engine, watch }: { readonly engine: Engine; readonly watch: Stopwatch },
): Promise<number | Failure> {
  let tensors: TensorMap;
  try {
    for (const { name, expression } of plan.derived) values[name] = asValue(evaluateExpression(expression, values));
    tensors = Object.fromEntries(plan.bindings.map((binding) => [binding.tensor, fill(binding, values)]));
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { cause: 'ENGINE_ERROR', detail: error.message };
  } finally {
    watch.end('derive');
  }
  const leftMs = totalMs - watch.elapsedMs();
  if (plan.p99Ms > leftMs) {
    return {
      cause: 'ADMISSION_REFUSED',
      detail: `the model takes ${plan.p99Ms.toFixed(2)} ms at p99 and ${leftMs.toFixed(2)} ms are left`,
    };
  }
  try {
    const { tensor, index } = plan.recipe.output;
    const value = Number((await engine.run(plan.model.digest, tensors, [tensor]))[tensor]?.data[index]);
    if (Number.isFinite(value)) return value;
    return { cause: 'ENGINE_ERROR', detail: `${tensor}[${index}] is no finite number` };
  } catch (error) {
    return { cause: 'ENGINE_ERROR', detail: error instanceof Error ? error.message : 'the engine failed' };
  } finally {
    watch.end('model');
  }
}

const asValue = (value: number | bigint | string | boolean | Date): Value =>
  value instanceof Date ? value.getTime() : value;
