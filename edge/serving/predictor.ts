import { DomainError } from '../../core/errors.ts';
import type { TrustedKeys } from '../control-plane/trusted-keys.ts';
import type { FeatureReader } from '../features/feature-reader.ts';
import type { ReadAhead } from './read-ahead.ts';
import { trafficInputs } from '../../core/recipe/traffic-inputs.ts';
import { segmentsOf } from '../../core/recipe/segments.ts';
import { checkDeadline } from '../recipe/deadline.ts';
import { overruns, type BudgetedStage } from '../recipe/budgets.ts';
import type { ReadyPlan } from '../recipe/plan.ts';
import { beginRun, finishRun, type Answer, type BegunRun, type Instead, type RunRequest } from '../recipe/run.ts';
import { Stopwatch, type StageClock } from '../recipe/stopwatch.ts';
import type { Shadows } from '../shadow/shadows.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Detectors } from '../detectors/detectors.ts';
import type { FeatureReads } from '../telemetry/feature-reads.ts';
import type { LastMinute } from '../telemetry/last-minute.ts';
import type { PredictionLog } from '../telemetry/prediction-log.ts';
import { uuidV7 } from '../telemetry/uuid-v7.ts';
import { choose, NO_INPUTS, type Choice } from '../../core/traffic/choose.ts';
import type { ServingDeployment, ServingTable } from './deployment.ts';
import type { Caller } from './caller.ts';
import { findDeployment, type Wanted } from './find.ts';
import { countReasons, observeAnswer } from './observe.ts';
import { shownAnswer, type PredictAnswer } from './predict-answer.ts';
import { reasonsFor } from './reasons-for.ts';
import { openTesterToken } from './tester.ts';

export interface PredictorDeps extends StageClock {
  readonly table: ServingTable;
  readonly reader: FeatureReader;
  readonly predictions: PredictionLog;
  readonly shadows: Shadows;
  /** Who may sign testers' tokens: whoever may sign manifests. */
  readonly trusted: TrustedKeys;
  readonly metrics: Metrics;
  readonly detectors: Detectors;
  readonly unanswered: LastMinute;
  readonly featureReads: FeatureReads;
  readonly readAhead: ReadAhead;
  readonly nowMs: () => number;
}

export interface PredictRequest extends RunRequest {
  readonly requestId: string | null;
  /** How many reasons the answer is to give; null: none are asked for. */
  readonly reasons: number | null;
  /** The token of a tester, if one asks. */
  readonly tester: string | null;
}

/** Why a row has no answer: a DomainError, or a mistake of ours. */
export interface RowFailure {
  readonly failure: unknown;
}
/** A row of a batch as it was read, or why it could not be. */
export type BatchRow = PredictRequest | RowFailure;
export type RowAnswer = PredictAnswer | RowFailure;

/** A request that waits to be computed, with what traffic says of it. */
interface Begun {
  readonly deployment: ServingDeployment;
  readonly request: PredictRequest;
  readonly watch: Stopwatch;
  readonly occurredAtMs: number;
  readonly tester: string | null;
  readonly caller: Caller;
  readonly choice: Choice;
  readonly run: BegunRun;
}

/** A release that a request was led to. */
interface Tried extends Pick<Begun, 'deployment' | 'caller'> {
  readonly plan: ReadyPlan;
  /** Whether what became of it says something of the release: neither stopped nor forced by a tester. */
  readonly isTried: boolean;
}

/** After so long at a stretch others get their turn. */
const TURN_MS = 5;
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** From a request to its answer, with the record kept before the answer is given. */
export class Predictor {
  readonly #deps: PredictorDeps;

  constructor(deps: PredictorDeps) {
    this.#deps = deps;
  }

