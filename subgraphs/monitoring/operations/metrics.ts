import { Counter, type Registry } from 'prom-client';
import type { Database } from '../../shared/database/database.ts';
import { addStoredGauge } from '../../shared/http/stored-gauge.ts';
import type { IngestResult } from '../domain/record/rejection.ts';
import type { Trust } from '../domain/trust.ts';
import { countOpenAlerts } from '../storage/alert/alert.ts';
import { countUndelivered } from '../storage/notify/notification.ts';
import { countWrongClocks } from '../storage/node/edge-node.ts';
import { sumPending } from '../storage/record/pending-outcome.ts';

const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]): Counter<Label> =>
  new Counter({ name, help, labelNames: [...labelNames], registers: [] });

/** What monitoring tells of its own work, since its process began, and of what it knows. */
export class MonitoringMetrics {
  readonly #records = counter('monitoring_records_total', 'Records that arrived, by outcome: acked or a code.', [
    'kind',
    'trust',
    'outcome',
  ]);
  readonly #evaluations = counter(
    'monitoring_alert_evaluations_total',
    'Evaluations of alert rules, by what was seen.',
    ['seen'],
  );
  readonly #transitions = counter('monitoring_alert_transitions_total', 'Alerts that came to a status.', ['status']);
  readonly #notifications = counter(
    'monitoring_notifications_total',
    'Attempts to tell receivers, by what they came to.',
    ['kind', 'result'],
  );
  readonly #settled = counter(
    'monitoring_pending_outcomes_settled_total',
    'Outcomes that waited: joined or given_up.',
    ['result'],
  );

  constructor() {
    // A rate of what has never happened is 0, not unknown.
    for (const result of ['joined', 'given_up']) this.#settled.inc({ result }, 0);
  }

  /** A batch of one route; records that carry several kinds count under the route's. */
  noteBatch(kind: 'telemetry' | 'outcome', trust: Trust, { acked, rejected }: IngestResult): void {
    if (acked.length > 0) this.#records.inc({ kind, trust, outcome: 'acked' }, acked.length);
    for (const { code } of rejected) this.#records.inc({ kind, trust, outcome: code });
  }

  noteEvaluation(seen: 'value' | 'no_data' | 'failed'): void {
    this.#evaluations.inc({ seen });
  }

  noteTransition(status: string): void {
    this.#transitions.inc({ status });
  }

  noteNotification(kind: string, result: string): void {
    this.#notifications.inc({ kind, result });
  }

  noteSettled(result: 'joined' | 'given_up', count: number): void {
    this.#settled.inc({ result }, count);
  }

  /** Adds them to the subgraph's own; what the store knows is asked for at each scrape. */
  register(registry: Registry, db: Database): void {
    registry.registerMetric(this.#records);
    registry.registerMetric(this.#evaluations);
    registry.registerMetric(this.#transitions);
    registry.registerMetric(this.#settled);
    registry.registerMetric(this.#notifications);
    addStoredGauge(registry, db, {
      name: 'monitoring_open_alerts',
      help: 'Alerts that are pending or firing.',
      labelNames: ['status', 'severity'],
      read: async (set) => {
        for (const { count, ...labels } of await countOpenAlerts(db.pool)) set(labels, count);
      },
    });
    addStoredGauge(registry, db, {
      name: 'monitoring_undelivered_notifications',
      help: 'Notifications that have not arrived: pending, or given up and not yet forgotten.',
      labelNames: ['state'],
      read: async (set) => {
        for (const { state, count } of await countUndelivered(db.pool)) set({ state }, count);
      },
    });
    addStoredGauge(registry, db, {
      name: 'monitoring_pending_outcomes',
      help: 'Outcomes that wait for their predictions.',
      labelNames: ['trust'],
      read: async (set) => {
        for (const { trust, pending } of await sumPending(db.pool)) set({ trust }, pending);
      },
    });
    addStoredGauge(registry, db, {
      name: 'monitoring_wrong_clocks',
      help: 'Edge nodes whose clock is more than five seconds off.',
      labelNames: [],
      read: async (set) => set({}, await countWrongClocks(db.pool)),
    });
  }
}
