import { Counter, type Registry } from 'prom-client';
import type { Database } from '../../../shared/database/database.ts';
import { addStoredGauge } from '../../../shared/http/stored-gauge.ts';
import { countUndelivered, oldestPending } from '../../storage/webhook/webhook-delivery.ts';
import { countFailing } from '../../storage/webhook/webhook.ts';

/** DELIVERED, FAILED, DEAD, or RETRY where it is tried again. */
const RESULTS = ['DELIVERED', 'RETRY', 'FAILED', 'DEAD'] as const;
type Result = (typeof RESULTS)[number];

/** What is told of webhooks: attempts since this process began, and how their receivers and deliveries stand. */
export class WebhookMetrics {
  readonly #attempts = new Counter({
    name: 'registry_webhook_attempts_total',
    help: 'Attempts to deliver to a webhook, by what they came to.',
    labelNames: ['result'] as const,
    registers: [],
  });

  constructor() {
    // A rate of what has never happened is 0, not unknown.
    for (const result of RESULTS) this.#attempts.inc({ result }, 0);
  }

  noteAttempt(result: Result): void {
    this.#attempts.inc({ result });
  }

  register(registry: Registry, db: Database, now: () => Date): void {
    registry.registerMetric(this.#attempts);
    addStoredGauge(registry, db, {
      name: 'registry_failing_webhooks',
      help: 'Active webhooks whose receiver did not take the last attempt.',
      labelNames: [],
      read: async (set) => set({}, await countFailing(db)),
    });
    addStoredGauge(registry, db, {
      name: 'registry_webhook_deliveries',
      help: 'Deliveries that are pending, or were given up in the last week: FAILED or DEAD.',
      labelNames: ['state'],
      read: async (set) => {
        for (const { state, count } of await countUndelivered(db)) set({ state }, count);
      },
    });
    addStoredGauge(registry, db, {
      name: 'registry_webhook_oldest_pending_seconds',
      help: 'For how long the oldest pending delivery to an active webhook has waited; 0 where none does.',
      labelNames: [],
      read: async (set) => {
        const since = await oldestPending(db);
        set({}, since === null ? 0 : Math.max(0, (now().getTime() - since.getTime()) / 1_000));
      },
    });
  }
}
