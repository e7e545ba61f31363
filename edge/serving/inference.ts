import { DomainError } from '../../core/errors.ts';
import type { Tensor, TensorMap } from '../../core/tensor/tensor.ts';
import { trafficInputs } from '../../core/recipe/traffic-inputs.ts';
import type { ReadyModel, ReadyPlan } from '../recipe/plan.ts';
import { thresholdOf } from '../../core/recipe/decide.ts';
import { modelScores } from '../recipe/score.ts';
import { Stopwatch } from '../recipe/stopwatch.ts';
import { scalarOf, type Scalar, type Values } from '../../core/recipe/value.ts';
import { uuidV7 } from '../telemetry/uuid-v7.ts';
import { choose, NO_INPUTS, NO_SPLIT, type Choice } from '../../core/traffic/choose.ts';
import { checkDeadline } from '../recipe/deadline.ts';
import type { Caller } from './caller.ts';
import type { ServingDeployment } from './deployment.ts';
import { planOf, type PredictorDeps } from './predictor.ts';

/** An inference request that fits the model. */
export interface InferRequest {
  readonly inputs: TensorMap;
  readonly rows: number;
  /** Names of the outputs that are wanted. */
  readonly outputs: readonly string[];
}

/** The release that a request goes to, and its one model. */
export interface InferTarget {
  readonly plan: ReadyPlan;
  readonly model: ReadyModel;
  readonly choice: Choice;
}

export interface InferAnswer extends InferTarget {
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
  ): InferTarget {
    const { entry, plans } = deployment;
    const [first] = plans.values();
    const nowMs = this.#deps.nowMs();
    const choice = choose(entry.traffic, first ? trafficInputs(first, parameters, nowMs) : NO_INPUTS, nowMs);
    if (choice.killed !== null) {
      throw new DomainError('UNAVAILABLE', `${entry.deployment} is stopped: ${choice.killed}`, { cause: 'KILLED' });
    }
    if (version === undefined) return { ...onlyModel(planOf(deployment, choice)), choice };
    const allowed = versionsOf(plans.values());
    const plan = [...plans.values()].find(({ models }) => models.length === 1 && models[0]?.number === version);
    if (!plan) {
      throw new DomainError('NOT_FOUND', `version ${version} is not served here, only ${allowed.join(', ')}`, {
        allowed,
      });
    }
    // Who names a version is outside of any split.
    return { ...onlyModel(plan), choice: { ...choice, ...NO_SPLIT, layer: null, release: plan.digest } };
  }

  async infer(
    deployment: ServingDeployment,
    { plan, model, choice }: InferTarget,
    request: InferRequest,
    caller: Caller,
  ): Promise<InferAnswer> {
    const { predictions, metrics, nowMs } = this.#deps;
    const watch = new Stopwatch(this.#deps);
    const { budgets } = plan.recipe;
    const { tensor, index } = model.score;
    if (plan.p99Ms > caller.leftMs()) checkDeadline(0);
    if (plan.p99Ms > budgets.totalMs) {
      throw new DomainError('UNAVAILABLE', `the model does not finish within its ${budgets.totalMs} ms`, {
        cause: 'ADMISSION_REFUSED',
      });
    }
    const wanted = request.outputs.includes(tensor) ? request.outputs : [...request.outputs, tensor];
    const answered = await runModel(() => model.engine.run(model.file.digest, request.inputs, wanted));
    watch.end('model');
    checkDeadline(caller.leftMs());
    const scores = answered[tensor];
    const timings = watch.timings();
    const ids: string[] = [];
    const written: Promise<boolean>[] = [];
    for (let row = 0; row < request.rows; row++) {
      const id = uuidV7(nowMs());
      const score = scores ? scoreOf(scores, row, request.rows, index) : null;
      ids.push(id);
      const { inputs, features } = namedValues({ plan, model }, request, row);
      written.push(
        predictions.write({
          tester: null,
          trust: caller.trust,
          id,
          deployment: deployment.entry.deployment,
          plan,
          choice,
          occurredAtMs: nowMs(),
          score,
          models: modelScores(plan, [{ score }]),
          // Tensors have no names, so rules cannot be asked.
          decision: score === null || plan.rules.length > 0 ? null : thresholdOf(plan, score),
          rules: [],
          reasons: null,
          fallback: null,
          fallbackAction: null,
          segments: {},
          inputs,
          features,
          timings,
        }),
      );
    }
    await (written.length === 1 ? written[0] : Promise.all(written));
    watch.end('log');
    const labels = { model: model.version, version: model.number };
    metrics.count('model_infer_request_success_total', labels);
    if (timings['model'] !== undefined)
      metrics.observe('model_infer_duration_seconds', timings['model'] / 1_000, labels);
    const outputs: Record<string, Tensor> = {};
    for (const name in answered) {
      const output = answered[name];
      if (output && request.outputs.includes(name)) outputs[name] = output;
    }
    return { plan, model, choice, outputs, ids, timings: watch.timings() };
  }
}