  async predict(wanted: Wanted, read: () => Promise<PredictRequest>): Promise<PredictAnswer> {
    const watch = new Stopwatch(this.#deps);
    try {
      const deployment = findDeployment(this.#deps.table, wanted);
      const begun = await this.#begin({ deployment, caller: wanted.caller }, await read(), watch);
      return await this.#keep(begun, await this.#finish(begun));
    } catch (error) {
      throw this.#failed(wanted, error);
    }
  }

  /**
   * Many rows at once, each a prediction of its own: their features are read together, then each is computed in its
   * turn, by a budget that leaves out the others. A row that fails costs itself alone.
   */
  async predictAll(wanted: Wanted, read: () => Promise<readonly BatchRow[]>): Promise<readonly RowAnswer[]> {
    const deployment = findDeployment(this.#deps.table, wanted);
    return this.#finishAll(wanted, await this.#beginAll(wanted, deployment, await read()));
  }

  /**
   * As predictAll, for a form of answer that has no place for a row's failure: nothing is computed unless each row can be
   * read. Throws the first row's failure with its number.
   */
  async predictWhole(wanted: Wanted, rows: readonly PredictRequest[]): Promise<readonly PredictAnswer[]> {
    const deployment = findDeployment(this.#deps.table, wanted);
    const begun = answeredOnly(await this.#beginAll(wanted, deployment, rows));
    return answeredOnly(await this.#finishAll(wanted, begun));
  }

  async #settle<T>(wanted: Wanted, one: Promise<T>): Promise<T | RowFailure> {
    return one.catch((error: unknown): RowFailure => ({ failure: this.#failed(wanted, error) }));
  }

  /** Reads the features of all rows together. */
  #beginAll(
    wanted: Wanted,
    deployment: ServingDeployment,
    rows: readonly BatchRow[],
  ): Promise<readonly (Begun | RowFailure)[]> {
    const beginRow = (row: BatchRow): Promise<Begun> =>
      'failure' in row
        ? Promise.reject(row.failure)
        : this.#begin({ deployment, caller: wanted.caller }, row, new Stopwatch(this.#deps));
    return Promise.all(rows.map((row) => this.#settle(wanted, beginRow(row))));
  }

  /** Computes rows one after another, and lets others have their turn between them. */
  async #finishAll(wanted: Wanted, begun: readonly (Begun | RowFailure)[]): Promise<readonly RowAnswer[]> {
    const { monotonicMs } = this.#deps;
    const answers: Promise<RowAnswer>[] = [];
    let turnedMs = monotonicMs();
    for (const row of begun) {
      if ('failure' in row) {
        answers.push(Promise.resolve(row));
        continue;
      }
      row.watch.resume();
      const answer = await this.#settle(wanted, this.#finish(row));
      // The log takes what comes in one turn together.
      answers.push('failure' in answer ? Promise.resolve(answer) : this.#settle(wanted, this.#keep(row, answer)));
      if (monotonicMs() - turnedMs < TURN_MS) continue;
      await turn();
      turnedMs = monotonicMs();
    }
    return Promise.all(answers);
  }

  /** Counts a failure, and reports one of ours. */
  #failed({ name }: Wanted, error: unknown): unknown {
    const code = error instanceof DomainError ? error.code : 'INTERNAL';
    this.#deps.metrics.count('model_infer_request_failure_total', { model: name, code });
    return error;
  }

  async #begin(
    { deployment, caller }: Pick<Begun, 'deployment' | 'caller'>,
    request: PredictRequest,
    watch: Stopwatch,
  ): Promise<Begun> {
    const { reader, trusted, nowMs, detectors } = this.#deps;
    const occurredAtMs = request.at === null ? nowMs() : Date.parse(request.at);
    const forced = request.tester === null ? null : await openTesterToken(request.tester, deployment, trusted, nowMs());
    const choice = chooseFor(deployment, request, occurredAtMs, forced?.release ?? null);
    const plan = planOf(deployment, choice);
    const { previous } = deployment;
    const instead = insteadOf(choice, forced ? null : detectors.tripped(deployment.entry.deployment, plan));
    const tester = forced?.tester ?? null;
    const begun = await this.#noting(
      { deployment, caller, plan, isTried: instead === null && forced === null },
      beginRun(plan, request, { reader, watch, leftMs: caller.leftMs }, { instead, previous }),
    );
    if (caller.trust === 'server') this.#deps.featureReads.note(plan.digest, begun.reached.features);
    return { deployment, request, watch, occurredAtMs, tester, caller, choice, run: begun };
  }

  async #finish(begun: Begun): Promise<Answer> {
    const { deployment, caller, tester, run } = begun;
    const tried = { deployment, caller, plan: run.plan, isTried: run.instead === null && tester === null };
    const answer = await this.#noting(tried, finishRun(run));
    if (tried.isTried) this.#detect(tried, answer);
    return answer;
  }

  /** Notes where a release gives no answer, for a reason of ours, to a server: those with public keys may ask anything. */
  async #noting<T>(tried: Tried, work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      const { caller, plan } = tried;
      const isOurs = !(error instanceof DomainError) || error.status >= 500;
      if (isOurs && caller.trust === 'server') this.#deps.unanswered.add(plan.digest);
      if (isOurs && tried.isTried) this.#detect(tried, null);
      throw error;
    }
  }

  #detect({ deployment: { entry }, caller: { trust }, plan }: Tried, answer: Answer | null): void {
    this.#deps.detectors.note({ deployment: entry.deployment, plan, trust }, answer);
  }

  async #keep(begun: Begun, answer: Answer): Promise<PredictAnswer> {
    const { table, predictions, shadows, readAhead, metrics, nowMs } = this.#deps;
    const { deployment, request, watch, occurredAtMs, tester, caller, choice } = begun;
    const { entry } = deployment;
    const { recipe } = begun.run.plan;
    checkDeadline(caller.leftMs());
    const id = uuidV7(nowMs());
    const reasons = reasonsFor(id, answer, request.reasons, watch);
    const timings = watch.timings();
    const overMs = overruns(recipe, watch).total ?? 0;
    const segments = segmentsOf(answer.plan.segments, answer.inputs, occurredAtMs);
    const kept = await predictions.write({
      ...answer,
      id,
      deployment: entry.deployment,
      choice,
      tester,
      trust: caller.trust,
      occurredAtMs,
      reasons: reasons.logged,
      segments,
      timings: { ...timings, ...(overMs > 0 && { overrun: overMs }) },
    });
    watch.end('log');
    const timed = watch.timings();
    const over = Object.keys(overruns(recipe, watch)) as BudgetedStage[];
    observeAnswer(metrics, entry, answer, timed, over);
    if (kept && reasons.logged) countReasons(metrics, reasons.logged);
    // Last, and only noted down: a pair needs its prediction; testers and public keys are not compared.
    if (kept && tester === null && caller.trust === 'server') {
      shadows.offer(deployment, { predictionId: id, occurredAtMs, inputs: request.inputs, answer });
    }
    if (tester === null && caller.trust === 'server') readAhead.offer(deployment, request);
    return shownAnswer({
      id,
      requestId: request.requestId,
      entry,
      answer,
      choice,
      forced: tester !== null,
      segments,
      stale: table.freshness().stale,
      over,
      ...(request.reasons !== null && { reasons: reasons.shown }),
      timings: timed,
    });
  }
}

/** Throws the failure of the first row that has one, and says which row it is. */
function answeredOnly<T extends object>(rows: readonly (T | RowFailure)[]): readonly T[] {
  return rows.map((row, i) => {
    if (!('failure' in row)) return row;
    const { failure } = row;
    if (!(failure instanceof DomainError)) throw failure;
    throw new DomainError(failure.code, `row ${i}: ${failure.message}`, { ...failure.details, row: i });
  });
}

const insteadOf = ({ killed }: Choice, tripped: string | null): Instead | null => {
  if (killed !== null) return { cause: 'KILLED', detail: killed };
  return tripped === null ? null : { cause: 'DETECTED', detail: tripped };
};

/** Traffic looks at the inputs before a recipe is chosen: by the types of the default release. */
function chooseFor(
  { entry, plans }: ServingDeployment,
  { inputs }: RunRequest,
  atMs: number,
  forced: string | null,
): Choice {
  const byDefault = entry.traffic.find((layer) => layer.kind === 'DEFAULT');
  const typed = (byDefault && plans.get(byDefault.release)) ?? [...plans.values()][0];
  return choose(entry.traffic, typed ? trafficInputs(typed, inputs, atMs) : NO_INPUTS, atMs, forced);
}

export function planOf({ entry, plans, forced }: ServingDeployment, { release, layer }: Choice): ReadyPlan {
  const plan = release === null ? undefined : (layer === 'FORCED' ? forced : plans).get(release);
  if (plan) return plan;
  if (layer === 'FORCED') {
    throw new DomainError('UNAVAILABLE', `the release for testers of ${entry.deployment} is not ready on this node`);
  }
  throw new DomainError('UNAVAILABLE', `the traffic of ${entry.deployment} leads to no release for this request`);
}
