import type { ShadowCounts, ShadowRecord } from '../../schema/telemetry.ts';
import type { ReadyPlan } from '../recipe/plan.ts';
import { decide } from '../../core/recipe/decide.ts';
import type { Answer } from '../recipe/run.ts';
import { modelScores, scoreBy, type Scored } from '../recipe/score.ts';
import { Stopwatch, type StageClock } from '../recipe/stopwatch.ts';
import { scalarOf } from '../../core/recipe/value.ts';
import { within } from '../recipe/within.ts';
import type { ServingDeployment } from '../serving/deployment.ts';
import type { RecordLog } from '../telemetry/record-log.ts';
import { uuidV7 } from '../telemetry/uuid-v7.ts';
import { isShadowed } from '../../core/traffic/layer-kinds.ts';
import type { ShadowLayer } from '../../core/traffic/layers.ts';
import { ShadowTally, type ShadowDrop, type ShadowFailure } from './shadow-counts.ts';
import { shadowValues } from './shadow-values.ts';

export interface ShadowsOptions extends StageClock {
  readonly log: RecordLog;
  /** From the answer to the shadow's score. */
  readonly budgetMs: number;
  /** Answers that may wait. */
  readonly mostQueued: number;
  readonly nowMs: () => number;
  readonly onFault: (error: unknown) => void;
}

/** An answer as it was given, with what it was made of. */
export interface GivenAnswer {
  readonly predictionId: string;
  readonly occurredAtMs: number;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly answer: Answer;
}

/** A score with what the shadow's rules or threshold make of it. */
type Decided = Scored & { readonly decision: string | null };

interface Job extends GivenAnswer {
  readonly deployment: string;
  readonly layer: ShadowLayer;
  readonly plan: ReadyPlan;
  /** Begins with the offer. */
  readonly watch: Stopwatch;
}

/** After so long at a stretch others get their turn. */
const TURN_MS = 5;
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/**
 * Scores answers by the release that shadows their deployment, after they were given, one at a time. What does not fit
 * the queue or the time is given up and counted; an answer never waits for it.
 */
export class Shadows {
  readonly since: string;
  readonly #options: ShadowsOptions;
  readonly #tally = new ShadowTally();
  readonly #queue: Job[] = [];
  #draining: Promise<void> | null = null;
  readonly #keeping = new Set<Promise<void>>();
  #stopping = false;
  #givenUp = false;

  constructor(options: ShadowsOptions) {
    this.#options = options;
    this.since = new Date(options.nowMs()).toISOString();
  }

  counts(): ShadowCounts[] {
    return this.#tally.counts();
  }