/** Tensors go to one model: a release of several says by its recipe what each of them is fed. */
function onlyModel(plan: ReadyPlan): Pick<InferTarget, 'plan' | 'model'> {
  const [model, second] = plan.models;
  if (model && !second) return { plan, model };
  throw new DomainError(
    'FAILED_PRECONDITION',
    `its release runs ${plan.models.length} models, and tensors go to one: send named fields`,
    { allowed: ['POST /v1/predict/{endpoint}'] },
  );
}

/** The versions that tensors can be sent to. */
export const versionsOf = (plans: Iterable<ReadyPlan>): readonly string[] => [
  ...new Set([...plans].flatMap(({ models: [model, second] }) => (model && !second ? [model.number] : []))),
];

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

/** What a column of a binding is to the log. */
interface NamedColumn {
  readonly name: string;
  readonly kind: 'INPUT' | 'FEATURE' | 'NEITHER';
}

const namedColumns = new WeakMap<ReadyModel['bindings'], readonly (readonly NamedColumn[])[]>();

/** Looked up once for a model, and not for each row. */
function columnsOf({
  plan,
  model: { bindings },
}: Pick<InferTarget, 'plan' | 'model'>): readonly (readonly NamedColumn[])[] {
  const known = namedColumns.get(bindings);
  if (known) return known;
  const isFeature = new Set(plan.features.map(({ name }) => name));
  const kindOf = (name: string): NamedColumn['kind'] =>
    plan.inputs.has(name) ? 'INPUT' : isFeature.has(name) ? 'FEATURE' : 'NEITHER';
  const named = bindings.map(({ columns }) => columns.map((name) => ({ name, kind: kindOf(name) })));
  namedColumns.set(bindings, named);
  return named;
}

/** Where a tensor has one value for each column of the recipe's binding, the log can say what each of them is. */
function namedValues(
  target: Pick<InferTarget, 'plan' | 'model'>,
  { inputs: tensors, rows }: InferRequest,
  row: number,
): { inputs: Values; features: Record<string, { value: Scalar; status: 'PRESENT' | 'NULL_VALUE'; ageMs: null }> } {
  const inputs: Values = {};
  const features: Record<string, { value: Scalar; status: 'PRESENT' | 'NULL_VALUE'; ageMs: null }> = {};
  const all = columnsOf(target);
  for (const [at, { tensor, dtype }] of target.model.bindings.entries()) {
    const data = tensors[tensor]?.data;
    const columns = all[at] ?? [];
    if (!data || data.length !== rows * columns.length) continue;
    let from = row * columns.length;
    for (const { name, kind } of columns) {
      const raw = data[from++] ?? null;
      const lost = typeof raw === 'number' && !Number.isFinite(raw);
      const value = lost ? null : dtype === 'bool' ? raw === 1 : raw;
      if (kind === 'INPUT') inputs[name] = value;
      else if (kind === 'FEATURE') {
        features[name] = { value: scalarOf(value), status: value === null ? 'NULL_VALUE' : 'PRESENT', ageMs: null };
      }
    }
  }
  return { inputs, features };
}
