import { randomUUID } from 'node:crypto';
import { DomainError } from '../../../../core/errors.ts';
import { serviceActor } from '../../../shared/peer.ts';
import { advanced, ended, type ResponseRun, type RunStep, type Stage } from '../../domain/response/run.ts';
import { claimDue, lockRun } from '../../storage/response/run.ts';
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

  constructor(deps: MonitoringDeps) {
    this.#deps = deps;
  }

  /** Until nothing is due. */
  async actDue(): Promise<void> {
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

  /** Another process may have taken in the same stage, or a person stopped the run: then its answer changes nothing. */
  async #takeIn({ project, id, author }: ResponseRun, stage: Stage, result: StageResult): Promise<void> {
    const { db, now } = this.#deps;
    const context = { actor: serviceActor('monitoring', [], project, author), requestId: `act-${randomUUID()}` };
    await db.transaction(async (em) => {
      const before = await lockRun(em, project, id);
      if (before?.state !== 'ACTING' || before.stage !== stage) return;
      const at = now();
      if (result.outcome === 'LATER') {
        await keepRun(em, context, { ...before, nextAt: new Date(at.getTime() + result.afterMs) }, []);
        return;
      }
      const by = null;
      if (result.outcome === 'STOP') {
        await keepRun(em, context, ended(before, 'STOPPED', at), [{ at, by, kind: 'STOPPED', text: result.text }]);
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
