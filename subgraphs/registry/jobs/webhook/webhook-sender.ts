import type { Logger } from 'pino';
import type { Database } from '../../../shared/database/database.ts';
import { sendWebhook } from '../../../shared/events/webhook-request.ts';
import {
  settleDelivery,
  takeDueDeliveries,
  type Attempt,
  type ClaimedDelivery,
} from '../../storage/webhook/webhook-delivery.ts';

export interface WebhookSenderOptions {
  readonly db: Database;
  readonly log: Logger;
  /** Hosts that are allowed although they are private or without https. */
  readonly allowedHosts?: readonly string[];
  readonly now?: () => Date;
  readonly firstRetryMs?: number;
  readonly timeoutMs?: number;
  /** How long a delivery is tried before it is marked DEAD. */
  readonly giveUpAfterMs?: number;
  /** Hears what each attempt came to. */
  readonly onAttempt?: (result: AttemptResult) => void;
}

/** RETRY: it is tried again. */
export type AttemptResult = Extract<Attempt['state'], string> | 'RETRY';

const IDLE_MS = 1_000;
const IN_FLIGHT = 16;
/** So that one slow receiver leaves places to the others. */
const IN_FLIGHT_EACH = 4;
const LONGEST_RETRY_MS = 60_000;
const LONGEST_RETRY_AFTER_MS = 60 * 60_000;
const GIVE_UP_AFTER_MS = 24 * 60 * 60_000;
/** A receiver that is being deployed answers 404, or 401, for a while: a refusal is believed after this. */
const BELIEVE_REFUSAL_AFTER_MS = 60 * 60_000;

/**
 * Sends what is due, each message at least once and always under the same id: a receiver that keeps the ids sees each
 * once, and those of one subject in order. Any number of senders work side by side. Network errors, 408, 429 and 5xx are tried again
 * for a day, other answers from 400 for an hour; the rest is final.
 */
export function startWebhookSender(options: WebhookSenderOptions): { stop(): Promise<void> } {
  const {
    db,
    log,
    allowedHosts = [],
    now = (): Date => new Date(),
    firstRetryMs = 1_000,
    timeoutMs = 10_000,
    giveUpAfterMs = GIVE_UP_AFTER_MS,
    onAttempt = (): void => undefined,
  } = options;
  const stopping = new AbortController();
  const inFlight = new Map<string, string>();
  const running = new Set<Promise<void>>();

  const attempt = async (delivery: ClaimedDelivery): Promise<Pick<Attempt, 'state' | 'answer'>> => {
    const { id, url, secrets, body, attempts, firstAt } = delivery;
    const retry = (waitMs: number): Attempt['state'] => {
      const at = now().getTime();
      if (at - firstAt.getTime() > giveUpAfterMs) return 'DEAD';
      const backoffMs = Math.min(firstRetryMs * 2 ** (attempts - 1), LONGEST_RETRY_MS);
      return { retryAt: new Date(at + Math.max(backoffMs, Math.min(waitMs, LONGEST_RETRY_AFTER_MS))) };
    };
    try {
      const request = { url, secrets, id, body, at: now(), allowedHosts, timeoutMs };
      const { status, retryAfter } = await sendWebhook(request);
      const tried = now().getTime() - firstAt.getTime();
      const state = verdictOf(status, tried) ?? retry(retryAfterMs(retryAfter, now()));
      return { state, answer: `HTTP ${status}` };
    } catch (error) {
      return { state: retry(0), answer: error instanceof Error ? error.message : String(error) };
    }
  };

  const deliver = async (delivery: ClaimedDelivery): Promise<void> => {
    const met = await attempt(delivery);
    await settleDelivery(db, { id: delivery.id, ...met, at: now() });
    onAttempt(typeof met.state === 'string' ? met.state : 'RETRY');
  };

  const launch = (delivery: ClaimedDelivery): void => {
    inFlight.set(delivery.id, delivery.webhook);
    const done = deliver(delivery)
      .catch((error: unknown) =>
        log.warn({ err: error }, 'the result of a webhook could not be stored: it is sent again'),
      )
      .finally(() => {
        inFlight.delete(delivery.id);
        running.delete(done);
      });
    running.add(done);
  };

  const step = async (): Promise<void> => {
    const counts = Map.groupBy(inFlight.values(), (webhook) => webhook);
    const busy = [...counts].filter(([, theirs]) => theirs.length >= IN_FLIGHT_EACH).map(([webhook]) => webhook);
    const free = Math.min(IN_FLIGHT - inFlight.size, IN_FLIGHT_EACH);
    if (free > 0) for (const delivery of await takeDueDeliveries(db, now(), free, busy)) launch(delivery);
  };

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const heard = db.commits.count();
      await step().catch((error: unknown) => {
        if (!stopping.signal.aborted) log.warn({ err: error }, 'webhooks could not be looked for and are tried again');
      });
      const waitMs = running.size > 0 ? 50 : Math.min(IDLE_MS, firstRetryMs);
      await db.commits.after(heard, waitMs, stopping.signal);
    }
  };
  const looping = run();
  return {
    stop: async () => {
      stopping.abort();
      await looping;
      await Promise.all(running);
    },
  };
}

function verdictOf(status: number, triedMs: number): 'DELIVERED' | 'FAILED' | undefined {
  if (status >= 200 && status < 300) return 'DELIVERED';
  if (status === 408 || status === 429 || status >= 500) return undefined;
  return status < 400 || triedMs >= BELIEVE_REFUSAL_AFTER_MS ? 'FAILED' : undefined;
}

/** Seconds or a date, as HTTP allows; 0 for anything else. */
function retryAfterMs(header: string | undefined, now: Date): number {
  if (header === undefined) return 0;
  if (/^\d+$/.test(header)) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? 0 : Math.max(0, at - now.getTime());
}
