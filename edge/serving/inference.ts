import { DomainError } from '../../core/errors.ts';
import type { Tensor, TensorMap } from '../../core/tensor/tensor.ts';
import { inputForTraffic } from '../../core/recipe/inputs.ts';
import { decisionOf, type ReadyPlan } from '../recipe/run.ts';
import { Stopwatch } from '../recipe/stopwatch.ts';
import { scalarOf, type Scalar, type Values } from '../../core/recipe/value.ts';
import { uuidV7 } from '../telemetry/uuid-v7.ts';
import { choose, NO_SPLIT, type Choice } from '../../core/traffic/choose.ts';
import type { ServingDeployment } from './deployment.ts';
import { planOf, type PredictorDeps } from './predictor.ts';

/** An inference request that fits the model. */
export interface InferRequest {
  readonly inputs: TensorMap;
  readonly rows: number;
  /** Names of the outputs that are wanted. */
  readonly outputs: readonly string[];
}

export interface InferAnswer {
  readonly plan: ReadyPlan;
  readonly choice: Choice;
  readonly outputs: TensorMap;
  /** One for each row. */
  readonly ids: readonly string[];
  readonly timings: Readonly<Record<string, number>>;
}

/** Tensors straight to the model of a deployment: no features, no fallback; each row is a prediction with its record. */
export class Inference {
  readonly #deps: PredictorDeps;

  constructor(deps: PredictorDeps) {
    this.#deps = deps;
  }

  /** The release for a request: by traffic, from inputs given as `parameters`; or the one of a named model version. */
  choose(
    deployment: ServingDeployment,
    parameters: Readonly<Record<string, unknown>>,
    version: string | undefined,
  ): { plan: ReadyPlan; choice: Choice } {
    const { entry, plans } = deployment;
    const [first] = plans.values();
    const choice = choose(entry.traffic, first ? inputForTraffic(first, parameters) : () => null, this.#deps.nowMs());
    if (choice.killed !== null) {
      throw new DomainError('UNAVAILABLE', `${entry.deployment} is stopped: ${choice.killed}`, { cause: 'KILLED' });
    }
    if (version === undefined) return { plan: planOf(deployment, choice), choice };
    const allowed = [...new Set([...plans.values()].map(({ modelVersion }) => modelVersion))];
    const plan = [...plans.values()].find(({ modelVersion }) => modelVersion === version);
    if (!plan) {
      throw new DomainError('NOT_FOUND', `version ${version} is not served here, only ${allowed.join(', ')}`, {
        allowed,
      });
    }
    // Who names a version is outside of any split.
    return { plan, choice: { ...choice, ...NO_SPLIT, release: plan.digest } };
  }

  async infer(
    deployment: ServingDeployment,
    { plan, choice }: { readonly plan: ReadyPlan; readonly choice: Choice },
    request: InferRequest,
  ): Promise<InferAnswer> {
    const { engine, predictions, metrics, nowMs } = this.#deps;
    const watch = new Stopwatch(this.#deps.monotonicMs);
    const { output, budgets } = plan.recipe;
    if (plan.p99Ms > budgets.totalMs) {
      throw new DomainError('UNAVAILABLE', `the model does not finish within its ${budgets.totalMs} ms`, {
        cause: 'ADMISSION_REFUSED',
      });
    }
    const wanted = [...new Set([...request.outputs, output.tensor])];
    const answered = await runModel(() => engine.run(plan.model.digest, request.inputs, wanted));
    watch.end('model');
    const scores = answered[output.tensor];
    const timings = watch.timings();
    const ids = await Promise.all(
      Array.from({ length: request.rows }, async (_, row) => {
        const id = uuidV7(nowMs());
        const score = scores ? scoreOf(scores, row, request.rows, output.index) : null;
        await predictions.write({
          tester: null,
          id,
          deployment: deployment.entry.deployment,
          plan,
          choice,
          occurredAtMs: nowMs(),
          score,
          decision: score === null ? null : decisionOf(plan, score),
          fallback: null,
          ...namedValues(plan, request, row),
          timings,
        });
        return id;
      }),
    );
    watch.end('log');
    const labels = { model: plan.model.version, version: plan.modelVersion };
    metrics.count('model_infer_request_success', labels);
    metrics.observe('model_infer_duration_seconds', (timings['model'] ?? 0) / 1_000, labels);
    const outputs = Object.fromEntries(Object.entries(answered).filter(([name]) => request.outputs.includes(name)));
    return { plan, choice, outputs, ids, timings: watch.timings() };
  }
}

async function runModel(run: () => Promise<TensorMap>): Promise<TensorMap> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof DomainError) throw error;
    const why = error instanceof Error ? error.message.slice(0, 300) : 'no reason given';
    throw new DomainError('INVALID_INPUT', `the model cannot run these tensors: ${why}`, { field: 'inputs' });
  }
}

function scoreOf({ data }: Tensor, row: number, rows: number, index: number): number | null {
  const score = Number(data[(data.length / rows) * row + index]);
  return Number.isFinite(score) ? score : null;
}

/** Where a tensor has one value for each column of the recipe's binding, the log can say what each of them is. */
function namedValues(
  plan: ReadyPlan,
  { inputs: tensors, rows }: InferRequest,
  row: number,
): { inputs: Values; features: Record<string, { value: Scalar; status: 'PRESENT' | 'NULL_VALUE'; ageMs: null }> } {
  const inputs: Values = {};
  const features: Record<string, { value: Scalar; status: 'PRESENT' | 'NULL_VALUE'; ageMs: null }> = {};
  const isFeature = new Set(plan.features.map(({ name }) => name));
  for (const { tensor, dtype, columns } of plan.bindings) {
    const data = tensors[tensor]?.data;
    if (!data || data.length !== rows * columns.length) continue;
    for (const [i, column] of columns.entries()) {
      const raw = data[row * columns.length + i] ?? null;
      const lost = typeof raw === 'number' && !Number.isFinite(raw);
      const value = lost ? null : dtype === 'bool' ? raw === 1 : raw;
      if (plan.inputs.has(column)) inputs[column] = value;
      else if (isFeature.has(column)) {
        features[column] = { value: scalarOf(value), status: value === null ? 'NULL_VALUE' : 'PRESENT', ageMs: null };
      }
    }
  }
  return { inputs, features };
}
