import { settle, takeDue, type StoredNotification } from '../../storage/notify/notification.ts';
import { secretsOf } from '../../storage/notify/receiver.ts';
import type { MonitoringDeps } from '../deps.ts';
import { send } from './send.ts';

const AT_ONCE = 16;
const TIMEOUT_MS = 10_000;
const LONGEST_RETRY_MS = 60_000;
const LONGEST_RETRY_AFTER_MS = 60 * 60_000;
/** Tried for so long, then DEAD: who has been away for a day hears it from what repeats. */
const GIVE_UP_AFTER_MS = 24 * 60 * 60_000;
/** A receiver that is being deployed answers 404, or 401, for a while: a refusal is believed after this. */
const BELIEVE_REFUSAL_AFTER_MS = 60 * 60_000;

/** Sends what is due, each at least once and always under the same id. */
export class Delivering {
  readonly #deps: MonitoringDeps;
  readonly #running = new Set<Promise<void>>();

  constructor(deps: MonitoringDeps) {
    this.#deps = deps;
  }

  /** Until nothing is due. */
  deliverDue(): Promise<void> {
    const running = this.#deliverDue().finally(() => this.#running.delete(running));
    this.#running.add(running);
    return running;
  }

  /** What is on its way arrives or fails first. */
  async stop(): Promise<void> {
    await Promise.allSettled(this.#running);
  }

  async #deliverDue(): Promise<void> {
    for (;;) {
      const due = await takeDue(this.#deps.db.pool, this.#deps.now(), AT_ONCE);
      await Promise.all(due.map((notification) => this.#deliver(notification)));
      if (due.length < AT_ONCE) return;
    }
  }

  async #deliver(notification: StoredNotification): Promise<void> {
    const { id, project, receiver: name, body, attempts, firstAt } = notification;
    const { db, now, notify, metrics } = this.#deps;
    const found = await secretsOf(db.pool, project, name);
    const met = found
      ? await send(found, body, { ...notify, at: now(), timeoutMs: TIMEOUT_MS, skip: notification.sent })
      : { ok: false, again: true, sent: 0, answer: `there is no receiver "${name}"`, retryAfter: undefined };
    const at = now().getTime();
    const tried = at - firstAt.getTime();
    const state = met.ok
      ? 'DELIVERED'
      : !met.again && tried >= BELIEVE_REFUSAL_AFTER_MS
        ? 'FAILED'
        : tried >= GIVE_UP_AFTER_MS
          ? 'DEAD'
          : 'PENDING';
    const backoffMs = Math.min(notify.firstRetryMs * 2 ** (attempts - 1), LONGEST_RETRY_MS);
    const nextAt = new Date(state === 'PENDING' ? at + Math.max(backoffMs, retryAfterMs(met.retryAfter)) : at);
    await settle(db.pool, { id, state, sent: met.sent, nextAt, answer: met.answer });
    metrics.noteNotification(found?.receiver.kind ?? 'UNKNOWN', state === 'PENDING' ? 'RETRY' : state);
  }
}

/** Seconds, as HTTP allows; 0 for anything else. */
const retryAfterMs = (header: string | undefined): number =>
  header !== undefined && /^\d+$/.test(header) ? Math.min(Number(header) * 1_000, LONGEST_RETRY_AFTER_MS) : 0;
