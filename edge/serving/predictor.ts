import { DomainError } from '../../core/errors.ts';
import type { TrustedKeys } from '../control-plane/trusted-keys.ts';
import type { FeatureReader } from '../features/feature-reader.ts';
import type { FeatureUse } from '../features/gather.ts';
import { inputForTraffic } from '../../core/recipe/inputs.ts';
import { overruns, type BudgetedStage } from '../recipe/budgets.ts';
import type { ReadyPlan } from '../recipe/plan.ts';
import { allReasons, loggedReasons, shownReasons, type ShownReasons } from '../recipe/reasons.ts';
import { run, type Answer, type RunRequest } from '../recipe/run.ts';
import type { Reasons } from '../../schema/reasons.ts';
import type { ModelScores, RuleResult } from '../../schema/telemetry.ts';
import { Stopwatch } from '../recipe/stopwatch.ts';
import type { Shadows } from '../shadow/shadows.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { PredictionLog } from '../telemetry/prediction-log.ts';
import { isSampled } from '../telemetry/sampling.ts';
import { uuidV7 } from '../telemetry/uuid-v7.ts';
import { choose, type Choice } from '../../core/traffic/choose.ts';
import type { ServingDeployment, ServingTable } from './deployment.ts';
import { findDeployment, type Wanted } from './find.ts';
import { openTesterToken } from './tester.ts';

export interface PredictorDeps {
  readonly table: ServingTable;
  readonly reader: FeatureReader;
  readonly predictions: PredictionLog;
  readonly shadows: Shadows;
  /** Who may sign testers' tokens: whoever may sign manifests. */
  readonly trusted: TrustedKeys;
  readonly metrics: Metrics;
  readonly nowMs: () => number;
  readonly monotonicMs: () => number;
}

/** What `POST /v1/predict/{endpoint}` answers. */
export interface PredictAnswer {
  /** Names the prediction: outcomes refer to it. */
  readonly id: string;
  readonly requestId?: string;
  readonly endpoint: string;
  readonly environment: string;
  /** Null where rules decided without one. */
  readonly score: number | null;
  readonly decision: string | null;
  /** Of the rule that decided; null where none did. */
  readonly confidence: number | null;
  readonly reason: string | null;
  /** The rules that matched or failed, in the recipe's order: the first that matched decided. */
  readonly rules: readonly RuleResult[];
  /** Digest of the release that answered. */
  readonly release: string;
  /** What each of its models said, in the recipe's order; null where it did not. */
  readonly models: ModelScores;
  readonly arm: string | null;
  /** Whether a tester's token chose the release. */
  readonly forced: boolean;
  readonly bucket: number | null;
  /** Whether what the node holds has expired. */
  readonly stale: boolean;
  readonly fallback: { readonly cause: string; readonly action: string; readonly detail: string } | null;
  /** Whether it took longer than the recipe's total budget. */
  readonly overrun: boolean;
  /** The stages that took longer than their budgets. */
  readonly overruns: readonly BudgetedStage[];
  readonly features: Readonly<Record<string, FeatureUse>>;
  /** Where they were asked for: null where the recipe's constant answered, or the time was over. */
  readonly reasons?: ShownReasons | null;
  readonly timings: Readonly<Record<string, number>>;
}

export interface PredictRequest extends RunRequest {
  readonly requestId: string | null;
  /** How many reasons the answer is to give; null: none are asked for. */
  readonly reasons: number | null;
  /** The token of a tester, if one asks. */
  readonly tester: string | null;
}

/** From a request to its answer, with the record kept before the answer is given. */
export class Predictor {
  readonly #deps: PredictorDeps;

  constructor(deps: PredictorDeps) {
    this.#deps = deps;
  }

  async predict(wanted: Wanted, read: () => Promise<PredictRequest>): Promise<PredictAnswer> {
    const { table, metrics } = this.#deps;
    const watch = new Stopwatch(this.#deps.monotonicMs);
    try {
      const deployment = findDeployment(table, wanted);
      return await this.#answer(deployment, await read(), watch);
    } catch (error) {
      const code = error instanceof DomainError ? error.code : 'INTERNAL';
      metrics.count('model_infer_request_failure_total', { model: wanted.name, code });
      throw error;
    }
  }

  async #answer(deployment: ServingDeployment, request: PredictRequest, watch: Stopwatch): Promise<PredictAnswer> {
    const { table, reader, predictions, trusted, nowMs } = this.#deps;
    const { entry, previous } = deployment;
    const occurredAtMs = request.at === null ? nowMs() : Date.parse(request.at);
    const forced = request.tester === null ? null : await openTesterToken(request.tester, deployment, trusted, nowMs());
    const choice = chooseFor(deployment, request, occurredAtMs, forced?.release ?? null);
    const plan = planOf(deployment, choice);
    const tools = { reader, watch };
    const answer = await run(plan, request, tools, { killed: choice.killed, previous });

    const id = uuidV7(nowMs());
    const reasons = this.#reasonsOf(id, answer, request, watch);
    const timings = watch.timings();
    const overMs = overruns(plan.recipe, watch).total ?? 0;
    const kept = await predictions.write({
      ...answer,
      id,
      deployment: entry.deployment,
      choice,
      tester: forced?.tester ?? null,
      occurredAtMs,
      reasons: reasons.logged,
      timings: { ...timings, ...(overMs > 0 && { overrun: overMs }) },
    });
    watch.end('log');
    const timed = watch.timings();
    const over = Object.keys(overruns(plan.recipe, watch)) as BudgetedStage[];
    this.#observe(entry, { ...answer, reasons: kept ? reasons.logged : null }, timed, over);
    // Last, and only noted down: a pair needs its prediction, and testers are not compared.
    if (kept && !forced)
      this.#deps.shadows.offer(deployment, { predictionId: id, occurredAtMs, inputs: request.inputs, answer });
    return {
      id,
      ...(request.requestId !== null && { requestId: request.requestId }),
      endpoint: entry.endpoint,
      environment: entry.environment,
      score: answer.score,
      decision: answer.decision,
      confidence: answer.confidence,
      reason: answer.reason,
      rules: answer.rules,
      release: answer.plan.digest,
      models: answer.models,
      arm: choice.arm,
      forced: forced !== null,
      bucket: choice.bucket,
      stale: table.freshness().stale,
      fallback: fallbackShown(answer),
      overrun: over.includes('total'),
      overruns: over,
      features: answer.features,
      ...(request.reasons !== null && { reasons: reasons.shown }),
      timings: timed,
    };
  }

