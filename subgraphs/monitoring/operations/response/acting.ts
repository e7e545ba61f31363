import { randomUUID } from 'node:crypto';
import { DomainError } from '../../../../core/errors.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { serviceActor } from '../../../shared/peer.ts';
import { advanced, ended, expiryOf, type ResponseRun, type RunStep, type Stage } from '../../domain/response/run.ts';
import { claimDue, lastStep, lockRun } from '../../storage/response/run.ts';
import type { MonitoringDeps } from '../deps.ts';
import { keepRun } from './keeping.ts';
import { page } from './stages/page.ts';
import { release } from './stages/release.ts';
import { isOver, type RunStage, type StageResult } from './stages/stage.ts';
import { compare, promote, startRollout, startShadow } from './stages/studies.ts';
import { fallBack, rollBack } from './stages/traffic.ts';
import { request, train } from './stages/training.ts';
import { approve, submit, validate } from './stages/version.ts';

const STAGE: Readonly<Record<Stage, RunStage>> = {
  REQUEST: request,
  TRAIN: train,
  SUBMIT: submit,
  VALIDATE: validate,
  APPROVE: approve,
  RELEASE: release,
  SHADOW: startShadow,
  COMPARE: compare,
  ROLL_OUT: startRollout,
  PROMOTE: promote,
  ROLL_BACK: rollBack,
  FALL_BACK: fallBack,
  PAGE: page,
};

const AT_ONCE = 8;
/** After these nobody knows whether it was done: it is sent again, under the same cause. */
const UNKNOWN_END: ReadonlySet<string> = new Set(['SUBGRAPH_UNAVAILABLE', 'UNAVAILABLE', 'TIMEOUT', 'INTERNAL']);
const LONGEST_RETRY_MS = 60_000;
/** How long a command is sent again and again. */
const GIVE_UP_HOURS = 24;

/** Carries runs out, one command at a time: kept first, then sent, then its answer is taken in. */
export class Acting {
  readonly #deps: MonitoringDeps;
  readonly #running = new Set<Promise<void>>();

  constructor(deps: MonitoringDeps) {
    this.#deps = deps;
  }

  /** What was decided just now is begun at once; nobody waits for it. */
  actSoon(): void {
    this.actDue().catch((error: unknown) => this.#deps.log.warn({ err: error }, 'responses are looked at again'));
  }

  /** Until nothing is due. */
  actDue(): Promise<void> {
    const running = this.#actDue().finally(() => this.#running.delete(running));
    this.#running.add(running);
    return running;
  }

  /** What is on its way arrives or fails first. */
  async stop(): Promise<void> {
    await Promise.allSettled(this.#running);
  }

  async #actDue(): Promise<void> {
    for (;;) {
      const due = await claimDue(this.#deps.db.pool, this.#deps.now(), AT_ONCE);
      await Promise.all(
        due.map((run) =>
          this.#act(run).catch((error: unknown) => {
            // Its lease ends, and it is tried again; the others go on.
            this.#deps.log.error({ err: error, run: run.id }, 'what came of a stage could not be kept');
          }),
        ),
      );
      if (due.length === 0) return;
    }
  }

  async #act(run: ResponseRun): Promise<void> {
    const { stage } = run;
    if (run.state === 'ASKING') return this.#expire(run);
    if (stage === null) throw new Error(`the run ${run.id} acts in no stage`);
    await this.#takeIn(run, stage, await this.#attempt(run, stage));
  }

  async #attempt(run: ResponseRun, stage: Stage): Promise<StageResult> {
    const { log, now, notify } = this.#deps;
    try {
      return await STAGE[stage](this.#deps, run);
    } catch (error) {
      if (error instanceof DomainError && !UNKNOWN_END.has(error.code)) return { outcome: 'STOP', text: error.message };
      log.warn({ err: error, run: run.id, stage }, 'a stage of a response is tried again');
      if (isOver(run, GIVE_UP_HOURS, now())) return { outcome: 'STOP', text: `nobody answered for ${GIVE_UP_HOURS} h` };
      return {
        outcome: 'LATER',
        afterMs: Math.min(notify.firstRetryMs * 2 ** Math.min(run.attempts, 10), LONGEST_RETRY_MS),
      };
    }
  }

  /** Nobody let it act in time. */
  async #expire({ project, id, author }: ResponseRun): Promise<void> {
    const { db, now } = this.#deps;
    await db.transaction(async (em) => {
      const before = await lockRun(em, project, id);
      const at = now();
      const until = before && expiryOf(before);
      if (before?.state !== 'ASKING' || !until || at < until) return;
      const text = `nobody approved it until ${until.toISOString()}: nothing was done`;
      const step: RunStep = { at, by: null, kind: 'EXPIRED', text };
      await keepRun(em, ownContext(project, author), ended(before, 'EXPIRED', at), [step]);
    });
  }

  /** Another process may have taken in the same stage, or a person stopped the run: then its answer changes nothing. */
  async #takeIn({ project, id, author }: ResponseRun, stage: Stage, result: StageResult): Promise<void> {
    const { db, now } = this.#deps;
    const context = ownContext(project, author);
    await db.transaction(async (em) => {
      const before = await lockRun(em, project, id);
      if (before?.state !== 'ACTING' || before.stage !== stage) return;
      const at = now();
      const by = null;
      if (result.outcome === 'LATER') {
        const { afterMs, asks } = result;
        const after = {
          ...before,
          nextAt: new Date(at.getTime() + afterMs),
          refusedBy: asks?.refusedBy ?? before.refusedBy,
        };
        const isSaid = asks === undefined || (await lastStep(em, before))?.text === asks.text;
        await keepRun(em, context, after, isSaid ? [] : [{ at, by, kind: 'ASKED', text: asks.text }]);
        return;
      }
      if (result.outcome !== 'NEXT') {
        const end = result.outcome === 'STOP' ? 'STOPPED' : 'EXPIRED';
        await keepRun(em, context, ended(before, end, at), [{ at, by, kind: end, text: result.text }]);
        return;
      }
      await result.save?.(em, at);
      const after = advanced(before, result.results ?? {}, at);
      const steps: RunStep[] = [{ at, by, kind: stage, text: result.text }];
      if (after.state === 'DONE') steps.push({ at, by, kind: 'DONE', text: 'nothing is left to do' });
      await keepRun(em, context, after, steps);
    });
  }
}

/** It acts for who said the policy. */
const ownContext = (project: string, author: string): RequestContext => ({
  actor: serviceActor('monitoring', [], project, author),
  requestId: `act-${randomUUID()}`,
});
