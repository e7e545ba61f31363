import { sendWebhook } from '../../../../shared/events/webhook-request.ts';
import { retrainingOf } from '../../../domain/response/retraining.ts';
import { secretsOf } from '../../../storage/notify/receiver.ts';
import { causeOf, isOver, later, LOOK_MS, next, stop, type RunStage } from './stage.ts';

const TIMEOUT_MS = 10_000;
const LONGEST_RETRY_MS = 60_000;

/** Asks the trainer, until it has taken the request: at least once, always under the run's id. */
export const request: RunStage = async ({ db, now, notify }, run) => {
  const { action } = run.definition;
  if (action.kind !== 'RETRAIN') throw new Error(`the run ${run.id} retrains nothing`);
  if (action.trainer === null) return next('a trainer asks for it: responseRuns(stage: TRAIN)');
  if (isOver(run, action.answerHours, now()))
    return stop(`${action.trainer} took no request in ${action.answerHours} h`);
  const found = await secretsOf(db.pool, run.project, action.trainer);
  if (found?.receiver.kind !== 'WEBHOOK' || found.secrets.url === null) {
    return stop(`there is no receiver "${action.trainer}" of the kind WEBHOOK`);
  }
  const { url, signing } = found.secrets;
  try {
    const { status } = await sendWebhook({
      url,
      secrets: signing === null ? [] : [signing],
      id: causeOf(run),
      body: JSON.stringify({ type: 'retraining', ...retrainingOf(run) }),
      at: now(),
      allowedHosts: notify.allowedHosts,
      timeoutMs: TIMEOUT_MS,
    });
    if (status >= 200 && status < 300) return next(`${action.trainer} took the request (HTTP ${status})`);
  } catch {
    // Asked again, as what it refuses for a while is: a trainer that is being deployed answers later.
  }
  return later(Math.min(notify.firstRetryMs * 2 ** Math.min(run.attempts, 10), LONGEST_RETRY_MS));
};

/** Until somebody says which version came of it (`answerRetraining`, or a version that carries the run's tag). */
export const train: RunStage = async ({ now }, run) => {
  const { action } = run.definition;
  if (run.modelVersion !== null) return next(`${run.modelVersion} was registered`);
  if (action.kind === 'RETRAIN' && isOver(run, action.answerHours, now())) {
    return stop(`no version came within ${action.answerHours} h`);
  }
  return later(LOOK_MS);
};
