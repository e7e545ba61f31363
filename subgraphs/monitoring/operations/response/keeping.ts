import type { EntityManager } from '@mikro-orm/postgresql';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { record } from '../../../shared/operations/change.ts';
import { responseRunUrn } from '../../domain/ids.ts';
import type { ResponseRun, RunStep } from '../../domain/response/run.ts';
import { addSteps, saveRun } from '../../storage/response/run.ts';

/** Keeps a run with what it went through; each step stands in the audit too. Nothing is kept where nothing was gone through. */
export async function keepRun(
  em: EntityManager,
  context: RequestContext,
  run: ResponseRun,
  steps: readonly RunStep[],
): Promise<void> {
  await saveRun(em, run);
  await addSteps(em, run, steps);
  for (const { kind, at, text } of steps) {
    await record(em, context, {
      action: `response-run.${VERBS[kind]}`,
      subject: responseRunUrn.format({ project: run.project, name: run.id }),
      at,
      value: run,
      reason: text,
      events: [],
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

/** Keeps a run with what a person did to it: the change itself stands in the audit. */
export async function saveAndNote(em: EntityManager, run: ResponseRun, step: RunStep | null): Promise<void> {
  await saveRun(em, run);
  await addSteps(em, run, step === null ? [] : [step]);
}
