import type { EntityManager } from '@mikro-orm/postgresql';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { record } from '../../../shared/operations/change.ts';
import { responseRunUrn } from '../../domain/ids.ts';
import { runEvent } from '../../domain/response/response-event.ts';
import type { ResponseRun, RunStep } from '../../domain/response/run.ts';
import { addSteps, saveRun } from '../../storage/response/run.ts';

/** Keeps a run with what it went through: each step stands in the audit, and where there is one, the run is an event. */
export async function keepRun(
  em: EntityManager,
  context: RequestContext,
  run: ResponseRun,
  steps: readonly RunStep[],
): Promise<void> {
  const kept = steps.length === 0 ? run : { ...run, revision: run.revision + 1 };
  await saveRun(em, kept);
  await addSteps(em, kept, steps);
  for (const [i, { kind, at, text }] of steps.entries()) {
    await record(em, context, {
      action: `response-run.${VERBS[kind]}`,
      subject: responseRunUrn.format({ project: run.project, name: run.id }),
      at,
      value: kept,
      reason: text,
      events: i < steps.length - 1 ? [] : [runEvent(kept, text, at)],
    });
  }
}

/** As the audit names steps. */
const VERBS: Readonly<Record<RunStep['kind'], string>> = {
  TRIGGERED: 'trigger',
  HELD: 'hold',
  BREAKER_OPENED: 'open-breaker',
  LAPSED: 'lapse',
  OBSERVED: 'observe',
  SUGGESTED: 'suggest',
  ASKED: 'ask',
  APPROVED: 'approve',
  REJECTED: 'reject',
  EXPIRED: 'expire',
  BEGUN: 'begin',
  REQUEST: 'request-training',
  TRAIN: 'train',
  SUBMIT: 'submit',
  VALIDATE: 'validate',
  APPROVE: 'approve-version',
  RELEASE: 'release',
  SHADOW: 'start-shadow',
  COMPARE: 'compare',
  ROLL_OUT: 'start-rollout',
  PROMOTE: 'promote',
  ROLL_BACK: 'roll-back',
  FALL_BACK: 'fall-back',
  PAGE: 'page',
  DONE: 'end',
  STOPPED: 'stop',
};

/** Keeps a run with what a person did to it, and answers with it: the change itself stands in the audit. */
export async function saveAndNote(em: EntityManager, run: ResponseRun, step: RunStep | null): Promise<ResponseRun> {
  const kept = { ...run, revision: run.revision + 1 };
  await saveRun(em, kept);
  await addSteps(em, kept, step === null ? [] : [step]);
  return kept;
}
