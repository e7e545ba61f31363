import { Gauge, type Registry } from 'prom-client';
import type { Database } from '../database/database.ts';

export interface StoredGauge<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly Label[];
  /** Asked at each scrape. */
  readonly read: (set: (labels: Partial<Record<Label, string>>, value: number) => void) => Promise<void>;
}

/** Shows what the store knows; a scrape while the database is away shows the rest. */
export function addStoredGauge<Label extends string>(
  registry: Registry,
  db: Pick<Database, 'ping'>,
  { name, help, labelNames, read }: StoredGauge<Label>,
): void {
  const gauge = new Gauge({
    name,
    help,
    labelNames: [...labelNames],
    registers: [],
    async collect() {
      this.reset();
      if (await answers(db)) await read((labels, value) => this.set(labels as never, value));
    },
  });
  registry.registerMetric(gauge);
}

const answers = (db: Pick<Database, 'ping'>): Promise<boolean> =>
  db.ping().then(
    () => true,
    () => false,
  );