  /** Notes an answer down for its shadow, if it has one. Never throws, and takes no time. */
  offer({ entry, shadow }: ServingDeployment, given: GivenAnswer): void {
    if (!shadow) return;
    const { layer, plan } = shadow;
    const { answer, occurredAtMs } = given;
    // A fallback is no model's word, and a release has nothing to say about itself.
    if (answer.fallback !== null || answer.plan.digest === layer.release) return;
    const unit = answer.inputs[layer.unit] ?? null;
    if (!isShadowed(layer, unit === null ? null : String(scalarOf(unit)), occurredAtMs)) return;
    this.#tally.of(layer).chosen++;
    if (!plan) return this.#drop(layer, 'NOT_READY');
    if (plan.p99Ms > this.#options.budgetMs) return this.#drop(layer, 'ADMISSION_REFUSED');
    if (this.#stopping) return this.#drop(layer, 'STOPPED');
    if (this.#queue.length >= this.#options.mostQueued) return this.#drop(layer, 'QUEUE_FULL');
    const watch = new Stopwatch(this.#options);
    this.#queue.push({ ...given, deployment: entry.deployment, layer, plan, watch });
    this.#draining ??= this.#drain();
  }

  /** Takes no more; scores what waits within `mostMs` and gives the rest up. */
  async stop(mostMs: number): Promise<void> {
    this.#stopping = true;
    await within(mostMs, this.settled(), 'the last shadows').catch(() => undefined);
    this.#givenUp = true;
    for (const { layer } of this.#queue.splice(0)) this.#drop(layer, 'STOPPED');
  }

  /** Resolves when none waits or is being scored. */
  async settled(): Promise<void> {
    await this.#draining;
    await Promise.all(this.#keeping);
  }

  #drop(layer: ShadowLayer, reason: ShadowDrop): void {
    const { dropped } = this.#tally.of(layer);
    dropped[reason] = (dropped[reason] ?? 0) + 1;
  }

  async #drain(): Promise<void> {
    const { monotonicMs } = this.#options;
    await turn(); // the answer leaves first
    let turnedMs = monotonicMs();
    for (let job = this.#queue.shift(); job; job = this.#queue.shift()) {
      try {
        await this.#take(job);
      } catch (error) {
        this.#fail(job, error);
      }
      if (monotonicMs() - turnedMs < TURN_MS) continue;
      await turn();
      turnedMs = monotonicMs();
    }
    this.#draining = null;
  }

  async #take(job: Job): Promise<void> {
    job.watch.end('wait');
    if (job.watch.elapsedMs() > this.#options.budgetMs) return this.#drop(job.layer, 'OVERRUN');
    const scored = await this.#score(job);
    if (this.#givenUp) return this.#drop(job.layer, 'STOPPED');
    // The next one need not wait until the log has written this one down.
    const keeping = this.#keep(job, scored)
      .catch((error: unknown) => this.#fail(job, error))
      .finally(() => this.#keeping.delete(keeping));
    this.#keeping.add(keeping);
  }

  #fail({ layer }: Job, error: unknown): void {
    this.#drop(layer, 'FAULT');
    this.#options.onFault(error);
  }

  async #keep(job: Job, scored: Decided | ShadowFailure): Promise<void> {
    const record = this.#recordOf(job, scored);
    const json = JSON.stringify(record);
    if (!(await this.#options.log.append({ kind: 'shadow', id: record.id, json, whenFull: 'DROP' }))) {
      return this.#drop(job.layer, 'LOG_FULL');
    }
    const counts = this.#tally.of(job.layer);
    counts.recorded++;
    if (typeof scored === 'string') counts.failed[scored] = (counts.failed[scored] ?? 0) + 1;
  }

  async #score({ plan, inputs, answer, watch }: Job): Promise<Decided | ShadowFailure> {
    const { budgetMs } = this.#options;
    const values = shadowValues(plan, inputs, answer);
    if (typeof values === 'string') return values;
    const running = scoreBy(plan, values, { totalMs: Infinity }, watch);
    try {
      const scored = await within(budgetMs - watch.elapsedMs(), running, 'the shadow');
      if ('cause' in scored) return 'ENGINE_ERROR';
      const { stopped, decision } = decide(plan, { ...values, ...scored });
      return stopped ? 'RULE_ERROR' : { ...scored, decision };
    } catch {
      // One run at a time: the next one must not pay for this one.
      await running;
      return 'OVERRUN';
    }
  }

  #recordOf(job: Job, scored: Decided | ShadowFailure): ShadowRecord {
    const { predictionId, deployment, layer, plan, answer, occurredAtMs, watch } = job;
    const { score, models, decision } =
      typeof scored === 'string' ? { score: null, models: modelScores(plan), decision: null } : scored;
    return {
      id: uuidV7(this.#options.nowMs()),
      predictionId,
      deployment,
      holder: layer.holder,
      holderRevision: layer.holderRevision,
      occurredAt: new Date(occurredAtMs).toISOString(),
      release: plan.digest,
      models,
      score,
      decision,
      failure: typeof scored === 'string' ? scored : null,
      primary: {
        release: answer.plan.digest,
        score: answer.score,
        decision: answer.decision,
      },
      timings: watch.timings(),
    };
  }
}