  /** The reasons that the caller asks for, and those that the recipe wants in the log. None where the time is over. */
  #reasonsOf(
    id: string,
    answer: Answer,
    { reasons: asked }: PredictRequest,
    watch: Stopwatch,
  ): { readonly shown: ShownReasons | null; readonly logged: Reasons | null } {
    const { budgets, logging } = answer.plan.recipe;
    const sampled = logging.reasons && isSampled(id, logging.reasons.sampleRate, 'REASONS') ? logging.reasons : null;
    if ((asked === null && !sampled) || watch.elapsedMs() > budgets.totalMs) return { shown: null, logged: null };
    const all = allReasons(answer);
    const shown = all && asked !== null ? shownReasons(all, asked, answer) : null;
    const logged = all && sampled ? loggedReasons(all, sampled.most, answer.plan) : null;
    watch.end('reasons');
    return { shown, logged };
  }

  #observe(
    { endpoint, environment }: ServingDeployment['entry'],
    { plan, fallback, runMs, rules, models, reasons }: Answer & { readonly reasons: Reasons | null },
    timings: PredictAnswer['timings'],
    over: readonly BudgetedStage[],
  ): void {
    const { metrics } = this.#deps;
    const { features, total } = timings;
    for (const [i, { version, number }] of plan.models.entries()) {
      const labels = { model: version, version: number };
      const failure = models[i]?.failure;
      if (failure === undefined) metrics.count('model_infer_request_success_total', labels);
      else metrics.count('model_failed_total', { ...labels, cause: failure });
      const ms = runMs[i] ?? null;
      if (ms !== null) metrics.observe('model_infer_duration_seconds', ms / 1_000, labels);
    }
    if (features !== undefined && plan.features.length > 0) {
      metrics.observe('feature_fetch_duration_seconds', features / 1_000);
    }
    if (total !== undefined) metrics.observe('prediction_duration_seconds', total / 1_000);
    for (const { name: rule, outcome } of rules) {
      metrics.count('prediction_rule_total', { deployment: `${endpoint}@${environment}`, rule, outcome });
    }
    if (fallback) metrics.count('prediction_fallback_total', { cause: fallback });
    if (reasons) {
      metrics.count('prediction_reasons_logged_total');
      metrics.count('prediction_reasons_logged_bytes_total', {}, JSON.stringify(reasons).length);
    }
    for (const stage in timings) {
      if (stage !== 'total')
        metrics.observe('prediction_stage_duration_seconds', (timings[stage] ?? 0) / 1_000, { stage });
    }
    for (const stage of over) metrics.count('prediction_stage_overrun_total', { stage });
    if (over.includes('total')) metrics.count('prediction_overrun_total');
  }
}

const fallbackShown = ({ fallback, fallbackAction, detail }: Answer): PredictAnswer['fallback'] =>
  fallback && fallbackAction && { cause: fallback, action: fallbackAction, detail };

/** Traffic looks at the inputs before a recipe is chosen: by the types of the default release. */
function chooseFor(
  { entry, plans }: ServingDeployment,
  { inputs }: RunRequest,
  atMs: number,
  forced: string | null,
): Choice {
  const byDefault = entry.traffic.find((layer) => layer.kind === 'DEFAULT');
  const typed = (byDefault && plans.get(byDefault.release)) ?? [...plans.values()][0];
  return choose(entry.traffic, typed ? inputForTraffic(typed, inputs) : () => null, atMs, forced);
}

export function planOf({ entry, plans, forced }: ServingDeployment, { release, layer }: Choice): ReadyPlan {
  const plan = release === null ? undefined : (layer === 'FORCED' ? forced : plans).get(release);
  if (plan) return plan;
  if (layer === 'FORCED') {
    throw new DomainError('UNAVAILABLE', `the release for testers of ${entry.deployment} is not ready on this node`);
  }
  throw new DomainError('UNAVAILABLE', `the traffic of ${entry.deployment} leads to no release for this request`);
}
