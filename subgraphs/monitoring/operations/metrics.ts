import { Counter, Gauge, type Registry } from 'prom-client';
import type { Database } from '../../shared/database/database.ts';
import type { IngestResult } from '../domain/rejection.ts';
import type { Trust } from '../domain/trust.ts';
import { countOpenAlerts } from '../storage/alert.ts';
import { countWrongClocks } from '../storage/edge-node.ts';
import { sumPending } from '../storage/pending-outcome.ts';

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

  noteEvaluation(seen: 'value' | 'no_data'): void {
    this.#evaluations.inc({ seen });
  }

  noteTransition(status: string): void {
    this.#transitions.inc({ status });
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
    const gauge = <Label extends string>(
      name: string,
      help: string,
      labelNames: readonly Label[],
      read: (set: (labels: Partial<Record<Label, string>>, value: number) => void) => Promise<void>,
    ): void => {
      const metric = new Gauge({
        name,
        help,
        labelNames: [...labelNames],
        registers: [],
        async collect() {
          this.reset();
          // A scrape while the database is away shows the rest.
          if (await answers(db)) await read((labels, value) => this.set(labels as never, value));
        },
      });
      registry.registerMetric(metric);
    };
    gauge('monitoring_open_alerts', 'Alerts that are pending or firing.', ['status', 'severity'], async (set) => {
      for (const { count, ...labels } of await countOpenAlerts(db.pool)) set(labels, count);
    });
    gauge('monitoring_pending_outcomes', 'Outcomes that wait for their predictions.', ['trust'], async (set) => {
      for (const { trust, pending } of await sumPending(db.pool)) set({ trust }, pending);
    });
    gauge('monitoring_wrong_clocks', 'Edge nodes whose clock is more than five seconds off.', [], async (set) =>
      set({}, await countWrongClocks(db.pool)),
    );
  }
}

const answers = (db: Database): Promise<boolean> =>
  db.ping().then(
    () => true,
    () => false,
  );
